//! A graph on which nodes are yet to join: until they do, nobody has them for neighbours.

use std::sync::atomic::{AtomicU32, Ordering};

use super::Graph;
use crate::units::NodeId;

/// The part of a graph over all nodes that there will be which lies between those that have joined, in the order of their
/// numbers. Where the graph is complete, so is every part of it.
#[derive(Debug)]
pub struct Joined<'a, G: ?Sized> {
    graph: &'a G,
    /// Read and written by the one thread that the run is on.
    joined: AtomicU32,
}

impl<'a, G: Graph + ?Sized> Joined<'a, G> {
    /// The first `joined` nodes of `graph` are there.
    pub fn new(graph: &'a G, joined: u32) -> Self {
        Joined { graph, joined: AtomicU32::new(joined) }
    }

    fn joined(&self) -> u32 {
        self.joined.load(Ordering::Relaxed)
    }
}

impl<G: Graph + ?Sized> Graph for Joined<'_, G> {
    fn nodes(&self) -> u32 {
        self.graph.nodes()
    }

    fn degree(&self, node: NodeId) -> u32 {
        self.graph.degree_among(node, self.joined())
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        self.graph.neighbor_among(node, index, self.joined())
    }

    fn admit(&self, node: NodeId) {
        self.joined.fetch_max(node.number() + 1, Ordering::Relaxed);
    }

    fn directed(&self) -> bool {
        self.graph.directed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Chance, Purpose};
    use crate::topology::{OnGraph, TopologySpec};

    /// The neighbours of every node that has joined.
    struct Neighbors(u32);

    impl OnGraph for Neighbors {
        type Output = [Vec<Vec<u32>>; 2];

        fn with<G: Graph>(self, graph: &G) -> Self::Output {
            let joined = Joined::new(graph, 3);
            joined.admit(NodeId::new(self.0 - 1));
            let of = |graph: &dyn Graph, node: u32| -> Vec<u32> {
                let node = NodeId::new(node);
                (0..graph.degree(node)).map(|index| graph.neighbor(node, index).number()).collect()
            };
            let part = (0..self.0).map(|node| of(&joined, node)).collect();
            let whole = (0..self.0).map(|node| of(graph, node).into_iter().filter(|&other| other < self.0).collect());
            [part, whole.collect()]
        }
    }

    fn neighbors(topology: &str, nodes: u32, joined: u32) -> [Vec<Vec<u32>>; 2] {
        let topology: TopologySpec = serde_json::from_str(topology).unwrap();
        let mut stream = Chance { seed: 1, nodes, replicate: 0 }.stream(Purpose::Topology);
        topology.on_graph(nodes, &mut stream, Neighbors(joined)).unwrap()
    }

    #[test]
    fn nobody_has_a_neighbor_that_is_yet_to_join() {
        for topology in [r#"{"ring": {}}"#, r#"{"random-regular": {"degree": 4}}"#, r#"{"star": {}}"#] {
            let [part, whole] = neighbors(topology, 20, 12);
            assert_eq!(part, whole, "{topology}");
        }
    }

    #[test]
    fn every_part_of_a_complete_graph_is_the_complete_graph_of_its_nodes() {
        let [part, _] = neighbors(r#"{"complete": {}}"#, 20, 12);
        let [_, alone] = neighbors(r#"{"complete": {}}"#, 12, 12);
        assert_eq!(part, alone);
    }
}
