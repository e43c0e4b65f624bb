//! Columns of result tables, each said once: its name, its unit, what it means, and how a run or a point fills it.
//!
//! A workload hands in one list, [`Columns`]. What is written, read back, summed up, expected, printed as JSON and
//! explained in the data dictionary comes from it: a new column is one entry of a list, and past the list nothing knows
//! what was measured.

pub mod bandwidth;
pub mod common;
pub mod coverage;
mod fields;
mod measured;
pub mod rumor;
pub mod trace;
pub mod updates;

use std::sync::Arc;

pub use crate::column::{Cell, Column, Figure, Kind, Printed, Sample, Sampled, Statistic, Summary};
pub use fields::{CurveField, Field, Source, SummaryField};
pub use measured::{WORKLOADS, of, usual, without_bandwidth};

use crate::experiment::Record;
use crate::settings::{Deadline, Point};
use crate::theory::Exact;

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
    /// How many met the deadline of the scenario, if it has one.
    pub in_time: Option<InTime>,
    /// The statistics of its runs, by the names of their columns.
    pub figures: Vec<(String, Cell)>,
}

/// How many runs met a deadline.
#[derive(Clone, Copy, Debug)]
pub struct InTime {
    /// The deadline.
    pub deadline: Deadline,
    /// How many runs met it.
    pub runs: u64,
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
