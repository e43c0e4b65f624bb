//! How the rounds grow with n, where no number is known.

use libm::{log2, pow};

use super::case::Case;
use super::rule::{Claim, Rule, Tolerance};
use super::{bounds, pieces};
use crate::topology::GraphClass;

const FEIGE: &str = "Feige, Peleg, Raghavan & Upfal 1990";

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "hypercube-growth",
        text: "Θ(log n)",
        source: FEIGE,
        domain: "hypercube, no loss, any fanout",
        slack: Tolerance::None,
        covers: |case| lossless(case) && case.graph == GraphClass::Hypercube,
        claim: |_| Claim::Growth,
    },
    Rule {
        name: "hypercube-slower",
        text: "a constant factor above log2 n + ln n, so slower than the complete graph",
        source: "Panagiotou, Pérez-Giménez, Sauerwald & Sun 2015",
        domain: "hypercube of at least 64 nodes, push, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| case.plain() && case.pushes() && case.graph == GraphClass::Hypercube && case.nodes >= 64,
        claim: |_| Claim::Growth,
    },
    Rule {
        name: "lattice-growth",
        text: "Θ(diameter)",
        source: FEIGE,
        domain: "grid and torus whose diameter is at least 2 log2 n, no loss, any fanout",
        slack: Tolerance::None,
        covers: |case| {
            let lattice = matches!(case.graph, GraphClass::Torus { .. } | GraphClass::Grid { .. });
            lossless(case) && lattice && far(case)
        },
        claim: |_| Claim::Growth,
    },
    Rule {
        name: "wide-ring-growth",
        text: "Θ(n / neighbors), as the diameter",
        source: FEIGE,
        domain: "ring with two or more neighbours a side whose diameter is at least 2 log2 n, no loss, any fanout",
        slack: Tolerance::None,
        covers: |case| {
            lossless(case) && far(case) && matches!(case.graph, GraphClass::Ring { neighbors } if neighbors > 1)
        },
        claim: |_| Claim::Growth,
    },
    Rule {
        name: "attachment-push-pull",
        text: "Θ(log n)",
        source: "Doerr, Fouz & Friedrich 2011",
        domain: "Barabási-Albert with 2 links or more, push-pull, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| {
            let linked = matches!(case.graph, GraphClass::PreferentialAttachment { links } if links >= 2);
            case.plain() && case.does_both() && linked
        },
        claim: |_| Claim::Growth,
    },
    // Some late node has links to nodes of degree n^(1/links) alone, and waits as long until one of them chooses it. By
    // pull the rumor waits as long only if it starts at such a node, which are few.
    Rule {
        name: "attachment-push",
        text: "polynomial in n, unlike push-pull",
        source: "Chierichetti, Lattanzi & Panconesi 2009",
        domain: "Barabási-Albert with 2 links or more but n^(1/links) >= e^2, push, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| {
            let few = |links: u32| links >= 2 && pow(case.n(), 1.0 / f64::from(links)) >= libm::exp(2.0);
            let linked = matches!(case.graph, GraphClass::PreferentialAttachment { links } if few(links));
            case.plain() && case.pushes() && linked
        },
        claim: |_| Claim::Growth,
    },
    Rule {
        name: "conductance",
        text: "O(log n / φ), φ the conductance of the graph",
        source: "Giakkoupis 2011",
        domain: "push-pull without loss, on undirected graphs without a sharper law that are in one piece in nine of ten draws",
        slack: Tolerance::None,
        covers: |case| {
            let sharper = matches!(case.graph, GraphClass::Complete | GraphClass::Line | GraphClass::Star)
                || matches!(case.graph, GraphClass::Ring { neighbors: 1 });
            let undirected = case.graph != GraphClass::Directed;
            lossless(case) && case.does_both() && !sharper && undirected && pieces::mostly_connected(case)
        },
        claim: |_| Claim::Growth,
    },
];

fn lossless(case: &Case) -> bool {
    case.theorem() && case.lossless()
}

fn far(case: &Case) -> bool {
    bounds::distance(case).is_some_and(|hops| hops >= 2.0 * log2(case.n()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::super::{CaseStrategy, laws};
    use super::*;
    use CaseStrategy::{Digest, Eager, Pull, Push};

    fn growth(graph: GraphClass, nodes: u32, strategy: CaseStrategy) -> Vec<&'static str> {
        let laws = laws(&Case { graph, ..case(nodes, strategy) });
        laws.into_iter().filter(|law| law.claim == Claim::Growth).map(|law| law.name).collect()
    }

    #[test]
    fn graphs_without_a_mean_have_their_growth() {
        assert_eq!(growth(GraphClass::Hypercube, 256, Push), ["hypercube-growth", "hypercube-slower"]);
        assert_eq!(growth(GraphClass::Torus { farthest: 32.0 }, 1024, Pull), ["lattice-growth"]);
        assert_eq!(growth(GraphClass::Other, 256, Eager), ["conductance"]);
        assert!(growth(GraphClass::Complete, 256, Eager).is_empty());
        // Push-pull on an out-star takes n log n rounds.
        assert_eq!(laws(&Case { graph: GraphClass::Directed, ..case(256, Eager) }), []);
    }

    #[test]
    fn preferential_attachment_has_laws_for_two_links_or_more_and_none_for_a_tree() {
        let of = |links, strategy| growth(GraphClass::PreferentialAttachment { links }, 256, strategy);
        assert_eq!(of(2, Digest), ["attachment-push-pull", "conductance"]);
        assert_eq!(of(1, Digest), ["conductance"]);
        assert_eq!(of(2, Push), ["attachment-push"]);
        // From a random node pull takes 2.1 times as long among 4096 nodes as among 64: logarithmic.
        assert!(of(2, Pull).is_empty());
        // Nearly complete, and complete: nothing polynomial about them.
        for (links, strategy) in [(1, Push), (250, Push), (254, Pull), (255, Push), (16, Pull)] {
            assert!(of(links, strategy).is_empty(), "{links}");
        }
    }

    #[test]
    fn small_diameters_decide_nothing() {
        // A torus of ten dimensions with sides of 3, a ring with 31 neighbours a side among 64 nodes.
        assert!(growth(GraphClass::Torus { farthest: 10.0 }, 59_049, Push).is_empty());
        assert!(growth(GraphClass::Ring { neighbors: 31 }, 64, Push).is_empty());
        assert_eq!(growth(GraphClass::Ring { neighbors: 2 }, 256, Push), ["wide-ring-growth"]);
    }
}
