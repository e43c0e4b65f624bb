//! The data dictionary: that it is what the tables have, and what the folder's data package says.

use serde_json::Value;

use super::sandbox::{Sandbox, TINY};
use gossipsim::columns::bandwidth;

/// Sizes, a key without a column of its own, regions, and traffic by link.
const EVERYTHING: &str = "replicates = 2\n[network]\ntopology = \"ring\"\nlinks = true\n\
    [[network.region]]\nname = \"here\"\nshare = 0.5\n[[network.region]]\nname = \"there\"\nshare = 0.5\n[gossip]\nstrategy = \"push-pull\"\n\
    [sweep]\n\"network.nodes\" = [4, 8]\n\"gossip.phase\" = [\"aligned\", \"random\"]\n";

/// What stands in the dictionary for the columns of swept keys.
const SWEPT: &str = "swept keys";

/// The tables of the rumor, as the dictionary has them.
fn dictionary(sandbox: &Sandbox) -> Vec<Value> {
    let json = sandbox.run(&["columns", "rumor", "--json"]).exits(0).json();
    assert_eq!(json["workloads"][0]["workload"], "rumor");
    json["workloads"][0]["tables"].as_array().expect("tables").clone()
}

fn text<'a>(json: &'a Value, name: &str) -> &'a str {
    json[name].as_str().unwrap_or_default()
}

/// The same where nobody forwards at once, so that nobody counts hops, messages arrive once, as they were, and nothing limits
/// bandwidth.
fn columns(dictionary: &[Value], table: &str, keys: &[&str]) -> Vec<String> {
    let runs = bandwidth::RUNS.iter().map(|column| column.name);
    let left_out: Vec<&str> = runs
        .chain(bandwidth::CURVE.iter().map(|figure| figure.name))
        .chain(["max_hops", "mean_hops", "duplicated", "corrupted"])
        .collect();
    let mut columns = all_columns(dictionary, table, keys);
    let is_left_out = |name: &str| {
        left_out.iter().any(|other| name.strip_prefix(other).is_some_and(|end| ["", "_mean"].contains(&end)))
    };
    columns.retain(|name| !is_left_out(name));
    columns
}

/// The columns of `table` in the dictionary, with those of `keys`.
fn all_columns(dictionary: &[Value], table: &str, keys: &[&str]) -> Vec<String> {
    let entry = dictionary.iter().find(|entry| entry["file"] == table);
    let entry = entry.unwrap_or_else(|| panic!("the dictionary does not have {table}"));
    let fields = entry["fields"].as_array().expect("fields").iter().map(|field| text(field, "name"));
    let all = fields.flat_map(|name| if name == SWEPT { keys.to_vec() } else { vec![name] });
    all.map(str::to_owned).collect()
}

