//! Choice by distance on lattices: one table for all nodes.

use super::lattice_reach::{Reach, shells};
use crate::distance::DistanceLaw;
use crate::units::NodeId;

/// For each d from 0, the weight of all places at distance d or more.
///
/// A place at distance d weighs (Q(d) / Q(1))^-a, where Q(d) is the number of points of Z^D other than the origin with
/// a sum of absolute values of at most d: the nodes within d on the lattice of D axes without borders.
/// The sums begin at the far end, so every one is right to its share: its relative error is at most d_max 2^-53, 1e-12
/// for ten thousand distances. The probability of a distance is right to that and to the 2^-52 between two draws.
#[derive(Debug)]
pub(super) struct Table {
    from: Vec<f64>,
}

impl Table {
    /// The table of a lattice with the places that `reaches` reach.
    pub(super) fn new(reaches: &[Reach], exponent: f64) -> Self {
        let places = shells(reaches);
        let mut from = balls(reaches.len(), places.len());
        let nearest = 2.0 * reaches.len() as f64;
        from[0] = 0.0;
        for (weight, &places) in from.iter_mut().zip(&places).skip(1) {
            *weight = places as f64 * libm::pow((*weight - 1.0) / nearest, -exponent);
        }
        let mut sum = 0.0;
        for weight in from.iter_mut().rev() {
            sum += *weight;
            *weight = sum;
        }
        Table { from }
    }

    /// Bytes that it takes at most, while it is built, for distances up to `diameter`.
    pub(super) fn bytes(diameter: u32) -> u64 {
        // Besides the table, which stays, the places at each distance.
        (size_of::<f64>() + size_of::<i64>()) as u64 * (u64::from(diameter) + 1)
    }

    fn from(&self, distance: u32) -> f64 {
        self.from.get(distance as usize).copied().unwrap_or(0.0)
    }
}

impl DistanceLaw for Table {
    fn weight(&self, _: NodeId, distance: u32) -> f64 {
        self.from(distance) - self.from(distance + 1)
    }

    fn draw(&self, _: NodeId, first: u32, u: f64) -> u32 {
        let all = self.from(first);
        if all == 0.0 {
            return first;
        }
        // The farthest from which on there is still as much.
        let farther = &self.from[first as usize + 1..];
        first + farther.partition_point(|&from| from >= u * all) as u32
    }
}

/// How many points of Z^`dims` have a sum of absolute values of at most d, for d from 0 below `distances`: the Delannoy
/// numbers, V(k, d) = V(k, d - 1) + V(k - 1, d) + V(k - 1, d - 1).
fn balls(dims: usize, distances: usize) -> Vec<f64> {
    let mut counts = vec![1.0; distances];
    for _ in 0..dims {
        let (mut before, mut sum) = (0.0, 0.0);
        for count in &mut counts {
            sum += *count + before;
            before = std::mem::replace(count, sum);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::fraction;

    fn node() -> NodeId {
        NodeId::new(0)
    }

    #[test]
    fn balls_are_those_of_the_lattice_without_borders() {
        for (dims, formula) in [
            (1, (|d| 2 * d) as fn(u64) -> u64),
            (2, |d| 2 * d * (d + 1)),
            (3, |d| (2 * d + 1) * (2 * d * d + 2 * d + 3) / 3 - 1),
        ] {
            let expected: Vec<f64> = (0..500).map(|d| formula(d) as f64 + 1.0).collect();
            assert_eq!(balls(dims, 500), expected, "{dims} dimensions");
        }
        let inside = |d: i32| (0..5_i32.pow(6)).filter(|&code| norm(code) <= d).count() as f64;
        assert_eq!(balls(6, 3), [0, 1, 2].map(inside));
    }

    /// The sum of absolute values of the point of {-2..2}^6 with that number.
    fn norm(code: i32) -> i32 {
        (0..6).map(|axis| (code / 5_i32.pow(axis) % 5 - 2).abs()).sum()
    }

    #[test]
    fn shells_are_counted_place_by_place() {
        let reaches = [Reach { down: 2, up: 2 }, Reach { down: 0, up: 1 }, Reach { down: 3, up: 4 }];
        let mut expected = vec![0; 8];
        for (x, y, z) in (-2..=2_i64).flat_map(|x| (0..=1).flat_map(move |y| (-3..=4_i64).map(move |z| (x, y, z)))) {
            expected[(x.abs() + y + z.abs()) as usize] += 1;
        }
        assert_eq!(shells(&reaches), expected);
    }

    #[test]
    fn the_table_is_inverted_where_one_distance_ends_and_the_next_begins() {
        for exponent in [0.5, 1.0, 1.5, 2.0, 4.0] {
            let table = Table::new(&[Reach { down: 999, up: 999 }], exponent);
            let weight = |d: u32| 2.0 * libm::pow(f64::from(d), -exponent);
            for first in [1, 2, 50] {
                let from =
                    |d: u32| (d..1000).rev().map(weight).sum::<f64>() / (first..1000).rev().map(weight).sum::<f64>();
                for distance in [first, first + 1, first + 17, 998] {
                    let (edge, step) = (from(distance + 1), 1e-4 * from(999));
                    let found = [edge + step, edge - step].map(|u| table.draw(node(), first, u));
                    assert_eq!(found, [distance, distance + 1], "exponent {exponent} from {first}");
                }
                assert_eq!([fraction(u64::MAX), fraction(0)].map(|u| table.draw(node(), first, u)), [first, 999]);
            }
        }
    }

    #[test]
    fn where_weights_vanish_the_nearest_stands_for_all() {
        let table = Table::new(&[Reach { down: 9, up: 9 }], 1e6);
        assert_eq!([1, 2, 9].map(|first| table.draw(node(), first, 0.3)), [1, 2, 9]);
        assert_eq!([1, 2].map(|distance| table.weight(node(), distance)), [2.0, 0.0]);
    }
}
