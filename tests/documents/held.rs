//! Tables of the documents that are written by hand have a row for each entry of a list in the code, and no other.

use std::collections::BTreeSet;

use gossipsim::engine::Outcome;
use gossipsim::network::latency::Latency;
use gossipsim::network::loss::Loss;
use gossipsim::peers::Peers;
use gossipsim::topology::TopologySpec;
use gossipsim::workload::rumor::{Forward, Spread};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::markdown::{quoted, table};
use super::{names, read};

/// What the first column of the table below a heading names.
fn first_column(document: &str, heading: &str) -> Vec<String> {
    table(&read(document), heading).iter().map(|row| quoted(&row[0]).to_owned()).collect()
}

#[test]
fn every_model_has_a_row_that_names_its_settings_and_their_defaults() {
    models::<TopologySpec>("### Topologies", TopologySpec::NAMES);
    models::<Latency>("### Latency", Latency::NAMES);
    models::<Loss>("### Loss", Loss::NAMES);
    models::<Peers>("### Peer rules", Peers::NAMES);
    models::<Spread>("### Spread", Spread::NAMES);
    models::<Forward>("### Forwarding", Forward::NAMES);
}

fn models<M: Serialize + DeserializeOwned>(heading: &str, names: &[&str]) {
    let rows = table(&read("docs/scenario.md"), heading);
    assert_eq!(rows.iter().map(|row| quoted(&row[0])).collect::<Vec<_>>(), names, "{heading}");
    for row in rows {
        // One that has settings without a default shows them only by what it says.
        let Ok(model) = serde_json::from_value::<M>(json!({ quoted(&row[0]): {} })) else { continue };
        let defaults = serde_json::to_value(&model).expect("plain settings");
        settings_are_named(&row, &defaults);
        defaults_are_right(&row, &defaults);
    }
}

/// Every setting is in its row, or said below the table to be of all random graphs.
fn settings_are_named(row: &[String], defaults: &Value) {
    let of_all = ["kind", "fixed", "connected"];
    for (name, _) in defaults.as_object().expect("a table").iter().filter(|(name, _)| !of_all.contains(&&***name)) {
        let as_another = row[1].contains("as `");
        assert!(as_another || row[1].contains(&format!("`{name}")), "{row:?} does not name `{name}`");
    }
}

/// What a row gives as `name = value` is what holds if nobody writes it.
fn defaults_are_right(row: &[String], defaults: &Value) {
    for claim in row[1].split('`').skip(1).step_by(2).filter(|code| code.contains(" = ")) {
        let table: Value = toml::from_str(claim).unwrap_or_else(|error| panic!("{row:?}: {claim}: {error}"));
        for (name, value) in table.as_object().expect("a table") {
            let default = defaults.get(name).unwrap_or(&json!(false)).clone();
            // Where a setting is left out unless it is written, a value is an example.
            let example = defaults.get(name).is_none() && value.is_array();
            let same = default == *value || default.as_f64().is_some_and(|default| value.as_f64() == Some(default));
            assert!(example || same, "{row:?}: `{name}` is {default} if it is not written");
        }
    }
}

#[test]
fn every_outcome_has_a_row() {
    use Outcome::{Converged, DiedOut, Lost, RoundLimit, TimeLimit};
    let names = [Converged, DiedOut, Lost, RoundLimit, TimeLimit].map(Outcome::name);
    assert_eq!(first_column("docs/results.md", "## Outcomes"), names);
}

/// The name of a chart without the number of its page.
fn first_page(name: &str) -> &str {
    match name.rsplit_once('_') {
        Some((chart, page)) if page.bytes().all(|byte| byte.is_ascii_digit()) => chart,
        _ => name,
    }
}

#[test]
fn every_chart_has_a_row() {
    let hashes = read("tests/golden/hashes.txt");
    // Of a comparison the charts are kept whole.
    let compared = names("tests/golden/three", "svg");
    let drawn: BTreeSet<&str> = hashes
        .lines()
        .filter_map(|line| line.split_once("/charts/")?.1.split_once(".svg"))
        .map(|(name, _)| first_page(name))
        .chain(compared.iter().filter_map(|name| name.strip_suffix(".svg")))
        .collect();
    let rows = first_column("docs/results.md", "## Charts");
    let of = |name: &str| {
        let exact = rows.iter().position(|row| row == name);
        exact.or_else(|| rows.iter().position(|row| row.strip_suffix("KEY").is_some_and(|stem| name.starts_with(stem))))
    };
    let shown: BTreeSet<usize> =
        drawn.iter().map(|name| of(name).unwrap_or_else(|| panic!("docs/results.md does not name {name}"))).collect();
    assert_eq!(shown.len(), rows.len(), "charts that the samples draw: {drawn:?}");
}

#[test]
fn every_key_of_an_event_has_a_row() {
    use gossipsim::scenario::{self, Overrides, Source};
    let text = format!("{}[[event]]\nnonsense = 1\n", super::LEAST);
    let problems = scenario::read(Source::text("s.toml", &text), &Overrides::default()).expect_err("it is refused");
    let allowed: Vec<&str> = problems.list()[0].allowed.split(", ").collect();
    let rows = first_column("docs/scenario.md", "## event");
    assert_eq!(rows.iter().map(String::as_str).collect::<BTreeSet<_>>(), allowed.into_iter().collect(), "{problems}");
}
