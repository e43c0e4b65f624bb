//! Paired differences: the same replicate at two points that differ in one key, on common random numbers.

use std::collections::BTreeMap;

use super::frame::{Frame, Row, Swept};
use super::label::readable;
pub use super::pair_columns::{COLUMNS, Compared, PairRow, columns, compared, layout};
use super::tables::{List, Tables};
use crate::columns::{Cell, Field};
use crate::memory::Shortage;
use crate::scenario::Scenario;
use crate::scenario::versus::FILE_KEY;
use crate::stats::moments::Moments;
use crate::stats::unseen;

/// A difference: where it was measured, and what it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// What is compared, where that is not the rounds alone.
    pub compared: Option<Compared>,
    /// The values that both points have in the columns of points, but for the number and the series; empty where they
    /// differ.
    pub place: Vec<Cell>,
    /// The values that both have of other swept keys; empty where they differ.
    pub swept: Swept,
    /// The difference.
    pub row: PairRow,
    /// The series of both; empty where they differ in it.
    pub series: Vec<Cell>,
}

impl Pair {
    /// Its values, in the order of the columns.
    pub fn cells(&self) -> Vec<Cell> {
        let keys = self.swept.iter().map(|(_, value)| value.as_str().into());
        let own = COLUMNS.iter().map(|column| (column.of)(&self.row));
        let compared = self.compared.map(|compared| compared.column.into());
        self.place.iter().cloned().chain(keys).chain(compared).chain(own).chain(self.series.iter().cloned()).collect()
    }
}

/// The swept keys that pairs have a column for.
pub fn keys(pairs: &[Pair]) -> Vec<String> {
    pairs.first().iter().flat_map(|pair| &pair.swept).map(|(path, _)| path.clone()).collect()
}

/// The pairs as `pairs.csv` has them.
///
/// # Errors
/// There is not enough memory for them.
pub fn frame(list: &List, pairs: &[Pair]) -> Result<Frame, Shortage> {
    let mut frame = Frame::new(layout(list).header(&keys(pairs)));
    pairs.iter().try_for_each(|pair| frame.push(pair.cells()))?;
    Ok(frame)
}

/// The differences between all pairs of points of `scenario` that differ in the swept `key` alone.
pub fn rows(list: &List, scenario: &Scenario, tables: &Tables, key: &str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let compared = compared(list);
    let alone = compared.len() == 1;
    let runs: Vec<(Compared, Runs)> = compared.into_iter().map(|one| (one, Runs::of(tables, one.column))).collect();
    let mut alike: BTreeMap<u32, Vec<Row<'_>>> = BTreeMap::new();
    let number = |row: Row<'_>| u32::try_from(row.point()).unwrap_or(u32::MAX);
    for row in tables.summary.rows() {
        alike.entry(scenario.alike(number(row), key)).or_default().push(row);
    }
    for first in tables.summary.rows() {
        let group = alike.get(&scenario.alike(number(first), key)).map_or(&[][..], Vec::as_slice);
        for second in group.iter().copied().skip_while(|row| row.point() <= first.point()) {
            let [place, series] = columns(list).map(|fields| both(&fields, first, second));
            let swept = common_keys(&first.swept(), &second.swept(), key);
            pairs.extend(runs.iter().map(|(compared, runs)| Pair {
                compared: (!alone).then_some(*compared),
                place: place.clone(),
                swept: swept.clone(),
                row: runs.difference(
                    [first, second].map(Row::point),
                    [first, second].map(|row| label(scenario, row, key)),
                    compared.step,
                ),
                series: series.clone(),
            }));
        }
    }
    pairs
}

/// What a point is called in a comparison by `key`.
fn label(scenario: &Scenario, row: Row<'_>, key: &str) -> String {
    let point = usize::try_from(row.point()).ok().and_then(|point| scenario.points.get(point));
    let swept = point.map_or_else(Vec::new, |point| point.swept());
    let value = swept.iter().find(|(path, _)| path == key).map_or("", |(_, value)| value);
    match key {
        "gossip.strategy" | FILE_KEY => value.to_owned(),
        _ => format!("{key} = {}", readable(value)),
    }
}

/// The values that both rows have in these columns; empty where they differ.
fn both(fields: &[Field], first: Row<'_>, second: Row<'_>) -> Vec<Cell> {
    let common = |field: &Field| {
        let (one, other) = (first.cell(&field.name), second.cell(&field.name));
        if one == other { one } else { Cell::Empty }
    };
    fields.iter().map(common).collect()
}

/// The swept values of two points besides that of `key`, empty where they differ.
fn common_keys(first: &Swept, second: &Swept, key: &str) -> Swept {
    let pairs = first.iter().zip(second).filter(|((path, _), _)| path != key);
    pairs
        .map(|((path, one), (_, other))| (path.clone(), if one == other { one.clone() } else { String::new() }))
        .collect()
}

