//! Distances on lattices, worked out: nodes are counted along axes, and of distances only their law is stored.

use std::sync::Arc;

use super::distances::{Distances, Routes};
use super::lattice::{Axes, Axis};
use super::lattice_law::Table;
use super::lattice_reach::{Reach, shells};
use super::lattice_routes::LatticeRoutes;
use crate::distance::{DistanceIndex, DistanceLaw};
use crate::units::NodeId;

/// A row, a grid of any number of dimensions, or either with its borders joined: the distance of two nodes is the sum
/// of their distances along the axes.
///
/// The places around a node are the same for all nodes: so many steps down and up each axis. Where borders are joined
/// they are those of the shorter way around, upwards where both are as long, so each of the others lies in one place
/// and each place holds one of them. Where they are not, they are all steps that lead from some node to another, of
/// which those over a border of the node at hand lead nowhere.
#[derive(Clone, Debug)]
pub(super) struct Lattice {
    /// The axes, the one with the fewest places first, and how far the places around a node reach along each.
    axes: Vec<Axis>,
    reaches: Vec<Reach>,
    nodes: u32,
    joined: bool,
}

impl Lattice {
    /// The lattice along `axes`, with borders, or with borders that are `joined`.
    pub(super) fn new(axes: &Axes, joined: bool) -> Self {
        let mut by_side = axes.all().to_vec();
        by_side.sort_by_key(|axis| axis.side);
        let reaches = by_side.iter().map(|axis| Reach::of(axis, joined)).collect();
        Lattice { axes: by_side, reaches, nodes: axes.nodes, joined }
    }

    fn diameter(&self) -> u32 {
        self.reaches.iter().map(|reaches| reaches.up as u32).sum()
    }
}

impl Distances for Lattice {
    fn space(&self) -> Arc<dyn DistanceIndex> {
        Arc::new(PlaceIndex::of(self.clone()))
    }

    fn bytes_of_space(&self) -> u64 {
        Table::bytes(self.diameter()) + PlaceIndex::bytes(self)
    }

    fn routes(&self) -> Box<dyn Routes> {
        Box::new(LatticeRoutes::new(&self.axes, self.nodes, self.joined))
    }

    fn bytes_of_routes(&self) -> u64 {
        LatticeRoutes::bytes(self.nodes, self.axes.len())
    }
}

/// A lattice that knows how many places there are.
#[derive(Debug)]
struct PlaceIndex {
    lattice: Lattice,
    /// For the axes from number i on, as long as there are more than two, how many places lie at each distance.
    shells: Vec<Vec<i64>>,
}

impl PlaceIndex {
    fn of(lattice: Lattice) -> Self {
        let axes = lattice.reaches.len();
        let shells = (0..axes.saturating_sub(2)).map(|first| shells(&lattice.reaches[first..])).collect();
        PlaceIndex { lattice, shells }
    }

    /// Bytes of the places at each distance.
    fn bytes(lattice: &Lattice) -> u64 {
        let most = size_of::<i64>() as u64 * (u64::from(lattice.diameter()) + 1);
        most * lattice.reaches.len().saturating_sub(2) as u64
    }

    /// Places exactly `distance` steps away along the axes from number `first` on.
    fn exactly(&self, first: usize, distance: i64) -> i64 {
        match &self.lattice.reaches[first..] {
            _ if distance <= 0 => i64::from(distance == 0),
            [] => 0,
            [one] => i64::from(distance <= one.up) + i64::from(distance <= one.down),
            [one, other] => one.sides(*other, distance).iter().map(|side| side.places).sum(),
            _ => self.shells[first].get(distance as usize).copied().unwrap_or(0),
        }
    }

