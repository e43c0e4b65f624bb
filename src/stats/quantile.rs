//! Quantiles of a sample.

/// The value that the share `probability` of a sample stays below, between neighbours by linear interpolation (type
/// 7 of Hyndman & Fan 1996, the default of R and NumPy). `sorted` must ascend; `None` of nothing, or if `probability`
/// is not between 0 and 1.
pub fn quantile(sorted: &[f64], probability: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&probability) {
        return None;
    }
    let place = probability * sorted.len().checked_sub(1)? as f64;
    let below = *sorted.get(place as usize)?;
    let above = sorted.get(place as usize + 1).copied().unwrap_or(below);
    let share = place - place.floor();
    // Exact where the neighbours are equal, and at both ends.
    Some(if share == 0.0 || above == below { below } else { below + share * (above - below) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_r() {
        // R: quantile(c(1, 2, 4, 8, 16), c(0, .05, .25, .5, .6, .95, 1))
        let sample = [1.0, 2.0, 4.0, 8.0, 16.0];
        for (probability, value) in
            [(0.0, 1.0), (0.05, 1.2), (0.25, 2.0), (0.5, 4.0), (0.6, 5.6), (0.95, 14.4), (1.0, 16.0)]
        {
            let found = quantile(&sample, probability).unwrap();
            assert!((found - value).abs() < 1e-12, "{probability}: {found}");
        }
    }

    #[test]
    fn the_smallest_samples_and_nonsense_are_answered() {
        assert_eq!(quantile(&[7.0], 0.95), Some(7.0));
        assert_eq!(quantile(&[1.0, 3.0], 0.5), Some(2.0));
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[1.0], 1.5), None);
        assert_eq!(quantile(&[1.0], f64::NAN), None);
    }
}
