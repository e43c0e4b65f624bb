//! Why a folder may not be written, and the look at it that decides.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::contents::{Contents, is_plain};
use super::place;
use crate::output::manifest::{MANIFEST, Manifest};
use crate::output::provenance::{self, Provenance};
use crate::printable;
use crate::regular_file;

/// Why a folder may not be written.
#[derive(Debug, Error)]
pub enum Refusal {
    /// What it was refused for, after something was put back or cleared away.
    #[error("{refusal}\nnote: {notes}")]
    After {
        /// Why it is refused.
        refusal: Box<Refusal>,
        /// What was done before.
        notes: String,
    },
    /// There is a file.
    #[error("`{}` is a file; --out takes a folder", printable::path(.0))]
    IsFile(PathBuf),
    /// It belongs to something else.
    #[error("`{}` is not empty and holds no results of gossipsim; choose another folder with --out", printable::path(.0))]
    Foreign(PathBuf),
    /// Its manifest cannot be read.
    #[error(
        "`{}` holds a manifest that cannot be read ({why}), so that nobody can tell results from other files; restore \
         it, move the folder elsewhere, or choose another with --out", printable::path(.folder)
    )]
    Damaged {
        /// The folder.
        folder: PathBuf,
        /// Why it cannot be read.
        why: String,
    },
    /// It holds other results.
    #[error(
        "`{}` holds {results}; replace them with --force or choose another folder with --out", printable::path(.folder)
    )]
    Taken {
        /// The folder.
        folder: PathBuf,
        /// What it holds.
        results: String,
    },
    /// Results in it were changed after they were written.
    #[error(
        "`{}` holds results that were changed by hand since they were written: {names}; move what you need elsewhere \
         and replace the rest with --force, or choose another folder with --out", printable::path(.folder)
    )]
    Changed {
        /// The folder.
        folder: PathBuf,
        /// The names of what was changed.
        names: String,
    },
    /// It holds results with all their runs, which a part of them may not replace.
    #[error("`{}` holds results that are not partial", printable::path(.0))]
    Whole(PathBuf),
    /// It holds files of the user's among its results.
    #[error(
        "`{}` holds {names}, not listed in its manifest; with --force that stays and the results are replaced, or \
         choose another folder with --out", printable::path(.folder)
    )]
    Mixed {
        /// The folder.
        folder: PathBuf,
        /// The names of what is not ours.
        names: String,
    },
    /// Something of the user's stands where a result has to go.
    #[error(
        "`{}` is not a result of gossipsim and stands where one has to go; move it elsewhere or choose another folder",
        printable::path(.0)
    )]
    Blocked(PathBuf),
    /// Another process is writing it.
    #[error(
        "`{}` is being written by {holder}; wait for it, or choose another folder with --out", printable::path(.folder)
    )]
    Held {
        /// The folder.
        folder: PathBuf,
        /// Which process that is, and for how long.
        holder: String,
    },
    /// A process of another machine left it half replaced.
    #[error(
        "`{}` is half replaced by {holder}; run gossipsim there to have its results put back from `{}`, or choose \
         another folder with --out", printable::path(.folder), printable::path(.container)
    )]
    Unfinished {
        /// The folder.
        folder: PathBuf,
        /// Where its old results are.
        container: PathBuf,
        /// Which process that was.
        holder: String,
    },
    /// The system does not let us.
    #[error("cannot write to `{}`: {error}", printable::path(.folder))]
    Io {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl Refusal {
    /// The same, with what was done before it showed.
    pub(super) fn after(notes: &[String], refusal: Refusal) -> Refusal {
        if notes.is_empty() {
            return refusal;
        }
        Refusal::After { refusal: Box::new(refusal), notes: notes.join("\nnote: ") }
    }
}

/// For which results a folder is wanted.
#[derive(Clone, Debug)]
pub(super) enum Purpose {
    /// For all that belongs to `provenance`; `force` replaces others.
    Results { provenance: Provenance, force: bool },
    /// For a part of them, which never replaces more than such a part.
    Part(Provenance),
    /// For charts of the results that it holds.
    Charts,
}

/// What stands at `target`, if it may be written for `purpose`; `None` if nothing does.
pub(super) fn judge(target: &Path, purpose: &Purpose) -> Result<Option<Contents>, Refusal> {
    let refuse = |error| Refusal::Io { folder: target.to_owned(), error };
    let entries = match fs::read_dir(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let leads_nowhere = target.is_symlink();
            return if leads_nowhere { Err(refuse(io::Error::other("it is a link to nothing"))) } else { Ok(None) };
        }
        Err(_) if target.is_file() => return Err(Refusal::IsFile(target.to_owned())),
        other => other.map_err(refuse)?,
    };
    let others = entries.filter(|entry| !entry.as_ref().is_ok_and(|entry| place::is_own(&entry.path())));
    if others.count() == 0 {
        return Ok(Some(Contents::default()));
    }
    let manifest = match Manifest::read(&target.join(MANIFEST)) {
        Ok(manifest) => manifest,
        // Whoever reads the results says why they are none.
        Err(_) if matches!(purpose, Purpose::Charts) => return Ok(Some(Contents::default())),
        Err(why) if was_ours(target) => {
            return Err(Refusal::Damaged { folder: target.to_owned(), why: printable::line(&why).into_owned() });
        }
        Err(_) => return Err(Refusal::Foreign(target.to_owned())),
    };
    let mut contents = Contents::of(target, &manifest).map_err(refuse)?;
    if let Purpose::Results { provenance, .. } = purpose {
        contents.other_settings = manifest.hash != provenance.hash;
    }
    match purpose {
        Purpose::Part(_) if manifest.partial.is_none() => return Err(Refusal::Whole(target.to_owned())),
        Purpose::Results { provenance, force: false } | Purpose::Part(provenance) => {
            may_replace(target, provenance, &manifest, &contents)?;
        }
        _ => {}
    }
    match known_obstacle(target, purpose, &manifest, &contents) {
        Some(path) => Err(Refusal::Blocked(target.join(path))),
        None => Ok(Some(contents)),
    }
}

