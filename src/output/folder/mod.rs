//! The results folder: all of it or nothing.
//!
//! A process claims a folder with a lock, makes the results in a hidden folder beside it, and lets the two take each
//! other's place in one step. Where the system cannot do that, or the folder has to stay (files of the user's are in
//! it, or the process stands in it), the files are replaced one by one, in steps that can be taken back. A process
//! that is killed at any moment leaves the old results or the new ones, or what the next process at that place turns
//! back into the old ones. What the manifest does not list is not ours, and stays where it is.

mod beside;
mod checksum;
mod container;
mod contents;
mod disk;
mod holder;
mod in_place;
mod lock;
mod place;
mod recover;
mod refusal;
mod single;
mod under_way;

#[cfg(test)]
mod crash;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use beside::{Elsewhere, Placed};
use checksum::Checksums;
pub use checksum::StagedWriter;
use container::Container;
use contents::{Contents, files_in, folders_of};
pub use disk::{Disk, Operation};
pub use holder::Holder;
use lock::Lock;
use place::Place;
pub use refusal::Refusal;
use refusal::{Purpose, judge};
pub use single::StagedFile;
pub use under_way::{Abandoned, Progress};
use under_way::{Entry, UnderWay};

use super::manifest::MANIFEST;
use super::provenance::Provenance;

/// The results folders that a process writes.
#[derive(Clone, Debug)]
pub struct Folders {
    disk: Disk,
    holder: Holder,
    under_way: Arc<UnderWay>,
}

impl Default for Folders {
    fn default() -> Self {
        Folders::with(Disk::default(), Holder::this_process())
    }
}

impl Folders {
    /// As if `holder` wrote to `disk`.
    pub fn with(disk: Disk, holder: Holder) -> Self {
        Folders { disk, holder, under_way: Arc::default() }
    }

    /// Claims the folder at `target` for the results of `provenance`, until the claim is dropped. Results of another
    /// scenario are replaced only by `force`, and so are files that were put into the folder or changed; what is not a
    /// results folder never is.
    ///
    /// # Errors
    /// A [`Refusal`]; what was there is as it was.
    pub fn claim(&self, target: &Path, provenance: Provenance, force: bool) -> Result<FolderLease, Refusal> {
        self.take(target, Purpose::Results { provenance, force })
    }

    /// Claims the results folder at `target` for new charts of the results that it holds.
    ///
    /// # Errors
    /// A [`Refusal`]; what was there is as it was.
    pub fn claim_charts(&self, target: &Path) -> Result<FolderLease, Refusal> {
        self.take(target, Purpose::Charts)
    }

    fn take(&self, target: &Path, purpose: Purpose) -> Result<FolderLease, Refusal> {
        let refuse = |error| Refusal::Io { folder: target.to_owned(), error };
        if !target.is_dir() {
            // Before any folder is made: a file, or a link to nothing.
            judge(target, &purpose)?;
        }
        let place = match Place::of(target) {
            Ok(place) => place,
            // The root: what is in it says more.
            Err(error) => return judge(target, &purpose).and(Err(refuse(error))),
        };
        let mut entries = self.under_way.hold();
        let made = self.make_parents(&place.parent).map_err(refuse)?;
        let taken = self.lock(target, place).inspect_err(|_| self.remove_folders(&made));
        let (place, lock) = taken?;
        entries.push(Entry {
            shown: target.to_owned(),
            target: place.target.clone(),
            locks: lock.files().cloned().collect(),
            made,
            ..Entry::default()
        });
        let number = entries.len() - 1;
        drop(entries);
        let mut claim =
            FolderLease { folders: self.clone(), place, purpose, lock: Some(lock), number, notes: Vec::new() };
        claim.look(target)?;
        Ok(claim)
    }

