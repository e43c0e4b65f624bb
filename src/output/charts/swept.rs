//! What is measured against any other swept key: lines over numbers and durations, rows over names.

use super::super::groups;
use super::axis::Axis;
use super::dataset::{Dataset, Key, Row, Selection, quantity, unconverged};
use super::estimate::{
    self, ALL, CONVERGED, Measured, cut_off, leaves_residue, means, over_runs, residue_names, series,
};
use super::figure::{Figure, Layer, LegendSymbol, Series, measured, part_at_zeros};
use super::style::MOST_LINES;

/// Most names one chart lists.
const MOST_NAMES: usize = 40;

/// How far apart the ends of a numeric key may be, as a ratio, on a linear axis.
const LINEAR_RATIO: f64 = 30.0;

/// What is shown against every swept key, where there is something to show; a new chart is a function and a line here.
const MEASURES: &[fn(&Against<'_>) -> Option<Measure>] = &[rounds, messages, residue, updates, time, load];

/// The figures of each swept key but the number of nodes and the strategy.
pub(super) fn swept(dataset: &Dataset<'_>) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (index, key) in dataset.keys.iter().enumerate() {
        let selection = dataset.selection(Some(key));
        let Some(values) = Values::of(key, &selection) else { continue };
        let stem = file_stem(&dataset.keys, index);
        let against = Against { dataset, key, selection: &selection, x: &|row| values.at(key, row) };
        for measure in MEASURES.iter().filter_map(|measure| measure(&against)) {
            figures.push(figure(dataset, &selection, (key, &stem, &values), measure));
        }
    }
    figures
}

/// The points of a chart against a swept key.
struct Against<'a> {
    dataset: &'a Dataset<'a>,
    key: &'a Key,
    selection: &'a Selection<'a>,
    /// Where a point lies on the axis of the key.
    x: &'a dyn Fn(Row<'_>) -> f64,
}

/// What is measured against a key.
struct Measure {
    /// What its files are called, before `_vs_`.
    name: &'static str,
    heading: String,
    axis: &'static str,
    note: String,
    keys: Vec<(LegendSymbol, &'static str)>,
    series: Vec<Series>,
}

impl Against<'_> {
    /// A mean over the runs that converged.
    fn converged(&self, name: &'static str, what: &str, axis: &'static str, series: Vec<Series>) -> Measure {
        let heading = format!("{what} until {}", self.dataset.conditions.goal);
        Measure { name, heading, axis, note: unconverged(self.selection), keys: CONVERGED.into(), series }
    }

    /// A mean over all runs.
    fn all(&self, name: &'static str, heading: &'static str, axis: &'static str, of: Measured) -> Measure {
        let series = self.series(of, false);
        Measure { name, heading: heading.to_owned(), axis, note: String::new(), keys: ALL.into(), series }
    }

    /// The means of what is measured; where `all` runs must have converged for a point to be whole, the others are hollow.
    fn series(&self, of: Measured, all: bool) -> Vec<Series> {
        series(self.selection, self.x, &|row| over_runs(self.dataset, row, of), all)
    }
}

fn rounds(against: &Against<'_>) -> Option<Measure> {
    let series = means(against.selection, against.x, &|_| 1.0);
    Some(against.converged("rounds", "Rounds", "rounds", series))
}

fn messages(against: &Against<'_>) -> Option<Measure> {
    let heading = "Messages per node until the run ended";
    Some(against.all("messages", heading, "messages per node", estimate::messages))
}

/// Who was left out, where somebody was.
fn residue(against: &Against<'_>) -> Option<Measure> {
    let (heading, axis) = residue_names(against.dataset, against.selection);
    let left = leaves_residue(against.dataset, against.selection);
    left.then(|| against.all("residue", heading, axis, estimate::residue))
}

/// The traffic of the update itself, where somebody was left out.
fn updates(against: &Against<'_>) -> Option<Measure> {
    let heading = "Updates sent per node until the run ended";
    let left = leaves_residue(against.dataset, against.selection);
    left.then(|| against.all("updates", heading, "updates per node", estimate::updates))
}

/// What a shorter interval buys.
fn time(against: &Against<'_>) -> Option<Measure> {
    let series = || against.series(estimate::time, true);
    let of_interval = *against.key == Key::Interval;
    of_interval.then(|| against.converged("time", "Time", "time (ms)", series()))
}

/// What a shorter interval costs.
fn load(against: &Against<'_>) -> Option<Measure> {
    let heading = "Network load";
    let series = || against.series(estimate::load, true);
    let of_interval = *against.key == Key::Interval;
    of_interval.then(|| against.converged("load", heading, "messages per node and second", series()))
}

