//! Every node takes its turns at the same pace, each from an offset of its own.

use rand_chacha::ChaCha8Rng;

use super::{Clock, Turns};
use crate::random::{Chance, Purpose, below};
use crate::time::{Span, Time};
use crate::units::NodeId;

/// The offsets sorted once, and a cursor that goes round them once per interval: 12 bytes a node.
#[derive(Debug)]
pub struct Staggered {
    /// Offsets in nanoseconds, in order.
    offsets: Vec<u64>,
    /// Whose they are; of equal ones the node with the smaller number comes first.
    nodes: Vec<u32>,
    interval: Span,
    cursor: usize,
    /// The turns before this one have been read ahead.
    prefetched: usize,
    lap: u64,
    lap_began: Time,
    next: Time,
}

/// How many turns are read ahead at once: few enough that what is read for them stays in the fastest cache.
const AHEAD: usize = 128;
/// Nodes in a bin of the sort, in the mean.
const BIN: u32 = 8;
/// The most bins: as many as the second cache has room for the ends of.
const MOST_BINS: u32 = 1 << 17;

impl Staggered {
    /// Offsets uniform in [0, `interval`), drawn in the order of the nodes.
    pub fn new(nodes: u32, interval: Span, chance: &Chance) -> Self {
        let stream = chance.stream(Purpose::Clock);
        let (offsets, nodes) = sorted(nodes, interval.nanos(), &stream);
        let mut clock = Staggered {
            offsets,
            nodes,
            interval,
            cursor: 0,
            prefetched: 0,
            lap: 0,
            lap_began: Time::ZERO,
            next: Time::NEVER,
        };
        clock.look();
        clock
    }

    /// Looks up the next turn, which is of this lap.
    #[inline]
    fn look(&mut self) {
        self.next = self.lap_began + Span::from_nanos(self.offsets[self.cursor]);
    }

    /// Begins the next lap.
    #[cold]
    fn wrap(&mut self) {
        (self.cursor, self.prefetched) = (0, 0);
        self.lap += 1;
        self.lap_began = self.lap_began + self.interval;
    }
}

/// One offset below `interval` for each node, drawn in the order of the nodes from `stream`: the offsets in order,
/// and the nodes in the same order.
///
/// The stream is read twice, to count how many offsets fall into each bin and to put them there, so that nothing
/// but the result is ever in memory; then each bin is sorted in itself.
fn sorted(nodes: u32, interval: u64, stream: &ChaCha8Rng) -> (Vec<u64>, Vec<u32>) {
    let most = (nodes / BIN).clamp(1, MOST_BINS).ilog2();
    let narrow = (u64::BITS - interval.leading_zeros()).saturating_sub(most);
    // Where a bin is all there is, a shift by 64 bits would overflow; half as far leaves one bin too.
    let bin = |offset: u64| (offset >> (narrow / 2) >> (narrow - narrow / 2)) as usize;
    let mut ends = vec![0_u32; bin(interval) + 2];
    let mut first = stream.clone();
    (0..nodes).for_each(|_| ends[bin(below(&mut first, interval)) + 1] += 1);
    let mut sum = 0;
    for end in &mut ends {
        sum += *end;
        *end = sum;
    }
    let starts = ends.clone();
    let (mut offsets, mut whose) = (vec![0; nodes as usize], vec![0; nodes as usize]);
    let mut second = stream.clone();
    for node in 0..nodes {
        let offset = below(&mut second, interval);
        let place = &mut ends[bin(offset)];
        (offsets[*place as usize], whose[*place as usize]) = (offset, node);
        *place += 1;
    }
    let mut pairs = Vec::new();
    for range in starts.windows(2).map(|pair| pair[0] as usize..pair[1] as usize) {
        pairs.clear();
        pairs.extend(range.clone().map(|place| (offsets[place], whose[place])));
        pairs.sort_unstable();
        for (place, &(offset, node)) in range.zip(&pairs) {
            (offsets[place], whose[place]) = (offset, node);
        }
    }
    (offsets, whose)
}

impl Clock for Staggered {
    fn upcoming(&mut self) -> impl Iterator<Item = (NodeId, u64, Time)> + Clone {
        let from = self.cursor.max(self.prefetched);
        self.prefetched = self.nodes.len().min(self.cursor + AHEAD).max(from);
        let (lap, lap_began) = (self.lap, self.lap_began);
        let coming = self.nodes[from..self.prefetched].iter().zip(&self.offsets[from..self.prefetched]);
        coming.map(move |(&node, &offset)| (NodeId::new(node), lap, lap_began + Span::from_nanos(offset)))
    }

    #[inline]
    fn next(&self) -> Time {
        self.next
    }

    #[inline]
    fn take(&mut self, now: Time, mut turns: impl Turns) -> u64 {
        let mut count = 0;
        while self.next == now {
            turns.turn(NodeId::new(self.nodes[self.cursor]), self.lap);
            count += 1;
            self.cursor += 1;
            if self.cursor >= self.nodes.len() {
                self.wrap();
            }
            self.look();
        }
        count
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
            clock.take(now, |node: NodeId, number: u64| {
                let began = *first[node.index()].get_or_insert(now);
                assert_eq!(now, began + interval * number);
            });
        }
        assert!(first.iter().all(|began| began.is_some_and(|began| began.nanos() < interval.nanos())));
    }

    #[test]
    fn the_order_is_that_of_the_offsets_and_then_of_the_nodes() {
        for (nodes, interval) in [(1, 1), (2, 1000), (5000, 100), (5000, 1_000_000_000), (20_000, u64::MAX)] {
            let stream = Chance { seed: 9, nodes, replicate: 0 }.stream(Purpose::Clock);
            let mut draws = stream.clone();
            let mut expected: Vec<(u64, u32)> = (0..nodes).map(|node| (below(&mut draws, interval), node)).collect();
            expected.sort_unstable();
            let (offsets, whose) = sorted(nodes, interval, &stream);
            assert!(offsets.into_iter().zip(whose).eq(expected), "{nodes} nodes, interval {interval} ns");
        }
    }
}
