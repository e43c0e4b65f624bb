//! Every node has its turns after exponential gaps of its own: the textbook asynchronous model.

use super::coming::{AHEAD, Coming};
use crate::random::{Chance, Field, Purpose, fraction};
use crate::time::{Span, Time};
use crate::units::NodeId;

/// The n clocks of mean T are one stream of mean T/n that picks a node each time (superposition of Poisson
/// processes), so there is one gap to draw at a time, whatever n.
#[derive(Debug)]
pub(super) struct Poisson {
    draws: Field,
    mean_gap: f64,
    /// Turns of all nodes drawn so far: the address of the next gap.
    count: u64,
    /// The instant of the last turn drawn.
    last: Time,
    /// What is left of a nanosecond beyond `last`, so that short gaps are not cut.
    rest: f64,
}

impl Poisson {
    /// `nodes` independent clocks of mean `interval`.
    pub(super) fn new(nodes: u32, interval: Span, chance: &Chance) -> Self {
        Poisson {
            draws: chance.field(Purpose::Clock),
            mean_gap: interval.nanos() as f64 / f64::from(nodes),
            count: 0,
            last: Time::ZERO,
            rest: 0.0,
        }
    }

    /// Appends the next turns of all nodes, of which each has had so many `turns`.
    pub(super) fn draw(&mut self, turns: &mut [u32], coming: &mut Coming) {
        // `turns` has an entry for every node.
        let bound = turns.len() as u32;
        let nodes: [u32; AHEAD] = std::array::from_fn(|turn| self.draws.below(bound, 0, self.count + turn as u64, 1));
        // In a loop of its own, so that many reads are under way at once.
        nodes.iter().for_each(|&node| {
            std::hint::black_box(turns[node as usize]);
        });
        for (count, node) in (self.count..).zip(nodes) {
            let gap = -libm::log(fraction(self.draws.at(0, count, 0))) * self.mean_gap + self.rest;
            let whole = libm::floor(gap);
            self.rest = gap - whole;
            self.last = self.last + Span::from_nanos(whole as u64);
            let number = &mut turns[node as usize];
            coming.push((self.last, NodeId::new(node), *number));
            *number += 1;
        }
        self.count += AHEAD as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Clock, Drawn};
    use super::*;

    #[test]
    fn turns_come_at_the_rate_of_all_nodes_together() {
        let (nodes, turns) = (10, 40_000u32);
        let mut clock = Drawn::poisson(nodes, Span::from_nanos(100), &Chance { seed: 5, nodes, replicate: 0 });
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
