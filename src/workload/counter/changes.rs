//! What a replica that sends deltas keeps beside its map: what changed when, and what its peers have of it.

use super::map::{Entry, Map, Owner};
use crate::time::Time;
use crate::units::NodeId;

/// The changes of a replica up to some instant. Those of one that began anew, with nothing, come after all of before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    began: Time,
    number: u64,
}

/// The last change of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    number: u64,
    owner: Owner,
    /// Who told of it; nobody, if the entry is the replica's own, or everybody should be told.
    origin: Option<NodeId>,
}

/// What is known of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Peer {
    node: NodeId,
    /// It was sent all that changed up to this version.
    sent: Version,
    /// All that changed there up to this version was received.
    received: Version,
}

/// The changes of a replica, and who has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    version: Version,
    /// One for each entry, the latest last.
    log: Vec<Change>,
    /// Changes up to this one were there in the last turn.
    before_turn: u64,
    /// In order of the nodes.
    peers: Vec<Peer>,
}

impl Version {
    /// Before any change of any replica.
    pub const START: Version = Version { began: Time::ZERO, number: 0 };
}

impl Changes {
    /// Bytes of those of a replica of so many `entries` and so many `peers`.
    pub fn bytes(entries: u64, peers: u64) -> u64 {
        let log = entries.saturating_mul(size_of::<Change>() as u64);
        log.saturating_add(peers.saturating_mul(size_of::<Peer>() as u64))
    }

    /// Those of a replica that begins at `now` with nothing.
    pub fn begun(now: Time) -> Self {
        Changes { version: Version { began: now, number: 0 }, ..Changes::default() }
    }

    /// All changes so far.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The entries of `changed`, in order of their owners, change now, each told of by its origin. What unlike origins
    /// told of since the last turn goes to all of them.
    pub fn record(&mut self, mut changed: Vec<(Owner, Option<NodeId>)>) {
        if changed.is_empty() {
            return;
        }
        let before_turn = self.before_turn;
        self.log.retain(|change| {
            let place = changed.binary_search_by_key(&change.owner, |(owner, _)| *owner);
            let again = place.ok().map(|place| &mut changed[place].1);
            let kept = again.is_none();
            if let Some(origin) = again.filter(|origin| change.number > before_turn && **origin != change.origin) {
                *origin = None;
            }
            kept
        });
        self.version.number += 1;
        let number = self.version.number;
        self.log.extend(changed.into_iter().map(|(owner, origin)| Change { number, owner, origin }));
    }

    /// The replica has had a turn.
    pub fn end_turn(&mut self) {
        self.before_turn = self.version.number;
    }

    /// What changed in `map` after `after`, besides what `knower` told of.
    pub fn after(&self, after: Version, map: &Map, knower: Option<NodeId>) -> Vec<Entry> {
        let Version { began, number } = after;
        let known = if began == self.version.began { number } else { 0 };
        let new = &self.log[self.log.partition_point(|change| change.number <= known)..];
        let told = new.iter().filter(|change| knower.is_none() || change.origin != knower);
        let mut entries: Vec<Entry> =
            told.map(|&Change { owner, .. }| Entry { owner, count: map.count(owner) }).collect();
        entries.sort_unstable_by_key(|entry| entry.owner);
        entries
    }

    /// Up to which version `node` was sent what changed here.
    pub fn sent(&self, node: NodeId) -> Version {
        self.peer(node).map_or(Version::START, |place| self.peers[place].sent)
    }

    /// Up to which version what changed at `node` was received.
    pub fn received(&self, node: NodeId) -> Version {
        self.peer(node).map_or(Version::START, |place| self.peers[place].received)
    }

    /// `node` has, or was sent, all up to `version`.
    pub fn mark_sent(&mut self, node: NodeId, version: Version) {
        let peer = self.peer_mut(node);
        peer.sent = peer.sent.max(version);
    }

