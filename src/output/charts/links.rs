//! How the traffic lies on the links: along a line or a ring by their place, elsewhere from the most loaded down.

use super::arrange::Line;
use super::axis::{Axis, number};
use super::curves::points;
use super::dataset::{Dataset, Row};
use super::figure::{Datum, Figure, Layer, Series, measured, part_at_zeros, some, thinned};
use crate::output::links::{LinkEnd, LinkRow, of_point};

/// Messages over every link: a line for each point whose traffic was recorded.
pub(super) fn link_traffic(dataset: &Dataset<'_>) -> Option<Figure> {
    if dataset.tables.links.is_empty() {
        return None;
    }
    let selection = dataset.selection(None);
    let recorded = points(&selection).filter(|(_, row)| of_point(dataset.tables, row.point()).next().is_some());
    let recorded: Vec<(&Line<'_>, Row<'_>)> = recorded.collect();
    let in_a_row =
        recorded.iter().all(|(_, row)| ["line", "ring"].iter().any(|name| row.word("topology").starts_with(name)));
    let lines = selection.most_lines();
    let mut last = 0.0_f64;
    let series = recorded.into_iter().map(|(line, row)| {
        let links: Vec<&LinkRow> = of_point(dataset.tables, row.point()).collect();
        let data = if in_a_row { by_place(&links) } else { by_load(&links) };
        last = last.max(data.last().map_or(0.0, |datum| datum.0));
        let most = links.iter().map(|link| link.messages_per_round).fold(0.0, f64::max);
        let marks = Layer::Marks(some(&data, line.place, lines));
        let details = vec![format!("at most {} a round", number((most * 100.0).round() / 100.0))];
        Series { details, ..line.series(vec![Layer::Line(thinned(data)), marks]) }
    });
    let mut series: Vec<Series> = series.collect();
    let y = measured("messages per round", &series, true);
    part_at_zeros(&y, &mut series);
    let title = if in_a_row { "link, by its place in the row" } else { "links, the most loaded first" };
    let means = "Mean over all rounds of all runs, answers included.".into();
    Some(Figure {
        name: "link_traffic".into(),
        heading: "Messages over each link, per round".into(),
        notes: vec![dataset.statement(), selection.left_out.clone(), means],
        keys: vec![],
        x: Axis::counted(title, last as u64),
        y,
        panels: selection.panels,
        shades: None,
        series,
    })
}

/// The traffic from one end to the other; the link that closes a ring comes last.
fn by_place(links: &[&LinkRow]) -> Vec<Datum> {
    let number = |end: &LinkEnd| if let LinkEnd::Number(number) = end { *number } else { 0 };
    let place = |link: &LinkRow| {
        let (from, to) = (number(&link.from), number(&link.to));
        // A folder may come from anywhere, and so any number.
        if from.checked_add(1) == Some(to) { from } else { to }
    };
    let mut data: Vec<Datum> = links.iter().map(|link| (f64::from(place(link)), link.messages_per_round)).collect();
    data.sort_by(|one, other| one.0.total_cmp(&other.0));
    data
}

/// The traffic by rank.
fn by_load(links: &[&LinkRow]) -> Vec<Datum> {
    let mut loads: Vec<f64> = links.iter().map(|link| link.messages_per_round).collect();
    loads.sort_by(|one, other| other.total_cmp(one));
    loads.into_iter().enumerate().map(|(rank, load)| (rank as f64 + 1.0, load)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Conditions, sample};
    use super::*;
    use crate::output::tables::Tables;

    fn link((from, to): (u32, u32), point: u64, messages: f64) -> LinkRow {
        let (from, to) = (LinkEnd::Number(from), LinkEnd::Number(to));
        LinkRow { point, from, to, conversations_per_round: messages / 2.0, messages_per_round: messages }
    }

    /// Three nodes in a ring, at two values of a key.
    fn tables(topology: &str) -> Tables {
        let mut tables = sample::sweep("gossip.peers.exponent", &["0", "1.5"], &["push"], 2);
        let points: Vec<u64> = tables.summary.rows().map(Row::point).collect();
        (0..points.len()).for_each(|row| tables.summary.set(row, "topology", topology));
        for point in points {
            let loads = [((0, 1), 3.0), ((0, 2), 1.0), ((1, 2), 2.0)];
            tables.links.extend(loads.map(|(ends, load)| link(ends, point, load)));
        }
        tables
    }

    fn drawn(tables: &Tables) -> Option<Figure> {
        let conditions = Conditions::default();
        link_traffic(&Dataset::new(tables, &conditions))
    }

    #[test]
    fn in_a_row_links_lie_by_place_and_elsewhere_by_load() {
        let of = |topology: &str| {
            let figure = drawn(&tables(topology)).unwrap();
            let labels: Vec<_> = figure.series.iter().map(|series| series.label.clone()).collect();
            assert_eq!(labels, ["peer rule exponent 0", "peer rule exponent 1.5"]);
            figure.series[1].layers[0].data()
        };
        assert_eq!(of("ring (neighbors = 1)"), [(0.0, 3.0), (1.0, 2.0), (2.0, 1.0)]);
        assert_eq!(of("torus (dims = 1)"), [(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)]);
    }

    #[test]
    fn without_recorded_traffic_there_is_no_chart() {
        assert_eq!(drawn(&sample::loss(2)), None);
    }
}
