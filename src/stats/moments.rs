//! Mean and spread of a sample, and how well the mean is known.

use super::student;

/// Count, mean and spread of the values seen, in one pass (Welford 1962), in the order given.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// Takes in one more value.
    pub fn add(&mut self, value: f64) {
        self.count += 1;
        let before = value - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (value - self.mean);
    }

    /// How many values were seen.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean; `None` of nothing.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// Their standard deviation, with n - 1 below; `None` below two values.
    pub fn sd(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.squares / (self.count - 1) as f64).sqrt())
    }

    /// The standard error of their mean; `None` below two values.
    pub fn sem(&self) -> Option<f64> {
        self.sd().map(|sd| sd / (self.count as f64).sqrt())
    }

    /// Where the true mean lies with confidence `level` (0.95 for 95 %), by Student's t: exact for normal values, and
    /// near it for the mean of many values of any law. `None` below two values; equal values give an interval of
    /// no width, which is wrong for values that lie steps apart: see [`unseen`](super::unseen).
    pub fn mean_interval(&self, level: f64) -> Option<(f64, f64)> {
        let half = self.sem()? * student::two_sided(level, (self.count - 1) as f64);
        Some((self.mean - half, self.mean + half))
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut moments = Moments::default();
        values.into_iter().for_each(|value| moments.add(value));
        moments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_moments_of_a_worked_example_are_exact() {
        let moments: Moments = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0].into_iter().collect();
        assert_eq!(moments.mean(), Some(5.0));
        assert!((moments.sd().unwrap() - (32.0f64 / 7.0).sqrt()).abs() < 1e-15);
        // t(0.975, 7) = 2.364624251592785
        let half = 2.364_624_251_592_785 * (32.0f64 / 56.0).sqrt();
        let (low, high) = moments.mean_interval(0.95).unwrap();
        assert!((low - (5.0 - half)).abs() < 1e-9 && (high - (5.0 + half)).abs() < 1e-9, "{low} {high}");
    }

    #[test]
    fn a_large_offset_does_not_drown_the_spread() {
        let moments: Moments = [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0].into_iter().collect();
        assert!((moments.sd().unwrap() - 30.0f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn too_few_values_have_no_interval_and_equal_values_one_of_no_width() {
        assert_eq!(Moments::default().mean(), None);
        let one: Moments = [3.0].into_iter().collect();
        assert_eq!((one.mean(), one.sd(), one.mean_interval(0.95)), (Some(3.0), None, None));
        let equal: Moments = [3.0; 5].into_iter().collect();
        assert_eq!(equal.mean_interval(0.95), Some((3.0, 3.0)));
    }
}
