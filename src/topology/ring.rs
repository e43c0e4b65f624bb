//! The ring: each node knows the next few on either side.

use super::GraphClass;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::lattice::Axes;
use super::lattice_space::Lattice;
use super::{Graph, Layout, Metric, Topology};
use crate::catalog::Incompatible;
use crate::units::NodeId;

/// The settings of a ring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ring {
    /// Neighbours on each side; twice as many must be fewer than the nodes. (Two nodes with one neighbour on each
    /// side are a single edge.)
    #[serde(default = "one")]
    pub neighbors: u32,
}

fn one() -> u32 {
    1
}

impl Topology for Ring {
    type Graph = RingGraph;

    fn check(&self, nodes: u32) -> Result<(), Incompatible> {
        if (nodes, self.neighbors) == (2, 1) {
            return Ok(());
        }
        check_sides("neighbors", self.neighbors, nodes)
    }

    fn class(&self, _: u32, _: Option<NodeId>) -> GraphClass {
        GraphClass::Ring { neighbors: self.neighbors }
    }

    fn layout(&self, _: u32) -> Layout {
        Layout::Circle
    }

    fn build(&self, nodes: u32, _stream: &mut ChaCha8Rng) -> RingGraph {
        RingGraph { nodes, degree: self.widest(nodes) }
    }

    fn ends(&self, nodes: u32) -> u64 {
        u64::from(nodes) * u64::from(self.widest(nodes))
    }

    fn widest(&self, nodes: u32) -> u32 {
        // Two nodes have one neighbour, not the same one twice.
        (2 * self.neighbors).min(nodes - 1)
    }

    fn metric(&self, nodes: u32) -> Result<Metric, Incompatible> {
        match self.neighbors {
            1 => Ok(Metric::Known(Box::new(Lattice::new(&Axes::row(nodes), true)))),
            _ => Metric::searched(nodes, self.ends(nodes), false),
        }
    }
}

/// Whether a ring of `nodes` nodes has room for `neighbors` on each side, as the setting `key` says.
pub(super) fn check_sides(key: &'static str, neighbors: u32, nodes: u32) -> Result<(), Incompatible> {
    if neighbors == 0 {
        return Err(Incompatible::of(key, "a ring without neighbors joins nobody", "at least 1 neighbor on each side"));
    }
    if 2 * u64::from(neighbors) < u64::from(nodes) {
        return Ok(());
    }
    let problem = format!("a ring of {nodes} nodes has no room for {neighbors} distinct neighbors on each side");
    let enough = 2 * u64::from(neighbors) + 1;
    let allowed = match nodes.saturating_sub(1) / 2 {
        0 => format!("at least {enough} nodes"),
        most => format!("at most {most} neighbors on each side, or at least {enough} nodes"),
    };
    Err(Incompatible::of(key, problem, allowed))
}

/// Neighbours are one step up, one down, two up, two down, and so on.
#[derive(Clone, Debug)]
pub struct RingGraph {
    nodes: u32,
    degree: u32,
}

impl Graph for RingGraph {
    fn nodes(&self) -> u32 {
        self.nodes
    }

    #[inline]
    fn degree(&self, _node: NodeId) -> u32 {
        self.degree
    }

    #[inline]
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        let steps = index / 2 + 1;
        let forward = if index.is_multiple_of(2) { steps } else { self.nodes - steps };
        // Below 2 * MAX_NODES, which fits.
        let place = node.number() + forward;
        NodeId::new(if place >= self.nodes { place - self.nodes } else { place })
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
    fn neighbours_alternate_up_and_down() {
        assert_eq!(lists(&Ring { neighbors: 2 }, 6)[0], [1, 5, 2, 4]);
        assert_eq!(lists(&Ring { neighbors: 1 }, 3), [[1, 2], [2, 0], [0, 1]]);
        assert_eq!(lists(&Ring { neighbors: 1 }, 2), [[1], [0]]);
    }

    #[test]
    fn a_ring_too_small_for_its_neighbours_says_what_would_fit() {
        assert_eq!(Ring { neighbors: 2 }.check(5), Ok(()));
        let text = incompatible(&Ring { neighbors: 2 }, 4, Some("neighbors"));
        assert!(text.ends_with("at most 1 neighbors on each side, or at least 5 nodes"), "{text}");
        incompatible(&Ring { neighbors: 1 }, 1, Some("neighbors"));
        incompatible(&Ring { neighbors: 0 }, 9, Some("neighbors"));
        incompatible(&Ring { neighbors: u32::MAX }, 9, Some("neighbors"));
    }
}
