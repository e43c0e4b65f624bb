//! How one node of a failure detector waits for another as a picture: what it shows; how it is drawn is the charts' business.

use crate::time::{Span, Time};
use crate::workload::detector::SuspicionLog;

/// What changed between two nodes of a run, and what the picture of it says beside it.
pub struct SuspicionPicture<'a> {
    /// The changes.
    pub log: &'a SuspicionLog,
    /// When the run ended.
    pub end: Time,
    /// From one heartbeat to the next.
    pub interval: Span,
    /// The threshold of phi; nothing with a fixed timeout.
    pub threshold: Option<f64>,
    /// What the node that is watched is called.
    pub node: String,
    /// What its monitor is called.
    pub monitor: String,
    /// What was simulated, a line each.
    pub notes: Vec<String>,
}
