//! The data dictionary: what every column of every table means, and `datapackage.json`, which says it of a folder.
//!
//! The file is a [Frictionless Data Package](https://specs.frictionlessdata.io/tabular-data-package/): programs that know
//! the format load the tables with their types. Units stand in a property of our own, `unit`.

use serde_json::{Value, json};

use super::csv_file::{Keys, Layout};
use super::tables::{self, List};
use super::{law_rows, pairs};
use crate::columns::trace::{EVENTS, NODES, SUSPICION};
use crate::columns::{Column, Field, Kind, coverage as coverage_columns, updates};

/// The name of the data package in its folder.
pub const PACKAGE: &str = "datapackage.json";

/// A table, as the dictionary has it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name of its file.
    pub file: &'static str,
    /// What a row is, as it stands after "a row for each".
    pub row: &'static str,
    /// Its columns.
    pub layout: Layout,
}

/// What stands for the columns of swept keys.
const SWEPT: &str = "swept keys";

impl Entry {
    fn new(file: &'static str, row: &'static str, layout: Layout) -> Self {
        Entry { file, row, layout }
    }

    /// Its columns in order; one entry stands for those of all swept keys.
    pub fn fields(&self) -> Vec<Field> {
        let keys = if self.layout.keys == Keys::None { Vec::new() } else { vec![SWEPT.to_owned()] };
        let fields = self.layout.header(&keys).into_iter().map(|field| match field.swept {
            true => Field { doc: "Their values, a column each, named by their dotted paths.".to_owned(), ..field },
            false => field,
        });
        fields.collect()
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        let fields: Vec<Value> = self.fields().iter().map(field).collect();
        json!({ "file": self.file, "row": self.row, "fields": fields })
    }
}

/// Every table that a workload with these columns can have.
pub fn entries(list: &List) -> Vec<Entry> {
    let mut entries = vec![
        Entry::new("runs.csv", "run", tables::runs(list)),
        Entry::new("curve.csv", "configuration and round", tables::curve(list)),
        Entry::new("summary.csv", "point", tables::summary(list)),
        Entry::new("coverage.csv", "configuration, share of the live nodes, and kind of runs", tables::coverage(list)),
        Entry::new(
            tables::BY_REGION,
            "configuration, region, share of its nodes, and kind of runs, where nodes are in regions",
            tables::coverage_by_region(list),
        ),
        Entry::new(
            tables::BY_UPDATE,
            "configuration, update and share of the live nodes, where there are many updates",
            tables::by_update(list),
        ),
        Entry::new("fit.csv", "strategy and other swept keys, if `network.nodes` is swept", tables::fit(list)),
        Entry::new(
            "pairs.csv",
            "pair of configurations that differ in what is compared (`compare` only)",
            pairs::layout(list),
        ),
        Entry::new(
            "bandwidth.csv",
            "configuration and kind of message, and pair of regions, where bandwidth or packets are limited",
            tables::bandwidth(list),
        ),
        Entry::new("links.csv", "link of a configuration with `network.links`", tables::links()),
        Entry::new("links_summary.csv", "configuration with `network.links`", tables::links_summary(list)),
        Entry::new(
            "events.csv",
            "message leg, and for what comes from outside to a node (`trace` only)",
            alone(EVENTS),
        ),
        Entry::new("nodes.csv", "node (`trace --table nodes` only)", alone(NODES)),
        Entry::new(
            "suspicion.csv",
            "moment in the waiting of one node for another (`trace --table suspicion` only)",
            alone(SUSPICION),
        ),
        Entry::new("theory.csv", "configuration and law (`theory` only)", law_rows::layout(list)),
        Entry::new(
            "theory_distribution.csv",
            "configuration and number of rounds (`theory` only)",
            alone(law_rows::Share::COLUMNS),
        ),
    ];
    entries.retain(|entry| match entry.file {
        // They are about the nodes that an update is to reach.
        "coverage.csv" | tables::BY_REGION | "nodes.csv" => coverage_columns::applies(list),
        tables::BY_UPDATE => updates::applies(list.workload),
        "suspicion.csv" => list.workload == "detector",
        _ => true,
    });
    entries
}

