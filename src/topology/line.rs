//! The line: each node knows the one before and the one after; the two ends know one.

use super::GraphClass;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::lattice::Axes;
use super::lattice_space::Lattice;
use super::{Graph, Layout, Metric, Topology};
use crate::catalog::Incompatible;
use crate::units::NodeId;

/// The line has no settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {}

impl Topology for Line {
    type Graph = LineGraph;

    fn check(&self, _nodes: u32) -> Result<(), Incompatible> {
        Ok(())
    }

    fn class(&self, _: u32, _: Option<NodeId>) -> GraphClass {
        GraphClass::Line
    }

    fn layout(&self, _: u32) -> Layout {
        Layout::Row
    }

    fn build(&self, nodes: u32, _stream: &mut ChaCha8Rng) -> LineGraph {
        LineGraph { nodes }
    }

    fn ends(&self, nodes: u32) -> u64 {
        2 * u64::from(nodes).saturating_sub(1)
    }

    fn widest(&self, nodes: u32) -> u32 {
        nodes.saturating_sub(1).min(2)
    }

    fn metric(&self, nodes: u32) -> Result<Metric, Incompatible> {
        Ok(Metric::Known(Box::new(Lattice::new(&Axes::row(nodes), false))))
    }
}

/// The one before comes first, the one after second.
#[derive(Clone, Debug)]
pub struct LineGraph {
    nodes: u32,
}

impl Graph for LineGraph {
    fn nodes(&self) -> u32 {
        self.nodes
    }

    #[inline]
    fn degree(&self, node: NodeId) -> u32 {
        u32::from(node.number() > 0) + u32::from(node.number() + 1 < self.nodes)
    }

    #[inline]
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        let before = index == 0 && node.number() > 0;
        NodeId::new(if before { node.number() - 1 } else { node.number() + 1 })
    }

    fn connected(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::lists;
    use super::*;

    #[test]
    fn the_ends_know_one_and_the_others_two() {
        assert_eq!(lists(&Line {}, 4), [&[1][..], &[0, 2], &[1, 3], &[2]]);
        assert_eq!(lists(&Line {}, 1), [[0; 0]]);
    }
}
