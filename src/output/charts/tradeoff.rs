//! Time against load: what a shorter interval, a larger fanout or another strategy buys, and at what price.

use super::axis::Axis;
use super::dataset::{Dataset, Row};
use super::figure::{Datum, Figure, Layer, LegendSymbol, Panels, Series};
use super::style::{MOST_LINES, series_style};
use super::text::plain;
use crate::output::front::{self, time_column};
use crate::output::label::named;
use crate::output::{groups, places};

/// A quantile of the time against the bytes per node and second: a mark for each configuration, hollow if another beats it
/// in both. A line joins the values of one setting; what others are it is named by, as far as there are colours for so many.
pub(super) fn time_vs_load(dataset: &Dataset<'_>) -> Option<Figure> {
    let points = &dataset.rows;
    let varying = places::varying_in(points);
    let front = front::front(points, &varying)?;
    let (column, first) = (time_column(front.quantile), front.rows.first()?.0);
    let (choices, given): (Vec<&String>, Vec<&String>) =
        varying.iter().partition(|key| places::is_of_gossip(first, key));
    let here = |row: &Row<'_>| given.iter().all(|key| places::value(*row, key) == places::value(first, key));
    let named_by = |choices: &[&String]| {
        groups::by(points.iter().copied().filter(here), |row| {
            let values = choices.iter().map(|key| format!(", {} {}", named(key), places::value(*row, key)));
            format!("{}{}", row.series(), values.collect::<String>())
        })
    };
    let (joined, others) = choices.split_last()?;
    let (lines, joins) = match named_by(others) {
        lines if lines.len() <= MOST_LINES => (lines, true),
        _ => (named_by(&[]), false),
    };
    let unbeaten = |row: Row<'_>| front.rows.iter().any(|(other, ..)| other.point() == row.point());
    let at = |row: Row<'_>| -> Option<Datum> { Some((front::load(row)?, row.real(&column)?)) };
    let series = lines.iter().take(MOST_LINES).enumerate().map(|(place, (name, rows))| {
        let of = |kept: bool| rows.iter().filter(|row| unbeaten(**row) == kept).filter_map(|row| at(*row)).collect();
        let line = if joins { rows.iter().filter_map(|row| at(*row)).collect() } else { Vec::new() };
        let layers = vec![Layer::Line(line), Layer::Hollow(of(false)), Layer::Marks(of(true))];
        Series { label: plain(name), details: Vec::new(), series_style: series_style(name, place), panel: None, layers }
    });
    let series: Vec<Series> = series.collect();
    let data = || series.iter().flat_map(|series| &series.layers).flat_map(Layer::data);
    let held = given.iter().map(|key| format!("{} = {}", named(key), places::value(first, key)));
    let held: Vec<String> = held.map(|text| plain(&text)).collect();
    let shown = if held.is_empty() { String::new() } else { format!("Shown: {}.", held.join(", ")) };
    let quantile = format!("{} % of the runs", f64::from(front.quantile) / 10.0);
    let along = if joins {
        format!("Along a line the {} varies.", plain(&named(joined)))
    } else {
        "summary.csv names the configurations.".into()
    };
    let swept: Vec<String> = choices.iter().map(|key| plain(&named(key))).collect();
    Some(Figure {
        name: "time_vs_load".into(),
        heading: format!("Time until {} against load, by {}", dataset.conditions.goal, swept.join(" and ")),
        notes: vec![dataset.statement(), shown, along],
        keys: vec![(LegendSymbol::Mark, "not beaten in both"), (LegendSymbol::Hollow, "another is better in both")],
        x: Axis::decades("bytes per node and second, log scale", data().map(|datum| datum.0)),
        y: Axis::decades(&format!("time that {quantile} stay below (ms), log scale"), data().map(|datum| datum.1)),
        panels: Panels::default(),
        shades: None,
        series,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::conditions::Conditions;
    use crate::output::testing::{read_text, simulated};

    #[test]
    fn every_configuration_has_a_mark_and_those_that_are_beaten_a_hollow_one() {
        let of = |sweep: &str| {
            let text = format!(
                "replicates = 20\n[network]\nnodes = 32\n[gossip]\nstrategy = \"push\"\nphase = \"random\"\n[sweep]\n{sweep}"
            );
            let tables = simulated(&read_text(&text));
            let conditions = Conditions::default();
            time_vs_load(&Dataset::new(&tables, &conditions))
        };
        let figure =
            of("\"gossip.interval\" = [\"10ms\", \"100ms\", \"1s\"]\n\"gossip.strategy\" = [\"push\", \"pull\"]\n")
                .unwrap();
        let count = |of: fn(&Layer) -> bool| {
            let layers = figure.series.iter().flat_map(|series| &series.layers);
            layers.filter(|layer| of(layer)).map(|layer| layer.data().len()).sum::<usize>()
        };
        let marks = count(|layer| matches!(layer, Layer::Marks(_)));
        let hollow = count(|layer| matches!(layer, Layer::Hollow(_)));
        assert!(marks + hollow == 6 && marks >= 3, "{marks} and {hollow}");
        assert_eq!(count(|layer| matches!(layer, Layer::Line(_))), 6);
        assert!(of("\"network.nodes\" = [16, 32]\n").is_none());
    }
}
