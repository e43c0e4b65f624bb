//! The links that a node has in a topic: its mesh, or the peers to which it publishes without being part of one.

use crate::time::Time;
use crate::units::NodeId;

/// What a node is in a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// It subscribes to it: its links are its mesh.
    Subscribed,
    /// It publishes in it: its links are a fanout.
    Fanout {
        /// When it published last.
        last: Time,
    },
}

/// The links of a node in a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    /// Which topic.
    pub topic: u16,
    /// What the node is in it.
    pub membership: Membership,
    /// To whom.
    pub peers: Vec<NodeId>,
    /// With whom there is none until then.
    backoff: Vec<(NodeId, Time)>,
}

impl Links {
    /// None yet.
    pub(super) fn new(topic: u16, membership: Membership) -> Self {
        Links { topic, membership, peers: Vec::new(), backoff: Vec::new() }
    }

    /// Whether they are a mesh.
    #[inline]
    pub fn is_mesh(&self) -> bool {
        self.membership == Membership::Subscribed
    }

    /// Whether there is one to `peer`.
    #[inline]
    pub fn has(&self, peer: NodeId) -> bool {
        self.peers.contains(&peer)
    }

    /// How many there are.
    pub fn degree(&self) -> usize {
        self.peers.len()
    }

    /// That to `peer` goes; whether there was one.
    pub(super) fn remove(&mut self, peer: NodeId) -> bool {
        let place = self.peers.iter().position(|&other| other == peer);
        place.is_some_and(|place| {
            self.peers.remove(place);
            true
        })
    }

    /// There is to be none with `peer` before `until`.
    pub(super) fn back_off(&mut self, peer: NodeId, until: Time) {
        match self.backoff.iter_mut().find(|(other, _)| *other == peer) {
            Some((_, end)) => *end = until.max(*end),
            None => self.backoff.push((peer, until)),
        }
    }

    /// Whether there is to be none with `peer` at `now`.
    pub(super) fn backs_off(&self, peer: NodeId, now: Time) -> bool {
        self.backoff.iter().any(|&(other, until)| other == peer && until > now)
    }

    /// Forgets what is over.
    pub(super) fn forget_backoffs(&mut self, now: Time) {
        self.backoff.retain(|&(_, until)| until > now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    #[test]
    fn a_pruned_link_is_not_grafted_before_its_time() {
        let at = |seconds: u64| Time::ZERO + Span::from_millis(1000 * seconds);
        let mut links = Links::new(0, Membership::Subscribed);
        let [one, other] = [1, 2].map(NodeId::new);
        links.peers.extend([one, other]);
        assert!(links.remove(one) && !links.remove(one) && links.has(other));
        links.back_off(one, at(60));
        links.back_off(one, at(50));
        assert!(links.backs_off(one, at(59)) && !links.backs_off(one, at(60)) && !links.backs_off(other, at(0)));
        links.forget_backoffs(at(60));
        assert!(links.backoff.is_empty());
    }
}
