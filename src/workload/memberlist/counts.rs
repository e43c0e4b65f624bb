//! The running totals of memberlist.

use std::collections::BTreeMap;

use crate::engine::Change;
use crate::time::Time;
use crate::units::NodeId;
use crate::workload::detection::Detection;

/// The running totals of memberlist.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Who took whom for dead, and how that agrees with the truth.
    pub detection: Detection,
    /// Probes begun.
    pub probes: u64,
    /// Probes in which the direct ping was not answered in time.
    pub indirect: u64,
    /// Probes that failed.
    pub failed: u64,
    /// Probes that were answered by TCP alone.
    pub reached: u64,
    /// Suspicions that began at a member because of a probe of its own.
    pub suspicions: u64,
    /// Confirmations that made a suspicion shorter.
    pub confirmations: u64,
    /// Times that a member heard itself suspected or declared dead, and refuted it.
    pub refutations: u64,
    /// Updates sent, each with each message.
    pub updates: u64,
    /// Members that are blocked, and until when.
    blocked: BTreeMap<NodeId, Time>,
}

impl Counts {
    /// What the world does to `node`.
    pub(super) fn population(&mut self, now: Time, node: NodeId, change: Change) {
        match change {
            Change::Blocked { until } => {
                self.blocked.entry(node).and_modify(|end| *end = until.max(*end)).or_insert(until);
            }
            Change::Released | Change::Down | Change::Left => {
                self.blocked.remove(&node);
            }
            Change::ToBeBlocked | Change::Up | Change::Joined => {}
        }
        self.detection.population(now, node, change);
    }

    /// Until when `node` is blocked, if it is.
    pub(super) fn blocked_until(&self, node: NodeId) -> Option<Time> {
        self.blocked.get(&node).copied()
    }
}
