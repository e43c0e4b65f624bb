//! Tables that anybody may have written: whatever stands in a cell, it is refused with its line or drawn.

use super::figure::Figure;
use super::{Conditions, figures, paint, sample};
use crate::output::csv_file::{self, CsvFile, Unreadable};
use crate::output::rows::{CurveRow, FitRow, LinkEnd, LinkRow, PointColumns, RunRow, SummaryRow, Tables};

/// What may stand in a cell.
const NASTY: [&str; 18] = [
    "18446744073709551615",
    "18446744073709551616",
    "4294967295",
    "-1",
    "0",
    "-0.0",
    "1e308",
    "-1e308",
    "1e-320",
    "NaN",
    "inf",
    "-inf",
    "",
    "'",
    "\0",
    "{ kind = \"a\", b = [[[[",
    "\u{202e}",
    "push",
];

/// What is drawn as well: the rest is only laid out.
const DRAWN: [&str; 3] = ["18446744073709551615", "1e308", "NaN"];

/// A small folder that every chart has something to show of.
fn tables() -> Tables {
    let mut tables = sample::sizes(2);
    tables.summary.retain(|(columns, _, _)| columns.nodes <= 64 && columns.strategy != "pull");
    let points: Vec<u32> = tables.summary.iter().map(|(columns, _, _)| columns.point).collect();
    tables.runs.retain(|run| points.contains(&run.point));
    tables.curve.retain(|row| points.contains(&row.point));
    let first = points[0];
    let link = |from: u32| LinkRow {
        point: first,
        from: LinkEnd::Number(from),
        to: LinkEnd::Number(from + 1),
        conversations_per_round: 1.0,
        messages_per_round: 2.0,
    };
    tables.links = (0..3).map(link).collect();
    for (place, (_, swept, _)) in tables.summary.iter_mut().enumerate() {
        swept.push(("gossip.phase".to_owned(), format!("{place}ms")));
    }
    tables.fit.iter_mut().for_each(|(_, swept, _)| swept.push(("gossip.phase".to_owned(), "0ms".to_owned())));
    tables
}

/// The tables as CSV.
fn written(tables: &Tables) -> [(&'static str, Vec<u8>); 5] {
    fn file<R: serde::Serialize>(
        name: &'static str,
        columns: &[&str],
        rows: impl Iterator<Item = R>,
    ) -> (&'static str, Vec<u8>) {
        let mut csv = CsvFile::begin(name, Vec::new(), columns.iter().copied()).unwrap();
        rows.for_each(|row| csv.row(row).unwrap());
        (name, csv.finish().unwrap())
    }
    let swept = ["gossip.phase"];
    let summary = [PointColumns::COLUMNS, &swept, SummaryRow::COLUMNS].concat();
    let fit = [&["strategy"][..], &swept, FitRow::COLUMNS].concat();
    [
        file("runs.csv", RunRow::COLUMNS, tables.runs.iter()),
        file("curve.csv", CurveRow::COLUMNS, tables.curve.iter()),
        file("summary.csv", &summary, tables.summary.iter().map(|(point, swept, row)| (point, &swept[0].1, row))),
        file("fit.csv", &fit, tables.fit.iter().map(|(name, swept, row)| (name, &swept[0].1, row))),
        file("links.csv", LinkRow::COLUMNS, tables.links.iter()),
    ]
}

fn read(files: &[(&'static str, Vec<u8>)]) -> Result<Tables, Unreadable> {
    csv_file::read_tables(|name| Ok(files.iter().find(|(other, _)| *other == name).map(|(_, bytes)| &bytes[..])))
}

/// The table with `text` in a column of all its rows.
fn with_cell(bytes: &[u8], column: usize, text: &str) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let mut writer = csv::Writer::from_writer(Vec::new());
    for (number, record) in reader.records().enumerate() {
        let record = record.unwrap();
        let cell = |(place, field)| if number > 0 && place == column { text } else { field };
        writer.write_record(record.iter().enumerate().map(cell)).unwrap();
    }
    writer.into_inner().unwrap()
}

#[test]
fn whatever_stands_in_a_cell_is_refused_with_its_line_or_drawn() {
    let tables = tables();
    let conditions = sample::conditions(&tables);
    let files = written(&tables);
    assert_eq!(read(&files).unwrap(), tables, "what is written reads back");
    let plain = figures(&tables, &conditions);
    assert!(plain.len() >= 6, "{}", plain.len());
    let (mut refused, mut drawn) = (0, 0);
    for number in 0..files.len() {
        let header = files[number].1.split(|&byte| byte == b'\n').next().unwrap();
        for column in 0..header.split(|&byte| byte == b',').count() {
            for text in NASTY {
                let mut files = files.clone();
                files[number].1 = with_cell(&files[number].1, column, text);
                match read(&files) {
                    Err(error) => {
                        refused += 1;
                        let place = format!("{}, line 2: ", files[number].0);
                        assert!(error.to_string().starts_with(&place), "column {column}, `{text}`: {error}");
                    }
                    Ok(tables) => drawn += painted(&tables, &conditions, &plain, DRAWN.contains(&text)),
                }
            }
        }
    }
    assert!(refused > 300 && drawn > 20, "{refused} refused, {drawn} drawn");
}

/// Draws the figures that are not as the `plain` ones, if they are to be drawn at all; gives how many.
fn painted(tables: &Tables, conditions: &Conditions, plain: &[Figure], draw: bool) -> usize {
    let figures = figures(tables, conditions);
    let other = figures.iter().filter(|figure| draw && !plain.contains(figure));
    other.inspect(|figure| assert!(paint::paint_svg(figure).unwrap().len() < 1 << 20)).count()
}
