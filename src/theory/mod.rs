//! What published formulas and exact chains predict for a case, before anything is simulated.
//!
//! Grades of knowledge: [`laws`] gives all published and derived laws that cover a case, be they means, ranges, bounds
//! or laws of growth, and [`predict`] the mean among them; [`exact()`] the whole distribution of rounds where few
//! states describe a spreading, as on the complete graph ([`chain`]); [`meanfield`] the expected course of one
//! spreading.

mod births;
pub mod chain;
mod class;
mod complete;
pub mod distribution;
mod exact;
mod fronts;
mod law;
pub mod meanfield;
mod paths;
mod poisson;
mod regular;
mod rumor;
mod star;
mod throw;
mod window;

pub use class::growth_law;
pub use distribution::Distribution;
pub use exact::{Exact, Gap, attempt, exact, work};
pub use law::{Claim, Law, laws, line_distance};
pub use paths::harmonic;
pub use rumor::Rumor;

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

/// Who can reach whom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CaseGraph {
    /// Everybody reaches everybody.
    Complete,
    /// A closed line; each node reaches this many on each side.
    Ring {
        /// On each side.
        neighbors: u32,
    },
    /// An open line.
    Line,
    /// Node 0 reaches everybody, everybody else only node 0.
    Star,
    /// A uniform graph in which every node has the same degree.
    RandomRegular {
        /// That degree.
        degree: u32,
    },
    /// Every edge is there with the same probability.
    ErdosRenyi {
        /// Neighbours per node, in the mean.
        mean_degree: f64,
    },
    /// Nodes whose numbers differ in one bit reach each other.
    Hypercube,
    /// A lattice with borders.
    Grid {
        /// Hops from the origin to the farthest node; their mean if the origin is drawn.
        farthest: f64,
    },
    /// A lattice whose borders are joined.
    Torus {
        /// Hops from any node to the farthest.
        farthest: f64,
    },
    /// Each new node links to some of the others, the more likely the more neighbours they have.
    PreferentialAttachment,
    /// A graph without a law of its own here.
    Other,
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
    /// The probability that one leg arrives, independently of all others.
    pub arrives: f64,
    /// Who can reach whom.
    pub graph: CaseGraph,
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
    /// The exponent of a choice by distance.
    pub spatial: Option<f64>,
}

impl Case {
    /// Whether nodes behave as in the model of the published theorems: updates spread for ever, peers are chosen
    /// uniformly and afresh, who is called answers, and legs take no time.
    pub fn is_of_the_theorems(&self) -> bool {
        self.latency_zero && self.rumor.is_none() && self.calls.is_none() && self.peers_uniform
    }
}

/// What a law says of a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prediction {
    /// The mean round in which the last node learns. Poisson clocks make its time X continuous; the round is
    /// floor(X) + 1, whose mean is E\[X\] + 1/2 up to what X's law leaves uneven within a round (1e-4 at a standard
    /// deviation of 0.9, and falling fast).
    pub rounds: f64,
    /// The mean time at which the last node learns, in intervals; of aligned rounds it is `rounds` - 1.
    pub time: f64,
    /// The law, such as `log2 n + ln n`, for n nodes, fanout k, and legs that arrive with probability p.
    pub law: &'static str,
    /// Who published it, or "derived".
    pub source: &'static str,
    /// Whether `rounds` is the mean itself, rather than the mean up to a bounded or vanishing term.
    pub exact: bool,
}

impl Prediction {
    /// Of aligned rounds, where what happens in round r happens at time r - 1.
    fn rounds(rounds: f64, law: &'static str, source: &'static str) -> Self {
        Prediction { rounds, time: (rounds - 1.0).max(0.0), law, source, exact: false }
    }

    fn exactly(self) -> Self {
        Prediction { exact: true, ..self }
    }

    /// Of a continuous time.
    fn time(time: f64, law: &'static str, source: &'static str) -> Self {
        Prediction { rounds: time + 0.5, time, law, source, exact: false }
    }
}

/// The mean number of rounds, where a law covers the case.
///
/// The laws hold for updates that spread for ever, peers chosen uniformly and legs without latency, as in the
/// published models; and for at least one way to deliver (`arrives` > 0).
pub fn predict(case: &Case) -> Option<Prediction> {
    let sound = case.arrives > 0.0 && case.arrives <= 1.0 && case.fanout > 0 && case.nodes > 0;
    if !case.is_of_the_theorems() || !sound {
        return None;
    }
    if case.nodes == 1 {
        return Some(Prediction::rounds(0.0, "0", "one node").exactly());
    }
    match case.clock {
        CaseClock::Aligned => aligned(case),
        CaseClock::Poisson => poisson::predict(case),
        CaseClock::Random => None,
    }
}

fn aligned(case: &Case) -> Option<Prediction> {
    match case.graph {
        CaseGraph::Complete => Some(complete::predict(case)),
        CaseGraph::RandomRegular { degree } => regular::random_regular(case, degree),
        CaseGraph::ErdosRenyi { mean_degree } => regular::erdos_renyi(case, mean_degree),
        CaseGraph::Ring { neighbors } => paths::ring(case, neighbors),
        CaseGraph::Line => paths::line(case),
        CaseGraph::Star => paths::star(case),
        CaseGraph::Hypercube => regular::cube(case),
        CaseGraph::Grid { .. } | CaseGraph::Torus { .. } | CaseGraph::PreferentialAttachment | CaseGraph::Other => None,
    }
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
            graph: CaseGraph::Complete,
            clock: CaseClock::Aligned,
            latency_zero: true,
            peers_uniform: true,
            origin: None,
            rumor: None,
            calls: None,
            spatial: None,
        }
    }

    #[test]
    fn what_no_law_covers_has_no_prediction() {
        let base = case(64, CaseStrategy::Push);
        assert!(predict(&base).is_some());
        for other in [
            Case { latency_zero: false, ..base.clone() },
            Case { rumor: Some(Rumor { k: 2, coin: false, feedback: true }), ..base.clone() },
            Case { calls: Some(1), ..base.clone() },
            Case { peers_uniform: false, ..base.clone() },
            Case { arrives: 0.0, ..base.clone() },
            Case { clock: CaseClock::Random, ..base.clone() },
            Case { graph: CaseGraph::Other, ..base.clone() },
        ] {
            assert_eq!(predict(&other), None, "{other:?}");
        }
    }

    #[test]
    fn one_node_knows_at_once() {
        assert_eq!(predict(&case(1, CaseStrategy::Pull)).map(|p| (p.rounds, p.time)), Some((0.0, 0.0)));
    }
}
