//! A rumor that is passed on the moment it is learned: flooding and its kin.

use std::borrow::Cow;
use std::convert::Infallible;

use super::spreading::{learn_from, take_turn};
use super::{AtOnce, Counts, EncodedMessage, Gossip, Learned, RumorRules, Spreading, State};
use crate::engine::{self, Context, Outcome, Protocol, Slab, Start, Tally};
use crate::time::Time;
use crate::units::NodeId;

/// A rumor that whoever learns it also passes on at once.
#[derive(Clone, Debug)]
pub struct Forwarding {
    /// The rumor, and what is done in turns.
    pub rumor: Spreading<Gossip>,
    /// To whom it is passed on.
    pub rule: AtOnce,
    /// To how many of them.
    pub fanout: u32,
}

/// What a node remembers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forwarder {
    state: State,
    /// Over how many hops it has the update; 0 at its origin.
    hops: u32,
    /// How often it has forwarded it.
    forwards: u32,
}

/// What is forwarded at once is in turns with numbers from here on: by these its peers are found.
const FIRST_FORWARD: u64 = 1 << 40;

/// A message, and how far from the origin of the update its recipient is, if it carries the update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forwarded {
    said: EncodedMessage,
    hops: u32,
}

impl engine::Message for Forwarded {
    const KINDS: &'static [&'static str] = EncodedMessage::KINDS;

    #[inline]
    fn kind(&self) -> usize {
        self.said.kind()
    }

    fn content(&self) -> Cow<'static, str> {
        if !self.said.decode().carries() {
            return self.said.content();
        }
        let said = self.said.content();
        Cow::Owned(format!("{said}{}hops={}", if said.is_empty() { "" } else { " " }, self.hops))
    }
}

impl Forwarding {
    /// What a node says that has the update over so many hops.
    fn say(state: &Forwarder, said: EncodedMessage) -> Forwarded {
        Forwarded { said, hops: state.hops.saturating_add(1) }
    }

    /// The node passes on what it has learned just now of `informer`, or had before time 0 if there is none.
    fn forward(&self, state: &mut Forwarder, informer: Option<NodeId>, context: &mut Context<'_, Self>) {
        let rules = &self.rumor.rules;
        let before = rules.spreading(&state.state);
        let number = FIRST_FORWARD + u64::from(state.forwards);
        let Some(message) = rules.forward(&mut state.state, context.draw_of(number)) else { return };
        state.forwards = state.forwards.saturating_add(1);
        context.counts.spreading -= u64::from(before && !rules.spreading(&state.state));
        let message = Self::say(state, message.into());
        let spared = informer.filter(|_| !self.rule.back_to_sender);
        let degree = context.degree();
        if self.fanout >= degree {
            for index in 0..degree {
                let neighbor = context.neighbor(index);
                if Some(neighbor) != spared && !context.knows_dead(neighbor) {
                    context.send(neighbor, message);
                }
            }
            return;
        }
        // One more than are told, if one of them may be spared: the choice among the others is as the peer rule has it.
        let mut peers = Vec::new();
        context.peers_of(number, self.fanout + u32::from(spared.is_some()), &mut peers);
        let told = peers.into_iter().filter(|&peer| Some(peer) != spared).take(self.fanout as usize);
        told.for_each(|peer| context.send(peer, message));
    }
}

impl Protocol for Forwarding {
    type State = Forwarder;
    type States = Vec<Forwarder>;
    type Message = Forwarded;
    type Timer = Infallible;
    type Mail = Slab<Forwarded, Infallible>;
    type Input = Infallible;
    type Fact = Learned;
    type Counts = Counts;

    const SETS_TIMERS: bool = false;
    const SIZES_DIFFER: bool = false;

    fn carries(&self, message: &Forwarded) -> bool {
        message.said.decode().carries()
    }

    fn prepare(&self, states: &mut Vec<Forwarder>, counts: &mut Counts) {
        let origin = self.rumor.rules.origin();
        for node in &self.rumor.origins {
            states[node.index()].state = origin;
            self.rumor.counted(&origin, true, counts);
        }
    }

    fn start(&self, state: &mut Forwarder, why: Start, context: &mut Context<'_, Self>) {
        if why == Start::First {
            self.forward(state, None, context);
        }
    }

    fn turn(&self, state: &mut Forwarder, context: &mut Context<'_, Self>) -> Option<Forwarded> {
        let said = take_turn(&self.rumor.rules, &mut state.state, context)?;
        Some(Self::say(state, said))
    }

    fn answer(&self, state: &Forwarder, _: NodeId, message: &Forwarded) -> Option<Forwarded> {
        let answer = self.rumor.rules.answer(&state.state, message.said.decode())?;
        Some(Self::say(state, answer.into()))
    }

    fn settled(&self, state: &Forwarder, message: &Forwarded, counts: &mut Counts) -> bool {
        self.rumor.settled(&state.state, &message.said, counts)
    }

    fn learn(&self, state: &mut Forwarder, from: NodeId, message: Forwarded, context: &mut Context<'_, Self>) {
        match learn_from(&self.rumor.rules, &mut state.state, message.said.decode(), context) {
            Learned::News => {
                state.hops = message.hops;
                context.counts.hops.add(message.hops);
                self.forward(state, Some(from), context);
            }
            Learned::Redundant if self.rumor.rules.forwards_duplicates() => self.forward(state, Some(from), context),
            Learned::Redundant | Learned::Nothing => {}
        }
    }

    fn refused(&self, state: &mut Forwarder) {
        self.rumor.refused(&mut state.state);
    }

    fn counted(&self, state: &Forwarder, up: bool, counts: &mut Counts) {
        self.rumor.counted(&state.state, up, counts);
    }

    fn agrees(&self, counts: &Counts, recount: &Counts) -> bool {
        self.rumor.agrees(counts, recount)
    }

    #[inline]
    fn glance(state: &Forwarder) -> u64 {
        state.hops.into()
    }

    fn without_content(&self, message: Forwarded) -> Option<Forwarded> {
        message.said.without_content().map(|said| Forwarded { said, ..message })
    }

    fn overstated(&self, message: Forwarded) -> Forwarded {
        Forwarded { said: message.said.overstated(), ..message }
    }

    fn termination(&self, now: Time, counts: &mut Counts, tally: &Tally, live: u64) -> Option<Outcome> {
        self.rumor.ended(now, counts, tally, live, false)
    }

    fn converged(&self, counts: &Counts, live: u64) -> bool {
        self.rumor.converged(counts, live)
    }
}
