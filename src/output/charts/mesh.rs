//! Broadcasts: how soon messages come, what more links buy and cost, and how meshes are linked.

use super::axis::Axis;
use super::curves::{at, named, points};
use super::dataset::{Dataset, Row};
use super::estimate::{cut_off, single};
use super::figure::{Datum, Figure, Layer, LegendSymbol, Panels, Series, some, thinned, values};
use super::style::{MOST_LINES, series_style};
use super::text::plain;
use crate::output::label::named as called;
use crate::output::{groups, places};

/// Shares of the deliveries, and the columns that say what they stay below.
const LATENCIES: [(f64, &str); 9] = [
    (0.01, "latency_p01_ms_mean"),
    (0.1, "latency_p10_ms_mean"),
    (0.25, "latency_p25_ms_mean"),
    (0.5, "latency_p50_ms_mean"),
    (0.75, "latency_p75_ms_mean"),
    (0.9, "latency_p90_ms_mean"),
    (0.95, "latency_p95_ms_mean"),
    (0.99, "latency_p99_ms_mean"),
    (1.0, "latency_max_ms_mean"),
];

/// Which share of the deliveries takes no longer than a time.
pub(super) fn delivery_latency(dataset: &Dataset<'_>) -> Option<Figure> {
    if !dataset.tables.summary.has(LATENCIES[0].1) {
        return None;
    }
    let selection = dataset.selection(None);
    let most = selection.most_lines();
    let series = points(&selection).filter_map(|(line, row)| {
        let shares = LATENCIES.iter().filter_map(|(share, column)| Some((row.real(column)?, *share)));
        let shares: Vec<Datum> = shares.collect();
        let layers = vec![Layer::Marks(some(&shares, line.place, most)), Layer::Line(shares)];
        (!layers[1].data().is_empty()).then(|| Series { layers, ..named(line, row) })
    });
    let series: Vec<Series> = series.collect();
    values(&series, false).next()?;
    Some(Figure {
        name: "delivery_latency".into(),
        heading: "Share of the deliveries, by the time since the publication".into(),
        notes: vec![
            dataset.statement(),
            selection.left_out.clone(),
            "Between the marks (1, 10, 25, 50, 75, 90, 95, 99 and 100 %) lines are straight.".into(),
        ],
        keys: vec![(
            LegendSymbol::Line,
            if single(&selection) { "the run" } else { "mean over runs of each quantile" },
        )],
        x: Axis::from_zero("time since the publication (ms)", values(&series, false)),
        y: Axis::share("share of the deliveries"),
        panels: selection.panels,
        shades: None,
        series,
    })
}

/// How many links meshes have, round by round: in the mean, at least and at most.
pub(super) fn mesh_degree(dataset: &Dataset<'_>) -> Option<Figure> {
    if !dataset.tables.curve.has("mesh_degree_least_mean") {
        return None;
    }
    let selection = dataset.selection(None);
    let (most, one) = (selection.most_lines(), single(&selection));
    let (mut series, mut last) = (Vec::new(), 0);
    for (line, row) in points(&selection) {
        let curve = dataset.curve(row.point());
        let curve: Vec<Row<'_>> =
            curve.into_iter().filter(|round| at(*round, "mesh_degree_mean").is_finite()).collect();
        let Some(end) = curve.last() else { continue };
        last = last.max(end.count("round"));
        let ends = |round: &Row<'_>| {
            (at(*round, "round"), at(*round, "mesh_degree_least_mean"), at(*round, "mesh_degree_most_mean"))
        };
        let band: Vec<(f64, f64, f64)> = curve.iter().map(ends).collect();
        let means: Vec<Datum> =
            curve.iter().map(|round| (at(*round, "round"), at(*round, "mesh_degree_mean"))).collect();
        let layers =
            vec![Layer::Band(thinned(band)), Layer::Marks(some(&means, line.place, most)), Layer::Line(thinned(means))];
        series.push(Series { layers, ..named(line, row) });
    }
    values(&series, true).next()?;
    let mut figure = Figure {
        name: "mesh_degree_vs_round".into(),
        heading: "Links of a mesh, round by round".into(),
        notes: vec![dataset.statement(), selection.left_out.clone(), cut_off(dataset, &selection)],
        keys: vec![
            (LegendSymbol::Line, if one { "mean over nodes" } else { "mean over nodes and runs" }),
            (
                LegendSymbol::Band,
                if one { "least and most of a node" } else { "least and most of a node, mean over runs" },
            ),
        ],
        x: Axis::counted("round", last),
        y: Axis::from_zero("links of a mesh", values(&series, true)),
        panels: selection.panels,
        shades: None,
        series,
    };
    figure.part_rounds();
    Some(figure)
}

/// Keys by which a mesh has more links, and those by which there is more gossip beside it: a line joins the values of the first that
/// vary.
const ALONG: [&[&str]; 2] =
    [&["workload.d", "workload.d_low", "workload.d_high"], &["workload.d_lazy", "workload.gossip_factor"]];

