//! What a results folder varies, and selections of it: the points in which everything is held fixed but one thing.

use std::collections::BTreeMap;

use crate::output::frame::Frame;
pub(super) use crate::output::frame::Row;
use crate::output::groups;
use crate::output::label::{named, readable};
use crate::output::tables::Tables;
use crate::time::Span;
use crate::units::Bytes;

use super::axis::number;
use super::style::MOST_LINES;
use super::text::plain;
use crate::output::conditions::Conditions;

/// Something that differs between points.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Key {
    /// `network.nodes`.
    Nodes,
    /// The topology and its settings.
    Topology,
    /// Peers contacted per turn.
    Fanout,
    /// Share of messages lost.
    Loss,
    /// Gossip interval.
    Interval,
    /// Another key, by its dotted path.
    Path(String),
}

impl Key {
    /// The keys that have a column of their own.
    const COLUMNS: [Key; 4] = [Key::Topology, Key::Fanout, Key::Loss, Key::Interval];

    /// Its value at a point, as text: equal texts are equal values.
    pub(super) fn of(&self, row: Row<'_>) -> String {
        match self {
            Key::Nodes => row.count("nodes").to_string(),
            Key::Topology => plain(row.word("topology")),
            Key::Fanout => row.count("fanout").to_string(),
            Key::Loss => row.number_or_nan("loss").to_string(),
            Key::Interval => format!("{}ms", row.number_or_nan("interval_ms")),
            Key::Path(path) => {
                let swept = row.swept();
                let entry = swept.iter().find(|(other, _)| other == path);
                entry.map_or("–".into(), |(_, value)| shown(value))
            }
        }
    }

    /// The key of a dotted path: a column of its own, or the path.
    fn of_path(path: &str) -> Key {
        match path {
            "network.nodes" => Key::Nodes,
            "network.topology" => Key::Topology,
            "gossip.fanout" => Key::Fanout,
            "network.loss" => Key::Loss,
            "gossip.interval" => Key::Interval,
            path => Key::Path(path.into()),
        }
    }

    /// What an axis calls it.
    pub(super) fn title(&self) -> String {
        match self {
            Key::Nodes => "nodes n (log scale)".into(),
            Key::Topology => "topology".into(),
            Key::Fanout => "fanout (peers contacted per turn)".into(),
            Key::Loss => "loss (share of messages)".into(),
            Key::Interval => "gossip interval".into(),
            Key::Path(_) => self.name(),
        }
    }

    /// What a heading calls it.
    pub(super) fn name(&self) -> String {
        match self {
            Key::Path(path) => plain(&named(path)),
            key => key.stem().into(),
        }
    }

    /// Its short name.
    pub(super) fn stem(&self) -> &str {
        match self {
            Key::Nodes => "n",
            Key::Topology => "topology",
            Key::Fanout => "fanout",
            Key::Loss => "loss",
            Key::Interval => "interval",
            Key::Path(path) => path.rsplit('.').next().unwrap_or(path),
        }
    }
}

/// Points in which everything is held fixed but the strategy and at most one key.
pub(super) struct Selection<'a> {
    /// The points of each strategy, in the order of the sweep.
    pub(super) lines: Vec<(&'a str, Vec<Row<'a>>)>,
    /// What is held, where it differs elsewhere: `n = 1 024, loss = 0`. Empty if nothing had to be.
    pub(super) held: String,
}

impl<'a> Selection<'a> {
    /// All its points.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'a>> {
        self.lines.iter().flat_map(|(_, rows)| rows.iter().copied())
    }
}

/// The runs of a point.
#[derive(Default)]
struct Runs {
    /// The numbers of their rows.
    rows: Vec<u32>,
    /// How many of them a limit cut off.
    cut_off: usize,
}

/// A results folder with what it varies worked out.
pub(super) struct Dataset<'a> {
    /// What is drawn from.
    pub(super) tables: &'a Tables,
    /// What held throughout.
    pub(super) conditions: &'a Conditions,
    /// Whether the number of nodes was swept.
    pub(super) sizes: bool,
    /// What else differs between points, besides the strategy.
    pub(super) keys: Vec<Key>,
    /// The runs of each point.
    runs: BTreeMap<u64, Runs>,
}

