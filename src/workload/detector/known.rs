//! The nodes that a node has heard of, itself among them, with their heartbeats: in the order of their numbers.

use super::message::Entry;
use super::rule::Rule;
use super::watch::Watch;
use super::window::Window;
use crate::memory;
use crate::time::Time;
use crate::units::NodeId;

/// The nodes that a node knows of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    watches: Vec<Watch>,
    /// The gaps between the heartbeats of each; none where nothing depends on them.
    windows: Vec<Window>,
}

impl Known {
    /// Where `node` stands, or would. Most often those before it are all there, or all but the node itself.
    #[inline]
    fn place(&self, node: NodeId) -> Result<usize, usize> {
        let guess = node.index();
        if self.watches.get(guess).is_some_and(|watch| watch.node == node) {
            return Ok(guess);
        }
        self.watches.binary_search_by_key(&node, |watch| watch.node)
    }

    /// What is kept of `node`, to be changed, and its gaps.
    #[inline]
    pub fn get_mut(&mut self, node: NodeId) -> Option<(&mut Watch, Option<&mut Window>)> {
        let place = self.place(node).ok()?;
        Some((&mut self.watches[place], self.windows.get_mut(place)))
    }

    /// Reads what is most often kept of `node`, ahead of its time.
    #[inline]
    pub fn glance(&self, node: NodeId) -> u64 {
        self.watches.get(node.index()).map_or(0, |watch| watch.heartbeat)
    }

    /// What is kept of `node`, and its gaps.
    pub fn get(&self, node: NodeId) -> Option<(&Watch, Option<&Window>)> {
        let place = self.place(node).ok()?;
        Some((&self.watches[place], self.windows.get(place)))
    }

    /// Makes room for so many more nodes, with windows if `rule` asks for them; where memory is short, this unwinds to
    /// [`memory::catch`].
    pub fn reserve(&mut self, more: usize, rule: &Rule) {
        memory::or_unwind(memory::reserve(&mut self.watches, more));
        if rule.keeps_gaps() {
            memory::or_unwind(memory::reserve(&mut self.windows, more));
        }
    }

    /// Adds the node itself, who waits for nobody.
    pub fn insert_itself(&mut self, entry: Entry, rule: &Rule) {
        self.insert(Watch::nobody(entry), rule.keeps_gaps().then_some(Window::EMPTY));
    }

    /// Adds a node that is waited for from `now` on, and says until when a silence is not too long; nothing changes if it is
    /// known.
    pub fn meet(&mut self, entry: Entry, now: Time, rule: &Rule) -> Time {
        let window = rule.begun();
        let watch = Watch::begun(entry, now, rule, window.as_ref());
        let deadline = watch.deadline;
        self.insert(watch, window);
        deadline
    }

    fn insert(&mut self, watch: Watch, window: Option<Window>) {
        // Most often they come in order.
        let place = match self.watches.last() {
            Some(last) if last.node >= watch.node => match self.place(watch.node) {
                Ok(_) => return,
                Err(place) => place,
            },
            _ => self.watches.len(),
        };
        self.watches.insert(place, watch);
        if let Some(window) = window {
            self.windows.insert(place, window);
        }
    }

    /// All heartbeats.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        self.watches.iter().map(Watch::entry)
    }

    /// What is kept of all nodes, with their gaps.
    pub fn all_mut(&mut self) -> impl Iterator<Item = (&mut Watch, Option<&Window>)> {
        let windows = &self.windows;
        self.watches.iter_mut().enumerate().map(|(place, watch)| (watch, windows.get(place)))
    }

    /// What is higher here than in `others`, or missing there.
    pub fn above(&self, others: &[Entry]) -> Vec<Entry> {
        above(self.entries(), others.iter().copied()).collect()
    }

    /// The nodes of which `others` have a higher heartbeat, or alone know.
    pub fn below(&self, others: &[Entry]) -> Vec<NodeId> {
        above(others.iter().copied(), self.entries()).map(|entry| entry.node).collect()
    }
}

/// The entries of `one` that are higher than those of `other`, or missing there.
fn above(one: impl Iterator<Item = Entry>, other: impl Iterator<Item = Entry>) -> impl Iterator<Item = Entry> {
    let mut rest = other.peekable();
    one.filter(move |entry| {
        while rest.next_if(|other| other.node < entry.node).is_some() {}
        rest.peek().is_none_or(|other| other.node != entry.node || other.heartbeat < entry.heartbeat)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    fn entries(list: &[(u32, u64)]) -> Vec<Entry> {
        list.iter().map(|&(node, heartbeat)| Entry { node: NodeId::new(node), heartbeat }).collect()
    }

    #[test]
    fn tables_are_compared_entry_by_entry() {
        let mut known = Known::default();
        for entry in entries(&[(5, 2), (1, 7), (3, 4), (1, 9)]) {
            known.meet(entry, Time::ZERO, &Rule::Timeout(Span::MAX));
        }
        assert_eq!(known.entries().collect::<Vec<_>>(), entries(&[(1, 7), (3, 4), (5, 2)]));
        let others = entries(&[(0, 1), (1, 7), (3, 3), (5, 9)]);
        assert_eq!(known.above(&others), entries(&[(3, 4)]));
        assert_eq!(known.below(&others), [0, 5].map(NodeId::new));
        assert_eq!((known.above(&[]).len(), known.below(&[]).len()), (3, 0));
        let heartbeat = |node| known.get(NodeId::new(node)).map(|(watch, _)| watch.heartbeat);
        assert_eq!([heartbeat(3), heartbeat(2)], [Some(4), None]);
    }
}
