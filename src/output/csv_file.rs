//! CSV as the contract has it: UTF-8, commas, `\n`, one header line, floats in the shortest form that reads back, and
//! no field that a spreadsheet takes for a formula.

use std::cell::Cell;
use std::io::{self, Read, Write};
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder, StringRecord, Terminator, Writer, WriterBuilder};
use thiserror::Error;

use super::folder::with_name;
use super::formula;
use super::frame::Frame;
use crate::columns::{Cell as Value, Field, Kind};
use crate::memory::{self, Shortage};
use crate::printable;

/// Most bytes of one row: far more than any scenario makes, and little against what a machine has.
const MOST_ROW: u64 = 16 << 20;
/// Most columns of a table: far more than any workload has with all the keys that can be swept, as a test of the command holds.
const MOST_COLUMNS: usize = 512;
/// Most characters of a foreign text that a message shows.
const MOST_SHOWN: usize = 200;

/// A CSV file under way.
pub struct CsvFile<W: Write> {
    name: &'static str,
    header: Vec<Field>,
    file: W,
    /// The row under way, before anybody has looked at it.
    row: Vec<u8>,
}

impl<W: Write> CsvFile<W> {
    /// Starts the file called `name` in messages, with its header line.
    ///
    /// # Errors
    /// What the system says about writing it.
    pub fn begin(name: &'static str, file: W, header: &[Field]) -> io::Result<Self> {
        let mut csv = CsvFile { name, header: header.to_vec(), file, row: Vec::new() };
        csv.line(|writer| writer.write_record(header.iter().map(|field| &field.name)))?;
        Ok(csv)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// What the system says about writing it.
    pub fn row(&mut self, row: Vec<Value>) -> io::Result<()> {
        self.line(|writer| writer.serialize(row))
    }

    /// Adds the line that `write` writes.
    fn line(&mut self, write: impl FnOnce(&mut Writer<&mut Vec<u8>>) -> csv::Result<()>) -> io::Result<()> {
        self.row.clear();
        let mut writer = writer(&mut self.row);
        let written = write(&mut writer).and_then(|()| Ok(writer.flush()?));
        drop(writer);
        let line = written.and_then(|()| formulas_guarded(&self.row));
        let line = line.map_err(|error| named(self.name, error))?;
        let bytes = line.as_deref().unwrap_or(&self.row);
        self.file.write_all(bytes).map_err(|error| with_name(self.name, &error))
    }

    /// Writes what is still in memory and gives the file back.
    ///
    /// # Errors
    /// What the system says about writing it.
    pub fn finish(mut self) -> io::Result<W> {
        self.file.flush().map_err(|error| with_name(self.name, &error))?;
        Ok(self.file)
    }

    /// What the file is called in messages, and its columns.
    pub fn written(&self) -> Written {
        (self.name, self.header.clone())
    }
}

/// The name of a table that is written, and its columns.
pub type Written = (&'static str, Vec<Field>);

fn writer(bytes: &mut Vec<u8>) -> Writer<&mut Vec<u8>> {
    let mut builder = WriterBuilder::new();
    // A row or so: a buffer is made for each.
    builder.has_headers(false).terminator(Terminator::Any(b'\n')).buffer_capacity(1 << 10);
    builder.from_writer(bytes)
}

/// The `line` with a guard before every field that needs one; `None` if none does, as is nearly always so.
fn formulas_guarded(line: &[u8]) -> csv::Result<Option<Vec<u8>>> {
    if !may_hold_formula(line) {
        return Ok(None);
    }
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(line);
    let mut fields = ByteRecord::new();
    reader.read_byte_record(&mut fields)?;
    let mut guarded = Vec::with_capacity(line.len() + 8);
    let mut writer = writer(&mut guarded);
    writer.write_record(fields.iter().map(|field| match str::from_utf8(field) {
        Ok(text) => formula::guarded(text).into_owned().into_bytes(),
        Err(_) => field.to_vec(),
    }))?;
    writer.flush()?;
    drop(writer);
    Ok(Some(guarded))
}

/// Whether a field of `line`, or a part of it behind a comma or a quote, begins as a formula does. Its own end, which an
/// empty last field comes right before, is no control character within a field.
fn may_hold_formula(line: &[u8]) -> bool {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let begins = |rest: &[u8]| {
        let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
        rest.first().is_some_and(|&byte| formula::may_begin(byte))
    };
    begins(line) || line.iter().enumerate().any(|(place, &byte)| byte == b',' && begins(&line[place + 1..]))
}

fn named(name: &str, error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => with_name(name, &error),
        other => io::Error::other(format!("{name}: {other:?}")),
    }
}

/// A results table that is not as the contract has it.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// The file cannot be read.
    #[error("{name}: {error}")]
    Io {
        /// The file.
        name: &'static str,
        /// What the system says.
        error: io::Error,
    },
    /// A line is not a row of this table.
    #[error("{name}, line {line}: {problem}")]
    Row {
        /// The file.
        name: &'static str,
        /// The line, from 1.
        line: u64,
        /// What is wrong.
        problem: String,
    },
}

