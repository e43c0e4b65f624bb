//! What runs that agree leave open: the mean of values that lie steps apart, as rounds do.
//!
//! Student's t knows the spread of a mean from the spread of the sample, and of thirty runs that all took 3 rounds it
//! says that the mean is 3, surely: where one run in thirty takes 4 rounds, a sample of thirty shows none of them more
//! often than one in three times, so such an interval misses far more often than 5 times in 100. But N runs exclude
//! only what is not rare: with confidence 95 %, the share of runs with a value that was not seen is below
//!
//! u = 1 - 0.05^(1/N), about 3/N (the rule of three: Hanley & Lippman-Hand 1983)
//!
//! and such a value is one step away at least, one round. The mean may so be off by u steps on top of what the spread of
//! the sample shows, in either direction. The two are added as independent errors are, in quadrature:
//!
//! half² = t² s²/N + u² step² (1 - s²/step²) while s < step, and the t interval alone from there on
//!
//! The share of the unseen fades out as the sample shows a spread of its own, and is gone at a standard deviation of one
//! step, so the rule is continuous and leaves the interval of an ordinary sample as it is. For values of two kinds it
//! follows the exact interval of a share (Clopper & Pearson 1934). `gossipsim verify --intervals` measures what it
//! covers. What one value far away could do (one run in a thousand that takes a hundred times as long) no sample
//! excludes that does not show it, and neither does this.

use super::{Moments, student};

/// The share of runs that may have a value of which `count` runs showed none, with confidence `level`: 1 without runs.
pub fn share(count: u64, level: f64) -> f64 {
    if count == 0 { 1.0 } else { -libm::expm1(libm::log(1.0 - level) / count as f64) }
}

/// Where the true mean of values that lie at least `step` apart is with confidence `level`, by the rule above; `None`
/// below two values. A `step` of 0 is Student's t alone.
pub fn mean_interval(seen: &Moments, step: f64, level: f64) -> Option<(f64, f64)> {
    seen.sd()?;
    by_deviate(seen, step, level, student::two_sided(level, (seen.count() - 1) as f64))
}

/// The same by the deviate `t` of Student's law for this number of values and `level`, for whoever needs it many times.
pub fn by_deviate(seen: &Moments, step: f64, level: f64, t: f64) -> Option<(f64, f64)> {
    let (mean, sd) = (seen.mean()?, seen.sd()?);
    let count = seen.count();
    let plain = sd / (count as f64).sqrt() * t;
    let unseen = variance(sd, count, step, level);
    // Exactly the interval of t where there is nothing to add.
    let half = if unseen > 0.0 { (plain * plain + unseen).sqrt() } else { plain };
    Some((mean - half, mean + half))
}

/// The standard error of the mean of `count` values with standard deviation `sd` that lie at least `step` apart: at
/// many degrees of freedom, the one that makes the interval above. Never 0 where `step` is not, unless `count` is.
pub fn standard_error(sd: f64, count: u64, step: f64) -> f64 {
    const LEVEL: f64 = 0.95;
    if count == 0 {
        return 0.0;
    }
    let plain = sd / libm::sqrt(count as f64);
    let unseen = variance(sd, count, step, LEVEL);
    let deviate = student::two_sided(LEVEL, f64::INFINITY);
    if unseen > 0.0 { (plain * plain + unseen / (deviate * deviate)).sqrt() } else { plain }
}

/// The square of what unseen values could move the mean by.
fn variance(sd: f64, count: u64, step: f64, level: f64) -> f64 {
    if sd >= step {
        return 0.0;
    }
    let most = share(count, level) * step;
    let shown = sd / step;
    most * most * (1.0 - shown * shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many 3s and so many 4s.
    fn sample(threes: usize, fours: usize) -> Moments {
        std::iter::repeat_n(3.0, threes).chain(std::iter::repeat_n(4.0, fours)).collect()
    }

    #[test]
    fn runs_that_agree_leave_the_rule_of_three_open() {
        let (low, high) = mean_interval(&sample(30, 0), 1.0, 0.95).unwrap();
        // 1 - 0.05^(1/30) = 0.095034
        assert!((high - 3.095_034).abs() < 1e-6 && (low - 2.904_966).abs() < 1e-6, "{low} {high}");
        assert_eq!(mean_interval(&sample(30, 0), 0.0, 0.95), Some((3.0, 3.0)));
        assert_eq!(mean_interval(&sample(1, 0), 1.0, 0.95), None);
        assert!((share(1, 0.95) - 0.95).abs() < 1e-12 && (share(300, 0.95) * 300.0 - 2.98).abs() < 0.01);
    }

    #[test]
    fn of_two_values_the_upper_end_is_near_that_of_clopper_and_pearson_for_one_side() {
        // R: qbeta(0.95, k + 1, 30 - k), the exact one-sided bound for k of 30.
        for (fours, bound) in [(0, 0.0950), (1, 0.1486), (2, 0.1953), (3, 0.2386)] {
            let (_, high) = mean_interval(&sample(30 - fours, fours), 1.0, 0.95).unwrap();
            assert!(high - 3.0 > bound - 5e-5 && high - 3.0 < bound + 0.02, "{fours}: {high}");
        }
    }

    #[test]
    fn an_ordinary_sample_has_the_interval_of_t_to_the_bit_and_the_rule_is_continuous() {
        let spread: Moments = [5.0, 7.0, 9.0, 6.0, 8.0].into_iter().collect();
        assert_eq!(mean_interval(&spread, 1.0, 0.95), spread.mean_interval(0.95));
        assert_eq!(standard_error(1.5, 16, 1.0).to_bits(), (1.5f64 / 4.0).to_bits());
        let width = |sd: f64| standard_error(sd, 20, 1.0);
        let (near, at) = (width(1.0 - 1e-9), width(1.0));
        assert!((near - at).abs() < 1e-8, "{near} {at}");
        let widths: Vec<f64> = (0..=30).map(|tenth| width(f64::from(tenth) / 10.0)).collect();
        assert!(widths.is_sorted_by(|one, next| one < next), "{widths:?}");
    }

    #[test]
    fn the_unit_of_the_values_does_not_matter() {
        let scaled: Moments = [3000.0, 3000.0, 4000.0].into_iter().collect();
        let (low, high) = mean_interval(&scaled, 1000.0, 0.95).unwrap();
        let (one, other) = mean_interval(&sample(2, 1), 1.0, 0.95).unwrap();
        assert!((low / 1000.0 - one).abs() < 1e-12 && (high / 1000.0 - other).abs() < 1e-12);
    }
}