    /// Makes the folders that lead to `parent`; gives those that were not there, innermost first.
    fn make_parents(&self, parent: &Path) -> io::Result<Vec<PathBuf>> {
        let missing: Vec<PathBuf> =
            parent.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect();
        for (number, folder) in missing.iter().enumerate().rev() {
            match self.disk.create_folder(folder) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    self.remove_folders(&missing[number + 1..]);
                    return Err(error);
                }
                _ => {}
            }
        }
        Ok(missing)
    }

    fn remove_folders(&self, folders: &[PathBuf]) {
        for folder in folders {
            // Another process may be using it by now: then it is not empty, and stays.
            let _ = self.disk.remove_folder(folder);
        }
    }

    /// Locks the folder: beside it, or in it where that cannot be.
    fn lock(&self, shown: &Path, mut place: Place) -> Result<(Place, Lock), Refusal> {
        let refuse = |failure| match failure {
            lock::Failure::Held(holder) => Refusal::Held { folder: shown.to_owned(), holder },
            lock::Failure::Io(error) => Refusal::Io { folder: shown.to_owned(), error },
        };
        loop {
            match Lock::take(&self.disk, &place.lock(), &self.holder) {
                Err(lock::Failure::Io(error)) if !place.within && place.target.is_dir() && is_closed(&error) => {
                    let beside = Lock::held(&place.lock()).map(lock::Failure::Held);
                    beside.map_or(Ok(()), |failure| Err(refuse(failure)))?;
                    place = place.within();
                }
                Ok(lock) => {
                    let within = Some(place.lock_within()).filter(|_| !place.within);
                    let held = within.and_then(|path| Lock::held(&path)).map(lock::Failure::Held);
                    return held.map_or(Ok((place, lock)), |failure| Err(refuse(failure)));
                }
                Err(failure) => return Err(refuse(failure)),
            }
        }
    }

    /// How far the claimed folders have come.
    pub fn progress(&self) -> Progress {
        under_way::progress(&self.under_way.hold())
    }

    /// Gives all work up, for a process that is about to end in the middle of it: waits until no results are being
    /// put in their place, then removes everything hidden. As long as the answer is kept nothing is put anywhere.
    pub fn abandon(&self) -> Abandoned<'_> {
        Abandoned::all(&self.disk, &self.under_way)
    }
}

/// Whether nothing may be put into a folder.
fn is_closed(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}

/// A folder that nobody else may write.
#[derive(Debug)]
pub struct FolderLease {
    folders: Folders,
    place: Place,
    purpose: Purpose,
    lock: Option<Lock>,
    /// Its place among the entries of what is under way.
    number: usize,
    notes: Vec<String>,
}

impl FolderLease {
    /// Recovers what killed processes left, and looks whether the folder may be written.
    fn look(&mut self, shown: &Path) -> Result<(), Refusal> {
        let Folders { disk, holder, under_way } = &self.folders;
        let entries = under_way.hold();
        let sure = self.lock.as_ref().is_some_and(Lock::is_kept_by_the_system);
        self.notes = recover::recover(disk, &self.place, holder, sure)?;
        drop(entries);
        // What was put back or cleared away is told even if the command is refused.
        let told = |refusal| Refusal::after(&self.notes, refusal);
        let contents = judge(shown, &self.purpose).map_err(told)?.unwrap_or_default();
        let replaces = matches!(self.purpose, Purpose::Results { .. });
        if contents.other_settings {
            self.notes
                .push(format!("`{}` holds results of other settings, which the new ones replace", shown.display()));
        }
        if replaces && !contents.foreign.is_empty() {
            self.notes.push(format!("{} in `{}` is no result and stays", contents.names(), shown.display()));
        }
        Ok(())
    }

    /// What was done for the folder, or stays in it, that the user should know.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The claimed folder.
    pub fn folder(&self) -> &Path {
        &self.place.target
    }

    /// The claimed folder, as the user named it.
    fn shown(&self) -> PathBuf {
        self.folders.under_way.hold()[self.number].shown.clone()
    }

    /// Begins new results in a hidden folder.
    ///
    /// # Errors
    /// What the system says; what was there is as it was.
    pub fn begin(self) -> io::Result<StagedFolder> {
        let Folders { disk, holder, under_way } = &self.folders;
        let mut entries = under_way.hold();
        let nonces = std::iter::repeat_with(place::nonce).take(100);
        let container = Container::create(disk, &self.place, holder, nonces)?;
        entries[self.number].container = Some(container.path.clone());
        drop(entries);
        Ok(StagedFolder { container, claim: self, sums: Checksums::default(), done: false })
    }
}

