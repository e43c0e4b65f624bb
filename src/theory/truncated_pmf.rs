//! Probabilities of neighbouring whole numbers: the laws that exact chains are made of, without logarithms and without
//! cancellation.

/// What is too unlikely to be followed.
pub(super) const NEGLIGIBLE: f64 = 1e-22;

/// Probabilities of neighbouring numbers, the first of them `first`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TruncatedPmf {
    pub(super) first: usize,
    pub(super) shares: Vec<f64>,
}

impl TruncatedPmf {
    /// Surely this number.
    pub(super) fn at(number: usize) -> Self {
        TruncatedPmf { first: number, shares: vec![1.0] }
    }

    /// What is not negligible of `shares`, which begin with that of `first`.
    pub(super) fn trimmed(first: usize, shares: &[f64]) -> Self {
        let counts = |share: &f64| *share >= NEGLIGIBLE;
        let from = shares.iter().position(counts).unwrap_or(0);
        let to = shares.iter().rposition(counts).map_or(from, |last| last + 1);
        TruncatedPmf { first: first + from, shares: shares[from..to].to_vec() }
    }

    /// Numbers with their probabilities.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, f64)> {
        (self.first..).zip(self.shares.iter().copied())
    }

    /// Adds `share` times this law to `cells`, of which the first stands for `origin`.
    pub(super) fn add_to(&self, cells: &mut [f64], origin: usize, share: f64) {
        for (cell, own) in cells[self.first - origin..].iter_mut().zip(&self.shares) {
            *cell += share * own;
        }
    }
}

/// A law whose neighbouring probabilities have the ratio `up(i)` = P(i + 1) / P(i) for i from `low` to `high`, by
/// ratios from `mode`.
fn by_ratios(low: usize, mode: usize, high: usize, up: impl Fn(usize) -> f64) -> TruncatedPmf {
    let mut below = Vec::new();
    let mut share = 1.0;
    for number in (low..mode).rev() {
        share /= up(number);
        if share < NEGLIGIBLE {
            break;
        }
        below.push(share);
    }
    let first = mode - below.len();
    below.reverse();
    let mut shares = below;
    shares.push(1.0);
    share = 1.0;
    for number in mode..high {
        share *= up(number);
        if share < NEGLIGIBLE {
            break;
        }
        shares.push(share);
    }
    let total: f64 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= total);
    TruncatedPmf { first, shares }
}

/// How many of `trials` independent trials succeed, each with probability `chance`.
pub(super) fn binomial(trials: usize, chance: f64) -> TruncatedPmf {
    if trials == 0 || chance <= 0.0 {
        return TruncatedPmf::at(0);
    }
    if chance >= 1.0 {
        return TruncatedPmf::at(trials);
    }
    let odds = chance / (1.0 - chance);
    let mode = (((trials + 1) as f64 * chance) as usize).min(trials);
    by_ratios(0, mode, trials, |count| (trials - count) as f64 * odds / (count + 1) as f64)
}

/// How many of `marked` among `all` things are picked by `picks` picks without return.
pub(super) fn hypergeometric(all: usize, marked: usize, picks: usize) -> TruncatedPmf {
    let (low, high) = ((picks + marked).saturating_sub(all), picks.min(marked));
    let mode = ((picks + 1) as f64 * (marked + 1) as f64 / (all + 2) as f64) as usize;
    by_ratios(low, mode.clamp(low, high), high, |count| {
        let chosen = (marked - count) as f64 * (picks - count) as f64;
        chosen / ((count + 1) as f64 * (all + count + 1 - marked - picks) as f64)
    })
}

/// How many events of rate 1 there are in the time `mean`.
pub(super) fn poisson(mean: f64) -> TruncatedPmf {
    if mean <= 0.0 {
        return TruncatedPmf::at(0);
    }
    by_ratios(0, mean as usize, usize::MAX, |count| mean / (count + 1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(law: &TruncatedPmf, first: usize, expected: &[f64]) {
        assert_eq!((law.first, law.shares.len()), (first, expected.len()), "{law:?}");
        for (share, expected) in law.shares.iter().zip(expected) {
            assert!((share - expected).abs() < 1e-15, "{law:?}, not {expected:?}");
        }
    }

    #[test]
    fn small_laws_are_the_textbook_ones() {
        close(&binomial(3, 0.25), 0, &[27.0 / 64.0, 27.0 / 64.0, 9.0 / 64.0, 1.0 / 64.0]);
        close(&binomial(5, 1.0), 5, &[1.0]);
        close(&binomial(5, 0.0), 0, &[1.0]);
        close(&hypergeometric(5, 2, 2), 0, &[0.3, 0.6, 0.1]);
        close(&hypergeometric(5, 4, 3), 2, &[0.6, 0.4]);
        close(&hypergeometric(5, 5, 3), 3, &[1.0]);
        close(&hypergeometric(5, 0, 3), 0, &[1.0]);
        close(&poisson(0.0), 0, &[1.0]);
        assert!((poisson(2.0).shares[3] - 8.0 / 6.0 * libm::exp(-2.0)).abs() < 1e-15);
    }

    #[test]
    fn large_laws_have_their_moments() {
        for (law, mean, variance) in [
            (binomial(4000, 0.3), 1200.0, 840.0),
            (hypergeometric(4095, 1000, 2000), 488.400_488_4, 488.400_488_4 * (3095.0 / 4095.0) * (2095.0 / 4094.0)),
            (poisson(70_000.0), 70_000.0, 70_000.0),
        ] {
            let total: f64 = law.shares.iter().sum();
            let found: f64 = law.iter().map(|(number, share)| number as f64 * share).sum();
            let spread: f64 = law.iter().map(|(number, share)| share * (number as f64 - mean).powi(2)).sum();
            assert!((total - 1.0).abs() < 1e-12 && (found - mean).abs() < 1e-6, "{total} {found}");
            assert!((spread / variance - 1.0).abs() < 1e-8, "{spread}, not {variance}");
        }
    }

    #[test]
    fn what_is_negligible_is_cut_off_at_both_ends() {
        let law = TruncatedPmf::trimmed(7, &[0.0, 1e-30, 0.5, 0.0, 0.5, 1e-23]);
        assert_eq!(law, TruncatedPmf { first: 9, shares: vec![0.5, 0.0, 0.5] });
    }
}
