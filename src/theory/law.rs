//! The table of laws: what each says, who published it, which cases it holds for, and what it claims of a case.

use std::fmt;

use libm::log;

use super::{
    Case, CaseClock, CaseStrategy, bounds, complete, contacts, growth, paths, pieces, poisson, regular, rumor,
};

pub(super) const DERIVED: &str = "derived";
pub(super) const DEMERS: &str = "Demers et al. 1987";

/// What a law says of a case.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Claim {
    /// The mean number of rounds, exactly or up to terms below 1e-5.
    Exactly(f64),
    /// The mean number of rounds, up to a term that stays bounded: see [`Rule::slack`].
    About(f64),
    /// The leading term of the mean number of rounds: their ratio tends to 1, their difference may grow.
    Leading(f64),
    /// The mean lies between these.
    Between(f64, f64),
    /// The mean is not less.
    AtLeast(f64),
    /// How the rounds grow with n; no number follows.
    Growth,
    /// The share of nodes that never learn.
    Residue(f64),
    /// Updates sent per node.
    Traffic(f64),
    /// The probability that the graph is connected, without which nobody can tell everybody.
    Connected(f64),
    /// Something about the case that is none of these.
    Note,
}

/// A law as the table has it, for n nodes, fanout k, legs that arrive with probability p, and contacts that end with
/// both knowing with probability a (if who knows opens them) or b (if the other does).
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What it is called in tables of checks; no other law has this name.
    pub name: &'static str,
    /// What it says, such as `log2 n + ln n`.
    pub text: &'static str,
    /// Who published it, or "derived".
    pub source: &'static str,
    /// What it holds for, in words.
    pub domain: &'static str,
    /// What its claim leaves open.
    pub slack: Slack,
    /// What it holds for.
    pub covers: fn(&Case) -> bool,
    /// What it claims of a case that it covers.
    pub claim: fn(&Case) -> Claim,
}

impl Rule {
    /// What it says of `case`, if it holds there.
    pub fn of(&self, case: &Case) -> Option<Law> {
        let Rule { name, text, source, .. } = *self;
        (self.covers)(case).then(|| Law { name, text, source, claim: (self.claim)(case) })
    }
}

/// How far what is true may lie off what a law claims, wherever it holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slack {
    /// Not at all.
    None,
    /// By so much less and so much more.
    Within(f64, f64),
    /// By this share of it.
    Share(f64),
    /// On the complete graph: 0.1 rounds less to 0.4 + 1.25 / min(1, k(a+b)) more.
    Rate,
}

impl Slack {
    /// The least and the greatest value that may be true where a law claims `value` of `case`.
    pub fn around(self, value: f64, case: &Case) -> (f64, f64) {
        let (less, more) = match self {
            Slack::None => (0.0, 0.0),
            Slack::Within(less, more) => (less, more),
            Slack::Share(share) => (share * value, share * value),
            Slack::Rate => complete::slack(case),
        };
        (value - less, value + more)
    }
}

impl fmt::Display for Slack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Slack::None => f.write_str("0"),
            Slack::Within(less, more) => write!(f, "-{less} to +{more}"),
            Slack::Share(share) => write!(f, "{:.0} %", share * 100.0),
            Slack::Rate => f.write_str("-0.1 to +(0.4 + 1.25 / min(1, k(a+b)))"),
        }
    }
}

/// A law and what it claims of a case that it holds for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Law {
    /// The name of its [`Rule`].
    pub name: &'static str,
    /// What it says, such as `log2 n + ln n`.
    pub text: &'static str,
    /// What that is for the case.
    pub claim: Claim,
    /// Who published it, or "derived".
    pub source: &'static str,
}

impl Law {
    /// What it says, with what it leaves open.
    pub fn statement(&self) -> String {
        match self.claim {
            Claim::About(_) => format!("{} + O(1)", self.text),
            Claim::Leading(_) => format!("leading term only: {}", self.text),
            Claim::Residue(share) => format!("{}, here s = {share:.4}", self.text),
            Claim::Traffic(updates) => format!("{}, here m = {updates:.2}", self.text),
            Claim::Connected(chance) if chance > 0.0 && chance < 1e-3 => format!("{}, here {chance:.0e}", self.text),
            Claim::Connected(chance) if chance > 0.0 => format!("{}, here {chance:.3}", self.text),
            _ => self.text.to_owned(),
        }
    }

    /// Whether a law of the mean was worked out for this project rather than published.
    pub fn derived(&self) -> bool {
        self.source.starts_with(DERIVED)
    }
}

impl Claim {
    /// What kind of claim it is, in a word for tables.
    pub fn kind(self) -> &'static str {
        match self {
            Claim::Exactly(_) | Claim::About(_) => "mean",
            Claim::Leading(_) => "leading-term",
            Claim::Between(..) => "range",
            Claim::AtLeast(_) => "lower-bound",
            Claim::Growth => "growth",
            Claim::Residue(_) => "residue",
            Claim::Traffic(_) => "traffic",
            Claim::Connected(_) => "connected",
            Claim::Note => "note",
        }
    }

    /// The lower end, the value and the upper end of the rounds, as far as there are.
    pub fn numbers(self) -> [Option<f64>; 3] {
        match self {
            Claim::Exactly(mean) | Claim::About(mean) | Claim::Leading(mean) => [None, Some(mean), None],
            Claim::Between(low, high) => [Some(low), None, Some(high)],
            Claim::AtLeast(low) => [Some(low), None, None],
            Claim::Growth | Claim::Residue(_) | Claim::Traffic(_) | Claim::Connected(_) | Claim::Note => [None; 3],
        }
    }
}

/// Every law there is, by subject: means, the chance of a graph in one piece, then ranges and bounds, growth, traffic,
/// rumors. Of the means of a case the first counts.
pub fn table() -> impl Iterator<Item = &'static Rule> {
    let means = [complete::RULES, paths::RULES, poisson::RULES, regular::RULES, pieces::RULES];
    means.into_iter().chain([bounds::RULES, growth::RULES, contacts::RULES, rumor::RULES]).flatten()
}

/// All laws that hold for a case, in the order of the [`table`].
pub fn laws(case: &Case) -> Vec<Law> {
    if case.nodes < 2
        || case.fanout == 0
        || case.arrives <= 0.0
        || case.arrives > 1.0
        || case.faults
        || case.other_workload
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

impl Case {
    /// Nodes behave as in the model of the published theorems, in aligned rounds.
    pub(super) fn theorem(&self) -> bool {
        self.is_of_the_theorems() && self.clock == CaseClock::Aligned
    }

    /// In addition, one contact a tick is all there is, and none is lost.
    pub(super) fn plain(&self) -> bool {
        self.theorem() && self.single() && self.lossless()
    }

    pub(super) fn single(&self) -> bool {
        self.fanout == 1
    }

    pub(super) fn lossless(&self) -> bool {
        self.arrives == 1.0
    }

    pub(super) fn pushes(&self) -> bool {
        self.strategy == CaseStrategy::Push
    }

    pub(super) fn pulls(&self) -> bool {
        self.strategy == CaseStrategy::Pull
    }

    pub(super) fn does_both(&self) -> bool {
        !self.pushes() && !self.pulls()
    }

    /// n as a number of formulas.
    pub(super) fn n(&self) -> f64 {
        f64::from(self.nodes)
    }

    pub(super) fn ln_n(&self) -> f64 {
        log(self.n())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::Rumor;
    use super::super::tests::case;
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
