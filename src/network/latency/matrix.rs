//! A table of latencies between places: one entry for each ordered pair of them.

use super::cell::{CELL_FORM, Cell, Unit};
use crate::catalog::Incompatible;
use crate::network::regions::MAX_REGIONS;
use crate::printable;
use crate::time::Span;

/// So many names are given as examples.
const NAMED: usize = 5;

/// A square table of latencies, as it is written: the row is that of the sender.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Matrix {
    /// The setting that it is the value of.
    pub(super) key: &'static str,
    /// The file that it stands in; none if it stands in the scenario.
    pub(super) file: Option<String>,
    /// What the places are called; none if they have no names.
    pub(super) names: Option<Vec<String>>,
    /// Row after row.
    pub(super) entries: Vec<Entry>,
    /// How many places there are.
    pub(super) size: usize,
}

/// An entry of a table, and where it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Entry {
    pub(super) span: Option<Span>,
    /// Line and column of its file, or row and column of a table in the scenario; from 1, and 0 if it stands nowhere.
    pub(super) at: [usize; 2],
}

impl Matrix {
    /// The table that a scenario writes as these `rows`.
    ///
    /// # Errors
    /// It is not square, has more than [`MAX_REGIONS`] rows, or an entry is a number without a unit.
    pub(super) fn in_scenario(key: &'static str, rows: &[Vec<Cell>], unit: Option<Unit>) -> Result<Self, Incompatible> {
        let size = rows.len();
        if size == 0 || size > MAX_REGIONS {
            return Err(Incompatible::of(key, format!("it has {size} rows"), format!("1 to {MAX_REGIONS} rows")));
        }
        if let Some((number, row)) = rows.iter().enumerate().find(|(_, row)| row.len() != size) {
            let problem =
                format!("it is not square: row {} has {} entries, and there are {size} rows", number + 1, row.len());
            return Err(Incompatible::of(key, problem, format!("{size} rows of {size} entries")));
        }
        let mut matrix = Matrix { key, file: None, names: None, entries: Vec::with_capacity(size * size), size };
        for (row, cells) in (1..).zip(rows) {
            for (column, cell) in (1..).zip(cells) {
                let at = [row, column];
                let span = cell.span(unit).map_err(|problem| matrix.wrong(at, problem))?;
                matrix.entries.push(Entry { span, at });
            }
        }
        Ok(matrix)
    }

    /// What is wrong with the entry there.
    pub(super) fn wrong(&self, at: [usize; 2], problem: String) -> Incompatible {
        let allowed = if problem.ends_with("has no unit") {
            "`unit = \"ms\"` beside it, or durations such as \"85ms\"".to_owned()
        } else {
            CELL_FORM.to_owned()
        };
        self.refuse(at, problem, allowed)
    }

    /// Why the table is refused, because of the entry there or as a whole.
    pub(super) fn refuse(&self, at: [usize; 2], problem: String, allowed: impl Into<String>) -> Incompatible {
        let place = match (&self.file, at) {
            (Some(file), [0, _]) => format!("`{}`: ", printable::line(file)),
            (Some(file), [line, 0]) => format!("`{}`, line {line}: ", printable::line(file)),
            (Some(file), [line, column]) => format!("`{}`, line {line}, column {column}: ", printable::line(file)),
            (None, [0, _]) => String::new(),
            (None, [row, column]) => format!("row {row}, column {column}: "),
        };
        Incompatible::of(self.key, place + &problem, allowed)
    }

    /// The entry of messages from one place to another.
    pub(super) fn entry(&self, from: usize, to: usize) -> &Entry {
        &self.entries[from * self.size + to]
    }

    /// What a place is called in messages.
    fn name(&self, place: usize) -> String {
        match &self.names {
            Some(names) => printable::line(&names[place]).into_owned(),
            None => format!("place {}", place + 1),
        }
    }

    /// The same table where what is known one way holds both ways.
    ///
    /// # Errors
    /// Two entries differ.
    pub(super) fn mirrored(mut self) -> Result<Self, Incompatible> {
        for from in 0..self.size {
            for to in 0..from {
                let [one, other] = [*self.entry(from, to), *self.entry(to, from)];
                match (one.span, other.span) {
                    (Some(there), Some(back)) if there != back => {
                        let [from, to] = [from, to].map(|place| self.name(place));
                        let problem = format!(
                            "{there} from {from} to {to} and {back} the other way, where `symmetric` says they are the same"
                        );
                        return Err(self.refuse(one.at, problem, "the same both ways, or no `symmetric`"));
                    }
                    (None, known) => self.entries[from * self.size + to].span = known,
                    (known, None) => self.entries[to * self.size + from].span = known,
                    _ => {}
                }
            }
        }
        Ok(self)
    }

