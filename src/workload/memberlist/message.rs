//! What members of memberlist tell each other, and how many bytes it takes.

use std::borrow::Cow;
use std::sync::Arc;

use crate::engine;
use crate::units::NodeId;
use crate::workload::details::yes_no;
use crate::workload::members::{Belief, News, Update};

/// A message of memberlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it is for.
    pub content: Content,
    /// Updates that travel with it.
    pub news: News,
}

/// What a message is for. Probes have numbers by the count of the member whose probe it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Asks whether the recipient is alive.
    Ping {
        /// The number of the probe.
        probe: u32,
        /// Whose probe it is.
        origin: NodeId,
    },
    /// Says that a member is alive, to whom asked.
    Ack {
        /// The number of the probe.
        probe: u32,
        /// Whose probe it is.
        origin: NodeId,
    },
    /// Asks the recipient to ping `target`.
    Request {
        /// The number of the probe.
        probe: u32,
        /// Who is to be pinged.
        target: NodeId,
        /// Whether the recipient is to say so if that is not answered.
        nack: bool,
    },
    /// Says that the target of a request has not answered.
    Nack {
        /// The number of the probe.
        probe: u32,
    },
    /// Updates alone.
    Gossip,
    /// All that the sender knows.
    State {
        /// What it holds of every node.
        view: Arc<[Belief]>,
        /// Whether the recipient is to answer with its own.
        asks: bool,
    },
    /// Asks by a connection whether the recipient is alive.
    StreamPing {
        /// The number of the probe.
        probe: u32,
    },
    /// The answer by that connection.
    StreamAck {
        /// The number of the probe.
        probe: u32,
    },
}

/// How many bytes messages take, which hold names and data of the members: the fields of memberlist's structs as MessagePack
/// maps, with IPv4 addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Bytes of the name of a member.
    pub name: u64,
    /// Bytes of the data that a member tells of itself.
    pub meta: u64,
}

/// The bytes of the header of a packet of several parts.
const COMPOUND: u64 = 2;
/// The bytes of the length of a part.
const PART: u64 = 2;
/// The most parts that a packet can have.
const MOST_PARTS: usize = 255;

impl Sizes {
    /// The bytes of an update that says that a member is alive.
    fn alive(self) -> u64 {
        55 + self.name + self.meta
    }

    /// The bytes of one that says that it is suspected or dead.
    fn accusation(self) -> u64 {
        27 + 2 * self.name
    }

    /// The bytes of a ping.
    fn ping(self) -> u64 {
        59 + 2 * self.name
    }

    /// The bytes of a packet that holds a ping and any update.
    pub fn least_packet(self) -> u64 {
        COMPOUND + 2 * PART + self.ping() + self.alive().max(self.accusation())
    }

    /// The bytes of an update.
    pub fn update(self, update: &Update) -> u64 {
        if update.belief.is_alive() { self.alive() } else { self.accusation() }
    }

    /// The bytes of what a message is for, without updates.
    pub fn content(self, content: &Content) -> u64 {
        match content {
            Content::Ping { .. } | Content::StreamPing { .. } => self.ping(),
            Content::Ack { .. } | Content::StreamAck { .. } => 20,
            Content::Request { .. } => 85 + 2 * self.name,
            Content::Nack { .. } => 11,
            Content::Gossip => 0,
            Content::State { view, .. } => {
                let entries = view.iter().filter(|belief| belief.is_known()).count() as u64;
                entries * (62 + self.name + self.meta)
            }
        }
    }

    /// The bytes of a message beside its header.
    pub fn message(self, message: &Message) -> u64 {
        let content = self.content(&message.content);
        let parts = message.news.len() as u64 + u64::from(content > 0);
        let updates: u64 = message.news.iter().map(|update| self.update(update)).sum();
        content + updates + if parts > 1 { COMPOUND + PART * parts } else { 0 }
    }

