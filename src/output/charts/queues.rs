//! How much waits for bandwidth, round by round.

use super::axis::{Axis, LINEAR_RATIO};
use super::curves::{at, named, points};
use super::dataset::{Dataset, Row};
use super::estimate::{cut_off, single};
use super::figure::{Datum, Figure, Layer, LegendSymbol, Series, measured, part_at_zeros, some, thinned, values};

/// The bytes in the queues of nodes, where bandwidth is limited and anything waits: those of the mean node, and of the one that
/// has most.
pub(super) fn queues(dataset: &Dataset<'_>) -> Option<Figure> {
    let selection = dataset.selection(None);
    let most = selection.most_lines();
    let (mut series, mut peaks, mut last) = (Vec::new(), Vec::new(), 0);
    for (line, row) in points(&selection) {
        let curve = dataset.curve(row.point());
        let point = |round: &Row<'_>, name: &str| (at(*round, "round"), at(*round, name) / 1000.0);
        let of = |name: &str| -> Vec<Datum> { curve.iter().map(|round| point(round, name)).collect() };
        let (mean, greatest) = (of("queued_mean"), of("queued_most_mean"));
        if greatest.iter().all(|(_, bytes)| bytes.is_nan()) {
            continue;
        }
        // A line ends with what still waits at the end of the longest run.
        last = last.max(curve.last().map_or(0, |round| round.count("round")));
        peaks.push(mean.iter().map(|(_, bytes)| *bytes).fold(0.0, f64::max));
        let layers = vec![
            Layer::Dashed(thinned(greatest)),
            Layer::Marks(some(&mean, line.place, most)),
            Layer::Line(thinned(mean)),
        ];
        series.push(Series { layers, ..named(line, row) });
    }
    let all = || series.iter().flat_map(|series| &series.layers).flat_map(Layer::data);
    if !all().any(|(_, bytes)| bytes > 0.0) {
        return None;
    }
    // Queues fill up from nothing: how far they do decides whether a log scale is needed.
    let heights = peaks.into_iter().filter(|peak| *peak > 0.0);
    let (low, high) = heights.fold((f64::INFINITY, 0.0_f64), |(low, high), peak| (low.min(peak), high.max(peak)));
    const TITLE: &str = "kB in the queues of a node";
    let y = match high <= LINEAR_RATIO * low {
        true => Axis::from_zero(TITLE, values(&series, true)),
        false => measured(TITLE, &series, true),
    };
    part_at_zeros(&y, &mut series);
    let mut figure = Figure {
        name: "queued_vs_round".into(),
        heading: "What waits for bandwidth, round by round".into(),
        notes: vec![
            dataset.statement(),
            selection.left_out.clone(),
            if single(&selection) {
                "In the queues of a node, what is being sent and received included.".into()
            } else {
                "In the queues of a node, what is being sent and received included; mean over runs, of which those that have \
                 ended keep what they had."
                    .into()
            },
            cut_off(dataset, &selection),
        ],
        keys: vec![(LegendSymbol::Line, "mean over nodes"), (LegendSymbol::Dashed, "the node with most")],
        x: Axis::counted("round", last),
        y,
        panels: selection.panels,
        shades: None,
        series,
    };
    figure.part_rounds();
    Some(figure)
}
