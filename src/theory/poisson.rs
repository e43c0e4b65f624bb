//! Poisson clocks: a pure birth process, whose mean time is exact.
//!
//! With fanout 1, each pair of one who knows and one who does not meets successfully at rate (a + b) / degree. On the
//! complete graph the informed grow from i at rate i (n - i)(a + b)/(n - 1), whose mean waiting times add up to
//! 2 (n-1) H_(n-1) / (n (a+b)) (Boyd, Ghosh, Prabhakar & Shah 2006 for the model; the sum is derived); on the ring they
//! always grow at rate a + b.
//!
//! That is the mean of the time X of the last arrival in intervals. Its round is floor(X) + 1, since the first round
//! begins at time 0. By the Fourier series of the fractional part the mean round is
//! E\[X\] + 1/2 + Σ_{j>=1} Im φ(2πj) / (πj), φ the characteristic function of X: one half more where the law of X is wide
//! against a round, and more than that where it is not (n = 2, push-pull: time 0.5, round 1.157).

use std::f64::consts::PI;

use libm::{atan2, exp, log1p, sin};

use super::paths::harmonic;
use super::rule::{Rule, Tolerance};
use super::{Case, CaseClock, Claim};
use crate::topology::GraphClass;

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "births-complete",
        text: "E[floor(X) + 1], X the time in intervals, E[X] = 2 (n-1) H_(n-1) / (n (a+b))",
        source: "derived: pure birth process",
        domain: "complete graph, Poisson clocks, fanout 1, any loss",
        slack: Tolerance::None,
        covers: |case| by_poisson_clocks(case) && case.graph == GraphClass::Complete,
        claim: |case| Claim::Exactly(complete(case)),
    },
    Rule {
        name: "births-ring",
        text: "E[floor(X) + 1], X the time in intervals, E[X] = (n-1) / (a+b)",
        source: "derived: Erlang(n-1, a+b)",
        domain: "ring with one neighbour a side, Poisson clocks, fanout 1, any loss",
        slack: Tolerance::None,
        covers: |case| by_poisson_clocks(case) && case.nodes > 2 && case.graph == GraphClass::Ring { neighbors: 1 },
        claim: |case| Claim::Exactly(ring(case)),
    },
];

/// Factors of a characteristic function that matter: beyond, rates are so high that the rest is 1 within 1e-3 of it.
const FACTORS: u32 = 4096;

/// Terms of the Fourier series.
const TERMS: u32 = 200;

fn by_poisson_clocks(case: &Case) -> bool {
    case.clock == CaseClock::Poisson && case.is_of_the_theorems() && case.fanout == 1
}

/// a + b.
fn rate(case: &Case) -> f64 {
    let contact = case.strategy.contact(case.arrives);
    contact.push + contact.pull
}

/// The mean time on the complete graph, in intervals.
fn time_on_complete(case: &Case) -> f64 {
    let n = f64::from(case.nodes);
    2.0 * (n - 1.0) * harmonic(case.nodes - 1) / (n * rate(case))
}

fn complete(case: &Case) -> f64 {
    let (n, rate) = (f64::from(case.nodes), rate(case));
    if case.nodes == 2 {
        return lone_wait(rate);
    }
    // The rates are symmetric: the slow ones stand at both ends.
    let births = case.nodes - 1;
    let slowest = (1..=births.div_ceil(2).min(FACTORS)).map(|informed| {
        let informed = f64::from(informed);
        let pair = if 2.0 * informed == n { 1.0 } else { 2.0 };
        (informed * (n - informed) / (n - 1.0) * rate, pair)
    });
    let rates: Vec<(f64, f64)> = slowest.collect();
    round(time_on_complete(case), &rates)
}

fn ring(case: &Case) -> f64 {
    let births = f64::from(case.nodes - 1);
    round(births / rate(case), &[(rate(case), births)])
}

/// The mean round of an exponential time: it is geometric.
fn lone_wait(rate: f64) -> f64 {
    -1.0 / libm::expm1(-rate)
}

/// The mean round of a sum of exponential times with these rates, each with how often it occurs; two times at least.
fn round(time: f64, rates: &[(f64, f64)]) -> f64 {
    let term = |j: u32| {
        let omega = 2.0 * PI * f64::from(j);
        // A factor λ / (λ - iω) has the modulus (1 + ω²/λ²)^(-1/2) and the argument atan(ω/λ).
        let size: f64 = rates.iter().map(|(rate, times)| -0.5 * times * log1p(omega * omega / (rate * rate))).sum();
        let angle: f64 = rates.iter().map(|(rate, times)| times * atan2(omega, *rate)).sum();
        exp(size) * sin(angle) / (PI * f64::from(j))
    };
    time + 0.5 + (1..=TERMS).rev().map(term).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::super::{CaseStrategy, exact, predict};
    use super::*;
    use CaseStrategy::{Digest, Eager, Pull, Push};

    #[test]
    fn push_pull_takes_ln_n_and_eulers_constant() {
        let time = time_on_complete(&case(100_000, Eager));
        assert!((time - libm::log(1e5) - 0.577_215_664_9).abs() < 2e-4, "{time}");
    }

    #[test]
    fn one_way_takes_twice_as_long_and_loss_stretches_time() {
        let time = |strategy, arrives| time_on_complete(&Case { arrives, ..case(50, strategy) });
        assert!((time(Push, 1.0) - 2.0 * time(Eager, 1.0)).abs() < 1e-12);
        assert!((time(Push, 1.0) - time(Pull, 1.0)).abs() < 1e-12);
        assert!((time(Digest, 0.5) - time(Eager, 1.0) * 2.0 / 0.375).abs() < 1e-9);
        // Push among 4: 2.75 intervals.
        assert!((time_on_complete(&case(4, Push)) - 2.75).abs() < 1e-12);
    }

    #[test]
    fn the_mean_round_is_that_of_the_exact_law_down_to_two_nodes() {
        for graph in [GraphClass::Complete, GraphClass::Ring { neighbors: 1 }] {
            for nodes in [2, 3, 4, 5, 9, 64, 501] {
                for (strategy, arrives) in [(Push, 1.0), (Pull, 0.5), (Eager, 1.0), (Digest, 0.9)] {
                    let case = Case { clock: CaseClock::Poisson, graph, arrives, ..case(nodes, strategy) };
                    let (law, exact) = (predict(&case).unwrap().rounds, exact(&case).unwrap().distribution.mean);
                    assert!((law - exact).abs() < 1e-5, "{graph:?}, {nodes}, {strategy:?}: {law}, not {exact}");
                }
            }
        }
        let two = Case { clock: CaseClock::Poisson, ..case(2, Eager) };
        assert!((predict(&two).unwrap().rounds - 1.156_517_6).abs() < 1e-6, "{:?}", predict(&two));
    }
}