    /// The places of regions with these names: those of the same names, or in the same order where the table has no names.
    ///
    /// # Errors
    /// A region has no place, or the table has no names and another number of rows than there are regions.
    pub(super) fn places(&self, regions: &[String]) -> Result<Vec<usize>, Incompatible> {
        let Some(names) = &self.names else {
            if self.size == regions.len() {
                return Ok((0..self.size).collect());
            }
            let problem = format!("it has {} rows without names, and there are {} regions", self.size, regions.len());
            return Err(self.refuse([0, 0], problem, format!("{0} rows of {0} entries", regions.len())));
        };
        let place = |region: &String| {
            names.iter().position(|name| name == region).ok_or_else(|| {
                let some: Vec<_> = names.iter().take(NAMED).map(|name| printable::line(name)).collect();
                let more = if names.len() > NAMED { ", …" } else { "" };
                let problem = format!("it says nothing of the region `{}`", printable::line(region));
                self.refuse([0, 0], problem, format!("regions that it names: {}{more}", some.join(", ")))
            })
        };
        regions.iter().map(place).collect()
    }

    /// The entries between these `places`, row after row; `within` stands for what is not known within one of them.
    ///
    /// # Errors
    /// An entry is not known.
    pub(super) fn among(&self, places: &[usize], within: Option<Span>) -> Result<Vec<Span>, Incompatible> {
        let mut spans = Vec::with_capacity(places.len() * places.len());
        for &from in places {
            for &to in places {
                let Entry { span, at } = *self.entry(from, to);
                spans.push(span.or(within.filter(|_| from == to)).ok_or_else(|| self.missing(from, to, at))?);
            }
        }
        Ok(spans)
    }

    fn missing(&self, from: usize, to: usize, at: [usize; 2]) -> Incompatible {
        let [one, other] = [from, to].map(|place| self.name(place));
        if from == to {
            let problem = format!("nothing is said of messages within {one}");
            return self.refuse(at, problem, "an entry for it, or `within`, such as within = \"1ms\"");
        }
        let back = match self.entry(to, from).span {
            Some(_) => "; or `symmetric = true` if the other way takes the same",
            None => "",
        };
        let problem = format!("nothing is said of messages from {one} to {other}");
        self.refuse(at, problem, format!("an entry for every pair of regions{back}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: &[&[&str]]) -> Result<Matrix, Incompatible> {
        let cells = |row: &&[&str]| row.iter().map(|text| Cell::of_text(text).unwrap()).collect();
        Matrix::in_scenario("one_way", &rows.iter().map(cells).collect::<Vec<_>>(), None)
    }

    fn millis(spans: Result<Vec<Span>, Incompatible>) -> Vec<u64> {
        spans.unwrap().into_iter().map(|span| span.nanos() / 1_000_000).collect()
    }

    #[test]
    fn entries_go_from_the_row_to_the_column() {
        let mut matrix = matrix(&[&["1ms", "2ms"], &["3ms", "4ms"]]).unwrap();
        assert_eq!(millis(matrix.among(&[0, 1], None)), [1, 2, 3, 4]);
        let regions = ["b".to_owned(), "a".to_owned()];
        assert_eq!(matrix.places(&regions), Ok(vec![0, 1]));
        matrix.names = Some(vec!["a".into(), "b".into()]);
        assert_eq!(matrix.places(&regions), Ok(vec![1, 0]));
        assert_eq!(millis(matrix.among(&[1, 0], None)), [4, 3, 2, 1]);
        let none = matrix.places(&["c".to_owned()]).unwrap_err();
        assert_eq!(none.to_string(), "it says nothing of the region `c`; regions that it names: a, b");
    }

    #[test]
    fn what_is_no_table_of_all_pairs_is_refused_by_row_and_column() {
        let said = |rows: &[&[&str]], symmetric: bool| {
            let matrix = matrix(rows).and_then(|matrix| if symmetric { matrix.mirrored() } else { Ok(matrix) });
            matrix.and_then(|matrix| matrix.among(&[0, 1], None)).unwrap_err().to_string()
        };
        for (rows, symmetric, problem) in [
            (
                &[&["1ms", "2ms"][..], &["3ms"]][..],
                false,
                "it is not square: row 2 has 1 entries, and there are 2 rows",
            ),
            (&[&["1ms", "2"], &["3ms", "1ms"]], false, "row 1, column 2: 2 has no unit; `unit = \"ms\"`"),
            (
                &[&["1ms", "2ms"], &["-", "1ms"]],
                false,
                "row 2, column 1: nothing is said of messages from place 2 to place 1",
            ),
            (&[&["1ms", "2ms"], &["-", "1ms"]], false, "or `symmetric = true`"),
            (&[&["-", "2ms"], &["-", "1ms"]], true, "row 1, column 1: nothing is said of messages within place 1"),
            (
                &[&["1ms", "2ms"], &["3ms", "1ms"]],
                true,
                "row 2, column 1: 3ms from place 2 to place 1 and 2ms the other way",
            ),
        ] {
            assert!(said(rows, symmetric).contains(problem), "{}", said(rows, symmetric));
        }
        assert!(matrix(&[]).is_err());
    }

    #[test]
    fn what_is_known_one_way_holds_both_ways_if_the_table_is_symmetric() {
        let rows: [&[&str]; 3] = [&["-", "2ms", "3ms"], &["-", "-", "4ms"], &["3ms", "-", "-"]];
        let matrix = matrix(&rows).unwrap().mirrored().unwrap();
        assert_eq!(millis(matrix.among(&[0, 1, 2], Some(Span::from_millis(9)))), [9, 2, 3, 2, 9, 4, 3, 4, 9]);
    }
}
