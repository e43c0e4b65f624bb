//! Where a point of a summary stands among the others: the values of what differs between them.

use super::label::readable;
use super::rows::{PointColumns, SummaryRow, Swept};
use crate::printable;

/// One point of a summary.
pub type Entry = (PointColumns, Swept, SummaryRow);

/// What every table has a column for besides the strategy.
const OWN: [&str; 5] = ["nodes", "topology", "fanout", "loss", "interval"];

/// The value of a key of a point, for people.
pub fn value(point: &PointColumns, swept: &Swept, key: &str) -> String {
    match key {
        "nodes" => point.nodes.to_string(),
        "topology" => printable::line(&point.topology).into_owned(),
        "fanout" => point.fanout.to_string(),
        "loss" => point.loss.to_string(),
        "interval" => format!("{} ms", point.interval_ms),
        _ => {
            let value = swept.iter().find(|(path, _)| path == key).map(|(_, value)| readable(value));
            value.map_or_else(String::new, |value| printable::line(&value).into_owned())
        }
    }
}

/// The keys besides the strategy that differ between points, sizes first.
pub fn varying(summary: &[Entry]) -> Vec<String> {
    let of = |(point, swept, _): &Entry, key: &str| value(point, swept, key);
    let swept = summary.first().into_iter().flat_map(|(_, swept, _)| swept.iter().map(|(path, _)| path.clone()));
    let differs = |key: &String| summary.iter().any(|entry| of(entry, key) != of(&summary[0], key));
    OWN.map(str::to_owned).into_iter().chain(swept).filter(differs).collect()
}

/// What tells a point from others of its strategy and size: `, topology star, loss 0.1`. `varying` is what differs.
pub fn besides(point: &PointColumns, swept: &Swept, varying: &[String]) -> String {
    let keys = varying.iter().filter(|key| *key != "nodes");
    keys.map(|key| format!(", {key} {}", value(point, swept, key))).collect()
}
