//! The floor of the detector: heartbeats to everybody with a fixed timeout as a hand-written loop, with the same draws and
//! so the same run, its columns and its curve. Every node has a row of its own, and a timer for the end of a silence. One node
//! crashes, while none of its heartbeats is on its way.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use gossipsim::random::{Chance, Field, Purpose};
use gossipsim::units::Probability;

use super::buckets::{Buckets, Loop, drive};
use super::figures::Figures;
use super::floor::{MOST, Totals, latency, turns};

const INTERVAL: u64 = 1_000_000_000;
/// Of whom nothing is heard, nor to be heard, or who is suspected already.
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
    /// Whether messages take from 10 to 100 ms, or no time.
    pub(crate) takes_time: bool,
    /// The node that crashes, and when, ns.
    pub(crate) crash: (u32, u64),
}

/// A heartbeat on its way.
struct Heartbeat {
    from: u32,
    to: u32,
}

/// What all nodes have heard, and what came of it.
struct World {
    nodes: u32,
    rule: Rule,
    /// From so much silence on a node is taken for failed.
    limit: u64,
    waiting: Buckets<Heartbeat>,
    losses: Field,
    delays: Field,
    totals: Totals,
    is_down: bool,
    round: u64,
    /// When each heard of each, by recipient; of whom it suspects, in `since`.
    heard: Vec<u64>,
    /// Since when each suspects each: of few pairs it is looked up.
    since: Vec<u64>,
    /// When the timer of each expires that counts, and all timers.
    wakes: Vec<u64>,
    timers: BinaryHeap<Reverse<(u64, u32)>>,
    /// How many each is mistaken about, and are about each.
    of: Vec<u32>,
    about: Vec<u32>,
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
    let turns = turns(nodes, chance, INTERVAL);
    let mut world = World::new(nodes, chance, rule);
    drive(&turns, INTERVAL, rule.during + 1, &mut world);
    world.pass(rule.during);
    // When all knew of the crash.
    world.totals.last = world.verdicts.iter().copied().max().unwrap_or(0);
    let totals = world.totals;
    (totals, Figures { payload: HEARTBEAT * totals.sent, ..world.finish() })
}

impl Loop for World {
    type Event = Heartbeat;

    fn buckets(&mut self) -> &mut Buckets<Heartbeat> {
        &mut self.waiting
    }

    fn turn(&mut self, now: u64, node: u32, _: u64) {
        self.pass(now);
        if self.is_down && node == self.rule.crash.0 {
            return;
        }
        self.totals.events += 1;
        self.totals.sent += u64::from(self.nodes - 1);
        for to in (0..self.nodes).filter(|to| *to != node) {
            let path = u64::from(node) << 32 | u64::from(to);
            if self.rule.loss.holds(self.losses.at(path, now, 0)) {
                self.totals.lost += 1;
            } else if self.rule.takes_time {
                let draw = self.delays.at(path, now, 0);
                let delay = latency(draw);
                self.waiting.put_away(now + delay, Heartbeat { from: node, to });
            } else {
                self.hear(now, node, to);
            }
        }
    }

    #[inline(always)]
    fn happen(&mut self, now: u64, &Heartbeat { from, to }: &Heartbeat) {
        self.pass(now);
        self.hear(now, from, to);
    }
}

impl World {
    fn new(nodes: u32, chance: &Chance, rule: Rule) -> Self {
        let pairs = (nodes * nodes) as usize;
        let mut heard = vec![0; pairs];
        (0..nodes).for_each(|node| heard[(node * nodes + node) as usize] = NEVER);
        let mut waiting = Buckets::default();
        waiting.lay_out(f64::from(nodes).powi(2), MOST);
        let [losses, delays] = [Purpose::Loss, Purpose::Latency].map(|purpose| chance.field(purpose));
        let limit = rule.timeout + 1;
        let count = nodes as usize;
        World {
            nodes,
            rule,
            limit,
            waiting,
            losses,
            delays,
            totals: Totals::default(),
            is_down: false,
            round: 0,
            heard,
            since: vec![NEVER; pairs],
            wakes: vec![limit; count],
            timers: (0..nodes).map(|node| Reverse((limit, node))).collect(),
            of: vec![0; count],
            about: vec![0; count],
            verdicts: Vec::new(),
            mistakes: 0,
            retracted: 0,
            wrong: 0,
            curve: Vec::new(),
        }
    }

    /// Time goes on to `now`.
    #[inline(always)]
    fn pass(&mut self, now: u64) {
        let first = self.timers.peek().map_or(NEVER, |Reverse((at, _))| *at);
        let crash = if self.is_down { NEVER } else { self.rule.crash.1 };
        if first.min(crash).min(self.round * INTERVAL) <= now {
            self.catch_up(now);
        }
    }

