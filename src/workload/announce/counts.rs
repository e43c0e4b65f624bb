//! The running totals of bodies and announcements.

use crate::workload::broadcast::Deliveries;

/// The running totals of bodies and announcements.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// Who has got what.
    pub deliveries: Deliveries,
    /// Live nodes.
    pub(super) nodes: u64,
    /// Requests that were not answered in time, or went to a node that was down.
    pub unanswered: u64,
    /// Times that a node had asked all who had announced a message to it, in vain.
    pub given_up: u64,
}

impl Counts {
    /// A node that has begun is live, or is so no more.
    pub(super) fn count(&mut self, up: bool) {
        self.nodes = if up { self.nodes + 1 } else { self.nodes - 1 };
    }

    /// Whether what is said of live nodes is the same in a recount.
    pub(super) fn matches(&self, recount: &Counts) -> bool {
        (self.nodes, self.deliveries.held()) == (recount.nodes, recount.deliveries.held())
    }
}
