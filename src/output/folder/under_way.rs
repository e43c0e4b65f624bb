//! What a process is writing, so that whoever has to end it in the middle can tidy up and say what was kept.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::Duration;

use super::container;
use super::disk::Disk;
use super::in_place;

/// The folders that a process has claimed. Whoever holds the lock on it may change what stands in their places.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    entries: Mutex<Vec<Entry>>,
}

/// A claimed folder.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// The folder as the user named it.
    pub(super) shown: PathBuf,
    pub(super) target: PathBuf,
    /// The hidden folder in which its results are made.
    pub(super) container: Option<PathBuf>,
    pub(super) locks: Vec<PathBuf>,
    /// Folders above it that were not there before, innermost first.
    pub(super) made: Vec<PathBuf>,
    /// Whether the new results stand in their place.
    pub(super) written: bool,
    /// Whether nobody works on it any more.
    pub(super) closed: bool,
}

/// How far a process has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The folders whose new results stand.
    pub written: Vec<PathBuf>,
    /// The folders that are as they were before.
    pub untouched: Vec<PathBuf>,
}

impl UnderWay {
    pub(super) fn hold(&self) -> MutexGuard<'_, Vec<Entry>> {
        // Entries are changed in single steps: whoever panicked left them whole.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn progress(entries: &[Entry]) -> Progress {
    let of = |written: bool| {
        entries.iter().filter(move |entry| entry.written == written).map(|entry| entry.shown.clone()).collect()
    };
    Progress { written: of(true), untouched: of(false) }
}

/// The work that was given up. While it exists no results are put in their place.
#[derive(Debug)]
pub struct Abandoned<'a> {
    _entries: MutexGuard<'a, Vec<Entry>>,
    /// How far it had come.
    pub progress: Progress,
}

impl<'a> Abandoned<'a> {
    /// Waits until no results are being put in their place, and removes all hidden files and folders.
    pub(super) fn all(disk: &Disk, under_way: &'a UnderWay) -> Self {
        let entries = under_way.hold();
        for entry in entries.iter().filter(|entry| !entry.closed) {
            // What will not go is hidden and harmless; the next run removes it.
            if let Some(path) = &entry.container {
                // The work still goes on and may put a file into what is being removed.
                let mut tries = 0..20;
                while tries.next().is_some() && discard(disk, path, entry).is_err() {
                    sleep(Duration::from_millis(5));
                }
            }
            for path in &entry.locks {
                let _ = disk.remove_file(path);
            }
        }
        remove_made(disk, &entries, |_| true);
        Abandoned { progress: progress(&entries), _entries: entries }
    }
}

/// Removes the folders that were made for claims without results, as far as they are empty: another process, or
/// another claim, may be using them.
pub(super) fn remove_made(disk: &Disk, entries: &[Entry], which: impl Fn(&Entry) -> bool) {
    for path in entries.iter().filter(|entry| !entry.written && which(entry)).flat_map(|entry| &entry.made) {
        let _ = disk.remove_folder(path);
    }
}

fn discard(disk: &Disk, path: &Path, entry: &Entry) -> std::io::Result<()> {
    if entry.written {
        return container::clear(disk, path, &entry.target).map(drop);
    }
    if in_place::is_half_done(path) {
        in_place::undo(disk, path, &entry.target)?;
    }
    container::remove(disk, path)
}
