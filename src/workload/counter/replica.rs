//! What one node remembers of a counter.

use std::sync::Arc;

use super::changes::Changes;
use super::map::{Entry, Identity, Map, Sign};

/// What one node remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replica {
    /// Under which name it counts; none until it begins.
    pub identity: Option<Identity>,
    /// What it knows. Messages share it as long as it does not change.
    pub map: Arc<Map>,
    /// Whether it lost its own entries and has to hear of them from a peer before it counts on.
    pub recovering: bool,
    /// What it accepted while that was so, or before its turn after that.
    pub waiting: Waiting,
    /// What changed when, where deltas are sent.
    pub changes: Changes,
}

/// What a node accepted and has not counted yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    increments: u64,
    decrements: u64,
}

impl Waiting {
    /// How much it is.
    pub fn amount(self) -> u64 {
        self.increments + self.decrements
    }

    /// `amount` more waits: increments, or if it is negative decrements.
    pub fn add(&mut self, amount: i64) {
        let total = if amount > 0 { &mut self.increments } else { &mut self.decrements };
        *total += amount.unsigned_abs();
    }
}

impl Replica {
    /// The node's own entries once what is waiting is counted, as far as they change.
    pub fn counted(&self) -> Vec<Entry> {
        let Some(identity) = self.identity else { return Vec::new() };
        let Waiting { increments, decrements } = self.waiting;
        let amounts = [(Sign::Positive, increments), (Sign::Negative, decrements)];
        let changed = amounts.into_iter().filter(|(_, amount)| *amount > 0);
        let entry = |(sign, amount)| {
            let owner = identity.owner(sign);
            Entry { owner, count: self.map.count(owner) + amount }
        };
        changed.map(entry).collect()
    }
}
