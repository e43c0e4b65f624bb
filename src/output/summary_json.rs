//! The summary as JSON, for `--json`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::frame::{Frame, Row, object};
use super::tables::{self, List, Tables};
use super::{front, links, places, run_tables, until};
use crate::scenario::Scenario;

/// The same figures as `summary.csv`, with the number of runs that a limit cut off, `fit.csv`, `coverage_by_region.csv` and `links_summary.csv`, and,
/// if values of the swept key `compare` are compared, `pairs.csv`, by column name; also the points that no other beats in
/// both time and load.
pub fn of(list: &List, scenario: &Scenario, tables: &Tables, folder: &Path, compare: bool) -> Value {
    let cut_off = cut_off(&tables.runs);
    // How many runs of a point a limit ended: its figures lack what they would have come to.
    let point = |row: Row<'_>| {
        let count = cut_off.get(&row.point()).copied().unwrap_or(0);
        merged(&[row.json(), json!({ "cut_off": count })])
    };
    let mut json = json!({
        "scenario": scenario.name,
        "hash": scenario.hash(),
        "seed": scenario.seed,
        // A path need not be UTF-8, JSON must.
        "folder": folder.display().to_string(),
        "points": tables.summary.rows().map(point).collect::<Vec<_>>(),
        "fit": tables.fit.rows().map(Row::json).collect::<Vec<_>>(),
    });
    if !tables.by_region.is_empty() {
        json["by_region"] = tables.by_region.rows().map(Row::json).collect();
    }
    if !tables.links.is_empty() {
        let keys = run_tables::keys(list, scenario);
        let header = tables::links_summary(list).header(&keys);
        let links = links::summaries(tables).into_iter();
        json["links"] = links.map(|(row, links)| object(&header, &links::cells(list, row, &links))).collect();
    }
    let share = scenario.deadline.map_or(until::ALL, |deadline| deadline.permille);
    // Where memory is that short, what was found is worth more than the comparison.
    let timed = until::summary_until(tables, share).unwrap_or(Cow::Borrowed(&tables.summary));
    let points: Vec<Row<'_>> = timed.rows().collect();
    let varying = places::varying_in(&points);
    if let Some(front) = front::front(&points, &varying).filter(|front| front.sure) {
        let points: Vec<u64> = front.rows.iter().map(|(row, ..)| row.point()).collect();
        json["not_beaten"] = json!({ "time": front::time_column(front.quantile), "points": points });
        if share != until::ALL {
            json["not_beaten"]["coverage"] = json!(share as f64 / 10.0);
        }
    }
    if compare {
        json["pairs"] = tables.pairs.rows().map(Row::json).collect();
    }
    json
}

/// How many runs of each point a limit cut off.
fn cut_off(runs: &Frame) -> BTreeMap<u64, u64> {
    let mut counts = BTreeMap::new();
    for run in runs.rows().filter(|run| run.was_cut_off()) {
        *counts.entry(run.point()).or_default() += 1;
    }
    counts
}

fn merged(parts: &[Value]) -> Value {
    let fields = parts.iter().filter_map(Value::as_object).flatten();
    fields.map(|(key, value)| (key.clone(), value.clone())).collect()
}
