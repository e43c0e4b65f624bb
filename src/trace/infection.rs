//! Who learned the update of a rumor when and from whom: the infection tree.

use std::iter;

use super::run::Trace;
use crate::observe::{EventLog, ExternalEvent, LoggedMessage};
use crate::time::Time;
use crate::units::NodeId;

/// A node learns the update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The node.
    pub node: NodeId,
    /// When; of the origin, time 0, just before which it had the update.
    pub at: Time,
    /// The message leg that brought it, by its place in the log; none for the origin. Of several that brought it at one
    /// instant it is the one that came first: they may have waited for the release of a node that was blocked.
    pub message: Option<usize>,
    /// Who sent that, by the receipt from which it had the update.
    pub teller: Option<usize>,
    /// How many messages the update has gone by from the origin, by the receipts of those who told it.
    pub hop: u32,
    /// The receipt before it of the same node, which lost its state in between.
    previous: Option<usize>,
}

/// Who learned the update when and from whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Infection {
    /// Every receipt, those of the origins first, in order of time.
    pub receipts: Vec<Receipt>,
    /// The first receipt of each node.
    first: Vec<Option<usize>>,
    /// The last receipt of each node.
    last: Vec<Option<usize>>,
    /// When nodes lost their state, by node and time.
    forgotten: Vec<(NodeId, Time)>,
}

impl Infection {
    /// The infection tree of a traced run; `None` of another workload than a rumor.
    pub fn of(trace: &Trace) -> Option<Self> {
        if !trace.is_of_a_rumor() {
            return None;
        }
        let log = &trace.log;
        let nodes = trace.point.settings.all_nodes() as usize;
        let mut infection = Infection {
            receipts: Vec::with_capacity(log.learned.len() + trace.origins.len()),
            first: vec![None; nodes],
            last: vec![None; nodes],
            forgotten: forgotten(log),
        };
        for &node in &trace.origins {
            infection.add(Receipt { node, at: Time::ZERO, message: None, teller: None, hop: 0, previous: None });
        }
        let brought = log.messages().filter(|(_, message)| trace.carries(message));
        let mut brought: Vec<(NodeId, Time, Option<Time>, usize)> = brought
            .filter_map(|(place, message)| Some((message.to, message.received()?, message.comes, place)))
            .collect();
        brought.sort_unstable();
        for &(at, node) in &log.learned {
            let place = brought.partition_point(|&(to, received, ..)| (to, received) < (node, at));
            let message = brought.get(place).filter(|found| (found.0, found.1) == (node, at)).map(|found| found.3);
            let sent = message.and_then(|place| log.message(place));
            let teller = sent.and_then(|sent| infection.source(sent));
            let hop = teller.map_or(1, |teller| infection.receipts[teller].hop + 1);
            infection.add(Receipt { node, at, message, teller, hop, previous: None });
        }
        Some(infection)
    }

    fn add(&mut self, receipt: Receipt) {
        let (place, node) = (self.receipts.len(), receipt.node.index());
        self.receipts.push(Receipt { previous: self.last[node], ..receipt });
        self.first[node].get_or_insert(place);
        self.last[node] = Some(place);
    }

    /// The first receipt of `node`, if it ever learned the update.
    pub fn first(&self, node: NodeId) -> Option<&Receipt> {
        self.first.get(node.index()).copied().flatten().map(|place| &self.receipts[place])
    }

    /// The last receipt of `node`, if it ever learned the update.
    pub fn last(&self, node: NodeId) -> Option<&Receipt> {
        self.last.get(node.index()).copied().flatten().map(|place| &self.receipts[place])
    }

    /// Every receipt of `node`, in order of time: more than one where it lost its state in between.
    pub fn receipts_of(&self, node: NodeId) -> Vec<&Receipt> {
        let mut receipts: Vec<&Receipt> = iter::successors(self.last(node), |receipt| self.before(receipt)).collect();
        receipts.reverse();
        receipts
    }

    /// The receipts from which nodes have the update when all has happened that happens at the instant `time`, in order
    /// of time. Of a run that has converged by then the last of them is the one that all others waited for.
    pub fn lasting(&self, time: Time) -> impl Iterator<Item = &Receipt> {
        let lasts = self.receipts.iter().filter(|receipt| self.last(receipt.node) == Some(*receipt));
        lasts.filter(move |receipt| receipt.at <= time && self.lost_at(receipt).is_none_or(|lost| lost > time))
    }

