//! The results folder: all of it or nothing.
//!
//! Everything is written into a hidden folder beside the real one, which takes its place in the end. Whatever
//! happens before leaves the old folder as it was. Two processes with one target each have a hidden folder of their
//! own, and the later one's results stay.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::manifest::{MANIFEST, Manifest};

/// Why a folder may not be written.
#[derive(Debug, Error)]
pub enum Refusal {
    /// There is a file.
    #[error("`{}` is a file; --out takes a folder", .0.display())]
    IsFile(PathBuf),
    /// It belongs to something else.
    #[error(
        "`{}` is not empty and holds no results of gossipsim; choose another folder with --out", .0.display()
    )]
    Foreign(PathBuf),
    /// It holds other results.
    #[error(
        "`{}` holds the results of another scenario (`{scenario}`, other settings); replace them with --force or \
         choose another folder with --out", .folder.display()
    )]
    Taken {
        /// The folder.
        folder: PathBuf,
        /// The name of the scenario whose results it holds.
        scenario: String,
    },
    /// It holds files of the user's among its results.
    #[error(
        "`{}` holds `{file}`, which is not one of its results; move it elsewhere, replace everything with --force, or \
         choose another folder with --out", .folder.display()
    )]
    Mixed {
        /// The folder.
        folder: PathBuf,
        /// The first such file.
        file: String,
    },
    /// The system does not let us.
    #[error("cannot write to `{}`: {error}", .folder.display())]
    Io {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

/// A results folder under way. Dropping it leaves no trace.
#[derive(Debug)]
pub struct Draft {
    target: PathBuf,
    draft: PathBuf,
    replaced: PathBuf,
    /// Folders above the target that were not there before, innermost first.
    made: Vec<PathBuf>,
    hash: String,
    force: bool,
    done: bool,
}

impl Draft {
    /// Begins a folder that will stand at `target`, for the scenario with this `hash`. Results of another scenario
    /// are replaced only by `force`; what is not a results folder never is.
    ///
    /// # Errors
    /// A [`Refusal`]; nothing was touched.
    pub fn begin(target: &Path, hash: &str, force: bool) -> Result<Self, Refusal> {
        let refuse = |error| Refusal::Io { folder: target.to_owned(), error };
        permit(target, hash, force)?;
        // A link to a folder stays a link: what it leads to is replaced.
        let absolute = fs::canonicalize(target).or_else(|_| std::path::absolute(target)).map_err(refuse)?;
        let (Some(parent), Some(name)) = (absolute.parent(), absolute.file_name()) else {
            return Err(refuse(io::Error::new(io::ErrorKind::InvalidFilename, "this does not name a folder")));
        };
        let beside = |role: &str| {
            let name = name.to_string_lossy();
            parent.join(format!(".{name}.{role}-{}", std::process::id()))
        };
        let draft = Draft {
            draft: beside("new"),
            replaced: beside("old"),
            made: parent.ancestors().take_while(|folder| !folder.exists()).map(Path::to_owned).collect(),
            hash: hash.to_owned(),
            force,
            done: false,
            target: absolute.clone(),
        };
        fs::create_dir_all(parent).map_err(refuse)?;
        match fs::create_dir(&draft.draft) {
            // Left behind by a process of the same number that was killed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_dir_all(&draft.draft).and_then(|()| fs::create_dir(&draft.draft)).map_err(refuse)?;
            }
            other => other.map_err(refuse)?,
        }
        Ok(draft)
    }

    /// The path of the file `name` in the folder under way.
    pub fn path(&self, name: &str) -> PathBuf {
        self.draft.join(name)
    }

    /// Creates the file `name`, with its folder.
    ///
    /// # Errors
    /// What the system says, with the name.
    pub fn create(&self, name: &str) -> io::Result<File> {
        let path = self.path(name);
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        folder.and_then(|()| File::create(&path)).map_err(|error| with_name(name, &error))
    }

    /// Writes the file `name` whole.
    ///
    /// # Errors
    /// What the system says, with the name.
    pub fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.create(name)?;
        io::Write::write_all(&mut file, bytes).and_then(|()| file.sync_all()).map_err(|error| with_name(name, &error))
    }

    /// The names of all files written so far, in order.
    ///
    /// # Errors
    /// What the system says.
    pub fn files(&self) -> io::Result<Vec<String>> {
        files_in(&self.draft)
    }

    /// Puts the folder in its place.
    ///
    /// # Errors
    /// What the system says, or a [`Refusal`] because of what has come to stand there meanwhile; the old folder is in
    /// its place.
    pub fn commit(mut self) -> io::Result<()> {
        keep(&self.draft.join("charts"));
        keep(&self.draft);
        while !self.swap()? {}
        self.done = true;
        if let Some(parent) = self.target.parent() {
            keep(parent);
        }
        self.clear()
    }

    /// Tries once to take the target's place; `false` if another process did so first, and it has to be tried again.
    fn swap(&self) -> io::Result<bool> {
        use io::ErrorKind::{AlreadyExists, DirectoryNotEmpty};
        permit(&self.target, &self.hash, self.force).map_err(io::Error::other)?;
        let old = match fs::rename(&self.target, &self.replaced) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(error),
        };
        match fs::rename(&self.draft, &self.target) {
            Ok(()) => Ok(true),
            Err(error) if matches!(error.kind(), DirectoryNotEmpty | AlreadyExists) => {
                // What was set aside has been replaced already.
                self.clear()?;
                Ok(false)
            }
            Err(error) if old => Err(fs::rename(&self.replaced, &self.target).err().map_or(error, |error| {
                let place = self.replaced.display();
                io::Error::new(error.kind(), format!("{error}; the old results are in `{place}`"))
            })),
            Err(error) => Err(error),
        }
    }

    /// Removes what was set aside.
    fn clear(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.replaced) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let place = self.replaced.display();
                Err(io::Error::new(error.kind(), format!("the old ones cannot be removed from `{place}`: {error}")))
            }
            _ => Ok(()),
        }
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.done {
            // Nothing can be done about a draft that will not go; it is hidden and harmless.
            let _ = fs::remove_dir_all(&self.draft);
            for folder in &self.made {
                // Another process may be using it by now: then it is not empty, and stays.
                let _ = fs::remove_dir(folder);
            }
        }
    }
}

