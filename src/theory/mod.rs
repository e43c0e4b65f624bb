//! What published formulas and exact chains predict for a case, before anything is simulated.
//!
//! Grades of knowledge: [`laws`] gives all published and derived laws that hold for a case, be they means, ranges, bounds
//! or laws of growth, and [`predict`] the mean among them; [`exact()`] the whole distribution of rounds where few
//! states describe a spreading, as on the complete graph ([`chain`]); [`meanfield`] the expected course of one
//! spreading. A law stands in one [`table`] with what it holds for, and is never said of anything else.

mod births;
mod bounds;
mod case;
pub mod chain;
mod class;
mod complete;
mod contacts;
pub mod distribution;
mod exact;
mod fronts;
mod growth;
mod law;
pub mod meanfield;
mod occupancy;
mod paths;
mod pieces;
mod poisson;
mod predict;
mod regular;
mod rule;
mod rumor;
mod star;
mod truncated_pmf;

pub use case::{Case, CaseClock, CaseStrategy, Contact, Rumor};
pub use class::growth_law;
pub use distribution::Distribution;
pub use exact::{Exact, Unavailable, attempt, exact, work};
pub use law::{laws, table};
pub use paths::harmonic;
pub use predict::{Prediction, predict};
pub use rule::{Claim, Law, Rule, Tolerance};

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::topology::GraphClass;

    /// A case on the complete graph that every law covers.
    pub(crate) fn case(nodes: u32, strategy: CaseStrategy) -> Case {
        Case {
            nodes,
            strategy,
            fanout: 1,
            arrives: 1.0,
            independent_losses: true,
            graph: GraphClass::Complete,
            connected: 1.0,
            clock: CaseClock::Aligned,
            latency_zero: true,
            peers_uniform: true,
            origin: None,
            rumor: None,
            calls: None,
            hunt: 0,
            spatial: None,
            backup: false,
            faults: false,
            unmodelled: false,
        }
    }

    #[test]
    fn what_no_law_covers_has_no_prediction() {
        let base = case(64, CaseStrategy::Push);
        assert!(predict(&base).is_some());
        for other in [
            Case { latency_zero: false, ..base.clone() },
            Case { rumor: Some(Rumor { k: 2, coin: false, feedback: true, minimization: false }), ..base.clone() },
            Case { calls: Some(1), ..base.clone() },
            Case { peers_uniform: false, ..base.clone() },
            Case { arrives: 0.0, ..base.clone() },
            Case { arrives: 0.0, independent_losses: false, ..base.clone() },
            Case { clock: CaseClock::Random, ..base.clone() },
            Case { graph: GraphClass::Other, ..base.clone() },
            Case { graph: GraphClass::Directed, ..base.clone() },
        ] {
            assert_eq!(predict(&other), None, "{other:?}");
        }
    }

    #[test]
    fn a_graph_is_known_by_its_other_names() {
        let of = |graph, nodes| Case { graph, ..case(nodes, CaseStrategy::Push) }.canonical().graph;
        for graph in [
            GraphClass::Ring { neighbors: 4 },
            GraphClass::RandomRegular { degree: 7 },
            GraphClass::PreferentialAttachment { links: 7 },
            GraphClass::ErdosRenyi { mean_degree: 7.0 },
        ] {
            assert_eq!(of(graph, 8), GraphClass::Complete, "{graph:?}");
            assert_eq!(of(graph, 10), graph);
        }
        assert_eq!(of(GraphClass::Hypercube, 4), GraphClass::Ring { neighbors: 1 });
    }

    #[test]
    fn one_node_knows_at_once() {
        assert_eq!(predict(&case(1, CaseStrategy::Pull)).map(|p| p.rounds), Some(0.0));
    }
}
