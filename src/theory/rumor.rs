//! What is known of nodes that lose interest, take few calls, or choose peers by distance: residue, traffic and load
//! (Demers et al. 1987, report CSL-89-1).

use libm::{exp, log};

use super::case::{Case, CaseClock, Rumor};
use super::rule::{Claim, DEMERS, Rule, Tolerance};
use crate::topology::GraphClass;

/// Nodes that must be left out in the mean: where everybody is told, a run ends, or should, before interest is lost.
const LEFT_OUT: f64 = 10.0;

pub(super) const RULES: &[Rule] = &[
    // The paper's differential equations are of nodes that act one after the other. In aligned rounds simultaneous
    // contacts of one node are all needed, and the residue is another: 0.174 at k = 1, not 0.203.
    Rule {
        name: "coin-residue",
        text: "mean field: s = e^(-(c+1)(1-s)), c = gossip.spread.k",
        source: DEMERS,
        domain: "coin (or counter with k = 1) with feedback, Poisson clocks, push on the complete graph, fanout 1, no \
                 loss, at least 10 nodes left out",
        slack: Tolerance::Share(0.05),
        covers: |case| {
            let coin = |rumor: Rumor| rumor.feedback && !rumor.minimization && (rumor.coin || rumor.k == 1);
            mongers(case) && case.calls.is_none() && case.clock == CaseClock::Poisson && case.rumor.is_some_and(coin)
        },
        claim: |case| Claim::Residue(case.rumor.map_or(0.0, mean_field)),
    },
    Rule {
        name: "residue-by-traffic",
        text: "s = e^-m, m the updates sent per node",
        source: DEMERS,
        domain: "rumors by push on the complete graph, aligned rounds or Poisson clocks, fanout 1, no \
                 loss, at least 10 nodes left out",
        slack: Tolerance::Share(0.05),
        covers: |case| mongers(case) && case.calls.is_none(),
        claim: |_| Claim::Note,
    },
    // In a round with a share i of spreaders a node is told with probability 1 - e^-i, and as much traffic is
    // accepted: ln s falls by i for 1 - e^-i of m, which is by 1 to 1.58 for 1. The paper's e^(-1.58 m) is the end
    // where all spread at once.
    Rule {
        name: "residue-of-one-call",
        text: "e^(-1.58 m) <= s <= e^-m, m the updates sent per node",
        source: "derived; the lower end: Demers et al. 1987",
        domain: "rumors by push on the complete graph, connection limit 1 without hunting, aligned rounds, fanout 1, no \
                 loss, at least 10 nodes left out",
        slack: Tolerance::None,
        covers: |case| mongers(case) && case.calls == Some(1) && case.hunt == 0 && case.clock == CaseClock::Aligned,
        claim: |_| Claim::Note,
    },
    Rule {
        name: "blind-traffic",
        text: "m = c (1-s), m the updates sent per node: a spreader sends c = gossip.spread.k, with a coin in the mean",
        source: "derived",
        domain: "blind rumors by push on the complete graph, no connection limit, aligned rounds or Poisson clocks, fanout 1, no \
                 loss, at least 10 nodes left out",
        slack: Tolerance::None,
        covers: |case| mongers(case) && case.calls.is_none() && case.rumor.is_some_and(|rumor| !rumor.feedback),
        claim: |_| Claim::Note,
    },
    Rule {
        name: "one-call-answered",
        text: "log_{3-2/e} n + (1/2) ln n",
        source: "Doerr & Kostrygin 2017, the constant derived",
        domain: "push-pull on the complete graph of at least 64 nodes, connection limit 1 without hunting, fanout 1, no loss",
        slack: Tolerance::Within(0.0, 2.5),
        covers: |case| {
            let limited = case.calls == Some(1) && case.hunt == 0 && case.nodes >= 64;
            limited && case.does_both() && Case { calls: None, ..case.clone() }.plain() && complete(case)
        },
        claim: |case| Claim::About(case.ln_n() / log(3.0 - 2.0 / std::f64::consts::E) + case.ln_n() / 2.0),
    },
    Rule {
        name: "middle-far",
        text: "O(n) conversations a round cross the middle link",
        source: DEMERS,
        domain: "line, spatial choice with an exponent below 1, aligned rounds, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| exponent(case).is_some_and(|a| a < 1.0),
        claim: |_| Claim::Growth,
    },
    Rule {
        name: "middle-one",
        text: "O(n / log n) conversations a round cross the middle link",
        source: DEMERS,
        domain: "line, spatial choice with an exponent of 1, aligned rounds, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| exponent(case).is_some_and(|a| a == 1.0),
        claim: |_| Claim::Growth,
    },
    Rule {
        name: "middle-between",
        text: "O(n^(2-a)) conversations a round cross the middle link, a the exponent",
        source: DEMERS,
        domain: "line, spatial choice with an exponent a between 1 and 2, aligned rounds, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| exponent(case).is_some_and(|a| 1.0 < a && a < 2.0),
        claim: |_| Claim::Growth,
    },
    Rule {
        name: "middle-two",
        text: "O(log n) conversations a round cross the middle link",
        source: DEMERS,
        domain: "line, spatial choice with an exponent of 2, aligned rounds, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| exponent(case).is_some_and(|a| a == 2.0),
        claim: |_| Claim::Growth,
    },
    Rule {
        name: "middle-near",
        text: "O(1) conversations a round cross the middle link",
        source: DEMERS,
        domain: "line, spatial choice with an exponent above 2, aligned rounds, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| exponent(case).is_some_and(|a| a > 2.0),
        claim: |_| Claim::Growth,
    },
];

