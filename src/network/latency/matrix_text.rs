//! Tables of latencies as people post them: with names above and beside, on one side or on none, or a line for each pair;
//! separated by commas, semicolons, tabs, bars or blanks.

use std::collections::BTreeMap;

use super::cell::{Cell, Unit};
use super::matrix::{Entry, Matrix};
use crate::catalog::Incompatible;
use crate::data_file::{Row, rows};
use crate::network::regions::MAX_REGIONS;
use crate::printable;

/// What a file should be.
const FILE_FORM: &str = "a square table, with names above and beside it or without, or lines of from, to and latency";

/// Reads the table in `text`, the content of `file`, in which numbers have this `unit`.
///
/// # Errors
/// It is no table of latencies: the line, and the column, where that shows.
pub(super) fn read(key: &'static str, file: &str, text: &str, unit: Option<Unit>) -> Result<Matrix, Incompatible> {
    let table = Matrix { key, file: Some(file.to_owned()), names: None, entries: Vec::new(), size: 0 };
    let rows = rows(text);
    let (Some(first), [_, body @ ..]) = (rows.first(), &rows[..]) else {
        return Err(table.refuse([0, 0], "it has no lines".to_owned(), FILE_FORM));
    };
    // Of a head not even the last cell is a latency.
    let is_head = first.cells.len() > 1 && first.cells.last().is_some_and(|cell| !is_entry(cell));
    let has_head = is_head || has_numbers_above(&rows);
    let body = if has_head { body } else { &rows[..] };
    let Some(width) = body.first().map(|row| row.cells.len()) else {
        return Err(table.refuse([first.line, 0], "there is nothing under the names".to_owned(), FILE_FORM));
    };
    if let Some(odd) = body.iter().find(|row| row.cells.len() != width) {
        let problem = format!("{} entries, where line {} has {width}", odd.cells.len(), body[0].line);
        return Err(table.refuse([odd.line, 0], problem, "as many entries in every line"));
    }
    let head = has_head.then_some(first);
    let beside = body.iter().any(|row| !is_entry(row.cells[0])) || is_named_beside(head, body);
    if body.len() + usize::from(beside) == width && !(width == 3 && is_list(head, body)) {
        return square(table, head, body, beside, unit);
    }
    if width == 3 {
        return triples(table, head, body, unit);
    }
    let beside = if beside { " besides its name" } else { "" };
    let problem = format!(
        "it is not square: {} lines of {} entries{beside}",
        body.len(),
        width - usize::from(!beside.is_empty())
    );
    Err(table.refuse([body[0].line, 0], problem, FILE_FORM))
}

/// Whether names that are numbers stand above and beside.
fn has_numbers_above(rows: &[Row<'_>]) -> bool {
    let corner = rows[0].cells.first().is_some_and(|corner| corner.is_empty() || !is_entry(corner));
    let beside = rows.iter().map(|row| row.cells[0]);
    corner && rows.len() > 1 && beside.skip(1).eq(rows[0].cells[1..].iter().copied())
}

/// Whether the names above stand beside as well, which may be numbers.
fn is_named_beside(head: Option<&Row<'_>>, body: &[Row<'_>]) -> bool {
    let sorted = |mut names: Vec<_>| {
        names.sort_unstable();
        names
    };
    let beside = sorted(body.iter().map(|row| row.cells[0]).collect());
    head.is_some_and(|head| {
        let above = &head.cells[usize::from(head.cells.len() == body.len() + 1)..];
        sorted(above.to_vec()) == beside
    })
}

/// Whether lines of three cells are pairs with their latency rather than a table of two or three places.
fn is_list(head: Option<&Row<'_>>, body: &[Row<'_>]) -> bool {
    let says_unit = head.and_then(|head| Unit::of_head(head.cells.last()?)).is_some();
    let begin_with_names = || body.iter().all(|row| !is_entry(row.cells[0]) && !is_entry(row.cells[1]));
    !is_named_beside(head, body) && (says_unit || begin_with_names())
}

fn is_entry(cell: &str) -> bool {
    Cell::of_text(cell).is_ok()
}

