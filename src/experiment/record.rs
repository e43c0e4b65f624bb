//! What one run left behind.

use crate::column::Cell;
use crate::engine::{Course, Outcome};
use crate::observe::{QueueReport, Reached, RoundSample};
use crate::time::Span;
use crate::topology::LinkLoad;
use crate::workload::rumor::{Ending, ReachedInRegion};

/// What one run left behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Number of its point.
    pub point: u32,
    /// Number of its replicate.
    pub replicate: u64,
    /// How it ended, and the totals.
    pub ending: Ending,
    /// Live nodes at the end.
    pub live: u64,
    /// Its state at the end of every round, from round 0.
    pub curve: Vec<RoundSample>,
    /// When which shares of the live nodes knew.
    pub reached: Reached,
    /// When which shares of the nodes of each region did, where nodes are in regions and are told a rumor.
    pub by_region: Option<Vec<ReachedInRegion>>,
    /// The pieces of its graph, where there is more than one.
    pub split: Option<Split>,
    /// What went over each link of its graph, if that is recorded.
    pub traffic: Option<Vec<LinkLoad>>,
    /// What passed the queues of its nodes, where they have any.
    pub queues: Option<Box<QueueReport>>,
    /// The courses of its updates, where there are many; the first of them.
    pub courses: Vec<Course>,
    /// What the workload measured, in the order of its columns; nothing of the rumor, which is told by the rest.
    pub measured: Vec<Cell>,
}

impl Record {
    /// The round, by rounds of length `interval`, in which the last live node learned, of a run that converged; 0 if
    /// nobody had to.
    pub fn rounds(&self, interval: Span) -> Option<u64> {
        self.ending.rounds(interval)
    }

    /// Whether every live node has the update.
    pub fn converged(&self) -> bool {
        self.ending.outcome == Outcome::Converged
    }
}

/// A graph in pieces, or one that is directed so that an update cannot get everywhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The sizes of the pieces, largest first.
    pub sizes: Vec<u32>,
    /// Nodes that an update from the origin can get to.
    pub reachable: u64,
}
