//! The turns of all nodes in order of time, and who sees to it that nodes have them.

use std::iter;

use crate::bits;
use crate::time::Time;
use crate::units::NodeId;

/// The turns of all nodes in order of time.
pub trait Clock {
    /// The instant of the next turn; [`Time::NEVER`] when virtual time ends before it.
    fn next(&self) -> Time;

    /// The next turns to come, in order: the node, the number of its turn, and when. Each is named once: there are
    /// new ones when those named before have been taken. Whoever works out ahead what these turns need has many
    /// computations and reads under way at once, instead of one wait after the other. A clock may name none.
    fn upcoming(&mut self) -> impl Iterator<Item = (NodeId, u64, Time)> + Clone {
        iter::empty()
    }

    /// Gives `turns` every turn at the instant `now`, which must be [`Clock::next`] and before [`Time::NEVER`], and goes
    /// on to the next instant. How many turns there were.
    fn take(&mut self, now: Time, turns: impl Turns) -> u64;
}

/// Whoever sees to it that nodes have their turns.
pub trait Turns {
    /// Which of the 64 nodes from 64 × `block` on have a turn that matters now, the first in the lowest bit; a clock
    /// whose turns come in the order of the nodes asks, and skips the others.
    #[inline]
    fn due(&self, _block: u32) -> u64 {
        u64::MAX
    }

    /// It is the turn of `node`, its turn `number` from 0.
    fn turn(&mut self, node: NodeId, number: u64);

    /// It is the turn `number` of those of the 64 nodes from `first` on that are `due`, the first in the lowest bit.
    #[inline(always)]
    fn turns(&mut self, first: u32, due: u64, number: u64) {
        bits::ones(due).for_each(|place| self.turn(NodeId::new(first | place), number));
    }
}

impl<F: FnMut(NodeId, u64)> Turns for F {
    #[inline]
    fn turn(&mut self, node: NodeId, number: u64) {
        self(node, number);
    }
}
