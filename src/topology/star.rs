//! The star: node 0 is the centre and knows all; the others know only it.

use super::GraphClass;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::{Graph, Layout, Topology};
use crate::catalog::Incompatible;
use crate::units::NodeId;

/// The star has no settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Star {}

impl Topology for Star {
    type Graph = StarGraph;

    fn check(&self, _nodes: u32) -> Result<(), Incompatible> {
        Ok(())
    }

    fn class(&self, _: u32, _: Option<NodeId>) -> GraphClass {
        GraphClass::Star
    }

    fn layout(&self, _: u32) -> Layout {
        Layout::Star
    }

    fn build(&self, nodes: u32, _stream: &mut ChaCha8Rng) -> StarGraph {
        StarGraph { nodes }
    }

    fn ends(&self, nodes: u32) -> u64 {
        2 * u64::from(nodes).saturating_sub(1)
    }

    fn calls(&self, nodes: u32, fanout: u32) -> u64 {
        let leaves = u64::from(nodes).saturating_sub(1);
        leaves.min(fanout.into()) + leaves * u64::from(fanout.min(1))
    }
}

/// The centre's neighbours are 1, 2, 3, …
#[derive(Clone, Debug)]
pub struct StarGraph {
    nodes: u32,
}

impl Graph for StarGraph {
    fn nodes(&self) -> u32 {
        self.nodes
    }

    #[inline]
    fn degree(&self, node: NodeId) -> u32 {
        if node.number() == 0 { self.nodes - 1 } else { 1 }
    }

    #[inline]
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        NodeId::new(if node.number() == 0 { index + 1 } else { 0 })
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
    fn the_centre_knows_all_and_all_know_the_centre() {
        assert_eq!(lists(&Star {}, 4), [&[1, 2, 3][..], &[0], &[0], &[0]]);
        assert_eq!(lists(&Star {}, 1), [[0; 0]]);
    }
}