/// A table with a line and a column for each place.
fn square(
    mut table: Matrix,
    head: Option<&Row<'_>>,
    body: &[Row<'_>],
    beside: bool,
    unit: Option<Unit>,
) -> Result<Matrix, Incompatible> {
    // Of the cell in the corner.
    let corner = head.filter(|head| head.cells.len() == body.len() + 1);
    let unit = unit.or_else(|| Unit::of_head(corner?.cells[0]));
    table.size = body.len();
    if table.size > MAX_REGIONS {
        return Err(table.refuse([0, 0], format!("it has {} places", table.size), format!("at most {MAX_REGIONS}")));
    }
    let side: Option<Vec<String>> = beside.then(|| body.iter().map(|row| row.cells[0].to_owned()).collect());
    let above = match head {
        Some(head) => Some(names_above(&table, head)?),
        None => None,
    };
    let order = match (&side, &above) {
        (Some(side), Some(above)) => columns(&table, side, above, body)?,
        _ => (0..table.size).collect(),
    };
    for row in body {
        for place in &order {
            let column = place + usize::from(beside);
            let at = [row.line, column + 1];
            table.entries.push(entry(&table, row.cells[column], at, unit)?);
        }
    }
    table.names = side.or(above);
    let names = table.names.as_deref().unwrap_or_default();
    if let Some((place, name)) = names.iter().enumerate().find(|(place, name)| names[..*place].contains(name)) {
        let line = body.get(place).map_or(0, |row| row.line);
        return Err(table.refuse([line, 0], format!("`{}` is there twice", printable::line(name)), "each place once"));
    }
    Ok(table)
}

/// The names above a table, with or without a cell in the corner.
fn names_above(table: &Matrix, head: &Row<'_>) -> Result<Vec<String>, Incompatible> {
    let corner = head.cells.len().checked_sub(table.size).filter(|corner| *corner < 2);
    let Some(corner) = corner else {
        let problem = format!("{} names above {} lines", head.cells.len(), table.size);
        return Err(table.refuse([head.line, 0], problem, "as many names above as beside"));
    };
    Ok(head.cells[corner..].iter().map(|name| (*name).to_owned()).collect())
}

/// The column of each line's place, by their names.
fn columns(table: &Matrix, side: &[String], above: &[String], body: &[Row<'_>]) -> Result<Vec<usize>, Incompatible> {
    let column = |(name, row): (&String, &Row<'_>)| {
        above.iter().position(|other| other == name).ok_or_else(|| {
            let problem = format!("`{}` has a line and no column", printable::line(name));
            table.refuse([row.line, 0], problem, "the same names above and beside")
        })
    };
    side.iter().zip(body).map(column).collect()
}

/// A table with a line for each pair of places.
fn triples(
    mut table: Matrix,
    head: Option<&Row<'_>>,
    body: &[Row<'_>],
    unit: Option<Unit>,
) -> Result<Matrix, Incompatible> {
    let unit = unit.or_else(|| Unit::of_head(head?.cells.get(2)?));
    let mut names: Vec<&str> = Vec::new();
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for name in body.iter().flat_map(|row| &row.cells[..2]) {
        numbers.entry(name).or_insert_with(|| {
            names.push(name);
            names.len() - 1
        });
    }
    table.size = names.len();
    if table.size > MAX_REGIONS {
        return Err(table.refuse([0, 0], format!("it has {} places", table.size), format!("at most {MAX_REGIONS}")));
    }
    table.entries = vec![Entry::default(); table.size * table.size];
    for row in body {
        let place = numbers[row.cells[0]] * table.size + numbers[row.cells[1]];
        let before = table.entries[place];
        if before.at[0] > 0 {
            let problem = format!("line {} says the same pair", before.at[0]);
            return Err(table.refuse([row.line, 0], problem, "each pair once"));
        }
        table.entries[place] = entry(&table, row.cells[2], [row.line, 3], unit)?;
    }
    table.names = Some(names.into_iter().map(str::to_owned).collect());
    Ok(table)
}

fn entry(table: &Matrix, cell: &str, at: [usize; 2], unit: Option<Unit>) -> Result<Entry, Incompatible> {
    let span = Cell::of_text(cell).and_then(|cell| cell.span(unit)).map_err(|problem| table.wrong(at, problem))?;
    Ok(Entry { span, at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    fn matrix(text: &str) -> Matrix {
        read("one_way", "t.csv", text, Some(Unit::Ms)).unwrap_or_else(|problem| panic!("{problem}\n{text}"))
    }

    fn said(text: &str, unit: Option<Unit>) -> String {
        read("one_way", "t.csv", text, unit).unwrap_err().to_string()
    }

    /// The table of `a` and `b` in milliseconds.
    fn millis(matrix: &Matrix, regions: [&str; 2]) -> Vec<u64> {
        let places = matrix.places(&regions.map(str::to_owned)).unwrap();
        matrix.among(&places, Some(Span::ZERO)).unwrap().into_iter().map(|span| span.nanos() / 1_000_000).collect()
    }

    #[test]
    fn tables_are_read_as_people_write_them() {
        for text in [
            "region,a,b\na,1,2\nb,3,4\n",
            "# measured\n\n,a,b\na,1,2\nb,3,4\n",
            "x,b,a\na,2,1\nb,4,3\n",
            "a,b\n1,2\n3,4\n",
            "a\tb\na\t1\t2\nb\t3ms\t4000us\n",
            "| | a | b |\n|---|---|---|\n| a | 1 | 2 |\n| b | 3 | 4 |\n",
            "to a b\na 1 2\nb 3 4\n",
            "\"a\";1;2\n\"b\";3;4\n",
            "from,to,ms\na,b,2\nb,a,3\na,a,1\nb,b,4\n",
            "a b 2\nb a 3\na a 1\nb b 4\n",
            "\u{feff}a,1,2\r\nb,3,4\r\n",
        ] {
            assert_eq!(millis(&matrix(text), ["a", "b"]), [1, 2, 3, 4], "{text}");
        }
        let unnamed = matrix("1,2\n3,4\n");
        assert_eq!((&unnamed.names, millis(&unnamed, ["x", "y"])), (&None, vec![1, 2, 3, 4]));
        let numbered = matrix(",7,8\n7,1,2\n8,3,4\n");
        assert_eq!(millis(&numbered, ["8", "7"]), [4, 3, 2, 1]);
        let comma = matrix("\"Here, there\",1,2\nb,3,4\n");
        assert_eq!(millis(&comma, ["Here, there", "b"]), [1, 2, 3, 4]);
    }

    #[test]
    fn the_head_of_a_list_of_pairs_or_the_corner_of_a_table_may_say_the_unit() {
        let table = read("one_way", "t.csv", "rtt (us),a,b\na,1000,2000\nb,3000,4000\n", None).unwrap();
        assert_eq!(millis(&table, ["a", "b"]), [1, 2, 3, 4]);
        let list = read("one_way", "t.csv", "from,to,rtt_us\na,b,2000\nb,a,3000\n", None).unwrap();
        assert_eq!(millis(&list, ["a", "b"]), [0, 2, 3, 0]);
        let numbered = matrix("from,to,ms\n0,0,1\n0,1,2\n1,0,3\n");
        assert_eq!(millis(&numbered, ["0", "1"]), [1, 2, 3, 0]);
    }

    #[test]
    fn what_is_no_table_is_refused_by_line_and_column() {
        let ms = Some(Unit::Ms);
        for (text, unit, problem) in [
            ("", ms, "`t.csv`: it has no lines"),
            ("a,b\n", ms, "`t.csv`, line 1: there is nothing under the names"),
            (",a,b\na,1,2\nb,3\n", ms, "`t.csv`, line 3: 2 entries, where line 2 has 3"),
            (",a,b\na,1,2\nb,-3,4\n", ms, "`t.csv`, line 3, column 2: -3 is negative"),
            (",a,b\na,1,2\nb,3,4 parsec\n", ms, "`t.csv`, line 3, column 3: `parsec` is not a unit"),
            (",a,b\na,1,2\nb,3,4\n", None, "`t.csv`, line 2, column 2: 1 has no unit; `unit = \"ms\"`"),
            ("1,2\n3,4\n5,6\n", ms, "`t.csv`, line 1: it is not square: 3 lines of 2 entries"),
            (",a,b,c,d\na,1,2,3,4\nb,1,2,3,4\n", ms, "it is not square: 2 lines of 4 entries besides its name"),
            (",a,c\na,1,2\nb,3,4\n", ms, "`t.csv`, line 3: `b` has a line and no column"),
            (",a,a\na,1,2\na,3,4\n", ms, "`t.csv`, line 3: `a` is there twice"),
            ("x,y,ms\na,b,1\nb,a,2\na,b,3\n", ms, "`t.csv`, line 4: line 2 says the same pair"),
        ] {
            assert!(said(text, unit).contains(problem), "{text}\n{}", said(text, unit));
        }
    }
}