    /// Takes the samples of all rounds that end by `now`, before anything happens then, the crash, and all timers.
    #[cold]
    fn catch_up(&mut self, now: u64) {
        loop {
            let first = self.timers.peek().map_or(NEVER, |Reverse((at, _))| *at);
            let crash = if self.is_down { NEVER } else { self.rule.crash.1 };
            let round = self.round * INTERVAL;
            if first.min(crash).min(round) > now {
                return;
            }
            if round <= first.min(crash) {
                self.sample();
                self.round += 1;
            } else if crash <= first {
                self.crash();
            } else if let Some(Reverse((at, node))) = self.timers.pop()
                && !(self.is_down && node == self.rule.crash.0)
            {
                self.look(at, node);
            }
        }
    }

    /// `to` hears of `from`.
    #[inline(always)]
    fn hear(&mut self, now: u64, from: u32, to: u32) {
        self.totals.events += 1;
        if self.is_down && to == self.rule.crash.0 {
            return;
        }
        assert!(!self.is_down || from != self.rule.crash.0, "the node crashes while it has something to say");
        let last = &mut self.heard[(to * self.nodes + from) as usize];
        let suspected = *last == NEVER;
        *last = now;
        if suspected {
            self.retract(now, to, from);
        }
    }

    /// `node` suspects `other` no longer.
    #[cold]
    fn retract(&mut self, now: u64, node: u32, other: u32) {
        self.retracted += 1;
        self.end_mistake(now, node, other);
        self.wake(now + self.limit, node);
    }

    fn end_mistake(&mut self, now: u64, node: u32, other: u32) {
        self.of[node as usize] -= 1;
        self.about[other as usize] -= 1;
        self.wrong += now - self.since[(node * self.nodes + other) as usize];
    }

    /// `node` has a timer for `at`, or one before it.
    fn wake(&mut self, at: u64, node: u32) {
        if at < self.wakes[node as usize] {
            self.wakes[node as usize] = at;
            self.timers.push(Reverse((at, node)));
        }
    }

    /// `node` suspects all who were silent for too long, and finds out who is the next.
    fn look(&mut self, now: u64, node: u32) {
        if self.wakes[node as usize] != now {
            return;
        }
        let row = (node * self.nodes) as usize..((node + 1) * self.nodes) as usize;
        let mut next = self.heard[row.clone()].iter().fold(NEVER, |least, last| least.min(*last));
        if next + self.limit <= now {
            next = NEVER;
            for other in 0..self.nodes {
                let last = self.heard[row.start + other as usize];
                if last + self.limit <= now {
                    self.suspect(now, node, other);
                } else {
                    next = next.min(last);
                }
            }
        }
        self.wakes[node as usize] = NEVER;
        if next < NEVER {
            self.wake(next + self.limit, node);
        }
    }

    fn suspect(&mut self, now: u64, node: u32, other: u32) {
        let pair = (node * self.nodes + other) as usize;
        (self.heard[pair], self.since[pair]) = (NEVER, now);
        if self.is_down && other == self.rule.crash.0 {
            return self.verdicts.push(now);
        }
        self.mistakes += 1;
        self.of[node as usize] += 1;
        self.about[other as usize] += 1;
    }

    fn crash(&mut self) {
        let (dead, crash) = self.rule.crash;
        for other in (0..self.nodes).filter(|other| *other != dead) {
            let [of, about] = [other * self.nodes + dead, dead * self.nodes + other].map(|pair| pair as usize);
            if self.heard[of] == NEVER {
                // It was right all along, as it turns out.
                self.verdicts.push(crash);
                self.end_mistake(crash, other, dead);
            }
            if self.heard[about] == NEVER {
                self.end_mistake(crash, dead, other);
            }
            self.heard[about] = NEVER;
        }
        self.is_down = true;
    }

    fn sample(&mut self) {
        let live = f64::from(self.nodes - u32::from(self.is_down));
        let any = |counts: &[u32]| counts.iter().filter(|count| **count > 0).count() as f64 / live;
        let aware = if self.is_down { self.verdicts.len() as f64 / live } else { f64::NAN };
        self.curve.push([any(&self.of), any(&self.about), aware]);
    }

    fn finish(mut self) -> Figures {
        let rule = self.rule;
        for node in 0..self.nodes {
            for other in 0..self.nodes {
                let pair = (node * self.nodes + other) as usize;
                let dead = [node, other].contains(&rule.crash.0);
                if self.heard[pair] == NEVER && node != other && !dead {
                    self.wrong += rule.during - self.since[pair];
                }
            }
        }
        self.sample();
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
