//! The table of laws, and those of them that hold for a case.

use super::case::Case;
use super::rule::{Law, Rule};
use super::{bounds, complete, contacts, growth, paths, pieces, poisson, regular, rumor};

/// Every law there is, by subject: means, the chance of a graph in one piece, then ranges and bounds, growth, traffic,
/// rumors. Of the means of a case the first counts.
pub fn table() -> impl Iterator<Item = &'static Rule> {
    let means = [complete::RULES, paths::RULES, poisson::RULES, regular::RULES, pieces::RULES];
    means.into_iter().chain([bounds::RULES, growth::RULES, contacts::RULES, rumor::RULES]).flatten()
}

/// All laws that hold for a case, in the order of the [`table`].
pub fn laws(case: &Case) -> Vec<Law> {
    if case.nodes < 2 || case.fanout == 0 || case.arrives <= 0.0 || case.arrives > 1.0 || case.faults || case.unmodelled
    {
        return Vec::new();
    }
    let case = &case.canonical();
    let mut laws: Vec<Law> = Vec::new();
    for law in table().filter_map(|rule| rule.of(case)) {
        let second_mean = law.claim.kind() == "mean" && laws.iter().any(|other| other.claim.kind() == "mean");
        if !second_mean {
            laws.push(law);
        }
    }
    laws
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::tests::case;
    use super::super::{CaseClock, CaseStrategy, Claim, Rumor};
    use super::*;
    use crate::topology::GraphClass;
    use CaseStrategy::{Digest, Eager, Pull, Push};

    fn kinds(case: &Case) -> Vec<&'static str> {
        laws(case).iter().map(|law| law.claim.kind()).collect()
    }

    fn names(case: &Case) -> Vec<&'static str> {
        laws(case).iter().map(|law| law.name).collect()
    }

    #[test]
    fn every_law_has_a_name_of_its_own_a_source_and_a_domain() {
        let names: BTreeSet<&str> = table().map(|rule| rule.name).collect();
        assert_eq!(names.len(), table().count());
        for rule in table() {
            assert!(![rule.text, rule.source, rule.domain].contains(&""), "{}", rule.name);
        }
    }

    #[test]
    fn push_on_the_complete_graph_has_a_mean_bounds_and_a_dual() {
        assert_eq!(kinds(&case(1024, Push)), ["mean", "range", "lower-bound", "traffic", "note", "note"]);
        assert_eq!(kinds(&case(1024, Pull)), ["mean", "note", "note"]);
        assert_eq!(kinds(&case(1024, Eager)), ["mean"]);
        let Claim::Between(low, high) = laws(&case(1024, Push))[1].claim else { panic!() };
        // 10 + 6.9315 - 1.116 and 10 + 6.9315 + 2.765
        assert!((low - 15.815_47).abs() < 1e-5 && (high - 19.696_47).abs() < 1e-5, "{low} {high}");
        assert_eq!(kinds(&Case { fanout: 2, ..case(1024, Push) }), ["mean", "lower-bound", "note"]);
        assert_eq!(kinds(&Case { arrives: 0.5, ..case(1024, Push) }), ["mean", "lower-bound"]);
    }

    #[test]
    fn bounds_hold_where_means_are_exact() {
        for strategy in [Push, Pull, Eager, Digest] {
            for (fanout, arrives) in [(1, 1.0), (1, 0.6), (2, 1.0), (3, 0.9)] {
                for (graph, origin) in [
                    (GraphClass::Complete, None),
                    (GraphClass::Ring { neighbors: 1 }, None),
                    (GraphClass::Line, None),
                    (GraphClass::Line, Some(2)),
                    (GraphClass::Star, None),
                ] {
                    let case = Case { graph, origin, fanout, arrives, ..case(33, strategy) };
                    let mean = super::super::exact(&case).unwrap().distribution.mean;
                    for law in laws(&case) {
                        let [low, _, high] = law.claim.numbers();
                        let within = low.is_none_or(|low| low <= mean + 1e-9) && high.is_none_or(|high| mean <= high);
                        assert!(within, "{case:?}: {law:?}, but the mean is {mean}");
                    }
                }
            }
        }
    }

    #[test]
    fn callers_who_hunt_and_nodes_that_also_compare_versions_have_no_law_of_the_mean() {
        let limited = Case { calls: Some(1), ..case(1024, Eager) };
        assert!(names(&limited).contains(&"one-call-answered"));
        for other in [Case { hunt: 3, ..limited.clone() }, Case { backup: true, ..limited }] {
            assert_eq!(kinds(&other), [""; 0], "{other:?}");
        }
        assert_eq!(kinds(&Case { calls: Some(2), ..case(1024, Eager) }), [""; 0]);
    }

    #[test]
    fn where_nothing_arrives_or_nobody_needs_news_no_law_speaks() {
        assert!(laws(&Case { arrives: 0.0, ..case(64, Push) }).is_empty());
        assert!(laws(&case(1, Push)).is_empty());
    }

    #[test]
    fn what_a_law_leaves_open_stands_in_its_statement() {
        let of = |case: &Case| laws(case)[0].statement();
        assert!(of(&case(1024, Push)).ends_with(" + O(1)"));
        let regular = Case { graph: GraphClass::RandomRegular { degree: 8 }, ..case(1024, Push) };
        assert!(of(&regular).starts_with("leading term only: C_d ln n"), "{}", of(&regular));
        let ring = Case { graph: GraphClass::Ring { neighbors: 1 }, ..case(64, Push) };
        assert_eq!(of(&ring), "n - 3/4");
        let rumor = Some(Rumor { k: 2, coin: true, feedback: true, minimization: false });
        let rumor = Case { rumor, clock: CaseClock::Poisson, ..case(1000, Push) };
        assert!(of(&rumor).ends_with(", here s = 0.0595"), "{}", of(&rumor));
    }
}
