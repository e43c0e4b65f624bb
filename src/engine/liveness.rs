//! Which nodes are up, which of them are blocked, and which do not do their part.

use super::conduct::Conduct;
use crate::bits::Bits;
use crate::memory;
use crate::time::Time;
use crate::units::NodeId;

/// Who is there. [`AlwaysUp`] compiles to nothing.
pub trait Liveness {
    /// Whether nobody ever goes down.
    const ALWAYS: bool;

    /// Whether `node` is up.
    fn is_up(&self, node: NodeId) -> bool;

    /// Which of the 64 nodes from 64 × `block` on are up, the first in the lowest bit.
    fn up_in(&self, block: u32) -> u64;

    /// How many are up that do their part.
    fn count(&self) -> u64;

    /// How often `node` has gone down: timers that it set before are dead.
    fn life(&self, node: NodeId) -> u32;

    /// Takes `node` down or brings it up; whether that changed anything.
    fn set(&mut self, node: NodeId, up: bool) -> bool;

    /// Whether any node has been blocked so far.
    fn has_blocked(&self) -> bool {
        false
    }

    /// Until when `node` is blocked, if it is; only who is up can be.
    fn blocked_until(&self, _node: NodeId) -> Option<Time> {
        None
    }

    /// Blocks `node`, which is up, until some time, or until it is released already if that is later; whether that
    /// changed anything.
    fn block(&mut self, _node: NodeId, _until: Time) -> bool {
        false
    }

    /// Blocks `node` no longer.
    fn release(&mut self, _node: NodeId) {}

    /// Whether any node does not do its part.
    fn has_adversaries(&self) -> bool {
        false
    }

    /// How `node` behaves, if it does not do its part.
    #[inline(always)]
    fn conduct(&self, _node: NodeId) -> Option<Conduct> {
        None
    }

    /// Those that are up and do their part; `None` where all are.
    fn up(&self) -> Option<&Bits> {
        None
    }

    /// See [`Liveness::up`].
    fn into_up(self) -> Option<Bits>;
}

/// The totals that `node` is counted in: the first, or the others if it does not do its part.
#[inline(always)]
pub(super) fn counts_of<'c, L: Liveness, C>(live: &L, node: NodeId, [counts, apart]: [&'c mut C; 2]) -> &'c mut C {
    if live.conduct(node).is_none() { counts } else { apart }
}

/// So many nodes, all of which are up all the time.
#[derive(Clone, Copy, Debug)]
pub struct AlwaysUp(pub u32);

impl Liveness for AlwaysUp {
    const ALWAYS: bool = true;

    #[inline(always)]
    fn is_up(&self, _: NodeId) -> bool {
        true
    }

    #[inline(always)]
    fn up_in(&self, _: u32) -> u64 {
        u64::MAX
    }

    fn count(&self) -> u64 {
        self.0.into()
    }

    #[inline(always)]
    fn life(&self, _: NodeId) -> u32 {
        0
    }

    fn set(&mut self, _: NodeId, _: bool) -> bool {
        false
    }

    fn into_up(self) -> Option<Bits> {
        None
    }
}

/// Nodes that go down and come back.
#[derive(Clone, Debug)]
pub struct UpAndDown {
    up: Bits,
    count: u64,
    lives: Vec<u32>,
    /// Until when each node is blocked; time 0 for those that are not. Empty until the first one is.
    blocked: Vec<Time>,
    /// Who does not do its part, if anybody.
    adversaries: Option<Adversaries>,
}

/// Nodes that do not do their part.
#[derive(Clone, Debug)]
struct Adversaries {
    /// How each node behaves that is there at the start.
    conducts: Vec<Option<Conduct>>,
    /// The others that are up.
    honest_up: Bits,
}

impl UpAndDown {
    /// The first `up` of `nodes` nodes are up.
    pub fn new(nodes: u32, up: u32) -> Self {
        let mut bits = Bits::new(nodes as usize);
        (0..up as usize).for_each(|node| {
            bits.insert(node);
        });
        let mut lives = Vec::new();
        memory::or_unwind(memory::reserve(&mut lives, nodes as usize));
        lives.resize(nodes as usize, 0);
        UpAndDown { up: bits, count: up.into(), lives, blocked: Vec::new(), adversaries: None }
    }

    /// The same, of which these do not do their part; they are up.
    pub fn with_adversaries(mut self, adversaries: &[(NodeId, Conduct)]) -> Self {
        if adversaries.is_empty() {
            return self;
        }
        let mut conducts = Vec::new();
        memory::or_unwind(memory::reserve(&mut conducts, self.lives.len()));
        conducts.resize(self.lives.len(), None);
        let mut honest_up = self.up.clone();
        for &(node, conduct) in adversaries {
            conducts[node.index()] = Some(conduct);
            honest_up.remove(node.index());
            self.count -= 1;
        }
        self.adversaries = Some(Adversaries { conducts, honest_up });
        self
    }
}

impl Liveness for UpAndDown {
    const ALWAYS: bool = false;

    #[inline]
    fn is_up(&self, node: NodeId) -> bool {
        self.up.contains(node.index())
    }

    #[inline]
    fn up_in(&self, block: u32) -> u64 {
        self.up.words().get(block as usize).copied().unwrap_or(0)
    }

