//! The contract between the event loop and a protocol: what nodes do, in values; the loop does the rest.
//!
//! An instant goes in steps. In a step everybody with a reason speaks, from what it knew before: a turn
//! ([`Protocol::turn`]), a timer ([`Protocol::expire`]), something from outside ([`Protocol::input`]), a message to
//! answer ([`Protocol::answer`]). Then everybody who was spoken to learns ([`Protocol::learn`]). What learning sends
//! that takes no time is the next step of the same instant (superdense time, as in Ptolemy and DEVS).

use super::context::Context;
use super::ending::Outcome;
use super::mail::Mail;
use super::states::States;
use super::tally::Tally;
use crate::time::Time;
use crate::units::NodeId;

/// The rules all nodes share. It knows no clock, no queue and no generator: all effects leave through [`Context`].
///
/// Learning several messages of one instant must not depend on their order, unless they were sent through the context.
pub trait Protocol: Sync + Sized {
    /// What one node remembers.
    type State: Clone + Default + Send;
    /// How that is kept for all nodes: [`Bits`](crate::bits::Bits), a vector, or arrays of its own.
    type States: States<Self::State> + Send;
    /// What travels.
    type Message: Message;
    /// What a node sets a timer for; [`Infallible`](std::convert::Infallible) where it sets none.
    type Timer: Copy + Send;
    /// How messages and timers wait in the future-event list.
    type Mail: Mail<Self::Message, Self::Timer> + Send;
    /// What the world does to a node: a write, an increment, a publication.
    type Input: Copy + Send;
    /// What a node does that somebody may want to know.
    type Fact: Copy;
    /// Running totals of this protocol, beside those of the engine.
    type Counts: Clone + Default + Send;

    /// Whether a turn can change the state of its node, so that all turns of an instant must come before all answers.
    const TURNS_CHANGE_STATES: bool = true;
    /// Whether nodes send through the context, or set timers. Where not, nothing of it is compiled.
    const ACTS: bool = true;
    /// Whether they set timers, all of which must come before all answers of an instant.
    const SETS_TIMERS: bool = Self::ACTS;
    /// Whether a turn says something to the peers that the peer rule names: where not, they need not be known.
    const CALLS_PEERS: bool = true;
    /// Whether what a node says, in its turn and back, depends on nothing but its state and the message: then it is asked
    /// once for all nodes of a state, where that can be. A message that nobody learns from or answers, whatever its state,
    /// must come to nothing in [`Protocol::settled`]: it is not asked of each.
    const BY_STATE: bool = false;
    /// Whether messages differ in size beside their header, so that bytes are counted message by message.
    const SIZES_DIFFER: bool = true;

    /// What is there before time 0: the states of the nodes, all of which are the default one, and the totals.
    fn prepare(&self, _states: &mut Self::States, _counts: &mut Self::Counts) {}

    /// A node begins: at time 0 where nodes act, when it joins, or when it comes back after a crash.
    fn start(&self, _state: &mut Self::State, _why: Start, _context: &mut Context<'_, Self>) {}

    /// A node's turn; what it says to the peers that the peer rule names.
    fn turn(&self, _state: &mut Self::State, _context: &mut Context<'_, Self>) -> Option<Self::Message> {
        None
    }

    /// What a node says back at once, from what it knew before this instant.
    fn answer(&self, _state: &Self::State, _from: NodeId, _message: &Self::Message) -> Option<Self::Message> {
        None
    }

    /// Whether [`Protocol::learn`] would change nothing and send nothing, whatever else happens at this instant; counts
    /// what it comes to.
    fn settled(&self, _state: &Self::State, _message: &Self::Message, _counts: &mut Self::Counts) -> bool {
        false
    }

    /// What a node takes from `message`, and what it does about it.
    fn learn(&self, state: &mut Self::State, from: NodeId, message: Self::Message, context: &mut Context<'_, Self>);

    /// A timer expires. Timers are not cancelled: a stale one says so by what it carries.
    fn expire(&self, _state: &mut Self::State, _timer: Self::Timer, _context: &mut Context<'_, Self>) {}

    /// The world acts on a node.
    fn input(&self, _state: &mut Self::State, _input: Self::Input, _context: &mut Context<'_, Self>) {}

    /// What the node said in its turn of this instant was refused everywhere, as it knows.
    fn refused(&self, _state: &mut Self::State) {}

    /// A node with this state is taken out of the totals (`up` is false) or counted in them: it goes down, comes back,
    /// or is recounted at the end of the run.
    fn counted(&self, _state: &Self::State, _up: bool, _counts: &mut Self::Counts) {}

    /// Whether the totals are those of a recount over all live nodes at the end; [`Protocol::counted`] made it.
    fn agrees(&self, _counts: &Self::Counts, _recount: &Self::Counts) -> bool {
        true
    }

    /// A state in which a turn says nothing, if there is one and turns change no states: such turns need not be taken.
    fn silent(&self) -> Option<Self::State> {
        None
    }

    /// Reads a little of every cache line of a state, so that the cache misses of many reads overlap.
    fn glance(state: &Self::State) -> u64;

    /// The payload of a message, bytes beside its header; asked where [`Protocol::SIZES_DIFFER`].
    fn size(&self, _message: &Self::Message) -> u64 {
        0
    }

    /// Why nothing is left to happen, if so: asked before time 0 and after every instant in which anybody learned or,
    /// where turns change states, had a turn; where things come from outside, not before the last of them.
    fn over(&self, now: Time, counts: &mut Self::Counts, tally: &Tally, live: u64) -> Option<Outcome>;

    /// Whether the run has converged: asked where a limit ends it, and where nodes come and go.
    fn converged(&self, _counts: &Self::Counts, _live: u64) -> bool {
        false
    }
}

/// What travels: its kind is the engine's business, its content is not.
pub trait Message: Clone + Send {
    /// The names of the kinds, at most [`Tally::MAX_KINDS`].
    const KINDS: &'static [&'static str];

    /// The number of its kind, below that of the names.
    fn kind(&self) -> usize;
}

/// Why a node begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The run begins.
    First,
    /// It is new to the network.
    Joined,
    /// It was down, and has its state of then, or none.
    Recovered {
        /// Whether it has its state of before the crash.
        remembers: bool,
    },
}
