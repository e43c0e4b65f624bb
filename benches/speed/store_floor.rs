//! The floor of the store: push-pull by digests of all keys as a hand-written loop, with the same draws and so the same run,
//! its columns and its curve. Nothing is lost, and nobody reads or deletes.
//!
//! How stale nodes are is counted as it changes: of every write is known how many nodes have it.

use std::iter::Peekable;
use std::rc::Rc;

use gossipsim::random::{Chance, Field, Purpose, Use};
use gossipsim::time::Time;
use gossipsim::units::NodeId;
use gossipsim::workload::store::{Action, Operation, StoreSettings, Version, operations};

use super::buckets::{Buckets, Loop, drive};
use super::figures::Figures;
use super::floor::{MOST, Totals, latency, turns};

const INTERVAL: u64 = 1_000_000_000;
/// Bytes of a key, of a version, and of a value.
const KEY: u64 = 8;
const VERSION: u64 = 12;
const VALUE: u64 = 64;

/// What a node has, by key; a digest on its way shares it until the node changes it.
struct Node {
    versions: Rc<Vec<Version>>,
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

/// A message on its way.
struct Letter {
    from: u32,
    to: u32,
    content: Content,
}

enum Content {
    /// All versions of the sender, and how many keys have one.
    Digest(Rc<Vec<Version>>, u64),
    /// Versions for the recipient, and the keys of those that it is asked for.
    Delta(Vec<(u32, Version)>, Vec<u32>),
}

impl Content {
    /// The bytes of versions with their values, and of all else.
    fn bytes(&self) -> [u64; 2] {
        match self {
            Content::Digest(_, held) => [0, held * (KEY + VERSION)],
            Content::Delta(entries, wanted) => {
                [entries.len() as u64 * (KEY + VERSION + VALUE), wanted.len() as u64 * KEY]
            }
        }
    }
}

/// What is done from outside, in order of time.
type Operations = Box<dyn Iterator<Item = (Time, NodeId, Operation)>>;

/// All nodes, and what is on its way.
struct World {
    nodes: u32,
    keys: usize,
    takes_time: bool,
    choices: Field,
    delays: Field,
    stores: Vec<Node>,
    waiting: Buckets<Letter>,
    coming: Peekable<Operations>,
    truth: Truth,
    totals: Totals,
    payload: u64,
    curve: Vec<[f64; 3]>,
    /// One more place than there can be keys, for a loop without a branch.
    gained: Vec<(u32, Version)>,
    wanted: Vec<u32>,
}

/// A run until all nodes have the same; messages take from 10 to 100 ms, or no time.
pub(crate) fn simulate(nodes: u32, chance: &Chance, settings: &StoreSettings, takes_time: bool) -> (Totals, Figures) {
    let keys = settings.keys as usize;
    let turns = turns(nodes, chance, INTERVAL);
    let [choices, delays] = [Purpose::Peers, Purpose::Latency].map(|purpose| chance.field(purpose));
    let blank = Rc::new(vec![Version::NONE; keys]);
    let node = |_| Node { versions: blank.clone(), clock: 0, held: 0 };
    let mut waiting = Buckets::default();
    waiting.lay_out(4.0 * f64::from(nodes), MOST);
    let mut world = World {
        nodes,
        keys,
        takes_time,
        choices,
        delays,
        stores: (0..nodes).map(node).collect(),
        waiting,
        coming: operations(settings, nodes, chance).peekable(),
        truth: Truth::new(nodes, keys),
        totals: Totals::default(),
        payload: 0,
        curve: Vec::new(),
        gained: vec![(0, Version::NONE); keys + 1],
        wanted: vec![0; keys + 1],
    };
    drive(&turns, INTERVAL, u64::MAX / 2, &mut world);
    let World { truth, totals, payload, mut curve, .. } = world;
    truth.sample(keys, &mut curve);
    let columns = vec![
        ("writes", truth.writes as f64),
        ("concurrent_writes", truth.concurrent as f64),
        ("lost_updates", truth.lost() as f64),
        ("delta_bytes", truth.deltas as f64),
        ("digest_bytes", truth.digests as f64),
        ("wrong_keys", 0.0),
    ];
    (totals, Figures { columns, curve, payload })
}

impl Loop for World {
    type Event = Letter;

