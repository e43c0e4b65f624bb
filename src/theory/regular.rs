//! Random graphs, and the cube, in aligned rounds.

use libm::{log, log1p, log2};

use super::case::{Case, CaseStrategy};
use super::rule::{Claim, Rule, Tolerance};
use crate::topology::GraphClass;

const DENSE: f64 = 2.0;
const EXPANDERS: &str = "Daknama, Panagiotou & Reisser 2021";

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "random-regular-push",
        text: "C_d ln n, C_d = 1/ln(2(1-1/d)) - 1/(d ln(1-1/d)), d the degree",
        source: "Fountoulakis & Panagiotou 2010",
        domain: "random regular graph of degree 3 or more, at least 64 nodes, push, fanout 1, no loss",
        slack: Tolerance::Share(0.15),
        covers: |case| case.plain() && case.pushes() && case.nodes >= 64 && degree(case).is_some_and(|d| d >= 3),
        claim: |case| Claim::Leading(degree(case).map_or(0.0, regular_constant) * case.ln_n()),
    },
    // The nodes with few neighbours are told last: c ln(c/(c-1)) is 1.39 at c = 2, 1.12 at c = 5, and 1 in the limit.
    Rule {
        name: "erdos-renyi-push",
        text: "log2 n + γ ln n, γ = c ln(c/(c-1)), c = mean degree / ln n",
        source: "Panagiotou, Pérez-Giménez, Sauerwald & Sun 2015",
        domain: "Erdős-Rényi graph of at least 64 nodes, mean degree 2 ln n to n/2, push, fanout 1, no loss",
        slack: Tolerance::Share(0.3),
        covers: |case| case.plain() && case.pushes() && sparse(case).is_some(),
        claim: |case| {
            let c = sparse(case).unwrap_or(f64::INFINITY);
            Claim::Leading(log2(case.n()) - c * log1p(-1.0 / c) * case.ln_n())
        },
    },
    Rule {
        name: "erdos-renyi-pull",
        text: "log2 n + log2 ln n, as on the complete graph",
        source: EXPANDERS,
        domain: "Erdős-Rényi graph of at least 64 nodes, mean degree 8 ln n to n/2, pull, fanout 1, no loss",
        slack: Tolerance::Share(0.2),
        covers: |case| case.plain() && case.pulls() && sparse(case).is_some_and(|c| c >= 8.0),
        claim: |case| Claim::Leading(log2(case.n()) + log2(case.ln_n())),
    },
    Rule {
        name: "erdos-renyi-push-pull",
        text: "log3 n + log2 ln n, as on the complete graph",
        source: EXPANDERS,
        domain: "Erdős-Rényi graph of at least 64 nodes, mean degree 8 ln n to n/2, push-pull, fanout 1, no loss",
        slack: Tolerance::Share(0.2),
        covers: |case| case.plain() && case.does_both() && sparse(case).is_some_and(|c| c >= 8.0),
        claim: |case| Claim::Leading(case.ln_n() / log(3.0) + log2(case.ln_n())),
    },
    Rule {
        name: "cube-push",
        text: "chain over the subsets of the 3-cube",
        source: "derived: all subsets of 8 nodes",
        domain: "hypercube of 8 nodes, push, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| on_cube(case) && case.strategy == CaseStrategy::Push,
        claim: |_| Claim::Exactly(5.777_39),
    },
    Rule {
        name: "cube-pull",
        text: "chain over the subsets of the 3-cube",
        source: "derived: all subsets of 8 nodes",
        domain: "hypercube of 8 nodes, pull, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| on_cube(case) && case.strategy == CaseStrategy::Pull,
        claim: |_| Claim::Exactly(5.216_20),
    },
    Rule {
        name: "cube-push-pull",
        text: "chain over the subsets of the 3-cube",
        source: "derived: all subsets of 8 nodes",
        domain: "hypercube of 8 nodes, push-pull, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| on_cube(case) && case.does_both(),
        claim: |_| Claim::Exactly(3.629_61),
    },
];

