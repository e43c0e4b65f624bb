//! How rounds, messages and residue grow with the network.

use super::arrange::{Selection, unconverged};
use super::axis::{Axis, number};
use super::dataset::{Dataset, Row};
use super::estimate::{
    all, converged, cut_off, leaves_residue, means, messages, over_runs, residue, residue_names, series, single,
};
use super::figure::{Datum, Figure, Layer, LegendSymbol, Panels, Series, measured, part_at_zeros};
use super::keys::Key;
use super::numbers::interval;

/// The least share of the variance that a fitted line explains if it is drawn.
const LEAST_EXPLAINED: f64 = 0.95;

/// Rounds against the number of nodes, with the fitted line and the published law.
pub(super) fn rounds_vs_nodes(dataset: &Dataset<'_>) -> Option<Figure> {
    let selection = growth(dataset)?;
    let mut series = means(&selection, &nodes, &|_| 1.0);
    for (series, line) in series.iter_mut().zip(&selection.lines) {
        let rows = &line.rows;
        let Some(fit) = rows.first().and_then(|row| dataset.fit(*row)) else { continue };
        let (Some(slope), Some(intercept)) = (fit.real("slope"), fit.real("intercept")) else { continue };
        // A line that hardly fits would be taken for the law.
        if fit.real("r2").is_some_and(|explained| explained < LEAST_EXPLAINED) {
            continue;
        }
        // No line leads to a mean that not every run is in.
        let whole = |row: &&Row<'_>| row.count("converged") == row.count("runs");
        let sizes = || rows.iter().filter(whole).map(|row| nodes(*row));
        let ends = (sizes().fold(f64::INFINITY, f64::min), sizes().fold(0.0, f64::max));
        // Straight over log n, and so a curve where rounds have a log scale too.
        let fitted = |nodes: f64| (nodes, intercept + slope * libm::log2(nodes));
        let line: Vec<Datum> = between(ends).map(fitted).filter(|(_, rounds)| *rounds > 0.0).collect();
        series.layers.push(Layer::Thin(if ends.0 < ends.1 { line } else { Vec::new() }));
        // The fitted line joins the means: a second line through them would hide it.
        series.layers.retain(|layer| !matches!(layer, Layer::Line(_)));
        series.details.push(format!("{} rounds per doubling", number(slope)));
        if let (Some(low), Some(high)) = (fit.real("slope_ci_low"), fit.real("slope_ci_high")) {
            series.details.push(format!("95 % confidence interval {}", interval(low, high)));
        }
        let theory = fit.real("theory_slope").map(|slope| format!("theory {}", number(slope)));
        let exact = fit.real("exact_slope").map(|slope| format!("exact {}", number(slope)));
        let known: Vec<String> = theory.into_iter().chain(exact).collect();
        series.details.extend((!known.is_empty()).then(|| known.join(", ")));
    }
    Some(Figure {
        name: "rounds_vs_nodes".into(),
        heading: format!("Rounds until {}, against network size", dataset.conditions.goal),
        notes: vec![
            dataset.statement(),
            selection.left_out.clone(),
            unconverged(&selection, true),
            cut_off(dataset, &selection),
        ],
        keys: converged(&selection),
        x: Axis::sizes(&Key::Nodes.title(), selection.rows().map(nodes)),
        y: measured("rounds", &series, true),
        panels: selection.panels,
        shades: None,
        series,
    })
}

/// Rounds divided by log2 of the number of nodes: flat where growth is logarithmic.
pub(super) fn rounds_over_log2n(dataset: &Dataset<'_>) -> Option<Figure> {
    let selection = growth(dataset)?;
    let series = means(&selection, &nodes, &|row| libm::log2(nodes(row)));
    Some(Figure {
        name: "rounds_over_log2n".into(),
        heading: "Rounds divided by log₂ n: flat means O(log n)".into(),
        notes: vec![
            dataset.statement(),
            selection.left_out.clone(),
            unconverged(&selection, true),
            cut_off(dataset, &selection),
        ],
        keys: converged(&selection),
        x: Axis::sizes(&Key::Nodes.title(), selection.rows().map(nodes)),
        y: measured("rounds / log₂ n", &series, true),
        panels: selection.panels,
        shades: None,
        series,
    })
}

