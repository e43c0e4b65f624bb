//! How far live nodes are behind the last writes, counted as it changes: until anything is deleted, a node shows what it has.

use super::history::History;
use super::replica::Replica;
use super::version::Version;

/// How far live nodes are behind the last writes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Behind {
    live: u64,
    /// By key, how many live nodes have the version of each of its writes.
    holders: Vec<Vec<u32>>,
    /// Pairs of a live node and a key of which it does not have the last version.
    pub(super) stale: u64,
    /// The writes that live nodes miss, over all keys.
    pub(super) missed: u64,
}

impl Behind {
    /// Before anything is written to so many keys.
    pub(super) fn new(keys: usize, live: usize) -> Self {
        Behind { live: live as u64, holders: vec![Vec::new(); keys], stale: 0, missed: 0 }
    }

    /// A write of `key` is accepted, which nobody has yet, and over which so many `win`.
    pub(super) fn add(&mut self, key: u32, win: usize) {
        let holders = &mut self.holders[key as usize];
        let place = holders.len() - win;
        let ahead: u64 = holders[place..].iter().copied().map(u64::from).sum();
        self.missed += self.live - ahead;
        if win == 0 {
            // Nobody has the last version any longer. Before the first write all had.
            self.stale += holders.last().map_or(self.live, |&last| last.into());
        }
        holders.insert(place, 0);
    }

    /// A live node that had `before` of a key has a version of it from now on that is greater.
    pub(super) fn replace(&mut self, key: u32, history: &History, before: Version, version: Version) {
        self.stale -= u64::from(version == history.latest());
        let holders = self.holders[key as usize].iter_mut().rev();
        for (write, holders) in history.writes().iter().rev().zip(holders) {
            if write.version <= before {
                *holders -= u32::from(write.version == before);
                break;
            }
            *holders += u32::from(write.version == version);
            self.missed -= u64::from(write.version <= version);
        }
    }

    /// `replica` is that of a live node from now on, or no longer.
    pub(super) fn recount(&mut self, histories: &[History], replica: &Replica, up: bool) {
        let change = |count: u64, by: u64| if up { count + by } else { count - by };
        self.live = change(self.live, 1);
        for (key, history) in histories.iter().enumerate() {
            let held = replica.versions.get(key).copied().unwrap_or(Version::NONE);
            let missed = history.after(held).len();
            self.stale = change(self.stale, (missed > 0).into());
            self.missed = change(self.missed, missed as u64);
            let held = history.writes().len().checked_sub(missed + 1);
            if let Some(holders) = held.and_then(|place| self.holders[key].get_mut(place)) {
                *holders = if up { *holders + 1 } else { *holders - 1 };
            }
        }
    }
}