    /// Whether another update fits into a packet of `capacity` bytes that holds `content`, where the updates before it are
    /// counted in `taken`, which then counts this one, too.
    pub fn fits(self, update: &Update, content: &Content, capacity: u64, taken: &mut (u64, usize)) -> bool {
        let bytes = taken.0 + PART + self.update(update);
        let fits = COMPOUND + self.content(content) + bytes <= capacity && taken.1 < MOST_PARTS - 1;
        if fits {
            *taken = (bytes, taken.1 + 1);
        }
        fits
    }
}

impl engine::Message for Message {
    const KINDS: &'static [&'static str] =
        &["ping", "ack", "ping-req", "nack", "gossip", "push-pull", "tcp-ping", "tcp-ack"];

    #[inline]
    fn kind(&self) -> usize {
        match self.content {
            Content::Ping { .. } => 0,
            Content::Ack { .. } => 1,
            Content::Request { .. } => 2,
            Content::Nack { .. } => 3,
            Content::Gossip => 4,
            Content::State { .. } => 5,
            Content::StreamPing { .. } => 6,
            Content::StreamAck { .. } => 7,
        }
    }

    fn content(&self) -> Cow<'static, str> {
        let mut text = match &self.content {
            Content::Ping { probe, origin } | Content::Ack { probe, origin } => {
                format!("probe={probe} origin={}", origin.number())
            }
            Content::Request { probe, target, .. } => format!("probe={probe} target={}", target.number()),
            Content::Nack { probe } | Content::StreamPing { probe } | Content::StreamAck { probe } => {
                format!("probe={probe}")
            }
            Content::Gossip => format!("updates={}", self.news.len()),
            Content::State { view, asks } => {
                let known = view.iter().filter(|belief| belief.is_known()).count();
                format!("members={known} asks={}", yes_no(*asks))
            }
        };
        for Update { about, from, belief } in &self.news {
            let said = format!("{belief:?}").replace(' ', ":");
            text += &format!(" update={}:{said}:by:{}", about.number(), from.number());
        }
        Cow::Owned(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes { name: 10, meta: 0 };

    fn update(about: u32, belief: Belief) -> Update {
        Update { about: NodeId::new(about), from: NodeId::new(0), belief }
    }

    /// The bytes for names of 10 characters.
    #[test]
    fn messages_take_as_many_bytes_as_those_of_memberlist() {
        let (probe, origin) = (1, NodeId::new(0));
        let contents = [
            (Content::Ping { probe, origin }, 79),
            (Content::Ack { probe, origin }, 20),
            (Content::Request { probe, target: origin, nack: true }, 105),
            (Content::Nack { probe }, 11),
            (Content::State { view: [Belief::FIRST, Belief::UNKNOWN, Belief::FIRST].into(), asks: true }, 144),
        ];
        for (content, bytes) in contents {
            assert_eq!(SIZES.message(&Message { content, news: News::default() }), bytes);
        }
        let [alive, suspect] = [Belief::FIRST, Belief::FIRST.suspected()].map(|belief| update(3, belief));
        assert_eq!((SIZES.update(&suspect), SIZES.update(&alive)), (47, 65));
        let mut message = Message { content: Content::Gossip, news: News::default() };
        message.news.push(suspect);
        assert_eq!(SIZES.message(&message), 47, "one update needs no header");
        message.news.push(alive);
        assert_eq!(SIZES.message(&message), 2 + 4 + 47 + 65);
        message.content = Content::Ack { probe, origin };
        assert_eq!(SIZES.message(&message), 2 + 6 + 20 + 47 + 65);
    }

    #[test]
    fn a_packet_holds_what_fits_into_it() {
        let suspect = update(3, Belief::FIRST.suspected());
        for (content, most) in [(Content::Gossip, 28), (Content::Ping { probe: 1, origin: NodeId::new(0) }, 26)] {
            let mut message = Message { content: content.clone(), news: News::default() };
            let mut taken = (0, 0);
            while SIZES.fits(&suspect, &content, 1400, &mut taken) {
                message.news.push(suspect);
            }
            assert_eq!(message.news.len(), most);
            assert!(SIZES.message(&message) <= 1400 + PART, "the length of the first part is left out, as there");
        }
    }
}
