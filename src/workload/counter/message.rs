//! What nodes tell each other about their maps, and how many bytes it takes.

use std::borrow::Cow;
use std::sync::Arc;

use super::changes::Version;
use super::map::{Entry, Map};
use crate::engine;
use crate::workload::details::yes_no;

/// A message between two replicas of a counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// All that its sender knows.
    State {
        /// The map.
        map: Arc<Map>,
        /// Whether the recipient is to answer with its own.
        asks: bool,
    },
    /// What changed at its sender.
    Delta(Delta),
    /// The hash of the map of its sender, for the recipient to compare.
    Hash(u64),
    /// A question: for what changed after a version, or for everything.
    Request(Option<Version>),
}

/// What changed at a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// The entries that changed, as they are now.
    pub entries: Vec<Entry>,
    /// They changed after this version; everything changed after [`Version::START`].
    pub after: Version,
    /// They changed up to this version.
    pub version: Version,
    /// What the sender has of the recipient.
    pub has: Version,
    /// Whether the recipient is to answer with what changed after that.
    pub asks: bool,
}

/// The bytes of an entry: 8 for its owner, 8 for the count.
pub(super) const ENTRY: u64 = 16;
/// The bytes of a hash.
const HASH: u64 = 8;
/// The bytes of a version: 4 for when the replica began, 4 for the number of the change.
const VERSION: u64 = 8;
/// The bytes of a delta beside its entries: three versions.
pub(super) const DELTA_VERSIONS: u64 = 3 * VERSION;

impl Message {
    /// The number of the kind of [`Message::State`].
    pub const STATE: usize = 0;
    /// The number of the kind of [`Message::Delta`].
    pub const DELTA: usize = 1;

    /// The bytes of what it says, beside its header.
    pub fn bytes(&self) -> u64 {
        match self {
            Message::State { map, .. } => ENTRY * map.entries().len() as u64,
            Message::Delta(delta) => DELTA_VERSIONS + ENTRY * delta.entries.len() as u64,
            Message::Hash(_) => HASH,
            Message::Request(since) => since.map_or(0, |_| VERSION),
        }
    }
}

impl engine::Message for Message {
    const KINDS: &'static [&'static str] = &["state", "delta", "hash", "request"];

    fn kind(&self) -> usize {
        match self {
            Message::State { .. } => Self::STATE,
            Message::Delta(_) => Self::DELTA,
            Message::Hash(_) => 2,
            Message::Request(_) => 3,
        }
    }

    fn content(&self) -> Cow<'static, str> {
        Cow::Owned(match self {
            Message::State { map, asks: again } => {
                format!("entries={} value={} asks={}", map.entries().len(), map.value(), yes_no(*again))
            }
            Message::Delta(delta) => format!("entries={} asks={}", delta.entries.len(), yes_no(delta.asks)),
            Message::Hash(hash) => format!("hash={hash:016x}"),
            Message::Request(None) => "for=all".to_owned(),
            Message::Request(Some(since)) => {
                format!("for={}", if *since == Version::START { "all" } else { "changes" })
            }
        })
    }
}
