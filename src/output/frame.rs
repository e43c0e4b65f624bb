//! A table by the names of its columns: what is written, and what is read back.

use std::ops::Range;

use super::pages::Pages;
use crate::columns::{Cell, Field};
use crate::memory::{Meter, Shortage};

/// A swept key that has no column of its own, by its dotted path, and its value as written.
pub type Swept = Vec<(String, String)>;

/// A table.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    header: Vec<Field>,
    columns: Vec<Pages>,
    rows: usize,
    meter: Meter,
}

impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        (&self.header, &self.columns, self.rows) == (&other.header, &other.columns, other.rows)
    }
}

impl Frame {
    /// A table with these columns and no row.
    pub fn new(header: Vec<Field>) -> Self {
        let columns = header.iter().map(|_| Pages::default()).collect();
        Frame { header, columns, rows: 0, meter: Meter::default() }
    }

    /// Adds a row: a value for each column; those that are missing at its end are empty.
    ///
    /// # Errors
    /// There is not enough memory for many more.
    pub fn push(&mut self, cells: Vec<Cell>) -> Result<(), Shortage> {
        let mut cells = cells.into_iter();
        let taken: u64 = self.columns.iter_mut().map(|column| column.push(cells.next().unwrap_or_default())).sum();
        self.rows += 1;
        self.meter.count(taken)
    }

    /// Its columns.
    pub fn header(&self) -> &[Field] {
        &self.header
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Row `number`, from 0; beyond the last, one without values.
    pub fn row(&self, number: usize) -> Row<'_> {
        Row { frame: self, number }
    }

    /// Its rows, in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row<'_>> + Clone {
        (0..self.rows).map(|number| self.row(number))
    }

    /// The rows of a point in a table whose rows come in the order of their points.
    pub fn of_point(&self, point: u64) -> Range<usize> {
        let numbers = self.column("point");
        let before = |point: u64| {
            let (mut low, mut high) = (0, self.rows);
            while low < high {
                let middle = low.midpoint(high);
                match numbers.real(middle).is_some_and(|number| number < point as f64) {
                    true => low = middle + 1,
                    false => high = middle,
                }
            }
            low
        };
        before(point)..before(point.saturating_add(1))
    }

    /// The column `name`, looked up once for many rows; where there is none, one without values.
    pub fn column(&self, name: &str) -> Values<'_> {
        Values(self.place(name).map(|place| &self.columns[place]))
    }

    /// Whether there is a column `name`.
    pub fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    /// The number of the column `name`.
    fn place(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|field| field.name == name)
    }

    /// Puts another value into a column of a row.
    #[cfg(test)]
    pub(crate) fn set(&mut self, row: usize, name: &str, cell: impl Into<Cell>) {
        let place = self.place(name).unwrap_or_else(|| panic!("no column {name}"));
        self.columns[place].set(row, cell.into());
    }

    /// Keeps the rows that `keep` wants.
    #[cfg(test)]
    pub(crate) fn retain(&mut self, keep: impl Fn(Row<'_>) -> bool) {
        let mut kept = Frame::new(self.header.clone());
        for row in self.rows().filter(|row| keep(*row)) {
            kept.push(row.cells()).unwrap();
        }
        *self = kept;
    }
}

/// The values of one column of a table, by the numbers of its rows.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a>(Option<&'a Pages>);

impl<'a> Values<'a> {
    /// The value in a row as a number, if it is one.
    pub fn real(self, row: usize) -> Option<f64> {
        self.0?.number(row)
    }

    /// The value in a row as a text; an empty one where there is none.
    pub fn word(self, row: usize) -> &'a str {
        self.0.map_or("", |pages| pages.word(row))
    }
}

/// A row of a table.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    frame: &'a Frame,
    number: usize,
}

impl PartialEq for Row<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cells() == other.cells()
    }
}

impl<'a> Row<'a> {
    /// Its number, from 0.
    pub fn number(self) -> usize {
        self.number
    }

    /// Its value in the column `name`; nothing where there is no such column.
    pub fn cell(self, name: &str) -> Cell {
        self.frame.place(name).map_or(Cell::Empty, |place| self.frame.columns[place].get(self.number))
    }

    /// That value as a number.
    pub fn real(self, name: &str) -> Option<f64> {
        self.frame.column(name).real(self.number)
    }

    /// That value as a number; where there is none, not a number.
    pub fn number_or_nan(self, name: &str) -> f64 {
        self.real(name).unwrap_or(f64::NAN)
    }

