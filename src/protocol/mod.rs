//! The gossip state machine: what a node says when its turn comes, what it answers, what it learns.
//!
//! [`RumorRules`] are values in, values out. They know no clock, no queue, no peers and no generator; [`Spreading`] makes a
//! protocol of the engine of them, which counts who has the update. [`Gossip`] is the one machine behind push, pull
//! and push-pull; [`Spread`] says when its nodes stop spreading, and where they never do, [`AntiEntropy`] is the same
//! machine with the shortest memory.
//!
//! ```
//! use gossipsim::protocol::{Exchange, Gossip, Learned, Message, RumorRules, Spread, Strategy};
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
mod spread;
mod spreading;

use std::convert::Infallible;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::bits::Bits;
use crate::engine::{Coded, Inline, Mail, States};
use crate::random::Draw;

pub use anti_entropy::AntiEntropy;
pub use backed::Backed;
pub use ending::{Ending, Totals};
pub use gossip::{Gossip, State};
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
    /// "Your contact was not needed, but the counter that moves is mine": feedback where counters are compared.
    Spared,
    /// The update itself, from a node with this counter, where counters are compared.
    Rumor {
        /// The sender's counter, below [`Message::COUNTERS`].
        counter: u8,
    },
    /// "I have the update, and this is my counter."
    Known {
        /// The sender's counter, below [`Message::COUNTERS`].
        counter: u8,
    },
    /// Anti-entropy behind rumor mongering: "This is my version; whoever of us is behind should get the other's."
    Compare {
        /// Whether the sender has the update.
        informed: bool,
    },
    /// Anti-entropy behind rumor mongering: "I lack it."
    Fetch,
    /// Anti-entropy behind rumor mongering: the update.
    Repair,
}

impl Message {
    /// The kind of messages that carry the update.
    pub(crate) const UPDATE: usize = 0;
    /// The kind of those that carry it for the anti-entropy behind rumor mongering; the two kinds before it are its, too.
    pub(crate) const REPAIR: usize = 6;

    /// Counters in messages are below this.
    pub const COUNTERS: u8 = 16;

    /// Every message there is, by its code.
    pub const ALL: [Message; 44] = {
        let mut all = [Message::Update; 44];
        let mut code = 0;
        while code < all.len() {
            all[code] = Message::meaning(code as u8);
            code += 1;
        }
        all
    };

    const fn meaning(code: u8) -> Self {
        match code {
            0 => Message::Update,
            1 | 2 => Message::Request { informed: code == 2 },
            3 | 4 => Message::Digest { informed: code == 4 },
            5 | 6 => Message::Verdict { needed: code == 6 },
            7 => Message::Spared,
            8..24 => Message::Rumor { counter: code - 8 },
            24..40 => Message::Known { counter: code - 24 },
            40 | 41 => Message::Compare { informed: code == 41 },
            42 => Message::Fetch,
            _ => Message::Repair,
        }
    }

    /// The place of the message in [`Message::ALL`].
    #[inline]
    pub const fn code(self) -> u32 {
        match self {
            Message::Update => 0,
            Message::Request { informed } => 1 + informed as u32,
            Message::Digest { informed } => 3 + informed as u32,
            Message::Verdict { needed } => 5 + needed as u32,
            Message::Spared => 7,
            Message::Rumor { counter } => 8 + counter as u32,
            Message::Known { counter } => 24 + counter as u32,
            Message::Compare { informed } => 40 + informed as u32,
            Message::Fetch => 42,
            Message::Repair => 43,
        }
    }

    /// The message with this code; beyond the last code it is the last message.
    #[inline]
    pub const fn of_code(code: u32) -> Self {
        Self::ALL[if code < 44 { code as usize } else { 43 }]
    }

    /// Whether this leg carries the update.
    pub const fn carries(self) -> bool {
        matches!(self, Message::Update | Message::Rumor { .. } | Message::Repair)
    }

    /// Whether this leg belongs to the anti-entropy behind rumor mongering.
    pub const fn backs_up(self) -> bool {
        matches!(self, Message::Compare { .. } | Message::Fetch | Message::Repair)
    }
}

impl crate::engine::Message for Message {
    const KINDS: &'static [&'static str] = &["update", "request", "digest", "feedback", "compare", "fetch", "repair"];

    #[inline(always)]
    fn kind(&self) -> usize {
        match self {
            Message::Update | Message::Rumor { .. } => Message::UPDATE,
            Message::Request { .. } => 1,
            Message::Digest { .. } | Message::Known { .. } => 2,
            Message::Verdict { .. } | Message::Spared => 3,
            Message::Compare { .. } => 4,
            Message::Fetch => 5,
            Message::Repair => Message::REPAIR,
        }
    }
}

impl Coded for Message {
    #[inline(always)]
    fn code(self) -> u32 {
        Message::code(self)
    }

    #[inline(always)]
    fn of_code(code: u32) -> Self {
        Message::of_code(code)
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
