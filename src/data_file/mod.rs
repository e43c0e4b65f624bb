//! Files of measured data: those of a scenario, and those that are part of the program.

mod rows;

use std::io::ErrorKind;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::catalog::Incompatible;
use crate::hexadecimal::hexadecimal;
use crate::{printable, regular_file};

pub(crate) use rows::{Row, each_row, rows};

/// A file that is part of the program: its name, and its text.
pub(crate) type Bundled = (&'static str, &'static str);

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// Digits of the SHA-256 of what was read that are written.
const DIGITS: usize = 16;

/// What stands before the name of a file that is part of the program.
pub(crate) const PREFIX: &str = "sample:";

/// The text of `file`, the value of the setting `key`, which is relative to `folder`, or one of those `bundled`; it goes into
/// `digest` as well.
///
/// # Errors
/// It cannot be read, or is no text.
pub(crate) fn read(
    key: &'static str,
    file: &str,
    folder: &Path,
    bundled: &[Bundled],
    digest: &mut Sha256,
) -> Result<String, Incompatible> {
    let all = || bundled.iter().map(|(name, _)| format!("\"{PREFIX}{name}\"")).collect::<Vec<_>>().join(", ");
    let text = match file.strip_prefix(PREFIX) {
        Some(name) => {
            let found = bundled.iter().find(|(own, _)| *own == name).map(|(_, text)| *text);
            let problem = || format!("the program has no such file `{}`", printable::line(name));
            found.ok_or_else(|| Incompatible::of(key, problem(), all()))?.to_owned()
        }
        None => regular_file::read_text(&folder.join(file), MAX_BYTES).map_err(|error| {
            let problem = match error.kind() {
                ErrorKind::NotFound => "there is no such file".to_owned(),
                _ => format!("it cannot be read: {error}"),
            };
            let beside = "a file beside the scenario";
            let allowed = match bundled {
                [] => beside.to_owned(),
                _ => format!("{beside}, or one of the program: {}", all()),
            };
            Incompatible::of(key, format!("`{}`: {problem}", printable::line(file)), allowed)
        })?,
    };
    digest.update(&text);
    Ok(text)
}

/// The column of `rows` that has what is asked for, and whether a line of names comes first: the one called `name`, else the only one.
/// A first line is one of names if any of its cells is not a `sample`.
///
/// # Errors
/// What is wrong, and what is allowed.
pub(crate) fn column(
    rows: &[Row<'_>],
    name: Option<&str>,
    sample: impl Fn(&str) -> bool,
) -> Result<(usize, bool), (String, String)> {
    let first = rows.first();
    let head = first.filter(|row| row.cells.iter().any(|cell| !sample(cell)));
    let names = head.map_or(&[][..], |head| &head.cells);
    let listed = || names.iter().map(|name| printable::line(name)).collect::<Vec<_>>().join(", ");
    let column = match (name, first.map_or(1, |row| row.cells.len())) {
        (Some(name), _) => names.iter().position(|own| *own == name).ok_or_else(|| {
            let problem = format!("it has no column `{}`", printable::line(name));
            (problem, if names.is_empty() { "a file with names in its first line".to_owned() } else { listed() })
        }),
        (None, 1) => Ok(0),
        (None, count) => {
            Err((format!("it has {count} columns"), format!("`column`, one of {}, or a file of one", listed())))
        }
    };
    column.map(|column| (column, head.is_some()))
}

/// The start of the SHA-256 of what was read: a changed file is another scenario.
///
/// # Errors
/// It does not begin as `expected`.
pub(crate) fn fingerprint(digest: Sha256, expected: Option<&str>) -> Result<String, Incompatible> {
    let sum = hexadecimal(digest.finalize());
    match expected {
        Some(expected) if !sum.starts_with(&expected.to_ascii_lowercase()) => Err(Incompatible::of(
            "sha256",
            format!("what was read is not what it was: its SHA-256 is {sum}"),
            "the files as they were, or no `sha256`",
        )),
        _ => Ok(sum.chars().take(DIGITS).collect()),
    }
}
