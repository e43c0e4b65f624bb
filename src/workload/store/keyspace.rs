//! Keys, and who owns them, where each has an owner.

use std::ops::Range;

use crate::units::NodeId;

/// The keys of a store: those of an owner lie together, and owners have as many as each other but for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyspace {
    /// How many keys there are, at least 1.
    pub keys: u32,
    /// How many owners, at least 1.
    pub owners: u32,
}

impl Keyspace {
    /// Keys of each owner, and how many of the owners have one more.
    fn share(self) -> (u32, u32) {
        (self.keys / self.owners, self.keys % self.owners)
    }

    /// The keys of the owner with this number.
    pub fn of(self, owner: u32) -> Range<u32> {
        let (each, more) = self.share();
        // Below the number of keys.
        let first = owner * each + owner.min(more);
        first..first + each + u32::from(owner < more)
    }

    /// Who owns `key`.
    pub fn owner(self, key: u32) -> NodeId {
        let (each, more) = self.share();
        let larger = more * (each + 1);
        NodeId::new(match key.checked_sub(larger) {
            None => key / (each + 1),
            // The owners beyond the first `more` have none if `each` is 0, and no key is theirs.
            Some(beyond) => more + beyond / each.max(1),
        })
    }

    /// The key of this `rank` in the order of popularity: owners take turns in it, so that all have popular ones.
    pub fn ranked(self, rank: u32) -> u32 {
        self.of(rank % self.owners).start + rank / self.owners
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_one_owner_and_one_rank() {
        for (keys, owners) in [(1, 1), (1, 5), (7, 3), (12, 4), (3, 7), (64, 5)] {
            let space = Keyspace { keys, owners };
            let owned: Vec<u32> = (0..owners).flat_map(|owner| space.of(owner)).collect();
            assert_eq!(owned, (0..keys).collect::<Vec<_>>(), "{space:?}");
            assert!((0..owners).all(|owner| space.of(owner).all(|key| space.owner(key) == NodeId::new(owner))));
            let mut ranked: Vec<u32> = (0..keys).map(|rank| space.ranked(rank)).collect();
            assert!((0..keys.min(owners)).all(|rank| space.owner(ranked[rank as usize]) == NodeId::new(rank)));
            ranked.sort_unstable();
            assert_eq!(ranked, owned, "{space:?}");
        }
    }
}
