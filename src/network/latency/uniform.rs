//! Every delay of a range is equally likely.

use serde::{Deserialize, Serialize};

use crate::catalog::Incompatible;
use crate::network::leg::Leg;
use crate::random::Field;
use crate::time::Span;

/// A delay from `min` to `max`, both included: the choice when a range is all that is known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Settings")]
pub struct Uniform {
    min: Span,
    max: Span,
    /// Nanoseconds from the least to the greatest delay.
    #[serde(skip)]
    reach: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    min: Span,
    max: Span,
}

impl TryFrom<Settings> for Uniform {
    type Error = Incompatible;

    fn try_from(Settings { min, max }: Settings) -> Result<Self, Incompatible> {
        Uniform::new(min, max)
    }
}

impl Uniform {
    /// The law over all whole nanoseconds from `min` to `max`.
    ///
    /// # Errors
    /// A [`Incompatible`] if `min` is above `max`.
    pub fn new(min: Span, max: Span) -> Result<Self, Incompatible> {
        match max.nanos().checked_sub(min.nanos()) {
            Some(reach) => Ok(Uniform { min, max, reach }),
            None => Err(Incompatible::of(
                "max",
                format!("max = \"{max}\" is below min = \"{min}\""),
                "write a max of at least min",
            )),
        }
    }

    #[inline]
    pub(super) fn of(&self, leg: &Leg, delays: &Field) -> Span {
        self.quantile(leg.draw(delays))
    }

    /// floor(draw · (reach + 1) / 2^64) above the least: each nanosecond has the same number of draws, give or take
    /// one of 2^64.
    #[inline]
    pub(crate) fn quantile(&self, draw: u64) -> Span {
        // At most (2^64 - 1) · 2^64: it fits.
        let product = (u128::from(draw) * u128::from(self.reach)).wrapping_add(u128::from(draw));
        Span::from_nanos(self.min.nanos().wrapping_add((product >> 64) as u64))
    }

    pub(super) fn least(&self) -> Span {
        self.min
    }

    pub(super) fn mean_nanos(&self) -> f64 {
        self.min.nanos() as f64 + self.reach as f64 / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_monotone, draw, mean_over_draws};
    use super::*;

    fn law(min: u64, max: u64) -> Uniform {
        Uniform::new(Span::from_nanos(min), Span::from_nanos(max)).unwrap()
    }

    #[test]
    fn each_nanosecond_has_an_equal_share_of_the_draws() {
        let law = law(10, 13);
        for (number, nanos) in [(0u64, 10), (1, 11), (2, 12), (3, 13)] {
            let first = number << 62;
            let spans = [law.quantile(first), law.quantile(first + ((1 << 62) - 1))];
            assert_eq!(spans.map(Span::nanos), [nanos; 2]);
        }
    }

    #[test]
    fn both_ends_are_reached_and_nothing_beyond_them() {
        for (min, max) in [(0, 0), (5, 5), (10_000_000, 100_000_000), (0, u64::MAX), (u64::MAX, u64::MAX)] {
            let law = law(min, max);
            let ends = [law.quantile(0), law.quantile(u64::MAX)].map(Span::nanos);
            assert_eq!(ends, [min, max]);
            assert_monotone(|draw| law.quantile(draw));
        }
    }

    #[test]
    fn the_mean_is_the_middle() {
        let law = law(10_000_000, 100_000_000);
        assert_eq!(law.mean_nanos(), 5.5e7);
        assert_eq!(law.quantile(draw(0.5)).nanos(), 55_000_000);
        assert!((mean_over_draws(|draw| law.quantile(draw), 10_000) - 5.5e7).abs() <= 1.0);
    }

    #[test]
    fn a_range_upside_down_is_refused() {
        let problem = Uniform::new(Span::from_millis(2), Span::from_millis(1)).unwrap_err().to_string();
        assert_eq!(problem, "max = \"1ms\" is below min = \"2ms\"; write a max of at least min");
    }
}
