//! Truth and verdicts, put together as they come: failures and who knows of them, mistakes and how long they last.

use super::failures::{Delays, Failure};
use super::measured::Measured;
use super::pairs::Pairs;
use super::verdict::Verdict;
use crate::bits::Bits;
use crate::engine::{Change, Outcome};
use crate::time::Time;
use crate::units::NodeId;
use crate::workload::Sampling;
use crate::workload::integral::Integral;

/// How a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    /// It is up.
    Up,
    /// It has crashed: the failure with this number.
    Failed(usize),
    /// It is yet to join, or gone for good.
    Away,
}

/// What a run of a failure detector has come to so far.
#[derive(Clone, Debug, Default)]
pub struct Detection {
    conditions: Vec<Condition>,
    /// The number of the change by which a node came up last; 0 of those that were there from the start.
    up_since: Vec<u32>,
    /// How often anything changed about who is up.
    changes: u32,
    /// Nodes that are blocked, or have been; and those that are, have been or will be.
    blocked: Bits,
    ever_blocked: Bits,
    /// Who monitors whom, where that is not everybody.
    monitored: Option<Pairs>,
    /// Who takes whom for failed: accusers are up.
    verdicts: Pairs,
    /// Verdicts on a node that is up, from before it came up.
    outdated: Option<Pairs>,
    /// How many take a node for failed.
    accusers: Vec<u32>,
    /// How many mistakes there are about a node now, and of it.
    mistakes_about: Vec<u32>,
    mistakes_of: Vec<u32>,
    /// Nodes with any mistake about them now, and with any of them.
    mistaken: [u64; 2],
    failures: Vec<Failure>,
    /// Failures that are not over, by their numbers.
    lasting: Vec<usize>,
    /// Failures that are not known to all, or were not while they lasted.
    unknown: u64,
    /// Since when there have been none.
    known_since: Option<Time>,
    live: Integral,
    /// Pairs of a live node and another that it monitors.
    pairs: Integral,
    /// Pairs of which the first is mistaken about the second.
    wrong: Integral,
    mistakes: u64,
    retracted: u64,
    false_positives: u64,
    of_healthy: u64,
    about_healthy: u64,
    between_healthy: u64,
}

impl Detection {
    /// The bytes that it takes for so many nodes, at most.
    pub fn bytes(nodes: u64) -> u64 {
        // Verdicts, those that are outdated, and who monitors whom; beside that little.
        Pairs::bytes(nodes).saturating_mul(3).saturating_add(nodes.saturating_mul(64))
    }

    /// The first `up` of `nodes` nodes are there at time 0; all monitor all.
    pub fn new(nodes: u32, up: u32) -> Self {
        let count = nodes as usize;
        let mut conditions = vec![Condition::Up; count];
        conditions[up as usize..].fill(Condition::Away);
        let mut begun = Detection {
            conditions,
            up_since: vec![0; count],
            blocked: Bits::new(count),
            ever_blocked: Bits::new(count),
            verdicts: Pairs::new(count),
            accusers: vec![0; count],
            mistakes_about: vec![0; count],
            mistakes_of: vec![0; count],
            ..Detection::default()
        };
        let up = u64::from(up);
        begun.live.add(Time::ZERO, up);
        begun.pairs.add(Time::ZERO, up * up.saturating_sub(1));
        begun
    }

    /// Nobody monitors anybody but those that [`Detection::monitor`] names; called before anything happens.
    pub fn monitor_none(&mut self) {
        self.monitored = Some(Pairs::new(self.conditions.len()));
        self.pairs = Integral::default();
    }

    /// `monitor` monitors `node` from `now` on.
    pub fn monitor(&mut self, now: Time, monitor: NodeId, node: NodeId) {
        let (row, column) = (monitor.index(), node.index());
        let new = self.monitored.as_mut().is_some_and(|pairs| pairs.insert(row, column));
        if new && self.is_up(row) && self.is_up(column) {
            self.pairs.add(now, 1);
        }
    }

    /// How a run that lasts until `end` is over at `now`, where so many nodes are live; `None` if it goes on.
    pub fn outcome(&self, now: Time, end: Time, live: u64) -> Option<Outcome> {
        match live {
            0 => Some(Outcome::Lost),
            _ if now < end => None,
            _ if self.all_known() => Some(Outcome::Converged),
            _ => Some(Outcome::TimeLimit),
        }
    }

    /// Whether anybody is live and all know of all failures.
    pub fn converged(&self, live: u64) -> bool {
        live > 0 && self.all_known()
    }

    /// `accuser`, which is up, comes to a verdict; nothing happens where it held that before.
    pub fn judge(&mut self, now: Time, accuser: NodeId, Verdict { about, failed }: Verdict) {
        match failed {
            true => self.declare(now, accuser, about),
            false => self.retract(now, accuser, about),
        }
    }

