//! What is measured of any failure detector: how soon it finds the nodes that fail, and how often it is wrong.
//!
//! A protocol keeps a [`Detection`] in its totals. It is told the truth ([`Detection::population`]: who goes down, comes
//! back, joins, leaves, is blocked) and the verdicts ([`Detection::declare`] and [`Detection::retract`]: a node takes
//! another for failed, or no longer), and says at the end what came of it ([`Detection::measured`]). The measures are
//! those of Chen, Toueg and Aguilera (On the quality of service of failure detectors, IEEE Trans. Computers 51, 2002,
//! section 2), taken over all pairs of a node and one that it monitors.
//!
//! - A *failure* is a crash. Who leaves for good says so, and nobody has to find out.
//! - The *detection time* of a failure is the time from the crash until a live node takes the node for failed and some
//!   live node does from then on, and until all do that have been up since the crash. It is 0 where that was suspected
//!   wrongly at the crash. A failure that is over, or a run that ends, before that leaves the time unknown, and only
//!   known to be longer (right-censored): it is counted as missed, and no mean is given in which it would be left out.
//! - A *mistake* is a verdict on a node that is up, at the moment of the verdict. It ends when it is retracted. Verdicts
//!   on a former life of a node are none, even if they are retracted late. A mistake about a node that has never been
//!   blocked is a *false positive*, and one of an accuser that has never been blocked, either, one of a healthy accuser.
//!   Dadgar, Phillips and Currey (Lifeguard, 2018) count those about nodes that are never blocked in the whole run (FP),
//!   and those of accusers that never are, either (FP-). Both are the same where all that are blocked at all are before
//!   anybody is mistaken.
//! - A rate of no events is not 0: with confidence 95 %, it is below 3 / exposure (the rule of three).

mod columns;
mod failures;
mod measured;
mod pairs;
mod quality;
#[cfg(test)]
mod tests;
mod verdict;

pub use columns::{Columns, Detected, FIGURES};
pub use failures::Delays;
pub use measured::Measured;
pub use quality::Detection;
pub use verdict::Verdict;
