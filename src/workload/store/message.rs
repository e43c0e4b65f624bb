//! What nodes tell each other about their stores, and how many bytes it takes.

use std::borrow::Cow;
use std::sync::Arc;

use super::certificates::Certificate;
use super::flow::Pace;
use super::version::Version;
use crate::engine;
use crate::time::Time;
use crate::workload::details::yes_no;

/// A message between two replicas of a store.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// All that its sender has.
    State {
        /// By key.
        versions: Arc<Vec<Version>>,
        /// How many of them are versions.
        held: u32,
        /// When those that are deletions were activated.
        certificates: Arc<Vec<Certificate>>,
        /// Whether the recipient is to answer with its own.
        asks: bool,
    },
    /// The question for all that the recipient has.
    Request,
    /// A hash of all that its sender has.
    Hash(u64),
    /// What its sender has, without the values.
    Digest(Digest),
    /// Some of what its sender has, and what it wants.
    Delta(Delta),
}

/// What a node has, without the values.
#[derive(Clone, Debug, PartialEq)]
pub enum Digest {
    /// The version of every key, of which so many are versions.
    Versions(Arc<Vec<Version>>, u32),
    /// By owner, up to which Lamport time all of it is known; and what is said of flow, if it is controlled.
    Owners(Arc<Vec<u64>>, Option<Pace>),
}

/// Some of what a node has, and what it wants.
#[derive(Clone, Debug, PartialEq)]
pub struct Delta {
    /// What it has.
    pub entries: Vec<Entry>,
    /// The digest that this goes by, where keys have owners: the recipient knew so much. It need not travel.
    pub after: Option<Arc<Vec<u64>>>,
    /// What its sender wants in return.
    pub wants: Wants,
    /// What is said of flow, if it is controlled.
    pub pace: Option<Pace>,
}

/// The version of a key that a node has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: u32,
    /// The version.
    pub version: Version,
    /// When it was activated, if it is a deletion; else time 0.
    pub activated: Time,
}

/// What a node wants.
#[derive(Clone, Debug, PartialEq)]
pub enum Wants {
    /// Nothing.
    Nothing,
    /// These keys.
    Keys(Vec<u32>),
    /// Of each owner what was written after this Lamport time.
    After(Arc<Vec<u64>>),
}

/// The bytes of a key.
const KEY: u64 = 8;
/// The bytes of a Lamport time.
const TIME: u64 = 8;
/// The bytes of the name of a node.
const NODE: u64 = 4;
/// The bytes of a hash.
const HASH: u64 = 8;
/// The bytes of a rate.
const RATE: u64 = 8;
/// The bytes of the time at which a certificate was activated.
const ACTIVATION: u64 = 8;

/// What takes how many bytes, beside what is the same in every store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Bytes of a value.
    pub value: u64,
    /// Sites that are named in a certificate.
    pub sites: u64,
}

impl Sizes {
    /// The bytes of a key with its version and its value.
    pub fn value(self) -> u64 {
        KEY + TIME + NODE + self.value
    }

    /// The bytes of a certificate.
    pub fn certificate(self) -> u64 {
        KEY + TIME + NODE + ACTIVATION + NODE * self.sites
    }

    /// The bytes of the largest entry.
    pub fn largest(self) -> u64 {
        self.value().max(self.certificate())
    }

    /// The bytes of an entry.
    pub fn entry(self, entry: &Entry) -> u64 {
        if entry.version.is_deletion() { self.certificate() } else { self.value() }
    }

    /// The bytes of all that a message says of what nodes have, with the values, and without: deltas, and digests.
    pub fn of(self, message: &Message) -> [u64; 2] {
        match message {
            Message::State { held, certificates, .. } => {
                let deleted = certificates.len() as u64;
                [(u64::from(*held) - deleted) * self.value() + deleted * self.certificate(), 0]
            }
            Message::Request => [0, 0],
            Message::Hash(_) => [0, HASH],
            Message::Digest(digest) => [0, digest.bytes()],
            Message::Delta(delta) => [
                delta.entries.iter().map(|entry| self.entry(entry)).sum(),
                delta.wants.bytes() + pace_bytes(delta.pace),
            ],
        }
    }
}

impl Digest {
    fn bytes(&self) -> u64 {
        match self {
            Digest::Versions(_, held) => u64::from(*held) * (KEY + TIME + NODE),
            Digest::Owners(known, pace) => owners_bytes(known) + pace_bytes(*pace),
        }
    }
}

impl Wants {
    fn bytes(&self) -> u64 {
        match self {
            Wants::Nothing => 0,
            Wants::Keys(keys) => KEY * keys.len() as u64,
            Wants::After(known) => owners_bytes(known),
        }
    }
}

fn owners_bytes(known: &[u64]) -> u64 {
    (NODE + TIME) * known.len() as u64
}

/// The bytes of a rate, where one is told.
fn pace_bytes(pace: Option<Pace>) -> u64 {
    pace.and_then(|pace| pace.rate).map_or(0, |_| RATE)
}

impl engine::Message for Message {
    const KINDS: &'static [&'static str] = &["state", "request", "hash", "digest", "delta"];

    fn kind(&self) -> usize {
        match self {
            Message::State { .. } => 0,
            Message::Request => 1,
            Message::Delta(delta) if delta.entries.is_empty() => 1,
            Message::Hash(_) => 2,
            Message::Digest(_) => 3,
            Message::Delta(_) => 4,
        }
    }

    fn content(&self) -> Cow<'static, str> {
        Cow::Owned(match self {
            Message::State { held, asks, .. } => {
                format!("entries={held} asks={}", yes_no(*asks))
            }
            Message::Request => "for=all".to_owned(),
            Message::Hash(hash) => format!("hash={hash:016x}"),
            Message::Digest(Digest::Versions(_, held)) => format!("keys={held}"),
            Message::Digest(Digest::Owners(known, _)) => format!("owners={}", known.len()),
            Message::Delta(Delta { entries, wants, .. }) => {
                let wants = match wants {
                    Wants::Nothing => "nothing".to_owned(),
                    Wants::Keys(keys) => keys.len().to_string(),
                    Wants::After(_) => "news".to_owned(),
                };
                format!("entries={} wants={wants}", entries.len())
            }
        })
    }
}
