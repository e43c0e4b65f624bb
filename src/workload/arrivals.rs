//! When things come from outside that come at random.

use crate::random::fraction;
use crate::time::{Span, Time};

/// Arrivals after exponential gaps of `mean_nanos` in the mean, each made of the draw with its number.
pub(super) fn poisson(mean_nanos: f64, draw: impl Fn(u64) -> u64) -> impl Iterator<Item = Time> {
    let mut last = Time::ZERO;
    // What is left of a nanosecond beyond `last`, so that short gaps are not cut.
    let mut rest = 0.0;
    (0..).map(move |number| {
        let gap = -libm::log(fraction(draw(number))) * mean_nanos + rest;
        let whole = libm::floor(gap);
        rest = gap - whole;
        last = last + Span::from_nanos(whole as u64);
        last
    })
}
