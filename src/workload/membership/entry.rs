//! What is said of a member, and what is newer.

use std::cmp::Ordering;

/// What is said of a member, in an order in which the newer is the greater.
///
/// With heartbeats the generation is when the member began, in milliseconds plus one, and the version how often it has had a
/// turn since (Cassandra's `HeartBeatState`). With incarnations the generation is the incarnation, and the version what it
/// is in that one: alive, failed, left (SWIM, section 4.2: alive of a higher incarnation beats all that was said before).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Within the generation. It stands first so that both are read as one number, in which it is the low half.
    pub version: u32,
    /// 0 where nothing is known.
    pub generation: u32,
}

impl Ord for Entry {
    /// One comparison without a branch: while heartbeats spread, nobody could predict which of two is newer.
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Entry {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Entry {
    /// What the address of a seed says: that there is a node, and no more.
    pub const FIRST: Entry = Entry { generation: 1, version: 0 };
    /// The version of a member of heartbeats that has left.
    const GONE: u32 = u32::MAX;
    /// The version of an incarnation that failed.
    const FAILED: u32 = 1;
    /// The version of an incarnation that left.
    const LEFT: u32 = 2;

    /// Its number in the order.
    #[inline]
    pub(super) fn rank(self) -> u64 {
        u64::from(self.generation) << 32 | u64::from(self.version)
    }

    /// The entry with this number.
    #[inline]
    pub(super) fn of_rank(rank: u64) -> Entry {
        Entry { version: rank as u32, generation: (rank >> 32) as u32 }
    }

    /// Whether anything is known.
    #[inline]
    pub fn is_known(self) -> bool {
        self.generation > 0
    }

    /// Whether it says that the member takes part, in a list of heartbeats.
    #[inline]
    pub fn beats(self) -> bool {
        self.is_known() && self.version != Self::GONE
    }

    /// The same after one more heartbeat.
    pub fn next_beat(self) -> Entry {
        // One less than that of a member that has left: after 2^32 turns it stands still.
        Entry { version: self.version.saturating_add(1).min(Self::GONE - 1), ..self }
    }

    /// That the member has left, in a list of heartbeats.
    pub fn gone(self) -> Entry {
        Entry { version: Self::GONE, ..self }
    }

    /// Whether it says that the member takes part, in a list of incarnations.
    #[inline]
    pub fn is_alive(self) -> bool {
        self.is_known() && self.version == 0
    }

    /// That this incarnation failed.
    pub fn failed(self) -> Entry {
        Entry { version: Self::FAILED, ..self }
    }

    /// That this incarnation left.
    pub fn left(self) -> Entry {
        Entry { version: Self::LEFT, ..self }
    }

    /// The next incarnation, alive.
    pub fn refuted(self) -> Entry {
        Entry { generation: self.generation.saturating_add(1), version: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_newer_is_greater() {
        let alive = |generation| Entry { generation, version: 0 };
        let order = [alive(1), alive(1).failed(), alive(1).left(), alive(2), alive(2).failed(), alive(2).refuted()];
        assert!(order.is_sorted_by(|one, other| one < other), "{order:?}");
        assert!(order.map(Entry::is_alive) == [true, false, false, true, false, true] && !Entry::default().is_alive());
        let began = Entry { generation: 1, version: 7 };
        let later = Entry { generation: 900, version: 0 };
        let order = [began, began.next_beat(), began.gone(), later];
        assert!(order.is_sorted_by(|one, other| one < other), "{order:?}");
        assert_eq!(order.map(Entry::beats), [true, true, false, true]);
        // It never says by itself that it has left.
        assert!(Entry { version: u32::MAX - 1, ..began }.next_beat().beats());
    }
}
