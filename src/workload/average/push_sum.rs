//! Push-sum (Kempe, Dobra and Gehrke 2003, protocol 1).

use std::convert::Infallible;

use super::columns::Averaging;
use super::mass::{Counts, MASS_BYTES, Mass, Message, Target, agrees};
use crate::engine::{Context, Outcome, Protocol, Slab, Tally};
use crate::time::Time;
use crate::units::NodeId;

/// In its turn a node splits its mass into one share for each of its peers and one for itself.
#[derive(Clone, Debug)]
pub struct PushSum {
    /// What nodes hold at the start.
    pub initial: Vec<Mass>,
    /// What they ought to believe.
    pub target: Target,
    /// Peers of a turn, at most.
    pub fanout: u32,
}

impl Protocol for PushSum {
    type State = Mass;
    type States = Vec<Mass>;
    type Message = Message;
    type Timer = Infallible;
    type Mail = Slab<Message, Infallible>;
    type Input = Infallible;
    type Fact = Infallible;
    type Counts = Counts;

    const ACTS: bool = false;

    fn prepare(&self, states: &mut Vec<Mass>, counts: &mut Counts) {
        self.target.prepare(&self.initial, states, counts);
    }

    #[inline]
    fn turn(&self, state: &mut Mass, context: &mut Context<'_, Self>) -> Option<Message> {
        let peers = self.fanout.min(context.degree());
        if peers == 0 {
            return None;
        }
        let share = state.share(peers + 1);
        let sent = Mass { sum: share.sum * i128::from(peers), weight: share.weight * i128::from(peers) };
        self.target.replace(context.now, state, state.minus(sent), context.counts);
        Some(Message::Share(share))
    }

    #[inline]
    fn learn(&self, state: &mut Mass, _: NodeId, message: Message, context: &mut Context<'_, Self>) {
        if let Message::Share(share) = message {
            self.target.replace(context.now, state, state.plus(share), context.counts);
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

impl Averaging for PushSum {
    fn target(&self) -> &Target {
        &self.target
    }
}
