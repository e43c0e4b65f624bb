//! Failure detection: what a lower threshold buys and at what price, and how knowledge of failures spreads.

use super::axis::Axis;
use super::curves::{at, banded, named, points};
use super::dataset::{Dataset, Row};
use super::estimate::{cut_off, single};
use super::figure::{Datum, Figure, Layer, LegendSymbol, Panels, Series, some, thinned, values};
use super::style::{MOST_LINES, series_style};
use super::text::plain;
use crate::output::label::named as called;
use crate::output::{groups, places};
use crate::workload::detector::means_something;

/// Keys that make a detector quicker and rasher: a line joins their values.
const ALONG: [&str; 2] = ["workload.threshold", "workload.timeout"];
/// Which detector a configuration has, where that is swept.
const DETECTOR: &str = "workload.detector";

/// False positives for each node and hour against the mean detection time, along thresholds or timeouts: a line for each
/// detector (the receiver operating characteristic of failure detectors). Where none was seen stands what the rate is
/// below with 95 % confidence, 3 / exposure.
pub(super) fn mistakes_vs_detection(dataset: &Dataset<'_>) -> Option<Figure> {
    if !dataset.tables.summary.has("false_positives_mean") {
        return None;
    }
    let rows = &dataset.rows;
    let varying = places::varying_in(rows);
    let (along, others): (Vec<&String>, Vec<&String>) = varying.iter().partition(|key| ALONG.contains(&key.as_str()));
    let swept: Vec<String> = along.iter().map(|key| plain(&called(key))).collect();
    if swept.is_empty() {
        return None;
    }
    let lines = groups::by(rows.iter().copied(), |row| {
        let detector = places::value(*row, DETECTOR);
        let named = others.iter().filter(|key| means_something(key, &detector));
        let values: Vec<String> = named.map(|key| format!("{} {}", called(key), places::value(*row, key))).collect();
        if values.is_empty() { row.series().to_owned() } else { values.join(", ") }
    });
    let left_out = lines.len().saturating_sub(MOST_LINES);
    let series = lines.iter().take(MOST_LINES).enumerate().filter_map(|(place, (name, rows))| {
        let mut rates: Vec<(Datum, bool)> = rows.iter().filter_map(|row| rate(*row)).collect();
        rates.sort_by(|one, other| one.0.0.total_cmp(&other.0.0));
        // Configurations that differ in what means nothing to the detector are one.
        rates.dedup();
        let of = |seen: bool| rates.iter().filter(|rate| rate.1 == seen).map(|rate| rate.0).collect();
        let layers = vec![
            Layer::Line(rates.iter().map(|rate| rate.0).collect()),
            Layer::Hollow(of(false)),
            Layer::Marks(of(true)),
        ];
        let series_style = series_style(name, place);
        let drawn = Series { label: plain(name), details: Vec::new(), series_style, panel: None, layers };
        (!rates.is_empty()).then_some(drawn)
    });
    let series: Vec<Series> = series.collect();
    values(&series, false).next()?;
    let missed = rows.iter().filter(|row| rate(**row).is_none()).count();
    let note = |count: usize, said: &str| if count > 0 { format!("{count} {said}.") } else { String::new() };
    Some(Figure {
        name: "mistakes_vs_detection".into(),
        heading: format!("False positives against detection time, by {}", swept.join(" and ")),
        notes: vec![
            dataset.statement(),
            format!("Along a line the {} varies.", swept.join(" or the ")),
            note(missed, "configurations in which every run missed a crash, or had none, are not shown"),
            note(left_out, "lines more are not shown"),
        ],
        keys: vec![
            (LegendSymbol::Mark, "rate over all runs"),
            (LegendSymbol::Hollow, "none seen: below this with 95 % confidence"),
        ],
        x: Axis::decades("mean time until a crash is noticed (ms), log scale", values(&series, false)),
        y: Axis::decades("false positives per node and hour, log scale", values(&series, true)),
        panels: Panels::default(),
        shades: None,
        series,
    })
}

