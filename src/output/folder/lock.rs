//! The lock on a results folder: a file that one process holds, and that says which.
//!
//! The lock ends with the process, however that ends. Where the system knows no locks, a second file that must not be
//! there stands for it; after a crash that one has to be removed by hand.

use std::ffi::OsString;
use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind, Seek};
use std::path::{Path, PathBuf};

use super::disk::Disk;
use super::holder::{Holder, age};

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    disk: Disk,
    path: PathBuf,
    /// The file in place of a lock.
    stand_in: Option<PathBuf>,
    _file: File,
}

/// Why there is no lock.
#[derive(Debug)]
pub(super) enum Failure {
    /// Somebody holds it: who, for how long, and what to do if that is not so.
    Held(String),
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Io(error)
    }
}

impl Lock {
    /// Takes the lock at `path` for `holder`.
    pub(super) fn take(disk: &Disk, path: &Path, holder: &Holder) -> Result<Self, Failure> {
        // Whoever held it may remove the file between our opening and our locking it: then there is a new one.
        for _ in 0..100 {
            let mut file = disk.open_lock(path)?;
            let stand_in = match disk.lock(&file, path) {
                Ok(()) if !stands_at(&file, path) => continue,
                Ok(()) => None,
                Err(TryLockError::WouldBlock) => return Err(Failure::Held(told(path, ""))),
                Err(TryLockError::Error(error)) if unsupported(&error) => Some(stand_in(disk, path, holder)?),
                Err(TryLockError::Error(error)) => return Err(error.into()),
            };
            let lock = Lock { disk: disk.clone(), path: path.to_owned(), stand_in, _file: file.try_clone()? };
            file.set_len(0).and_then(|()| file.rewind())?;
            disk.fill(&mut file, path, holder.to_json().as_bytes())?;
            return Ok(lock);
        }
        Err(Failure::Held(told(path, "")))
    }

    /// Whether somebody holds the lock at `path`, where we may have no right to take it.
    pub(super) fn held(path: &Path) -> Option<String> {
        let regular = std::fs::symlink_metadata(path).is_ok_and(|about| about.is_file());
        let file = File::open(path).ok().filter(|_| regular)?;
        matches!(file.try_lock(), Err(TryLockError::WouldBlock)).then(|| told(path, ""))
    }

    /// Whether it is a lock that the system keeps, and not a stand-in.
    pub(super) fn is_kept_by_the_system(&self) -> bool {
        self.stand_in.is_none()
    }

    /// The files that are to be removed when a process ends without dropping it.
    pub(super) fn files(&self) -> impl Iterator<Item = &PathBuf> {
        [&self.path].into_iter().chain(&self.stand_in)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // While it is still held, so that nobody can have taken it; a file that will not go is harmless.
        let _ = self.disk.remove_file(&self.path);
        if let Some(path) = &self.stand_in {
            let _ = self.disk.remove_file(path);
        }
    }
}

/// Where the system has no locks: a file that must not be there before.
fn stand_in(disk: &Disk, path: &Path, holder: &Holder) -> Result<PathBuf, Failure> {
    let path = PathBuf::from([path.as_os_str().to_owned(), OsString::from("ed")].into_iter().collect::<OsString>());
    match disk.write(&path, holder.to_json().as_bytes()) {
        Ok(()) => Ok(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let way_out = format!("; if that process has ended, remove `{}`", path.display());
            Err(Failure::Held(told(&path, &way_out)))
        }
        Err(error) => Err(error.into()),
    }
}

/// Who holds the lock at `path`, and for how long.
fn told(path: &Path, way_out: &str) -> String {
    // Windows lets nobody read a locked file; a holder that has just begun may have said nothing yet.
    let holder = Holder::read(path).map_or_else(|| "another process".to_owned(), |holder| holder.to_string());
    let since = age(path).map_or_else(String::new, |age| format!(", for {age}"));
    format!("{holder}{since}{way_out}")
}

/// Whether the system, or this file system, knows no locks.
pub(super) fn unsupported(error: &io::Error) -> bool {
    // ENOLCK (37) is what some network file systems say.
    error.kind() == ErrorKind::Unsupported || cfg!(target_os = "linux") && error.raw_os_error() == Some(37)
}

/// Whether `path` is still the name of `file`.
#[cfg(unix)]
fn stands_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |about: std::fs::Metadata| (about.dev(), about.ino());
    match (file.metadata(), std::fs::symlink_metadata(path)) {
        (Ok(file), Ok(path)) => identity(file) == identity(path),
        _ => false,
    }
}

#[cfg(not(unix))]
fn stands_at(_: &File, path: &Path) -> bool {
    path.exists()
}
