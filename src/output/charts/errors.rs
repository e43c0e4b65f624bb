//! How far off nodes are, or how stale, round by round, where a workload measures that.

use std::collections::BTreeMap;

use super::super::groups;
use super::arrange::Selection;
use super::axis::{Axis, number};
use super::curves::{at, named, points};
use super::dataset::{Dataset, Row};
use super::estimate::{cut_off, single};
use super::figure::{Datum, Figure, Layer, LegendSymbol, Series, some, thinned, values};
use super::style::{Marker, NEUTRAL, SeriesStyle};

/// What says how far off nodes are.
struct Measure {
    /// The beginning of the names of its columns.
    column: &'static str,
    /// The name of the chart.
    name: &'static str,
    heading: &'static str,
    note: &'static str,
    /// What the axis is called.
    axis: &'static str,
}

const ERRORS: [Measure; 5] = [
    Measure {
        column: "error_mean",
        name: "error_vs_round",
        heading: "Error of the nodes, round by round",
        note: "Mean over the live nodes of how far off the value is that they show.",
        axis: "error (increments, log scale)",
    },
    Measure {
        column: "error_max",
        name: "error_vs_round",
        heading: "Error of the nodes, round by round",
        note: "Greatest error of a node, as a share of the true value.",
        axis: "greatest error (share of the true value, log scale)",
    },
    Measure {
        column: "stale_keys",
        name: "stale_vs_round",
        heading: "Stale keys, round by round",
        note: "Keys of which a node does not show what the last write says, in the mean over the live nodes.",
        axis: "stale keys (log scale)",
    },
    Measure {
        column: "missing",
        name: "missing_vs_round",
        heading: "Nodes missing from lists, round by round",
        note: "Live nodes that a live node does not list, in the mean.",
        axis: "missing nodes (log scale)",
    },
    Measure {
        column: "missing_updates",
        name: "missing_updates_vs_round",
        heading: "Updates that nodes lack, round by round",
        note: "Published updates that a live node lacks, in the mean.",
        axis: "missing updates (log scale)",
    },
];

/// What says more beside the first of these.
const BESIDE: [Measure; 2] = [
    Measure {
        column: "ghosts",
        name: "ghosts_vs_round",
        heading: "Nodes listed that are down, round by round",
        note: "Nodes that are down and that a live node lists, in the mean.",
        axis: "nodes that are down (log scale)",
    },
    Measure {
        column: "queued_updates",
        name: "queued_updates_vs_round",
        heading: "Updates that wait at nodes, round by round",
        note: "Updates that a live node still pushes, in the mean.",
        axis: "queued updates (log scale)",
    },
];

/// How far off nodes are, on a log axis: what contracts by a factor a round is straight. A run that has ended stays as
/// it was, so a line ends where half of the runs have.
pub(super) fn error(dataset: &Dataset<'_>) -> Option<Figure> {
    let measure = ERRORS.iter().find(|measure| measure.is_in(dataset))?;
    figure(dataset, measure)
}

/// The same of a measure that stands beside another.
pub(super) fn beside(dataset: &Dataset<'_>) -> Option<Figure> {
    figure(dataset, BESIDE.iter().find(|measure| measure.is_in(dataset))?)
}

impl Measure {
    /// Whether the workload has its columns.
    fn is_in(&self, dataset: &Dataset<'_>) -> bool {
        dataset.tables.curve.has(&format!("{}_p50", self.column))
    }
}

