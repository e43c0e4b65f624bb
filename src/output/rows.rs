//! Tables that are written row by row as they are made: CSV, or JSON Lines.

use std::io::{self, Write};

use super::csv_file::CsvFile;
use super::frame;
use crate::columns::{Cell, Column, Field};

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFormat {
    /// CSV, with a header.
    Csv,
    /// JSON Lines: an object a row.
    JsonLines,
}

/// Writes the `rows` of a table with these columns.
///
/// # Errors
/// Those of writing.
pub fn write<R>(
    columns: &[Column<R>],
    rows: impl Iterator<Item = R>,
    format: RowFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    let fields = Field::all(columns);
    let cells = rows.map(|row| columns.iter().map(|column| (column.of)(&row)).collect::<Vec<Cell>>());
    match format {
        RowFormat::Csv => {
            // Whoever writes it knows where to, and says so.
            let mut file = CsvFile::begin("", out, &fields)?;
            for row in cells {
                file.row(row)?;
            }
            file.finish().map(|_| ())
        }
        RowFormat::JsonLines => {
            for row in cells {
                writeln!(out, "{}", frame::object(&fields, &row))?;
            }
            out.flush()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column<u64>] = &[
        Column::whole("number", "", "It.", |number: &u64| (*number).into()),
        Column::word("word", "Another.", |number: &u64| Some("a,\"b\"").filter(|_| *number > 1).into()).optional(),
    ];

    fn written(format: RowFormat) -> String {
        let mut out = Vec::new();
        write(COLUMNS, [1, 2].into_iter(), format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn both_formats_have_a_line_a_row() {
        assert_eq!(written(RowFormat::Csv), "number,word\n1,\n2,\"a,\"\"b\"\"\"\n");
        let lines = "{\"number\":1,\"word\":null}\n{\"number\":2,\"word\":\"a,\\\"b\\\"\"}\n";
        assert_eq!(written(RowFormat::JsonLines), lines);
    }
}
