//! Every law of the theory against simulation: tried at the corners of what it holds for, each within what it leaves
//! open.

use std::sync::atomic::{AtomicBool, Ordering};

use super::trial::Statistic;
pub use super::trial::Trial;
use super::{Effort, Failed, law_grid};
use crate::experiment::{Failure, Workspace};
use crate::plan;
use crate::theory::{Claim, Rule, table};
use crate::threads::Threads;

/// A value may lie beyond what a law leaves open by so many standard errors: a true one does once in 16 000 trials, so
/// that of the few hundred trials here one fails by chance in a run of a hundred.
pub const Z_LIMIT: f64 = 4.0;

/// What came of a trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The name of the law.
    pub law: &'static str,
    /// The scenario in a line.
    pub what: String,
    /// What the law claims, where that is one number.
    pub claimed: Option<f64>,
    /// What the law leaves possible.
    pub bounds: (f64, f64),
    /// What was measured, and its standard error.
    pub measured: f64,
    /// The standard error of `measured`.
    pub error: f64,
    /// By how many standard errors it lies beyond the bounds; infinite where it could not be measured.
    pub z: f64,
}

impl Outcome {
    /// Whether the law held.
    pub fn holds(&self) -> bool {
        self.z.abs() <= Z_LIMIT
    }
}

/// All trials; `seed` decides every run.
///
/// # Panics
/// Never: a test builds all of them.
pub fn trials(effort: Effort, seed: u64) -> Vec<Trial> {
    law_grid::trials(effort, seed)
}

/// The number of runs of `trials`.
pub fn runs(trials: &[Trial]) -> u64 {
    trials.iter().map(|trial| trial.runs * trial.points.len() as u64).sum()
}

/// Simulates `trials` on `threads`, in order; `progress` is told how many more runs are done.
///
/// # Errors
/// As of [`super::run`].
pub fn hold(
    trials: &[Trial],
    threads: &Threads,
    halt: &AtomicBool,
    progress: impl Fn(u64) + Sync,
) -> Result<Vec<Outcome>, Failed> {
    let hold = |workspace: &mut Workspace, trial: &Trial| trial.hold(workspace, halt, &progress);
    threads.map(trials.iter().collect(), Workspace::default, hold).into_iter().collect()
}

impl Trial {
    fn hold(
        &self,
        workspace: &mut Workspace,
        halt: &AtomicBool,
        progress: &(impl Fn(u64) + Sync),
    ) -> Result<Outcome, Failed> {
        let mut samples = Vec::new();
        for point in &self.points {
            let mut sample = Sample::default();
            for replicate in 0..self.runs {
                let keep_going = || !halt.load(Ordering::Relaxed);
                let record = workspace
                    .run(point, replicate, &keep_going)
                    .map_err(|fault| Failure::of_run(point.index, replicate, point.seed, fault))?;
                // A run of a round or two does not ask.
                if !keep_going() {
                    return Err(Failure::Interrupted);
                }
                sample.0.extend((self.look)(point, &record));
                progress(1);
            }
            samples.push(sample);
        }
        Ok(self.judge(&samples))
    }

    /// What the law leaves possible, and what it claims where that is one number.
    fn expected(&self) -> Option<((f64, f64), Option<f64>)> {
        let case = plan::case(&self.points.first()?.settings).canonical();
        let law = self.rule.of(&case)?;
        let about = |value: f64| (self.rule.slack.around(value, &case), Some(value));
        Some(match (self.bounds, law.claim) {
            (Some(bounds), _) => (bounds, None),
            (None, Claim::Exactly(value) | Claim::About(value) | Claim::Leading(value)) => about(value),
            (None, Claim::Residue(value) | Claim::Traffic(value) | Claim::Connected(value)) => about(value),
            (None, Claim::Between(low, high)) => ((low, high), None),
            (None, Claim::AtLeast(low)) => ((low, f64::INFINITY), None),
            (None, Claim::Growth | Claim::Note) => return None,
        })
    }

