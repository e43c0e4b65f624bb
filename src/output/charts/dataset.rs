//! What a results folder varies, and its rows by point.

use std::collections::BTreeMap;

use crate::output::conditions::Conditions;
use crate::output::frame::Frame;
pub(super) use crate::output::frame::Row;
use crate::output::tables::Tables;
use crate::stats::moments::Moments;

use super::keys::{Key, same_value};
use super::text::plain;

/// A key with the value that each point has.
#[derive(Clone, Debug)]
pub(super) struct Varied {
    /// The key.
    pub(super) key: Key,
    /// Its values, in the order in which they come.
    pub(super) values: Vec<String>,
    /// For each row of the dataset the number of its value.
    of: Vec<u32>,
}

impl Varied {
    fn new(key: Key, rows: &[Row<'_>]) -> Self {
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let mut values = Vec::new();
        let of = rows.iter().map(|row| {
            let value = key.of(*row);
            *numbers.entry(value).or_insert_with_key(|value| {
                values.push(value.clone());
                values.len() as u32 - 1
            })
        });
        let of = of.collect();
        Varied { key, values, of }
    }

    /// The number of the value at row `place` of the dataset.
    pub(super) fn at(&self, place: usize) -> u32 {
        self.of[place]
    }

    fn varies(&self) -> bool {
        self.values.len() > 1
    }
}

/// Whether the value of `key` follows from those of `causes`.
pub(super) fn follows(key: &Varied, causes: &[&Varied]) -> bool {
    let mut seen = BTreeMap::new();
    key.of.iter().enumerate().all(|(row, value)| {
        let cause: Vec<u32> = causes.iter().map(|cause| cause.at(row)).collect();
        *seen.entry(cause).or_insert(*value) == *value
    })
}

/// The runs of a point.
#[derive(Default)]
struct Runs {
    /// The numbers of their rows.
    rows: Vec<u32>,
    /// How many of them a limit cut off.
    cut_off: usize,
}

/// A results folder, or some of its points, with what it varies worked out.
pub(super) struct Dataset<'a> {
    /// What is drawn from.
    pub(super) tables: &'a Tables,
    /// What held throughout.
    pub(super) conditions: &'a Conditions,
    /// The points that are drawn, as rows of the summary.
    pub(super) rows: Vec<Row<'a>>,
    /// Whether the number of nodes was swept.
    pub(super) sizes: bool,
    /// What else differs between points, besides the strategy.
    pub(super) keys: Vec<Key>,
    /// All that differs between points: the strategy, the number of nodes and `keys`.
    pub(super) varied: Vec<Varied>,
    /// The runs of each point.
    runs: BTreeMap<u64, Runs>,
    /// The points of the rows of `curve.csv`, in their order, and the numbers of the rows.
    curves: Vec<(u64, u32)>,
}

impl<'a> Dataset<'a> {
    /// Works out what `tables` vary.
    pub(super) fn new(tables: &'a Tables, conditions: &'a Conditions) -> Self {
        Dataset::of(tables, conditions, tables.summary.rows().collect())
    }

    /// Works out what `rows` of the summary vary.
    pub(super) fn of(tables: &'a Tables, conditions: &'a Conditions, rows: Vec<Row<'a>>) -> Self {
        let varied = |key: Key| Varied::new(key, &rows);
        let [strategy, nodes] = [Key::Strategy, Key::Nodes].map(varied);
        let columns: Vec<Varied> = Key::COLUMNS.into_iter().map(varied).filter(Varied::varies).collect();
        let swept = tables.summary.header().iter().filter(|field| field.swept);
        let paths = swept.map(|field| varied(Key::Path(field.name.clone()))).filter(Varied::varies);
        let paths: Vec<Varied> = paths.collect();
        // A column that follows from the swept keys, as a topology's does from its degree, is not one more key.
        let causes: Vec<&Varied> = paths.iter().chain([&nodes]).collect();
        let own = |column: &Varied| tables.fit.is_empty() && paths.is_empty() || !follows(column, &causes);
        let mut keys: Vec<Varied> = columns.into_iter().filter(own).collect();
        keys.extend(paths.iter().cloned());
        // Nor does a size that follows from the graph that was read, unless growth was asked for.
        let read = || follows(&nodes, &keys.iter().collect::<Vec<_>>());
        let sizes = nodes.varies() && (!tables.fit.is_empty() || !read());
        let first = [(strategy.varies(), strategy), (sizes, nodes)];
        let (runs, curves) = by_point(tables);
        Dataset {
            tables,
            conditions,
            sizes,
            keys: keys.iter().map(|varied| varied.key.clone()).collect(),
            varied: first.into_iter().filter(|(varies, _)| *varies).map(|(_, key)| key).chain(keys).collect(),
            rows,
            runs,
            curves,
        }
    }

    /// The scenario's name and what held throughout.
    pub(super) fn statement(&self) -> String {
        let parts = [&self.conditions.scenario, &self.conditions.statement];
        parts.into_iter().filter(|part| !part.is_empty()).map(|part| plain(part)).collect::<Vec<_>>().join(": ")
    }

