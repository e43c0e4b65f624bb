//! How well the mean rounds of a point must be known to end its runs.

use serde::Serialize;

use crate::stats::{Moments, unseen};

/// Runs until the mean rounds are known well enough: half the width of their 95 % confidence interval is at most `target` of the
/// mean.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Precision {
    /// Half the width asked for, as a share of the mean; above 0 and below 1.
    pub target: f64,
    /// The first look is after so many runs; at least 2.
    pub min: u64,
    /// No more runs than this, whatever the interval; at least `min`.
    pub max: u64,
}

impl Precision {
    /// How many runs a point must have in all that has `done`, of which the converged ones took `rounds`; `None` if
    /// these are enough.
    ///
    /// Looks are after `min` runs and after every doubling, so it depends on the runs alone, never on who simulated
    /// them when, and a larger `max` changes no run and no look before it. A point of which none of the first `min`
    /// runs converged has no mean to make sure of, and is left at that.
    pub fn next(&self, done: u64, rounds: &Moments) -> Option<u64> {
        if done == 0 {
            return Some(self.min);
        }
        let over = done >= self.max || rounds.count() == 0 || self.met_by(rounds);
        (!over).then(|| done.saturating_mul(2).min(self.max))
    }

    /// Whether `rounds` are known well enough.
    pub fn met_by(&self, rounds: &Moments) -> bool {
        half_width(rounds).is_some_and(|half| half <= self.target)
    }
}

/// Half the width of the 95 % confidence interval of the mean, as a share of the mean; `None` below two values. Runs that
/// all agree leave the mean open by what they did not show ([`unseen`]). A mean of 0 is that of values that are all 0,
/// where nobody had to learn.
pub fn half_width(rounds: &Moments) -> Option<f64> {
    let (mean, (low, high)) = (rounds.mean()?, unseen::mean_interval(rounds, 1.0, 0.95)?);
    Some(if mean > 0.0 { (high - low) / 2.0 / mean } else { 0.0 })
}
