//! Who calls whom in a round, where nodes take only so many calls.

use super::hunting::Hunting;
use super::mail::Envelope;
use crate::random::{Field, Use};
use crate::units::NodeId;

/// How many calls nodes take, and how often who is refused tries others (Demers et al. 1987, section 1.4: connection
/// limit and hunting).
///
/// A call is the first leg of a conversation; the rest of the conversation is free. A node takes up to `limit` of the
/// calls that reach it in a round, chosen uniformly; its own calls do not count. All who are refused call somebody else
/// at once, `hunt` times at most, and reach who has room left. A refused call transports nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimit {
    /// Calls a node takes in a round.
    pub limit: u32,
    /// Further peers that a refused call is tried at.
    pub hunt: u32,
}

/// The most peers that are remembered of a caller.
const REMEMBERED: u32 = 32;

impl ConnectionLimit {
    /// So many of the peers that a refused caller has called, `fanout` a turn, are remembered; others are worked out again.
    pub(crate) fn remembered(self, fanout: u32) -> u32 {
        if self.hunt > 0 { fanout.saturating_mul(self.hunt.saturating_add(1)).min(REMEMBERED) } else { 0 }
    }
}

/// The calls of one round; memory that the next round uses again. `S` is what stands for a call that waits.
#[derive(Debug)]
pub(super) struct RoundCalls<S, M> {
    /// Calls each node has taken.
    pub(super) taken: Vec<u32>,
    /// Where the next call to each node goes among those that wait.
    places: Vec<u32>,
    /// The calls that wait, by their recipients.
    pub(super) waiting: Vec<S>,
    /// The calls that wait at one node, in the order in which it takes them.
    pub(super) line: Vec<(u64, Envelope<M>)>,
    /// The calls that were refused in this wave.
    pub(super) refused: Vec<Envelope<M>>,
    pub(super) hunting: Hunting<M>,
}

impl<S, M> Default for RoundCalls<S, M> {
    fn default() -> Self {
        RoundCalls {
            taken: Vec::new(),
            places: Vec::new(),
            waiting: Vec::new(),
            line: Vec::new(),
            refused: Vec::new(),
            hunting: Hunting::default(),
        }
    }
}

/// Where fewer than one node in so many is called, calls are sorted; where more, they are counted.
const SPARSE: usize = 8;

impl<S: Copy, M> RoundCalls<S, M> {
    /// A new round, in which so many peers that a caller has called are remembered.
    pub(super) fn clear(&mut self, nodes: u32, remembered: u32) {
        self.taken.clear();
        self.taken.resize(nodes as usize, 0);
        self.hunting.clear(nodes, remembered);
    }

    /// Puts `calls` in the order of their recipients, whom `to` tells.
    pub(super) fn group(&mut self, calls: &mut Vec<S>, to: impl Fn(&S) -> NodeId) {
        self.waiting.clear();
        let nodes = self.taken.len();
        let Some(&any) = calls.first().filter(|_| calls.len() >= nodes / SPARSE) else {
            self.waiting.append(calls);
            self.waiting.sort_unstable_by_key(to);
            return;
        };
        self.places.clear();
        self.places.resize(nodes, 0);
        calls.iter().for_each(|call| self.places[to(call).index()] += 1);
        let mut first = 0;
        for place in &mut self.places {
            let count = *place;
            *place = first;
            first += count;
        }
        self.waiting.resize(calls.len(), any);
        for call in calls.drain(..) {
            let place = &mut self.places[to(&call).index()];
            self.waiting[*place as usize] = call;
            *place += 1;
        }
    }

    /// Puts those who wait at one node in a random order: that of draws at (recipient, round, caller).
    pub(super) fn line_up(&mut self, round: u64, coins: &Field) {
        if self.line.len() < 2 {
            return;
        }
        for (rank, call) in &mut self.line {
            // A node may call another to tell it a rumor and to compare versions.
            let address = Use::ADMISSION.slot(0) | call.leg << 40 | u64::from(call.from);
            *rank = coins.at(call.to.into(), round, address);
        }
        self.line.sort_unstable_by_key(|(rank, call)| (*rank, call.from, call.leg));
    }
}
