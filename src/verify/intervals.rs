//! How often the intervals of the results hold what they should: samples drawn from exact distributions of rounds, whose
//! means are known.
//!
//! Where nearly all runs agree, Student's t alone covers far less than 95 %; the table shows it beside the rule of
//! [`unseen`], for the mean of a point, for a mean whose runs were counted by a target, and for the slope of a fit.

use rand::SeedableRng;
use rand::rand_core::Rng;
use rand_chacha::ChaCha8Rng;
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};

use super::{Effort, point};
use crate::plan;
use crate::scenario::replicates::Precision;
use crate::stats::{Line, Moments, Point, unseen};
use crate::theory::{self, Distribution};

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
        Effort::Full => 10_000,
    }
}

/// What the intervals of every law cover; `seed` decides every draw.
pub fn measure(effort: Effort, seed: u64) -> Vec<Covered> {
    let mut jobs: Vec<(String, Figure, Vec<(u32, Distribution)>)> = Vec::new();
    for (what, law) in laws(effort, seed) {
        jobs.push((what.clone(), Figure::Mean, vec![(1, law.clone())]));
        if law.sd < 1.0 {
            jobs.push((what, Figure::Adaptive, vec![(1, law)]));
        }
    }
    jobs.extend(lines(effort, seed).into_iter().map(|(what, laws)| (what, Figure::Slope, laws)));
    let jobs = jobs.into_par_iter().enumerate();
    jobs.map(|(place, (what, figure, laws))| {
        let mut stream = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(1000).wrapping_add(place as u64));
        covered(what, figure, &laws, samples(effort), &mut stream)
    })
    .collect()
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
        for _ in 0..samples {
            let found = match figure {
                Figure::Mean => draws.first().and_then(|(_, draw)| mean(draw, runs, stream)),
                Figure::Adaptive => draws.first().and_then(|(_, draw)| adaptive(draw, runs, stream)),
                Figure::Slope => slope(&draws, runs, stream),
            };
            let Some(Sample { truth, by_t, by_rule }) = found else { continue };
            // A point of the lattice is exactly what it is, up to the rounding of sums.
            let holds = |(low, high): (f64, f64)| low <= truth + 1e-9 && truth <= high + 1e-9;
            plain += u32::from(holds(by_t));
            rule += u32::from(holds(by_rule));
            if by_t.1 > by_t.0 {
                widths = (widths.0 + by_t.1 - by_t.0, widths.1 + by_rule.1 - by_rule.0);
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
    by_t: (f64, f64),
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

fn mean(draw: &Draw, runs: u64, stream: &mut ChaCha8Rng) -> Option<Sample> {
    intervals(draw, &draw.sample(runs, stream))
}

fn intervals(draw: &Draw, seen: &Moments) -> Option<Sample> {
    let (by_t, by_rule) = (seen.mean_interval(LEVEL)?, unseen::mean_interval(seen, 1.0, LEVEL)?);
    Some(Sample { truth: draw.mean, by_t, by_rule })
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
    let sample = intervals(draw, &seen)?;
    Some(Sample { by_t: plain.unwrap_or(sample.by_t), ..sample })
}

/// The slope over the sizes of `draws` against that of the exact means with the same weights.
fn slope(draws: &[(u32, Draw)], runs: u64, stream: &mut ChaCha8Rng) -> Option<Sample> {
    let samples: Vec<(f64, f64, Moments)> = draws
        .iter()
        .map(|(nodes, draw)| (libm::log2((*nodes).into()), draw.mean, draw.sample(runs, stream)))
        .collect();
    let line = |step: f64| {
        let point = |(x, _, seen): &(f64, f64, Moments)| {
            let error = unseen::standard_error(seen.sd()?, seen.count(), step);
            Some(Point { x: *x, mean: seen.mean()?, error, count: seen.count() })
        };
        let measured: Vec<Point> = samples.iter().filter_map(point).collect();
        let exact = measured.iter().zip(&samples).map(|(point, (_, mean, _))| Point { mean: *mean, ..*point });
        Some((Line::fit(&measured)?.slope_ci?, Line::fit(&exact.collect::<Vec<_>>())?.slope))
    };
    let ((by_t, plain_truth), (by_rule, truth)) = (line(0.0)?, line(1.0)?);
    // Each against the slope that its own weights give the exact means.
    let shift = truth - plain_truth;
    Some(Sample { truth, by_t: (by_t.0 + shift, by_t.1 + shift), by_rule })
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
    laws.extend(cases.into_iter().filter_map(|(nodes, strategy, fanout, loss)| complete(nodes, strategy, fanout, loss)));
    if effort == Effort::Full {
        let large = [(4096, "push-pull", 1, 0.0), (4096, "push-pull", 4, 0.0), (4096, "push", 8, 0.1)];
        let large = large.into_iter().filter_map(|(nodes, strategy, fanout, loss)| complete(nodes, strategy, fanout, loss));
        laws.extend(large);
    }
    let other = |what: &str, network: &str, strategy: &str, rest: &str| {
        exact(seed, network, &format!("strategy = \"{strategy}\""), rest).map(|law| (what.to_owned(), law))
    };
    let origin = "[workload]\norigin = 0\n";
    laws.extend(
        [
            other("star 64 from the centre, pull", "nodes = 64\ntopology = \"star\"", "pull", origin),
            other("star 64 from the centre, pull, loss 0.0002", "nodes = 64\ntopology = \"star\"\nloss = 0.0002", "pull", origin),
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
    let case = |(strategy, fanout, loss): (&str, u32, f64)| {
        let law = |power: u32| {
            let (network, gossip) = (
                format!("nodes = {}\nloss = {loss}", 1u32 << power),
                format!("strategy = \"{strategy}\"\nfanout = {fanout}"),
            );
            exact(seed, &network, &gossip, "").map(|law| (1u32 << power, law))
        };
        let laws: Option<Sizes> = (4..=last).map(law).collect();
        laws.map(|laws| (format!("complete 2^4..2^{last}, {strategy}, fanout {fanout}, loss {loss}"), laws))
    };
    cases.into_iter().filter_map(case).collect()
}

/// The exact law of a point.
fn exact(seed: u64, network: &str, gossip: &str, rest: &str) -> Option<Distribution> {
    theory::exact(&plan::case(&point(seed, network, gossip, rest).settings)).map(|exact| exact.distribution)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_cover_what_they_say_also_where_nearly_all_runs_agree() {
        let table = measure(Effort::Quick, 1);
        for row in &table {
            println!("{:52} {:7} sd {:.3} t {:?} rule {:?} wider {:.2?}", row.what, row.figure.name(), row.sd, row.plain, row.rule, row.wider);
        }
    }
}
