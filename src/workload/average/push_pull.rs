//! Push-pull averaging (Jelasity, Montresor and Babaoglu 2005).

use std::convert::Infallible;

use super::columns::Averaging;
use super::mass::{Counts, MASS_BYTES, Mass, Message, Target, agrees};
use crate::engine::{Context, Outcome, Protocol, Slab, Tally};
use crate::time::Time;
use crate::units::NodeId;

/// In its turn a node offers its mass to its peers; each takes on the mean of both and answers by how much its own
/// changed, which the first adds to what it has by then: what is not lost is conserved, whatever comes in between.
#[derive(Clone, Debug)]
pub struct PushPull {
    /// What nodes hold at the start.
    pub initial: Vec<Mass>,
    /// What they ought to believe.
    pub target: Target,
}

impl Protocol for PushPull {
    type State = Mass;
    type States = Vec<Mass>;
    type Message = Message;
    type Timer = Infallible;
    type Mail = Slab<Message, Infallible>;
    type Input = Infallible;
    type Fact = Infallible;
    type Counts = Counts;

    const SETS_TIMERS: bool = false;

    fn prepare(&self, states: &mut Vec<Mass>, counts: &mut Counts) {
        self.target.prepare(&self.initial, states, counts);
    }

    #[inline]
    fn turn(&self, state: &mut Mass, _: &mut Context<'_, Self>) -> Option<Message> {
        Some(Message::Offer(*state))
    }

    #[inline]
    fn learn(&self, state: &mut Mass, from: NodeId, message: Message, context: &mut Context<'_, Self>) {
        match message {
            Message::Offer(other) => {
                let difference = state.minus(other).share(2);
                self.target.replace(context.now, state, state.minus(difference), context.counts);
                context.send(from, Message::Difference(difference));
            }
            Message::Difference(difference) => {
                self.target.replace(context.now, state, state.plus(difference), context.counts);
            }
            // Of the other method.
            Message::Share(_) => {}
        }
    }

    fn counted(&self, state: &Mass, up: bool, counts: &mut Counts) {
        self.target.counted(*state, up, counts);
    }

    fn agrees(&self, counts: &Counts, recount: &Counts) -> bool {
        agrees(counts, recount)
    }

    #[inline]
    fn glance(state: &Mass) -> u64 {
        state.weight as u64
    }

    fn size(&self, _: &Message) -> u64 {
        MASS_BYTES
    }

    fn over(&self, _: Time, counts: &mut Counts, _: &Tally, live: u64) -> Option<Outcome> {
        self.target.over(counts, live)
    }
}

impl Averaging for PushPull {
    fn target(&self) -> &Target {
        &self.target
    }
}
