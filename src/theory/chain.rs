//! The exact distribution of the number of rounds on the complete graph.
//!
//! With aligned ticks and no latency, every decision of a round is made on the state at its start, and on the
//! complete graph that state is the number of informed nodes: a Markov chain that only climbs. Its transitions come
//! from two independent parts:
//!
//! - pushes: the informed throw their contacts one after the other, and what counts is how many uninformed nodes were
//!   hit so far (occupancy);
//! - pulls: each uninformed node that no push reached asks for itself, independently.
//!
//! Probabilities below 1e-22 are dropped, which keeps a row of the chain to a window of some √n numbers and the mean
//! exact to about 1e-13.

use std::ops::RangeInclusive;

use super::{CaseStrategy, Contact};

/// The largest number of nodes a chain is computed for, with fanout 1: up to ten seconds and 30 MB. A larger fanout
/// costs as many times more, so it is nodes × fanout that may not pass this.
pub const MAX_NODES: u32 = 4096;

/// A chain still alive after so many rounds is given up.
const MOST_ROUNDS: usize = 20_000;

/// What is too unlikely to be followed.
const NEGLIGIBLE: f64 = 1e-22;

/// The number of informed nodes from round to round, on the complete graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chain {
    nodes: usize,
    fanout: usize,
    contact: Contact,
}

/// How many rounds it takes until all know.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// The mean.
    pub mean: f64,
    /// The standard deviation.
    pub sd: f64,
    /// The probability of each number of rounds, from 0.
    pub pmf: Vec<f64>,
}

/// Probabilities of neighbouring numbers, the first of them `first`.
struct Window {
    first: usize,
    shares: Vec<f64>,
}

impl Chain {
    /// The chain for `nodes` nodes, one of them informed, that contact `fanout` distinct peers each (all, if there are
    /// fewer) by legs that arrive with probability `arrives`. `None` if nodes × fanout passes [`MAX_NODES`], for no
    /// nodes or no fanout, or if nothing can ever arrive.
    pub fn new(nodes: u32, strategy: CaseStrategy, fanout: u32, arrives: f64) -> Option<Chain> {
        if nodes == 0 || fanout == 0 || !(arrives > 0.0 && arrives <= 1.0) {
            return None;
        }
        let met = fanout.min(nodes - 1);
        let small = u64::from(nodes) * u64::from(met) <= u64::from(MAX_NODES);
        small.then(|| Chain { nodes: nodes as usize, fanout: met as usize, contact: strategy.contact(arrives) })
    }

    /// The distribution of the number of rounds; `None` if it is longer than 20 000 rounds.
    pub fn rounds(&self) -> Option<Distribution> {
        // Where each sender throws once, the law of a throw is not worth a table.
        let throws: Option<Vec<Vec<f64>>> =
            (self.fanout > 1).then(|| (0..self.nodes).map(|fresh| self.throw(fresh)).collect());
        let rows: Vec<Window> = (1..self.nodes).map(|informed| self.row(informed, throws.as_deref())).collect();
        let mut alive = vec![0.0; self.nodes + 1];
        alive[1] = 1.0;
        let mut pmf = Vec::new();
        while pmf.len() < MOST_ROUNDS {
            pmf.push(std::mem::take(&mut alive[self.nodes]));
            let mut next = vec![0.0; self.nodes + 1];
            let mut left = 0.0;
            for (informed, row) in (1..).zip(&rows) {
                let share = alive[informed];
                if share > NEGLIGIBLE {
                    left += share;
                    for (cell, gain) in next[informed + row.first..].iter_mut().zip(&row.shares) {
                        *cell += share * gain;
                    }
                }
            }
            if left == 0.0 {
                return Some(Distribution::of(pmf));
            }
            alive = next;
        }
        None
    }

    /// How many learn in a round that `informed` begin. `throws` are the laws of [`Chain::throw`], if needed.
    fn row(&self, informed: usize, throws: Option<&[Vec<f64>]>) -> Window {
        let ignorant = self.nodes - informed;
        let asks = 1.0 - self.unanswered(informed);
        if self.contact.push == 0.0 {
            return binomial(ignorant, asks);
        }
        let hits = self.hits(informed, throws);
        if self.contact.pull == 0.0 {
            return hits;
        }
        let mut shares = vec![0.0; ignorant + 1];
        for (hit, share) in (hits.first..).zip(&hits.shares) {
            let others = binomial(ignorant - hit, asks);
            for (cell, other) in shares[hit + others.first..].iter_mut().zip(&others.shares) {
                *cell += share * other;
            }
        }
        trimmed(0, &shares)
    }

    /// The probability that none of the peers an ignorant node asks gives it the update: it picks them one after the
    /// other, without return.
    fn unanswered(&self, informed: usize) -> f64 {
        let others = self.nodes - 1;
        // met[j]: j informed peers were picked so far.
        let mut met = vec![0.0; self.fanout + 1];
        met[0] = 1.0;
        for picked in 0..self.fanout {
            for j in (0..=picked).rev() {
                let chance = informed.saturating_sub(j) as f64 / (others - picked) as f64;
                let chance = chance.min(1.0);
                met[j + 1] += met[j] * chance;
                met[j] *= 1.0 - chance;
            }
        }
        let missed = 1.0 - self.contact.pull;
        met.iter().rev().fold(0.0, |sum, share| sum * missed + share)
    }

