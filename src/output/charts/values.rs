//! What is measured against the values of a key: lines over numbers and durations, rows over names.

use super::super::groups;
use super::arrange::Selection;
use super::axis::Axis;
use super::dataset::Row;
use super::figure::{Figure, Layer, LegendSymbol, Series, measured, part_at_zeros};
use super::keys::Key;
use crate::output::label::quantity;

/// Most names one chart lists.
const MOST_NAMES: usize = 40;

/// The values of a key, as far as one axis shows them.
pub(super) enum Values {
    /// Sizes of networks.
    Sizes,
    /// Numbers of one unit.
    Numbers(&'static str),
    /// Names, in the order of the sweep, and how many more there are.
    Names(Vec<String>, usize),
}

/// What is shown against a key: a chart without its axis.
pub(super) struct Shown {
    /// The name of its files.
    pub(super) name: String,
    /// What it shows.
    pub(super) heading: String,
    /// Under what conditions, a paragraph each.
    pub(super) notes: Vec<String>,
    /// What the kinds of layers mean.
    pub(super) keys: Vec<(LegendSymbol, &'static str)>,
    /// What is measured, with its unit.
    pub(super) axis: String,
    /// A series for each line of the selection, over the places of the values.
    pub(super) series: Vec<Series>,
}

impl Values {
    /// `None` unless there are at least two.
    pub(super) fn of<'a>(key: &Key, rows: impl Iterator<Item = Row<'a>>) -> Option<Self> {
        let mut texts: Vec<String> = groups::by(rows, |row| key.of(*row)).into_iter().map(|(text, _)| text).collect();
        if texts.len() < 2 {
            return None;
        }
        if *key == Key::Nodes {
            return Some(Values::Sizes);
        }
        if let Some((unit, _)) = key.numbers(&texts) {
            return Some(Values::Numbers(unit));
        }
        let more = texts.len().saturating_sub(MOST_NAMES);
        texts.truncate(MOST_NAMES);
        Some(Values::Names(texts, more))
    }

    /// Where a point lies on the axis; not a number if it is not shown.
    pub(super) fn at(&self, key: &Key, row: Row<'_>) -> f64 {
        let text = key.of(row);
        match self {
            Values::Sizes | Values::Numbers(_) => quantity(&text).map_or(f64::NAN, |(value, _)| value),
            Values::Names(names, _) => {
                names.iter().position(|name| *name == text).map_or(f64::NAN, |place| -(place as f64))
            }
        }
    }

    /// The chart of what is `shown` against these values of `key`.
    pub(super) fn figure(&self, key: &Key, selection: &Selection<'_>, shown: Shown) -> Figure {
        let Shown { name, heading, mut notes, keys, axis, mut series } = shown;
        let values = || selection.rows().map(|row| self.at(key, row));
        let (x, y) = match self {
            Values::Sizes | Values::Numbers(_) => {
                let y = measured(&axis, &series, true);
                part_at_zeros(&y, &mut series);
                let title = match self {
                    Values::Numbers(unit) if !unit.is_empty() => format!("{} ({unit})", key.title()),
                    _ => key.title(),
                };
                let swept = || Axis::swept(&title, &values().collect::<Vec<_>>());
                (if matches!(self, Values::Sizes) { Axis::sizes(&title, values()) } else { swept() }, y)
            }
            Values::Names(names, more) => {
                if *more > 0 {
                    notes.push(format!("The first {MOST_NAMES} values; {more} more are in summary.csv."));
                }
                lay_down(&mut series, selection);
                (measured(&axis, &series, false), Axis::names(&key.title(), names))
            }
        };
        Figure { name, heading, notes, keys, x, y, panels: selection.panels.clone(), shades: None, series }
    }
}

/// Turns series over places into rows of names: places go up the page, values across. Lines would join what has no
/// order; the lines of a row lie a little below each other.
fn lay_down(series: &mut [Series], selection: &Selection<'_>) {
    let lines = selection.most_lines() as f64;
    for (series, line) in series.iter_mut().zip(&selection.lines) {
        let below = (line.place as f64 - (lines - 1.0) / 2.0) * (0.66 / lines.max(2.0));
        let turn = |(place, value): (f64, f64)| (value, place - below);
        series.layers.retain(|layer| !matches!(layer, Layer::Line(_) | Layer::Dashed(_) | Layer::Exact(_)));
        for layer in &mut series.layers {
            match layer {
                Layer::Marks(points) | Layer::Hollow(points) => {
                    points.iter_mut().for_each(|point| *point = turn(*point));
                }
                Layer::Intervals(intervals) | Layer::Spread(intervals) => {
                    intervals.iter_mut().for_each(|(from, to)| (*from, *to) = (turn(*from), turn(*to)));
                }
                _ => {}
            }
        }
    }
}
