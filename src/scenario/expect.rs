//! `[expect]`: what must hold of the results, checked after the run.

use std::fmt;

use super::diagnostic::Diagnostic;

use super::fault::kind_of;
use super::problems::Problems;
use super::tree::{Entry, Node, Value};
use super::words::nearest;
use super::words::quoted;
use crate::columns::{self, Kind, SummaryField};
use crate::workload::Strategy;

const STRATEGIES: [(&str, Strategy); 3] =
    [("push", Strategy::Push), ("pull", Strategy::Pull), ("push-pull", Strategy::PushPull)];

const CONDITION_FORM: &str = "[low, high], a number, or a comparison such as \">= 0.999\"";

/// A figure that an expectation is about.
#[derive(Clone, Debug)]
pub enum Metric {
    /// Rounds per doubling of the network.
    Slope,
    /// The share of runs that converged.
    ConvergedShare,
    /// A column of `summary.csv` that holds numbers.
    Column(SummaryField),
}

impl Metric {
    /// All there are of the workload with this name.
    pub fn all(workload: &str) -> Vec<Metric> {
        let columns = columns::of(workload).summary_fields().into_iter().filter(|one| one.field.kind != Kind::Word);
        [Metric::Slope, Metric::ConvergedShare].into_iter().chain(columns.map(Metric::Column)).collect()
    }

    /// Its name, as written.
    pub fn name(&self) -> &str {
        match self {
            Metric::Slope => "slope",
            Metric::ConvergedShare => "converged_share",
            Metric::Column(column) => &column.field.name,
        }
    }

    /// Whether it is a figure of the runs that converged, which leaves out how long the others would have taken.
    pub fn is_of_converged(&self) -> bool {
        match self {
            Metric::Slope => true,
            Metric::ConvergedShare => false,
            Metric::Column(column) => column.of_converged,
        }
    }
}

impl PartialEq for Metric {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a figure must satisfy. Nothing holds of a number that is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// From the first to the second, both included.
    Within(f64, f64),
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
    /// More than this.
    Above(f64),
    /// Less than this.
    Below(f64),
    /// Exactly this.
    Equal(f64),
}

impl Condition {
    /// Whether it holds of `value`.
    pub fn holds(&self, value: f64) -> bool {
        match *self {
            Condition::Within(low, high) => (low..=high).contains(&value),
            Condition::AtLeast(bound) => value >= bound,
            Condition::AtMost(bound) => value <= bound,
            Condition::Above(bound) => value > bound,
            Condition::Below(bound) => value < bound,
            Condition::Equal(bound) => value == bound,
        }
    }

    /// Whether it holds of all greater values, if it holds of one.
    pub fn is_lower_bound(&self) -> bool {
        matches!(self, Condition::AtLeast(_) | Condition::Above(_))
    }

    /// Whether neither `value` nor a greater one can satisfy it.
    pub fn is_beyond(&self, value: f64) -> bool {
        match *self {
            Condition::Within(_, high) | Condition::AtMost(high) | Condition::Equal(high) => value > high,
            Condition::Below(bound) => value >= bound,
            Condition::AtLeast(_) | Condition::Above(_) => false,
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let number = text.trim_start_matches(['<', '>', '=']);
        let bound: f64 = number.trim().parse().ok()?;
        let condition = match text.strip_suffix(number)? {
            ">=" => Condition::AtLeast(bound),
            "<=" => Condition::AtMost(bound),
            ">" => Condition::Above(bound),
            "<" => Condition::Below(bound),
            "=" | "==" => Condition::Equal(bound),
            _ => return None,
        };
        bound.is_finite().then_some(condition)
    }

    fn to_toml(self) -> String {
        match self {
            Condition::Within(low, high) => format!("[{low:?}, {high:?}]"),
            other => quoted(&other.to_string()),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::Within(low, high) => write!(f, "{low} to {high}"),
            Condition::AtLeast(bound) => write!(f, ">= {bound}"),
            Condition::AtMost(bound) => write!(f, "<= {bound}"),
            Condition::Above(bound) => write!(f, "> {bound}"),
            Condition::Below(bound) => write!(f, "< {bound}"),
            Condition::Equal(bound) => write!(f, "= {bound}"),
        }
    }
}

/// One line of `[expect]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// The strategy whose points it is about; all points if `None`.
    pub strategy: Option<Strategy>,
    /// The figure.
    pub metric: Metric,
    /// What must hold of it.
    pub condition: Condition,
}

