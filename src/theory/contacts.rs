//! What it costs to tell everybody, how push and pull mirror each other, and how the last ignorant nodes fade.

use super::case::{Case, CaseClock};
use super::rule::{Claim, DEMERS, DERIVED, Rule, Tolerance};
use crate::topology::GraphClass;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "copies-of-push",
        text: "n m updates are sent until all know, m about ln n + 1.07",
        source: DERIVED,
        domain: "complete graph of at least 256 nodes, push, fanout 1, no loss",
        slack: Tolerance::Share(0.05),
        covers: |case| on_complete(case) && case.pushes() && case.nodes >= 256,
        claim: |case| Claim::Traffic(case.ln_n() + 1.07),
    },
    // Played backwards, push is pull: contacts of all rounds have the same law in either order.
    Rule {
        name: "duality",
        text: "a node learns as soon by push as by pull, in the mean over nodes",
        source: "derived: time reversal",
        domain: "push or pull, no loss, on graphs whose nodes are alike; aligned rounds or Poisson clocks",
        slack: Tolerance::None,
        covers: |case| {
            let model = case.is_of_the_theorems() && case.lossless() && case.clock != CaseClock::Random;
            model && !case.does_both() && alike(case)
        },
        claim: |_| Claim::Note,
    },
    Rule {
        name: "tail-of-push",
        text: "near the end a round leaves 1/e of the ignorant nodes",
        source: DEMERS,
        domain: "complete graph, push, fanout 1, no loss",
        slack: Tolerance::Share(0.05),
        covers: |case| on_complete(case) && case.pushes(),
        claim: |_| Claim::Note,
    },
    Rule {
        name: "tail-of-pull",
        text: "near the end a round squares the share of ignorant nodes",
        source: DEMERS,
        domain: "complete graph, pull, fanout 1, no loss",
        slack: Tolerance::None,
        covers: |case| on_complete(case) && case.pulls(),
        claim: |_| Claim::Note,
    },
];

fn on_complete(case: &Case) -> bool {
    case.plain() && case.graph == GraphClass::Complete && case.nodes > 2
}

/// Whether all nodes have as many neighbours, and a place like that of all others, at least in law.
fn alike(case: &Case) -> bool {
    match case.graph {
        GraphClass::Complete
        | GraphClass::Ring { .. }
        | GraphClass::Torus { .. }
        | GraphClass::Hypercube
        | GraphClass::RandomRegular { .. } => true,
        GraphClass::Line
        | GraphClass::Star
        | GraphClass::Grid { .. }
        | GraphClass::ErdosRenyi { .. }
        | GraphClass::PreferentialAttachment { .. }
        | GraphClass::KOut { .. }
        | GraphClass::Geometric
        | GraphClass::Other
        | GraphClass::Directed => false,
    }
}
