//! When things come from outside.

use serde::{Deserialize, Serialize};

use crate::random::fraction;
use crate::time::{Span, Time};

/// How things that come from outside follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrivals {
    /// At equal distances, the first at time 0.
    Periodic,
    /// After exponential gaps.
    Poisson,
}

impl Arrivals {
    /// When things come of which there are so many a second; `draw` gives a number for each.
    pub(super) fn times(self, a_second: f64, draw: impl Fn(u64) -> u64 + 'static) -> Box<dyn Iterator<Item = Time>> {
        let gap = 1e9 / a_second;
        match self {
            Arrivals::Poisson => Box::new(poisson(gap, draw)),
            // A cast saturates.
            Arrivals::Periodic => Box::new(
                (0_u64..).map(move |number| Time::ZERO + Span::from_nanos(libm::round(gap * number as f64) as u64)),
            ),
        }
    }
}

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
