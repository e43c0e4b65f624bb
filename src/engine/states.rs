//! The states of all nodes, kept as small as their kind allows: how many fit in the cache is how fast a run is.

use crate::bits::Bits;
use crate::memory;
use crate::units::NodeId;

/// How many states are read ahead at once: few enough that they stay in the fastest cache.
pub(super) const AHEAD: usize = 64;

/// The states of all nodes. A node must be below the number given to [`States::reset`].
pub trait States<S>: Default {
    /// Gives every one of `nodes` nodes the default state; memory is used again.
    fn reset(&mut self, nodes: u32);

    /// How many bytes they take, without what they own elsewhere.
    fn bytes(&self) -> usize;

    /// What `with` makes of the state of `node`.
    fn read<R>(&self, node: NodeId, with: impl FnOnce(&S) -> R) -> R;

    /// Lets `with` change the state of `node`.
    fn update<R>(&mut self, node: NodeId, with: impl FnOnce(&mut S) -> R) -> R;

    /// The two states there are, where there are no more.
    fn two() -> Option<[S; 2]> {
        None
    }

    /// Which of the two states a node has.
    fn which(&self, _node: NodeId) -> usize {
        0
    }

    /// Which of the 64 nodes from 64 × `block` on have a state other than `state`, the first in the lowest bit. What it
    /// says of numbers beyond the last node means nothing.
    fn unlike(&self, block: u32, state: &S) -> u64;
}

impl States<bool> for Bits {
    fn reset(&mut self, nodes: u32) {
        self.reset(nodes as usize);
    }

    fn bytes(&self) -> usize {
        Bits::bytes(self)
    }

    #[inline(always)]
    fn read<R>(&self, node: NodeId, with: impl FnOnce(&bool) -> R) -> R {
        with(&self.contains(node.index()))
    }

    #[inline(always)]
    fn update<R>(&mut self, node: NodeId, with: impl FnOnce(&mut bool) -> R) -> R {
        let mut state = self.contains(node.index());
        let result = with(&mut state);
        if state {
            self.insert(node.index());
        } else {
            self.remove(node.index());
        }
        result
    }

    #[inline(always)]
    fn two() -> Option<[bool; 2]> {
        Some([false, true])
    }

    #[inline(always)]
    fn which(&self, node: NodeId) -> usize {
        self.contains(node.index()).into()
    }

    #[inline]
    fn unlike(&self, block: u32, state: &bool) -> u64 {
        let word = self.words().get(block as usize).copied().unwrap_or(0);
        if *state { !word } else { word }
    }
}

impl<S: Clone + Default + PartialEq> States<S> for Vec<S> {
    fn reset(&mut self, nodes: u32) {
        self.clear();
        memory::or_unwind(memory::reserve(self, nodes as usize));
        self.resize(nodes as usize, S::default());
    }

    fn bytes(&self) -> usize {
        std::mem::size_of_val(self.as_slice())
    }

    #[inline(always)]
    fn read<R>(&self, node: NodeId, with: impl FnOnce(&S) -> R) -> R {
        with(&self[node.index()])
    }

    #[inline(always)]
    fn update<R>(&mut self, node: NodeId, with: impl FnOnce(&mut S) -> R) -> R {
        with(&mut self[node.index()])
    }

    fn unlike(&self, block: u32, state: &S) -> u64 {
        let states = self.iter().skip(block as usize * 64).take(64);
        states.rev().fold(0, |bits, other| bits << 1 | u64::from(other != state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeps<S: Clone + PartialEq + std::fmt::Debug>(mut states: impl States<S>, default: S, other: S) {
        states.reset(70);
        let set = |states: &mut _, node, to: &S| States::update(states, NodeId::new(node), |state| *state = to.clone());
        set(&mut states, 66, &other);
        set(&mut states, 3, &other);
        set(&mut states, 3, &default);
        let get = |node| states.read(NodeId::new(node), S::clone);
        assert_eq!([get(3), get(66), get(69)], [default.clone(), other.clone(), default.clone()]);
        assert_eq!([states.unlike(0, &default), states.unlike(1, &default) & 0x3f], [0, 1 << 2]);
        assert_eq!(states.unlike(1, &other) & 0x3f, 0x3f & !(1 << 2));
        states.reset(2);
        assert_eq!(states.read(NodeId::new(1), S::clone), default);
    }

    #[test]
    fn what_is_kept_of_a_node_comes_back() {
        keeps(Bits::default(), false, true);
        keeps(Vec::new(), 0u16, 7);
        keeps(Vec::new(), Vec::new(), vec![1, 2]);
    }
}
