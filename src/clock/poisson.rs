//! Every node has its turns after exponential gaps of its own: the textbook asynchronous model.

use super::{Clock, Turns};
use crate::random::{Chance, Field, Purpose, fraction};
use crate::time::{Span, Time};
use crate::units::NodeId;

/// The n clocks of mean T are one stream of mean T/n that picks a node each time (superposition of Poisson
/// processes), so there is one gap to draw at a time, whatever n.
#[derive(Debug)]
pub struct Poisson {
    draws: Field,
    mean_gap: f64,
    /// Turns of all nodes drawn so far: the address of the next gap.
    count: u64,
    /// Turns of each node drawn so far.
    turns: Vec<u32>,
    /// The turns to come, as many as are drawn at once: when, whose, and the number of the turn.
    coming: Vec<(Time, NodeId, u32)>,
    cursor: usize,
    prefetched: bool,
    /// The instant of the last turn drawn.
    last: Time,
    /// What is left of a nanosecond beyond `last`, so that short gaps are not cut.
    rest: f64,
}

/// How many turns are drawn at once: few enough that what is read for them stays in the fastest cache.
const AHEAD: usize = 128;

impl Poisson {
    /// `nodes` independent clocks of mean `interval`.
    pub fn new(nodes: u32, interval: Span, chance: &Chance) -> Self {
        let mut clock = Poisson {
            draws: chance.field(Purpose::Clock),
            mean_gap: interval.nanos() as f64 / f64::from(nodes),
            count: 0,
            turns: vec![0; nodes as usize],
            coming: Vec::with_capacity(AHEAD),
            cursor: 0,
            prefetched: false,
            last: Time::ZERO,
            rest: 0.0,
        };
        clock.draw();
        clock
    }

    /// Draws the next turns. One's place in time is all that waits for another.
    #[inline(never)]
    fn draw(&mut self) {
        self.coming.clear();
        (self.cursor, self.prefetched) = (0, false);
        // `turns` has an entry for every node.
        let bound = self.turns.len() as u32;
        let nodes: [u32; AHEAD] = std::array::from_fn(|turn| self.draws.below(bound, 0, self.count + turn as u64, 1));
        // In a loop of its own, so that many reads are under way at once.
        nodes.iter().for_each(|&node| {
            std::hint::black_box(self.turns[node as usize]);
        });
        for (count, node) in (self.count..).zip(nodes) {
            let gap = -libm::log(fraction(self.draws.at(0, count, 0))) * self.mean_gap + self.rest;
            let whole = libm::floor(gap);
            self.rest = gap - whole;
            self.last = self.last + Span::from_nanos(whole as u64);
            let number = &mut self.turns[node as usize];
            self.coming.push((self.last, NodeId::new(node), *number));
            *number += 1;
        }
        self.count += AHEAD as u64;
    }
}

impl Clock for Poisson {
    fn upcoming(&mut self) -> impl Iterator<Item = (NodeId, u64, Time)> + Clone {
        let from = if self.prefetched { self.coming.len() } else { self.cursor };
        self.prefetched = true;
        self.coming[from..].iter().map(|&(at, node, number)| (node, number.into(), at))
    }

    #[inline]
    fn next(&self) -> Time {
        self.coming[self.cursor].0
    }

    #[inline]
    fn take(&mut self, now: Time, mut turns: impl Turns) -> u64 {
        let mut count = 0;
        while self.next() == now {
            let (_, node, number) = self.coming[self.cursor];
            turns.turn(node, number.into());
            count += 1;
            self.cursor += 1;
            if self.cursor >= self.coming.len() {
                self.draw();
            }
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_at_the_rate_of_all_nodes_together() {
        let (nodes, turns) = (10, 40_000u32);
        let mut clock = Poisson::new(nodes, Span::from_nanos(100), &Chance { seed: 5, nodes, replicate: 0 });
        let mut counts = vec![0u32; nodes as usize];
        while counts.iter().sum::<u32>() < turns {
            clock.take(clock.next(), |node: NodeId, number: u64| {
                assert_eq!(number, u64::from(counts[node.index()]));
                counts[node.index()] += 1;
            });
        }
        // The sum of 40 000 gaps of mean 10 ns has mean 400 000 and sd 10 * 200; z <= 4.
        let end = clock.next().nanos() as f64;
        assert!((end - 400_000.0).abs() <= 4.0 * 2_000.0, "{end}");
        // Each node has binomial(40 000, 1/10) turns: sd 60; z <= 4 on each of 10.
        assert!(counts.iter().all(|&count| (f64::from(count) - 4_000.0).abs() <= 4.0 * 60.0), "{counts:?}");
    }
}
