//! Distances on a graph: how many nodes lie how far from a node, and which.

use std::fmt::Debug;

use crate::units::NodeId;

/// The distances from every node, in hops along the edges of a graph.
///
/// Whatever is counted here counts the other nodes, never the node itself, and only those that can be reached.
pub trait Space: Debug + Send + Sync {
    /// How many others lie within `distance` of `node`; none within 0.
    fn within(&self, node: NodeId, distance: u32) -> u32;

    /// Node number `index`, from 0, of those exactly `distance` from `node`. There must be so many.
    fn at(&self, node: NodeId, distance: u32, index: u32) -> NodeId;

    /// The distance of the farthest node from `node`; 0 if it can reach nobody.
    fn eccentricity(&self, node: NodeId) -> u32;

    /// The least distance within which at least `count` others lie. There must be so many.
    fn reaching(&self, node: NodeId, count: u32) -> u32 {
        least(0, self.eccentricity(node), |distance| self.within(node, distance) >= count)
    }

    /// The other node of rank `rank`, from 0, the nearest first.
    fn ranked(&self, node: NodeId, rank: u32) -> NodeId {
        let distance = self.reaching(node, rank + 1);
        self.at(node, distance, rank - self.within(node, distance.saturating_sub(1)))
    }
}

/// The least number from `low` to `high` for which `enough` holds, which holds from there on; `high` if for none.
pub fn least(mut low: u32, mut high: u32, enough: impl Fn(u32) -> bool) -> u32 {
    while low < high {
        let middle = low + (high - low) / 2;
        if enough(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_that_is_enough_is_found_wherever_it_is() {
        for high in 0..20 {
            for first in 0..=high {
                assert_eq!(least(0, high, |number| number >= first), first);
            }
            assert_eq!(least(0, high, |_| false), high);
        }
    }
}
