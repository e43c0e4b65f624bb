//! `plot`: the charts of a results folder once more.

use std::io::Write;
use std::path::Path;

use super::error::Error;
use super::signals::Signals;
use super::{run, text};
use crate::output::drawing::{Drawing, Formats};
use crate::output::manifest::{MANIFEST, Manifest};
use crate::output::results::{self, ResultsError};
use crate::printable;
use crate::threads::Threads;

/// What is asked for.
pub(crate) struct Options {
    pub(crate) charts: Formats,
    pub(crate) threads: Option<u16>,
    pub(crate) quiet: bool,
}

/// `gossipsim plot`
pub(crate) fn plot(
    out: &mut impl Write,
    folder: &Path,
    Options { charts, threads, quiet }: Options,
    signals: &Signals,
) -> Result<(), Error> {
    let not_ours = |problem| Error::Unreadable(format!("`{}` is not a results folder: {problem}", folder.display()));
    if !folder.is_dir() {
        return Err(not_ours("there is no such folder".to_owned()));
    }
    // Before it is read: what a killed run left half replaced is put back first.
    let claim = signals.folders().claim_charts(folder)?;
    claim.notes().iter().for_each(|note| run::print(quiet, note));
    let manifest = Manifest::read(&folder.join(MANIFEST)).map_err(not_ours)?;
    if let Some(partial) = &manifest.partial {
        run::print(quiet, &partial.note());
    }
    let threads = Threads::start(threads.map_or(0, usize::from));
    let drawing = Drawing { formats: charts, threads: &threads };
    let drawn = results::redraw(claim, &manifest, drawing).map_err(|error| match error {
        ResultsError::Unreadable(problem) => Error::Unreadable(format!("`{}`: {problem}", folder.display())),
        error => Error::Results { folder: folder.to_owned(), error },
    })?;
    if !drawn.removed.is_empty() {
        let count = text::plural(drawn.removed.len() as u64, "file");
        run::print(
            quiet,
            &format!("{count} of before not drawn this time, and so removed: {}", drawn.removed.join(", ")),
        );
    }
    if quiet {
        return Ok(());
    }
    let place = folder.join("charts");
    writeln!(out, "drew {} charts in {}", drawn.charts, printable::path(&place)).map_err(Error::Stdout)
}
