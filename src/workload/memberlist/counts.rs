//! The running totals of memberlist.

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
}
