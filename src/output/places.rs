//! Where a point of a summary stands among the others: the values of what differs between them.

use super::frame::{Frame, Row};
use super::label::{readable, short};
use crate::columns::{Cell, Field};
use crate::printable;

/// The columns of a row that show a key of the scenario, with their values, but for that of the series.
pub fn shown(row: Row<'_>) -> impl Iterator<Item = (&Field, Cell)> {
    row.values().filter(|(field, _)| !field.key.is_empty() && !field.series)
}

/// The value of a key of a point, for people.
pub fn value(row: Row<'_>, key: &str) -> String {
    if let Some((field, cell)) = shown(row).find(|(field, _)| short(field.key) == key) {
        return text(field, &cell);
    }
    let swept = row.swept();
    let value = swept.iter().find(|(path, _)| path == key).map(|(_, value)| readable(value));
    value.map_or_else(String::new, |value| printable::line(&value).into_owned())
}

/// A value of a column, for people.
pub fn text(field: &Field, cell: &Cell) -> String {
    let unit = if field.unit == "ms" { " ms" } else { "" };
    match cell {
        Cell::Empty => String::new(),
        Cell::Whole(number) => format!("{number}{unit}"),
        Cell::Real(number) => format!("{number}{unit}"),
        Cell::Word(text) => printable::line(text).into_owned(),
    }
}

/// The keys besides the series that differ between points, sizes first.
pub fn varying(summary: &Frame) -> Vec<String> {
    let first = summary.row(0);
    let own = shown(first).map(|(field, _)| short(field.key).to_owned());
    let swept = first.swept().into_iter().map(|(path, _)| path);
    let differs = |key: &String| {
        let at_first = value(first, key);
        summary.rows().any(|row| value(row, key) != at_first)
    };
    own.chain(swept).filter(differs).collect()
}

/// What tells a point from others of its series and size: `, topology star, loss 0.1`. `varying` is what differs.
pub fn besides(row: Row<'_>, varying: &[String]) -> String {
    let keys = varying.iter().filter(|key| *key != "nodes");
    keys.map(|key| format!(", {key} {}", value(row, key))).collect()
}
