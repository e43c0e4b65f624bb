//! The floor of the store: push-pull by digests of all keys as a hand-written loop, with the same draws and so the same run.
//! Nothing is lost and takes no time; what is measured of a store beside the traffic is not.

use gossipsim::random::{Chance, Purpose, Use, below};
use gossipsim::workload::store::{Action, StoreSettings, Version, operations};

use super::floor::Totals;

const INTERVAL: u64 = 1_000_000_000;

/// What a node has, by key.
struct Node {
    versions: Vec<Version>,
    clock: u64,
}

/// How many keys of how many nodes are out of date.
struct Truth {
    latest: Vec<Version>,
    /// Nodes that have the latest version of each key.
    holders: Vec<u32>,
    stale: u64,
}

/// A run until all nodes have the same.
pub(crate) fn simulate(nodes: u32, chance: &Chance, settings: &StoreSettings) -> Totals {
    let keys = settings.keys as usize;
    let mut stream = chance.stream(Purpose::Clock);
    let mut turns: Vec<(u64, u32)> = (0..nodes).map(|node| (below(&mut stream, INTERVAL), node)).collect();
    turns.sort_unstable();
    let choices = chance.field(Purpose::Peers);
    let mut stores: Vec<Node> = (0..nodes).map(|_| Node { versions: vec![Version::NONE; keys], clock: 0 }).collect();
    let mut truth = Truth { latest: vec![Version::NONE; keys], holders: vec![nodes; keys], stale: 0 };
    let mut coming = operations(settings, nodes, chance).peekable();
    let mut totals = Totals::default();
    let (mut gained, mut given) = (Vec::new(), Vec::new());
    for lap in 0.. {
        for &(offset, node) in &turns {
            let now = lap * INTERVAL + offset;
            while let Some((_, at, operation)) = coming.next_if(|(time, ..)| time.nanos() <= now) {
                totals.events += 1;
                if operation.action == Action::Write {
                    truth.write(&mut stores[at.index()], at, operation.key as usize, nodes);
                }
            }
            totals.events += 1;
            let to = node + 1 + choices.below(nodes - 1, node.into(), lap, Use::PICK.slot(0));
            let to = if to >= nodes { to - nodes } else { to };
            let [one, other] = stores.get_disjoint_mut([node as usize, to as usize]).expect("two nodes");
            for (key, (one, other)) in (0..).zip(one.versions.iter().zip(&other.versions)) {
                if one < other {
                    gained.push((key, *other));
                } else if one > other {
                    given.push((key, *one));
                }
            }
            let messages = 1 + u64::from(!gained.is_empty() || !given.is_empty()) + u64::from(!given.is_empty());
            totals.sent += messages;
            totals.events += messages;
            if messages > 1 {
                totals.last = now;
            }
            gained.drain(..).for_each(|(key, version)| truth.take(one, key, version));
            given.drain(..).for_each(|(key, version)| truth.take(other, key, version));
            if truth.stale == 0 && coming.peek().is_none() {
                return totals;
            }
        }
    }
    totals
}

impl Truth {
    fn write(&mut self, node: &mut Node, id: gossipsim::units::NodeId, key: usize, nodes: u32) {
        let version = Version::new(node.clock + 1, id, false);
        if version > self.latest[key] {
            self.stale -= u64::from(nodes - self.holders[key]);
            self.stale += u64::from(nodes);
            (self.latest[key], self.holders[key]) = (version, 0);
        }
        self.take(node, key, version);
    }

    fn take(&mut self, node: &mut Node, key: usize, version: Version) {
        node.versions[key] = version;
        node.clock = node.clock.max(version.time());
        if version == self.latest[key] {
            self.holders[key] += 1;
            self.stale -= 1;
        }
    }
}
