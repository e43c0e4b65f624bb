//! `plot`: the charts of a results folder once more.

use std::io::Write;
use std::path::Path;

use super::error::Error;
use super::run;
use super::signals::Signals;
use crate::output::manifest::{MANIFEST, Manifest};
use crate::output::results::{self, ResultsError};

/// `gossipsim plot`
pub(crate) fn plot(out: &mut impl Write, folder: &Path, quiet: bool, signals: &Signals) -> Result<(), Error> {
    let not_ours = |problem| Error::Unreadable(format!("`{}` is not a results folder: {problem}", folder.display()));
    if !folder.is_dir() {
        return Err(not_ours("there is no such folder".to_owned()));
    }
    // Before it is read: what a killed run left half replaced is put back first.
    let claim = signals.folders().claim_charts(folder)?;
    claim.notes().iter().for_each(|note| run::say(quiet, note));
    let manifest = Manifest::read(&folder.join(MANIFEST)).map_err(not_ours)?;
    let count = results::redraw(claim, &manifest).map_err(|error| match error {
        ResultsError::Unreadable(problem) => Error::Unreadable(format!("`{}`: {problem}", folder.display())),
        error => Error::Results { folder: folder.to_owned(), error },
    })?;
    if quiet {
        return Ok(());
    }
    writeln!(out, "drew {count} charts in {}", folder.join("charts").display()).map_err(Error::Stdout)
}