/// Whether the manifest in `target`, which cannot be read, is what is left of one of ours: other programs have manifests,
/// too.
fn was_ours(target: &Path) -> bool {
    let manifest = target.join(MANIFEST);
    let text = regular_file::read(&manifest, 1 << 20).unwrap_or_default();
    let program = b"\"gossipsim ";
    manifest.is_file() && (target.join("runs.csv").is_file() || text.windows(program.len()).any(|part| part == program))
}

/// Whether results of `provenance` may take the place of those in `target` without being forced.
fn may_replace(
    target: &Path,
    provenance: &Provenance,
    manifest: &Manifest,
    contents: &Contents,
) -> Result<(), Refusal> {
    let folder = || target.to_owned();
    if !provenance.is_of_same_scenario(manifest, target) {
        return Err(Refusal::Taken { folder: folder(), results: held(target, provenance, manifest) });
    }
    if !contents.foreign.is_empty() {
        return Err(Refusal::Mixed { folder: folder(), names: contents.names() });
    }
    let changed = contents.changed(target, manifest);
    if changed.is_empty() { Ok(()) } else { Err(Refusal::Changed { folder: folder(), names: changed }) }
}

/// What the folder holds, for whoever wanted it for `provenance`.
fn held(target: &Path, provenance: &Provenance, manifest: &Manifest) -> String {
    let scenario = printable::line(&manifest.scenario);
    let by = manifest.made_by();
    if !provenance.command.is_empty() && by != provenance.command {
        return format!("the results of another command (`{}` of `{scenario}`)", printable::line(by));
    }
    let from =
        provenance::shown(manifest, target).map_or_else(|| "other settings".to_owned(), |from| format!("from {from}"));
    format!("the results of another scenario (`{scenario}`, {})", printable::line(&from))
}

/// What stands in the place of something that is certain to be written: better refused now than after the work.
fn known_obstacle(target: &Path, purpose: &Purpose, manifest: &Manifest, contents: &Contents) -> Option<PathBuf> {
    let charts = PathBuf::from("charts");
    let path = target.join(&charts);
    // What is mounted in a folder would go with it, or let nothing be moved into it.
    let mounted = fs::canonicalize(&path).is_ok_and(|path| place::is_mounted(&path));
    if fs::symlink_metadata(&path).is_ok_and(|about| !about.is_dir()) || mounted {
        return Some(charts);
    }
    let written = |name: &&str| is_plain(name) && (!matches!(purpose, Purpose::Charts) || name.starts_with("charts/"));
    let listed = manifest.files.iter().map(String::as_str).filter(written);
    listed.chain([MANIFEST]).find_map(|name| contents.blocks(target, name))
}
