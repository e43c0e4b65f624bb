//! A case of the gate: a scenario, how often it is run, and what is claimed of its runs.

use super::claim::Claim;
use crate::scenario::{self, Overrides, Point, Source};

/// How thorough to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// As much as half a minute of one core buys.
    Quick,
    /// As the literature deserves: 10 000 replicates of every table.
    Full,
}

impl Effort {
    /// `full` runs, or a fraction of them.
    pub(super) fn runs(self, full: u64) -> u64 {
        match self {
            Effort::Quick => full.div_ceil(16),
            Effort::Full => full,
        }
    }
}

/// One scenario and what is claimed of its runs.
#[derive(Clone, Debug)]
pub struct Case {
    /// Who says so.
    pub source: &'static str,
    /// The scenario in a few words.
    pub what: String,
    /// One point, or two whose difference is judged.
    pub points: Vec<Point>,
    /// Runs of each point.
    pub runs: u64,
    /// What is claimed.
    pub claims: Vec<Claim>,
}

impl Case {
    pub(super) fn new(source: &'static str, what: String, points: Vec<Point>, runs: u64, claims: Vec<Claim>) -> Self {
        Case { source, what, points, runs, claims }
    }
}

/// The points of a scenario of the gate: the lines of `[network]`, of `[gossip]`, and what follows.
///
/// # Panics
/// Never: a test reads every scenario of the gate.
pub(super) fn point(seed: u64, network: &str, gossip: &str, rest: &str) -> Point {
    let text = format!("seed = {seed}\n[network]\n{network}\n[gossip]\n{gossip}\n{rest}\n");
    let scenario = scenario::read(Source::text("verify.toml", &text), &Overrides::default());
    let scenario = scenario.expect("the scenarios of the gate are valid: a test reads them all");
    scenario.point(0)
}