    /// The steps along axis `axis` to place number `place` of those `distance` away along it and the axes after;
    /// `place` then counts those that take the same steps.
    fn steps(&self, axis: usize, distance: i64, place: &mut i64) -> i64 {
        let reaches = self.lattice.reaches[axis];
        if let [_, last] = self.lattice.reaches[axis..] {
            return reaches.steps_with(last, distance, place);
        }
        // What is not gone along the last axis is not gone at all.
        let first = if axis + 1 == self.lattice.reaches.len() { distance } else { 0 };
        for steps in first..=distance.min(reaches.up.max(reaches.down)) {
            let found = self.exactly(axis + 1, distance - steps);
            for (steps, there) in [(steps, steps <= reaches.up), (-steps, 0 < steps && steps <= reaches.down)] {
                if there && *place < found {
                    return steps;
                }
                *place -= if there { found } else { 0 };
            }
        }
        0
    }
}

impl DistanceIndex for PlaceIndex {
    fn others(&self, _: NodeId) -> u32 {
        self.lattice.nodes - 1
    }

    fn other(&self, node: NodeId, index: u32) -> NodeId {
        // The others in the order of their numbers.
        NodeId::new(index + u32::from(index >= node.number()))
    }

    fn distance(&self, node: NodeId, index: u32) -> u32 {
        let other = self.other(node, index);
        let along = self.lattice.axes.iter().map(|axis| {
            let straight = axis.place(node).abs_diff(axis.place(other));
            if axis.joined(self.lattice.joined) { straight.min(axis.side - straight) } else { straight }
        });
        along.sum()
    }

    fn farthest(&self, _: NodeId) -> u32 {
        self.lattice.diameter()
    }

    fn places(&self, _: NodeId, distance: u32) -> u64 {
        self.exactly(0, distance.into()) as u64
    }

    fn at(&self, node: NodeId, distance: u32, place: u64) -> Option<u32> {
        let (mut left, mut place) = (i64::from(distance), place as i64);
        let mut number = i64::from(node.number());
        for (rank, axis) in self.lattice.axes.iter().enumerate() {
            let steps = self.steps(rank, left, &mut place);
            left -= steps.abs();
            number += axis.shift(node, steps, self.lattice.joined)?;
        }
        // The number of a node, as no border was crossed.
        let other = number as u32;
        Some(other - u32::from(other > node.number()))
    }

    fn law(&self, exponent: f64) -> Box<dyn DistanceLaw> {
        Box::new(Table::new(&self.lattice.reaches, exponent))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Topology;
    use super::super::grid::Grid;
    use super::super::torus::Torus;
    use super::*;

    #[test]
    fn places_around_a_node_lie_beyond_the_borders_too() {
        let grid: Grid = serde_json::from_str(r#"{"sides": [101, 103]}"#).unwrap();
        let space = grid.metric(101 * 103).unwrap().known().unwrap().space();
        let corner = NodeId::new(0);
        assert!((1..=100).all(|distance| space.places(corner, distance) == 4 * u64::from(distance)));
        assert_eq!((space.places(corner, 202), space.places(corner, 203), space.farthest(corner)), (4, 0, 202));
        // A step along the first axis, which has fewer places, and one along the other; the corners of the
        // diamond in their order.
        assert_eq!([0, 1, 2, 3].map(|place| space.at(corner, 1, place)), [Some(102), Some(0), None, None]);
    }

    #[test]
    fn large_lattices_of_many_axes_are_counted_as_well() {
        let cube: Torus = serde_json::from_str(r#"{"dims": 26}"#).unwrap();
        let (space, node) = (cube.metric(1 << 26).unwrap().known().unwrap().space(), NodeId::new(5));
        // Sides of two: the binomial coefficients of 26.
        assert_eq!([1, 2, 26].map(|distance| space.places(node, distance)), [26, 325, 1]);
        let opposite = space.at(node, 26, 0).unwrap();
        assert_eq!((space.other(node, opposite), space.distance(node, opposite)), (NodeId::new((1 << 26) - 6), 26));
        let long: Grid = serde_json::from_str(r#"{"sides": [2, 50000000]}"#).unwrap();
        let (space, node) = (long.metric(100_000_000).unwrap().known().unwrap().space(), NodeId::new(0));
        assert_eq!([1, 2, 50_000_000].map(|distance| space.places(node, distance)), [3, 4, 2]);
        assert_eq!(space.at(node, 50_000_000, 0), Some(99_999_998));
    }
}
