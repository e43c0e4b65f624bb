//! What the suites share: scenarios from text, runs, and judges of random figures.

pub(crate) mod broadcasts;
pub(crate) mod graphs;
pub(crate) mod textbook;

use std::cell::RefCell;

use gossipsim::engine::Outcome;
use gossipsim::experiment::{self, Workspace};
use gossipsim::scenario::{self, Overrides, Point, Scenario, Source};
use gossipsim::time::Time;
use gossipsim::workload::rumor::Ending;
use gossipsim::workload::rumor::FirstReceipts;

/// The scenario written in `text`.
pub(crate) fn scenario(text: &str) -> Scenario {
    match scenario::read(Source::text("test.toml", text), &Overrides::default()) {
        Ok(scenario) => scenario,
        Err(problems) => panic!("{}\n{text}", problems.render(false)),
    }
}

/// The one point of a scenario in short: the lines of [network], of [gossip] and of [stop].
pub(crate) fn point(network: &str, gossip: &str) -> Point {
    let text = format!("[network]\n{network}\n[gossip]\n{gossip}\n[stop]\nmax_rounds = 100000\n");
    scenario(&text).point(0)
}

/// The end of one run, in the memory of the one before on this thread.
pub(crate) fn ending(point: &Point, replicate: u64) -> Ending {
    thread_local!(static WORKSPACE: RefCell<Workspace> = RefCell::default());
    let (ending, _) = WORKSPACE.with_borrow_mut(|workspace| workspace.watch(point, replicate, &mut ())).unwrap();
    ending
}

/// The rounds of one run, which must converge.
pub(crate) fn rounds(point: &Point, replicate: u64) -> f64 {
    let ending = ending(point, replicate);
    assert_eq!(ending.outcome, Outcome::Converged, "{:?}", point.settings);
    ending.last_learned.unwrap_or_default().round(point.settings.gossip.interval).number() as f64
}

/// The time of the last arrival in one run, in intervals.
pub(crate) fn intervals(point: &Point, replicate: u64) -> f64 {
    let ending = ending(point, replicate);
    assert_eq!(ending.outcome, Outcome::Converged, "{:?}", point.settings);
    ending.last_learned.unwrap_or_default().nanos() as f64 / point.settings.gossip.interval.nanos() as f64
}

/// When every node first heard in one run; the origin, which knew before, never does.
pub(crate) fn heard(point: &Point, replicate: u64) -> Vec<Time> {
    let mut heard = FirstReceipts::nobody(point.settings.network.nodes);
    experiment::watch(point, replicate, &mut heard).unwrap();
    heard.0
}

/// Mean and standard deviation of a figure over replicates 0 to `count`.
pub(crate) fn sample(count: u64, figure: impl Fn(u64) -> f64) -> (f64, f64) {
    let (mut sum, mut squares) = (0.0, 0.0);
    for replicate in 0..count {
        let value = figure(replicate);
        sum += value;
        squares += value * value;
    }
    let mean = sum / count as f64;
    (mean, (squares / count as f64 - mean * mean).max(0.0).sqrt())
}

/// Holds the mean of `count` runs against the exact mean: |z| <= 4 by the sample's own standard error, which is a
/// false alarm once in 16 000 such tests; a figure without spread must be exact.
pub(crate) fn judge(what: &str, expected: f64, (mean, sd): (f64, f64), count: u64) {
    let error = sd / (count as f64).sqrt();
    let off = (mean - expected).abs();
    assert!(off <= 4.0 * error + 1e-9, "{what}: {mean} instead of {expected}, z = {:.2}", off / error);
}
