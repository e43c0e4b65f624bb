//! `plot`: the charts of a results folder once more.

use std::io::Write;
use std::path::Path;

use super::error::Error;
use crate::output::manifest::{MANIFEST, Manifest};
use crate::output::results::{self, ResultsError};

/// `gossipsim plot`
pub(crate) fn plot(out: &mut impl Write, folder: &Path, quiet: bool) -> Result<(), Error> {
    let not_ours = |problem| Error::Unreadable(format!("`{}` is not a results folder: {problem}", folder.display()));
    let manifest = Manifest::read(&folder.join(MANIFEST)).map_err(not_ours)?;
    let count = results::redraw(folder, &manifest.conditions).map_err(|error| match error {
        ResultsError::Unreadable(problem) => Error::Unreadable(format!("`{}`: {problem}", folder.display())),
        error => Error::Results { folder: folder.to_owned(), error },
    })?;
    if quiet {
        return Ok(());
    }
    writeln!(out, "drew {count} charts in {}", folder.join("charts").display()).map_err(Error::Stdout)
}
