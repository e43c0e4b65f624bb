//! What waits at blocked nodes for their release, and what draws about it are made for.

use std::collections::BTreeMap;

use super::mail::{Envelope, Message};
use super::tally::ByKind;
use crate::memory;
use crate::time::Time;
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
    repeats: Repeats,
}

impl<M> Default for Blocked<M> {
    fn default() -> Self {
        Blocked { waiting: BTreeMap::new(), repeats: Repeats::default() }
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
