//! Where the whole distribution of rounds is computable, and why not elsewhere.

use std::fmt;

use super::chain::{self, Chain, MAX_NODES};
use super::distribution::Distribution;
use super::{Case, CaseClock, births, fronts, star};
use crate::topology::GraphClass;

/// A law that would take more work than this, in cells of laws, is not computed: ten seconds or so.
const MOST_WORK: f64 = 4e9;

/// The exact law of the number of rounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact {
    /// The law.
    pub distribution: Distribution,
    /// How it is computed.
    pub method: &'static str,
    /// Who published it, or "derived".
    pub source: &'static str,
}

/// Why there is no exact law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// Nothing can ever arrive.
    Never,
    /// A setting, or two together, whose law is not known here.
    Unknown(&'static str),
    /// There are more than [`MAX_NODES`] nodes.
    TooLarge,
    /// It would take too long to work out, or is too long to write down.
    TooLong,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unavailable::Never => f.write_str("no message ever arrives"),
            Unavailable::Unknown(what) => f.write_str(what),
            Unavailable::TooLarge => write!(f, "more than {MAX_NODES} nodes"),
            Unavailable::TooLong => f.write_str("it would take too long to work out"),
        }
    }
}

/// What an exact law is computed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Chain,
    Arc,
    Hops,
    Leaves,
    Births,
}

/// The exact law of the number of rounds, where it is computable.
///
/// # Errors
/// Why it is not.
pub fn attempt(case: &Case) -> Result<Exact, Unavailable> {
    let case = &case.canonical();
    let way = way(case)?;
    if work_of(case, way) > MOST_WORK {
        return Err(Unavailable::TooLong);
    }
    let distribution = match way {
        Method::Chain => {
            Chain::new(case.nodes, case.strategy, case.fanout, case.arrives).and_then(|chain| chain.rounds())
        }
        Method::Arc => fronts::ring(case),
        Method::Hops => {
            case.origin.map_or_else(|| fronts::line_from_any(case), |origin| fronts::line_from(case, origin))
        }
        Method::Leaves => star::star(case),
        Method::Births => births::rounds(&rates(case)),
    };
    let (method, source) = match way {
        Method::Chain => ("chain of the number informed", "derived: occupancy and binomial steps"),
        Method::Arc => ("chain of the informed arc", "derived: two fronts"),
        Method::Hops => ("sums of geometric hops", "derived: negative binomial steps"),
        Method::Leaves => ("chain of the informed leaves", "derived: coupon collector and binomial steps"),
        Method::Births => ("pure birth process, uniformised", "derived: exponential waiting times; Jensen 1953"),
    };
    distribution.map(|distribution| Exact { distribution, method, source }).ok_or(Unavailable::TooLong)
}

/// The exact law of the number of rounds, where it is computable: see [`attempt`].
pub fn exact(case: &Case) -> Option<Exact> {
    attempt(case).ok()
}

/// About how much work [`exact`] is, in cells of laws of about two nanoseconds each; `None` where there is no exact
/// law.
pub fn work(case: &Case) -> Option<f64> {
    let case = &case.canonical();
    way(case).ok().map(|way| work_of(case, way))
}

fn work_of(case: &Case, way: Method) -> f64 {
    match way {
        Method::Chain => chain::work(case),
        Method::Arc => fronts::ring_work(case),
        Method::Hops => fronts::line_work(case),
        Method::Leaves => star::work(case),
        Method::Births => births::work(&rates(case)),
    }
}

/// What the law of a case is computed by.
fn way(case: &Case) -> Result<Method, Unavailable> {
    if !case.independent_losses {
        return Err(Unavailable::Unknown("losses are not independent of each other"));
    }
    if case.arrives <= 0.0 || case.fanout == 0 {
        return Err(Unavailable::Never);
    }
    if !case.latency_zero {
        return Err(Unavailable::Unknown("messages take time"));
    }
    if case.unmodelled {
        return Err(Unavailable::Unknown("no law is about how it spreads"));
    }
    if case.rumor.is_some() {
        return Err(Unavailable::Unknown("nodes lose interest"));
    }
    if !case.peers_uniform {
        return Err(Unavailable::Unknown("peers are not chosen uniformly and afresh each time"));
    }
    if case.calls.is_some() {
        return Err(Unavailable::Unknown("nodes take only so many calls"));
    }
    if case.backup {
        return Err(Unavailable::Unknown("nodes also compare versions"));
    }
    if case.faults {
        return Err(Unavailable::Unknown("nodes or paths fail"));
    }
    let way = match (case.clock, case.graph) {
        (CaseClock::Aligned | CaseClock::Poisson, _) if case.nodes == 1 => Ok(Method::Chain),
        (CaseClock::Random, _) => Err(Unavailable::Unknown("turns lie at random phases")),
        (CaseClock::Poisson, GraphClass::Complete | GraphClass::Ring { neighbors: 1 }) if case.fanout > 1 => {
            Err(Unavailable::Unknown("Poisson clocks with a fanout above 1"))
        }
        (CaseClock::Poisson, GraphClass::Complete) => Ok(Method::Births),
        (CaseClock::Poisson, GraphClass::Ring { neighbors: 1 }) if case.nodes > 2 => Ok(Method::Births),
        (CaseClock::Aligned, GraphClass::Complete) => Ok(Method::Chain),
        (CaseClock::Aligned, GraphClass::Ring { neighbors: 1 }) if case.nodes > 2 => Ok(Method::Arc),
        (CaseClock::Aligned, GraphClass::Line) if case.nodes > 1 => Ok(Method::Hops),
        (CaseClock::Aligned, GraphClass::Star) if case.nodes > 1 => Ok(Method::Leaves),
        (CaseClock::Aligned, _) => Err(Unavailable::Unknown("no chain of few states describes this topology")),
        (CaseClock::Poisson, _) => Err(Unavailable::Unknown("no birth process describes this topology")),
    }?;
    if case.nodes > MAX_NODES { Err(Unavailable::TooLarge) } else { Ok(way) }
}

