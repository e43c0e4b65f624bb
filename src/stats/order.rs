//! Which values of a sorted sample a quantile lies between, whatever law the sample is of.
//!
//! The number of values below the quantile is binomial, so the interval between two order statistics holds the quantile
//! with a probability that is a sum of binomial terms (Conover 1999, Practical Nonparametric Statistics, section 3.2;
//! David & Nagaraja 2003, Order Statistics, section 7.1). Equal values only widen what it covers, so it serves rounds,
//! which are whole, as well.

/// The ranks, from 1, of the two values of a sorted sample of `count` between which the quantile of `probability` lies
/// with confidence `level` at least: the narrowest with at most half the rest on either side. `None` if the sample is
/// too small to have such values, or if a probability is not between 0 and 1.
///
/// The terms are exact but for rounding: each is worked out from its neighbour, beginning at the largest.
pub fn ranks(count: u64, probability: f64, level: f64) -> Option<(u64, u64)> {
    let sound = |share: f64| share > 0.0 && share < 1.0;
    if count == 0 || !sound(probability) || !sound(level) {
        return None;
    }
    let (first, terms) = terms(count, probability);
    let aside = (1.0 - level) / 2.0;
    let below = within(terms.iter(), aside);
    let above = within(terms.iter().rev(), aside);
    // P(B < low) and P(B >= high) are at most `aside` each.
    let (low, high) = (first + below, first + terms.len() as u64 - above);
    (low >= 1 && high <= count && low < high).then_some((low, high))
}

/// How many of `terms` together make at most `share`.
fn within<'a>(terms: impl Iterator<Item = &'a f64>, share: f64) -> u64 {
    let mut sum = 0.0;
    let sums = terms.map(|term| {
        sum += term;
        sum
    });
    sums.take_while(|&sum| sum <= share).count() as u64
}

/// The probabilities of the binomial law that are not vanishingly small, and the number that the first is of.
fn terms(count: u64, probability: f64) -> (u64, Vec<f64>) {
    const VANISHING: f64 = 1e-30;
    let odds = probability / (1.0 - probability);
    let mode = (((count + 1) as f64 * probability) as u64).min(count);
    let (mut low, mut term) = (mode, 1.0);
    let mut terms = vec![term];
    while low > 0 && term > VANISHING {
        term *= low as f64 / ((count - low + 1) as f64 * odds);
        low -= 1;
        terms.push(term);
    }
    terms.reverse();
    let (mut high, mut term) = (mode, 1.0);
    while high < count && term > VANISHING {
        term *= (count - high) as f64 * odds / (high + 1) as f64;
        high += 1;
        terms.push(term);
    }
    let total: f64 = terms.iter().sum();
    terms.iter_mut().for_each(|term| *term /= total);
    (low, terms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{Binomial, DiscreteCDF};

    #[test]
    fn ranks_are_those_of_the_textbooks() {
        // Medians: the intervals of the sign test, in every table. 0.95^72 is the first below 0.025, 0.99^368 as well.
        for (count, probability, expected) in [
            (6, 0.5, Some((1, 6))),
            (10, 0.5, Some((2, 9))),
            (20, 0.5, Some((6, 15))),
            (100, 0.5, Some((40, 61))),
            (5, 0.5, None),
            (71, 0.95, None),
            (72, 0.95, Some((64, 72))),
            (367, 0.99, None),
            (0, 0.5, None),
        ] {
            assert_eq!(ranks(count, probability, 0.95), expected, "{count}, {probability}");
        }
    }

    #[test]
    fn the_interval_holds_at_least_its_level_and_is_the_narrowest_that_does() {
        for count in [6, 30, 59, 72, 100, 200, 368, 1000, 20_000, 1_000_000] {
            for probability in [0.05, 0.5, 0.95, 0.99] {
                for level in [0.8, 0.95, 0.99] {
                    let law = Binomial::new(probability, count).unwrap();
                    let below = |rank: u64| if rank == 0 { 0.0 } else { law.cdf(rank - 1) };
                    let aside = (1.0 - level) / 2.0;
                    let here = format!("{count}, {probability}, {level}");
                    let Some((low, high)) = ranks(count, probability, level) else {
                        let none = law.cdf(0).max(1.0 - law.cdf(count - 1)) > aside;
                        assert!(none, "{here}: there is one");
                        continue;
                    };
                    // statrs is good to about 1e-10 here.
                    let slack = 1e-9;
                    assert!(below(low) <= aside + slack && below(low + 1) > aside - slack, "{here}: {low}");
                    assert!(
                        1.0 - below(high) <= aside + slack && 1.0 - below(high - 1) > aside - slack,
                        "{here}: {high}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_makes_no_sense_has_no_ranks() {
        for (probability, level) in
            [(0.0, 0.95), (1.0, 0.95), (f64::NAN, 0.95), (0.5, 0.0), (0.5, 1.0), (0.5, f64::NAN)]
        {
            assert_eq!(ranks(100, probability, level), None);
        }
    }
}
