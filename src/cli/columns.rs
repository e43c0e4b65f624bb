//! `columns`: what every column of every table means.

use std::io::{self, Write};

use serde_json::json;

use super::error::Error;
use super::format::{self, Format};
use super::grid::Grid;
use super::{terminal, text};
use crate::columns::{Cell, Field, Kind, WORKLOADS};
use crate::output::dictionary::{self, Entry};
use crate::output::tables::List;

/// `gossipsim columns`
pub(crate) fn columns(out: &mut impl Write, workload: Option<&str>, format: Format) -> Result<(), Error> {
    let chosen: Vec<&List> =
        WORKLOADS.iter().copied().filter(|list| workload.is_none_or(|name| name == list.workload)).collect();
    if chosen.is_empty() {
        let names = WORKLOADS.iter().map(|list| list.workload).collect::<Vec<_>>().join(", ");
        let problem = format!("there is no workload `{}`; allowed: {names}", workload.unwrap_or_default());
        return Err(Error::Usage(problem));
    }
    let width = terminal::text_width();
    let printed = match format {
        Format::Table => chosen.iter().try_for_each(|list| print(out, list, width)),
        Format::Json => as_json(out, &chosen),
        Format::Csv => format::csv(out, &fields(), chosen.iter().flat_map(|list| rows(list))),
        Format::Markdown => chosen.iter().try_for_each(|list| print_markdown(out, list)),
    };
    printed.map_err(Error::Stdout)
}

/// The columns of the dictionary itself.
fn fields() -> Vec<Field> {
    let names = ["workload", "file", "column", "type", "unit", "meaning"];
    names.iter().map(|name| Field::new((*name).to_owned(), Kind::Word, "", String::new())).collect()
}

/// A row for each column of each table.
fn rows(list: &List) -> Vec<Vec<Cell>> {
    let row = |file: &str, field: &Field| {
        let texts = [list.workload, file, &field.name, dictionary::kind(field.kind), field.unit, &field.doc];
        texts.map(Cell::from).to_vec()
    };
    let entries = dictionary::entries(list).into_iter();
    entries.flat_map(|entry| entry.fields().iter().map(|field| row(entry.file, field)).collect::<Vec<_>>()).collect()
}

/// A heading for each table, and a table of its columns.
fn print_markdown(out: &mut impl Write, list: &List) -> io::Result<()> {
    for entry in dictionary::entries(list) {
        writeln!(out, "\n**{}, {}: a row for each {}**\n", list.workload, entry.file, entry.row)?;
        let mut grid = Grid::new();
        grid.left_row(["column", "type", "unit", "meaning"].map(str::to_owned).to_vec());
        for field in entry.fields() {
            let cells = [&field.name, dictionary::kind(field.kind), field.unit, &field.doc];
            grid.left_row(cells.map(str::to_owned).to_vec());
        }
        grid.markdown().iter().try_for_each(|line| writeln!(out, "{line}"))?;
    }
    Ok(())
}

fn as_json(out: &mut impl Write, chosen: &[&List]) -> io::Result<()> {
    let of = |list: &&List| {
        let tables: Vec<_> = dictionary::entries(list).iter().map(Entry::json).collect();
        json!({ "workload": list.workload, "tables": tables })
    };
    text::json(out, &json!({ "workloads": chosen.iter().map(of).collect::<Vec<_>>() }))
}

fn print(out: &mut impl Write, list: &List, width: usize) -> io::Result<()> {
    writeln!(out, "{}", list.workload)?;
    for entry in dictionary::entries(list) {
        writeln!(out)?;
        let title = format!("{}: a row for each {}", entry.file, entry.row);
        text::wrapped(&title, width).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        entry.fields().iter().try_for_each(|field| print_field(out, field, width))?;
    }
    Ok(())
}

/// A column: its name, type and unit in a line, and its description below.
fn print_field(out: &mut impl Write, field: &Field, width: usize) -> io::Result<()> {
    let unit = if field.unit.is_empty() { String::new() } else { format!(", {}", field.unit) };
    writeln!(out, "  {} ({}{unit})", field.name, dictionary::kind(field.kind))?;
    text::wrapped(&field.doc, width - 6).iter().try_for_each(|line| writeln!(out, "      {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::rumor::LIST;

    fn printed(workload: Option<&str>, format: Format) -> Result<String, Error> {
        let mut out = Vec::new();
        columns(&mut out, workload, format).map(|()| String::from_utf8(out).unwrap())
    }

    #[test]
    fn every_column_is_explained_within_80_characters() {
        let text = printed(Some("rumor"), Format::Table).unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= 80));
        assert!(
            text.contains("\nruns.csv: a row for each run\n  scenario (string)\n      Name of the scenario.\n"),
            "{text}"
        );
        assert!(text.contains("\n  time_ms (number, ms)\n"), "{text}");
        for entry in dictionary::entries(LIST) {
            assert!(
                entry.fields().iter().all(|field| text.contains(&format!("\n  {} (", field.name))),
                "{}",
                entry.file
            );
        }
    }

    #[test]
    fn as_json_it_is_the_same() {
        let json: serde_json::Value = serde_json::from_str(&printed(None, Format::Json).unwrap()).unwrap();
        let runs = &json["workloads"][0]["tables"][0];
        assert_eq!((&runs["file"], &runs["fields"][0]["name"]), (&json!("runs.csv"), &json!("scenario")));
    }

    #[test]
    fn as_csv_and_as_markdown_there_is_a_row_for_each_column() {
        let csv = printed(Some("rumor"), Format::Csv).unwrap();
        assert!(csv.starts_with("workload,file,column,type,unit,meaning\nrumor,runs.csv,scenario,string,,"), "{csv}");
        let markdown = printed(Some("rumor"), Format::Markdown).unwrap();
        assert!(markdown.contains("\n| time_ms | number | ms | "), "{markdown}");
        let fields: usize =
            dictionary::entries(crate::columns::of("rumor")).iter().map(|entry| entry.fields().len()).sum();
        assert_eq!(csv.lines().count(), fields + 1);
    }

    #[test]
    fn a_workload_that_is_not_there_is_refused_with_those_that_are() {
        let Err(Error::Usage(problem)) = printed(Some("rumour"), Format::Table) else { panic!("it was taken") };
        let names: Vec<&str> = crate::workload::WorkloadSpec::KEYS.iter().map(|(name, _)| *name).collect();
        assert_eq!(problem, format!("there is no workload `rumour`; allowed: {}", names.join(", ")));
    }
}
