//! Anti-entropy behind rumor mongering (Demers et al. 1987, section 1.5): what a rumor leaves behind, comparing versions
//! finds.

use std::convert::Infallible;
use std::num::NonZeroU64;

use super::spreading::{learn_from, take_turn};
use super::{Counts, EncodedMessage, Gossip, Kept, Learned, Message, RumorRules, Spreading, State};
use crate::engine::{Context, Outcome, Protocol, Tally};
use crate::random::Use;
use crate::time::Time;
use crate::units::NodeId;

/// Rumor mongering in whose turns a node also compares versions with a neighbour now and then, whether or not it has lost
/// interest.
#[derive(Clone, Debug)]
pub struct Backed {
    /// The rumor.
    pub rumor: Spreading<Gossip>,
    /// In every so many turns a node compares versions, for the first time in one of its first so many turns that it
    /// draws, so that not all compare at once.
    pub every: NonZeroU64,
}

impl Backed {
    /// The node compares versions with a neighbour, chosen uniformly by a draw of its own, if it is time for that.
    #[inline(never)]
    fn compare(&self, state: &State, context: &mut Context<'_, Self>) {
        let first = context.below_once(self.every.get(), Use::BACKUP_START);
        if context.turn().number % self.every != first {
            return;
        }
        let Some(to) = context.neighbor_in_turn(Use::BACKUP_PEER) else { return };
        context.send(to, Message::Compare { informed: self.rumor.rules.informed(state) }.into());
    }
}

impl Protocol for Backed {
    type State = State;
    type States = <State as Kept>::States;
    type Message = EncodedMessage;
    type Timer = Infallible;
    type Mail = <State as Kept>::Mail;
    type Input = Infallible;
    type Fact = Learned;
    type Counts = Counts;

    const SETS_TIMERS: bool = false;
    const SIZES_DIFFER: bool = false;

    fn carries(&self, message: &EncodedMessage) -> bool {
        message.decode().carries()
    }

    fn prepare(&self, states: &mut Self::States, counts: &mut Counts) {
        self.rumor.prepare(states, counts);
    }

    #[inline(always)]
    fn turn(&self, state: &mut State, context: &mut Context<'_, Self>) -> Option<EncodedMessage> {
        let message = take_turn(&self.rumor.rules, state, context);
        self.compare(state, context);
        message
    }

    #[inline(always)]
    fn answer(&self, state: &State, from: NodeId, message: &EncodedMessage) -> Option<EncodedMessage> {
        self.rumor.answer(state, from, message)
    }

    #[inline(always)]
    fn settled(&self, state: &State, message: &EncodedMessage, counts: &mut Counts) -> bool {
        self.rumor.settled(state, message, counts)
    }

    #[inline(always)]
    fn learn(&self, state: &mut State, _: NodeId, message: EncodedMessage, context: &mut Context<'_, Self>) {
        learn_from(&self.rumor.rules, state, message.decode(), context);
    }

    fn refused(&self, state: &mut State) {
        self.rumor.refused(state);
    }

    fn counted(&self, state: &State, up: bool, counts: &mut Counts) {
        self.rumor.counted(state, up, counts);
    }

    fn agrees(&self, counts: &Counts, recount: &Counts) -> bool {
        self.rumor.agrees(counts, recount)
    }

    #[inline(always)]
    fn glance(state: &State) -> u64 {
        state.glance()
    }

    fn without_content(&self, message: EncodedMessage) -> Option<EncodedMessage> {
        message.without_content()
    }

    fn overstated(&self, message: EncodedMessage) -> EncodedMessage {
        message.overstated()
    }

    #[inline(always)]
    fn termination(&self, now: Time, counts: &mut Counts, tally: &Tally, live: u64) -> Option<Outcome> {
        self.rumor.ended(now, counts, tally, live, true)
    }

    fn converged(&self, counts: &Counts, live: u64) -> bool {
        self.rumor.converged(counts, live)
    }
}
