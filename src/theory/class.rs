//! How the mean rounds of a case grow with the number of nodes, by theory: one of the laws that measured means are
//! compared with.

use super::{Case, CaseClock, CaseStrategy};
use crate::stats::growth::Law;
use crate::topology::GraphClass;

/// The law of growth of a case when the network grows and all else stays as it is, where a theorem or an exact law says
/// so: of complete graphs (Frieze & Grimmett 1985; Karp et al. 2000), random regular graphs (Fountoulakis & Panagiotou
/// 2010) and Erdős-Rényi graphs well above their threshold (Feige et al. 1990; Fountoulakis, Huber & Panagiotou 2010),
/// hypercubes (Feige et al. 1990), and ring, line and star (derived: fronts, coupon collector).
///
/// A fanout or a neighbourhood that is no small part of the network leaves nothing to grow, and has none.
pub fn growth_law(case: &Case) -> Option<Law> {
    let few = |count: u32| u64::from(count) * u64::from(count) <= u64::from(case.nodes);
    let covered = case.is_of_the_theorems() && case.clock != CaseClock::Random && case.arrives > 0.0;
    if !covered || !few(case.fanout) {
        return None;
    }
    match case.graph {
        GraphClass::Complete | GraphClass::Hypercube => Some(Law::Logarithmic),
        GraphClass::RandomRegular { degree } => (degree > 2).then_some(Law::Logarithmic),
        GraphClass::ErdosRenyi { mean_degree } => {
            (mean_degree >= 2.0 * libm::log(case.nodes.into())).then_some(Law::Logarithmic)
        }
        GraphClass::Ring { neighbors } => few(neighbors).then_some(Law::Linear),
        GraphClass::Line => Some(Law::Linear),
        GraphClass::Star => (case.clock == CaseClock::Aligned).then(|| star(case)),
        GraphClass::Grid { .. }
        | GraphClass::Torus { .. }
        | GraphClass::PreferentialAttachment { .. }
        | GraphClass::KOut { .. }
        | GraphClass::Geometric
        | GraphClass::Other
        | GraphClass::Directed => None,
    }
}

/// A centre that pushes collects coupons; one that only asks waits for the one leaf that knows; leaves that ask it learn
/// at once, or, where messages are lost, when the last of them is lucky.
fn star(case: &Case) -> Law {
    let asking = if case.arrives < 1.0 { Law::Logarithmic } else { Law::Constant };
    match (case.strategy, case.origin) {
        (CaseStrategy::Push, _) => Law::LinearTimesLog,
        (CaseStrategy::Pull, Some(0)) | (CaseStrategy::Eager | CaseStrategy::Digest, _) => asking,
        (CaseStrategy::Pull, _) => Law::Linear,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::case;
    use super::*;
    use crate::stats::Point;
    use crate::stats::growth::judge;
    use crate::theory::exact;
    use CaseStrategy::{Digest, Eager, Pull, Push};

    #[test]
    fn the_laws_are_those_of_the_exact_means() {
        let graphs = [
            (GraphClass::Complete, None, 9),
            (GraphClass::Ring { neighbors: 1 }, None, 10),
            (GraphClass::Line, Some(0), 10),
            (GraphClass::Star, Some(0), 10),
            (GraphClass::Star, Some(1), 10),
        ];
        for (graph, origin, last) in graphs {
            for strategy in [Push, Pull, Eager, Digest] {
                let at = |power: u32| {
                    let case = Case { graph, origin, ..case(1 << power, strategy) };
                    let mean = exact(&case).unwrap().distribution.mean;
                    (growth_law(&case), Point { x: f64::from(1u32 << power), mean, error: 0.01, count: 1000 })
                };
                let (laws, points): (Vec<_>, Vec<_>) = (4..=last).map(at).unzip();
                let verdict = judge(&points);
                let here = format!("{graph:?} {strategy:?}: {laws:?}, {verdict}");
                let law = laws[0].unwrap();
                assert!(laws.iter().all(|other| *other == Some(law)) && !verdict.contradicts(law), "{here}");
                // n ln n + 0.58 n is like a power of n over these sizes.
                assert!(verdict.law().is_some() || law == Law::LinearTimesLog, "{here}");
            }
        }
    }

    #[test]
    fn what_no_law_covers_has_none() {
        let push = case(1024, Push);
        assert_eq!(growth_law(&push), Some(Law::Logarithmic));
        for other in [
            Case { fanout: 40, ..push.clone() },
            Case { calls: Some(1), ..push.clone() },
            Case { clock: CaseClock::Random, ..push.clone() },
            Case { graph: GraphClass::ErdosRenyi { mean_degree: 8.0 }, ..push.clone() },
            Case { graph: GraphClass::Ring { neighbors: 100 }, ..push.clone() },
            Case { graph: GraphClass::Other, ..push.clone() },
            Case { graph: GraphClass::Directed, ..push.clone() },
        ] {
            assert_eq!(growth_law(&other), None, "{other:?}");
        }
    }
}
