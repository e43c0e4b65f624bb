//! Quantiles of very many whole numbers in little memory: counts in buckets that are at most 1/64 of their values wide.

/// Bits of a number that tell buckets of one power of two apart.
const BITS: u32 = 6;

/// Counts of whole numbers, whose quantiles it knows to 1/64 of themselves; numbers below 128 exactly.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogHistogram {
    counts: Vec<u64>,
    count: u64,
    sum: u128,
    most: u64,
}

impl LogHistogram {
    /// The bucket of a number: its power of two, and the next bits.
    #[inline]
    fn bucket(value: u64) -> usize {
        let power = (u64::BITS - value.leading_zeros()).saturating_sub(BITS + 1);
        ((power << BITS) as u64 + (value >> power)) as usize
    }

    /// The largest number in a bucket.
    fn last(bucket: usize) -> u64 {
        let bucket = bucket as u64;
        let power = (bucket >> BITS).saturating_sub(1);
        let first = (bucket - (power << BITS)) << power;
        first + ((1 << power) - 1)
    }

    /// Counts a number.
    #[inline]
    pub fn add(&mut self, value: u64) {
        let bucket = Self::bucket(value);
        if bucket >= self.counts.len() {
            self.counts.resize(bucket + 1, 0);
        }
        self.counts[bucket] += 1;
        self.count += 1;
        self.sum += u128::from(value);
        self.most = self.most.max(value);
    }

    /// Takes back the number that was counted last, before which the largest was `most`, or 0 if there was none.
    pub fn take_back(&mut self, value: u64, most: u64) {
        self.counts[Self::bucket(value)] -= 1;
        self.count -= 1;
        self.sum -= u128::from(value);
        self.most = most;
        let used = self.counts.iter().rposition(|&count| count > 0).map_or(0, |last| last + 1);
        self.counts.truncate(used);
    }

    /// How many numbers there are.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Their mean, if there are any.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }

    /// The largest, if there are any.
    pub fn most(&self) -> Option<u64> {
        (self.count > 0).then_some(self.most)
    }

    /// A number that is no less than the share `permille` of them, rounded up to a whole one, and at most 1/64 more than the
    /// least such.
    pub fn quantile(&self, permille: u64) -> Option<u64> {
        let rank = (u128::from(self.count) * u128::from(permille)).div_ceil(1000).max(1);
        let mut below = 0;
        let reaches = |&(_, count): &(usize, &u64)| {
            below += u128::from(*count);
            below >= rank
        };
        let (bucket, _) = self.counts.iter().enumerate().find(reaches)?;
        Some(Self::last(bucket).min(self.most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_in_a_bucket_that_ends_at_most_a_64th_above_it() {
        assert!((0..5000).map(LogHistogram::bucket).is_sorted());
        for value in (0..5000).chain((12..64).flat_map(|power| [(1 << power) - 1, 1 << power, 3 << (power - 2)])) {
            let bucket = LogHistogram::bucket(value);
            let last = LogHistogram::last(bucket);
            assert!(last >= value && last - value <= value / 64, "{value}: {last}");
            assert!(value >= 128 || last == value);
            assert_eq!(LogHistogram::bucket(last), bucket);
            assert!(last == u64::MAX || LogHistogram::bucket(last + 1) == bucket + 1);
        }
        assert_eq!(LogHistogram::last(LogHistogram::bucket(u64::MAX)), u64::MAX);
    }

    #[test]
    fn quantiles_are_those_of_the_numbers() {
        let mut histogram = LogHistogram::default();
        assert_eq!((histogram.mean(), histogram.most(), histogram.quantile(500)), (None, None, None));
        (1..=100).for_each(|value| histogram.add(value));
        assert_eq!((histogram.count(), histogram.mean(), histogram.most()), (100, Some(50.5), Some(100)));
        assert_eq!([0, 10, 500, 990, 1000].map(|permille| histogram.quantile(permille)), [1, 1, 50, 99, 100].map(Some));
        histogram.add(1_000_000);
        assert_eq!(histogram.quantile(1000), Some(1_000_000));
    }
}
