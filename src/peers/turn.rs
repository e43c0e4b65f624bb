//! The address of a choice.

use crate::units::NodeId;

/// One turn of one node: the address of its choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// Whose turn it is.
    pub node: NodeId,
    /// How many turns it had before.
    pub number: u64,
}
