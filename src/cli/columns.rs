//! `columns`: what every column of every table means.

use std::io::{self, Write};

use serde_json::json;

use super::error::Error;
use super::text;
use crate::columns::{Field, WORKLOADS};
use crate::output::dictionary::{self, Entry};
use crate::output::tables::List;

/// Characters of a line.
const WIDTH: usize = 80;

/// `gossipsim columns`
pub(crate) fn columns(out: &mut impl Write, workload: Option<&str>, json: bool) -> Result<(), Error> {
    let chosen: Vec<&List> =
        WORKLOADS.iter().copied().filter(|list| workload.is_none_or(|name| name == list.workload)).collect();
    if chosen.is_empty() {
        let names = WORKLOADS.iter().map(|list| list.workload).collect::<Vec<_>>().join(", ");
        let problem = format!("there is no workload `{}`; allowed: {names}", workload.unwrap_or_default());
        return Err(Error::Usage(problem));
    }
    let printed = if json { as_json(out, &chosen) } else { chosen.iter().try_for_each(|list| print(out, list)) };
    printed.map_err(Error::Stdout)
}

fn as_json(out: &mut impl Write, chosen: &[&List]) -> io::Result<()> {
    let of = |list: &&List| {
        let tables: Vec<_> = dictionary::entries(list).iter().map(Entry::json).collect();
        json!({ "workload": list.workload, "tables": tables })
    };
    text::json(out, &json!({ "workloads": chosen.iter().map(of).collect::<Vec<_>>() }))
}

fn print(out: &mut impl Write, list: &List) -> io::Result<()> {
    writeln!(out, "{}", list.workload)?;
    for entry in dictionary::entries(list) {
        writeln!(out)?;
        let title = format!("{}: a row for each {}", entry.file, entry.row);
        text::wrapped(&title, WIDTH).iter().try_for_each(|line| writeln!(out, "{line}"))?;
        entry.fields().iter().try_for_each(|field| print_field(out, field))?;
    }
    Ok(())
}

/// A column: its name, type and unit in a line, and its description below.
fn print_field(out: &mut impl Write, field: &Field) -> io::Result<()> {
    let unit = if field.unit.is_empty() { String::new() } else { format!(", {}", field.unit) };
    writeln!(out, "  {} ({}{unit})", field.name, dictionary::kind(field.kind))?;
    text::wrapped(&field.doc, WIDTH - 6).iter().try_for_each(|line| writeln!(out, "      {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::rumor::LIST;

    fn printed(workload: Option<&str>, json: bool) -> Result<String, Error> {
        let mut out = Vec::new();
        columns(&mut out, workload, json).map(|()| String::from_utf8(out).unwrap())
    }

    #[test]
    fn every_column_is_explained_within_80_characters() {
        let text = printed(Some("rumor"), false).unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
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
        let json: serde_json::Value = serde_json::from_str(&printed(None, true).unwrap()).unwrap();
        let runs = &json["workloads"][0]["tables"][0];
        assert_eq!((&runs["file"], &runs["fields"][0]["name"]), (&json!("runs.csv"), &json!("scenario")));
    }

    #[test]
    fn a_workload_that_is_not_there_is_refused_with_those_that_are() {
        let Err(Error::Usage(problem)) = printed(Some("rumour"), false) else { panic!("it was taken") };
        assert_eq!(problem, "there is no workload `rumour`; allowed: rumor, average, counter");
    }
}
