//! CSV as the contract has it: UTF-8, commas, `\n`, one header line, floats in the shortest form that reads back.

use std::io::{self, Read, Write};

use csv::{ReaderBuilder, StringRecord, Terminator, Writer, WriterBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::folder::with_name;
use super::rows::{CurveRow, FitRow, LinkRow, PointColumns, RunRow, SummaryRow, Swept, Tables};

/// A CSV file under way.
pub struct CsvFile<W: Write> {
    name: &'static str,
    writer: Writer<W>,
}

impl<W: Write> CsvFile<W> {
    /// Starts the file called `name` in messages, with its header line.
    ///
    /// # Errors
    /// What the system says about writing it.
    pub fn begin<'a>(name: &'static str, file: W, columns: impl IntoIterator<Item = &'a str>) -> io::Result<Self> {
        let mut builder = WriterBuilder::new();
        builder.has_headers(false).terminator(Terminator::Any(b'\n'));
        let mut writer = builder.from_writer(file);
        writer.write_record(columns).map_err(|error| named(name, error))?;
        Ok(CsvFile { name, writer })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// What the system says about writing it.
    pub fn row(&mut self, row: impl Serialize) -> io::Result<()> {
        self.writer.serialize(row).map_err(|error| named(self.name, error))
    }

    /// Writes what is still in memory and gives the file back.
    ///
    /// # Errors
    /// What the system says about writing it.
    pub fn finish(mut self) -> io::Result<W> {
        self.writer.flush().map_err(|error| with_name(self.name, &error))?;
        self.writer.into_inner().map_err(|error| with_name(self.name, error.error()))
    }

    /// What the file is called in messages.
    pub fn name(&self) -> &'static str {
        self.name
    }
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
            format!("{column}{}", err.kind())
        }
        _ => error.to_string(),
    }
}

/// Reads the rows of a table, each as (leading columns, swept columns, trailing columns).
struct Rows {
    name: &'static str,
    header: StringRecord,
    records: Vec<StringRecord>,
}

impl Rows {
    fn read(name: &'static str, file: impl Read) -> Result<Self, Unreadable> {
        let mut reader = ReaderBuilder::new().from_reader(file);
        let row_error = |error: csv::Error| {
            let line = error.position().map_or(1, csv::Position::line);
            Unreadable::Row { name, line, problem: problem(&error, &StringRecord::new()) }
        };
        let header = reader.headers().map_err(row_error)?.clone();
        let records = reader.records().collect::<Result<_, _>>().map_err(row_error)?;
        Ok(Rows { name, header, records })
    }

    /// These columns, beginning at number `first`, of every row, as a struct. The header must name them in order, the
    /// first `oldest` at least: what newer versions added is empty in an older folder.
    fn columns<T: DeserializeOwned>(
        &self,
        columns: &[&str],
        oldest: usize,
        first: usize,
    ) -> Result<Vec<T>, Unreadable> {
        let found: Vec<&str> = self.header.iter().skip(first).take(columns.len()).collect();
        let known = found.iter().zip(columns).take_while(|(found, column)| found == column).count();
        if known < oldest {
            let problem = format!("the columns are {}; expected {}", found.join(","), columns.join(","));
            return Err(Unreadable::Row { name: self.name, line: 1, problem });
        }
        let names: StringRecord = columns.iter().collect();
        let read = |record: &StringRecord| {
            let missing = columns.iter().skip(known).map(|_| "");
            let part: StringRecord = record.iter().skip(first).take(known).chain(missing).collect();
            part.deserialize(None).map_err(|error| {
                let line = record.position().map_or(0, csv::Position::line);
                Unreadable::Row { name: self.name, line, problem: problem(&error, &names) }
            })
        };
        self.records.iter().map(read).collect()
    }

    /// Where the columns that begin with `name` begin, at number `first` or later.
    fn tail(&self, name: &str, first: usize) -> usize {
        let columns = || self.header.iter().enumerate().skip(first);
        columns().find(|(_, column)| *column == name).map_or(self.header.len(), |(place, _)| place)
    }

    /// The columns from `first` to before `end`, by name.
    fn swept(&self, first: usize, end: usize) -> Vec<Swept> {
        let pairs = |record: &StringRecord| {
            let fields = self.header.iter().zip(record.iter()).take(end).skip(first);
            fields.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
        };
        self.records.iter().map(pairs).collect()
    }
}

/// Reads `runs.csv`.
///
/// # Errors
/// The line that is not a row of it.
pub fn read_runs(file: impl Read) -> Result<Vec<RunRow>, Unreadable> {
    Rows::read("runs.csv", file)?.columns(RunRow::COLUMNS, RunRow::OLDEST, 0)
}

/// Reads `curve.csv`.
///
/// # Errors
/// The line that is not a row of it.
pub fn read_curve(file: impl Read) -> Result<Vec<CurveRow>, Unreadable> {
    Rows::read("curve.csv", file)?.columns(CurveRow::COLUMNS, CurveRow::COLUMNS.len(), 0)
}

/// Reads `summary.csv`.
///
/// # Errors
/// The line that is not a row of it.
pub fn read_summary(file: impl Read) -> Result<Vec<(PointColumns, Swept, SummaryRow)>, Unreadable> {
    let rows = Rows::read("summary.csv", file)?;
    let (first, last) = (PointColumns::COLUMNS, SummaryRow::COLUMNS);
    let tail = rows.tail("runs", first.len());
    let points = rows.columns(first, first.len(), 0)?;
    let figures = rows.columns(last, SummaryRow::OLDEST, tail)?;
    let swept = rows.swept(first.len(), tail);
    Ok(points.into_iter().zip(swept).zip(figures).map(|((point, swept), row)| (point, swept, row)).collect())
}

/// Reads `fit.csv`.
///
/// # Errors
/// The line that is not a row of it.
pub fn read_fit(file: impl Read) -> Result<Vec<(String, Swept, FitRow)>, Unreadable> {
    let rows = Rows::read("fit.csv", file)?;
    let tail = rows.tail("slope", 1);
    let strategies: Vec<(String,)> = rows.columns(&["strategy"], 1, 0)?;
    let fits = rows.columns(FitRow::COLUMNS, FitRow::OLDEST, tail)?;
    let swept = rows.swept(1, tail);
    Ok(strategies.into_iter().zip(swept).zip(fits).map(|(((strategy,), swept), fit)| (strategy, swept, fit)).collect())
}

/// Reads `links.csv`.
///
/// # Errors
/// The line that is not a row of it.
pub fn read_links(file: impl Read) -> Result<Vec<LinkRow>, Unreadable> {
    Rows::read("links.csv", file)?.columns(LinkRow::COLUMNS, LinkRow::COLUMNS.len(), 0)
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
