//! What an experiment goes by.

use crate::settings::{Point, Precision};

/// Which points are run, and how often.
pub trait Design {
    /// Its points, in order.
    fn points(&self) -> impl Iterator<Item = Point> + Send;

    /// Runs of each point; the most of them, if a precision may end them sooner.
    fn replicates(&self) -> u64;

    /// How well the mean rounds of a point must be known to end its runs.
    fn precision(&self) -> Option<Precision>;
}
