//! Nodes that take only so many calls a round: who gets through, and whom the others try next.

use super::calls::{ConnectionLimit, RoundCalls};
use super::liveness::Liveness;
use super::mail::{Envelope, Item, Mail, Message};
use super::protocol::Protocol;
use super::run_state::{RunState, SlipOf};
use super::states::States;
use crate::network::Leg;
use crate::peers::Turn;
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// Connects the calls of a round that reach their recipients, wave after wave of the refused ones.
    pub(super) fn admit(&mut self, now: Time, limit: ConnectionLimit, calls: &mut Vec<SlipOf<P>>) {
        let mut calls_of_round = std::mem::take(&mut self.memory.calls_of_round);
        let round = self.turn_number;
        calls_of_round.clear(self.world.graph.nodes());
        for wave in 0..=limit.hunt {
            if calls.is_empty() {
                break;
            }
            calls_of_round.group(calls, P::Mail::about);
            self.take_calls(now, limit.limit, &mut calls_of_round);
            let mut refused = std::mem::take(&mut calls_of_round.refused);
            for call in refused.drain(..) {
                // What is not said to the peers of a turn, such as a comparison of versions, is tried another time.
                if call.leg != 0 {
                    continue;
                }
                let caller = Turn { node: call.from, number: round };
                let further = if wave < limit.hunt { self.hunt(caller, limit.hunt, &mut calls_of_round) } else { None };
                match further {
                    Some(to) => calls.extend(self.call_again(now, call, to)),
                    None => calls_of_round.refused_everywhere.push(caller.node),
                }
            }
            calls_of_round.refused = refused;
        }
        self.tell_refused(&mut calls_of_round);
        self.memory.calls_of_round = calls_of_round;
    }

    /// Those who are called take whom they have room for.
    fn take_calls(&mut self, now: Time, limit: u32, calls_of_round: &mut RoundCalls<SlipOf<P>, P::Message>) {
        let waiting = std::mem::take(&mut calls_of_round.waiting);
        for slips in waiting.chunk_by(|one, other| P::Mail::about(one) == P::Mail::about(other)) {
            let mail = &mut self.memory.mail;
            calls_of_round.line.extend(slips.iter().filter_map(|&slip| match mail.open(slip) {
                Item::Message(envelope) => Some((0, envelope)),
                Item::Timer(_) => None,
            }));
            calls_of_round.line_up(self.turn_number, self.world.coins);
            let mut room = limit - calls_of_round.taken[P::Mail::about(&slips[0]).index()];
            for (_, call) in calls_of_round.line.drain(..) {
                if room > 0 {
                    room -= 1;
                    self.deliver(now, call);
                } else {
                    // What it would have carried stays with the caller.
                    self.tally.refused[call.message.kind()] += 1;
                    calls_of_round.refused.push(call);
                }
            }
            calls_of_round.taken[P::Mail::about(&slips[0]).index()] = limit - room;
        }
        calls_of_round.waiting = waiting;
    }

    /// The next peer of a turn besides those that its caller has tried, if there is one.
    fn hunt(&self, turn: Turn, hunt: u32, calls_of_round: &mut RoundCalls<SlipOf<P>, P::Message>) -> Option<NodeId> {
        let world = &self.world;
        let number = calls_of_round.tried[turn.node.index()];
        calls_of_round.tried[turn.node.index()] += 1;
        let contacts = [world.fanout, world.fanout.saturating_mul(hunt)];
        let degree = world.graph.degree(turn.node);
        let pick = world.peers.hunt(turn, degree, contacts, number, world.choices, &mut calls_of_round.picks)?;
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
    fn tell_refused(&mut self, calls_of_round: &mut RoundCalls<SlipOf<P>, P::Message>) {
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
