//! Lognormal delays of any median and spread from one table of the standard normal distribution.

use std::sync::LazyLock;

use super::table::Table;
use crate::random::fraction;
use crate::stats::normal::normal_quantile;
use crate::time::Span;

/// What is added to quantiles so that the table has no negative ones: a draw is below -8.3 with no probability.
const SHIFT: f64 = 9.0;

/// How far a quantile of the table may be off, many times over: the table is held to 1e-12 of what it has, at most 18.
const MARGIN: f64 = 2e-11;

/// What rounding may add to a delay, as a share of it.
const ROUNDING: f64 = 1e-14;

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
            let nanos = median * libm::exp(sigma * (shifted - SHIFT));
            let margin = nanos * (sigma * MARGIN + ROUNDING);
            let beside = nanos + 0.5 - libm::floor(nanos + 0.5);
            if beside > margin && beside < 1.0 - margin {
                return Span::from_nanos_f64(nanos);
            }
        }
        exact(median, sigma, draw)
    }
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
    fn half_of_all_delays_are_below_the_median() {
        let normal = StandardNormal::new();
        assert_eq!(normal.lognormal(8e7, 0.3, draw(0.5)).nanos(), 80_000_000);
        assert_monotone(|draw| normal.lognormal(8e7, 0.3, draw));
    }
}
