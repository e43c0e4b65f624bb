//! What is known of turns before they come.

use super::protocol::Protocol;
use crate::network::Delivery;
use crate::units::NodeId;

/// How a turn opens: with whom, and what becomes of the message, where that is known ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opening {
    pub(super) to: NodeId,
    pub(super) delivery: Delivery,
}

/// No node.
const NOBODY: NodeId = NodeId::new(u32::MAX);

impl Opening {
    /// Not with a single contact that is known ahead.
    pub(super) const SEVERAL: Opening = Opening { to: NOBODY, delivery: Delivery::UNKNOWN };

    /// With this one, of whose message nobody has asked yet what becomes.
    #[inline(always)]
    pub(super) fn with(to: NodeId) -> Self {
        Opening { to, delivery: Delivery::UNKNOWN }
    }
}

/// What is said in turns that are taken a block at a time.
pub(super) struct Blocks<P: Protocol> {
    /// The two states there are.
    pub(super) states: [P::State; 2],
    /// What nodes say in their turns that have the one or the other.
    pub(super) turns: [Option<TurnMessage<P::Message>>; 2],
    /// Whether every node has a choice of peers.
    pub(super) all_choose: bool,
}

/// What a node says in its turn.
pub(super) struct TurnMessage<M> {
    pub(super) message: M,
    /// Whether a recipient in the one or the other state neither learns from it nor answers.
    pub(super) idle: [bool; 2],
}
