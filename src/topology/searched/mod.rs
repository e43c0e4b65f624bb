//! Distances and ways on stored graphs of a few thousand nodes, found by breadth-first search.

mod counted;
mod roads;
mod shells;
mod space;

use std::sync::{Arc, OnceLock};

use super::csr::Csr;
use super::{Graph, Metric, Roads};
use crate::space::Space;
use counted::Counted;
use roads::SearchedRoads;
use shells::Shells;

/// A stored graph whose distances are searched for once, when somebody asks.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Searched {
    graph: Arc<Csr>,
    shells: OnceLock<Arc<Shells>>,
}

impl Searched {
    /// The distances on `graph`, which has at most [`MAX_SEARCHED`](super::MAX_SEARCHED) nodes if anybody asks.
    pub(super) fn new(graph: Arc<Csr>) -> Self {
        Searched { graph, shells: OnceLock::new() }
    }
}

impl Metric for Arc<Searched> {
    fn space(&self) -> Arc<dyn Space> {
        Arc::new(Arc::clone(self.shells.get_or_init(|| Arc::new(Shells::of(&self.graph)))))
    }

    fn bytes_of_space(&self) -> u64 {
        Shells::bytes(self.graph.nodes()) + Counted::bytes(self.graph.nodes())
    }

    fn roads(&self) -> Box<dyn Roads> {
        Box::new(SearchedRoads::new(Arc::clone(&self.graph)))
    }

    fn bytes_of_roads(&self) -> u64 {
        SearchedRoads::bytes(self.graph.nodes(), self.graph.ends())
    }
}
