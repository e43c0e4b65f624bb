//! How long each of many updates takes, over the time of its publication.

use super::axis::Axis;
use super::curves::{named, points};
use super::dataset::Dataset;
use super::estimate::single;
use super::figure::{Datum, Figure, Layer, LegendSymbol, Series, measured, some, thinned, values};
use crate::output::by_update;

/// The time until all live nodes have an update, over when it was published.
pub(super) fn spread_by_update(dataset: &Dataset<'_>) -> Option<Figure> {
    let selection = dataset.selection(None);
    let (most, one) = (selection.most_lines(), single(&selection));
    let (mut series, mut missing, mut pieces) = (Vec::new(), false, false);
    for (line, row) in points(&selection) {
        let rows: Vec<_> = by_update::of_point(&dataset.tables.by_update, row.point()).collect();
        missing |= rows.iter().any(|row| row.count("reached") < row.count("runs"));
        let at = |name: &'static str| {
            rows.iter().map(move |row| (row.number_or_nan("published_ms") / 1000.0, row.number_or_nan(name)))
        };
        let median: Vec<Datum> = at("spread_ms_p50").collect();
        let band = at("spread_ms_p05").zip(at("spread_ms_p95")).map(|((at, low), (_, high))| (at, low, high));
        let band: Vec<(f64, f64, f64)> = if one { Vec::new() } else { band.collect() };
        // Pieces of a band say less than none.
        let whole = band.iter().all(|(_, low, high)| low.is_finite() && high.is_finite());
        pieces |= !whole;
        let layers = vec![
            Layer::Band(if whole { thinned(band) } else { Vec::new() }),
            Layer::Marks(some(&median, line.place, most)),
            Layer::Line(thinned(median)),
        ];
        series.push(Series { layers, ..named(line, row) });
    }
    values(&series, true).find(|took| took.is_finite())?;
    Some(Figure {
        name: "spread_by_update".into(),
        heading: "Time of each update to all nodes, by its publication".into(),
        notes: vec![
            dataset.statement(),
            selection.left_out.clone(),
            if missing {
                "Runs in which an update did not come to all live nodes count as later than all others.".into()
            } else {
                String::new()
            },
            if pieces {
                "A line has no band where so many runs did not spread some update that its upper end is not known."
                    .into()
            } else {
                String::new()
            },
        ],
        keys: vec![
            (LegendSymbol::Line, if one { "the run" } else { "median over runs" }),
            (LegendSymbol::Band, "5–95 % of runs"),
        ],
        x: Axis::from_zero("time of publication (s)", values(&series, false)),
        y: measured("ms until all live nodes have an update", &series, true),
        panels: selection.panels,
        shades: None,
        series,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::conditions::Conditions;
    use crate::output::{run_tables, testing};

    #[test]
    fn every_update_has_its_place_and_a_median_within_its_band() {
        let text = "replicates = 8\n[network]\nnodes = 20\n[gossip]\nstrategy = \"push\"\n[workload]\nkind = \"rumors\"\n\
                    during = \"4s\"\nupdates_per_second = 3\n[sweep]\n\"gossip.strategy\" = [\"pull\", \"push-pull\"]\n";
        let scenario = testing::read_text(text);
        let tables = testing::tables_of(run_tables::list(&scenario), &scenario, testing::all_runs(&scenario));
        let conditions = Conditions::default();
        let figure = spread_by_update(&Dataset::new(&tables, &conditions)).unwrap();
        assert_eq!(figure.series.len(), 2);
        for series in &figure.series {
            let [Layer::Band(band), Layer::Marks(_), Layer::Line(median)] = &series.layers[..] else {
                panic!("{series:?}")
            };
            assert_eq!((band.len(), median.len()), (12, 12));
            for place in 0..12 {
                let (at, low, high) = band[place];
                assert!((at - place as f64 / 3.0).abs() < 1e-6, "{at}");
                let rising = [low, median[place].1, high];
                assert!(rising.is_sorted() && low > 0.0, "{rising:?}");
            }
        }
    }
}