impl Drop for FolderLease {
    fn drop(&mut self) {
        let under_way = Arc::clone(&self.folders.under_way);
        let mut entries = under_way.hold();
        self.lock = None;
        entries[self.number].closed = true;
        under_way::remove_made(&self.folders.disk, &entries, |entry| entry.closed);
    }
}

/// A results folder under way. Dropping it leaves no trace.
#[derive(Debug)]
pub struct StagedFolder {
    // Dropped in this order: the lock on the folder goes last.
    container: Container,
    claim: FolderLease,
    sums: Checksums,
    done: bool,
}

impl StagedFolder {
    fn disk(&self) -> &Disk {
        &self.claim.folders.disk
    }

    /// The path of the file `name` in the folder under way.
    pub fn path(&self, name: &str) -> PathBuf {
        self.container.new_results().join(name)
    }

    /// Creates the file `name`, with its folder.
    ///
    /// # Errors
    /// What the system says, with the name.
    pub fn create(&self, name: &str) -> io::Result<StagedWriter> {
        Ok(self.sums.writer(name, self.create_file(name)?))
    }

    fn create_file(&self, name: &str) -> io::Result<fs::File> {
        let above = Path::new(name).parent().unwrap_or(Path::new(""));
        let folder = self.disk().create_folders(&self.container.new_results(), above);
        folder.and_then(|()| self.disk().create_file(&self.path(name))).map_err(|error| with_name(name, &error))
    }

