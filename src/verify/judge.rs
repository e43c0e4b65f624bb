//! Judges: what is claimed of a case, held against its runs.

use std::cell::OnceCell;

use super::case::Case;
use super::claim::{Claim, Figure};
use super::coin_chain;
use crate::plan;
use crate::scenario::Point;
use crate::stats::{Moments, chi_square};
use crate::theory::{self, Distribution};
use crate::workload::rumor::Ending;

/// A claim may be off by so many standard errors: a true one is refused once in 16 000 times.
pub const Z_LIMIT: f64 = 4.0;

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It does not.
    Fail,
    /// It is not judged.
    Shown,
}

/// A line of the gate's table.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Who says so.
    pub source: &'static str,
    /// The scenario in a few words.
    pub what: String,
    /// What was looked at.
    pub figure: &'static str,
    /// What is claimed.
    pub expected: String,
    /// What was measured, with its standard error.
    pub measured: String,
    /// By how many standard errors the two differ, beyond what the claim leaves open; of a distribution, how unlikely
    /// its chi-square is, as a normal deviate.
    pub z: Option<f64>,
    /// Whether the claim holds.
    pub verdict: Verdict,
}

/// Mean and standard error of a figure.
#[derive(Clone, Copy)]
struct Sample {
    mean: f64,
    error: f64,
}

/// What the claims of a case look at in its runs: of each run a number or two, where all that it left behind would take
/// hundreds of bytes.
pub(super) struct Samples(Vec<Column>);

/// The values of a figure in the runs of one point.
struct Column {
    figure: Figure,
    /// The place of the point in its case.
    which: usize,
    /// In the order of the runs; nothing once a run has none.
    values: Option<Vec<f64>>,
}

impl Samples {
    /// Of a case before its first run.
    pub(super) fn of(case: &Case) -> Self {
        let mut figures: Vec<Figure> = Vec::new();
        for figure in case.claims.iter().flat_map(Claim::figures) {
            if !figures.contains(figure) {
                figures.push(*figure);
            }
        }
        let column = |figure, which| Column { figure, which, values: Some(Vec::new()) };
        let of_point = |which| figures.iter().map(move |figure| column(*figure, which));
        Samples((0..case.points.len()).flat_map(of_point).collect())
    }

    /// Takes in the end of one more run of point `which` of `case`.
    pub(super) fn add(&mut self, case: &Case, which: usize, ending: &Ending) {
        let Some(point) = case.points.get(which) else { return };
        for column in self.0.iter_mut().filter(|column| column.which == which) {
            column.values = column.values.take().zip(column.figure.of(point, ending)).map(|(mut values, value)| {
                values.push(value);
                values
            });
        }
    }
}

impl Claim {
    /// The figures of a run that it is about.
    fn figures(&self) -> &[Figure] {
        match self {
            Claim::Mean(figure, ..) | Claim::Print(figure, ..) => std::slice::from_ref(figure),
            Claim::Shown(figure, ..) | Claim::Between(figure, ..) => std::slice::from_ref(figure),
            Claim::ExactMean | Claim::Distribution | Claim::Growth(_) => &[Figure::Rounds],
            Claim::Coin(_) => &[Figure::Residue, Figure::Traffic],
        }
    }
}

/// Holds every claim of `case` against what its runs came to.
pub(super) fn judge(case: &Case, samples: &Samples) -> Vec<Finding> {
    let evaluation = Evaluation { case, samples, law: OnceCell::new() };
    case.claims.iter().flat_map(|claim| evaluation.findings(claim)).collect()
}

/// A case and its runs.
struct Evaluation<'a> {
    case: &'a Case,
    samples: &'a Samples,
    /// The exact law of the rounds, which takes long to work out, once it has been asked for.
    law: OnceCell<Option<Distribution>>,
}

