//! Distances and ways on graphs of a few thousand nodes, found by breadth-first search.

mod bfs_layers;
mod cumulative_counts;
mod routes;
mod space;

use std::sync::{Arc, OnceLock};

use super::csr::Csr;
use super::{Distances, Graph, Routes};
use crate::distance::DistanceIndex;
use bfs_layers::BfsLayers;
use cumulative_counts::CumulativeCounts;
use routes::SearchedRoutes;

/// A stored graph whose distances are searched for once, when somebody asks.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Searched {
    graph: Arc<Csr>,
    layers: OnceLock<Arc<BfsLayers>>,
}

impl Searched {
    /// The distances on `graph`, which has at most [`MAX_SEARCHED`](super::MAX_SEARCHED) nodes if anybody asks.
    pub(super) fn new(graph: Arc<Csr>) -> Self {
        Searched { graph, layers: OnceLock::new() }
    }

    /// Bytes that the distances among `nodes` nodes take at most.
    pub(super) fn bytes_of_space(nodes: u32) -> u64 {
        BfsLayers::bytes(nodes) + CumulativeCounts::bytes(nodes)
    }

    /// Bytes that the ways among `nodes` nodes with so many edge `ends` take at most, with what is written of them.
    pub(super) fn bytes_of_routes(nodes: u32, ends: u64) -> u64 {
        SearchedRoutes::bytes(nodes, ends)
    }
}

impl Distances for Arc<Searched> {
    fn space(&self) -> Arc<dyn DistanceIndex> {
        Arc::new(Arc::clone(self.layers.get_or_init(|| Arc::new(BfsLayers::of(&self.graph)))))
    }

    fn bytes_of_space(&self) -> u64 {
        Searched::bytes_of_space(self.graph.nodes())
    }

    fn routes(&self) -> Box<dyn Routes> {
        Box::new(SearchedRoutes::new(Arc::clone(&self.graph)))
    }

    fn bytes_of_routes(&self) -> u64 {
        Searched::bytes_of_routes(self.graph.nodes(), self.graph.ends())
    }
}