/// The rates at which one more node learns under Poisson clocks of one turn a unit of time and fanout 1. Each pair of
/// one who knows and one who does not meets successfully at rate (a + b) / degree: i (n - i) pairs of degree n - 1 on
/// the complete graph, two of degree 2 on the ring.
fn rates(case: &Case) -> Vec<f64> {
    let contact = case.strategy.contact(case.arrives);
    let rate = contact.push + contact.pull;
    let n = f64::from(case.nodes);
    let complete = case.graph == GraphClass::Complete;
    let pairs = |informed: f64| if complete { informed * (n - informed) / (n - 1.0) } else { 1.0 };
    (1..case.nodes).map(|informed| pairs(f64::from(informed)) * rate).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::super::{CaseStrategy, Rumor, predict};
    use super::*;
    use CaseStrategy::{Digest, Eager, Pull, Push};

    #[test]
    fn where_the_mean_is_known_in_closed_form_the_law_has_it() {
        let cases = [
            (GraphClass::Complete, CaseClock::Poisson, None),
            (GraphClass::Ring { neighbors: 1 }, CaseClock::Poisson, None),
            (GraphClass::Ring { neighbors: 1 }, CaseClock::Aligned, None),
            (GraphClass::Line, CaseClock::Aligned, Some(0)),
            (GraphClass::Line, CaseClock::Aligned, Some(59)),
            (GraphClass::Star, CaseClock::Aligned, Some(0)),
            (GraphClass::Star, CaseClock::Aligned, Some(7)),
            (GraphClass::Star, CaseClock::Aligned, None),
        ];
        for (graph, clock, origin) in cases {
            for strategy in [Push, Pull, Eager, Digest] {
                let case = Case { graph, clock, origin, ..case(60, strategy) };
                let (law, mean) = (exact(&case).unwrap().distribution, predict(&case).unwrap().rounds);
                let close = if clock == CaseClock::Poisson { 1e-5 } else { 1e-9 };
                assert!((law.mean - mean).abs() < close, "{graph:?} {strategy:?}: {}, not {mean}", law.mean);
                let total: f64 = law.pmf.iter().sum();
                assert!((total - 1.0).abs() < 1e-9, "{graph:?} {strategy:?}: {total}");
                assert!(work(&case).unwrap() > 0.0);
            }
        }
    }

    #[test]
    fn the_complete_graph_is_known_by_its_other_names() {
        for clock in [CaseClock::Aligned, CaseClock::Poisson] {
            let whole = Case { clock, ..case(7, Eager) };
            for graph in [GraphClass::Ring { neighbors: 3 }, GraphClass::RandomRegular { degree: 6 }] {
                assert_eq!(exact(&Case { graph, ..whole.clone() }), exact(&whole), "{graph:?}");
            }
            let alone = exact(&Case { nodes: 1, ..whole }).unwrap();
            assert_eq!(alone.distribution.pmf, [1.0]);
        }
        assert_eq!(exact(&Case { graph: GraphClass::Ring { neighbors: 2 }, ..case(7, Eager) }), None);
    }

    #[test]
    fn what_has_no_exact_law_says_why() {
        let base = case(64, Push);
        let star = Case { graph: GraphClass::Star, ..base.clone() };
        let rumor = Rumor { k: 2, coin: false, feedback: true, minimization: false };
        for (case, why) in [
            (Case { nodes: 4097, ..base.clone() }, "more than 4096 nodes"),
            (Case { arrives: 0.0, ..base.clone() }, "no message ever arrives"),
            (
                Case { arrives: 0.0, independent_losses: false, ..base.clone() },
                "losses are not independent of each other",
            ),
            (Case { latency_zero: false, ..base.clone() }, "messages take time"),
            (Case { rumor: Some(rumor), ..base.clone() }, "nodes lose interest"),
            (Case { calls: Some(1), ..base.clone() }, "nodes take only so many calls"),
            (Case { peers_uniform: false, ..base.clone() }, "peers are not chosen uniformly and afresh each time"),
            (Case { clock: CaseClock::Random, ..base.clone() }, "turns lie at random phases"),
            (Case { clock: CaseClock::Poisson, fanout: 2, ..base.clone() }, "Poisson clocks with a fanout above 1"),
            (Case { clock: CaseClock::Poisson, ..star.clone() }, "no birth process describes this topology"),
            (Case { graph: GraphClass::Hypercube, ..base.clone() }, "no chain of few states describes this topology"),
            (Case { strategy: Pull, arrives: 1e-4, ..star }, "it would take too long to work out"),
        ] {
            assert_eq!(attempt(&case).unwrap_err().to_string(), why, "{case:?}");
            assert_eq!(exact(&case), None);
        }
    }

    #[test]
    fn poisson_clocks_leave_a_spread_of_pi_over_the_root_of_12() {
        // Push-pull: X is near a sum of a logistic kind, sd π/√12 for large n; a round's width adds 1/12 of variance.
        let law = exact(&Case { clock: CaseClock::Poisson, ..case(4096, Eager) }).unwrap().distribution;
        let pi = std::f64::consts::PI;
        assert!((law.sd * law.sd - (pi * pi / 12.0 + 1.0 / 12.0)).abs() < 0.01, "{}", law.sd);
    }
}
