//! Nodes that take only so many calls a round: who gets through, and whom the others try next.

use super::calls::{ConnectionLimit, RoundCalls};
use super::hunting::{Caller, Hunter, Hunting};
use super::liveness::Liveness;
use super::mail::{Envelope, Item, Mail, Message};
use super::protocol::Protocol;
use super::run_state::{RunState, SlipOf};
use super::states::States;
use super::world::World;
use crate::peers::Turn;
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// Connects the calls of a round that reach their recipients, wave after wave of the refused ones.
    pub(super) fn admit(&mut self, now: Time, limit: ConnectionLimit, calls: &mut Vec<SlipOf<P>>) {
        let mut calls_of_round = std::mem::take(&mut self.memory.calls_of_round);
        let World { graph, fanout, .. } = self.world;
        let contacts = [fanout, fanout.saturating_mul(limit.hunt)];
        calls_of_round.clear(graph.nodes(), limit.remembered(fanout));
        for wave in 0..=limit.hunt {
            if calls.is_empty() {
                break;
            }
            calls_of_round.group(calls, P::Mail::about);
            self.take_calls(now, limit.limit, &mut calls_of_round);
            let RoundCalls { refused, hunting, .. } = &mut calls_of_round;
            // What is not said to the peers of a turn, such as a comparison of versions, is tried another time.
            refused.drain(..).filter(|call| call.leg == 0).for_each(|call| hunting.refuse(call));
            let mut from = 0;
            loop {
                let batch = hunting.next(&mut from);
                if batch.places().is_empty() {
                    break;
                }
                for &place in batch.places() {
                    let mut hunter = hunting.hunter(place);
                    let further = if wave < limit.hunt { self.hunt(contacts, &mut hunter) } else { None };
                    match further {
                        Some(to) => calls.extend(self.call_again(now, hunter.caller, to)),
                        None => hunter.caller.given_up += 1,
                    }
                }
            }
        }
        self.tell_refused(&calls_of_round.hunting);
        self.memory.calls_of_round = calls_of_round;
    }

    /// Those who are called take whom they have room for.
    fn take_calls(&mut self, now: Time, limit: u32, calls_of_round: &mut RoundCalls<SlipOf<P>, P::Message>) {
        let waiting = std::mem::take(&mut calls_of_round.waiting);
        for slips in waiting.chunk_by(|one, other| P::Mail::about(one) == P::Mail::about(other)) {
            let mail = &mut self.memory.mail;
            calls_of_round.line.extend(slips.iter().filter_map(|&slip| match mail.open(slip) {
                Item::Message(envelope) => Some((0, envelope)),
                Item::Timer(_) | Item::Bounce(..) => None,
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
                    if self.follows {
                        self.observer.refused(now, &call);
                    }
                    calls_of_round.refused.push(call);
                }
            }
            calls_of_round.taken[P::Mail::about(&slips[0]).index()] = limit - room;
        }
        calls_of_round.waiting = waiting;
    }

    /// The next peer of the turn besides those that its node has tried, if there is one.
    fn hunt(&self, contacts: [u32; 2], hunter: &mut Hunter<'_, P::Message>) -> Option<NodeId> {
        let World { graph, peers, choices, .. } = self.world;
        let Hunter { caller, called, picks } = hunter;
        let number = caller.tried;
        caller.tried += 1;
        let turn = Turn { node: caller.node, number: self.turn_number };
        let degree = graph.degree(caller.node);
        let pick = peers.hunt((turn, degree), contacts, number, choices, picks, called)?;
        Some(graph.neighbor(caller.node, pick))
    }

    /// A refused call is made to another peer; the call, if it gets there.
    fn call_again(&mut self, now: Time, caller: &Caller<P::Message>, to: NodeId) -> Option<SlipOf<P>> {
        let from = caller.node;
        let envelope = Envelope { from, to, leg: 0, message: caller.message.clone() };
        let delivery = self.transmit(now, &envelope);
        self.send(now, envelope, delivery).map(|envelope| self.memory.mail.seal(envelope))
    }

    /// Whoever got through to nobody has had no contact in this turn.
    fn tell_refused(&mut self, hunting: &Hunting<P::Message>) {
        let World { protocol, graph, fanout, .. } = self.world;
        for caller in hunting.callers().iter().filter(|caller| caller.given_up > 0) {
            if caller.given_up == fanout.min(graph.degree(caller.node)) {
                self.memory.states.update(caller.node, |state| protocol.refused(state));
            }
        }
    }
}
