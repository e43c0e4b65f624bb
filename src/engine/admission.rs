//! Nodes that take only so many calls a round: who gets through, and whom the others try next.

use super::calls::{self, Call, ConnectionLimit, RoundCalls};
use super::hunting::{Caller, Hunter, Hunting, Refused, UNREFUSED};
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
        calls_of_round.clear(graph.nodes(), limit.rooms(fanout), fanout == 1 && !self.repeats);
        calls_of_round.calls.extend(calls.drain(..).map(|slip| Call { slip, place: UNREFUSED }));
        for wave in 0..=limit.hunt {
            if calls_of_round.calls.is_empty() {
                break;
            }
            calls_of_round.group(P::Mail::about);
            self.take_calls(now, limit.limit, &mut calls_of_round);
            let RoundCalls { calls, refused, hunting, .. } = &mut calls_of_round;
            refused.drain(..).for_each(|refused| hunting.refuse(refused));
            // There are at most as many as nodes.
            for place in 0..hunting.callers().len() as u32 {
                while let Some(mut hunter) = hunting.hunter(place) {
                    let further = if wave < limit.hunt { self.hunt(contacts, &mut hunter) } else { None };
                    match further {
                        Some(to) => {
                            let slip = self.call_again(now, hunter.caller, to);
                            calls.extend(slip.map(|slip| Call { slip, place }));
                        }
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
        let RoundCalls { waiting, taken, line, refused, .. } = calls_of_round;
        for calls in waiting.chunk_by(|one, other| P::Mail::about(&one.slip) == P::Mail::about(&other.slip)) {
            let taken = &mut taken[P::Mail::about(&calls[0].slip).index()];
            let mut room = limit - *taken;
            if calls.len() == 1 || room == 0 && !self.follows {
                // Nobody waits for anybody, or nobody gets through, in whatever order.
                for &Call { slip, place } in calls {
                    if let Item::Message(call) = self.memory.mail.open(slip) {
                        self.take_or_refuse(now, (call, place), &mut room, refused);
                    }
                }
            } else {
                line.extend(calls.iter().filter_map(|&Call { slip, place }| match self.memory.mail.open(slip) {
                    Item::Message(call) => Some((0, call, place)),
                    Item::Timer(_) | Item::Bounce(..) => None,
                }));
                calls::line_up(line, self.turn_number, self.world.coins);
                line.drain(..).for_each(|(_, call, place)| self.take_or_refuse(now, (call, place), &mut room, refused));
            }
            *taken = limit - room;
        }
    }

    /// One who is called takes the call of the caller at `place`, if there is room.
    #[inline(always)]
    fn take_or_refuse(
        &mut self,
        now: Time,
        (call, place): (Envelope<P::Message>, u32),
        room: &mut u32,
        refused: &mut Vec<Refused<P::Message>>,
    ) {
        if *room > 0 {
            *room -= 1;
            return self.deliver(now, call);
        }
        // What it would have carried stays with the caller.
        self.tally.refused[call.message.kind()] += 1;
        if self.follows {
            self.observer.refused(now, &call);
        }
        // What is not said to the peers of a turn, such as a comparison of versions, is tried another time.
        if call.leg == 0 {
            refused.push(Refused { node: call.from, message: call.message, place });
        }
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
