//! Which law of growth the mean rounds follow, and by how much.
//!
//! Never judged by R², which calls any rising curve logarithmic: each candidate law is fitted by weighted least
//! squares, and they are compared by Akaike's criterion for small samples (AICc, Hurvich & Tsai 1989), which charges
//! each parameter its price.
//!
//! **What the errors are.** The laws are asymptotic: at finite sizes the truth departs from its own law by terms that
//! many replicates would make visible (push: log2 n rounds up to whole rounds; pull: the log2 ln n beside log2 n). A
//! test against the standard errors alone would then reject every law, or prefer the law flexible enough to follow
//! the departures. So a law is asked to hold to [`TOLERANCE`] of the mean, and each point's variance is that of its
//! mean plus the square of that. The scale of the errors is estimated from the scatter, but never below this: a
//! law that fits better than it has to gains nothing, and data without noise stay finite.
//!
//! **When it is decided.** A winner must lead its best rival by [`MARGIN`], and there must be [`FEWEST`] sizes. A power
//! law whose exponent comes within [`NEAR`] of the winner's (0 for the logarithm) says the same thing and is no rival.
//! With few sizes the constant leads by its price alone, however noisy the means: it wins only where growth by
//! [`FLAT`] of the mean is excluded.

use std::fmt;

use super::fit::{Solution, least_squares};
use super::{Point, student};

/// A law of growth is asked to hold to this share of the mean.
pub const TOLERANCE: f64 = 0.01;

/// The lead that decides: an AICc difference of 4 is an evidence ratio of e^2, about 7 to 1, and Burnham & Anderson
/// (2002, section 2.6) call what lies 4 behind "considerably less" supported.
pub const MARGIN: f64 = 4.0;

/// With fewer sizes a law with three parameters can follow anything.
pub const FEWEST: usize = 5;

/// Exponents closer than this are the same in practice.
pub const NEAR: f64 = 0.1;

/// Means may rise by this share over all sizes, at the upper end of the 95 % interval, and still be called constant.
pub const FLAT: f64 = 0.1;

/// The exponents searched for the power law.
const EXPONENTS: (f64, f64) = (0.05, 2.0);

/// A law of growth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// a
    Constant,
    /// a + b log2 n
    Logarithmic,
    /// a + b (log2 n)²
    LogSquared,
    /// a + b √n
    SquareRoot,
    /// a + b n^c
    Power,
    /// a + b n
    Linear,
}

impl Law {
    const ALL: [Law; 6] = [Law::Constant, Law::Logarithmic, Law::LogSquared, Law::SquareRoot, Law::Power, Law::Linear];

    /// The exponent of n it amounts to, where it has one of its own.
    fn exponent(self) -> Option<f64> {
        match self {
            Law::Logarithmic => Some(0.0),
            Law::SquareRoot => Some(0.5),
            Law::Linear => Some(1.0),
            Law::Constant | Law::LogSquared | Law::Power => None,
        }
    }

    /// How many numbers are fitted, the scale of the errors included.
    fn parameters(self) -> f64 {
        match self {
            Law::Constant => 2.0,
            Law::Power => 4.0,
            _ => 3.0,
        }
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Law::Constant => "constant",
            Law::Logarithmic => "logarithmic",
            Law::LogSquared => "log-squared",
            Law::SquareRoot => "square root",
            Law::Power => "power",
            Law::Linear => "linear",
        })
    }
}

/// A law as fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The law.
    pub law: Law,
    /// a.
    pub intercept: f64,
    /// b, at least 0: a law of growth does not fall.
    pub slope: f64,
    /// c, of the power law.
    pub exponent: Option<f64>,
    /// The weighted sum of squared residuals; about the number of sizes, or less, if the law holds to the tolerance.
    pub residual: f64,
    /// Akaike's criterion: less is better, only differences count; infinite with too few sizes for the parameters.
    pub aicc: f64,
}

impl Candidate {
    /// Whether a rival claims nothing else than this law: the power law at this law's exponent, or, if this is the
    /// constant, any that grows by less than its tolerance.
    fn agrees(&self, rival: &Candidate, sizes: &Sizes) -> bool {
        let same_exponent = match (self.law.exponent(), rival.exponent) {
            (Some(own), Some(other)) => (own - other).abs() <= NEAR,
            _ => false,
        };
        same_exponent || (self.law == Law::Constant && rival.growth(sizes) <= TOLERANCE * self.intercept.abs())
    }