/// Nodes that push rumors to each other on the complete graph, and leave some out.
fn mongers(case: &Case) -> bool {
    let model = case.latency_zero && case.peers_uniform && case.single() && case.lossless() && !case.backup;
    let clock = matches!(case.clock, CaseClock::Aligned | CaseClock::Poisson);
    let left_out = |rumor| case.n() * about_left(rumor) >= LEFT_OUT;
    model && clock && complete(case) && case.pushes() && case.rumor.is_some_and(left_out)
}

fn complete(case: &Case) -> bool {
    case.graph == GraphClass::Complete
}

/// Roughly the residue: with feedback as of the mean field, and blind as of k updates by each that learns.
fn about_left(rumor: Rumor) -> f64 {
    if rumor.feedback { mean_field(rumor) } else { root(f64::from(rumor.k)) }
}

/// The root below 1 of s = e^(-(k+1)(1-s)): 0.203 at k = 1, 0.0595 at k = 2.
fn mean_field(rumor: Rumor) -> f64 {
    root(f64::from(rumor.k) + 1.0)
}

/// The least root of s = e^(-c(1-s)).
fn root(c: f64) -> f64 {
    // The right side is flat around the root, so iterating from 0 climbs to it.
    (0..200).fold(0.0, |s, _| exp(-c * (1.0 - s)))
}