/// The detection time of a point and its rate of false positives, and whether any was seen.
fn rate(row: Row<'_>) -> Option<(Datum, bool)> {
    let time = row.real("first_detection_ms_mean")?;
    let hours = row.real("node_hours_mean").filter(|hours| *hours > 0.0)?;
    let seen = row.real("false_positives_mean")?;
    let rate = if seen > 0.0 { seen / hours } else { 3.0 / (hours * row.count("runs").max(1) as f64) };
    Some(((time, rate), seen > 0.0))
}

/// How many of those who are to know of a failure do, round by round.
pub(super) fn failures_known(dataset: &Dataset<'_>) -> Option<Figure> {
    let note = "Over all pairs of a crash that lasts and a node that was up then and still is.";
    by_round(dataset, "failures_known", "Knowledge of crashes, round by round", note, |_| {
        Some(Axis::share("share that knows"))
    })
}

/// How many nodes are mistaken about another, round by round; nothing where none ever is.
pub(super) fn mistaken(dataset: &Dataset<'_>) -> Option<Figure> {
    let note = "Nodes that take one for failed that is up.";
    by_round(dataset, "mistaken", "Mistaken nodes, round by round", note, |series| {
        let any = values(series, true).any(|share| share > 0.0);
        any.then(|| Axis::from_zero("mistaken nodes (share of live nodes)", values(series, true)))
    })
}

