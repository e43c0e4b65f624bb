//! The exact distribution of rounds on rings and lines: an informed stretch whose two ends move on by themselves.
//!
//! In a round the end of the stretch, of degree d, contacts the next node, of degree d', with probability min(k/d, 1),
//! which delivers with probability a; the next node contacts the end with probability min(k/d', 1), which delivers with
//! probability b. So an end moves on with probability 1 - (1 - a min(k/d, 1)) (1 - b min(k/d', 1)), independently of
//! the other end, except where both are one node, which divides its contacts, and where both meet.

use super::distribution::{Distribution, MOST_ROUNDS};
use super::truncated_pmf::NEGLIGIBLE;
use super::{Case, CaseStrategy, Contact};

/// What happens in a round: the probabilities that 0, 1 or 2 more nodes learn.
type Step = [f64; 3];

/// A node with its neighbours on a ring or line, as far as contacts go.
#[derive(Clone, Copy)]
pub(super) struct Meeting {
    contact: Contact,
    fanout: f64,
}

impl Meeting {
    pub(super) fn of(case: &Case) -> Self {
        Meeting { contact: CaseStrategy::contact(case.strategy, case.arrives), fanout: f64::from(case.fanout) }
    }

    /// The probability that a node of `degree` neighbours contacts a given one of them.
    fn picks(self, degree: f64) -> f64 {
        (self.fanout / degree).min(1.0)
    }

    /// The probability that the update gets from a node of degree `from` to its neighbour of degree `to`.
    pub(super) fn hop(self, from: f64, to: f64) -> f64 {
        1.0 - (1.0 - self.contact.push * self.picks(from)) * (1.0 - self.contact.pull * self.picks(to))
    }

    /// The first round of a node with two neighbours of degrees `to`: the probabilities that neither, only the first,
    /// only the second, and both learn.
    fn both_ways(self, to: [f64; 2]) -> [f64; 4] {
        let asks = to.map(|degree| self.contact.pull * self.picks(degree));
        let told = asks.map(|asks| 1.0 - (1.0 - self.contact.push) * (1.0 - asks));
        let learn = |one: f64, two: f64| [(1.0 - one) * (1.0 - two), one * (1.0 - two), (1.0 - one) * two, one * two];
        if self.fanout > 1.0 {
            return learn(told[0], told[1]);
        }
        // It contacts one of the two, each as likely as the other.
        let (first, second) = (learn(told[0], asks[1]), learn(asks[0], told[1]));
        std::array::from_fn(|place| (first[place] + second[place]) / 2.0)
    }
}

/// The ring of one neighbour a side.
pub(super) fn ring(case: &Case) -> Option<Distribution> {
    let meeting = Meeting::of(case);
    let (nodes, hop) = (case.nodes as usize, meeting.hop(2.0, 2.0));
    let [none, left, right, both] = meeting.both_ways([2.0; 2]);
    let step = |informed: usize| match nodes - informed {
        // The last node is pushed to from both sides, and whomever it asks knows.
        1 => {
            let pushes = (1.0 - meeting.contact.push * meeting.picks(2.0)).powi(2);
            let asks = (1.0 - meeting.contact.pull).powi(if case.fanout > 1 { 2 } else { 1 });
            [pushes * asks, 1.0 - pushes * asks, 0.0]
        }
        _ if informed == 1 => [none, left + right, both],
        _ => [(1.0 - hop).powi(2), 2.0 * hop * (1.0 - hop), hop * hop],
    };
    climb(&(1..nodes).map(step).collect::<Vec<_>>())
}

/// The line, from node `origin`.
pub(super) fn line_from(case: &Case, origin: u32) -> Option<Distribution> {
    let meeting = Meeting::of(case);
    let (left, right) = (origin as usize, (case.nodes - 1 - origin) as usize);
    if left == 0 || right == 0 {
        return climb(&hops(meeting, left + right, true));
    }
    let degree = |length: usize| if length == 1 { 1.0 } else { 2.0 };
    let [none, first, second, both] = meeting.both_ways([degree(left), degree(right)]);
    let side = |length: usize| climb(&hops(meeting, length, false));
    let rest = |length: usize| if length > 1 { side(length - 1) } else { Some(Distribution::of(vec![1.0])) };
    let (whole, rests) = ([side(left)?, side(right)?], [rest(left)?, rest(right)?]);
    // Until the first round in which anybody learns, nothing changes; from then on the two sides are independent.
    let moves = 1.0 - none;
    let after = Distribution::mixture(&[
        (first / moves, later(&rests[0], &whole[1])),
        (second / moves, later(&whole[0], &rests[1])),
        (both / moves, later(&rests[0], &rests[1])),
    ]);
    after.and_wait(moves)
}

