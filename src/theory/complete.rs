//! The complete graph in aligned rounds.
//!
//! With a and b the chances that a contact from one who knows, or from one who does not, ends with both knowing, the
//! informed grow by the factor 1 + k(a + b) a round while they are few. Once they are many, the share e^-y of ignorant
//! nodes becomes e^-(y + ka - k ln(1 - b + b e^-y)) (derived: each misses all pushes, and all its own contacts fail).
//! With x = -ln(1-b), the last term is about k y while y < x and about k x from there on: so y grows by the factor
//! 1 + k from 1 up to m = min(x, ln n), and by k(a + x) a round from there to ln n. Together
//!
//! log_{1+k(a+b)} n + log_{1+k} m + (ln n - m + 1) / (k (a + x)), m at least 1,
//!
//! which is the published law wherever there is one, and is continuous in the loss where those are not: at b = 1 the
//! last term vanishes and m = ln n (Doerr & Kostrygin 2017), at x <= 1 the middle one does. The exact mean lies above
//! it, by no more than [`Tolerance::Rate`].

use libm::log;

use super::case::Case;
use super::rule::{Claim, DERIVED, Rule, Tolerance};
use crate::topology::GraphClass;

const DOERR: &str = "Doerr & Kostrygin 2017";

pub(super) const RULES: &[Rule] = &[
    Rule {
        name: "two-nodes",
        text: "1 / (1 - (1-a)(1-b))",
        source: DERIVED,
        domain: "two nodes, aligned rounds, any loss",
        slack: Tolerance::None,
        covers: |case| case.theorem() && case.graph == GraphClass::Complete && case.nodes == 2,
        claim: |case| {
            // One contact from either side, until one succeeds.
            let contact = case.strategy.contact(case.arrives);
            Claim::Exactly(1.0 / (1.0 - (1.0 - contact.push) * (1.0 - contact.pull)))
        },
    },
    Rule {
        name: "all-meet-all",
        text: "1",
        source: "derived: everybody meets everybody",
        domain: "complete graph, fanout n - 1 or more, no loss, aligned rounds",
        slack: Tolerance::None,
        covers: |case| {
            let met = case.nodes > 2 && case.fanout >= case.nodes - 1;
            case.theorem() && case.graph == GraphClass::Complete && met && case.lossless()
        },
        claim: |_| Claim::Exactly(1.0),
    },
    Rule {
        name: "push",
        text: "log2 n + ln n",
        source: "Frieze & Grimmett 1985; Pittel 1987",
        domain: "complete graph of at least 8 nodes, push, fanout 1, no loss",
        slack: Tolerance::Rate,
        covers: |case| covered(case) && case.pushes() && case.plain(),
        claim,
    },
    Rule {
        name: "push-lossy",
        text: "log_{1+p} n + (1/p) ln n",
        source: "Doerr, Huber & Levavi 2013; Doerr & Kostrygin 2017",
        domain: "complete graph of at least 8 nodes, push, fanout 1, any loss",
        slack: Tolerance::Rate,
        covers: |case| covered(case) && case.pushes() && case.single(),
        claim,
    },
    Rule {
        name: "push-fanout",
        text: "log_{1+kp} n + (ln n)/(kp)",
        source: DERIVED,
        domain: "complete graph of at least 8 nodes, push, fanout up to n/2, any loss",
        slack: Tolerance::Rate,
        covers: |case| covered(case) && case.pushes(),
        claim,
    },
    Rule {
        name: "pull",
        text: "log2 n + log2 ln n",
        source: DOERR,
        domain: "complete graph of at least 8 nodes, pull, fanout 1, no loss",
        slack: Tolerance::Rate,
        covers: |case| covered(case) && case.pulls() && case.plain(),
        claim,
    },
    Rule {
        name: "pull-lossy",
        text: "log_{1+p²} n + ln n / ln(1/(1-p²))",
        source: DOERR,
        domain: "complete graph of at least 8 nodes, pull, fanout 1, p² up to 1 - 1/e",
        slack: Tolerance::Rate,
        covers: |case| covered(case) && case.pulls() && case.single() && steepness(case) <= 1.0,
        claim,
    },
    Rule {
        name: "push-pull",
        text: "log3 n + log2 ln n",
        source: "Karp, Schindelhauer, Shenker, Vöcking 2000; Doerr & Kostrygin 2017",
        domain: "complete graph of at least 8 nodes, push-pull, fanout 1, no loss",
        slack: Tolerance::Rate,
        covers: |case| covered(case) && case.does_both() && case.plain(),
        claim,
    },
    Rule {
        name: "pulls-fanout",
        text: "log_{1+k(a+b)} n + log_{1+k} ln n",
        source: DERIVED,
        domain: "complete graph of at least 8 nodes, pull or push-pull, fanout up to n/2, no loss",
        slack: Tolerance::Rate,
        covers: |case| covered(case) && !case.pushes() && case.lossless(),
        claim,
    },
    Rule {
        name: "pulls-lossy",
        text: "log_{1+k(a+b)} n + log_{1+k} m + (ln n - m + 1) / (k (a+x)), x = -ln(1-b), m = max(1, min(x, ln n))",
        source: "derived: the mean field's two regimes",
        domain: "complete graph of at least 8 nodes, pull or push-pull, fanout up to n/2, any loss",
        slack: Tolerance::Rate,
        covers: |case| covered(case) && !case.pushes(),
        claim,
    },
];

