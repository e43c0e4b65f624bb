//! How large an experiment may be.

/// More runs than this must be asked for.
pub const MAX_RUNS: u64 = 1_000_000;

/// More points than this are refused, asked for or not.
pub const MAX_POINTS: u64 = 1_000_000;
