//! Push, pull and push-pull as one machine with switches.

use std::num::NonZeroU8;

use super::{Exchange, Interest, Learned, Message, Mongering, RumorRules, Spread};
use crate::random::Draw;
use crate::workload::Strategy;

/// How a turn opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opening {
    /// With the update, if there is one to pass on.
    Tell,
    /// With a question.
    Ask,
    /// With the update if there is one to pass on, else with a question.
    TellOrAsk,
    /// With the version.
    Compare,
}

impl Opening {
    /// How the turns of `strategy` open; `exchange` matters to push-pull only.
    pub(super) fn of(strategy: Strategy, exchange: Exchange) -> Self {
        match (strategy, exchange) {
            (Strategy::Push, _) => Opening::Tell,
            (Strategy::Pull, _) => Opening::Ask,
            (Strategy::PushPull, Exchange::Eager) => Opening::TellOrAsk,
            (Strategy::PushPull, Exchange::Digest) => Opening::Compare,
        }
    }

    /// What a node says that has the update or not, and passes it on or not.
    #[inline]
    pub(super) fn opening_message(self, informed: bool, spreading: bool) -> Option<Message> {
        match self {
            Opening::Tell => spreading.then_some(Message::Update),
            Opening::Ask => Some(Message::Request { informed }),
            Opening::TellOrAsk if spreading => Some(Message::Update),
            Opening::TellOrAsk => Some(Message::Request { informed }),
            Opening::Compare => Some(Message::Digest { informed }),
        }
    }
}

/// The gossip protocol of one run.
#[derive(Clone, Copy, Debug)]
pub struct Gossip {
    opening: Opening,
    interest: Interest,
    feedback: bool,
    /// Whether both parties of a contact compare their counters.
    compares: bool,
}

/// What a node remembers of one update: whether it has it, whether it passes it on, and what contacts since its last
/// turn were like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    flags: u8,
    useless: u8,
}

impl State {
    const INFORMED: u8 = 1;
    const SPREADING: u8 = 2;
    /// Informed since the last turn.
    const FRESH: u8 = 4;
    /// A contact since the last turn was needed.
    const NEEDED: u8 = 8;
    /// A contact since the last turn was not.
    const UNNEEDED: u8 = 16;

    #[inline]
    const fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    #[inline]
    pub(super) const fn flags(self) -> u8 {
        self.flags
    }
}

impl Gossip {
    /// The protocol of `strategy`; `exchange` matters to push-pull only.
    pub fn new(strategy: Strategy, exchange: Exchange, spread: Spread) -> Self {
        let opening = Opening::of(strategy, exchange);
        let interest = match &spread {
            Spread::Forever(_) => Interest::Lasting,
            Spread::Counter(rule) => Interest::Counted(rule.k),
            Spread::Coin(rule) => Interest::Tossed(rule.k),
            Spread::InfectAndDie(_) => Interest::Counted(NonZeroU8::MIN),
            Spread::Duplicates(rule) => Interest::Sated(rule.k),
        };
        let feedback = spread.mongering().is_some_and(|rule| rule.feedback);
        let compares = matches!(&spread, Spread::Counter(rule) if rule.minimization && rule.feedback);
        Gossip { opening, interest, feedback, compares }
    }

    /// A node's counter as others see it: of one that has lost interest it is `k`.
    fn counter(&self, state: &State) -> u8 {
        let counter = match self.interest {
            Interest::Counted(k) if state.has(State::INFORMED) && !state.has(State::SPREADING) => k.get(),
            _ => state.useless,
        };
        counter.min(Mongering::MAX_COMPARED)
    }

    /// What a node says, with its counter if counters are compared.
    #[inline]
    fn counted(&self, state: &State, message: Message) -> Message {
        match message {
            _ if !self.compares => message,
            Message::Update => Message::Rumor { counter: self.counter(state) },
            Message::Digest { informed: true } => Message::Known { counter: self.counter(state) },
            // An infective node's counter moves also if whom it asks has lost interest.
            Message::Request { informed: true } if state.has(State::SPREADING) => {
                Message::Known { counter: self.counter(state) }
            }
            _ => message,
        }
    }

