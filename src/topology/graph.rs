//! A graph as the engine asks it, and work that is compiled for the kinds of graph that most runs are on.

use std::sync::Arc;

use crate::units::NodeId;

/// A graph as the engine asks it: neighbours by index.
///
/// The neighbours of a node are distinct, never the node itself, and in the same order for the whole run; the
/// relation is symmetric, unless the graph is directed.
pub trait Graph: Send + Sync {
    /// The number of nodes.
    fn nodes(&self) -> u32;
    /// How many neighbours `node` has.
    fn degree(&self, node: NodeId) -> u32;
    /// Neighbour `index` of `node`, for `index` below its degree.
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId;
    /// Appends the neighbours of `node` with these indices, all below its degree: asked once for many.
    fn neighbors_at(&self, node: NodeId, indices: &[u32], neighbors: &mut Vec<NodeId>) {
        neighbors.extend(indices.iter().map(|&index| self.neighbor(node, index)));
    }
    /// How many neighbours `node` has among the first `joined` nodes.
    fn degree_among(&self, node: NodeId, joined: u32) -> u32 {
        (0..self.degree(node)).filter(|&index| self.neighbor(node, index).number() < joined).count() as u32
    }
    /// Neighbour `index` of `node` among the first `joined` nodes, for `index` below [`Graph::degree_among`].
    fn neighbor_among(&self, node: NodeId, index: u32, joined: u32) -> NodeId {
        let neighbors = (0..self.degree(node)).map(|index| self.neighbor(node, index));
        // Below the degree there is one; nobody is a neighbour of himself.
        neighbors.filter(|other| other.number() < joined).nth(index as usize).unwrap_or(node)
    }
    /// `node` joins: from now on it is a neighbour.
    fn admit(&self, _node: NodeId) {}
    /// Nodes keep their lists of neighbours up to date, where they do that: those that are up, each with others that answer
    /// it.
    fn renew(&self, _is_up: &dyn Fn(NodeId) -> bool, _answers: &dyn Fn(NodeId, NodeId) -> bool) {}
    /// The same, asked through a table of functions.
    fn erased(&self) -> &dyn Graph
    where
        Self: Sized,
    {
        self
    }
    /// Does `work` on this graph: through a table of functions, unless runs on this kind of graph are so many or so large
    /// that the work is compiled for it.
    fn accept<W: OnGraph>(&self, work: W) -> W::Output
    where
        Self: Sized,
    {
        work.with(&self.erased())
    }
    /// Whether every node is known to reach every other by the way the graph is made. `false` means "not known":
    /// [`components`](super::components) finds out.
    fn connected(&self) -> bool {
        false
    }
    /// Remembers that it has been found out that every node reaches every other, where there is room for that.
    fn mark_connected(&mut self) {}
    /// Whether the neighbours of a node are those that it leads to, who need not lead back.
    fn directed(&self) -> bool {
        false
    }
}

/// Any graph: what is compiled once for all of them asks through a table of functions.
impl Graph for &dyn Graph {
    fn nodes(&self) -> u32 {
        (**self).nodes()
    }

    fn degree(&self, node: NodeId) -> u32 {
        (**self).degree(node)
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        (**self).neighbor(node, index)
    }

    fn neighbors_at(&self, node: NodeId, indices: &[u32], neighbors: &mut Vec<NodeId>) {
        (**self).neighbors_at(node, indices, neighbors);
    }

    fn erased(&self) -> &dyn Graph {
        *self
    }

    fn degree_among(&self, node: NodeId, joined: u32) -> u32 {
        (**self).degree_among(node, joined)
    }

    fn neighbor_among(&self, node: NodeId, index: u32, joined: u32) -> NodeId {
        (**self).neighbor_among(node, index, joined)
    }

    fn admit(&self, node: NodeId) {
        (**self).admit(node);
    }

    fn renew(&self, is_up: &dyn Fn(NodeId) -> bool, answers: &dyn Fn(NodeId, NodeId) -> bool) {
        (**self).renew(is_up, answers);
    }

    fn connected(&self) -> bool {
        (**self).connected()
    }

    fn directed(&self) -> bool {
        (**self).directed()
    }
}

impl<G: Graph> Graph for Arc<G> {
    fn nodes(&self) -> u32 {
        G::nodes(self)
    }

    #[inline]
    fn degree(&self, node: NodeId) -> u32 {
        G::degree(self, node)
    }

    #[inline]
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        G::neighbor(self, node, index)
    }

    fn accept<W: OnGraph>(&self, work: W) -> W::Output {
        G::accept(self, work)
    }

    fn connected(&self) -> bool {
        G::connected(self)
    }

    fn directed(&self) -> bool {
        G::directed(self)
    }
}

/// Work that is compiled for the kinds of graph that most runs are on, and once for all others ([`Graph::accept`]).
pub trait OnGraph {
    /// What the work gives.
    type Output;
    /// Does it on `graph`.
    fn with<G: Graph>(self, graph: &G) -> Self::Output;
}
