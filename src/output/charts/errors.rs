//! How far off nodes are, round by round, where a workload measures that.

use super::axis::Axis;
use super::curves::{at, named, points};
use super::estimate::cut_off;
use super::figure::{Datum, Figure, Layer, Series, Swatch, some, thinned, values};
use super::scene::Scene;

/// The root of the mean squared error over the nodes, on a log axis: what contracts by a factor a round is straight.
pub(super) fn error(scene: &Scene<'_>) -> Option<Figure> {
    if !scene.tables.curve.has("error_rms_p50") {
        return None;
    }
    let slice = scene.slice(None);
    let mut series = Vec::new();
    let mut last = 0;
    for (place, row) in points(&slice) {
        let curve = scene.curve(row.point());
        last = last.max(curve.last().map_or(0, |round| round.count("round")));
        // A log axis has no place for an error of nothing.
        let positive = |name| {
            let line = curve.iter().map(move |round| (at(*round, "round"), at(*round, name)));
            line.filter(|(_, error)| *error > 0.0).collect::<Vec<Datum>>()
        };
        let band =
            curve.iter().map(|round| (at(*round, "round"), at(*round, "error_rms_p05"), at(*round, "error_rms_p95")));
        let band: Vec<_> = band.filter(|(_, low, _)| *low > 0.0).collect();
        let median = positive("error_rms_p50");
        series.push(Series {
            layers: vec![
                Layer::Band(thinned(band)),
                Layer::Marks(some(&median, place, slice.lines.len())),
                Layer::Line(thinned(median)),
            ],
            ..named(row, place)
        });
    }
    let errors = values(&series, true);
    Some(Figure {
        name: "error_vs_round".into(),
        heading: "Error of the nodes, round by round".into(),
        notes: vec![
            scene.statement(),
            scene.shown(&slice),
            "Root of the mean squared error over the nodes, as a share of the truth.".into(),
            cut_off(scene, &slice),
        ],
        keys: vec![(Swatch::Line, "median over runs"), (Swatch::Band, "5–95 % of runs")],
        x: Axis::counted("round", last),
        y: Axis::decades("error (share of the truth, log scale)", errors),
        series,
    })
}
