//! What the points of a comparison are told apart by.

use serde_json::Value;

/// What the points of a scenario are compared by.
pub(super) struct Comparison {
    /// The swept key whose values are held against each other.
    pub(super) key: String,
    /// What the manifest says was simulated, where one scenario cannot say it.
    pub(super) resolved: Option<Value>,
}