/// What is wrong with a row; the place is told beside it.
fn problem(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Io(error) => error.to_string(),
        csv::ErrorKind::Utf8 { .. } => "this is not UTF-8".to_owned(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("there are {len} fields instead of {expected_len}")
        }
        _ => shortened(&error.to_string()),
    }
}

/// A text of the file, as a message shows it.
fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(MOST_SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    printable::line(&shown).into_owned()
}

/// A file of which at most so many bytes are read for one row: a row that does not end is not gathered in memory.
struct RowLimit<R> {
    file: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for RowLimit<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            let problem = format!("this row is longer than {} MiB", MOST_ROW >> 20);
            return Err(io::Error::new(io::ErrorKind::InvalidData, problem));
        }
        let read = self.file.read(buffer)?;
        self.left.set(self.left.get().saturating_sub(read as u64));
        Ok(read)
    }
}

/// A table that is read row by row.
struct Table<R> {
    name: &'static str,
    header: StringRecord,
    reader: csv::Reader<RowLimit<R>>,
    left: Rc<Cell<u64>>,
}

/// Where a table has the columns of swept keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Nowhere.
    None,
    /// Before its own columns, and behind those that say of what its rows are.
    Before,
    /// At its end.
    After,
}

/// The columns of a table.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The columns that say of what its rows are.
    pub place: Vec<Field>,
    /// Where those of swept keys are.
    pub keys: Keys,
    /// Its own columns.
    pub own: Vec<Field>,
    /// So many of its own columns were there from the beginning; a table of an older version may end with them.
    pub oldest: usize,
}

impl Layout {
    /// All columns, with those of the swept `keys`, in the order they are written.
    pub fn header(&self, keys: &[String]) -> Vec<Field> {
        let keys = || keys.iter().map(|path| Field::swept(path));
        let (before, after) = (self.keys == Keys::Before, self.keys == Keys::After);
        let place = self.place.iter().cloned().chain(keys().filter(|_| before));
        place.chain(self.own.iter().cloned()).chain(keys().filter(|_| after)).collect()
    }
}

/// What is read of a table: its columns, and the number of each in the file; what newer versions added is empty in an
/// older folder.
struct Found(Vec<(Field, Option<usize>)>);

impl<R: Read> Table<R> {
    fn open(name: &'static str, file: R) -> Result<Self, Unreadable> {
        let left = Rc::new(Cell::new(MOST_ROW));
        let mut reader = ReaderBuilder::new().from_reader(RowLimit { file, left: Rc::clone(&left) });
        let header = match reader.headers() {
            Ok(header) => unguarded(header),
            Err(error) => return Err(row_error(name, 1, &error)),
        };
        let table = Table { name, header, reader, left };
        match table.header_problem() {
            Some(problem) => Err(Unreadable::Row { name, line: 1, problem }),
            None => Ok(table),
        }
    }

    /// What is wrong with the header as such.
    fn header_problem(&self) -> Option<String> {
        if self.header.len() > MOST_COLUMNS {
            return Some(format!("there are {} columns; at most {MOST_COLUMNS} are read", self.header.len()));
        }
        let twice =
            self.header.iter().enumerate().find(|(place, name)| self.header.iter().take(*place).any(|n| n == *name));
        twice.map(|(_, name)| format!("the column `{}` is there twice", shortened(name)))
    }

    /// The columns of `layout`, where they are.
    fn columns(&self, layout: &Layout) -> Result<Found, Unreadable> {
        let place = layout.place.len();
        let mut found = self.part(&layout.place, place, 0)?.0;
        let own = match layout.own.first().filter(|_| layout.keys == Keys::Before) {
            Some(first) => self.tail(&first.name, place),
            None => place,
        };
        found.extend(self.keys(place, own));
        let part = self.part(&layout.own, layout.oldest, own)?.0;
        let known = part.iter().filter(|(_, place)| place.is_some()).count();
        found.extend(part);
        if layout.keys == Keys::After {
            found.extend(self.keys(own + known, self.header.len()));
        }
        Ok(Found(found))
    }

    /// These columns, which the header must name in order from number `first` on, the first `oldest` of them at least.
    fn part(&self, columns: &[Field], oldest: usize, first: usize) -> Result<Found, Unreadable> {
        let found: Vec<&str> = self.header.iter().skip(first).take(columns.len()).collect();
        let known = found.iter().zip(columns).take_while(|(found, column)| **found == column.name).count();
        if known < oldest {
            let expected = columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(",");
            let problem = format!("the columns are {}; expected {expected}", shortened(&found.join(",")));
            return Err(Unreadable::Row { name: self.name, line: 1, problem });
        }
        let place = |number: usize| (number < known).then_some(first + number);
        Ok(Found(columns.iter().enumerate().map(|(number, column)| (column.clone(), place(number))).collect()))
    }

    /// The columns from number `first` to before `end`, as those of swept keys.
    fn keys(&self, first: usize, end: usize) -> Vec<(Field, Option<usize>)> {
        (first..end)
            .zip(self.header.iter().skip(first))
            .map(|(place, path)| (Field::swept(path), Some(place)))
            .collect()
    }