/// Messages per node: against the number of nodes where that was swept; strategy by strategy where nothing else was.
pub(super) fn messages_per_node(dataset: &Dataset<'_>) -> Option<Figure> {
    let heading = "Messages per node until the run ended".into();
    let name = "messages_per_node".into();
    if let Some(selection) = growth(dataset) {
        let series = series(&selection, &nodes, &|row| over_runs(dataset, row, messages), false);
        return Some(Figure {
            name,
            heading,
            notes: vec![dataset.statement(), selection.left_out.clone(), cut_off(dataset, &selection)],
            keys: all(&selection),
            x: Axis::sizes(&Key::Nodes.title(), selection.rows().map(nodes)),
            y: measured("messages per node", &series, true),
            panels: selection.panels,
            shades: None,
            series,
        });
    }
    if !dataset.keys.is_empty() {
        // They are drawn against each of these keys.
        return None;
    }
    let selection = dataset.selection(None);
    let series = messages_by_strategy(dataset, &selection);
    let names: Vec<String> = series.iter().map(|series| series.label.clone()).collect();
    Some(Figure {
        name,
        heading,
        notes: vec![dataset.statement(), cut_off(dataset, &selection)],
        keys: vec![
            (LegendSymbol::Mark, if single(&selection) { "the run" } else { "mean over all runs" }),
            (LegendSymbol::Spread, "5–95 % of runs"),
        ],
        x: measured("messages per node", &series, false),
        y: Axis::names("", &names),
        panels: Panels::default(),
        shades: None,
        series,
    })
}

/// The share of nodes that never learned, against the number of nodes, where any run left somebody out.
pub(super) fn residue_vs_nodes(dataset: &Dataset<'_>) -> Option<Figure> {
    let selection = growth(dataset).filter(|selection| leaves_residue(dataset, selection))?;
    let mut series = series(&selection, &nodes, &|row| over_runs(dataset, row, residue), false);
    let (heading, axis) = residue_names(dataset, &selection);
    let y = measured(axis, &series, true);
    part_at_zeros(&y, &mut series);
    Some(Figure {
        name: "residue_vs_nodes".into(),
        heading: format!("{heading}, against network size"),
        notes: vec![dataset.statement(), selection.left_out.clone(), cut_off(dataset, &selection)],
        keys: all(&selection),
        x: Axis::sizes(&Key::Nodes.title(), selection.rows().map(nodes)),
        y,
        panels: selection.panels,
        shades: None,
        series,
    })
}

fn nodes(row: Row<'_>) -> f64 {
    row.number_or_nan("nodes")
}

/// A row a strategy: the mean, and what most runs lie between.
fn messages_by_strategy(dataset: &Dataset<'_>, selection: &Selection<'_>) -> Vec<Series> {
    let lines = selection.lines.iter().enumerate().filter_map(|(place, line)| Some((place, line, *line.rows.first()?)));
    let series = lines.map(|(place, line, row)| {
        let (mean, up) = (row.number_or_nan("messages_per_node_mean"), -(place as f64));
        let all_nodes = dataset.all_nodes(row);
        let mut runs: Vec<f64> =
            dataset.runs(row.point()).filter_map(|run| messages(run, all_nodes)).map(|(sent, _)| sent).collect();
        runs.sort_unstable_by(f64::total_cmp);
        let most = (runs.len() > 1).then(|| ((quantile(&runs, 5), up), (quantile(&runs, 95), up)));
        let layers = vec![Layer::Spread(most.into_iter().collect()), Layer::Marks(vec![(mean, up)])];
        let details = vec![format!("{} messages per node", number(mean))];
        Series { details, panel: None, ..line.series(layers) }
    });
    series.collect()
}

/// Numbers from one end to the other, at equal ratios.
fn between((low, high): (f64, f64)) -> impl Iterator<Item = f64> {
    const STEPS: u32 = 32;
    let ratio = libm::log2(high / low);
    // Both ends as they are.
    let inner = (1..STEPS).map(move |step| low * libm::exp2(ratio * f64::from(step) / f64::from(STEPS)));
    [low].into_iter().chain(inner).chain([high])
}

/// The `percent` quantile of sorted values: the least with at least that share of values at or below it.
fn quantile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or(f64::NAN)
}

/// The points of all sizes, where there is more than one size.
fn growth<'a>(dataset: &Dataset<'a>) -> Option<Selection<'a>> {
    let selection = dataset.sizes.then(|| dataset.selection(Some(&Key::Nodes)))?;
    let grows = |rows: &Vec<Row<'_>>| rows.iter().any(|row| row.count("nodes") != rows[0].count("nodes"));
    selection.lines.iter().any(|line| grows(&line.rows)).then_some(selection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occurred() {
        let values: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!((quantile(&values, 5), quantile(&values, 95)), (10.0, 190.0));
        assert_eq!(quantile(&[7.0], 5), 7.0);
    }
}
