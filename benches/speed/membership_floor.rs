//! The floor of membership: whole lists of heartbeats by push-pull as a hand-written loop, with the same draws and so the same
//! run, its columns and its curve. All nodes know each other from the start, nothing is lost and takes no time, and nobody is
//! silent for too long, which is looked up all the same.

use gossipsim::random::{Chance, Purpose, below};

use super::figures::Figures;
use super::floor::Totals;

const INTERVAL: u64 = 1_000_000_000;
/// The heartbeat of a node that has left.
const GONE: u32 = u32::MAX;
/// Bytes of an entry.
const ENTRY: u64 = 12;

/// What a node has: of every other the generation and the highest heartbeat in one number, when it heard of that, and whom it
/// lists.
struct List {
    entries: Vec<u64>,
    heard: Vec<u64>,
    listed: Vec<bool>,
    /// Nobody that is listed was heard of before this.
    oldest: u64,
}

/// A run of so many nanoseconds, or until the first turn after them, in which a silence of `fail_after` is too long.
pub(crate) fn simulate(nodes: u32, chance: &Chance, during: u64, fail_after: u64) -> (Totals, Figures) {
    let mut stream = chance.stream(Purpose::Clock);
    let mut turns: Vec<(u64, u32)> = (0..nodes).map(|node| (below(&mut stream, INTERVAL), node)).collect();
    turns.sort_unstable();
    let coins = chance.field(Purpose::Protocol);
    let size = nodes as usize;
    let list = List { entries: vec![1 << 32; size], heard: vec![0; size], listed: vec![true; size], oldest: 0 };
    let mut lists: Vec<List> = (0..nodes).map(|_| list.clone()).collect();
    let (mut totals, mut removals, mut curve) = (Totals::default(), 0, Vec::new());
    'run: for lap in 0.. {
        for &(offset, node) in &turns {
            let now = lap * INTERVAL + offset;
            while curve.len() as u64 * INTERVAL <= now {
                // Lists change when somebody is taken for gone, or comes back.
                curve.push([removals as f64 / f64::from(nodes), 0.0, 1.0]);
            }
            totals.events += 3;
            totals.sent += 2;
            let rank = coins.below(nodes - 1, node.into(), lap, 0);
            let peer = rank + u32::from(rank >= node);
            let [own, other] = lists.get_disjoint_mut([node as usize, peer as usize]).expect("two nodes");
            own.entries[node as usize] += 1;
            own.heard[node as usize] = now;
            removals += own.drop_silent(now.saturating_sub(fail_after));
            removals += own.exchange(other, now);
            if now >= during {
                break 'run;
            }
        }
    }
    curve.push([removals as f64 / f64::from(nodes), 0.0, 1.0]);
    let columns = vec![
        ("false_removals", removals as f64),
        ("arrivals", 0.0),
        ("arrivals_unknown", 0.0),
        ("departures", 0.0),
        ("missing", removals as f64 / f64::from(nodes)),
        ("ghosts", 0.0),
        ("payload", (totals.sent * u64::from(nodes) * ENTRY) as f64),
    ];
    let payload = totals.sent * u64::from(nodes) * ENTRY;
    (totals, Figures { columns, curve, payload })
}

impl List {
    fn clone(&self) -> Self {
        let List { entries, heard, listed, oldest } = self;
        List { entries: entries.clone(), heard: heard.clone(), listed: listed.clone(), oldest: *oldest }
    }

    /// Takes those for gone of whom nothing was heard since `limit`; how many.
    fn drop_silent(&mut self, limit: u64) -> u64 {
        if self.oldest >= limit {
            return 0;
        }
        let (mut dropped, mut oldest) = (0, u64::MAX);
        for (listed, &heard) in self.listed.iter_mut().zip(&self.heard) {
            dropped += u64::from(*listed && heard < limit);
            *listed &= heard >= limit;
            oldest = if *listed { oldest.min(heard) } else { oldest };
        }
        self.oldest = oldest;
        dropped
    }

    /// Both take what is newer; how many it takes for gone less those that it takes back.
    fn exchange(&mut self, other: &mut List, now: u64) -> u64 {
        let mut turned = 0;
        let mine = self.entries.iter_mut().zip(&mut self.heard).zip(&self.listed);
        let theirs = other.entries.iter_mut().zip(&mut other.heard).zip(&other.listed);
        for (((one, heard), listed), ((two, also_heard), also_listed)) in mine.zip(theirs) {
            let newest = (*one).max(*two);
            // Without a branch: who has the newer is as good as random.
            *heard = if *one < newest { now } else { *heard };
            *also_heard = if *two < newest { now } else { *also_heard };
            (*one, *two) = (newest, newest);
            let member = newest as u32 != GONE;
            turned += u64::from(member != *listed) + u64::from(member != *also_listed);
        }
        assert_eq!(turned, 0, "nobody is silent for so long, or leaves");
        turned
    }
}
