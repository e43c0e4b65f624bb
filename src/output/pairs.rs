//! Paired differences: the same replicate under two strategies, on common random numbers.

use serde::Serialize;

use super::rows::{PointColumns, RunRow, Swept, Tables};
use crate::stats::moments::Moments;

/// The columns that say where a difference was measured.
pub const PLACE: &[&str] = &["nodes", "topology", "fanout", "loss", "interval_ms"];

/// Where a difference was measured: the fields of [`PLACE`].
pub type Place = (u32, String, u32, f64, f64);

/// A row of `pairs.csv`: rounds under `first` less rounds under `second`, over the replicates that converged under
/// both.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairRow {
    /// One strategy.
    pub first: String,
    /// The other.
    pub second: String,
    /// Replicates that converged under both.
    pub pairs: u64,
    /// Mean difference in rounds.
    pub difference_mean: Option<f64>,
    /// Lower end of its 95 % confidence interval (Student t on the differences).
    pub difference_ci_low: Option<f64>,
    /// Its upper end.
    pub difference_ci_high: Option<f64>,
}

impl PairRow {
    /// The names of the columns.
    pub const COLUMNS: &[&str] =
        &["first", "second", "pairs", "difference_mean", "difference_ci_low", "difference_ci_high"];
}

/// The differences between all pairs of strategies, wherever more than one was run.
pub fn rows(tables: &Tables) -> Vec<(Place, Swept, PairRow)> {
    let mut rows = Vec::new();
    // One slice of runs a point, in the order of the points.
    let runs: Vec<&[RunRow]> = tables.runs.chunk_by(|one, next| one.point == next.point).collect();
    for (index, (first, swept, _)) in tables.summary.iter().enumerate() {
        let rest = tables.summary[index + 1..].iter();
        for (second, ..) in rest.filter(|(point, other, _)| place(point) == place(first) && other == swept) {
            rows.push((place(first), swept.clone(), row(&runs, first, second)));
        }
    }
    rows
}

fn place(point: &PointColumns) -> Place {
    (point.nodes, point.topology.clone(), point.fanout, point.loss, point.interval_ms)
}

fn row(runs: &[&[RunRow]], first: &PointColumns, second: &PointColumns) -> PairRow {
    let of = |point: u32| runs.get(point as usize).copied().unwrap_or_default().iter();
    let mut differences = Moments::default();
    for (one, other) in of(first.point).zip(of(second.point)) {
        if let Some((one, other)) = one.rounds.zip(other.rounds) {
            differences.add(one as f64 - other as f64);
        }
    }
    let interval = differences.mean_interval(0.95);
    PairRow {
        first: first.strategy.clone(),
        second: second.strategy.clone(),
        pairs: differences.count(),
        difference_mean: differences.mean(),
        difference_ci_low: interval.map(|(low, _)| low),
        difference_ci_high: interval.map(|(_, high)| high),
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
                (0..scenario.replicates).map(|number| experiment::run(point, number, &|| true).unwrap()).collect();
            tables.runs.extend(records.iter().map(|record| tabulate::run_row(scenario, point, record)));
            let summary = tabulate::summary_row(point, &records);
            tables.summary.push((tabulate::point_columns(point), tabulate::swept(point), summary));
        }
        tables
    }

    const BASE: &str = "replicates = 20\n[network]\nnodes = 32\n[gossip]\nstrategy = \"push\"\n";

    #[test]
    fn two_strategies_that_do_the_same_differ_by_exactly_nothing() {
        let mut tables = tables(&scenario(&format!("{BASE}[sweep]\n\"gossip.strategy\" = [\"push\", \"pull\"]\n")));
        // The runs of push under the name of pull.
        let (push, pull) = tables.runs.split_at_mut(20);
        for (push, pull) in push.iter().zip(pull) {
            pull.rounds = push.rounds;
        }
        let [(_, _, row)] = &rows(&tables)[..] else { panic!("one pair") };
        let zero = Some(0.0);
        assert_eq!((row.first.as_str(), row.second.as_str(), row.pairs), ("push", "pull", 20));
        assert_eq!((row.difference_mean, row.difference_ci_low, row.difference_ci_high), (zero, zero, zero));
    }

    #[test]
    fn a_difference_is_the_first_less_the_second_over_runs_that_both_converged() {
        let mut tables = tables(&scenario(&format!("{BASE}[sweep]\n\"gossip.strategy\" = [\"push\", \"pull\"]\n")));
        for (number, run) in tables.runs.iter_mut().enumerate() {
            run.rounds = (number != 3 && number != 24).then_some(if number < 20 { 12 } else { 9 });
        }
        let (_, _, row) = &rows(&tables)[0];
        assert_eq!((row.pairs, row.difference_mean, row.difference_ci_low), (18, Some(3.0), Some(3.0)));
        tables.runs.iter_mut().for_each(|run| run.rounds = None);
        let (_, _, row) = &rows(&tables)[0];
        assert_eq!((row.pairs, row.difference_mean, row.difference_ci_high), (0, None, None));
    }

    #[test]
    fn only_points_that_differ_in_their_strategy_alone_are_paired() {
        let sweep = "[sweep]\n\"gossip.strategy\" = [\"push\", \"pull\", \"push-pull\"]\n\"gossip.fanout\" = [1, 2]\n\
                     \"gossip.phase\" = [\"aligned\", \"random\"]\n";
        let tables = tables(&scenario(&format!("{}{sweep}", BASE.replace("20", "2"))));
        let rows = rows(&tables);
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
    fn a_single_strategy_has_nobody_to_be_compared_with() {
        let tables = tables(&scenario(&format!("{BASE}[sweep]\n\"gossip.fanout\" = [1, 2]\n")));
        assert_eq!(rows(&tables), []);
    }
}
