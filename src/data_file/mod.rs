//! Files of numbers that a scenario names beside itself: read as text, cut into cells, and told apart from what they were.

mod rows;

pub(crate) use rows::{Row, each_row, rows};

use std::io::ErrorKind;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::catalog::Incompatible;
use crate::hexadecimal::hexadecimal;
use crate::{printable, regular_file};

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 64 << 20;

/// Digits of the SHA-256 of what was read that are written.
const DIGITS: usize = 16;

/// The text of `file`, the value of the setting `key`, which is relative to `folder`. What else could be written is
/// `allowed`.
///
/// # Errors
/// It cannot be read, or is no text.
pub(crate) fn read(
    key: &'static str,
    file: &str,
    folder: &Path,
    allowed: impl FnOnce() -> String,
) -> Result<String, Incompatible> {
    regular_file::read_text(&folder.join(file), MAX_BYTES).map_err(|error| {
        let problem = match error.kind() {
            ErrorKind::NotFound => "there is no such file".to_owned(),
            _ => format!("it cannot be read: {error}"),
        };
        Incompatible::of(key, format!("`{}`: {problem}", printable::line(file)), allowed())
    })
}

/// The start of the SHA-256 of the `things` that were read: a changed file is another scenario.
///
/// # Errors
/// It does not begin as `expected`.
pub(crate) fn fingerprint(digest: Sha256, things: &str, expected: Option<&str>) -> Result<String, Incompatible> {
    let sum = hexadecimal(digest.finalize());
    match expected {
        Some(expected) if !sum.starts_with(&expected.to_ascii_lowercase()) => Err(Incompatible::of(
            "sha256",
            format!("the {things} that were read are not those that they were: their SHA-256 is {sum}"),
            "the files as they were, or no `sha256`",
        )),
        _ => Ok(sum.chars().take(DIGITS).collect()),
    }
}
