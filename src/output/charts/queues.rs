//! How much waits for bandwidth, round by round.

use super::axis::Axis;
use super::curves::{at, named, points};
use super::dataset::Dataset;
use super::estimate::{cut_off, single};
use super::figure::{Datum, Figure, Layer, LegendSymbol, Series, measured, part_at_zeros, some, thinned};

/// The bytes in the queues of nodes, where bandwidth is limited and anything waits: those of the mean node, and of the one that
/// has most.
pub(super) fn queues(dataset: &Dataset<'_>) -> Option<Figure> {
    let selection = dataset.selection(None);
    let most = selection.most_lines();
    let (mut series, mut last) = (Vec::new(), 0);
    for (line, row) in points(&selection) {
        let curve = dataset.curve(row.point());
        let of = |name: &str| -> Vec<Datum> { curve.iter().map(|round| (at(*round, "round"), at(*round, name))).collect() };
        let (mean, greatest) = (of("queued_mean"), of("queued_most_mean"));
        if greatest.iter().all(|(_, bytes)| bytes.is_nan()) {
            continue;
        }
        // A line ends with what still waits at the end of the longest run.
        last = last.max(curve.last().map_or(0, |round| round.count("round")));
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
    let y = measured("bytes in the queues of a node", &series, true);
    part_at_zeros(&y, &mut series);
    let mut figure = Figure {
        name: "queued_vs_round".into(),
        heading: "Bytes waiting for bandwidth, round by round".into(),
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
