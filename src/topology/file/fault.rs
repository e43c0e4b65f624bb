//! Why a graph file is refused: the line to blame, the problem, and what was expected.

use crate::printable;

/// The most columns of a file that a message shows.
const MOST_SHOWN: usize = 80;

/// What a file should be, in a word.
pub(super) const FILE_FORM: &str = "a graph: an edge list (two node names a line), CSV, adjacency lists, GraphML, GML, \
    DOT, METIS, Matrix Market or node-link JSON";

/// Why a file could not be read, and what was expected.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    /// The line to blame, from 1.
    pub(super) line: Option<usize>,
    pub(super) problem: String,
    pub(super) expected: String,
}

impl Fault {
    /// A fault of the file as a whole.
    pub(super) fn of_file(problem: impl Into<String>) -> Self {
        Fault { line: None, problem: problem.into(), expected: FILE_FORM.into() }
    }

    /// A fault of line `line`, from 1.
    pub(super) fn of_line(line: usize, problem: impl Into<String>) -> Self {
        Fault { line: Some(line), ..Self::of_file(problem) }
    }

    /// A fault at byte `at` of `text`.
    pub(super) fn of_byte(text: &str, at: usize, problem: impl Into<String>) -> Self {
        let before = &text.as_bytes()[..at.min(text.len())];
        Self::of_line(1 + before.iter().filter(|&&byte| byte == b'\n').count(), problem)
    }

    /// The same fault where something else was expected.
    pub(super) fn expecting(self, expected: impl Into<String>) -> Self {
        Fault { expected: expected.into(), ..self }
    }
}

/// Text of a file as a message shows it: on one line, of at most 80 columns, with nothing that a terminal obeys.
pub(super) fn shown(text: &str) -> String {
    let start: String = text.trim().chars().take(MOST_SHOWN + 1).collect();
    let escaped = printable::line(&start);
    // What is not ASCII may be two columns wide.
    let width = |letter: char| if letter.is_ascii() { 1 } else { 2 };
    let mut columns = 0;
    let mut fits = String::new();
    for letter in escaped.chars() {
        columns += width(letter);
        if columns >= MOST_SHOWN {
            fits.push('…');
            return fits;
        }
        fits.push(letter);
    }
    fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_short_and_obeyed_by_no_terminal() {
        assert_eq!(shown(" a b "), "a b");
        assert_eq!(shown("\u{1b}[31mred"), "\\u{1b}[31mred");
        for long in ["x".repeat(1000), "漢".repeat(1000), "\u{1b}".repeat(1000)] {
            let shown = shown(&long);
            let columns: usize = shown.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
            assert!(columns <= 81 && shown.ends_with('…'), "{columns}: {shown}");
        }
    }

    #[test]
    fn a_byte_lies_on_a_line_counted_from_one() {
        let line = |at| Fault::of_byte("a\nb\n", at, "").line;
        assert_eq!([line(0), line(1), line(2), line(99)], [Some(1), Some(1), Some(2), Some(3)]);
    }
}
