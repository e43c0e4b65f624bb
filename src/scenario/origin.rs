//! Where the text of a scenario comes from, and the text itself, byte for byte.

use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the text of a scenario comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file: its absolute path, in which no folder is a link.
    File(PathBuf),
    /// Standard input.
    Stdin,
    /// A sample or preset that is part of the program, by what names it: see [`Sample::reference`](super::Sample::reference).
    Sample(String),
    /// A text in memory.
    Memory,
}

impl Origin {
    /// The file at `path`. A link to a file is a file of its own: it may lead elsewhere tomorrow.
    pub(super) fn file(path: &Path) -> Self {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = absolute.parent().and_then(|folder| std::fs::canonicalize(folder).ok());
        let place = folder.zip(absolute.file_name()).map(|(folder, name)| folder.join(name));
        Origin::File(place.unwrap_or(absolute))
    }
}

/// A text that a scenario was read from.
#[derive(Clone, Debug)]
pub struct Document {
    /// Where it comes from.
    pub origin: Origin,
    /// All of it, as it was.
    pub bytes: Arc<[u8]>,
}
