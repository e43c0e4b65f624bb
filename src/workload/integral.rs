//! A number that changes, summed up over time.

use crate::time::Time;

/// A number that changes now and then, and its integral over time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Integral {
    value: u64,
    since: Time,
    /// Until `since`, in nanoseconds.
    total: u128,
}

impl Integral {
    /// What it is.
    pub(super) fn value(&self) -> u64 {
        self.value
    }

    /// From `now` on it is this much more.
    pub(super) fn add(&mut self, now: Time, more: u64) {
        self.total = self.until(now);
        self.since = now;
        self.value += more;
    }

    /// From `now` on it is this much less.
    pub(super) fn subtract(&mut self, now: Time, less: u64) {
        self.add(now, 0);
        self.value -= less;
    }

    /// The integral until `end`, in hours.
    pub(super) fn hours(&self, end: Time) -> f64 {
        self.until(end) as f64 / 3.6e12
    }

    /// The integral until `end`, in nanoseconds.
    pub(super) fn until(&self, end: Time) -> u128 {
        let elapsed = end.nanos().saturating_sub(self.since.nanos());
        self.total + u128::from(self.value) * u128::from(elapsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_counts_for_as_long_as_it_lasts() {
        let at = Time::from_nanos;
        let mut number = Integral::default();
        number.add(at(10), 3);
        number.add(at(10), 1);
        number.subtract(at(15), 2);
        assert_eq!((number.value(), number.until(at(15)), number.until(at(25))), (2, 20, 40));
    }
}
