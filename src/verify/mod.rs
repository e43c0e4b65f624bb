//! The gate on published results: what the literature prints and what can be worked out exactly, against simulation.
//!
//! A [`Case`] is a scenario, how often it is run, and what is claimed of it; [`run`] simulates all cases and judges
//! every claim. The simulator is handed in, so that tests can show that the gate refuses a broken one. The cases are
//! listed by subject: [`complete`], [`graphs`], [`asynchronous`], [`calls`], [`mongering`], [`views`]. Apart from them [`laws`]
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
pub mod views;

use std::sync::atomic::{AtomicBool, Ordering};
use std::{io, iter, mem};

use crate::experiment::{self, Failure, Fault, Simulate, Workspace};
use crate::scenario::Point;
use crate::threads::Threads;
use crate::workload::rumor::Ending;
use judge::Samples;

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
    fn run(&self, workspace: &mut Workspace, point: &Point, replicate: u64, halt: &AtomicBool)
    -> Result<Ending, Fault>;
}

/// The engine itself.
#[derive(Clone, Copy, Debug)]
pub struct Engine;

impl Simulator for Engine {
    fn run(
        &self,
        workspace: &mut Workspace,
        point: &Point,
        replicate: u64,
        halt: &AtomicBool,
    ) -> Result<Ending, Fault> {
        workspace.run(point, replicate, &|| !halt.load(Ordering::Relaxed)).map(|record| record.ending)
    }
}

/// All cases of the gate, in the order of its table; `seed` decides every run.
pub fn cases(effort: Effort, seed: u64) -> Vec<Case> {
    [complete::cases, graphs::cases, asynchronous::cases, calls::cases, mongering::cases, views::cases]
        .into_iter()
        .flat_map(|cases| cases(effort, seed))
        .collect()
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
    let mut samples: Vec<Samples> = cases.iter().map(Samples::of).collect();
    let simulate: &Simulate<'_, Ending> =
        &|workspace, point, replicate, _| simulator.run(workspace, point, replicate, halt);
    // What comes from which point of which case: all of it comes in order.
    let mut places = cases.iter().enumerate().flat_map(|(place, case)| {
        let runs = usize::try_from(case.runs).unwrap_or(usize::MAX);
        (0..case.points.len()).flat_map(move |which| iter::repeat_n((place, which), runs))
    });
    let mut since = 0;
    experiment::run_points(threads, numbered(cases), halt, simulate, |ending: Ending| {
        if let Some((place, which)) = places.next() {
            samples[place].add(&cases[place], which, &ending);
        }
        since += 1;
        if since == TOLD {
            progress(mem::take(&mut since));
        }
        Ok(())
    })?;
    progress(since);
    // Some claims take a long chain to judge.
    let samples = cases.iter().zip(samples).collect();
    let judged = threads.map(samples, || (), |(), (case, samples): (&Case, _)| judge::judge(case, &samples));
    Ok(judged.into_iter().flatten().collect())
}

/// Progress is told of after so many runs.
const TOLD: u64 = 64;

/// The points of all `cases`, each with the place of its case as its number, and how often it is run.
fn numbered(cases: &[Case]) -> impl Iterator<Item = (Point, u64)> + Send {
    (0..).zip(cases).flat_map(|(place, case)| {
        case.points.iter().map(move |point| {
            let mut point = point.clone();
            point.index = place;
            (point, case.runs)
        })
    })
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
