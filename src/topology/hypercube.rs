//! The hypercube: nodes whose numbers differ in one bit know each other.

use super::GraphClass;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::{Graph, Layout, Topology};
use crate::catalog::Incompatible;
use crate::units::{MAX_NODES, NodeId};

/// The hypercube has no settings: its dimension is log2 of the number of nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hypercube {}

impl Topology for Hypercube {
    type Graph = HypercubeGraph;

    fn check(&self, nodes: u32) -> Result<(), Incompatible> {
        if nodes.is_power_of_two() {
            return Ok(());
        }
        let above = nodes.checked_next_power_of_two().filter(|&above| above <= MAX_NODES);
        let nearest = match (above.map_or(nodes.checked_ilog2().map(|log| 1 << log), |above| Some(above / 2)), above) {
            (Some(below), Some(above)) => format!("{below} or {above} nodes"),
            (Some(only), None) | (None, Some(only)) => format!("{only} nodes"),
            (None, None) => "1 node".to_owned(),
        };
        Err(Incompatible::whole(
            format!("{nodes} nodes do not make a hypercube"),
            format!("a power of two, the nearest being {nearest}"),
        ))
    }

    fn class(&self, _: u32, _: Option<NodeId>) -> GraphClass {
        GraphClass::Hypercube
    }

    fn layout(&self, _: u32) -> Layout {
        Layout::Hypercube
    }

    fn build(&self, nodes: u32, _stream: &mut ChaCha8Rng) -> HypercubeGraph {
        HypercubeGraph { dimension: nodes.trailing_zeros() }
    }

    fn ends(&self, nodes: u32) -> u64 {
        u64::from(nodes) * u64::from(nodes.trailing_zeros())
    }

    fn widest(&self, nodes: u32) -> u32 {
        nodes.trailing_zeros()
    }
}

/// Neighbour i differs in bit i.
#[derive(Clone, Debug)]
pub struct HypercubeGraph {
    dimension: u32,
}

impl Graph for HypercubeGraph {
    fn nodes(&self) -> u32 {
        1 << self.dimension
    }

    #[inline]
    fn degree(&self, _node: NodeId) -> u32 {
        self.dimension
    }

    #[inline]
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        NodeId::new(node.number() ^ 1 << index)
    }

    fn connected(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{incompatible, lists};
    use super::*;

    #[test]
    fn neighbours_differ_in_one_bit() {
        assert_eq!(lists(&Hypercube {}, 8)[5], [4, 7, 1]);
        assert_eq!(lists(&Hypercube {}, 2), [[1], [0]]);
        assert_eq!(lists(&Hypercube {}, 1), [[0; 0]]);
    }

    #[test]
    fn the_nearest_powers_of_two_are_offered() {
        for (nodes, offer) in [
            (1000, "a power of two, the nearest being 512 or 1024 nodes"),
            (3, "a power of two, the nearest being 2 or 4 nodes"),
            (MAX_NODES, "a power of two, the nearest being 67108864 nodes"),
        ] {
            let text = incompatible(&Hypercube {}, nodes, None);
            assert!(text.ends_with(offer), "{text}");
        }
    }
}
