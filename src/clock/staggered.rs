//! Every node ticks at the same pace, each from an offset of its own.

use super::Clock;
use crate::random::{Chance, Purpose, below};
use crate::time::{Span, Time};
use crate::units::NodeId;

/// The offsets sorted once, and a cursor that goes round them once per interval.
#[derive(Debug)]
pub struct Staggered {
    /// (offset in nanoseconds, node), in order.
    turns: Vec<(u64, u32)>,
    interval: Span,
    cursor: usize,
    /// The turns before this one have been foreseen.
    foreseen: usize,
    lap: u64,
    lap_began: Time,
}

/// How many turns are foreseen at once.
const AHEAD: usize = 256;

impl Staggered {
    /// Offsets uniform in [0, `interval`), drawn in the order of the nodes.
    pub fn new(nodes: u32, interval: Span, chance: &Chance) -> Self {
        let mut stream = chance.stream(Purpose::Clock);
        let mut turns: Vec<_> = (0..nodes).map(|node| (below(&mut stream, interval.nanos()), node)).collect();
        turns.sort_unstable();
        Staggered { turns, interval, cursor: 0, foreseen: 0, lap: 0, lap_began: Time::ZERO }
    }
}

impl Clock for Staggered {
    #[inline]
    fn foresee(&mut self, mut see: impl FnMut(NodeId)) {
        if self.cursor >= self.foreseen {
            self.foreseen = (self.cursor + AHEAD).min(self.turns.len());
            self.turns[self.cursor..self.foreseen].iter().for_each(|&(_, node)| see(NodeId::new(node)));
        }
    }

    #[inline]
    fn next(&self) -> Time {
        self.lap_began + Span::from_nanos(self.turns[self.cursor].0)
    }

    #[inline]
    fn take(&mut self, now: Time, mut turn: impl FnMut(NodeId, u64)) {
        while self.next() == now && now != Time::NEVER {
            turn(NodeId::new(self.turns[self.cursor].1), self.lap);
            self.cursor += 1;
            if self.cursor == self.turns.len() {
                self.cursor = 0;
                self.foreseen = 0;
                self.lap += 1;
                self.lap_began = self.lap_began + self.interval;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_ticks_once_per_interval_at_its_own_offset() {
        let interval = Span::from_millis(5);
        let mut clock = Staggered::new(50, interval, &Chance { seed: 4, nodes: 50, replicate: 0 });
        let mut first = vec![None; 50];
        let mut last = Time::ZERO;
        for _ in 0..150 {
            let now = clock.next();
            assert!(now >= last);
            last = now;
            clock.take(now, |node, number| {
                let began = *first[node.index()].get_or_insert(now);
                assert_eq!(now, began + interval * number);
            });
        }
        assert!(first.iter().all(|began| began.is_some_and(|began| began.nanos() < interval.nanos())));
    }
}
