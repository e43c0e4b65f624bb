//! The rumor: one update, injected at one node just before time 0, and the gossip state machine that spreads it: what a
//! node says when its turn comes, what it answers, what it learns.
//!
//! [`RumorRules`] are values in, values out. They know no clock, no queue, no peers and no generator; [`Spreading`] makes a
//! protocol of the engine of them, which counts who has the update. [`Gossip`] is the one machine behind push, pull
//! and push-pull; [`Spread`] says when its nodes stop spreading, and where they never do, [`AntiEntropy`] is the same
//! machine with the shortest memory.
//!
//! ```
//! use gossipsim::workload::rumor::{Exchange, Gossip, Learned, Message, RumorRules, Spread};
//! use gossipsim::workload::Strategy;
//!
//! let pull = Gossip::new(Strategy::Pull, Exchange::Digest, Spread::FOREVER);
//! let (informed, mut ignorant) = (pull.origin(), Default::default());
//! let answer = pull.answer(&informed, Message::Request { informed: false });
//! assert_eq!(answer, Some(Message::Update));
//! assert_eq!(pull.learn(&mut ignorant, Message::Update), Learned::News);
//! ```

mod anti_entropy;
mod backed;
mod ending;
mod gossip;
mod message;
mod observers;
mod settings;
mod spread;
mod spreading;

use std::convert::Infallible;

use serde::{Deserialize, Serialize};

use crate::bits::Bits;
use crate::engine::{Inline, Mail, States};
use crate::random::Draw;
use crate::workload::Strategy;

pub use anti_entropy::AntiEntropy;
pub use backed::Backed;
pub use ending::{Ending, Totals};
pub use gossip::{Gossip, State};
pub use message::Message;
pub use observers::{Curve, Heard, RumorObserver};
pub use settings::{Origin, Rumor, WrittenOrigin};
pub use spread::{Forever, Interest, Mongering, Spread};
pub use spreading::{Counts, Goal, Silence, Spreading};

/// The rules all nodes share.
///
/// One instant goes in this order: everybody whose turn it is speaks ([`tick`](RumorRules::tick)), everybody who is
/// spoken to answers from what it knew before ([`answer`](RumorRules::answer)), and only then does anybody learn
/// ([`learn`](RumorRules::learn)). Learning several messages must not depend on their order.
pub trait RumorRules: Sync {
    /// What one node remembers: a bit, a byte or a few ([`Kept`] says how they are kept for all).
    type State: Copy + Default + Send;

    /// Whether a turn can change the state of the node, so that all turns of an instant must come before all answers.
    const TURNS_CHANGE_STATES: bool = true;

    /// Whether what a node says depends on nothing but its state and the message.
    const BY_STATE: bool = false;

    /// The state of a node at which the update is injected.
    fn origin(&self) -> Self::State;

    /// A node's turn: it draws its conclusions from what happened since the last one, and says what it has to say
    /// to the peers of this turn.
    fn tick(&self, state: &mut Self::State, luck: Draw<'_>) -> Option<Message>;

    /// What a node says back to `message`.
    fn answer(&self, state: &Self::State, message: Message) -> Option<Message>;

    /// What a node takes from `message`.
    fn learn(&self, state: &mut Self::State, message: Message) -> Learned;

    /// What learning `message` will come to, where that is sure before the instant is over and changes nothing.
    fn foregone(&self, _state: &Self::State, _message: Message) -> Option<Learned> {
        None
    }

    /// What the node said in its turn of this instant reached nobody, as it knows: it was refused everywhere.
    fn unheard(&self, _state: &mut Self::State) {}

    /// A state in which a node says nothing in its turn, if there is one and turns change no states: such turns need
    /// not be taken.
    fn silent(&self) -> Option<Self::State> {
        None
    }

    /// Whether `message` carries the update, among the messages that nodes of this protocol say.
    fn carries(message: Message) -> bool {
        message.carries()
    }

    /// Whether the node has the update.
    fn informed(&self, state: &Self::State) -> bool;

    /// Whether the node still passes the update on.
    fn spreading(&self, state: &Self::State) -> bool;
}

/// What a node of some rules remembers, and how that and what they say are kept for all nodes.
pub trait Kept: Copy + Default + PartialEq + Send {
    /// The states of all nodes.
    type States: States<Self> + Send;
    /// The messages that are on their way.
    type Mail: Mail<Message, Infallible> + Send;
    /// The state in a few bits.
    fn glance(self) -> u64;
}

impl Kept for bool {
    type States = Bits;
    type Mail = Inline<Message, 5>;

    #[inline]
    fn glance(self) -> u64 {
        self.into()
    }
}

impl Kept for State {
    type States = Vec<State>;
    type Mail = Inline<Message, 6>;

    #[inline]
    fn glance(self) -> u64 {
        self.marks().into()
    }
}

/// What a message did to the node that took it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learned {
    /// The node has the update now and had it not before.
    News,
    /// The message carried the update to a node that had it.
    Redundant,
    /// The message carried no update.
    Nothing,
}

/// How a push-pull exchange opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exchange {
    /// With the version only; the update travels where it is missing.
    Digest,
    /// With the update itself, where the initiator has it.
    Eager,
}
