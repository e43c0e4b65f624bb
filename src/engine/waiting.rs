//! What waits at blocked nodes for their release, and what draws about it are made for.

use std::collections::{BTreeMap, VecDeque};

use super::mail::{Envelope, Message};
use super::tally::ByKind;
use crate::memory;
use crate::time::{Span, Time};
use crate::units::NodeId;

/// What waits at a blocked node.
#[derive(Clone, Debug)]
pub(super) enum Waiting<M> {
    /// A message that it sends.
    Departure(Envelope<M>),
    /// A message that has reached it.
    Arrival(Envelope<M>),
    /// The news that a message of its own reached nobody, from its life with this number.
    Bounce(u32, Envelope<M>),
}

/// What waits at blocked nodes, node by node in the order in which it came.
#[derive(Debug)]
pub(super) struct Blocked<M> {
    waiting: BTreeMap<NodeId, Vec<Waiting<M>>>,
    /// Nodes that take their time to read what has waited.
    readers: BTreeMap<NodeId, Reader<M>>,
    repeats: Repeats,
}

impl<M> Default for Blocked<M> {
    fn default() -> Self {
        Blocked { waiting: BTreeMap::new(), readers: BTreeMap::new(), repeats: Repeats::default() }
    }
}

impl<M: Message> Blocked<M> {
    /// Adds the messages that have reached their recipients and wait, by kind.
    pub(super) fn count(&self, messages: &mut ByKind) {
        for waiting in self.waiting.values().flatten() {
            if let Waiting::Arrival(envelope) = waiting {
                messages[envelope.message.kind()] += 1;
            }
        }
        for envelope in self.readers.values().flat_map(|reader| &reader.unread) {
            messages[envelope.message.kind()] += 1;
        }
    }

    /// `node` reads each message that waits for so long when it is released; of several times the longest counts.
    pub(super) fn read_in(&mut self, node: NodeId, each: Span) {
        if !each.is_zero() {
            let reader = self.readers.entry(node).or_default();
            reader.each = reader.each.max(each);
        }
    }

    /// How `node` reads, if that takes it any time.
    pub(super) fn reader(&mut self, node: NodeId) -> Option<&mut Reader<M>> {
        self.readers.get_mut(&node)
    }

    /// One more thing waits at `node`.
    pub(super) fn wait(&mut self, node: NodeId, waiting: Waiting<M>) {
        memory::or_unwind(memory::push(self.waiting.entry(node).or_default(), waiting));
    }

    /// What waits at `node`, which no longer does.
    pub(super) fn take(&mut self, node: NodeId) -> Vec<Waiting<M>> {
        self.waiting.remove(&node).unwrap_or_default()
    }

    /// The leg that the draws about one more message are made for.
    pub(super) fn leg(&mut self, now: Time, drawn: Drawn, path: [NodeId; 2], leg: u64) -> u64 {
        self.repeats.leg(now, drawn, path, leg)
    }
}

/// A node that reads one message after the other, for a while each, as long as any wait.
#[derive(Debug)]
pub(super) struct Reader<M> {
    each: Span,
    /// From whom the message is that it reads, and its leg: it is in the future-event list for when it is read.
    reading: Option<(NodeId, u64)>,
    /// Those after it, in the order in which they came.
    unread: VecDeque<Envelope<M>>,
}

impl<M> Default for Reader<M> {
    fn default() -> Self {
        Reader { each: Span::ZERO, reading: None, unread: VecDeque::new() }
    }
}

impl<M> Reader<M> {
    /// A message reaches the node, or is read: it is given back unless others are before it, or a block has begun while it was
    /// read.
    pub(super) fn take_in(&mut self, envelope: Envelope<M>, blocked: bool) -> Option<Envelope<M>> {
        if self.reading == Some((envelope.from, envelope.leg)) {
            self.reading = None;
            if blocked {
                self.unread.push_front(envelope);
                return None;
            }
            return Some(envelope);
        }
        if blocked || self.reading.is_none() && self.unread.is_empty() {
            return Some(envelope);
        }
        self.add(envelope);
        None
    }

    /// A message is the last of those that wait.
    pub(super) fn add(&mut self, envelope: Envelope<M>) {
        self.unread.push_back(envelope);
    }

    /// The next message, and how long it takes to read it; nothing if the node reads another, or none waits.
    pub(super) fn begin(&mut self) -> Option<(Span, Envelope<M>)> {
        if self.reading.is_some() {
            return None;
        }
        let envelope = self.unread.pop_front()?;
        self.reading = Some((envelope.from, envelope.leg));
        Some((self.each, envelope))
    }

    /// The node is down: what it has not read.
    pub(super) fn forget(&mut self) -> VecDeque<Envelope<M>> {
        self.reading = None;
        std::mem::take(&mut self.unread)
    }
}

/// What draws are made for at the path, instant and leg of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Drawn {
    /// What becomes of it.
    Delivery,
    /// Whether there is a copy of it, and what becomes of that.
    Copy,
    /// What its recipient does about it.
    Learning,
}

/// Messages of one path, instant and leg, which a release or a copy of the network brings together: each but the first has
/// draws of its own.
#[derive(Debug, Default)]
struct Repeats {
    now: Time,
    /// How many there have been of a path and leg at this instant.
    seen: BTreeMap<(Drawn, NodeId, NodeId, u64), u64>,
}

impl Repeats {
    /// Where the number of a repetition begins in that of a leg: above the legs of turns and the uses of draws.
    const SHIFT: u32 = 40;

    /// The leg that the draws about one more message are made for.
    fn leg(&mut self, now: Time, drawn: Drawn, [from, to]: [NodeId; 2], leg: u64) -> u64 {
        if self.now != now {
            self.now = now;
            self.seen.clear();
        }
        let seen = self.seen.entry((drawn, from, to, leg)).or_default();
        *seen += 1;
        leg ^ (*seen - 1) << Self::SHIFT
    }
}
