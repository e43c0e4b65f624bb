//! The floor of the store: push-pull by digests of all keys as a hand-written loop, with the same draws and so the same run,
//! its columns and its curve. Nothing is lost and takes no time, and nobody reads or deletes.
//!
//! How stale nodes are is counted as it changes: of every write is known how many nodes have it.

use gossipsim::random::{Chance, Purpose, Use, below};
use gossipsim::units::NodeId;
use gossipsim::workload::store::{Action, StoreSettings, Version, operations};

use super::figures::Figures;
use super::floor::Totals;

const INTERVAL: u64 = 1_000_000_000;
/// Bytes of a key, of a version, and of a value.
const KEY: u64 = 8;
const VERSION: u64 = 12;
const VALUE: u64 = 64;

/// What a node has, by key.
struct Node {
    versions: Vec<Version>,
    clock: u64,
    held: u64,
}

/// A write: what its node had seen of the key, and how many nodes have it now.
struct Write {
    version: Version,
    seen: Version,
    holders: u32,
}

/// What was written, and how far all nodes are from it.
struct Truth {
    nodes: u32,
    /// By key, in the order of the versions.
    histories: Vec<Vec<Write>>,
    /// Pairs of nodes and keys of which they do not have the last version, and the writes that they miss.
    stale: u64,
    missed: u64,
    writes: u64,
    concurrent: u64,
    deltas: u64,
    digests: u64,
}

/// A run until all nodes have the same.
pub(crate) fn simulate(nodes: u32, chance: &Chance, settings: &StoreSettings) -> (Totals, Figures) {
    let keys = settings.keys as usize;
    let mut stream = chance.stream(Purpose::Clock);
    let mut turns: Vec<(u64, u32)> = (0..nodes).map(|node| (below(&mut stream, INTERVAL), node)).collect();
    turns.sort_unstable();
    let choices = chance.field(Purpose::Peers);
    let node = || Node { versions: vec![Version::NONE; keys], clock: 0, held: 0 };
    let mut stores: Vec<Node> = (0..nodes).map(|_| node()).collect();
    let mut truth = Truth::new(nodes, keys);
    let mut coming = operations(settings, nodes, chance).peekable();
    let (mut totals, mut curve) = (Totals::default(), Vec::new());
    // One more than there can be, for a loop without a branch.
    let [mut gained, mut given] = [(); 2].map(|()| vec![(0, Version::NONE); keys + 1]);
    'run: for lap in 0.. {
        for &(offset, node) in &turns {
            let now = lap * INTERVAL + offset;
            while let Some((at, place, operation)) = coming.next_if(|(time, ..)| time.nanos() <= now) {
                truth.sample_until(at.nanos(), keys, &mut curve);
                if operation.action == Action::Write {
                    truth.write(&mut stores[place.index()], place, operation.key);
                }
            }
            truth.sample_until(now, keys, &mut curve);
            totals.events += 1;
            let to = node + 1 + choices.below(nodes - 1, node.into(), lap, Use::PICK.slot(0));
            let to = if to >= nodes { to - nodes } else { to };
            let [one, other] = stores.get_disjoint_mut([node as usize, to as usize]).expect("two nodes");
            let (mut gains, mut gives) = (0, 0);
            for (key, (one, other)) in (0..).zip(one.versions.iter().zip(&other.versions)) {
                (gained[gains], given[gives]) = ((key, *other), (key, *one));
                gains += usize::from(one < other);
                gives += usize::from(one > other);
            }
            let messages = 1 + u64::from(gains + gives > 0) + u64::from(gives > 0);
            totals.sent += messages;
            totals.events += messages;
            if messages > 1 {
                totals.last = now;
            }
            truth.digests += one.held * (KEY + VERSION) + gives as u64 * KEY;
            truth.deltas += (gains + gives) as u64 * (KEY + VERSION + VALUE);
            gained[..gains].iter().for_each(|&(key, version)| truth.take(one, key, version));
            given[..gives].iter().for_each(|&(key, version)| truth.take(other, key, version));
            if truth.stale == 0 && coming.peek().is_none() {
                break 'run;
            }
        }
    }
    truth.sample(keys, &mut curve);
    let columns = vec![
        ("writes", truth.writes as f64),
        ("concurrent_writes", truth.concurrent as f64),
        ("lost_updates", truth.lost() as f64),
        ("delta_bytes", truth.deltas as f64),
        ("digest_bytes", truth.digests as f64),
        ("wrong_keys", 0.0),
    ];
    (totals, Figures { columns, curve, payload: truth.deltas + truth.digests })
}

impl Truth {
    fn new(nodes: u32, keys: usize) -> Self {
        let histories = (0..keys).map(|_| Vec::new()).collect();
        Truth { nodes, histories, stale: 0, missed: 0, writes: 0, concurrent: 0, deltas: 0, digests: 0 }
    }

    fn write(&mut self, node: &mut Node, id: NodeId, key: u32) {
        let (version, seen) = (Version::new(node.clock + 1, id, false), node.versions[key as usize]);
        let history = &mut self.histories[key as usize];
        let later = history.iter().rev().take_while(|write| write.version > version).map(|write| write.holders);
        let (count, ahead) = later.fold((0, 0), |(count, ahead), holders| (count + 1, ahead + holders));
        self.writes += 1;
        self.concurrent += u64::from(history.last().is_some_and(|last| seen < last.version));
        self.missed += u64::from(self.nodes - ahead);
        if count == 0 {
            self.stale += u64::from(history.last().map_or(self.nodes, |last| last.holders));
        }
        history.insert(history.len() - count, Write { version, seen, holders: 0 });
        self.take(node, key, version);
    }

    /// A node has a version that is newer than what it had.
    fn take(&mut self, node: &mut Node, key: u32, version: Version) {
        let before = std::mem::replace(&mut node.versions[key as usize], version);
        node.clock = node.clock.max(version.time());
        node.held += u64::from(before == Version::NONE);
        let history = &mut self.histories[key as usize];
        self.stale -= u64::from(history.last().is_some_and(|last| last.version == version));
        for write in history.iter_mut().rev() {
            if write.version == before {
                write.holders -= 1;
                break;
            }
            write.holders += u32::from(write.version == version);
            self.missed -= u64::from(write.version <= version);
        }
    }

    /// Takes the samples of all rounds that end by `now`, before anything happens then.
    fn sample_until(&self, now: u64, keys: usize, curve: &mut Vec<[f64; 3]>) {
        while curve.len() as u64 * INTERVAL <= now {
            self.sample(keys, curve);
        }
    }

    fn sample(&self, keys: usize, curve: &mut Vec<[f64; 3]>) {
        let nodes = f64::from(self.nodes);
        curve.push([self.stale as f64 / nodes, self.missed as f64 / (nodes * keys as f64), f64::NAN]);
    }

    /// Writes that others won over, and on top of which none was made.
    fn lost(&self) -> usize {
        let lost = |history: &Vec<Write>| {
            let mut seen: Vec<Version> = history.iter().map(|write| write.seen).collect();
            seen.sort_unstable();
            let beaten = history.split_last().map_or(&[][..], |(_, beaten)| beaten);
            beaten.iter().filter(|write| seen.binary_search(&write.version).is_err()).count()
        };
        self.histories.iter().map(lost).sum()
    }
}
