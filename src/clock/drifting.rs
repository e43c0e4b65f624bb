//! Every node has its turns by a clock of its own that goes too fast or too slow, each moved a little.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::coming::{AHEAD, Coming};
use crate::random::{Chance, Field, Purpose, below, fraction};
use crate::stats::normal::normal_quantile;
use crate::time::{Span, Time};
use crate::units::NodeId;

/// How wrong the clocks of nodes go.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pace {
    /// By how much of an interval, of which `law` says what it is of each node.
    pub drift: f64,
    /// How the clocks of nodes differ.
    pub law: DriftLaw,
    /// Each turn is late by less than this, uniformly.
    pub jitter: Span,
}

/// How the clocks of nodes differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriftLaw {
    /// The drift of each node is uniform between the given one too fast and too slow.
    #[default]
    Uniform,
    /// It is normal around 0, with the given one as its standard deviation.
    Normal,
    /// All nodes have the given one: they are slow.
    Constant,
}

impl DriftLaw {
    /// Whether it is that of a scenario that names none.
    pub fn is_default(&self) -> bool {
        *self == DriftLaw::default()
    }

    /// The drift for a draw where `drift` is given.
    fn quantile(self, drift: f64, draw: u64) -> f64 {
        match self {
            DriftLaw::Uniform => drift * (2.0 * fraction(draw) - 1.0),
            DriftLaw::Normal => drift * normal_quantile(fraction(draw)),
            DriftLaw::Constant => drift,
        }
    }
}

/// Drifts are whole numbers of 2^-40, so that no rounding adds up.
const UNIT: u32 = 40;
/// No node is so fast that it has more than ten turns in an interval.
const FASTEST: f64 = -0.9;
/// What tells draws apart: which drift a node has, and by how much a turn is late.
const DRIFT: u64 = 2;
const JITTER: u64 = 3;

/// The next turn of each node in a heap: 36 bytes a node.
#[derive(Debug)]
pub(super) struct Drifting {
    interval: Span,
    jitter: Span,
    draws: Field,
    /// Of each node when it begins, and its drift in units of 2^-[`UNIT`].
    clocks: Vec<(u64, i64)>,
    /// The next turn of each node; of those at one instant the node with the smallest number comes first.
    next: BinaryHeap<Reverse<(u64, u32)>>,
}

impl Drifting {
    /// Offsets uniform in [0, `interval`), those of the phase without drift.
    pub(super) fn new(nodes: u32, interval: Span, Pace { drift, law, jitter }: Pace, chance: &Chance) -> Self {
        let mut stream = chance.stream(Purpose::Clock);
        let offsets: Vec<u64> = (0..nodes).map(|_| below(&mut stream, interval.nanos())).collect();
        Self::beginning(offsets, [interval, jitter], (drift, law), &mut stream)
    }

    fn beginning(
        offsets: Vec<u64>,
        [interval, jitter]: [Span; 2],
        (drift, law): (f64, DriftLaw),
        stream: &mut ChaCha8Rng,
    ) -> Self {
        let draws = Field::new(stream);
        let drift = |node: u64| law.quantile(drift, draws.at(node, 0, DRIFT)).max(FASTEST);
        let units = |node: u64| libm::rint(drift(node) * (1_u64 << UNIT) as f64) as i64;
        let clocks: Vec<(u64, i64)> = (0..).zip(offsets).map(|(node, offset)| (offset, units(node))).collect();
        let mut clock = Drifting { interval, jitter, draws, clocks, next: BinaryHeap::new() };
        clock.next = (0..clock.clocks.len() as u32).map(|node| Reverse((clock.turn(node, 0), node))).collect();
        clock
    }

    /// When turn `number` of `node` comes, in nanoseconds, if none before it comes later.
    fn turn(&self, node: u32, number: u32) -> u64 {
        let (offset, drift) = self.clocks[node as usize];
        let even = i128::from(self.interval.nanos()) * i128::from(number);
        let late = match self.jitter.nanos() {
            0 => 0,
            jitter => {
                ((u128::from(self.draws.at(node.into(), number.into(), JITTER)) * u128::from(jitter)) >> 64) as u64
            }
        };
        let at = i128::from(offset) + even + ((even * i128::from(drift)) >> UNIT) + i128::from(late);
        u64::try_from(at).unwrap_or(u64::MAX)
    }