impl Expectation {
    /// Whether `value` is as expected.
    pub fn holds(&self, value: f64) -> bool {
        self.condition.holds(value)
    }

    /// Its key, as written: `push.slope`.
    pub fn key(&self) -> String {
        let strategy = STRATEGIES.iter().find(|(_, strategy)| Some(*strategy) == self.strategy);
        strategy.map_or_else(|| self.metric.to_string(), |(name, _)| format!("{name}.{}", self.metric))
    }

    pub(super) fn to_toml(&self) -> String {
        format!("{} = {}", quoted(&self.key()), self.condition.to_toml())
    }
}

impl fmt::Display for Expectation {
    /// `push.slope: 1.6 to 1.8`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key(), self.condition)
    }
}

/// What the points have that an expectation may be about.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// The strategies of the points.
    pub(super) strategies: Vec<Strategy>,
    /// What is simulated, whose columns can be expected something of.
    pub(super) workload: &'static str,
    /// How many sizes of network there are; whether it is one or more is what counts.
    pub(super) sizes: usize,
    /// Whether the command line changed the points: what it takes away is then left unchecked, with a note.
    pub(super) overridden: bool,
}

/// Reads `[expect]`; mistakes go to `problems`, what cannot be checked after overrides to `notes`.
pub(super) fn read(
    entries: Vec<Entry>,
    scope: &Scope,
    problems: &mut Problems,
    notes: &mut Vec<String>,
) -> Vec<Expectation> {
    let mut read: Vec<Expectation> = Vec::new();
    for entry in entries {
        let key = format!("expect.{}", entry.key);
        let expectation = match expectation(&entry, &key, scope.workload) {
            Ok(expectation) => expectation,
            Err(diagnostic) => {
                problems.push(diagnostic);
                continue;
            }
        };
        let complaint = |problem: &str, allowed: &str| Diagnostic::at(entry.key_place, &*key, problem, allowed);
        if read.iter().any(|other| other.key() == expectation.key()) {
            problems.push(complaint("this expectation is written twice", "each key once"));
        } else if let Some((problem, allowed)) = scope.misses(&expectation) {
            if scope.overridden {
                notes.push(format!("`{}` is not checked: {problem}", expectation.key()));
            } else {
                problems.push(complaint(problem, allowed));
            }
        } else {
            read.push(expectation);
        }
    }
    read
}

impl Scope {
    /// Where everything might be checked.
    pub(super) fn anything() -> Self {
        Scope {
            strategies: STRATEGIES.map(|(_, strategy)| strategy).to_vec(),
            workload: "rumor",
            sizes: usize::MAX,
            overridden: false,
        }
    }

    /// Why an expectation can never be checked, and what would be needed.
    fn misses(&self, expectation: &Expectation) -> Option<(&'static str, &'static str)> {
        if expectation.strategy.is_some_and(|strategy| !self.strategies.contains(&strategy)) {
            return Some(("no configuration has this strategy", "a strategy in gossip.strategy or its sweep"));
        }
        let slope = expectation.metric == Metric::Slope && self.sizes < 2;
        slope.then_some(("there is no slope without several sizes", "a sweep over network.nodes"))
    }
}

fn expectation(entry: &Entry, key: &str, workload: &str) -> Result<Expectation, Diagnostic> {
    let (strategy, metric) = match entry.key.rsplit_once('.') {
        Some((strategy, metric)) => (Some(named(STRATEGIES, "strategy", strategy, entry, key)?), metric),
        None => (None, entry.key.as_str()),
    };
    let all = Metric::all(workload);
    let metric = named(all.iter().map(|one| (one.name(), one.clone())), "metric", metric, entry, key)?;
    Ok(Expectation { strategy, metric, condition: condition(&entry.node, key)? })
}

