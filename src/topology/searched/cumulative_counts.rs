//! Choice by distance on stored graphs: the weights of a node's distances are added up when it draws.

use std::sync::Arc;

use super::bfs_layers::BfsLayers;
use crate::distance::DistanceLaw;
use crate::units::NodeId;

/// The greatest exponent of e by which powers may differ and still be numbers.
const WIDEST: f64 = 700.0;

/// Each of the others has the weight Q^-a, where Q is the number of nodes no farther from the node that draws.
#[derive(Debug)]
pub(super) struct CumulativeCounts {
    layers: Arc<BfsLayers>,
    exponent: f64,
    /// Q^-a for Q from 0; none where that is too small for numbers.
    powers: Vec<f64>,
}

impl CumulativeCounts {
    pub(super) fn new(layers: Arc<BfsLayers>, exponent: f64) -> Self {
        let nodes = layers.nodes();
        let plain = exponent * libm::log(f64::from(nodes)) <= WIDEST;
        let powers =
            (0..if plain { nodes } else { 0 }).map(|count| libm::pow(count.max(1).into(), -exponent)).collect();
        CumulativeCounts { layers, exponent, powers }
    }

    /// Bytes that it takes at most over `nodes` nodes.
    pub(super) fn bytes(nodes: u32) -> u64 {
        size_of::<f64>() as u64 * u64::from(nodes)
    }

    /// The weight of each of `count` nodes no farther than it, on a scale on which one of `nearest` is 1, or all are.
    fn power(&self, count: u32, nearest: u32) -> f64 {
        match self.powers.get(count as usize) {
            Some(&power) => power,
            None => libm::pow(f64::from(count) / f64::from(nearest), -self.exponent),
        }
    }

    /// The farthest distance from `first` up from which on there is `enough`, with the weight from there on.
    fn sum(&self, node: NodeId, first: u32, enough: f64) -> (u32, f64) {
        let (nearest, farthest) = (self.layers.within(node, first), self.layers.within_each(node).len() as u32);
        let mut sum = 0.0;
        for distance in (first..=farthest).rev() {
            let (inner, outer) = (self.layers.within(node, distance - 1), self.layers.within(node, distance));
            sum += f64::from(outer - inner) * self.power(outer, nearest);
            if sum >= enough {
                return (distance, sum);
            }
        }
        (first, sum)
    }
}

impl DistanceLaw for CumulativeCounts {
    fn weight(&self, node: NodeId, distance: u32) -> f64 {
        let (inner, outer) = (self.layers.within(node, distance - 1), self.layers.within(node, distance));
        f64::from(outer - inner) * self.power(outer, self.layers.within(node, 1))
    }

    fn draw(&self, node: NodeId, first: u32, u: f64) -> u32 {
        let (_, all) = self.sum(node, first, f64::INFINITY);
        self.sum(node, first, u * all).0
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::csr::Csr;
    use super::*;

    #[test]
    fn the_sum_is_inverted_where_one_distance_ends_and_the_next_begins() {
        // A hub of six, of which one leads on to a tail of five.
        let edges = [[0, 1], [0, 2], [0, 3], [0, 4], [0, 5], [0, 6], [6, 7], [7, 8], [8, 9], [9, 10], [10, 11]];
        let layers = Arc::new(BfsLayers::of(&Csr::from_edges(12, edges.into_iter())));
        let hub = NodeId::new(0);
        for exponent in [0.5, 1.0, 2.0, 30.0, 300.0] {
            let law = CumulativeCounts::new(Arc::clone(&layers), exponent);
            let power = |distance: u32| libm::pow(f64::from(distance + 5) / 6.0, -exponent);
            let weight = |distance: u32| if distance == 1 { 6.0 } else { 1.0 } * power(distance);
            let from = |distance: u32| (distance..=6).rev().map(weight).sum::<f64>();
            for distance in 1..6 {
                let edge = from(distance + 1) / from(1);
                let found = [edge * (1.0 + 1e-9), edge * (1.0 - 1e-9)].map(|u| law.draw(hub, 1, u));
                assert_eq!(found, [distance, distance + 1], "exponent {exponent}");
                let ratio = law.weight(hub, distance) / law.weight(hub, 1) / (weight(distance) / weight(1));
                assert!((ratio - 1.0).abs() < 1e-9, "exponent {exponent}: {ratio}");
            }
        }
    }
}
