//! How often the intervals of the results hold what they should: samples drawn from exact distributions of rounds, whose
//! means are known.
//!
//! Where nearly all runs agree, Student's t alone covers far less than 95 %; the table shows it beside the rule of
//! [`unseen`], for the mean of a point, for a mean whose runs were counted by a target, and for the slope of a fit.

use rand::SeedableRng;
use rand::rand_core::Rng;
use rand_chacha::ChaCha8Rng;

use super::{Effort, point};
use crate::plan;
use crate::scenario::replicates::Precision;
use crate::stats::{Line, Moments, Point, student, unseen};
use crate::theory::{self, Distribution};
use crate::threads::Threads;

/// The numbers of runs that are looked at.
pub const RUNS: [u64; 5] = [5, 10, 30, 100, 200];

/// What an interval should cover.
const LEVEL: f64 = 0.95;

/// What one line of the table is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// The mean rounds of a point.
    Mean,
    /// The mean rounds where a target of 1 % decides on the number of runs, from so many up.
    Adaptive,
    /// The slope of mean rounds over log2 n.
    Slope,
}

impl Figure {
    /// As it stands in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Figure::Mean => "mean",
            Figure::Adaptive => "target",
            Figure::Slope => "slope",
        }
    }
}

/// A line of the table: one law, and what its intervals cover at each number of runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Covered {
    /// The law in a few words.
    pub what: String,
    /// What the intervals are of.
    pub figure: Figure,
    /// The standard deviation of the rounds; of the first size, of a slope.
    pub sd: f64,
    /// The share of samples whose interval holds the truth, by Student's t alone, for each of [`RUNS`].
    pub plain: [f64; RUNS.len()],
    /// The same by the rule that the results go by.
    pub rule: [f64; RUNS.len()],
    /// By what factor the rule widens the interval in the mean, where t gives it a width.
    pub wider: [f64; RUNS.len()],
}

/// How many samples of each number of runs are drawn.
pub const fn samples(effort: Effort) -> u32 {
    match effort {
        Effort::Quick => 1000,
        Effort::Full => 4000,
    }
}

/// What the intervals of every law cover; `seed` decides every draw.
pub fn measure(effort: Effort, seed: u64, threads: &Threads) -> Vec<Covered> {
    measure_all(jobs(effort, seed), samples(effort), seed, threads)
}

/// A law, what is measured of it, and the law of the rounds at each size.
type Job = (String, Figure, Sizes);

fn jobs(effort: Effort, seed: u64) -> Vec<Job> {
    let mut jobs: Vec<Job> = Vec::new();
    for (what, law) in laws(effort, seed) {
        jobs.push((what.clone(), Figure::Mean, vec![(1, law.clone())]));
        if law.sd < 0.5 {
            jobs.push((what, Figure::Adaptive, vec![(1, law)]));
        }
    }
    jobs.extend(lines(effort, seed).into_iter().map(|(what, laws)| (what, Figure::Slope, laws)));
    jobs
}

/// Measures `jobs` on so many samples each.
fn measure_all(jobs: Vec<Job>, samples: u32, seed: u64, threads: &Threads) -> Vec<Covered> {
    let measure = |(): &mut (), (place, (what, figure, laws)): (usize, Job)| {
        let mut stream = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(1000).wrapping_add(place as u64));
        covered(what, figure, &laws, samples, &mut stream)
    };
    threads.map(jobs.into_iter().enumerate().collect(), || (), measure)
}

