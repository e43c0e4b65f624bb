//! Laws of growth fitted to measured means.

use super::law::Law;
use crate::stats::fit::{Solution, least_squares};
use crate::stats::{Point, student};

/// A law of growth is asked to hold to this share of the mean.
pub const TOLERANCE: f64 = 0.01;

/// The exponents searched for the power law.
const EXPONENTS: (f64, f64) = (-1.0, 2.5);

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
    /// Twice the negative logarithm of the likelihood, but for a constant.
    pub lack_of_fit: f64,
    /// Akaike's criterion: less is better, only differences count; infinite with too few sizes for the parameters.
    pub aicc: f64,
}

impl Candidate {
    /// Whether the exponent found is the first or the last that was searched.
    pub(super) fn at_an_edge(&self) -> bool {
        let (least, most) = EXPONENTS;
        self.exponent.is_some_and(|exponent| exponent < least + 0.01 || exponent > most - 0.01)
    }

    /// By how much the law grows over the sizes.
    pub(super) fn growth(&self, sizes: &Sizes) -> f64 {
        let regressor = |n| self.law.regressor(self.exponent, n);
        self.slope * (regressor(sizes.largest()) - regressor(sizes.smallest()))
    }
}

/// The measured means, with the weights they have in every fit.
pub(super) struct Sizes {
    means: Vec<(f64, f64)>,
    weights: Vec<f64>,
}

impl Sizes {
    /// Points whose mean is not finite or whose x is below 1 are passed over; an error that is not finite counts as
    /// none.
    pub(super) fn of(points: &[Point]) -> Self {
        let sound = points.iter().filter(|point| point.x >= 1.0 && point.x.is_finite() && point.mean.is_finite());
        let weigh = |point: &Point| {
            let error = if point.error.is_finite() { point.error } else { 0.0 };
            // A mean of no rounds has no share: one round is the least there is to be right about.
            let allowed = TOLERANCE * point.mean.abs().max(1.0);
            1.0 / (error * error + allowed * allowed)
        };
        Sizes { means: sound.clone().map(|point| (point.x, point.mean)).collect(), weights: sound.map(weigh).collect() }
    }

    pub(super) fn distinct(&self) -> usize {
        let mut sizes: Vec<f64> = self.means.iter().map(|&(n, _)| n).collect();
        sizes.sort_by(f64::total_cmp);
        sizes.dedup();
        sizes.len()
    }

    pub(super) fn smallest(&self) -> f64 {
        self.means.iter().map(|&(n, _)| n).fold(f64::INFINITY, f64::min)
    }

    pub(super) fn largest(&self) -> f64 {
        self.means.iter().map(|&(n, _)| n).fold(0.0, f64::max)
    }

    /// The best fit of `law`.
    pub(super) fn fit(&self, law: Law) -> Option<Candidate> {
        let exponent = (law == Law::Power).then(|| self.best_exponent());
        let (intercept, slope, residual) = self.growing(law, exponent)?;
        let (lack_of_fit, price) = (self.lack_of_fit(residual), self.price(law.parameters()));
        Some(Candidate { law, intercept, slope, exponent, residual, lack_of_fit, aicc: lack_of_fit + price })
    }

    /// a, b >= 0 and the weighted residual. Where the best b is negative, the best b >= 0 is 0.
    fn growing(&self, law: Law, exponent: Option<f64>) -> Option<(f64, f64, f64)> {
        let xy: Vec<(f64, f64)> = self.means.iter().map(|&(n, mean)| (law.regressor(exponent, n), mean)).collect();
        match least_squares(&xy, &self.weights) {
            Some(Solution { slope, intercept, residual, .. }) if slope > 0.0 => Some((intercept, slope, residual)),
            _ => {
                let mean = self.mean()?;
                let weighted = self.means.iter().zip(&self.weights);
                let residual = weighted.map(|((_, value), weight)| weight * (value - mean) * (value - mean)).sum();
                Some((mean, 0.0, residual))
            }
        }
    }

    /// The weighted mean of the means.
    fn mean(&self) -> Option<f64> {
        let total: f64 = self.weights.iter().sum();
        let sum: f64 = self.means.iter().zip(&self.weights).map(|((_, mean), weight)| weight * mean).sum();
        (total > 0.0).then(|| sum / total)
    }

    /// By how much the means change from the smallest size to the largest along a logarithm, and how far off that may
    /// be, at 95 %.
    pub(super) fn change(&self) -> Option<(f64, f64)> {
        let by_log = |n| Law::Logarithmic.regressor(None, n);
        let xy: Vec<(f64, f64)> = self.means.iter().map(|&(n, mean)| (by_log(n), mean)).collect();
        let range = by_log(self.largest()) - by_log(self.smallest());
        let half = |line: &Solution| student::two_sided(0.95, f64::INFINITY) / line.spread.sqrt();
        least_squares(&xy, &self.weights).map(|line| (line.slope * range, half(&line) * range))
    }

    /// The exponent of the power law that fits best: the best of a grid, refined by golden section around it.
    fn best_exponent(&self) -> f64 {
        const STEPS: u32 = 70;
        let (least, most) = EXPONENTS;
        let step = (most - least) / f64::from(STEPS);
        let residual = |c: f64| self.growing(Law::Power, Some(c)).map_or(f64::INFINITY, |(_, _, residual)| residual);
        let grid = (0..=STEPS).map(|i| least + step * f64::from(i));
        let start = grid.min_by(|a, b| residual(*a).total_cmp(&residual(*b))).unwrap_or(least);
        golden_section(&residual, (start - step).max(least), (start + step).min(most))
    }

    /// -2 ln L for errors of the known variances times a scale that is estimated, but not below 1.
    fn lack_of_fit(&self, residual: f64) -> f64 {
        let count = self.means.len() as f64;
        let scale = (residual / count).max(1.0);
        count * libm::log(scale) + residual / scale
    }

    /// What AICc charges: 2k + 2k(k+1)/(N-k-1).
    fn price(&self, parameters: f64) -> f64 {
        let spare = self.means.len() as f64 - parameters - 1.0;
        if spare <= 0.0 { f64::INFINITY } else { 2.0 * parameters + 2.0 * parameters * (parameters + 1.0) / spare }
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
