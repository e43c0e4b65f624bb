//! The floor of SWIM: pings, answers and timers as a hand-written loop over the same lists of targets, with the same draws and
//! so the same run, its columns and its curve. Nothing is lost, so that nobody is suspected; that nobody is gone and there is
//! no news is looked up all the same.

use std::collections::VecDeque;

use gossipsim::random::{Chance, Field, Purpose, Use};
use gossipsim::units::NodeId;
use gossipsim::workload::members::{Belief, Broadcasts, TargetOrder, Targets};

use super::buckets::{Buckets, Loop, drive};
use super::figures::Figures;
use super::floor::{MOST, Totals, latency, turns};

const INTERVAL: u64 = 1_000_000_000;
/// How long a member waits for the answer to its ping, ns.
const TIMEOUT: u64 = 500_000_000;
/// How often an update would be sent.
const LIMIT: u32 = 20;
/// Bytes of a message without updates.
const BARE: u64 = 15;

/// A member: what it holds of all, whom it pings in turn, and what it passes on.
struct Member {
    view: Vec<Belief>,
    targets: Targets,
    broadcasts: Broadcasts,
    /// The number of its probe, and whose answer is missing.
    probe: u32,
    waits_for: Option<NodeId>,
}

/// What is counted.
#[derive(Default)]
struct Counts {
    probes: u64,
    indirect: u64,
    failed: u64,
    payload: u64,
}

/// A ping or an answer on its way.
struct Letter {
    from: u32,
    to: u32,
    /// The number of the probe.
    probe: u32,
    answers: bool,
    /// The address of its draws.
    leg: u64,
}

/// The leg of what is sent first in a turn.
const FIRST: u64 = 8;

/// All members, and what is on its way.
struct World {
    during: u64,
    takes_time: bool,
    coins: Field,
    delays: Field,
    members: Vec<Member>,
    waiting: Buckets<Letter>,
    /// Timers expire in the order in which they were set, with the number of the probe.
    timers: VecDeque<(u64, u32, u32)>,
    totals: Totals,
    counts: Counts,
    curve: Vec<[f64; 3]>,
}

/// A run of so many nanoseconds of members that begin with fresh lists; messages take from 10 to 100 ms, or no time.
pub(crate) fn simulate(nodes: u32, chance: &Chance, during: u64, takes_time: bool) -> (Totals, Figures) {
    let turns = turns(nodes, chance, INTERVAL);
    let mut world = World::new(nodes, chance, during, takes_time);
    drive(&turns, INTERVAL, during + 1, &mut world);
    world.pass(during);
    let World { counts, totals, mut curve, .. } = world;
    curve.push([0.0, 0.0, f64::NAN]);
    let columns = vec![
        ("probes", counts.probes as f64),
        ("indirect_probes", counts.indirect as f64),
        ("failed_probes", counts.failed as f64),
        ("mistakes", 0.0),
        ("node_hours", f64::from(nodes) * during as f64 / 3600e9),
        ("query_accuracy", 1.0),
    ];
    (totals, Figures { columns, curve, payload: counts.payload })
}

impl Loop for World {
    type Event = Letter;

    fn buckets(&mut self) -> &mut Buckets<Letter> {
        &mut self.waiting
    }

    fn turn(&mut self, now: u64, node: u32, lap: u64) {
        self.pass(now);
        self.totals.events += 1;
        let member = &mut self.members[node as usize];
        self.counts.failed += u64::from(member.waits_for.is_some());
        let draw = |bound, slot: u32| self.coins.below(bound, node.into(), lap, slot.into());
        let Member { view, targets, .. } = &mut *member;
        let listed = |other: NodeId| !view[other.index()].is_gone();
        member.waits_for = targets.next(TargetOrder::RoundRobin, listed, listed, draw);
        member.probe += 1;
        let (Some(target), probe) = (member.waits_for, member.probe) else { return };
        self.counts.probes += 1;
        self.timers.push_back((now + TIMEOUT, node, probe));
        self.send(now, Letter { from: node, to: target.number(), probe, answers: false, leg: FIRST });
    }

    #[inline(always)]
    fn happen(&mut self, now: u64, &Letter { from, to, probe, answers, leg }: &Letter) {
        self.pass(now);
        self.totals.events += 1;
        if answers {
            let member = &mut self.members[to as usize];
            if probe == member.probe {
                member.waits_for = None;
            }
            return;
        }
        let cause = self.coins.at(u64::from(from) << 32 | u64::from(to), now, leg ^ Use::MESSAGE.slot(0));
        let leg = self.coins.at(cause, 0, Use::LEG.slot(0)) / 8 * 8;
        self.send(now, Letter { from: to, to: from, probe, answers: true, leg });
    }
}

impl World {
    fn new(nodes: u32, chance: &Chance, during: u64, takes_time: bool) -> Self {
        let [coins, delays] = [Purpose::Protocol, Purpose::Latency].map(|purpose| chance.field(purpose));
        let member = |node: u32| {
            let others = (1..nodes).map(|after| NodeId::new((node + after) % nodes)).collect();
            let begins = coins.at(node.into(), 0, Use::START.slot(0));
            let draw = |bound, slot: u32| coins.below(bound, begins, 0, Use::KEYED.slot(slot));
            let view = vec![Belief::FIRST; nodes as usize];
            let targets = Targets::new(others, nodes, 0, draw);
            Member { view, targets, broadcasts: Broadcasts::default(), probe: 0, waits_for: None }
        };
        let members = (0..nodes).map(member).collect();
        let mut waiting = Buckets::default();
        waiting.lay_out(2.0 * f64::from(nodes), MOST);
        World {
            during,
            takes_time,
            coins,
            delays,
            members,
            waiting,
            timers: VecDeque::new(),
            totals: Totals::default(),
            counts: Counts::default(),
            curve: Vec::new(),
        }
    }

    /// Time goes on to `now`: timers expire, and rounds end.
    #[inline(always)]
    fn pass(&mut self, now: u64) {
        while let Some(&(at, node, probe)) = self.timers.front()
            && at <= now
        {
            let member = &self.members[node as usize];
            self.counts.indirect += u64::from(member.probe == probe && member.waits_for.is_some());
            self.timers.pop_front();
        }
        while self.curve.len() as u64 * INTERVAL <= now.min(self.during) {
            self.curve.push([0.0, 0.0, f64::NAN]);
        }
    }

    /// A member sends a message, with the news that fit.
    #[inline(always)]
    fn send(&mut self, now: u64, letter: Letter) {
        let mut room = 6;
        let news = self.members[letter.from as usize].broadcasts.take(LIMIT, |_| {
            room -= 1;
            room >= 0
        });
        assert!(news.is_empty(), "there is no news");
        self.totals.sent += 1;
        self.counts.payload += BARE;
        if !self.takes_time {
            return self.happen(now, &letter);
        }
        let path = u64::from(letter.from) << 32 | u64::from(letter.to);
        let draw = self.delays.at(path, now, letter.leg);
        let at = now + latency(draw);
        self.waiting.put_away(at, letter);
    }
}