/// The columns of a table that has no others.
fn alone<R>(columns: &[Column<R>]) -> Layout {
    let own = Field::all(columns);
    Layout { place: Vec::new(), keys: Keys::None, oldest: own.len(), own }
}

/// The type of a column, as data packages name it.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Whole | Kind::Large => "integer",
        Kind::Real => "number",
        Kind::Word => "string",
    }
}

/// A column, as data packages describe it.
fn field(field: &Field) -> Value {
    let mut json = json!({ "name": field.name, "type": kind(field.kind) });
    if !field.unit.is_empty() {
        json["unit"] = field.unit.into();
    }
    json["description"] = field.doc.as_str().into();
    json
}

/// The text of `datapackage.json` for a folder of results of the scenario called `scenario` with these `tables`.
pub fn package(list: &List, scenario: &str, description: &str, tables: &[(&'static str, Vec<Field>)]) -> String {
    let entries = entries(list);
    let resource = |(file, header): &(&'static str, Vec<Field>)| {
        let row = entries.iter().find(|entry| entry.file == *file).map_or("", |entry| entry.row);
        json!({
            "profile": "tabular-data-resource",
            "name": file.trim_end_matches(".csv"),
            "path": file,
            "description": format!("A row for each {row}."),
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": { "fields": header.iter().map(field).collect::<Vec<_>>(), "missingValues": [""] },
        })
    };
    let package = json!({
        "profile": "tabular-data-package",
        "name": plain_name(scenario),
        "title": scenario,
        "description": description,
        "resources": tables.iter().map(resource).collect::<Vec<_>>(),
    });
    // Plain fields and string keys: JSON can always hold them.
    serde_json::to_string_pretty(&package).unwrap_or_default() + "\n"
}

/// A name as data packages allow it: lower-case letters, digits, `.`, `_` and `-`.
fn plain_name(name: &str) -> String {
    let plain = |letter: char| match letter.to_ascii_lowercase() {
        letter if letter.is_ascii_alphanumeric() || ".-_".contains(letter) => letter,
        _ => '-',
    };
    name.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns;
    use crate::columns::rumor::LIST;

    #[test]
    fn every_column_has_a_name_of_its_own_and_a_sentence() {
        for entry in entries(LIST) {
            let mut names: Vec<String> = entry.fields().into_iter().map(|field| field.name).collect();
            for field in entry.fields() {
                // Whoever reads one of them has not read the others.
                let alone = !["The same", "Its ", "That "].iter().any(|start| field.doc.starts_with(start));
                assert!(alone && field.doc.ends_with('.'), "{}, {}: {}", entry.file, field.name, field.doc);
            }
            names.sort();
            assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{}: {names:?}", entry.file);
        }
    }

    #[test]
    fn only_what_is_to_reach_all_has_a_table_of_coverage() {
        for list in columns::WORKLOADS.iter() {
            let has = entries(list).iter().any(|entry| entry.file == "coverage.csv");
            assert_eq!(has, list.workload == "rumor", "{}", list.workload);
        }
    }

    #[test]
    fn a_package_says_of_every_table_what_its_columns_hold() {
        let header = tables::summary(LIST).header(&["gossip.phase".to_owned()]);
        let text = package(LIST, "My =scenario", "what it is", &[("summary.csv", header.clone())]);
        let json: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&json["name"], &json["title"]), (&json!("my--scenario"), &json!("My =scenario")));
        let resource = &json["resources"][0];
        assert_eq!((&resource["path"], &resource["name"]), (&json!("summary.csv"), &json!("summary")));
        let fields = resource["schema"]["fields"].as_array().unwrap();
        assert_eq!(fields.len(), header.len());
        let of = |name: &str| fields.iter().find(|field| field["name"] == name).unwrap();
        assert_eq!((&of("nodes")["type"], &of("nodes")["unit"]), (&json!("integer"), &json!("nodes")));
        assert_eq!((&of("gossip.phase")["type"], of("loss").get("unit")), (&json!("string"), None));
        assert_eq!(of("rounds_p95")["type"], "number");
    }
}
