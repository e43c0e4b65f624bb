//! A text that a scenario is read from: the file, or one argument of the command line.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::diagnostic::{Diagnostic, Place, Problems};
use crate::printable;

/// The largest scenario file, in bytes.
pub const MAX_FILE_SIZE: u64 = 1 << 20;

/// A text that a scenario is read from, and what it is called in messages.
#[derive(Clone, Debug)]
pub struct Source {
    pub(super) name: String,
    pub(super) stem: String,
    pub(super) folder: PathBuf,
    pub(super) text: String,
}

impl Source {
    /// Reads a scenario file: UTF-8, with or without a byte order mark.
    ///
    /// # Errors
    /// The file cannot be read, is larger than [`MAX_FILE_SIZE`] or is not UTF-8.
    pub fn file(path: &Path) -> Result<Source, Problems> {
        let mut source = Source::text(&path.display().to_string(), "");
        source.stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        source.folder = path.parent().map(Path::to_owned).unwrap_or_default();
        let bytes = match read(path) {
            Ok(bytes) => bytes,
            Err(error) => return Err(Problems::new(source).with(unreadable(&error))),
        };
        if bytes.len() as u64 > MAX_FILE_SIZE {
            let problem = "the scenario file is larger than 1 MiB";
            return Err(Problems::new(source).with(Diagnostic::of_file(problem, "a text of at most 1 MiB")));
        }
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        match str::from_utf8(bytes) {
            Ok(text) => Ok(Source { text: text.to_owned(), ..source }),
            Err(error) => {
                let mark = char::REPLACEMENT_CHARACTER.len_utf8();
                let place = Place::new(0, error.valid_up_to()..error.valid_up_to() + mark);
                source.text = String::from_utf8_lossy(bytes).into_owned();
                let diagnostic = Diagnostic::at(place, "", "the scenario file is not UTF-8", "text encoded as UTF-8");
                Err(Problems::new(source).with(diagnostic.suggest("save the file as UTF-8 in your editor")))
            }
        }
    }

    /// A scenario that is in memory already; `name` is what messages call it, and paths are relative to where the
    /// program runs.
    pub fn text(name: &str, text: &str) -> Source {
        let stem = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Source { name: name.to_owned(), stem, folder: PathBuf::new(), text: text.to_owned() }
    }

    /// The same, fit for a terminal; every byte of the text keeps its place.
    pub(super) fn shown(&self) -> Source {
        let name = printable::line(&self.name).into_owned();
        Source { name, text: printable::in_place(&self.text).into_owned(), ..self.clone() }
    }

    /// Line and column of a byte, from 1, the column in characters.
    pub(super) fn position(&self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte).unwrap_or(&self.text);
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        (before.matches('\n').count() + 1, before[line..].chars().count() + 1)
    }

    /// The part of `place` on its first line, within the text and at the borders of characters.
    pub(super) fn on_one_line(&self, place: Place) -> Range<usize> {
        let border = |at: u32| {
            let at = self.text.len().min(at as usize);
            (0..=at).rev().find(|&at| self.text.is_char_boundary(at)).unwrap_or(0)
        };
        let (start, end) = (border(place.start), border(place.end.max(place.start)));
        let line = self.text[start..end].lines().next().map_or(0, |line| line.trim_end().len());
        start..start + line
    }

    /// Where something could be added: after the last character that is not white.
    pub(super) fn end(&self) -> Place {
        let end = self.text.trim_end().len();
        Place::new(0, end..end)
    }
}

/// The bytes of a file, up to one more than allowed, so that a device without an end is no trap.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_FILE_SIZE + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(error: &io::Error) -> Diagnostic {
    let problem = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "the scenario file may not be read".to_owned(),
        io::ErrorKind::IsADirectory => "this is a folder, not a scenario file".to_owned(),
        _ => format!("the scenario file cannot be read: {error}"),
    };
    Diagnostic::of_file(problem, "the path of a scenario file (TOML)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::text("s.toml", "ä = 1\r\nb = 2");
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(5), (1, 5));
        assert_eq!(source.position(8), (2, 1));
        assert_eq!(source.position(999), (2, 6));
    }

    #[test]
    fn a_place_is_marked_on_its_first_line_only() {
        let source = Source::text("s.toml", "a = [\r\n1]\n");
        assert_eq!(source.on_one_line(Place::new(0, 4..9)), 4..5);
        assert_eq!(source.on_one_line(Place::new(0, 400..900)), 10..10);
    }

    #[test]
    fn a_missing_file_and_a_folder_are_told_apart() {
        let missing = Source::file(Path::new("no/such/scenario.toml")).unwrap_err();
        assert!(missing.to_string().contains("there is no such file"), "{missing}");
        let folder = Source::file(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap_err();
        assert!(folder.to_string().contains("folder"), "{folder}");
    }
}