    /// Appends the next turns of all nodes.
    pub(super) fn draw(&mut self, turns: &mut [u32], coming: &mut Coming) {
        while coming.len() < AHEAD {
            let Some(&Reverse((at, node))) = self.next.peek() else { break };
            let number = &mut turns[node as usize];
            coming.push((Time::from_nanos(at), NodeId::new(node), *number));
            *number = number.saturating_add(1);
            let next = self.turn(node, *number).max(at);
            if let Some(mut first) = self.next.peek_mut() {
                *first = Reverse((next, node));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Clock, Drawn, Staggered};
    use super::*;

    const INTERVAL: Span = Span::from_millis(1000);

    fn chance(nodes: u32) -> Chance {
        Chance { seed: 4, nodes, replicate: 0 }
    }

    /// When each node has its turns, so many instants of all.
    fn turns(mut clock: impl Clock, nodes: u32, instants: u32) -> Vec<Vec<u64>> {
        let (mut turns, mut last) = (vec![Vec::new(); nodes as usize], Time::ZERO);
        for _ in 0..instants {
            let now = clock.next();
            assert!(now >= last);
            last = now;
            clock.take(now, |node: NodeId, number: u64| {
                let own: &mut Vec<u64> = &mut turns[node.index()];
                assert_eq!(number, own.len() as u64);
                own.push(now.nanos());
            });
        }
        turns
    }

    fn drifting(nodes: u32, drift: f64, law: DriftLaw, jitter: u64) -> Drawn {
        let pace = Pace { drift, law, jitter: Span::from_millis(jitter) };
        Drawn::drifting(nodes, INTERVAL, pace, &chance(nodes))
    }

    #[test]
    fn without_drift_and_jitter_it_is_the_random_phase() {
        let even = turns(Staggered::new(50, INTERVAL, &chance(50)), 50, 700);
        assert_eq!(turns(drifting(50, 0.0, DriftLaw::Uniform, 0), 50, 700), even);
    }

    /// A drift of 1/1024 is exact: every turn comes 1024/1025 as often, to the nanosecond.
    #[test]
    fn a_constant_drift_makes_every_interval_longer_by_it() {
        let drift = 1.0 / 1024.0;
        for own in turns(drifting(9, drift, DriftLaw::Constant, 0), 9, 900) {
            for (number, at) in own.iter().enumerate() {
                assert_eq!(at - own[0], number as u64 * 1_000_000_000 * 1025 / 1024);
            }
        }
    }

    /// Of 2000 nodes: the mean interval, and its variance by the law of the drift, |z| <= 4; and each node keeps its own.
    #[test]
    fn every_node_keeps_a_drift_of_its_own_by_the_law() {
        for (law, variance, fourth) in [(DriftLaw::Uniform, 1.0 / 3.0, 1.0 / 5.0), (DriftLaw::Normal, 1.0, 3.0)] {
            let nodes = 2000;
            let (mut sum, mut squares) = (0.0, 0.0);
            for own in turns(drifting(nodes, 0.01, law, 0), nodes, nodes * 12) {
                let drift =
                    |from: usize, to: usize| ((own[to] - own[from]) as f64 / 1e9 / (to - from) as f64 - 1.0) / 0.01;
                let (first, last) = (drift(0, 1), drift(1, own.len() - 1));
                assert!((first - last).abs() < 1e-5, "{first} {last}");
                assert!(law != DriftLaw::Uniform || last.abs() <= 1.0 + 1e-6);
                (sum, squares) = (sum + last, squares + last * last);
            }
            let count = f64::from(nodes);
            let mean = sum / (count * variance).sqrt();
            let spread = (squares - count * variance) / (count * (fourth - variance * variance)).sqrt();
            assert!(mean.abs() <= 4.0 && spread.abs() <= 4.0, "{law:?}: z = {mean:.1}, {spread:.1}");
        }
    }

    /// Each turn is late by less than the jitter, on its own, and what is late does not make the next one late; |z| <= 4 of the
    /// mean. A turn never comes before the one before it.
    #[test]
    fn every_turn_is_moved_on_its_own() {
        let (nodes, even) = (50, turns(drifting(50, 0.0, DriftLaw::Uniform, 0), 50, 5000));
        let moved = turns(drifting(nodes, 0.0, DriftLaw::Uniform, 200), nodes, 5000);
        let late =
            moved.iter().zip(&even).flat_map(|(moved, even)| moved.iter().zip(even).map(|(one, other)| one - other));
        let late: Vec<f64> = late.map(|nanos| nanos as f64 / 1e6).collect();
        assert!(late.len() > 4000 && late.iter().all(|late| *late < 200.0));
        let count = late.len() as f64;
        let z = (late.iter().sum::<f64>() - 100.0 * count) / (count * 200.0 * 200.0 / 12.0).sqrt();
        assert!(z.abs() <= 4.0, "z = {z:.1}");
        assert!(turns(drifting(3, 0.0, DriftLaw::Uniform, 9000), 3, 500).iter().all(|own| own.is_sorted()));
    }
}
