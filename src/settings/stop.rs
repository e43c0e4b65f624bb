//! `[stop]`: when a run is done, and when it is given up.

use serde::{Deserialize, Serialize};

use crate::keys;
use crate::time::Span;

/// The most rounds a run may be given: every run keeps a line of its curve for each.
pub const MAX_ROUNDS: u64 = 1_000_000;

keys! {
    MAX_ROUNDS_KEY = "stop.max_rounds", Optional("1000"), Some("most rounds"),
        "a run ends unconverged after so many rounds (at most 10^6; all of them must end within 2^64 ns, about 584 \
         years)";
    MAX_TIME = "stop.max_time", Optional("\"none\""), Some("most time"),
        "a run ends unconverged at this time";
    UNTIL = "stop.until", Optional("\"informed\""), Some("end"),
        "`informed`: a run is done when everybody has the update; `quiet`: when in addition all have lost interest \
         and no update is on its way, so that the traffic of rumor mongering is complete (not with `spread = \
         \"forever\"`). `rounds` and `time_ms` are still those of the last node to learn. A run that a limit cuts \
         off before it is quiet has converged if all know; a note counts such runs, whose traffic is incomplete";
}

/// `[stop]`
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stop {
    /// A run is given up after this round.
    pub max_rounds: u64,
    /// A run is given up at this time, if there is one.
    pub max_time: Option<Span>,
    /// When it is done, if it is not given up before.
    pub until: Until,
}

/// When a run is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Until {
    /// Once all nodes have the update that it can reach, or nothing can change any more.
    Informed,
    /// Once nothing can change or be sent for the update any more, also where everybody has it.
    Quiet,
}
