//! What one member remembers.

use std::collections::BTreeMap;

use super::suspicions::Suspicions;
use super::timing;
use crate::time::{Span, Time};
use crate::units::NodeId;
use crate::workload::members::{Belief, Broadcasts, Few, Targets};

/// What one member remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// What it holds of every node, itself included; empty until it begins.
    pub view: Vec<Belief>,
    /// Whom it can probe, and gossip with.
    pub targets: Targets,
    /// What it passes on.
    pub broadcasts: Broadcasts,
    /// Its current probe.
    pub probe: Probe,
    /// How slow it takes itself for, from 0: the awareness score.
    pub score: u32,
    /// Pings that it sent for others, and that are not answered yet.
    pub relays: Vec<Relay>,
    /// Whom it suspects.
    pub suspicions: Suspicions,
    /// Whom it takes for dead or left, and since when, in order of the nodes.
    pub deaths: BTreeMap<NodeId, Time>,
    /// When its gossip ticks: so long after multiples of the interval.
    pub gossip_phase: Span,
    /// Whether the next tick is set, or to be set at its release.
    pub ticking: bool,
    /// What it goes on with when it is blocked no longer.
    pub stall: Stall,
    /// Whether it leaves.
    pub leaving: Leaving,
}

/// What a member that is blocked goes on with at its release: each of its loops waits where it sends (a goroutine for probes,
/// one for gossip), and of the ticks that pass meanwhile the ticker keeps one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stall {
    /// Whether a tick of its probes has passed while one was under way.
    pub probe_is_due: bool,
    /// Since when its gossip waits, if it does.
    pub gossip_since: Option<Time>,
    /// To whom it sends the rest of it.
    pub gossip_rest: Few<NodeId, 4>,
}

/// How far a member is that leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leaving {
    /// It does not.
    #[default]
    No,
    /// It waits until it has sent word of it as often as any update, or for as long as it may take.
    Telling,
    /// It has, and stays for a while for its word to spread.
    Told,
}

/// A probe of one member by another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Probe {
    /// Its number among those of the member, from 1.
    pub number: u32,
    /// Whose answer is missing, and what was held of it at the start; nothing where the answer has come.
    pub waits_for: Option<(NodeId, Belief)>,
    /// When it has failed, if the answer has not come by then.
    pub deadline: Time,
    /// From how many helpers word is to come.
    pub asked: u32,
    /// How many of them have said that they got no answer, either.
    pub nacks: u32,
    /// Whether the target has answered by TCP.
    pub reached: bool,
    /// How far it is.
    pub stage: Stage,
    /// Whether it began between two ticks, since the one before had lasted for longer than until the next tick.
    pub late: bool,
    /// Whether the member is blocked, and waits to send what comes next.
    pub stalled: bool,
}

/// How far a probe is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// The target is pinged.
    #[default]
    Direct,
    /// Others are asked to ping it.
    Indirect,
}

/// A ping that a member sent for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relay {
    /// For whom.
    pub origin: NodeId,
    /// The number of its probe.
    pub probe: u32,
}

impl Member {
    /// The bytes that what a member remembers takes, where there are so many nodes.
    pub const fn bytes(nodes: u64) -> u64 {
        let view = nodes.saturating_mul(size_of::<Belief>() as u64);
        view.saturating_add(Targets::bytes(nodes)).saturating_add(size_of::<Self>() as u64)
    }

    /// What it holds of `node`.
    #[inline]
    pub fn belief(&self, node: NodeId) -> Belief {
        self.view[node.index()]
    }

    /// How many members there are, as it counts them: itself, and all on its list, from which the dead disappear after a
    /// while (`estNumNodes`).
    pub fn members(&self) -> u32 {
        self.targets.len() as u32 + 1
    }

    /// How often it sends an update.
    pub fn transmit_limit(&self, multiplier: u32) -> u32 {
        timing::transmit_limit(multiplier, self.members())
    }

    /// Its score changes by so much, and stays below `bound`.
    pub fn adjust_score(&mut self, by: i32, bound: u32) {
        self.score = self.score.saturating_add_signed(by).min(bound - 1);
    }
}

/// Whether `node` is in the list of `deaths`, and has been for longer than `after`.
pub(super) fn long_dead(deaths: &BTreeMap<NodeId, Time>, node: NodeId, now: Time, after: Span) -> bool {
    deaths.get(&node).is_some_and(|died| *died + after < now)
}
