//! The complete graph: everybody can talk to everybody. It is never stored.

use super::GraphClass;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::{Graph, Layout, OnGraph, Topology};
use crate::catalog::Incompatible;
use crate::units::NodeId;

/// The complete graph has no settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Complete {}

impl Topology for Complete {
    type Graph = CompleteGraph;

    fn check(&self, _nodes: u32) -> Result<(), Incompatible> {
        Ok(())
    }

    fn class(&self, _: u32, _: Option<NodeId>) -> GraphClass {
        GraphClass::Complete
    }

    fn layout(&self, _: u32) -> Layout {
        Layout::Circle
    }

    fn build(&self, nodes: u32, _stream: &mut ChaCha8Rng) -> CompleteGraph {
        CompleteGraph::over(nodes)
    }
}

/// Every node's neighbours are all others, in the order of a membership list read on from itself.
#[derive(Clone, Debug)]
pub struct CompleteGraph {
    nodes: u32,
}

impl CompleteGraph {
    /// The complete graph over `nodes` nodes.
    pub(crate) fn over(nodes: u32) -> Self {
        CompleteGraph { nodes }
    }
}

impl Graph for CompleteGraph {
    fn nodes(&self) -> u32 {
        self.nodes
    }

    #[inline]
    fn degree(&self, _node: NodeId) -> u32 {
        // There is at least one node.
        self.nodes.wrapping_sub(1)
    }

    #[inline]
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        // At most 2 * MAX_NODES, which fits: nothing wraps.
        let place = node.number().wrapping_add(1).wrapping_add(index);
        // The lesser, since less than nothing wraps to the far end: whether it does is chance, and no branch guesses it.
        NodeId::new(place.min(place.wrapping_sub(self.nodes)))
    }

    fn degree_among(&self, node: NodeId, joined: u32) -> u32 {
        CompleteGraph { nodes: joined }.degree(node)
    }

    fn neighbor_among(&self, node: NodeId, index: u32, joined: u32) -> NodeId {
        CompleteGraph { nodes: joined }.neighbor(node, index)
    }

    fn accept<W: OnGraph>(&self, work: W) -> W::Output {
        work.with(self)
    }

    fn connected(&self) -> bool {
        true
    }
}
