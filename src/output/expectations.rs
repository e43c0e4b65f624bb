//! Whether what a scenario's `[expect]` states came true.

use std::collections::BTreeMap;

use super::by_region;
use super::by_update;
use super::coverage;
use super::frame::{Frame, Row};
use super::growth;
use super::label::{readable, short};
use super::places;
use super::tables::Tables;
use crate::columns::coverage::SHARES;
use crate::columns::{Source, Statistic, SummaryField};
use crate::engine::Outcome;
use crate::printable;
use crate::scenario::Scenario;
use crate::scenario::expect::{Condition, Coverage, EachUpdate, Expectation, Metric};

/// What did not hold, a line each. A statement about a strategy must hold at each of its points.
///
/// A figure of the runs that converged says nothing of the others, which would have taken longer or never ended: where
/// there are others, it is only known that the figure of all runs is not smaller. That is enough for a lower bound, and
/// for no other condition.
pub fn missed(scenario: &Scenario, tables: &Tables) -> Vec<String> {
    if scenario.expectations.is_empty() {
        return Vec::new();
    }
    let (varying, ends) = (places::varying(&tables.summary), ends(&tables.runs));
    let results = (scenario, tables);
    scenario.expectations.iter().flat_map(|expectation| failures(expectation, results, &varying, &ends)).collect()
}

/// That all of so many expectations hold.
pub fn held(count: usize) -> String {
    if count == 1 { "the expectation holds".to_owned() } else { format!("all {count} expectations hold") }
}

/// How the runs of each point ended that did not converge, and how many did so.
type Ends<'a> = BTreeMap<u64, BTreeMap<&'a str, u64>>;

fn ends(runs: &Frame) -> Ends<'_> {
    let mut ends = Ends::new();
    for run in runs.rows().filter(|run| run.word("outcome") != Outcome::Converged.name()) {
        *ends.entry(run.point()).or_default().entry(run.word("outcome")).or_default() += 1;
    }
    ends
}

fn failures(
    expectation: &Expectation,
    (scenario, tables): (&Scenario, &Tables),
    varying: &[String],
    ends: &Ends<'_>,
) -> Vec<String> {
    let strategy = expectation.strategy.map(|strategy| strategy.to_string());
    let meant = |row: &Row<'_>| strategy.as_deref().is_none_or(|strategy| strategy == row.series());
    let mut found = false;
    let mut failures = Vec::new();
    let mut judge = |place: String, value: Option<f64>, entries: &[Row<'_>]| {
        found = true;
        if let Some(miss) = miss(expectation, value, unfinished(entries, ends), &missing(&expectation.metric, entries))
        {
            failures.push(format!("expected {expectation}, but {miss} ({place})"));
        }
    };
    if expectation.metric == Metric::Slope {
        let points = growth::fitted(&tables.summary);
        for fit in tables.fit.rows().filter(meant) {
            let (name, swept) = (fit.series(), fit.swept());
            let of = points.iter().find(|((line, place), _)| line == name && *place == swept);
            let values = swept.iter().map(|(path, value)| format!(", {} {}", short(path), readable(value)));
            let place =
                format!("{name}{}", values.map(|value| printable::line(&value).into_owned()).collect::<String>());
            judge(place, fit.real("slope"), of.map_or(&[], |(_, entries)| entries));
        }
    } else {
        for row in tables.summary.rows().filter(meant) {
            // What is said of a region must hold where nodes are in it.
            if let Metric::Coverage(Coverage { region: Some(region), permille, .. }) = &expectation.metric
                && by_region::of_share(&tables.by_region, row.point(), region, *permille).is_none()
            {
                continue;
            }
            if let Metric::EachUpdate(wanted) = &expectation.metric {
                let (value, update) = of_updates(wanted, expectation.condition, tables, row);
                judge(format!("{}{update}", place(row, varying)), value, &[row]);
                continue;
            }
            let value = match &expectation.metric {
                Metric::Coverage(wanted) => covered(wanted, scenario, tables, row),
                metric => figure(metric, row),
            };
            judge(place(row, varying), value, &[row]);
        }
    }
    if !found {
        failures.push(format!("expected {expectation}, but no configuration of the scenario has such a value"));
    }
    failures
}

