//! Versions: which of two writes of a key wins.

use std::sync::LazyLock;

use crate::random::{Chance, Field, Purpose};
use crate::units::{MAX_NODES, NodeId};

/// The version of a write: its Lamport time, then the node at which it was made. The greater one wins.
///
/// No node gives two writes the same time, so what the write does, the last bit, decides nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

/// A node's number takes so many bits, above the bit of a deletion.
const NODE: u32 = 27;
const TIME: u32 = NODE + 1;
const _: () = assert!(MAX_NODES <= 1 << NODE, "a version has no room for the number of a node");

impl Version {
    /// That of what nobody has written yet.
    pub const NONE: Version = Version(0);

    /// That of what `node` writes, or deletes, at Lamport `time`, from 1. Times stay below 2^36: there are not so many
    /// events in a run.
    pub const fn new(time: u64, node: NodeId, deletes: bool) -> Self {
        Version(time << TIME | (node.number() as u64) << 1 | deletes as u64)
    }

    /// Times stay below this one, which only who lies tells of.
    pub(super) const LAST_TIME: u64 = (1 << (u64::BITS - TIME)) - 1;

    /// A newer version of the same key than anybody has, if this is one.
    pub(super) fn overstated(self) -> Self {
        if self == Version::NONE { self } else { Version(Self::LAST_TIME << TIME | self.0 & ((1 << TIME) - 1)) }
    }

    /// Its Lamport time.
    pub const fn time(self) -> u64 {
        self.0 >> TIME
    }

    /// The node at which it was made.
    pub const fn writer(self) -> NodeId {
        NodeId::new((self.0 >> 1) as u32 & ((1 << NODE) - 1))
    }

    /// Whether it is a deletion.
    pub const fn is_deletion(self) -> bool {
        self.0 & 1 == 1
    }

    /// Whether who has it has a value to show.
    pub const fn shows(self) -> bool {
        self.0 != 0 && !self.is_deletion()
    }

    /// Whether who has this shows what `latest`, the greatest version of the key, says: nobody shows what is deleted,
    /// whether or not he knows why.
    pub fn is_current(self, latest: Version) -> bool {
        self == latest || !self.shows() && latest.is_deletion()
    }

    /// A number that stands for `key` having it; 0 if it is none. Those of a store add up to its hash, so that a change
    /// costs two additions.
    #[inline]
    pub(super) fn hash(self, key: u32) -> u64 {
        static MIX: LazyLock<Field> =
            LazyLock::new(|| Chance { seed: 0, nodes: 0, replicate: 0 }.field(Purpose::Workload));
        if self == Version::NONE { 0 } else { MIX.at(key.into(), self.0, 1) }
    }
}

/// The keys of which `ours` is greater than `theirs`, and those of which it is less.
pub(super) fn differences(ours: &[Version], theirs: &[Version]) -> [Vec<u32>; 2] {
    let (mut newer, mut older) = (vec![0; ours.len()], vec![0; ours.len()]);
    let (mut gained, mut lost) = (0_usize, 0_usize);
    // Without a branch, which nobody could predict while news travels.
    for (key, (ours, theirs)) in (0..).zip(ours.iter().zip(theirs)) {
        (newer[gained], older[lost]) = (key, key);
        // There are not so many keys that they wrap.
        gained = gained.wrapping_add(usize::from(ours > theirs));
        lost = lost.wrapping_add(usize::from(ours < theirs));
    }
    newer.truncate(gained);
    older.truncate(lost);
    [newer, older]
}

/// The keys of which `ours` is greater than `theirs`.
pub(super) fn newer(ours: &[Version], theirs: &[Version]) -> Vec<u32> {
    let (mut keys, mut count) = (vec![0; ours.len()], 0);
    // Without a branch, which nobody could predict while news travels.
    for (key, (ours, theirs)) in (0..).zip(ours.iter().zip(theirs)) {
        keys[count] = key;
        count += usize::from(ours > theirs);
    }
    keys.truncate(count);
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn versions_are_in_the_order_of_times_then_nodes(
            one in (1_u64..1 << 36, 0..MAX_NODES, any::<bool>()),
            other in (1_u64..1 << 36, 0..MAX_NODES, any::<bool>()),
        ) {
            let of = |(time, node, deletes)| Version::new(time, NodeId::new(node), deletes);
            let version = of(one);
            prop_assert_eq!((version.time(), version.writer().number(), version.is_deletion()), one);
            prop_assert_eq!(of(one).cmp(&of(other)), one.cmp(&other));
            prop_assert!(version > Version::NONE && version.shows() != version.is_deletion());
        }
    }

    #[test]
    fn who_has_no_value_is_current_where_the_last_write_is_a_deletion() {
        let at = |time, deletes| Version::new(time, NodeId::new(3), deletes);
        for (held, latest, current) in [
            (Version::NONE, Version::NONE, true),
            (Version::NONE, at(1, false), false),
            (Version::NONE, at(2, true), true),
            (at(1, true), at(3, true), true),
            (at(1, false), at(3, true), false),
            (at(1, true), at(3, false), false),
            (at(3, false), at(3, false), true),
        ] {
            assert_eq!(held.is_current(latest), current, "{held:?}, {latest:?}");
        }
    }
}