    fn count(&self) -> u64 {
        self.count
    }

    #[inline]
    fn life(&self, node: NodeId) -> u32 {
        self.lives[node.index()]
    }

    fn set(&mut self, node: NodeId, up: bool) -> bool {
        let changes = self.is_up(node) != up;
        let honest = self.conduct(node).is_none();
        if let Some(Adversaries { honest_up, .. }) = &mut self.adversaries
            && honest
        {
            if up {
                honest_up.insert(node.index())
            } else {
                honest_up.remove(node.index())
            };
        }
        match (changes, up) {
            (false, _) => {}
            (true, true) => {
                self.up.insert(node.index());
                self.count += u64::from(honest);
            }
            (true, false) => {
                self.up.remove(node.index());
                self.count -= u64::from(honest);
                self.lives[node.index()] += 1;
                self.release(node);
            }
        }
        changes
    }

    #[inline(always)]
    fn has_blocked(&self) -> bool {
        !self.blocked.is_empty()
    }

    #[inline(always)]
    fn blocked_until(&self, node: NodeId) -> Option<Time> {
        self.blocked.get(node.index()).copied().filter(|&until| until > Time::ZERO)
    }

    fn block(&mut self, node: NodeId, until: Time) -> bool {
        if self.blocked.is_empty() {
            let nodes = self.lives.len();
            memory::or_unwind(memory::reserve(&mut self.blocked, nodes));
            self.blocked.resize(nodes, Time::ZERO);
        }
        let before = self.blocked[node.index()];
        self.blocked[node.index()] = before.max(until);
        until > before
    }

    fn release(&mut self, node: NodeId) {
        if let Some(until) = self.blocked.get_mut(node.index()) {
            *until = Time::ZERO;
        }
    }

    fn has_adversaries(&self) -> bool {
        self.adversaries.is_some()
    }

    #[inline(always)]
    fn conduct(&self, node: NodeId) -> Option<Conduct> {
        self.adversaries.as_ref().and_then(|adversaries| adversaries.conducts[node.index()])
    }

    fn up(&self) -> Option<&Bits> {
        Some(self.adversaries.as_ref().map_or(&self.up, |adversaries| &adversaries.honest_up))
    }

    fn into_up(self) -> Option<Bits> {
        Some(self.adversaries.map_or(self.up, |adversaries| adversaries.honest_up))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_counted_while_they_are_up_and_begin_a_new_life_when_they_go_down() {
        let mut nodes = UpAndDown::new(70, 66);
        assert_eq!((nodes.count(), nodes.is_up(NodeId::new(65)), nodes.is_up(NodeId::new(66))), (66, true, false));
        assert_eq!(nodes.up_in(1), 3);
        let node = NodeId::new(3);
        assert!(nodes.set(node, false) && !nodes.set(node, false));
        assert_eq!((nodes.count(), nodes.life(node), nodes.up_in(0)), (65, 1, !8));
        assert!(nodes.set(node, true) && nodes.set(NodeId::new(69), true));
        assert_eq!((nodes.count(), nodes.life(node), nodes.life(NodeId::new(69))), (67, 1, 0));
    }

    #[test]
    fn who_does_not_do_its_part_is_up_and_not_counted() {
        let [mute, liar] = [1, 66].map(NodeId::new);
        let nodes = UpAndDown::new(70, 68);
        let mut nodes = nodes.with_adversaries(&[(mute, Conduct::Mute), (liar, Conduct::Liar)]);
        assert!(nodes.has_adversaries() && nodes.is_up(mute) && nodes.up_in(1) == 15);
        assert_eq!(
            [mute, liar, NodeId::new(69)].map(|node| nodes.conduct(node)),
            [Some(Conduct::Mute), Some(Conduct::Liar), None]
        );
        assert_eq!(nodes.count(), 66);
        for (node, up, count) in [(1, false, 66), (2, false, 65), (1, true, 66 - 1), (2, true, 66), (69, true, 67)] {
            assert!(nodes.set(NodeId::new(node), up));
            assert_eq!(nodes.count(), count, "{node}");
        }
        let up = nodes.into_up().unwrap();
        assert!(
            !up.contains(1) && !up.contains(66) && up.contains(69) && crate::bits::members(up.words()).count() == 67
        );
        assert!(!UpAndDown::new(2, 2).with_adversaries(&[]).has_adversaries());
    }

    #[test]
    fn a_node_is_blocked_until_the_latest_end_its_release_or_its_crash() {
        let (mut nodes, at) = (UpAndDown::new(3, 3), Time::from_nanos);
        let [one, other] = [0, 2].map(NodeId::new);
        assert!(!nodes.has_blocked() && nodes.blocked_until(one).is_none());
        assert!(nodes.block(one, at(5)) && nodes.block(one, at(9)) && !nodes.block(one, at(7)));
        assert!(nodes.block(other, Time::NEVER) && nodes.has_blocked());
        assert_eq!([one, other].map(|node| nodes.blocked_until(node)), [Some(at(9)), Some(Time::NEVER)]);
        nodes.release(one);
        nodes.set(other, false);
        assert_eq!([one, other].map(|node| nodes.blocked_until(node)), [None; 2]);
        assert_eq!(nodes.count(), 2, "who is blocked is up");
    }
}
