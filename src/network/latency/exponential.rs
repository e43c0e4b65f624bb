//! Memoryless delays.

use serde::{Deserialize, Serialize};

use super::tabled::Formula;
use crate::catalog::Incompatible;
use crate::time::Span;

/// An exponential delay: the choice for comparing with theory, which knows memoryless delays best.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Settings")]
pub struct Exponential {
    mean: Span,
    /// The same in nanoseconds.
    #[serde(skip)]
    scale: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    mean: Span,
}

impl TryFrom<Settings> for Exponential {
    type Error = Incompatible;

    fn try_from(Settings { mean }: Settings) -> Result<Self, Incompatible> {
        Exponential::new(mean)
    }
}

impl Exponential {
    /// The law of this mean.
    ///
    /// # Errors
    /// A [`Incompatible`] if the mean is 0.
    pub fn new(mean: Span) -> Result<Self, Incompatible> {
        if mean.is_zero() {
            return Err(Incompatible::of(
                "mean",
                "an exponential latency cannot have a mean of 0",
                "write a mean above 0, or latency = \"none\"",
            ));
        }
        Ok(Exponential { mean, scale: mean.nanos() as f64 })
    }
}

impl Formula for Exponential {
    /// -mean · ln(1 - u), where 1 - u is exact.
    fn nanos(&self, u: f64) -> f64 {
        -self.scale * libm::log(1.0 - u)
    }

    fn mean_nanos(&self) -> f64 {
        self.scale
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::testing::{Verdict, compare};
    use super::super::tabled::Tabled;
    use super::super::testing::{assert_monotone, draw, mean_over_draws};
    use super::*;
    use crate::random::fraction;

    #[test]
    fn its_quantiles_are_those_of_the_law() {
        let law = Tabled::new(Exponential::new(Span::from_millis(100)).unwrap());
        // ln 2 and ln 100 times the mean, to the nanosecond.
        assert_eq!(law.quantile(draw(0.5)).nanos(), 69_314_718);
        assert_eq!(law.quantile(draw(0.99)).nanos(), 460_517_019);
        assert_eq!(law.least(), Span::ZERO);
        assert_monotone(|draw| law.quantile(draw));
    }

    #[test]
    fn its_mean_is_the_one_asked_for() {
        let law = Tabled::new(Exponential::new(Span::from_millis(100)).unwrap());
        // Midpoints miss ln(2)/2 of a mean in the last of the steps, where the law is steepest.
        assert!((mean_over_draws(|draw| law.quantile(draw), 100_000) / law.mean_nanos() - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_mean_of_zero_is_refused() {
        let problem = Exponential::new(Span::ZERO).unwrap_err();
        assert_eq!(problem.allowed, "write a mean above 0, or latency = \"none\"");
    }

    /// Holds the table of the law with a mean of so many nanoseconds against the formula.
    fn verdict(mean: u64) -> Verdict {
        let law = Tabled::new(Exponential::new(Span::from_nanos(mean)).unwrap());
        let verdict = compare(&law.table, |draw| -(mean as f64) * libm::log(fraction(!draw)));
        verdict.assert_exact(&law);
        verdict
    }

    #[test]
    fn the_table_changes_no_span() {
        for mean in [1, 2, 1000, 60_000_000_000, 1 << 39, 1 << 50, u64::MAX] {
            verdict(mean);
        }
    }

    #[test]
    fn the_table_answers_for_ordinary_means() {
        for mean in [20_000, 1_000_000, 100_000_000, 10_000_000_000] {
            assert!(verdict(mean).answered > 0.95, "{mean}");
        }
    }
}