    /// By how much the law grows over the sizes.
    fn growth(&self, sizes: &Sizes) -> f64 {
        let regressor = |n| regressor(self.law, self.exponent, n);
        self.slope * (regressor(sizes.largest()) - regressor(sizes.smallest()))
    }
}

/// What the comparison says.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// One law leads.
    Decided {
        /// The law that leads.
        winner: Candidate,
        /// The best of those that claim something else.
        rival: Law,
        /// By how much AICc it trails; infinite if the sizes are too few to fit any other.
        margin: f64,
    },
    /// Two laws are too close to tell.
    Close {
        /// The best.
        first: Candidate,
        /// The best of those that claim something else.
        second: Candidate,
        /// By how much AICc it trails.
        margin: f64,
    },
    /// The constant is best, but the means are not known well enough to exclude growth.
    Vague {
        /// By which share of the mean they may rise over the sizes, at the upper end of the 95 % interval.
        rise: f64,
    },
    /// Fewer than [`FEWEST`] sizes.
    TooFew {
        /// How many there are.
        sizes: usize,
    },
}

impl Verdict {
    /// The law that won, if one did.
    pub fn law(&self) -> Option<Law> {
        match self {
            Verdict::Decided { winner, .. } => Some(winner.law),
            Verdict::Close { .. } | Verdict::Vague { .. } | Verdict::TooFew { .. } => None,
        }
    }

    /// The best law of those that claim something else than the leading one, and by how much AICc it trails.
    pub fn runner_up(&self) -> Option<(Law, f64)> {
        match self {
            Verdict::Decided { rival, margin, .. } => Some((*rival, *margin)),
            Verdict::Close { second, margin, .. } => Some((second.law, *margin)),
            Verdict::Vague { .. } | Verdict::TooFew { .. } => None,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Decided { winner, rival, margin } => {
                write!(f, "{}", winner.law)?;
                if let Some(exponent) = winner.exponent {
                    write!(f, " n^{exponent:.2}")?;
                }
                write!(f, ", ahead of {rival} by AICc {margin:.0}")
            }
            Verdict::Close { first, second, margin } => {
                write!(f, "undecided: {} and {} within AICc {margin:.1}", first.law, second.law)
            }
            Verdict::Vague { rise } => {
                write!(f, "undecided: constant, or rising by up to {:.0} % of the mean", 100.0 * rise)
            }
            Verdict::TooFew { sizes } => write!(f, "undecided: {sizes} sizes, {FEWEST} needed"),
        }
    }
}

/// Which law the means of `points` follow, their x being the number of nodes. Points whose mean is not finite or
/// whose x is below 1 are passed over; an error that is not finite counts as none.
pub fn judge(points: &[Point]) -> Verdict {
    let sizes = Sizes::of(points);
    let distinct = sizes.distinct();
    if distinct < FEWEST {
        return Verdict::TooFew { sizes: distinct };
    }
    let mut candidates: Vec<Candidate> = Law::ALL.into_iter().filter_map(|law| sizes.fit(law)).collect();
    candidates.sort_by(|a, b| a.aicc.total_cmp(&b.aicc));
    decide(&candidates, &sizes).unwrap_or(Verdict::TooFew { sizes: distinct })
}

/// Names the best of `candidates`, which ascend in AICc. A power law that leads by less than the margin over the law
/// whose exponent it found yields to it.
fn decide(candidates: &[Candidate], sizes: &Sizes) -> Option<Verdict> {
    let best = candidates.first()?;
    let namesake = |other: &&Candidate| other.agrees(best, sizes) && other.aicc - best.aicc < MARGIN;
    let winner = candidates.iter().find(namesake).unwrap_or(best);
    if winner.law == Law::Constant {
        let rise = sizes.highest_rise() / winner.intercept.abs().max(1.0);
        if rise > FLAT {
            return Some(Verdict::Vague { rise });
        }
    }
    let mut rivals = candidates.iter().filter(|other| other.law != winner.law && !winner.agrees(other, sizes));
    let Some(rival) = rivals.next() else {
        // Nothing claims anything else.
        let rival = candidates.iter().find(|other| other.law != winner.law)?;
        return Some(Verdict::Decided { winner: *winner, rival: rival.law, margin: f64::INFINITY });
    };
    let margin = rival.aicc - winner.aicc;
    Some(if margin >= MARGIN {
        Verdict::Decided { winner: *winner, rival: rival.law, margin }
    } else {
        Verdict::Close { first: *winner, second: *rival, margin }
    })
}

