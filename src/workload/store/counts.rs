//! The running totals of a store: what was written, what reads found, and whether all nodes show the same.

use super::behind::Behind;
use super::history::{History, Write};
use super::replica::Replica;
use super::version::Version;
use crate::engine::count;
use crate::time::{Span, Time};
use crate::workload::agreement::Hashes;

/// The running totals of a store.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counts {
    /// Writes that nodes accepted, deletions included.
    pub writes: u64,
    /// Writes that nodes refused, to control the flow.
    pub refused: u64,
    /// Of `writes`, deletions.
    pub deletions: u64,
    /// Of `writes`, those whose node had not seen all writes of their key so far.
    pub concurrent: u64,
    /// Of `writes`, those that did not win over what their node had seen: 0, or versions are wrong.
    pub order_violations: u64,
    /// When the last write was accepted.
    pub last_written: Time,
    /// When what a node shows changed last, if it did.
    pub last_changed: Option<Time>,
    /// Reads.
    pub reads: u64,
    /// Of those that were stale, for how long the first write that was missed had been there.
    pub stale_for: Vec<Span>,
    /// Of those, how many writes were missed.
    pub missed: Vec<u32>,
    /// How often a node took up a value that was deleted, after it had dropped the certificate.
    pub resurrections: u64,
    /// How often a dormant certificate was activated.
    pub reactivations: u64,
    /// Bytes of entries received.
    pub delta_bytes: u64,
    /// Bytes of digests, hashes and wants received.
    pub digest_bytes: u64,
    /// By key, all that was written.
    pub histories: Vec<History>,
    /// By node, the Lamport time of its last write: it survives a crash, as on a disk, or a node could give a version
    /// twice.
    pub last_times: Vec<u64>,
    /// Of what live nodes show.
    shown: Hashes,
    /// How far they are behind, until anything is deleted.
    behind: Option<Behind>,
}

/// For how long the first of the writes that are missed at `now` has been there.
pub(super) fn missed_for(missed: &[Write], now: Time) -> Span {
    let first = missed.iter().map(|write| write.at.nanos()).min().unwrap_or(now.nanos());
    Span::from_nanos(now.nanos() - first)
}

impl Counts {
    /// Those of a store of `keys` keys at `nodes` nodes before anything was written.
    pub(super) fn begin(&mut self, keys: usize, nodes: usize) {
        self.behind = Some(Behind::new(keys, nodes));
        self.histories = vec![History::default(); keys];
        self.last_times = vec![0; nodes];
    }

    /// Whether all of `live` nodes show the same.
    pub fn agree(&self, live: u64) -> bool {
        self.shown.agree(live)
    }

    /// A write of `key` is accepted.
    pub(super) fn accept(&mut self, key: u32, write: Write) {
        let history = &mut self.histories[key as usize];
        self.writes += 1;
        count(&mut self.deletions, write.version.is_deletion());
        count(&mut self.concurrent, write.seen < history.latest());
        count(&mut self.order_violations, write.version <= write.seen);
        self.last_written = write.at;
        match &mut self.behind {
            // What a node shows is no longer what it has.
            _ if write.version.is_deletion() => self.behind = None,
            Some(behind) => behind.add(key, history.after(write.version).len()),
            None => {}
        }
        history.add(write);
    }

    /// A client reads `key` at a node.
    pub(super) fn read(&mut self, replica: &Replica, key: u32, now: Time) {
        self.reads += 1;
        if let Some((span, missed)) = self.staleness(replica, key, now) {
            self.stale_for.push(span);
            self.missed.push(missed);
        }
    }

    /// For how long the first write of `key` that a node misses has been there, and how many it misses, if what it
    /// shows is not what the last write says.
    pub fn staleness(&self, replica: &Replica, key: u32, now: Time) -> Option<(Span, u32)> {
        let missed = self.missed(replica, key)?;
        // No more than there are writes.
        Some((missed_for(missed, now), missed.len() as u32))
    }

    /// The writes of `key` that a node misses, if what it shows is not what the last write says.
    #[inline]
    pub(super) fn missed(&self, replica: &Replica, key: u32) -> Option<&[Write]> {
        let history = &self.histories[key as usize];
        let held = replica.version(key);
        if held.is_current(history.latest()) {
            return None;
        }
        Some(history.after(if held.shows() { held } else { replica.seen(key) }))
    }

    /// The greatest version of `key`.
    pub fn latest(&self, key: u32) -> Version {
        self.histories[key as usize].latest()
    }

    /// A live node that had `before` of `key` has `version` from now on, which is greater.
    #[inline]
    pub(super) fn take(&mut self, key: u32, before: Version, version: Version) {
        if let Some(behind) = &mut self.behind {
            behind.replace(key, &self.histories[key as usize], before, version);
        }
    }

    /// The pairs of a live node and a key of which it does not show what the last write says, and the writes that nodes miss,
    /// while nothing has been deleted.
    pub(super) fn behind(&self) -> Option<[u64; 2]> {
        self.behind.as_ref().map(|behind| [behind.stale, behind.missed])
    }

    /// What a live node shows changes at `now`: its hash was `before` and is `after`.
    pub(super) fn replace(&mut self, before: u64, after: u64, now: Time) {
        if before != after {
            self.shown = self.shown.without(before).with(after);
            self.last_changed = Some(now);
        }
    }

    /// `replica` is taken out of the totals of live nodes, or put into them.
    pub(super) fn recount(&mut self, replica: &Replica, up: bool) {
        self.shown = if up { self.shown.with(replica.shown) } else { self.shown.without(replica.shown) };
        if let Some(behind) = &mut self.behind {
            behind.recount(&self.histories, replica, up);
        }
    }

    /// Whether what is said of live nodes is the same here and in `other`.
    pub(super) fn match_live(&self, other: &Counts) -> bool {
        self.shown == other.shown
    }
}
