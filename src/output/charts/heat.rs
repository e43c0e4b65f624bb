//! Mean rounds over two swept numbers at once, as a heat map.

use super::arrange::{Wish, unconverged};
use super::axis::{Axis, number};
use super::dataset::{Dataset, Row, Varied};
use super::estimate::cut_off;
use super::figure::{Figure, HeatCell, Layer, LegendSymbol, Series, Shades};
use super::keys::Key;
use super::style::{Marker, NEUTRAL, SeriesStyle};
use super::swept::file_stem;
use crate::output::label::quantity;

/// Fewest cells: of less, lines say all.
const FEWEST_CELLS: usize = 6;
/// Most values along one axis: of more, cells are narrower than a stroke.
const MOST_VALUES: usize = 60;
/// Most maps of one folder.
const MOST_MAPS: usize = 3;
/// How far apart means may be, as a ratio, on a linear scale of colours.
const LINEAR_RATIO: f64 = 20.0;

/// How far its corner lies from the middle of a cell, in cells.
const CORNER: f64 = 0.34;
/// What marks cells in which some runs are missing.
const SPOT: SeriesStyle = SeriesStyle::solid(NEUTRAL, Marker::Disc);

/// A map of the mean rounds for each pair of swept numbers, up to three; a panel for each combination of what else was
/// swept.
pub(super) fn maps(dataset: &Dataset<'_>) -> Vec<Figure> {
    let numeric = |varied: &&Varied| varied.key.numbers(&varied.values).is_some() && varied.values.len() <= MOST_VALUES;
    let keys: Vec<&Varied> = dataset.varied.iter().filter(numeric).collect();
    let pairs = keys.iter().enumerate().flat_map(|(place, x)| keys[place + 1..].iter().map(move |y| (*x, *y)));
    let large = pairs.filter(|(x, y)| x.values.len() * y.values.len() >= FEWEST_CELLS);
    large.filter_map(|(x, y)| map(dataset, x, y)).take(MOST_MAPS).collect()
}

fn map(dataset: &Dataset<'_>, x: &Varied, y: &Varied) -> Option<Figure> {
    // Whatever else was swept is held in each panel.
    let others: Vec<Key> = dataset.varied.iter().map(|varied| varied.key.clone()).collect();
    let facets: Vec<Key> = others.into_iter().filter(|key| *key != x.key && *key != y.key).collect();
    let mut selection = dataset.arranged(Wish { x: Some(&x.key), color: Some(&y.key), facets: &facets, crowded: true });
    let (across, up) = (Values::of(x), Values::of(y));
    let mut series = Vec::new();
    for line in &selection.lines {
        let cell = |row: &Row<'_>| {
            let at = (across.place(*row)?, up.place(*row)?);
            let whole = row.count("converged") >= row.count("runs");
            Some(HeatCell { at, value: row.real("rounds_mean").filter(|mean| mean.is_finite()), whole })
        };
        let cells: Vec<HeatCell> = line.rows.iter().filter_map(cell).collect();
        // In the corner of its cell, beside the number.
        let some = cells.iter().filter(|cell| cell.value.is_some() && !cell.whole);
        let corners = some.map(|cell| (cell.at.0 + CORNER, cell.at.1 + CORNER)).collect();
        series.push(Series { series_style: SPOT, ..line.series(vec![Layer::Cells(cells), Layer::Hollow(corners)]) });
    }
    let cells = || series.iter().flat_map(|series| &series.layers).flat_map(Layer::cells);
    let means: Vec<f64> = cells().filter_map(|cell| cell.value).collect();
    // Two points in one cell differ in something that no panel holds, and one would hide the other.
    let mut places: Vec<(usize, i64, i64)> = Vec::new();
    for series in &series {
        let of = |cell: &HeatCell| (series.panel.unwrap_or(0), cell.at.0 as i64, cell.at.1 as i64);
        places.extend(series.layers.iter().flat_map(Layer::cells).map(of));
    }
    places.sort_unstable();
    // Of keys that go in step most cells are of no point: lines show those.
    let cells_of_all = x.values.len() * y.values.len() * selection.panels.titles.len();
    if means.is_empty() || 2 * places.len() < cells_of_all || places.windows(2).any(|pair| pair[0] == pair[1]) {
        return None;
    }
    let stems = [x, y].map(|varied| stem(dataset, &varied.key));
    let mut keys = vec![(LegendSymbol::Hollow, "not every run converged")];
    keys.extend(cells().any(|cell| cell.value.is_none()).then_some((LegendSymbol::Cell, "no run converged")));
    let mut notes = vec![dataset.statement(), std::mem::take(&mut selection.left_out)];
    let unconverged = unconverged(&selection, false);
    // Where runs may never converge a limit is what ends those that do not.
    let said = dataset.conditions.may_never_converge && !unconverged.is_empty();
    notes.extend([unconverged, if said { String::new() } else { cut_off(dataset, &selection) }]);
    Some(Figure {
        name: format!("rounds_map_{}_{}", stems[0], stems[1]),
        heading: format!("Rounds until {}, against {} and {}", dataset.conditions.goal, x.key.name(), y.key.name()),
        notes,
        keys,
        x: across.axis(&x.key, true),
        y: up.axis(&y.key, false),
        shades: Some(Shades { axis: shades(&means) }),
        panels: selection.panels,
        series,
    })
}

