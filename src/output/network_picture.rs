//! The network of one run as a picture: what it shows; how it is drawn is the charts' business.

use crate::trace::{Infection, Neighbors, Trace};

/// So many nodes can be told apart in a picture.
pub const MOST_NODES: u32 = 500;

/// A run, and what its picture says beside it.
pub struct NetworkPicture<'a> {
    /// The run.
    pub trace: &'a Trace,
    /// Who learned when and from whom.
    pub infection: &'a Infection,
    /// The graph.
    pub neighbors: &'a Neighbors,
    /// What was simulated, a line each.
    pub notes: Vec<String>,
}
