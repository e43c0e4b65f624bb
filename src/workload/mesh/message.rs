//! What nodes of a mesh tell each other, and how many bytes it takes.

use std::borrow::Cow;
use std::sync::Arc;

use crate::engine;
use crate::units::NodeId;
use crate::workload::broadcast::{Kinds, listed};

/// A published message on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload {
    /// Its number, in the order of publication.
    pub message: u32,
    /// Who published it.
    pub author: NodeId,
    /// In which topic.
    pub topic: u16,
    /// Over how many hops it has come when it arrives.
    pub hops: u16,
    /// Whether the recipient asked for it.
    pub asked_for: bool,
}

/// A message between two nodes. Messages that were published stand by their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A published message.
    Payload(Payload),
    /// The sender has these.
    IHave {
        /// In this topic.
        topic: u16,
        /// Which.
        messages: Arc<[u32]>,
    },
    /// The sender asks for these.
    IWant(Arc<[u32]>),
    /// The sender takes the link into its mesh.
    Graft {
        /// Of this topic.
        topic: u16,
    },
    /// The sender takes it out, or refuses it.
    Prune {
        /// Of this topic.
        topic: u16,
    },
    /// The sender has this one, and wants no other copy.
    IDontWant(u32),
    /// The sender is there, on new connections, with its subscriptions.
    Subscribe {
        /// To so many topics.
        topics: u16,
    },
}

/// The kinds of messages, in the order of their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// [`Message::Payload`].
    Payload,
    /// [`Message::IHave`].
    IHave,
    /// [`Message::IWant`].
    IWant,
    /// [`Message::Graft`].
    Graft,
    /// [`Message::Prune`].
    Prune,
    /// [`Message::IDontWant`].
    IDontWant,
    /// [`Message::Subscribe`].
    Subscribe,
}

/// What the kinds are to a broadcast.
pub const KINDS: Kinds = Kinds {
    copy: MessageKind::Payload as usize,
    announcement: MessageKind::IHave as usize,
    request: MessageKind::IWant as usize,
    in_turns: true,
};

/// How many bytes things take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// The identifier of a published message.
    pub id: u64,
    /// The name of a topic.
    pub topic: u64,
}

impl Sizes {
    /// The bytes of what a message says, beside its header, where published messages have so many by their numbers.
    pub(super) fn of(self, message: &Message, published: impl Fn(u32) -> u64) -> u64 {
        let Sizes { id, topic } = self;
        match message {
            Message::Payload(payload) => published(payload.message),
            Message::IHave { messages, .. } => topic + messages.len() as u64 * id,
            Message::IWant(messages) => messages.len() as u64 * id,
            Message::Graft { .. } | Message::Prune { .. } => topic,
            Message::IDontWant(_) => id,
            Message::Subscribe { topics } => u64::from(*topics) * topic,
        }
    }
}

impl engine::Message for Message {
    const KINDS: &'static [&'static str] = &["message", "ihave", "iwant", "graft", "prune", "idontwant", "subscribe"];

    #[inline]
    fn kind(&self) -> usize {
        let kind = match self {
            Message::Payload(_) => MessageKind::Payload,
            Message::IHave { .. } => MessageKind::IHave,
            Message::IWant(_) => MessageKind::IWant,
            Message::Graft { .. } => MessageKind::Graft,
            Message::Prune { .. } => MessageKind::Prune,
            Message::IDontWant(_) => MessageKind::IDontWant,
            Message::Subscribe { .. } => MessageKind::Subscribe,
        };
        kind as usize
    }

    fn content(&self) -> Cow<'static, str> {
        Cow::Owned(match self {
            Message::Payload(Payload { message, author, topic, hops, asked_for }) => {
                let author = author.number();
                let why = if *asked_for { "asked" } else { "mesh" };
                format!("message={message} author={author} topic={topic} hops={hops} by={why}")
            }
            Message::IHave { topic, messages } => format!("topic={topic} {}", listed(messages)),
            Message::IWant(messages) => listed(messages),
            Message::Graft { topic } | Message::Prune { topic } => format!("topic={topic}"),
            Message::IDontWant(message) => format!("message={message}"),
            Message::Subscribe { topics } => format!("topics={topics}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Message as _;
    use crate::workload::broadcast::{mentioned, was_asked_for};

    #[test]
    fn every_kind_has_its_name_its_bytes_and_its_content() {
        let payload = Payload { message: 7, author: NodeId::new(3), topic: 1, hops: 2, asked_for: true };
        let sizes = Sizes { id: 46, topic: 32 };
        for (message, name, bytes, content) in [
            (Message::Payload(payload), "message", 1000, "message=7 author=3 topic=1 hops=2 by=asked"),
            (Message::IHave { topic: 1, messages: [4, 7].into() }, "ihave", 124, "topic=1 message=4 message=7"),
            (Message::IWant([4, 7].into()), "iwant", 92, "message=4 message=7"),
            (Message::Graft { topic: 1 }, "graft", 32, "topic=1"),
            (Message::Prune { topic: 1 }, "prune", 32, "topic=1"),
            (Message::IDontWant(7), "idontwant", 46, "message=7"),
            (Message::Subscribe { topics: 2 }, "subscribe", 64, "topics=2"),
        ] {
            let about: Vec<u32> = if content.contains("message=4") { vec![4, 7] } else { vec![7] };
            let about = if content.contains("message=") { about } else { Vec::new() };
            assert_eq!(mentioned(content).collect::<Vec<_>>(), about);
            assert_eq!(was_asked_for(content), name == "message");
            assert_eq!(
                (
                    Message::KINDS[message.kind()],
                    sizes.of(&message, |number| 993 + u64::from(number)),
                    &*message.content()
                ),
                (name, bytes, content)
            );
        }
        assert_eq!(size_of::<Message>(), 24);
    }
}