    fn judge(&self, samples: &[Sample]) -> Outcome {
        let (law, what) = (self.rule.name, self.what.clone());
        let (bounds, claimed) = self.expected().unwrap_or(((f64::NAN, f64::NAN), None));
        let (measured, error) = self.value(samples).unwrap_or((f64::NAN, 0.0));
        let off = measured - measured.max(bounds.0).min(bounds.1);
        // A figure without spread may be off by rounding alone.
        let z = if off.abs() <= 1e-9 { 0.0 } else { off / error };
        // A corner outside of the domain has no bounds, and must not pass for that.
        let z = if z.is_nan() || bounds.0.is_nan() || measured.is_nan() { f64::INFINITY } else { z };
        Outcome { law, what, claimed, bounds, measured, error, z }
    }

    /// The statistic and its standard error, by the linear part of what it depends on.
    fn value(&self, samples: &[Sample]) -> Option<(f64, f64)> {
        let first = samples.first()?;
        let [a, b] = first.means()?;
        match self.statistic {
            Statistic::Mean => Some((a, first.error(|[a, _]| a))),
            Statistic::Quotient => Some((a / b, first.error(|[x, y]| (x - a / b * y) / b))),
            Statistic::LogQuotient => {
                let value = -libm::log(a) / b;
                Some((value, first.error(|[x, y]| -x / (a * b) - value * y / b)))
            }
            Statistic::Growth | Statistic::Difference => {
                let second = samples.get(1)?;
                let [c, _] = second.means()?;
                let (e, f) = (first.error(|[a, _]| a), second.error(|[a, _]| a));
                Some(if self.statistic == Statistic::Difference {
                    (c - a, (e * e + f * f).sqrt())
                } else {
                    let (e, f) = (e / a, f / c);
                    (c / a, c / a * (e * e + f * f).sqrt())
                })
            }
        }
    }
}

/// What was looked at in the runs of a point.
#[derive(Default)]
struct Sample(Vec<[f64; 2]>);

impl Sample {
    fn means(&self) -> Option<[f64; 2]> {
        let mean = |which: usize| self.0.iter().map(|pair| pair[which]).sum::<f64>() / self.0.len() as f64;
        (self.0.len() > 1).then(|| [mean(0), mean(1)])
    }

    /// The standard error of the mean of `of`.
    fn error(&self, of: impl Fn([f64; 2]) -> f64) -> f64 {
        let count = self.0.len() as f64;
        let mean = self.0.iter().map(|pair| of(*pair)).sum::<f64>() / count;
        let squares: f64 = self.0.iter().map(|pair| (of(*pair) - mean) * (of(*pair) - mean)).sum();
        (squares / (count - 1.0) / count).sqrt()
    }
}

/// What came of all trials of a law.
#[derive(Clone, Debug)]
pub struct Summary {
    /// The law.
    pub rule: &'static Rule,
    /// Its trials.
    pub outcomes: Vec<Outcome>,
}

impl Summary {
    /// The least and the greatest difference of what was measured and claimed; `None` where the claim is no number.
    pub fn off(&self) -> Option<(f64, f64)> {
        let off = self.outcomes.iter().filter_map(|outcome| Some(outcome.measured - outcome.claimed?));
        off.fold(None, |range, off| {
            Some(range.map_or((off, off), |(low, high): (f64, f64)| (low.min(off), high.max(off))))
        })
    }

    /// By how many standard errors a value lay beyond what the law leaves open, at most.
    pub fn worst(&self) -> f64 {
        self.outcomes.iter().map(|outcome| outcome.z.abs()).fold(0.0, f64::max)
    }
}

/// The outcomes by law, in the order of the table.
pub fn summaries(outcomes: &[Outcome]) -> Vec<Summary> {
    let of = |rule: &'static Rule| {
        let outcomes = outcomes.iter().filter(|outcome| outcome.law == rule.name).cloned().collect();
        Summary { rule, outcomes }
    };
    table().map(of).collect()
}
