//! CSV as the contract has it: UTF-8, commas, `\n`, one header line, floats in the shortest form that reads back, and
//! no field that a spreadsheet takes for a formula.

use std::cell::Cell;
use std::io::{self, Read, Write};
use std::rc::Rc;

use csv::{ByteRecord, ReaderBuilder, StringRecord, Terminator, Writer, WriterBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::folder::with_name;
use super::formula;
use super::rows::{CurveRow, FitRow, LinkRow, PointColumns, RunRow, SummaryRow, Swept, Tables};
use crate::memory;
use crate::printable;

/// Most bytes of one row: far more than any scenario makes, and little against what a machine has.
const MOST_ROW: u64 = 16 << 20;
/// Most columns of a table: far more than there are keys to sweep.
const MOST_COLUMNS: usize = 160;
/// Most characters of a foreign text that a message shows.
const MOST_SHOWN: usize = 200;

/// A CSV file under way.
pub struct CsvFile<W: Write> {
    name: &'static str,
    file: W,
    /// The row under way, before anybody has looked at it.
    row: Vec<u8>,
}

impl<W: Write> CsvFile<W> {
    /// Starts the file called `name` in messages, with its header line.
    ///
    /// # Errors
    /// What the system says about writing it.
    pub fn begin<'a>(name: &'static str, file: W, columns: impl IntoIterator<Item = &'a str>) -> io::Result<Self> {
        let mut csv = CsvFile { name, file, row: Vec::new() };
        csv.line(|writer| writer.write_record(columns))?;
        Ok(csv)
    }

    /// Adds a row.
    ///
    /// # Errors
    /// What the system says about writing it.
    pub fn row(&mut self, row: impl Serialize) -> io::Result<()> {
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

    /// What the file is called in messages.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

fn writer(bytes: &mut Vec<u8>) -> Writer<&mut Vec<u8>> {
    let mut builder = WriterBuilder::new();
    builder.has_headers(false).terminator(Terminator::Any(b'\n'));
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

/// Whether a field of `line`, or a part of it behind a comma or a quote, begins as a formula does.
fn may_hold_formula(line: &[u8]) -> bool {
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

/// What is wrong with a row, by the name of the column; the place is told beside it.
fn problem(error: &csv::Error, columns: &StringRecord) -> String {
    match error.kind() {
        csv::ErrorKind::Io(error) => error.to_string(),
        csv::ErrorKind::Utf8 { .. } => "this is not UTF-8".to_owned(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("there are {len} fields instead of {expected_len}")
        }
        csv::ErrorKind::Deserialize { err, .. } => {
            let column = err.field().and_then(|field| columns.get(usize::try_from(field).ok()?));
            let column = column.map_or_else(String::new, |name| format!("{name}: "));
            format!("{column}{}", shortened(&err.kind().to_string()))
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
struct Rationed<R> {
    file: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Rationed<R> {
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
    reader: csv::Reader<Rationed<R>>,
    left: Rc<Cell<u64>>,
}

/// Where some columns of a table stand, beginning at number `first`.
struct Columns {
    first: usize,
    /// How many the file has; what newer versions added is empty in an older folder.
    known: usize,
    /// All of them.
    names: StringRecord,
}

impl<R: Read> Table<R> {
    fn open(name: &'static str, file: R) -> Result<Self, Unreadable> {
        let left = Rc::new(Cell::new(MOST_ROW));
        let mut reader = ReaderBuilder::new().from_reader(Rationed { file, left: Rc::clone(&left) });
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

    /// These columns, which the header must name in order from number `first` on, the first `oldest` of them at least.
    fn columns(&self, columns: &[&str], oldest: usize, first: usize) -> Result<Columns, Unreadable> {
        let found: Vec<&str> = self.header.iter().skip(first).take(columns.len()).collect();
        let known = found.iter().zip(columns).take_while(|(found, column)| found == column).count();
        if known < oldest {
            let problem = format!("the columns are {}; expected {}", shortened(&found.join(",")), columns.join(","));
            return Err(Unreadable::Row { name: self.name, line: 1, problem });
        }
        Ok(Columns { first, known, names: columns.iter().collect() })
    }

    /// Where the columns that begin with `name` begin, at number `first` or later.
    fn tail(&self, name: &str, first: usize) -> usize {
        let columns = || self.header.iter().enumerate().skip(first);
        columns().find(|(_, column)| *column == name).map_or(self.header.len(), |(place, _)| place)
    }

    /// What `read` makes of every row.
    fn rows<T>(mut self, read: impl Fn(&Row<'_>) -> Result<T, Unreadable>) -> Result<Vec<T>, Unreadable> {
        let name = self.name;
        let (mut rows, mut record) = (Vec::new(), StringRecord::new());
        loop {
            self.left.set(MOST_ROW);
            let line = self.reader.position().line();
            if !self.reader.read_record(&mut record).map_err(|error| row_error(name, line, &error))? {
                return Ok(rows);
            }
            let row = Row { name, header: &self.header, fields: &record };
            let full = |error: io::Error| Unreadable::Io { name, error };
            memory::push(&mut rows, read(&row)?).map_err(|error| full(error.into()))?;
        }
    }

    /// As [`Table::rows`], of a table that has a row for everything there is to draw.
    fn some_rows<T>(self, read: impl Fn(&Row<'_>) -> Result<T, Unreadable>) -> Result<Vec<T>, Unreadable> {
        let name = self.name;
        let rows = self.rows(read)?;
        if rows.is_empty() {
            let problem = "there is no row below the header, so there is nothing to draw".to_owned();
            return Err(Unreadable::Row { name, line: 1, problem });
        }
        Ok(rows)
    }
}

fn row_error(name: &'static str, line: u64, error: &csv::Error) -> Unreadable {
    let line = error.position().map_or(line.max(1), csv::Position::line);
    Unreadable::Row { name, line, problem: problem(error, &StringRecord::new()) }
}

/// The fields as they were before they were guarded.
fn unguarded(fields: &StringRecord) -> StringRecord {
    fields.iter().map(formula::unguarded).collect()
}

/// A row of a table.
struct Row<'a> {
    name: &'static str,
    header: &'a StringRecord,
    fields: &'a StringRecord,
}

impl Row<'_> {
    /// Some of its columns, as a struct.
    fn read<T: DeserializeOwned>(&self, columns: &Columns) -> Result<T, Unreadable> {
        let missing = columns.names.iter().skip(columns.known).map(|_| "");
        let fields = self.fields.iter().skip(columns.first).take(columns.known).map(formula::unguarded);
        let part: StringRecord = fields.chain(missing).collect();
        part.deserialize(None).map_err(|error| {
            let line = self.fields.position().map_or(0, csv::Position::line);
            Unreadable::Row { name: self.name, line, problem: problem(&error, &columns.names) }
        })
    }

    /// The columns from `first` to before `end`, by name.
    fn swept(&self, first: usize, end: usize) -> Swept {
        let fields = self.header.iter().zip(self.fields.iter()).take(end).skip(first);
        fields.map(|(key, value)| (key.to_owned(), formula::unguarded(value).to_owned())).collect()
    }
}

/// Reads `runs.csv`.
///
/// # Errors
/// The line that is not a row of it; or that it has no row.
pub fn read_runs(file: impl Read) -> Result<Vec<RunRow>, Unreadable> {
    let table = Table::open("runs.csv", file)?;
    let columns = table.columns(RunRow::COLUMNS, RunRow::OLDEST, 0)?;
    table.some_rows(|row| row.read(&columns))
}

/// Reads `curve.csv`.
///
/// # Errors
/// The line that is not a row of it; or that it has no row.
pub fn read_curve(file: impl Read) -> Result<Vec<CurveRow>, Unreadable> {
    let table = Table::open("curve.csv", file)?;
    let columns = table.columns(CurveRow::COLUMNS, CurveRow::COLUMNS.len(), 0)?;
    table.some_rows(|row| row.read(&columns))
}

/// Reads `summary.csv`.
///
/// # Errors
/// The line that is not a row of it; or that it has no row.
pub fn read_summary(file: impl Read) -> Result<Vec<(PointColumns, Swept, SummaryRow)>, Unreadable> {
    let table = Table::open("summary.csv", file)?;
    let (first, last) = (PointColumns::COLUMNS, SummaryRow::COLUMNS);
    let tail = table.tail("runs", first.len());
    let points = table.columns(first, first.len(), 0)?;
    let figures = table.columns(last, SummaryRow::OLDEST, tail)?;
    table.some_rows(|row| Ok((row.read(&points)?, row.swept(first.len(), tail), row.read(&figures)?)))
}

/// Reads `fit.csv`.
///
/// # Errors
/// The line that is not a row of it.
pub fn read_fit(file: impl Read) -> Result<Vec<(String, Swept, FitRow)>, Unreadable> {
    let table = Table::open("fit.csv", file)?;
    let tail = table.tail("slope", 1);
    let strategy = table.columns(&["strategy"], 1, 0)?;
    let fits = table.columns(FitRow::COLUMNS, FitRow::OLDEST, tail)?;
    table.rows(|row| {
        let (strategy,): (String,) = row.read(&strategy)?;
        Ok((strategy, row.swept(1, tail), row.read(&fits)?))
    })
}

/// Reads `links.csv`.
///
/// # Errors
/// The line that is not a row of it.
pub fn read_links(file: impl Read) -> Result<Vec<LinkRow>, Unreadable> {
    let table = Table::open("links.csv", file)?;
    let columns = table.columns(LinkRow::COLUMNS, LinkRow::COLUMNS.len(), 0)?;
    table.rows(|row| row.read(&columns))
}

/// Reads the tables of a results folder; `open` gives each by its name, `None` where there is none.
///
/// # Errors
/// The file, and the line that is not a row of it.
pub fn read_tables<R: Read>(open: impl Fn(&'static str) -> io::Result<Option<R>>) -> Result<Tables, Unreadable> {
    let need = |name: &'static str| {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "there is no such file");
        open(name).and_then(|file| file.ok_or_else(missing)).map_err(|error| Unreadable::Io { name, error })
    };
    let may = |name: &'static str| open(name).map_err(|error| Unreadable::Io { name, error });
    Ok(Tables {
        runs: read_runs(need("runs.csv")?)?,
        curve: read_curve(need("curve.csv")?)?,
        summary: read_summary(need("summary.csv")?)?,
        fit: may("fit.csv")?.map_or_else(|| Ok(Vec::new()), read_fit)?,
        links: may("links.csv")?.map_or_else(|| Ok(Vec::new()), read_links)?,
    })
}
