//! `[expect]`: what must hold of the results, checked after the run.

mod condition;

pub use condition::Condition;

use std::fmt;

use self::condition::condition;
use super::diagnostic::Diagnostic;
use super::problems::Problems;
use super::tree::Entry;
use super::words::{nearest, quoted};
use crate::columns::coverage::{self, CoverageRow, SHARES};
use crate::columns::updates::{self, UpdateRow};
use crate::columns::{self, Column, Kind, SummaryField};
use crate::engine::Course;
use crate::workload::Strategy;

const STRATEGIES: [(&str, Strategy); 3] =
    [("push", Strategy::Push), ("pull", Strategy::Pull), ("push-pull", Strategy::PushPull)];

/// What is expected of the times of a share of the nodes begins so.
const COVERAGE: &str = "coverage_";
/// Behind the name of a region.
const OF_REGION: &str = ".coverage_";

/// What is expected of the times of each of many updates begins so.
const EACH_UPDATE: &str = "each_update_";

/// A figure that an expectation is about.
#[derive(Clone, Debug)]
pub enum Metric {
    /// Rounds per doubling of the network.
    Slope,
    /// The share of runs that converged.
    ConvergedShare,
    /// A column of `summary.csv` that holds numbers.
    Column(SummaryField),
    /// A column of `coverage.csv`, of the row over all runs of a share.
    Coverage(Coverage),
    /// A column of `updates.csv`, of the rows of a share: it must hold of each update.
    EachUpdate(EachUpdate),
}

/// How long each of many updates took until a share of the live nodes had it: a figure over the runs in which it was published.
#[derive(Clone, Debug)]
pub struct EachUpdate {
    name: String,
    /// The share, in percent.
    pub percent: u64,
    /// The column.
    pub column: &'static Column<UpdateRow>,
}

/// When, or in which round, a share of the live nodes had the update: a figure over all runs.
#[derive(Clone, Debug)]
pub struct Coverage {
    name: String,
    /// The region whose nodes it is of; all nodes if `None`.
    pub region: Option<String>,
    /// The share, in thousandths.
    pub permille: u64,
    /// The column.
    pub column: &'static Column<CoverageRow>,
}

impl Metric {
    /// All there are of the workload with this name.
    pub fn all(workload: &str) -> Vec<Metric> {
        let columns = columns::of(workload).summary_fields().into_iter().filter(|one| one.field.kind != Kind::Word);
        [Metric::Slope, Metric::ConvergedShare].into_iter().chain(columns.map(Metric::Column)).collect()
    }

    /// The one of a share of the nodes that is written `coverage_99.9_time_ms_p99`, of those of a region `eu.coverage_…`, if
    /// the workload knows of any.
    fn of_coverage(written: &str, workload: &str) -> Option<Metric> {
        let (region, figure) = in_region(written);
        let (share, name) = figure.strip_prefix(COVERAGE)?.split_once('_')?;
        let permille = SHARES.iter().map(|(permille, ..)| *permille);
        let permille = permille.into_iter().find(|permille| (*permille as f64 / 10.0).to_string() == share)?;
        let column = expectable(region).find(|column| column.name == name)?;
        let known = coverage::applies(columns::of(workload));
        let (name, region) = (written.to_owned(), region.map(str::to_owned));
        known.then_some(Metric::Coverage(Coverage { name, region, permille, column }))
    }

    /// The one of each update that is written `each_update_99_spread_ms_p95`, if the workload has many.
    fn of_updates(written: &str, workload: &str) -> Option<Metric> {
        let (share, name) = written.strip_prefix(EACH_UPDATE)?.split_once('_')?;
        let percent = Course::SHARES.into_iter().find(|percent| percent.to_string() == share)?;
        let column = updates::expectable().find(|column| column.name == name)?;
        let name = written.to_owned();
        updates::applies(workload).then_some(Metric::EachUpdate(EachUpdate { name, percent, column }))
    }

    /// Its name, as written.
    pub fn name(&self) -> &str {
        match self {
            Metric::Slope => "slope",
            Metric::ConvergedShare => "converged_share",
            Metric::Column(column) => &column.field.name,
            Metric::Coverage(coverage) => &coverage.name,
            Metric::EachUpdate(each) => &each.name,
        }
    }

    /// Its unit; empty where it has none.
    pub fn unit(&self) -> &'static str {
        match self {
            Metric::Slope => "rounds",
            Metric::ConvergedShare => "",
            Metric::Column(column) => column.field.unit,
            Metric::Coverage(coverage) => coverage.column.unit,
            Metric::EachUpdate(each) => each.column.unit,
        }
    }

    /// Whether it is a figure of the runs that converged, which leaves out how long the others would have taken.
    pub fn is_of_converged(&self) -> bool {
        match self {
            Metric::Slope => true,
            Metric::ConvergedShare | Metric::Coverage(_) | Metric::EachUpdate(_) => false,
            Metric::Column(column) => column.of_converged,
        }
    }
}

