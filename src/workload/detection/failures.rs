//! Failures of a run: when each was known to somebody, and to all.

use crate::stats::quantile::censored_quantile;
use crate::time::Time;
use crate::units::NodeId;

/// A crash, and who knows of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failure {
    /// Of this node.
    pub(super) node: NodeId,
    /// When.
    pub(super) at: Time,
    /// The number of the change of the population that it was.
    pub(super) change: u32,
    /// Live nodes that monitor the node and have been up since then.
    pub(super) audience: u32,
    /// Those among them who do not take it for failed.
    pub(super) unaware: u32,
    /// Since when there has been a live node that takes it for failed.
    pub(super) first: Option<Time>,
    /// Since when all of the audience have.
    pub(super) all: Option<Time>,
}

impl Failure {
    /// Takes note at `now` of who knows, where so many live `accusers` take the node for failed. Whether all know, if that
    /// has changed.
    pub(super) fn settle(&mut self, now: Time, accusers: u32) -> Option<bool> {
        let since = |before: Option<Time>, holds: bool| holds.then(|| before.unwrap_or(now));
        let before = self.all.is_some();
        self.first = since(self.first, accusers > 0);
        self.all = since(self.all, accusers > 0 && self.unaware == 0);
        (self.all.is_some() != before).then_some(!before)
    }

    /// Milliseconds from the crash.
    fn delay(&self, until: Option<Time>) -> Option<f64> {
        until.map(|until| (until.nanos() - self.at.nanos()) as f64 / 1e6)
    }
}

/// Detection times, milliseconds; of some it is known only that they are longer than all that is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Delays {
    /// Those that are known, ascending.
    pub known: Vec<f64>,
    /// How many are not.
    pub missed: usize,
}

impl Delays {
    /// Until somebody knew of each of the failures.
    pub(super) fn first(failures: &[Failure]) -> Self {
        Delays::of(failures.iter().map(|failure| failure.delay(failure.first)))
    }

    /// Until all knew.
    pub(super) fn all(failures: &[Failure]) -> Self {
        Delays::of(failures.iter().map(|failure| failure.delay(failure.all)))
    }

    fn of(delays: impl Iterator<Item = Option<f64>>) -> Self {
        let mut found = Delays::default();
        for delay in delays {
            match delay {
                Some(delay) => found.known.push(delay),
                None => found.missed += 1,
            }
        }
        found.known.sort_unstable_by(f64::total_cmp);
        found
    }

    /// Their mean; `None` where one of them is not known, or there are none.
    pub fn mean(&self) -> Option<f64> {
        let complete = self.missed == 0 && !self.known.is_empty();
        complete.then(|| self.known.iter().sum::<f64>() / self.known.len() as f64)
    }

    /// What the share `probability` of them stays below; `None` where that lies among those that are not known.
    pub fn quantile(&self, probability: f64) -> Option<f64> {
        censored_quantile(&self.known, self.missed, probability)
    }

    /// The share that is not known, if there are any.
    pub fn missed_share(&self) -> Option<f64> {
        let all = self.known.len() + self.missed;
        (all > 0).then(|| self.missed as f64 / all as f64)
    }
}