/// The line, from a node that is drawn.
pub(super) fn line_from_any(case: &Case) -> Option<Distribution> {
    let nodes = case.nodes;
    let origins = 0..nodes.div_ceil(2);
    let weight = |origin: u32| if 2 * origin + 1 == nodes { 1.0 } else { 2.0 } / f64::from(nodes);
    let laws: Option<Vec<_>> = origins.map(|origin| Some((weight(origin), line_from(case, origin)?))).collect();
    Some(Distribution::mixture(&laws?))
}

/// The hops along a line, from an inner node or from its end, to the other end.
fn hops(meeting: Meeting, count: usize, from_end: bool) -> Vec<Step> {
    let degree = |end: bool| if end { 1.0 } else { 2.0 };
    let hop = |place: usize| meeting.hop(degree(from_end && place == 0), degree(place + 1 == count));
    (0..count).map(hop).map(|hop| [1.0 - hop, hop, 0.0]).collect()
}

/// The law of the later of two independent times.
fn later(one: &Distribution, other: &Distribution) -> Distribution {
    let longest = one.pmf.len().max(other.pmf.len());
    let at = |law: &Distribution, rounds: usize| law.pmf.get(rounds).copied().unwrap_or(0.0);
    let (mut before, mut pmf) = ([0.0; 2], Vec::with_capacity(longest));
    for rounds in 0..longest {
        let now = [at(one, rounds), at(other, rounds)];
        pmf.push(now[0] * (before[1] + now[1]) + before[0] * now[1]);
        before = [before[0] + now[0], before[1] + now[1]];
    }
    Distribution::of(pmf)
}

/// The number of rounds it takes to climb from the first of `steps` over the last.
fn climb(steps: &[Step]) -> Option<Distribution> {
    let top = steps.len();
    let mut shares = vec![0.0; top + 2];
    shares[0] = 1.0;
    let (mut low, mut high) = (0, 0);
    let mut pmf = Vec::new();
    while pmf.len() <= MOST_ROUNDS {
        pmf.push(std::mem::take(&mut shares[top]));
        high = high.min(top.saturating_sub(1));
        while low < high && shares[low] < NEGLIGIBLE {
            shares[low] = 0.0;
            low += 1;
        }
        if low >= high && shares[low.min(top)] < NEGLIGIBLE {
            return Some(Distribution::of(pmf));
        }
        for place in (low..=high).rev() {
            let (share, [none, one, two]) = (shares[place], steps[place]);
            shares[place] = share * none;
            shares[place + 1] += share * one;
            shares[place + 2] += share * two;
        }
        high = (low..=(high + 2).min(top)).rev().find(|place| shares[*place] >= NEGLIGIBLE).unwrap_or(low);
    }
    None
}

/// The work of a climb of `steps` steps of this hop: rounds times the likely places.
fn climbing(steps: f64, hop: f64) -> f64 {
    (steps + 50.0) / hop * 20.0 * (steps + 4.0).sqrt()
}

/// About how many cells the law of the ring takes.
pub(super) fn ring_work(case: &Case) -> f64 {
    climbing(case.nodes.into(), 2.0 * Meeting::of(case).hop(2.0, 2.0))
}

