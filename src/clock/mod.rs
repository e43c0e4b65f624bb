//! When nodes have their turns. Turns are regular enough to be kept out of the event queue: a clock works out the next one.

mod aligned;
mod coming;
mod drawn;
mod drifting;
mod poisson;
mod staggered;
mod turns;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalog::Synonyms;
use crate::random::Chance;
use crate::time::Span;

pub use aligned::Aligned;
pub use drawn::Drawn;
pub use drifting::{DriftLaw, Pace};
pub use staggered::Staggered;
pub use turns::{Clock, Turns};

/// How the turns of different nodes lie to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// All nodes have a turn at 0, T, 2T, …
    Aligned,
    /// Each node has a turn every T, from an offset of its own, uniform in [0, T).
    Random,
    /// Each node has a turn after exponential gaps of mean T.
    Poisson,
    /// Each node has a turn every T by a clock of its own that goes wrong, from an offset of its own, uniform in [0, T).
    Drifting,
}

impl Phase {
    /// What people write for phases that are called otherwise.
    pub const SYNONYMS: &'static [Synonyms] = &[
        Synonyms { name: "aligned", beside: "", words: &["sync", "synchronous", "lockstep", "rounds", "synchronized"] },
        Synonyms { name: "random", beside: "", words: &["unaligned", "staggered", "jittered", "offset", "uniform"] },
        Synonyms {
            name: "poisson",
            beside: "",
            words: &["async", "asynchronous", "exponential", "memoryless", "continuous"],
        },
        Synonyms { name: "drifting", beside: "", words: &["drift", "skew", "skewed", "jittery"] },
    ];

    /// The clock of `nodes` nodes that have turns so, in a mean `interval`; those that go wrong, in this `pace`.
    pub fn clock(self, nodes: u32, interval: Span, pace: Pace, chance: &Chance) -> AnyClock {
        match self {
            Phase::Aligned => AnyClock::Aligned(Aligned::new(nodes, interval)),
            Phase::Random => AnyClock::Staggered(Staggered::new(nodes, interval, chance)),
            Phase::Poisson => AnyClock::Drawn(Drawn::poisson(nodes, interval, chance)),
            Phase::Drifting => AnyClock::Drawn(Drawn::drifting(nodes, interval, pace, chance)),
        }
    }
}

/// The clock of a phase that is known only at run time.
#[derive(Debug)]
pub enum AnyClock {
    /// See [`Aligned`].
    Aligned(Aligned),
    /// See [`Staggered`].
    Staggered(Staggered),
    /// See [`Drawn`].
    Drawn(Drawn),
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::Aligned => "aligned",
            Phase::Random => "random",
            Phase::Poisson => "poisson",
            Phase::Drifting => "drifting",
        })
    }
}
