//! The paired differences of `compare` with their confidence intervals: against the size or another swept number, or
//! configuration by configuration.

use std::collections::BTreeSet;

use super::super::{groups, label};
use super::axis::{Axis, number};
use super::dataset::{Dataset, Row};
use super::figure::{Datum, Figure, Layer, LegendSymbol, Panels, Series, thinned};
use super::keys::Key;
use super::style::{MOST_LINES, Marker, NEUTRAL, SeriesStyle, series_style};
use super::text::{file_name, plain};
use crate::columns::{Cell, common};

/// Most rows one chart lists.
const MOST_ROWS: usize = 40;
/// The first colours are those of strategies; differences have others.
const FIRST_INK: usize = 3;

/// A difference as charts show it.
struct Difference<'a> {
    /// `push − pull`, and the strategy of both where that differs between differences.
    name: String,
    /// The strategy of both, if they have one.
    strategy: &'a str,
    row: Row<'a>,
    mean: f64,
    /// Where the true mean lies with 95 % confidence; of two pairs and more.
    interval: Option<(f64, f64)>,
}

/// A chart of the differences in each column that is compared; nothing where all of them are 0.
pub(super) fn differences(dataset: &Dataset<'_>) -> Vec<Figure> {
    // Where points were chosen, those that were measured at one of them.
    let all = dataset.rows.len() == dataset.tables.summary.len();
    let pairs = dataset.tables.pairs.rows().filter(|row| all || points(dataset, *row).next().is_some());
    let columns = groups::by(pairs, |row| row.word("column"));
    columns.into_iter().filter_map(|(column, rows)| figure(dataset, column, &rows)).collect()
}

fn figure(dataset: &Dataset<'_>, column: &str, rows: &[Row<'_>]) -> Option<Figure> {
    let rounds = [common::ROUNDS.name, ""].contains(&column);
    let equal = |row: &Row<'_>| row.real("difference_mean") == Some(0.0) && row.real("sd_difference") == Some(0.0);
    let shown = of_rows(rows);
    if shown.is_empty() || !rounds && rows.iter().all(equal) {
        return None;
    }
    let keys = varying(dataset, rows);
    let drawn = lines(dataset, &keys, &shown).unwrap_or_else(|| self::rows(dataset, &keys, &shown));
    let what = if rounds { "rounds".to_owned() } else { measured(dataset, column) };
    let names: BTreeSet<&str> = shown.iter().map(|difference| difference.name.as_str()).collect();
    let of = match names.first() {
        Some(name) if names.len() == 1 => (*name).to_owned(),
        _ => "first − second".to_owned(),
    };
    let title = format!("difference in {what}, {of}");
    let values = values(&drawn.series, drawn.level);
    // The line of no difference lies within the plot, and not on its edge.
    let beyond = values.iter().fold(0.0, |most: f64, value| most.max(value.abs())) * 0.05;
    let measure = Axis::from_zero(&title, values.into_iter().chain([-beyond, beyond]));
    let (x, y) = if drawn.level { (measure, drawn.axis) } else { (drawn.axis, measure) };
    let mut notes = vec![dataset.statement()];
    notes.push(
        "Mean of the differences between replicates on common random numbers. Where its interval leaves out 0, the two \
         differ."
            .into(),
    );
    notes.push(pairs_of(&shown, rounds));
    notes.extend(drawn.more);
    Some(Figure {
        name: if rounds { "paired_differences".into() } else { format!("paired_differences_{}", file_name(column)) },
        heading: format!("Paired differences in {what}"),
        notes,
        keys: vec![
            (LegendSymbol::Mark, "mean difference"),
            (LegendSymbol::Interval, "95 % confidence interval"),
            (LegendSymbol::Hollow, "mean over the pairs that there are, not all replicates"),
        ],
        x,
        y,
        panels: Panels::default(),
        shades: None,
        series: drawn.series,
    })
}