/// A metric that is about the nodes of a region, and which; one about all nodes has none.
fn in_region(metric: &str) -> (Option<&str>, &str) {
    let parted = metric.rfind(OF_REGION).and_then(|at| metric.split_at_checked(at));
    parted.map_or((None, metric), |(region, figure)| (Some(region), figure.trim_start_matches('.')))
}

/// What may be expected of a share: times, and of all nodes also rounds.
fn expectable(region: Option<&str>) -> impl Iterator<Item = &'static Column<CoverageRow>> {
    coverage::expectable()
        .filter(move |column| region.is_none() || coverage::of_regions().any(|one| one.name == column.name))
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
    /// The regions that nodes are in, if that is known.
    pub(super) regions: Option<Vec<String>>,
    /// How many sizes of network there are; whether it is one or more is what counts.
    pub(super) sizes: usize,
    /// Whether the scenario has a deadline.
    pub(super) deadline: bool,
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
        let expectation = match expectation(&entry, &key, scope) {
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
            regions: None,
            sizes: usize::MAX,
            deadline: true,
            overridden: false,
        }
    }

    /// Why an expectation can never be checked, and what would be needed.
    fn misses(&self, expectation: &Expectation) -> Option<(&'static str, &'static str)> {
        if expectation.strategy.is_some_and(|strategy| !self.strategies.contains(&strategy)) {
            return Some(("no configuration has this strategy", "a strategy in gossip.strategy or its sweep"));
        }
        if !self.deadline && expectation.metric.name().starts_with("within_deadline") {
            return Some(("there is no deadline", "a `deadline` at the top of the file, such as `deadline = \"2s\"`"));
        }
        if let (Metric::Coverage(Coverage { region: Some(region), .. }), Some(regions)) =
            (&expectation.metric, &self.regions)
            && !regions.contains(region)
        {
            return Some((
                "no configuration has this region",
                "a name of `[[network.region]]`, or a place of the latency",
            ));
        }
        let slope = expectation.metric == Metric::Slope && self.sizes < 2;
        slope.then_some(("there is no slope without several sizes", "a sweep over network.nodes"))
    }
}

fn expectation(entry: &Entry, key: &str, scope: &Scope) -> Result<Expectation, Diagnostic> {
    let workload = scope.workload;
    let known = |(name, strategy): (&str, Strategy)| {
        Some((Some(strategy), entry.key.strip_prefix(name).and_then(|rest| rest.strip_prefix('.'))?))
    };
    let (strategy, metric) = match STRATEGIES.into_iter().find_map(known) {
        Some(parted) => parted,
        // The share of a coverage has a point of its own.
        None if entry.key.starts_with(COVERAGE) || entry.key.contains(OF_REGION) => (None, entry.key.as_str()),
        None => match entry.key.rsplit_once('.') {
            Some((strategy, metric)) => (Some(named(STRATEGIES, "strategy", strategy, entry, key)?), metric),
            None => (None, entry.key.as_str()),
        },
    };
    if let (Some(region), false, Some(regions)) = (in_region(metric).0, scope.overridden, &scope.regions) {
        let strategies = STRATEGIES.iter().map(|(name, _)| *name).filter(|_| strategy.is_none());
        let noun = if strategy.is_none() { "region or strategy" } else { "region" };
        let names = regions.iter().map(String::as_str).chain(strategies);
        named(names.map(|name| (name, ())), noun, region, entry, key)?;
    }
    let metric = match Metric::of_coverage(metric, workload).or_else(|| Metric::of_updates(metric, workload)) {
        Some(metric) => metric,
        None if metric.starts_with(EACH_UPDATE) => return Err(no_update(metric, workload, entry, key)),
        None if in_region(metric).1.starts_with(COVERAGE) => return Err(no_coverage(metric, workload, entry, key)),
        None => {
            let all = Metric::all(workload);
            named(all.iter().map(|one| (one.name(), one.clone())), "metric", metric, entry, key)?
        }
    };
    let condition = condition(&entry.node, key, metric.unit())?;
    Ok(Expectation { strategy, metric, condition })
}

