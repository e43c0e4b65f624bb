//! Figures in columns that are written row by row: where a row is wider than the terminal, the heads are parted first, and
//! then each row.

use std::ops::Range;

/// Blanks before each column but the first.
const GAP: usize = 2;
/// How far what continues a row is indented.
const INDENT: usize = 4;

/// The heads and the widths of columns, and which of them share a line.
pub(super) struct Folded {
    /// The lines of each head, the last of which stands right above the cells.
    heads: Vec<Vec<String>>,
    widths: Vec<usize>,
    lines: Vec<Range<usize>>,
}

impl Folded {
    /// Columns that hold all of `rows` in lines of at most `width` characters; a column that is wider alone has a line of its
    /// own.
    pub(super) fn new(heads: &[&str], rows: &[Vec<String>], width: usize) -> Self {
        let cell = |row: &Vec<String>, column: usize| row.get(column).map_or(0, |cell| cell.chars().count());
        let cells = (0..heads.len()).map(|column| rows.iter().map(|row| cell(row, column)).max().unwrap_or(0));
        let cells: Vec<usize> = cells.collect();
        let whole = Folded::of(heads.iter().map(|head| vec![(*head).to_owned()]).collect(), &cells, width);
        if whole.lines.len() < 2 {
            return whole;
        }
        Folded::of(heads.iter().zip(&cells).map(|(head, cell)| parted(head, *cell)).collect(), &cells, width)
    }

    fn of(heads: Vec<Vec<String>>, cells: &[usize], width: usize) -> Self {
        let widest = |(head, cell): (&Vec<String>, &usize)| {
            head.iter().map(|line| line.chars().count()).max().unwrap_or(0).max(*cell)
        };
        let widths: Vec<usize> = heads.iter().zip(cells).map(widest).collect();
        let mut lines: Vec<Range<usize>> = Vec::new();
        let mut used = 0;
        for (column, wide) in widths.iter().enumerate() {
            match lines.last_mut() {
                Some(line) if used + GAP + wide <= width => {
                    line.end = column + 1;
                    used += GAP + wide;
                }
                last => {
                    used = wide + if last.is_some() { INDENT } else { 0 };
                    lines.push(column..column + 1);
                }
            }
        }
        Folded { heads, widths, lines }
    }

    /// The lines of the heads.
    pub(super) fn head(&self) -> Vec<String> {
        let of_line = |line: &Range<usize>| {
            let high = self.heads[line.clone()].iter().map(Vec::len).max().unwrap_or(0);
            let level = |level: usize| {
                let cell = |head: &Vec<String>| {
                    (head.len() + level).checked_sub(high).and_then(|at| head.get(at).cloned()).unwrap_or_default()
                };
                self.heads.iter().map(cell).collect::<Vec<_>>()
            };
            (0..high).map(|number| self.line(line, &level(number))).collect::<Vec<_>>()
        };
        self.lines.iter().flat_map(of_line).collect()
    }

    /// The lines of a row.
    pub(super) fn row(&self, cells: &[String]) -> Vec<String> {
        self.lines.iter().map(|line| self.line(line, cells)).collect()
    }

    /// The cells of one line.
    fn line(&self, columns: &Range<usize>, cells: &[String]) -> String {
        let indent = if columns.start > 0 { " ".repeat(INDENT) } else { String::new() };
        let cells = columns.clone().map(|column| {
            let (cell, width) = (cells.get(column).map_or("", String::as_str), self.widths[column]);
            format!("{cell:>width$}")
        });
        format!("{indent}{}", cells.collect::<Vec<_>>().join(&" ".repeat(GAP)))
    }
}

/// A head in as few lines as its words allow that are no wider than the column has to be.
fn parted(head: &str, cell: usize) -> Vec<String> {
    let words: Vec<&str> = head.split_inclusive(['_', ' ']).collect();
    let wide = words.iter().map(|word| word.trim_end().chars().count()).max().unwrap_or(0).max(cell);
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.trim_end().chars().count() <= wide => line.push_str(word),
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(width: usize) -> Vec<String> {
        let rows: Vec<Vec<String>> =
            [["0", "0", "12"], ["10", "10000", "7"]].map(|row| row.map(str::to_owned).to_vec()).to_vec();
        let folded = Folded::new(&["round", "time (ms)", "wrongly_suspected"], &rows, width);
        [folded.head(), rows.iter().flat_map(|row| folded.row(row)).collect()].concat()
    }

    #[test]
    fn a_row_that_fits_is_a_line() {
        let expected = [
            "round  time (ms)  wrongly_suspected",
            "    0          0                 12",
            "   10      10000                  7",
        ];
        assert_eq!(lines(35), expected);
    }

    #[test]
    fn heads_are_parted_before_rows_are() {
        let expected = [
            "        time   wrongly_",
            "round   (ms)  suspected",
            "    0      0         12",
            "   10  10000          7",
        ];
        assert_eq!(lines(34), expected);
        let expected = [
            "        time",
            "round   (ms)",
            "     wrongly_",
            "    suspected",
            "    0      0",
            "           12",
            "   10  10000",
            "            7",
        ];
        assert_eq!(lines(22), expected);
    }

    #[test]
    fn no_line_is_wider_than_it_may_be() {
        for width in 13..40 {
            assert!(lines(width).iter().all(|line| line.chars().count() <= width), "{width}: {:#?}", lines(width));
        }
    }
}
