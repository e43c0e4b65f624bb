//! Paired differences: the same replicate at two points that differ in one key, on common random numbers.

use std::collections::BTreeMap;

use serde::Serialize;

use super::label::readable;
use super::rows::{PointColumns, RunRow, SummaryRow, Swept, Tables};
use crate::scenario::Scenario;
use crate::scenario::versus::FILE_KEY;
use crate::stats::moments::Moments;
use crate::stats::unseen;

/// The columns that say where a difference was measured.
pub const PLACE: &[&str] = &["nodes", "topology", "fanout", "loss", "interval_ms"];

/// Where a difference was measured: the fields of [`PLACE`], each empty where the two points differ in it.
pub type Place = (Option<u32>, Option<String>, Option<u32>, Option<f64>, Option<f64>);

/// A row of `pairs.csv`: rounds under `first` less rounds under `second`, over the replicates that converged under
/// both.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairRow {
    /// One value of what is compared.
    pub first: String,
    /// The other.
    pub second: String,
    /// Replicates that converged under both.
    pub pairs: u64,
    /// Mean difference in rounds.
    pub difference_mean: Option<f64>,
    /// Lower end of its 95 % confidence interval (Student t on the differences, and what unseen ones could add).
    pub difference_ci_low: Option<f64>,
    /// Its upper end.
    pub difference_ci_high: Option<f64>,
    /// Variance of rounds under `first` and under `second`, added, which is that of a difference of independent runs,
    /// over the variance of the differences: how many times as many independent runs would be needed. Infinite where
    /// all differences are equal; empty where all rounds are.
    pub variance_reduction: Option<f64>,
    /// Standard deviation of rounds under `first`, over the pairs.
    pub sd_first: Option<f64>,
    /// The same under `second`.
    pub sd_second: Option<f64>,
    /// Standard deviation of the differences.
    pub sd_difference: Option<f64>,
    /// The strategy of both; empty where they differ in it.
    pub strategy: Option<String>,
}

impl PairRow {
    /// The names of the columns.
    pub const COLUMNS: &[&str] = &[
        "first",
        "second",
        "pairs",
        "difference_mean",
        "difference_ci_low",
        "difference_ci_high",
        "variance_reduction",
        "sd_first",
        "sd_second",
        "sd_difference",
        "strategy",
    ];
}

/// The differences between all pairs of points of `scenario` that differ in the swept `key` alone.
pub fn rows(scenario: &Scenario, tables: &Tables, key: &str) -> Vec<(Place, Swept, PairRow)> {
    let mut rows = Vec::new();
    // One slice of runs a point, in the order of the points.
    let runs: Vec<&[RunRow]> = tables.runs.chunk_by(|one, next| one.point == next.point).collect();
    let mut alike: BTreeMap<u32, Vec<&(PointColumns, Swept, SummaryRow)>> = BTreeMap::new();
    for entry in &tables.summary {
        alike.entry(scenario.alike(entry.0.point, key)).or_default().push(entry);
    }
    for (first, swept, _) in &tables.summary {
        let group = alike.get(&scenario.alike(first.point, key)).map_or(&[][..], Vec::as_slice);
        for (second, others, _) in group.iter().copied().skip_while(|(point, ..)| point.point <= first.point) {
            let sides = [first, second].map(|point| label(scenario, point, key));
            rows.push((place(first, second), common(swept, others, key), row(&runs, [first, second], sides)));
        }
    }
    rows
}

/// What a point is called in a comparison by `key`.
fn label(scenario: &Scenario, point: &PointColumns, key: &str) -> String {
    let swept = scenario.points.get(point.point as usize).map_or_else(Vec::new, |point| point.swept());
    let value = swept.iter().find(|(path, _)| path == key).map_or("", |(_, value)| value);
    match key {
        "gossip.strategy" | FILE_KEY => value.to_owned(),
        _ => format!("{key} = {}", readable(value)),
    }
}

/// `one` if it is also the other.
fn both<T: PartialEq + Clone>(one: &T, other: &T) -> Option<T> {
    (one == other).then(|| one.clone())
}

