//! The running totals of SWIM.

use crate::workload::detection::Detection;

/// The running totals of SWIM.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Who took whom for faulty, and how that agrees with the truth.
    pub detection: Detection,
    /// Probes begun.
    pub probes: u64,
    /// Probes in which the direct ping was not answered in time.
    pub indirect: u64,
    /// Probes that were not answered by the end of the period.
    pub failed: u64,
    /// Times that a member suspected another because of a probe of its own.
    pub suspicions: u64,
    /// Times that a member heard itself suspected and refuted it.
    pub refutations: u64,
    /// Times that a member heard itself declared faulty, and went on under a new identity.
    pub rejoins: u64,
}
