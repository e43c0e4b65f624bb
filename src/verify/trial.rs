//! A law at one corner of what it holds for.

use crate::experiment::Record;
use crate::scenario::Point;
use crate::theory::Rule;

/// What a trial looks at in a run: one number, or two whose quotient is meant; `None` if the run has none.
pub(super) type Measurement = fn(&Point, &Record) -> Option<[f64; 2]>;

/// What is made of the numbers of all runs, with A and B their means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Statistic {
    /// A.
    Mean,
    /// A / B.
    Quotient,
    /// -ln A / B.
    LogQuotient,
    /// A of the second point over A of the first.
    Growth,
    /// A of the second point less A of the first.
    Difference,
}

/// A law at one corner of what it holds for.
pub struct Trial {
    /// The law.
    pub rule: &'static Rule,
    /// The scenario in a line.
    pub what: String,
    /// One point, or two that are compared.
    pub points: Vec<Point>,
    /// Runs of each point.
    pub runs: u64,
    pub(super) look: Measurement,
    pub(super) statistic: Statistic,
    /// What the value must lie between; else what the claim of the law says.
    pub(super) bounds: Option<(f64, f64)>,
}