impl Evaluation<'_> {
    fn findings(&self, claim: &Claim) -> Vec<Finding> {
        match claim {
            Claim::Mean(figure, exact) => vec![self.mean(*figure, *exact)],
            Claim::ExactMean => vec![self.by_exact_law(|law| self.mean(Figure::Rounds, law.mean))],
            Claim::Distribution => vec![self.by_exact_law(|law| self.distribution(law))],
            Claim::Coin(chain) => {
                let coin_chain::Means { residue, traffic } = chain.means();
                vec![self.mean(Figure::Residue, residue), self.mean(Figure::Traffic, traffic)]
            }
            Claim::Print(figure, printed, rounding) => vec![self.printed(*figure, *printed, *rounding)],
            Claim::Shown(figure, printed) => vec![self.shown(*figure, *printed)],
            Claim::Between(figure, low, high) => vec![self.between(*figure, *low, *high)],
            Claim::Growth(exact) => vec![self.growth(*exact)],
        }
    }

    /// The values of a figure at one of the points, unless a run has none.
    fn values(&self, figure: Figure, which: usize) -> Option<&[f64]> {
        let column = self.samples.0.iter().find(|column| (column.figure, column.which) == (figure, which))?;
        column.values.as_deref()
    }

    fn sample(&self, figure: Figure, which: usize) -> Option<Sample> {
        let moments: Moments = self.values(figure, which)?.iter().copied().collect();
        Some(Sample { mean: moments.mean()?, error: moments.sem()? })
    }

    fn finding(&self, figure: &'static str, expected: String, measured: String, z: Option<f64>, pass: bool) -> Finding {
        let verdict = if pass { Verdict::Pass } else { Verdict::Fail };
        Finding { source: self.case.source, what: self.case.what.clone(), figure, expected, measured, z, verdict }
    }

    fn missing(&self, figure: &'static str, expected: &str) -> Finding {
        self.finding(figure, expected.to_owned(), "runs that did not converge".to_owned(), None, false)
    }

    /// A finding whose expectation leaves the nearest point of `low` to `high` open.
    fn against(&self, figure: Figure, expected: String, low: f64, high: f64) -> Finding {
        let Some(sample) = self.sample(figure, 0) else { return self.missing(figure.name(), &expected) };
        let z = deviation(sample.mean - sample.mean.clamp(low, high), sample.error);
        self.finding(figure.name(), expected, sample.to_string(), Some(z), z.abs() <= Z_LIMIT)
    }

    fn mean(&self, figure: Figure, exact: f64) -> Finding {
        self.against(figure, number(exact), exact, exact)
    }

    fn printed(&self, figure: Figure, printed: f64, rounding: f64) -> Finding {
        let expected = format!("{} ± {rounding:e}", number(printed));
        self.against(figure, expected, printed - rounding, printed + rounding)
    }

    fn between(&self, figure: Figure, low: f64, high: f64) -> Finding {
        self.against(figure, format!("{} to {}", number(low), number(high)), low, high)
    }

    fn shown(&self, figure: Figure, printed: f64) -> Finding {
        Finding { z: None, verdict: Verdict::Shown, ..self.mean(figure, printed) }
    }

    /// What `judge` finds by the exact law of the rounds.
    fn by_exact_law(&self, judge: impl FnOnce(&Distribution) -> Finding) -> Finding {
        let exact = |point: &Point| Some(theory::exact(&plan::case(&point.settings))?.distribution);
        let law = self.law.get_or_init(|| self.case.points.first().and_then(exact));
        law.as_ref().map_or_else(|| self.missing("rounds", "no exact law"), judge)
    }

    /// Pearson's chi-square of the rounds against `law`.
    fn distribution(&self, law: &Distribution) -> Finding {
        let expected = format!("sd {}", number(law.sd));
        let Some(values) = self.values(Figure::Rounds, 0) else { return self.missing("distribution", &expected) };
        let longest = values.iter().fold(0.0f64, |longest, &rounds| longest.max(rounds));
        let mut counts = vec![0u64; longest as usize + 1];
        values.iter().for_each(|&rounds| counts[rounds as usize] += 1);
        match chi_square::against_law(&counts, &law.pmf) {
            Some((statistic, freedom)) => {
                let z = chi_square::z(statistic, freedom);
                let measured = format!("χ² {} of {freedom}", number(statistic));
                self.finding("distribution", expected, measured, Some(z), z <= Z_LIMIT)
            }
            // A law without spread: every run must be as it says.
            None => {
                let sure =
                    |(rounds, &count): (usize, &u64)| count == 0 || law.pmf.get(rounds).is_some_and(|p| *p > 0.0);
                let pass = counts.iter().enumerate().all(sure);
                self.finding("distribution", expected, "one value".to_owned(), None, pass)
            }
        }
    }

    fn growth(&self, exact: f64) -> Finding {
        let expected = number(exact);
        let both = self.sample(Figure::Rounds, 0).zip(self.sample(Figure::Rounds, 1));
        let Some((first, second)) = both else { return self.missing("growth", &expected) };
        let error = (first.error * first.error + second.error * second.error).sqrt();
        let grown = Sample { mean: second.mean - first.mean, error };
        let z = deviation(grown.mean - exact, error);
        self.finding("growth", expected, grown.to_string(), Some(z), z.abs() <= Z_LIMIT)
    }
}

/// `off` in standard errors; a figure without spread may be off by rounding alone.
fn deviation(off: f64, error: f64) -> f64 {
    if off.abs() <= 1e-9 { 0.0 } else { off / error }
}

/// Four digits that count.
fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size < 1e-3 => format!("{value:.2e}"),
        size if size < 1.0 => format!("{value:.4}"),
        size if size < 10.0 => format!("{value:.3}"),
        size if size < 1000.0 => format!("{value:.2}"),
        _ => format!("{value:.1}"),
    }
}

impl std::fmt::Display for Sample {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ± {:.1e}", number(self.mean), self.error)
    }
}
