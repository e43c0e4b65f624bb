//! What nodes tell each other that push bodies and announce the rest, and how many bytes it takes.

use std::borrow::Cow;
use std::sync::Arc;

use crate::engine;
use crate::units::NodeId;
use crate::workload::broadcast::{Kinds, listed};

/// A published message on its way, whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Body {
    /// Its number, in the order of publication.
    pub message: u32,
    /// Who published it.
    pub author: NodeId,
    /// Over how many hops it has come when it arrives.
    pub hops: u16,
    /// Whether the recipient asked for it.
    pub asked_for: bool,
}

/// A message between two nodes. Messages that were published stand by their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A published message.
    Body(Body),
    /// The sender has these.
    Announcement(Arc<[u32]>),
    /// The sender asks for this one.
    Request(u32),
    /// The sender is there, on new connections.
    Hello,
}

/// The kinds of messages, in the order of their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// [`Message::Body`].
    Body,
    /// [`Message::Announcement`].
    Announcement,
    /// [`Message::Request`].
    Request,
    /// [`Message::Hello`].
    Hello,
}

/// What the kinds are to a broadcast.
pub const KINDS: Kinds = Kinds {
    copy: MessageKind::Body as usize,
    announcement: MessageKind::Announcement as usize,
    request: MessageKind::Request as usize,
    in_turns: false,
};

impl Message {
    /// The bytes of what it says, beside its header, where hashes with what stands beside them take `id`, and published messages so
    /// many by their numbers.
    pub(super) fn bytes(&self, id: u64, published: impl Fn(u32) -> u64) -> u64 {
        match self {
            Message::Body(body) => published(body.message),
            Message::Announcement(messages) => messages.len() as u64 * id,
            Message::Request(_) => id,
            Message::Hello => 0,
        }
    }
}

impl engine::Message for Message {
    const KINDS: &'static [&'static str] = &["body", "announcement", "request", "hello"];

    #[inline]
    fn kind(&self) -> usize {
        let kind = match self {
            Message::Body(_) => MessageKind::Body,
            Message::Announcement(_) => MessageKind::Announcement,
            Message::Request(_) => MessageKind::Request,
            Message::Hello => MessageKind::Hello,
        };
        kind as usize
    }

    fn content(&self) -> Cow<'static, str> {
        match self {
            Message::Body(Body { message, author, hops, asked_for }) => {
                let author = author.number();
                let why = if *asked_for { "asked" } else { "push" };
                format!("message={message} author={author} hops={hops} by={why}").into()
            }
            Message::Announcement(messages) => listed(messages).into(),
            Message::Request(message) => format!("message={message}").into(),
            Message::Hello => "".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Message as _;
    use crate::workload::broadcast::{mentioned, was_asked_for};

    #[test]
    fn every_kind_has_its_name_its_bytes_and_its_content() {
        let body = |asked_for| Message::Body(Body { message: 7, author: NodeId::new(3), hops: 2, asked_for });
        for (message, name, bytes, content, about) in [
            (body(true), "body", 1000, "message=7 author=3 hops=2 by=asked", &[7][..]),
            (body(false), "body", 1000, "message=7 author=3 hops=2 by=push", &[7]),
            (Message::Announcement([4, 7].into()), "announcement", 72, "message=4 message=7", &[4, 7]),
            (Message::Request(4), "request", 36, "message=4", &[4]),
            (Message::Hello, "hello", 0, "", &[]),
        ] {
            assert_eq!(mentioned(content).collect::<Vec<_>>(), about);
            assert_eq!(was_asked_for(content), message == body(true));
            let said = (
                Message::KINDS[message.kind()],
                message.bytes(36, |number| 993 + u64::from(number)),
                &*message.content(),
            );
            assert_eq!(said, (name, bytes, content));
        }
        assert_eq!(size_of::<Message>(), 24);
    }
}
