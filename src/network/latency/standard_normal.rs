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

/// e^x to 1e-14 of itself for x from -200 to 200, which no spread between two durations exceeds: after whole powers of 2^(1/128)
/// are taken out by its power series, in multiplications and additions of a fixed order.
#[inline]
fn exp(x: f64) -> f64 {
    let steps = x * (STEPS as f64 * std::f64::consts::LOG2_E) + WHOLE;
    let whole = steps - WHOLE;
    // At most half of ln 2 / 128, either way.
    let r = (x - whole * (LN_2[0] / STEPS as f64)) - whole * (LN_2[1] / STEPS as f64);
    let series = (1.0 + r) + r * r * ((1.0 / 2.0 + r * (1.0 / 6.0)) + r * r * (1.0 / 24.0));
    let bits = steps.to_bits();
    // Whole powers of 2 are in the bits above those of the steps, and become the exponent.
    let scale = f64::from_bits((bits >> STEPS.trailing_zeros()).wrapping_add(1023) << 52);
    series * POWERS[bits as usize % STEPS] * scale
}

/// Powers of 2 between 1 and 2 in the table.
const STEPS: usize = 128;

/// 2^(k/128) for k from 0 on, by the power series of the exponential function.
const POWERS: [f64; STEPS] = {
    let mut powers = [1.0; STEPS];
    let mut step = 1;
    while step < STEPS {
        let x = step as f64 / STEPS as f64 * std::f64::consts::LN_2;
        // Of its terms those after the twentieth are below 1e-22.
        let (mut sum, mut term) = (1.0, 20);
        while term > 0 {
            sum = 1.0 + sum * (x / term as f64);
            term -= 1;
        }
        powers[step] = sum;
        step += 1;
    }
    powers
};

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