    /// Whether its own counter goes up after a contact with one that has the update and `counter`. (What an ignorant
    /// node concludes does not matter.)
    fn moves(&self, state: &State, counter: u8) -> bool {
        self.compares && self.counter(state) <= counter
    }

    /// What a node says to one with `counter`, when both have the update.
    fn compared(&self, state: &State, counter: u8) -> Message {
        if counter <= self.counter(state) { Message::Verdict { needed: false } } else { Message::Spared }
    }

    fn forgets(&self) -> bool {
        self.interest != Interest::Lasting
    }

    /// Whether contacts are judged by whether they were needed.
    fn judges(&self) -> bool {
        matches!(self.interest, Interest::Counted(_) | Interest::Tossed(_))
    }

    /// Whether every contact counts as unnecessary.
    fn blind(&self) -> bool {
        !self.feedback && self.judges()
    }

    /// One more contact that was not needed: interest may be lost.
    fn disappointed(&self, state: &mut State, luck: Draw<'_>) {
        if self.interest.gone(state.useless, luck) {
            state.flags &= !State::SPREADING;
        }
        state.useless = state.useless.saturating_add(1);
    }

    /// What a node sends that has just learned the update, before its turn comes; `None` if it says nothing. To a node that
    /// counts its contacts blindly it is one of them.
    pub(super) fn forward(&self, state: &mut State, luck: Draw<'_>) -> Option<Message> {
        if !state.has(State::SPREADING) {
            return None;
        }
        let message = self.counted(state, Message::Update);
        // What comes of it counts.
        state.flags &= !State::FRESH;
        if self.blind() {
            self.disappointed(state, luck);
        }
        Some(message)
    }

    /// Whether a node that goes on spreading forwards the update also when it is sent it once more.
    pub(super) fn forwards_duplicates(&self) -> bool {
        matches!(self.interest, Interest::Sated(_))
    }

    /// One more duplicate of the update has reached the node.
    fn duplicate(&self, state: &mut State) {
        if let Interest::Sated(k) = self.interest {
            state.useless = state.useless.saturating_add(1);
            if state.useless >= k.get() {
                state.flags &= !State::SPREADING;
            }
        }
    }

    /// Draws the conclusion from the contacts since the last turn: see [`Mongering`](super::Mongering).
    fn conclude(&self, state: &mut State, luck: Draw<'_>) {
        let judged = state.has(State::SPREADING) && !state.has(State::FRESH);
        if judged && state.has(State::NEEDED) {
            state.useless = 0;
        } else if judged && state.has(State::UNNEEDED) {
            self.disappointed(state, luck);
        }
        state.flags &= State::INFORMED | State::SPREADING;
    }
}

impl RumorRules for Gossip {
    type State = State;

    fn origin(&self) -> State {
        State { flags: State::INFORMED | State::SPREADING, useless: 0 }
    }

    #[inline]
    fn turn(&self, state: &mut State, luck: Draw<'_>) -> Option<Message> {
        if self.forgets() {
            self.conclude(state, luck);
        }
        let (informed, spreading) = (state.has(State::INFORMED), state.has(State::SPREADING));
        if self.blind() && spreading && self.opening != Opening::Ask {
            state.flags |= State::UNNEEDED;
        }
        let told_in_turns = spreading && !matches!(self.interest, Interest::Sated(_));
        self.opening.opening_message(informed, told_in_turns).map(|message| self.counted(state, message))
    }

