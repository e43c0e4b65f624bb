//! What the charts of a folder say besides its tables. It stands in the manifest, so that they can be drawn again.

use serde::{Deserialize, Serialize};

/// What a chart says besides its data. It is stored with the results, so that they can be drawn again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// The scenario's name.
    pub scenario: String,
    /// The settings common to all points, in one line: `complete graph, fanout 1, interval 1s, loss 0, 200 runs`.
    pub statement: String,
    /// What has come about when a run has converged, as it stands after "rounds until".
    #[serde(default = "everybody_knows")]
    pub goal: String,
    /// The swept key whose values are compared, by its dotted path, if any are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared: Option<String>,
    /// Whether a run that has not converged when a limit comes may be one that never would.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_never_converge: bool,
    /// The share of the nodes that the deadline asks for, in thousandths, where there is one and that is not all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_share: Option<u64>,
    /// Points by number, and how far off nodes may be there when a run has converged, as a share of what they estimate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tolerances: Vec<(u64, f64)>,
    /// What theory expects of the informed fraction, for the points that have a published law.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub theory: Vec<TheoryCurve>,
    /// The exact probability that so many rounds are enough, for the points whose law is computable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exact: Vec<TheoryCurve>,
}

/// What earlier versions simulated until.
fn everybody_knows() -> String {
    "every node knows".to_owned()
}

/// What theory says of one point, round by round: the expected informed fraction, or the share of runs that are done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TheoryCurve {
    /// Number of the point, from 0.
    pub point: u64,
    /// Round (0 is the start) and the fraction of live nodes expected to know, or of runs to be done, at its end.
    pub points: Vec<(u64, f64)>,
}
