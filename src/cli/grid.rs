//! Tables for people: columns aligned by their widest cell, in the width that there is, or as Markdown.

use std::fmt::Write as _;
use std::ops::Range;

use super::text::wrapped;
use crate::printable;

/// How far what continues a row is indented.
const INDENT: usize = 4;
/// A label shorter than this is not worth a line of its own.
const SHORT_LABEL: usize = 12;

/// A table.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    /// Titles over several columns each, beginning behind the labels.
    spans: Vec<(String, usize)>,
    /// The first row are the heads, if it `has_head`.
    rows: Vec<(Vec<String>, bool)>,
    has_head: bool,
    /// So many columns at the beginning name their row.
    labels: usize,
    /// So many columns at the end are texts, which may stand below their row.
    tail: usize,
}

impl Grid {
    /// A table whose first row are the heads, and whose first column names its row.
    pub(crate) fn new() -> Self {
        Grid { spans: Vec::new(), rows: Vec::new(), has_head: true, labels: 1, tail: 0 }
    }

    /// The same without heads.
    pub(crate) fn without_head(self) -> Self {
        Grid { has_head: false, ..self }
    }

    /// The same, where so many columns at the beginning name their row.
    pub(crate) fn labels(self, labels: usize) -> Self {
        Grid { labels, ..self }
    }

    /// The same, where so many columns at the end are texts, which stand below their row where there is no room beside it.
    pub(crate) fn with_tail(self, tail: usize) -> Self {
        Grid { tail, ..self }
    }

    /// Titles over several columns each, beginning behind the labels.
    pub(crate) fn spanning(&mut self, titles: Vec<(String, usize)>) {
        self.spans = titles.into_iter().map(|(title, span)| (printable::line(&title).into_owned(), span)).collect();
    }

