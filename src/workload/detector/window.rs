//! The last gaps between arrivals, and their mean and spread.

/// The last gaps between arrivals, in whole units of time. Sums are exact, so that they do not depend on what has left the
/// window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    gaps: Vec<u32>,
    /// Where the oldest stands, once the window is full.
    oldest: u32,
    sum: u64,
    squares: u128,
}

impl Window {
    /// No gaps.
    pub const EMPTY: Window = Window { gaps: Vec::new(), oldest: 0, sum: 0, squares: 0 };

    /// Takes in a gap, and drops the oldest if there are `most` already.
    pub fn push(&mut self, gap: u32, most: u32) {
        if self.gaps.len() < most as usize {
            self.gaps.push(gap);
        } else {
            let old = std::mem::replace(&mut self.gaps[self.oldest as usize], gap);
            self.oldest = (self.oldest + 1) % most;
            self.sum -= u64::from(old);
            self.squares -= square(old);
        }
        self.sum += u64::from(gap);
        self.squares += square(gap);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.gaps.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.gaps.is_empty()
    }

    /// The mean gap; of none, 0.
    pub fn mean(&self) -> f64 {
        if self.is_empty() { 0.0 } else { self.sum as f64 / self.len() as f64 }
    }

    /// The standard deviation of the gaps as a population: their squared deviations divided by their number.
    pub fn sd(&self) -> f64 {
        let (count, sum) = (self.len() as u128, u128::from(self.sum));
        // The sum of the squared differences of all pairs, exactly.
        let spread = (count * self.squares - sum * sum) as f64;
        if self.is_empty() { 0.0 } else { libm::sqrt(spread) / self.len() as f64 }
    }
}

fn square(gap: u32) -> u128 {
    u128::from(gap) * u128::from(gap)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_window_is_the_last_gaps_whatever_came_before(
            gaps in prop::collection::vec(any::<u32>(), 0..40),
            most in 1_u32..12,
        ) {
            let mut window = Window::default();
            gaps.iter().for_each(|&gap| window.push(gap, most));
            let last = &gaps[gaps.len().saturating_sub(most as usize)..];
            let count = last.len() as f64;
            prop_assert_eq!(window.len(), last.len());
            let mean = last.iter().map(|&gap| f64::from(gap)).sum::<f64>() / count.max(1.0);
            prop_assert!((window.mean() - mean).abs() <= 1e-12 * mean);
            let squares = last.iter().map(|&gap| (f64::from(gap) - mean).powi(2)).sum::<f64>();
            let sd = libm::sqrt(squares / count.max(1.0));
            prop_assert!((window.sd() - sd).abs() <= 1e-9 * sd.max(1.0), "{} against {}", window.sd(), sd);
        }
    }
}