impl<'a> Dataset<'a> {
    /// Works out what `tables` vary.
    pub(super) fn new(tables: &'a Tables, conditions: &'a Conditions) -> Self {
        let rows = &tables.summary;
        let varies = |key: &Key| {
            let first = key.of(rows.row(0));
            rows.rows().any(|row| key.of(row) != first)
        };
        let swept = rows.header().iter().filter(|field| field.swept);
        let paths: Vec<Key> = swept.map(|field| Key::Path(field.name.clone())).filter(varies).collect();
        // A column that follows from the swept keys, as a topology's does from its degree, is not one more key.
        let mut causes = paths.clone();
        causes.push(Key::Nodes);
        let mut keys: Vec<Key> = Key::COLUMNS.into_iter().filter(varies).collect();
        keys.retain(|key| tables.fit.is_empty() && paths.is_empty() || !follows(rows, key, &causes));
        keys.extend(paths);
        // Nor does a size that follows from the graph that was read, unless growth was asked for.
        let sizes = varies(&Key::Nodes) && (!tables.fit.is_empty() || !follows(rows, &Key::Nodes, &keys));
        let mut runs: BTreeMap<u64, Runs> = BTreeMap::new();
        for (number, run) in (0..).zip(tables.runs.rows()) {
            let of_point = runs.entry(run.point()).or_default();
            of_point.rows.push(number);
            of_point.cut_off += usize::from(run.was_cut_off());
        }
        Dataset { tables, conditions, sizes, keys, runs }
    }

    /// The points in which everything is fixed but `free` and the strategy: the largest size, the first value of
    /// every other key.
    pub(super) fn selection(&self, free: Option<&Key>) -> Selection<'a> {
        let mut rows: Vec<Row<'a>> = self.tables.summary.rows().collect();
        let mut held = Vec::new();
        if self.sizes && free != Some(&Key::Nodes) {
            let largest = rows.iter().map(|row| row.count("nodes")).max().unwrap_or_default();
            rows.retain(|row| row.count("nodes") == largest);
            held.push(format!("n\u{a0}=\u{a0}{}", number(largest as f64)));
        }
        for key in self.keys.iter().filter(|key| free != Some(key)) {
            if let Some(first) = rows.first().map(|row| key.of(*row)) {
                rows.retain(|row| key.of(*row) == first);
                held.push(format!("{} = {first}", key.name()));
            }
        }
        let mut lines = groups::by(rows, |row| row.series());
        if lines.len() > MOST_LINES {
            held.push(format!("first {MOST_LINES} of {} strategies", lines.len()));
            lines.truncate(MOST_LINES);
        }
        Selection { lines, held: held.join(", ") }
    }

    /// The scenario's name and what held throughout.
    pub(super) fn statement(&self) -> String {
        let parts = [&self.conditions.scenario, &self.conditions.statement];
        parts.into_iter().filter(|part| !part.is_empty()).map(|part| plain(part)).collect::<Vec<_>>().join(": ")
    }

    /// Which points of the sweep a selection shows; empty if all.
    pub(super) fn shown(&self, selection: &Selection<'_>) -> String {
        if selection.held.is_empty() { String::new() } else { format!("Shown: {}.", selection.held) }
    }

    /// The rows of `curve.csv` about a point, round by round.
    pub(super) fn curve(&self, point: u64) -> Vec<Row<'a>> {
        let mut curve: Vec<_> = self.tables.curve.rows().filter(|row| row.point() == point).collect();
        curve.sort_by_key(|row| row.count("round"));
        curve
    }

    /// The runs of a point.
    pub(super) fn runs(&self, point: u64) -> impl Iterator<Item = Row<'a>> {
        let runs: &'a Frame = &self.tables.runs;
        let numbers = self.runs.get(&point).into_iter().flat_map(|of_point| &of_point.rows);
        numbers.map(|number| runs.row(*number as usize))
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

/// A swept value as charts show it.
fn shown(value: &str) -> String {
    plain(&readable(value.trim_matches('"')))
}

/// Whether two texts are one value: the same text, number or duration.
fn same_value(a: &str, b: &str) -> bool {
    let b = shown(b);
    let quantities = || Some(quantity(a)? == quantity(&b)?);
    a == b || quantities().unwrap_or(false)
}