    /// That value as a count.
    pub fn whole(self, name: &str) -> Option<u64> {
        self.cell(name).whole()
    }

    /// That value as a count; 0 where there is none.
    pub fn count(self, name: &str) -> u64 {
        self.whole(name).unwrap_or(0)
    }

    /// That value as a text; an empty one where there is none.
    pub fn word(self, name: &str) -> &'a str {
        self.frame.column(name).word(self.number)
    }

    /// The number of its point, from 0.
    pub fn point(self) -> u64 {
        self.count("point")
    }

    /// Whether a limit ended this run before all was over, so that what it counts would have grown.
    pub fn was_cut_off(self) -> bool {
        self.word("outcome").ends_with("-limit")
    }

    /// Which series of charts and tables it belongs to.
    pub fn series(self) -> &'a str {
        let place = self.frame.header.iter().position(|field| field.series);
        place.map_or("", |place| self.frame.columns[place].word(self.number))
    }

    /// The values of swept keys without a column of their own.
    pub fn swept(self) -> Swept {
        let keys = self.frame.header.iter().zip(&self.frame.columns).filter(|(field, _)| field.swept);
        keys.map(|(field, column)| (field.name.clone(), column.word(self.number).to_owned())).collect()
    }

    /// Its columns with their values.
    pub fn values(self) -> impl Iterator<Item = (&'a Field, Cell)> {
        let columns = self.frame.header.iter().zip(&self.frame.columns);
        columns.map(move |(field, column)| (field, column.get(self.number)))
    }

    /// All its values.
    pub fn cells(self) -> Vec<Cell> {
        self.frame.columns.iter().map(|column| column.get(self.number)).collect()
    }

    /// Its values by the names of their columns, as JSON has them.
    pub fn json(self) -> serde_json::Value {
        object(&self.frame.header, &self.cells())
    }
}

/// The `cells` by the names of their columns, as JSON has them.
pub fn object<'a>(fields: impl IntoIterator<Item = &'a Field>, cells: &[Cell]) -> serde_json::Value {
    let value = |cell: &Cell| serde_json::to_value(cell).unwrap_or_default();
    fields.into_iter().zip(cells).map(|(field, cell)| (field.name.clone(), value(cell))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Kind;

    fn frame() -> Frame {
        let field = |name: &str, kind| Field { kind, swept: false, ..Field::swept(name) };
        let header = vec![field("point", Kind::Whole), Field::swept("gossip.phase"), field("rounds", Kind::Real)];
        let mut frame = Frame::new(header);
        frame.push(vec![3_u64.into(), "aligned".into(), 2.5.into()]).unwrap();
        frame.push(vec![4_u64.into()]).unwrap();
        frame
    }

    #[test]
    fn values_are_found_by_the_names_of_their_columns() {
        let frame = frame();
        let [first, second] = [frame.row(0), frame.row(1)];
        assert_eq!((first.point(), first.real("rounds"), first.word("gossip.phase")), (3, Some(2.5), "aligned"));
        assert_eq!((second.point(), second.real("rounds"), second.word("gossip.phase")), (4, None, ""));
        assert_eq!((first.cell("nodes"), frame.row(2).cell("point")), (Cell::Empty, Cell::Empty));
        assert_eq!(first.swept(), [("gossip.phase".to_owned(), "aligned".to_owned())]);
        assert!(frame.rows().map(Row::point).eq([3, 4]));
        let (rounds, phase, none) = (frame.column("rounds"), frame.column("gossip.phase"), frame.column("nodes"));
        assert_eq!([rounds.real(0), rounds.real(1), phase.real(0), none.real(0)], [Some(2.5), None, None, None]);
        assert_eq!([phase.word(0), phase.word(1), rounds.word(0), none.word(0)], ["aligned", "", "", ""]);
    }

    #[test]
    fn the_rows_of_a_point_are_found_among_those_of_all() {
        let mut frame = Frame::new(frame().header().to_vec());
        for point in [0_u64, 0, 2, 2, 2, 5] {
            frame.push(vec![point.into()]).unwrap();
        }
        let found = [0, 1, 2, 5, 6].map(|point| frame.of_point(point));
        assert_eq!(found, [0..2, 2..2, 2..5, 5..6, 6..6]);
    }

    #[test]
    fn a_row_is_an_object_in_the_order_of_its_columns() {
        assert_eq!(frame().row(1).json().to_string(), r#"{"point":4,"gossip.phase":null,"rounds":null}"#);
    }
}
