//! One file that a command writes: it is there when all is written or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::error::Error;
use crate::output::folder::Folders;
use crate::printable;

/// Does `work` on the file at `path`, which is there when all is written or not at all.
///
/// # Errors
/// There is a file already, unless that is forced; else what `work` or the system says.
pub(super) fn write(
    path: &Path,
    force: bool,
    folders: &Folders,
    work: impl FnOnce(&mut dyn Write) -> Result<(), Error>,
) -> Result<(), Error> {
    let failed = |error: io::Error| Error::Results { folder: path.to_owned(), error: error.into() };
    if fs::metadata(path).is_ok_and(|about| about.is_file()) && !force {
        let name = printable::path(path);
        let text = format!("there is `{name}` already; another --out, or --force to replace it");
        return Err(Error::Usage(text));
    }
    let staged = folders.file(path)?;
    let mut out = BufWriter::new(staged.create().map_err(failed)?);
    let written = work(&mut out).and_then(|()| staged.commit(out.get_ref()).map_err(failed));
    written.map_err(|error| match error {
        Error::Stdout(error) => failed(error),
        error => error,
    })
}