    /// Writes the file `name` whole.
    ///
    /// # Errors
    /// What the system says, with the name.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.create_file(name)?;
        self.disk().fill(&mut file, &self.path(name), bytes).map_err(|error| with_name(name, &error))?;
        self.sums.add(name, bytes);
        Ok(())
    }

    /// The checksums of all files that are written whole, by their names.
    pub fn checksums(&self) -> BTreeMap<String, String> {
        self.sums.all()
    }

    /// The names of all files written so far, in order.
    ///
    /// # Errors
    /// What the system says.
    pub fn files(&self) -> io::Result<Vec<String>> {
        files_in(&self.container.new_results())
    }

    /// Puts the results in their place: all that was written, instead of all that was ours.
    ///
    /// # Errors
    /// What the system says, or a [`Refusal`] because of what has come to stand there meanwhile; the old results are in
    /// their place.
    pub fn commit(mut self) -> io::Result<()> {
        self.settle()
    }

    /// Does so. Where it fails, all that was written is still in the hidden folder.
    fn settle(&mut self) -> io::Result<()> {
        let under_way = Arc::clone(&self.claim.folders.under_way);
        let mut entries = under_way.hold();
        let there = judge(&self.claim.place.target, &self.claim.purpose).map_err(io::Error::other)?;
        self.sync_new()?;
        match there {
            None => self.put()?,
            Some(contents) if self.has_to_stay(&contents) => self.replace(&contents, contents.ours.clone())?,
            // Where the system cannot exchange folders it says so in many ways.
            Some(contents) => self.exchange(&contents)?,
        }
        self.end(&mut entries)
    }

    /// Puts what was written, a manifest among it, beside the results that stay: instead of the files `old` of them.
    ///
    /// # Errors
    /// As of [`commit`](StagedFolder::commit).
    pub fn commit_beside(mut self, old: &[String]) -> io::Result<()> {
        let under_way = Arc::clone(&self.claim.folders.under_way);
        let mut entries = under_way.hold();
        let there = judge(&self.claim.place.target, &self.claim.purpose).map_err(io::Error::other)?;
        self.sync_new()?;
        let contents = there.unwrap_or_default();
        let names = old.iter().cloned().chain([MANIFEST.to_owned()]);
        let old = names.filter(|name| contents.ours.contains(name)).collect();
        self.replace(&contents, old)?;
        self.end(&mut entries)
    }

    /// The new results stand: removes the old ones.
    fn end(&mut self, entries: &mut [Entry]) -> io::Result<()> {
        self.done = true;
        entries[self.claim.number].written = true;
        // What will not go is hidden and harmless, and the next process removes it.
        let _ = container::clear(self.disk(), &self.container.path, &self.claim.place.target);
        Ok(())
    }

    /// Brings the names of all that was written to the disk; the contents are there.
    fn sync_new(&self) -> io::Result<()> {
        let new = self.container.new_results();
        for folder in folders_of(&self.files()?) {
            self.disk().sync(&new.join(folder))?;
        }
        [&new, &self.container.path].into_iter().try_for_each(|folder| self.disk().sync(folder))
    }

    /// Whether the folder itself may not go: files of the user's are in it, or this process stands in it.
    fn has_to_stay(&self, contents: &Contents) -> bool {
        let target = &self.claim.place.target;
        let stands_in = std::env::current_dir().and_then(fs::canonicalize).is_ok_and(|here| here.starts_with(target));
        stands_in || self.claim.place.within || !contents.foreign.is_empty()
    }

    /// Puts the new folder where nothing is.
    fn put(&self) -> io::Result<()> {
        let (new, target) = (self.container.new_results(), &self.claim.place.target);
        self.disk().rename(&new, target)?;
        // The error is told; what cannot be taken back is found by the next process.
        self.sync_parent().inspect_err(|_| drop(self.disk().rename(target, &new)))
    }

    /// Lets the new folder and the old one take each other's place.
    fn exchange(&self, contents: &Contents) -> io::Result<()> {
        let (new, target) = (self.container.new_results(), &self.claim.place.target);
        if !takes_after(&new, target) || self.disk().exchange(&new, target).is_err() {
            return self.replace(contents, contents.ours.clone());
        }
        self.sync_parent().inspect_err(|_| drop(self.disk().exchange(&new, target)))
    }

    /// Replaces the files `old` one by one.
    fn replace(&self, contents: &Contents, old: BTreeSet<String>) -> io::Result<()> {
        let (container, target) = (&self.container.path, &self.claim.place.target);
        let new: BTreeSet<String> = self.files()?.into_iter().collect();
        if let Some(path) = new.iter().find_map(|name| contents.blocks(target, name)) {
            return Err(io::Error::other(Refusal::Blocked(target.join(path))));
        }
        in_place::replace(self.disk(), container, target, old, new)
    }

    fn sync_parent(&self) -> io::Result<()> {
        [&self.claim.place.parent, &self.container.path].into_iter().try_for_each(|folder| self.disk().sync(folder))
    }
}

impl Drop for StagedFolder {
    fn drop(&mut self) {
        // Results that could not be put back stay where they are until the next process tries again.
        if !self.done && !in_place::is_half_done(&self.container.path) {
            // Nothing can be done about a staged folder that will not go; it is hidden and harmless.
            let _ = container::remove(self.disk(), &self.container.path);
        }
    }
}

/// Gives the folder `new` owner, group and permissions of `old`: who may look into it is for the user to say. `false` if
/// that cannot be.
fn takes_after(new: &Path, old: &Path) -> bool {
    let Ok(about) = fs::metadata(old) else { return false };
    // The owner first: the system takes some permissions from a folder that changes hands.
    takes_owner(new, &about) && fs::set_permissions(new, about.permissions()).is_ok()
}

#[cfg(unix)]
fn takes_owner(new: &Path, old: &fs::Metadata) -> bool {
    use std::os::unix::fs::{MetadataExt, chown};
    let owner = |about: &fs::Metadata| (about.uid(), about.gid());
    fs::metadata(new)
        .is_ok_and(|about| owner(&about) == owner(old) || chown(new, Some(old.uid()), Some(old.gid())).is_ok())
}

#[cfg(not(unix))]
fn takes_owner(_: &Path, _: &fs::Metadata) -> bool {
    true
}

/// `error`, which is about the file `name`, if that has one.
pub(crate) fn with_name(name: &str, error: &io::Error) -> io::Error {
    let text = if name.is_empty() { error.to_string() } else { format!("{name}: {error}") };
    io::Error::new(error.kind(), text)
}
