//! What one node has of the updates, and which of them it still pushes.

use std::sync::Arc;

use crate::bits::{self, Bits};
use crate::memory;
use crate::workload::NextAsk;

/// What one node has of the updates, by their numbers, which follow the order in which they were published.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// A bit for each. Digests share it as long as it does not change.
    known: Arc<Bits>,
    /// Those that the node still pushes, by their numbers.
    pub queue: Vec<Queued>,
    /// When it asks next for what it lacks.
    pub next_ask: NextAsk,
}

/// An update that a node still pushes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queued {
    /// Its number.
    pub update: u32,
    /// In so many turns the node has pushed it.
    pub sent: u32,
}

impl Held {
    /// Whether the node has the update.
    pub fn knows(&self, update: u32) -> bool {
        self.known.has(update as usize)
    }

    /// A digest of what the node has.
    pub fn digest(&self) -> Arc<Bits> {
        Arc::clone(&self.known)
    }

    /// All that the node has, by their numbers.
    pub fn all(&self) -> impl Iterator<Item = u32> {
        bits::members(self.known.words()).map(|update| update as u32)
    }

    /// The node has the update from now on; whether it had it not before. It is to be pushed if `pushes`.
    pub fn learn(&mut self, update: u32, pushes: bool) -> bool {
        if self.knows(update) {
            return false;
        }
        let known = Arc::make_mut(&mut self.known);
        known.widen(update as usize + 1);
        known.insert(update as usize);
        if pushes {
            let place = self.queue.partition_point(|other| other.update < update);
            memory::or_unwind(memory::reserve(&mut self.queue, 1));
            self.queue.insert(place, Queued { update, sent: 0 });
        }
        true
    }

    /// The updates that the node has and that are not in `digest`, by their numbers.
    pub fn beyond(&self, digest: &Bits) -> Vec<u32> {
        let words = self.known.words().iter().zip(digest.words().iter().chain(std::iter::repeat(&0)));
        let beyond: Vec<u64> = words.map(|(here, there)| here & !there).collect();
        bits::members(&beyond).map(|update| update as u32).collect()
    }
}

/// Into how many ranges of numbers that follow each other the updates of a digest fall.
pub(super) fn ranges(digest: &Bits) -> u64 {
    let mut before = 0;
    let mut ranges = 0;
    for &word in digest.words() {
        // A range begins at a bit whose lower neighbour is not set.
        ranges += u64::from((word & !(word << 1 | before)).count_ones());
        before = word >> (u64::BITS - 1);
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_has_what_it_learned_and_knows_what_a_digest_lacks() {
        let mut held = Held::default();
        for update in [3, 200, 4, 63, 64] {
            assert!(held.learn(update, update != 4) && !held.learn(update, true));
        }
        let other = held.digest();
        assert!(held.learn(130, true));
        assert_eq!(held.all().collect::<Vec<_>>(), [3, 4, 63, 64, 130, 200]);
        assert_eq!(held.queue.iter().map(|queued| queued.update).collect::<Vec<_>>(), [3, 63, 64, 130, 200]);
        assert_eq!((held.beyond(&other), held.beyond(&Bits::default())), (vec![130], vec![3, 4, 63, 64, 130, 200]));
        assert!(held.knows(130) && !held.knows(131) && !held.knows(100_000));
        assert_eq!([ranges(&other), ranges(&held.digest()), ranges(&Bits::default())], [3, 4, 0]);
    }
}
