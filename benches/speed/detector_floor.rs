//! The floor of the detector: heartbeats to everybody with a fixed timeout as a hand-written loop, with the same draws and
//! so the same run. Nobody crashes and nothing takes time; that a silence was too long is found out when it is over.

use gossipsim::random::{Chance, Purpose, below};
use gossipsim::units::Probability;

use super::floor::Totals;

const INTERVAL: u64 = 1_000_000_000;

/// What a run is like.
#[derive(Clone, Copy)]
pub(crate) struct Rule {
    /// The longest silence, ns.
    pub(crate) timeout: u64,
    /// How long the run lasts, ns.
    pub(crate) during: u64,
    pub(crate) loss: Probability,
}

/// A run: its totals, and how often a node that was up was taken for failed.
pub(crate) fn simulate(nodes: u32, chance: &Chance, rule: Rule) -> (Totals, u64) {
    let mut stream = chance.stream(Purpose::Clock);
    let mut turns: Vec<(u64, u32)> = (0..nodes).map(|node| (below(&mut stream, INTERVAL), node)).collect();
    turns.sort_unstable();
    let losses = chance.field(Purpose::Loss);
    // When each heard of each, by sender: a turn goes through one row.
    let mut heard = vec![0; (nodes * nodes) as usize];
    let (mut totals, mut mistakes) = (Totals::default(), 0);
    'run: for lap in 0.. {
        for &(offset, node) in &turns {
            let now = lap * INTERVAL + offset;
            if now > rule.during {
                break 'run;
            }
            totals.events += 1;
            let row = &mut heard[(node * nodes) as usize..][..nodes as usize];
            for (to, last) in (0..nodes).zip(row).filter(|(to, _)| *to != node) {
                totals.sent += 1;
                let path = u64::from(node) << 32 | u64::from(to);
                if rule.loss.holds(losses.at(path, now, 0)) {
                    totals.lost += 1;
                } else {
                    totals.events += 1;
                    mistakes += u64::from(now - *last > rule.timeout);
                    *last = now;
                }
            }
        }
    }
    // Silences that are not over.
    let places = (0..nodes * nodes).filter(|place| place / nodes != place % nodes);
    mistakes += places.filter(|&place| rule.during - heard[place as usize] > rule.timeout).count() as u64;
    (totals, mistakes)
}
