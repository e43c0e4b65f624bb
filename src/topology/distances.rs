//! Topologies on which distances are known: what a rule that looks beyond its neighbours, and whoever counts the
//! traffic on links, must know of them.

use std::fmt::Debug;
use std::sync::Arc;

use crate::catalog::Incompatible;
use crate::distance::DistanceIndex;
use crate::units::NodeId;

/// The most nodes of a graph whose distances are searched for instead of worked out.
pub const MAX_SEARCHED: u32 = 10_000;

/// Bytes of a link's row of results, at the height of reading them back (measured).
pub(super) const BYTES_OF_ROW: usize = 64;

/// The distances and the ways on one graph.
pub trait Distances {
    /// The distances.
    fn space(&self) -> Arc<dyn DistanceIndex>;

    /// Bytes that they take at most.
    fn bytes_of_space(&self) -> u64;

    /// The ways, on which nothing has gone yet.
    fn routes(&self) -> Box<dyn Routes>;

    /// Bytes that the ways take at most, with what is written of them.
    fn bytes_of_routes(&self) -> u64;
}

/// What goes over each link of a graph. Every message takes one shortest way, the same for the same two nodes.
pub trait Routes: Debug {
    /// A message goes from `from` to `to`; whether it opens a conversation. There must be a way.
    fn add_message(&mut self, from: NodeId, to: NodeId, opens: bool);

    /// All links of the graph with what went over them, in ascending order.
    fn loads(self: Box<Self>) -> Vec<LinkLoad>;
}

/// What went over one link, in both directions together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LinkLoad {
    /// The end with the smaller number.
    pub from: NodeId,
    /// The end with the greater number.
    pub to: NodeId,
    /// Messages that opened a conversation.
    pub conversations: u64,
    /// Messages, answers included.
    pub messages: u64,
}

/// What to say where no distances are known.
pub(super) fn unknown(problem: impl Into<String>) -> Incompatible {
    let allowed =
        format!("line, ring (neighbors = 1), grid, torus, or any undirected graph of at most {MAX_SEARCHED} nodes");
    Incompatible::whole(problem, allowed)
}