/// The differences of pairs. Those that differ by no more than the rounding of their sides are all the same: their spread
/// says nothing of the runs, and a variance against it would be a number of any size.
fn differences(pairs: &[(f64, f64)]) -> Vec<f64> {
    let differences: Vec<f64> = pairs.iter().map(|(one, other)| one - other).collect();
    let greatest = pairs.iter().map(|(one, other)| libm::fabs(*one).max(libm::fabs(*other))).fold(0.0, f64::max);
    // Each side is rounded, and what it was computed from: a few units in the last place.
    let rounding = 8.0 * f64::EPSILON * greatest;
    let (least, most) = differences.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), difference| {
        (least.min(*difference), most.max(*difference))
    });
    match differences.first() {
        Some(_) if least.abs() <= rounding && most.abs() <= rounding => vec![0.0; differences.len()],
        Some(&first) if most - least <= rounding => vec![first; differences.len()],
        _ => differences,
    }
}

/// The rounds, or other values, of the runs of each point.
struct Runs(BTreeMap<u64, Vec<Option<f64>>>);

impl Runs {
    fn of(tables: &Tables, column: &str) -> Self {
        let mut runs: BTreeMap<u64, Vec<Option<f64>>> = BTreeMap::new();
        for run in tables.runs.rows() {
            runs.entry(run.point()).or_default().push(run.real(column).filter(|value| value.is_finite()));
        }
        Runs(runs)
    }