    /// How many distinct ignorant nodes `informed` pushing nodes hit.
    fn hits(&self, informed: usize, throws: Option<&[Vec<f64>]>) -> Window {
        let ignorant = self.nodes - informed;
        let mut shares = vec![0.0; ignorant + 1];
        shares[0] = 1.0;
        let (mut low, mut high) = (0, 0);
        let rate = self.contact.push / (self.nodes - 1) as f64;
        for _ in 0..informed {
            let top = (high + self.fanout).min(ignorant);
            match throws {
                None => throw_once(&mut shares[low..=top], (ignorant - low) as f64 * rate, rate),
                Some(throws) => throw_often(&mut shares, low..=high, &throws[..=ignorant]),
            }
            high = top;
            while high > low && shares[high] < NEGLIGIBLE {
                shares[high] = 0.0;
                high -= 1;
            }
            while low < high && shares[low] < NEGLIGIBLE {
                shares[low] = 0.0;
                low += 1;
            }
        }
        trimmed(low, &shares[low..=high])
    }

    /// How many of `fresh` nodes one sender hits: it picks its peers one after the other, without return, and each
    /// push arrives on its own.
    fn throw(&self, fresh: usize) -> Vec<f64> {
        let others = self.nodes - 1;
        // picked[j]: j fresh peers were picked so far.
        let mut picked = vec![0.0; self.fanout + 1];
        picked[0] = 1.0;
        for turn in 0..self.fanout {
            for j in (0..=turn).rev() {
                let chance = (fresh.saturating_sub(j) as f64 / (others - turn) as f64).min(1.0);
                picked[j + 1] += picked[j] * chance;
                picked[j] *= 1.0 - chance;
            }
        }
        let mut hit = vec![0.0; self.fanout.min(fresh) + 1];
        for (j, share) in picked.iter().enumerate().take(hit.len()) {
            let arrived = binomial(j, self.contact.push);
            for (cell, gain) in hit[arrived.first..].iter_mut().zip(&arrived.shares) {
                *cell += share * gain;
            }
        }
        hit
    }
}

/// One sender more, whose only contact hits with chance `first` if as many were hit before as the first share says,
/// and with `rate` less for each hit more.
fn throw_once(shares: &mut [f64], first: f64, rate: f64) {
    let mut hits = 0.0;
    let mut chance = first;
    for share in shares {
        let hit = *share * chance;
        *share += hits - hit;
        hits = hit;
        chance -= rate;
    }
}

/// One sender more, who hits as many of the f nodes not yet hit as the law `throws[f]` says.
fn throw_often(shares: &mut [f64], hits: RangeInclusive<usize>, throws: &[Vec<f64>]) {
    // From above, so that every share is still the one before this sender.
    for hit in hits.rev() {
        let share = std::mem::take(&mut shares[hit]);
        for (cell, gain) in shares[hit..].iter_mut().zip(&throws[throws.len() - 1 - hit]) {
            *cell += share * gain;
        }
    }
}

/// The binomial law, by ratios from its mode: no logarithm, no cancellation.
fn binomial(trials: usize, chance: f64) -> Window {
    if trials == 0 || chance <= 0.0 {
        return Window { first: 0, shares: vec![1.0] };
    }
    if chance >= 1.0 {
        return Window { first: trials, shares: vec![1.0] };
    }
    let odds = chance / (1.0 - chance);
    let mode = (((trials + 1) as f64 * chance) as usize).min(trials);
    let mut below = Vec::new();
    let mut share = 1.0;
    for count in (0..mode).rev() {
        share *= (count + 1) as f64 / ((trials - count) as f64 * odds);
        if share < NEGLIGIBLE {
            break;
        }
        below.push(share);
    }
    let first = mode - below.len();
    let mut shares: Vec<f64> = below.into_iter().rev().collect();
    shares.push(1.0);
    share = 1.0;
    for count in mode..trials {
        share *= (trials - count) as f64 * odds / (count + 1) as f64;
        if share < NEGLIGIBLE {
            break;
        }
        shares.push(share);
    }
    let total: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= total);
    Window { first, shares }
}

/// Cuts off what is negligible at both ends.
fn trimmed(first: usize, shares: &[f64]) -> Window {
    let counts = |share: &f64| *share >= NEGLIGIBLE;
    let from = shares.iter().position(counts).unwrap_or(0);
    let to = shares.iter().rposition(counts).map_or(from, |last| last + 1);
    Window { first: first + from, shares: shares[from..to].to_vec() }
}

