//! Times at which nodes are up, as a file tells them.

use std::sync::Arc;

use crate::time::Span;
use crate::units::NodeId;

/// When nodes are up that a file speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct Sessions {
    /// The file, as the scenario names it.
    pub file: String,
    /// The start of the SHA-256 of the file.
    pub sha256: String,
    /// Every session, by node and then by time: those of one node do not overlap.
    pub list: Arc<[Session]>,
}

/// A time at which a node is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Session {
    /// The node.
    pub node: NodeId,
    /// When it comes, from the beginning of all of them on.
    pub up: Span,
    /// When it goes, later than that; none if it never does.
    pub down: Option<Span>,
}

impl Sessions {
    /// The sessions of one node after the other.
    pub fn by_node(&self) -> impl Iterator<Item = &[Session]> {
        self.list.chunk_by(|one, other| one.node == other.node)
    }

    /// How many nodes have any.
    pub fn nodes(&self) -> u32 {
        // No more than nodes there are.
        self.by_node().count() as u32
    }

    /// How often nodes come and go.
    pub fn changes(&self) -> u64 {
        2 * self.list.len() as u64
    }
}
