//! The running totals of a counter, from which it follows at once whether all nodes show the same.

use super::replica::Replica;
use crate::time::Time;
use crate::workload::agreement::Hashes;

/// The running totals of a counter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Increments that nodes accepted.
    pub increments: u64,
    /// Decrements that nodes accepted.
    pub decrements: u64,
    /// Of these, what live nodes have not counted yet, because they have yet to recover their own entries.
    pub waiting: u64,
    /// When the last of them was accepted.
    pub last_accepted: Time,
    /// When the value of a node changed last, if one did.
    pub last_changed: Option<Time>,
    /// Of the maps of all live nodes.
    maps: Hashes,
}

impl Counts {
    /// The true value: all increments that were accepted, less all decrements.
    pub fn value(&self) -> i64 {
        // Numbers of events of one run, far below 2^63.
        self.increments as i64 - self.decrements as i64
    }

    /// Whether all of `live` nodes have the same map, and none has counts of its own to add to it.
    pub fn agree(&self, live: u64) -> bool {
        self.waiting == 0 && self.maps.agree(live)
    }

    /// A node accepts `amount` at `now`.
    pub(super) fn accept(&mut self, amount: i64, now: Time) {
        let total = if amount > 0 { &mut self.increments } else { &mut self.decrements };
        *total += amount.unsigned_abs();
        self.last_accepted = now;
    }

    /// The map of a live node changes: its hash was `before` and is `after`.
    pub(super) fn replace(&mut self, before: u64, after: u64) {
        self.maps = self.maps.without(before).with(after);
    }

    /// `replica` is taken out of the totals of live nodes, or put into them.
    pub(super) fn recount(&mut self, replica: &Replica, up: bool) {
        let hash = replica.map.hash();
        if up {
            self.maps = self.maps.with(hash);
            self.waiting += replica.waiting.amount();
        } else {
            self.maps = self.maps.without(hash);
            self.waiting -= replica.waiting.amount();
        }
    }

    /// Whether what is said of live nodes is the same here and in `other`.
    pub(super) fn match_live(&self, other: &Counts) -> bool {
        (self.maps, self.waiting) == (other.maps, other.waiting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nodes_agree_exactly_when_all_hashes_are_alike(
            hashes in prop::collection::vec(prop::sample::select(vec![0, 1, 7, u64::MAX - 1, u64::MAX]), 1..6),
        ) {
            let mut counts = Counts::default();
            // Every node begins with an empty map, the hash of which is 0.
            hashes.iter().for_each(|&hash| counts.replace(0, hash));
            prop_assert_eq!(counts.agree(hashes.len() as u64), hashes.iter().all(|hash| *hash == hashes[0]));
            counts.waiting = 1;
            prop_assert!(!counts.agree(hashes.len() as u64));
        }
    }
}
