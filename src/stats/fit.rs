//! The straight line through measured means, and how surely its slope is known.
//!
//! Each point is a mean with a standard error of its own, so the points weigh 1/error² and the slope's error follows
//! from theirs. If they scatter about the line by more than their errors allow, the line is not the whole truth; the
//! slope's error is then widened by the Birge ratio √(χ²/dof) (Birge 1932; the practice of the Particle Data Group).
//!
//! The interval is honest either way. Not widened, its only uncertainty is that of the means, whose errors rest on
//! Σ(count - 1) degrees of freedom; widened, its scale is estimated from the points' scatter, with points - 2 degrees.
//! Slope and scatter are independent, and both intervals reach at least as far as the plain one, so the line's true
//! slope is inside in at least 95 of 100 cases.

use super::student;

/// The confidence of a slope's interval.
const LEVEL: f64 = 0.95;

/// A measured mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The regressor, known exactly.
    pub x: f64,
    /// The mean measured there.
    pub mean: f64,
    /// Its standard error; 0 if the outcome is certain or the error is not known.
    pub error: f64,
    /// How many values the mean is of.
    pub count: u64,
}

/// mean = slope · x + intercept, by least squares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// The slope.
    pub slope: f64,
    /// Its 95 % confidence interval; `None` if nothing tells how sure it is: two points without errors, or one run a point.
    pub slope_ci: Option<(f64, f64)>,
    /// The value at x = 0.
    pub intercept: f64,
    /// The share of the weighted variance that the line explains; 1 if there is none to explain.
    pub r2: f64,
    /// The weighted sum of squared residuals: χ² if every point has its error.
    pub residual: f64,
}

impl Line {
    /// Fits `points`; those with an x or a mean that is not finite are passed over. If any of the rest has no error,
    /// all weigh the same and the errors are judged by the scatter alone.
    /// `None` for fewer than two points or for points all at one x.
    pub fn fit(points: &[Point]) -> Option<Line> {
        let points: Vec<Point> = points.iter().copied().filter(|p| p.x.is_finite() && p.mean.is_finite()).collect();
        let known = points.iter().all(|point| point.error.is_finite() && point.error > 0.0);
        let weights: Vec<f64> =
            points.iter().map(|point| if known { 1.0 / (point.error * point.error) } else { 1.0 }).collect();
        let xy: Vec<(f64, f64)> = points.iter().map(|point| (point.x, point.mean)).collect();
        let line = least_squares(&xy, &weights)?;
        let pooled = known.then(|| points.iter().map(|point| point.count.saturating_sub(1)).sum());
        let half = line.half_width(points.len(), pooled);
        let slope_ci = half.map(|half| (line.slope - half, line.slope + half));
        let Solution { slope, intercept, residual, r2, .. } = line;
        Some(Line { slope, slope_ci, intercept, r2, residual })
    }
}

/// A least-squares line, before any word on its errors.
pub(super) struct Solution {
    pub(super) slope: f64,
    pub(super) intercept: f64,
    pub(super) residual: f64,
    r2: f64,
    /// Σ w (x - mean x)², whose inverse is the variance of the slope.
    pub(super) spread: f64,
}

impl Solution {
    /// Half the width of the slope's interval. `pooled` are the degrees of freedom behind the points' errors, if they
    /// have errors.
    fn half_width(&self, points: usize, pooled: Option<u64>) -> Option<f64> {
        let freedom = points.saturating_sub(2) as f64;
        let plain = (1.0 / self.spread).sqrt();
        let scale = (freedom > 0.0).then(|| (self.residual / freedom).sqrt());
        match (pooled, scale) {
            (Some(_), Some(birge)) if birge > 1.0 => Some(plain * birge * student::two_sided(LEVEL, freedom)),
            (Some(pooled), _) => (pooled > 0).then(|| plain * student::two_sided(LEVEL, pooled as f64)),
            (None, Some(scatter)) => Some(plain * scatter * student::two_sided(LEVEL, freedom)),
            (None, None) => None,
        }
    }
}

