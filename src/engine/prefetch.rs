//! What can be worked out ahead of a turn: whom the node contacts, and what becomes of its message. Neither depends on
//! what anybody knows, so many computations and reads are under way at once instead of one wait after the other.

use super::liveness::Liveness;
use super::protocol::Protocol;
use super::run_state::RunState;
use super::states::States;
use super::turn_plan::Opening;
use crate::clock::Clock;
use crate::network::Leg;
use crate::peers::Turn;
use crate::time::Time;
use crate::topology::Graph;
use crate::units::NodeId;

impl<P: Protocol, G: Graph, L: Liveness> RunState<'_, P, G, L> {
    /// Works out the openings of the turns to come that the clock names, and reads the states of their nodes.
    #[inline(never)]
    pub(super) fn prefetch(&mut self, clock: &mut impl Clock) {
        let mut openings = std::mem::take(&mut self.memory.openings);
        openings.clear();
        (self.next_opening, self.openings_stale) = (0, false);
        let coming = clock.upcoming();
        if self.reads_ahead {
            // In a loop of its own, which is so short that many reads are under way at once.
            coming.clone().for_each(|(node, ..)| touch::<P>(&self.memory.states, node));
        }
        if let Some(carrier) = &self.carrier {
            coming.clone().for_each(|(node, ..)| carrier.queues.touch(node));
        }
        // Whom all contact, and then what becomes of all messages: each loop has room in registers for what it needs.
        let contact = |(node, number, _)| if P::CALLS_PEERS { self.contact(Turn { node, number }) } else { None };
        openings.extend(coming.clone().map(|turn| contact(turn).map_or(Opening::SEVERAL, Opening::with)));
        if self.carrier.is_some() {
            // What becomes of messages that queue is known when they are sent.
            self.memory.openings = openings;
            return;
        }
        for (opening, (from, _, sent)) in openings.iter_mut().zip(coming) {
            if *opening != Opening::SEVERAL {
                opening.delivery = self.world.network.transmit(Leg { from, to: opening.to, sent, number: 0 });
            }
        }
        if self.reads_ahead && self.world.network.is_instant() {
            let known = openings.iter().filter(|opening| **opening != Opening::SEVERAL);
            known.for_each(|opening| touch::<P>(&self.memory.states, opening.to));
        }
        self.memory.openings = openings;
    }

    /// How a turn opens.
    #[inline(always)]
    pub(super) fn opening(&self, now: Time, turn: Turn) -> Opening {
        let Some(to) = self.contact(turn) else { return Opening::SEVERAL };
        if self.carrier.is_some() {
            return Opening::with(to);
        }
        Opening { to, delivery: self.world.network.transmit(Leg { from: turn.node, to, sent: now, number: 0 }) }
    }

    /// The one node that is contacted in a turn, where it is one that is known ahead.
    #[inline(always)]
    fn contact(&self, turn: Turn) -> Option<NodeId> {
        let world = &self.world;
        if !L::ALWAYS && self.dead.is_told() {
            // Who is known to be down then is not known ahead.
            return None;
        }
        let degree = world.graph.degree(turn.node);
        let pick = world.peers.only(turn, degree, world.fanout, world.choices)?;
        Some(world.graph.neighbor(turn.node, pick))
    }
}

/// Reads the state of a node that will be needed soon. Such reads depend on nothing, so their cache misses overlap.
#[inline]
pub(super) fn touch<P: Protocol>(states: &P::States, node: NodeId) {
    std::hint::black_box(states.read(node, P::glance));
}

/// The same for a message of `from`, if that is known.
#[inline(always)]
pub(super) fn touch_for<P: Protocol>(states: &P::States, node: NodeId, from: Option<NodeId>) {
    let Some(from) = from else { return touch::<P>(states, node) };
    std::hint::black_box(states.read(node, |state| P::glance_at(state, from)));
}
