//! What the mean number of rounds lies between, or cannot be below.

use libm::{log, log1p, log2};

use super::case::{Case, CaseClock};
use super::rule::{Claim, DERIVED, Rule, Tolerance};
use crate::topology::GraphClass;
use crate::topology::class::line_distance;

pub(super) const RULES: &[Rule] = &[
    // The upper end has a term o(1) more, which is none at any size that was tried.
    Rule {
        name: "push-range",
        text: "floor(log2 n) + ln n - 1.116 to ceil(log2 n) + ln n + 2.765 + o(1)",
        source: "Doerr & Künnemann 2014",
        domain: "complete graph, push, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| case.plain() && case.pushes() && case.graph == GraphClass::Complete,
        claim: |case| {
            let (log2, ln) = (log2(case.n()), case.ln_n());
            Claim::Between(log2.floor() + ln - 1.116, log2.ceil() + ln + 2.765)
        },
    },
    // In an aligned round without latency news travels one hop, also behind a limit of calls or with hunting.
    Rule {
        name: "hop-a-round",
        text: "at least the distance to the farthest node, one hop a round",
        source: DERIVED,
        domain: "graphs whose distances are known, aligned rounds, no latency; any peers, loss, fanout and interest",
        slack: Tolerance::None,
        covers: |case| in_rounds(case) && distance(case).is_some_and(|hops| hops > 1.0),
        claim: |case| Claim::AtLeast(distance(case).unwrap_or(0.0)),
    },
    Rule {
        name: "k-a-sender",
        text: "at least log_{1+k} n, each sender tells k others",
        source: DERIVED,
        domain: "push on any graph, aligned rounds, no latency, no anti_entropy; any peers, loss and interest",
        slack: Tolerance::None,
        covers: |case| {
            let pushes = in_rounds(case) && case.pushes() && !case.backup;
            pushes && doublings(case) > distance(case).unwrap_or(1.0)
        },
        claim: |case| Claim::AtLeast(doublings(case)),
    },
];

fn in_rounds(case: &Case) -> bool {
    case.clock == CaseClock::Aligned && case.latency_zero
}

fn doublings(case: &Case) -> f64 {
    log(case.n()) / log1p(case.fanout.into())
}

/// From the origin to the farthest node, in hops; the mean over origins if that is drawn.
pub(super) fn distance(case: &Case) -> Option<f64> {
    let n = case.nodes;
    if case.spatial.is_some() {
        // Whoever chooses by distance reaches anybody.
        return Some(1.0);
    }
    match case.graph {
        GraphClass::Complete => Some(1.0),
        GraphClass::Ring { neighbors } => Some(f64::from((n / 2).div_ceil(neighbors.max(1)))),
        GraphClass::Line => Some(line_distance(n, case.origin)),
        GraphClass::Star => {
            let leaf = if n > 2 { 2.0 } else { 1.0 };
            Some(match case.origin {
                Some(0) => 1.0,
                Some(_) => leaf,
                None => (1.0 + f64::from(n - 1) * leaf) / f64::from(n),
            })
        }
        GraphClass::Hypercube => Some(f64::from(n.ilog2())),
        GraphClass::Torus { farthest } | GraphClass::Grid { farthest } => Some(farthest),
        GraphClass::RandomRegular { .. }
        | GraphClass::ErdosRenyi { .. }
        | GraphClass::PreferentialAttachment { .. }
        | GraphClass::KOut { .. }
        | GraphClass::Geometric
        | GraphClass::Other
        | GraphClass::Directed => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::super::{CaseStrategy, Rumor, laws};
    use super::*;
    use CaseStrategy::{Eager, Pull, Push};

    fn lower_bound(case: &Case) -> Option<f64> {
        let bounds = laws(case).into_iter().filter_map(|law| match law.claim {
            Claim::AtLeast(low) => Some(low),
            _ => None,
        });
        bounds.fold(None, |most: Option<f64>, low| Some(most.map_or(low, |most| most.max(low))))
    }

    #[test]
    fn news_travels_one_hop_a_round_whoever_spreads_it() {
        let line = Case { graph: GraphClass::Line, origin: Some(3), ..case(10, Pull) };
        assert_eq!(lower_bound(&line), Some(6.0));
        let rumor = Some(Rumor { k: 2, coin: false, feedback: true, minimization: false });
        let mongers = Case { rumor, peers_uniform: false, ..line.clone() };
        assert_eq!(laws(&mongers).iter().map(|law| law.claim.kind()).collect::<Vec<_>>(), ["lower-bound"]);
        assert_eq!(lower_bound(&Case { latency_zero: false, ..line.clone() }), None);
        assert_eq!(lower_bound(&Case { clock: CaseClock::Random, ..line }), None);
        assert_eq!(lower_bound(&Case { graph: GraphClass::Ring { neighbors: 3 }, ..case(20, Pull) }), Some(4.0));
        assert_eq!(lower_bound(&Case { graph: GraphClass::Torus { farthest: 16.0 }, ..case(256, Push) }), Some(16.0));
        assert_eq!(lower_bound(&Case { graph: GraphClass::Hypercube, ..case(256, Eager) }), Some(8.0));
    }

    #[test]
    fn each_sender_tells_k_others_unless_it_also_compares_versions() {
        assert_eq!(lower_bound(&case(1024, Push)), Some(10.0));
        assert_eq!(lower_bound(&Case { backup: true, ..case(1024, Push) }), None);
    }
}
