//! What is measured against any other swept key: lines over numbers and durations, rows over names.

use super::arrange::{Selection, unconverged};
use super::dataset::{Dataset, Row};
use super::estimate::{self, Measured, cut_off, leaves_residue, means, over_runs, residue_names, series};
use super::figure::{Figure, LegendSymbol, Series};
use super::keys::Key;
use super::text::file_name;
use super::values::{Shown, Values};

/// What is shown against every swept key, where there is something to show; a new chart is a function and a line here.
const MEASURES: &[fn(&Against<'_>) -> Option<Measure>] = &[rounds, messages, residue, updates, time, load];

/// The figures of each swept key but the number of nodes and the strategy.
pub(super) fn swept(dataset: &Dataset<'_>) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (index, key) in dataset.keys.iter().enumerate() {
        let selection = dataset.selection(Some(key));
        let Some(values) = Values::of(key, selection.rows()) else { continue };
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
        Measure {
            name,
            heading,
            axis,
            note: unconverged(self.selection, true),
            keys: estimate::converged(self.selection),
            series,
        }
    }

    /// A mean over all runs.
    fn all(&self, name: &'static str, heading: &'static str, axis: &'static str, of: Measured) -> Measure {
        let series = self.series(of, false);
        Measure {
            name,
            heading: heading.to_owned(),
            axis,
            note: String::new(),
            keys: estimate::all(self.selection),
            series,
        }
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
    let known = || against.dataset.tables.runs.has("bytes_per_node_second");
    let of_interval = *against.key == Key::Interval && known();
    let heading = "Network load until the run ended";
    of_interval.then(|| against.all("load", heading, "bytes per node and second", estimate::load))
}

fn figure(
    dataset: &Dataset<'_>,
    selection: &Selection<'_>,
    (key, stem, values): (&Key, &str, &Values),
    measure: Measure,
) -> Figure {
    let Measure { name, heading, axis, note, keys, series } = measure;
    let notes = vec![dataset.statement(), selection.left_out.clone(), note, cut_off(dataset, selection)];
    let (name, heading) = (format!("{name}_vs_{stem}"), format!("{heading}, against {}", key.name()));
    values.figure(key, selection, Shown { name, heading, notes, keys, axis: axis.to_owned(), series })
}

/// The key's name in a file name: its last part, or the whole path where another key shares that.
pub(super) fn file_stem(keys: &[Key], index: usize) -> String {
    let stem = file_name(keys[index].stem());
    let shared =
        |stem: &str| keys.iter().enumerate().any(|(other, key)| other != index && file_name(key.stem()) == stem);
    // `rounds_vs_nodes` is taken.
    if !shared(&stem) && stem != "nodes" {
        return stem;
    }
    match &keys[index] {
        Key::Path(path) => format!("{}_{index}", file_name(path)),
        _ => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Conditions, sample};
    use super::*;

    #[test]
    fn numbers_that_are_names_are_rows_and_not_an_axis() {
        for (path, rows) in [("workload.origin", true), ("gossip.spread.k", false)] {
            let tables = sample::sweep(path, &["1", "2", "10"], &["push"], 2);
            let conditions = Conditions::default();
            let figures = swept(&Dataset::new(&tables, &conditions));
            assert!(!figures.is_empty() && figures.iter().all(|figure| figure.y.rows == rows), "{path}");
        }
    }

    #[test]
    fn file_names_are_safe_and_differ() {
        let keys = [Key::Loss, Key::Path("network.loss".into()), Key::Path("gossip.K/<x>".into())];
        let stems: Vec<String> = (0..3).map(|index| file_stem(&keys, index)).collect();
        assert_eq!(stems, ["loss", "network_loss_1", "k__x_"]);
    }
}
