//! Time against load: what a shorter interval, a larger fanout or another strategy buys, and at what price.

use super::axis::Axis;
use super::dataset::{Dataset, Row};
use super::figure::{Datum, Figure, Layer, LegendSymbol, Panels, Series};
use super::layers::NEUTRAL_INK;
use super::style::{MOST_LINES, series_style};
use super::text::plain;
use crate::output::front::{self, time_column};
use crate::output::label::named;
use crate::output::{groups, places, until};
use crate::time::Span;

/// A quantile of the time against the bytes per node and second: a mark for each configuration, hollow if another beats it
/// in both. A line joins the values of one setting; what others are it is named by, as far as there are colours for so many.
pub(super) fn time_vs_load(dataset: &Dataset<'_>) -> Option<Figure> {
    let share = dataset.conditions.deadline_share.unwrap_or(until::ALL);
    let timed = until::summary_until(dataset.tables, share).ok()?;
    let points: &Vec<Row<'_>> = &dataset.rows.iter().map(|row| timed.row(row.number())).collect();
    let varying = places::varying_in(points);
    let front = front::front(points, &varying)?;
    let (column, first) = (time_column(front.quantile), front.rows.first()?.0);
    let given = front::given(first, &varying);
    let choices: Vec<&String> = varying.iter().filter(|key| !given.contains(key)).collect();
    let environment = front::environment(first, &given);
    let here = |row: &Row<'_>| front::environment(*row, &given) == environment;
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
    let mut series: Vec<Series> = series.collect();
    let data = |series: &[Series]| series.iter().flat_map(|series| &series.layers).flat_map(Layer::data).collect();
    let drawn: Vec<Datum> = data(&series);
    let comparable: Vec<Row<'_>> = points.iter().copied().filter(here).collect();
    series.extend(deadline(first, &drawn));
    let cheapest = front::cheapest_in_time(&comparable, &varying).into_iter().find_map(|one| one.cheapest);
    if let Some((row, at)) = cheapest.and_then(|row| Some((row, at(row)?))) {
        let of_line = |(_, rows): &(String, Vec<Row<'_>>)| rows.iter().any(|other| other.point() == row.point());
        let line = lines.iter().position(of_line).and_then(|place| series.get_mut(place));
        line.into_iter().for_each(|line| line.layers.push(Layer::Ring(vec![at])));
    }
    let drawn: Vec<Datum> = data(&series);
    let across = || drawn.iter().map(|datum| datum.0);
    let held = given.iter().zip(&environment).map(|(key, value)| plain(&format!("{} = {value}", named(key))));
    let held: Vec<String> = held.collect();
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
        heading: format!(
            "Time until {} against load, by {}",
            until::goal(share, &dataset.conditions.goal),
            swept.join(" and ")
        ),
        notes: vec![dataset.statement(), shown, along],
        keys: vec![
            (LegendSymbol::Mark, "not beaten in both"),
            (LegendSymbol::Hollow, "another is better in both"),
            (LegendSymbol::Ring, "least load of those with 99 % of their runs in time"),
        ],
        x: Axis::decades("bytes per node and second, log scale", across()),
        y: Axis::decades(
            &format!("time that {quantile} stay below (ms), log scale"),
            drawn.iter().map(|datum| datum.1),
        ),
        panels: Panels::default(),
        shades: None,
        series,
    })
}

/// The deadline, as a line across all that is drawn.
fn deadline(row: Row<'_>, drawn: &[Datum]) -> Option<Series> {
    let time = row.real("deadline_ms").filter(|time| *time > 0.0)?;
    let loads = || drawn.iter().map(|datum| datum.0).filter(|load| load.is_finite());
    let ends = [loads().fold(f64::INFINITY, f64::min), loads().fold(0.0, f64::max)];
    let layers = vec![Layer::Dashed(ends.map(|load| (load, time)).to_vec())];
    let (label, series_style) = (format!("deadline {}", Span::from_nanos_f64(time * 1e6)), NEUTRAL_INK);
    Some(Series { label, details: Vec::new(), series_style, panel: None, layers })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::caption;
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

    #[test]
    fn the_deadline_is_a_line_and_what_meets_it_at_the_least_load_has_a_ring() {
        let text = "replicates = 80\ndeadline = { time = \"2500ms\", coverage = \"99%\" }\n[network]\nnodes = 32\n\
                    [gossip]\nstrategy = \"push\"\nphase = \"random\"\n[sweep]\n\
                    \"gossip.interval\" = [\"20ms\", \"100ms\", \"1s\"]\n";
        let scenario = read_text(text);
        let (tables, conditions) = (simulated(&scenario), caption::conditions(&scenario));
        let figure = time_vs_load(&Dataset::new(&tables, &conditions)).unwrap();
        assert!(figure.heading.starts_with("Time until 99 % of the nodes know against load"), "{}", figure.heading);
        let line = figure.series.iter().find(|series| series.label == "deadline 2500ms").unwrap();
        let Layer::Dashed(ends) = &line.layers[0] else { panic!("{line:?}") };
        assert!(ends.iter().all(|end| end.1 == 2500.0) && ends[0].0 < ends[1].0, "{ends:?}");
        let rings: Vec<Datum> = figure
            .series
            .iter()
            .flat_map(|series| &series.layers)
            .flat_map(|layer| if let Layer::Ring(at) = layer { at.clone() } else { Vec::new() })
            .collect();
        // A shorter interval is in time as well, and costs more.
        assert_eq!(rings, [(front::load(tables.summary.row(1)).unwrap(), rings[0].1)]);
        // The time of 99 % of 32 nodes, which are all of them; that of half of them is less.
        assert_eq!(Some(rings[0].1), tables.summary.row(1).real("time_ms_p95"));
    }
}
