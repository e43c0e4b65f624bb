//! Delays by the regions of sender and recipient, measured or supposed.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::cell::Unit;
use super::distribution::Distribution;
use super::matrix::Matrix;
use super::pairs::{Pair, Pairs, Variation};
use super::standard_normal::StandardNormal;
use super::written_table::WrittenTable;
use crate::catalog::Incompatible;
use crate::data_file;
use crate::network::leg::Leg;
use crate::network::regions::Regions;
use crate::random::Field;
use crate::time::Span;

/// A latency for every pair of regions, from a table: the choice where nodes are in different places.
///
/// The table says what a message takes `one_way` or as a `round_trip`, of which one way is half. All messages of a pair take as
/// long; or the table has their medians and `p90` their 90th percentiles, and they are lognormal; or `jitter` is added.
/// Before [`Regional::load`] and [`Regional::among`] no message takes any time.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Settings")]
pub struct Regional {
    settings: Arc<Settings>,
    tables: Arc<OnceLock<Result<Tables, Incompatible>>>,
    pairs: Arc<Pairs>,
}

/// The settings, as they are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    one_way: Option<WrittenTable>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    round_trip: Option<WrittenTable>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p90: Option<WrittenTable>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    within: Option<Span>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    symmetric: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    jitter: Option<Distribution>,
    /// How the SHA-256 of the files, one after the other, must start, in hexadecimal digits; not checked if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

/// What was read.
#[derive(Debug)]
struct Tables {
    base: Matrix,
    p90: Option<Matrix>,
    /// The start of the SHA-256 of what was read, if any of it are files.
    sha256: Option<String>,
}

impl TryFrom<Settings> for Regional {
    type Error = Incompatible;

    fn try_from(settings: Settings) -> Result<Self, Incompatible> {
        const ALLOWED: &str =
            "one of them: one_way for what a message takes, round_trip for what it and its answer take";
        match (&settings.one_way, &settings.round_trip) {
            (None, None) => {
                return Err(Incompatible::whole("neither `one_way` nor `round_trip` says what messages take", ALLOWED));
            }
            (Some(_), Some(_)) => {
                let problem = "`one_way` and `round_trip` both say what messages take";
                return Err(Incompatible::of("round_trip", problem, ALLOWED));
            }
            _ => {}
        }
        if settings.p90.is_some() && settings.jitter.is_some() {
            let problem = "`p90` and `jitter` both say how messages of a pair differ";
            return Err(Incompatible::of("jitter", problem, "one of the two"));
        }
        Ok(Regional { settings: Arc::new(settings), tables: Arc::default(), pairs: Arc::new(Pairs::nowhere()) })
    }
}

impl Regional {
    /// Reads the tables, once for all clones; names of files are relative to `folder`.
    ///
    /// # Errors
    /// A file cannot be read, or a table is no table of latencies.
    pub fn load(&self, folder: &Path) -> Result<(), Incompatible> {
        self.tables(folder).map(|_| ())
    }

    fn tables(&self, folder: &Path) -> Result<&Tables, Incompatible> {
        self.tables.get_or_init(|| self.settings.read(folder)).as_ref().map_err(Incompatible::clone)
    }

    /// What the places of the table are called, or by number if they have no names, once it has been read.
    pub fn places(&self) -> Vec<String> {
        let Some(Ok(Tables { base, .. })) = self.tables.get() else { return Vec::new() };
        base.names.clone().unwrap_or_else(|| (0..base.size).map(|place| place.to_string()).collect())
    }

    /// The law where nodes are in these `regions`, once the tables have been read.
    ///
    /// # Errors
    /// A table says nothing of a pair of regions, or no distribution has its median and its 90th percentile.
    pub fn among(&self, regions: &Arc<Regions>) -> Result<Self, Incompatible> {
        let Some(Ok(tables)) = self.tables.get() else { return Ok(self.clone()) };
        let pairs = self.pairs(tables, regions.names())?;
        let variation = match (&tables.p90, &self.settings.jitter) {
            (Some(_), _) => Variation::Lognormal(StandardNormal::shared()),
            (None, Some(jitter)) => Variation::Jitter(jitter.clone()),
            (None, None) => Variation::None,
        };
        Ok(Regional { pairs: Arc::new(Pairs::new(Arc::clone(regions), pairs, variation)), ..self.clone() })
    }

