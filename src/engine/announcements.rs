//! What was announced and reaches its recipients at one instant.

use crate::units::NodeId;

/// What was announced and reaches its recipients at the instant under way.
#[derive(Debug)]
pub(super) struct Announcements<M> {
    /// Who says what, and where its recipients end among all.
    pub(super) messages: Vec<(NodeId, M, usize)>,
    pub(super) recipients: Vec<NodeId>,
}

impl<M> Default for Announcements<M> {
    fn default() -> Self {
        Announcements { messages: Vec::new(), recipients: Vec::new() }
    }
}

impl<M> Announcements<M> {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Forgets them.
    pub(super) fn clear(&mut self) {
        self.messages.clear();
        self.recipients.clear();
    }
}
