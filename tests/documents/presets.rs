//! The presets of systems say what `docs/systems.md` says of them, and where each number is from.

use gossipsim::scenario::PRESETS;

use super::read;
use crate::cli::sandbox::Sandbox;

/// The value at `path` of a scenario file.
fn value<'t>(table: &'t toml::Table, path: &str) -> Option<&'t toml::Value> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    match (table.get(first)?, rest) {
        (value, "") => Some(value),
        (toml::Value::Table(inner), rest) => value(inner, rest),
        _ => None,
    }
}

/// The rows of the table below the heading of a preset: a key, its value as a scenario has it, and the source.
fn rows(document: &str, preset: &str) -> Vec<(String, toml::Value, String)> {
    let section = document.split("\n## ").find(|section| section.lines().next() == Some(preset));
    let section = section.unwrap_or_else(|| panic!("docs/systems.md has no section {preset}"));
    let cells = section.lines().filter(|line| line.starts_with("| `")).map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned());
        let mut next = || cells.next().unwrap_or_else(|| panic!("{preset}: {line}"));
        let bare = |cell: String| cell.trim_matches('`').to_owned();
        let (key, value, source) = (bare(next()), bare(next()), next());
        let parsed = format!("value = {value}").parse::<toml::Table>();
        let parsed = parsed.unwrap_or_else(|error| panic!("{preset}: {line}: {error}"));
        (key, parsed["value"].clone(), source)
    });
    cells.collect()
}

#[test]
fn every_preset_says_what_its_table_says() {
    let document = read("docs/systems.md");
    for preset in PRESETS {
        let table: toml::Table = preset.text.parse().expect("a scenario");
        let rows = rows(&document, preset.name);
        assert!(rows.len() >= 3, "{}: only {} rows", preset.name, rows.len());
        for (key, expected, source) in rows {
            assert_eq!(value(&table, &key), Some(&expected), "{}: {key}", preset.name);
            assert!(source.len() > 3, "{}: {key} is from nowhere", preset.name);
        }
    }
}

/// Above each value of how nodes gossip, and of the workload, a comment says where it is from.
#[test]
fn every_number_of_a_preset_has_its_source_beside_it() {
    for preset in PRESETS {
        let mut section = "";
        let mut said = false;
        for line in preset.text.lines() {
            match line.chars().next() {
                Some('[') => (section, said) = (line, false),
                Some('#') => said = true,
                None => said = false,
                // How long somebody watches is a matter of the experiment.
                Some(_) if line.starts_with("during") => {}
                Some(_) if ["[gossip]", "[workload]"].contains(&section) => {
                    let number =
                        line.split_once('=').is_some_and(|(_, value)| value.contains(|c: char| c.is_ascii_digit()));
                    assert!(!number || said || line.contains('#'), "{}: {line}: where is it from?", preset.name);
                }
                Some(_) => {}
            }
        }
    }
}

#[test]
fn every_preset_runs_with_another_number_of_nodes() {
    let sandbox = Sandbox::new("presets");
    for preset in PRESETS {
        let reference = preset.reference();
        let small = ["--set", "network.nodes=60", "--replicates", "1", "--charts", "none", "--quiet"];
        sandbox.run(&[&["run", &reference][..], &small].concat()).exits(0);
        let (_, runs) = sandbox.table(&format!("output/{}/runs.csv", preset.name));
        assert!(!runs.is_empty(), "{}", preset.name);
    }
}