    /// `accuser`, which is up, takes `about` for failed from now on; nothing happens where it did.
    pub fn declare(&mut self, now: Time, accuser: NodeId, about: NodeId) {
        let (row, column) = (accuser.index(), about.index());
        debug_assert!(self.is_up(row), "a node that is down takes nobody for failed");
        if !self.verdicts.insert(row, column) {
            return;
        }
        self.accusers[column] += 1;
        match self.conditions[column] {
            Condition::Up => self.begin_mistake(now, row, column),
            Condition::Failed(number) => self.learned(now, row, number, true),
            Condition::Away => {}
        }
    }

    /// `accuser` takes `about` for failed no longer; nothing happens where it did not.
    pub fn retract(&mut self, now: Time, accuser: NodeId, about: NodeId) {
        let (row, column) = (accuser.index(), about.index());
        if !self.verdicts.remove(row, column) {
            return;
        }
        self.accusers[column] -= 1;
        let condition = self.conditions[column];
        match condition {
            Condition::Up if self.remove_outdated(row, column) => {}
            Condition::Up => {
                self.retracted += 1;
                self.end_mistake(now, row, column);
            }
            Condition::Failed(number) => self.learned(now, row, number, false),
            Condition::Away => {}
        }
    }

    /// Whether `accuser` takes `about` for failed.
    pub fn accuses(&self, accuser: NodeId, about: NodeId) -> bool {
        self.verdicts.contains(accuser.index(), about.index())
    }

    /// What the world does to `node`. Who goes down takes nobody for failed any more: a protocol in which it still does
    /// when it comes back says so again.
    pub fn population(&mut self, now: Time, node: NodeId, change: Change) {
        let place = node.index();
        match change {
            Change::Down | Change::Left => {
                self.changes += 1;
                self.go_down(now, place);
                self.conditions[place] = if change == Change::Left { Condition::Away } else { self.fail(now, node) };
            }
            Change::Up | Change::Joined => {
                self.changes += 1;
                self.come_up(now, place);
            }
            Change::ToBeBlocked => {
                self.ever_blocked.insert(place);
            }
            Change::Blocked { .. } => {
                self.blocked.insert(place);
            }
            Change::Released => {}
        }
    }

    /// Whether anything has failed.
    pub fn has_failures(&self) -> bool {
        !self.failures.is_empty()
    }

    /// Whether every failure so far is known to all live nodes, or was before it was over.
    pub fn all_known(&self) -> bool {
        self.unknown == 0
    }

    /// Since when that has been so, if it is; nothing where there was no failure.
    pub fn known_since(&self) -> Option<Time> {
        self.known_since
    }

    /// What came of it until `end`.
    pub fn measured(&self, end: Time) -> Measured {
        const MILLISECOND: f64 = 1e6;
        Measured {
            failures: self.failures.len() as u64,
            first: Delays::first(&self.failures),
            all: Delays::all(&self.failures),
            mistakes: self.mistakes,
            retracted: self.retracted,
            false_positives: self.false_positives,
            of_healthy: self.of_healthy,
            about_healthy: self.about_healthy,
            between_healthy: self.between_healthy,
            node_hours: self.live.until(end) as f64 / (3600e3 * MILLISECOND),
            pair_ms: self.pairs.until(end) as f64 / MILLISECOND,
            wrong_ms: self.wrong.until(end) as f64 / MILLISECOND,
        }
    }

    /// How things stand: the share of live nodes that are mistaken about somebody, the share that somebody is mistaken
    /// about, and of the pairs of a lasting failure and a node that ought to know of it the share in which it does.
    pub fn sample(&self) -> Sampling {
        let [about, of] = self.mistaken.map(|count| count as f64 / self.live.value() as f64);
        let (mut audience, mut unaware) = (0, 0);
        for &number in &self.lasting {
            audience += u64::from(self.failures[number].audience);
            unaware += u64::from(self.failures[number].unaware);
        }
        [of, about, (audience - unaware) as f64 / audience as f64]
    }

    fn is_up(&self, node: usize) -> bool {
        self.conditions[node] == Condition::Up
    }

    /// Whether `monitor` is to find out whether `node` fails.
    fn monitors(&self, monitor: usize, node: usize) -> bool {
        monitor != node && self.monitored.as_ref().is_none_or(|pairs| pairs.contains(monitor, node))
    }

    /// Pairs that `node` makes with the other nodes that are up.
    fn pairs_with(&self, node: usize) -> u64 {
        match &self.monitored {
            // It is one of those that are up.
            None => 2 * (self.live.value() - 1),
            Some(pairs) => {
                let up = |&other: &usize| self.is_up(other);
                (pairs.row(node).filter(up).count() + pairs.column(node).filter(up).count()) as u64
            }
        }
    }