/// The measured means, with the weights they have in every fit.
struct Sizes {
    means: Vec<(f64, f64)>,
    weights: Vec<f64>,
}

impl Sizes {
    fn of(points: &[Point]) -> Self {
        let sound = points.iter().filter(|point| point.x >= 1.0 && point.x.is_finite() && point.mean.is_finite());
        let weigh = |point: &Point| {
            let error = if point.error.is_finite() { point.error } else { 0.0 };
            // A mean of no rounds has no share: one round is the least there is to be right about.
            let allowed = TOLERANCE * point.mean.abs().max(1.0);
            1.0 / (error * error + allowed * allowed)
        };
        Sizes { means: sound.clone().map(|point| (point.x, point.mean)).collect(), weights: sound.map(weigh).collect() }
    }

    fn distinct(&self) -> usize {
        let mut sizes: Vec<f64> = self.means.iter().map(|&(n, _)| n).collect();
        sizes.sort_by(f64::total_cmp);
        sizes.dedup();
        sizes.len()
    }

    fn smallest(&self) -> f64 {
        self.means.iter().map(|&(n, _)| n).fold(f64::INFINITY, f64::min)
    }

    fn largest(&self) -> f64 {
        self.means.iter().map(|&(n, _)| n).fold(0.0, f64::max)
    }

    /// The best fit of `law`.
    fn fit(&self, law: Law) -> Option<Candidate> {
        let exponent = (law == Law::Power).then(|| self.best_exponent());
        let (intercept, slope, residual) = self.growing(law, exponent)?;
        let aicc = self.aicc(residual, law.parameters());
        Some(Candidate { law, intercept, slope, exponent, residual, aicc })
    }

    /// a, b >= 0 and the weighted residual. Where the best b is negative, the best b >= 0 is 0.
    fn growing(&self, law: Law, exponent: Option<f64>) -> Option<(f64, f64, f64)> {
        let xy: Vec<(f64, f64)> = self.means.iter().map(|&(n, mean)| (regressor(law, exponent, n), mean)).collect();
        match least_squares(&xy, &self.weights) {
            Some(Solution { slope, intercept, residual, .. }) if slope > 0.0 => Some((intercept, slope, residual)),
            _ => {
                let total: f64 = self.weights.iter().sum();
                let weighted = self.means.iter().zip(&self.weights);
                let mean = weighted.clone().map(|((_, mean), weight)| weight * mean).sum::<f64>() / total;
                let residual = weighted.map(|((_, value), weight)| weight * (value - mean) * (value - mean)).sum();
                Some((mean, 0.0, residual)).filter(|_| total > 0.0)
            }
        }
    }

    /// By how much the means may rise from the smallest size to the largest along a logarithm: the upper end of the
    /// 95 % interval. Means that happen to fall make it no surer that there is no growth, so they count as level.
    fn highest_rise(&self) -> f64 {
        let by_log = |n| regressor(Law::Logarithmic, None, n);
        let xy: Vec<(f64, f64)> = self.means.iter().map(|&(n, mean)| (by_log(n), mean)).collect();
        let range = by_log(self.largest()) - by_log(self.smallest());
        let highest =
            |line: Solution| line.slope.max(0.0) + student::two_sided(0.95, f64::INFINITY) / line.spread.sqrt();
        least_squares(&xy, &self.weights).map_or(0.0, |line| highest(line) * range)
    }

    /// The exponent of the power law that fits best: the best of a grid, refined by golden section around it.
    fn best_exponent(&self) -> f64 {
        const STEPS: u32 = 40;
        let (least, most) = EXPONENTS;
        let step = (most - least) / f64::from(STEPS);
        let misfit = |c: f64| self.growing(Law::Power, Some(c)).map_or(f64::INFINITY, |(_, _, residual)| residual);
        let grid = (0..=STEPS).map(|i| least + step * f64::from(i));
        let start = grid.min_by(|a, b| misfit(*a).total_cmp(&misfit(*b))).unwrap_or(least);
        golden_section(&misfit, (start - step).max(least), (start + step).min(most))
    }

