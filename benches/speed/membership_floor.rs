//! The floor of membership: whole lists of heartbeats by push-pull as a hand-written loop, with the same draws and so the same
//! run. All nodes know each other from the start, nothing is lost and takes no time, and nobody is silent for too long.

use gossipsim::random::{Chance, Purpose, below};

use super::floor::Totals;

const INTERVAL: u64 = 1_000_000_000;

/// What a node has heard of another: the highest heartbeat, and when.
#[derive(Clone, Copy)]
struct Entry {
    beat: u32,
    heard: u64,
}

/// A run of so many nanoseconds, or until the first turn after them, in which a silence of `fail_after` is too long.
pub(crate) fn simulate(nodes: u32, chance: &Chance, during: u64, fail_after: u64) -> Totals {
    let mut stream = chance.stream(Purpose::Clock);
    let mut turns: Vec<(u64, u32)> = (0..nodes).map(|node| (below(&mut stream, INTERVAL), node)).collect();
    turns.sort_unstable();
    let coins = chance.field(Purpose::Protocol);
    let mut lists = vec![vec![Entry { beat: 0, heard: 0 }; nodes as usize]; nodes as usize];
    let mut totals = Totals::default();
    for lap in 0.. {
        for &(offset, node) in &turns {
            let now = lap * INTERVAL + offset;
            totals.events += 3;
            totals.sent += 2;
            let rank = coins.below(nodes - 1, node.into(), lap, 0);
            let peer = rank + u32::from(rank >= node);
            let [own, other] = lists.get_disjoint_mut([node as usize, peer as usize]).expect("two nodes");
            own[node as usize] = Entry { beat: own[node as usize].beat + 1, heard: now };
            let silent = own.iter().filter(|entry| entry.heard + fail_after < now).count();
            assert_eq!(silent, 0, "nobody is silent for so long");
            for (one, other) in own.iter_mut().zip(other) {
                if one.beat < other.beat {
                    *one = Entry { beat: other.beat, heard: now };
                } else if one.beat > other.beat {
                    *other = Entry { beat: one.beat, heard: now };
                }
            }
            if now >= during {
                return totals;
            }
        }
    }
    totals
}
