//! Lognormal delays of any median and spread from one table of the standard normal distribution.

use std::sync::LazyLock;

use super::table::{Table, WHOLE};
use crate::random::fraction;
use crate::stats::normal::normal_quantile;
use crate::time::Span;

/// What is added to quantiles so that the table has no negative ones: a draw is below -8.3 with no probability.
const SHIFT: f64 = 9.0;

/// How far a quantile of the table may be off, many times over: the table is held to 1e-12 of what it has, at most 18.
const MARGIN: f64 = 2e-11;

/// What the exponential function and rounding may add to a delay, as a share of it, many times over.
const ROUNDING: f64 = 1e-13;

/// ln 2 in two parts, of which the first has so few digits that its products with small whole numbers are exact.
const LN_2: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];

/// The quantiles of the standard normal distribution in a table, which answers wherever that changes no nanosecond.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct StandardNormal {
    table: Table,
}

impl StandardNormal {
    /// The one table, which all laws share.
    pub(super) fn shared() -> Self {
        static SHARED: LazyLock<StandardNormal> = LazyLock::new(StandardNormal::new);
        SHARED.clone()
    }

    fn new() -> Self {
        StandardNormal { table: Table::of(0.0, |u| normal_quantile(u) + SHIFT) }
    }

    /// median · exp(sigma · z(u)), to the nearest nanosecond, where u is the fraction of `draw`.
    #[inline]
    pub(super) fn lognormal(&self, median: f64, sigma: f64, draw: u64) -> Span {
        if let Some(shifted) = self.table.value(draw) {
            let nanos = median * exp(sigma * (shifted - SHIFT));
            let whole = nanos + WHOLE;
            // Exact, because the two are neighbours. From 2^51 on, where they are not, the margin is too large.
            let beside = (nanos - (whole - WHOLE)).abs();
            if beside + nanos * (sigma * MARGIN + ROUNDING) < 0.5 {
                return Span::from_nanos(whole.to_bits().wrapping_sub(WHOLE.to_bits()));
            }
        }
        exact(median, sigma, draw)
    }
}

/// e^x to 1e-14 of itself for x from -200 to 200, which no spread between two durations exceeds: by its power series after powers
/// of 2 are taken out, in multiplications and additions of a fixed order.
#[inline]
fn exp(x: f64) -> f64 {
    let whole = x * std::f64::consts::LOG2_E + WHOLE;
    let power = whole - WHOLE;
    // At most half of ln 2, either way.
    let r = (x - power * LN_2[0]) - power * LN_2[1];
    let square = r * r;
    let even = [1.0, 1.0 / 2.0, 1.0 / 24.0, 1.0 / 720.0, 1.0 / 40_320.0, 1.0 / 3_628_800.0, 1.0 / 479_001_600.0];
    let odd = [1.0, 1.0 / 6.0, 1.0 / 120.0, 1.0 / 5_040.0, 1.0 / 362_880.0, 1.0 / 39_916_800.0];
    let sum = |terms: &[f64]| terms.iter().rev().fold(0.0, |sum, term| sum * square + term);
    // The power is the low half of the bits, and becomes the exponent.
    let scale = f64::from_bits(whole.to_bits().wrapping_add(1023) << 52);
    (sum(&even) + r * sum(&odd)) * scale
}

/// The same without a table.
#[cold]
#[inline(never)]
fn exact(median: f64, sigma: f64, draw: u64) -> Span {
    Span::from_nanos_f64(median * libm::exp(sigma * normal_quantile(fraction(draw))))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_monotone, draw};
    use super::*;
    use crate::random::{Chance, Purpose};

    /// 200 000 draws for each of ten spreads, and nearly all of them from the table.
    #[test]
    fn the_table_changes_no_span_and_answers_for_most_draws() {
        let (normal, draws) =
            (StandardNormal::new(), Chance { seed: 1, nodes: 2, replicate: 0 }.field(Purpose::Latency));
        for (median, sigma) in [(1e3, 0.01), (8e7, 0.0), (8e7, 0.05), (3.2e6, 0.3), (5e9, 0.6), (1e18, 1.0), (3.0, 2.0)]
        {
            for number in 0..200_000 {
                let draw = draws.at(number, 0, 0);
                assert_eq!(
                    normal.lognormal(median, sigma, draw),
                    exact(median, sigma, draw),
                    "{median} {sigma} {draw}"
                );
            }
        }
        let answered = (0..100_000).filter(|number| normal.table.value(draws.at(*number, 1, 0)).is_some()).count();
        assert!(answered > 99_500, "{answered}");
    }

    #[test]
    fn the_exponential_function_is_as_exact_as_it_says() {
        for step in -200_000..=200_000 {
            let x = f64::from(step) / 1000.0;
            let off = exp(x) / libm::exp(x) - 1.0;
            assert!(off.abs() < 1e-14, "{x}: off by {off}");
        }
    }

    #[test]
    fn half_of_all_delays_are_below_the_median() {
        let normal = StandardNormal::new();
        assert_eq!(normal.lognormal(8e7, 0.3, draw(0.5)).nanos(), 80_000_000);
        assert_monotone(|draw| normal.lognormal(8e7, 0.3, draw));
    }
}
