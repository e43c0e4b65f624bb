//! How unequally something is shared out.

/// The Gini coefficient of amounts in ascending order: 0 where all have the same, near 1 where one has everything (Gini 1912;
/// half the mean difference of two that are drawn at random, relative to the mean). `None` where there is nothing.
pub fn gini(sorted: &[u64]) -> Option<f64> {
    let count = sorted.len() as u128;
    let sum: u128 = sorted.iter().map(|&amount| u128::from(amount)).sum();
    // Sum of (2 i - n - 1) x_i, in two parts that are not negative.
    let weighted: u128 = (1..).zip(sorted).map(|(rank, &amount)| 2 * rank * u128::from(amount)).sum();
    let difference = weighted.checked_sub((count + 1) * sum)?;
    (sum > 0).then(|| difference as f64 / (count as f64 * sum as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_coefficient_has_its_known_values() {
        assert_eq!(gini(&[5; 7]), Some(0.0));
        assert_eq!(gini(&[0, 0, 0, 1]), Some(0.75), "1 - 1/n");
        assert_eq!(gini(&[1, 2, 3, 4, 5]), Some(4.0 / 15.0));
        assert_eq!(gini(&[1, 3]), Some(0.25));
        assert_eq!((gini(&[0, 0]), gini(&[])), (None, None));
        assert_eq!(gini(&[0, u64::MAX]), Some(0.5));
        // By its definition: the mean of |x - y| over all pairs, over twice the mean.
        let amounts = [0_u64, 1, 1, 4, 9, 30, 31];
        let pairs = amounts.iter().flat_map(|x| amounts.iter().map(move |y| x.abs_diff(*y))).sum::<u64>() as f64;
        let (count, sum) = (amounts.len() as f64, amounts.iter().sum::<u64>() as f64);
        assert!((gini(&amounts).unwrap() - pairs / (2.0 * count * sum)).abs() < 1e-15);
    }
}
