//! Delays as they were measured: each sample is as likely as every other.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

use super::bundled;
use super::cell::{CELL_FORM, Cell, Unit};
use crate::catalog::Incompatible;
use crate::data_file::{self, Row, rows};
use crate::network::leg::Leg;
use crate::printable;
use crate::random::Field;
use crate::time::Span;

/// What may be written for samples.
const SAMPLES_FORM: &str = "a list of samples such as [\"9ms\", \"12ms\", \"80ms\"], or a file such as \"ping.csv\"";

/// The empirical distribution of samples, through its inverse: the choice where they are at hand and no law is.
///
/// They say what a message takes `one_way` or as a `round_trip`, of which one way is half. Before [`Empirical::load`] no message
/// takes any time.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Settings")]
pub struct Empirical {
    settings: Arc<Settings>,
    samples: Arc<OnceLock<Result<Samples, Incompatible>>>,
}

/// The settings, as they are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    one_way: Option<WrittenSamples>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    round_trip: Option<WrittenSamples>,
    /// The column of the file that has them, by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    /// How the SHA-256 of the file must start, in hexadecimal digits; not checked if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

/// Samples, as a scenario writes them.
#[derive(Clone, Debug, PartialEq)]
enum WrittenSamples {
    File(String),
    List(Vec<Cell>),
}

/// What was read.
#[derive(Debug)]
struct Samples {
    /// What each takes one way, in ascending order; at least one.
    spans: Box<[Span]>,
    mean_nanos: f64,
    /// The start of the SHA-256 of the file, if they are of one.
    sha256: Option<String>,
}

impl TryFrom<Settings> for Empirical {
    type Error = Incompatible;

    fn try_from(settings: Settings) -> Result<Self, Incompatible> {
        const ALLOWED: &str =
            "one of them: one_way for what a message takes, round_trip for what it and its answer take";
        match (&settings.one_way, &settings.round_trip) {
            (None, None) => Err(Incompatible::whole("neither `one_way` nor `round_trip` has samples", ALLOWED)),
            (Some(_), Some(_)) => {
                Err(Incompatible::of("round_trip", "`one_way` and `round_trip` both have samples", ALLOWED))
            }
            _ => Ok(Empirical { settings: Arc::new(settings), samples: Arc::default() }),
        }
    }
}

impl Empirical {
    /// Reads the samples, once for all clones; a file is relative to `folder`.
    ///
    /// # Errors
    /// The file cannot be read, or has no samples.
    pub fn load(&self, folder: &Path) -> Result<(), Incompatible> {
        self.samples.get_or_init(|| self.settings.read(folder)).as_ref().map(|_| ()).map_err(Incompatible::clone)
    }

    fn samples(&self) -> Option<&Samples> {
        self.samples.get()?.as_ref().ok()
    }

    // Not part of the loops, which are compiled for every graph and clock.
    #[inline(never)]
    pub(super) fn of(&self, leg: &Leg, delays: &Field) -> Span {
        self.quantile(leg.draw(delays))
    }

    pub(super) fn quantile(&self, draw: u64) -> Span {
        let Some(Samples { spans, .. }) = self.samples() else { return Span::ZERO };
        // Below their number.
        spans[((u128::from(draw) * spans.len() as u128) >> 64) as usize]
    }

    pub(super) fn least(&self) -> Span {
        self.quantile(0)
    }

    pub(super) fn mean_nanos(&self) -> f64 {
        self.samples().map_or(0.0, |samples| samples.mean_nanos)
    }
}