/// What is shown, and the axis of what it is shown against.
struct Drawn {
    series: Vec<Series>,
    axis: Axis,
    /// Whether differences lie across and not up.
    level: bool,
    /// What to say of what is not shown.
    more: Option<String>,
}

/// The differences of these rows of `pairs.csv` that have a mean.
fn of_rows<'a>(rows: &[Row<'a>]) -> Vec<Difference<'a>> {
    let several = rows.iter().any(|row| row.series() != rows[0].series());
    let difference = |row: &Row<'a>| {
        let (first, second) = sides(row.word("first"), row.word("second"));
        let strategy = row.series();
        let of = if several && !strategy.is_empty() { format!("{strategy}: ") } else { String::new() };
        Some(Difference {
            name: plain(&format!("{of}{first} − {second}")),
            strategy,
            row: *row,
            mean: row.real("difference_mean").filter(|mean| mean.is_finite())?,
            interval: row.real("difference_ci_low").zip(row.real("difference_ci_high")),
        })
    };
    rows.iter().filter_map(difference).collect()
}

/// Both sides by what they are called, the key by its label and once: `loss 0 − 0.1`.
fn sides(first: &str, second: &str) -> (String, String) {
    match (first.split_once(" = "), second.split_once(" = ")) {
        (Some((key, one)), Some((other, two))) if key == other => (format!("{} {one}", label::named(key)), two.into()),
        _ => (first.into(), second.into()),
    }
}

/// The keys besides what is compared that differ between differences, sizes first.
fn varying(dataset: &Dataset<'_>, rows: &[Row<'_>]) -> Vec<Key> {
    let keys = dataset.sizes.then_some(Key::Nodes).into_iter().chain(dataset.keys.iter().cloned());
    keys.filter(|key| rows.iter().any(|row| key.of(*row) != key.of(rows[0]))).collect()
}

/// Lines against the first key that is a number, one for each comparison and each value of the other keys; nothing where
/// there is no such key, or too many lines.
fn lines(dataset: &Dataset<'_>, keys: &[Key], shown: &[Difference<'_>]) -> Option<Drawn> {
    let numbers = |key: &Key, shown: &[Difference<'_>]| {
        let texts: Vec<String> = shown.iter().map(|difference| key.of(difference.row)).collect();
        key.numbers(&texts)
    };
    let (key, (unit, values)) = keys.iter().find_map(|key| Some((key, numbers(key, shown)?)))?;
    let others: Vec<Key> = keys.iter().filter(|other| *other != key).cloned().collect();
    let x = |difference: &Difference<'_>| {
        let one = key.numbers(&[key.of(difference.row)]);
        one.and_then(|(_, values)| values.first().copied()).unwrap_or(f64::NAN)
    };
    let name = |difference: &&Difference<'_>| {
        let held = held(&others, difference.row);
        if held.is_empty() { difference.name.clone() } else { format!("{}, {held}", difference.name) }
    };
    let groups = groups::by(shown, name);
    if groups.len() >= MOST_LINES {
        return None;
    }
    let alone = groups.iter().all(|(_, group)| !group[0].strategy.is_empty());
    let series = groups.into_iter().enumerate().map(|(place, (name, mut group))| {
        group.sort_by(|one, other| x(one).total_cmp(&x(other)));
        let style = if alone { series_style(group[0].strategy, place) } else { series_style("", FIRST_INK + place) };
        let parts = group.iter().map(|difference| (*difference, x(difference)));
        of_parts(dataset, name, style, parts, |place, value| (place, value))
    });
    let mut series: Vec<Series> = series.collect();
    let ends = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)));
    series.push(zero([(ends.0, 0.0), (ends.1, 0.0)]));
    let title = if unit.is_empty() { key.title() } else { format!("{} ({unit})", key.title()) };
    let axis = if *key == Key::Nodes { Axis::sizes(&title, values.into_iter()) } else { Axis::swept(&title, &values) };
    Some(Drawn { series, axis, level: false, more: None })
}