fn figure(dataset: &Dataset<'_>, measure: &Measure) -> Option<Figure> {
    let &Measure { column, name, heading, note, axis } = measure;
    let selection = dataset.selection(None);
    let (mut series, mut never) = (Vec::new(), Vec::new());
    let (mut last, mut gaps) = (0, false);
    for (line, row) in points(&selection) {
        let curve = half_under_way(dataset, row);
        let drawn = layers(&curve, column, row.count("runs") > 1, (line.place, selection.most_lines()));
        if drawn.is_empty() {
            let held = selection.panels.titles.get(line.panel).filter(|title| !title.is_empty());
            never.push(held.map_or_else(|| line.label.clone(), |held| format!("{} ({held})", line.label)));
            continue;
        }
        gaps |= curve.iter().any(|round| at(*round, &format!("{column}_p50")) == 0.0);
        last = last.max(curve.last().map_or(0, |round| round.count("round")));
        series.push(Series { layers: drawn, ..named(line, row) });
    }
    if series.is_empty() {
        return None;
    }
    let mut notes = vec![dataset.statement(), selection.left_out.clone()];
    notes.push(if single(&selection) {
        note.to_owned()
    } else {
        format!("{note} A line ends where half of its runs have ended.")
    });
    let tolerances = tolerances(dataset, &selection);
    notes.extend(said(&tolerances));
    series.extend(tolerances.into_iter().map(|(panel, tolerance)| level("tolerance", tolerance, (panel, last))));
    never.sort_unstable();
    never.dedup();
    notes.extend((!never.is_empty()).then(|| format!("Of {} it is 0 in every round.", never.join(", "))));
    notes.extend(gaps.then(|| "Where it is 0 there is no line.".to_owned()));
    notes.push(cut_off(dataset, &selection));
    let errors = values(&series, true);
    let mut figure = Figure {
        name: name.into(),
        heading: heading.into(),
        notes,
        keys: vec![
            (LegendSymbol::Line, if single(&selection) { "the run" } else { "median over runs" }),
            (LegendSymbol::Band, "5–95 % of runs"),
        ],
        x: Axis::counted("round", last),
        y: Axis::decades(axis, errors),
        panels: selection.panels,
        shades: None,
        series,
    };
    figure.part_rounds();
    Some(figure)
}

/// The rounds of a point up to that by which half of its runs have ended.
fn half_under_way<'a>(dataset: &Dataset<'a>, row: Row<'a>) -> Vec<Row<'a>> {
    let curve = dataset.curve(row.point());
    let last = curve.last().map_or(0, |round| round.count("round"));
    let mut ends: Vec<u64> = dataset.runs(row.point()).map(|run| run.whole("rounds").unwrap_or(last)).collect();
    ends.sort_unstable();
    let end = ends.get(ends.len().saturating_sub(1) / 2).copied().unwrap_or(last);
    curve.into_iter().filter(|round| round.count("round") <= end).collect()
}