fn covered(
    what: String,
    figure: Figure,
    laws: &[(u32, Distribution)],
    samples: u32,
    stream: &mut ChaCha8Rng,
) -> Covered {
    let sd = laws.first().map_or(0.0, |(_, law)| law.sd);
    let mut row = Covered { what, figure, sd, plain: [0.0; 5], rule: [0.0; 5], wider: [1.0; 5] };
    let draws: Vec<(u32, Draw)> = laws.iter().map(|(nodes, law)| (*nodes, Draw::of(law))).collect();
    for (place, runs) in RUNS.into_iter().enumerate() {
        let (mut plain, mut rule, mut widths) = (0, 0, (0.0, 0.0));
        let t = student::two_sided(LEVEL, (runs - 1) as f64);
        for _ in 0..samples {
            let found = match figure {
                Figure::Mean => draws.first().and_then(|(_, draw)| intervals(draw, &draw.sample(runs, stream), t)),
                Figure::Adaptive => draws.first().and_then(|(_, draw)| adaptive(draw, runs, stream)),
                Figure::Slope => slope(&draws, runs, stream),
            };
            let Some(Sample { truth, by_t, by_rule }) = found else { continue };
            // A point of the lattice is exactly what it is, up to the rounding of sums.
            let holds = |(low, high): (f64, f64)| low <= truth + 1e-9 && truth <= high + 1e-9;
            // No interval at all holds nothing.
            plain += u32::from(by_t.is_some_and(holds));
            rule += u32::from(holds(by_rule));
            let by_t = by_t.map_or(0.0, |(low, high)| high - low);
            if by_t > 0.0 {
                widths = (widths.0 + by_t, widths.1 + by_rule.1 - by_rule.0);
            }
        }
        row.plain[place] = f64::from(plain) / f64::from(samples);
        row.rule[place] = f64::from(rule) / f64::from(samples);
        row.wider[place] = if widths.0 > 0.0 { widths.1 / widths.0 } else { f64::INFINITY };
    }
    row
}

/// What one sample says.
struct Sample {
    truth: f64,
    by_t: Option<(f64, f64)>,
    by_rule: (f64, f64),
}

/// A law to draw from.
struct Draw {
    mean: f64,
    cumulative: Vec<f64>,
}

impl Draw {
    fn of(law: &Distribution) -> Self {
        Draw { mean: law.mean, cumulative: law.cumulative().collect() }
    }

    fn next(&self, stream: &mut ChaCha8Rng) -> f64 {
        let uniform = (stream.next_u64() >> 11) as f64 / 9_007_199_254_740_992.0;
        let place = self.cumulative.partition_point(|share| *share <= uniform);
        place.min(self.cumulative.len().saturating_sub(1)) as f64
    }

    fn sample(&self, runs: u64, stream: &mut ChaCha8Rng) -> Moments {
        (0..runs).map(|_| self.next(stream)).collect()
    }
}

/// The intervals of a mean; `t` is the deviate of Student's law for as many values.
fn intervals(draw: &Draw, seen: &Moments, t: f64) -> Option<Sample> {
    let by = |step: f64| unseen::by_deviate(seen, step, LEVEL, t);
    Some(Sample { truth: draw.mean, by_t: by(0.0), by_rule: by(1.0)? })
}

/// The intervals when a target of 1 % is met: by the rule that the results go by, and, from a first look with the same
/// runs, by a rule that asks Student's t alone.
fn adaptive(draw: &Draw, least: u64, stream: &mut ChaCha8Rng) -> Option<Sample> {
    let precision = Precision { target: 0.01, min: least, max: 100_000 };
    let (mut seen, mut done, mut plain) = (Moments::default(), 0, None);
    while let Some(total) = precision.next(done, &seen) {
        (done..total).for_each(|_| seen.add(draw.next(stream)));
        done = total;
        let by_t = seen.mean_interval(LEVEL)?;
        let met = (by_t.1 - by_t.0) / 2.0 <= precision.target * seen.mean()?;
        plain = plain.or(met.then_some(by_t));
    }
    let sample = intervals(draw, &seen, student::two_sided(LEVEL, (seen.count() - 1) as f64))?;
    Some(Sample { by_t: plain.or(sample.by_t), ..sample })
}

/// The slope over the sizes of `draws` against that of the exact means with the same weights.
fn slope(draws: &[(u32, Draw)], runs: u64, stream: &mut ChaCha8Rng) -> Option<Sample> {
    let samples: Vec<(f64, f64, Moments)> =
        draws.iter().map(|(nodes, draw)| (libm::log2((*nodes).into()), draw.mean, draw.sample(runs, stream))).collect();
    let line = |step: f64| {
        let point = |(x, _, seen): &(f64, f64, Moments)| {
            let error = unseen::standard_error(seen.sd()?, seen.count(), step);
            Some(Point { x: *x, mean: seen.mean()?, error, count: seen.count() })
        };
        let measured: Vec<Point> = samples.iter().filter_map(point).collect();
        let exact = measured.iter().zip(&samples).map(|(point, (_, mean, _))| Point { mean: *mean, ..*point });
        Some((Line::fit(&measured)?.slope_ci, Line::fit(&exact.collect::<Vec<_>>())?.slope))
    };
    let ((by_t, plain_truth), (by_rule, truth)) = (line(0.0)?, line(1.0)?);
    // Each against the slope that its own weights give the exact means.
    let shift = truth - plain_truth;
    Some(Sample { truth, by_t: by_t.map(|(low, high)| (low + shift, high + shift)), by_rule: by_rule? })
}