fn named<'a, T>(
    list: impl IntoIterator<Item = (&'a str, T)>,
    noun: &str,
    name: &str,
    entry: &Entry,
    key: &str,
) -> Result<T, Diagnostic> {
    let mut names = Vec::new();
    for (known, value) in list {
        if known == name {
            return Ok(value);
        }
        names.push(known);
    }
    let problem = format!("there is no {noun} `{name}`");
    Err(Diagnostic::at(entry.key_place, key, problem, names.join(", ")).near(nearest(name, names.iter().copied())))
}

fn condition(node: &Node, key: &str) -> Result<Condition, Diagnostic> {
    let mistake = |problem: String| Diagnostic::at(node.place, key, problem, CONDITION_FORM);
    let number = |value: &Value| match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Float(number) => number.is_finite().then_some(*number),
        _ => None,
    };
    match &node.value {
        Value::Array(ends) => match ends.as_slice() {
            [low, high] => match (number(&low.value), number(&high.value)) {
                (Some(low), Some(high)) if low <= high => Ok(Condition::Within(low, high)),
                (Some(low), Some(high)) => Err(mistake(format!("no number is from {low} to {high}"))),
                _ => Err(mistake("the ends of a range are two finite numbers".to_owned())),
            },
            _ => Err(mistake(format!("expected two numbers, found {}", ends.len()))),
        },
        Value::Text(text) => {
            Condition::parse(text).ok_or_else(|| mistake(format!("`{text}` compares with no finite number")))
        }
        other => match number(other) {
            Some(value) => Ok(Condition::Equal(value)),
            None => Err(mistake(format!("expected a range or a comparison, found {}", kind_of(other)))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::document;
    use crate::scenario::source::Source;

    fn read_text(text: &str, overridden: bool) -> (Result<Vec<Expectation>, Problems>, Vec<String>) {
        let source = Source::text("s.toml", text);
        let mut problems = Problems::new(source.clone());
        let mut notes = Vec::new();
        let scope =
            Scope { strategies: vec![Strategy::Push, Strategy::PushPull], workload: "rumor", sizes: 1, overridden };
        let list = read(document::parse(&source).unwrap().flatten(), &scope, &mut problems, &mut notes);
        (problems.or(Some(list)), notes)
    }

    #[test]
    fn conditions_hold_on_their_side_of_the_bound_and_never_for_no_number() {
        for (text, inside, outside) in [
            ("[1.5, 2]", vec![1.5, 2.0], vec![1.4, 2.1]),
            ("\">= 0.9\"", vec![0.9, 1.0], vec![0.8]),
            ("\"<= 12\"", vec![12.0], vec![12.1]),
            ("\"< 5\"", vec![4.9], vec![5.0]),
            ("\">5\"", vec![5.1], vec![5.0]),
            ("7", vec![7.0], vec![7.1]),
        ] {
            let list = read_text(&format!("rounds_mean = {text}"), false).0.unwrap();
            assert!(inside.iter().all(|&value| list[0].holds(value)), "{text}");
            assert!(!outside.iter().chain(&[f64::NAN]).any(|&value| list[0].holds(value)), "{text}");
        }
    }

    #[test]
    fn an_expectation_prints_as_it_reads() {
        let text = "\"push-pull.converged_share\" = \">= 0.999\"";
        let list = read_text(text, false).0.unwrap();
        assert_eq!(list[0].to_string(), "push-pull.converged_share: >= 0.999");
        assert_eq!(list[0].to_toml(), text);
        assert_eq!(
            read_text("push.rounds_max = [1, 2]", false).0.unwrap()[0].to_toml(),
            "\"push.rounds_max\" = [1.0, 2.0]"
        );
    }

    #[test]
    fn what_can_never_be_checked_is_a_mistake_unless_the_command_line_took_it_away() {
        for text in ["\"pull.rounds_mean\" = 5", "slope = [1, 2]"] {
            assert!(read_text(text, false).0.is_err(), "{text}");
            let (list, notes) = read_text(text, true);
            assert_eq!((list.unwrap().len(), notes.len()), (0, 1), "{text}");
        }
    }
}
