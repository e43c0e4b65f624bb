//! The exact distribution of rounds where nodes act by Poisson clocks: a pure birth process.
//!
//! From i informed nodes the next one learns at rate λ_i, so the time X of the last is a sum of independent exponential
//! times, and the round is floor(X) + 1. With all steps taken at one rate Λ, the largest of the λ_i, a step leads on
//! with probability λ_i/Λ (uniformisation, Jensen 1953): P(X <= t) is the mean, over a Poisson number of steps with
//! mean Λt, of the probability that so many steps are enough. Every term is positive, so nothing cancels.

use super::distribution::{Distribution, MOST_ROUNDS};
use super::truncated_pmf::{NEGLIGIBLE, poisson};

/// The law of floor(X) + 1 for X the time that births of these `rates` take one after the other.
pub(super) fn rounds(rates: &[f64]) -> Option<Distribution> {
    let fastest = rates.iter().copied().fold(0.0, f64::max);
    let mut steps = Steps::new(rates.iter().map(|rate| rate / fastest).collect());
    let (mut pmf, mut before) = (vec![0.0], 0.0);
    while pmf.len() <= MOST_ROUNDS {
        let done: f64 =
            poisson(fastest * pmf.len() as f64).iter().map(|(count, share)| share * steps.enough(count)).sum();
        // A share that rounds to less than the one before has long been as good as 1.
        pmf.push((done - before).max(0.0));
        before = before.max(done);
        if steps.over() && (1.0 - done < 1e-14) {
            return Some(Distribution::of(pmf));
        }
    }
    None
}

/// How many births there are after so many steps.
struct Steps {
    chances: Vec<f64>,
    shares: Vec<f64>,
    low: usize,
    high: usize,
    /// The probability that all are born after 0, 1, 2, … steps.
    enough: Vec<f64>,
}

impl Steps {
    fn new(chances: Vec<f64>) -> Self {
        let mut shares = vec![0.0; chances.len() + 1];
        shares[0] = 1.0;
        Steps { shares, low: 0, high: 0, enough: vec![0.0], chances }
    }

    /// The probability that `count` steps are enough.
    fn enough(&mut self, count: usize) -> f64 {
        while self.enough.len() <= count && !self.over() {
            self.step();
        }
        self.enough.get(count).copied().unwrap_or(1.0)
    }

    /// Whether all are born, as far as anything is known.
    fn over(&self) -> bool {
        self.low == self.chances.len()
    }

    fn step(&mut self) {
        let (top, low) = (self.chances.len(), self.low);
        let end = (self.high + 1).min(top);
        // From above, so that every share is still the one before this step.
        let mut above = if end == top { self.shares[top] } else { 0.0 };
        for place in (low..end).rev() {
            let born = self.shares[place] * self.chances[place];
            self.shares[place] -= born;
            if place + 1 == top {
                above += born;
            } else {
                self.shares[place + 1] += born;
            }
        }
        if end == top {
            self.shares[top] = above;
        }
        self.high = end;
        while self.high > low && self.shares[self.high] < NEGLIGIBLE && self.high < top {
            self.shares[self.high] = 0.0;
            self.high -= 1;
        }
        while self.low < top && self.shares[self.low] < NEGLIGIBLE {
            self.shares[self.low] = 0.0;
            self.low += 1;
        }
        self.enough.push(self.shares[top]);
    }
}

/// About how many cells the law takes, for births of these `rates`: steps until the end is all but sure, times places.
pub(super) fn work(rates: &[f64]) -> f64 {
    let fastest = rates.iter().copied().fold(0.0, f64::max);
    let slowest = rates.iter().copied().fold(f64::INFINITY, f64::min);
    let time: f64 = rates.iter().map(|rate| 1.0 / rate).sum::<f64>() + 40.0 / slowest;
    let even = fastest == slowest;
    fastest * time * if even { 1.0 } else { rates.len() as f64 / 4.0 } + 20.0 * time * (fastest * time).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_birth_takes_an_exponential_time() {
        let law = rounds(&[0.5]).unwrap();
        for (rounds, share) in law.cumulative().enumerate() {
            let exact = 1.0 - libm::exp(-0.5 * rounds as f64);
            assert!((share - exact).abs() < 1e-13, "{rounds}: {share}, not {exact}");
        }
    }

    #[test]
    fn births_at_growing_rates_take_the_maximum_of_exponential_times() {
        // Rates N, N-1, …, 1: the last of N independent exponential times (Rényi 1953): (1 - e^-t)^N.
        let rates: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        let law = rounds(&rates).unwrap();
        for (rounds, share) in law.cumulative().enumerate() {
            let exact = libm::pow(1.0 - libm::exp(-(rounds as f64)), 200.0);
            assert!((share - exact).abs() < 1e-12, "{rounds}: {share}, not {exact}");
        }
    }

    #[test]
    fn births_at_one_rate_take_an_erlang_time() {
        // P(X <= 1) for 3 births of rate 2: 1 - e^-2 (1 + 2 + 2).
        let law = rounds(&[2.0; 3]).unwrap();
        assert!((law.pmf[1] - (1.0 - 5.0 * libm::exp(-2.0))).abs() < 1e-14, "{law:?}");
        let far = rounds(&[2.0; 2000]).unwrap();
        let total: f64 = far.pmf.iter().sum();
        assert!((total - 1.0).abs() < 1e-12 && (far.mean - 1000.5).abs() < 1e-6, "{} {total}", far.mean);
    }

    #[test]
    fn what_takes_for_ever_is_given_up() {
        assert_eq!(rounds(&[1e-7]), None);
    }
}
