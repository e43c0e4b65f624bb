//! Distances on lattices, worked out: nodes are counted along axes, and of distances only their law is stored.

use std::sync::Arc;

use super::lattice::{Axes, Axis};
use super::lattice_law::Table;
use super::lattice_roads::LatticeRoads;
use super::metric::{Metric, Roads};
use crate::space::{Law, Space};
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
    arms: Vec<Arms>,
    nodes: u32,
    joined: bool,
}

impl Lattice {
    /// The lattice along `axes`, with borders, or with borders that are `joined`.
    pub(super) fn new(axes: &Axes, joined: bool) -> Self {
        let mut by_side = axes.all().to_vec();
        by_side.sort_by_key(|axis| axis.side);
        let arms = by_side.iter().map(|axis| Arms::of(axis, joined)).collect();
        Lattice { axes: by_side, arms, nodes: axes.nodes, joined }
    }

    fn diameter(&self) -> u32 {
        self.arms.iter().map(|arms| arms.up as u32).sum()
    }
}

impl Metric for Lattice {
    fn space(&self) -> Arc<dyn Space> {
        Arc::new(self.clone())
    }

    fn bytes_of_space(&self) -> u64 {
        Table::bytes(self.diameter())
    }

    fn roads(&self) -> Box<dyn Roads> {
        Box::new(LatticeRoads::new(&self.axes, self.nodes, self.joined))
    }

    fn bytes_of_roads(&self) -> u64 {
        LatticeRoads::bytes(self.nodes, self.axes.len())
    }
}

impl Space for Lattice {
    fn others(&self, _: NodeId) -> u32 {
        self.nodes - 1
    }

    fn other(&self, node: NodeId, index: u32) -> NodeId {
        // The others in the order of their numbers.
        NodeId::new(index + u32::from(index >= node.number()))
    }

    fn distance(&self, node: NodeId, index: u32) -> u32 {
        let other = self.other(node, index);
        let along = self.axes.iter().map(|axis| {
            let straight = axis.place(node).abs_diff(axis.place(other));
            if axis.joined(self.joined) { straight.min(axis.side - straight) } else { straight }
        });
        along.sum()
    }

    fn farthest(&self, _: NodeId) -> u32 {
        self.diameter()
    }

    fn places(&self, _: NodeId, distance: u32) -> u64 {
        exactly_on(&self.arms, distance.into()) as u64
    }

    fn at(&self, node: NodeId, distance: u32, place: u64) -> Option<u32> {
        let (mut left, mut place) = (i64::from(distance), place as i64);
        let mut number = i64::from(node.number());
        for (rank, axis) in self.axes.iter().enumerate() {
            let steps = self.arms[rank].choose(&self.arms[rank + 1..], left, &mut place);
            left -= steps.abs();
            number += axis.shift(node, steps, self.joined)?;
        }
        // The number of a node, as no border was crossed.
        let other = number as u32;
        Some(other - u32::from(other > node.number()))
    }

    fn law(&self, exponent: f64) -> Box<dyn Law> {
        Box::new(Table::new(&self.arms, exponent))
    }
}

impl Axis {
    /// Whether its ends count as joined: with two places it is the same with and without a border.
    fn joined(&self, all: bool) -> bool {
        all || self.side == 2
    }

    /// How much the number of `node` changes by so many steps along the axis, unless they cross a border.
    fn shift(&self, node: NodeId, steps: i64, joined: bool) -> Option<i64> {
        let (place, side) = (i64::from(self.place(node)), i64::from(self.side));
        let end = if self.joined(joined) { (place + steps).rem_euclid(side) } else { place + steps };
        (0..side).contains(&end).then_some((end - place) * i64::from(self.stride))
    }
}

/// How many steps lead to a place of its own down and up an axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arms {
    pub(super) down: i64,
    pub(super) up: i64,
}

impl Arms {
    fn of(axis: &Axis, joined: bool) -> Self {
        let side = i64::from(axis.side);
        if axis.joined(joined) {
            // The place opposite is reached upwards.
            return Arms { down: (side - 1) / 2, up: side / 2 };
        }
        Arms { down: side - 1, up: side - 1 }
    }

    /// Places at most `distance` steps away, this one included.
    fn places(self, distance: i64) -> i64 {
        if distance < 0 { 0 } else { self.down.min(distance) + self.up.min(distance) + 1 }
    }

    /// Places exactly `distance` steps away.
    fn exactly(self, distance: i64) -> i64 {
        self.places(distance) - self.places(distance - 1)
    }