/// The laws of points: from nearly certain to ordinary, on complete graphs and others, and a few made by hand.
fn laws(effort: Effort, seed: u64) -> Vec<(String, Distribution)> {
    let mut laws: Vec<(String, Distribution)> = Vec::new();
    let two = |shares: &[f64]| Distribution::of([&[0.0, 0.0], shares].concat());
    for share in [0.005, 0.01, 0.03, 0.1, 0.3] {
        laws.push((format!("3 rounds, 4 in {} %", 100.0 * share), two(&[0.0, 1.0 - share, share])));
    }
    laws.push(("3 rounds, 2 in 3 %".to_owned(), two(&[0.03, 0.97])));
    laws.push(("3 rounds, 2 and 4 in 2 % each".to_owned(), two(&[0.02, 0.96, 0.02])));
    let complete = |nodes: u32, strategy: &str, fanout: u32, loss: f64| {
        let gossip = format!("strategy = \"{strategy}\"\nfanout = {fanout}");
        let what = format!("complete {nodes}, {strategy}, fanout {fanout}, loss {loss}");
        exact(seed, &format!("nodes = {nodes}\nloss = {loss}"), &gossip, "").map(|law| (what, law))
    };
    let cases = [
        (2, "push", 1, 0.0),
        (2, "push", 1, 0.02),
        (16, "push", 4, 0.0),
        (16, "push-pull", 6, 0.1),
        (16, "pull", 12, 0.0),
        (64, "push", 8, 0.0),
        (64, "pull", 12, 0.1),
        (64, "push-pull", 4, 0.0),
        (256, "push", 6, 0.1),
        (256, "pull", 8, 0.0),
        (512, "push-pull", 3, 0.0),
        (512, "push-pull", 6, 0.0),
        (64, "push-pull", 1, 0.0),
        (64, "push", 1, 0.0),
        (64, "pull", 1, 0.1),
    ];
    laws.extend(
        cases.into_iter().filter_map(|(nodes, strategy, fanout, loss)| complete(nodes, strategy, fanout, loss)),
    );
    if effort == Effort::Full {
        let large = [(4096, "push-pull", 1, 0.0), (4096, "push-pull", 4, 0.0), (4096, "push", 8, 0.1)];
        let large =
            large.into_iter().filter_map(|(nodes, strategy, fanout, loss)| complete(nodes, strategy, fanout, loss));
        laws.extend(large);
    }
    let other = |what: &str, network: &str, strategy: &str, rest: &str| {
        exact(seed, network, &format!("strategy = \"{strategy}\""), rest).map(|law| (what.to_owned(), law))
    };
    let origin = "[workload]\norigin = 0\n";
    laws.extend(
        [
            other("star 64 from the centre, pull", "nodes = 64\ntopology = \"star\"", "pull", origin),
            other(
                "star 64 from the centre, pull, loss 0.0002",
                "nodes = 64\ntopology = \"star\"\nloss = 0.0002",
                "pull",
                origin,
            ),
            other("star 64, push", "nodes = 64\ntopology = \"star\"", "push", origin),
            other("ring 32, push", "nodes = 32\ntopology = \"ring\"", "push", ""),
            other("line 5 from an end, push-pull", "nodes = 5\ntopology = \"line\"", "push-pull", origin),
        ]
        .into_iter()
        .flatten(),
    );
    laws
}

/// The sizes of a fit and their laws.
type Sizes = Vec<(u32, Distribution)>;

