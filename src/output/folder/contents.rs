//! What stands in a results folder: what its manifest lists is ours, all else is the user's.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use super::checksum::Checksum;
use super::place;
use crate::output::manifest::{MANIFEST, Manifest};
use crate::printable;

/// The most names that are told.
const MOST_NAMES: usize = 8;

/// Files of one folder may be brought elsewhere one after the other, and get their times then.
const TOGETHER: Duration = Duration::from_secs(60);

/// The contents of a results folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    /// The regular files that the manifest lists, and the manifest, by name.
    pub(super) ours: BTreeSet<String>,
    /// All else, in order. A folder without anything of ours stands for all that is in it.
    pub(super) foreign: Vec<Foreign>,
    /// Whether the results are of other settings than those that are to come.
    pub(super) other_settings: bool,
}

/// A file, a link or a folder that is not ours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Foreign {
    pub(super) path: PathBuf,
    pub(super) is_folder: bool,
}

impl Contents {
    /// Looks through `folder`, of which `manifest` lists what is ours.
    pub(super) fn of(folder: &Path, manifest: &Manifest) -> io::Result<Self> {
        let listed: BTreeSet<&str> =
            manifest.files.iter().map(String::as_str).filter(|name| is_plain(name)).chain([MANIFEST]).collect();
        let mut contents = Contents::default();
        let mut below = vec![PathBuf::new()];
        while let Some(at) = below.pop() {
            for entry in fs::read_dir(folder.join(&at))? {
                let entry = entry?;
                if at.as_os_str().is_empty() && place::is_own(&entry.path()) {
                    continue;
                }
                let (path, kind) = (at.join(entry.file_name()), entry.file_type()?);
                let name = plain_name(&path);
                match name {
                    Some(name) if kind.is_file() && listed.contains(name.as_str()) => {
                        contents.ours.insert(name);
                    }
                    Some(name) if kind.is_dir() && holds_any(&listed, &name) => below.push(path),
                    _ => contents.foreign.push(Foreign { path, is_folder: kind.is_dir() }),
                }
            }
        }
        contents.foreign.sort();
        Ok(contents)
    }

    /// The names of what is not ours, ready to be printed.
    pub(super) fn names(&self) -> String {
        let shown =
            self.foreign.iter().take(MOST_NAMES).map(|foreign| {
                format!("`{}{}`", printable::path(&foreign.path), if foreign.is_folder { "/" } else { "" })
            });
        list(shown, self.foreign.len())
    }

    /// The names of what is ours and not as it was written, ready to be printed; empty if nothing is.
    pub(super) fn changed(&self, folder: &Path, manifest: &Manifest) -> String {
        let changed: Vec<&String> =
            self.ours.iter().filter(|name| *name != MANIFEST && is_changed(folder, name, manifest)).collect();
        let shown = changed.iter().take(MOST_NAMES).map(|name| format!("`{}`", printable::line(name)));
        list(shown, changed.len())
    }

    /// What stands where a file `name` should go in `folder` and is not ours, if anything does.
    pub(super) fn blocks(&self, folder: &Path, name: &str) -> Option<PathBuf> {
        let path = Path::new(name);
        let at = |path: &Path| fs::symlink_metadata(folder.join(path)).ok();
        let above = path.ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
        let no_folder = above.filter(|above| at(above).is_some_and(|about| !about.is_dir())).last();
        let taken = || at(path).filter(|_| !self.ours.contains(name)).map(|_| path);
        no_folder.or_else(taken).map(Path::to_owned)
    }
}

/// Some names of `all`, and how many there are besides.
fn list(shown: impl Iterator<Item = String>, all: usize) -> String {
    let names = shown.collect::<Vec<_>>().join(", ");
    let more = all.saturating_sub(MOST_NAMES);
    if more > 0 { format!("{names} and {more} more") } else { names }
}

/// Whether the file `name` is not as it was written. What cannot be read may be.
fn is_changed(folder: &Path, name: &str, manifest: &Manifest) -> bool {
    let path = folder.join(name);
    if let Some(sum) = manifest.sha256.get(name) {
        return Checksum::of_file(&path).map_or(true, |found| found != *sum);
    }
    // Of a version that kept no checksums: the manifest was written last.
    let written = |path: &Path| fs::metadata(path).and_then(|about| about.modified());
    match (written(&path), written(&folder.join(MANIFEST))) {
        (Ok(file), Ok(manifest)) => file.duration_since(manifest).is_ok_and(|later| later > TOGETHER),
        _ => true,
    }
}

/// Whether a name leads to a place within its folder that is not hidden, whoever wrote the manifest.
pub(super) fn is_plain(name: &str) -> bool {
    let plain = |part: Component<'_>| match part {
        Component::Normal(part) => !part.to_string_lossy().starts_with('.'),
        _ => false,
    };
    !name.is_empty() && Path::new(name).components().all(plain)
}

/// A path within a folder as manifests have it: with `/`, if it can be written so.
fn plain_name(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.components().map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

/// Whether any listed file is in the folder `name`.
fn holds_any(listed: &BTreeSet<&str>, name: &str) -> bool {
    let prefix = format!("{name}/");
    listed.range(prefix.as_str()..).next().is_some_and(|first| first.starts_with(&prefix))
}

/// The names of all files in `folder`, in order.
pub(super) fn files_in(folder: &Path) -> io::Result<Vec<String>> {
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

/// The folders that lead to `names`, innermost first.
pub(super) fn folders_of<'a>(names: impl IntoIterator<Item = &'a String>) -> Vec<&'a Path> {
    let above = |name: &'a String| Path::new(name).ancestors().skip(1).filter(|path| !path.as_os_str().is_empty());
    let folders: BTreeSet<&Path> = names.into_iter().flat_map(above).collect();
    // A folder comes before those in it, in order of paths.
    folders.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_lists_nothing_outside_its_folder_and_nothing_hidden() {
        for name in ["../a", "/etc/passwd", "a/../../b", ".git/config", "charts/.keep", "", "."] {
            assert!(!is_plain(name), "{name}");
        }
        assert!(["runs.csv", "charts/a.svg", "a..b"].into_iter().all(is_plain));
    }

    #[test]
    fn folders_come_innermost_first() {
        let names = ["a/b/c".to_owned(), "a/d".to_owned(), "e".to_owned()];
        assert_eq!(folders_of(&names), [Path::new("a/b"), Path::new("a")]);
    }
}