    /// Until all nodes have the same, and nothing is written any more.
    fn goes_on(&mut self) -> bool {
        self.truth.stale > 0 || self.coming.peek().is_some()
    }

    fn buckets(&mut self) -> &mut Buckets<Letter> {
        &mut self.waiting
    }

    fn turn(&mut self, now: u64, node: u32, lap: u64) {
        self.pass(now);
        self.totals.events += 1;
        let to = node + 1 + self.choices.below(self.nodes - 1, node.into(), lap, Use::PICK.slot(0));
        let to = if to >= self.nodes { to - self.nodes } else { to };
        let Node { versions, held, .. } = &self.stores[node as usize];
        let content = Content::Digest(versions.clone(), *held);
        self.send(now, 0, Letter { from: node, to, content });
    }

    fn happen(&mut self, now: u64, letter: &Letter) {
        self.pass(now);
        self.totals.events += 1;
        let [deltas, digests] = letter.content.bytes();
        self.truth.deltas += deltas;
        self.truth.digests += digests;
        match &letter.content {
            Content::Digest(versions, _) => self.compare(now, letter, versions),
            Content::Delta(entries, wanted) => self.learn(now, letter, entries, wanted),
        }
    }
}

impl World {
    /// Time goes on to `now`: nodes write, and rounds end.
    #[inline(always)]
    fn pass(&mut self, now: u64) {
        while let Some((at, place, operation)) = self.coming.next_if(|(time, ..)| time.nanos() <= now) {
            self.truth.sample_until(at.nanos(), self.keys, &mut self.curve);
            if operation.action == Action::Write {
                self.truth.write(&mut self.stores[place.index()], place, operation.key);
            }
        }
        self.truth.sample_until(now, self.keys, &mut self.curve);
    }

    /// A node gives what it has newer than in a digest, and asks for what is newer there.
    fn compare(&mut self, now: u64, &Letter { from, to, .. }: &Letter, theirs: &[Version]) {
        let (mut gives, mut wants) = (0, 0);
        for (key, (ours, theirs)) in (0..).zip(self.stores[to as usize].versions.iter().zip(theirs)) {
            (self.gained[gives], self.wanted[wants]) = ((key, *ours), key);
            gives += usize::from(ours > theirs);
            wants += usize::from(ours < theirs);
        }
        if gives + wants > 0 {
            let (entries, wanted) = (self.gained[..gives].to_vec(), self.wanted[..wants].to_vec());
            self.give(now, 1, [to, from], entries, wanted);
        }
    }

    /// A node takes what is newer, and gives what it is asked for from what it had before.
    fn learn(&mut self, now: u64, &Letter { from, to, .. }: &Letter, entries: &[(u32, Version)], wanted: &[u32]) {
        let versions = &self.stores[to as usize].versions;
        let answer: Vec<_> = wanted.iter().map(|&key| (key, versions[key as usize])).collect();
        for &(key, version) in entries {
            let node = &mut self.stores[to as usize];
            let before = node.versions[key as usize];
            if version >= before {
                self.totals.last = now;
            }
            if version > before {
                self.truth.take(node, key, version);
            }
        }
        if !answer.is_empty() {
            self.give(now, 2, [to, from], answer, Vec::new());
        }
    }

    fn give(&mut self, now: u64, leg: u64, [from, to]: [u32; 2], entries: Vec<(u32, Version)>, wanted: Vec<u32>) {
        self.send(now, leg, Letter { from, to, content: Content::Delta(entries, wanted) });
    }

    fn send(&mut self, now: u64, leg: u64, letter: Letter) {
        self.totals.sent += 1;
        self.payload += letter.content.bytes().iter().sum::<u64>();
        if !self.takes_time {
            return self.happen(now, &letter);
        }
        let draw = self.delays.at(u64::from(letter.from) << 32 | u64::from(letter.to), now, leg);
        let at = now + latency(draw);
        self.waiting.put_away(at, letter);
    }
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
        let before = std::mem::replace(&mut Rc::make_mut(&mut node.versions)[key as usize], version);
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