/// The degree of a random regular graph.
pub(super) fn degree(case: &Case) -> Option<u32> {
    match case.graph {
        GraphClass::RandomRegular { degree } => Some(degree),
        _ => None,
    }
}

fn regular_constant(degree: u32) -> f64 {
    let d = f64::from(degree);
    1.0 / log(2.0 * (1.0 - 1.0 / d)) - 1.0 / (d * log1p(-1.0 / d))
}

/// The mean degree of an Erdős-Rényi graph in multiples of ln n, where it is connected and far from complete.
fn sparse(case: &Case) -> Option<f64> {
    match case.graph {
        GraphClass::ErdosRenyi { mean_degree } => {
            let c = mean_degree / case.ln_n();
            (case.nodes >= 64 && c >= DENSE && mean_degree <= case.n() / 2.0).then_some(c)
        }
        _ => None,
    }
}

fn on_cube(case: &Case) -> bool {
    case.plain() && case.graph == GraphClass::Hypercube && case.nodes == 8
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::super::{Law, laws, predict};
    use super::*;
    use CaseStrategy::{Eager, Pull, Push};

    fn first(graph: GraphClass, nodes: u32, strategy: CaseStrategy) -> Option<Law> {
        laws(&Case { graph, ..case(nodes, strategy) }).first().copied()
    }

    fn leading(graph: GraphClass, nodes: u32, strategy: CaseStrategy) -> Option<f64> {
        match first(graph, nodes, strategy)?.claim {
            Claim::Leading(rounds) => Some(rounds),
            _ => None,
        }
    }

    #[test]
    fn push_on_a_random_regular_graph_follows_its_constant_to_leading_order() {
        // C_3 = 1/ln(4/3) - 1/(3 ln(2/3)) = 3.476059 + 0.822101; C_8 = 1/ln(7/4) - 1/(8 ln(7/8)) = 1.786940 + 0.936109
        let of = |degree| leading(GraphClass::RandomRegular { degree }, 1024, Push);
        for (degree, constant) in [(3, 4.298_161), (8, 2.723_050)] {
            let rounds = of(degree).unwrap();
            assert!((rounds / log(1024.0) - constant).abs() < 2e-6, "{degree}: {rounds}");
        }
        assert_eq!((of(2), of(1)), (None, None));
        // More neighbours tend to the complete graph.
        assert!(of(4) > of(16) && (of(1000).unwrap() - 16.93).abs() < 0.05);
        // No number stands beside a measured mean.
        assert_eq!(predict(&Case { graph: GraphClass::RandomRegular { degree: 8 }, ..case(1024, Push) }), None);
    }

    #[test]
    fn near_the_threshold_the_end_of_push_is_longer_than_on_the_complete_graph() {
        let of = |c: f64| leading(GraphClass::ErdosRenyi { mean_degree: c * log(1024.0) }, 1024, Push);
        // 5 ln(5/4) = 1.1157: 11.6 % of ln n more.
        assert!((of(5.0).unwrap() - 10.0 - 1.115_718 * log(1024.0)).abs() < 1e-5, "{:?}", of(5.0));
        assert!(of(2.0) > of(5.0) && of(1.9).is_none());
    }

    #[test]
    fn only_a_dense_random_graph_is_like_the_complete_one_and_only_to_leading_order() {
        let of = |mean_degree, strategy| leading(GraphClass::ErdosRenyi { mean_degree }, 1024, strategy);
        assert_eq!((of(10.0, Pull), of(40.0, Eager)), (None, None));
        assert!((of(60.0, Pull).unwrap() - 12.79).abs() < 0.01);
        // p = .6 among 40 nodes: everybody calls all whom it knows, and two hops are enough.
        let flood = Case { fanout: 39, graph: GraphClass::ErdosRenyi { mean_degree: 23.4 }, ..case(40, Push) };
        assert!(laws(&flood).iter().all(|law| law.claim.numbers()[1].is_none()), "{:?}", laws(&flood));
    }
}