    /// Where the columns that begin with `name` begin, at number `first` or later.
    fn tail(&self, name: &str, first: usize) -> usize {
        let columns = || self.header.iter().enumerate().skip(first);
        columns().find(|(_, column)| *column == name).map_or(self.header.len(), |(place, _)| place)
    }

    /// Hands the values of the columns `found` of every row to `take`; gives how many rows there are.
    fn rows(
        mut self,
        Found(found): &Found,
        take: &mut dyn FnMut(Vec<Value>) -> Result<(), Shortage>,
    ) -> Result<u64, Unreadable> {
        let name = self.name;
        let (mut rows, mut record) = (0, StringRecord::new());
        loop {
            self.left.set(MOST_ROW);
            let line = self.reader.position().line();
            if !self.reader.read_record(&mut record).map_err(|error| row_error(name, line, &error))? {
                return Ok(rows);
            }
            let values = found.iter().map(|(field, place)| match place {
                Some(place) => value(field, formula::unguarded(record.get(*place).unwrap_or_default())),
                None => Ok(Value::Empty),
            });
            let values = values.collect::<Result<_, _>>().map_err(|problem| {
                let line = record.position().map_or(0, csv::Position::line);
                Unreadable::Row { name, line, problem }
            })?;
            take(values).map_err(|error| Unreadable::Io { name, error: error.into() })?;
            rows += 1;
        }
    }
}

/// What stands in a field, or what is wrong with it.
fn value(field: &Field, text: &str) -> Result<Value, String> {
    let value = match field.kind {
        _ if text.is_empty() && field.optional => return Ok(Value::Empty),
        Kind::Word => return Ok(text.into()),
        Kind::Whole => text.parse::<u64>().map(Value::from).map_err(|error| error.to_string()),
        Kind::Large => text.parse::<u128>().map(Value::from).map_err(|error| error.to_string()),
        Kind::Real => text.parse::<f64>().map(Value::from).map_err(|error| error.to_string()),
    };
    value.map_err(|problem| format!("{}: {problem}", field.name))
}

fn row_error(name: &'static str, line: u64, error: &csv::Error) -> Unreadable {
    let line = error.position().map_or(line.max(1), csv::Position::line);
    Unreadable::Row { name, line, problem: problem(error) }
}

/// The fields as they were before they were guarded.
fn unguarded(fields: &StringRecord) -> StringRecord {
    fields.iter().map(formula::unguarded).collect()
}

/// Reads the table called `name`, which has the columns of `layout`.
///
/// # Errors
/// The line that is not a row of it.
pub fn read(name: &'static str, file: impl Read, layout: &Layout) -> Result<Frame, Unreadable> {
    let table = Table::open(name, file)?;
    let found = table.columns(layout)?;
    let mut frame = Frame::new(found.0.iter().map(|(field, _)| field.clone()).collect());
    table.rows(&found, &mut |values| frame.push(values))?;
    Ok(frame)
}

/// As [`read`], of a table that has a row for everything there is to draw.
///
/// # Errors
/// As of [`read`]; or that it has no row.
pub fn read_some(name: &'static str, file: impl Read, layout: &Layout) -> Result<Frame, Unreadable> {
    let frame = read(name, file, layout)?;
    if frame.is_empty() {
        let problem = "there is no row below the header, so there is nothing to draw".to_owned();
        return Err(Unreadable::Row { name, line: 1, problem });
    }
    Ok(frame)
}

/// As [`read`], with the rows made of their values by `make`.
///
/// # Errors
/// As of [`read`].
pub fn read_rows<T>(
    name: &'static str,
    file: impl Read,
    layout: &Layout,
    make: impl Fn(&[Value]) -> T,
) -> Result<Vec<T>, Unreadable> {
    let table = Table::open(name, file)?;
    let found = table.columns(layout)?;
    let mut rows = Vec::new();
    table.rows(&found, &mut |values| memory::push(&mut rows, make(&values)))?;
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_row_that_may_hold_a_formula_is_looked_at_again() {
        for plain in ["1,push,2.5,\n", ",,\n", "\n", "a b,\"x, y\"\n"] {
            assert!(!may_hold_formula(plain.as_bytes()), "{plain:?}");
        }
        for formula in ["=1\n", "1,\"=1\"\n", "1,\t\n", "1,-2\n", "\"\n\"\n", "1,\u{ff1d}1,\n"] {
            assert!(may_hold_formula(formula.as_bytes()), "{formula:?}");
        }
    }

    #[test]
    fn a_formula_is_guarded_and_an_empty_last_field_is_empty() {
        let header = [Field::swept("a"), Field::swept("b")];
        let mut csv = CsvFile::begin("demo.csv", Vec::new(), &header).unwrap();
        csv.row(vec!["=1".into(), Value::Empty]).unwrap();
        csv.row(vec!["x".into(), Value::Empty]).unwrap();
        csv.row(vec![Value::Real(-0.5), "\n".into()]).unwrap();
        assert_eq!(String::from_utf8(csv.finish().unwrap()).unwrap(), "a,b\n'=1,\nx,\n-0.5,\"'\n\"\n");
    }
}
