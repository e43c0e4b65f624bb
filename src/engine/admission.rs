//! Nodes that take only so many calls a round: who gets through, and whom the others try next.

use super::liveness::Liveness;
use super::mail::{Envelope, Item, Mail};
use super::protocol::{Message, Protocol};
use super::run_state::{RunState, SlipOf};
use super::states::States;
use crate::network::Leg;
use crate::peers::Turn;
use crate::random::{Field, Use};
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

/// How many calls nodes take, and how often who is refused tries others (Demers et al. 1987, section 1.4: connection
/// limit and hunting).
///
/// A call is the first leg of a conversation; the rest of the conversation is free. A node takes up to `limit` of the
/// calls that reach it in a round, chosen uniformly; its own calls do not count. All who are refused call somebody else
/// at once, `hunt` times at most, and reach who has room left. A refused call transports nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimit {
    /// Calls a node takes in a round.
    pub limit: u32,
    /// Further peers that a refused call is tried at.
    pub hunt: u32,
}

/// The calls of one round; memory that the next round uses again.
#[derive(Debug)]
pub(super) struct RoundCalls<M> {
    /// Calls each node has taken.
    taken: Vec<u32>,
    /// Further peers each node has tried.
    tried: Vec<u32>,
    /// Those who call, in the order in which they are taken.
    waiting: Vec<(u64, Envelope<M>)>,
    refused: Vec<Envelope<M>>,
    /// The callers of the calls that nobody took.
    refused_everywhere: Vec<NodeId>,
    picks: Vec<u32>,
}

impl<M> Default for RoundCalls<M> {
    fn default() -> Self {
        RoundCalls {
            taken: Vec::new(),
            tried: Vec::new(),
            waiting: Vec::new(),
            refused: Vec::new(),
            refused_everywhere: Vec::new(),
            picks: Vec::new(),
        }
    }
}

impl<M> RoundCalls<M> {
    fn clear(&mut self, nodes: u32) {
        for counts in [&mut self.taken, &mut self.tried] {
            counts.clear();
            counts.resize(nodes as usize, 0);
        }
        self.refused_everywhere.clear();
    }

    /// Puts the callers of each node in a random order: that of draws at (recipient, round, caller).
    fn line_up(&mut self, calls: impl Iterator<Item = Envelope<M>>, round: u64, coins: &Field) {
        let rank = |call: &Envelope<M>| {
            // A node may call another to tell it a rumor and to compare versions.
            let address = Use::ADMISSION.slot(0) | call.leg << 40 | u64::from(call.from);
            coins.at(call.to.into(), round, address)
        };
        self.waiting.clear();
        self.waiting.extend(calls.map(|call| (rank(&call), call)));
        self.waiting.sort_unstable_by_key(|(rank, call)| (call.to, *rank, call.from, call.leg));
    }
}

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// Connects the calls of a round that reach their recipients, wave after wave of the refused ones.
    pub(super) fn admit(&mut self, now: Time, limit: ConnectionLimit, calls: &mut Vec<SlipOf<P>>) {
        let mut calls_of_round = std::mem::take(&mut self.memory.calls_of_round);
        let round = self.turn_number;
        calls_of_round.clear(self.world.graph.nodes());
        for wave in 0..=limit.hunt {
            let mail = &mut self.memory.mail;
            let opened = calls.drain(..).filter_map(|slip| match mail.open(slip) {
                Item::Message(envelope) => Some(envelope),
                Item::Timer(_) => None,
            });
            calls_of_round.line_up(opened, round, self.world.coins);
            self.take_calls(now, limit.limit, &mut calls_of_round);
            for call in calls_of_round.refused.split_off(0) {
                // What is not said to the peers of a turn, such as a comparison of versions, is tried another time.
                if call.leg != 0 {
                    continue;
                }
                let caller = Turn { node: call.from, number: round };
                let further =
                    if wave < limit.hunt { self.further(caller, limit.hunt, &mut calls_of_round) } else { None };
                match further {
                    Some(to) => calls.extend(self.call_again(now, call, to)),
                    None => calls_of_round.refused_everywhere.push(caller.node),
                }
            }
        }
        self.tell_refused(&mut calls_of_round);
        self.memory.calls_of_round = calls_of_round;
    }

    /// Those who are called take whom they have room for.
    fn take_calls(&mut self, now: Time, limit: u32, calls_of_round: &mut RoundCalls<P::Message>) {
        for (_, call) in calls_of_round.waiting.drain(..) {
            let taken = &mut calls_of_round.taken[call.to.index()];
            if *taken < limit {
                *taken += 1;
                self.deliver(now, call);
            } else {
                // What it would have carried stays with the caller.
                self.tally.refused[call.message.kind()] += 1;
                calls_of_round.refused.push(call);
            }
        }
    }

    /// The next peer of a turn besides those that its caller has tried, if there is one.
    fn further(&self, turn: Turn, hunt: u32, calls_of_round: &mut RoundCalls<P::Message>) -> Option<NodeId> {
        let world = &self.world;
        let number = calls_of_round.tried[turn.node.index()];
        calls_of_round.tried[turn.node.index()] += 1;
        let contacts = [world.fanout, world.fanout.saturating_mul(hunt)];
        let degree = world.graph.degree(turn.node);
        let pick = world.peers.further(turn, degree, contacts, number, world.choices, &mut calls_of_round.picks)?;
        Some(world.graph.neighbor(turn.node, pick))
    }

    /// A refused call is made to another peer; the call, if it gets there.
    fn call_again(&mut self, now: Time, call: Envelope<P::Message>, to: NodeId) -> Option<SlipOf<P>> {
        let envelope = Envelope { to, ..call };
        let leg = Leg { from: envelope.from, to, sent: now, number: envelope.leg };
        let delivery = self.world.network.transmit(leg);
        self.send(now, envelope, delivery).map(|envelope| self.memory.mail.seal(envelope))
    }

    /// Whoever got through to nobody has had no contact in this turn.
    fn tell_refused(&mut self, calls_of_round: &mut RoundCalls<P::Message>) {
        let (protocol, graph, fanout) = (self.world.protocol, self.world.graph, self.world.fanout);
        calls_of_round.refused_everywhere.sort_unstable();
        for refusals in calls_of_round.refused_everywhere.chunk_by(|one, other| one == other) {
            let node = refusals[0];
            if refusals.len() as u64 == u64::from(fanout.min(graph.degree(node))) {
                self.memory.states.update(node, |state| protocol.refused(state));
            }
        }
    }
}