/// What is drawn of the column `name`, with a band of `several` runs; nothing where its median is 0 throughout. A log axis
/// has no place for 0: what is drawn is parted there.
fn layers(curve: &[Row<'_>], name: &str, several: bool, (place, lines): (usize, usize)) -> Vec<Layer> {
    let [low, median, high] = ["p05", "p50", "p95"].map(|quantile| format!("{name}_{quantile}"));
    let line: Vec<Datum> = curve.iter().map(|round| (at(*round, "round"), at(*round, &median))).collect();
    let seen: Vec<Datum> = line.iter().copied().filter(|(_, error)| *error > 0.0).collect();
    if seen.is_empty() {
        return Vec::new();
    }
    let band = curve.iter().map(|round| (at(*round, "round"), at(*round, &low), at(*round, &high)));
    let band: Vec<_> = band.collect();
    let mut layers: Vec<Layer> = Vec::new();
    let bands = band.split(|(_, low, _)| low.is_nan() || *low <= 0.0).filter(|part| !part.is_empty());
    layers.extend(bands.filter(|_| several).map(|part| Layer::Band(thinned(part.to_vec()))));
    layers.push(Layer::Marks(some(&seen, place, lines)));
    let parts = line.split(|(_, error)| error.is_nan() || *error <= 0.0).filter(|part| !part.is_empty());
    layers.extend(parts.map(|part| Layer::Line(thinned(part.to_vec()))));
    layers
}

/// The tolerances that all points of a panel have, by its number: one for all panels where it is the same in each.
fn tolerances(dataset: &Dataset<'_>, selection: &Selection<'_>) -> Vec<(Option<usize>, f64)> {
    let known: BTreeMap<u64, f64> = dataset.conditions.tolerances.iter().copied().collect();
    let of = |row: Row<'_>| known.get(&row.point()).copied().filter(|tolerance| *tolerance > 0.0);
    let panels = groups::by(points(selection), |(line, _)| line.panel);
    let one = |mut tolerances: Vec<Option<f64>>| {
        tolerances.dedup();
        if let [Some(tolerance)] = tolerances[..] { Some(tolerance) } else { None }
    };
    if let Some(tolerance) = one(points(selection).map(|(_, row)| of(row)).collect()) {
        return vec![(None, tolerance)];
    }
    let each = panels.into_iter().map(|(panel, points)| (panel, points.into_iter().map(|(_, row)| of(row)).collect()));
    each.filter_map(|(panel, tolerances)| Some((Some(panel), one(tolerances)?))).collect()
}

/// What the tolerances drawn mean.
fn said(tolerances: &[(Option<usize>, f64)]) -> Option<String> {
    match tolerances {
        [] => None,
        [(None, tolerance)] => {
            Some(format!("A run has converged when it is no more than the tolerance, {}.", number(*tolerance)))
        }
        _ => Some("A run has converged when it is no more than the tolerance.".to_owned()),
    }
}

/// A broken line at `height` up to round `last`, with its name, in a panel or in each.
fn level(label: &str, height: f64, (panel, last): (Option<usize>, u64)) -> Series {
    let line = vec![(0.0, height), (last as f64, height)];
    let series_style = SeriesStyle::solid(NEUTRAL, Marker::Disc);
    Series { label: label.to_owned(), details: Vec::new(), series_style, panel, layers: vec![Layer::Dashed(line)] }
}

#[cfg(test)]
mod tests {
    use super::super::{Conditions, figures};
    use super::*;
    use crate::output::tables::Tables;
    use crate::output::{caption, run_tables, testing};

    fn simulated(workload: &str) -> (Tables, Conditions) {
        let text = format!(
            "replicates = 9\n[network]\nnodes = 32\n[gossip]\nstrategy = \"push\"\nphase = \"random\"\n{workload}"
        );
        let scenario = testing::read_text(&text);
        let tables = testing::tables_of(run_tables::list(&scenario), &scenario, testing::all_runs(&scenario));
        (tables, caption::conditions(&scenario))
    }

    fn drawn((tables, conditions): &(Tables, Conditions)) -> Option<Figure> {
        figures(tables, conditions).into_iter().find(|figure| figure.name == "error_vs_round")
    }

    #[test]
    fn an_average_is_drawn_down_to_its_tolerance_and_no_further_than_half_of_its_runs() {
        let folder = simulated("[workload]\nkind = \"average\"\ntolerance = 0.02\n");
        let figure = drawn(&folder).unwrap();
        let [push, tolerance] = &figure.series[..] else { panic!("{:?}", figure.series) };
        assert_eq!((push.label.as_str(), tolerance.label.as_str()), ("push", "tolerance"));
        let mut rounds: Vec<u64> = folder.0.runs.rows().filter_map(|run| run.whole("rounds")).collect();
        rounds.sort_unstable();
        let median = rounds[4] as f64;
        assert_eq!(tolerance.layers, [Layer::Dashed(vec![(0.0, 0.02), (median, 0.02)])]);
        let ends = push.layers.iter().flat_map(Layer::data).map(|(round, _)| round).fold(0.0, f64::max);
        assert_eq!(ends, median, "of {rounds:?}");
        assert!(figure.y.title.contains("share of the true value"), "{}", figure.y.title);
        assert!(
            figure.notes.iter().any(|note| note.ends_with("no more than the tolerance, 0.02.")),
            "{:?}",
            figure.notes
        );
    }

    #[test]
    fn a_counter_is_drawn_in_increments_and_not_where_it_is_never_off() {
        let mut folder = simulated("[workload]\nkind = \"counter\"\nduring = \"3s\"\n");
        let figure = drawn(&folder).unwrap();
        assert_eq!((figure.y.title.as_str(), figure.series.len()), ("error (increments, log scale)", 1));
        for round in 0..folder.0.curve.len() {
            folder.0.curve.set(round, "error_mean_p50", 0.0);
        }
        assert_eq!(drawn(&folder), None);
    }

    #[test]
    fn a_line_is_parted_where_the_error_is_0() {
        let mut folder = simulated("[workload]\nkind = \"counter\"\nduring = \"6s\"\n");
        folder.0.curve.set(3, "error_mean_p50", 0.0);
        let figure = drawn(&folder).unwrap();
        let lines = figure.series[0].layers.iter().filter(|layer| matches!(layer, Layer::Line(_)));
        assert_eq!(lines.count(), 2);
        assert!(figure.notes.contains(&"Where it is 0 there is no line.".to_owned()), "{:?}", figure.notes);
    }

    #[test]
    fn of_runs_that_may_never_converge_no_more_is_said_than_is_known() {
        let folder = simulated("[workload]\nkind = \"average\"\ntolerance = 0.000001\n[stop]\nmax_rounds = 3\n");
        let said = "9 of 9 runs had not converged when a limit came: means of rounds are over the others.";
        assert!(drawn(&folder).unwrap().notes.contains(&said.to_owned()));
    }
}
