//! The gate on published results: what the literature prints and what can be worked out exactly, against simulation.
//!
//! A [`Case`] is a scenario, how often it is run, and what is claimed of it; [`run`] simulates all cases and judges
//! every claim. The simulator is handed in, so that tests can show that the gate refuses a broken one. The cases are
//! listed by subject: [`complete`], [`graphs`], [`asynchronous`], [`calls`], [`mongering`]. Apart from them [`laws`]
//! tries every law of the theory at the corners of what it holds for.

pub mod asynchronous;
pub mod calls;
mod case;
mod claim;
pub mod coin_chain;
pub mod complete;
pub mod graphs;
pub mod intervals;
pub mod judge;
mod law_grid;
pub mod laws;
pub mod mongering;
mod trial;
pub mod verdicts;

use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::experiment::{Desk, Failure, Fault};
use crate::scenario::Point;
use crate::threads::Threads;
use crate::workload::rumor::Ending;
use case::point;
pub use case::{Case, Effort};
pub use claim::{Claim, Figure};
pub use judge::Finding;

/// Something that can run a point: the engine, or in tests a simulator with a broken rule.
pub trait Simulator: Sync {
    /// The end of one run, which may break off once `halt` went up.
    ///
    /// # Errors
    /// See [`Fault`].
    fn run(&self, desk: &mut Desk, point: &Point, replicate: u64, halt: &AtomicBool) -> Result<Ending, Fault>;
}

/// The engine itself.
#[derive(Clone, Copy, Debug)]
pub struct Engine;

impl Simulator for Engine {
    fn run(&self, desk: &mut Desk, point: &Point, replicate: u64, halt: &AtomicBool) -> Result<Ending, Fault> {
        desk.run(point, replicate, &|| !halt.load(Ordering::Relaxed)).map(|record| record.ending)
    }
}

/// All cases of the gate, in the order of its table; `seed` decides every run.
pub fn cases(effort: Effort, seed: u64) -> Vec<Case> {
    [complete::cases, graphs::cases, asynchronous::cases, calls::cases, mongering::cases]
        .into_iter()
        .flat_map(|cases| cases(effort, seed))
        .collect()
}

/// Runs that one thread does one after the other.
const STRETCH: u64 = 64;

/// Runs of one point that one thread does one after the other.
struct Stretch<'a> {
    /// The place of its case, and of its point there.
    case: usize,
    which: usize,
    point: &'a Point,
    replicates: Range<u64>,
}

/// Why the gate gave no verdict; there is no sink that could fail.
pub type Failed = Failure<io::Error>;

/// Simulates `cases` on `threads` and judges every claim, in order; `progress` is told how many more runs are done.
///
/// # Errors
/// [`Failure::Interrupted`] if `halt` went up; [`Failure::Run`], with the place of the case as its point, if a run has no
/// end.
pub fn run(
    simulator: &dyn Simulator,
    cases: &[Case],
    threads: &Threads,
    halt: &AtomicBool,
    progress: impl Fn(u64) + Sync,
) -> Result<Vec<Finding>, Failed> {
    let mut stretches = Vec::new();
    for (place, case) in cases.iter().enumerate() {
        for (which, point) in case.points.iter().enumerate() {
            let ranges = (0..case.runs).step_by(STRETCH as usize).map(|first| first..case.runs.min(first + STRETCH));
            stretches.extend(ranges.map(|replicates| Stretch { case: place, which, point, replicates }));
        }
    }
    let work = |desk: &mut Desk, stretch: Stretch<'_>| {
        let endings = stretch.run(simulator, desk, halt)?;
        progress(endings.len() as u64);
        Ok((stretch.case, stretch.which, endings))
    };
    let endings = threads.map(stretches, Desk::default, work);
    let endings: Vec<(usize, usize, Vec<Ending>)> = endings.into_iter().collect::<Result<_, Failed>>()?;
    let mut samples: Vec<Vec<Vec<Ending>>> = cases.iter().map(|case| vec![Vec::new(); case.points.len()]).collect();
    for (place, which, endings) in endings {
        samples[place][which].extend(endings);
    }
    // Some claims take a long chain to judge.
    let samples = cases.iter().zip(samples).collect();
    let judged = threads.map(samples, || (), |(), (case, samples): (&Case, _)| judge::judge(case, &samples));
    Ok(judged.into_iter().flatten().collect())
}

impl Stretch<'_> {
    fn run(&self, simulator: &dyn Simulator, desk: &mut Desk, halt: &AtomicBool) -> Result<Vec<Ending>, Failed> {
        let run = |replicate| {
            let ended = simulator.run(desk, self.point, replicate, halt);
            let ending = ended.map_err(|fault| Failure::of_run(self.case as u32, replicate, self.point.seed, fault))?;
            // A run of a round or two does not ask.
            if halt.load(Ordering::Relaxed) { Err(Failure::Interrupted) } else { Ok(ending) }
        };
        self.replicates.clone().map(run).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    #[test]
    fn every_scenario_of_the_gate_is_valid_and_has_claims() {
        for effort in [Effort::Quick, Effort::Full] {
            let cases = cases(effort, 1);
            assert!(cases.len() > 50, "{}", cases.len());
            for case in cases {
                assert!(!case.claims.is_empty() && !case.points.is_empty() && case.runs > 1, "{}", case.what);
            }
        }
    }

    #[test]
    fn findings_do_not_depend_on_threads_and_follow_the_order_of_the_cases() {
        let cases: Vec<Case> = complete::cases(Effort::Quick, 1).into_iter().take(3).collect();
        let on = |threads| {
            let threads = Threads::start(threads);
            let runs = AtomicU64::new(0);
            let count = |more| _ = runs.fetch_add(more, Ordering::Relaxed);
            let findings = run(&Engine, &cases, &threads, &AtomicBool::new(false), count);
            (findings.unwrap(), runs.into_inner())
        };
        let (findings, runs) = on(1);
        assert_eq!(on(3), (findings.clone(), runs));
        assert_eq!(runs, cases.iter().map(|case| case.runs).sum::<u64>());
        assert!(findings.iter().zip(&cases).all(|(finding, case)| finding.what == case.what), "{findings:?}");
        let stopped = run(&Engine, &cases, &Threads::none(), &AtomicBool::new(true), |_| ());
        assert!(matches!(stopped, Err(Failure::Interrupted)));
    }
}
