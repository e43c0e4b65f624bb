//! What one member remembers.

use crate::units::NodeId;
use crate::workload::members::{Belief, Broadcasts, Targets};

/// What one member remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// What it holds of every node, itself included; empty until it begins.
    pub view: Vec<Belief>,
    /// How many nodes it takes to be members: those that are not faulty, itself included.
    pub members: u32,
    /// Whom it can probe.
    pub targets: Targets,
    /// What it passes on.
    pub broadcasts: Broadcasts,
    /// How often it sends each update.
    pub limit: u32,
    /// Its current probe.
    pub probe: Probe,
    /// Whether it leaves, and stays only to tell others.
    pub leaving: bool,
}

/// A probe of one member by another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// Its number among those of the member, from 1.
    pub number: u32,
    /// Whose answer is missing; nobody's, where it has come.
    pub waits_for: Option<NodeId>,
}

impl Member {
    /// The bytes that what a member remembers takes, where there are so many nodes.
    pub const fn bytes(nodes: u64) -> u64 {
        let view = nodes.saturating_mul(size_of::<Belief>() as u64);
        view.saturating_add(Targets::bytes(nodes)).saturating_add(size_of::<Self>() as u64)
    }

    /// What it holds of `node`.
    #[inline]
    pub fn belief(&self, node: NodeId) -> Belief {
        self.view[node.index()]
    }
}
