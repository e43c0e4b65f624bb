//! Nodes that do not all send and receive as fast: which of them are in a class with a bandwidth of its own.

use super::bandwidth::Bandwidth;
use crate::units::NodeId;

/// The most classes that there may be, with which the number of each fits beside a node.
pub const MAX_CLASSES: usize = 1000;

/// Classes of nodes, each with its bandwidth. By default there are none.
#[derive(Clone, Debug, Default)]
pub struct BandwidthClasses {
    bandwidths: Vec<Bandwidth>,
    /// The class of each node, from 1; 0 of one that is in none. Empty where nobody is in any.
    of_nodes: Vec<u16>,
}

impl BandwidthClasses {
    /// Classes with these `bandwidths`, at most [`MAX_CLASSES`], and the class of each node, from 1; 0 is none.
    pub fn new(bandwidths: Vec<Bandwidth>, of_nodes: Vec<u16>) -> Self {
        BandwidthClasses { bandwidths, of_nodes }
    }

    /// What each of them has.
    pub fn bandwidths(&self) -> &[Bandwidth] {
        &self.bandwidths
    }

    /// The class of `node`, from 1; 0 if it is in none.
    pub fn of(&self, node: NodeId) -> u16 {
        self.of_nodes.get(node.index()).copied().unwrap_or_default()
    }
}
