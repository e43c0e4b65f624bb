//! What a results folder varies, and its rows by point.

use std::collections::BTreeMap;

use crate::output::conditions::Conditions;
use crate::output::frame::Frame;
pub(super) use crate::output::frame::Row;
use crate::output::groups;
use crate::output::places;
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

    /// Whether what differs are sizes of something and not names.
    fn are_sizes(&self, rows: &[Row<'_>]) -> bool {
        places::are_sizes(rows, self.key.path(), self.values.iter().map(String::as_str))
    }

    fn varies(&self) -> bool {
        self.values.len() > 1
    }
}

/// Most values that are told of each key that goes in step with others.
const MOST_IN_STEP: usize = 6;

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
    /// What goes in step with the number of nodes: it is another at other sizes, and the same at all points of a size.
    pub(super) with_size: Vec<Varied>,
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
        // A column that follows from what is swept of it, as a topology's does from its degree, is not one more key.
        let own = |column: &Varied| {
            let of_it = |path: &&Varied| places::is_of(path.key.path(), column.key.path());
            let causes: Vec<&Varied> = paths.iter().filter(of_it).chain([&nodes]).collect();
            causes.len() == 1 || !follows(column, &causes)
        };
        let own: Vec<Varied> = columns.into_iter().filter(own).collect();
        // Nor is what goes in step with the sizes, unless it is a name: over sizes it would be a line of one point each.
        let follows_nodes = |key: &Varied| nodes.varies() && follows(key, &[&nodes]) && key.are_sizes(&rows);
        let (with_size, keys): (Vec<Varied>, Vec<Varied>) =
            own.into_iter().chain(paths.iter().cloned()).partition(follows_nodes);
        // Nor a size that follows from the graph that was read, unless growth was asked for.
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
            with_size,
            rows,
            runs,
            curves,
        }
    }

    /// All keys that points differ in, also those that only go in step with the number of nodes.
    pub(super) fn all_varied(&self) -> impl Iterator<Item = &Varied> {
        self.varied.iter().chain(&self.with_size)
    }

    /// Which keys go in step with each other, in a sentence; nothing where none do.
    pub(super) fn steps(&self) -> String {
        // In each group the first key settles the others.
        let mut groups: Vec<Vec<&Varied>> = Vec::new();
        for key in self.all_varied().filter(|varied| varied.key != Key::Strategy) {
            let settles = |one: &Varied, other: &Varied| follows(other, &[one]);
            if let Some(group) = groups.iter_mut().find(|group| settles(group[0], key)) {
                group.push(key);
            } else if let Some(group) = groups.iter_mut().find(|group| settles(key, group[0])) {
                group.insert(0, key);
            } else {
                groups.push(vec![key]);
            }
        }
        let told: Vec<String> =
            groups.iter().filter(|group| group.len() > 1).map(|group| self.in_step(group)).collect();
        if told.is_empty() { String::new() } else { format!("In step: {}.", told.join("; ")) }
    }

    /// The values of these keys, in the order of those of the first.
    fn in_step(&self, group: &[&Varied]) -> String {
        let rows = (0..self.rows.len()).map(|row| (group[0].at(row), row));
        let firsts = groups::by(rows, |(value, _)| *value);
        let values = |key: &&Varied| {
            let firsts = firsts.iter().take(MOST_IN_STEP);
            let shown: Vec<String> = firsts.map(|(_, rows)| key.values[key.at(rows[0].1) as usize].clone()).collect();
            let more = if group[0].values.len() > MOST_IN_STEP { ", …" } else { "" };
            let name = if key.key == Key::Nodes { "n".to_owned() } else { key.key.name() };
            format!("{name} ({}{more})", shown.join(", "))
        };
        group.iter().map(values).collect::<Vec<_>>().join(" with ")
    }

    /// Whether what differs in `key` are sizes of something and not names.
    pub(super) fn is_of_numbers(&self, key: &Varied) -> bool {
        key.are_sizes(&self.rows)
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
    use crate::columns::rumor::LIST;
    use crate::output::charts::sample;
    use crate::output::growth;
    use crate::output::testing;

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

    #[test]
    fn keys_that_go_in_step_are_all_known_and_told() {
        for (zip, keys, told) in [
            (
                "\"network.topology\" = [\"complete\", \"ring\"]\n\"gossip.fanout\" = [2, 3]\n",
                &["topology", "fanout"][..],
                "In step: topology (complete, ring (neighbors = 1)) with fanout (2, 3).",
            ),
            (
                "\"network.nodes\" = [16, 32, 64]\n\"gossip.fanout\" = [1, \"all\", \"ceil(ln(n))\"]\n",
                &[],
                "In step: n (16, 32, 64) with fanout (1, all, ceil(ln(n))).",
            ),
            (
                "\"network.nodes\" = [16, 32, 64]\n\"network.latency\" = [\"1ms\", \"2ms\", \"3ms\"]\n",
                &[],
                "In step: n (16, 32, 64) with latency (1ms, 2ms, 3ms).",
            ),
            (
                "\"network.nodes\" = [16, 32]\n\"network.topology\" = [\"complete\", \"ring\"]\n",
                &["topology"],
                "In step: n (16, 32) with topology (complete, ring (neighbors = 1)).",
            ),
            (
                "\"network.loss\" = [0, 0, 0.1]\n\"gossip.fanout\" = [1, 2, 3]\n",
                &["fanout", "loss"],
                "In step: fanout (1, 2, 3) with loss (0, 0, 0.1).",
            ),
        ] {
            let text =
                format!("replicates = 2\n[network]\nnodes = 16\n[gossip]\nstrategy = \"push\"\n[[sweep.zip]]\n{zip}");
            let (mut tables, conditions) = (testing::simulated(&testing::read_text(&text)), Conditions::default());
            if zip.contains("network.nodes") {
                tables.fit = growth::frame(LIST, &growth::rows(&tables.summary, &|_| None));
            }
            let dataset = Dataset::new(&tables, &conditions);
            let names: Vec<String> = dataset.keys.iter().map(Key::name).collect();
            assert_eq!(
                (names.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), dataset.steps()),
                (keys, told.to_owned()),
                "{zip}"
            );
        }
        let (tables, conditions) = (sample::sizes_and_loss(2), Conditions::default());
        assert_eq!(Dataset::new(&tables, &conditions).steps(), "");
    }
}