    /// The steps along this axis to place number `index` of those `distance` away along this axis and the `rest`;
    /// `index` then counts those that take the same steps.
    fn choose(self, rest: &[Arms], distance: i64, index: &mut i64) -> i64 {
        if let [last] = rest {
            return self.choose_with(*last, distance, index);
        }
        // What is not gone along the last axis is not gone at all.
        let first = if rest.is_empty() { distance } else { 0 };
        for steps in first..=distance.min(self.up.max(self.down)) {
            let found = exactly_on(rest, distance - steps);
            for (steps, there) in [(steps, steps <= self.up), (-steps, 0 < steps && steps <= self.down)] {
                if there && *index < found {
                    return steps;
                }
                *index -= if there { found } else { 0 };
            }
        }
        0
    }

    /// The same where one axis is left, worked out: around the diamond from corner to corner, each side a straight row.
    fn choose_with(self, last: Arms, distance: i64, index: &mut i64) -> i64 {
        // The direction along this axis, how far it goes, how far the other goes, and the least steps along this one; of
        // two sides that meet on an axis, one has the corner.
        let sides = [
            (1, self.up, last.up, 1),
            (-1, self.down, last.up, 0),
            (-1, self.down, last.down, 1),
            (1, self.up, last.down, 0),
        ];
        for (rank, (direction, reach, other_reach, least)) in (0..).zip(sides) {
            let (first, most) = ((distance - other_reach).max(least), (distance - 1 + least).min(reach));
            let found = (most - first + 1).max(0);
            if *index < found {
                let steps = first + *index;
                // Along the last axis upwards comes first.
                *index = i64::from(rank >= 2 && steps < distance);
                return direction * steps;
            }
            *index -= found;
        }
        0
    }
}

/// Places exactly `distance` steps away along all axes together.
fn exactly_on(arms: &[Arms], distance: i64) -> i64 {
    places(arms, distance) - places(arms, distance - 1)
}

/// Places at most `distance` steps away along all axes together, this one included; the wide axes come last.
fn places(arms: &[Arms], distance: i64) -> i64 {
    match arms {
        [] => i64::from(distance >= 0),
        [one] => one.places(distance),
        [one, other] => on_two(*one, *other, distance),
        [narrow @ .., one, other] => {
            let by_distance = exactly(narrow, distance);
            by_distance.iter().zip(0..).map(|(count, gone)| count * on_two(*one, *other, distance - gone)).sum()
        }
    }
}

/// Places along two axes: those of the four corners, each with its borders, less what lies on two borders.
fn on_two(one: Arms, other: Arms, distance: i64) -> i64 {
    if distance < 0 {
        return 0;
    }
    let corner = |a: i64, b: i64| {
        triangle(distance) - triangle(distance - a - 1) - triangle(distance - b - 1) + triangle(distance - a - b - 2)
    };
    let corners = corner(one.down, other.down)
        + corner(one.down, other.up)
        + corner(one.up, other.down)
        + corner(one.up, other.up);
    corners - one.places(distance) - other.places(distance) - 1
}

/// Pairs of whole numbers from 0 with a sum of at most `most`.
fn triangle(most: i64) -> i64 {
    if most < 0 { 0 } else { (most + 1) * (most + 2) / 2 }
}

/// By their distance, up to `distance`, the places along all axes together.
fn exactly(arms: &[Arms], distance: i64) -> Vec<i64> {
    let mut counts = vec![1];
    for arms in arms {
        let longest = (counts.len() as i64 - 1 + arms.up.max(arms.down)).min(distance);
        let count = |gone: i64| counts.iter().zip(0..).map(|(count, before)| count * arms.exactly(gone - before)).sum();
        counts = (0..=longest).map(count).collect();
    }
    counts
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
        let space = grid.metric(101 * 103).unwrap().space();
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
        let (space, node) = (cube.metric(1 << 26).unwrap().space(), NodeId::new(5));
        // Sides of two: the binomial coefficients of 26.
        assert_eq!([1, 2, 26].map(|distance| space.places(node, distance)), [26, 325, 1]);
        let opposite = space.at(node, 26, 0).unwrap();
        assert_eq!((space.other(node, opposite), space.distance(node, opposite)), (NodeId::new((1 << 26) - 6), 26));
        let long: Grid = serde_json::from_str(r#"{"sides": [2, 50000000]}"#).unwrap();
        let (space, node) = (long.metric(100_000_000).unwrap().space(), NodeId::new(0));
        assert_eq!([1, 2, 50_000_000].map(|distance| space.places(node, distance)), [3, 4, 2]);
        assert_eq!(space.at(node, 50_000_000, 0), Some(99_999_998));
    }
}
