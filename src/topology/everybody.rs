//! Everybody who can be reached: the graph of a rule that looks beyond its neighbours.

use super::Graph;
use crate::distance::DistanceIndex;
use crate::units::NodeId;

/// The graph in which the neighbours of a node are all that have a path to it in another graph.
#[derive(Clone, Copy, Debug)]
pub struct Everybody<'a> {
    nodes: u32,
    connected: bool,
    space: &'a dyn DistanceIndex,
}

impl<'a> Everybody<'a> {
    /// Everybody in reach on `graph`, whose distances are those of `space`.
    pub fn of<G: Graph>(graph: &G, space: &'a dyn DistanceIndex) -> Self {
        Everybody { nodes: graph.nodes(), connected: graph.connected(), space }
    }
}

impl Graph for Everybody<'_> {
    fn nodes(&self) -> u32 {
        self.nodes
    }

    fn degree(&self, node: NodeId) -> u32 {
        self.space.others(node)
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        self.space.other(node, index)
    }

    fn connected(&self) -> bool {
        self.connected
    }
}