impl Settings {
    fn read(&self, folder: &Path) -> Result<Samples, Incompatible> {
        let (key, written) = match (&self.one_way, &self.round_trip) {
            (Some(written), _) => ("one_way", written),
            (None, Some(written)) => ("round_trip", written),
            // Settings that were read have one of them.
            (None, None) => return Err(Incompatible::whole("there are no samples", SAMPLES_FORM)),
        };
        let (spans, sha256) = match written {
            WrittenSamples::List(cells) => (self.of_list(key, cells)?, None),
            WrittenSamples::File(file) => {
                let mut digest = Sha256::new();
                let text = bundled::read(key, file, folder, &mut digest)?;
                let sha256 = data_file::fingerprint(digest, self.sha256.as_deref())?;
                (self.of_file(key, file, &text)?, Some(sha256))
            }
        };
        let way = |span: Span| if key == "round_trip" { Span::from_nanos(span.nanos() / 2) } else { span };
        let mut spans: Box<[Span]> = spans.into_iter().map(way).collect();
        if spans.is_empty() {
            return Err(Incompatible::of(key, "there are no samples", SAMPLES_FORM));
        }
        spans.sort_unstable();
        let mean_nanos = spans.iter().map(|span| span.nanos() as f64).sum::<f64>() / spans.len() as f64;
        Ok(Samples { spans, mean_nanos, sha256 })
    }

    fn of_list(&self, key: &'static str, cells: &[Cell]) -> Result<Vec<Span>, Incompatible> {
        let span = |(number, cell): (usize, &Cell)| {
            let place = format!("sample {number}");
            cell.span(self.unit).map_err(|problem| wrong(key, &place, &problem)).transpose()
        };
        (1..).zip(cells).filter_map(span).collect()
    }

    fn of_file(&self, key: &'static str, file: &str, text: &str) -> Result<Vec<Span>, Incompatible> {
        let file = printable::line(file);
        let rows = rows(text);
        let column = data_file::column(&rows, self.column.as_deref(), |cell| Cell::of_text(cell).is_ok());
        let (column, has_head) = column.map_err(|(problem, allowed)| {
            Incompatible::of(
                if self.column.is_some() { "column" } else { key },
                format!("`{file}`: {problem}"),
                allowed,
            )
        })?;
        let head = rows.first().filter(|_| has_head);
        let unit = self.unit.or_else(|| Unit::of_head(head?.cells.get(column)?));
        let span = |row: &Row<'_>| {
            let place = format!("`{file}`, line {}, column {}", row.line, column + 1);
            let cell = row.cells.get(column).copied().unwrap_or_default();
            Cell::of_text(cell)
                .and_then(|cell| cell.span(unit))
                .map_err(|problem| wrong(key, &place, &problem))
                .transpose()
        };
        rows.iter().skip(usize::from(has_head)).filter_map(span).collect()
    }
}

fn wrong(key: &'static str, place: &str, problem: &str) -> Incompatible {
    let allowed = if problem.ends_with("has no unit") {
        "`unit = \"ms\"` beside them, or durations such as \"85ms\""
    } else {
        CELL_FORM
    };
    Incompatible::of(key, format!("{place}: {problem}"), allowed)
}

/// The same samples make the same law.
impl PartialEq for Empirical {
    fn eq(&self, other: &Self) -> bool {
        self.settings == other.settings
    }
}

impl Serialize for Empirical {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sha256 = self.samples().and_then(|samples| samples.sha256.clone());
        let sha256 = sha256.or_else(|| self.settings.sha256.clone());
        Settings { sha256, ..(*self.settings).clone() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WrittenSamples {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> de::Visitor<'de> for Reader {
            type Value = WrittenSamples;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(SAMPLES_FORM)
            }

            fn visit_str<E: de::Error>(self, file: &str) -> Result<WrittenSamples, E> {
                Ok(WrittenSamples::File(file.to_owned()))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut items: A) -> Result<WrittenSamples, A::Error> {
                let mut cells = Vec::new();
                while let Some(cell) = items.next_element()? {
                    cells.push(cell);
                }
                Ok(WrittenSamples::List(cells))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

impl Serialize for WrittenSamples {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            WrittenSamples::File(file) => serializer.serialize_str(file),
            WrittenSamples::List(cells) => cells.serialize(serializer),
        }
    }
}
