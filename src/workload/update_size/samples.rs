//! Sizes as they were measured: each sample is as likely as every other.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::catalog::Incompatible;
use crate::data_file;
use crate::printable;
use crate::units::{BYTES_FORM, Bytes};

/// What a row of a file may say.
const SAMPLE_FORM: &str = "a whole number of bytes, or a size with a unit";

/// Where people write where nothing is known.
const NOTHING: [&str; 3] = ["", "-", "na"];

/// The empirical distribution of samples, through its inverse.
///
/// Before [`Empirical::load`] no update has any bytes.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Settings")]
pub struct Empirical {
    settings: Arc<Settings>,
    samples: Arc<OnceLock<Result<Samples, Incompatible>>>,
}

/// The settings, as they are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The file with the samples, relative to the scenario.
    samples: String,
    /// The column of the file that has them, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    /// How the SHA-256 of the file must start, in hexadecimal digits; not checked if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

/// What was read.
#[derive(Debug)]
struct Samples {
    /// Bytes in ascending order; at least one.
    sizes: Box<[u64]>,
    /// The start of the SHA-256 of the file.
    sha256: String,
}

impl From<Settings> for Empirical {
    fn from(settings: Settings) -> Self {
        Empirical { settings: Arc::new(settings), samples: Arc::default() }
    }
}

impl Empirical {
    /// Reads the samples, once for all clones; the file is relative to `folder`.
    ///
    /// # Errors
    /// It cannot be read, or has no samples.
    pub(super) fn load(&self, folder: &Path) -> Result<(), Incompatible> {
        self.samples.get_or_init(|| self.settings.read(folder)).as_ref().map(|_| ()).map_err(Incompatible::clone)
    }

    fn samples(&self) -> Option<&Samples> {
        self.samples.get()?.as_ref().ok()
    }

    pub(super) fn bytes(&self, draw: u64) -> u64 {
        let Some(Samples { sizes, .. }) = self.samples() else { return 0 };
        // Below their number.
        sizes[((u128::from(draw) * sizes.len() as u128) >> 64) as usize]
    }

    pub(super) fn most(&self) -> u64 {
        self.bytes(u64::MAX)
    }
}

impl Settings {
    fn read(&self, folder: &Path) -> Result<Samples, Incompatible> {
        let mut digest = Sha256::new();
        let text = data_file::read("samples", &self.samples, folder, &[], &mut digest)?;
        let sha256 = data_file::fingerprint(digest, self.sha256.as_deref())?;
        let file = printable::line(&self.samples);
        let rows = data_file::rows(&text);
        let (column, has_head) =
            data_file::column(&rows, self.column.as_deref(), is_sample).map_err(|(problem, allowed)| {
                let key = if self.column.is_some() { "column" } else { "samples" };
                Incompatible::of(key, format!("`{file}`: {problem}"), allowed)
            })?;
        let sample = |row: &data_file::Row<'_>| {
            let cell = row.cells.get(column).copied().unwrap_or_default();
            size(cell).map_err(|problem| {
                let place = format!("`{file}`, line {}, column {}", row.line, column + 1);
                Incompatible::of("samples", format!("{place}: {problem}"), SAMPLE_FORM)
            })
        };
        let sizes: Result<Vec<Option<u64>>, Incompatible> =
            rows.iter().skip(usize::from(has_head)).map(sample).collect();
        let mut sizes: Box<[u64]> = sizes?.into_iter().flatten().collect();
        if sizes.is_empty() {
            return Err(Incompatible::of("samples", format!("`{file}`: there are no samples"), SAMPLE_FORM));
        }
        sizes.sort_unstable();
        Ok(Samples { sizes, sha256 })
    }
}

/// Whether a cell says how large something is, be it wrong, and is no name.
fn is_sample(cell: &str) -> bool {
    cell.starts_with(|letter: char| letter.is_ascii_digit()) || size(cell).is_ok()
}

/// The bytes that a cell says; none where nothing is known.
fn size(cell: &str) -> Result<Option<u64>, String> {
    let cell = cell.trim();
    if NOTHING.contains(&&*cell.to_lowercase()) {
        return Ok(None);
    }
    // Numbers as large as sizes with a unit may be, and no larger.
    let count = || cell.parse::<u64>().ok().filter(|count| *count >> 52 == 0);
    let size = || cell.parse::<Bytes>().map(Bytes::count).ok();
    let shown = printable::line(cell);
    count().or_else(size).map(Some).ok_or_else(|| format!("`{shown}` is neither a number of bytes nor {BYTES_FORM}"))
}

/// The same samples make the same law.
impl PartialEq for Empirical {
    fn eq(&self, other: &Self) -> bool {
        self.settings == other.settings
    }
}

impl Serialize for Empirical {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sha256 = self.samples().map(|samples| samples.sha256.clone()).or_else(|| self.settings.sha256.clone());
        Settings { sha256, ..(*self.settings).clone() }.serialize(serializer)
    }
}
