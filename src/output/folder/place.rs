//! Where a results folder stands, and where the hidden folders and the lock for it go: beside it, or within it where
//! nothing can be put beside it.

use std::ffi::OsStr;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::hexadecimal::hexadecimal;
use crate::regular_file;

/// What is in the name of everything hidden that we make.
const MARK: &str = ".gossipsim-";
/// The end of a lock's name.
const LOCK: &str = "lock";
/// The length of a nonce, in hexadecimal digits.
const NONCE: usize = 16;
/// The longest name of a folder that is part of hidden names, in bytes.
const LONGEST: usize = 150;

/// A results folder's place.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The folder, by an absolute path without links.
    pub(super) target: PathBuf,
    /// The folder that holds it.
    pub(super) parent: PathBuf,
    /// What hidden names beside it begin with: a dot and its name.
    tag: String,
    /// Whether hidden folders go into it.
    pub(super) within: bool,
}

impl Place {
    /// The place that `path` leads to. A link to a folder stays a link: what it leads to is replaced.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let target = fs::canonicalize(path).or_else(|_| std::path::absolute(path))?;
        let (Some(parent), Some(name)) = (target.parent(), target.file_name()) else {
            return Err(io::Error::new(io::ErrorKind::InvalidFilename, "this does not name a folder"));
        };
        let (parent, tag) = (parent.to_owned(), format!(".{}", tag(name)));
        let within = elsewhere(&target, &parent);
        Ok(Place { target, parent, tag, within })
    }

    /// The same place, with hidden folders in it.
    pub(super) fn within(self) -> Self {
        Place { within: true, ..self }
    }

    /// The lock on the folder.
    pub(super) fn lock(&self) -> PathBuf {
        if self.within { self.lock_within() } else { self.parent.join(format!("{}{MARK}{LOCK}", self.tag)) }
    }

    /// The lock that processes hold that cannot put one beside the folder.
    pub(super) fn lock_within(&self) -> PathBuf {
        self.target.join(format!("{MARK}{LOCK}"))
    }

    /// Where hidden folders go.
    pub(super) fn home(&self) -> &Path {
        if self.within { &self.target } else { &self.parent }
    }

    /// A hidden folder that nobody has had before.
    pub(super) fn fresh(&self, nonce: u64) -> PathBuf {
        let tag = if self.within { "" } else { self.tag.as_str() };
        self.home().join(format!("{tag}{MARK}{nonce:0NONCE$x}"))
    }

    /// Whether the hidden folder `path` is for this place, wherever it is.
    pub(super) fn owns(&self, path: &Path) -> bool {
        let tag = hidden(path).map(|(tag, _)| tag);
        tag.is_some_and(|tag| if path.parent() == Some(&self.target) { tag.is_empty() } else { tag == self.tag })
    }
}

/// Whether `path` is named like a hidden folder or a lock that we make within a results folder.
pub(super) fn is_own(path: &Path) -> bool {
    let name = path.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
    let lock = name.strip_prefix(MARK).is_some_and(|rest| [LOCK, "locked"].contains(&rest));
    let container = hidden(path).is_some_and(|(tag, _)| tag.is_empty());
    let about = fs::symlink_metadata(path);
    about.is_ok_and(|about| lock && about.is_file() || container && about.is_dir() && path.join("owner").is_file())
}

/// The parts of a hidden folder's name: what it is for, and its nonce.
pub(super) fn hidden(path: &Path) -> Option<(&str, &str)> {
    let parts = path.file_name()?.to_str()?.rsplit_once(MARK)?;
    let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    (parts.1.len() == NONCE && parts.1.bytes().all(digit)).then_some(parts)
}

/// A number that no other process, on this machine or another, is likely to get. It only names hidden folders.
pub(super) fn nonce() -> u64 {
    // A key from the system for every thread of every process, another one at every call.
    RandomState::new().hash_one(std::process::id())
}

/// A folder's name as part of hidden names: whole, or shortened to what still tells it from others.
fn tag(name: &OsStr) -> String {
    match name.to_str() {
        Some(name) if name.len() <= LONGEST => name.to_owned(),
        _ => {
            let shown: String =
                name.to_string_lossy().chars().filter(|letter| letter.is_alphanumeric()).take(20).collect();
            format!("{shown}~{}", hexadecimal(&Sha256::digest(name.as_encoded_bytes())[..8]))
        }
    }
}

/// Whether `target` is on another file system than its parent, or mounted there: then nothing can be moved into it from
/// there.
#[cfg(unix)]
fn elsewhere(target: &Path, parent: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let device = |path: &Path| fs::metadata(path).map(|about| about.dev()).ok();
    let other = matches!((device(target), device(parent)), (Some(target), Some(parent)) if target != parent);
    other || is_mounted(target)
}

/// Whether something is mounted at `path`, an absolute path without links, as far as the system tells.
pub(super) fn is_mounted(path: &Path) -> bool {
    // Blanks and the like are written as three octal digits there (proc(5)).
    let name = path.to_string_lossy().replace('\\', "\\134").replace(' ', "\\040").replace('\t', "\\011");
    let name = name.replace('\n', "\\012");
    let mounts = regular_file::read_text(Path::new("/proc/self/mountinfo"), 1 << 24).unwrap_or_default();
    mounts.lines().any(|line| line.split(' ').nth(4) == Some(name.as_str()))
}

#[cfg(not(unix))]
fn elsewhere(_: &Path, _: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_names_are_told_from_all_others() {
        let place = Place::of(Path::new("no/such/place")).unwrap();
        let fresh = place.fresh(0xab);
        assert!(fresh.ends_with("no/such/.place.gossipsim-00000000000000ab"), "{}", fresh.display());
        assert!(place.owns(&fresh));
        assert!(!Place::of(Path::new("no/such/other")).unwrap().owns(&fresh));
        for name in [".place.gossipsim-lock", ".place.new-123", "place", ".place.gossipsim-00000000000000AB", ".git"] {
            assert!(!place.owns(&place.parent.join(name)), "{name}");
        }
        assert_ne!(nonce(), nonce());
    }

    #[test]
    fn a_long_name_is_shortened_and_still_its_own() {
        let [one, other] = ["a", "b"].map(|end| tag(OsStr::new(&("x".repeat(240) + end))));
        assert!(one.len() < 40 && one != other, "{one} {other}");
    }
}
