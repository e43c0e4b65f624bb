//! The exact distribution of the number of rounds on the complete graph.
//!
//! With aligned turns and no latency, every decision of a round is made on the state at its start, and on the
//! complete graph that state is the number of informed nodes: a Markov chain that only climbs. Its transitions come
//! from two independent parts:
//!
//! - pulls: each uninformed node asks for itself, so that a binomial number of them is left;
//! - pushes: the informed send their messages one after the other, and what counts is how many of the nodes that are
//!   left have not been hit so far (occupancy).
//!
//! What one sender does depends on how many are left and not on how many sent before it. So a round is worked out for
//! all its possible beginnings at once: with I informed nodes the law of those left passes through I senders, and the
//! laws for fewer informed nodes join in on the way. Only states that are reached with a probability above 1e-22 are
//! followed, which keeps the mean exact to about 1e-12.

pub use super::distribution::Distribution;
use super::occupancy::{Left, OccupancyStep};
use super::truncated_pmf::{NEGLIGIBLE, TruncatedPmf, binomial};
use super::{Case, CaseStrategy, Contact, complete};

/// The largest number of nodes a chain is computed for: a second's work at the usual fanouts and losses.
pub const MAX_NODES: u32 = 4096;

/// A chain still alive after so many rounds is given up.
const MOST_ROUNDS: usize = 20_000;

/// A chain that takes more work than this, in cells of laws, is given up: some tens of seconds.
const MOST_WORK: u64 = 20_000_000_000;

/// The number of informed nodes from round to round, on the complete graph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Chain {
    nodes: usize,
    fanout: usize,
    contact: Contact,
}

impl Chain {
    /// The chain for `nodes` nodes, one of them informed, that contact `fanout` distinct peers each (all, if there are
    /// fewer) by legs that arrive with probability `arrives`. `None` for more than [`MAX_NODES`] nodes, for no nodes or
    /// no fanout, or if nothing can ever arrive.
    pub fn new(nodes: u32, strategy: CaseStrategy, fanout: u32, arrives: f64) -> Option<Chain> {
        let sound = (1..=MAX_NODES).contains(&nodes) && fanout > 0 && arrives > 0.0 && arrives <= 1.0;
        let met = fanout.min(nodes.max(1) - 1) as usize;
        sound.then(|| Chain { nodes: nodes as usize, fanout: met, contact: strategy.contact(arrives) })
    }

    /// The distribution of the number of rounds; `None` if it is longer than 20 000 rounds, or takes more than some
    /// tens of seconds.
    pub fn rounds(&self) -> Option<Distribution> {
        let mut round = Round::new(self);
        let mut left = TruncatedPmf::at(self.nodes - 1);
        let mut pmf = Vec::new();
        while pmf.len() < MOST_ROUNDS && round.left.work < MOST_WORK {
            let done = left.first == 0 && !left.shares.is_empty();
            pmf.push(if done { std::mem::take(&mut left.shares[0]) } else { 0.0 });
            if left.shares.iter().all(|share| *share < NEGLIGIBLE) {
                return Some(Distribution::of(pmf));
            }
            left = round.play(&left);
        }
        None
    }

    /// The probability that an uninformed node is still so after its own contacts of a round that `informed` nodes
    /// begin: of its k contacts a binomial number is answered as far as the answer depends on chance, these go to a
    /// uniform subset of the others, and none of them may be informed.
    fn unanswered(&self, informed: usize) -> f64 {
        let others = self.nodes - 1;
        let mut missed = 1.0;
        let mut picks = 0;
        let mut sum = 0.0;
        for (heard, share) in binomial(self.fanout, self.contact.pull).iter() {
            while picks < heard {
                missed *= (others - picks).saturating_sub(informed) as f64 / (others - picks) as f64;
                picks += 1;
            }
            sum += share * missed;
        }
        sum
    }

    /// The probability that all of `informed` nodes that meet everybody miss a given one.
    fn missed_by_all(&self, informed: usize) -> f64 {
        libm::pow(1.0 - self.contact.push, informed as f64)
    }
}

