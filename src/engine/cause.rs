//! Why something happens to a node, which is the address of its draws, and what the node does about it.

use super::known_dead::KnownDead;
use crate::peers::Peers;
use crate::random::{Field, Use};
use crate::time::{Span, Time};
use crate::topology::Graph;
use crate::units::NodeId;

/// What nodes can ask about the run.
#[derive(Clone, Copy)]
pub(super) struct Environment<'a> {
    pub(super) graph: &'a dyn Graph,
    pub(super) peers: &'a Peers,
    pub(super) choices: &'a Field,
    pub(super) coins: &'a Field,
    pub(super) dead: &'a KnownDead,
}

/// What happens: the address of all draws that are made of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cause {
    /// The node begins, for this time.
    Start { life: u32 },
    /// Its turn with this number.
    Turn { number: u64 },
    /// A message arrives.
    Message { from: NodeId, leg: u64 },
    /// A timer expires; its key was drawn when it was set.
    Timer { key: u64 },
    /// Input number so and so from outside.
    Input { number: u64 },
}

/// What a node sends and sets while something happens to it, in the order in which it does.
#[derive(Debug)]
pub(super) struct Outbox<M, T> {
    pub(super) messages: Vec<(NodeId, M)>,
    pub(super) timers: Vec<(Span, T)>,
    /// Whether it goes for good.
    pub(super) departs: bool,
}

impl<M, T> Outbox<M, T> {
    /// Whether nothing waits to be sent or set, and nobody goes.
    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty() && self.timers.is_empty() && !self.departs
    }
}

impl<M, T> Default for Outbox<M, T> {
    fn default() -> Self {
        Outbox { messages: Vec::new(), timers: Vec::new(), departs: false }
    }
}

impl Cause {
    /// A number that stands for what happens to `node` at `now` and nothing else: unlike causes have unlike keys but by
    /// a chance of 2^-64.
    #[inline(always)]
    pub(super) fn key(self, node: NodeId, now: Time, coins: &Field) -> u64 {
        let node = u64::from(node);
        match self {
            Cause::Start { life } => coins.at(node, life.into(), Use::START.slot(0)),
            Cause::Turn { number } => coins.at(node, number, Use::TURN.slot(0)),
            Cause::Message { from, leg } => {
                let path = u64::from(from) << 32 | node;
                coins.at(path, now.nanos(), leg ^ Use::MESSAGE.slot(0))
            }
            Cause::Timer { key } => key,
            Cause::Input { number } => coins.at(node, number, Use::INPUT.slot(0)),
        }
    }
}
