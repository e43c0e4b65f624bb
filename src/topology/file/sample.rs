//! The start of a file of lines, cell by cell, as it is looked at to know what the file is.

/// The start of a file of lines.
pub(super) struct Sample<'a> {
    pub(super) rows: Vec<(usize, Vec<&'a str>)>,
    /// Whether it is all there is.
    pub(super) whole: bool,
}

impl<'a> Sample<'a> {
    pub(super) fn line(&self, row: usize) -> usize {
        self.rows.get(row).map_or(1, |(line, _)| *line)
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = &[&'a str]> + Clone {
        self.rows.iter().map(|(_, cells)| cells.as_slice())
    }

    /// The cells of a column; rows that are too short for it have none.
    pub(super) fn column(&self, column: usize) -> impl Iterator<Item = &'a str> + Clone {
        self.rows.iter().filter_map(move |(_, cells)| cells.get(column).copied())
    }

    /// How many cells every row has, if all have as many.
    pub(super) fn width(&self) -> Option<usize> {
        let width = self.rows.first()?.1.len();
        self.cells().all(|cells| cells.len() == width).then_some(width)
    }

    /// Whether no two rows begin with the same cell.
    pub(super) fn begins_differ(&self) -> bool {
        let mut begins: Vec<&str> = self.column(0).collect();
        begins.sort_unstable();
        begins.windows(2).all(|pair| pair[0] != pair[1])
    }

    /// Whether all that follow a first cell begin rows themselves; half of them do if there is more of the file.
    pub(super) fn neighbors_begin_lines(&self) -> bool {
        let mut begins: Vec<&str> = self.column(0).collect();
        begins.sort_unstable();
        let others = || self.cells().flat_map(|cells| &cells[1..]).filter(|cell| !cell.is_empty());
        let known = others().filter(|cell| begins.binary_search(cell).is_ok()).count();
        let all = others().count();
        known == all || !self.whole && 2 * known >= all
    }

    /// The sample without its first row.
    pub(super) fn tail(&self) -> Self {
        Sample { rows: self.rows.iter().skip(1).cloned().collect(), whole: self.whole }
    }
}

pub(super) fn is_number(cell: &str) -> bool {
    cell.parse::<f64>().is_ok_and(f64::is_finite)
}

pub(super) fn is_integer(cell: &str) -> bool {
    cell.parse::<i64>().is_ok()
}

/// A name that is no number.
pub(super) fn is_text(cell: &str) -> bool {
    !cell.is_empty() && cell.parse::<f64>().is_err()
}