#[test]
fn every_table_has_the_columns_of_the_dictionary_and_the_data_package_says_so() {
    let sandbox = Sandbox::new("columns");
    sandbox.write("all.toml", EVERYTHING);
    sandbox.run(&["compare", "all.toml", "--vary", "gossip.exchange=digest,eager", "--out", "c"]).exits(0);
    sandbox.run(&["theory", "all.toml", "--out", "t"]).exits(0);
    let dictionary = dictionary(&sandbox);
    let mut seen = Vec::new();
    for folder in ["c", "t"] {
        let package = sandbox.json(&format!("{folder}/datapackage.json"));
        assert_eq!((&package["profile"], &package["name"]), (&"tabular-data-package".into(), &"all".into()));
        let files: Vec<String> =
            serde_json::from_value(sandbox.json(&format!("{folder}/manifest.json"))["files"].clone()).expect("files");
        assert!(files.contains(&"datapackage.json".to_owned()), "{files:?}");
        let tables: Vec<&String> = files.iter().filter(|name| name.ends_with(".csv")).collect();
        let mut packed: Vec<&str> =
            package["resources"].as_array().unwrap().iter().map(|one| text(one, "path")).collect();
        packed.sort_unstable();
        assert_eq!(packed, tables);
        for resource in package["resources"].as_array().unwrap() {
            let name = text(resource, "path");
            let keys: &[&str] = match name {
                "pairs.csv" => &["gossip.phase"],
                _ if folder == "c" => &["gossip.phase", "gossip.exchange"],
                _ => &["gossip.phase"],
            };
            let header = sandbox.table(&format!("{folder}/{name}")).0;
            assert_eq!(header, columns(&dictionary, name, keys).join(","), "{name}");
            let fields = resource["schema"]["fields"].as_array().unwrap();
            assert!(fields.iter().map(|field| text(field, "name")).eq(header.split(',')), "{name}");
            assert!(fields.iter().all(|field| text(field, "description").ends_with('.')), "{name}");
            the_values_are_of_the_types(&sandbox, &format!("{folder}/{name}"), fields);
            seen.push(name.to_owned());
        }
    }
    // Where bandwidth is limited there are all that there can be.
    sandbox.write("slow.toml", format!("{TINY}[network.bandwidth]\negress = \"1Mbit/s\"\n"));
    sandbox.run(&["run", "slow.toml", "--out", "b"]).exits(0);
    for table in ["runs.csv", "curve.csv", "summary.csv", "bandwidth.csv"] {
        let (header, rows) = sandbox.table(&format!("b/{table}"));
        assert_eq!(header, all_columns(&dictionary, table, &[]).join(","), "{table}");
        assert!(!rows.is_empty());
        seen.push(table.to_owned());
    }
    sandbox.run(&["plot", "b"]).exits(0);
    for (table, file) in [("events", "events.csv"), ("nodes", "nodes.csv")] {
        sandbox.run(&["trace", "all.toml", "--table", table, "--out", file]).exits(0);
        assert_eq!(sandbox.table(file).0, columns(&dictionary, file, &[]).join(","), "{file}");
        seen.push(file.to_owned());
    }
    let missing: Vec<&str> = dictionary
        .iter()
        .map(|entry| text(entry, "file"))
        .filter(|file| !seen.iter().any(|name| name == file))
        .collect();
    assert_eq!(missing, <[&str; 0]>::default(), "every table of the dictionary was written");
}

/// Every value is empty or of its column's type.
fn the_values_are_of_the_types(sandbox: &Sandbox, table: &str, fields: &[Value]) {
    for row in sandbox.table(table).1 {
        for (value, field) in row.iter().zip(fields).filter(|(value, _)| !value.is_empty()) {
            let fits = match text(field, "type") {
                "integer" => value.parse::<u128>().is_ok(),
                "number" => value.parse::<f64>().is_ok(),
                kind => kind == "string",
            };
            assert!(fits, "{table}, {}: `{value}`", field["name"]);
        }
    }
}

#[test]
fn a_data_package_is_replaced_with_the_results_it_is_of() {
    let sandbox = Sandbox::new("package");
    sandbox.write("all.toml", EVERYTHING);
    sandbox.run(&["run", "all.toml", "--out", "r"]).exits(0);
    let first = sandbox.text("r/datapackage.json");
    assert!(first.contains("\"gossip.phase\"") && first.contains("\"links.csv\""));
    sandbox.run(&["plot", "r"]).exits(0);
    assert_eq!(sandbox.text("r/datapackage.json"), first, "`plot` changes no table");
    sandbox.run(&["run", "all.toml", "--set", "network.links=false", "--out", "r", "--force"]).exits(0);
    assert!(!sandbox.text("r/datapackage.json").contains("links.csv"));
    let mut found = sandbox.files("r");
    let mut files: Vec<String> =
        serde_json::from_value(sandbox.json("r/manifest.json")["files"].clone()).expect("files");
    files.push("manifest.json".to_owned());
    found.sort();
    files.sort();
    assert_eq!(found, files);
}