/// A row for each configuration, with every comparison in its colour; of one configuration, a row for each comparison.
fn rows(dataset: &Dataset<'_>, keys: &[Key], shown: &[Difference<'_>]) -> Drawn {
    let by_name = keys.is_empty();
    let row_name = |one: &Difference<'_>| if by_name { one.name.clone() } else { held(keys, one.row) };
    let mut names: Vec<String> = groups::by(shown, |one| row_name(one)).into_iter().map(|(name, _)| name).collect();
    let more = names.len().saturating_sub(MOST_ROWS);
    names.truncate(MOST_ROWS);
    let mut groups = groups::by(shown, |one| one.name.clone());
    groups.truncate(MOST_LINES);
    let lines = if by_name { 1.0 } else { groups.len() as f64 };
    let series = groups.into_iter().enumerate().map(|(number, (name, group))| {
        let below = if by_name { 0.0 } else { (number as f64 - (lines - 1.0) / 2.0) * (0.66 / lines.max(2.0)) };
        let up = |one: &Difference<'_>| names.iter().position(|name| *name == row_name(one));
        let parts = group.iter().filter_map(|one| Some((*one, -(up(one)? as f64) - below)));
        let style = series_style("", FIRST_INK + number);
        let series = of_parts(dataset, name, style, parts, |place, value| (value, place));
        // There is no order among rows that a line could follow.
        let layers = series.layers.into_iter().filter(|layer| !matches!(layer, Layer::Line(_))).collect();
        Series { layers, ..series }
    });
    let mut series: Vec<Series> = series.collect();
    series.push(zero([(0.0, 0.5), (0.0, 0.5 - names.len() as f64)]));
    let more = (more > 0).then(|| format!("The first {MOST_ROWS} configurations; {more} more are in pairs.csv."));
    Drawn { series, axis: Axis::names("", &names), level: true, more }
}

/// The layers of these differences at their places; `datum` says which way both lie.
fn of_parts<'a>(
    dataset: &Dataset<'_>,
    label: String,
    series_style: SeriesStyle,
    parts: impl Iterator<Item = (&'a Difference<'a>, f64)>,
    datum: impl Fn(f64, f64) -> Datum,
) -> Series {
    let (mut lines, mut intervals, mut whole, mut hollow) = (vec![vec![]], vec![], vec![], vec![]);
    for (difference, place) in parts {
        let at = |value: f64| datum(place, value);
        intervals.extend(difference.interval.map(|(low, high)| (at(low), at(high))));
        if difference.row.count("pairs") < runs(dataset, difference.row) {
            hollow.push(at(difference.mean));
            lines.push(vec![]);
        } else {
            whole.push(at(difference.mean));
            lines.last_mut().unwrap_or(&mut Vec::new()).push(at(difference.mean));
        }
    }
    let mut layers: Vec<Layer> = lines.into_iter().filter(|line| line.len() > 1).map(Layer::Line).collect();
    layers.extend([Layer::Intervals(thinned(intervals)), Layer::Marks(thinned(whole)), Layer::Hollow(thinned(hollow))]);
    Series { label, details: Vec::new(), series_style, panel: None, layers }
}

/// How many runs there are where a difference was measured.
fn runs(dataset: &Dataset<'_>, row: Row<'_>) -> u64 {
    points(dataset, row).map(|point| point.count("runs")).min().unwrap_or(0)
}

/// The points that a difference was measured at: those with the same values of all that both sides have.
fn points<'a>(dataset: &'a Dataset<'a>, row: Row<'a>) -> impl Iterator<Item = Row<'a>> {
    let said = |cell: &Cell| !matches!(cell, Cell::Empty) && *cell != Cell::from("");
    let place = row.values().filter(|(field, cell)| (field.swept || !field.key.is_empty()) && said(cell));
    let place: Vec<_> = place.collect();
    let same = move |point: &Row<'_>| place.iter().all(|(field, cell)| point.cell(&field.name) == *cell);
    dataset.rows.iter().copied().filter(same)
}

