//! The neighbours of a node with which its connections are broken.

use crate::units::NodeId;

/// Neighbours whose connections are broken, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outages(Vec<NodeId>);

impl Outages {
    /// Whether the connection with `peer` is broken.
    #[inline]
    pub fn has(&self, peer: NodeId) -> bool {
        !self.0.is_empty() && self.0.binary_search(&peer).is_ok()
    }

    /// Whether none is.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The connection with `peer` breaks.
    pub(crate) fn begin(&mut self, peer: NodeId) {
        if let Err(place) = self.0.binary_search(&peer) {
            self.0.insert(place, peer);
        }
    }

    /// There is word of `peer`, with which there is a connection, then.
    pub(crate) fn end(&mut self, peer: NodeId) {
        if let Ok(place) = self.0.binary_search(&peer) {
            self.0.remove(place);
        }
    }

    /// All are over.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
