//! All nodes take their turns together: the synchronous rounds of the textbook.

use super::{Clock, Turns};
use crate::time::{Span, Time};

/// One cohort, whatever its size.
#[derive(Debug)]
pub struct Aligned {
    nodes: u32,
    interval: Span,
    round: u64,
    next: Time,
}

impl Aligned {
    /// `nodes` nodes that all have a turn at 0, `interval`, 2 × `interval`, …
    pub fn new(nodes: u32, interval: Span) -> Self {
        Aligned { nodes, interval, round: 0, next: Time::ZERO }
    }
}

impl Clock for Aligned {
    fn next(&self) -> Time {
        self.next
    }

    #[inline]
    fn take(&mut self, _now: Time, mut turns: impl Turns) -> u64 {
        for block in 0..self.nodes.div_ceil(64) {
            let first = block * 64;
            // At least one node of a block is there.
            let there = u64::MAX >> (64 - (self.nodes - first).min(64));
            let due = turns.due(block) & there;
            if due != 0 {
                turns.turns(first, due, self.round);
            }
        }
        self.round += 1;
        self.next = self.next + self.interval;
        self.nodes.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::NodeId;

    #[test]
    fn everybody_ticks_once_a_round() {
        let mut clock = Aligned::new(3, Span::from_millis(10));
        for round in 0..3 {
            let now = clock.next();
            assert_eq!(now.nanos(), round * 10_000_000);
            let mut turns = Vec::new();
            clock.take(now, |node: NodeId, number: u64| turns.push((node.number(), number)));
            assert_eq!(turns, [(0, round), (1, round), (2, round)]);
        }
    }
}