/// What is not delivered against redundancy, along the links that nodes have: a line for each other configuration.
pub(super) fn reliability_vs_redundancy(dataset: &Dataset<'_>) -> Option<Figure> {
    if !dataset.tables.summary.has("redundancy_mean") {
        return None;
    }
    let rows = &dataset.rows;
    let varying = places::varying_in(rows);
    let keys = ALONG.iter().find(|keys| varying.iter().any(|key| keys.contains(&key.as_str())))?;
    let (along, others): (Vec<&String>, Vec<&String>) = varying.iter().partition(|key| keys.contains(&key.as_str()));
    let lines = groups::by(rows.iter().copied(), |row| {
        let values: Vec<String> =
            others.iter().map(|key| format!("{} {}", called(key), places::value(*row, key))).collect();
        if values.is_empty() { "mesh".to_owned() } else { values.join(", ") }
    });
    let left_out = lines.len().saturating_sub(MOST_LINES);
    let series = lines.iter().take(MOST_LINES).enumerate().filter_map(|(place, (name, rows))| {
        let of = |row: &Row<'_>| Some((row.real("redundancy_mean")?, row.real("delivery_share_mean")?));
        let mut data: Vec<Datum> = rows.iter().filter_map(of).collect();
        data.sort_by(|one, other| one.0.total_cmp(&other.0));
        let layers = vec![Layer::Line(data.clone()), Layer::Marks(data)];
        let series_style = series_style(name, place);
        let drawn = Series { label: plain(name), details: Vec::new(), series_style, panel: None, layers };
        (!drawn.layers[1].data().is_empty()).then_some(drawn)
    });
    let series: Vec<Series> = series.collect();
    values(&series, false).next()?;
    let swept: Vec<String> = along.iter().map(|key| plain(&called(key))).collect();
    let left_out = if left_out > 0 { format!("{left_out} lines more are not shown.") } else { String::new() };
    Some(Figure {
        name: "reliability_vs_redundancy".into(),
        heading: format!("Share delivered against redundancy, by {}", swept.join(" and ")),
        notes: vec![dataset.statement(), format!("Along a line the {} varies.", swept.join(" or the ")), left_out],
        keys: vec![(LegendSymbol::Mark, "means over runs")],
        x: Axis::around("copies sent for each delivery, less one", values(&series, false)),
        y: Axis::around("share of the deliveries that are due", values(&series, true)),
        panels: Panels::default(),
        shades: None,
        series,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::conditions::Conditions;
    use crate::output::tables::Tables;
    use crate::output::{run_tables, testing};

    fn tables(rest: &str) -> Tables {
        let text = format!(
            "replicates = 4\n[network]\nnodes = 30\nloss = 0.3\nlatency = \"40ms\"\n[gossip]\nphase = \"random\"\n\
             [workload]\nkind = \"mesh\"\nmessages = 8\n{rest}\n"
        );
        let scenario = testing::read_text(&text);
        testing::tables_of(run_tables::list(&scenario), &scenario, testing::all_runs(&scenario))
    }

    fn data(layer: &Layer) -> Vec<Datum> {
        layer.data()
    }

    #[test]
    fn deliveries_and_degrees_are_drawn_of_every_configuration() {
        let tables = tables("[sweep]\n\"network.loss\" = [0, 0.4]\n");
        let conditions = Conditions::default();
        let dataset = Dataset::new(&tables, &conditions);
        let figure = delivery_latency(&dataset).unwrap();
        assert_eq!(figure.series.len(), 2);
        for series in &figure.series {
            let shares = data(&series.layers[1]);
            assert!(
                shares.len() == 9 && shares.is_sorted_by(|one, next| one.0 <= next.0 && one.1 < next.1),
                "{shares:?}"
            );
        }
        let figure = mesh_degree(&dataset).unwrap();
        for series in &figure.series {
            let Layer::Band(band) = &series.layers[0] else { panic!("{series:?}") };
            let means = data(&series.layers[2]);
            assert!(band.iter().zip(&means).all(|(band, mean)| band.1 <= mean.1 && mean.1 <= band.2), "{band:?}");
            assert!(means[0].1 < 1.0 && means.last().unwrap().1 > 5.0, "{means:?}");
        }
        assert!(reliability_vs_redundancy(&dataset).is_none());
    }

    #[test]
    fn more_links_deliver_more_and_cost_more() {
        let tables = tables(
            "d_lazy = 0\ngossip_factor = 0\n[sweep]\n\"network.loss\" = [0.3, 0.5]\n[[sweep.zip]]\n\"workload.d\" = [2, 4, 8]\n\
             \"workload.d_low\" = [1, 3, 6]\n",
        );
        let conditions = Conditions::default();
        let figure = reliability_vs_redundancy(&Dataset::new(&tables, &conditions)).unwrap();
        assert_eq!(figure.series.len(), 2);
        for series in &figure.series {
            let line = data(&series.layers[0]);
            assert!(line.len() == 3 && line.is_sorted_by(|one, next| one.0 < next.0 && one.1 < next.1), "{line:?}");
        }
    }
}
