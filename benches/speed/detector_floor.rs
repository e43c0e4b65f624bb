//! The floor of the detector: heartbeats to everybody with a fixed timeout as a hand-written loop, with the same draws and
//! so the same run, its columns and its curve. Nothing takes time, and one node crashes.
//!
//! A silence that was too long is found out when it is over, at the crash, or at the end: from when to when it was is known
//! then. What was so at the end of a round is worked out of the last arrivals.

use gossipsim::random::{Chance, Purpose, below};
use gossipsim::units::Probability;

use super::figures::Figures;
use super::floor::Totals;

const INTERVAL: u64 = 1_000_000_000;
/// Of whom nothing is heard, nor to be heard.
const NEVER: u64 = u64::MAX / 2;
/// Bytes of a heartbeat.
const HEARTBEAT: u64 = 8;

/// What a run is like.
#[derive(Clone, Copy)]
pub(crate) struct Rule {
    /// The longest silence, ns.
    pub(crate) timeout: u64,
    /// How long the run lasts, ns.
    pub(crate) during: u64,
    pub(crate) loss: Probability,
    /// The node that crashes, and when, ns.
    pub(crate) crash: (u32, u64),
}

/// What all nodes have heard, and what came of it.
struct World {
    nodes: u32,
    /// From so much silence on a node is taken for failed.
    limit: u64,
    /// When each heard of each, by sender: a turn goes through one row.
    heard: Vec<u64>,
    /// When each of those that are live takes the node for failed that has crashed.
    verdicts: Vec<u64>,
    mistakes: u64,
    retracted: u64,
    /// The time of pairs in mistakes.
    wrong: u64,
    curve: Vec<[f64; 3]>,
}

/// A run: its totals, and what was measured.
pub(crate) fn simulate(nodes: u32, chance: &Chance, rule: Rule) -> (Totals, Figures) {
    let mut stream = chance.stream(Purpose::Clock);
    let mut turns: Vec<(u64, u32)> = (0..nodes).map(|node| (below(&mut stream, INTERVAL), node)).collect();
    turns.sort_unstable();
    let losses = chance.field(Purpose::Loss);
    let mut world = World::new(nodes, rule.timeout + 1);
    let (mut totals, mut round) = (Totals::default(), 0);
    let (dead, crash) = rule.crash;
    let mut is_down = false;
    'run: for lap in 0.. {
        for &(offset, node) in &turns {
            let now = lap * INTERVAL + offset;
            if now >= crash && !is_down {
                world.sample_until(&mut round, crash);
                world.crash(dead, crash);
                is_down = true;
            }
            world.sample_until(&mut round, now.min(rule.during));
            if now > rule.during {
                break 'run;
            }
            if is_down && node == dead {
                continue;
            }
            totals.events += 1;
            let row = &mut world.heard[(node * nodes) as usize..][..nodes as usize];
            let (mut late, mut wrong) = (0, 0);
            for (to, last) in (0..nodes).zip(row).filter(|(to, _)| *to != node) {
                totals.sent += 1;
                let path = u64::from(node) << 32 | u64::from(to);
                if rule.loss.holds(losses.at(path, now, 0)) {
                    totals.lost += 1;
                } else {
                    totals.events += 1;
                    let silence = now.saturating_sub(*last);
                    late += u64::from(silence >= world.limit);
                    wrong += silence.saturating_sub(world.limit);
                    *last = if *last == NEVER { NEVER } else { now };
                }
            }
            world.mistakes += late;
            world.retracted += late;
            world.wrong += wrong;
        }
    }
    // When all knew of the crash.
    totals.last = world.verdicts.iter().copied().max().unwrap_or(0);
    (totals, Figures { payload: HEARTBEAT * totals.sent, ..world.finish(rule) })
}

impl World {
    fn new(nodes: u32, limit: u64) -> Self {
        let mut heard = vec![0; (nodes * nodes) as usize];
        (0..nodes).for_each(|node| heard[(node * nodes + node) as usize] = NEVER);
        World { nodes, limit, heard, verdicts: Vec::new(), mistakes: 0, retracted: 0, wrong: 0, curve: Vec::new() }
    }

    /// A silence that lasts at `end`, where that of nobody can become too long any more.
    fn close(&mut self, last: u64, end: u64) {
        if last + self.limit <= end {
            self.mistakes += 1;
            self.wrong += end - last - self.limit;
        }
    }

    fn crash(&mut self, dead: u32, now: u64) {
        let nodes = self.nodes;
        for other in (0..nodes).filter(|other| *other != dead) {
            // What is due at this instant comes after the crash.
            let [of, about] = [other * nodes + dead, dead * nodes + other].map(|place| place as usize);
            self.close(self.heard[of], now - 1);
            self.close(self.heard[about], now - 1);
            for place in [of, about] {
                self.wrong += u64::from(self.heard[place] + self.limit < now);
            }
            self.verdicts.push((self.heard[about] + self.limit).max(now));
            (self.heard[of], self.heard[about]) = (NEVER, NEVER);
        }
    }

    /// Takes the samples of all rounds that end by `now`, before anything happens then.
    fn sample_until(&mut self, round: &mut u64, now: u64) {
        while *round * INTERVAL <= now {
            self.sample(*round * INTERVAL);
            *round += 1;
        }
    }

    fn sample(&mut self, now: u64) {
        let nodes = self.nodes as usize;
        let (mut about, mut of) = (0, vec![false; nodes]);
        for row in self.heard.chunks_exact(nodes) {
            let mut any = false;
            for (of, last) in of.iter_mut().zip(row) {
                let wrong = last + self.limit < now;
                *of |= wrong;
                any |= wrong;
            }
            about += u32::from(any);
        }
        let audience = self.verdicts.len() as f64;
        let live = self.nodes - u32::from(audience > 0.0);
        let of = of.into_iter().filter(|of| *of).count();
        let aware = self.verdicts.iter().filter(|at| **at < now).count();
        self.curve.push([of as f64, f64::from(about), aware as f64].map(|count| count / f64::from(live)));
        if let (Some([.., aware]), true) = (self.curve.last_mut(), self.verdicts.is_empty()) {
            *aware = f64::NAN;
        }
    }

    fn finish(mut self, rule: Rule) -> Figures {
        for place in 0..self.heard.len() {
            self.close(self.heard[place], rule.during);
        }
        self.sample(rule.during + 1);
        let (others, up) = (f64::from(self.nodes - 1), rule.during as f64);
        let crash = rule.crash.1;
        let after = up - crash as f64;
        let known = |verdict: Option<&u64>| (verdict.map_or(0, |at| at - crash)) as f64 / 1e6;
        let pair_ms = (others * f64::from(self.nodes) * up - 2.0 * others * after) / 1e6;
        let wrong_ms = self.wrong as f64 / 1e6;
        let columns = vec![
            ("failures", 1.0),
            ("first_detection_ms", known(self.verdicts.iter().min())),
            ("full_detection_ms", known(self.verdicts.iter().max())),
            ("mistakes", self.mistakes as f64),
            ("false_positives", self.mistakes as f64),
            ("false_positives_healthy", self.mistakes as f64),
            ("node_hours", (f64::from(self.nodes) * up - after) / 3600e9),
            ("mistake_duration_ms", wrong_ms / self.retracted as f64),
            ("mistake_recurrence_ms", pair_ms / self.mistakes as f64),
            ("query_accuracy", 1.0 - wrong_ms / pair_ms),
        ];
        Figures { columns, curve: self.curve, payload: 0 }
    }
}
