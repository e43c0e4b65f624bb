//! `init`: a commented scenario to begin with, or a sample or preset.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::error::Error;
use super::grid::Grid;
use super::samples;
use super::terminal;
use crate::printable;
use crate::scenario::{STDIN, Sample};

/// What is written.
const STARTER: &str = include_str!("starter.toml");

/// `gossipsim init`
pub(crate) fn init(out: &mut impl Write, name: &Path) -> Result<(), Error> {
    let (path, text) = match name.to_str() {
        // Where a scenario can be read from standard input, it can be written to standard output.
        Some(STDIN) => return out.write_all(STARTER.as_bytes()).map_err(Error::Stdout),
        Some(text) if Sample::referred(text).is_some() => {
            let sample = samples::named(text)?;
            (PathBuf::from(format!("{}.toml", sample.name)), sample.text)
        }
        _ => (with_end(name)?, STARTER),
    };
    let shown = printable::path(&path);
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => Error::Usage(format!(
            "`{shown}` is there already, and stays as it is; give another name, as in init other.toml"
        )),
        ErrorKind::NotFound => Error::Usage(format!("cannot write `{shown}`: there is no such folder; make it first")),
        _ => Error::Usage(format!("cannot write `{shown}`: {error}")),
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // Ours, and only a part of it.
        let _ = std::fs::remove_file(&path);
        return Err(failed(error));
    }
    let quoted = if shown.contains(' ') { format!("'{shown}'") } else { shown };
    let mut next = Grid::new().without_head().with_tail(1);
    for (command, what) in [
        (format!("gossipsim check {quoted}"), "what it means, with every default, and how long it takes"),
        (format!("gossipsim run {quoted}"), "simulates it; change a value and run it again"),
        (format!("gossipsim compare {quoted}"), "strategies, or with --vary any key, on common random numbers"),
        ("gossipsim samples".to_owned(), "other scenarios to begin with"),
    ] {
        next.left_row(vec![command, what.to_owned()]);
    }
    let next = next.lines(terminal::width()).join("\n");
    writeln!(out, "wrote {quoted}\n\n{next}").map_err(Error::Stdout)
}

/// The file that is meant: `mine` is `mine.toml`.
fn with_end(name: &Path) -> Result<PathBuf, Error> {
    let Some(file) = name.file_name().filter(|file| !file.to_string_lossy().starts_with('.')) else {
        let problem = format!("`{}` names no scenario file; write a name such as mine.toml", printable::path(name));
        return Err(Error::Usage(problem));
    };
    if name.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml")) {
        return Ok(name.to_owned());
    }
    let mut file = file.to_owned();
    file.push(".toml");
    Ok(name.with_file_name(file))
}
