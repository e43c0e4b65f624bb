//! The map from owner to count that every node keeps: merging takes the larger count of each entry.
//!
//! Counts of one owner only ever grow, so merging commutes, associates, and does no harm twice: the map is a
//! state-based replicated data type (Shapiro et al. 2011). Decrements are entries of their own, which makes a
//! positive-negative counter two grow-only ones.

use std::sync::LazyLock;

use crate::memory;
use crate::random::{Chance, Field, Purpose};
use crate::time::Time;
use crate::units::NodeId;

/// Under which name a node counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The node.
    pub node: NodeId,
    /// When it took the name: time 0, or when it came back under a new one.
    pub born: Time,
}

/// What an entry counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Increments.
    Positive,
    /// Decrements.
    Negative,
}

/// Whose increments, or decrements, an entry counts. Nobody else changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Owner {
    node: NodeId,
    sign: Sign,
    born: Time,
}

/// How much an owner has counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose it is.
    pub owner: Owner,
    /// Its count, 1 or more.
    pub count: u64,
}

/// What a node knows of all counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// In order of the owners, each of which has one at most.
    entries: Vec<Entry>,
    value: i64,
    hash: u64,
}

impl Identity {
    /// The owner of its entry for `sign`.
    pub fn owner(self, sign: Sign) -> Owner {
        Owner { node: self.node, sign, born: self.born }
    }
}

impl Entry {
    /// What it adds to the value of the counter.
    fn value(self) -> i64 {
        // Amounts are numbers of events of one run, far below 2^63.
        let count = self.count as i64;
        if self.owner.sign == Sign::Positive { count } else { -count }
    }

    /// A number that stands for it. The numbers of the entries of a map add up to the hash of the map, so that a change
    /// costs two additions.
    fn hash(self) -> u64 {
        static MIX: LazyLock<Field> =
            LazyLock::new(|| Chance { seed: 0, nodes: 0, replicate: 0 }.field(Purpose::Workload));
        let Owner { node, sign, born } = self.owner;
        MIX.at(u64::from(node) << 1 | sign as u64, born.nanos(), self.count)
    }
}

impl Map {
    /// Its entries, in order of their owners.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The value of the counter: increments less decrements.
    pub fn value(&self) -> i64 {
        self.value
    }

    /// A number that unlike maps share by a chance of 2^-64.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// The count of `owner`, 0 if it is not known.
    pub fn count(&self, owner: Owner) -> u64 {
        let place = self.entries.binary_search_by_key(&owner, |entry| entry.owner);
        place.map_or(0, |place| self.entries[place].count)
    }

    /// Those of `entries`, in order of their owners, that say more than what is known here.
    pub fn news(&self, entries: &[Entry]) -> impl Iterator<Item = Entry> {
        let mut own = self.entries.as_slice();
        entries.iter().copied().filter(move |entry| {
            let passed = own.iter().take_while(|other| other.owner < entry.owner).count();
            own = &own[passed..];
            own.first().is_none_or(|other| other.owner != entry.owner || other.count < entry.count)
        })
    }

    /// Whether nothing of `entries` is news.
    pub fn covers(&self, entries: &[Entry]) -> bool {
        self.news(entries).next().is_none()
    }

    /// Takes what [`Map::news`] found.
    pub fn adopt(&mut self, news: &[Entry]) {
        let known = self.entries.len();
        let mut place = 0;
        for &entry in news {
            place += self.entries[place..known].iter().take_while(|other| other.owner < entry.owner).count();
            self.value += entry.value();
            self.hash = self.hash.wrapping_add(entry.hash());
            if place < known && self.entries[place].owner == entry.owner {
                let old = std::mem::replace(&mut self.entries[place], entry);
                self.value -= old.value();
                self.hash = self.hash.wrapping_sub(old.hash());
            } else {
                memory::or_unwind(memory::push(&mut self.entries, entry));
            }
        }
        if self.entries.len() > known {
            // Two lists in order, which a stable sort merges.
            self.entries.sort_by_key(|entry| entry.owner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn merged(mut map: Map, other: &Map) -> Map {
        let news: Vec<Entry> = map.news(other.entries()).collect();
        map.adopt(&news);
        map
    }

    prop_compose! {
        fn entry()(node in 0_u32..6, born in 0_u64..2, negative in any::<bool>(), count in 1_u64..5) -> Entry {
            let sign = if negative { Sign::Negative } else { Sign::Positive };
            Entry { owner: Identity { node: NodeId::new(node), born: Time::from_nanos(born) }.owner(sign), count }
        }
    }

    prop_compose! {
        /// What comes of any entries, taken one by one.
        fn map()(entries in prop::collection::vec(entry(), 0..12)) -> Map {
            entries.into_iter().fold(Map::default(), |mut map, entry| {
                let news: Vec<Entry> = map.news(&[entry]).collect();
                map.adopt(&news);
                map
            })
        }
    }

    proptest! {
        #[test]
        fn merging_commutes_associates_and_is_idempotent(a in map(), b in map(), c in map()) {
            let ab = merged(a.clone(), &b);
            prop_assert_eq!(&ab, &merged(b.clone(), &a));
            prop_assert_eq!(merged(ab.clone(), &c), merged(a.clone(), &merged(b.clone(), &c)));
            prop_assert_eq!(&merged(ab.clone(), &b), &ab);
            prop_assert!(ab.covers(a.entries()) && ab.covers(b.entries()));
        }

        #[test]
        fn value_and_hash_follow_from_the_entries_in_whatever_order_they_came(a in map(), b in map()) {
            let map = merged(a, &b);
            let sum: i64 = map.entries().iter().map(|entry| entry.value()).sum();
            let hash = map.entries().iter().fold(0_u64, |hash, entry| hash.wrapping_add(entry.hash()));
            prop_assert_eq!((map.value(), map.hash()), (sum, hash));
            prop_assert!(map.entries().is_sorted_by(|one, other| one.owner < other.owner));
            prop_assert!(map.entries().iter().all(|entry| map.count(entry.owner) == entry.count));
        }

        #[test]
        fn what_is_news_is_what_was_missing(a in map(), b in map()) {
            let news: Vec<Entry> = a.news(b.entries()).collect();
            let missing = |entry: &Entry| a.count(entry.owner) < entry.count;
            prop_assert_eq!(news, b.entries().iter().copied().filter(missing).collect::<Vec<_>>());
        }

        #[test]
        fn unlike_maps_have_unlike_hashes(a in map(), b in map()) {
            prop_assert_eq!(a == b, a.hash() == b.hash());
        }
    }
}
