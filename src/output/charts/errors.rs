//! How far off nodes are, round by round, where a workload measures that.

use super::axis::Axis;
use super::curves::{at, named, points};
use super::estimate::cut_off;
use super::figure::{Datum, Figure, Layer, Series, Swatch, some, thinned, values};
use super::scene::Scene;

/// Columns that say how far off nodes are, what they are, and the axis they are drawn on.
const ERRORS: [(&str, &str, &str); 2] = [
    (
        "error_rms",
        "Root of the mean squared error over the nodes, as a share of the truth.",
        "error (share of the truth, log scale)",
    ),
    ("error_mean", "Mean over the nodes of how far off the value is that they show.", "error (log scale)"),
];

/// How far off nodes are, on a log axis: what contracts by a factor a round is straight.
pub(super) fn error(scene: &Scene<'_>) -> Option<Figure> {
    let there = |(name, ..): &&(&str, _, _)| scene.tables.curve.has(&format!("{name}_p50"));
    let (name, note, axis) = *ERRORS.iter().find(there)?;
    let [low, median, high] = ["p05", "p50", "p95"].map(|quantile| format!("{name}_{quantile}"));
    let slice = scene.slice(None);
    let mut series = Vec::new();
    let mut last = 0;
    for (place, row) in points(&slice) {
        let curve = scene.curve(row.point());
        last = last.max(curve.last().map_or(0, |round| round.count("round")));
        // A log axis has no place for an error of nothing.
        let line = curve.iter().map(|round| (at(*round, "round"), at(*round, &median)));
        let line: Vec<Datum> = line.filter(|(_, error)| *error > 0.0).collect();
        let band = curve.iter().map(|round| (at(*round, "round"), at(*round, &low), at(*round, &high)));
        let band: Vec<_> = band.filter(|(_, low, _)| *low > 0.0).collect();
        series.push(Series {
            layers: vec![
                Layer::Band(thinned(band)),
                Layer::Marks(some(&line, place, slice.lines.len())),
                Layer::Line(thinned(line)),
            ],
            ..named(row, place)
        });
    }
    let errors = values(&series, true);
    Some(Figure {
        name: "error_vs_round".into(),
        heading: "Error of the nodes, round by round".into(),
        notes: vec![scene.statement(), scene.shown(&slice), note.into(), cut_off(scene, &slice)],
        keys: vec![(Swatch::Line, "median over runs"), (Swatch::Band, "5–95 % of runs")],
        x: Axis::counted("round", last),
        y: Axis::decades(axis, errors),
        series,
    })
}
