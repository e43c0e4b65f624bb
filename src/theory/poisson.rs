//! Poisson clocks: a pure birth process, whose mean time is exact.

use super::paths::harmonic;
use super::{Case, CaseGraph, Prediction};

/// With fanout 1, each pair of one who knows and one who does not meets successfully at rate (a + b) / degree. On the
/// complete graph the informed grow from i at rate i (n - i)(a + b)/(n - 1), whose mean waiting times add up to
/// 2 (n-1) H_(n-1) / (n (a+b)) (Boyd, Ghosh, Prabhakar & Shah 2006 for the model; the sum is derived); on the ring they
/// always grow at rate a + b.
pub(super) fn predict(case: &Case) -> Option<Prediction> {
    if case.fanout != 1 {
        return None;
    }
    let contact = case.strategy.contact(case.arrives);
    let rate = contact.push + contact.pull;
    let n = f64::from(case.nodes);
    match case.graph {
        CaseGraph::Complete => {
            let time = 2.0 * (n - 1.0) * harmonic(case.nodes - 1) / (n * rate);
            Some(Prediction::time(time, "2 (n-1) H_(n-1) / (n (a+b))", "derived: pure birth process"))
        }
        CaseGraph::Ring { neighbors: 1 } if case.nodes > 2 => {
            Some(Prediction::time((n - 1.0) / rate, "(n-1) / (a+b)", "derived: Erlang(n-1, a+b)"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::super::{CaseClock, CaseStrategy, predict};
    use super::*;
    use CaseStrategy::{Digest, Eager, Pull, Push};

    #[test]
    fn push_pull_takes_ln_n_and_eulers_constant() {
        let clock = CaseClock::Poisson;
        let found = predict(&Case { clock, ..case(100_000, Eager) }).unwrap();
        let expected = libm::log(1e5) + 0.577_215_664_9;
        assert!((found.time - expected).abs() < 2e-4, "{found:?}");
        assert!((found.rounds - found.time - 0.5).abs() < 1e-12);
    }

    #[test]
    fn one_way_takes_twice_as_long_and_loss_stretches_time() {
        let clock = CaseClock::Poisson;
        let time = |strategy, arrives| predict(&Case { clock, arrives, ..case(50, strategy) }).unwrap().time;
        assert!((time(Push, 1.0) - 2.0 * time(Eager, 1.0)).abs() < 1e-12);
        assert!((time(Push, 1.0) - time(Pull, 1.0)).abs() < 1e-12);
        assert!((time(Digest, 0.5) - time(Eager, 1.0) * 2.0 / 0.375).abs() < 1e-9);
    }

    #[test]
    fn the_ring_grows_at_a_steady_rate() {
        let graph = CaseGraph::Ring { neighbors: 1 };
        let found = predict(&Case { clock: CaseClock::Poisson, graph, ..case(41, Eager) }).unwrap();
        assert!((found.time - 20.0).abs() < 1e-12);
    }
}
