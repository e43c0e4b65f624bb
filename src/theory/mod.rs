//! What published formulas and exact chains predict for a case, before anything is simulated.
//!
//! Grades of knowledge: [`laws`] gives all published and derived laws that hold for a case, be they means, ranges, bounds
//! or laws of growth, and [`predict`] the mean among them; [`exact()`] the whole distribution of rounds where few
//! states describe a spreading, as on the complete graph ([`chain`]); [`meanfield`] the expected course of one
//! spreading. A law stands in one [`table`] with what it holds for, and is never said of anything else.

mod births;
mod bounds;
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
mod paths;
mod pieces;
mod poisson;
mod regular;
mod rumor;
mod star;
mod throw;
mod window;

pub use class::growth_law;
pub use distribution::Distribution;
pub use exact::{Exact, Gap, attempt, exact, work};
pub use law::{Claim, Law, Rule, Slack, laws, table};
pub use paths::harmonic;
pub use rumor::Rumor;

use crate::topology::GraphClass;

/// Who tells whom, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseStrategy {
    /// Who knows tells.
    Push,
    /// Everybody asks.
    Pull,
    /// Push-pull that opens with the update.
    Eager,
    /// Push-pull that opens with the version.
    Digest,
}

/// How the ticks of different nodes lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseClock {
    /// All at once.
    Aligned,
    /// Each at an offset of its own.
    Random,
    /// After exponential gaps.
    Poisson,
}

/// What a prediction needs to know of one point of an experiment.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// How many nodes there are.
    pub nodes: u32,
    /// Who tells whom.
    pub strategy: CaseStrategy,
    /// How many peers a tick contacts.
    pub fanout: u32,
    /// The probability that one leg arrives, independently of all others; 0 where losses are not independent.
    pub arrives: f64,
    /// Whether losses are independent.
    pub independent_losses: bool,
    /// Who can reach whom.
    pub graph: GraphClass,
    /// About how probable it is that the graph is in one piece; 1 where it has to be, or where no estimate says less.
    pub connected: f64,
    /// How the ticks lie to each other.
    pub clock: CaseClock,
    /// Whether legs take no time.
    pub latency_zero: bool,
    /// Whether peers are chosen uniformly, afresh each time.
    pub peers_uniform: bool,
    /// Who knows first; `None` if chosen uniformly.
    pub origin: Option<u32>,
    /// When nodes lose interest, if they do.
    pub rumor: Option<Rumor>,
    /// How many calls a node takes in a round, if not all.
    pub calls: Option<u32>,
    /// How often a refused call is tried elsewhere.
    pub hunt: u32,
    /// The exponent of a choice by distance.
    pub spatial: Option<f64>,
    /// Whether nodes compare versions now and then besides.
    pub backup: bool,
    /// Whether nodes crash, come and go, or paths are cut.
    pub faults: bool,
    /// Whether it is another workload than one rumor.
    pub other_workload: bool,
}

impl Case {
    /// Whether nodes behave as in the model of the published theorems: updates spread for ever, peers are chosen
    /// uniformly and afresh, who is called answers, legs take no time, and nothing fails.
    pub fn is_of_the_theorems(&self) -> bool {
        let answers = self.calls.is_none() && self.hunt == 0;
        self.latency_zero
            && self.rumor.is_none()
            && answers
            && !self.backup
            && self.peers_uniform
            && !self.faults
            && !self.other_workload
    }

    /// The same case, its graph by the plainest of its names: what is complete is called so, and so are the ring and
    /// the line.
    pub fn canonical(&self) -> Self {
        let others = self.nodes.saturating_sub(1);
        let complete = match self.graph {
            GraphClass::Ring { neighbors } => neighbors.saturating_mul(2) >= others,
            GraphClass::RandomRegular { degree } => degree >= others,
            GraphClass::PreferentialAttachment { links: each } | GraphClass::KOut { choices: each } => each >= others,
            GraphClass::ErdosRenyi { mean_degree } => mean_degree >= f64::from(others),
            GraphClass::Line | GraphClass::Star | GraphClass::Hypercube => self.nodes <= 2,
            GraphClass::Complete | GraphClass::Grid { .. } | GraphClass::Torus { .. } => false,
            GraphClass::Geometric | GraphClass::Other | GraphClass::Directed => false,
        };
        let graph = match self.graph {
            _ if complete => GraphClass::Complete,
            GraphClass::Hypercube if self.nodes == 4 => GraphClass::Ring { neighbors: 1 },
            graph => graph,
        };
        Case { graph, ..self.clone() }
    }
}

/// The law of the mean number of rounds of a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// The mean number of rounds.
    pub rounds: f64,
    /// Whether that is the mean itself, rather than the mean up to a bounded term.
    pub exact: bool,
    /// The law, such as `log2 n + ln n`.
    pub law: &'static str,
    /// Who published it, or "derived".
    pub source: &'static str,
}

/// The mean number of rounds, where a law of it holds for the case: the first [`Claim::Exactly`] or [`Claim::About`] of
/// its [`laws`]. Leading terms are none.
pub fn predict(case: &Case) -> Option<Prediction> {
    if case.nodes == 1 && case.is_of_the_theorems() {
        return Some(Prediction { rounds: 0.0, exact: true, law: "0", source: "one node" });
    }
    laws(case).into_iter().find_map(|law| {
        let (rounds, exact) = match law.claim {
            Claim::Exactly(rounds) => (rounds, true),
            Claim::About(rounds) => (rounds, false),
            _ => return None,
        };
        Some(Prediction { rounds, exact, law: law.text, source: law.source })
    })
}

/// How often a contact between one who knows and one who does not ends with both knowing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contact {
    /// If the one who knows opened it (a in the laws).
    pub push: f64,
    /// If the other did (b in the laws).
    pub pull: f64,
}

impl CaseStrategy {
    /// What a contact achieves when one leg arrives with probability `arrives`: a push is one leg, a question and its
    /// answer are two, and a digest from one who knows is answered by a question that is answered by the update.
    pub fn contact(self, arrives: f64) -> Contact {
        let answered = arrives * arrives;
        match self {
            CaseStrategy::Push => Contact { push: arrives, pull: 0.0 },
            CaseStrategy::Pull => Contact { push: 0.0, pull: answered },
            CaseStrategy::Eager => Contact { push: arrives, pull: answered },
            CaseStrategy::Digest => Contact { push: answered * arrives, pull: answered },
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

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
            other_workload: false,
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
