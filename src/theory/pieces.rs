//! How likely random graphs are in one piece, without which nobody can tell everybody. How likely is an estimate of the
//! topology's own, the one by which `connected = true` is refused where it is hopeless.

use super::case::Case;
use super::regular;
use super::rule::{Claim, Rule, Tolerance};
use crate::topology::GraphClass;

/// A graph that is more likely in one piece is not worth a word.
const SURE: f64 = 0.999;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "erdos-renyi-connected",
        text: "connected with probability about e^(-n q^(n-1)), q that two nodes are not joined",
        source: "Gilbert 1959; Erdős & Rényi 1959",
        domain: "Erdős-Rényi graph of at least 16 nodes that need not be connected, with probability below 0.999",
        slack: Tolerance::Within(0.03, 0.03),
        covers: |case| in_pieces(case) && case.nodes >= 16 && matches!(case.graph, GraphClass::ErdosRenyi { .. }),
        claim,
    },
    // That no node is alone is necessary, and enough only in the limit: where 7 neighbours are the mean among 256 nodes,
    // 0.81 are without lonely nodes and 0.71 are connected.
    Rule {
        name: "geometric-connected",
        text: "connected with probability at most about e^(-n q), q that a node is alone",
        source: "Penrose 1997",
        domain: "geometric graph of at least 64 nodes that need not be connected, with probability below 0.999",
        slack: Tolerance::Within(0.45, 0.03),
        covers: |case| in_pieces(case) && case.nodes >= 64 && case.graph == GraphClass::Geometric,
        claim,
    },
    Rule {
        name: "one-choice-connected",
        text: "connected, so one cycle with trees, with probability about e sqrt(π/(2n))",
        source: "Katz 1955",
        domain: "k-out graph of 1 choice a node that need not be connected, at least 4 nodes",
        slack: Tolerance::None,
        covers: |case| in_pieces(case) && case.graph == GraphClass::KOut { choices: 1 },
        claim,
    },
    // Of the (n-1)!/2 cycles through all nodes and about n! e^(-3/4) / sqrt(πn) graphs of degree 2.
    Rule {
        name: "two-regular-connected",
        text: "connected, so one ring, with probability about e^(3/4) sqrt(π/n) / 2",
        source: "derived: counts of 2-regular graphs",
        domain: "random regular graph of degree 2 that need not be connected, at least 16 nodes",
        slack: Tolerance::Within(0.03, 0.03),
        covers: |case| in_pieces(case) && case.nodes >= 16 && regular::degree(case) == Some(2),
        claim,
    },
    Rule {
        name: "one-regular-connected",
        text: "never connected: pairs of nodes",
        source: "derived: degree 1",
        domain: "random regular graph of degree 1, more than 2 nodes",
        slack: Tolerance::None,
        covers: |case| in_pieces(case) && case.nodes > 2 && regular::degree(case) == Some(1),
        claim,
    },
];

fn in_pieces(case: &Case) -> bool {
    case.connected < SURE
}

fn claim(case: &Case) -> Claim {
    Claim::Connected(case.connected)
}

/// Whether a graph is in one piece in nine of ten draws at least, as far as is known.
pub(super) fn mostly_connected(case: &Case) -> bool {
    case.connected >= 0.9
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::super::{CaseStrategy, Law, laws};
    use super::*;

    fn of(graph: GraphClass, nodes: u32, connected: f64) -> Vec<Law> {
        laws(&Case { graph, connected, ..case(nodes, CaseStrategy::Eager) })
    }

    #[test]
    fn graphs_mostly_in_pieces_say_so_and_have_no_law_of_rounds() {
        for graph in [
            GraphClass::ErdosRenyi { mean_degree: 4.0 },
            GraphClass::Geometric,
            GraphClass::KOut { choices: 1 },
            GraphClass::RandomRegular { degree: 2 },
            GraphClass::RandomRegular { degree: 1 },
        ] {
            let found = of(graph, 1024, 0.2);
            assert!(matches!(found[..], [Law { claim: Claim::Connected(0.2), .. }]), "{graph:?}: {found:?}");
            // In one piece, be it by chance or because it has to be.
            let kinds: Vec<&str> = of(graph, 1024, 1.0).iter().map(|law| law.claim.kind()).collect();
            assert_eq!(kinds, ["growth"], "{graph:?}");
            let kinds: Vec<&str> = of(graph, 1024, 0.95).iter().map(|law| law.claim.kind()).collect();
            assert_eq!(kinds, ["connected", "growth"], "{graph:?}");
        }
        assert_eq!(of(GraphClass::Other, 1024, 0.2), []);
    }
}
