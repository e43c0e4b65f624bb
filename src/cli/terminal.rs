//! How wide what is printed may be, and whether it may have colours.

use std::{env, io};

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};

/// What can be a terminal.
#[cfg(unix)]
pub(super) use std::os::fd::AsFd as Stream;
#[cfg(not(unix))]
pub(super) use std::os::windows::io::AsHandle as Stream;

/// Characters of a line where nobody says how many there are: into a pipe or a file.
const PIPE: usize = 100;
/// Characters of a line of sentences at most: longer ones are hard to read.
const TEXT: usize = 80;
/// No terminal is taken for narrower.
const LEAST: usize = 40;

/// Characters of a line of standard output: those of the terminal, else of `COLUMNS`, else 100.
pub(super) fn width() -> usize {
    width_of(&io::stdout())
}

/// Characters of a line of sentences: those of the terminal, but no more than can be read well.
pub(super) fn text_width() -> usize {
    width().min(TEXT)
}

/// The same as [`width`] of `stream`.
pub(super) fn width_of(stream: &impl Stream) -> usize {
    chosen(of_terminal(stream), env::var("COLUMNS").ok().as_deref())
}

/// Whether `stream` is to get no colours and no cursor is to be moved: it is no terminal, or one that knows none
/// (`TERM=dumb`), or whoever reads it wants none (`NO_COLOR`, `CLICOLOR=0`).
pub(super) fn plain(stream: &impl RawStream) -> bool {
    AutoStream::choice(stream) == ColorChoice::Never
}

/// Characters of a line of the terminal that `stream` is, if it is one; also where its lines are not counted.
#[cfg(unix)]
fn of_terminal(stream: &impl Stream) -> Option<usize> {
    rustix::termios::tcgetwinsize(stream).ok().map(|size| usize::from(size.ws_col))
}

#[cfg(not(unix))]
fn of_terminal(stream: &impl Stream) -> Option<usize> {
    let size = terminal_size::terminal_size_of(stream);
    size.map(|(terminal_size::Width(columns), _)| usize::from(columns))
}

fn chosen(terminal: Option<usize>, columns: Option<&str>) -> usize {
    let known = terminal.filter(|&columns| columns > 0);
    let written = || columns.and_then(|columns| columns.trim().parse().ok()).filter(|&columns: &usize| columns > 0);
    known.or_else(written).unwrap_or(PIPE).max(LEAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_decides_then_the_environment_then_a_number_of_our_own() {
        for (terminal, columns, width) in [
            (Some(80), Some("120"), 80),
            (None, Some("120"), 120),
            (None, Some("many"), PIPE),
            (None, None, PIPE),
            (Some(0), None, PIPE),
            (Some(7), None, LEAST),
        ] {
            assert_eq!(chosen(terminal, columns), width, "{terminal:?} {columns:?}");
        }
    }
}
