//! Turns that are drawn ahead.

use crate::time::Time;
use crate::units::NodeId;

/// Turns in order of time: when, whose, and the number of the turn.
pub(super) type Coming = Vec<(Time, NodeId, u32)>;

/// How many turns are drawn at once: few enough that what is read for them stays in the fastest cache.
pub(super) const AHEAD: usize = 128;
