//! What a node comes to think of another.

use crate::units::NodeId;

/// A node takes another for failed, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which other.
    pub about: NodeId,
    /// Whether it takes it for failed.
    pub failed: bool,
}
