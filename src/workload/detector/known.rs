//! The nodes that a node has heard of, itself among them, with their heartbeats: in the order of their numbers.

use super::message::Entry;
use super::rule::Rule;
use super::watch::{Block, Watch};
use super::window::Window;
use crate::bits;
use crate::memory;
use crate::time::{Span, Time};
use crate::units::NodeId;

/// The nodes that a node knows of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    nodes: Vec<NodeId>,
    /// So many of them, from the first on, are the first nodes there are: they stand where their numbers say.
    dense: usize,
    watches: Vec<Watch>,
    blocks: Vec<Block>,
    /// The gaps between the heartbeats of each, and until when a silence is not too long by them; none where nothing depends
    /// on them.
    windows: Vec<Window>,
    deadlines: Vec<Time>,
}

impl Known {
    /// Where `node` stands, or would. Most often those before it are all there, or all but the node itself.
    #[inline]
    fn place(&self, node: NodeId) -> Result<usize, usize> {
        if node.index() < self.dense {
            return Ok(node.index());
        }
        self.nodes.binary_search(&node)
    }

    /// The next heartbeat of `node`, which it counts itself.
    pub fn next_heartbeat(&mut self, node: NodeId) -> Option<u64> {
        let place = self.place(node).ok()?;
        self.watches[place].heartbeat += 1;
        Some(self.watches[place].heartbeat)
    }

    /// A heartbeat is heard of at `now`: whether its node was suspected, and until when a silence is not too long. Nothing
    /// changes where a higher one is known, which leaves any silence to last; `None` where the node is not known. Of arrivals
    /// of one instant all but one say nothing of gaps.
    #[inline]
    pub fn hear(&mut self, entry: Entry, now: Time, rule: &Rule) -> Option<(bool, Time)> {
        let place = self.place(entry.node).ok()?;
        let watch = &mut self.watches[place];
        if entry.heartbeat <= watch.heartbeat {
            return Some((false, Time::NEVER));
        }
        watch.heartbeat = entry.heartbeat;
        if now > watch.last {
            let gap = Span::from_nanos(now.nanos() - watch.last.nanos());
            rule.record(self.windows.get_mut(place), gap);
            self.begin(place, now, rule);
        }
        let deadline = self.deadline(place, rule);
        let block = &mut self.blocks[place / Block::SIZE];
        let suspected = block.unawaited >> (place % Block::SIZE) & 1 == 1;
        block.wait(place, deadline);
        Some((suspected, deadline))
    }

    /// Who stands there is waited for anew, and the time before is no silence.
    #[inline]
    fn begin(&mut self, place: usize, now: Time, rule: &Rule) {
        self.watches[place].last = now;
        if let Some(deadline) = self.deadlines.get_mut(place) {
            *deadline = now + rule.allowed(self.windows.get(place));
        }
    }

    /// Until when a silence of who stands there is not too long.
    #[inline]
    fn deadline(&self, place: usize, rule: &Rule) -> Time {
        match rule {
            Rule::Timeout(timeout) => self.watches[place].last + *timeout,
            Rule::Phi(_) => self.deadlines[place],
        }
    }

    /// All but `own` are waited for anew, as `wait` is told of each; until when no silence is too long.
    pub fn begin_again(&mut self, own: NodeId, now: Time, rule: &Rule, mut wait: impl FnMut(NodeId)) -> Time {
        let mut earliest = Time::NEVER;
        for place in 0..self.nodes.len() {
            if self.nodes[place] == own {
                continue;
            }
            self.begin(place, now, rule);
            let deadline = self.deadline(place, rule);
            self.blocks[place / Block::SIZE].wait(place, deadline);
            earliest = earliest.min(deadline);
            wait(self.nodes[place]);
        }
        earliest
    }

    /// Suspects all whose deadlines are before `now`, in the order of their numbers, and says which deadline is the next.
    pub fn suspect(&mut self, now: Time, rule: &Rule, mut suspected: impl FnMut(NodeId)) -> Time {
        for block in 0..self.blocks.len() {
            if self.blocks[block].bound < now {
                self.check(block, now, rule, &mut suspected);
            }
        }
        while let Some((number, block)) = self.blocks.iter().enumerate().min_by_key(|(_, block)| block.bound) {
            if block.checked == Some(now) {
                return block.bound;
            }
            self.check(number, now, rule, &mut suspected);
        }
        Time::NEVER
    }

    /// Suspects those of a block, and makes its bound a deadline.
    fn check(&mut self, block: usize, now: Time, rule: &Rule, suspected: &mut impl FnMut(NodeId)) {
        let first = block * Block::SIZE;
        let size = Block::SIZE.min(self.watches.len() - first);
        let mut bound = Time::NEVER;
        for bit in bits::ones(!self.blocks[block].unawaited & u64::MAX >> (Block::SIZE - size)) {
            let deadline = self.deadline(first + bit as usize, rule);
            if deadline < now {
                self.blocks[block].unawaited |= 1 << bit;
                suspected(self.nodes[first + bit as usize]);
            } else {
                bound = bound.min(deadline);
            }
        }
        (self.blocks[block].bound, self.blocks[block].checked) = (bound, Some(now));
    }

    /// Reads what is most often kept of `node`, ahead of its time.
    #[inline]
    pub fn glance(&self, node: NodeId) -> u64 {
        let block = self.blocks.get(node.index() / Block::SIZE).map_or(0, |block| block.unawaited);
        self.watches.get(node.index()).map_or(0, |watch| watch.heartbeat) ^ block
    }

    /// The highest heartbeat of `node`.
    pub fn entry(&self, node: NodeId) -> Option<Entry> {
        Some(Entry { node, heartbeat: self.watches[self.place(node).ok()?].heartbeat })
    }

