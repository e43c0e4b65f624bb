//! Pearson's test: whether counts follow a law.

use super::student;

/// Cells are joined until as many counts are expected in each: below, the statistic no longer follows its law.
const LEAST_EXPECTED: f64 = 8.0;

/// Pearson's statistic and its degrees of freedom, of whole numbers counted from 0 against the law `pmf` of a whole
/// number from 0 (Pearson 1900). Neighbouring cells are joined until at least 8 counts are expected in each; what
/// `pmf` leaves out of 1 belongs to the last. `None` if fewer than two cells remain.
pub fn against_law(counts: &[u64], pmf: &[f64]) -> Option<(f64, f64)> {
    let total = counts.iter().sum::<u64>() as f64;
    let mut cells: Vec<(f64, f64)> = Vec::new();
    let (mut seen, mut expected, mut covered) = (0.0, 0.0, 0.0);
    for place in 0..counts.len().max(pmf.len()) {
        seen += counts.get(place).map_or(0.0, |&count| count as f64);
        expected += total * pmf.get(place).copied().unwrap_or(0.0);
        if expected >= LEAST_EXPECTED {
            covered += expected;
            cells.push((seen, expected));
            (seen, expected) = (0.0, 0.0);
        }
    }
    // The tail is too thin for a cell of its own.
    let (last_seen, last_expected) = cells.last_mut()?;
    *last_seen += seen;
    *last_expected += total - covered;
    let statistic = cells.iter().map(|(seen, expected)| (seen - expected) * (seen - expected) / expected).sum();
    (cells.len() > 1).then_some((statistic, cells.len() as f64 - 1.0))
}

/// How many standard deviations of a normal law above its centre are as unlikely as a chi-square `statistic` with
/// `freedom` degrees of freedom, a whole number.
pub fn z(statistic: f64, freedom: f64) -> f64 {
    student::normal_deviate(upper_tail(statistic, freedom))
}

/// The probability of a greater statistic: of whole degrees of freedom the incomplete gamma function is a finite sum
/// (Abramowitz & Stegun 26.4.4 and 26.4.5).
fn upper_tail(statistic: f64, freedom: f64) -> f64 {
    let half = statistic / 2.0;
    let odd = freedom as u64 % 2 == 1;
    // The terms are half^k e^-half / Γ(k + 1), with k whole or half.
    let (start, mut sum) = if odd { (0.5, libm::erfc(half.sqrt())) } else { (0.0, 0.0) };
    let mut k = start;
    while k < freedom / 2.0 - 0.5 {
        sum += libm::exp(k * libm::log(half.max(f64::MIN_POSITIVE)) - half - libm::lgamma(k + 1.0));
        k += 1.0;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};

    #[test]
    fn the_statistic_is_that_of_a_worked_example() {
        // 60 throws of a die: 5, 8, 9, 8, 10, 20, ten expected of each.
        let (statistic, freedom) = against_law(&[5, 8, 9, 8, 10, 20], &[1.0 / 6.0; 6]).unwrap();
        assert!((statistic - 13.4).abs() < 1e-12 && freedom == 5.0, "{statistic}, {freedom}");
    }

    #[test]
    fn thin_cells_are_joined_and_nothing_is_left_out() {
        // Expected 4, 4, 32, 32, 4, 4: the first two make a cell, the last two another.
        let (statistic, freedom) = against_law(&[3, 5, 30, 34, 6, 2], &[0.05, 0.05, 0.4, 0.4, 0.05, 0.05]).unwrap();
        assert!((statistic - (4.0 + 4.0) / 32.0).abs() < 1e-12 && freedom == 3.0, "{statistic}, {freedom}");
        // What was counted where nothing is expected counts against the law.
        let (statistic, _) = against_law(&[50, 40, 10], &[0.5, 0.5]).unwrap();
        assert!(statistic >= 0.0);
        assert_eq!(against_law(&[100], &[1.0]), None);
        assert_eq!(against_law(&[], &[]), None);
    }

    #[test]
    fn z_is_that_of_a_normal_law_with_the_same_tail() {
        for freedom in [1.0, 2.0, 3.0, 8.0, 31.0] {
            let law = ChiSquared::new(freedom).unwrap();
            for tail in [0.9, 0.3, 0.01, 1e-4, 1e-9] {
                let exact = -Normal::standard().inverse_cdf(tail);
                let found = z(law.inverse_cdf(1.0 - tail), freedom);
                assert!((found - exact).abs() < 1e-4, "{freedom}, {tail}: {found}, not {exact}");
            }
        }
    }
}
