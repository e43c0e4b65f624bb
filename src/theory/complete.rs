//! The complete graph in aligned rounds.
//!
//! With a and b the chances that a contact from one who knows, or from one who does not, ends with both knowing, the
//! informed grow by the factor 1 + k(a + b) a round while they are few, and once they are many the ignorant shrink by
//! the factor e^(-ka) (1 - b)^k, which together take log_{1+k(a+b)} n + ln n / (ka - k ln(1-b)) rounds (derived). If
//! b = 1, an ignorant node stays so only if all its k contacts are, and the ignorant share u falls to u^(1+k): the
//! second term is then log_{1+k} ln n.

use libm::log;

use super::{Case, CaseStrategy, Prediction};

pub(super) fn predict(case: &Case) -> Prediction {
    let contact = case.strategy.contact(case.arrives);
    if case.nodes == 2 {
        // One contact from either side, until one succeeds.
        let missed = (1.0 - contact.push) * (1.0 - contact.pull);
        return Prediction::rounds(1.0 / (1.0 - missed), "1 / (1 - (1-a)(1-b))", "derived").exactly();
    }
    if case.fanout >= case.nodes - 1 && case.arrives == 1.0 {
        return Prediction::rounds(1.0, "1", "everybody meets everybody").exactly();
    }
    let (n, k) = (f64::from(case.nodes), f64::from(case.fanout));
    let growth = log(n) / libm::log1p(k * (contact.push + contact.pull));
    let end = if contact.pull == 1.0 {
        log(log(n)) / libm::log1p(k)
    } else {
        log(n) / (k * (contact.push - libm::log1p(-contact.pull)))
    };
    let (law, source) = name(case);
    Prediction::rounds(growth + end, law, source)
}

/// The law as published, for the strategy, the fanout and the loss.
fn name(case: &Case) -> (&'static str, &'static str) {
    const DERIVED: &str = "derived";
    let (alone, lossless) = (case.fanout == 1, case.arrives == 1.0);
    match (case.strategy, alone, lossless) {
        (CaseStrategy::Push, true, true) => ("log2 n + ln n", "Frieze & Grimmett 1985; Pittel 1987"),
        (CaseStrategy::Push, true, false) => ("log_{1+p} n + (1/p) ln n", "Doerr, Huber, Levavi"),
        (CaseStrategy::Push, false, true) => ("log_{1+k} n + (ln n)/k", DERIVED),
        (CaseStrategy::Push, false, false) => ("log_{1+kp} n + (ln n)/(kp)", DERIVED),
        (CaseStrategy::Pull, true, true) => ("log2 n + log2 ln n", "Doerr & Kostrygin 2017"),
        (CaseStrategy::Pull, true, false) => ("log_{1+p²} n + ln n / ln(1/(1-p²))", "Doerr & Kostrygin 2017"),
        (CaseStrategy::Pull, false, true) => ("log_{1+k} n + log_{1+k} ln n", DERIVED),
        (CaseStrategy::Pull, false, false) => ("log_{1+kp²} n + ln n / (k ln(1/(1-p²)))", DERIVED),
        (_, true, true) => ("log3 n + log2 ln n", "Karp, Schindelhauer, Shenker, Vöcking 2000; Doerr & Kostrygin 2017"),
        (_, false, true) => ("log_{1+2k} n + log_{1+k} ln n", DERIVED),
        (CaseStrategy::Eager, _, false) => ("log_{1+k(p+p²)} n + ln n / (k(p + ln(1/(1-p²))))", DERIVED),
        (CaseStrategy::Digest, _, false) => ("log_{1+k(p³+p²)} n + ln n / (k(p³ + ln(1/(1-p²))))", DERIVED),
    }
}

#[cfg(test)]
mod tests {
    use super::super::chain::Chain;
    use super::super::tests::case;
    use super::*;
    use CaseStrategy::{Digest, Eager, Pull, Push};

    #[test]
    fn a_doubling_costs_push_one_round_and_ln_2() {
        let at = |nodes| predict(&case(nodes, Push)).rounds;
        assert!((at(2048) - at(1024) - (1.0 + std::f64::consts::LN_2)).abs() < 1e-12);
        assert!((at(1024) - (10.0 + 10.0 * std::f64::consts::LN_2)).abs() < 1e-12);
    }

    #[test]
    fn two_nodes_take_the_exact_fractions() {
        for (strategy, rounds) in [(Push, 2.0), (Pull, 4.0), (Eager, 1.6), (Digest, 32.0 / 11.0)] {
            let found = predict(&Case { arrives: 0.5, ..case(2, strategy) });
            assert!(found.exact && (found.rounds - rounds).abs() < 1e-12, "{strategy:?}: {found:?}");
        }
    }

    #[test]
    fn the_laws_lie_within_a_bounded_distance_of_the_exact_chain() {
        // Bounded in n: what the O(1) of a law amounts to may hardly change over two doublings.
        for strategy in [Push, Pull, Eager, Digest] {
            for (fanout, arrives) in [(1, 1.0), (1, 0.8), (2, 1.0), (2, 0.7)] {
                let gap = |nodes| {
                    let law = predict(&Case { fanout, arrives, ..case(nodes, strategy) }).rounds;
                    Chain::new(nodes, strategy, fanout, arrives).unwrap().rounds().unwrap().mean - law
                };
                let (near, far) = (gap(64), gap(256));
                let here = format!("{strategy:?}, fanout {fanout}, p = {arrives}: {near} and {far}");
                assert!(near.abs() < 2.0 && (far - near).abs() < 0.3, "{here}");
            }
        }
    }

    #[test]
    fn who_meets_everybody_tells_everybody_at_once() {
        let found = predict(&Case { fanout: 9, ..case(10, Push) });
        assert!(found.exact && found.rounds == 1.0);
    }
}
