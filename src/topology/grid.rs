//! The grid: nodes at the crossings of a lattice with borders, in any number of dimensions.

use super::class::{self, GraphClass};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::lattice::{Axes, Shape};
use super::lattice_space::Lattice;
use super::{Graph, Layout, Metric, Topology};
use crate::catalog::Incompatible;
use crate::units::NodeId;

/// The settings of a grid: `dims = 2`, or `sides = [32, 16]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Grid {
    /// How the nodes are laid out.
    pub shape: Shape,
}

impl Topology for Grid {
    type Graph = GridGraph;

    fn check(&self, nodes: u32) -> Result<(), Incompatible> {
        self.shape.check(nodes)
    }

    fn class(&self, nodes: u32, origin: Option<NodeId>) -> GraphClass {
        class::of_grid(&self.shape.sides(nodes), origin)
    }

    fn layout(&self, nodes: u32) -> Layout {
        Layout::Lattice { sides: self.shape.sides(nodes), joined: false }
    }

    fn build(&self, nodes: u32, _stream: &mut ChaCha8Rng) -> GridGraph {
        GridGraph { axes: self.shape.axes(nodes) }
    }

    fn ends(&self, nodes: u32) -> u64 {
        let along = |side: u32| 2 * u64::from(nodes / side) * u64::from(side - 1);
        self.shape.sides(nodes).into_iter().map(along).sum()
    }

    fn widest(&self, nodes: u32) -> u32 {
        self.shape.sides(nodes).iter().map(|&side| side.saturating_sub(1).min(2)).sum()
    }

    /// Along an axis two places have one neighbour and the others two; the axes are independent.
    fn calls(&self, nodes: u32, fanout: u32) -> u64 {
        // How many nodes have each degree.
        let mut counts = vec![1_u64];
        for side in self.shape.sides(nodes).into_iter().filter(|&side| side > 1) {
            let mut next = vec![0; counts.len() + 2];
            for (degree, count) in counts.into_iter().enumerate() {
                next[degree + 1] += 2 * count;
                next[degree + 2] += u64::from(side - 2) * count;
            }
            counts = next;
        }
        (0..).zip(counts).map(|(degree, count)| count * u64::from(fanout.min(degree))).sum()
    }

    fn metric(&self, nodes: u32) -> Result<Metric, Incompatible> {
        Ok(Metric::Known(Box::new(Lattice::new(&self.shape.axes(nodes), false))))
    }
}

/// Neighbours are one step down and one up each axis, where there is no border.
#[derive(Clone, Debug)]
pub struct GridGraph {
    axes: Axes,
}

impl Graph for GridGraph {
    fn nodes(&self) -> u32 {
        self.axes.nodes
    }

    #[inline]
    fn degree(&self, node: NodeId) -> u32 {
        let ways = self.axes.all().iter().map(|axis| {
            let place = axis.place(node);
            u32::from(place > 0) + u32::from(place + 1 < axis.side)
        });
        ways.sum()
    }

    #[inline]
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        let mut before = index;
        for axis in self.axes.all() {
            let place = axis.place(node);
            let (down, up) = (u32::from(place > 0), u32::from(place + 1 < axis.side));
            if before < down {
                return NodeId::new(node.number() - axis.stride);
            }
            if before < down + up {
                return NodeId::new(node.number() + axis.stride);
            }
            before -= down + up;
        }
        // Only for an index that is not below the degree.
        node
    }

    fn connected(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{lists, sorted};
    use super::*;

    fn grid(text: &str) -> Grid {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn borders_have_fewer_neighbours() {
        // 0 1 2
        // 3 4 5
        let rows = sorted(lists(&grid(r#"{"sides": [2, 3]}"#), 6));
        assert_eq!(rows, [&[1, 3][..], &[0, 2, 4], &[1, 5], &[0, 4], &[1, 3, 5], &[2, 4]]);
    }

    #[test]
    fn inner_nodes_have_two_neighbours_an_axis() {
        assert_eq!(sorted(lists(&grid("{}"), 9))[4], [1, 3, 5, 7]);
        assert_eq!(sorted(lists(&grid(r#"{"dims": 3}"#), 27))[13], [4, 10, 12, 14, 16, 22]);
        assert_eq!(sorted(lists(&grid(r#"{"sides": [1, 4, 1]}"#), 4)), [&[1][..], &[0, 2], &[1, 3], &[2]]);
        assert_eq!(lists(&grid("{}"), 1), [[0; 0]]);
    }
}
