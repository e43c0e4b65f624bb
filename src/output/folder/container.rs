//! The hidden folder in which results are made: who makes them, the new ones, and for a while the old ones.
//!
//! | name | what it is |
//! |---|---|
//! | `owner` | the process at work, which holds a lock on it |
//! | `new` | the new results; after an exchange, the old ones |
//! | `journal` | what a replacement file by file is about |
//! | `old` | old results on their way out, while they are replaced file by file |

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::contents::{Contents, folders_of};
use super::disk::Disk;
use super::holder::Holder;
use super::lock::unsupported;
use super::place::Place;
use crate::output::manifest::{MANIFEST, Manifest};

pub(super) const OWNER: &str = "owner";
pub(super) const NEW: &str = "new";
pub(super) const OLD: &str = "old";
pub(super) const JOURNAL: &str = "journal";

/// A hidden folder of this process.
#[derive(Debug)]
pub(super) struct Container {
    pub(super) path: PathBuf,
    /// Locked as long as the process lives.
    _owner: File,
}

impl Container {
    /// Makes one for `place`, under the first of `nonces` that nobody has: what is there already is left alone.
    pub(super) fn create(
        disk: &Disk,
        place: &Place,
        holder: &Holder,
        nonces: impl IntoIterator<Item = u64>,
    ) -> io::Result<Self> {
        for nonce in nonces {
            let path = place.fresh(nonce);
            match disk.create_folder(&path) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
                other => other?,
            }
            return Self::begin(disk, &path, holder).inspect_err(|_| {
                // Nobody's yet but ours; if it will not go, the next run removes it.
                let _ = remove(disk, &path);
            });
        }
        Err(io::Error::new(ErrorKind::AlreadyExists, "every name for a hidden folder is taken"))
    }

    fn begin(disk: &Disk, path: &Path, holder: &Holder) -> io::Result<Self> {
        let owner = path.join(OWNER);
        let mut file = disk.create_file(&owner)?;
        match disk.lock(&file, &owner) {
            Err(TryLockError::Error(error)) if !unsupported(&error) => return Err(error),
            Err(TryLockError::WouldBlock) => return Err(ErrorKind::ResourceBusy.into()),
            _ => {}
        }
        disk.fill(&mut file, &owner, holder.to_json().as_bytes())?;
        disk.create_folder(&path.join(NEW))?;
        Ok(Container { path: path.to_owned(), _owner: file })
    }

    pub(super) fn new_results(&self) -> PathBuf {
        self.path.join(NEW)
    }
}

/// Removes a hidden folder that holds nothing of anybody's. The owner goes last: until then it is known whose it is.
pub(super) fn remove(disk: &Disk, path: &Path) -> io::Result<()> {
    // Without `old` nothing is half replaced, whatever the rest says.
    for part in [OLD, NEW] {
        disk.remove_tree(&path.join(part))?;
    }
    for part in [JOURNAL, OWNER] {
        disk.remove_file(&path.join(part))?;
    }
    disk.remove_folder(path)
}

/// Removes a hidden folder whose `new` may hold old results after an exchange: what their manifest does not list is
/// the user's and goes back to `target`. `false` if something of the user's stays in it, because its place is taken.
pub(super) fn clear(disk: &Disk, path: &Path, target: &Path) -> io::Result<bool> {
    let new = path.join(NEW);
    // Old results have a manifest to the end; what has none was never finished.
    if let Ok(manifest) = Manifest::read(&new.join(MANIFEST)) {
        let contents = Contents::of(&new, &manifest)?;
        for foreign in &contents.foreign {
            let (from, to) = (new.join(&foreign.path), target.join(&foreign.path));
            if fs::symlink_metadata(&to).is_ok() {
                return Ok(false);
            }
            disk.create_folders(target, foreign.path.parent().unwrap_or(Path::new("")))?;
            disk.rename(&from, &to)?;
        }
        remove_files(disk, &new, &contents.ours)?;
    }
    remove(disk, path)?;
    Ok(true)
}

/// Removes these files of a results folder, its manifest last, and the folders that are empty then.
fn remove_files(disk: &Disk, folder: &Path, names: &BTreeSet<String>) -> io::Result<()> {
    for name in names.iter().filter(|name| *name != MANIFEST) {
        disk.remove_file(&folder.join(name))?;
    }
    for below in folders_of(names) {
        // Whatever else is in it stays.
        let _ = disk.remove_folder(&folder.join(below));
    }
    disk.remove_file(&folder.join(MANIFEST))
}
