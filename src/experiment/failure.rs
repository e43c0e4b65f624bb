//! Why a run has no end, and why an experiment gave no results.

use thiserror::Error;

use crate::catalog::Incompatible;
use crate::engine::{Broken, Imbalance};
use crate::memory::Shortage;
use crate::time::Time;

/// Why a run has no end.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// A fault of the program.
    #[error("{0}. This is a fault of gossipsim: please report it with the scenario")]
    Unbalanced(Imbalance),
    /// It was broken off at this instant.
    #[error("interrupted")]
    Interrupted(Time),
    /// None of many graphs is connected, as the settings of its topology demand.
    #[error("network.topology: {}; write {}", .0.problem, .0.allowed)]
    Undrawn(#[from] Incompatible),
}

impl From<Broken> for Fault {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Interrupted(at) => Fault::Interrupted(at),
            Broken::Unbalanced(imbalance) => Fault::Unbalanced(imbalance),
        }
    }
}

/// What helps where several runs share the memory.
const FEWER: &str = ", or let fewer run at a time (--threads 1)";

/// Why an experiment gave no results.
#[derive(Debug, Error)]
pub enum Failure<E> {
    /// A signal asked it to stop.
    #[error("interrupted")]
    Interrupted,
    /// A run has no end.
    #[error("configuration {point}, replicate {replicate}, seed {seed}: {fault}")]
    Run {
        /// Number of the point.
        point: u32,
        /// Number of the replicate.
        replicate: u64,
        /// Seed of the scenario.
        seed: u64,
        /// Why not.
        fault: Fault,
    },
    /// A run needs more memory than there is.
    #[error("configuration {point}: {shortage}; make it smaller{}", if *.alone { "" } else { FEWER })]
    Memory {
        /// Number of the point.
        point: u32,
        /// What was refused.
        shortage: Shortage,
        /// Whether no other run went on beside it.
        alone: bool,
    },
    /// Whoever takes the records failed.
    #[error(transparent)]
    Sink(E),
}

impl<E> Failure<E> {
    /// Why replicate `replicate` of the point with this number, under this seed, gave no record.
    pub fn of_run(point: u32, replicate: u64, seed: u64, fault: Fault) -> Self {
        match fault {
            Fault::Interrupted(_) => Failure::Interrupted,
            fault => Failure::Run { point, replicate, seed, fault },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_runs_at_a_time_are_no_help_to_one_that_is_alone() {
        let said = |alone| {
            Failure::<std::io::Error>::Memory { point: 3, shortage: Shortage { bytes: 1 << 30 }, alone }.to_string()
        };
        assert!(said(false).ends_with("make it smaller, or let fewer run at a time (--threads 1)"), "{}", said(false));
        assert!(said(true).ends_with("; make it smaller"), "{}", said(true));
    }
}
