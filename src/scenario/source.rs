//! A text that a scenario is read from: the file, or one argument of the command line.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::origin::{Document, Origin};
use super::place::Place;
use crate::printable;

/// A text that a scenario is read from, and what it is called in messages.
#[derive(Clone, Debug)]
pub struct Source {
    pub(super) name: String,
    pub(super) stem: String,
    pub(super) folder: PathBuf,
    pub(super) text: String,
    pub(super) origin: Origin,
    /// The text before anything was taken off or made readable.
    pub(super) bytes: Arc<[u8]>,
}

impl Source {
    /// A scenario that is in memory already; `name` is what messages call it, and paths are relative to where the
    /// program runs.
    pub fn text(name: &str, text: &str) -> Source {
        let stem = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let (name, text, bytes) = (name.to_owned(), text.to_owned(), text.as_bytes().into());
        Source { name, stem, folder: PathBuf::new(), text, origin: Origin::Memory, bytes }
    }

    /// Where it comes from, and the whole of it.
    pub(super) fn document(&self) -> Document {
        Document { origin: self.origin.clone(), bytes: Arc::clone(&self.bytes) }
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
}
