//! The floor of the general path: the protocol of [`general`](super::general) as a hand-written loop, with the same draws
//! and so the same run.

use gossipsim::random::{Chance, Field, Purpose, Use};
use gossipsim::units::Probability;

use super::buckets::{Buckets, Loop, drive};
use super::floor::{Totals, latency, turns};
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

/// The memory of a run, which the next one uses again.
#[derive(Default)]
pub(crate) struct Memory {
    members: Vec<Member>,
    waiting: Buckets<Event>,
}

struct Run<'a> {
    nodes: u32,
    memory: &'a mut Memory,
    coins: Field,
    losses: Field,
    delays: Field,
    loss: Probability,
    totals: Totals,
}

/// A run: its totals, and what all nodes know.
pub(crate) fn simulate(chance: &Chance, memory: &mut Memory) -> (Totals, u64) {
    let interval = INTERVAL.nanos();
    let turns = turns(chance.nodes, chance, interval);
    let mut run = Run::new(chance, memory);
    drive(&turns, interval, ROUNDS * interval, &mut run);
    let digest = run.memory.members.iter().fold(0, |sum: u64, member| sum.wrapping_add(member.digest()));
    (run.totals, digest)
}

impl<'a> Run<'a> {
    fn new(chance: &Chance, memory: &'a mut Memory) -> Self {
        let nodes = chance.nodes;
        memory.members.clear();
        memory.members.resize(nodes as usize, Member::default());
        memory.waiting.lay_out(4.0 * f64::from(nodes), TIMEOUT.nanos());
        let [coins, losses, delays] =
            [Purpose::Protocol, Purpose::Loss, Purpose::Latency].map(|purpose| chance.field(purpose));
        Run { nodes, memory, coins, losses, delays, loss: loss(), totals: Totals::default() }
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
    fn send(&mut self, now: u64, from: u32, to: u32, leg: u64, message: Probe) {
        self.totals.sent += 1;
        let path = u64::from(from) << 32 | u64::from(to);
        if self.loss.holds(self.losses.at(path, now, leg)) {
            self.totals.lost += 1;
            return;
        }
        let draw = self.delays.at(path, now, leg);
        let at = now + latency(draw);
        self.memory.waiting.put_away(at, Event { node: to, from, key: leg, message, is_timer: false });
    }

    /// The address of the draws of a message that is sent because of `cause`.
    #[inline(always)]
    fn leg(&self, cause: u64) -> u64 {
        self.coins.at(cause, 0, Use::LEG.slot(0)) / 8 * 8
    }
}

impl Loop for Run<'_> {
    type Event = Event;

    fn buckets(&mut self) -> &mut Buckets<Event> {
        &mut self.memory.waiting
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
        self.memory.waiting.put_away(expires, Event { node, from: node, key, message: probe, is_timer: true });
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
}