    /// What lines are told apart by first of all: what was compared, else the strategy.
    pub(super) fn compared(&self) -> Key {
        self.conditions.compared.as_deref().map_or(Key::Strategy, Key::of_path)
    }

    /// The rows of `curve.csv` about a point, round by round.
    pub(super) fn curve(&self, point: u64) -> Vec<Row<'a>> {
        let curve: &'a Frame = &self.tables.curve;
        let first = self.curves.partition_point(|(other, _)| *other < point);
        let of_point = self.curves[first..].iter().take_while(|(other, _)| *other == point);
        let mut rows: Vec<_> = of_point.map(|(_, number)| curve.row(*number as usize)).collect();
        rows.sort_by_key(|row| row.count("round"));
        rows
    }

    /// The runs of a point.
    pub(super) fn runs(&self, point: u64) -> impl Iterator<Item = Row<'a>> {
        let runs: &'a Frame = &self.tables.runs;
        let numbers = self.runs.get(&point).into_iter().flat_map(|of_point| &of_point.rows);
        numbers.map(|number| runs.row(*number as usize))
    }

    /// How many nodes there are at a point, those that join included, which no column tells: messages per node are over all.
    pub(super) fn all_nodes(&self, row: Row<'_>) -> f64 {
        let nodes = row.number_or_nan("nodes");
        let sent: Moments = self.runs(row.point()).filter_map(|run| run.real("messages")).collect();
        let all = sent.mean().zip(row.real("messages_per_node_mean")).map(|(sent, per_node)| (sent / per_node).round());
        all.filter(|all| all.is_finite() && *all > nodes).unwrap_or(nodes)
    }

    /// How many runs of a point a limit cut off, and how many there are.
    pub(super) fn cut_off(&self, point: u64) -> (usize, usize) {
        self.runs.get(&point).map_or((0, 0), |of_point| (of_point.cut_off, of_point.rows.len()))
    }

    /// The fitted line of the growth that `row` is part of.
    pub(super) fn fit(&self, row: Row<'_>) -> Option<Row<'a>> {
        let swept = row.swept();
        let same = |(path, value): &(String, String)| match swept.iter().find(|(other, _)| other == path) {
            Some((_, own)) => own == value || same_value(own, value),
            None => same_value(&Key::of_path(path).of(row), value),
        };
        self.tables.fit.rows().find(|fit| fit.series() == row.series() && fit.swept().iter().all(same))
    }
}

/// The runs of each point, and the rows of curves in the order of their points.
fn by_point(tables: &Tables) -> (BTreeMap<u64, Runs>, Vec<(u64, u32)>) {
    let mut runs: BTreeMap<u64, Runs> = BTreeMap::new();
    for (number, run) in (0..).zip(tables.runs.rows()) {
        let of_point = runs.entry(run.point()).or_default();
        of_point.rows.push(number);
        of_point.cut_off += usize::from(run.was_cut_off());
    }
    let mut curves: Vec<(u64, u32)> = tables.curve.rows().map(Row::point).zip(0..).collect();
    curves.sort_unstable();
    (runs, curves)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::charts::sample;

    #[test]
    fn a_topology_that_follows_from_its_degree_is_not_one_more_key() {
        let values = ["4", "8", "16"];
        let mut tables = sample::sweep("network.topology.degree", &values, &["push", "pull"], 2);
        for number in 0..tables.summary.len() {
            let degree = tables.summary.row(number).word("network.topology.degree").to_owned();
            tables.summary.set(number, "topology", format!("random-regular (degree = {degree})"));
        }
        let conditions = Conditions::default();
        assert_eq!(Dataset::new(&tables, &conditions).keys, [Key::Path("network.topology.degree".into())]);
    }

    #[test]
    fn sizes_that_come_with_the_graphs_are_no_growth() {
        let mut tables = sample::topologies(2);
        for number in 0..tables.summary.len() {
            let nodes = tables.summary.row(number).count("nodes") + number as u64 / 3;
            tables.summary.set(number, "nodes", nodes);
        }
        let conditions = Conditions::default();
        let dataset = Dataset::new(&tables, &conditions);
        assert!(!dataset.sizes);
        assert_eq!(dataset.keys, [Key::Topology]);
    }

    #[test]
    fn all_that_differs_is_known_and_so_is_the_fit_of_a_point() {
        let tables = sample::sizes_and_loss(2);
        let conditions = Conditions::default();
        let dataset = Dataset::new(&tables, &conditions);
        let varied: Vec<(&Key, usize)> =
            dataset.varied.iter().map(|varied| (&varied.key, varied.values.len())).collect();
        assert_eq!(varied, [(&Key::Strategy, 3), (&Key::Nodes, 4), (&Key::Loss, 3)]);
        let fit = dataset.fit(tables.summary.row(0)).unwrap();
        assert_eq!(fit.word("verdict"), "log wins at loss 0.0");
        let some = tables.summary.rows().filter(|row| row.number_or_nan("loss") == 0.1).collect();
        let dataset = Dataset::of(&tables, &conditions, some);
        assert_eq!((dataset.keys.len(), dataset.varied.len(), dataset.rows.len()), (0, 2, 12));
    }
}
