//! A case of the theory: what a prediction needs to know of one point of an experiment.

use libm::log;

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

/// How the turns of different nodes lie to each other.
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
    /// How many peers a turn contacts.
    pub fanout: u32,
    /// The probability that one leg arrives, independently of all others; 0 where losses are not independent.
    pub arrives: f64,
    /// Whether losses are independent.
    pub independent_losses: bool,
    /// Who can reach whom.
    pub graph: GraphClass,
    /// About how probable it is that the graph is in one piece; 1 where it has to be, or where no estimate says less.
    pub connected: f64,
    /// How the turns lie to each other.
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
    /// Whether nodes crash, come and go, or do not do their part, or paths are cut.
    pub faults: bool,
    /// Whether it is something that no law here is about: another workload than one rumor, or one that is forwarded at once or
    /// until duplicates come, that several nodes know first, or whose nodes ask more and more rarely.
    pub unmodelled: bool,
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
            && !self.unmodelled
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

/// When nodes lose interest in a rumor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rumor {
    /// The k of the counter or the coin.
    pub k: u32,
    /// Whether interest is lost by chance, else by counting.
    pub coin: bool,
    /// Whether the recipient says if the contact was needed.
    pub feedback: bool,
    /// Whether both parties of a contact compare their counters.
    pub minimization: bool,
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

impl Case {
    /// Nodes behave as in the model of the published theorems, in aligned rounds.
    pub(super) fn theorem(&self) -> bool {
        self.is_of_the_theorems() && self.clock == CaseClock::Aligned
    }

    /// In addition, one contact a turn is all there is, and none is lost.
    pub(super) fn plain(&self) -> bool {
        self.theorem() && self.single() && self.lossless()
    }

    pub(super) fn single(&self) -> bool {
        self.fanout == 1
    }

    pub(super) fn lossless(&self) -> bool {
        self.arrives == 1.0
    }

    pub(super) fn pushes(&self) -> bool {
        self.strategy == CaseStrategy::Push
    }

    pub(super) fn pulls(&self) -> bool {
        self.strategy == CaseStrategy::Pull
    }

    pub(super) fn does_both(&self) -> bool {
        !self.pushes() && !self.pulls()
    }

    /// n as a number of formulas.
    pub(super) fn n(&self) -> f64 {
        f64::from(self.nodes)
    }

    pub(super) fn ln_n(&self) -> f64 {
        log(self.n())
    }
}
