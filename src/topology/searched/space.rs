//! The layers of all nodes as a space, on which choices go by distance.

use std::sync::Arc;

use super::bfs_layers::BfsLayers;
use super::cumulative_counts::CumulativeCounts;
use crate::distance::{DistanceIndex, DistanceLaw};
use crate::units::NodeId;

impl DistanceIndex for Arc<BfsLayers> {
    fn others(&self, node: NodeId) -> u32 {
        (self.starts[node.index() + 1].0 - self.starts[node.index()].0) as u32
    }

    fn other(&self, node: NodeId, index: u32) -> NodeId {
        NodeId::new(self.order[self.starts[node.index()].0 + index as usize].into())
    }

    fn distance(&self, node: NodeId, index: u32) -> u32 {
        self.within_each(node).partition_point(|&within| u32::from(within) <= index) as u32 + 1
    }

    fn farthest(&self, node: NodeId) -> u32 {
        self.within_each(node).len() as u32
    }

    fn places(&self, node: NodeId, distance: u32) -> u64 {
        (self.within(node, distance) - self.within(node, distance.saturating_sub(1))).into()
    }

    fn at(&self, node: NodeId, distance: u32, place: u64) -> Option<u32> {
        Some(self.within(node, distance.saturating_sub(1)) + place as u32)
    }

    fn law(&self, exponent: f64) -> Box<dyn DistanceLaw> {
        Box::new(CumulativeCounts::new(Arc::clone(self), exponent))
    }
}
