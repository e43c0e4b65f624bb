//! The torus: a grid whose borders are joined, in any number of dimensions.

use super::class::{self, GraphClass};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::lattice::{Axes, Shape};
use super::lattice_space::Lattice;
use super::{Graph, Layout, Metric, Topology};
use crate::catalog::Incompatible;
use crate::units::NodeId;

/// The settings of a torus: `dims = 2`, or `sides = [32, 16]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Torus {
    /// How the nodes are laid out.
    pub shape: Shape,
}

impl Topology for Torus {
    type Graph = TorusGraph;

    fn check(&self, nodes: u32) -> Result<(), Incompatible> {
        self.shape.check(nodes)
    }

    fn class(&self, nodes: u32, _: Option<NodeId>) -> GraphClass {
        class::of_torus(&self.shape.sides(nodes))
    }

    fn layout(&self, nodes: u32) -> Layout {
        Layout::Lattice { sides: self.shape.sides(nodes), joined: true }
    }

    fn build(&self, nodes: u32, _stream: &mut ChaCha8Rng) -> TorusGraph {
        let mut axes = self.shape.axes(nodes);
        let wide = axes.widest_first();
        let degree = wide + axes.all().len() as u32;
        TorusGraph { axes, wide, degree }
    }

    fn ends(&self, nodes: u32) -> u64 {
        u64::from(nodes) * u64::from(self.widest(nodes))
    }

    fn widest(&self, nodes: u32) -> u32 {
        self.shape.sides(nodes).iter().map(|&side| side.saturating_sub(1).min(2)).sum()
    }

    fn metric(&self, nodes: u32) -> Result<Metric, Incompatible> {
        Ok(Metric::Known(Box::new(Lattice::new(&self.shape.axes(nodes), true))))
    }
}

/// Neighbours are one step up and one down each axis; on an axis of two places both are the same node, which counts
/// once.
#[derive(Clone, Debug)]
pub struct TorusGraph {
    axes: Axes,
    wide: u32,
    degree: u32,
}

impl Graph for TorusGraph {
    fn nodes(&self) -> u32 {
        self.axes.nodes
    }

    #[inline]
    fn degree(&self, _node: NodeId) -> u32 {
        self.degree
    }

    #[inline]
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        // The wide axes come first, with two neighbours each.
        let (axis, up) =
            if index < 2 * self.wide { (index / 2, index.is_multiple_of(2)) } else { (index - self.wide, true) };
        let axis = &self.axes.all()[axis as usize];
        let place = axis.place(node);
        let around = axis.stride * (axis.side - 1);
        NodeId::new(match (up, place) {
            (true, place) if place + 1 == axis.side => node.number() - around,
            (true, _) => node.number() + axis.stride,
            (false, 0) => node.number() + around,
            (false, _) => node.number() - axis.stride,
        })
    }

    fn connected(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{lists, sorted};
    use super::*;

    fn torus(text: &str) -> Torus {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn borders_are_joined() {
        let rows = lists(&torus("{}"), 16);
        assert_eq!(rows[0], [1, 3, 4, 12]);
        assert_eq!(rows[15], [12, 14, 3, 11]);
        assert_eq!(sorted(lists(&torus(r#"{"dims": 3}"#), 27))[0], [1, 2, 3, 6, 9, 18]);
    }

    #[test]
    fn two_places_are_one_neighbour_and_one_place_is_none() {
        // 0 1 2
        // 3 4 5
        assert_eq!(sorted(lists(&torus(r#"{"sides": [2, 3]}"#), 6))[4], [1, 3, 5]);
        assert_eq!(sorted(lists(&torus(r#"{"sides": [3, 2]}"#), 6))[0], [1, 2, 4]);
        assert_eq!(lists(&torus(r#"{"sides": [2, 1]}"#), 2), [[1], [0]]);
        assert_eq!(lists(&torus("{}"), 1), [[0; 0]]);
    }
}
