//! Delays, or lifetimes, whose hazard falls or rises with age.

use serde::{Deserialize, Serialize};

use super::tabled::Formula;
use crate::catalog::Incompatible;
use crate::time::Span;

/// A Weibull delay, longer than x with probability exp(-(x / scale)^shape): below a shape of 1 the tail is heavier than the
/// exponential, as lifetimes of peers are (Stutzbach and Rejaie 2006, "Understanding Churn in Peer-to-Peer Networks", IMC,
/// section 5: shapes of 0.34 to 0.59); at 1 it is exponential.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Settings")]
pub struct Weibull {
    scale: Span,
    shape: f64,
    /// 1 / shape.
    #[serde(skip)]
    power: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    scale: Span,
    shape: f64,
}

/// Beyond these, all but a few delays are as good as 0 or as good as equal.
const SHAPES: std::ops::RangeInclusive<f64> = 0.05..=50.0;

impl TryFrom<Settings> for Weibull {
    type Error = Incompatible;

    fn try_from(Settings { scale, shape }: Settings) -> Result<Self, Incompatible> {
        Weibull::new(scale, shape)
    }
}

impl Weibull {
    /// The law of this scale, which 63.2 % of delays are below, and this shape.
    ///
    /// # Errors
    /// A [`Incompatible`] if `scale` is 0, or `shape` is not from 0.05 to 50.
    pub fn new(scale: Span, shape: f64) -> Result<Self, Incompatible> {
        if scale.is_zero() {
            let allowed = "write a scale above 0, such as \"1ms\"";
            return Err(Incompatible::of("scale", "a weibull law cannot have a scale of 0", allowed));
        }
        if !SHAPES.contains(&shape) {
            let problem = format!("shape = {shape} is no shape of a weibull law");
            return Err(Incompatible::of("shape", problem, "write a number from 0.05 to 50, such as 0.5"));
        }
        Ok(Weibull { scale, shape, power: 1.0 / shape })
    }
}

impl Formula for Weibull {
    /// scale · (-ln(1 - u))^(1 / shape).
    fn nanos(&self, u: f64) -> f64 {
        self.scale.nanos() as f64 * libm::pow(-libm::log1p(-u), self.power)
    }

    fn mean_nanos(&self) -> f64 {
        self.scale.nanos() as f64 * libm::tgamma(1.0 + self.power)
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::testing::compare;
    use super::super::tabled::Tabled;
    use super::super::testing::{assert_monotone, draw, mean_over_draws};
    use super::*;
    use crate::random::fraction;

    fn law(shape: f64) -> Tabled<Weibull> {
        Tabled::new(Weibull::new(Span::from_millis(10), shape).unwrap())
    }

    #[test]
    fn its_quantiles_are_those_of_the_law() {
        // At the scale, 1 - 1/e are below, whatever the shape; at 1 it is exponential, at 2 half take less than √ln 2.
        for shape in [0.05, 0.5, 1.0, 2.0, 50.0] {
            let found = law(shape).quantile(draw(1.0 - libm::exp(-1.0))).nanos();
            assert!(found.abs_diff(10_000_000) <= 1, "{shape}: {found}");
            let law = law(shape);
            assert_monotone(|draw| law.quantile(draw));
        }
        assert_eq!(law(1.0).quantile(draw(0.5)).nanos(), 6_931_472);
        assert_eq!(law(2.0).quantile(draw(0.5)).nanos(), 8_325_546);
    }

    #[test]
    fn its_mean_is_that_of_the_law() {
        for shape in [0.5, 1.0, 3.0] {
            let law = law(shape);
            let mean = mean_over_draws(|draw| law.quantile(draw), 1_000_000);
            assert!((mean / law.mean_nanos() - 1.0).abs() < 1e-3, "{shape}: {mean}");
        }
        assert_eq!(law(0.5).mean_nanos(), 2e7);
    }

    #[test]
    fn settings_that_are_none_are_refused() {
        for shape in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Weibull::new(Span::from_millis(1), shape).unwrap_err().key, Some("shape"));
        }
        assert_eq!(Weibull::new(Span::ZERO, 1.0).unwrap_err().key, Some("scale"));
    }

    #[test]
    fn the_table_changes_no_span() {
        for shape in [0.05, 0.2, 0.5, 0.59, 1.0, 1.5, 3.0, 50.0] {
            for scale in [1, 10_000_000, 1 << 50] {
                let law = Tabled::new(Weibull::new(Span::from_nanos(scale), shape).unwrap());
                let formula = |draw| scale as f64 * libm::pow(-libm::log1p(-fraction(draw)), 1.0 / shape);
                compare(&law.table, formula).assert_exact(&law);
            }
        }
    }
}
