//! What nodes tell each other about their lists.

use std::borrow::Cow;
use std::sync::Arc;

use super::entry::Entry;
use crate::engine;
use crate::units::NodeId;
use crate::workload::details::yes_no;

/// A message about members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// All entries that its sender has.
    List {
        /// By node.
        entries: Arc<Vec<Entry>>,
        /// How many of them say anything.
        known: u32,
        /// Whether the recipient is to answer with its own.
        asks: bool,
    },
    /// The question for all entries.
    Request,
    /// The versions of all entries that its sender has (Cassandra's `GossipDigestSyn`).
    Syn {
        /// By node.
        entries: Arc<Vec<Entry>>,
        /// How many of them say anything.
        known: u32,
    },
    /// What the sender of the versions lacks, and whose entries it is asked for (`GossipDigestAck`).
    Ack {
        /// Newer entries.
        news: Vec<(NodeId, Entry)>,
        /// Those whose entries are newer there.
        wants: Vec<NodeId>,
    },
    /// Entries that were asked for (`GossipDigestAck2`), or that a node sends that leaves.
    News(Vec<(NodeId, Entry)>),
}

impl Message {
    /// Entries in it, and versions that stand alone.
    pub fn contents(&self) -> (u64, u64) {
        match self {
            Message::List { known, .. } => ((*known).into(), 0),
            Message::Request => (0, 0),
            Message::Syn { known, .. } => (0, (*known).into()),
            Message::Ack { news, wants } => (news.len() as u64, wants.len() as u64),
            Message::News(news) => (news.len() as u64, 0),
        }
    }
}

impl engine::Message for Message {
    const KINDS: &'static [&'static str] = &["list", "request", "syn", "ack", "news"];

    fn kind(&self) -> usize {
        match self {
            Message::List { .. } => 0,
            Message::Request => 1,
            Message::Syn { .. } => 2,
            Message::Ack { .. } => 3,
            Message::News(_) => 4,
        }
    }

    fn content(&self) -> Cow<'static, str> {
        let (entries, versions) = self.contents();
        Cow::Owned(match self {
            Message::Request => String::new(),
            Message::List { asks, .. } => format!("entries={entries} asks={}", yes_no(*asks)),
            Message::Syn { .. } => format!("versions={versions}"),
            Message::Ack { .. } => format!("entries={entries} wants={versions}"),
            Message::News(_) => format!("entries={entries}"),
        })
    }
}