/// The laws of fits, over sizes.
fn lines(effort: Effort, seed: u64) -> Vec<(String, Sizes)> {
    let cases = [
        ("push-pull", 4, 0.0),
        ("push-pull", 8, 0.1),
        ("push", 8, 0.0),
        ("pull", 8, 0.0),
        ("push-pull", 1, 0.0),
        ("push", 1, 0.0),
    ];
    let last = if effort == Effort::Full { 11 } else { 8 };
    let case = |first: u32, last: u32, (strategy, fanout, loss): (&str, u32, f64)| {
        let law = |power: u32| {
            let (network, gossip) = (
                format!("nodes = {}\nloss = {loss}", 1u32 << power),
                format!("strategy = \"{strategy}\"\nfanout = {fanout}"),
            );
            exact(seed, &network, &gossip, "").map(|law| (1u32 << power, law))
        };
        let laws: Option<Sizes> = (first..=last).map(law).collect();
        laws.map(|laws| (format!("complete 2^{first}..2^{last}, {strategy}, fanout {fanout}, loss {loss}"), laws))
    };
    // Few sizes, at which nearly all runs agree.
    let few = [("push-pull", 12, 0.1), ("push-pull", 4, 0.0), ("pull", 8, 0.0)];
    let few = few.into_iter().filter_map(|of| case(8, 9, of));
    cases.into_iter().filter_map(|of| case(4, last, of)).chain(few).collect()
}

/// The exact law of a point.
fn exact(seed: u64, network: &str, gossip: &str, rest: &str) -> Option<Distribution> {
    theory::exact(&plan::case(&point(seed, network, gossip, rest).settings)).map(|exact| exact.distribution)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a true coverage of 0.93 falls to in 1000 samples by chance, at z = 4: √(0.93 × 0.07 / 1000) = 0.0081.
    const LEAST: f64 = 0.93 - 4.0 * 0.0081;

    #[test]
    fn intervals_cover_what_they_say_also_where_nearly_all_runs_agree() {
        let jobs: Vec<Job> =
            jobs(Effort::Quick, 1).into_iter().filter(|(_, figure, _)| *figure == Figure::Mean).collect();
        assert!(jobs.len() > 20, "{}", jobs.len());
        let table = measure_all(jobs, 1000, 1, &Threads::start(0));
        for row in &table {
            assert!(row.rule.iter().all(|share| *share > LEAST), "{row:?}");
            // An ordinary sample has the interval it had.
            assert!(row.sd < 1.0 || row.wider.iter().all(|wider| *wider < 1.02), "{row:?}");
            assert!(row.sd < 0.5 || row.wider[2..].iter().all(|wider| *wider < 1.1), "{row:?}");
        }
        // The canary: Student's t alone.
        let missing = table.iter().filter(|row| row.plain.iter().any(|share| *share < 0.6)).count();
        assert!(missing > 10, "{missing}");
    }

    #[test]
    fn slopes_and_means_up_to_a_target_are_covered_where_nearly_all_runs_agree() {
        let all = jobs(Effort::Quick, 1);
        let sure = |(_, _, laws): &Job| laws.iter().all(|(_, law)| law.sd < 0.3);
        let slopes: Vec<Job> = all.iter().filter(|job| job.1 == Figure::Slope && sure(job)).cloned().collect();
        let targets: Vec<Job> = all.into_iter().filter(|job| job.1 == Figure::Adaptive && sure(job)).collect();
        assert!(slopes.len() >= 3 && targets.len() > 5, "{} {}", slopes.len(), targets.len());
        // 0.92 less 4 standard errors of 200 samples, 0.0192 each: a few looks cost a little of the coverage.
        let jobs = [(slopes, usize::MAX), (targets, 6)];
        let measured =
            jobs.map(|(jobs, most)| measure_all(jobs.into_iter().take(most).collect(), 200, 2, &Threads::start(0)));
        let table = measured.concat();
        for row in &table {
            assert!(row.rule.iter().all(|share| *share > 0.92 - 4.0 * 0.0192), "{row:?}");
        }
        for figure in [Figure::Slope, Figure::Adaptive] {
            let canary = |row: &&Covered| row.figure == figure && row.plain[2] < 0.6;
            assert!(table.iter().any(|row| canary(&row)), "{figure:?}: {table:?}");
        }
    }
}
