//! A rumor whose nodes ask more and more rarely while they hear nothing new.

use std::convert::Infallible;

use super::spreading::{learn_from, take_turn};
use super::{AntiEntropy, Counts, EncodedMessage, Kept, Learned, RumorRules, Spreading};
use crate::engine::{Context, Outcome, Protocol, Start, Tally};
use crate::time::Time;
use crate::units::NodeId;
use crate::workload::{BackOff, NextAsk};

/// Anti-entropy by whose rules a node asks in some of its turns alone: a question, or a digest, is left out in others. What
/// carries the update is not.
#[derive(Clone, Debug)]
pub struct Patient {
    /// The rumor.
    pub rumor: Spreading<AntiEntropy>,
    /// How often nodes ask.
    pub back_off: BackOff,
}

/// What a node remembers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asker {
    knows: bool,
    next_ask: NextAsk,
}

impl Protocol for Patient {
    type State = Asker;
    type States = Vec<Asker>;
    type Message = EncodedMessage;
    type Timer = Infallible;
    type Mail = <bool as Kept>::Mail;
    type Input = Infallible;
    type Fact = Learned;
    type Counts = Counts;

    const ACTS: bool = false;
    const SIZES_DIFFER: bool = false;

    fn carries(&self, message: &EncodedMessage) -> bool {
        message.decode().carries()
    }

    fn prepare(&self, states: &mut Vec<Asker>, counts: &mut Counts) {
        let knows = self.rumor.rules.origin();
        for &node in &self.rumor.origins {
            states[node.index()].knows = knows;
            self.rumor.counted(&knows, true, counts);
        }
    }

    /// Who comes back may have missed something.
    fn start(&self, asker: &mut Asker, _: Start, _: &mut Context<'_, Self>) {
        asker.next_ask.reset();
    }

    fn turn(&self, asker: &mut Asker, context: &mut Context<'_, Self>) -> Option<EncodedMessage> {
        let message = take_turn(&self.rumor.rules, &mut asker.knows, context)?;
        (message.decode().carries() || asker.next_ask.turn(self.back_off)).then_some(message)
    }

    fn answer(&self, asker: &Asker, from: NodeId, message: &EncodedMessage) -> Option<EncodedMessage> {
        self.rumor.answer(&asker.knows, from, message)
    }

    fn settled(&self, asker: &Asker, message: &EncodedMessage, counts: &mut Counts) -> bool {
        self.rumor.settled(&asker.knows, message, counts)
    }

    fn learn(&self, asker: &mut Asker, _: NodeId, message: EncodedMessage, context: &mut Context<'_, Self>) {
        if learn_from(&self.rumor.rules, &mut asker.knows, message.decode(), context) == Learned::News {
            asker.next_ask.reset();
        }
    }

    fn counted(&self, asker: &Asker, up: bool, counts: &mut Counts) {
        self.rumor.counted(&asker.knows, up, counts);
    }

    fn agrees(&self, counts: &Counts, recount: &Counts) -> bool {
        self.rumor.agrees(counts, recount)
    }

    #[inline]
    fn glance(asker: &Asker) -> u64 {
        asker.knows.into()
    }

    fn without_content(&self, message: EncodedMessage) -> Option<EncodedMessage> {
        message.without_content()
    }

    fn overstated(&self, message: EncodedMessage) -> EncodedMessage {
        message.overstated()
    }

    fn termination(&self, now: Time, counts: &mut Counts, tally: &Tally, live: u64) -> Option<Outcome> {
        self.rumor.ended(now, counts, tally, live, false)
    }

    fn converged(&self, counts: &Counts, live: u64) -> bool {
        self.rumor.converged(counts, live)
    }
}