/// The exponent of a choice by distance on the line.
fn exponent(case: &Case) -> Option<f64> {
    let plain = case.latency_zero && case.single() && case.lossless() && case.clock == CaseClock::Aligned;
    let alone = case.rumor.is_none() && case.calls.is_none() && !case.backup && case.graph == GraphClass::Line;
    case.spatial.filter(|_| plain && alone)
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::super::{CaseStrategy, Law, laws, predict};
    use super::*;

    fn texts(case: &Case) -> Vec<String> {
        laws(case).iter().map(Law::statement).collect()
    }

    fn names(case: &Case) -> Vec<&'static str> {
        laws(case).iter().map(|law| law.name).filter(|name| *name != "k-a-sender").collect()
    }

    const COIN: Rumor = Rumor { k: 1, coin: true, feedback: true, minimization: false };

    fn push(rumor: Rumor) -> Case {
        Case { rumor: Some(rumor), ..case(1000, CaseStrategy::Push) }
    }

    #[test]
    fn the_mean_field_residue_is_that_of_the_paper() {
        // "20 % at k = 1, 6 % at k = 2"; both sides of the equation agree.
        let of = |k| mean_field(Rumor { k, ..COIN });
        assert!((of(1) - 0.2032).abs() < 1e-4 && (of(2) - 0.0595).abs() < 1e-4);
        for k in 1..10 {
            assert!((of(k) - exp(-(f64::from(k) + 1.0) * (1.0 - of(k)))).abs() < 1e-12, "{k}");
        }
    }

    #[test]
    fn the_mean_field_is_that_of_coins_by_poisson_clocks_and_of_nothing_else() {
        let poisson = |rumor| Case { clock: CaseClock::Poisson, ..push(rumor) };
        let two = Rumor { k: 2, ..COIN };
        assert_eq!(names(&poisson(two)), ["coin-residue", "residue-by-traffic"]);
        assert!(
            texts(&poisson(COIN))
                .contains(&"mean field: s = e^(-(c+1)(1-s)), c = gossip.spread.k, here s = 0.2032".to_owned())
        );
        // In aligned rounds, with a counter, and where counters are compared, other nodes are left out.
        let counter = Rumor { coin: false, ..two };
        for case in [push(two), poisson(counter), push(Rumor { minimization: true, ..counter })] {
            assert_eq!(names(&case), ["residue-by-traffic"], "{case:?}");
            assert_eq!(predict(&case), None);
        }
        // Behind anti-entropy nobody is left out for ever.
        assert!(names(&Case { backup: true, ..poisson(two) }).is_empty());
        assert!(names(&Case { peers_uniform: false, ..poisson(two) }).is_empty());
        // Where next to nobody is left out, runs end when all know.
        assert!(names(&push(Rumor { k: 9, ..two })).is_empty());
    }

    #[test]
    fn blind_spreaders_send_k_updates_each() {
        let blind = Rumor { k: 3, feedback: false, ..COIN };
        assert_eq!(names(&push(blind)), ["residue-by-traffic", "blind-traffic"]);
    }

    #[test]
    fn a_connection_limit_bounds_the_residue_on_both_sides() {
        let limited = Case { calls: Some(1), ..push(Rumor { k: 2, ..COIN }) };
        assert_eq!(names(&limited), ["residue-of-one-call"]);
        for other in [Case { calls: Some(2), ..limited.clone() }, Case { hunt: 1, ..limited.clone() }] {
            assert!(names(&other).is_empty(), "{other:?}");
        }
    }

    #[test]
    fn one_answered_call_a_round_has_its_law() {
        let limited = Case { calls: Some(1), ..case(65_536, CaseStrategy::Eager) };
        let law = laws(&limited).into_iter().find(|law| law.claim.kind() == "mean").unwrap();
        // ln 65536 (1 / ln 2.264241 + 1/2) = 11.0904 × 1.723659
        assert!(matches!(law.claim, Claim::About(rounds) if (rounds - 19.116).abs() < 0.01), "{law:?}");
    }

    #[test]
    fn traffic_over_the_middle_of_a_line_depends_on_the_exponent() {
        let text = |spatial| {
            let (graph, spatial) = (GraphClass::Line, Some(spatial));
            let case = Case { graph, spatial, peers_uniform: false, ..case(1024, CaseStrategy::Pull) };
            assert!(laws(&case).iter().all(|law| law.claim.kind() != "lower-bound"), "contacts are no hops");
            texts(&case).join("; ")
        };
        for (exponent, law) in
            [(0.5, "O(n) "), (1.0, "O(n / log n)"), (1.5, "O(n^(2-a))"), (2.0, "O(log n)"), (3.0, "O(1)")]
        {
            assert!(text(exponent).contains(law), "{exponent}: {}", text(exponent));
        }
    }
}