    #[inline]
    fn answer(&self, state: &State, message: Message) -> Option<Message> {
        let (knows, spreading) = (state.has(State::INFORMED), state.has(State::SPREADING));
        let answer = match message {
            Message::Update => self.feedback.then_some(Message::Verdict { needed: !knows }),
            Message::Rumor { counter } if self.compares && knows => Some(self.compared(state, counter)),
            Message::Rumor { .. } => self.feedback.then_some(Message::Verdict { needed: !knows }),
            Message::Known { .. } if !self.compares => None,
            // Whose answer is the update compares when it is told what came of it.
            Message::Known { .. } if self.opening == Opening::Ask && spreading => Some(Message::Update),
            Message::Known { counter } if knows => Some(self.compared(state, counter)),
            Message::Known { .. } => (self.opening == Opening::Compare).then_some(Message::Request { informed: false }),
            // Anti-entropy behind the rumor: no matter who spreads it, and without feedback.
            Message::Compare { informed: true } if !knows && self.forgets() => Some(Message::Fetch),
            Message::Compare { informed: false } | Message::Fetch if knows && self.forgets() => Some(Message::Repair),
            // Who mongers a rumor is asked "what is new?", not "is there more than this?": whether the update was
            // needed shows only afterwards (Demers et al., table 3).
            Message::Request { informed: true } => (spreading && self.forgets()).then_some(Message::Update),
            Message::Digest { informed: true } if knows => self.feedback.then_some(Message::Verdict { needed: false }),
            _ => reply(knows, spreading, message),
        };
        answer.map(|answer| self.counted(state, answer))
    }

    #[inline]
    fn learn(&self, state: &mut State, message: Message) -> Learned {
        match message {
            Message::Update | Message::Rumor { .. } | Message::Repair => {
                if matches!(message, Message::Rumor { counter } if self.moves(state, counter)) {
                    state.flags |= State::UNNEEDED;
                }
                if state.has(State::INFORMED) {
                    self.duplicate(state);
                    return Learned::Redundant;
                }
                state.flags |= State::INFORMED | State::SPREADING | State::FRESH;
                return Learned::News;
            }
            // Who never stops draws no conclusions.
            _ if !self.judges() => {}
            Message::Verdict { needed: true } => state.flags |= State::NEEDED,
            Message::Verdict { needed: false } => state.flags |= State::UNNEEDED,
            // Versions that agree show the contact unnecessary to both; without feedback every contact is.
            Message::Digest { informed } if informed || !self.feedback => state.flags |= State::UNNEEDED,
            Message::Request { .. } if !self.feedback => state.flags |= State::UNNEEDED,
            Message::Known { counter } if self.opening == Opening::Compare && self.moves(state, counter) => {
                state.flags |= State::UNNEEDED;
            }
            _ => {}
        }
        Learned::Nothing
    }

    fn refused(&self, state: &mut State) {
        // Until the instant is over that is the contact of this turn and no other.
        if self.blind() {
            state.flags &= !State::UNNEEDED;
        }
    }

    #[inline]
    fn settled(&self, state: &State, message: Message) -> Option<Learned> {
        match message {
            Message::Update | Message::Repair => {
                let counts = matches!(self.interest, Interest::Sated(_)) && state.has(State::SPREADING);
                (state.has(State::INFORMED) && !counts).then_some(Learned::Redundant)
            }
            Message::Compare { .. } | Message::Fetch => Some(Learned::Nothing),
            Message::Rumor { counter } => {
                (state.has(State::INFORMED) && !self.moves(state, counter)).then_some(Learned::Redundant)
            }
            _ => (!self.judges()).then_some(Learned::Nothing),
        }
    }

    #[inline]
    fn informed(&self, state: &State) -> bool {
        state.has(State::INFORMED)
    }

    /// Who waits for more duplicates does nothing of its own accord.
    #[inline]
    fn spreading(&self, state: &State) -> bool {
        state.has(State::SPREADING) && !matches!(self.interest, Interest::Sated(_))
    }
}

/// What a node says back that wants nothing but that both have the update.
#[inline]
pub(super) fn reply(knows: bool, spreading: bool, message: Message) -> Option<Message> {
    match message {
        Message::Request { informed: false } | Message::Digest { informed: false } => {
            spreading.then_some(Message::Update)
        }
        Message::Digest { informed: true } => (!knows).then_some(Message::Request { informed: false }),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
