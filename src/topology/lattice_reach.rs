//! The places around a node of a lattice: how far they reach along each axis, and how many lie at each distance.

use super::lattice::Axis;
use crate::units::NodeId;

/// How many steps lead to a place of its own down and up an axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    pub(super) down: i64,
    pub(super) up: i64,
}

impl Reach {
    pub(super) fn of(axis: &Axis, joined: bool) -> Self {
        let side = i64::from(axis.side);
        if axis.joined(joined) {
            // The place opposite is reached upwards.
            return Reach { down: (side - 1) / 2, up: side / 2 };
        }
        Reach { down: side - 1, up: side - 1 }
    }

    /// Along this axis and one other, the places `distance` away, at least 1: a diamond, side by side from corner to
    /// corner, each a straight row. Of two sides that meet, one has the corner.
    pub(super) fn sides(self, other: Reach, distance: i64) -> [Side; 4] {
        let side = |up: bool, over: bool, least: i64| {
            let (reach, over_reach) = (if up { self.up } else { self.down }, if over { other.up } else { other.down });
            let first = (distance - over_reach).max(least);
            let last = (distance - 1 + least).min(reach);
            Side { direction: if up { 1 } else { -1 }, over, first, places: (last - first + 1).max(0) }
        };
        [side(true, true, 1), side(false, true, 0), side(false, false, 1), side(true, false, 0)]
    }

    /// The steps along this axis to place number `place` of those `distance` away along it and `last`; `place` then
    /// counts those that take the same steps.
    pub(super) fn steps_with(self, last: Reach, distance: i64, place: &mut i64) -> i64 {
        if distance == 0 {
            return 0;
        }
        for side in self.sides(last, distance) {
            if *place < side.places {
                let steps = side.first + *place;
                // Along the last axis up comes before down.
                *place = i64::from(!side.over && steps < distance);
                return side.direction * steps;
            }
            *place -= side.places;
        }
        0
    }
}

/// One side of a diamond.
pub(super) struct Side {
    /// Up or down the one axis, and up or down the other.
    direction: i64,
    over: bool,
    /// The least steps along the one axis, and how many places follow, with a step more each.
    first: i64,
    pub(super) places: i64,
}

/// How many places lie at each distance, from 0.
pub(super) fn shells(reaches: &[Reach]) -> Vec<i64> {
    reaches.iter().fold(vec![1], |counts, reaches| along(&counts, *reaches))
}

/// The same with one more axis: what was at distance d - s is at d with s steps along it, up or down.
fn along(counts: &[i64], reaches: Reach) -> Vec<i64> {
    let count = |distance: i64| usize::try_from(distance).ok().and_then(|d| counts.get(d)).copied().unwrap_or(0);
    let (mut up, mut down) = (0, 0);
    let all = (0..counts.len() as i64 + reaches.up.max(reaches.down)).map(|distance| {
        up += count(distance - 1) - count(distance - 1 - reaches.up);
        down += count(distance - 1) - count(distance - 1 - reaches.down);
        count(distance) + up + down
    });
    all.collect()
}

impl Axis {
    /// Whether its ends count as joined: with two places it is the same with and without a border.
    pub(super) fn joined(&self, all: bool) -> bool {
        all || self.side == 2
    }

    /// How much the number of `node` changes by so many steps along the axis, unless they cross a border.
    pub(super) fn shift(&self, node: NodeId, steps: i64, joined: bool) -> Option<i64> {
        let (place, side) = (i64::from(self.place(node)), i64::from(self.side));
        let end = if self.joined(joined) { (place + steps).rem_euclid(side) } else { place + steps };
        (0..side).contains(&end).then_some((end - place) * i64::from(self.stride))
    }
}
