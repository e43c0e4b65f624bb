//! Rings, lines and stars in aligned rounds: exact means, since the update has only a few ways to go.

use super::case::{Case, CaseStrategy};
use super::fronts::Meeting;
use super::rule::{Claim, DERIVED, Rule, Tolerance};
use crate::topology::GraphClass;

const RING: GraphClass = GraphClass::Ring { neighbors: 1 };

/// Nodes from which on the terms that fall exponentially with n are below 1e-5.
const LONG_RING: u32 = 24;

pub(super) const RULES: &[Rule] = &[
    // Two fronts that advance independently until they meet; exact up to terms that fall exponentially with n.
    Rule {
        name: "ring-push",
        text: "n - 3/4",
        source: DERIVED,
        domain: "ring with one neighbour a side, at least 24 nodes, push, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| on_ring(case) && case.pushes(),
        claim: |case| Claim::Exactly(case.n() - 0.75),
    },
    Rule {
        name: "ring-pull",
        text: "n - 1",
        source: DERIVED,
        domain: "ring with one neighbour a side, at least 24 nodes, pull, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| on_ring(case) && case.pulls(),
        claim: |case| Claim::Exactly(case.n() - 1.0),
    },
    Rule {
        name: "ring-push-pull",
        text: "2n/3 - 11/24",
        source: DERIVED,
        domain: "ring with one neighbour a side, at least 24 nodes, push-pull, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| on_ring(case) && case.does_both(),
        claim: |case| Claim::Exactly(2.0 * case.n() / 3.0 - 11.0 / 24.0),
    },
    Rule {
        name: "ring-both-neighbours",
        text: "floor(n/2)",
        source: "derived: both neighbours in each round",
        domain: "ring with one neighbour a side, fanout 2 or more, no loss",
        slack: Tolerance::None,
        covers: |case| case.theorem() && case.graph == RING && case.nodes > 2 && case.lossless() && case.fanout > 1,
        claim: |case| Claim::Exactly((case.n() / 2.0).floor()),
    },
    // From one end hop follows hop, and each waits a geometric time.
    Rule {
        name: "line-one-way",
        text: "1 + 2(n-2)",
        source: DERIVED,
        domain: "line of at least 3 nodes from an end, push or pull, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| from_an_end(case) && case.plain() && !case.does_both(),
        claim: |case| Claim::Exactly(hops(case)),
    },
    Rule {
        name: "line-push-pull",
        text: "2 + (n-3) 4/3",
        source: DERIVED,
        domain: "line of at least 3 nodes from an end, push-pull, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| from_an_end(case) && case.plain(),
        claim: |case| Claim::Exactly(hops(case)),
    },
    Rule {
        name: "line-hops",
        text: "sum over the hops of 1/(1 - (1-a/d)(1-b/d'))",
        source: DERIVED,
        domain: "line of at least 3 nodes from an end, any strategy, fanout and loss",
        slack: Tolerance::None,
        covers: from_an_end,
        claim: |case| Claim::Exactly(hops(case)),
    },
    // The centre pushes like a collector of coupons, and is asked by everybody at once.
    Rule {
        name: "star-push-centre",
        text: "N H_N, N = n-1",
        source: "derived: coupon collector",
        domain: "star of at least 3 nodes from its centre, push, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| on_star(case) && case.pushes() && case.origin == Some(0),
        claim: |case| Claim::Exactly(star(case)),
    },
    Rule {
        name: "star-push-leaf",
        text: "1 + N H_(N-1), N = n-1",
        source: "derived: coupon collector",
        domain: "star of at least 3 nodes from a leaf, push, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| on_star(case) && case.pushes() && case.origin.is_some(),
        claim: |case| Claim::Exactly(star(case)),
    },
    Rule {
        name: "star-pull-centre",
        text: "1",
        source: DERIVED,
        domain: "star of at least 3 nodes from its centre, pull or push-pull, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| on_star(case) && !case.pushes() && case.origin == Some(0),
        claim: |case| Claim::Exactly(star(case)),
    },
    Rule {
        name: "star-pull-leaf",
        text: "n",
        source: DERIVED,
        domain: "star of at least 3 nodes from a leaf, pull, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| on_star(case) && case.pulls() && case.origin.is_some(),
        claim: |case| Claim::Exactly(star(case)),
    },
    Rule {
        name: "star-push-pull-leaf",
        text: "2",
        source: DERIVED,
        domain: "star of at least 3 nodes from a leaf, push-pull, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| on_star(case) && case.does_both() && case.origin.is_some(),
        claim: |case| Claim::Exactly(star(case)),
    },
    Rule {
        name: "star-from-any",
        text: "mean over origins of the star's laws",
        source: DERIVED,
        domain: "star of at least 3 nodes from a node drawn uniformly, fanout 1, no loss",
        slack: Tolerance::None,
        covers: on_star,
        claim: |case| Claim::Exactly(star(case)),
    },
];

