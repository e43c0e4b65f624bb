//! Which parts of a graph hang together: the sizes of its components, and how far news can get from a node.

use super::Graph;
use super::bits::Bits;
use crate::units::NodeId;

/// The sizes of the connected components of `graph`, largest first.
pub fn sizes<G: Graph>(graph: &G) -> Vec<u32> {
    if graph.connected() {
        return vec![graph.nodes()];
    }
    let mut search = Search::new(graph);
    let nodes = (0..graph.nodes()).map(NodeId::new);
    let mut sizes: Vec<u32> = nodes.map(|node| search.explore(node)).filter(|&size| size > 0).collect();
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes
}

/// How many nodes there are paths to from `origin`, itself included.
pub fn reach<G: Graph>(graph: &G, origin: NodeId) -> u32 {
    if graph.connected() {
        return graph.nodes();
    }
    Search::new(graph).explore(origin)
}

/// A breadth-first search that remembers where it was.
struct Search<'a, G> {
    graph: &'a G,
    seen: Bits,
    queue: Vec<NodeId>,
}

impl<'a, G: Graph> Search<'a, G> {
    fn new(graph: &'a G) -> Self {
        Search { graph, seen: Bits::new(graph.nodes() as usize), queue: Vec::new() }
    }

    /// How many nodes not seen before can be reached from `origin`.
    fn explore(&mut self, origin: NodeId) -> u32 {
        self.queue.clear();
        self.visit(origin);
        let mut next = 0;
        while let Some(&node) = self.queue.get(next) {
            next += 1;
            for index in 0..self.graph.degree(node) {
                self.visit(self.graph.neighbor(node, index));
            }
        }
        next as u32
    }

    fn visit(&mut self, node: NodeId) {
        if self.seen.insert(node.index()) {
            self.queue.push(node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::csr::Csr;
    use super::*;

    #[test]
    fn components_are_counted_largest_first() {
        let graph = Csr::from_ends(9, &[0, 8, 2, 3, 3, 4, 4, 2, 4, 7]);
        assert_eq!(sizes(&graph), [4, 2, 1, 1, 1]);
        for (origin, size) in [(8, 2), (7, 4), (5, 1)] {
            assert_eq!(reach(&graph, NodeId::new(origin)), size, "from {origin}");
        }
    }

    #[test]
    fn a_graph_known_to_be_connected_is_not_searched() {
        struct Vast;
        impl Graph for Vast {
            fn nodes(&self) -> u32 {
                100_000_000
            }
            fn degree(&self, _: NodeId) -> u32 {
                unreachable!("nobody should ask")
            }
            fn neighbor(&self, _: NodeId, _: u32) -> NodeId {
                unreachable!("nobody should ask")
            }
            fn connected(&self) -> bool {
                true
            }
        }
        assert_eq!((sizes(&Vast), reach(&Vast, NodeId::new(5))), (vec![100_000_000], 100_000_000));
    }
}