    /// All that changed at `node` after `after` and up to `version` is received. If something before it is missing,
    /// that is asked for once more.
    pub fn mark_received(&mut self, node: NodeId, after: Version, version: Version) {
        let peer = self.peer_mut(node);
        if after <= peer.received {
            peer.received = peer.received.max(version);
        }
    }

    fn peer(&self, node: NodeId) -> Result<usize, usize> {
        self.peers.binary_search_by_key(&node, |peer| peer.node)
    }

    fn peer_mut(&mut self, node: NodeId) -> &mut Peer {
        let place = self.peer(node).unwrap_or_else(|place| {
            self.peers.insert(place, Peer { node, sent: Version::START, received: Version::START });
            place
        });
        &mut self.peers[place]
    }
}

#[cfg(test)]
mod tests {
    use super::super::map::{Identity, Sign};
    use super::*;

    const ONE: NodeId = NodeId::new(7);
    const OTHER: NodeId = NodeId::new(8);

    fn owner(node: u32) -> Owner {
        Identity { node: NodeId::new(node), born: Time::ZERO }.owner(Sign::Positive)
    }

    /// A map in which each of the first owners has a count of its own.
    fn map() -> Map {
        let mut map = Map::default();
        map.adopt(&[0, 1, 2].map(|node| Entry { owner: owner(node), count: 10 + u64::from(node) }));
        map
    }

    /// The counts, less 10, of what `knower` is told of after `after`.
    fn told(changes: &Changes, after: Version, knower: Option<NodeId>) -> Vec<u64> {
        changes.after(after, &map(), knower).iter().map(|entry| entry.count - 10).collect()
    }

    #[test]
    fn what_changed_after_a_version_is_told_once_as_it_is_now() {
        let mut changes = Changes::begun(Time::ZERO);
        changes.record(vec![(owner(0), None), (owner(2), None)]);
        let first = changes.version();
        changes.record(vec![(owner(1), None)]);
        changes.record(vec![(owner(0), None)]);
        assert_eq!(told(&changes, Version::START, None), [0, 1, 2]);
        assert_eq!(told(&changes, first, None), [0, 1]);
        assert_eq!(told(&changes, changes.version(), None), [0_u64; 0]);
    }

    #[test]
    fn who_told_of_an_entry_is_not_told_unless_others_did_since_the_last_turn() {
        let mut changes = Changes::begun(Time::ZERO);
        changes.record(vec![(owner(0), Some(ONE)), (owner(1), Some(ONE))]);
        changes.record(vec![(owner(1), Some(OTHER))]);
        assert_eq!([ONE, OTHER].map(|knower| told(&changes, Version::START, Some(knower))), [vec![1], vec![0, 1]]);
        changes.end_turn();
        changes.record(vec![(owner(0), Some(OTHER))]);
        assert_eq!([ONE, OTHER].map(|knower| told(&changes, Version::START, Some(knower))), [vec![0, 1], vec![1]]);
    }

    #[test]
    fn all_changes_of_a_replica_that_began_anew_come_after_those_before() {
        let mut old = Changes::begun(Time::ZERO);
        (0..3).for_each(|node| old.record(vec![(owner(node), None)]));
        let mut new = Changes::begun(Time::from_nanos(5));
        new.record(vec![(owner(2), None)]);
        assert!(new.version() > old.version());
        assert_eq!(told(&new, old.version(), None), [2]);
    }

    #[test]
    fn what_was_received_is_counted_up_to_the_first_gap() {
        let mut changes = Changes::begun(Time::ZERO);
        let version = |number| Version { began: Time::ZERO, number };
        changes.mark_received(ONE, version(0), version(3));
        changes.mark_received(ONE, version(5), version(9));
        changes.mark_received(OTHER, version(0), version(1));
        assert_eq!((changes.received(ONE), changes.received(OTHER)), (version(3), version(1)));
        changes.mark_received(ONE, version(2), version(6));
        changes.mark_sent(ONE, version(4));
        changes.mark_sent(ONE, version(2));
        assert_eq!(
            (changes.received(ONE), changes.sent(ONE), changes.sent(OTHER)),
            (version(6), version(4), version(0))
        );
    }
}
