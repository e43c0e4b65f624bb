//! A run with all that happened in it, and the graph that it was on.

use std::borrow::Cow;
use std::sync::Arc;

use crate::engine::Conduct;
use crate::experiment::{self, Fault, Record, Traced};
use crate::observe::{EventLog, LoggedMessage};
use crate::settings::Point;
use crate::time::Time;
use crate::topology::{Graph, NodeNames, OnGraph};
use crate::units::NodeId;
use crate::workload::rumor;

/// One run, with all that happened in it.
pub struct Trace {
    /// Its configuration.
    pub point: Point,
    /// Its replicate.
    pub replicate: u64,
    /// What it left behind.
    pub record: Record,
    /// All that happened.
    pub log: EventLog,
    /// Where the update started, of a rumor; else nowhere.
    pub origins: Vec<NodeId>,
    /// Who does not do its part.
    pub adversaries: Vec<(NodeId, Conduct)>,
    /// What nodes are called, where that is not their numbers.
    pub names: Option<Arc<NodeNames>>,
}

impl Trace {
    /// Runs replicate `replicate` of `point`; `keep_going` is asked at the end of each round, and within long ones.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn of(point: Point, replicate: u64, keep_going: &dyn Fn() -> bool) -> Result<Self, Fault> {
        let Traced { record, log, origins, adversaries } = experiment::trace(&point, replicate, keep_going)?;
        let names = point.settings.network.topology.names();
        Ok(Trace { point, replicate, record, log, origins, adversaries, names })
    }

    /// The nodes that there ever are.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.point.settings.all_nodes()).map(NodeId::new)
    }

    /// What `node` is called.
    pub fn name(&self, node: NodeId) -> Cow<'_, str> {
        match &self.names {
            Some(names) => names.name(node),
            None => node.number().to_string().into(),
        }
    }

    /// The round in which something that happens at `time` happens.
    pub fn round(&self, time: Time) -> u64 {
        time.round(self.point.settings.gossip.interval).number()
    }

    /// Whether it is of a rumor, which starts somewhere.
    pub fn is_of_a_rumor(&self) -> bool {
        !self.origins.is_empty()
    }

    /// Whether a message carries the update of a rumor.
    pub fn carries(&self, message: &LoggedMessage) -> bool {
        self.is_of_a_rumor() && rumor::Message::kind_carries(message.kind)
    }

    /// The neighbours of every node in the graph of the run, or those that it leads to.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn neighbors(&self) -> Result<Neighbors, Fault> {
        Ok(experiment::on_graph(&self.point, self.replicate, CollectNeighbors)?)
    }
}

/// Who can contact whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbors {
    /// The neighbours of every node, in the order of the graph.
    pub of: Vec<Vec<NodeId>>,
    /// Whether they are those that a node leads to, who need not lead back.
    pub directed: bool,
}

impl Neighbors {
    /// Each edge once, from the node with the smaller number, or each arc of a directed graph.
    pub fn edges(&self) -> impl Iterator<Item = [NodeId; 2]> + '_ {
        let all = (0..).map(NodeId::new).zip(&self.of);
        all.flat_map(|(node, others)| others.iter().map(move |&other| [node, other]))
            .filter(|[node, other]| self.directed || node < other)
    }
}

struct CollectNeighbors;

impl OnGraph for CollectNeighbors {
    type Output = Neighbors;

    fn with<G: Graph>(self, graph: &G) -> Neighbors {
        let of = |node: NodeId| (0..graph.degree(node)).map(|index| graph.neighbor(node, index)).collect();
        Neighbors { of: (0..graph.nodes()).map(NodeId::new).map(of).collect(), directed: graph.directed() }
    }
}
