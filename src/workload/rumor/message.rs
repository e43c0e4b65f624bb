//! What travels: the legs of conversations about one update.

use std::borrow::Cow;

use crate::engine::Coded;

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
    /// The kinds of messages that carry the update for the rumor.
    pub(super) const UPDATES: [usize; 2] = [0, 5];
    /// The kinds of the anti-entropy behind rumor mongering.
    pub(super) const BACKUP: std::ops::RangeInclusive<usize> = 7..=Message::REPAIR;
    /// Those of them that carry the update.
    pub(super) const REPAIR: usize = 9;

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

    /// The code of the first message of each kind.
    const FIRST: [u8; 10] = [0, 1, 3, 5, 7, 8, 24, 40, 42, 43];

    /// The place of the message in [`Message::ALL`]: that of the first of its kind, and what it says.
    #[inline(always)]
    const fn code(self) -> u8 {
        let said = match self {
            Message::Update | Message::Spared | Message::Fetch | Message::Repair => 0,
            Message::Request { informed: said }
            | Message::Digest { informed: said }
            | Message::Verdict { needed: said }
            | Message::Compare { informed: said } => said as u8,
            Message::Rumor { counter } | Message::Known { counter } => counter,
        };
        Message::FIRST[self.number()] + said
    }

    /// The number of its kind.
    #[inline(always)]
    const fn number(self) -> usize {
        match self {
            Message::Update => 0,
            Message::Request { .. } => 1,
            Message::Digest { .. } => 2,
            Message::Verdict { .. } => 3,
            Message::Spared => 4,
            Message::Rumor { .. } => 5,
            Message::Known { .. } => 6,
            Message::Compare { .. } => 7,
            Message::Fetch => 8,
            Message::Repair => Message::REPAIR,
        }
    }

    /// The message with this code; beyond the last code it is the last message.
    #[inline]
    const fn of_code(code: u32) -> Self {
        Self::ALL[if code < 44 { code as usize } else { 43 }]
    }

    /// Whether messages of the kind with this number carry the update.
    pub fn kind_carries(kind: usize) -> bool {
        Self::UPDATES.contains(&kind) || kind == Self::REPAIR
    }

    /// The same leg of a node that claims to have the update.
    pub(super) const fn overstated(self) -> Self {
        match self {
            Message::Digest { .. } => Message::Digest { informed: true },
            Message::Compare { .. } => Message::Compare { informed: true },
            other => other,
        }
    }

    /// Whether this leg carries the update.
    pub const fn carries(self) -> bool {
        matches!(self, Message::Update | Message::Rumor { .. } | Message::Repair)
    }
}

/// A message on its way: its place in [`Message::ALL`], so that a slip takes it as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodedMessage(u8);

impl EncodedMessage {
    /// What it says.
    #[inline(always)]
    pub const fn decode(self) -> Message {
        Message::of_code(self.0 as u32)
    }
}

impl EncodedMessage {
    /// What is left of it if its sender passes nothing on.
    pub(super) fn without_content(self) -> Option<Self> {
        (!self.decode().carries()).then_some(self)
    }

    /// The same of a sender that claims to have the update.
    pub(super) fn overstated(self) -> Self {
        self.decode().overstated().into()
    }
}

impl From<Message> for EncodedMessage {
    #[inline(always)]
    fn from(message: Message) -> Self {
        EncodedMessage(message.code())
    }
}

impl crate::engine::Message for EncodedMessage {
    const KINDS: &'static [&'static str] = &[
        "update",
        "request",
        "digest",
        "feedback",
        "feedback of the smaller counter",
        "update with a counter",
        "digest with a counter",
        "compare",
        "fetch",
        "repair",
    ];

    /// The place in the list of messages.
    #[inline(always)]
    fn kind(&self) -> usize {
        self.decode().number()
    }

    fn content(&self) -> Cow<'static, str> {
        let said = match self.decode() {
            Message::Update | Message::Spared | Message::Fetch | Message::Repair => "",
            Message::Request { informed } | Message::Digest { informed } | Message::Compare { informed } => {
                if informed { "informed=yes" } else { "informed=no" }
            }
            Message::Verdict { needed } => {
                if needed {
                    "needed=yes"
                } else {
                    "needed=no"
                }
            }
            Message::Rumor { counter } | Message::Known { counter } => return Cow::Owned(format!("counter={counter}")),
        };
        Cow::Borrowed(said)
    }
}

impl Coded for EncodedMessage {
    #[inline(always)]
    fn code(self) -> u32 {
        self.0.into()
    }

    #[inline(always)]
    fn of_code(code: u32) -> Self {
        EncodedMessage(code as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Message as _;

    #[test]
    fn every_message_is_the_same_once_it_is_decoded() {
        for (place, message) in Message::ALL.into_iter().enumerate() {
            let encoded = EncodedMessage::from(message);
            assert_eq!((encoded.code() as usize, encoded.decode()), (place, message));
            assert_eq!(EncodedMessage::of_code(encoded.code()), encoded);
            assert_eq!(Message::kind_carries(encoded.kind()), message.carries());
        }
    }
}
