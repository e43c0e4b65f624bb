//! What came of a run of a failure detector.

use super::failures::Delays;

/// What came of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measured {
    /// Crashes.
    pub failures: u64,
    /// Until somebody knew.
    pub first: Delays,
    /// Until all knew.
    pub all: Delays,
    /// Verdicts on nodes that were up.
    pub mistakes: u64,
    /// Those among them that were retracted.
    pub retracted: u64,
    /// Mistakes about nodes that had never been blocked.
    pub false_positives: u64,
    /// Those among them of accusers that had never been blocked.
    pub of_healthy: u64,
    /// Mistakes about nodes that are never blocked in the run.
    pub about_healthy: u64,
    /// Those among them of accusers that never are.
    pub between_healthy: u64,
    /// The exposure: hours that nodes were up, in sum.
    pub node_hours: f64,
    /// Milliseconds that nodes were up beside another that they monitor, summed over pairs.
    pub pair_ms: f64,
    /// Milliseconds in which the first was mistaken about the second.
    pub wrong_ms: f64,
}

impl Measured {
    /// `events` for each hour of each node, if there was any time.
    pub fn per_node_hour(&self, events: u64) -> Option<f64> {
        (self.node_hours > 0.0).then(|| events as f64 / self.node_hours)
    }

    /// Mean mistake duration T_M, milliseconds: the time that pairs were in a mistake for each mistake that was retracted.
    /// Where some were not, this is the estimate for exponential durations, of which those are known to be longer.
    pub fn mistake_duration(&self) -> Option<f64> {
        (self.retracted > 0).then(|| self.wrong_ms / self.retracted as f64)
    }

    /// Mean mistake recurrence time T_MR, milliseconds: the time of pairs for each mistake; the inverse of the mistake
    /// rate.
    pub fn mistake_recurrence(&self) -> Option<f64> {
        (self.mistakes > 0).then(|| self.pair_ms / self.mistakes as f64)
    }

    /// Query accuracy P_A: the share of the time of pairs in which the first was not mistaken about the second.
    pub fn query_accuracy(&self) -> Option<f64> {
        (self.pair_ms > 0.0).then(|| 1.0 - self.wrong_ms / self.pair_ms)
    }
}
