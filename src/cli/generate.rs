//! `generate`: files for shells, manual readers and editors, made from what the program says of itself.

use std::fs;
use std::io::Write;
use std::path::Path;

use clap::CommandFactory;

use super::args::{Artifact, Cli};
use super::error::Error;
use crate::printable;
use crate::scenario;

/// `gossipsim generate`
pub(crate) fn generate(out: &mut impl Write, what: &Artifact) -> Result<(), Error> {
    let text = match what {
        Artifact::Completions { shell } => completions(*shell),
        Artifact::Man { out: Some(folder) } => return man_pages(folder),
        Artifact::Man { out: None } => man_page()?,
        Artifact::Schema => scenario::schema_text().into_bytes(),
    };
    // What is made whole before it is written fails on the pipe alone.
    out.write_all(&text).map_err(Error::Stdout)
}

fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "gossipsim", &mut text);
    text
}

fn man_page() -> Result<Vec<u8>, Error> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page).map_err(Error::Stdout)?;
    Ok(page)
}

fn man_pages(folder: &Path) -> Result<(), Error> {
    let written = fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Cli::command(), folder));
    written.map_err(|error| Error::Pages(format!("cannot write man pages to `{}`: {error}", printable::path(folder))))
}