/// The mean of `column` of curve.csv, and what most runs lie between, round by round; nothing where that has no vertical
/// axis.
fn by_round(
    dataset: &Dataset<'_>,
    column: &str,
    heading: &str,
    note: &str,
    axis: impl Fn(&[Series]) -> Option<Axis>,
) -> Option<Figure> {
    let [low, mean, high] = ["p05", "mean", "p95"].map(|statistic| format!("{column}_{statistic}"));
    if !dataset.tables.curve.has(&mean) {
        return None;
    }
    let selection = dataset.selection(None);
    let (most, one) = (selection.most_lines(), single(&selection));
    let (mut series, mut last) = (Vec::new(), 0);
    for (line, row) in points(&selection) {
        let curve = dataset.curve(row.point()).into_iter().filter(|round| at(*round, &mean).is_finite());
        let curve: Vec<Row<'_>> = curve.collect();
        let Some(end) = curve.last() else { continue };
        last = last.max(end.count("round"));
        let band = banded(row, &curve, [&low, &high]);
        let means: Vec<Datum> = curve.iter().map(|round| (at(*round, "round"), at(*round, &mean))).collect();
        let layers =
            vec![Layer::Band(thinned(band)), Layer::Marks(some(&means, line.place, most)), Layer::Line(thinned(means))];
        series.push(Series { layers, ..named(line, row) });
    }
    if series.is_empty() {
        return None;
    }
    let mut figure = Figure {
        name: format!("{column}_vs_round"),
        heading: heading.to_owned(),
        notes: vec![dataset.statement(), selection.left_out.clone(), note.to_owned(), cut_off(dataset, &selection)],
        keys: vec![
            (LegendSymbol::Line, if one { "the run" } else { "mean over runs" }),
            (LegendSymbol::Band, "5–95 % of runs"),
        ],
        x: Axis::counted("round", last),
        y: axis(&series)?,
        panels: selection.panels,
        shades: None,
        series,
    };
    figure.part_rounds();
    Some(figure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::conditions::Conditions;
    use crate::output::tables::Tables;
    use crate::output::{run_tables, testing};

    fn tables(rest: &str) -> Tables {
        let text = format!(
            "replicates = 6\n[network]\nnodes = 4\nloss = 0.3\nlatency = \"10ms\"\n[gossip]\nstrategy = \"push\"\n\
             fanout = \"all\"\nphase = \"random\"\n[workload]\nkind = \"detector\"\nduring = \"80s\"\n{rest}\n\
             [[event]]\nat = \"40s\"\ncrash = [3]\n"
        );
        let scenario = testing::read_text(&text);
        testing::tables_of(run_tables::list(&scenario), &scenario, testing::all_runs(&scenario))
    }

    fn layers(figure: &Figure) -> impl Iterator<Item = &Layer> {
        figure.series.iter().flat_map(|series| &series.layers)
    }

    #[test]
    fn lines_join_the_thresholds_of_a_detector_and_fall_with_them() {
        let tables = tables(
            "detector = \"phi\"\n[sweep]\n\"workload.threshold\" = [1, 2, 30]\n\
             \"workload.model\" = [\"normal\", \"exponential\"]\n",
        );
        let conditions = Conditions::default();
        let figure = mistakes_vs_detection(&Dataset::new(&tables, &conditions)).unwrap();
        let labels: Vec<&str> = figure.series.iter().map(|series| series.label.as_str()).collect();
        assert_eq!(labels, ["model normal", "model exponential"]);
        for series in &figure.series {
            let Layer::Line(line) = &series.layers[0] else { panic!("{series:?}") };
            assert!(line.is_sorted_by(|one, next| one.0 < next.0 && one.1 > next.1), "{line:?}");
        }
        // At a threshold of 30 the exponential law waits for longer than the run: no detection time, no mark.
        let marks = |of: fn(&&Layer) -> bool| layers(&figure).filter(of).map(|layer| layer.data().len()).sum::<usize>();
        let seen = marks(|layer| matches!(layer, Layer::Marks(_)));
        let none = marks(|layer| matches!(layer, Layer::Hollow(_)));
        assert_eq!(seen + none, 5, "{seen} and {none}");
        assert!(figure.notes.iter().any(|note| note.starts_with("1 configurations in which every run missed")));
    }

    /// A timeout has no model and no threshold, and phi no timeout: what is swept of them makes no lines and no points.
    #[test]
    fn detectors_of_several_kinds_are_a_line_each() {
        let tables = tables(
            "[sweep]\n\"workload.detector\" = [\"timeout\", \"phi\"]\n\"workload.threshold\" = [1, 2]\n\
             \"workload.model\" = [\"normal\", \"exponential\"]\n\"workload.timeout\" = [\"2s\", \"3s\", \"4s\"]\n",
        );
        let conditions = Conditions::default();
        let figure = mistakes_vs_detection(&Dataset::new(&tables, &conditions)).unwrap();
        let lines = figure.series.iter().map(|series| (series.label.as_str(), series.layers[0].data().len()));
        let expected =
            [("detector timeout", 3), ("detector phi, model normal", 2), ("detector phi, model exponential", 2)];
        assert_eq!(lines.collect::<Vec<_>>(), expected);
        let styles: Vec<_> = figure.series.iter().map(|series| series.series_style).collect();
        assert!((1..styles.len()).all(|place| !styles[..place].contains(&styles[place])), "{styles:?}");
    }

    #[test]
    fn a_rate_of_nothing_is_drawn_at_its_bound() {
        let tables = tables("timeout = \"30s\"\n[sweep]\n\"workload.timeout\" = [\"30s\", \"35s\"]\n");
        let conditions = Conditions::default();
        let figure = mistakes_vs_detection(&Dataset::new(&tables, &conditions)).unwrap();
        let Some(Layer::Hollow(bounds)) = layers(&figure).find(|layer| matches!(layer, Layer::Hollow(_))) else {
            panic!("{figure:?}")
        };
        // 6 runs of 3 nodes for 80 s and one for 40, but for what is left of the last turn.
        let hours = 6.0 * (3.0 * 80.0 + 40.0) / 3600.0;
        assert!(
            bounds.len() == 2 && bounds.iter().all(|bound| (bound.1 * hours / 3.0 - 1.0).abs() < 0.02),
            "{bounds:?}"
        );
    }

    #[test]
    fn knowledge_of_a_crash_climbs_from_nothing_to_everything() {
        let tables = tables("timeout = \"5s\"\n");
        let conditions = Conditions::default();
        let figure = failures_known(&Dataset::new(&tables, &conditions)).unwrap();
        let Some(Layer::Line(line)) = layers(&figure).find(|layer| matches!(layer, Layer::Line(_))) else {
            panic!("{figure:?}")
        };
        assert!(line[0].0 >= 40.0 && line[0].1 < 0.5 && line.last().unwrap().1 == 1.0, "{line:?}");
    }

    #[test]
    fn mistaken_nodes_are_shown_where_there_are_any() {
        let of = |timeout: &str| {
            let tables = tables(&format!("timeout = \"{timeout}\"\n"));
            let conditions = Conditions::default();
            mistaken(&Dataset::new(&tables, &conditions)).map(|figure| figure.name)
        };
        assert_eq!((of("2s").as_deref(), of("60s")), (Some("mistaken_vs_round"), None));
    }
}