/// About how many cells of laws the chain of a case takes: all senders times all who may be left, in each round.
pub(super) fn work(case: &Case) -> f64 {
    let nodes = f64::from(case.nodes);
    let rounds = if case.nodes > 1 { complete::rounds(case).max(1.0) } else { 1.0 };
    let contact = case.strategy.contact(case.arrives);
    let pulls = if contact.pull > 0.0 { 10.0 * nodes * nodes.sqrt() } else { 0.0 };
    let pushes = if contact.push > 0.0 { nodes * nodes / 2.0 * f64::from(case.fanout).min(8.0) } else { 0.0 };
    rounds * (pulls + pushes)
}

/// A round of a chain, with what is worked out once for all rounds.
struct Round<'a> {
    chain: &'a Chain,
    /// What one sender does; `None` where pushes are no more than one more chance for each node.
    sender: Option<OccupancyStep>,
    /// By the number of uninformed nodes: how many of them are left after the pulls; empty where not needed yet.
    pulled: Vec<TruncatedPmf>,
    left: Left,
}

impl<'a> Round<'a> {
    fn new(chain: &'a Chain) -> Self {
        let Chain { nodes, fanout, contact } = *chain;
        let alone = contact.push == 0.0 || fanout >= nodes - 1;
        Round {
            chain,
            sender: (!alone).then(|| OccupancyStep::new(nodes - 1, fanout, contact.push)),
            pulled: vec![TruncatedPmf { first: 0, shares: Vec::new() }; nodes],
            left: Left::none(nodes - 1),
        }
    }

    /// The law of the uninformed at the end of a round, by that at its start.
    fn play(&mut self, before: &TruncatedPmf) -> TruncatedPmf {
        let nodes = self.chain.nodes;
        let last = before.first + before.shares.len();
        // From the fewest uninformed, so the most senders, down.
        for (ignorant, share) in before.iter() {
            if share >= NEGLIGIBLE {
                self.pull(ignorant);
                self.left.add(&self.pulled[ignorant], share);
            }
            self.send(1);
        }
        self.send(nodes - last);
        self.left.take()
    }

    /// Lets so many senders act.
    fn send(&mut self, senders: usize) {
        let Some(sender) = &mut self.sender else { return };
        for _ in 0..senders {
            if self.left.over() {
                return;
            }
            sender.act(&mut self.left);
        }
    }

    /// Works out who is left of `ignorant` after the pulls (and after pushes that reach everybody).
    fn pull(&mut self, ignorant: usize) {
        let law = &mut self.pulled[ignorant];
        if law.shares.is_empty() {
            let informed = self.chain.nodes - ignorant;
            let pushes = if self.sender.is_none() { self.chain.missed_by_all(informed) } else { 1.0 };
            *law = binomial(ignorant, self.chain.unanswered(informed) * pushes);
        }
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
    fn the_largest_chains_lose_nothing() {
        for (strategy, fanout, arrives) in [
            (Push, 1, 1.0),
            (Pull, 1, 0.9),
            (Eager, 2, 1.0),
            (Digest, 8, 0.9),
            (Push, 64, 1.0),
            (Eager, 64, 0.5),
            (Push, 2000, 1.0),
            (Digest, MAX_NODES - 1, 0.5),
        ] {
            let law = rounds(MAX_NODES, strategy, fanout, arrives);
            let total: f64 = law.pmf.iter().sum();
            let here = format!("{strategy:?}, fanout {fanout}, p = {arrives}");
            assert!((total - 1.0).abs() < 1e-11, "{here}: {total}");
            assert!(law.pmf.iter().all(|share| (0.0..=1.0).contains(share)), "{here}");
        }
    }

    #[test]
    fn meeting_everybody_but_one_takes_little_longer_than_meeting_everybody() {
        // With everybody met, all messages are independent; with one left out by each, senders act one by one. Rounds
        // go about with the inverse of the messages that arrive.
        let (most, all) = (rounds(30, Push, 28, 0.02), rounds(30, Push, 29, 0.02));
        let ratio = most.mean / all.mean;
        assert!(1.0 < ratio && ratio < 29.0 / 28.0 + 0.01, "{} {}", most.mean, all.mean);
        let half = rounds(200, Push, 199, 0.5);
        assert!(half.pmf[1] < 1e-55 && (half.pmf[2] - 1.0).abs() < 1e-12, "{:?}", half.pmf);
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
        assert_eq!(Chain::new(0, Push, 1, 1.0), None);
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
