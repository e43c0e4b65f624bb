//! The whole law of a number of rounds.

use super::truncated_pmf::NEGLIGIBLE;

/// A law that is not over after so many rounds is given up: the most that a run may have.
pub(super) const MOST_ROUNDS: usize = 1_000_000;

/// How far the sum of many probabilities may fall short of what it is.
const ROUNDING: f64 = 1e-12;

/// How many rounds it takes until all know.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// The mean.
    pub mean: f64,
    /// The standard deviation.
    pub sd: f64,
    /// The probability of each number of rounds, from 0.
    pub pmf: Vec<f64>,
}

impl Distribution {
    /// The law with these probabilities of 0, 1, 2, … rounds.
    pub fn of(pmf: Vec<f64>) -> Self {
        let moment = |value: &dyn Fn(f64) -> f64| -> f64 {
            // From the far end, the small numbers first.
            pmf.iter().enumerate().rev().map(|(rounds, share)| share * value(rounds as f64)).sum()
        };
        let mean = moment(&|rounds| rounds);
        let sd = moment(&|rounds| (rounds - mean) * (rounds - mean)).sqrt();
        Distribution { mean, sd, pmf }
    }

    /// The smallest number of rounds within which everybody knows with probability `p` at least, but for rounding
    /// errors of 1e-12; the largest possible one if that is never so.
    pub fn quantile(&self, p: f64) -> u64 {
        let enough = self.cumulative().position(|share| share >= p - ROUNDING);
        enough.unwrap_or(self.pmf.len().saturating_sub(1)) as u64
    }

    /// The median.
    pub fn p50(&self) -> u64 {
        self.quantile(0.5)
    }

    /// The rounds that are enough in 95 of 100 cases.
    pub fn p95(&self) -> u64 {
        self.quantile(0.95)
    }

    /// The rounds that are enough in 99 of 100 cases.
    pub fn p99(&self) -> u64 {
        self.quantile(0.99)
    }

    /// The probability that at most 0, 1, 2, … rounds are enough.
    pub fn cumulative(&self) -> impl Iterator<Item = f64> {
        self.pmf.iter().scan(0.0, |sum, share| {
            *sum += share;
            Some(*sum)
        })
    }

    /// The mixture of laws, each with its weight; the weights add up to 1.
    pub(super) fn mixture(laws: &[(f64, Distribution)]) -> Self {
        let longest = laws.iter().map(|(_, law)| law.pmf.len()).max().unwrap_or(0);
        let mut pmf = vec![0.0; longest];
        for (weight, law) in laws {
            pmf.iter_mut().zip(&law.pmf).for_each(|(cell, share)| *cell += weight * share);
        }
        Distribution::of(pmf)
    }

    /// The law of the sum of two independent numbers of rounds, this one and a geometric one: a success with
    /// probability `chance` in every round, from round 1. `None` if it is longer than [`MOST_ROUNDS`].
    pub(super) fn and_wait(&self, chance: f64) -> Option<Self> {
        let mut pmf = Vec::with_capacity(self.pmf.len() + 1);
        let mut waiting = 0.0;
        while pmf.len() < self.pmf.len() || waiting > NEGLIGIBLE {
            if pmf.len() > MOST_ROUNDS {
                return None;
            }
            let done = waiting * chance;
            waiting += self.pmf.get(pmf.len()).copied().unwrap_or(0.0) - done;
            pmf.push(done);
        }
        Some(Distribution::of(pmf))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_quantiles_are_those_of_the_law() {
        let law = Distribution::of(vec![0.0, 0.5, 0.25, 0.25]);
        assert_eq!((law.mean, law.sd), (1.75, 0.6875_f64.sqrt()));
        assert_eq!([0.0, 0.5, 0.501, 0.75, 0.751, 1.0].map(|p| law.quantile(p)), [0, 1, 2, 2, 3, 3]);
        assert_eq!((law.p50(), law.p95(), law.p99()), (1, 3, 3));
        assert_eq!(law.cumulative().collect::<Vec<_>>(), [0.0, 0.5, 0.75, 1.0]);
    }

    #[test]
    fn a_share_that_is_reached_but_for_rounding_is_reached() {
        let law = Distribution::of(vec![0.1; 10]);
        assert_eq!([law.quantile(0.3), law.quantile(0.8), law.quantile(1.0)], [2, 7, 9]);
    }

    #[test]
    fn waiting_first_adds_a_geometric_time() {
        let one = Distribution::of(vec![0.0, 1.0]);
        let two = one.and_wait(0.25).unwrap();
        assert!((two.pmf[2] - 0.25).abs() < 1e-15 && (two.pmf[4] - 0.25 * 0.5625).abs() < 1e-15);
        assert!((two.mean - 5.0).abs() < 1e-12 && (two.sd - 12.0_f64.sqrt()).abs() < 1e-9, "{two:?}");
        let sure = one.and_wait(1.0).unwrap();
        assert_eq!((sure.mean, sure.sd), (2.0, 0.0));
        assert_eq!(one.and_wait(1e-9), None);
    }

    #[test]
    fn a_mixture_has_the_mixed_probabilities() {
        let (one, two) = (Distribution::of(vec![0.0, 1.0]), Distribution::of(vec![0.0, 0.5, 0.5]));
        assert_eq!(Distribution::mixture(&[(0.5, one), (0.5, two)]).pmf, [0.0, 0.75, 0.25]);
    }
}
