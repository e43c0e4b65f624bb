//! What nodes tell each other of heartbeats, and how many bytes it takes.

use std::borrow::Cow;
use std::sync::Arc;

use crate::engine;
use crate::units::NodeId;

/// The highest heartbeat of a node that somebody knows.
///
/// A node counts its heartbeats from the nanosecond of its start on, so that those after a restart are higher than all
/// before (the generation of Cassandra).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose.
    pub node: NodeId,
    /// Its number.
    pub heartbeat: u64,
}

/// A message between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// The sender is there: its heartbeat.
    Heartbeat(u64),
    /// The heartbeats of all whom the sender knows of, for the recipient to learn.
    Table(Arc<[Entry]>),
    /// The same, for the recipient to compare (SYN).
    Digest(Arc<[Entry]>),
    /// What the recipient of a digest knows better, and whom the sender knows better (ACK).
    Reply {
        /// What is news to the recipient.
        news: Arc<[Entry]>,
        /// Those it is asked for.
        wanted: Arc<[NodeId]>,
    },
    /// What was asked for (ACK2).
    News(Arc<[Entry]>),
}

/// Bytes of a heartbeat: 4 for when its node began, 4 for its number.
const HEARTBEAT: u64 = 8;
/// Bytes of an entry: 4 for the address of the node, and its heartbeat. A node that is asked for takes as many.
const ENTRY: u64 = 4 + HEARTBEAT;

impl Message {
    /// The bytes of what it says, beside its header.
    pub fn bytes(&self) -> u64 {
        let entries = match self {
            Message::Heartbeat(_) => return HEARTBEAT,
            Message::Table(entries) | Message::Digest(entries) | Message::News(entries) => entries.len(),
            Message::Reply { news, wanted } => news.len() + wanted.len(),
        };
        ENTRY * entries as u64
    }
}

impl engine::Message for Message {
    const KINDS: &'static [&'static str] = &["heartbeat", "table", "digest", "reply", "news"];

    fn kind(&self) -> usize {
        match self {
            Message::Heartbeat(_) => 0,
            Message::Table(_) => 1,
            Message::Digest(_) => 2,
            Message::Reply { .. } => 3,
            Message::News(_) => 4,
        }
    }

    fn content(&self) -> Cow<'static, str> {
        Cow::Owned(match self {
            Message::Heartbeat(heartbeat) => format!("heartbeat={heartbeat}"),
            Message::Table(entries) | Message::Digest(entries) | Message::News(entries) => {
                format!("entries={}", entries.len())
            }
            Message::Reply { news, wanted } => format!("entries={} wanted={}", news.len(), wanted.len()),
        })
    }
}
