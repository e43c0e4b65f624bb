//! The operations that change folders, all in one place, so that a test can stop before any of them or make it fail.

use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

/// What is done to a file or a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A folder is made.
    CreateFolder,
    /// A file is made.
    CreateFile,
    /// A file gets its content.
    Write,
    /// A file is locked.
    Lock,
    /// A file, or the names in a folder, are brought to the disk.
    Sync,
    /// A file or a folder gets another place.
    Rename,
    /// Two folders take each other's place in one step.
    Exchange,
    /// A file is removed.
    RemoveFile,
    /// An empty folder is removed.
    RemoveFolder,
}

type Watch = dyn Fn(Operation, &Path) -> io::Result<()> + Send + Sync;

/// The file system, as folders of results use it.
#[derive(Clone, Default)]
pub struct Disk {
    watch: Option<Arc<Watch>>,
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disk")
    }
}

impl Disk {
    /// A disk that asks `watch` before every operation, and fails with what it answers instead of doing it: for tests
    /// of what a crash or a full disk leaves.
    pub fn watched(watch: impl Fn(Operation, &Path) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Disk { watch: Some(Arc::new(watch)) }
    }

    fn ask(&self, operation: Operation, path: &Path) -> io::Result<()> {
        self.watch.as_ref().map_or(Ok(()), |watch| watch(operation, path))
    }

    /// Makes the folder `path`, which must not be there.
    pub(super) fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.ask(Operation::CreateFolder, path)?;
        fs::create_dir(path)
    }

    /// Makes the folders that lead to `relative` below `base`, but never `base` itself.
    pub(super) fn create_folders(&self, base: &Path, relative: &Path) -> io::Result<()> {
        let mut at = base.to_owned();
        for part in relative.components() {
            at.push(part);
            if !at.is_dir() {
                self.create_folder(&at)?;
            }
        }
        Ok(())
    }

    /// Makes the file `path`, which must not be there.
    pub(super) fn create_file(&self, path: &Path) -> io::Result<File> {
        self.ask(Operation::CreateFile, path)?;
        OpenOptions::new().write(true).create_new(true).open(path)
    }

    /// Opens the file `path` to be locked, made if need be.
    pub(super) fn open_lock(&self, path: &Path) -> io::Result<File> {
        self.ask(Operation::CreateFile, path)?;
        // Opening a pipe would wait, and a link may lead anywhere.
        if fs::symlink_metadata(path).is_ok_and(|about| !about.is_file()) {
            return Err(io::Error::new(ErrorKind::AlreadyExists, "it should be a lock, but is no regular file"));
        }
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
    }

    /// Locks a file, if nobody else holds it.
    pub(super) fn lock(&self, file: &File, path: &Path) -> Result<(), TryLockError> {
        self.ask(Operation::Lock, path).map_err(TryLockError::Error)?;
        file.try_lock()
    }

    /// Gives the file its content and brings it to the disk.
    pub(super) fn fill(&self, file: &mut File, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = self.ask(Operation::Write, path) {
            // A crash in the middle of a write leaves a part of it.
            file.write_all(&bytes[..bytes.len() / 2])?;
            return Err(error);
        }
        file.write_all(bytes)?;
        self.ask(Operation::Sync, path)?;
        file.sync_all()
    }

    /// Writes a new file whole and brings it to the disk.
    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.create_file(path)?;
        self.fill(&mut file, path, bytes)
    }

    /// Brings the names in a folder to the disk, as far as the system can.
    pub(super) fn sync(&self, folder: &Path) -> io::Result<()> {
        self.ask(Operation::Sync, folder)?;
        match File::open(folder).and_then(|open| open.sync_all()) {
            // Not every system can open or sync a folder; the contents of the files are on the disk already.
            Err(error)
                if !matches!(
                    error.kind(),
                    ErrorKind::Unsupported
                        | ErrorKind::InvalidInput
                        | ErrorKind::PermissionDenied
                        | ErrorKind::NotFound
                ) =>
            {
                Err(error)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.ask(Operation::Rename, to)?;
        fs::rename(from, to)
    }

    /// Lets two folders take each other's place in one step, where system and file system can.
    pub(super) fn exchange(&self, one: &Path, other: &Path) -> io::Result<()> {
        self.ask(Operation::Exchange, other)?;
        exchange(one, other)
    }

    /// Removes a file or a link, if it is there.
    pub(super) fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.ask(Operation::RemoveFile, path)?;
        gone(fs::remove_file(path))
    }

    /// Removes an empty folder, if it is there.
    pub(super) fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.ask(Operation::RemoveFolder, path)?;
        gone(fs::remove_dir(path))
    }

    /// Removes a folder with all that is in it, if it is there. Links are removed, not followed.
    pub(super) fn remove_tree(&self, path: &Path) -> io::Result<()> {
        let entries = match fs::read_dir(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            other => other?,
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                self.remove_tree(&entry.path())?;
            } else {
                self.remove_file(&entry.path())?;
            }
        }
        self.remove_folder(path)
    }
}

/// What is gone already need not be removed.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}
