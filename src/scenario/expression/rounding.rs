//! Whole numbers that are a little off, since computers round.

/// The whole number that `number` is but for rounding, to a part in 10^12; below 10^-15 it is 0.
pub(crate) fn nearly_whole(number: f64) -> Option<f64> {
    let whole = libm::round(number);
    (libm::fabs(number - whole) <= 1e-12 * libm::fabs(whole).max(1e-3)).then_some(whole)
}
