//! What one node of a mesh remembers.

use super::counts::Counts;
use super::history::History;
use super::links::{Links, Membership};
use super::message::Payload;
use crate::bits::Bits;
use crate::units::NodeId;
use crate::workload::broadcast::Outages;

/// What one node remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Its links, topic by topic.
    pub links: Vec<Links>,
    /// The messages of which it has had a copy, a bit for each; empty until it begins.
    pub seen: Bits,
    /// Those that it has for others.
    pub history: History,
    /// Those that it validates.
    pub validating: Vec<Validating>,
    /// Who is to get no copy of what.
    unwanted: Vec<Unwanted>,
    /// Neighbours whose connections are broken.
    pub(super) gone: Outages,
    /// How many heartbeats it has had.
    pub beat: u32,
    /// The number of the first message that was published since it began, or began again.
    pub first: u32,
}

/// A message that a node validates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validating {
    /// The message, as it came.
    pub payload: Payload,
    /// From whom.
    pub from: NodeId,
}

/// Somebody who is to get no copy of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unwanted {
    message: u32,
    peer: NodeId,
    /// How many heartbeats the node has had when it forgets that.
    until: u32,
}

impl Node {
    /// Its mesh in `topic`, if it subscribes.
    #[inline]
    pub fn mesh(&self, topic: u16) -> Option<&Links> {
        self.links.iter().find(|links| links.topic == topic && links.is_mesh())
    }

    /// The same, to change it.
    pub(super) fn mesh_mut(&mut self, topic: u16) -> Option<&mut Links> {
        self.links.iter_mut().find(|links| links.topic == topic && links.is_mesh())
    }

    /// Whether it has had a copy of a message.
    #[inline]
    pub fn has_seen(&self, message: u32) -> bool {
        self.seen.has(message as usize)
    }

    /// Whether it has validated a message, and passed it on.
    pub fn has_delivered(&self, message: u32) -> bool {
        self.has_seen(message) && !self.validates(message)
    }

    /// Whether it validates a message.
    pub fn validates(&self, message: u32) -> bool {
        self.validating.iter().any(|validating| validating.payload.message == message)
    }

    /// How many messages it has had a copy of.
    pub(super) fn count_seen(&self) -> u64 {
        self.seen.words().iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// `peer` is to get no copy of `message` for so many heartbeats.
    pub(super) fn note_unwanted(&mut self, message: u32, peer: NodeId, heartbeats: u32) {
        self.unwanted.push(Unwanted { message, peer, until: self.beat.saturating_add(heartbeats) });
    }

    /// Whether `peer` is to get no copy of `message`.
    pub(super) fn is_unwanted(&self, message: u32, peer: NodeId) -> bool {
        self.unwanted.iter().any(|unwanted| unwanted.message == message && unwanted.peer == peer)
    }

    /// `message` has been passed on: nothing of it need be remembered.
    pub(super) fn forget_unwanted(&mut self, message: u32) {
        self.unwanted.retain(|unwanted| unwanted.message != message);
    }

    /// A heartbeat is over.
    pub(super) fn end_heartbeat(&mut self, history_length: u32) {
        self.beat += 1;
        self.history.forget_before((self.beat + 1).saturating_sub(history_length));
        let beat = self.beat;
        self.unwanted.retain(|unwanted| unwanted.until > beat);
    }

    /// The connection with `peer` breaks, and with it all links.
    pub(super) fn lose(&mut self, peer: NodeId, counts: &mut Counts) {
        self.gone.begin(peer);
        for links in &mut self.links {
            let before = links.degree();
            if links.remove(peer) && links.is_mesh() {
                counts.mesh_changed(before, links.degree());
            }
        }
    }

    /// It has no connections, and no links: it begins with none, or they broke when it was down.
    pub(super) fn disconnect(&mut self, counts: &mut Counts) {
        self.links.retain(Links::is_mesh);
        for links in &mut self.links {
            counts.mesh_changed(links.degree(), 0);
            *links = Links::new(links.topic, Membership::Subscribed);
        }
        self.gone.clear();
        self.unwanted.clear();
    }

    /// The bytes that what a node remembers takes, where it has so many meshes of at most so many links, and so many messages
    /// are published.
    pub(super) const fn bytes(meshes: u64, links: u64, messages: u64) -> u64 {
        let mesh = size_of::<Links>() as u64 + links * size_of::<NodeId>() as u64;
        size_of::<Self>() as u64 + meshes.saturating_mul(mesh).saturating_add(messages.div_ceil(8))
    }
}
