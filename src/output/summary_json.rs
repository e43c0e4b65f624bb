//! The summary as JSON, for `--json`.

use std::path::Path;

use serde::Serialize;
use serde_json::{Value, json};

use super::rows::{Swept, Tables};
use super::{links, pairs};
use crate::scenario::Scenario;

/// The same figures as `summary.csv`, with the number of runs that a limit cut off, `fit.csv` and `links_summary.csv`, and, if values of the swept key `compare` are
/// compared, `pairs.csv`, by column name.
pub fn of(scenario: &Scenario, tables: &Tables, folder: &Path, compare: Option<&str>) -> Value {
    // How many runs of a point a limit ended: its figures lack what they would have come to.
    let cut_off = |number: u32| tables.runs.iter().filter(|run| run.point == number && run.cut_off()).count();
    let points: Vec<Value> = tables
        .summary
        .iter()
        .map(|(point, swept, row)| {
            merged(&[object(point), words(swept), object(row), json!({ "cut_off": cut_off(point.point) })])
        })
        .collect();
    let fits = tables
        .fit
        .iter()
        .map(|(strategy, swept, fit)| merged(&[json!({ "strategy": strategy }), words(swept), object(fit)]));
    let mut json = json!({
        "scenario": scenario.name,
        "hash": scenario.hash(),
        "seed": scenario.seed,
        // A path need not be UTF-8, JSON must.
        "folder": folder.display().to_string(),
        "points": points,
        "fit": fits.collect::<Vec<_>>(),
    });
    if !tables.links.is_empty() {
        let links = links::summaries(tables).into_iter();
        let links = links.map(|(point, swept, row)| merged(&[object(&point), words(&swept), object(&row)]));
        json["links"] = links.collect();
    }
    if let Some(key) = compare {
        let pairs = pairs::rows(scenario, tables, key).into_iter().map(|(place, swept, row)| {
            let (nodes, topology, fanout, loss, interval_ms) = place;
            let place = json!({
                "nodes": nodes, "topology": topology, "fanout": fanout, "loss": loss, "interval_ms": interval_ms,
            });
            merged(&[place, words(&swept), object(&row)])
        });
        json["pairs"] = pairs.collect();
    }
    json
}

/// A row as an object; plain fields always have one.
fn object(row: &impl Serialize) -> Value {
    serde_json::to_value(row).unwrap_or_default()
}

fn words(swept: &Swept) -> Value {
    swept.iter().map(|(path, value)| (path.clone(), Value::from(value.as_str()))).collect()
}

fn merged(parts: &[Value]) -> Value {
    let fields = parts.iter().filter_map(Value::as_object).flatten();
    fields.map(|(key, value)| (key.clone(), value.clone())).collect()
}