/// Whether the value of `key` follows from the values of `causes` (other than itself).
fn follows(rows: &Frame, key: &Key, causes: &[Key]) -> bool {
    let mut seen = BTreeMap::new();
    rows.rows().all(|row| {
        let cause: Vec<String> = causes.iter().filter(|cause| *cause != key).map(|cause| cause.of(row)).collect();
        let value = key.of(row);
        *seen.entry(cause).or_insert_with(|| value.clone()) == value
    })
}

/// What a text measures, if it is a number, a duration (in ms) or a size (in bytes), with its unit.
pub(super) fn quantity(text: &str) -> Option<(f64, &'static str)> {
    if let Ok(number) = text.parse::<f64>() {
        return number.is_finite().then_some((number, ""));
    }
    if let Ok(span) = text.parse::<Span>() {
        return Some((span.as_millis(), "ms"));
    }
    let size = text.parse::<Bytes>().ok()?;
    Some((size.count() as f64, "bytes"))
}

/// How many runs did not converge, as every mean over those that did must say.
pub(super) fn unconverged(selection: &Selection<'_>) -> String {
    let count = |rows: &[Row<'_>]| -> (u64, u64) {
        let sum = |of: fn(Row<'_>) -> u64| rows.iter().map(|row| of(*row)).fold(0, u64::saturating_add);
        (sum(|row| row.count("runs")), sum(|row| row.count("runs").saturating_sub(row.count("converged"))))
    };
    let all: Vec<(u64, u64)> = selection.lines.iter().map(|(_, rows)| count(rows)).collect();
    let (runs, missing) =
        all.iter().fold((0, 0), |sum: (u64, u64), line| (sum.0.saturating_add(line.0), sum.1.saturating_add(line.1)));
    if missing == 0 {
        return format!("All {} runs converged.", number(runs as f64));
    }
    let named = selection.lines.iter().zip(&all).filter(|(_, (_, missing))| *missing > 0);
    let named: Vec<String> =
        named.map(|((strategy, _), (_, missing))| format!("{} {}", plain(strategy), number(*missing as f64))).collect();
    format!(
        "{} of {} runs did not converge ({}) and are not in the means.",
        number(missing as f64),
        number(runs as f64),
        named.join(", ")
    )
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
    fn a_selection_holds_the_largest_size_and_the_first_value_and_says_so() {
        let tables = sample::sizes_and_loss(2);
        let conditions = Conditions::default();
        let dataset = Dataset::new(&tables, &conditions);
        let selection = dataset.selection(None);
        assert_eq!(selection.held, "n\u{a0}=\u{a0}4\u{a0}096, loss = 0");
        assert!(selection.lines.iter().all(|(_, rows)| rows.len() == 1));
        assert_eq!(dataset.selection(Some(&Key::Loss)).lines[0].1.len(), 3);
        assert_eq!(dataset.selection(Some(&Key::Nodes)).lines[0].1.len(), 4);
        let fit = dataset.fit(selection.lines[0].1[0]).unwrap();
        assert_eq!(fit.word("verdict"), "log wins at loss 0.0");
    }

    #[test]
    fn known_keys_have_names_and_others_keep_their_path() {
        for (path, name) in [
            ("network.latency", "latency"),
            ("network.latency.p99", "latency p99"),
            ("gossip.peers", "peer rule"),
            ("gossip.spread.k", "spread k"),
            ("network.loss_of_mind", "network.loss_of_mind"),
            ("seed", "seed"),
        ] {
            assert_eq!(Key::of_path(path).name(), name);
        }
    }

    #[test]
    fn a_swept_model_is_shown_by_its_label() {
        let values = [r#"{ kind = "uniform", min = "10ms", max = "190ms" }"#, "\"none\""];
        let tables = sample::sweep("network.latency", &values, &["push"], 2);
        let shown: Vec<String> = tables.summary.rows().map(|row| Key::of_path("network.latency").of(row)).collect();
        assert_eq!(shown, ["uniform (min = 10ms, max = 190ms)", "none"]);
    }

    #[test]
    fn quantities_know_their_unit() {
        assert_eq!(quantity("0.5"), Some((0.5, "")));
        assert_eq!(quantity("1.5s"), Some((1500.0, "ms")));
        assert_eq!(quantity("2KiB"), Some((2048.0, "bytes")));
        for text in ["uniform", "", "inf", "NaN", "3 apples"] {
            assert_eq!(quantity(text), None, "{text}");
        }
    }
}
