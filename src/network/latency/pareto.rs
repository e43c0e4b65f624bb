//! Heavy tails: a few messages take longer than all others together.

use serde::{Deserialize, Serialize};

use super::tabled::Formula;
use crate::catalog::Incompatible;
use crate::time::Span;

/// A Pareto delay, longer than x with probability (min / x)^shape: the choice for stragglers. The mean is infinite
/// for a shape of 1 or less, the variance for 2 or less.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Settings")]
pub struct Pareto {
    min: Span,
    shape: f64,
    /// -1 / shape.
    #[serde(skip)]
    power: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    min: Span,
    shape: f64,
}

impl TryFrom<Settings> for Pareto {
    type Error = Incompatible;

    fn try_from(Settings { min, shape }: Settings) -> Result<Self, Incompatible> {
        Pareto::new(min, shape)
    }
}

impl Pareto {
    /// The law of this least delay and this shape.
    ///
    /// # Errors
    /// A [`Incompatible`] if `min` is 0, or `shape` is not a finite number above 0.
    pub fn new(min: Span, shape: f64) -> Result<Self, Incompatible> {
        if min.is_zero() {
            let allowed = "write a min above 0, such as \"1ms\"";
            return Err(Incompatible::of("min", "a pareto latency cannot start from a min of 0", allowed));
        }
        if !(shape.is_finite() && shape > 0.0) {
            let allowed = "write a finite number above 0, such as 1.5 (the mean is finite above 1)";
            return Err(Incompatible::of("shape", format!("shape = {shape} is no shape of a pareto law"), allowed));
        }
        Ok(Pareto { min, shape, power: -1.0 / shape })
    }
}

impl Formula for Pareto {
    /// min · (1 - u)^(-1 / shape), where 1 - u is exact.
    fn nanos(&self, u: f64) -> f64 {
        self.min.nanos() as f64 * libm::pow(1.0 - u, self.power)
    }

    fn mean_nanos(&self) -> f64 {
        if self.shape <= 1.0 {
            return f64::INFINITY;
        }
        self.min.nanos() as f64 * self.shape / (self.shape - 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::testing::{Verdict, compare};
    use super::super::tabled::Tabled;
    use super::super::testing::{assert_monotone, draw, mean_over_draws};
    use super::*;
    use crate::random::fraction;

    fn law(shape: f64) -> Tabled<Pareto> {
        Tabled::new(Pareto::new(Span::from_millis(10), shape).unwrap())
    }

    #[test]
    fn its_quantiles_are_those_of_the_law() {
        // 1 % take longer than 100^(1/2) = 10 times the least, half longer than the square root of 2 times.
        assert_eq!(law(2.0).quantile(draw(0.99)).nanos(), 100_000_000);
        assert_eq!(law(2.0).quantile(draw(0.5)).nanos(), 14_142_136);
        for shape in [0.01, 0.5, 1.0, 1.5, 3.0, 1e6] {
            let law = law(shape);
            assert_monotone(|draw| law.quantile(draw));
        }
    }

    #[test]
    fn nothing_is_faster_than_min_and_what_does_not_fit_saturates() {
        assert_eq!(law(1.5).least(), Span::from_millis(10));
        assert_eq!(law(0.01).quantile(u64::MAX), Span::MAX);
        assert_eq!(law(f64::MIN_POSITIVE).quantile(0), Span::MAX);
    }

    #[test]
    fn its_mean_is_that_of_the_law_where_there_is_one() {
        // The midpoint rule misses about (steps)^(1/shape - 1) of a mean in the last step.
        let law4 = law(4.0);
        assert!((mean_over_draws(|draw| law4.quantile(draw), 100_000) / law4.mean_nanos() - 1.0).abs() < 2e-4);
        assert_eq!(law(2.0).mean_nanos(), 2e7);
        assert_eq!(law(1.0).mean_nanos(), f64::INFINITY);
    }

    #[test]
    fn a_shape_that_is_none_is_refused() {
        for shape in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Pareto::new(Span::from_millis(1), shape).unwrap_err().key, Some("shape"));
        }
        assert_eq!(Pareto::new(Span::ZERO, 1.0).unwrap_err().key, Some("min"));
    }

    /// Holds the table of the law with a least delay of so many nanoseconds against the formula.
    fn verdict(min: u64, shape: f64) -> Verdict {
        let law = Tabled::new(Pareto::new(Span::from_nanos(min), shape).unwrap());
        let verdict = compare(&law.table, |draw| min as f64 * libm::pow(fraction(!draw), law.law.power));
        verdict.assert_exact(&law);
        verdict
    }

    #[test]
    fn the_table_changes_no_span() {
        for shape in [f64::MIN_POSITIVE, 1e-5, 0.01, 0.2, 0.3, 0.5, 1e6, f64::MAX] {
            for min in [1, 10_000_000, 1 << 50] {
                verdict(min, shape);
            }
        }
    }

    #[test]
    fn the_table_answers_for_ordinary_settings() {
        for shape in [1.0, 1.2, 1.5, 2.0, 3.0, 10.0] {
            assert!(verdict(10_000_000, shape).answered > 0.95, "{shape}");
        }
    }
}
