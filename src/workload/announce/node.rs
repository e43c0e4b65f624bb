//! What one node remembers that pushes bodies and announces the rest.

use super::message::Body;
use crate::bits::Bits;
use crate::units::NodeId;
use crate::workload::broadcast::Outages;

/// What one node remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// The messages of which it has had a copy, a bit for each; empty until it begins.
    pub seen: Bits,
    /// Those that it has for others, by their numbers.
    held: Vec<Held>,
    /// Those that were announced to it, and those that it validates.
    pending: Vec<Pending>,
    /// Announcements that wait.
    pub(super) batches: Vec<Batch>,
    /// Neighbours whose connections are broken.
    pub(super) gone: Outages,
    /// The number of the first message that was published since it began, or began again.
    pub first: u32,
    /// How many timers it has set, which count as long as what they are for.
    timers: u32,
}

/// Announcements to a peer that wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// To whom.
    pub peer: NodeId,
    /// Of which messages.
    pub messages: Vec<u32>,
    /// Until this timer.
    pub timer: u32,
}

/// A message that a node has for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Which.
    pub message: u32,
    /// Who published it.
    pub author: NodeId,
    /// Over how many hops it came.
    pub hops: u16,
}

/// A message that a node has not passed on yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Which.
    pub message: u32,
    /// Who is known to have it.
    pub known: Vec<NodeId>,
    /// What the node does about it.
    pub stage: Stage,
}

/// How far a node is with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It was announced.
    Announced {
        /// Those who announced it and were not asked.
        announcers: Vec<NodeId>,
        /// Who was asked last.
        asked: Option<NodeId>,
        /// The timer until which the node waits.
        timer: u32,
    },
    /// The node validates the copy that came first.
    Validating(Body),
}

impl Pending {
    /// `peer` has it; whether that is new.
    pub(super) fn note_known(&mut self, peer: NodeId) -> bool {
        let new = !self.known.contains(&peer);
        if new {
            self.known.push(peer);
        }
        new
    }
}

impl Node {
    /// Whether it has had a copy of a message.
    #[inline]
    pub fn has_seen(&self, message: u32) -> bool {
        self.seen.has(message as usize)
    }

    /// Whether it has validated a message, and passed it on.
    pub fn has_delivered(&self, message: u32) -> bool {
        self.has_seen(message) && self.pending(message).is_none()
    }

    /// How many messages it has had a copy of.
    pub(super) fn count_seen(&self) -> u64 {
        self.seen.words().iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// What it has not passed on yet of a message.
    pub fn pending(&self, message: u32) -> Option<&Pending> {
        self.pending.iter().find(|pending| pending.message == message)
    }

    /// The same, to change it.
    pub(super) fn pending_mut(&mut self, message: u32) -> Option<&mut Pending> {
        self.pending.iter_mut().find(|pending| pending.message == message)
    }

    /// Begins with a message that it does not have.
    pub(super) fn begin(&mut self, pending: Pending) {
        self.pending.push(pending);
    }

    /// Is done with a message.
    pub(super) fn finish(&mut self, message: u32) -> Option<Pending> {
        let place = self.pending.iter().position(|pending| pending.message == message)?;
        Some(self.pending.swap_remove(place))
    }

    /// Forgets what was announced to it; the messages that it goes on validating.
    pub(super) fn forget_announced(&mut self) -> Vec<u32> {
        self.pending.retain(|pending| matches!(pending.stage, Stage::Validating(_)));
        self.pending.iter().map(|pending| pending.message).collect()
    }

    /// Has a message for others.
    pub(super) fn hold(&mut self, held: Held) {
        let place = self.held.partition_point(|other| other.message < held.message);
        self.held.insert(place, held);
    }

    /// What it has of a message for others, if it has.
    pub fn held(&self, message: u32) -> Option<Held> {
        let place = self.held.binary_search_by_key(&message, |held| held.message);
        place.ok().map(|place| self.held[place])
    }

    /// All messages that it has for others.
    pub(super) fn all_held(&self) -> impl Iterator<Item = u32> {
        self.held.iter().map(|held| held.message)
    }

    /// `peer` has `message`: it need not be announced to it any more.
    pub(super) fn unqueue(&mut self, peer: NodeId, message: u32) {
        if let Some(batch) = self.batches.iter_mut().find(|batch| batch.peer == peer) {
            batch.messages.retain(|other| *other != message);
        }
    }

    /// The number of the next timer.
    pub(super) fn next_timer(&mut self) -> u32 {
        self.timers = self.timers.wrapping_add(1);
        self.timers
    }

    /// The bytes that what a node remembers takes, where so many messages are published.
    pub(super) const fn bytes(messages: u64) -> u64 {
        // A vector that grows has room for up to twice as many.
        size_of::<Self>() as u64
            + messages.div_ceil(8).saturating_add(messages.saturating_mul(2 * size_of::<Held>() as u64))
    }
}
