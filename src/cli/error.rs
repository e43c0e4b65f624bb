//! Everything that can end a command, its message and its exit status.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use thiserror::Error;

use super::terminal;
use super::text::hanging;
use crate::experiment::Failure;
use crate::memory::Shortage;
use crate::output::folder::Refusal;
use crate::output::results::ResultsError;
use crate::printable::{self, Escaping};
use crate::scenario::Problems;

/// Why a command did not do what it was asked.
#[derive(Debug, Error)]
pub(crate) enum Error {
    /// Mistakes in scenarios.
    #[error("bad scenario")]
    Scenario(Vec<Problems>),
    /// Mistakes that the strategies make which are compared where nobody says what.
    #[error("bad scenario")]
    Strategies {
        /// The mistakes.
        problems: Vec<Problems>,
        /// What to write instead.
        help: String,
    },
    /// The results folder may not be written.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Refused before any work began.
    #[error("{0}")]
    Usage(String),
    /// A folder cannot be drawn.
    #[error("{0}")]
    Unreadable(String),
    /// Man pages cannot be written.
    #[error("{0}")]
    Pages(String),
    /// No graph is as the settings demand, or no picture of it can be drawn.
    #[error("{0}")]
    Undrawn(String),
    /// Simulating failed.
    #[error(transparent)]
    Work(Failure<io::Error>),
    /// Writing the results failed.
    #[error("cannot write the results to `{}`: {error}", printable::path(.folder))]
    Results {
        /// Where they were to go.
        folder: PathBuf,
        /// Why not.
        error: ResultsError,
    },
    /// A file could not be written.
    #[error("cannot write `{}`: {error}", printable::path(.path))]
    File {
        /// Its path.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// There is not enough memory to go on.
    #[error("{0}")]
    Memory(Shortage),
    /// What was expected did not hold.
    #[error("{}", .0.join("\n       "))]
    Unexpected(Vec<String>),
    /// A signal ended it.
    #[error("interrupted by {signal}; {kept}")]
    Interrupted {
        /// The signal.
        signal: &'static str,
        /// What is written and what is not.
        kept: String,
        /// The exit status that tells which signal came.
        status: u8,
    },
    /// The system does not let us wait for signals.
    #[error("cannot watch for signals: {0}")]
    Signals(io::Error),
    /// Standard output is full or closed.
    #[error("cannot write to standard output: {0}")]
    Stdout(io::Error),
}

impl Error {
    /// The exit status that tells what kind of end it is.
    pub(crate) fn status(&self) -> u8 {
        match self {
            Error::Scenario(_) | Error::Strategies { .. } => 2,
            Error::Refused(_) | Error::Usage(_) | Error::Unreadable(_) => 2,
            Error::Interrupted { status, .. } => *status,
            Error::Stdout(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Error::Undrawn(_) | Error::Work(_) | Error::Results { .. } | Error::Memory(_) | Error::Unexpected(_) => 1,
            Error::Signals(_) | Error::Stdout(_) | Error::Pages(_) | Error::File { .. } => 1,
        }
    }

    /// Says it on standard error. A closed pipe ends quietly.
    pub(crate) fn report(&self) {
        match self {
            Error::Stdout(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            Error::Scenario(problems) => list(problems),
            Error::Strategies { problems, help } => {
                list(problems);
                print_wrapped(&format!("help: {help}"));
            }
            other => print_wrapped(&format!("error: {other}")),
        }
    }
}

/// What a command that `printed` its results, or could not, ends with: whoever closes the pipe early still learns that
/// something `failed`, of which the caller tells then.
pub(super) fn unless_closed(printed: io::Result<()>, failed: bool) -> Result<(), Error> {
    match printed {
        Err(error) if !failed || error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Stdout(error)),
        _ => Ok(()),
    }
}

/// Says what is wrong with scenarios.
fn list(problems: &[Problems]) {
    let coloured = io::stderr().is_terminal();
    let texts: Vec<String> = problems.iter().map(|problems| problems.render(coloured)).collect();
    let text = texts.join("\n\n");
    if coloured {
        // The colours are ours; what is not ours was made fit for a terminal before they were added.
        let _ = writeln!(anstream::AutoStream::auto(io::stderr()), "{text}");
    } else {
        print(&text);
    }
}

/// Says `text` on standard error, in lines of the terminal if that is one; a pipe gets it whole.
pub(crate) fn print_wrapped(text: &str) {
    let width = Some(terminal::width_of(&io::stderr())).filter(|_| io::stderr().is_terminal());
    print(&within(text, width));
}

/// The lines of `text`, those that are longer than `width` parted between words.
fn within(text: &str, width: Option<usize>) -> String {
    let Some(width) = width else { return text.to_owned() };
    let part = |line: &str| match line.chars().count() > width {
        true => hanging(line, width).join("\n"),
        false => line.to_owned(),
    };
    text.split('\n').map(part).collect::<Vec<_>>().join("\n")
}

/// Standard error, for texts without colours of ours.
pub(crate) fn stderr() -> Escaping<io::Stderr> {
    Escaping(io::stderr())
}

/// Says `text` on standard error.
pub(crate) fn print(text: &str) {
    // There is nowhere left to say that standard error is gone.
    let _ = writeln!(stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_wrapped_for_a_terminal_and_whole_for_a_pipe() {
        let text = "note: configuration 3: 12 of 200 runs were cut off by a limit\n  kept";
        assert_eq!(within(text, None), text);
        let wrapped = within(text, Some(40));
        assert_eq!(wrapped, "note: configuration 3: 12 of 200 runs\n  were cut off by a limit\n  kept");
        assert!(wrapped.lines().all(|line| line.chars().count() <= 40));
    }
}