/// About how many cells the law of the line takes.
pub(super) fn line_work(case: &Case) -> f64 {
    let hop = Meeting::of(case).hop(2.0, 2.0);
    let origins = if case.origin.is_none() { f64::from(case.nodes) / 2.0 } else { 1.0 };
    origins * climbing(case.nodes.into(), hop)
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::*;
    use crate::topology::GraphClass;
    use CaseStrategy::{Digest, Eager, Pull, Push};

    fn total(law: &Distribution) -> f64 {
        law.pmf.iter().sum()
    }

    #[test]
    fn the_ring_takes_the_mean_of_its_law() {
        let ring_of =
            |nodes, strategy| ring(&Case { graph: GraphClass::Ring { neighbors: 1 }, ..case(nodes, strategy) });
        for (strategy, nodes, mean) in [
            (Push, 64, 64.0 - 0.75),
            (Push, 1001, 1001.0 - 0.75),
            (Pull, 64, 63.0),
            (Eager, 64, 128.0 / 3.0 - 11.0 / 24.0),
            (Digest, 64, 128.0 / 3.0 - 11.0 / 24.0),
        ] {
            let law = ring_of(nodes, strategy).unwrap();
            assert!((law.mean - mean).abs() < 1e-9 && (total(&law) - 1.0).abs() < 1e-12, "{strategy:?}: {}", law.mean);
        }
    }

    #[test]
    fn the_smallest_ring_is_the_complete_graph() {
        for strategy in [Push, Pull, Eager, Digest] {
            for (fanout, arrives) in [(1, 1.0), (1, 0.5), (2, 1.0), (2, 0.5)] {
                let chain = super::super::chain::Chain::new(3, strategy, fanout, arrives).unwrap().rounds().unwrap();
                let ring = ring(&Case { fanout, arrives, ..case(3, strategy) }).unwrap();
                assert!((chain.mean - ring.mean).abs() < 1e-11, "{strategy:?} {fanout} {arrives}");
                assert!((chain.sd - ring.sd).abs() < 1e-9, "{strategy:?} {fanout} {arrives}");
            }
        }
    }

    #[test]
    fn both_neighbours_at_once_make_two_marching_fronts() {
        for (nodes, rounds) in [(8, 4), (9, 4), (4, 2), (3, 1)] {
            let law = ring(&Case { fanout: 2, ..case(nodes, Push) }).unwrap();
            assert!((law.pmf[rounds] - 1.0).abs() < 1e-15, "{law:?}");
        }
    }

    #[test]
    fn the_line_from_an_end_is_a_sum_of_geometric_hops() {
        // 1/p for the first hop of push, 2/p for the others; the variance of a hop is (1 - h)/h².
        let law = line_from(&Case { arrives: 0.5, ..case(10, Push) }, 0).unwrap();
        assert!((law.mean - (2.0 + 8.0 * 4.0)).abs() < 1e-10 && (law.sd - (2.0 + 8.0 * 12.0_f64).sqrt()).abs() < 1e-9);
        let other = line_from(&Case { arrives: 0.5, ..case(10, Push) }, 9).unwrap();
        assert_eq!(law, other);
        // Three hops of a half, the last sure: negative binomial.
        let law = line_from(&case(4, Pull), 0).unwrap();
        for (rounds, share) in [(3, 0.25), (4, 0.25), (5, 0.1875), (6, 0.125)] {
            assert!((law.pmf[rounds] - share).abs() < 1e-15, "{law:?}");
        }
    }

    #[test]
    fn a_line_of_three_from_its_middle_is_a_star_from_its_centre() {
        for strategy in [Push, Pull, Eager, Digest] {
            for (fanout, arrives) in [(1, 1.0), (1, 0.5), (2, 0.5)] {
                let case = Case { fanout, arrives, ..case(3, strategy) };
                let line = line_from(&case, 1).unwrap();
                let star = super::super::star::star_from(&case, true).unwrap();
                assert!((line.mean - star.mean).abs() < 1e-11, "{strategy:?} {fanout} {arrives}: {line:?}");
                assert!((line.sd - star.sd).abs() < 1e-9, "{strategy:?} {fanout} {arrives}");
            }
        }
    }

    #[test]
    fn a_drawn_origin_is_the_mean_over_origins() {
        for nodes in [2, 5, 6] {
            let case = case(nodes, Eager);
            let mean = (0..nodes).map(|origin| line_from(&case, origin).unwrap().mean).sum::<f64>() / f64::from(nodes);
            assert!((line_from_any(&case).unwrap().mean - mean).abs() < 1e-12);
        }
    }
}
