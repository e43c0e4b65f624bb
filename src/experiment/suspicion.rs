//! One run of a failure detector in which it is recorded how one node waits for another.

use std::cell::RefCell;

use super::failure::Fault;
use super::faults::FaultSchedule;
use super::general::{self, Remembered, Runnable};
use super::graph::on_graph;
use super::record::Record;
use crate::random::Chance;
use crate::settings::Point;
use crate::topology::{Graph, OnGraph};
use crate::units::NodeId;
use crate::workload::detector::{DetectorSettings, Heartbeats, Pair, SuspicionLog, SuspicionRecorder};
use crate::workload::{Common, Runner};

/// A run, and how one node waited for another in it.
#[derive(Clone, Debug)]
pub struct Watched {
    /// What [`run`](super::run) gives.
    pub record: Record,
    /// What changed between the two.
    pub log: SuspicionLog,
}

/// Runs replicate `replicate` of `point`, whose workload is `detector`, as [`run`](super::run) does, and keeps how one node
/// of `pair` waits for the other.
///
/// # Errors
/// See [`Fault`].
pub fn suspicion(
    detector: &DetectorSettings,
    point: &Point,
    replicate: u64,
    pair: Pair,
    keep_going: &dyn Fn() -> bool,
) -> Result<Watched, Fault> {
    let recorded = Recorded { detector, recorder: RefCell::new(SuspicionRecorder::new(pair)) };
    let record = general::run(&recorded, point, replicate, (&mut Remembered::default(), None), (keep_going, None))?;
    Ok(Watched { record, log: recorded.recorder.into_inner().finish() })
}

/// A failure detector whose runs are recorded.
struct Recorded<'a> {
    detector: &'a DetectorSettings,
    recorder: RefCell<SuspicionRecorder>,
}

impl Runnable for Recorded<'_> {
    fn run_by<R: Runner>(&self, common: &Common, _: &Chance, runner: R) -> Option<R::Output> {
        Some(self.detector.run_recorded(common, runner, &mut self.recorder.borrow_mut()))
    }
}

/// The pair to look at where `node` or `monitor` is not given: the first node that crashes in the run, or if none does the
/// first that there is; and the first that it may send heartbeats to, one that does not crash if there is one. `None` where
/// there is no such.
///
/// # Errors
/// See [`Fault`].
pub fn default_pair(
    detector: &DetectorSettings,
    point: &Point,
    replicate: u64,
    [node, monitor]: [Option<NodeId>; 2],
) -> Result<Option<Pair>, Fault> {
    let settings = &point.settings;
    let chance = point.chance(replicate);
    let crashes: Vec<NodeId> = FaultSchedule::draw(settings, &chance).nodes.crashes().collect();
    let all = || (0..settings.all_nodes()).map(NodeId::new);
    let other = |node: &NodeId| Some(*node) != monitor;
    let Some(node) = node.or_else(|| crashes.iter().copied().chain(all()).find(other)) else { return Ok(None) };
    let monitor = match monitor {
        Some(monitor) => Some(monitor),
        None => {
            let mut others: Vec<NodeId> = match detector.heartbeats {
                Heartbeats::Direct => on_graph(point, replicate, NeighborsOf(node))?,
                Heartbeats::Gossip => all().filter(|other| *other != node).collect(),
            };
            others.sort_unstable();
            others.iter().find(|other| !crashes.contains(other)).or(others.first()).copied()
        }
    };
    Ok(monitor.map(|monitor| Pair { monitor, node }))
}

/// The neighbours of a node, or those that it leads to.
struct NeighborsOf(NodeId);

impl OnGraph for NeighborsOf {
    type Output = Vec<NodeId>;

    fn with<G: Graph>(self, graph: &G) -> Vec<NodeId> {
        (0..graph.degree(self.0)).map(|index| graph.neighbor(self.0, index)).collect()
    }
}
