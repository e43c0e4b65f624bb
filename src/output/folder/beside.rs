//! Results that cannot go to the folder that they were meant for: they go beside it, so that nothing that is finished is
//! lost.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::refusal::{Purpose, Refusal, judge};
use super::{Disk, FolderLease, StagedFolder};
use crate::printable;

/// What ends the name of a folder for a part of the results.
const PART: &str = "partial";
/// What ends the name of a folder for results whose own place was taken while they were made.
const WHOLE: &str = "new";
/// So many names are tried.
const MOST: u32 = 100;

/// Where results are, as the user would name it.
#[derive(Debug)]
pub struct Placed {
    /// The folder.
    pub folder: PathBuf,
    /// Why they are not in the one that they were meant for, if they are not.
    pub refused: Option<Refusal>,
}

/// Results are in another folder than they were meant for.
#[derive(Debug, Error)]
#[error("{refused}; they are in `{}` instead", printable::path(.folder))]
pub struct Elsewhere {
    /// Where they are.
    pub folder: PathBuf,
    /// Why they are not where they were meant to go.
    pub refused: Refusal,
}

impl StagedFolder {
    /// As [`commit`](StagedFolder::commit); where that cannot be, the results go beside the folder, as `NAME_new`, or with
    /// a number behind it: where nothing is, or results of the same scenario that may be replaced.
    ///
    /// # Errors
    /// An [`Elsewhere`], if they are beside it; else as of `commit`: all that was there is as it was.
    pub fn commit_anywhere(mut self) -> io::Result<()> {
        let Err(error) = self.settle() else { return Ok(()) };
        let refused = error.downcast::<Refusal>()?;
        let Purpose::Results { provenance, .. } = self.claim.purpose.clone() else {
            return Err(io::Error::other(refused));
        };
        match self.put_beside(WHOLE, &Purpose::Results { provenance, force: false }) {
            Ok(folder) => Err(io::Error::other(Elsewhere { folder, refused })),
            // The first place is the one that was asked for.
            Err(_) => Err(io::Error::other(refused)),
        }
    }

    /// Puts a part of the results in their place: where nothing is, or an unchanged part of those of the same scenario.
    /// What else stands there stays, and the part goes beside it, as `NAME_partial`, or with a number behind it.
    ///
    /// # Errors
    /// What the system says, or a [`Refusal`] of the last place; all that was there is as it was.
    pub fn commit_part(mut self) -> io::Result<Placed> {
        let Purpose::Results { provenance, .. } = self.claim.purpose.clone() else {
            return Err(io::Error::other("this folder is not claimed for results"));
        };
        let part = Purpose::Part(provenance);
        let refused = match judge(&self.claim.place.target, &part) {
            Ok(_) => {
                self.claim.purpose = part.clone();
                match self.settle() {
                    Ok(()) => return Ok(Placed { folder: self.claim.shown(), refused: None }),
                    Err(error) => error.downcast::<Refusal>()?,
                }
            }
            Err(refusal) => refusal,
        };
        self.put_beside(PART, &part).map(|folder| Placed { folder, refused: Some(refused) })
    }

    /// Puts the results, which were refused before anything was moved, beside their folder, under the first name that ends
    /// in `end` where they may go.
    fn put_beside(self, end: &str, purpose: &Purpose) -> io::Result<PathBuf> {
        let shown = self.claim.shown();
        let mut last = io::Error::from(ErrorKind::InvalidFilename);
        for number in 1..=MOST {
            let end = if number == 1 { end.to_owned() } else { format!("{end}_{number}") };
            let Some(folder) = beside(&shown, &end) else { break };
            match self.claim.folders.take(&folder, purpose.clone()).map_err(io::Error::other) {
                Ok(claim) => return self.move_to(claim).map(|()| folder),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// From one hidden folder to the other: from then on the results belong to the second place, whatever happens.
    fn move_to(self, claim: FolderLease) -> io::Result<()> {
        let other = claim.begin()?;
        let (from, to) = (self.container.new_results(), other.container.new_results());
        let disk: &Disk = self.disk();
        disk.remove_folder(&to)?;
        disk.rename(&from, &to)?;
        other.commit()
    }
}

/// The folder beside `folder` whose name has `_end` behind it.
fn beside(folder: &Path, end: &str) -> Option<PathBuf> {
    let absolute = std::path::absolute(folder).ok()?;
    // The name that it has: `.` and `..` have none, nor has the root.
    let (given, absolute) = (folder.file_name(), fs::canonicalize(&absolute).unwrap_or(absolute));
    let mut name = given.or_else(|| absolute.file_name())?.to_owned();
    name.push(format!("_{end}"));
    Some(if given.is_some() { folder.with_file_name(name) } else { absolute.with_file_name(name) })
}