/// What the values of keys are at a difference: `n 1 024, loss 0.1`.
fn held(keys: &[Key], row: Row<'_>) -> String {
    let value = |key: &Key| match key {
        Key::Nodes => format!("n {}", number(row.number_or_nan("nodes"))),
        Key::Topology => key.of(row),
        key => format!("{} {}", key.name(), key.of(row)),
    };
    keys.iter().map(value).collect::<Vec<_>>().join(", ")
}

/// How many pairs the differences are of.
fn pairs_of(shown: &[Difference<'_>], rounds: bool) -> String {
    let counts = || shown.iter().map(|difference| difference.row.count("pairs"));
    let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    let number = |count: u64| number(count as f64);
    let range = if least == most { number(most) } else { format!("{} to {}", number(least), number(most)) };
    let have = if rounds { "converged" } else { "have a value" };
    format!("Over the replicates that {have} under both: {range} of each pair.")
}

/// What a column of `runs.csv` is called, with its unit.
fn measured(dataset: &Dataset<'_>, column: &str) -> String {
    let field = dataset.tables.runs.header().iter().find(|field| field.name == column);
    let unit = field.map_or("", |field| field.unit);
    let name = plain(&column.replace('_', " "));
    if unit.is_empty() || name.ends_with(unit) { name } else { format!("{name} ({unit})") }
}

/// The line of no difference.
fn zero(ends: [Datum; 2]) -> Series {
    let series_style = SeriesStyle::solid(NEUTRAL, Marker::Disc);
    Series {
        label: "no difference".into(),
        details: Vec::new(),
        series_style,
        panel: None,
        layers: vec![Layer::Dashed(ends.into())],
    }
}

/// The differences and the ends of their intervals.
fn values(series: &[Series], level: bool) -> Vec<f64> {
    let data = series.iter().flat_map(|series| &series.layers).filter(|layer| !matches!(layer, Layer::Dashed(_)));
    data.flat_map(Layer::data).map(|(x, y)| if level { x } else { y }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Conditions, figures};
    use super::*;
    use crate::output::tables::Tables;
    use crate::output::{pairs, run_tables, testing};

    fn compared(text: &str, key: &str) -> Tables {
        let scenario = testing::read_text(&format!("replicates = 6\n[network]\nnodes = 32\n[gossip]\n{text}"));
        let list = run_tables::list(&scenario);
        let mut tables = testing::tables_of(list, &scenario, testing::all_runs(&scenario));
        tables.pairs = pairs::frame(list, &pairs::rows(list, &scenario, &tables, key)).unwrap();
        tables
    }

    fn drawn(tables: &Tables) -> Vec<Figure> {
        let conditions = Conditions::default();
        differences(&Dataset::new(tables, &conditions))
    }

    fn marks(series: &Series) -> Vec<Datum> {
        let marks = |layer: &&Layer| matches!(layer, Layer::Marks(_) | Layer::Hollow(_));
        series.layers.iter().filter(marks).flat_map(Layer::data).collect()
    }

    const STRATEGIES: &str =
        "strategy = \"push\"\n[sweep]\n\"gossip.strategy\" = [\"push\", \"pull\", \"push-pull\"]\n";

    #[test]
    fn against_sizes_each_comparison_is_a_line_with_intervals_and_one_of_no_difference() {
        let tables = compared(&format!("{STRATEGIES}\"network.nodes\" = [16, 64]\n"), "gossip.strategy");
        let [figure] = &drawn(&tables)[..] else { panic!("one chart") };
        let labels: Vec<&str> = figure.series.iter().map(|series| series.label.as_str()).collect();
        assert_eq!(labels, ["push − pull", "push − push-pull", "pull − push-pull", "no difference"]);
        let rows: Vec<Row<'_>> = tables.pairs.rows().filter(|row| row.word("first") == "pull").collect();
        let means: Vec<Datum> =
            rows.iter().map(|row| (row.number_or_nan("nodes"), row.number_or_nan("difference_mean"))).collect();
        assert_eq!(marks(&figure.series[2]), means);
        let ends = figure.series[2].layers.iter().find(|layer| matches!(layer, Layer::Intervals(_))).unwrap().data();
        assert_eq!(ends[0], (16.0, rows[0].number_or_nan("difference_ci_low")));
        assert_eq!(figure.series[3].layers, [Layer::Dashed(vec![(16.0, 0.0), (64.0, 0.0)])]);
        assert!(
            figure.notes.iter().any(|note| note.ends_with("converged under both: 6 of each pair.")),
            "{:?}",
            figure.notes
        );
    }

    #[test]
    fn of_one_configuration_each_comparison_has_a_row() {
        let [figure] = &drawn(&compared(STRATEGIES, "gossip.strategy"))[..] else { panic!("one chart") };
        let rows: Vec<&str> = figure.y.ticks.iter().rev().map(|tick| tick.label.as_str()).collect();
        assert_eq!(rows, ["push − pull", "push − push-pull", "pull − push-pull"]);
        assert!(figure.y.rows && marks(&figure.series[1])[0].1 == -1.0);
        // One pair at one place: an interval beside 0 says something, and is drawn.
        let tables = compared("strategy = \"push\"\n[sweep]\n\"network.loss\" = [0, 0.2]\n", "network.loss");
        let figures = figures(&tables, &Conditions::default());
        let figure = figures.iter().find(|figure| figure.name == "paired_differences").unwrap();
        assert_eq!(figure.x.title, "difference in rounds, loss 0 − 0.2");
    }

    #[test]
    fn configurations_of_names_have_a_row_each() {
        let sweep = "\"network.topology\" = [\"complete\", \"hypercube\"]\n\"gossip.fanout\" = [1, 2]\n";
        let tables = compared(&format!("{STRATEGIES}{sweep}"), "gossip.fanout");
        let [figure] = &drawn(&tables)[..] else { panic!("one chart") };
        let rows: Vec<&str> = figure.y.ticks.iter().rev().map(|tick| tick.label.as_str()).collect();
        assert_eq!(rows, ["complete", "hypercube"]);
        let labels: Vec<&str> = figure.series.iter().map(|series| series.label.as_str()).collect();
        assert_eq!(labels[..2], ["push: fanout 1 − 2", "pull: fanout 1 − 2"]);
    }

    #[test]
    fn a_mean_over_some_of_the_replicates_is_hollow_and_no_line_leads_to_it() {
        let mut tables = compared(&format!("{STRATEGIES}\"network.nodes\" = [16, 32, 64]\n"), "gossip.strategy");
        let number = tables.pairs.rows().position(|row| row.count("nodes") == 32).unwrap();
        tables.pairs.set(number, "pairs", 5_u64);
        let layers = &drawn(&tables)[0].series[0].layers;
        assert!(!layers.iter().any(|layer| matches!(layer, Layer::Line(_))), "{layers:?}");
        assert!(layers.iter().any(|layer| matches!(layer, Layer::Hollow(points) if points.len() == 1)), "{layers:?}");
    }

    #[test]
    fn what_a_workload_is_for_has_a_chart_too_where_it_differs() {
        let text = "strategy = \"push\"\nphase = \"random\"\n[workload]\nkind = \"counter\"\nduring = \"3s\"\n[sweep]\n\"workload.payload\" = [\"full\", \"delta\"]\n";
        let names: Vec<String> =
            drawn(&compared(text, "workload.payload")).into_iter().map(|figure| figure.name).collect();
        assert!(names.contains(&"paired_differences_payload_per_increment".to_owned()), "{names:?}");
        assert!(!names.contains(&"paired_differences_true_value".to_owned()), "{names:?}");
    }

    #[test]
    fn where_nothing_was_compared_there_is_no_chart() {
        assert!(drawn(&super::super::sample::loss(2)).is_empty());
    }
}