    /// The receipt of the same node before `receipt`.
    pub fn before(&self, receipt: &Receipt) -> Option<&Receipt> {
        receipt.previous.map(|place| &self.receipts[place])
    }

    /// When the node of `receipt` lost the update that it had from it: when it came back without its state.
    pub fn lost_at(&self, receipt: &Receipt) -> Option<Time> {
        let Receipt { node, at, message, .. } = *receipt;
        let first = self.forgotten.partition_point(|&(other, when)| (other, when) < (node, at));
        let own = self.forgotten[first..].iter().take_while(|&&(other, _)| other == node);
        // What comes from outside comes before what a node learns at the same instant, and after what the origin has.
        own.map(|&(_, when)| when).find(|&when| when > at || message.is_none())
    }

    /// The first receipts of all nodes, the origin's first, in order of time.
    pub fn firsts(&self) -> impl Iterator<Item = &Receipt> {
        self.receipts.iter().filter(|receipt| receipt.previous.is_none())
    }

    /// The last receipt of `node` before the instant `time`, by its number.
    fn latest(&self, node: NodeId, time: Time) -> Option<usize> {
        let mut next = self.last.get(node.index()).copied().flatten();
        while let Some(place) = next {
            let Receipt { at, message, previous, .. } = self.receipts[place];
            // The origin has it before the first instant; what others learn at an instant they have after it.
            if at < time || message.is_none() {
                return Some(place);
            }
            next = previous;
        }
        None
    }

    /// The receipt from which the sender of a message that carries the update had it, by its number: one from before, or of the same
    /// instant where it forwards at once.
    fn source(&self, message: &LoggedMessage) -> Option<usize> {
        let LoggedMessage { from, sent, .. } = *message;
        let before = self.latest(from, sent);
        let at_once = self.last.get(from.index()).copied().flatten().filter(|&place| self.receipts[place].at == sent);
        before.filter(|&place| self.keeps(place, sent)).or(at_once).or(before)
    }

    /// Whether `node` had the update when the instant `time` began.
    pub fn knew(&self, node: NodeId, time: Time) -> bool {
        self.latest(node, time).is_some_and(|place| self.keeps(place, time))
    }

    /// Whether `node` has the update when all has happened that happens at the instant `time`.
    pub fn has(&self, node: NodeId, time: Time) -> bool {
        let last = self.last.get(node.index()).copied().flatten();
        last.is_some_and(|place| self.receipts[place].at <= time && self.keeps(place, time))
    }

    /// Whether the node of this receipt did not lose its state since, by the instant `time`.
    fn keeps(&self, place: usize, time: Time) -> bool {
        self.lost_at(&self.receipts[place]).is_none_or(|lost| lost > time)
    }

    /// Whether the message leg at this place of the log brought the update to a node that did not have it.
    pub fn is_news(&self, node: NodeId, place: usize) -> bool {
        let mut next = self.last.get(node.index()).copied().flatten();
        while let Some(receipt) = next.map(|receipt| &self.receipts[receipt]) {
            if receipt.message == Some(place) {
                return true;
            }
            next = receipt.previous;
        }
        false
    }

    /// The receipts by which the update came to the node of `receipt`, from the origin's to its own. Each teller has the
    /// update from its receipt until it tells, whatever it loses and learns later.
    pub fn chain<'a>(&'a self, receipt: &'a Receipt) -> Vec<&'a Receipt> {
        let teller = |receipt: &&'a Receipt| receipt.teller.map(|place| &self.receipts[place]);
        let mut chain: Vec<&Receipt> = iter::successors(Some(receipt), teller).collect();
        chain.reverse();
        chain
    }
}

impl Trace {
    /// The round of a receipt; 0 of what the origin has at the start.
    pub fn round_of(&self, receipt: &Receipt) -> u64 {
        if receipt.message.is_none() { 0 } else { self.round(receipt.at) }
    }

    /// The message leg that brought it; none brought what the origin has.
    pub fn brought_by(&self, receipt: &Receipt) -> Option<&LoggedMessage> {
        self.log.message(receipt.message?)
    }
}

/// When nodes lost their state, by node and time.
pub(super) fn forgotten(log: &EventLog) -> Vec<(NodeId, Time)> {
    let lost = log.external().filter(|event| event.event == ExternalEvent::RecoverEmpty);
    let mut forgotten: Vec<(NodeId, Time)> = lost.map(|event| (event.node, event.at)).collect();
    forgotten.sort_unstable();
    forgotten
}
