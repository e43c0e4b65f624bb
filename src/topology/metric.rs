//! Where the distances on a topology come from.

use std::sync::Arc;

use super::Graph;
use super::csr::Csr;
use super::distances::{Distances, MAX_SEARCHED, unknown};
use super::searched::Searched;
use crate::catalog::Incompatible;

/// Where the distances on a topology come from.
pub enum Metric {
    /// They follow from the settings, or from the file that these name.
    Known(Box<dyn Distances>),
    /// They are searched for on the graph that is drawn, which has so many nodes and edge ends.
    Searched {
        /// Nodes.
        nodes: u32,
        /// Ends of edges, at most.
        ends: u64,
    },
}

impl Metric {
    /// That of graphs that are searched, if they are small enough and without directions.
    pub(super) fn searched(nodes: u32, ends: u64, directed: bool) -> Result<Self, Incompatible> {
        check_searched(nodes, directed).map(|()| Metric::Searched { nodes, ends })
    }

    /// Bytes that the distances take at most.
    pub fn bytes_of_space(&self) -> u64 {
        match self {
            Metric::Known(distances) => distances.bytes_of_space(),
            Metric::Searched { nodes, .. } => Searched::bytes_of_space(*nodes),
        }
    }

    /// Bytes that the ways take at most, with what is written of them.
    pub fn bytes_of_routes(&self) -> u64 {
        match self {
            Metric::Known(distances) => distances.bytes_of_routes(),
            Metric::Searched { nodes, ends } => Searched::bytes_of_routes(*nodes, *ends),
        }
    }

    /// The distances and the ways on `graph`, which is the one of these settings.
    pub fn on(self, graph: &dyn Graph) -> Box<dyn Distances> {
        match self {
            Metric::Known(distances) => distances,
            Metric::Searched { .. } => Box::new(Arc::new(Searched::new(Arc::new(Csr::copied(graph))))),
        }
    }

    /// Those that follow from the settings.
    pub fn known(self) -> Option<Box<dyn Distances>> {
        match self {
            Metric::Known(distances) => Some(distances),
            Metric::Searched { .. } => None,
        }
    }
}

/// Whether distances on graphs of `nodes` nodes are searched for.
pub(super) fn check_searched(nodes: u32, directed: bool) -> Result<(), Incompatible> {
    if directed {
        return Err(unknown("distances are not searched for on a directed graph, where they differ by direction"));
    }
    if nodes > MAX_SEARCHED {
        return Err(unknown(format!("distances are not searched for among {nodes} nodes")));
    }
    Ok(())
}
