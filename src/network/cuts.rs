//! Paths that are cut for a while: partitions of the network into groups, and one-way cuts.

use crate::bits::Bits;
use crate::time::Time;
use crate::units::NodeId;

/// Which paths are cut when. A message is cut off if its path is when it is sent.
#[derive(Clone, Debug, Default)]
pub struct Cuts {
    cuts: Vec<Cut>,
}

/// Paths that are cut from one instant until another.
#[derive(Clone, Debug)]
pub struct Cut {
    /// The first instant at which they are.
    pub from: Time,
    /// The first at which they are no longer.
    pub until: Time,
    /// Which they are.
    pub paths: Paths,
}

/// Some of the paths between nodes.
#[derive(Clone, Debug)]
pub enum Paths {
    /// All between nodes of different groups, by the number of each node's group.
    Between(Vec<u32>),
    /// All from some nodes to some others.
    OneWay {
        /// Whose messages.
        from: Bits,
        /// To whom.
        to: Bits,
    },
}

impl Paths {
    fn contain(&self, from: NodeId, to: NodeId) -> bool {
        match self {
            Paths::Between(groups) => groups[from.index()] != groups[to.index()],
            Paths::OneWay { from: senders, to: recipients } => {
                senders.contains(from.index()) && recipients.contains(to.index())
            }
        }
    }
}

impl Cuts {
    /// These cuts.
    pub fn new(cuts: Vec<Cut>) -> Self {
        Cuts { cuts }
    }

    /// Whether nothing is ever cut.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.cuts.is_empty()
    }

    /// Whether the path between two nodes is cut at `now`.
    #[inline(never)]
    pub fn sever(&self, from: NodeId, to: NodeId, now: Time) -> bool {
        self.cuts.iter().any(|cut| cut.from <= now && now < cut.until && cut.paths.contain(from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cut_between_groups_or_one_way_and_only_for_a_while() {
        let (at, node) = (Time::from_nanos, NodeId::new);
        let only = |number| {
            let mut set = Bits::new(4);
            set.insert(number);
            set
        };
        let between = Cut { from: at(10), until: at(20), paths: Paths::Between(vec![0, 0, 1, 1]) };
        let one_way = Cut { from: at(15), until: Time::NEVER, paths: Paths::OneWay { from: only(0), to: only(1) } };
        let cuts = Cuts::new(vec![between, one_way]);
        let cut = |from, to, now| cuts.sever(node(from), node(to), at(now));
        assert_eq!([9, 10, 19, 20].map(|now| cut(1, 2, now)), [false, true, true, false]);
        assert_eq!([9, 10, 19, 20].map(|now| cut(2, 1, now)), [false, true, true, false]);
        assert_eq!([14, 15, 99].map(|now| cut(0, 1, now)), [false, true, true]);
        assert!(!cut(1, 0, 50) && !cut(2, 3, 15) && !cuts.is_empty() && Cuts::default().is_empty());
    }
}
