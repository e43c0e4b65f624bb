//! All that was written to a key, which no node knows: the truth that stores are held against.

use super::version::Version;
use crate::time::Time;

/// A write that a node accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Write {
    /// Its version.
    pub version: Version,
    /// The greatest version of the key that its node had seen.
    pub seen: Version,
    /// When it was accepted.
    pub at: Time,
}

/// All writes of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// In the order of their versions.
    writes: Vec<Write>,
}

impl History {
    /// The version that wins over all others so far.
    #[inline]
    pub fn latest(&self) -> Version {
        self.writes.last().map_or(Version::NONE, |write| write.version)
    }

    /// All of them, in the order of their versions.
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// Those that win over `version`.
    #[inline]
    pub fn after(&self, version: Version) -> &[Write] {
        // Most often they are few.
        let after = self.writes.iter().rev().take_while(|write| write.version > version).count();
        &self.writes[self.writes.len() - after..]
    }

    /// One more was accepted.
    pub(super) fn add(&mut self, write: Write) {
        let place = self.writes.len() - self.after(write.version).len();
        self.writes.insert(place, write);
    }

    /// How many writes were lost: others won over them, and none of all writes was made on top of them, at a node that
    /// had them.
    pub fn lost(&self) -> u64 {
        let mut bases: Vec<Version> = self.writes.iter().map(|write| write.seen).collect();
        bases.sort_unstable();
        let beaten = self.writes.split_last().map_or(&[][..], |(_, beaten)| beaten);
        beaten.iter().filter(|write| bases.binary_search(&write.version).is_err()).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::NodeId;

    #[test]
    fn a_write_is_lost_where_none_was_made_on_top_of_it_and_another_won() {
        let at = |time, node| Version::new(time, NodeId::new(node), false);
        let mut history = History::default();
        let mut add = |version, seen, nanos| history.add(Write { version, seen, at: Time::from_nanos(nanos) });
        add(at(1, 2), Version::NONE, 1);
        // Concurrent, and smaller: lost at once.
        add(at(1, 1), Version::NONE, 2);
        add(at(2, 0), at(1, 2), 3);
        // Both have seen the one before, and one of them is lost.
        add(at(3, 5), at(2, 0), 4);
        add(at(3, 4), at(2, 0), 5);
        assert_eq!((history.latest(), history.lost()), (at(3, 5), 2));
        // Between two of which the greater had seen the smaller: of the three this one is lost.
        history.add(Write { version: at(2, 7), seen: Version::NONE, at: Time::from_nanos(6) });
        assert_eq!((history.latest(), history.lost()), (at(3, 5), 3));
        let after: Vec<Version> = history.after(at(1, 2)).iter().map(|write| write.version).collect();
        assert_eq!(after, [at(2, 0), at(2, 7), at(3, 4), at(3, 5)]);
        assert_eq!(history.after(at(3, 5)), []);
    }
}
