//! A graph on which every message is followed: what that takes is compiled for it alone.

use super::Graph;
use crate::units::NodeId;

/// Another graph, between whose nodes every message is followed.
#[derive(Clone, Copy)]
pub struct Followed<'a>(pub &'a dyn Graph);

impl Graph for Followed<'_> {
    fn nodes(&self) -> u32 {
        self.0.nodes()
    }

    fn degree(&self, node: NodeId) -> u32 {
        self.0.degree(node)
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        self.0.neighbor(node, index)
    }

    fn connected(&self) -> bool {
        self.0.connected()
    }

    fn directed(&self) -> bool {
        self.0.directed()
    }

    #[inline]
    fn followed(&self) -> bool {
        true
    }
}
