//! Distances on lattices, worked out: nodes are counted along axes, nothing is stored.

use std::sync::Arc;

use super::lattice::{Axes, Axis, MAX_AXES};
use super::lattice_roads::LatticeRoads;
use super::metric::{Metric, Roads};
use crate::space::Space;
use crate::units::NodeId;

/// A row, a grid of any number of dimensions, or either with its borders joined: the distance of two nodes is the sum
/// of their distances along the axes.
#[derive(Clone, Debug)]
pub(super) struct Lattice {
    /// The axes, the one with the fewest places first.
    axes: Vec<Axis>,
    nodes: u32,
    joined: bool,
}

impl Lattice {
    /// The lattice along `axes`, with borders, or with borders that are `joined`.
    pub(super) fn new(axes: &Axes, joined: bool) -> Self {
        let mut by_side = axes.all().to_vec();
        by_side.sort_by_key(|axis| axis.side);
        Lattice { axes: by_side, nodes: axes.nodes, joined }
    }

    /// How far each axis reaches from `node`, for `work` to look at.
    #[inline]
    fn reach<O>(&self, node: NodeId, work: impl FnOnce(&[Arms]) -> O) -> O {
        let mut arms = [Arms::default(); MAX_AXES];
        let arms = &mut arms[..self.axes.len()];
        for (arms, axis) in arms.iter_mut().zip(&self.axes) {
            *arms = Arms::of(axis, node, self.joined);
        }
        work(arms)
    }
}

impl Metric for Lattice {
    fn space(&self) -> Arc<dyn Space> {
        Arc::new(self.clone())
    }

    fn bytes_of_space(&self) -> u64 {
        0
    }

    fn roads(&self) -> Box<dyn Roads> {
        Box::new(LatticeRoads::new(&self.axes, self.nodes, self.joined))
    }

    fn bytes_of_roads(&self) -> u64 {
        LatticeRoads::bytes(self.nodes, self.axes.len())
    }
}

impl Space for Lattice {
    fn within(&self, node: NodeId, distance: u32) -> u32 {
        // Fewer than there are nodes.
        self.reach(node, |arms| places(arms, distance.into()) - 1) as u32
    }

    fn at(&self, node: NodeId, distance: u32, index: u32) -> NodeId {
        let (mut left, mut index) = (i64::from(distance), i64::from(index));
        let mut number = i64::from(node.number());
        self.reach(node, |arms| {
            for (place, axis) in self.axes.iter().enumerate() {
                let steps = arms[place].choose(&arms[place + 1..], left, &mut index);
                left -= steps.abs();
                number += axis.shift(node, steps, self.joined);
            }
        });
        // The number of a node, as long as there are so many nodes at this distance.
        NodeId::new(number as u32)
    }

    fn eccentricity(&self, node: NodeId) -> u32 {
        self.reach(node, |arms| arms.iter().map(|arms| arms.up.max(arms.down) as u32).sum())
    }
}

impl Axis {
    /// How much the number of `node` changes by so many steps along the axis.
    fn shift(&self, node: NodeId, steps: i64, joined: bool) -> i64 {
        let (place, side) = (i64::from(self.place(node)), i64::from(self.side));
        let end = if joined { (place + steps).rem_euclid(side) } else { place + steps };
        (end - place) * i64::from(self.stride)
    }
}

/// How many steps lead to a place of its own down and up an axis.
#[derive(Clone, Copy, Debug, Default)]
struct Arms {
    down: i64,
    up: i64,
}

impl Arms {
    fn of(axis: &Axis, node: NodeId, joined: bool) -> Self {
        let side = i64::from(axis.side);
        if joined {
            // The place opposite is reached upwards.
            return Arms { down: (side - 1) / 2, up: side / 2 };
        }
        let place = i64::from(axis.place(node));
        Arms { down: place, up: side - 1 - place }
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
        // What is not gone along the last axis is not gone at all.
        let first = if rest.is_empty() { distance } else { 0 };
        for steps in first..=distance.min(self.up.max(self.down)) {
            let found = places(rest, distance - steps) - places(rest, distance - steps - 1);
            for (steps, there) in [(steps, steps <= self.up), (-steps, 0 < steps && steps <= self.down)] {
                if there && *index < found {
                    return steps;
                }
                *index -= if there { found } else { 0 };
            }
        }
        0
    }
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
    fn a_node_in_the_middle_of_a_wide_grid_has_a_diamond_around_it() {
        let grid: Grid = serde_json::from_str(r#"{"sides": [101, 103]}"#).unwrap();
        let space = grid.metric(101 * 103).unwrap().space();
        let middle = NodeId::new(50 * 103 + 51);
        for distance in 0..50 {
            assert_eq!(space.within(middle, distance), 2 * distance * (distance + 1));
        }
        assert_eq!((space.eccentricity(middle), space.eccentricity(NodeId::new(0))), (101, 202));
    }

    #[test]
    fn large_lattices_of_many_axes_are_counted_as_well() {
        let cube: Torus = serde_json::from_str(r#"{"dims": 26}"#).unwrap();
        let space = cube.metric(1 << 26).unwrap().space();
        // Sides of two: the binomial coefficients of 26.
        assert_eq!((space.within(NodeId::new(5), 1), space.within(NodeId::new(5), 2)), (26, 26 + 325));
        assert_eq!((space.within(NodeId::new(5), 26), space.eccentricity(NodeId::new(5))), ((1 << 26) - 1, 26));
        assert_eq!(space.ranked(NodeId::new(5), (1 << 26) - 2), NodeId::new((1 << 26) - 6));
        let long: Grid = serde_json::from_str(r#"{"sides": [2, 50000000]}"#).unwrap();
        let space = long.metric(100_000_000).unwrap().space();
        assert_eq!(space.within(NodeId::new(0), 50_000_000), 99_999_999);
        assert_eq!(space.ranked(NodeId::new(0), 99_999_998), NodeId::new(99_999_999));
    }
}
