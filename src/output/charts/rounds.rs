//! How rounds, messages and residue grow with the network.

use super::axis::{Axis, number};
use super::dataset::{Dataset, Key, Row, Selection, unconverged};
use super::estimate::{
    ALL, CONVERGED, cut_off, leaves_residue, means, messages, over_runs, residue, residue_names, series,
};
use super::figure::{Datum, Figure, Layer, LegendSymbol, Series, measured, part_at_zeros, values};
use super::style::series_style;

/// Rounds against the number of nodes, with the fitted line and the published law.
pub(super) fn rounds_vs_nodes(dataset: &Dataset<'_>) -> Option<Figure> {
    let selection = growth(dataset)?;
    let mut series = means(&selection, &nodes, &|_| 1.0);
    for (series, (_, rows)) in series.iter_mut().zip(&selection.lines) {
        let Some(fit) = rows.first().and_then(|row| dataset.fit(*row)) else { continue };
        let (Some(slope), Some(intercept)) = (fit.real("slope"), fit.real("intercept")) else { continue };
        let sizes = || rows.iter().map(|row| nodes(*row));
        let ends = [sizes().fold(f64::INFINITY, f64::min), sizes().fold(0.0, f64::max)];
        let line: Vec<Datum> = ends.map(|nodes| (nodes, intercept + slope * libm::log2(nodes))).into();
        series.layers.push(Layer::Thin(line));
        // The fitted line joins the means: a second line through them would hide it.
        series.layers.retain(|layer| !matches!(layer, Layer::Line(_)));
        series.details.push(format!("{} rounds per doubling", number(slope)));
        if let (Some(low), Some(high)) = (fit.real("slope_ci_low"), fit.real("slope_ci_high")) {
            series.details.push(format!("95 % confidence interval {} to {}", number(low), number(high)));
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
            dataset.shown(&selection),
            unconverged(&selection),
            cut_off(dataset, &selection),
        ],
        keys: CONVERGED.into(),
        x: Axis::doubling(&Key::Nodes.title(), selection.rows().map(nodes)),
        y: Axis::from_zero("rounds", values(&series, true)),
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
            dataset.shown(&selection),
            unconverged(&selection),
            cut_off(dataset, &selection),
        ],
        keys: CONVERGED.into(),
        x: Axis::doubling(&Key::Nodes.title(), selection.rows().map(nodes)),
        y: Axis::from_zero("rounds / log₂ n", values(&series, true)),
        series,
    })
}

/// Messages per node: against the number of nodes where that was swept, else strategy by strategy.
pub(super) fn messages_per_node(dataset: &Dataset<'_>) -> Option<Figure> {
    let grown = growth(dataset);
    let selection = grown.unwrap_or_else(|| dataset.selection(None));
    let heading = "Messages per node until the run ended".into();
    let notes = vec![dataset.statement(), dataset.shown(&selection), cut_off(dataset, &selection)];
    let name = "messages_per_node".into();
    if selection.lines.iter().any(|(_, rows)| rows.len() > 1) {
        let series = series(&selection, &nodes, &|row| over_runs(dataset, row, messages), false);
        return Some(Figure {
            name,
            heading,
            notes,
            keys: ALL.into(),
            x: Axis::doubling(&Key::Nodes.title(), selection.rows().map(nodes)),
            y: Axis::from_zero("messages per node", values(&series, true)),
            series,
        });
    }
    let series = messages_by_strategy(dataset, &selection);
    let names: Vec<String> = series.iter().map(|series| series.label.clone()).collect();
    Some(Figure {
        name,
        heading,
        notes,
        keys: vec![(LegendSymbol::RoundSample, "mean over all runs"), (LegendSymbol::Interval, "5–95 % of runs")],
        x: measured("messages per node", &series, false),
        y: Axis::names("", &names),
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
        notes: vec![dataset.statement(), dataset.shown(&selection), cut_off(dataset, &selection)],
        keys: ALL.into(),
        x: Axis::doubling(&Key::Nodes.title(), selection.rows().map(nodes)),
        y,
        series,
    })
}

fn nodes(row: Row<'_>) -> f64 {
    row.number_or_nan("nodes")
}

/// A row a strategy: the mean, and what most runs lie between.
fn messages_by_strategy(dataset: &Dataset<'_>, selection: &Selection<'_>) -> Vec<Series> {
    let rows = selection.lines.iter().enumerate().filter_map(|(place, (_, rows))| Some((place, *rows.first()?)));
    let series = rows.map(|(place, row)| {
        let (mean, up) = (row.number_or_nan("messages_per_node_mean"), -(place as f64));
        let mut runs: Vec<f64> = dataset.runs(row.point()).filter_map(messages).map(|(sent, _)| sent).collect();
        runs.sort_unstable_by(f64::total_cmp);
        let most = (runs.len() > 1).then(|| ((quantile(&runs, 5), up), (quantile(&runs, 95), up)));
        Series {
            label: super::text::plain(row.series()),
            details: vec![format!("{} messages per node", number(mean))],
            series_style: series_style(row.series(), place),
            layers: vec![Layer::Intervals(most.into_iter().collect()), Layer::Marks(vec![(mean, up)])],
        }
    });
    series.collect()
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
    selection.lines.iter().any(|(_, rows)| grows(rows)).then_some(selection)
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
