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
    /// Of nobody that is listed anything was heard last before this.
    oldest: Time,
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
        MemberList {
            entries: Arc::new(entries),
            known: 0,
            heard,
            oldest: Time::ZERO,
            listed: Bits::new(nodes),
            members: 0,
        }
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

    /// Puts all of `entries` that are newer into the list, but for that of `own`. Appends to `turned` the nodes of those that
    /// say so who `takes_part` and is not listed, or does not and is. Entries that messages share are copied once at most.
    pub fn put_all(
        &mut self,
        entries: &[Entry],
        own: NodeId,
        now: Time,
        takes_part: impl Fn(Entry) -> bool,
        turned: &mut Vec<(NodeId, bool)>,
    ) {
        if !entries.iter().zip(self.entries.iter()).any(|(there, here)| there > here) {
            return;
        }
        let MemberList { entries: mine, known, heard, listed, .. } = self;
        let own = own.index();
        let (kept, kept_heard) = (mine[own], heard[own]);
        let mine = Arc::make_mut(mine);
        let blocks = mine.chunks_mut(BLOCK).zip(heard.chunks_mut(BLOCK)).zip(entries.chunks(BLOCK));
        for ((first, &listed), ((mine, heard), theirs)) in (0..).step_by(BLOCK).zip(listed.words()).zip(blocks) {
            // The node does not list itself.
            let itself = if own / BLOCK == first / BLOCK { 1 << (own % BLOCK) } else { 0 };
            let all_listed = !(listed | itself) << (BLOCK - theirs.len()) == 0;
            if all_listed && theirs.iter().fold(true, |all, there| all & takes_part(*there)) {
                *known += take_newer(mine, theirs, heard, now);
                continue;
            }
            for (bit, ((here, heard), there)) in mine.iter_mut().zip(heard).zip(theirs).enumerate() {
                if there > here && first + bit != own {
                    *known += u32::from(!here.is_known());
                    (*here, *heard) = (*there, now);
                    let member = takes_part(*there);
                    if member != (listed >> bit & 1 == 1) {
                        turned.push((NodeId::new((first + bit) as u32), member));
                    }
                }
            }
        }
        (mine[own], heard[own]) = (kept, kept_heard);
    }

    /// Appends to `silent` all that are listed and of whom nothing has been heard since a `limit`.
    pub fn silent_since(&mut self, limit: Time, silent: &mut Vec<NodeId>) {
        if self.oldest >= limit {
            return;
        }
        let mut oldest = Time::NEVER;
        for node in self.listed() {
            let heard = self.heard[node.index()];
            if heard < limit {
                silent.push(node);
            } else {
                oldest = oldest.min(heard);
            }
        }
        // Those who are silent may stay on the list.
        self.oldest = if silent.is_empty() { oldest } else { Time::ZERO };
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
            self.oldest = self.oldest.min(self.heard[node.index()]);
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

/// Nodes whose places on the list are the bits of a word.
const BLOCK: usize = u64::BITS as usize;

/// Takes of `theirs` what is newer than in `mine`, as heard `now`; of how many nothing was known. Without a branch, which nobody
/// could predict while heartbeats spread.
fn take_newer(mine: &mut [Entry], theirs: &[Entry], heard: &mut [Time], now: Time) -> u32 {
    let mut learned = 0_u32;
    for ((here, there), heard) in mine.iter_mut().zip(theirs).zip(heard) {
        let newer = u64::from(there > here).wrapping_neg();
        let either = |old: u64, new: u64| old ^ (old ^ new) & newer;
        // Never so many that it wraps.
        learned = learned.wrapping_add(u32::from(!here.is_known()) & newer as u32);
        *here = Entry::of_rank(either(here.rank(), there.rank()));
        *heard = Time::from_nanos(either(heard.nanos(), now.nanos()));
    }
    learned
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
