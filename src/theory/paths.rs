//! Rings, lines and stars in aligned rounds: exact means, since the update has only a few ways to go.

use super::fronts::Meeting;
use super::{Case, CaseStrategy, Prediction};

const DERIVED: &str = "derived";

/// The ring, each node with one neighbour on each side: two fronts that advance independently until they meet. Exact
/// up to terms that fall exponentially with n.
pub(super) fn ring(case: &Case, neighbors: u32) -> Option<Prediction> {
    if neighbors != 1 || case.arrives < 1.0 || case.nodes < 3 {
        return None;
    }
    let n = f64::from(case.nodes);
    if case.fanout > 1 {
        return Some(Prediction::rounds((n / 2.0).floor(), "floor(n/2)", "both neighbours in each round").exactly());
    }
    Some(match case.strategy {
        CaseStrategy::Push => Prediction::rounds(n - 0.75, "n - 3/4", DERIVED),
        CaseStrategy::Pull => Prediction::rounds(n - 1.0, "n - 1", DERIVED),
        _ => Prediction::rounds(2.0 * n / 3.0 - 11.0 / 24.0, "2n/3 - 11/24", DERIVED),
    })
}

/// The line from one end: hop follows hop, and each waits a geometric time, whatever the loss and the fanout.
pub(super) fn line(case: &Case) -> Option<Prediction> {
    let from_an_end = case.origin.is_some_and(|origin| origin == 0 || origin == case.nodes - 1);
    if !from_an_end {
        return None;
    }
    let hop = |from, to| 1.0 / Meeting::of(case).hop(from, to);
    let rounds = match case.nodes {
        2 => hop(1.0, 1.0),
        nodes => hop(1.0, 2.0) + f64::from(nodes - 3) * hop(2.0, 2.0) + hop(2.0, 1.0),
    };
    let law = match (case.strategy, case.arrives == 1.0 && case.fanout == 1 && case.nodes > 2) {
        (CaseStrategy::Push | CaseStrategy::Pull, true) => "1 + 2(n-2)",
        (_, true) => "2 + (n-3) 4/3",
        (_, false) => "sum over the hops of 1/(1 - (1-a/d)(1-b/d'))",
    };
    Some(Prediction::rounds(rounds, law, DERIVED).exactly())
}

/// The star with N = n - 1 leaves: the centre pushes like a collector of coupons, and is asked by everybody at once.
pub(super) fn star(case: &Case) -> Option<Prediction> {
    if case.arrives < 1.0 || case.fanout > 1 || case.nodes < 3 {
        return None;
    }
    let n = f64::from(case.nodes);
    let leaves = n - 1.0;
    let ((centre, law_centre), (leaf, law_leaf)) = match case.strategy {
        CaseStrategy::Push => (
            (leaves * harmonic(case.nodes - 1), "N H_N, N = n-1"),
            (1.0 + leaves * harmonic(case.nodes - 2), "1 + N H_(N-1), N = n-1"),
        ),
        CaseStrategy::Pull => ((1.0, "1"), (n, "n")),
        _ => ((1.0, "1"), (2.0, "2")),
    };
    let (rounds, law) = match case.origin {
        Some(0) => (centre, law_centre),
        Some(_) => (leaf, law_leaf),
        None => ((centre + leaves * leaf) / n, "mean over origins of the star's laws"),
    };
    Some(Prediction::rounds(rounds, law, DERIVED).exactly())
}

/// H_n = 1 + 1/2 + … + 1/n, the small terms first.
pub fn harmonic(n: u32) -> f64 {
    (1..=n).rev().map(|i| 1.0 / f64::from(i)).sum()
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::super::{CaseGraph, Contact, predict};
    use super::*;
    use CaseStrategy::{Digest, Eager, Pull, Push};

    fn rounds(graph: CaseGraph, origin: Option<u32>, nodes: u32, strategy: CaseStrategy) -> f64 {
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
            let law = rounds(CaseGraph::Ring { neighbors: 1 }, None, nodes as u32, strategy);
            assert!((law - exact).abs() < 1e-9, "{strategy:?}, {nodes} nodes: {law}, not {exact}");
        }
    }

    #[test]
    fn the_line_takes_the_published_number_of_rounds() {
        for (strategy, nodes, exact) in
            [(Push, 10, 17.0), (Pull, 10, 17.0), (Eager, 9, 10.0), (Push, 2, 1.0), (Eager, 2, 1.0)]
        {
            for end in [0, nodes - 1] {
                let found = rounds(CaseGraph::Line, Some(end), nodes, strategy);
                assert!((found - exact).abs() < 1e-12, "{strategy:?}: {found}");
            }
        }
        let graph = CaseGraph::Line;
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
            let of = |origin| rounds(CaseGraph::Star, origin, 4, strategy);
            assert!((of(Some(0)) - centre).abs() < 1e-12 && (of(Some(2)) - leaf).abs() < 1e-12, "{strategy:?}");
            assert!((of(None) - (centre + 3.0 * leaf) / 4.0).abs() < 1e-12);
        }
    }

    #[test]
    fn both_neighbours_at_once_make_two_marching_fronts() {
        let graph = CaseGraph::Ring { neighbors: 1 };
        for (nodes, exact) in [(8, 4.0), (9, 4.0)] {
            let found = predict(&Case { graph, fanout: 2, ..case(nodes, Push) }).unwrap();
            assert!(found.exact && found.rounds == exact);
        }
    }
}
