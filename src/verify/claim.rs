//! What is looked at in the runs of a case, and what may be claimed of it.

use super::coin_chain::CoinChain;
use crate::scenario::Point;
use crate::workload::rumor::Ending;

/// What is looked at in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The round in which the last node learned; the run must have converged.
    Rounds,
    /// The instant at which the last node learned, in intervals; the run must have converged.
    Time,
    /// The share of nodes that never learned.
    Residue,
    /// Updates sent per node.
    Traffic,
    /// The round in which the last node that learned did so.
    LastArrival,
    /// The share of calls that were accepted, where every node makes one in each round.
    Accepted,
}

impl Figure {
    /// As it stands in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Figure::Rounds => "rounds",
            Figure::Time => "time",
            Figure::Residue => "residue s",
            Figure::Traffic => "traffic m",
            Figure::LastArrival => "t_last",
            Figure::Accepted => "accepted",
        }
    }

    /// Its value in one run; `None` if the run has none.
    pub(super) fn of(self, point: &Point, ending: &Ending) -> Option<f64> {
        let settings = &point.settings;
        let nodes = f64::from(settings.network.nodes);
        let round = ending.last_learned.unwrap_or_default().round(settings.gossip.interval).number() as f64;
        match self {
            Figure::Rounds => ending.rounds(settings.gossip.interval).map(|rounds| rounds as f64),
            Figure::Time => ending.time().map(|last| last.nanos() as f64 / settings.gossip.interval.nanos() as f64),
            Figure::Residue => ending.tally.residue(),
            Figure::Traffic => Some(ending.tally.updates as f64 / nodes),
            Figure::LastArrival => Some(round),
            Figure::Accepted => Some(1.0 - ending.tally.refused as f64 / ending.tally.turns as f64),
        }
    }
}

/// What is claimed of the runs of a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Claim {
    /// The mean of a figure is known exactly.
    Mean(Figure, f64),
    /// The mean of the rounds is that of their exact law.
    ExactMean,
    /// The distribution of the rounds is their exact law.
    Distribution,
    /// Residue and traffic of blind push with a coin are those of their chain.
    Coin(CoinChain),
    /// The mean was printed so, and the print may be off by so much.
    Print(Figure, f64, f64),
    /// The mean was printed so, and for a reason stated elsewhere it is not judged.
    Shown(Figure, f64),
    /// The mean lies between these bounds.
    Between(Figure, f64, f64),
    /// From the first point to the second the mean of the rounds grows by this much.
    Growth(f64),
}
