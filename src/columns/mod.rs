//! Columns of result tables, each said once: its name, its unit, what it means, and how a run or a point fills it.
//!
//! A workload hands in one list, [`Columns`]. What is written, read back, summed up, expected, printed as JSON and
//! explained in the data dictionary comes from it: a new column is one entry of a list, and past the list nothing knows
//! what was measured.

mod cell;
pub mod common;
mod fields;
pub mod rumor;
mod summary;

use std::sync::Arc;

pub use cell::Cell;
pub use fields::{CurveField, Field, Source, SummaryField};
pub use summary::{Sample, Statistic, Summary};

use crate::experiment::Record;
use crate::observe::Mark;
use crate::scenario::Point;
use crate::theory::Exact;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers of at most 64 bits.
    Whole,
    /// Whole numbers that may be longer.
    Large,
    /// Real numbers.
    Real,
    /// Texts.
    Word,
}

/// A column of a table whose rows are made of `R`.
#[derive(Debug)]
pub struct Column<R: 'static> {
    /// Its name, in the header.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// Their unit; empty where they have none.
    pub unit: &'static str,
    /// What it means, in a sentence; names of columns stand in backquotes.
    pub doc: &'static str,
    /// Whether it may be empty.
    pub optional: bool,
    /// Its value in a row.
    pub of: fn(&R) -> Cell,
    /// What becomes of it in a summary.
    pub summary: Summary,
    /// The key of the scenario that it shows, by its dotted path; empty if none.
    pub key: &'static str,
    /// Whether charts and tables have one series for each of its values.
    pub series: bool,
}

impl<R> Clone for Column<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Column<R> {}

impl<R> Column<R> {
    const fn new(name: &'static str, kind: Kind, unit: &'static str, doc: &'static str, of: fn(&R) -> Cell) -> Self {
        Column { name, kind, unit, doc, optional: false, of, summary: Summary::None, key: "", series: false }
    }

    /// A column of whole numbers.
    pub const fn whole(name: &'static str, unit: &'static str, doc: &'static str, of: fn(&R) -> Cell) -> Self {
        Column::new(name, Kind::Whole, unit, doc, of)
    }

    /// A column of whole numbers that may be longer than 64 bits.
    pub const fn large(name: &'static str, unit: &'static str, doc: &'static str, of: fn(&R) -> Cell) -> Self {
        Column::new(name, Kind::Large, unit, doc, of)
    }

    /// A column of real numbers.
    pub const fn real(name: &'static str, unit: &'static str, doc: &'static str, of: fn(&R) -> Cell) -> Self {
        Column::new(name, Kind::Real, unit, doc, of)
    }

    /// A column of texts.
    pub const fn word(name: &'static str, doc: &'static str, of: fn(&R) -> Cell) -> Self {
        Column::new(name, Kind::Word, "", doc, of)
    }

    /// The same, empty where there is no value.
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The same, with what becomes of it in a summary.
    pub const fn summed(mut self, summary: Summary) -> Self {
        self.summary = summary;
        self
    }

    /// The same, as what shows a key of the scenario: where that is swept, it needs no column of its own.
    pub const fn shows(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }

    /// The same, as what charts and tables have one series each for.
    pub const fn as_series(mut self) -> Self {
        self.series = true;
        self
    }
}

/// A quantity that is sampled at the end of every round from a state `V`; `curve.csv` says how it is distributed over
/// the runs of a point.
#[derive(Debug)]
pub struct Figure<V: 'static> {
    /// The beginning of the names of its columns.
    pub name: &'static str,
    /// Its unit; empty where it has none.
    pub unit: &'static str,
    /// What it is, as it stands after "Mean of".
    pub doc: &'static str,
    /// Its value in a run at the end of a round.
    pub of: fn(&Sampled<V>) -> f64,
    /// What is said of it, each in a column.
    pub statistics: &'static [Statistic],
}

/// How a run stood at the end of a round. A run that has ended stays as it was.
#[derive(Clone, Copy, Debug)]
pub struct Sampled<V> {
    /// At the end of the round.
    pub now: V,
    /// At the end of the round before.
    pub before: V,
    /// Number of nodes.
    pub nodes: u32,
    /// Live nodes.
    pub live: u64,
}

/// A run, and where it belongs: what a row of `runs.csv` is made of.
#[derive(Clone, Debug)]
pub struct Run {
    /// The scenario's name.
    pub scenario: Arc<str>,
    /// Its point.
    pub point: Arc<Point>,
    /// What it left behind.
    pub record: Record,
}

/// What is known of a point once its runs are summed up: what columns of `summary.csv` are made of that are no
/// statistic of a column of `runs.csv`.
#[derive(Clone, Debug)]
pub struct Summed {
    /// The point.
    pub point: Point,
    /// Its exact law, where that is computable.
    pub exact: Option<Arc<Exact>>,
    /// How many runs there are.
    pub runs: u64,
    /// How many of them converged.
    pub converged: u64,
    /// The statistics of its runs, by the names of their columns.
    pub figures: Vec<(String, Cell)>,
}

impl Summed {
    /// A statistic of its runs, by the name of its column.
    pub fn figure(&self, name: &str) -> Option<f64> {
        self.figures.iter().find(|(other, _)| other == name).and_then(|(_, cell)| cell.number())
    }
}

/// All columns of a workload, whose runs are told by `R` and sampled by `V`.
#[derive(Debug)]
pub struct Columns<R: 'static, V: 'static> {
    /// The name of the workload.
    pub workload: &'static str,
    /// What identifies a point: the first columns of every table with rows of points.
    pub point: &'static [Column<Point>],
    /// What `runs.csv` says of a run besides its scenario and its point.
    pub runs: &'static [Column<R>],
    /// What `curve.csv` says of the rounds.
    pub curve: &'static [Figure<V>],
    /// What `summary.csv` says besides the statistics of the runs.
    pub summary: &'static [Column<Summed>],
    /// In which order earlier versions had them.
    pub published: Published,
}

/// The order in which columns were published that the order of the lists would not give: they come first, as they were,
/// and everything newer follows in the order of the lists. A table of an older version ends earlier.
#[derive(Clone, Copy, Debug, Default)]
pub struct Published {
    /// The columns of `curve.csv` after the round.
    pub curve: &'static [&'static str],
    /// The columns of `summary.csv` after those of the point and the swept keys.
    pub summary: &'static [&'static str],
    /// So many columns `runs.csv` had from the beginning.
    pub oldest_runs: usize,
    /// So many columns `summary.csv` had from the beginning.
    pub oldest_summary: usize,
}

/// The columns of the workloads there are.
pub const WORKLOADS: &[&Columns<Run, Mark>] = &[&rumor::COLUMNS];
