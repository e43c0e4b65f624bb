//! What a node sends to one that has told what it has: which entries, in which order, and how many.

use super::message::Entry;
use super::protocol::Store;
use super::replica::Replica;
use super::settings::Order;

/// What an owner wrote that somebody lacks, the oldest first.
struct Missing {
    owner: u32,
    entries: Vec<Entry>,
}

impl Store {
    /// What `replica` sends of `keys`: all, or as many as a message may have.
    pub(super) fn entries(&self, replica: &Replica, keys: &[u32]) -> Vec<Entry> {
        let mut entries: Vec<Entry> = keys.iter().filter_map(|&key| replica.entry(key)).collect();
        self.limit(&mut entries);
        entries
    }

    /// The first in the order of versions, as many as a message may have.
    fn limit(&self, entries: &mut Vec<Entry>) {
        if entries.len() <= self.most {
            return;
        }
        if self.order == Order::Newest {
            entries.select_nth_unstable_by(self.most, |one, other| other.version.cmp(&one.version));
        } else {
            entries.select_nth_unstable_by(self.most, |one, other| one.version.cmp(&other.version));
        }
        entries.truncate(self.most);
        entries.sort_unstable_by_key(|entry| entry.version);
    }

    /// What `replica` sends to somebody who knows what each owner wrote up to the times `after`, but for a limit all that
    /// it has of what came later. Of each owner the oldest goes first, so that the recipient has no gaps (van Renesse
    /// et al. 2008).
    pub(super) fn missing(&self, replica: &Replica, after: &[u64]) -> Vec<Entry> {
        let behind = (0..).zip(replica.known.iter().zip(after)).filter(|(_, (known, after))| known > after);
        let mut missing: Vec<Missing> =
            behind.map(|(owner, (_, &after))| self.of_owner(replica, owner, after)).collect();
        missing.retain(|missing| !missing.entries.is_empty());
        let total: usize = missing.iter().map(|missing| missing.entries.len()).sum();
        if total <= self.most {
            return missing.into_iter().flat_map(|missing| missing.entries).collect();
        }
        // Equals take turns: where the row begins differs from message to message.
        let first = missing.partition_point(|missing| u64::from(missing.owner) < replica.hash % after.len() as u64);
        missing.rotate_left(first);
        match self.order {
            Order::Breadth => return round_robin(&missing, self.most),
            Order::Depth => missing.sort_by_key(|missing| std::cmp::Reverse(missing.entries.len())),
            Order::Newest => {
                missing.sort_by_key(|missing| std::cmp::Reverse(missing.entries.last().map(|entry| entry.version)));
            }
            Order::Oldest => {
                let mut entries: Vec<Entry> = missing.into_iter().flat_map(|missing| missing.entries).collect();
                self.limit(&mut entries);
                return entries;
            }
        }
        missing.into_iter().flat_map(|missing| missing.entries).take(self.most).collect()
    }

    /// What `owner` wrote after Lamport time `after`, as far as `replica` has it.
    fn of_owner(&self, replica: &Replica, owner: u32, after: u64) -> Missing {
        let keys = self.space.of(owner);
        let versions = &replica.versions[keys.start as usize..keys.end as usize];
        let later = keys.zip(versions).filter(|(_, version)| version.time() > after);
        let mut entries: Vec<Entry> = later.filter_map(|(key, _)| replica.entry(key)).collect();
        entries.sort_unstable_by_key(|entry| entry.version);
        Missing { owner, entries }
    }
}

/// The first `most` entries, one of each owner after another.
fn round_robin(missing: &[Missing], most: usize) -> Vec<Entry> {
    let longest = missing.iter().map(|missing| missing.entries.len()).max().unwrap_or(0);
    (0..longest)
        .flat_map(|round| missing.iter().filter_map(move |missing| missing.entries.get(round)))
        .copied()
        .take(most)
        .collect()
}