/// The names of all files in `folder`, in order.
fn files_in(folder: &Path) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    let mut below = vec![String::new()];
    while let Some(at) = below.pop() {
        for entry in fs::read_dir(folder.join(&at))? {
            let entry = entry?;
            let name = format!("{at}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                below.push(format!("{name}/"));
            } else {
                files.push(name);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Makes sure that the names in a folder are on the disk, as far as the system can.
fn keep(folder: &Path) {
    if let Ok(open) = File::open(folder) {
        // Not every system can, and the contents of the files are on the disk already.
        let _ = open.sync_all();
    }
}

/// `error`, which is about the file `name`.
pub(crate) fn with_name(name: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{name}: {error}"))
}

/// Whether `target` may be written or replaced.
fn permit(target: &Path, hash: &str, force: bool) -> Result<(), Refusal> {
    match judge(target, hash, force) {
        // Another process may have put a folder in its place between two looks at it: look again.
        Err(Refusal::Foreign(_)) => judge(target, hash, force),
        verdict => verdict,
    }
}

fn judge(target: &Path, hash: &str, force: bool) -> Result<(), Refusal> {
    let refuse = |error| Refusal::Io { folder: target.to_owned(), error };
    let mut entries = match fs::read_dir(target) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let leads_nowhere = target.is_symlink();
            return if leads_nowhere { Err(refuse(io::Error::other("it is a link to nothing"))) } else { Ok(()) };
        }
        Err(_) if target.is_file() => return Err(Refusal::IsFile(target.to_owned())),
        other => other.map_err(refuse)?,
    };
    if entries.next().is_none() {
        return Ok(());
    }
    let manifest = Manifest::read(&target.join(MANIFEST)).map_err(|_| Refusal::Foreign(target.to_owned()))?;
    if force {
        return Ok(());
    }
    if manifest.hash != hash {
        return Err(Refusal::Taken { folder: target.to_owned(), scenario: manifest.scenario });
    }
    match stranger(target, &manifest) {
        Some(file) => Err(Refusal::Mixed { folder: target.to_owned(), file }),
        None => Ok(()),
    }
}

/// The first file in a results folder that its manifest does not know. Hidden ones are nobody's work.
fn stranger(folder: &Path, manifest: &Manifest) -> Option<String> {
    let hidden = |name: &str| name.split('/').any(|part| part.starts_with('.'));
    // A folder that another process is just replacing cannot be listed, and is its own concern.
    let files = files_in(folder).unwrap_or_default();
    files.into_iter().find(|name| name != MANIFEST && !manifest.files.contains(name) && !hidden(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for each test, in the build's own place for such things.
    fn place(test: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("gossipsim-folder-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn fill(target: &Path, hash: &str, force: bool) -> Result<(), Refusal> {
        let draft = Draft::begin(target, hash, force)?;
        let files = vec!["charts/a.svg".to_owned()];
        let manifest = Manifest { hash: hash.to_owned(), scenario: "first".to_owned(), files, ..Manifest::default() };
        draft.write(MANIFEST, manifest.to_json().as_bytes()).unwrap();
        draft.write("charts/a.svg", hash.as_bytes()).unwrap();
        draft.commit().unwrap();
        Ok(())
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_draft_is_nowhere_until_it_is_committed_and_leaves_no_trace_when_dropped() {
        let folder = place("drop");
        let target = folder.join("deep/results");
        let draft = Draft::begin(&target, "1", false).unwrap();
        draft.write("runs.csv", b"half").unwrap();
        assert!(!target.exists());
        drop(draft);
        assert_eq!(names(&folder), [""; 0], "the folders made on the way are gone too");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn of_two_drafts_under_way_the_later_one_stays() {
        let folder = place("race");
        let target = folder.join("results");
        fill(&target, "1", false).unwrap();
        // As if by another process: the drafts of one process would share a name.
        let mut late = Draft::begin(&target, "1", false).unwrap();
        fs::rename(&late.draft, folder.join(".late")).unwrap();
        late.draft = folder.join(".late");
        late.write("charts/a.svg", b"late").unwrap();
        fill(&target, "1", false).unwrap();
        late.commit().unwrap();
        assert_eq!(fs::read(target.join("charts/a.svg")).unwrap(), b"late");
        assert_eq!(names(&folder), ["results"]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_came_into_the_place_meanwhile_is_not_replaced() {
        let folder = place("meanwhile");
        let target = folder.join("results");
        let draft = Draft::begin(&target, "1", true).unwrap();
        fs::create_dir(&target).unwrap();
        fs::write(target.join("thesis.tex"), "").unwrap();
        let refusal = draft.commit().unwrap_err();
        assert!(refusal.to_string().contains("holds no results"), "{refusal}");
        assert_eq!((names(&folder), names(&target)), (vec!["results".to_owned()], vec!["thesis.tex".to_owned()]));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_work_of_the_user_among_results_needs_force_to_go() {
        let folder = place("mixed");
        let target = folder.join("results");
        fill(&target, "1", false).unwrap();
        fs::write(target.join("charts/.hidden"), "").unwrap();
        fill(&target, "1", false).unwrap();
        fs::write(target.join("charts/notes.md"), "").unwrap();
        let refusal = fill(&target, "1", false).unwrap_err();
        assert!(refusal.to_string().contains("`charts/notes.md`"), "{refusal}");
        fill(&target, "1", true).unwrap();
        assert_eq!(names(&target.join("charts")), ["a.svg"]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_results_folder_stays_a_link() {
        let folder = place("link");
        let (target, link) = (folder.join("results"), folder.join("link"));
        fill(&target, "1", false).unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        fill(&link, "2", true).unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(target.join("charts/a.svg")).unwrap(), b"2");
        fs::remove_dir_all(&target).unwrap();
        assert!(matches!(Draft::begin(&link, "1", true), Err(Refusal::Io { .. })), "a link to nothing");
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_same_scenario_replaces_its_results_and_another_needs_force() {
        let folder = place("replace");
        let target = folder.join("results");
        fill(&target, "1", false).unwrap();
        fill(&target, "1", false).unwrap();
        let refusal = fill(&target, "2", false).unwrap_err();
        assert!(refusal.to_string().contains("`first`") && refusal.to_string().contains("--force"), "{refusal}");
        assert_eq!(fs::read(target.join("charts/a.svg")).unwrap(), b"1");
        fill(&target, "2", true).unwrap();
        assert_eq!(fs::read(target.join("charts/a.svg")).unwrap(), b"2");
        assert_eq!(names(&folder), ["results"]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_is_not_a_results_folder_is_never_replaced() {
        let folder = place("foreign");
        fs::write(folder.join("thesis.tex"), "").unwrap();
        assert!(matches!(Draft::begin(&folder, "1", true), Err(Refusal::Foreign(_))));
        assert!(matches!(Draft::begin(&folder.join("thesis.tex"), "1", true), Err(Refusal::IsFile(_))));
        fs::remove_dir_all(folder).unwrap();
    }
}
