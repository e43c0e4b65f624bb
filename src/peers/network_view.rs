//! What some rules have to be told before a run: who has whom for neighbours, and where nodes are.

use std::fmt;

use crate::units::NodeId;

/// The graph of a run, and where its nodes are, as far as rules ask.
pub trait NetworkView {
    /// How many nodes there are.
    fn nodes(&self) -> u32;

    /// Whether everybody is a neighbour of everybody else: then neighbour `index` of node i is node i + 1 + `index`, going
    /// around.
    fn is_complete(&self) -> bool;

    /// How many neighbours `node` has.
    fn degree(&self, node: NodeId) -> u32;

    /// Neighbour `index` of `node`.
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId;

    /// The weight of the link from a node to another, if it has one.
    fn weight(&self, from: NodeId, to: NodeId) -> Option<f64>;

    /// The node that is called so, if there is one.
    fn find(&self, name: &str) -> Option<NodeId>;

    /// The number of the region that `node` is in.
    fn region(&self, node: NodeId) -> usize;

    /// How many nodes each region has.
    fn sizes(&self) -> &[u32];

    /// The mean time of a message from a region to another and of one back, in nanoseconds.
    fn round_trip(&self, one: usize, other: usize) -> f64;
}

/// What a rule made of the [`NetworkView`] of its run; nothing before that.
#[derive(Clone)]
pub(super) struct Known<T>(pub(super) Option<T>);

impl<T> Default for Known<T> {
    fn default() -> Self {
        Known(None)
    }
}

impl<T> fmt::Debug for Known<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "known" } else { "unknown" })
    }
}

impl<T> PartialEq for Known<T> {
    /// Rules are the same if their settings are.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Which index `other` has among the neighbours of `node`, where all of `nodes` nodes are neighbours of all.
pub(super) fn index_among_all(node: u32, other: u32, nodes: u32) -> u32 {
    if other > node { other - node - 1 } else { other + (nodes - node) - 1 }
}