/// The values of a key, as far as one axis shows them.
enum Values {
    /// Numbers of one unit.
    Numbers(&'static str),
    /// Names, in the order of the sweep, and how many more there are.
    Names(Vec<String>, usize),
}

impl Values {
    /// `None` unless there are at least two.
    fn of(key: &Key, selection: &Selection<'_>) -> Option<Self> {
        let groups = groups::by(selection.rows(), |row| key.of(*row));
        let mut texts: Vec<String> = groups.into_iter().map(|(text, _)| text).collect();
        if texts.len() < 2 {
            return None;
        }
        let quantities: Option<Vec<_>> = texts.iter().map(|text| quantity(text)).collect();
        if let Some([(_, unit), others @ ..]) = quantities.as_deref()
            && others.iter().all(|(_, other)| other == unit)
        {
            return Some(Values::Numbers(unit));
        }
        let more = texts.len().saturating_sub(MOST_NAMES);
        texts.truncate(MOST_NAMES);
        Some(Values::Names(texts, more))
    }

    /// Where a point lies on the axis; not a number if it is not shown.
    fn at(&self, key: &Key, row: Row<'_>) -> f64 {
        let text = key.of(row);
        match self {
            Values::Numbers(_) => quantity(&text).map_or(f64::NAN, |(value, _)| value),
            Values::Names(names, _) => {
                names.iter().position(|name| *name == text).map_or(f64::NAN, |place| -(place as f64))
            }
        }
    }
}

fn figure(
    dataset: &Dataset<'_>,
    selection: &Selection<'_>,
    (key, stem, place): (&Key, &str, &Values),
    measure: Measure,
) -> Figure {
    let Measure { name, heading, axis, note, keys, mut series } = measure;
    let mut notes = vec![dataset.statement(), dataset.shown(selection), note, cut_off(dataset, selection)];
    let (x, y) = match place {
        Values::Numbers(unit) => {
            let y = measured(axis, &series, true);
            part_at_zeros(&y, &mut series);
            let values: Vec<f64> = selection.rows().map(|row| place.at(key, row)).collect();
            (numbers(&key.title(), unit, &values), y)
        }
        Values::Names(names, more) => {
            if *more > 0 {
                notes.push(format!("The first {MOST_NAMES} values; {more} more are in summary.csv."));
            }
            lay_down(&mut series);
            (measured(axis, &series, false), Axis::names(&key.title(), names))
        }
    };
    let (name, heading) = (format!("{name}_vs_{stem}"), format!("{heading}, against {}", key.name()));
    Figure { name, heading, notes, keys, x, y, series }
}

/// A linear axis, or a log axis where positive values are far apart. A value that nothing was measured at has its place
/// too.
fn numbers(title: &str, unit: &str, values: &[f64]) -> Axis {
    let values = || values.iter().copied();
    let ends = values().fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    let log = ends.0 > 0.0 && ends.1 >= LINEAR_RATIO * ends.0;
    let title = if unit.is_empty() { title.to_owned() } else { format!("{title} ({unit})") };
    if log { Axis::decades(&format!("{title}, log scale"), values()) } else { Axis::around(&title, values()) }
}

/// Turns series over places into rows of names: places go up the page, values across. Lines would join what has no
/// order; the strategies of a row lie a little below each other.
fn lay_down(series: &mut [Series]) {
    let lines = series.len().min(MOST_LINES) as f64;
    for (index, series) in series.iter_mut().enumerate() {
        let below = (index as f64 - (lines - 1.0) / 2.0) * (0.66 / lines.max(2.0));
        let turn = |(place, value): (f64, f64)| (value, place - below);
        series.layers.retain(|layer| !matches!(layer, Layer::Line(_) | Layer::Dashed(_) | Layer::Exact(_)));
        for layer in &mut series.layers {
            match layer {
                Layer::Marks(points) | Layer::Hollow(points) => {
                    points.iter_mut().for_each(|point| *point = turn(*point));
                }
                Layer::Intervals(intervals) => {
                    intervals.iter_mut().for_each(|(from, to)| (*from, *to) = (turn(*from), turn(*to)));
                }
                Layer::Band(_) | Layer::Line(_) | Layer::Thin(_) | Layer::Dashed(_) | Layer::Exact(_) => {}
            }
        }
    }
}

/// The key's name in a file name: its last part, or the whole path where another key shares that.
fn file_stem(keys: &[Key], index: usize) -> String {
    let clean = |text: &str| -> String {
        let safe = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '_' };
        text.chars().take(60).map(safe).collect()
    };
    let stem = clean(keys[index].stem());
    let shared = |stem: &str| keys.iter().enumerate().any(|(other, key)| other != index && clean(key.stem()) == stem);
    // `rounds_vs_nodes` is taken.
    if !shared(&stem) && stem != "nodes" {
        return stem;
    }
    match &keys[index] {
        Key::Path(path) => format!("{}_{index}", clean(path)),
        _ => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_safe_and_differ() {
        let keys = [Key::Loss, Key::Path("network.loss".into()), Key::Path("gossip.K/<x>".into())];
        let stems: Vec<String> = (0..3).map(|index| file_stem(&keys, index)).collect();
        assert_eq!(stems, ["loss", "network_loss_1", "k__x_"]);
    }
}