/// The line that minimises Σ w (y - slope · x - intercept)²; `None` for fewer than two points or no spread in x.
pub(super) fn least_squares(xy: &[(f64, f64)], weights: &[f64]) -> Option<Solution> {
    if xy.len() < 2 {
        return None;
    }
    let weighted = |value: &dyn Fn(f64, f64) -> f64| -> f64 {
        xy.iter().zip(weights).map(|(&(x, y), weight)| weight * value(x, y)).sum()
    };
    let total = weighted(&|_, _| 1.0);
    let (x0, y0) = (weighted(&|x, _| x) / total, weighted(&|_, y| y) / total);
    let spread = weighted(&|x, _| (x - x0) * (x - x0));
    // Equal x leave a spread of rounding errors at most.
    let spread_out = spread.is_finite() && spread > 1e-24 * total * x0 * x0;
    if !spread_out {
        return None;
    }
    let slope = weighted(&|x, y| (x - x0) * (y - y0)) / spread;
    let residual = weighted(&|x, y| (y - y0 - slope * (x - x0)) * (y - y0 - slope * (x - x0)));
    let variance = weighted(&|_, y| (y - y0) * (y - y0));
    let r2 = if variance > 0.0 { 1.0 - residual / variance } else { 1.0 };
    Some(Solution { slope, intercept: y0 - slope * x0, residual, r2, spread })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rand_core::Rng;
    use rand_chacha::ChaCha8Rng;

    fn points(xy: &[(f64, f64)], error: f64) -> Vec<Point> {
        xy.iter().map(|&(x, mean)| Point { x, mean, error, count: 100 }).collect()
    }

    #[test]
    fn without_errors_it_is_the_textbook_line() {
        // Anscombe 1973, first set: y = 3.00 + 0.500 x, slope error 0.1179, R² 0.667.
        let x = [10.0, 8.0, 13.0, 9.0, 11.0, 14.0, 6.0, 4.0, 12.0, 7.0, 5.0];
        let y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
        let xy: Vec<_> = x.into_iter().zip(y).collect();
        let line = Line::fit(&points(&xy, 0.0)).unwrap();
        assert!((line.slope - 0.500_090_909).abs() < 1e-9 && (line.intercept - 3.000_090_909).abs() < 1e-8);
        assert!((line.r2 - 0.666_542_460).abs() < 1e-8, "{}", line.r2);
        let (low, high) = line.slope_ci.unwrap();
        // t(0.975, 9) = 2.262157, slope error 0.117905501
        assert!((high - low - 2.0 * 2.262_157_163 * 0.117_905_501).abs() < 1e-8, "{low} {high}");
    }

    #[test]
    fn a_surer_point_weighs_more() {
        let mut three = points(&[(0.0, 0.0), (1.0, 1.0), (2.0, 4.0)], 1.0);
        let even = Line::fit(&three).unwrap();
        three[2].error = 1e6;
        let ignoring = Line::fit(&three).unwrap();
        assert!((even.slope - 2.0).abs() < 1e-12 && (ignoring.slope - 1.0).abs() < 1e-6);
    }

    #[test]
    fn two_measured_points_have_an_interval_and_two_certain_ones_none() {
        let xy = [(6.0, 10.0), (8.0, 14.0)];
        let line = Line::fit(&points(&xy, 0.1)).unwrap();
        let (low, high) = line.slope_ci.unwrap();
        // Slope error 0.1 √2 / 2; t(0.975, 198) = 1.972017
        assert!((line.slope - 2.0).abs() < 1e-12);
        assert!((high - low - 2.0 * 1.972_017_478 * 0.1 / 2.0f64.sqrt()).abs() < 1e-8, "{low} {high}");
        assert_eq!(Line::fit(&points(&xy, 0.0)).unwrap().slope_ci, None);
    }

    #[test]
    fn lack_of_fit_widens_the_interval() {
        let width = |bend: f64| {
            let xy: Vec<_> = (0..8).map(|i| (f64::from(i), f64::from(i) + bend * f64::from(i * i))).collect();
            let (low, high) = Line::fit(&points(&xy, 0.1)).unwrap().slope_ci.unwrap();
            high - low
        };
        assert!(width(0.2) > 3.0 * width(0.0), "{} {}", width(0.2), width(0.0));
    }

    #[test]
    fn no_spread_or_too_few_points_have_no_line() {
        assert_eq!(Line::fit(&[]), None);
        assert_eq!(Line::fit(&points(&[(1.0, 2.0)], 0.1)), None);
        assert_eq!(Line::fit(&points(&[(1.1, 2.0), (1.1, 3.0), (1.1, 4.0)], 0.1)), None);
        assert_eq!(Line::fit(&points(&[(1.0, 2.0), (f64::NAN, 3.0), (2.0, f64::INFINITY)], 0.1)), None);
    }

    #[test]
    fn a_flat_line_explains_all_there_is() {
        let line = Line::fit(&points(&[(1.0, 2.0), (2.0, 2.0), (3.0, 2.0)], 0.0)).unwrap();
        assert_eq!((line.slope, line.slope_ci, line.r2), (0.0, Some((0.0, 0.0)), 1.0));
    }

    #[test]
    fn the_true_slope_is_inside_at_least_95_times_in_100() {
        let mut stream = ChaCha8Rng::seed_from_u64(5);
        let mut uniform = || ((stream.next_u64() >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0;
        let mut normal = || student::quantile(uniform(), f64::INFINITY);
        let trials = 2000;
        let mut inside = 0;
        for _ in 0..trials {
            let xy: Vec<_> = (6..13).map(|x| (f64::from(x), 1.7 * f64::from(x) + 0.2 * normal())).collect();
            let (low, high) = Line::fit(&points(&xy, 0.2)).unwrap().slope_ci.unwrap();
            inside += u32::from(low <= 1.7 && 1.7 <= high);
        }
        // The coverage is at least 0.95 with error √(0.95 × 0.05 / 2000) = 0.0049; widened fits raise it to about 0.97.
        let share = f64::from(inside) / f64::from(trials);
        assert!(share > 0.95 - 4.0 * 0.0049 && share < 0.995, "{share}");
    }
}