/// A linear scale, or a log scale where means are far apart.
fn shades(means: &[f64]) -> Axis {
    let (least, most) =
        means.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), mean| (low.min(*mean), high.max(*mean)));
    let means = || means.iter().copied();
    if least > 0.0 && most > LINEAR_RATIO * least {
        Axis::decades("mean rounds, log scale", means())
    } else {
        Axis::around("mean rounds", means())
    }
}

fn stem(dataset: &Dataset<'_>, key: &Key) -> String {
    let place = dataset.keys.iter().position(|other| other == key);
    place.map_or_else(|| key.stem().to_owned(), |place| file_stem(&dataset.keys, place))
}

/// The values of a key in the order of their size, each with a row or a column of its own.
struct Values<'d> {
    key: &'d Key,
    sorted: Vec<(f64, String)>,
}

impl<'d> Values<'d> {
    fn of(varied: &'d Varied) -> Self {
        let number = |text: &String| quantity(text).map_or(f64::NAN, |(number, _)| number);
        let mut sorted: Vec<(f64, String)> = varied.values.iter().map(|text| (number(text), text.clone())).collect();
        sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
        Values { key: &varied.key, sorted }
    }

    /// The number of the value of a point, from the least; on both axes that many steps below 0, from the far end.
    fn place(&self, row: Row<'_>) -> Option<f64> {
        let text = self.key.of(row);
        let place = self.sorted.iter().position(|(_, value)| *value == text)?;
        Some(place as f64 + 1.0 - self.sorted.len() as f64)
    }

    /// The values as ticks, the least at the low end.
    fn axis(&self, key: &Key, across: bool) -> Axis {
        let label = |(value, text): &(f64, String)| if *key == Key::Nodes { number(*value) } else { text.clone() };
        let names: Vec<String> = self.sorted.iter().rev().map(label).collect();
        let title = if *key == Key::Nodes { "nodes n".to_owned() } else { key.title() };
        let mut axis = Axis::names(&title, &names);
        axis.rows = !across;
        axis
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Conditions, sample};
    use super::*;
    use crate::columns::Cell;

    #[test]
    fn two_swept_numbers_have_a_map_with_a_panel_for_each_strategy() {
        let mut tables = sample::sizes_and_loss(4);
        tables.summary.set(0, "converged", 0_u64);
        tables.summary.set(0, "rounds_mean", Cell::Empty);
        tables.summary.set(1, "converged", 2_u64);
        let conditions = Conditions::default();
        let [map] = &maps(&Dataset::new(&tables, &conditions))[..] else { panic!("one pair") };
        assert_eq!((map.name.as_str(), map.x.title.as_str()), ("rounds_map_nodes_loss", "nodes n"));
        assert_eq!(map.panels.titles, ["strategy = push", "strategy = pull", "strategy = push-pull"]);
        let cells: Vec<HeatCell> =
            map.series.iter().flat_map(|series| &series.layers).flat_map(Layer::cells).copied().collect();
        assert_eq!(cells.len(), tables.summary.len(), "every point has a cell");
        assert_eq!(cells.iter().filter(|cell| cell.value.is_none()).count(), 1);
        assert_eq!(cells.iter().filter(|cell| !cell.whole).count(), 2);
        // The least number of nodes lies at the left, the least loss at the bottom, as ticks say.
        let first = cells.iter().find(|cell| cell.value.is_none()).unwrap();
        assert_eq!(first.at, (-3.0, -2.0));
        let low = |axis: &Axis| axis.ticks.iter().find(|tick| tick.place < 0.2).unwrap().label.clone();
        assert_eq!((low(&map.x), low(&map.y)), ("64".to_owned(), "0".to_owned()));
        assert!(
            map.notes.iter().any(|note| note == "6 of 144 runs did not converge and are not in the means."),
            "{:?}",
            map.notes
        );
    }

    #[test]
    fn one_number_or_names_have_none() {
        let conditions = Conditions::default();
        for tables in [sample::sizes(2), sample::topologies(2), sample::phases()] {
            assert_eq!(maps(&Dataset::new(&tables, &conditions)), []);
        }
    }

    #[test]
    fn means_far_apart_have_a_log_scale_that_says_so() {
        assert_eq!(shades(&[2.0, 30.0]).title, "mean rounds");
        assert_eq!(shades(&[2.0, 50.0]).title, "mean rounds, log scale");
    }
}