fn on_ring(case: &Case) -> bool {
    case.plain() && case.graph == RING && case.nodes >= LONG_RING
}

fn on_star(case: &Case) -> bool {
    case.plain() && case.graph == GraphClass::Star && case.nodes > 2
}

fn from_an_end(case: &Case) -> bool {
    let end = case.origin.is_some_and(|origin| origin == 0 || origin == case.nodes - 1);
    case.theorem() && case.graph == GraphClass::Line && case.nodes > 2 && end
}

fn hops(case: &Case) -> f64 {
    let hop = |from, to| 1.0 / Meeting::of(case).hop(from, to);
    hop(1.0, 2.0) + f64::from(case.nodes - 3) * hop(2.0, 2.0) + hop(2.0, 1.0)
}

fn star(case: &Case) -> f64 {
    let n = case.n();
    let leaves = n - 1.0;
    let (centre, leaf) = match case.strategy {
        CaseStrategy::Push => (leaves * harmonic(case.nodes - 1), 1.0 + leaves * harmonic(case.nodes - 2)),
        CaseStrategy::Pull => (1.0, n),
        CaseStrategy::Eager | CaseStrategy::Digest => (1.0, 2.0),
    };
    match case.origin {
        Some(0) => centre,
        Some(_) => leaf,
        None => (centre + leaves * leaf) / n,
    }
}

