//! Jitter around a mean.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use super::tabled::Formula;
use crate::stats::normal::{normal_quantile, normal_tail};
use crate::time::Span;

/// A normal delay given that it is not negative: the choice for the sum of many small delays. Where `sd` is not
/// small against `mean`, what is cut off below 0 makes the true mean greater than `mean`; an `sd` of 0 is constant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Settings")]
pub struct Normal {
    mean: Span,
    sd: Span,
    /// The share of the whole normal law that is not negative.
    #[serde(skip)]
    kept: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    mean: Span,
    sd: Span,
}

impl From<Settings> for Normal {
    fn from(Settings { mean, sd }: Settings) -> Self {
        Normal::new(mean, sd)
    }
}

impl Normal {
    /// The normal law of this mean and standard deviation, given that it is not negative.
    pub fn new(mean: Span, sd: Span) -> Self {
        let kept = match sd.is_zero() {
            true => 1.0,
            false => normal_tail(-(mean.nanos() as f64) / sd.nanos() as f64),
        };
        Normal { mean, sd, kept }
    }
}

impl Formula for Normal {
    /// mean - sd · z((1 - u) · kept): the share (1 - u) of what is kept lies above.
    fn nanos(&self, u: f64) -> f64 {
        // 1 - u is exact. A product that rounds to 1 is brought back into the law.
        let above = ((1.0 - u) * self.kept).min(1.0 - f64::EPSILON / 2.0);
        self.mean.nanos() as f64 - self.sd.nanos() as f64 * normal_quantile(above)
    }

    fn terms(&self) -> f64 {
        self.mean.nanos() as f64 + self.sd.nanos() as f64
    }

    /// mean + sd · φ(mean / sd) / kept (the mean of a normal law truncated from below).
    fn mean_nanos(&self) -> f64 {
        let (mean, sd) = (self.mean.nanos() as f64, self.sd.nanos() as f64);
        if self.sd.is_zero() {
            return mean;
        }
        let z = mean / sd;
        mean + sd * libm::exp(-z * z / 2.0) / libm::sqrt(2.0 * PI) / self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::testing::{Verdict, compare};
    use super::super::tabled::Tabled;
    use super::super::testing::{assert_monotone, draw, mean_over_draws};
    use super::*;
    use crate::random::fraction;

    fn law(mean: u64, sd: u64) -> Tabled<Normal> {
        Tabled::new(Normal::new(Span::from_millis(mean), Span::from_millis(sd)))
    }

    #[test]
    fn far_from_zero_its_quantiles_are_the_normal_ones() {
        let law = law(100, 10);
        assert_eq!(law.quantile(draw(0.5)), Span::from_millis(100));
        // 100 ms + 10 ms · 2.326 347 874 0.
        assert_eq!(law.quantile(draw(0.99)).nanos(), 123_263_479);
        assert_eq!(law.mean_nanos(), 1e8);
    }

    #[test]
    fn with_mean_zero_it_is_the_half_normal_law() {
        let law = law(0, 10);
        // The median of |Z| is the upper quartile of Z, its mean the square root of 2/pi.
        assert_eq!(law.quantile(draw(0.5)).nanos(), 6_744_898);
        assert!((law.mean_nanos() - 7_978_845.608).abs() < 0.01);
        assert_eq!(law.least(), Span::ZERO);
    }

    #[test]
    fn what_is_below_zero_is_shared_out_not_piled_up() {
        let law = law(10, 10);
        // Cut off, a sixth of all messages would take no time; given that they are not negative, hardly any does.
        assert!(law.quantile(draw(0.01)) > Span::from_nanos(300_000), "{}", law.quantile(draw(0.01)));
        for (mean, sd) in [(0, 10), (10, 10), (30, 10), (100, 10), (1000, 1)] {
            let law = self::law(mean, sd);
            assert_monotone(|draw| law.quantile(draw));
            let mean = mean_over_draws(|draw| law.quantile(draw), 100_000);
            assert!((mean / law.mean_nanos() - 1.0).abs() < 1e-4, "{law:?}: {mean}");
        }
    }

    #[test]
    fn without_deviation_it_is_constant() {
        for mean in [0, 30] {
            let law = law(mean, 0);
            assert_eq!([law.quantile(0), law.quantile(u64::MAX), law.least()], [Span::from_millis(mean); 3]);
            assert_eq!(law.mean_nanos(), law.law.mean.nanos() as f64);
        }
    }

    /// Holds the table of the law with these nanoseconds against the formula.
    fn verdict(mean: u64, sd: u64) -> Verdict {
        let law = Tabled::new(Normal::new(Span::from_nanos(mean), Span::from_nanos(sd)));
        let above = |draw: u64| (fraction(!draw) * law.law.kept).min(1.0 - f64::EPSILON / 2.0);
        let verdict = compare(&law.table, |draw| mean as f64 - sd as f64 * normal_quantile(above(draw)));
        verdict.assert_exact(&law);
        verdict
    }

    #[test]
    fn the_table_changes_no_span() {
        for mean in [0, 1, 60_000_000_000, u64::MAX] {
            for sd in [0, 1, 1_000, 10_000_000_000, 1 << 50, u64::MAX] {
                verdict(mean, sd);
            }
        }
    }

    #[test]
    fn the_table_answers_for_ordinary_settings() {
        for (mean, sd) in [(100, 30), (1000, 100), (5, 1), (10, 10), (0, 10), (30, 0)] {
            assert!(verdict(mean * 1_000_000, sd * 1_000_000).answered > 0.95, "{mean} {sd}");
        }
    }
}