    fn pairs(&self, tables: &Tables, names: &[String]) -> Result<Vec<Pair>, Incompatible> {
        let within = self.settings.within;
        let places = tables.base.places(names)?;
        let base = tables.base.among(&places, within)?;
        let Some(p90) = &tables.p90 else {
            return Ok(base.into_iter().map(|span| Pair::fixed(self.one_way(span))).collect());
        };
        let others = p90.places(names)?;
        let spans = p90.among(&others, within)?;
        let count = names.len();
        let pairs = base.into_iter().zip(spans).enumerate().map(|(number, (median, late))| {
            let [from, to] = [others[number / count], others[number % count]];
            let refuse = |problem, allowed| p90.refuse(p90.entry(from, to).at, problem, allowed);
            if late < median {
                let problem = format!("the 90th percentile {late} is below the median {median}");
                return Err(refuse(problem, "at least the median of the same pair"));
            }
            Pair::lognormal(self.one_way(median), self.one_way(late)).ok_or_else(|| {
                refuse(format!("the 90th percentile is {late} where the median is 0"), "0 as well, or a median above 0")
            })
        });
        pairs.collect()
    }

    /// What a message takes where the table has this.
    fn one_way(&self, span: Span) -> Span {
        if self.settings.round_trip.is_some() { Span::from_nanos(span.nanos() / 2) } else { span }
    }

    // Not part of the loops, which are compiled for every graph and clock.
    #[inline(never)]
    pub(super) fn of(&self, leg: &Leg, delays: &Field) -> Span {
        self.pairs.of(leg, delays)
    }

    pub(super) fn quantile(&self, draw: u64) -> Span {
        self.pairs.quantile(draw)
    }

    pub(super) fn least(&self) -> Span {
        self.pairs.least()
    }

    pub(super) fn mean_between(&self, from: usize, to: usize) -> f64 {
        self.pairs.mean_between(from, to)
    }

    pub(super) fn mean_nanos(&self) -> f64 {
        self.pairs.mean_nanos()
    }
}

impl Settings {
    fn read(&self, folder: &Path) -> Result<Tables, Incompatible> {
        let mut digest = Sha256::new();
        let mut read = |key, table: &WrittenTable| {
            let matrix = table.read(key, self.unit, folder, &mut digest)?;
            if self.symmetric { matrix.mirrored() } else { Ok(matrix) }
        };
        let (key, table) = match (&self.one_way, &self.round_trip) {
            (Some(table), _) => ("one_way", table),
            (None, Some(table)) => ("round_trip", table),
            // Settings that were read have one of them.
            (None, None) => return Err(Incompatible::whole("there is no table", "one_way or round_trip")),
        };
        let base = read(key, table)?;
        let p90 = self.p90.as_ref().map(|table| read("p90", table)).transpose()?;
        let files = table.is_file() || self.p90.as_ref().is_some_and(WrittenTable::is_file);
        let sha256 = files.then(|| data_file::fingerprint(digest, self.sha256.as_deref())).transpose()?;
        Ok(Tables { base, p90, sha256 })
    }
}

/// The same tables make the same law; where nodes are is a setting of its own.
impl PartialEq for Regional {
    fn eq(&self, other: &Self) -> bool {
        self.settings == other.settings
    }
}

impl Serialize for Regional {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let read = self.tables.get().and_then(|tables| tables.as_ref().ok()?.sha256.clone());
        let sha256 = read.or_else(|| self.settings.sha256.clone());
        Settings { sha256, ..(*self.settings).clone() }.serialize(serializer)
    }
}