/// Why a figure may have no value though all runs count in it.
fn missing(metric: &Metric, entries: &[Row<'_>]) -> String {
    let runs: u64 = entries.iter().map(|row| row.count("runs")).sum();
    let tail = match metric {
        Metric::Column(SummaryField { source: Source::Statistic(_, statistic), .. }) => statistic.tail(),
        Metric::Coverage(wanted) if wanted.column.name.ends_with("p99") => Some(990),
        Metric::Coverage(wanted) if wanted.column.name.ends_with("p99_9") => Some(999),
        _ => None,
    };
    match (tail.map(Statistic::fewest), metric) {
        (Some(fewest), _) if runs < fewest => format!("it takes {fewest} runs, and there are {runs}"),
        (_, Metric::Coverage(wanted)) => {
            let share = wanted.permille as f64 / 10.0;
            format!("runs in which {share} % of the nodes never had the update count as later than all others")
        }
        (_, Metric::EachUpdate(wanted)) => {
            format!("runs in which {} % of the nodes never had it count as later than all others", wanted.percent)
        }
        (Some(_), _) => "runs that did not converge count as later than all others".to_owned(),
        (None, _) => "no run has one".to_owned(),
    }
}

/// What `wanted` is at a point of an update, the first of those of which it is not as expected if there is one, and which that is.
fn of_updates(wanted: &EachUpdate, condition: Condition, tables: &Tables, row: Row<'_>) -> (Option<f64>, String) {
    let value = |update: &Row<'_>| update.real(wanted.column.name);
    let all = || by_update::of_share(&tables.by_update, row.point(), wanted.percent);
    let fails = |update: &Row<'_>| value(update).is_none_or(|value| !condition.holds(value));
    let Some(update) = all().find(fails).or_else(|| all().next()) else { return (None, String::new()) };
    let others = match all().filter(fails).count() {
        0 | 1 => String::new(),
        2 => ", and one more".to_owned(),
        count => format!(", and {} more", count - 1),
    };
    let published = update.number_or_nan("published_ms");
    (value(&update), format!(", update {} of {published:.0} ms{others}", update.count("update")))
}

/// What `wanted` is at a point: a figure over all its runs.
fn covered(wanted: &Coverage, scenario: &Scenario, tables: &Tables, row: Row<'_>) -> Option<f64> {
    if let Some(region) = &wanted.region {
        return by_region::of_share(&tables.by_region, row.point(), region, wanted.permille)?.real(wanted.column.name);
    }
    let (point, runs) = (row.point(), &tables.runs);
    let point = scenario.points.get(usize::try_from(point).ok()?)?;
    let share = SHARES.into_iter().find(|(permille, ..)| *permille == wanted.permille)?;
    let all = coverage::over_all(&point, runs, runs.of_point(row.point()), share);
    (wanted.column.of)(&all).number()
}

/// Why `value` is not as expected, or not known to be; `unfinished` says which runs did not converge, if any, and `none` why
/// there may be no value though all did.
fn miss(expectation: &Expectation, value: Option<f64>, unfinished: Option<String>, none: &str) -> Option<String> {
    let unfinished = unfinished.filter(|_| expectation.metric.is_of_converged());
    let condition = expectation.condition;
    // Of none but a time is it known that the runs which are missing would have added to it.
    let lasts = is_time(&expectation.metric);
    let said = |value: f64| digits(value, condition);
    match (value.filter(|value| value.is_finite()), unfinished) {
        (None, None) => Some(format!("there is no value: {none}")),
        (None, Some(unfinished)) => Some(format!("there is no value: {unfinished}")),
        (Some(value), None) => (!condition.holds(value)).then(|| format!("it is {}", said(value))),
        // Of a slope not even that is known: what is missing at one size makes it smaller, at another greater.
        (Some(value), Some(unfinished)) if expectation.metric == Metric::Slope => {
            Some(format!("{unfinished}, so it is not known: of the others it is {}", said(value)))
        }
        (Some(value), Some(_)) if lasts && condition.is_lower_bound() && condition.holds(value) => None,
        (Some(value), Some(unfinished)) if lasts && condition.is_beyond(value) => {
            Some(format!("it is {} or more: {unfinished}", said(value)))
        }
        (Some(value), Some(unfinished)) => {
            Some(format!("{unfinished}, so it is not known to be so: of the others it is {}", said(value)))
        }
    }
}

/// Whether a figure is of how long runs took.
fn is_time(metric: &Metric) -> bool {
    *metric != Metric::Slope && ["rounds", "ms"].contains(&metric.unit())
}

/// A value in 4 digits, or in as many as it takes to lie on the same side of the bounds of `condition`.
fn digits(value: f64, condition: Condition) -> String {
    let bounds = match condition {
        Condition::Within(low, high) => [low, high],
        Condition::AtLeast(bound) | Condition::AtMost(bound) => [bound; 2],
        Condition::Above(bound) | Condition::Below(bound) | Condition::Equal(bound) => [bound; 2],
    };
    let few = (3..16).filter_map(|digits| format!("{value:.digits$e}").parse::<f64>().ok());
    let alike = |few: &f64| bounds.iter().all(|bound| few.total_cmp(bound) == value.total_cmp(bound));
    few.into_iter().find(alike).unwrap_or(value).to_string()
}

/// How many of the runs of some points did not converge, and how they ended; `None` if all did.
fn unfinished(entries: &[Row<'_>], ends: &Ends<'_>) -> Option<String> {
    let runs: u64 = entries.iter().map(|row| row.count("runs")).sum();
    let missing = runs - entries.iter().map(|row| row.count("converged")).sum::<u64>().min(runs);
    let mut how: BTreeMap<&str, u64> = BTreeMap::new();
    for (outcome, count) in entries.iter().filter_map(|row| ends.get(&row.point())).flatten() {
        *how.entry(outcome).or_default() += count;
    }
    let how: Vec<String> = how.into_iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    let how = if how.is_empty() { String::new() } else { format!(" ({})", how.join(", ")) };
    (missing > 0).then(|| format!("{missing} of {runs} runs did not converge{how}"))
}

fn place(row: Row<'_>, varying: &[String]) -> String {
    let besides = places::besides(row, varying);
    format!("configuration {}: {}{besides}, {} nodes", row.point(), row.series(), row.count("nodes"))
}

fn figure(metric: &Metric, row: Row<'_>) -> Option<f64> {
    match metric {
        Metric::Slope | Metric::Coverage(_) | Metric::EachUpdate(_) => None,
        Metric::ConvergedShare => Some(row.count("converged") as f64 / row.count("runs") as f64),
        Metric::Column(column) => row.real(&column.field.name),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{self, simulated};
    use super::*;
    use crate::columns::Cell;
    use crate::columns::rumor::LIST;
    use crate::scenario::{Overrides, Source, read};

    /// What was missed by a scenario without chance in it: from the centre of a star of n nodes pull and push-pull
    /// take one round and 2n - 1 messages. Two sizes, 5 runs each.
    fn missed_by(expect: &str) -> Vec<String> {
        let text = format!(
            "replicates = 5\n[network]\nnodes = 4\ntopology = \"star\"\n[gossip]\nstrategy = \"pull\"\nexchange = \"eager\"\n\
             [workload]\norigin = 0\n[sweep]\n\"network.nodes\" = [4, 8]\n\
             \"gossip.strategy\" = [\"pull\", \"push-pull\"]\n[expect]\n{expect}\n"
        );
        let scenario = read(Source::text("demo.toml", &text), &Overrides::default());
        let scenario = scenario.unwrap_or_else(|problems| panic!("{problems}"));
        let mut tables = simulated(&scenario);
        tables.fit = growth::frame(LIST, &growth::rows(&tables.summary, &|_| None));
        missed(&scenario, &tables)
    }

    #[test]
    fn what_came_true_is_not_mentioned() {
        let expect = "converged_share = 1\npush-pull.rounds_mean = [1, 1]\npull.rounds_max = \"<= 1\"\nrounds_p95 = 1\n\
                      time_ms_mean = 0\npull.messages_per_node_mean = [1.75, 1.875]\nresidue_mean = \"< 0.001\"\n\
                      slope = [-0.001, 0.001]";
        assert_eq!(missed_by(expect), <[String; 0]>::default());
    }

    #[test]
    fn what_did_not_is_told_for_each_point_with_its_value() {
        let missed = missed_by("pull.rounds_mean = \"> 1\"");
        assert_eq!(
            missed,
            [
                "expected pull.rounds_mean: > 1, but it is 1 (configuration 0: pull, 4 nodes)",
                "expected pull.rounds_mean: > 1, but it is 1 (configuration 2: pull, 8 nodes)",
            ]
        );
        // Without a strategy it is about all of them.
        assert_eq!(missed_by("converged_share = 0.5").len(), 4);
        assert_eq!(missed_by("pull.messages_per_node_mean = 1.75").len(), 1);
    }

    #[test]
    fn of_runs_that_did_not_converge_a_lower_bound_is_all_that_is_known() {
        let miss = |text: &str| {
            let text = format!("[network]\nnodes = 4\n[gossip]\nstrategy = \"push\"\n[expect]\n{text}\n");
            let scenario = read(Source::text("demo.toml", &text), &Overrides::default()).unwrap();
            super::miss(&scenario.expectations[0], Some(12.0), Some("3 of 9 runs did not converge".to_owned()), "")
        };
        for lower in ["rounds_mean = \">= 12\"", "rounds_max = \"> 11\"", "time_ms_mean = \">= 0\""] {
            assert_eq!(miss(lower), None, "{lower}");
        }
        for (text, told) in [
            (
                "rounds_mean = \"<= 13\"",
                "3 of 9 runs did not converge, so it is not known to be so: of the others it is 12",
            ),
            (
                "rounds_p95 = [12, 13]",
                "3 of 9 runs did not converge, so it is not known to be so: of the others it is 12",
            ),
            ("rounds_max = 12", "3 of 9 runs did not converge, so it is not known to be so: of the others it is 12"),
            (
                "time_ms_mean = \"> 12\"",
                "3 of 9 runs did not converge, so it is not known to be so: of the others it is 12",
            ),
            ("rounds_mean = \"< 12\"", "it is 12 or more: 3 of 9 runs did not converge"),
        ] {
            assert_eq!(miss(text).as_deref(), Some(told), "{text}");
        }
        // Of all runs, however they ended.
        assert_eq!(miss("messages_per_node_mean = 12"), None);
    }

    #[test]
    fn values_are_told_in_as_few_digits_as_tell_them_from_the_bounds() {
        for (condition, value, told) in [
            (Condition::AtMost(500.0), 556.051_999_999_999_9, "556.1"),
            (Condition::AtMost(556.0), 556.051_999_999_999_9, "556.1"),
            (Condition::AtMost(3389.999), 3_389.999_999_999_999_5, "3390"),
            (Condition::Equal(556.052), 556.051_999_999_999_9, "556.05"),
            (Condition::Within(0.1, 0.2), 0.200_000_04, "0.20000004"),
            (Condition::Below(12.0), 12.0, "12"),
            (Condition::AtLeast(1e9), 123_456_789.0, "123500000"),
        ] {
            assert_eq!(digits(value, condition), told);
        }
    }

    #[test]
    fn no_number_is_no_value_and_what_is_no_time_is_not_greater_for_runs_that_are_missing() {
        let miss = |workload: &str, text: &str, value: f64, unfinished: Option<&str>| {
            let text = format!(
                "[network]\nnodes = 4\n[gossip]\nstrategy = \"push\"\n[workload]\nkind = \"{workload}\"\n[expect]\n{text}\n"
            );
            let scenario = testing::read_text(&text);
            let missing = missing(&scenario.expectations[0].metric, &[]);
            super::miss(&scenario.expectations[0], Some(value), unfinished.map(str::to_owned), &missing)
                .unwrap_or_default()
        };
        let none = miss("average", "error_max_mean = \"< 1\"", f64::NAN, None);
        assert_eq!(none, "there is no value: no run has one");
        let missing = Some("1 of 2 runs did not converge");
        assert_eq!(miss("counter", "rounds_mean = \">= 3\"", 4.0, missing), "");
        let unknown = miss("counter", "value_mean = \">= 3\"", 4.0, missing);
        assert!(unknown.ends_with("so it is not known to be so: of the others it is 4"), "{unknown}");
    }

    #[test]
    fn that_all_hold_is_a_line() {
        assert_eq!([1, 3].map(held), ["the expectation holds", "all 3 expectations hold"]);
    }

    #[test]
    fn every_number_of_the_summary_can_be_expected() {
        assert_eq!(
            missed_by("converged = 5\nruns = 5\nrounds_p99 = 1\nrounds_sd = 0\nconverged_ci_high = 1"),
            <[String; 0]>::default()
        );
        let missed = missed_by("pull.rounds_min = 2");
        assert_eq!(missed[0], "expected pull.rounds_min: = 2, but it is 1 (configuration 0: pull, 4 nodes)");
    }

    #[test]
    fn a_slope_is_judged_by_the_fit() {
        let missed = missed_by("pull.slope = \">= 1\"");
        assert!(missed.len() == 1 && missed[0].ends_with("(pull)"), "{missed:?}");
        assert_eq!(missed_by("slope = \">= 1\"").len(), 2);
    }

    #[test]
    fn a_figure_that_is_not_there_does_not_hold() {
        let expectation = |text: &str| {
            let text = format!("[network]\nnodes = 4\n[gossip]\nstrategy = \"push\"\n[expect]\n{text}\n");
            read(Source::text("demo.toml", &text), &Overrides::default()).unwrap()
        };
        let scenario = expectation("rounds_mean = \">= 0\"");
        let summary = testing::summary(&[&[("rounds_mean", Cell::Empty)]]);
        let tables = Tables { summary, ..Tables::default() };
        let missed_one = missed(&scenario, &tables);
        assert!(missed_one.len() == 1 && missed_one[0].contains("there is no value"), "{missed_one:?}");
        let nothing = missed(&scenario, &Tables::default());
        assert!(nothing.len() == 1 && nothing[0].contains("no configuration"), "{nothing:?}");
    }
}
