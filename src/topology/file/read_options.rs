//! What a scenario says of a graph file, and what it is told where the file has no such weights.

use super::edge_collector::EdgeCollector;
use super::fault::{Fault, shown};
use super::format::{Format, WeightKey};

/// What a scenario says of a graph file.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadOptions<'a> {
    pub(super) format: Option<Format>,
    pub(super) directed: Option<bool>,
    pub(super) weight: Option<&'a WeightKey>,
}

/// A text that must show that the file has what the scenario calls weights.
pub(super) fn no_weight(weight: &WeightKey, known: &[String]) -> Fault {
    let known: Vec<String> = known.iter().take(8).map(|name| format!("`{}`", shown(name))).collect();
    let known = if known.is_empty() {
        "it has none besides the nodes".to_owned()
    } else {
        format!("it has {}", known.join(", "))
    };
    Fault::of_file(format!("has no weights in {weight}: {known}"))
}

/// A cell that should be a weight and is not.
pub(super) fn not_a_weight(number: usize, cell: Option<&str>, column: usize, gather: &EdgeCollector) -> Fault {
    let what = match cell {
        None => "nothing".to_owned(),
        Some(cell) if gather.edges() > 0 => format!("`{}`", shown(cell)),
        Some(_) => "no number".to_owned(),
    };
    Fault::of_line(number, format!("{what} in column {}, where its weight should be", column + 1))
}