    fn begin_mistake(&mut self, now: Time, accuser: usize, about: usize) {
        self.mistakes += 1;
        let [by_blocked, about_blocked] = [accuser, about].map(|node| self.blocked.contains(node));
        self.false_positives += u64::from(!about_blocked);
        self.of_healthy += u64::from(!about_blocked && !by_blocked);
        let [by_healthy, about_healthy] = [accuser, about].map(|node| !self.ever_blocked.contains(node));
        self.about_healthy += u64::from(about_healthy);
        self.between_healthy += u64::from(about_healthy && by_healthy);
        self.wrong.add(now, 1);
        let counts = [&mut self.mistakes_about[about], &mut self.mistakes_of[accuser]];
        for (count, nodes) in counts.into_iter().zip(&mut self.mistaken) {
            *count += 1;
            *nodes += u64::from(*count == 1);
        }
    }

    /// A mistake is retracted, or none any longer.
    fn end_mistake(&mut self, now: Time, accuser: usize, about: usize) {
        self.wrong.subtract(now, 1);
        let counts = [&mut self.mistakes_about[about], &mut self.mistakes_of[accuser]];
        for (count, nodes) in counts.into_iter().zip(&mut self.mistaken) {
            *count -= 1;
            *nodes -= u64::from(*count == 0);
        }
    }

    fn remove_outdated(&mut self, accuser: usize, about: usize) -> bool {
        self.outdated.as_mut().is_some_and(|pairs| pairs.remove(accuser, about))
    }

    /// Whether `node` is one of those that are to know of a failure: it has been up since, and monitors who failed.
    fn is_to_know(&self, node: usize, failure: &Failure) -> bool {
        self.up_since[node] < failure.change && self.monitors(node, failure.node.index())
    }

    /// A node that is up has come to know of a failure, or does not any longer.
    fn learned(&mut self, now: Time, accuser: usize, number: usize, knows: bool) {
        if self.is_to_know(accuser, &self.failures[number]) {
            let unaware = &mut self.failures[number].unaware;
            *unaware = if knows { *unaware - 1 } else { *unaware + 1 };
        }
        self.settle(now, number);
    }

    fn settle(&mut self, now: Time, number: usize) {
        let failure = &mut self.failures[number];
        match failure.settle(now, self.accusers[failure.node.index()]) {
            Some(true) => self.unknown -= 1,
            Some(false) => self.unknown += 1,
            None => return,
        }
        self.known_since = (self.unknown == 0).then_some(now);
    }

    /// `node`, which was up, is not any longer, and takes nobody for failed.
    fn go_down(&mut self, now: Time, node: usize) {
        let pairs = self.pairs_with(node);
        self.pairs.subtract(now, pairs);
        self.live.subtract(now, 1);
        let accused: Vec<usize> = self.verdicts.row(node).collect();
        // Nobody waits any longer for it to know of failures.
        for place in 0..self.lasting.len() {
            let number = self.lasting[place];
            let failure = self.failures[number];
            if self.is_to_know(node, &failure) {
                let unaware = u32::from(!self.verdicts.contains(node, failure.node.index()));
                self.failures[number].audience -= 1;
                self.failures[number].unaware -= unaware;
            }
        }
        for about in accused {
            self.verdicts.remove(node, about);
            self.accusers[about] -= 1;
            if self.is_up(about) && !self.remove_outdated(node, about) {
                self.end_mistake(now, node, about);
            }
        }
        // A column is not looked through for nothing.
        let accusers: Vec<usize> =
            if self.accusers[node] > 0 { self.verdicts.column(node).collect() } else { Vec::new() };
        for accuser in accusers {
            if !self.remove_outdated(accuser, node) {
                self.end_mistake(now, accuser, node);
            }
        }
        // Of what it knew, others may know nothing.
        for place in 0..self.lasting.len() {
            self.settle(now, self.lasting[place]);
        }
    }

    /// A failure begins: of `node`, which is counted as down already.
    fn fail(&mut self, now: Time, node: NodeId) -> Condition {
        let number = self.failures.len();
        let (mut audience, mut unaware) = (0, 0);
        for other in 0..self.conditions.len() {
            if self.is_up(other) && self.monitors(other, node.index()) {
                audience += 1;
                unaware += u32::from(!self.verdicts.contains(other, node.index()));
            }
        }
        let change = self.changes;
        self.failures.push(Failure { node, at: now, change, audience, unaware, first: None, all: None });
        self.lasting.push(number);
        self.unknown += 1;
        self.known_since = None;
        self.settle(now, number);
        Condition::Failed(number)
    }

    /// `node` comes up: what is thought of it is of the time before.
    fn come_up(&mut self, now: Time, node: usize) {
        if let Condition::Failed(number) = self.conditions[node] {
            self.lasting.retain(|&lasting| lasting != number);
        }
        self.conditions[node] = Condition::Up;
        self.up_since[node] = self.changes;
        self.live.add(now, 1);
        let pairs = self.pairs_with(node);
        self.pairs.add(now, pairs);
        if self.accusers[node] > 0 {
            let outdated = self.outdated.get_or_insert_with(|| Pairs::new(self.conditions.len()));
            self.verdicts.column(node).for_each(|accuser| {
                outdated.insert(accuser, node);
            });
        }
    }
}