    /// The gaps between the heartbeats of `node`, if they are kept.
    pub fn window(&self, node: NodeId) -> Option<&Window> {
        self.windows.get(self.place(node).ok()?)
    }

    /// When `node` was heard of last, or the wait began, and until when a silence is not too long.
    pub fn waits(&self, node: NodeId, rule: &Rule) -> Option<[Time; 2]> {
        let place = self.place(node).ok()?;
        Some([self.watches[place].last, self.deadline(place, rule)])
    }

    /// Makes room for so many more nodes, with windows if `rule` asks for them; where memory is short, this unwinds to
    /// [`memory::catch`].
    pub fn reserve(&mut self, more: usize, rule: &Rule) {
        memory::or_unwind(memory::reserve(&mut self.nodes, more));
        memory::or_unwind(memory::reserve(&mut self.watches, more));
        if rule.keeps_gaps() {
            memory::or_unwind(memory::reserve(&mut self.windows, more));
            memory::or_unwind(memory::reserve(&mut self.deadlines, more));
        }
    }

    /// Adds the node itself, who waits for nobody.
    pub fn insert_itself(&mut self, Entry { node, heartbeat }: Entry, rule: &Rule) {
        let window = rule.keeps_gaps().then_some((Window::EMPTY, Time::NEVER));
        self.insert(node, Watch { heartbeat, last: Time::ZERO }, window, None);
    }

    /// Adds a node that is waited for from `now` on, and says until when a silence is not too long; nothing changes if it is
    /// known.
    pub fn meet(&mut self, Entry { node, heartbeat }: Entry, now: Time, rule: &Rule) -> Time {
        let window = rule.begun();
        let deadline = now + rule.allowed(window.as_ref());
        let window = window.map(|window| (window, deadline));
        self.insert(node, Watch { heartbeat, last: now }, window, Some(deadline));
        deadline
    }

    /// Adds a node, which is waited for until `deadline` if at all.
    fn insert(&mut self, node: NodeId, watch: Watch, window: Option<(Window, Time)>, deadline: Option<Time>) {
        // Most often they come in order.
        let place = match self.nodes.last() {
            Some(last) if *last >= node => match self.place(node) {
                Ok(_) => return,
                Err(place) => place,
            },
            _ => self.nodes.len(),
        };
        self.blocks.resize(self.nodes.len() / Block::SIZE + 1, Block::EMPTY);
        let (mut bit, mut within) = (true, place % Block::SIZE);
        if place == self.nodes.len() {
            self.blocks[place / Block::SIZE].unawaited |= 1 << within;
        } else {
            for block in &mut self.blocks[place / Block::SIZE..] {
                (bit, within) = (block.shift(within, bit), 0);
            }
        }
        if let Some(deadline) = deadline {
            self.blocks[place / Block::SIZE].wait(place, deadline);
        }
        self.nodes.insert(place, node);
        self.watches.insert(place, watch);
        if let Some((window, deadline)) = window {
            self.windows.insert(place, window);
            self.deadlines.insert(place, deadline);
        }
        while self.nodes.get(self.dense).is_some_and(|node| node.index() == self.dense) {
            self.dense += 1;
        }
    }

    /// All heartbeats.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        self.nodes.iter().zip(&self.watches).map(|(&node, watch)| Entry { node, heartbeat: watch.heartbeat })
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
    use std::collections::BTreeMap;

    use super::*;
    use crate::random::{Chance, Purpose};

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
        let heartbeat = |node| known.entry(NodeId::new(node)).map(|entry| entry.heartbeat);
        assert_eq!([heartbeat(3), heartbeat(2)], [Some(4), None]);
    }

    /// Against a plain list, in whatever order nodes become known, and however often somebody is heard or suspected.
    #[test]
    fn who_is_silent_for_too_long_is_suspected_in_time_and_in_order() {
        let draws = Chance { seed: 4, nodes: 300, replicate: 0 }.field(Purpose::Workload);
        let (own, timeout) = (NodeId::new(70), Span::from_nanos(500));
        let rule = Rule::Timeout(timeout);
        let mut known = Known::default();
        known.insert_itself(Entry { node: own, heartbeat: 0 }, &rule);
        // When each was heard last, and whether it is suspected.
        let mut plain = BTreeMap::new();
        for step in 0..4000_u64 {
            let now = Time::from_nanos(step * 3);
            let node = NodeId::new(draws.below(300, step, 0, 0));
            let expected = match plain.insert(node, (now, false)) {
                _ if node == own => continue,
                None => {
                    known.meet(Entry { node, heartbeat: step + 1 }, now, &rule);
                    continue;
                }
                Some((_, suspected)) => suspected,
            };
            let entry = Entry { node, heartbeat: step + 1 };
            assert_eq!(known.hear(entry, now, &rule), Some((expected, now + timeout)));
            assert_eq!(known.hear(entry, now, &rule), Some((false, Time::NEVER)), "of old news nothing comes");
            if step % 7 == 0 {
                let (mut found, mut expected, mut earliest) = (Vec::new(), Vec::new(), Time::NEVER);
                for (&node, (last, suspected)) in plain.iter_mut().filter(|(node, _)| **node != own) {
                    if !*suspected && *last + timeout < now {
                        *suspected = true;
                        expected.push(node);
                    }
                    earliest = if *suspected { earliest } else { earliest.min(*last + timeout) };
                }
                assert_eq!((known.suspect(now, &rule, |node| found.push(node)), &found), (earliest, &expected));
            }
        }
        assert_eq!(known.entries().count(), 300);
    }
}