    /// A row of figures: all cells to the right.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push((shown(&cells), false));
    }

    /// A row of words: all cells to the left.
    pub(crate) fn left_row(&mut self, cells: Vec<String>) {
        self.rows.push((shown(&cells), true));
    }

    /// Its lines, none longer than `width` where that can be. What does not fit stands below: first the text at the end of
    /// each row, then all behind the label of the row; then the columns are parted into tables of their own.
    pub(crate) fn lines(&self, width: usize) -> Vec<String> {
        self.pieces(width).into_iter().flatten().collect()
    }

    /// Those lines, in pieces: the heads, then what belongs to each row.
    pub(crate) fn pieces(&self, width: usize) -> Vec<Vec<String>> {
        let all = 0..self.columns();
        let fits = |pieces: &[Vec<String>]| pieces.iter().flatten().all(|line| line.chars().count() <= width);
        let plain = self.plain(all.clone(), false);
        if fits(&plain) {
            return plain;
        }
        let tail = if all.end > self.labels + self.tail { self.tail } else { 0 };
        let rest = all.start..all.end - tail;
        let end = rest.end;
        let below = |pieces: Vec<Vec<String>>| self.with_tails(pieces, end, width);
        let tailed = self.plain(rest.clone(), false);
        if rest != all && fits(&tailed) {
            return below(tailed);
        }
        let label = self.widths().iter().take(self.labels).map(|width| width + 2).sum::<usize>();
        let stacked = self.plain(rest.clone(), true);
        if label > SHORT_LABEL && self.labels == 1 && self.without_labels(&stacked).all(|line| fits_in(line, width)) {
            return below(self.wrapped_labels(stacked, width));
        }
        below(self.parted(rest, label > SHORT_LABEL.max(width / 2), width))
    }

    /// The columns in as many tables as it takes, below each other, each with the labels.
    fn parted(&self, columns: Range<usize>, stacked: bool, width: usize) -> Vec<Vec<String>> {
        let widths = self.widths();
        let labels: usize = if stacked { INDENT } else { widths.iter().take(self.labels).map(|width| width + 2).sum() };
        let mut parts: Vec<Vec<usize>> = Vec::new();
        let mut used = usize::MAX;
        for (column, wide) in widths.iter().enumerate().take(columns.end).skip(self.labels) {
            let wide = wide + 2;
            if used.saturating_add(wide) > width {
                parts.push(Vec::new());
                used = labels;
            }
            used += wide;
            parts.last_mut().into_iter().for_each(|part| part.push(column));
        }
        let own: Vec<usize> = (0..self.labels).collect();
        let mut pieces = Vec::new();
        for part in parts {
            let chosen = Grid { spans: Vec::new(), tail: 0, ..self.chosen(&[&own[..], &part[..]].concat()) };
            if !pieces.is_empty() {
                pieces.push(vec![String::new()]);
            }
            let part = chosen.plain(0..chosen.columns(), stacked);
            pieces.extend(if stacked { chosen.wrapped_labels(part, width) } else { part });
        }
        pieces
    }

    /// The same with these columns alone.
    fn chosen(&self, columns: &[usize]) -> Grid {
        let cells = |cells: &[String]| columns.iter().map(|&at| cells.get(at).cloned().unwrap_or_default()).collect();
        let rows = self.rows.iter().map(|(row, left)| (cells(row), *left)).collect();
        Grid { rows, ..self.clone() }
    }

    /// How many columns there are.
    pub(crate) fn columns(&self) -> usize {
        self.rows.iter().map(|(cells, _)| cells.len()).max().unwrap_or(0)
    }

    fn widths(&self) -> Vec<usize> {
        let cell = |row: &(Vec<String>, bool), column: usize| row.0.get(column).map_or(0, |cell| cell.chars().count());
        let widest = |column| self.rows.iter().map(|row| cell(row, column)).max().unwrap_or(0);
        (0..self.columns()).map(widest).collect()
    }

    /// Lines of these columns however long they are; `stacked`, where labels have lines of their own. The first piece are
    /// the titles and the heads, each further one a row.
    fn plain(&self, columns: Range<usize>, stacked: bool) -> Vec<Vec<String>> {
        let widths = &self.widths()[columns.clone()];
        let words: Vec<bool> = (0..self.labels).map(|label| self.is_of_words(label)).collect();
        let mut pieces = Vec::new();
        let mut heads: Vec<String> = self.titles(widths).into_iter().filter(|_| !stacked).collect();
        for (number, (cells, left)) in self.rows.iter().enumerate() {
            // Cells of figures bring a blank of their own.
            let indent = if *left { INDENT } else { INDENT - 2 };
            let mut line = if stacked { " ".repeat(indent) } else { String::new() };
            let shown = cells.iter().zip(widths).enumerate().skip(if stacked { self.labels } else { 0 });
            for (column, (cell, width)) in shown {
                let to_the_left = *left || words.get(column).copied().unwrap_or(false);
                // Writing to a string cannot fail.
                let _ = match (*left, to_the_left) {
                    (true, _) => write!(line, "{cell:<width$}  "),
                    (_, true) => write!(line, "  {cell:<width$}"),
                    (_, false) => write!(line, "  {cell:>width$}"),
                };
            }
            let line = line.trim_end().to_owned();
            if number == 0 && self.has_head {
                heads.push(line);
                pieces.push(std::mem::take(&mut heads));
            } else if stacked {
                let indent = if *left { "" } else { "  " };
                pieces.push(vec![
                    format!("{indent}{}", cells[..self.labels.min(cells.len())].join(", ").trim_end()),
                    line,
                ]);
            } else {
                pieces.push(vec![line]);
            }
        }
        pieces
    }

    /// Whether a column that names rows does so by words, which stand to the left; numbers stand to the right.
    fn is_of_words(&self, column: usize) -> bool {
        let rows = self.rows.iter().skip(usize::from(self.has_head));
        rows.filter_map(|(cells, _)| cells.get(column)).any(|cell| cell.contains(char::is_alphabetic))
    }

    /// The line of the titles over several columns: each stands over the right end of its first column.
    fn titles(&self, widths: &[usize]) -> Option<String> {
        if self.spans.is_empty() {
            return None;
        }
        let mut line = " ".repeat(widths.iter().take(self.labels).map(|width| width + 2).sum());
        let mut column = self.labels;
        for (title, span) in &self.spans {
            let columns: usize = widths.iter().skip(column).take(*span).map(|width| width + 2).sum();
            let first = 2 + widths.get(column).copied().unwrap_or(0);
            let width = columns.saturating_sub(first.saturating_sub(title.chars().count()));
            let indent = columns.saturating_sub(width);
            let _ = write!(line, "{:indent$}{title:<width$}", "");
            column += span;
        }
        Some(line.trim_end().to_owned())
    }

    /// Lines of stacked pieces but for the labels, which may be wrapped.
    fn without_labels<'a>(&self, pieces: &'a [Vec<String>]) -> impl Iterator<Item = &'a String> {
        let heads = usize::from(self.has_head);
        pieces.iter().enumerate().flat_map(move |(number, piece)| piece.iter().skip(usize::from(number >= heads)))
    }

    /// Stacked pieces whose labels are wrapped.
    fn wrapped_labels(&self, pieces: Vec<Vec<String>>, width: usize) -> Vec<Vec<String>> {
        let heads = usize::from(self.has_head);
        let wrap = |(number, piece): (usize, Vec<String>)| match piece.split_first() {
            Some((label, rest)) if number >= heads && !fits_in(label, width) => {
                let indent = " ".repeat(label.len() - label.trim_start().len());
                let label = wrapped(label, width - indent.len()).into_iter().map(|line| format!("{indent}{line}"));
                label.chain(rest.iter().cloned()).collect()
            }
            _ => piece,
        };
        pieces.into_iter().enumerate().map(wrap).collect()
    }

    /// The pieces with the texts of each row from column `tail` on below it.
    fn with_tails(&self, mut pieces: Vec<Vec<String>>, tail: usize, width: usize) -> Vec<Vec<String>> {
        if tail >= self.columns() || pieces.len() != self.rows.len() {
            return pieces;
        }
        let rows = self.rows.iter().zip(&mut pieces).skip(usize::from(self.has_head));
        for ((cells, _), piece) in rows {
            let texts = cells.iter().skip(tail).map(|text| text.trim()).filter(|text| !text.is_empty());
            let text = texts.collect::<Vec<_>>().join("; ");
            piece.extend(wrapped(&text, width - INDENT).into_iter().map(|line| format!("{:INDENT$}{line}", "")));
        }
        pieces
    }

    /// The table as Markdown: GitHub's, which has exactly one line of heads.
    pub(crate) fn markdown(&self) -> Vec<String> {
        let columns = self.columns();
        let escaped = |cell: &str| cell.replace('|', "\\|").replace('*', "\\*").replace('<', "\\<");
        let cell = |cells: &[String], at: usize| cells.get(at).map_or_else(String::new, |cell| escaped(cell.trim()));
        let heads: &[String] = self.rows.first().filter(|_| self.has_head).map_or(&[], |(cells, _)| cells);
        let over = |column: usize| {
            let mut first = self.labels;
            let title = self.spans.iter().find(|(_, span)| {
                first += span;
                (first - span..first).contains(&column)
            });
            title.map_or_else(String::new, |(title, _)| format!("{} ", escaped(title)))
        };
        let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let left = |column: usize| {
            column < self.labels && self.is_of_words(column)
                || self.rows.iter().skip(usize::from(self.has_head)).any(|(_, left)| *left)
        };
        let heads = (0..columns).map(|column| format!("{}{}", over(column), cell(heads, column)));
        let rules = (0..columns).map(|column| if left(column) { "---".to_owned() } else { "--:".to_owned() });
        let rows = self.rows.iter().skip(usize::from(self.has_head));
        let rows = rows.map(|(cells, _)| line((0..columns).map(|column| cell(cells, column)).collect()));
        [line(heads.collect()), line(rules.collect())].into_iter().chain(rows).collect()
    }
}

