//! Partial views that nodes keep by themselves: with whom a node can talk is whom it knows, and that changes.
//!
//! Nodes know a few others each, and trade them: a peer-sampling service (Jelasity et al., "Gossip-based peer sampling",
//! ACM TOCS 2007). The protocol is [Cyclon](`crate::peers::Cyclon`) (Voulgaris, Gavidia and van Steen, "CYCLON: inexpensive
//! membership management for unstructured P2P overlays", JNSM 13(2), 2005, section 3). It runs beside the gossip: all
//! shuffles of a cycle happen at one instant, one after the other, without latency or loss. An [`Overlay`] is the graph that
//! they make, as the engine asks it.

mod cyclon;
mod graph;
mod views;

pub use graph::Overlay;

use crate::peers::Cyclon;

/// Bytes that the views of `nodes` nodes take, with what a run needs to keep them.
pub fn bytes(nodes: u32, rule: &Cyclon) -> u64 {
    // While the first order is drawn there is a key for each node besides.
    views::bytes(nodes, rule.view()) + 12 * u64::from(nodes)
}