/// What the laws up to O(1) hold for together.
fn covered(case: &Case) -> bool {
    case.theorem() && case.graph == GraphClass::Complete && case.nodes >= 8 && case.fanout <= case.nodes / 2
}

fn claim(case: &Case) -> Claim {
    Claim::About(rounds(case))
}

/// x: by what factor e^-x a contact of an ignorant node can at most shrink the share of ignorant nodes.
fn steepness(case: &Case) -> f64 {
    -libm::log1p(-case.strategy.contact(case.arrives).pull)
}

/// The formula above.
pub(super) fn rounds(case: &Case) -> f64 {
    let contact = case.strategy.contact(case.arrives);
    let (ln, k, x) = (case.ln_n(), f64::from(case.fanout), steepness(case));
    let m = x.min(ln).max(1.0);
    let growth = ln / libm::log1p(k * (contact.push + contact.pull));
    let doubling = log(m) / libm::log1p(k);
    let shrinking = if x.is_infinite() { 0.0 } else { (ln - m + 1.0) / (k * (contact.push + x)) };
    growth + doubling + shrinking
}

#[cfg(test)]
mod tests {
    use super::super::CaseStrategy::{Digest, Eager, Pull, Push};
    use super::super::chain::Chain;
    use super::super::tests::case;
    use super::super::{laws, predict};
    use super::*;

    fn exact(case: &Case) -> f64 {
        Chain::new(case.nodes, case.strategy, case.fanout, case.arrives).unwrap().rounds().unwrap().mean
    }

    #[test]
    fn a_doubling_costs_push_one_round_and_ln_2() {
        let at = |nodes| predict(&case(nodes, Push)).unwrap().rounds;
        assert!((at(2048) - at(1024) - (1.0 + std::f64::consts::LN_2)).abs() < 1e-12);
        assert!((at(1024) - (10.0 + 10.0 * std::f64::consts::LN_2)).abs() < 1e-12);
    }

    #[test]
    fn two_nodes_take_the_exact_fractions() {
        for (strategy, rounds) in [(Push, 2.0), (Pull, 4.0), (Eager, 1.6), (Digest, 32.0 / 11.0)] {
            let found = predict(&Case { arrives: 0.5, ..case(2, strategy) }).unwrap();
            assert!(found.exact && (found.rounds - rounds).abs() < 1e-12, "{strategy:?}: {found:?}");
        }
    }

    #[test]
    fn the_exact_chain_lies_within_what_the_laws_leave_open() {
        for strategy in [Push, Pull, Eager, Digest] {
            for nodes in [8, 64, 150] {
                for fanout in [1, 4, nodes / 2] {
                    for arrives in [1.0, 0.999, 0.8, 0.5, 0.2] {
                        let case = Case { fanout, arrives, ..case(nodes, strategy) };
                        let law = predict(&case).unwrap().rounds;
                        let (least, most) = Tolerance::Rate.around(law, &case);
                        let mean = exact(&case);
                        assert!(least <= mean && mean <= most, "{case:?}: {law}, and {mean}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_little_loss_changes_a_law_little() {
        // Pull among 1024 nodes, exactly: 13.81 rounds, as without loss.
        for strategy in [Push, Pull, Eager, Digest] {
            for fanout in [1, 2, 5] {
                let at = |arrives| predict(&Case { fanout, arrives, ..case(1024, strategy) }).unwrap().rounds;
                assert!((at(1.0 - 1e-12) - at(1.0)).abs() < 0.08, "{strategy:?}, fanout {fanout}");
                let steps: Vec<f64> = (0..=4000).map(|step| at(1.0 - f64::from(step) / 5000.0)).collect();
                let jump = steps.windows(2).map(|pair| (pair[1] - pair[0]).abs() / pair[0]).fold(0.0, f64::max);
                assert!(jump < 0.02, "{strategy:?}, fanout {fanout}: {jump}");
            }
        }
        let lossy = predict(&Case { arrives: 0.9999, ..case(1024, Pull) }).unwrap().rounds;
        assert!((lossy - 12.91).abs() < 0.01, "{lossy}");
    }

    #[test]
    fn published_laws_are_what_the_formula_says_where_they_hold() {
        let of = |case: &Case| laws(case)[0];
        let n = 1024.0_f64;
        let lossy = Case { arrives: 0.7, ..case(1024, Pull) };
        let expected = log(n) / libm::log1p(0.49) - log(n) / log(0.51);
        let said = |case: &Case, expected: f64| matches!(of(case).claim, Claim::About(rounds) if (rounds - expected).abs() < 1e-9);
        assert!(of(&lossy).name == "pull-lossy" && said(&lossy, expected), "{:?}", of(&lossy));
        assert_eq!(of(&Case { arrives: 0.8, ..lossy.clone() }).name, "pulls-lossy");
        assert!(said(&case(1024, Pull), 10.0 + log(log(n)) / log(2.0)));
        assert_eq!(of(&Case { arrives: 0.5, ..case(1024, Push) }).name, "push-lossy");
        assert!(of(&Case { fanout: 2, ..case(1024, Push) }).derived() && !of(&case(1024, Push)).derived());
    }

    #[test]
    fn who_meets_everybody_tells_everybody_at_once() {
        let found = predict(&Case { fanout: 9, ..case(10, Push) }).unwrap();
        assert!(found.exact && found.rounds == 1.0);
        assert_eq!(predict(&Case { fanout: 8, ..case(10, Push) }), None, "beyond half of all, no law");
        assert_eq!(predict(&case(5, Push)), None, "too few nodes for a law of many");
    }
}
