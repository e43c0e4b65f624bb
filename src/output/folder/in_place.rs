//! Replacing files one by one, where a folder cannot be exchanged or has to stay: every step can be taken back, also by
//! another process after a crash.
//!
//! The old files are moved out, the manifest first, then the new ones in, the manifest last. Once the new manifest has
//! left `new`, the new results stand; before, the old ones come back.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::container::{JOURNAL, NEW, OLD};
use super::contents::{folders_of, is_plain};
use super::disk::Disk;
use crate::output::manifest::MANIFEST;
use crate::regular_file;

/// The longest journal, in bytes.
const MOST: u64 = 1 << 28;

/// What is replaced.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Journal {
    /// The files that go.
    old: BTreeSet<String>,
    /// The files that come.
    new: BTreeSet<String>,
    /// The folders that were not there before, innermost first.
    folders: Vec<String>,
}

/// Replaces the files `old` of `target` by the files `new` of the hidden folder `container`.
///
/// # Errors
/// What the system says. The old files are in their places, or what it says tells where they are.
pub(super) fn replace(
    disk: &Disk,
    container: &Path,
    target: &Path,
    old: BTreeSet<String>,
    new: BTreeSet<String>,
) -> io::Result<()> {
    let missing = folders_of(&new).into_iter().filter(|folder| !target.join(folder).is_dir());
    let folders = missing.map(|folder| folder.to_string_lossy().into_owned()).collect();
    let journal = Journal { old, new, folders };
    let text = serde_json::to_string(&journal).map_err(io::Error::other)?;
    disk.write(&container.join(JOURNAL), text.as_bytes())?;
    disk.sync(container)?;
    let begun = disk.create_folder(&container.join(OLD)).and_then(|()| disk.sync(container));
    let done = begun.and_then(|()| forward(disk, container, target, &journal));
    done.map_err(|error| match undo(disk, container, target) {
        Ok(_) => error,
        Err(again) => {
            let place = container.display();
            let kept = format!("{error}; the old results are kept in `{place}` ({again}), the next run puts them back");
            io::Error::new(error.kind(), kept)
        }
    })
}

fn forward(disk: &Disk, container: &Path, target: &Path, journal: &Journal) -> io::Result<()> {
    let (old, new) = (container.join(OLD), container.join(NEW));
    // Not every system brings names to the disk in the order in which they changed.
    let sync = || {
        for folder in folders_of(journal.old.union(&journal.new)) {
            disk.sync(&target.join(folder))?;
        }
        [target, &old, &new].into_iter().try_for_each(|folder| disk.sync(folder))
    };
    let manifest = |name: &&String| *name == MANIFEST;
    let (last, rest): (Vec<&String>, Vec<&String>) = journal.old.iter().partition(manifest);
    for name in last.into_iter().chain(rest) {
        move_file(disk, target, &old, name)?;
    }
    sync()?;
    let (last, rest): (Vec<&String>, Vec<&String>) = journal.new.iter().partition(manifest);
    for name in rest {
        move_file(disk, &new, target, name)?;
    }
    sync()?;
    for name in last {
        move_file(disk, &new, target, name)?;
    }
    sync()?;
    for folder in folders_of(&journal.old) {
        if !new_folder(journal, folder) {
            // What is not empty stays.
            let _ = disk.remove_folder(&target.join(folder));
        }
    }
    Ok(())
}

/// Whether new files are in the folder.
fn new_folder(journal: &Journal, folder: &Path) -> bool {
    folders_of(&journal.new).contains(&folder)
}

fn move_file(disk: &Disk, from: &Path, to: &Path, name: &str) -> io::Result<()> {
    disk.create_folders(to, Path::new(name).parent().unwrap_or(Path::new("")))?;
    disk.rename(&from.join(name), &to.join(name))
}

/// Whether a replacement was begun in `container` and never came to its end.
pub(super) fn is_half_done(container: &Path) -> bool {
    container.join(OLD).is_dir() && container.join(NEW).join(MANIFEST).is_file()
}

/// Puts the old files back, whatever was done before and however often this is tried; `false` if nothing was begun.
///
/// # Errors
/// What the system says, or that the journal is none.
pub(super) fn undo(disk: &Disk, container: &Path, target: &Path) -> io::Result<bool> {
    let (old, new) = (container.join(OLD), container.join(NEW));
    if !old.is_dir() {
        return Ok(false);
    }
    let text = regular_file::read_text(&container.join(JOURNAL), MOST)?;
    let journal: Journal = serde_json::from_str(&text)?;
    let known = |name: &String| is_plain(name);
    if !journal.old.iter().chain(&journal.new).chain(&journal.folders).all(known) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "its journal names files outside the folder"));
    }
    // The manifest first: from then on it is known that this is to be taken back.
    let (last, rest): (Vec<&String>, Vec<&String>) = journal.new.iter().partition(|name| *name == MANIFEST);
    for name in last.into_iter().chain(rest) {
        let moved = fs::symlink_metadata(new.join(name)).is_err();
        if moved && fs::symlink_metadata(target.join(name)).is_ok() {
            disk.rename(&target.join(name), &new.join(name))?;
        }
    }
    let (last, rest): (Vec<&String>, Vec<&String>) = journal.old.iter().partition(|name| *name == MANIFEST);
    for name in rest.into_iter().chain(last) {
        if fs::symlink_metadata(old.join(name)).is_ok() {
            move_file(disk, &old, target, name)?;
        }
    }
    for folder in &journal.folders {
        // The user may have put something into it by now.
        let _ = disk.remove_folder(&target.join(folder));
    }
    disk.sync(target)?;
    for folder in folders_of(&journal.old) {
        disk.remove_folder(&old.join(folder))?;
    }
    disk.remove_folder(&old)?;
    Ok(true)
}
