//! What a node comes to think of another, as whoever watches is told.

use crate::units::NodeId;

/// A member takes another for faulty, or no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whom.
    pub about: NodeId,
    /// Whether it does.
    pub faulty: bool,
}
