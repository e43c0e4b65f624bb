//! The states of all nodes, kept as small as their kind allows: how many fit in the cache is how fast a run is.

use super::State;
use crate::bits::Bits;
use crate::memory;
use crate::units::NodeId;

/// What a node remembers, for which there is a way to keep it for all nodes.
pub trait Stored: Copy + Default {
    /// The states of all nodes.
    type States: States<Self>;
}

impl Stored for bool {
    type States = Bits;
}

impl Stored for State {
    type States = Vec<State>;
}

/// The states of all nodes. A node must be below the number given to [`States::reset`].
pub trait States<S>: Default {
    /// Gives every one of `nodes` nodes the default state; memory is used again.
    fn reset(&mut self, nodes: u32);

    /// How many bytes they take.
    fn bytes(&self) -> usize;

    /// The state of `node`.
    fn get(&self, node: NodeId) -> S;

    /// Replaces the state of `node`.
    fn set(&mut self, node: NodeId, state: S);

    /// Which of the 64 nodes from 64 × `block` on have a state other than `state`, the first in the lowest bit. What it
    /// says of numbers beyond the last node means nothing.
    fn unlike(&self, block: u32, state: S) -> u64;
}

impl States<bool> for Bits {
    fn reset(&mut self, nodes: u32) {
        self.reset(nodes as usize);
    }

    fn bytes(&self) -> usize {
        Bits::bytes(self)
    }

    #[inline]
    fn get(&self, node: NodeId) -> bool {
        self.contains(node.index())
    }

    #[inline]
    fn set(&mut self, node: NodeId, state: bool) {
        if state {
            self.insert(node.index());
        } else {
            self.remove(node.index());
        }
    }

    #[inline]
    fn unlike(&self, block: u32, state: bool) -> u64 {
        let word = self.words().get(block as usize).copied().unwrap_or(0);
        if state { !word } else { word }
    }
}

impl<S: Copy + Default + PartialEq> States<S> for Vec<S> {
    fn reset(&mut self, nodes: u32) {
        self.clear();
        memory::or_unwind(memory::reserve(self, nodes as usize));
        self.resize(nodes as usize, S::default());
    }

    fn bytes(&self) -> usize {
        std::mem::size_of_val(self.as_slice())
    }

    #[inline]
    fn get(&self, node: NodeId) -> S {
        self[node.index()]
    }

    #[inline]
    fn set(&mut self, node: NodeId, state: S) {
        self[node.index()] = state;
    }

    fn unlike(&self, block: u32, state: S) -> u64 {
        let states = self.iter().skip(block as usize * 64).take(64);
        states.rev().fold(0, |bits, other| bits << 1 | u64::from(*other != state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keeps<S: Copy + PartialEq + std::fmt::Debug>(mut states: impl States<S>, default: S, other: S) {
        states.reset(70);
        states.set(NodeId::new(66), other);
        states.set(NodeId::new(3), other);
        states.set(NodeId::new(3), default);
        let all: Vec<S> = (0..70).map(|node| states.get(NodeId::new(node))).collect();
        assert!((0..70).all(|node| all[node] == if node == 66 { other } else { default }), "{all:?}");
        assert_eq!([0, 1].map(|block| states.unlike(block, default)), [0, 1 << 2]);
        assert_eq!(states.unlike(0, other), u64::MAX);
        assert_eq!(states.unlike(1, other) & 0b111, 0b011);
        states.reset(67);
        assert_eq!(states.get(NodeId::new(66)), default);
    }

    #[test]
    fn states_are_kept_by_node() {
        keeps(Bits::default(), false, true);
        keeps(Vec::new(), 0, 7);
    }
}