impl Distribution {
    fn of(pmf: Vec<f64>) -> Self {
        let moment = |value: &dyn Fn(f64) -> f64| -> f64 {
            // From the far end, the small numbers first.
            pmf.iter().enumerate().rev().map(|(rounds, share)| share * value(rounds as f64)).sum()
        };
        let mean = moment(&|rounds| rounds);
        let sd = moment(&|rounds| (rounds - mean) * (rounds - mean)).sqrt();
        Distribution { mean, sd, pmf }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CaseStrategy::{Digest, Eager, Pull, Push};

    fn rounds(nodes: u32, strategy: CaseStrategy, fanout: u32, arrives: f64) -> Distribution {
        Chain::new(nodes, strategy, fanout, arrives).unwrap().rounds().unwrap()
    }

    #[test]
    fn small_networks_take_the_exact_fractions() {
        for (nodes, arrives, strategy, above, below) in [
            (2, 1.0, Push, 1, 1),
            (3, 1.0, Push, 7, 3),
            (4, 1.0, Push, 485, 152),
            (5, 1.0, Push, 72_271, 18_375),
            (2, 0.5, Push, 2, 1),
            (3, 0.5, Push, 30, 7),
            (2, 1.0, Pull, 1, 1),
            (3, 1.0, Pull, 2, 1),
            (4, 1.0, Pull, 105, 38),
            (5, 1.0, Pull, 2924, 875),
            (2, 0.5, Pull, 4, 1),
            (3, 0.5, Pull, 8, 1),
            (2, 1.0, Eager, 1, 1),
            (3, 1.0, Eager, 3, 2),
            (4, 1.0, Eager, 121, 60),
            (5, 1.0, Eager, 76_367, 32_258),
            (2, 0.5, Eager, 8, 5),
            (3, 0.5, Eager, 9216, 2923),
            (2, 0.5, Digest, 32, 11),
        ] {
            let mean = rounds(nodes, strategy, 1, arrives).mean;
            let exact = f64::from(above) / f64::from(below);
            assert!((mean - exact).abs() < 1e-12, "{strategy:?}, {nodes} nodes: {mean}, not {exact}");
        }
    }

    #[test]
    fn the_probabilities_add_up_to_one() {
        for strategy in [Push, Pull, Eager, Digest] {
            for (nodes, fanout, arrives) in [(1, 1, 1.0), (7, 3, 0.4), (100, 1, 1.0), (200, 2, 0.9), (300, 1, 0.5)] {
                let total: f64 = rounds(nodes, strategy, fanout, arrives).pmf.iter().sum();
                assert!((total - 1.0).abs() < 1e-12, "{strategy:?} {nodes} {fanout} {arrives}: {total}");
            }
        }
    }

    #[test]
    fn telling_everybody_takes_one_round() {
        for strategy in [Push, Pull, Eager, Digest] {
            let law = rounds(9, strategy, 8, 1.0);
            assert!((law.mean - 1.0).abs() < 1e-12 && law.sd < 1e-6, "{strategy:?}: {law:?}");
        }
    }

    #[test]
    fn two_peers_of_three_are_worked_out_by_hand() {
        // n = 4, fanout 2. Push: 1 informs 2 others; the 3 informed each miss the last with probability 1/3, so it
        // waits 1/(1 - 1/27) rounds. Pull: each of 3 learns with probability 2/3 from one informed.
        let push = rounds(4, Push, 2, 1.0).mean;
        assert!((push - (1.0 + 27.0 / 26.0)).abs() < 1e-12, "{push}");
        // From two informed on, both picks of an ignorant node cannot miss; from one, all three learn with 8/27.
        let pull = rounds(4, Pull, 2, 1.0).mean;
        // E1 = 1 + (1/27) E1 + (18/27) × 1, since 1 or 2 learners leave some who learn surely in the next round.
        assert!((pull - (1.0 + 18.0 / 27.0) * 27.0 / 26.0).abs() < 1e-12, "{pull}");
    }

    #[test]
    fn what_can_never_arrive_has_no_chain() {
        assert_eq!(Chain::new(4, Push, 1, 0.0), None);
        assert_eq!(Chain::new(4, Push, 0, 1.0), None);
        assert_eq!(Chain::new(0, Push, 1, 1.0), None);
        assert_eq!(Chain::new(MAX_NODES + 1, Push, 1, 1.0), None);
        assert_eq!(Chain::new(MAX_NODES, Push, 2, 1.0), None);
        assert_eq!(Chain::new(2, Pull, 1, 0.01).unwrap().rounds(), None);
        assert_eq!(rounds(1, Push, 1, 1.0).pmf, [1.0]);
    }

    #[test]
    fn push_lies_within_the_published_bounds() {
        // Doerr & Künnemann 2014: floor(log2 n) + ln n - 1.116 <= E <= ceil(log2 n) + ln n + 2.765
        for nodes in [64, 256, 500] {
            let mean = rounds(nodes, Push, 1, 1.0).mean;
            let (log2, ln) = (libm::log2(nodes.into()), libm::log(nodes.into()));
            assert!(log2.floor() + ln - 1.116 <= mean && mean <= log2.ceil() + ln + 2.765, "{nodes}: {mean}");
        }
    }
}