    fn difference(&self, points: [u64; 2], [first, second]: [String; 2], step: f64) -> PairRow {
        let [one, other] = points.map(|point| self.0.get(&point).map_or(&[][..], Vec::as_slice));
        let pairs: Vec<(f64, f64)> = one.iter().zip(other).filter_map(|(one, other)| one.zip(*other)).collect();
        let firsts: Moments = pairs.iter().map(|(one, _)| *one).collect();
        let seconds: Moments = pairs.iter().map(|(_, other)| *other).collect();
        let differences: Moments = differences(&pairs).into_iter().collect();
        let interval = unseen::mean_interval(&differences, step, 0.95);
        let (sd_first, sd_second, sd_difference) = (firsts.sd(), seconds.sd(), differences.sd());
        let square = |sd: f64| sd * sd;
        let independent = sd_first.zip(sd_second).map(|(one, other)| square(one) + square(other));
        let independent = independent.filter(|&variance| variance > 0.0);
        PairRow {
            first,
            second,
            pairs: differences.count(),
            difference_mean: differences.mean(),
            difference_ci_low: interval.map(|(low, _)| low),
            difference_ci_high: interval.map(|(_, high)| high),
            variance_reduction: independent.zip(sd_difference).map(|(variance, sd)| variance / square(sd)),
            sd_first,
            sd_second,
            sd_difference,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::simulated as tables;
    use super::super::{run_tables, testing};
    use super::*;
    use crate::columns::rumor::LIST;
    use crate::scenario::{Overrides, Scenario, Source, read};

    fn scenario(text: &str) -> Scenario {
        read(Source::text("demo.toml", text), &Overrides::default()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    fn rows(scenario: &Scenario, tables: &Tables, key: &str) -> Vec<Pair> {
        super::rows(LIST, scenario, tables, key)
    }

    /// Lets the runs of both points, 20 of each, take these rounds.
    fn set(tables: &mut Tables, rounds: impl Fn(usize) -> Option<u64>) {
        (0..tables.runs.len()).for_each(|number| tables.runs.set(number, "rounds", rounds(number)));
    }

    const STRATEGY: &str = "gossip.strategy";
    const BASE: &str = "replicates = 20\n[network]\nnodes = 32\n[gossip]\nstrategy = \"push\"\n";

    #[test]
    fn two_strategies_that_do_the_same_differ_by_exactly_nothing() {
        let scenario = scenario(&format!("{BASE}[sweep]\n\"gossip.strategy\" = [\"push\", \"pull\"]\n"));
        let mut tables = tables(&scenario);
        // The runs of push under the name of pull.
        let rounds: Vec<Option<u64>> = tables.runs.rows().map(|run| run.whole("rounds")).collect();
        set(&mut tables, |number| rounds[number % 20]);
        let [Pair { row, .. }] = &rows(&scenario, &tables, STRATEGY)[..] else { panic!("one pair") };
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
        set(&mut tables, |number| (number != 3 && number != 24).then_some(if number < 20 { 12 } else { 9 }));
        let row = &rows(&scenario, &tables, STRATEGY)[0].row;
        assert_eq!((row.pairs, row.difference_mean), (18, Some(3.0)));
        // 1 - 0.05^(1/18) = 0.15332
        assert!(row.difference_ci_low.is_some_and(|low| (low - 2.846_68).abs() < 1e-5), "{row:?}");
        set(&mut tables, |_| None);
        let row = &rows(&scenario, &tables, STRATEGY)[0].row;
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
        for pair in &rows {
            let twin = |other: &&Pair| {
                (&other.place, &other.swept) == (&pair.place, &pair.swept)
                    && (&other.row.first, &other.row.second) == (&pair.row.first, &pair.row.second)
            };
            assert_eq!(rows.iter().filter(twin).count(), 1, "{pair:?}");
            assert_ne!(pair.row.first, pair.row.second);
        }
    }

    #[test]
    fn where_nothing_differs_pairing_gains_without_bound_or_there_is_nothing_to_gain() {
        let scenario = scenario(&format!("{BASE}[sweep]\n\"gossip.fanout\" = [1, 2]\n"));
        let mut tables = tables(&scenario);
        let rounds: Vec<Option<u64>> = tables.runs.rows().map(|run| run.whole("rounds")).collect();
        set(&mut tables, |number| rounds[number % 20]);
        let Pair { place, row, series, .. } = &rows(&scenario, &tables, "gossip.fanout")[0];
        assert_eq!((row.sd_difference, row.variance_reduction), (Some(0.0), Some(f64::INFINITY)));
        assert!(row.sd_first.is_some_and(|sd| sd > 0.0) && row.sd_first == row.sd_second);
        assert_eq!((row.first.as_str(), row.second.as_str()), ("gossip.fanout = 1", "gossip.fanout = 2"));
        assert_eq!((&place[0], &place[2], series), (&32_u64.into(), &Cell::Empty, &vec!["push".into()]));
        set(&mut tables, |_| Some(7));
        let row = &rows(&scenario, &tables, "gossip.fanout")[0].row;
        assert_eq!((row.sd_difference, row.variance_reduction), (Some(0.0), None));
    }

    #[test]
    fn differences_that_rounding_alone_tells_apart_are_the_same() {
        let apart = |step: f64| differences(&[0.1, 0.7, 1.3, 12.9].map(|value| (value + step, value)));
        let same = apart(0.2);
        assert!(same.iter().all(|difference| *difference == same[0] && (difference - 0.2).abs() < 1e-15), "{same:?}");
        assert_eq!(apart(1e-17), [0.0; 4]);
        assert_eq!(differences(&[(0.1 + 0.2, 0.3), (0.3, 0.3)]), [0.0; 2]);
        assert_eq!(differences(&[(2.0, 1.0), (2.0 + 1e-9, 1.0)]), [1.0, 1e-9 + 1.0]);
        assert_eq!(differences(&[(1.0, 1.0)]), [0.0]);
        assert!(differences(&[]).is_empty());
    }

    #[test]
    fn what_a_workload_is_for_is_compared_too_and_of_a_rumor_the_rounds_alone() {
        let text = BASE.replace("20", "4").replace("\"push\"", "\"push\"\nphase = \"random\"");
        let counter =
            "[workload]\nkind = \"counter\"\nduring = \"3s\"\n[sweep]\n\"workload.payload\" = [\"full\", \"delta\"]\n";
        let scenario = scenario(&format!("{text}{counter}"));
        let list = run_tables::list(&scenario);
        let tables = testing::tables_of(list, &scenario, testing::all_runs(&scenario));
        let pairs = super::rows(list, &scenario, &tables, "workload.payload");
        let columns: Vec<&str> = pairs.iter().map(|pair| pair.compared.unwrap().column).collect();
        assert_eq!(columns, ["rounds", "true_value", "value", "agreement_ms", "payload_per_increment"]);
        // Nodes accept the same increments, whatever they send.
        assert_eq!((pairs[1].row.pairs, pairs[1].row.difference_mean), (4, Some(0.0)));
        let bytes = |point: u64| -> f64 {
            let runs = tables.runs.rows().filter(|run| run.point() == point);
            runs.map(|run| run.real("payload_per_increment").unwrap()).sum::<f64>() / 4.0
        };
        assert!(pairs[4].row.difference_mean.is_some_and(|mean| (mean - (bytes(0) - bytes(1))).abs() < 1e-9));
        let header = layout(list).header(&keys(&pairs));
        assert_eq!(header.len(), pairs[0].cells().len());
        assert!(header.iter().any(|field| field.name == "column"));
        assert_eq!((compared(LIST).len(), layout(LIST).own[..COLUMNS.len()] == Field::all(COLUMNS)), (1, true));
    }

    #[test]
    fn pairing_gains_where_random_numbers_are_common_and_not_where_they_are_not() {
        // Loss changes few decisions; other seeds change all of them.
        let base = BASE.replace("20", "400");
        let gain = |sweep: &str, key: &str| {
            let scenario = scenario(&format!("{base}[sweep]\n{sweep}\n"));
            rows(&scenario, &tables(&scenario), key)[0].row.variance_reduction.unwrap()
        };
        let common = gain("\"network.loss\" = [0, 0.05]", "network.loss");
        let apart = gain("seed = [1, 2]", "seed");
        assert!(common > 1.5, "{common}");
        // A ratio of 1 has a relative error of about √(2/400) = 0.07; z = 4.
        assert!((apart - 1.0).abs() < 0.28, "{apart}");
    }
}
