//! Every node ticks after exponential gaps of its own: the textbook asynchronous model.

use super::Clock;
use crate::random::{Chance, Field, Purpose, fraction};
use crate::time::{Span, Time};
use crate::units::NodeId;

/// The n clocks of mean T are one stream of mean T/n that picks a node each time (superposition of Poisson
/// processes), so there is one gap to draw at a time, whatever n.
#[derive(Debug)]
pub struct Poisson {
    draws: Field,
    mean_gap: f64,
    /// Turns of all nodes so far: the address of the next gap.
    count: u64,
    turns: Vec<u32>,
    next: Time,
    /// What is left of a nanosecond beyond `next`, so that short gaps are not cut.
    rest: f64,
}

impl Poisson {
    /// `nodes` independent clocks of mean `interval`.
    pub fn new(nodes: u32, interval: Span, chance: &Chance) -> Self {
        let mut clock = Poisson {
            draws: chance.field(Purpose::Clock),
            mean_gap: interval.nanos() as f64 / f64::from(nodes),
            count: 0,
            turns: vec![0; nodes as usize],
            next: Time::ZERO,
            rest: 0.0,
        };
        clock.advance();
        clock
    }

    fn advance(&mut self) {
        let gap = -libm::log(fraction(self.draws.at(0, self.count, 0))) * self.mean_gap + self.rest;
        let whole = libm::floor(gap);
        self.rest = gap - whole;
        self.next = self.next + Span::from_nanos(whole as u64);
    }
}

impl Clock for Poisson {
    #[inline]
    fn next(&self) -> Time {
        self.next
    }

    #[inline]
    fn take(&mut self, now: Time, mut turn: impl FnMut(NodeId, u64)) {
        while self.next == now && now != Time::NEVER {
            // `turns` has an entry for every node.
            let node = self.draws.below(self.turns.len() as u32, 0, self.count, 1);
            let number = &mut self.turns[node as usize];
            turn(NodeId::new(node), u64::from(*number));
            *number += 1;
            self.count += 1;
            self.advance();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_come_at_the_rate_of_all_nodes_together() {
        let (nodes, ticks) = (10, 40_000u32);
        let mut clock = Poisson::new(nodes, Span::from_nanos(100), &Chance { seed: 5, nodes, replicate: 0 });
        let mut counts = vec![0u32; nodes as usize];
        while counts.iter().sum::<u32>() < ticks {
            clock.take(clock.next(), |node, number| {
                assert_eq!(number, u64::from(counts[node.index()]));
                counts[node.index()] += 1;
            });
        }
        // The sum of 40 000 gaps of mean 10 ns has mean 400 000 and sd 10 * 200; z <= 4.
        let end = clock.next().nanos() as f64;
        assert!((end - 400_000.0).abs() <= 4.0 * 2_000.0, "{end}");
        // Each node has binomial(40 000, 1/10) ticks: sd 60; z <= 4 on each of 10.
        assert!(counts.iter().all(|&count| (f64::from(count) - 4_000.0).abs() <= 4.0 * 60.0), "{counts:?}");
    }
}
