//! A swept key and its values, and which of them go in step.

use std::ops::Range;

use crate::scenario::number;
use crate::scenario::place::Place;
use crate::scenario::tree::{Node, Value};

/// The key of the lists that go in step.
pub(crate) const ZIP: &str = "zip";
/// The key of the condition.
pub(crate) const WHERE: &str = "where";

/// A swept key and its values.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    pub(crate) path: String,
    pub(crate) key_place: Place,
    pub(crate) values: Vec<Node>,
    /// Whether it goes in step with the one before it.
    pub(crate) in_step: bool,
    /// Whether any of its values follows the number of nodes.
    pub(crate) follows: bool,
}

impl Axis {
    pub(crate) fn new(path: String, key_place: Place, values: Vec<Node>, in_step: bool) -> Self {
        let follows = values.iter().any(|value| number::any_follows(&path, value));
        Axis { path, key_place, values, in_step, follows }
    }
}

/// What messages call a key of the sweep.
pub(super) fn key(path: &str) -> String {
    format!("sweep.{path}")
}

/// The keys that go in step with each other, in their order; each that goes alone is one.
pub(crate) fn steps(axes: &[Axis]) -> Vec<Range<usize>> {
    let mut steps: Vec<Range<usize>> = Vec::new();
    for (which, axis) in axes.iter().enumerate() {
        match steps.last_mut().filter(|_| axis.in_step) {
            Some(step) => step.end = which + 1,
            None => steps.push(which..which + 1),
        }
    }
    steps
}

/// A swept value as tables show it: texts without quotes.
pub(crate) fn as_column(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Float(number) => number.to_string(),
        other => other.to_string(),
    }
}
