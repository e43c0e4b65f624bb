//! The course of one of many things that spread in a run.

use crate::time::{Span, Time};

/// The course of one of many things that spread in a run: since when there is it, and how long it took until shares of the live
/// nodes had it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// When it came into the world.
    pub since: Time,
    /// How long it took from then on until each of [`Course::SHARES`] had it for the first time, if that came about.
    pub reached: [Option<Span>; Course::SHARES.len()],
}

impl Course {
    /// The shares of the live nodes, in percent, rising.
    pub const SHARES: [u64; 3] = [50, 99, 100];
    /// Of so many the courses are kept, the first ones: every run of a point keeps its own.
    pub const MOST: usize = 10_000;
}
