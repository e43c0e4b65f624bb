//! Distances on a graph: who lies how far from a node, and how often choice by distance goes there.

use std::fmt::Debug;

use crate::units::NodeId;

/// The distances from every node, in hops along the edges of a graph.
///
/// The others in reach of a node have numbers from 0, in any order that stays the same. What lies around a node is
/// laid out in places, so many at each distance, and each of the others lies in exactly one; there may be places where
/// nobody lies.
pub trait DistanceIndex: Debug + Send + Sync {
    /// How many others can be reached from `node`.
    fn others(&self, node: NodeId) -> u32;

    /// Other number `index` of those in reach of `node`.
    fn other(&self, node: NodeId, index: u32) -> NodeId;

    /// The distance of other number `index` from `node`.
    fn distance(&self, node: NodeId, index: u32) -> u32;

    /// The distance of the farthest place around `node`; 0 if it can reach nobody.
    fn farthest(&self, node: NodeId) -> u32;

    /// How many places there are `distance` away from `node`.
    fn places(&self, node: NodeId, distance: u32) -> u64;

    /// Which of the others lies in place `place`, from 0, of those `distance` away from `node`, if anybody does.
    fn at(&self, node: NodeId, distance: u32, place: u64) -> Option<u32>;

    /// Choice by distance: every place at distance d has the weight Q(d)^-`exponent`, where Q(d) is the number of nodes
    /// within d.
    fn law(&self, exponent: f64) -> Box<dyn DistanceLaw>;
}

/// The weights of the distances around every node, with which one is drawn.
pub trait DistanceLaw: Debug + Send + Sync {
    /// The weight of all places `distance` away from `node` together, on a scale of the node's own.
    fn weight(&self, node: NodeId, distance: u32) -> f64;

    /// The distance that the draw `u`, between 0 and 1, gives among those from `first` up: each in proportion to its
    /// weight, and `first` where weights are too small for numbers.
    fn draw(&self, node: NodeId, first: u32, u: f64) -> u32;
}
