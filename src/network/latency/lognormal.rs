//! Delays as networks have them: skewed, with a tail.

use serde::{Deserialize, Serialize};

use super::tabled::Formula;
use crate::catalog::Incompatible;
use crate::stats::normal::normal_quantile;
use crate::time::Span;

/// A delay whose logarithm is normal, given by the two figures a monitoring system shows: the choice for real
/// networks. Half of all messages take at most `median`, 99 % at most `p99`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Settings")]
pub struct Lognormal {
    median: Span,
    p99: Span,
    /// Standard deviation of the logarithm.
    #[serde(skip)]
    sigma: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    median: Span,
    p99: Span,
}

impl TryFrom<Settings> for Lognormal {
    type Error = Incompatible;

    fn try_from(Settings { median, p99 }: Settings) -> Result<Self, Incompatible> {
        Lognormal::new(median, p99)
    }
}

impl Lognormal {
    /// The law with this median and this 99 % quantile; constant where they are equal.
    ///
    /// # Errors
    /// A [`Incompatible`] if `median` is 0 or above `p99`.
    pub fn new(median: Span, p99: Span) -> Result<Self, Incompatible> {
        if median.is_zero() {
            let allowed = "write a median above 0, such as \"1ms\"";
            return Err(Incompatible::of("median", "a lognormal latency cannot have a median of 0", allowed));
        }
        if p99 < median {
            let problem = format!("p99 = \"{p99}\" is below median = \"{median}\"");
            return Err(Incompatible::of("p99", problem, "write a p99 of at least the median"));
        }
        let ratio = p99.nanos() as f64 / median.nanos() as f64;
        let sigma = libm::log(ratio) / normal_quantile(0.99);
        Ok(Lognormal { median, p99, sigma })
    }
}

impl Formula for Lognormal {
    /// median · exp(sigma · z(u)).
    fn nanos(&self, u: f64) -> f64 {
        self.median.nanos() as f64 * libm::exp(self.sigma * normal_quantile(u))
    }

    fn mean_nanos(&self) -> f64 {
        self.median.nanos() as f64 * libm::exp(self.sigma * self.sigma / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::testing::{Verdict, compare};
    use super::super::tabled::Tabled;
    use super::super::testing::{assert_monotone, draw, mean_over_draws};
    use super::*;
    use crate::random::fraction;

    fn law(median: u64, p99: u64) -> Tabled<Lognormal> {
        Tabled::new(Lognormal::new(Span::from_millis(median), Span::from_millis(p99)).unwrap())
    }

    #[test]
    fn it_has_the_median_and_the_p99_asked_for() {
        for (median, p99) in [(50, 200), (1, 1000), (20, 21), (30, 30)] {
            let law = law(median, p99);
            assert_eq!(law.quantile(draw(0.5)), Span::from_millis(median));
            assert_eq!(law.quantile(draw(0.99)), Span::from_millis(p99));
            assert_monotone(|draw| law.quantile(draw));
        }
    }

    #[test]
    fn its_mean_is_that_of_the_law() {
        // ln(4) / 2.3263 = 0.5959, so the mean is exp(0.17755) times the median.
        let law = law(50, 200);
        assert!((law.mean_nanos() / 5e7 - 1.194_30).abs() < 1e-4, "{}", law.mean_nanos());
        assert!((mean_over_draws(|draw| law.quantile(draw), 100_000) / law.mean_nanos() - 1.0).abs() < 1e-4);
    }

    #[test]
    fn equal_figures_make_it_constant() {
        let law = law(30, 30);
        assert_eq!([law.quantile(0), law.quantile(u64::MAX), law.least()], [Span::from_millis(30); 3]);
        assert_eq!(law.mean_nanos(), 3e7);
    }

    #[test]
    fn figures_that_make_no_law_are_refused() {
        let refused = |median, p99| Lognormal::new(Span::from_millis(median), Span::from_millis(p99)).unwrap_err();
        assert_eq!(refused(0, 5).key, Some("median"));
        let problem = refused(5, 4).to_string();
        assert_eq!(problem, "p99 = \"4ms\" is below median = \"5ms\"; write a p99 of at least the median");
    }

    /// Holds the table of the law with these nanoseconds against the formula.
    fn verdict(median: u64, p99: u64) -> Verdict {
        let law = Tabled::new(Lognormal::new(Span::from_nanos(median), Span::from_nanos(p99)).unwrap());
        let nanos = |draw: u64| median as f64 * libm::exp(law.law.sigma * normal_quantile(fraction(draw)));
        let verdict = compare(&law.table, nanos);
        verdict.assert_exact(&law);
        verdict
    }

    #[test]
    fn the_table_changes_no_span() {
        for median in [1, 80_000_000, 1 << 50] {
            for ratio in [1, 2, 100, 100_000, 1 << 30, 1 << 63] {
                verdict(median, median.saturating_mul(ratio));
            }
        }
    }

    #[test]
    fn the_table_answers_for_ordinary_settings() {
        for (median, p99) in [(80, 500), (40, 60_000), (1, 1000), (50, 51), (30, 30)] {
            assert!(verdict(median * 1_000_000, p99 * 1_000_000).answered > 0.95, "{median} {p99}");
        }
    }
}
