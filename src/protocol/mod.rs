//! The gossip state machine: what a node says when its turn comes, what it answers, what it learns.
//!
//! A [`Protocol`] is values in, values out. It knows no clock, no queue, no peers and no generator; the engine hands
//! it one node's state and a message, and carries off what it says. [`Gossip`] is the one machine behind push, pull
//! and push-pull; [`Spread`] says when its nodes stop spreading, and where they never do, [`AntiEntropy`] is the same
//! machine with the shortest memory.
//!
//! ```
//! use gossipsim::protocol::{Exchange, Gossip, Learned, Message, Protocol, Spread, Strategy};
//!
//! let pull = Gossip::new(Strategy::Pull, Exchange::Digest, Spread::FOREVER);
//! let (informed, mut ignorant) = (pull.origin(), Default::default());
//! let answer = pull.answer(&informed, Message::Request { informed: false });
//! assert_eq!(answer, Some(Message::Update));
//! assert_eq!(pull.learn(&mut ignorant, Message::Update), Learned::News);
//! ```

mod anti_entropy;
mod gossip;
mod spread;
mod states;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::random::Draw;

pub use anti_entropy::AntiEntropy;
pub use gossip::{Gossip, State};
pub use spread::{Forever, Interest, Mongering, Spread};
pub use states::{States, Stored};

/// The rules all nodes share.
///
/// One instant goes in this order: everybody whose turn it is speaks ([`tick`](Protocol::tick)), everybody who is
/// spoken to answers from what it knew before ([`answer`](Protocol::answer)), and only then does anybody learn
/// ([`learn`](Protocol::learn)). Learning several messages must not depend on their order.
pub trait Protocol: Sync {
    /// What one node remembers: a bit, a byte or a few ([`Stored`] says how they are kept for all).
    type State: Copy + Default + Send;

    /// Whether a turn can change the state of the node, so that all turns of an instant must come before all answers.
    const TURNS_CHANGE_STATES: bool = true;

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

    /// Whether the node has the update.
    fn informed(&self, state: &Self::State) -> bool;

    /// Whether the node still passes the update on.
    fn spreading(&self, state: &Self::State) -> bool;
}

/// One leg of a conversation about one update. `informed` is the sender's version: whether it has the update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// The update itself.
    Update,
    /// "Send me the update if you have it."
    Request {
        /// Whether the sender has it already.
        informed: bool,
    },
    /// "This is my version; whoever of us is behind should get the other's."
    Digest {
        /// Whether the sender has the update.
        informed: bool,
    },
    /// "Your contact was needed", or not: the feedback of rumor mongering.
    Verdict {
        /// Whether it told the recipient something new.
        needed: bool,
    },
}

impl Message {
    /// Every message there is.
    pub const ALL: [Message; 7] = [
        Message::Update,
        Message::Request { informed: false },
        Message::Request { informed: true },
        Message::Digest { informed: false },
        Message::Digest { informed: true },
        Message::Verdict { needed: false },
        Message::Verdict { needed: true },
    ];

    /// The place of the message in [`Message::ALL`].
    #[inline]
    pub const fn code(self) -> u32 {
        match self {
            Message::Update => 0,
            Message::Request { informed } => 1 + informed as u32,
            Message::Digest { informed } => 3 + informed as u32,
            Message::Verdict { needed } => 5 + needed as u32,
        }
    }

    /// The message with this code; beyond the last code it is the last message.
    #[inline]
    pub const fn of_code(code: u32) -> Self {
        Self::ALL[if code < 7 { code as usize } else { 6 }]
    }

    /// Whether this leg carries the update.
    pub const fn carries(self) -> bool {
        matches!(self, Message::Update)
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

/// Who tells whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// Who knows tells.
    Push,
    /// Everybody asks.
    Pull,
    /// Both at once.
    PushPull,
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Strategy::Push => "push",
            Strategy::Pull => "pull",
            Strategy::PushPull => "push-pull",
        })
    }
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
