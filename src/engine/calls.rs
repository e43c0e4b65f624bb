//! Who calls whom in a round, where nodes take only so many calls.

use super::grouping::Grouping;
use super::hunting::{Hunting, Refused};
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
const REMEMBERED: u32 = 1024;

impl ConnectionLimit {
    /// So many of the peers that a refused caller has called, `fanout` a turn, are remembered at first, and so many at most;
    /// others are worked out again.
    pub(crate) fn rooms(self, fanout: u32) -> [u32; 2] {
        if self.hunt == 0 {
            return [0; 2];
        }
        let most = fanout.saturating_mul(self.hunt.saturating_add(1)).min(REMEMBERED);
        // With one besides to try.
        [fanout.saturating_add(1).min(most), most]
    }
}

/// A call that waits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<S> {
    /// What stands for it.
    pub(super) slip: S,
    /// The place of its caller among those who were refused, or [`UNREFUSED`](super::hunting::UNREFUSED).
    pub(super) place: u32,
}

/// A call that waits at a node: its rank, itself, and the place of its caller.
type InLine<M> = (u64, Envelope<M>, u32);

/// The calls of one round; memory that the next round uses again. `S` is what stands for a call that waits.
#[derive(Debug)]
pub(super) struct RoundCalls<S, M> {
    /// The calls of the next wave.
    pub(super) calls: Vec<Call<S>>,
    /// Calls each node has taken.
    pub(super) taken: Vec<u32>,
    grouping: Grouping,
    /// The calls that wait, by their recipients.
    pub(super) waiting: Vec<Call<S>>,
    /// The calls that wait at one node, in the order in which it takes them.
    pub(super) line: Vec<InLine<M>>,
    /// The calls that were refused in this wave.
    pub(super) refused: Vec<Refused<M>>,
    pub(super) hunting: Hunting<M>,
}

impl<S, M> Default for RoundCalls<S, M> {
    fn default() -> Self {
        RoundCalls {
            calls: Vec::new(),
            taken: Vec::new(),
            grouping: Grouping::default(),
            waiting: Vec::new(),
            line: Vec::new(),
            refused: Vec::new(),
            hunting: Hunting::default(),
        }
    }
}

impl<S: Copy, M> RoundCalls<S, M> {
    /// A new round, in which at first so many peers that a caller has called are remembered, and so many at most; `lone` if
    /// nobody calls twice.
    pub(super) fn clear(&mut self, nodes: u32, rooms: [u32; 2], lone: bool) {
        self.taken.clear();
        self.taken.resize(nodes as usize, 0);
        self.hunting.clear(nodes, rooms, lone);
    }

    /// Lets the calls of the next wave wait in the order of their recipients, whom `to` tells.
    pub(super) fn group(&mut self, to: impl Fn(&S) -> NodeId) {
        let RoundCalls { calls, waiting, grouping, taken, .. } = self;
        std::mem::swap(calls, waiting);
        // There are no more nodes than that.
        grouping.sort(waiting, calls, taken.len() as u32, |call| to(&call.slip).number());
        calls.clear();
    }
}

/// Puts those who wait at one node in a random order: that of draws at (recipient, round, caller).
pub(super) fn line_up<M>(line: &mut [InLine<M>], round: u64, coins: &Field) {
    for (rank, call, _) in line.iter_mut() {
        // A node may call another to tell it a rumor and to compare versions.
        let address = Use::ADMISSION.slot(0) | call.leg << 40 | u64::from(call.from);
        *rank = coins.at(call.to.into(), round, address);
    }
    line.sort_unstable_by_key(|(rank, call, _)| (*rank, call.from, call.leg));
}