    /// -2 ln L + 2k + 2k(k+1)/(N-k-1), for errors of the known variances times a scale that is estimated, but not
    /// below 1.
    fn aicc(&self, residual: f64, parameters: f64) -> f64 {
        let count = self.means.len() as f64;
        let spare = count - parameters - 1.0;
        if spare <= 0.0 {
            return f64::INFINITY;
        }
        let scale = (residual / count).max(1.0);
        let misfit = count * libm::log(scale) + residual / scale;
        misfit + 2.0 * parameters + 2.0 * parameters * (parameters + 1.0) / spare
    }
}

/// What a law is a straight line in.
fn regressor(law: Law, exponent: Option<f64>, n: f64) -> f64 {
    match law {
        Law::Constant => 0.0,
        Law::Logarithmic => libm::log2(n),
        Law::LogSquared => libm::log2(n) * libm::log2(n),
        Law::SquareRoot => n.sqrt(),
        Law::Power => libm::pow(n, exponent.unwrap_or(1.0)),
        Law::Linear => n,
    }
}

/// Where `value` is least between `low` and `high`, if it has one valley there (Kiefer 1953), to 1e-6.
fn golden_section(value: &dyn Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let share = (5.0f64.sqrt() - 1.0) / 2.0;
    while high - low > 1e-6 {
        let (left, right) = (high - share * (high - low), low + share * (high - low));
        if value(left) <= value(right) {
            high = right;
        } else {
            low = left;
        }
    }
    low + (high - low) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rand_core::Rng;
    use rand_chacha::ChaCha8Rng;

    /// The exact mean rounds on the complete graph without loss, at 2^6, 2^7, …, and about their standard deviation,
    /// from the chain of `theory::chain`.
    const PUSH: (&[f64], f64) =
        (&[11.158119, 12.931038, 14.670028, 16.389153, 18.096676, 19.797643, 21.495247, 23.190802], 1.32);
    const PULL: (&[f64], f64) =
        (&[8.963725, 10.240668, 11.463206, 12.648075, 13.806368, 14.945352, 16.069801, 17.182910], 1.34);
    const PUSH_PULL: (&[f64], f64) = (&[5.988758, 6.826987, 7.628710, 8.406936, 9.176045, 9.933150, 10.665976], 0.53);

    fn points(means: &[f64], error: f64) -> Vec<Point> {
        let sizes = (6..).map(|power| f64::from(1u32 << power));
        sizes.zip(means).map(|(x, &mean)| Point { x, mean, error, count: 200 }).collect()
    }

    fn of(law: impl Fn(f64) -> f64, powers: std::ops::RangeInclusive<i32>, error: f64) -> Verdict {
        let sizes = powers.map(|power| f64::from(1u32 << power));
        judge(&sizes.map(|x| Point { x, mean: law(x), error, count: 200 }).collect::<Vec<_>>())
    }

    #[test]
    fn gossip_on_the_complete_graph_is_logarithmic() {
        for (name, (means, sd)) in [("push", PUSH), ("pull", PULL), ("push-pull", PUSH_PULL)] {
            for runs in [20.0f64, 200.0, 1e6] {
                for count in 5..=means.len() {
                    let verdict = judge(&points(&means[..count], sd / runs.sqrt()));
                    let told = matches!(verdict.law(), None | Some(Law::Logarithmic));
                    let must = runs >= 200.0 && count >= 6;
                    let here = format!("{name}, {runs} runs, {count} sizes: {verdict}");
                    assert!(told && (verdict.law().is_some() || !must), "{here}");
                }
            }
        }
    }

    #[test]
    fn noise_of_200_runs_hardly_ever_names_a_wrong_law() {
        let mut stream = ChaCha8Rng::seed_from_u64(9);
        let mut uniform = || ((stream.next_u64() >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0;
        let mut normal = || student::quantile(uniform(), f64::INFINITY);
        for (means, sd) in [PUSH, PULL, PUSH_PULL] {
            let error = sd / 200.0f64.sqrt();
            for _ in 0..100 {
                let noisy: Vec<f64> = means.iter().map(|mean| mean + error * normal()).collect();
                let verdict = judge(&points(&noisy, error));
                assert!(matches!(verdict.law(), None | Some(Law::Logarithmic)), "{verdict}: {noisy:?}");
            }
        }
    }

    #[test]
    fn exact_laws_without_noise_are_named() {
        for error in [0.0, 0.05] {
            for powers in [4..=8, 6..=10, 6..=14, 4..=20] {
                assert_eq!(of(|n| n - 1.0, powers.clone(), error).law(), Some(Law::Linear));
                assert_eq!(of(|n| 2.0 * n / 3.0 - 11.0 / 24.0, powers.clone(), error).law(), Some(Law::Linear));
                assert_eq!(of(|n| 1.2 * n.sqrt() + 3.0, powers.clone(), error).law(), Some(Law::SquareRoot));
                assert_eq!(of(|n| 1.7 * libm::log2(n) + 1.0, powers.clone(), error).law(), Some(Law::Logarithmic));
                assert_eq!(of(|_| 2.0, powers.clone(), error).law(), Some(Law::Constant), "{powers:?} {error}");
                let square = of(|n| libm::log2(n) * libm::log2(n), powers.clone(), error);
                assert!(matches!(square.law(), Some(Law::LogSquared)), "{powers:?}: {square}");
            }
        }
        let power = of(|n| libm::pow(n, 0.3), 6..=16, 0.01);
        let Verdict::Decided { winner, .. } = &power else { panic!("{power}") };
        assert!(winner.law == Law::Power && (winner.exponent.unwrap() - 0.3).abs() < 0.01, "{power}");
    }

    #[test]
    fn a_lattice_with_a_rough_front_is_still_a_square_root() {
        // Diameter over speed, a fluctuation of order n^(1/6), and whole rounds.
        let verdict = of(|n| (0.9 * n.sqrt() + 1.5 * libm::pow(n, 1.0 / 6.0)).round(), 6..=14, 0.1);
        assert_eq!(verdict.law(), Some(Law::SquareRoot), "{verdict}");
    }

    #[test]
    fn a_verdict_says_what_it_rests_on() {
        let text = judge(&points(PUSH.0, 0.1)).to_string();
        assert!(text.starts_with("logarithmic, ahead of ") && text.contains(" by AICc "), "{text}");
        let few = judge(&points(&PUSH.0[..3], 0.1));
        assert_eq!((few.to_string().as_str(), few.runner_up()), ("undecided: 3 sizes, 5 needed", None));
        let (law, lead) = judge(&points(PUSH.0, 0.1)).runner_up().unwrap();
        assert!(text.ends_with(&format!("ahead of {law} by AICc {lead:.0}")) && lead >= MARGIN, "{text}");
        let close = of(|n| 5.0 + 0.1 * libm::log2(n), 6..=14, 2.0);
        assert!(close.law().is_none_or(|law| law == Law::Constant), "{close}");
        let close = of(|n| 0.5 * libm::log2(n) + 0.25 * libm::log2(n) * libm::log2(n) / 8.0, 6..=11, 0.4);
        assert!(close.to_string().starts_with("undecided: ") && close.to_string().contains(" within AICc "), "{close}");
        assert!(close.runner_up().is_some_and(|(_, lead)| (0.0..MARGIN).contains(&lead)), "{close}");
    }

    #[test]
    fn means_too_noisy_to_show_growth_are_not_called_constant() {
        // Five runs at each of six sizes near 64, as they came out: the means happen to fall.
        let sizes = [60.0, 62.0, 64.0, 66.0, 68.0, 70.0].into_iter().zip([11.6, 10.8, 11.2, 11.4, 10.6, 10.9]);
        let noisy: Vec<Point> = sizes.map(|(x, mean)| Point { x, mean, error: 0.6, count: 5 }).collect();
        let verdict = judge(&noisy);
        assert!(matches!(verdict, Verdict::Vague { rise } if rise > FLAT), "{verdict}");
        assert!(verdict.to_string().starts_with("undecided: constant, or rising by up to 1"), "{verdict}");
        let sure: Vec<Point> = noisy.iter().map(|point| Point { error: 0.01, mean: 11.0, ..*point }).collect();
        assert_eq!(judge(&sure).law(), Some(Law::Constant));
    }

    #[test]
    fn points_that_are_no_measurements_are_passed_over() {
        let mut some = points(PUSH.0, 0.1);
        some.push(Point { x: 1e5, mean: f64::NAN, error: 0.1, count: 0 });
        some.push(Point { x: f64::NAN, mean: 1.0, error: 0.1, count: 0 });
        assert_eq!(judge(&some), judge(&points(PUSH.0, 0.1)));
        assert_eq!(judge(&[]), Verdict::TooFew { sizes: 0 });
    }
}
