//! How often the verdict on growth is right: cases whose law of growth is known, drawn anew by many seeds.
//!
//! The rounds of a case are drawn from its exact distributions where there are some, else out of a pool of simulated
//! runs, or they are made by hand. A verdict is right if it names the law, alone or with another that it says cannot be
//! told from it; wrong if it decides for others; and undecided if it says so.

use std::sync::atomic::{AtomicBool, Ordering};

use rand::SeedableRng;
use rand::rand_core::Rng;
use rand_chacha::ChaCha8Rng;

use super::{Effort, point};
use crate::experiment::{Failure, Workspace};
use crate::plan;
use crate::scenario::Point as Setup;
use crate::stats::growth::{self, Law, NEAR, Verdict};
use crate::stats::{Moments, Point, student, unseen};
use crate::theory;
use crate::threads::Threads;

/// The numbers of runs of a size that are looked at.
pub const RUNS: [u64; 2] = [30, 200];

/// What a verdict should say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expected {
    /// This law.
    Is(Law),
    /// A power of n with this exponent.
    Power(f64),
    /// No law of growth: to decide is wrong.
    None,
}

impl Expected {
    /// As it stands in the table.
    fn name(self) -> String {
        match self {
            Expected::Is(law) => law.to_string(),
            Expected::Power(exponent) => format!("power n^{exponent:.2}"),
            Expected::None => "none".to_owned(),
        }
    }

    /// Whether a verdict is right, if it decides.
    fn judges(self, verdict: &Verdict) -> Option<bool> {
        let Verdict::Decided { winner, also, .. } = verdict else { return None };
        Some(match self {
            Expected::Is(law) => winner.law == law || *also == Some(law),
            Expected::Power(exponent) => winner.exponent.is_some_and(|found| (found - exponent).abs() <= NEAR),
            Expected::None => false,
        })
    }
}

/// What became of the verdicts on one case.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    /// The case in a few words.
    pub what: &'static str,
    /// Its law of growth.
    pub truth: String,
    /// Its sizes, from the smallest to the largest.
    pub sizes: String,
    /// Runs of each size.
    pub runs: u64,
    /// Verdicts that name the law.
    pub right: u32,
    /// Verdicts that decide for another.
    pub wrong: u32,
    /// Verdicts that say that they cannot tell.
    pub undecided: u32,
    /// The last verdict, as an example.
    pub example: String,
}

