//! The floor of the general path: the protocol of [`general`](super::general) as a hand-written loop, with the same draws
//! and so the same run.

use gossipsim::random::{Chance, Field, Purpose, Use, below};
use gossipsim::units::Probability;

use super::floor::{Totals, sort};
use super::general::{INTERVAL, Member, Probe, ROUNDS, TIMEOUT, loss};

/// What waits for its time: a message, or the timer of a probe.
#[derive(Clone, Copy)]
struct Event {
    node: u32,
    /// The sender, where it is a message.
    from: u32,
    /// Of a message the leg, of a timer the address of its draws.
    key: u64,
    message: Probe,
    is_timer: bool,
}

const LEAST: u64 = 10_000_000;
const REACH: u64 = 90_000_000;

/// The memory of a run, which the next one uses again.
#[derive(Default)]
pub(crate) struct Memory {
    members: Vec<Member>,
    /// The low bits of the time of each event, and its place in the bucket of `events` beside it.
    times: Vec<Vec<(u32, u32, u32)>>,
    events: Vec<Vec<Event>>,
}

struct Run<'a> {
    nodes: u32,
    shift: u32,
    memory: &'a mut Memory,
    coins: Field,
    losses: Field,
    delays: Field,
    loss: Probability,
    totals: Totals,
}

/// A run: its totals, and what all nodes know.
pub(crate) fn simulate(chance: &Chance, memory: &mut Memory) -> (Totals, u64) {
    let nodes = chance.nodes;
    let mut stream = chance.stream(Purpose::Clock);
    let interval = INTERVAL.nanos();
    let mut turns: Vec<(u32, u32)> = (0..nodes).map(|node| (below(&mut stream, interval) as u32, node)).collect();
    turns.sort_unstable();
    let mut run = Run::new(chance, memory);
    let (mut sorted, mut cells) = (Vec::new(), Vec::new());
    let (mut day, mut cursor, mut lap) = (0, 0, 0);
    let end = ROUNDS * interval;
    while day << run.shift < end {
        let (begins, ends) = (day << run.shift, ((day + 1) << run.shift).min(end));
        let slot = day as usize % run.memory.times.len();
        let mut times = std::mem::take(&mut run.memory.times[slot]);
        let mut events = std::mem::take(&mut run.memory.events[slot]);
        sort(&times, begins as u32, run.shift, &mut sorted, &mut cells);
        let mut coming = sorted.iter().peekable();
        loop {
            let (offset, node) = turns[cursor];
            let turn = lap * interval + u64::from(offset);
            if let Some(&&(after, place, _)) = coming.peek()
                && (turn >= ends || begins + u64::from(after) < turn)
                && begins + u64::from(after) < end
            {
                coming.next();
                run.happen(begins + u64::from(after), &events[place as usize]);
            } else if turn < ends {
                run.turn(turn, node, lap);
                cursor += 1;
                if cursor == turns.len() {
                    (cursor, lap) = (0, lap + 1);
                }
            } else {
                break;
            }
        }
        times.clear();
        events.clear();
        run.memory.times[slot] = times;
        run.memory.events[slot] = events;
        day += 1;
    }
    let digest = run.memory.members.iter().fold(0, |sum: u64, member| sum.wrapping_add(member.digest()));
    (run.totals, digest)
}

impl<'a> Run<'a> {
    fn new(chance: &Chance, memory: &'a mut Memory) -> Self {
        let nodes = chance.nodes;
        // About 2000 events a bucket, which is never wider than the least latency.
        let width = (2000.0 * INTERVAL.nanos() as f64 / (4.0 * f64::from(nodes))) as u64;
        let shift = width.max(64).ilog2().min(22);
        let count = ((TIMEOUT.nanos() >> shift) + 3).next_power_of_two() as usize;
        memory.members.clear();
        memory.members.resize(nodes as usize, Member::default());
        memory.times.iter_mut().for_each(Vec::clear);
        memory.events.iter_mut().for_each(Vec::clear);
        memory.times.resize(count, Vec::new());
        memory.events.resize(count, Vec::new());
        let [coins, losses, delays] =
            [Purpose::Protocol, Purpose::Loss, Purpose::Latency].map(|purpose| chance.field(purpose));
        Run { nodes, shift, memory, coins, losses, delays, loss: loss(), totals: Totals::default() }
    }

    fn peer(&self, node: u32, draw: u32) -> u32 {
        let to = node + 1 + draw;
        if to >= self.nodes { to - self.nodes } else { to }
    }

    fn count(&mut self, now: u64) {
        self.totals.events += 1;
        self.totals.last = now;
    }

    #[inline(always)]
    fn turn(&mut self, now: u64, node: u32, lap: u64) {
        self.count(now);
        let to = self.peer(node, self.coins.below(self.nodes - 1, node.into(), lap, 0));
        let probe = self.memory.members[node as usize].probe(node);
        self.send(now, node, to, 8, probe);
        let cause = self.coins.at(node.into(), lap, Use::TURN.slot(0));
        let key = self.coins.at(cause, 0, Use::TIMER.slot(0));
        let expires = now + TIMEOUT.nanos();
        self.put_away(expires, Event { node, from: node, key, message: probe, is_timer: true });
    }

    #[inline(always)]
    fn send(&mut self, now: u64, from: u32, to: u32, leg: u64, message: Probe) {
        self.totals.sent += 1;
        let path = u64::from(from) << 32 | u64::from(to);
        if self.loss.holds(self.losses.at(path, now, leg)) {
            self.totals.lost += 1;
            return;
        }
        let draw = self.delays.at(path, now, leg);
        let at = now + LEAST + ((u128::from(draw) * u128::from(REACH + 1)) >> 64) as u64;
        self.put_away(at, Event { node: to, from, key: leg, message, is_timer: false });
    }

    #[inline(always)]
    fn put_away(&mut self, at: u64, event: Event) {
        let slot = (at >> self.shift) as usize & (self.memory.times.len() - 1);
        let events = &mut self.memory.events[slot];
        self.memory.times[slot].push((at as u32, events.len() as u32, 0));
        events.push(event);
    }

    #[inline(always)]
    fn happen(&mut self, now: u64, &Event { node, from, key, message, is_timer }: &Event) {
        self.count(now);
        let member = &mut self.memory.members[node as usize];
        if !is_timer {
            if let Some(answer) = member.take(node, from, &message) {
                let path = u64::from(from) << 32 | u64::from(node);
                let cause = self.coins.at(path, now, key ^ Use::MESSAGE.slot(0));
                self.send(now, node, from, self.leg(cause), answer);
            }
        } else if member.misses(message.number) {
            let probe = member.probe(node);
            let to = self.peer(node, self.coins.below(self.nodes - 1, key, 0, Use::KEYED.slot(0)));
            self.send(now, node, to, self.leg(key), probe);
        }
    }

    /// The address of the draws of a message that is sent because of `cause`.
    #[inline(always)]
    fn leg(&self, cause: u64) -> u64 {
        self.coins.at(cause, 0, Use::LEG.slot(0)) / 8 * 8
    }
}
