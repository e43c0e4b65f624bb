//! The door through which all effects of a protocol leave: what it sends, which timers it sets, what it draws.

use super::observer::Observer;
use super::protocol::Protocol;
use crate::peers::{Peers, Turn};
use crate::random::{Draw, Field, Use};
use crate::time::{Span, Time};
use crate::topology::Graph;
use crate::units::NodeId;

/// What a node can do while something happens to it.
pub struct Context<'a, P: Protocol> {
    /// The node.
    pub node: NodeId,
    /// The instant.
    pub now: Time,
    /// The protocol's running totals.
    pub counts: &'a mut P::Counts,
    pub(super) cause: Cause,
    pub(super) surroundings: Surroundings<'a>,
    pub(super) outbox: &'a mut Outbox<P>,
    pub(super) observer: &'a mut dyn Observer<P>,
}

/// What nodes can ask about the run.
#[derive(Clone, Copy)]
pub(super) struct Surroundings<'a> {
    pub(super) graph: &'a dyn Graph,
    pub(super) peers: &'a Peers,
    pub(super) choices: &'a Field,
    pub(super) coins: &'a Field,
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
pub(super) struct Outbox<P: Protocol> {
    pub(super) messages: Vec<(NodeId, P::Message)>,
    pub(super) timers: Vec<(Span, P::Timer)>,
}

impl<P: Protocol> Default for Outbox<P> {
    fn default() -> Self {
        Outbox { messages: Vec::new(), timers: Vec::new() }
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

impl<P: Protocol> Context<'_, P> {
    /// Sends `message` to `to`. What is sent in a turn, by a timer or by an input arrives in this step of the instant
    /// where it takes no time; what is sent while learning, in the next.
    #[inline]
    pub fn send(&mut self, to: NodeId, message: P::Message) {
        self.outbox.messages.push((to, message));
    }

    /// Sets a timer that expires `after` a while.
    #[inline]
    pub fn set_timer(&mut self, after: Span, timer: P::Timer) {
        self.outbox.timers.push((after, timer));
    }

    /// Tells whoever watches the run.
    #[inline]
    pub fn report(&mut self, fact: P::Fact) {
        self.observer.fact(self.now, self.node, fact);
    }

    /// A number below `bound`, exactly uniform, drawn at the address of what happens here; draws with different `slot`s
    /// are independent.
    #[inline]
    pub fn below(&self, bound: u32, slot: u32) -> u32 {
        let Surroundings { coins, .. } = self.surroundings;
        match self.cause {
            Cause::Turn { number } => coins.below(bound, self.node.into(), number, slot.into()),
            cause => coins.below(bound, cause.key(self.node, self.now, coins), 0, Use::KEYED.slot(slot)),
        }
    }

    /// A number below `bound` drawn for `what` in the node's turn.
    #[inline]
    pub(crate) fn below_in_turn(&self, bound: u32, what: Use) -> u32 {
        let number = self.turn().number;
        self.surroundings.coins.below(bound, self.node.into(), number, what.slot(0))
    }

    /// A number below `bound` that the node draws once and for all for `what`.
    #[inline]
    pub(crate) fn below_once(&self, bound: u64, what: Use) -> u64 {
        self.surroundings.coins.below_wide(bound, self.node.into(), 0, what.slot(0))
    }

    /// What is drawn in the node's turn.
    #[inline(always)]
    pub(crate) fn draw(&self) -> Draw<'_> {
        Draw::new(self.surroundings.coins, self.node.into(), self.turn().number)
    }

    /// The number of the turn; of what happens outside of turns a number that stands for it.
    #[inline]
    pub fn turn(&self) -> Turn {
        let number = match self.cause {
            Cause::Turn { number } => number,
            cause => cause.key(self.node, self.now, self.surroundings.coins) >> 32,
        };
        Turn { node: self.node, number }
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> u32 {
        self.surroundings.graph.nodes()
    }

    /// How many neighbours the node has.
    #[inline]
    pub fn degree(&self) -> u32 {
        self.surroundings.graph.degree(self.node)
    }

    /// Neighbour `index` of the node, for `index` below its degree.
    #[inline]
    pub fn neighbor(&self, index: u32) -> NodeId {
        self.surroundings.graph.neighbor(self.node, index)
    }

    /// Appends the `count` distinct neighbours, or all where there are not so many, that the scenario's peer rule names
    /// for this turn.
    pub fn peers(&self, count: u32, to: &mut Vec<NodeId>) {
        let Surroundings { peers, choices, .. } = self.surroundings;
        let mut picks = Vec::new();
        peers.choose(self.turn(), self.degree(), count, choices, &mut picks);
        to.extend(picks.into_iter().map(|pick| self.neighbor(pick)));
    }
}
