//! Numbers and columns for people.

use std::fmt;
use std::io::{self, Write};

use serde_json::Value;

use crate::printable;
use crate::scenario::Scenario;

/// A whole number in groups of three: `65 536`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() <= 4 {
        return digits;
    }
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// `1 point`, `12 points`.
pub(crate) fn plural(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// `30`, or `30 to 100 000`.
pub(crate) fn between(least: u64, most: u64) -> String {
    if least == most { count(most) } else { format!("{} to {}", count(least), count(most)) }
}

/// How many runs a scenario has, as in `27 points × 200 = 5400 runs`.
pub(crate) fn extent(scenario: &Scenario) -> String {
    let points = scenario.points.len() as u64;
    let (least, most) = (scenario.fewest(), scenario.replicates);
    let runs = between(least.saturating_mul(points), scenario.runs());
    let noun = if runs == "1" { "run" } else { "runs" };
    format!("{} × {} = {runs} {noun}", plural(points, "configuration"), between(least, most))
}

/// `text` in lines of at most `width` characters, parted between words.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A figure with as many decimals as its size makes useful.
pub(crate) fn figure(number: f64) -> String {
    match number.abs() {
        size if size < 100.0 => format!("{number:.2}"),
        size if size < 1000.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

/// A figure without decimals it does not need: `12`, `12.5`.
pub(crate) fn short(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A share in percent, with two digits that count.
pub(crate) fn share(number: f64) -> String {
    let percent = number * 100.0;
    match percent {
        0.0 => "0 %".to_owned(),
        percent if percent >= 10.0 => format!("{percent:.1} %"),
        percent if percent >= 0.1 => format!("{percent:.2} %"),
        percent => format!("{percent:.1e} %"),
    }
}

/// A share in per cent that may be small: `98.3 %`, `0.090 %`.
pub(crate) fn percent(number: f64) -> String {
    match (number * 100.0).abs() {
        percent if percent == 100.0 || percent >= 0.1 || percent == 0.0 => share(number),
        percent if percent >= 0.001 => format!("{:.3} %", number * 100.0),
        _ => share(number),
    }
}

/// Bytes, rounded: `about 40 MB`.
pub(crate) fn bytes(number: u64) -> String {
    match number {
        0..1_000_000 => "less than 1 MB".to_owned(),
        1_000_000..1_000_000_000 => format!("about {} MB", number / 1_000_000),
        _ => format!("about {:.1} GB", number as f64 / 1e9),
    }
}

/// A JSON value on one line, in which nothing stands that a terminal would obey.
pub(crate) fn json(out: &mut impl Write, value: &Value) -> io::Result<()> {
    writeln!(out, "{}", printable::document(&value.to_string()))
}

/// Columns aligned by their widest cell.
#[derive(Default)]
pub(crate) struct Grid {
    spans: Vec<(String, usize)>,
    rows: Vec<(Vec<String>, bool)>,
}

impl Grid {
    pub(crate) fn new() -> Self {
        Grid::default()
    }

    /// Titles over several columns each, beginning with the second.
    pub(crate) fn spanning(&mut self, titles: Vec<(String, usize)>) {
        self.spans = titles;
    }

    /// Whether there is nothing below the heads.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.len() < 2
    }

    /// A row of figures: all cells to the right.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push((shown(&cells), false));
    }

    /// A row of words: all cells to the left.
    pub(crate) fn left_row(&mut self, cells: Vec<String>) {
        self.rows.push((shown(&cells), true));
    }

    /// How many columns there are beside the first.
    pub(crate) fn columns(&self) -> usize {
        self.rows.iter().map(|(cells, _)| cells.len()).max().unwrap_or(1) - 1
    }

    fn widths(&self) -> Vec<usize> {
        let columns = self.rows.iter().map(|(cells, _)| cells.len()).max().unwrap_or(0);
        let cell = |row: &(Vec<String>, bool), column: usize| row.0.get(column).map_or(0, |cell| cell.chars().count());
        (0..columns).map(|column| self.rows.iter().map(|row| cell(row, column)).max().unwrap_or(0)).collect()
    }
}

/// Cells as they are printed, so that they are as wide as they look.
fn shown(cells: &[String]) -> Vec<String> {
    cells.iter().map(|cell| printable::line(cell).into_owned()).collect()
}

impl fmt::Display for Grid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        // The first column names its row: numbers to the right, words to the left.
        let words = self
            .rows
            .iter()
            .skip(1)
            .any(|(cells, _)| cells.first().is_some_and(|cell| cell.contains(char::is_alphabetic)));
        if !self.spans.is_empty() {
            // Each title stands over the right end of its first column.
            let mut line = " ".repeat(2 + widths.first().copied().unwrap_or(0));
            let mut column = 1;
            for (title, span) in &self.spans {
                let columns: usize = widths.iter().skip(column).take(*span).map(|width| width + 2).sum();
                let first = 2 + widths.get(column).copied().unwrap_or(0);
                let width = columns.saturating_sub(first.saturating_sub(title.chars().count()));
                let indent = columns - width;
                line.push_str(&format!("{:indent$}{title:<width$}", ""));
                column += span;
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        for (cells, left) in &self.rows {
            let mut line = String::new();
            for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
                let cell = if column == 0 && words && !left {
                    format!("  {cell:<width$}")
                } else if *left {
                    format!("{cell:<width$}  ")
                } else {
                    format!("  {cell:>width$}")
                };
                line.push_str(&cell);
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([count(1024), count(65_536), count(1_000_000)], ["1024", "65 536", "1 000 000"]);
        assert_eq!([figure(7.666), figure(123.45), figure(4096.4)], ["7.67", "123.5", "4096"]);
        assert_eq!([share(0.0), share(0.181), share(0.0012), share(4e-6)], ["0 %", "18.1 %", "0.12 %", "4.0e-4 %"]);
    }

    #[test]
    fn columns_are_aligned() {
        let mut grid = Grid::new();
        grid.row(vec!["n".into(), "mean".into()]);
        grid.row(vec!["16".into(), "7.67".into()]);
        assert_eq!(grid.to_string(), "   n  mean\n  16  7.67\n");
    }
}
