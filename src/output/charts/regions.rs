//! When the nodes of each region know: a row for each region, a panel for each configuration.

use std::collections::BTreeMap;

use super::arrange::MOST_PANELS;
use super::axis::Axis;
use super::dataset::{Dataset, Row};
use super::figure::{Datum, Figure, Layer, LegendSymbol, Panels, Series, values};
use super::style::series_style;
use super::text::plain;
use crate::output::label::named;
use crate::output::{by_region, places};

/// Most regions that are rows of one chart.
const MOST_ROWS: usize = 40;

/// The first colours are those of strategies; shares have others.
const FIRST_INK: usize = 3;

/// The shares that are shown, in thousandths, and what they are called.
const SHOWN: [(u64, &str); 3] = [(500, "half"), (900, "90 %"), (1000, "all")];

/// The times at which half, 90 % and all of the nodes of each region had heard, medians over runs.
pub(super) fn known_by_region(dataset: &Dataset<'_>) -> Option<Figure> {
    let table = &dataset.tables.by_region;
    let of = |row: &Row<'_>| by_region::of_point(table, row.point()).next().is_some();
    let all: Vec<Row<'_>> = dataset.rows.iter().copied().filter(of).collect();
    let shown = &all[..all.len().min(MOST_PANELS)];
    let (names, regions) = rows_of(dataset, *shown.first()?);
    let keys = places::varying_in(&dataset.rows);
    let label = |row: &Row<'_>| {
        let values = keys.iter().map(|key| format!("{} {}", named(key), places::value(*row, key)));
        plain(&[row.series().to_owned()].into_iter().chain(values).collect::<Vec<_>>().join(", "))
    };
    let mut series = Vec::new();
    for (panel, row) in shown.iter().enumerate() {
        for (place, (permille, label)) in SHOWN.into_iter().enumerate() {
            let shares = by_region::of_point(table, row.point());
            let shares = shares.filter(|row| row.real("coverage") == Some(permille as f64 / 10.0));
            let medians: Vec<Datum> = shares
                .filter_map(|share| {
                    let number = regions.get(share.word("region"))?;
                    Some((share.real("time_ms_p50")?, -(*number as f64)))
                })
                .collect();
            let (layers, panel) = (vec![Layer::Marks(medians)], Some(panel));
            let label = label.to_owned();
            series.push(Series {
                series_style: series_style(&label, place + FIRST_INK),
                label,
                details: Vec::new(),
                panel,
                layers,
            });
        }
    }
    values(&series, false).next()?;
    let left_out = |count: usize, what: &str| match count {
        0 => String::new(),
        count => format!("{count} {what} more are not shown."),
    };
    let regions = by_region::of_point(table, shown[0].point()).filter(|row| row.real("coverage") == Some(50.0)).count();
    Some(Figure {
        name: "known_by_region".into(),
        heading: "When the nodes of each region know".into(),
        notes: vec![
            dataset.statement(),
            "Shares of the nodes in the region at the start; none is marked that less than half of the runs reached."
                .into(),
            left_out(all.len() - shown.len(), "configurations"),
            left_out(regions.saturating_sub(MOST_ROWS), "regions"),
        ],
        keys: vec![(LegendSymbol::Mark, "median over all runs")],
        x: Axis::from_zero("time (ms)", values(&series, false)),
        y: Axis::names("", &names),
        panels: Panels { titles: shown.iter().map(label).collect(), ..Panels::default() },
        shades: None,
        series,
    })
}

/// The regions of a configuration, soonest first, and the number of the row of each.
fn rows_of<'t>(dataset: &Dataset<'t>, of: Row<'_>) -> (Vec<String>, BTreeMap<&'t str, usize>) {
    let half = by_region::of_point(&dataset.tables.by_region, of.point());
    let half = half.filter(|row| row.real("coverage") == Some(50.0) && row.count("nodes_in_region") > 0);
    let mut regions: Vec<(f64, &str)> =
        half.map(|row| (row.real("time_ms_p50").unwrap_or(f64::INFINITY), row.word("region"))).collect();
    regions.sort_by(|one, other| one.0.total_cmp(&other.0));
    regions.truncate(MOST_ROWS);
    let numbers = regions.iter().enumerate().map(|(number, (_, name))| (*name, number)).collect();
    (regions.iter().map(|(_, name)| plain(name)).collect(), numbers)
}

#[cfg(test)]
mod tests {
    use super::super::Conditions;
    use super::*;
    use crate::output::testing;

    #[test]
    fn regions_are_rows_and_shares_lie_behind_each_other_in_each() {
        let text = "replicates = 5\n[network]\nnodes = 40\n\
                    latency = { kind = \"regions\", one_way = [[\"1ms\", \"90ms\"], [\"90ms\", \"1ms\"]] }\n\
                    [[network.region]]\nname = \"near\"\nshare = 0.5\n[[network.region]]\nname = \"far\"\nshare = 0.5\n\
                    [workload]\norigin = 0\n[gossip]\ninterval = \"10ms\"\n\
                    [sweep]\n\"gossip.strategy\" = [\"push\", \"pull\"]\n";
        let tables = testing::simulated(&testing::read_text(text));
        let conditions = Conditions::default();
        let figure = known_by_region(&Dataset::new(&tables, &conditions)).unwrap();
        assert_eq!(figure.panels.titles, ["push", "pull"]);
        let labels: Vec<&str> = figure.y.ticks.iter().map(|tick| tick.label.as_str()).collect();
        // From the bottom: the origin is near.
        assert_eq!((labels, figure.series.len()), (vec!["far", "near"], 6));
        for panel in figure.series.chunks(3) {
            let times: Vec<Vec<Datum>> = panel.iter().map(|series| series.layers[0].data()).collect();
            for region in 0..2 {
                assert!(times.is_sorted_by_key(|share| share[region].0), "{times:?}");
            }
            assert!(times[0][0].0 < times[0][1].0, "near hears first: {times:?}");
        }
    }
}