/// That there is no such figure of a share of the nodes, and which there are.
fn no_coverage(metric: &str, workload: &str, entry: &Entry, key: &str) -> Diagnostic {
    if !coverage::applies(columns::of(workload)) {
        let problem = format!("of the workload `{workload}` nothing is known of shares of the nodes");
        return Diagnostic::at(entry.key_place, key, problem, "figures of `summary.csv`, such as time_ms_p99");
    }
    let shares: Vec<String> = SHARES.iter().map(|(permille, ..)| (*permille as f64 / 10.0).to_string()).collect();
    let names: Vec<&str> = coverage::expectable().map(|column| column.name).collect();
    let allowed = format!("coverage_SHARE_FIGURE with SHARE {} and FIGURE {}", shares.join(", "), names.join(", "));
    let all: Vec<String> =
        shares.iter().flat_map(|share| names.iter().map(move |name| format!("{COVERAGE}{share}_{name}"))).collect();
    let near = nearest(metric, all.iter().map(String::as_str));
    Diagnostic::at(entry.key_place, key, format!("there is no metric `{metric}`"), allowed).near(near)
}

/// That there is no such figure of each update, and which there are.
fn no_update(metric: &str, workload: &str, entry: &Entry, key: &str) -> Diagnostic {
    if !updates::applies(workload) {
        let problem = format!("the workload `{workload}` has no updates of which each could be told");
        return Diagnostic::at(entry.key_place, key, problem, "figures of `summary.csv`, such as time_ms_p99");
    }
    let shares = Course::SHARES.map(|percent| percent.to_string());
    let names: Vec<&str> = updates::expectable().map(|column| column.name).collect();
    let allowed = format!("each_update_SHARE_FIGURE with SHARE {} and FIGURE {}", shares.join(", "), names.join(", "));
    let all: Vec<String> =
        shares.iter().flat_map(|share| names.iter().map(move |name| format!("{EACH_UPDATE}{share}_{name}"))).collect();
    let near = nearest(metric, all.iter().map(String::as_str));
    Diagnostic::at(entry.key_place, key, format!("there is no metric `{metric}`"), allowed).near(near)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::document;
    use crate::scenario::source::Source;

    fn read_text(text: &str, overridden: bool) -> (Result<Vec<Expectation>, Problems>, Vec<String>) {
        let source = Source::text("s.toml", text);
        let mut problems = Problems::new(source.clone());
        let mut notes = Vec::new();
        let scope = Scope {
            strategies: vec![Strategy::Push, Strategy::PushPull],
            workload: "rumor",
            regions: Some(vec!["eu-west.1".to_owned(), "us".to_owned()]),
            sizes: 1,
            deadline: false,
            overridden,
        };
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
    fn times_may_be_durations_and_of_shares_of_the_nodes() {
        for (text, key, condition) in [
            ("time_ms_p99 = \"<= 2s\"", "time_ms_p99", Condition::AtMost(2000.0)),
            (
                "\"push.coverage_99.9_time_ms_p99\" = \"< 1.5s\"",
                "push.coverage_99.9_time_ms_p99",
                Condition::Below(1500.0),
            ),
            ("\"coverage_50_rounds_p95\" = 3", "coverage_50_rounds_p95", Condition::Equal(3.0)),
            ("time_ms_p99_9 = [\"100ms\", \"1min\"]", "time_ms_p99_9", Condition::Within(100.0, 60_000.0)),
            ("\"coverage_100_time_ms_mean\" = \">= 7\"", "coverage_100_time_ms_mean", Condition::AtLeast(7.0)),
            (
                "\"push.eu-west.1.coverage_99.9_time_ms_p50\" = \"<= 1s\"",
                "push.eu-west.1.coverage_99.9_time_ms_p50",
                Condition::AtMost(1000.0),
            ),
            ("\"us.coverage_50_time_ms_p50\" = 3", "us.coverage_50_time_ms_p50", Condition::Equal(3.0)),
        ] {
            let list = read_text(text, false).0.unwrap_or_else(|problems| panic!("{problems}"));
            assert_eq!((list[0].key().as_str(), list[0].condition), (key, condition), "{text}");
            let again = read_text(&list[0].to_toml(), false).0.unwrap();
            assert_eq!(again, list, "{text}");
        }
        for (text, part) in [
            ("rounds_p99 = \"<= 2s\"", "compares with no finite number"),
            ("time_ms_p99 = \"<= soon\"", "\"<= 2s\""),
            ("\"coverage_98_time_ms_p99\" = 1", "99.9"),
            ("\"coverage_99.9_time_ms_p98\" = 1", "did you mean `coverage_99.9_time_ms_p95`?"),
            ("\"pusch.coverage_99.9_time_ms_p98\" = 1", "did you mean `push`?"),
            ("\"ut.coverage_99.9_time_ms_p99\" = 1", "there is no region or strategy `ut`"),
            ("\"push.ut.coverage_99.9_time_ms_p99\" = 1", "did you mean `us`?"),
            ("\"us.coverage_99.9_rounds_p95\" = 1", "there is no metric `us.coverage_99.9_rounds_p95`"),
            ("within_deadline = \">= 0.9\"", "there is no deadline"),
        ] {
            let problems = read_text(text, false).0.unwrap_err().to_string();
            assert!(problems.contains(part), "{text}: {problems}");
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
