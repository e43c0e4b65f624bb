//! Asking more and more rarely: what it saves in messages, and what it costs in delay.

use super::arrange::unconverged;
use super::axis::Axis;
use super::dataset::{Dataset, Row};
use super::estimate::{all, over_runs, series};
use super::figure::{Figure, values};
use super::keys::Key;

/// Keys by which nodes ask more and more rarely.
const RARELY: [&str; 2] = ["gossip.max_interval", "gossip.back_off"];

/// How long updates take against the messages that are sent, where it is swept how nodes ask more and more rarely. Where the
/// interval is swept as well, lines are along it: beside that of a fixed one it is seen whether a longer one saves as much.
pub(super) fn spread_vs_messages(dataset: &Dataset<'_>) -> Option<Figure> {
    if !dataset.tables.runs.has("spread_ms") {
        return None;
    }
    let rarely = dataset.keys.iter().find(|key| RARELY.contains(&key.path()))?;
    let along = dataset.keys.iter().find(|key| **key == Key::Interval).unwrap_or(rarely);
    let selection = dataset.selection(Some(along));
    let messages = |row: Row<'_>| row.number_or_nan("messages_per_node_second_mean");
    let drawn = series(&selection, &messages, &|row| over_runs(dataset, row, spread), true);
    values(&drawn, false).next()?;
    Some(Figure {
        name: "spread_vs_messages".into(),
        heading: "Time of an update to all nodes against messages".into(),
        notes: vec![
            dataset.statement(),
            format!("Along a line the {} varies.", along.name()),
            selection.left_out.clone(),
            unconverged(&selection, true),
        ],
        keys: all(&selection),
        x: Axis::decades("messages per node and second, log scale", values(&drawn, false)),
        y: Axis::decades("mean time of an update to all nodes (ms), log scale", values(&drawn, true)),
        panels: selection.panels,
        shades: None,
        series: drawn,
    })
}

/// How long the updates of a run take until all nodes have them, in the mean. Another run may differ by as little as one may.
fn spread(run: Row<'_>, _: f64) -> Option<(f64, f64)> {
    Some((run.real("spread_ms")?, 0.0))
}

#[cfg(test)]
mod tests {
    use super::super::figure::Layer;
    use super::*;
    use crate::output::conditions::Conditions;
    use crate::output::{run_tables, testing};

    #[test]
    fn a_line_joins_what_asking_more_rarely_saves_and_costs() {
        let text = "replicates = 3\n[network]\nnodes = 12\n[gossip]\ninterval = \"250ms\"\n[workload]\nkind = \"rumors\"\n\
                    updates_per_second = 0.5\nduring = \"20s\"\n[sweep]\n\"gossip.strategy\" = [\"pull\", \"push-pull\"]\n\
                    \"gossip.max_interval\" = [\"250ms\", \"2s\"]\n";
        let scenario = testing::read_text(text);
        let tables = testing::tables_of(run_tables::list(&scenario), &scenario, testing::all_runs(&scenario));
        let conditions = Conditions::default();
        let figure = spread_vs_messages(&Dataset::new(&tables, &conditions)).unwrap();
        assert_eq!(figure.series.len(), 2);
        for series in &figure.series {
            let Layer::Line(line) = &series.layers[0] else { panic!("{series:?}") };
            // Asking rarely takes fewer messages and longer.
            assert!(line.len() == 2 && line[0].0 < line[1].0 && line[0].1 > line[1].1, "{line:?}");
        }
    }
}