fn place(first: &PointColumns, second: &PointColumns) -> Place {
    (
        both(&first.nodes, &second.nodes),
        both(&first.topology, &second.topology),
        both(&first.fanout, &second.fanout),
        both(&first.loss, &second.loss),
        both(&first.interval_ms, &second.interval_ms),
    )
}

/// The swept values of two points besides that of `key`, empty where they differ.
fn common(first: &Swept, second: &Swept, key: &str) -> Swept {
    let pairs = first.iter().zip(second).filter(|((path, _), _)| path != key);
    pairs.map(|((path, one), (_, other))| (path.clone(), both(one, other).unwrap_or_default())).collect()
}

fn row(runs: &[&[RunRow]], [first, second]: [&PointColumns; 2], [one, other]: [String; 2]) -> PairRow {
    let of = |point: u32| runs.get(point as usize).copied().unwrap_or_default().iter();
    let [mut firsts, mut seconds, mut differences] = [Moments::default(); 3];
    for (one, other) in of(first.point).zip(of(second.point)) {
        if let Some((one, other)) = one.rounds.zip(other.rounds) {
            firsts.add(one as f64);
            seconds.add(other as f64);
            differences.add(one as f64 - other as f64);
        }
    }
    let interval = unseen::mean_interval(&differences, 1.0, 0.95);
    let (sd_first, sd_second, sd_difference) = (firsts.sd(), seconds.sd(), differences.sd());
    let square = |sd: f64| sd * sd;
    let independent = sd_first.zip(sd_second).map(|(one, other)| square(one) + square(other));
    let independent = independent.filter(|&variance| variance > 0.0);
    PairRow {
        first: one,
        second: other,
        pairs: differences.count(),
        difference_mean: differences.mean(),
        difference_ci_low: interval.map(|(low, _)| low),
        difference_ci_high: interval.map(|(_, high)| high),
        variance_reduction: independent.zip(sd_difference).map(|(variance, sd)| variance / square(sd)),
        sd_first,
        sd_second,
        sd_difference,
        strategy: both(&first.strategy, &second.strategy),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tabulate;
    use super::*;
    use crate::experiment;
    use crate::scenario::{Overrides, Scenario, Source, read};

    fn scenario(text: &str) -> Scenario {
        read(Source::text("demo.toml", text), &Overrides::default()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// The tables of a scenario, as they would be read back.
    fn tables(scenario: &Scenario) -> Tables {
        let mut tables = Tables::default();
        for point in &scenario.points {
            let records: Vec<_> =
                (0..scenario.replicates).map(|number| experiment::run(&point, number, &|| true).unwrap()).collect();
            tables.runs.extend(records.iter().map(|record| tabulate::run_row(scenario, &point, record)));
            let summary = tabulate::summary_row(&point, &records);
            tables.summary.push((tabulate::point_columns(&point), tabulate::swept(&point), summary));
        }
        tables
    }

    const STRATEGY: &str = "gossip.strategy";
    const BASE: &str = "replicates = 20\n[network]\nnodes = 32\n[gossip]\nstrategy = \"push\"\n";

    #[test]
    fn two_strategies_that_do_the_same_differ_by_exactly_nothing() {
        let scenario = scenario(&format!("{BASE}[sweep]\n\"gossip.strategy\" = [\"push\", \"pull\"]\n"));
        let mut tables = tables(&scenario);
        // The runs of push under the name of pull.
        let (push, pull) = tables.runs.split_at_mut(20);
        for (push, pull) in push.iter().zip(pull) {
            pull.rounds = push.rounds;
        }
        let [(_, _, row)] = &rows(&scenario, &tables, STRATEGY)[..] else { panic!("one pair") };
        let zero = Some(0.0);
        assert_eq!((row.first.as_str(), row.second.as_str(), row.pairs), ("push", "pull", 20));
        assert_eq!(row.difference_mean, zero);
        // 20 pairs that agree leave 1 - 0.05^(1/20) = 0.13911 rounds open.
        let ends = row.difference_ci_low.zip(row.difference_ci_high).unwrap();
        assert!((ends.0 + 0.139_11).abs() < 1e-5 && (ends.1 - 0.139_11).abs() < 1e-5, "{ends:?}");
    }

    #[test]
    fn a_difference_is_the_first_less_the_second_over_runs_that_both_converged() {
        let scenario = scenario(&format!("{BASE}[sweep]\n\"gossip.strategy\" = [\"push\", \"pull\"]\n"));
        let mut tables = tables(&scenario);
        for (number, run) in tables.runs.iter_mut().enumerate() {
            run.rounds = (number != 3 && number != 24).then_some(if number < 20 { 12 } else { 9 });
        }
        let (_, _, row) = &rows(&scenario, &tables, STRATEGY)[0];
        assert_eq!((row.pairs, row.difference_mean), (18, Some(3.0)));
        // 1 - 0.05^(1/18) = 0.15332
        assert!(row.difference_ci_low.is_some_and(|low| (low - 2.846_68).abs() < 1e-5), "{row:?}");
        tables.runs.iter_mut().for_each(|run| run.rounds = None);
        let (_, _, row) = &rows(&scenario, &tables, STRATEGY)[0];
        assert_eq!((row.pairs, row.difference_mean, row.difference_ci_high), (0, None, None));
    }

    #[test]
    fn only_points_that_differ_in_their_strategy_alone_are_paired() {
        let sweep = "[sweep]\n\"gossip.strategy\" = [\"push\", \"pull\", \"push-pull\"]\n\"gossip.fanout\" = [1, 2]\n\
                     \"gossip.phase\" = [\"aligned\", \"random\"]\n";
        let scenario = scenario(&format!("{}{sweep}", BASE.replace("20", "2")));
        let rows = rows(&scenario, &tables(&scenario), STRATEGY);
        // Three pairs of strategies at each of four places.
        assert_eq!(rows.len(), 12);
        for (place, swept, row) in &rows {
            let twin = |other: &&(Place, Swept, PairRow)| {
                (&other.0, &other.1) == (place, swept) && (&other.2.first, &other.2.second) == (&row.first, &row.second)
            };
            assert_eq!(rows.iter().filter(twin).count(), 1, "{place:?}, {swept:?}, {row:?}");
            assert_ne!(row.first, row.second);
        }
    }

    #[test]
    fn where_nothing_differs_pairing_gains_without_bound_or_there_is_nothing_to_gain() {
        let scenario = scenario(&format!("{BASE}[sweep]\n\"gossip.fanout\" = [1, 2]\n"));
        let mut tables = tables(&scenario);
        let (one, two) = tables.runs.split_at_mut(20);
        one.iter().zip(two).for_each(|(one, two)| two.rounds = one.rounds);
        let (place, _, row) = &rows(&scenario, &tables, "gossip.fanout")[0];
        assert_eq!((row.sd_difference, row.variance_reduction), (Some(0.0), Some(f64::INFINITY)));
        assert!(row.sd_first.is_some_and(|sd| sd > 0.0) && row.sd_first == row.sd_second);
        assert_eq!((row.first.as_str(), row.second.as_str()), ("gossip.fanout = 1", "gossip.fanout = 2"));
        assert_eq!((place.0, place.2, row.strategy.as_deref()), (Some(32), None, Some("push")));
        tables.runs.iter_mut().for_each(|run| run.rounds = Some(7));
        let (_, _, row) = &rows(&scenario, &tables, "gossip.fanout")[0];
        assert_eq!((row.sd_difference, row.variance_reduction), (Some(0.0), None));
    }

    #[test]
    fn pairing_gains_where_random_numbers_are_common_and_not_where_they_are_not() {
        // Loss changes few decisions; other seeds change all of them.
        let base = BASE.replace("20", "400");
        let gain = |sweep: &str, key: &str| {
            let scenario = scenario(&format!("{base}[sweep]\n{sweep}\n"));
            rows(&scenario, &tables(&scenario), key)[0].2.variance_reduction.unwrap()
        };
        let common = gain("\"network.loss\" = [0, 0.05]", "network.loss");
        let apart = gain("seed = [1, 2]", "seed");
        assert!(common > 1.5, "{common}");
        // A ratio of 1 has a relative error of about √(2/400) = 0.07; z = 4.
        assert!((apart - 1.0).abs() < 0.28, "{apart}");
    }
}