fn fits_in(line: &str, width: usize) -> bool {
    line.chars().count() <= width
}

/// Cells as they are printed, so that they are as wide as they look.
fn shown(cells: &[String]) -> Vec<String> {
    cells.iter().map(|cell| printable::line(cell).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    fn figures() -> Grid {
        let mut grid = Grid::new();
        grid.row(row(&["topology", "mean", "[95 % CI]", "failed"]));
        grid.row(row(&["watts-strogatz (neighbors = 4)", "7.67", "[7.5, 7.9]", ""]));
        grid.row(row(&["ring", "1024", "[1000, 1048]", "3"]));
        grid
    }

    #[test]
    fn columns_are_aligned() {
        let mut grid = Grid::new();
        grid.row(row(&["n", "mean"]));
        grid.row(row(&["16", "7.67"]));
        assert_eq!(grid.lines(80), ["   n  mean", "  16  7.67"]);
    }

    #[test]
    fn what_does_not_fit_stands_below_its_label_and_then_in_tables_of_their_own() {
        let wide = figures().lines(80);
        assert_eq!(wide[0], "  topology                        mean     [95 % CI]  failed");
        let stacked = figures().lines(40);
        assert_eq!(stacked[0], "    mean     [95 % CI]  failed");
        assert_eq!(stacked[1..3], ["  watts-strogatz (neighbors = 4)", "    7.67    [7.5, 7.9]"]);
        let parted = figures().lines(20);
        assert!(parted.contains(&"    mean".to_owned()) && parted.contains(&"    failed".to_owned()), "{parted:#?}");
        // Nothing is lost, and labels are wrapped.
        assert!(parted.iter().all(|line| line.chars().count() <= 20), "{parted:#?}");
        for cell in ["7.67", "[1000, 1048]", "  watts-strogatz", "  (neighbors = 4)"] {
            assert!(parted.iter().any(|line| line.contains(cell)), "{cell}: {parted:#?}");
        }
    }

    #[test]
    fn a_text_at_the_end_stands_below_its_row() {
        let mut grid = Grid::new().without_head().with_tail(1);
        grid.left_row(row(&["  push", "b = 1.755", "logarithmic or log n / log log n, ahead of log-squared"]));
        grid.left_row(row(&["  push-pull", "b = 0.801", "logarithmic"]));
        assert_eq!(grid.lines(90).len(), 2);
        let lines = grid.lines(40);
        let expected = [
            "  push       b = 1.755",
            "    logarithmic or log n / log log n,",
            "    ahead of log-squared",
            "  push-pull  b = 0.801",
            "    logarithmic",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn several_labels_stand_before_every_part() {
        let mut grid = Grid::new().labels(2);
        grid.row(row(&["n", "loss", "mean", "second", "third"]));
        grid.row(row(&["16", "0.1", "1.00", "2.00", "3.00"]));
        assert_eq!(
            grid.lines(24),
            ["   n  loss  mean  second", "  16   0.1  1.00    2.00", "", "   n  loss  third", "  16   0.1   3.00"]
        );
    }

    #[test]
    fn markdown_has_one_line_of_heads_and_escapes_bars() {
        let mut grid = Grid::new();
        grid.spanning(vec![("push".to_owned(), 2), ("pull".to_owned(), 2)]);
        grid.row(row(&["n", "mean", "|z|", "mean", "|z|"]));
        grid.row(row(&["16", "7.67", "0.1", "6.00", "0.2"]));
        let expected = [
            "| n | push mean | push \\|z\\| | pull mean | pull \\|z\\| |",
            "| --: | --: | --: | --: | --: |",
            "| 16 | 7.67 | 0.1 | 6.00 | 0.2 |",
        ];
        assert_eq!(grid.markdown(), expected);
        let mut words = Grid::new().without_head();
        words.left_row(row(&["  a", "b"]));
        assert_eq!(words.markdown(), ["|  |  |", "| --- | --- |", "| a | b |"]);
    }
}
