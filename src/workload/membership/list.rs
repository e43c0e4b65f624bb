//! The list that one node keeps.

use std::sync::Arc;

use super::entry::Entry;
use crate::bits::{self, Bits, ones};
use crate::memory;
use crate::time::Time;
use crate::units::NodeId;

/// The list that one node keeps: what it has heard of everybody, and whom of them it takes for members. It is empty until the
/// node begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberList {
    /// The newest entry of every node. Messages share them as long as they do not change.
    pub entries: Arc<Vec<Entry>>,
    /// How many of them say anything.
    pub known: u32,
    /// When the entry of each became what it is, or the node itself last answered.
    pub heard: Vec<Time>,
    listed: Bits,
    members: u32,
}

impl MemberList {
    /// An empty list for `nodes` nodes.
    pub fn new(nodes: usize) -> Self {
        let words = nodes.saturating_mul(size_of::<Entry>() + size_of::<Time>());
        let (entries, heard) = memory::or_unwind(memory::having(words as u64, || {
            (vec![Entry::default(); nodes], vec![Time::ZERO; nodes])
        }));
        MemberList { entries: Arc::new(entries), known: 0, heard, listed: Bits::new(nodes), members: 0 }
    }

    /// Whether the node has not begun.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry of a node.
    pub fn entry(&self, node: NodeId) -> Entry {
        self.entries[node.index()]
    }

    /// Puts a newer entry of `node` into the list.
    pub fn put(&mut self, node: NodeId, entry: Entry, now: Time) {
        let place = &mut Arc::make_mut(&mut self.entries)[node.index()];
        self.known += u32::from(!place.is_known());
        *place = entry;
        self.heard[node.index()] = now;
    }

    /// Puts all of `entries` that are newer into the list, but for that of `own`, and calls `changed` for each, with whether
    /// the node is listed. Entries that messages share are copied once at most.
    pub fn put_all(&mut self, entries: &[Entry], own: NodeId, now: Time, mut changed: impl FnMut(NodeId, Entry, bool)) {
        let MemberList { entries: mine, known, heard, listed, .. } = self;
        if !entries.iter().zip(mine.iter()).any(|(there, here)| there > here) {
            return;
        }
        let mine = Arc::make_mut(mine).iter_mut().zip(heard);
        for (node, (there, (here, heard))) in (0..).map(NodeId::new).zip(entries.iter().zip(mine)) {
            if there > here && node != own {
                *known += u32::from(!here.is_known());
                *here = *there;
                *heard = now;
                changed(node, *there, listed.contains(node.index()));
            }
        }
    }

    /// Whether `node` is taken for a member.
    pub fn lists(&self, node: NodeId) -> bool {
        self.listed.contains(node.index())
    }

    /// Takes `node` for a member, or no longer; whether that is new.
    pub fn list(&mut self, node: NodeId, member: bool) -> bool {
        if self.lists(node) == member {
            return false;
        }
        if member {
            self.listed.insert(node.index());
            self.members += 1;
        } else {
            self.listed.remove(node.index());
            self.members -= 1;
        }
        true
    }

    /// How many others are taken for members.
    pub fn members(&self) -> u32 {
        self.members
    }

    /// All others that are taken for members.
    pub fn listed(&self) -> impl Iterator<Item = NodeId> {
        bits::members(self.listed.words()).map(|node| NodeId::new(node as u32))
    }

    /// Member number `rank`, from 0, in the order of the nodes.
    pub fn member(&self, rank: u32) -> Option<NodeId> {
        nth(self.listed.words(), rank)
    }

    /// Node number `rank`, from 0, of those that were heard of, are no members, and are not `own`.
    pub fn unlisted(&self, rank: u32, own: NodeId) -> Option<NodeId> {
        let heard_of = self.entries.iter().enumerate().filter(|(_, entry)| entry.is_known());
        let others = heard_of.map(|(node, _)| NodeId::new(node as u32)).filter(|node| *node != own);
        others.filter(|node| !self.lists(*node)).nth(rank as usize)
    }
}

/// Number `rank`, from 0, of a set in `words`.
fn nth(words: &[u64], mut rank: u32) -> Option<NodeId> {
    for (&word, block) in words.iter().zip(0_u32..) {
        let count = word.count_ones();
        if rank < count {
            return ones(word).nth(rank as usize).map(|bit| NodeId::new(block * u64::BITS + bit));
        }
        rank -= count;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_holds_whom_it_lists_and_finds_them_by_rank() {
        let node = NodeId::new;
        let mut list = MemberList::new(200);
        for number in [0, 63, 64, 130, 199] {
            assert!(list.list(node(number), true) && !list.list(node(number), true));
            list.put(node(number), Entry::FIRST, Time::ZERO);
        }
        assert!(list.list(node(64), false) && !list.lists(node(64)));
        let members: Vec<u32> = list.listed().map(NodeId::number).collect();
        assert_eq!((members.as_slice(), list.members(), list.known), (&[0, 63, 130, 199][..], 4, 5));
        let by_rank: Vec<u32> = (0..).map_while(|rank| list.member(rank)).map(NodeId::number).collect();
        assert_eq!(by_rank, members);
        assert_eq!((list.unlisted(0, node(1)), list.unlisted(0, node(64))), (Some(node(64)), None));
    }

    #[test]
    fn what_messages_share_stays_as_it_was() {
        let mut list = MemberList::new(2);
        let sent = Arc::clone(&list.entries);
        list.put(NodeId::new(1), Entry::FIRST, Time::from_nanos(3));
        assert_eq!(
            (sent[1], list.entry(NodeId::new(1)), list.heard[1]),
            (Entry::default(), Entry::FIRST, Time::from_nanos(3))
        );
    }
}
