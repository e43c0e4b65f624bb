//! The nodes that a node has heard of, itself among them, with their heartbeats: in the order of their numbers.

use super::message::Entry;
use super::watch::Watch;
use crate::memory;
use crate::units::NodeId;

/// The nodes that a node knows of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    entries: Vec<Entry>,
    watches: Vec<Watch>,
}

impl Known {
    /// Where `node` stands, or would. Most often those before it are all there, or all but the node itself.
    #[inline]
    fn place(&self, node: NodeId) -> Result<usize, usize> {
        let guess = node.index();
        if self.entries.get(guess).is_some_and(|entry| entry.node == node) {
            return Ok(guess);
        }
        self.entries.binary_search_by_key(&node, |entry| entry.node)
    }

    /// The highest heartbeat of `node` that is known, with what is kept of it.
    #[inline]
    pub fn get_mut(&mut self, node: NodeId) -> Option<(&mut u64, &mut Watch)> {
        let place = self.place(node).ok()?;
        Some((&mut self.entries[place].heartbeat, &mut self.watches[place]))
    }

    /// The highest heartbeat of `node` that is known.
    pub fn heartbeat(&self, node: NodeId) -> Option<u64> {
        self.place(node).ok().map(|place| self.entries[place].heartbeat)
    }

    /// What is kept of `node`.
    pub fn watch(&self, node: NodeId) -> Option<&Watch> {
        self.place(node).ok().map(|place| &self.watches[place])
    }

    /// Makes room for so many more nodes; where memory is short, this unwinds to [`memory::catch`].
    pub fn reserve(&mut self, more: usize) {
        memory::or_unwind(memory::reserve(&mut self.entries, more));
        memory::or_unwind(memory::reserve(&mut self.watches, more));
    }

    /// Adds a node; nothing happens if it is known.
    pub fn insert(&mut self, entry: Entry, watch: Watch) {
        // Most often they come in order.
        if self.entries.last().is_none_or(|last| last.node < entry.node) {
            self.entries.push(entry);
            self.watches.push(watch);
        } else if let Err(place) = self.place(entry.node) {
            self.entries.insert(place, entry);
            self.watches.insert(place, watch);
        }
    }

    /// All heartbeats.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// All nodes, with what is kept of them.
    pub fn watches_mut(&mut self) -> impl Iterator<Item = (NodeId, &mut Watch)> {
        self.entries.iter().map(|entry| entry.node).zip(&mut self.watches)
    }

    /// What is higher here than in `others`, or missing there.
    pub fn above(&self, others: &[Entry]) -> Vec<Entry> {
        above(&self.entries, others)
    }

    /// The nodes of which `others` have a higher heartbeat, or alone know.
    pub fn below(&self, others: &[Entry]) -> Vec<NodeId> {
        above(others, &self.entries).into_iter().map(|entry| entry.node).collect()
    }
}

/// The entries of `one` that are higher than those of `other`, or missing there.
fn above(one: &[Entry], other: &[Entry]) -> Vec<Entry> {
    let mut rest = other.iter().peekable();
    let missing_or_lower = |entry: &&Entry| {
        while rest.next_if(|other| other.node < entry.node).is_some() {}
        rest.peek().is_none_or(|other| other.node != entry.node || other.heartbeat < entry.heartbeat)
    };
    one.iter().filter(missing_or_lower).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(list: &[(u32, u64)]) -> Vec<Entry> {
        list.iter().map(|&(node, heartbeat)| Entry { node: NodeId::new(node), heartbeat }).collect()
    }

    #[test]
    fn tables_are_compared_entry_by_entry() {
        let mut known = Known::default();
        for entry in entries(&[(5, 2), (1, 7), (3, 4), (1, 9)]) {
            known.insert(entry, Watch::nobody());
        }
        assert_eq!(known.entries(), entries(&[(1, 7), (3, 4), (5, 2)]));
        let others = entries(&[(0, 1), (1, 7), (3, 3), (5, 9)]);
        assert_eq!(known.above(&others), entries(&[(3, 4)]));
        assert_eq!(known.below(&others), [0, 5].map(NodeId::new));
        assert_eq!((known.above(&[]).len(), known.below(&[]).len()), (3, 0));
        assert_eq!((known.heartbeat(NodeId::new(3)), known.heartbeat(NodeId::new(2))), (Some(4), None));
    }
}
