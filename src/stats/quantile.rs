//! Quantiles of a sample, and how surely they are known.

use super::order;

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

/// Where the true quantile lies with confidence `level` at least: between two of the values, whatever their law (see
/// [`order::ranks`]). `sorted` must ascend. `None` for fewer values than that takes, which at 95 % is 6 for the median,
/// 72 for the 95 % quantile and 368 for the 99 % quantile.
pub fn quantile_interval(sorted: &[f64], probability: f64, level: f64) -> Option<(f64, f64)> {
    let (low, high) = order::ranks(sorted.len() as u64, probability, level)?;
    let at = |rank: u64| sorted.get(usize::try_from(rank).ok()?.checked_sub(1)?).copied();
    at(low).zip(at(high))
}

/// As [`quantile()`] of a sample of which `later` values more are known to be larger than all that ascend in `sorted`, such
/// as the times of runs that had not ended (right-censored values). `None` also where it lies among those.
pub fn censored_quantile(sorted: &[f64], later: usize, probability: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&probability) {
        return None;
    }
    let place = probability * (sorted.len() + later).checked_sub(1)? as f64;
    let (below, share) = (*sorted.get(place as usize)?, place - place.floor());
    if share == 0.0 {
        return Some(below);
    }
    let above = *sorted.get(place as usize + 1)?;
    Some(if above == below { below } else { below + share * (above - below) })
}

/// As [`quantile_interval()`] of such a sample, end by end: an end that lies among the larger values is `None`.
pub fn censored_interval(sorted: &[f64], later: usize, probability: f64, level: f64) -> [Option<f64>; 2] {
    let Some((low, high)) = order::ranks((sorted.len() + later) as u64, probability, level) else { return [None; 2] };
    [low, high].map(|rank| sorted.get(usize::try_from(rank).ok()?.checked_sub(1)?).copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rand_core::Rng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn an_interval_is_between_two_values() {
        let sample: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(quantile_interval(&sample, 0.5, 0.95), Some((40.0, 61.0)));
        assert_eq!(quantile_interval(&sample[..5], 0.5, 0.95), None);
        for (count, probability) in [(6, 0.5), (72, 0.95), (368, 0.99)] {
            assert!(quantile_interval(&vec![1.0; count], probability, 0.95).is_some(), "{count}");
            assert!(quantile_interval(&vec![1.0; count - 1], probability, 0.95).is_none(), "{count}");
        }
    }

    #[test]
    fn the_true_quantile_of_a_skewed_whole_numbered_law_is_inside_at_least_95_times_in_100() {
        // Whole parts of exponential values of mean 8: their 95 % quantile is the whole part of 8 ln 20.
        let mut stream = ChaCha8Rng::seed_from_u64(3);
        let mut value =
            || (-8.0 * libm::log(((stream.next_u64() >> 12) as f64 + 0.5) / 4_503_599_627_370_496.0)).floor();
        let (truth, trials) = ((8.0 * libm::log(20.0)).floor(), 2000);
        let mut inside = 0;
        for _ in 0..trials {
            let mut sample: Vec<f64> = (0..200).map(|_| value()).collect();
            sample.sort_by(f64::total_cmp);
            let (low, high) = quantile_interval(&sample, 0.95, 0.95).unwrap();
            inside += u32::from(low <= truth && truth <= high);
        }
        // At least 0.95 with standard error 0.0049; z = 4.
        assert!(f64::from(inside) / f64::from(trials) > 0.95 - 4.0 * 0.0049, "{inside}");
    }

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
    fn a_censored_quantile_is_that_of_the_whole_sample_up_to_the_first_unknown_value() {
        let whole: Vec<f64> = (1..=100).map(f64::from).collect();
        for later in [0, 1, 5, 40, 100] {
            let sorted = &whole[..100 - later];
            for probability in [0.0, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0] {
                let whole = quantile(&whole, probability).unwrap();
                // Known as long as both neighbours are.
                let known = whole.ceil() <= sorted.len() as f64;
                assert_eq!(
                    censored_quantile(sorted, later, probability),
                    known.then_some(whole),
                    "{later} {probability}"
                );
            }
        }
        assert_eq!(censored_interval(&whole[..60], 40, 0.5, 0.95), [Some(40.0), None]);
        assert_eq!(censored_interval(&whole[..61], 39, 0.5, 0.95), [Some(40.0), Some(61.0)]);
        assert_eq!(censored_interval(&whole[..5], 0, 0.5, 0.95), [None; 2]);
        assert_eq!((censored_quantile(&[], 3, 0.5), censored_quantile(&[], 0, 0.5)), (None, None));
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
