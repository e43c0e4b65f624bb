//! When nodes tick. Ticks are regular enough to be kept out of the event queue: a clock works out the next one.

mod aligned;
mod poisson;
mod staggered;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::Time;
use crate::units::NodeId;

pub use aligned::Aligned;
pub use poisson::Poisson;
pub use staggered::Staggered;

/// How the ticks of different nodes lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// All nodes tick at 0, T, 2T, …
    Aligned,
    /// Each node ticks every T, from an offset of its own, uniform in [0, T).
    Random,
    /// Each node ticks after exponential gaps of mean T.
    Poisson,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Aligned => "aligned",
            Phase::Random => "random",
            Phase::Poisson => "poisson",
        })
    }
}

/// The turns of all nodes in order of time.
pub trait Clock {
    /// The instant of the next turn; [`Time::NEVER`] when virtual time ends before it.
    fn next(&self) -> Time;

    /// Calls `see` with nodes whose turns come soon, each turn at most once, so that what they know can be read ahead. A
    /// clock whose turns come in the order of the nodes foresees nothing: that order is read ahead by the machine.
    fn foresee(&mut self, _see: impl FnMut(NodeId)) {}

    /// Calls `turn` with the node and the number of its turn (from 0) for every turn at the instant `now`, which
    /// must be [`Clock::next`], and goes on to the next.
    fn take(&mut self, now: Time, turn: impl FnMut(NodeId, u64));
}
