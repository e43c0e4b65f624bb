//! Tables that anybody may have written: whatever stands in a cell, it is refused with its line or drawn.

use super::figure::Figure;
use super::{Conditions, figures, sample};
use crate::columns::rumor::LIST;
use crate::columns::{Cell, Field};
use crate::output::csv_file::{CsvFile, Unreadable};
use crate::output::frame::{Frame, Row};
use crate::output::links::{LinkEnd, LinkRow};
use crate::output::pair_columns;
use crate::output::run_tables;
use crate::output::tables::{self, Tables};

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
    let mut tables = sample::phases();
    tables.summary.retain(|row| row.count("nodes") <= 64 && row.series() != "pull");
    let points: Vec<u64> = tables.summary.rows().map(Row::point).collect();
    tables.runs.retain(|run| points.contains(&run.point()));
    tables.curve.retain(|row| points.contains(&row.point()));
    let first = points[0];
    let link = |from: u32| LinkRow {
        point: first,
        from: LinkEnd::Number(from),
        to: LinkEnd::Number(from + 1),
        conversations_per_round: 1.0,
        messages_per_round: 2.0,
    };
    tables.links = (0..3).map(link).collect();
    tables.pairs = pairs();
    tables
}

/// Differences at two sizes.
fn pairs() -> Frame {
    let header = pair_columns::layout(LIST).header(&["gossip.phase".to_owned()]);
    let mut pairs = Frame::new(header.clone());
    for nodes in [16_u64, 64] {
        let cell = |field: &Field| match field.name.as_str() {
            "nodes" => nodes.into(),
            "gossip.phase" => "3ms".into(),
            "first" => "push".into(),
            "second" => "push-pull".into(),
            "pairs" => 2_u64.into(),
            "difference_mean" => 1.5.into(),
            "difference_ci_low" => 0.25.into(),
            "difference_ci_high" => 2.75.into(),
            _ => Cell::Empty,
        };
        pairs.push(header.iter().map(cell).collect()).unwrap();
    }
    pairs
}

/// The tables as CSV.
fn written(tables: &Tables) -> [(&'static str, Vec<u8>); 6] {
    fn file(name: &'static str, frame: &Frame) -> (&'static str, Vec<u8>) {
        let mut csv = CsvFile::begin(name, Vec::new(), frame.header()).unwrap();
        frame.rows().for_each(|row| csv.row(row.cells()).unwrap());
        (name, csv.finish().unwrap())
    }
    let mut links = CsvFile::begin("links.csv", Vec::new(), &Field::all(LinkRow::COLUMNS)).unwrap();
    tables.links.iter().for_each(|link| links.row(run_tables::cells(LinkRow::COLUMNS, link)).unwrap());
    [
        file("runs.csv", &tables.runs),
        file("curve.csv", &tables.curve),
        file("summary.csv", &tables.summary),
        file("fit.csv", &tables.fit),
        file("pairs.csv", &tables.pairs),
        ("links.csv", links.finish().unwrap()),
    ]
}

fn read(files: &[(&'static str, Vec<u8>)]) -> Result<Tables, Unreadable> {
    tables::read(LIST, |name| Ok(files.iter().find(|(other, _)| *other == name).map(|(_, bytes)| &bytes[..])))
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
    other.inspect(|figure| assert!(sample::svg(figure).len() < 1 << 20)).count()
}
