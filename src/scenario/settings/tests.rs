//! The list of keys is what the README says, what `check` prints, and where the defaults come from.

use super::*;
use crate::scenario::{Overrides, Source, read};

const LEAST: &str = "[network]\nnodes = 64\n[gossip]\nstrategy = \"push-pull\"\n";

fn settings(set: &[String]) -> (u64, u64, Settings) {
    let overrides = Overrides { set: set.to_vec(), ..Overrides::default() };
    let scenario = read(Source::text("demo.toml", LEAST), &overrides).unwrap_or_else(|problems| panic!("{problems}"));
    (scenario.seed, scenario.replicates, scenario.point(0).settings)
}

/// The rows of the table of keys below a heading of the README.
fn rows(heading: &str) -> Vec<&'static str> {
    let (_, section) = include_str!("../../../README.md").split_once(&format!("\n### {heading}\n\n")).unwrap();
    section.lines().take_while(|line| line.starts_with('|')).skip(2).collect()
}

#[test]
fn the_tables_of_the_readme_are_the_list_of_keys() {
    let row = |name: &str, key: &Key| {
        let default = key.default().map(|default| format!(" `{default}`")).unwrap_or_default();
        format!("| `{name}` |{default} | {} |", key.doc)
    };
    let of = |section: &str, whole: bool| {
        let keys = keys().filter(|key| key.section() == section);
        keys.map(|key| row(if whole { key.path } else { key.name() }, key)).collect::<Vec<_>>()
    };
    assert_eq!(rows("network"), of("network", false));
    assert_eq!(rows("gossip"), of("gossip", false));
    assert_eq!(rows("workload and stop"), [of("workload", true), of("stop", true)].concat());
    for key in [SEED, REPLICATES] {
        let said = format!("`{}` ({})", key.path, key.default().unwrap());
        assert!(include_str!("../../../README.md").contains(&said), "{said}");
    }
}

#[test]
fn a_default_that_is_written_changes_nothing() {
    let least = settings(&[]);
    for key in keys().filter(|key| key.path != DESCRIPTION.path) {
        if let Some(default) = key.default() {
            assert_eq!(settings(&[format!("{}={default}", key.path)]), least, "{}", key.path);
        }
    }
}

#[test]
fn every_key_is_printed_with_its_default_and_every_path_is_its_own() {
    let text = settings(&[]).2.to_toml();
    let printed: Vec<_> = text.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name.trim()).collect();
    let sections: Vec<_> = keys().filter(|key| !key.section().is_empty()).collect();
    assert_eq!(printed, sections.iter().map(|key| key.name()).collect::<Vec<_>>());
    let mut paths: Vec<_> = keys().map(|key| key.path).collect();
    paths.sort_unstable();
    assert!(paths.windows(2).all(|pair| pair[0] != pair[1]), "{paths:?}");
}