/// H_n = 1 + 1/2 + … + 1/n, the small terms first; of very many terms ln n + γ + 1/(2n) - 1/(12n²), which is as exact.
pub fn harmonic(n: u32) -> f64 {
    const MANY: u32 = 1_000_000;
    const EULER: f64 = 0.577_215_664_901_532_9;
    if n <= MANY {
        return (1..=n).rev().map(|i| 1.0 / f64::from(i)).sum();
    }
    let n = f64::from(n);
    libm::log(n) + EULER + 0.5 / n - 1.0 / (12.0 * n * n)
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::super::{Contact, predict};
    use super::*;
    use CaseStrategy::{Digest, Eager, Pull, Push};

    fn rounds(graph: GraphClass, origin: Option<u32>, nodes: u32, strategy: CaseStrategy) -> f64 {
        predict(&Case { graph, origin, ..case(nodes, strategy) }).unwrap().rounds
    }

    /// The exact mean on the ring, from the chain on the length of the informed arc.
    fn ring_chain(nodes: usize, contact: Contact) -> f64 {
        let advance = 1.0 - (1.0 - contact.push / 2.0) * (1.0 - contact.pull / 2.0);
        let mut mean = vec![0.0; nodes + 1];
        for informed in (1..nodes).rev() {
            let [none, one, two] = match nodes - informed {
                // The last node can be pushed from both sides and cannot ask amiss.
                1 => {
                    let missed = (1.0 - contact.push / 2.0).powi(2) * (1.0 - contact.pull);
                    [missed, 1.0 - missed, 0.0]
                }
                // The first node pushes to one side only.
                _ if informed == 1 => {
                    let told = 1.0 - (1.0 - contact.push) * (1.0 - contact.pull / 2.0);
                    let asks = contact.pull / 2.0;
                    [(1.0 - told) * (1.0 - asks), told + asks - 2.0 * told * asks, told * asks]
                }
                _ => [(1.0 - advance).powi(2), 2.0 * advance * (1.0 - advance), advance * advance],
            };
            let later = one * mean[informed + 1] + if two > 0.0 { two * mean[informed + 2] } else { 0.0 };
            mean[informed] = (1.0 + later) / (1.0 - none);
        }
        mean[1]
    }

    #[test]
    fn the_ring_takes_what_its_chain_says() {
        for (strategy, nodes) in [(Push, 64), (Push, 65), (Pull, 64), (Eager, 64), (Digest, 100)] {
            let exact = ring_chain(nodes, strategy.contact(1.0));
            let law = rounds(RING, None, nodes as u32, strategy);
            assert!((law - exact).abs() < 1e-9, "{strategy:?}, {nodes} nodes: {law}, not {exact}");
        }
        // Three nodes take push 7/3 rounds, not 9/4: short rings have no law but their chain.
        for strategy in [Push, Pull, Eager, Digest] {
            for nodes in LONG_RING..LONG_RING + 8 {
                let exact = ring_chain(nodes as usize, strategy.contact(1.0));
                assert!((rounds(RING, None, nodes, strategy) - exact).abs() < 1e-5, "{strategy:?}, {nodes}");
            }
            assert_eq!(predict(&Case { graph: RING, ..case(LONG_RING - 1, strategy) }), None);
        }
    }

    #[test]
    fn the_line_takes_the_published_number_of_rounds() {
        for (strategy, nodes, exact) in
            [(Push, 10, 17.0), (Pull, 10, 17.0), (Eager, 9, 10.0), (Push, 2, 1.0), (Eager, 2, 1.0)]
        {
            for end in [0, nodes - 1] {
                let found = rounds(GraphClass::Line, Some(end), nodes, strategy);
                assert!((found - exact).abs() < 1e-12, "{strategy:?}: {found}");
            }
        }
        let graph = GraphClass::Line;
        assert_eq!(predict(&Case { graph, origin: Some(3), ..case(10, Push) }), None);
        // Every hop waits 1/(p/2) rounds, the first 1/p.
        let lossy = predict(&Case { graph, origin: Some(0), arrives: 0.5, ..case(10, Push) }).unwrap();
        assert!((lossy.rounds - (2.0 + 8.0 * 4.0)).abs() < 1e-12);
    }

    #[test]
    fn the_star_takes_the_published_number_of_rounds() {
        for (strategy, centre, leaf) in
            [(Push, 3.0 * 11.0 / 6.0, 1.0 + 3.0 * 1.5), (Pull, 1.0, 4.0), (Eager, 1.0, 2.0), (Digest, 1.0, 2.0)]
        {
            let of = |origin| rounds(GraphClass::Star, origin, 4, strategy);
            assert!((of(Some(0)) - centre).abs() < 1e-12 && (of(Some(2)) - leaf).abs() < 1e-12, "{strategy:?}");
            assert!((of(None) - (centre + 3.0 * leaf) / 4.0).abs() < 1e-12);
        }
    }

    #[test]
    fn both_neighbours_at_once_make_two_marching_fronts() {
        let graph = RING;
        for (nodes, exact) in [(8, 4.0), (9, 4.0)] {
            let found = predict(&Case { graph, fanout: 2, ..case(nodes, Push) }).unwrap();
            assert!(found.exact && found.rounds == exact);
        }
    }

    #[test]
    fn many_terms_of_the_harmonic_series_are_its_asymptote() {
        let sum: f64 = (1..=1_000_001_u32).rev().map(|i| 1.0 / f64::from(i)).sum();
        assert!((harmonic(1_000_001) - sum).abs() < 1e-12, "{sum}");
    }
}
