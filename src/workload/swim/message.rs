//! What members of SWIM tell each other, and how many bytes it takes.

use std::borrow::Cow;

use crate::engine;
use crate::units::NodeId;
use crate::workload::members::{News, Update};

/// A message of SWIM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it is for.
    pub kind: MessageKind,
    /// The number of the probe, by the count of the member whose probe it is.
    pub probe: u32,
    /// In a request, the member that is to be pinged; else the one whose probe it is, which an answer is passed on to.
    pub subject: NodeId,
    /// Updates that travel with it.
    pub news: News,
}

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Asks whether the recipient is alive: `ping`.
    Ping,
    /// Says that a member is: `ack`.
    Ack,
    /// Asks the recipient to ping somebody: `ping-req`.
    Request,
}

/// The bytes of a message without updates (SWIM, section 5).
const BARE: u64 = 15;
/// The bytes of an update: six and a bare message make 135 (SWIM, section 5).
const UPDATE: u64 = 20;

impl Message {
    /// The bytes of what it says, beside its header.
    pub fn bytes(&self) -> u64 {
        BARE + UPDATE * self.news.len() as u64
    }
}

impl engine::Message for Message {
    const KINDS: &'static [&'static str] = &["ping", "ack", "ping-req"];

    #[inline]
    fn kind(&self) -> usize {
        self.kind as usize
    }

    fn content(&self) -> Cow<'static, str> {
        let subject = if self.kind == MessageKind::Request { "target" } else { "origin" };
        let mut text = format!("probe={} {subject}={}", self.probe, self.subject.number());
        for Update { about, belief, .. } in &self.news {
            text += &format!(" update={}:{}", about.number(), format!("{belief:?}").replace(' ', ":"));
        }
        Cow::Owned(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Message as _;
    use crate::workload::members::Belief;

    #[test]
    fn six_updates_make_the_largest_packet_of_the_paper() {
        let mut message =
            Message { kind: MessageKind::Request, probe: 3, subject: NodeId::new(9), news: News::default() };
        assert_eq!((message.bytes(), &*message.content()), (15, "probe=3 target=9"));
        for about in (0..6).map(NodeId::new) {
            message.news.push(Update { about, from: about, belief: Belief::FIRST.suspected() });
        }
        assert_eq!((message.bytes(), Message::KINDS[message.kind()]), (135, "ping-req"));
        assert!(message.content().ends_with("update=5:suspect:1.0"), "{}", message.content());
    }
}
