//! Averaging as a protocol of the engine: what nodes hold, and who is close to the target.

use std::convert::Infallible;

use super::mass::{Counts, MASS_BYTES, Mass, Message, Target};
use crate::engine::{Context, Message as _, Outcome, Protocol, Slab, States, Tally};
use crate::time::Time;
use crate::units::NodeId;

/// How nodes average.
pub trait Method: Clone + Sync + 'static {
    /// Whether nodes send while they learn.
    const ACTS: bool;

    /// What a node holds after its turn, and what it says to its peers.
    fn turn(&self, mass: Mass, context: &mut Context<'_, Averaging<Self>>) -> (Mass, Option<Message>);

    /// What a node holds after a message.
    fn learn(&self, mass: Mass, from: NodeId, message: Message, context: &mut Context<'_, Averaging<Self>>) -> Mass;
}

/// Averaging by one method.
#[derive(Clone, Debug)]
pub struct Averaging<M> {
    /// What nodes hold at the start.
    pub initial: Vec<Mass>,
    /// What they ought to believe.
    pub target: Target,
    /// How they come to.
    pub method: M,
}

impl<M: Method> Averaging<M> {
    /// Gives a node another mass: the totals follow.
    #[inline]
    fn replace(&self, now: Time, state: &mut Mass, mass: Mass, counts: &mut Counts) {
        if mass == *state {
            return;
        }
        let (before, after) = (self.target.is_close(*state), self.target.is_close(mass));
        counts.held = counts.held.plus(mass.minus(*state));
        *state = mass;
        match (before, after) {
            (false, true) => {
                counts.close += 1;
                counts.last_close = Some(now);
            }
            (true, false) => counts.close -= 1,
            _ => {}
        }
    }
}

impl<M: Method> Protocol for Averaging<M> {
    type State = Mass;
    type States = Vec<Mass>;
    type Message = Message;
    type Timer = Infallible;
    type Mail = Slab<Message, Infallible>;
    type Input = Infallible;
    type Fact = Infallible;
    type Counts = Counts;

    const ACTS: bool = M::ACTS;
    const SETS_TIMERS: bool = false;

    fn prepare(&self, states: &mut Vec<Mass>, counts: &mut Counts) {
        for (node, &mass) in self.initial.iter().enumerate() {
            states.update(NodeId::new(node as u32), |state| *state = mass);
            self.counted(&mass, true, counts);
        }
    }

    #[inline]
    fn turn(&self, state: &mut Mass, context: &mut Context<'_, Self>) -> Option<Message> {
        let (mass, message) = self.method.turn(*state, context);
        self.replace(context.now, state, mass, context.counts);
        message
    }

    #[inline]
    fn learn(&self, state: &mut Mass, from: NodeId, message: Message, context: &mut Context<'_, Self>) {
        let mass = self.method.learn(*state, from, message, context);
        self.replace(context.now, state, mass, context.counts);
    }

    fn counted(&self, state: &Mass, up: bool, counts: &mut Counts) {
        let close = u64::from(self.target.is_close(*state));
        if up {
            counts.held = counts.held.plus(*state);
            counts.close += close;
        } else {
            counts.held = counts.held.minus(*state);
            counts.close -= close;
        }
    }

    fn agrees(&self, counts: &Counts, recount: &Counts) -> bool {
        (counts.held, counts.close) == (recount.held, recount.close)
    }

    #[inline]
    fn glance(state: &Mass) -> u64 {
        state.weight as u64
    }

    fn size(&self, _: &Message) -> u64 {
        MASS_BYTES
    }

    fn termination(&self, _: Time, counts: &mut Counts, tally: &Tally, live: u64) -> Option<Outcome> {
        // Nobody is left to hold anything, or nothing is left to be held.
        if live == 0 || counts.held.weight == 0 && nothing_in_flight(tally) {
            return Some(Outcome::Lost);
        }
        self.converged(counts, live).then_some(Outcome::Converged)
    }

    fn converged(&self, counts: &Counts, live: u64) -> bool {
        live > 0 && counts.close == live
    }
}

fn nothing_in_flight(tally: &Tally) -> bool {
    (0..Message::KINDS.len()).all(|kind| tally.in_flight(kind) == Some(0))
}
