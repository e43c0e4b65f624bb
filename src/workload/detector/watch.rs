//! What a node keeps of another that it has heard of.

use crate::time::Time;

/// What a node keeps of another that it has heard of, but for what depends on the gaps between its heartbeats: so little that
/// four of them fit a line of the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Its highest heartbeat that is known.
    pub heartbeat: u64,
    /// When that was heard, or the wait began.
    pub last: Time,
}

/// What a node keeps of 64 others together. Most deadlines move on with the next heartbeat, so the nearest is looked for in
/// few blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Of those that are waited for nobody has a deadline before this.
    pub(super) bound: Time,
    /// When the bound was a deadline.
    pub(super) checked: Option<Time>,
    /// Who is not waited for, the first in the lowest bit: who is suspected, and the node itself.
    pub(super) unawaited: u64,
}

impl Block {
    /// How many nodes a block is of.
    pub(super) const SIZE: usize = u64::BITS as usize;
    /// A block of nobody.
    pub(super) const EMPTY: Block = Block { bound: Time::NEVER, checked: None, unawaited: 0 };

    /// Somebody is waited for until `deadline` from now on, or not any longer.
    #[inline]
    pub(super) fn wait(&mut self, place: usize, deadline: Time) {
        self.unawaited &= !(1 << (place % Self::SIZE));
        self.bound = self.bound.min(deadline);
    }

    /// Makes room for a bit at `place`; the last one, which has none left, is the first of the next block.
    pub(super) fn shift(&mut self, place: usize, bit: bool) -> bool {
        let below = (1 << place) - 1;
        let last = self.unawaited >> (Self::SIZE - 1) == 1;
        let above = (self.unawaited & !below) << 1;
        self.unawaited = self.unawaited & below | above | u64::from(bit) << place;
        (self.bound, self.checked) = (Time::ZERO, None);
        last
    }
}