/// Where the rounds of a case come from.
#[derive(Clone, Copy)]
enum Rounds {
    /// `[network]` but for the nodes, `[gossip]`, and what follows.
    Gossip(&'static str, &'static str, &'static str),
    /// A mean for each size; the standard deviation is 5 % of it, one round at least.
    Made(fn(f64) -> f64),
}

/// A case whose law is known.
#[derive(Clone, Copy)]
struct Known {
    what: &'static str,
    truth: Expected,
    sizes: &'static [u32],
    rounds: Rounds,
}

const DOUBLING: &[u32] = &[16, 32, 64, 128, 256, 512, 1024, 2048, 4096];
const TO_1024: &[u32] = &[16, 32, 64, 128, 256, 512, 1024];
const WIDE: &[u32] = &[16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];
const SQUARES: &[u32] = &[64, 144, 256, 576, 1024, 2304, 4096];
const CUBES: &[u32] = &[27, 64, 125, 343, 729, 1728, 4096];
const CENTRE: &str = "[workload]\norigin = 0";

/// The cases whose rounds are drawn from exact laws or made by hand.
fn drawn() -> Vec<Known> {
    use Expected::{Is, Power};
    use Rounds::{Gossip, Made};
    let known = |what, truth, sizes, rounds| Known { what, truth, sizes, rounds };
    let log = Is(Law::Logarithmic);
    vec![
        known("complete, push", log, DOUBLING, Gossip("", "strategy = \"push\"", "")),
        known("complete, pull", log, DOUBLING, Gossip("", "strategy = \"pull\"", "")),
        known("complete, push-pull", log, DOUBLING, Gossip("", "strategy = \"push-pull\"", "")),
        known("complete, push, six sizes", log, &TO_1024[..6], Gossip("", "strategy = \"push\"", "")),
        known("complete, push, loss 0.3", log, DOUBLING, Gossip("loss = 0.3", "strategy = \"push\"", "")),
        known("complete, push-pull, fanout 4", log, DOUBLING, Gossip("", "strategy = \"push-pull\"\nfanout = 4", "")),
        known("ring, push", Is(Law::Linear), TO_1024, Gossip("topology = \"ring\"", "strategy = \"push\"", "")),
        known(
            "ring, push-pull",
            Is(Law::Linear),
            TO_1024,
            Gossip("topology = \"ring\"", "strategy = \"push-pull\"", ""),
        ),
        known(
            "line from an end, pull",
            Is(Law::Linear),
            TO_1024,
            Gossip("topology = \"line\"", "strategy = \"pull\"", CENTRE),
        ),
        known(
            "star from the centre, push",
            Is(Law::LinearTimesLog),
            TO_1024,
            Gossip("topology = \"star\"", "strategy = \"push\"", CENTRE),
        ),
        known(
            "star from the centre, pull",
            Is(Law::Constant),
            TO_1024,
            Gossip("topology = \"star\"", "strategy = \"pull\"", CENTRE),
        ),
        known("made: 7", Is(Law::Constant), DOUBLING, Made(|_| 7.0)),
        known("made: 2 + 1.5 log2 n", log, WIDE, Made(|n| 2.0 + 1.5 * libm::log2(n))),
        known(
            "made: 3 log2 n / log2 log2 n",
            Is(Law::LogOverLogLog),
            WIDE,
            Made(|n| 3.0 * libm::log2(n) / libm::log2(libm::log2(n))),
        ),
        known("made: (log2 n)² / 2", Is(Law::LogSquared), WIDE, Made(|n| 0.5 * libm::log2(n) * libm::log2(n))),
        known("made: 5 n^0.2", Power(0.2), DOUBLING, Made(|n| 5.0 * libm::pow(n, 0.2))),
        known("made: 5 n^0.2, wider", Power(0.2), &WIDE[2..], Made(|n| 5.0 * libm::pow(n, 0.2))),
        known("made: 3 + 1.2 √n", Is(Law::SquareRoot), DOUBLING, Made(|n| 3.0 + 1.2 * n.sqrt())),
        known("made: 2 n^(1/3)", Power(1.0 / 3.0), DOUBLING, Made(|n| 2.0 * libm::cbrt(n))),
        known("made: 0.7 n ln n", Is(Law::LinearTimesLog), DOUBLING, Made(|n| 0.7 * n * libm::log(n))),
        known("made: 20 - log2 n", Expected::None, DOUBLING, Made(|n| 20.0 - libm::log2(n))),
        known("made: 10 - 8 n^-0.4", Expected::None, DOUBLING, Made(|n| 10.0 - 8.0 * libm::pow(n, -0.4))),
    ]
}

/// The cases that have to be simulated.
fn simulated() -> Vec<Known> {
    use Expected::{Is, Power};
    use Rounds::Gossip;
    let known = |what, truth, sizes, rounds| Known { what, truth, sizes, rounds };
    let log = Is(Law::Logarithmic);
    vec![
        known("tree, push-pull", log, DOUBLING, Gossip("topology = \"tree\"", "strategy = \"push-pull\"", "")),
        known("hypercube, push", log, DOUBLING, Gossip("topology = \"hypercube\"", "strategy = \"push\"", "")),
        known(
            "random-regular, push",
            log,
            DOUBLING,
            Gossip("topology = \"random-regular\"", "strategy = \"push\"", ""),
        ),
        known(
            "barabasi-albert, push-pull, five sizes",
            log,
            &TO_1024[1..6],
            Gossip("topology = \"barabasi-albert\"", "strategy = \"push-pull\"", ""),
        ),
        known("torus, push", Is(Law::SquareRoot), SQUARES, Gossip("topology = \"torus\"", "strategy = \"push\"", "")),
        known(
            "torus in 3 dimensions, push",
            Power(1.0 / 3.0),
            CUBES,
            Gossip("topology = { kind = \"torus\", dims = 3 }", "strategy = \"push\"", ""),
        ),
    ]
}

/// How thorough the table is: how many seeds, and how many simulated runs a pool has.
const fn extent(effort: Effort) -> (u32, u64) {
    match effort {
        Effort::Quick => (40, 200),
        Effort::Full => (200, 2000),
    }
}

/// The verdicts on every case under many seeds.
///
/// # Errors
/// [`Failure::Interrupted`] if `halt` went up; [`Failure::Run`] if a run has no end.
pub fn measure(effort: Effort, seed: u64, threads: &Threads, halt: &AtomicBool) -> Result<Vec<Tally>, super::Failed> {
    tally_all(&[drawn(), simulated()].concat(), extent(effort), seed, (threads, halt))
}

fn tally_all(
    cases: &[Known],
    (seeds, pool): (u32, u64),
    seed: u64,
    by: (&Threads, &AtomicBool),
) -> Result<Vec<Tally>, super::Failed> {
    let mut tallies = Vec::new();
    for (place, case) in cases.iter().enumerate() {
        let laws = case.laws(pool, seed, by)?;
        let of = |(): &mut (), runs: u64| {
            let first = seed.wrapping_mul(1_000_000).wrapping_add(1000 * place as u64).wrapping_add(runs);
            case.tally(&laws, runs, seeds, &mut ChaCha8Rng::seed_from_u64(first))
        };
        tallies.extend(by.0.map(RUNS.to_vec(), || (), of));
    }
    Ok(tallies)
}

/// What the rounds of one size are drawn from.
enum RoundsSource {
    /// The cumulative probabilities of 0, 1, 2, … rounds.
    Law(Vec<f64>),
    /// Simulated runs.
    Runs(Vec<f64>),
    /// Mean and standard deviation.
    Made(f64, f64),
}

impl RoundsSource {
    fn draw(&self, stream: &mut ChaCha8Rng) -> f64 {
        let uniform = ((stream.next_u64() >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0;
        match self {
            RoundsSource::Law(cumulative) => {
                let place = cumulative.partition_point(|share| *share <= uniform);
                place.min(cumulative.len().saturating_sub(1)) as f64
            }
            RoundsSource::Runs(runs) => runs.get((uniform * runs.len() as f64) as usize).copied().unwrap_or(f64::NAN),
            RoundsSource::Made(mean, sd) => (mean - sd * student::normal_deviate(uniform)).round().max(0.0),
        }
    }
}

impl Known {
    fn laws(
        &self,
        pool: u64,
        seed: u64,
        by: (&Threads, &AtomicBool),
    ) -> Result<Vec<(u32, RoundsSource)>, super::Failed> {
        let law = |&nodes: &u32| {
            let pool = match self.rounds {
                Rounds::Made(mean) => {
                    let mean = mean(f64::from(nodes));
                    RoundsSource::Made(mean, (0.05 * mean).max(1.0))
                }
                Rounds::Gossip(network, gossip, rest) => {
                    let network = format!("nodes = {nodes}\n{network}");
                    let point = point(seed, &network, gossip, &format!("{rest}\n[stop]\nmax_rounds = 1_000_000"));
                    match theory::exact(&plan::case(&point.settings)) {
                        Some(exact) => RoundsSource::Law(exact.distribution.cumulative().collect()),
                        None => RoundsSource::Runs(simulate(&point, pool, by)?),
                    }
                }
            };
            Ok((nodes, pool))
        };
        self.sizes.iter().map(law).collect()
    }

    fn tally(&self, laws: &[(u32, RoundsSource)], runs: u64, seeds: u32, stream: &mut ChaCha8Rng) -> Tally {
        let (first, last) = (self.sizes.first().copied().unwrap_or(0), self.sizes.last().copied().unwrap_or(0));
        let mut tally = Tally {
            what: self.what,
            truth: self.truth.name(),
            sizes: format!("{}: {first} to {last}", self.sizes.len()),
            runs,
            right: 0,
            wrong: 0,
            undecided: 0,
            example: String::new(),
        };
        for _ in 0..seeds {
            let measured = |(nodes, pool): &(u32, RoundsSource)| {
                let seen: Moments = (0..runs).map(|_| pool.draw(stream)).collect();
                let error = unseen::standard_error(seen.sd().unwrap_or(0.0), runs, 1.0);
                Point { x: f64::from(*nodes), mean: seen.mean().unwrap_or(f64::NAN), error, count: runs }
            };
            let verdict = growth::judge(&laws.iter().map(measured).collect::<Vec<_>>());
            match self.truth.judges(&verdict) {
                Some(true) => tally.right += 1,
                Some(false) => tally.wrong += 1,
                None => tally.undecided += 1,
            }
            tally.example = verdict.to_string();
        }
        tally
    }
}

/// The rounds of so many runs of a point, all of which converge.
fn simulate(point: &Setup, runs: u64, (threads, halt): (&Threads, &AtomicBool)) -> Result<Vec<f64>, super::Failed> {
    let one = |workspace: &mut Workspace, replicate: u64| {
        let record = workspace
            .run(point, replicate, &|| !halt.load(Ordering::Relaxed))
            .map_err(|fault| Failure::of_run(point.index, replicate, point.seed, fault))?;
        // A run of a round or two does not ask.
        if halt.load(Ordering::Relaxed) {
            return Err(Failure::Interrupted);
        }
        Ok(record.rounds(point.settings.gossip.interval).map_or(f64::NAN, |rounds| rounds as f64))
    };
    threads.map((0..runs).collect(), Workspace::default, one).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tallies of some cases, of 40 seeds each and pools of 100 runs.
    fn tallies(cases: Vec<Known>) -> Vec<Tally> {
        tally_all(&cases, (40, 100), 1, (&Threads::start(0), &AtomicBool::new(false))).unwrap()
    }

    #[test]
    fn verdicts_on_known_laws_are_right_or_undecided() {
        let mut cases = drawn();
        // The largest chain takes most of the time.
        cases.iter_mut().filter(|case| case.sizes == DOUBLING).for_each(|case| case.sizes = &DOUBLING[..8]);
        let tree = simulated().into_iter().take(1).map(|case| Known { sizes: &DOUBLING[..7], ..case });
        let tallies = tallies(cases.into_iter().chain(tree).collect());
        // Wrong at most 2 % each: more than 4 of 40 would be 4 standard errors off (√(40 × 0.02 × 0.98) = 0.89). Of all of
        // them together, hardly any.
        for tally in &tallies {
            assert!(tally.wrong <= 4, "{tally:?}");
        }
        let wrong: u32 = tallies.iter().map(|tally| tally.wrong).sum();
        assert!(wrong <= 4, "{wrong}");
        // The verdict is worth asking: most of what is no trap is decided.
        let right = tallies.iter().filter(|tally| tally.right >= 30).count();
        assert!(right > tallies.len() / 2, "{right} of {}: {tallies:#?}", tallies.len());
    }

    #[test]
    fn a_verdict_is_right_by_either_of_two_names_and_by_a_near_exponent() {
        let points = |mean: fn(f64) -> f64| -> Vec<Point> {
            WIDE.iter().map(|&n| Point { x: n.into(), mean: mean(n.into()), error: 0.01, count: 100 }).collect()
        };
        let log = growth::judge(&points(|n| 2.0 * libm::log2(n)));
        for (truth, right) in [
            (Expected::Is(Law::Logarithmic), true),
            (Expected::Is(Law::LogOverLogLog), true),
            (Expected::Is(Law::LogSquared), false),
            (Expected::Power(0.2), false),
            (Expected::None, false),
        ] {
            assert_eq!(truth.judges(&log), Some(right), "{truth:?}: {log}");
        }
        let power = growth::judge(&points(|n| libm::pow(n, 0.3)));
        assert_eq!(
            (Expected::Power(0.25).judges(&power), Expected::Power(0.45).judges(&power)),
            (Some(true), Some(false))
        );
        assert_eq!(Expected::Power(0.3).judges(&growth::judge(&[])), None);
    }
}
