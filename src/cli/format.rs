//! In which form a command prints what it found.

use std::io::{self, Write};

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::error::Error;
use crate::columns::{Cell, Field, Kind};
use crate::output::csv_file::CsvFile;

/// The forms there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Tables for people.
    #[default]
    Table,
    /// One table as CSV.
    Csv,
    /// JSON.
    Json,
    /// Tables as Markdown, as GitHub shows them.
    Markdown,
}

impl Format {
    /// Refuses several scenario files where one table is printed: tables of other columns below each other are no CSV.
    pub(super) fn check_files(self, files: usize) -> Result<(), Error> {
        if self != Format::Csv || files < 2 {
            return Ok(());
        }
        let problem = "--format csv prints one table, so it takes one scenario file; the tables of several are in their \
                       folders, and --format json prints a line for each";
        Err(Error::Usage(problem.to_owned()))
    }
}

/// In which form to print.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct Printed {
    /// Print tables for people, one table as CSV, JSON, or tables as Markdown.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    format: Format,
    /// Print JSON: the same as --format json.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl Printed {
    pub(crate) fn format(self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

/// A table as CSV on standard output.
pub(super) fn csv(out: &mut impl Write, header: &[Field], rows: impl Iterator<Item = Vec<Cell>>) -> io::Result<()> {
    let mut csv = CsvFile::begin("standard output", out, header)?;
    rows.into_iter().try_for_each(|row| csv.row(row))?;
    csv.finish().map(drop)
}

/// Objects of the same keys as CSV: what is no single value stands there as JSON.
pub(super) fn csv_of(out: &mut impl Write, objects: &[Value]) -> io::Result<()> {
    let keys: Vec<&String> =
        objects.first().and_then(Value::as_object).map_or_else(Vec::new, |one| one.keys().collect());
    let header: Vec<Field> = keys.iter().map(|key| Field::new((*key).clone(), Kind::Word, "", String::new())).collect();
    let cell = |value: &Value| match value {
        Value::Null => Cell::Empty,
        Value::String(text) => text.as_str().into(),
        Value::Number(number) => match (number.as_u64(), number.as_f64()) {
            (Some(whole), _) => whole.into(),
            (None, real) => real.into(),
        },
        other => other.to_string().into(),
    };
    csv(out, &header, objects.iter().map(|one| keys.iter().map(|key| cell(&one[key.as_str()])).collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_are_rows() {
        let mut out = Vec::new();
        csv_of(&mut out, &[json!({ "a": 1, "b": null, "c": [1, 2] }), json!({ "a": 0.5, "b": "x, y", "c": true })])
            .unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a,b,c\n1,,\"[1,2]\"\n0.5,\"x, y\",true\n");
    }
}
