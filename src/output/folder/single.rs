//! A single file, written whole or not at all: it is made in a hidden folder beside its place, which goes whatever ends
//! the process, or with the next that writes there.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::container::{self, Container};
use super::place::{self, Place};
use super::recover;
use super::refusal::Refusal;
use super::under_way::Entry;
use super::{Folders, Lock, lock};

/// What the file is called until it stands in its place.
const NAME: &str = "file";

/// A file under way. Dropping it leaves no trace.
#[derive(Debug)]
pub struct StagedFile {
    // Dropped in this order: the lock on the place goes last.
    container: Container,
    lock: Option<Lock>,
    folders: Folders,
    target: PathBuf,
    number: usize,
    done: bool,
}

impl Folders {
    /// Begins the file at `target`; a link to a file stays a link.
    ///
    /// # Errors
    /// What stands there is no regular file, another process is writing it, or what the system says; what was there is
    /// as it was.
    pub fn file(&self, target: &Path) -> Result<StagedFile, Refusal> {
        let refuse = |error| Refusal::Io { folder: target.to_owned(), error };
        match fs::metadata(target) {
            Ok(about) if about.is_file() => {}
            Ok(about) => {
                let what = if about.is_dir() { "it is a folder" } else { "it is a pipe, a socket or a device" };
                return Err(refuse(io::Error::new(ErrorKind::InvalidInput, format!("{what}, not a file"))));
            }
            Err(error) if error.kind() == ErrorKind::NotFound && !target.is_symlink() => {}
            Err(error) => return Err(refuse(error)),
        }
        let place = Place::of(target).map_err(refuse)?;
        let mut entries = self.under_way.hold();
        let lock = Lock::take(&self.disk, &place.lock(), &self.holder).map_err(|failure| match failure {
            lock::Failure::Held(holder) => Refusal::Held { folder: target.to_owned(), holder },
            lock::Failure::Io(error) => refuse(error),
        })?;
        // What is told of hidden folders that are gone is of no use here.
        recover::recover(&self.disk, &place, &self.holder, lock.is_kept_by_the_system())?;
        let nonces = std::iter::repeat_with(place::nonce).take(100);
        let container = Container::create(&self.disk, &place, &self.holder, nonces).map_err(refuse)?;
        entries.push(Entry {
            shown: target.to_owned(),
            target: place.target.clone(),
            container: Some(container.path.clone()),
            locks: lock.files().cloned().collect(),
            ..Entry::default()
        });
        let number = entries.len() - 1;
        drop(entries);
        let folders = self.clone();
        Ok(StagedFile { container, lock: Some(lock), folders, target: place.target, number, done: false })
    }
}

impl StagedFile {
    fn path(&self) -> PathBuf {
        self.container.new_results().join(NAME)
    }

    /// The empty file that is to be filled.
    ///
    /// # Errors
    /// What the system says.
    pub fn create(&self) -> io::Result<File> {
        self.folders.disk.create_file(&self.path())
    }

    /// Puts the file, of which everything has been written to `file`, in its place.
    ///
    /// # Errors
    /// What the system says; what was there is as it was.
    pub fn commit(mut self, file: &File) -> io::Result<()> {
        let under_way = Arc::clone(&self.folders.under_way);
        let mut entries = under_way.hold();
        file.sync_all()?;
        let disk = &self.folders.disk;
        disk.rename(&self.path(), &self.target)?;
        entries[self.number].written = true;
        self.done = true;
        if let Some(parent) = self.target.parent() {
            disk.sync(parent)?;
        }
        Ok(())
    }
}

impl Drop for StagedFile {
    fn drop(&mut self) {
        let under_way = Arc::clone(&self.folders.under_way);
        let mut entries = under_way.hold();
        // What will not go is hidden and harmless, and the next process removes it.
        let _ = container::remove(&self.folders.disk, &self.container.path);
        self.lock = None;
        entries[self.number].closed = true;
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_is_there_when_all_of_it_is_and_nothing_is_left_beside_it() {
        let folder = std::env::temp_dir().join(format!("gossipsim-single-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let (folders, target) = (Folders::default(), folder.join("graph.txt"));
        let names = || fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
        let staged = folders.file(&target).unwrap();
        staged.create().unwrap().write_all(b"half").unwrap();
        assert!(!target.exists());
        assert!(matches!(Folders::default().file(&target), Err(Refusal::Held { .. })), "one at a time");
        drop(staged);
        assert!(names().is_empty(), "{:?}", names());
        for text in ["first", "second"] {
            let staged = folders.file(&target).unwrap();
            let mut file = staged.create().unwrap();
            file.write_all(text.as_bytes()).unwrap();
            staged.commit(&file).unwrap();
            assert_eq!((fs::read_to_string(&target).unwrap().as_str(), names().len()), (text, 1));
        }
        // Given up in the middle, as by a signal.
        let staged = folders.file(&target).unwrap();
        staged.create().unwrap().write_all(b"half").unwrap();
        drop(folders.abandon());
        assert_eq!((fs::read_to_string(&target).unwrap().as_str(), names().len()), ("second", 1));
        drop(staged);
        assert!(folders.file(&folder).is_err(), "a folder is no file");
        #[cfg(unix)]
        assert!(folders.file(Path::new("/dev/null")).unwrap_err().to_string().contains("a device"));
        fs::remove_dir_all(folder).unwrap();
    }
}
