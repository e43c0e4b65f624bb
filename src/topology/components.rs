//! Which parts of a graph hang together: the sizes of its components, and how far news can get from a node.

use std::hint::black_box;

use super::Graph;
use super::csr::Csr;
use crate::bits::Bits;
use crate::memory;
use crate::units::NodeId;

/// So many nodes are looked at together: their lists are read ahead, so that the cache misses overlap.
const BATCH: usize = 64;

/// The sizes of the connected components of `graph`, largest first.
pub fn sizes<G: Graph>(graph: &G) -> Vec<u32> {
    sizes_and_reach(graph, &[]).0
}

/// How many nodes there are paths to from `origin`, itself included.
pub fn reach<G: Graph>(graph: &G, origin: NodeId) -> u32 {
    if graph.connected() {
        return graph.nodes();
    }
    Search::new(graph).explore(origin)
}

/// The sizes of the connected components of `graph`, largest first, and how many nodes there are paths to from
/// any of `origins`: both from one search.
pub fn sizes_and_reach<G: Graph>(graph: &G, origins: &[NodeId]) -> (Vec<u32>, u32) {
    if graph.connected() {
        return (vec![graph.nodes()], graph.nodes());
    }
    let mut search = Search::new(graph);
    let mut sizes: Vec<u32> = origins.iter().map(|&origin| search.explore(origin)).collect();
    let reach = sizes.iter().sum();
    sizes.extend((0..graph.nodes()).map(|node| search.explore(NodeId::new(node))).filter(|&size| size > 0));
    sizes.retain(|&size| size > 0);
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    (sizes, reach)
}

/// Which way updates go along the arcs of a directed graph, on which a node contacts those it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeDirection {
    /// From who contacts to who is contacted.
    Along,
    /// From who is contacted to who contacts.
    Against,
    /// Either way.
    Both,
}

/// The sizes of the parts of a directed `graph` that hang together whatever the direction, largest first, and how many
/// nodes news from `origins` can get to if it goes as `flow` says, they included.
pub fn directed_sizes_and_reach<G: Graph>(graph: &G, origins: &[NodeId], flow: EdgeDirection) -> (Vec<u32>, u32) {
    let back = Csr::reversed(graph);
    let (sizes, both) = sizes_and_reach(&BothWays { graph, back: &back }, origins);
    let reach = match flow {
        EdgeDirection::Along => Search::new(graph).explore_all(origins),
        EdgeDirection::Against => Search::new(&back).explore_all(origins),
        EdgeDirection::Both => both,
    };
    (sizes, reach)
}

/// The nodes that news from `origins` can get to in `graph`, they included, if it goes along arcs as `flow` says, and past none of
/// the nodes `avoided`, which are not among them.
pub fn reached<G: Graph>(graph: &G, origins: &[NodeId], flow: EdgeDirection, avoided: &[NodeId]) -> Bits {
    let back = (graph.directed() && flow != EdgeDirection::Along).then(|| Csr::reversed(graph));
    reached_by(graph, back.as_ref(), [origins, avoided], flow)
}

/// The same, where arcs do not lead both ways in the graph with its arcs turned `back`.
fn reached_by<G: Graph>(graph: &G, back: Option<&Csr>, nodes: [&[NodeId]; 2], flow: EdgeDirection) -> Bits {
    fn found<G: Graph>(graph: &G, [origins, avoided]: [&[NodeId]; 2]) -> Bits {
        let mut search = Search::new(graph);
        avoided.iter().for_each(|node| _ = search.seen.insert(node.index()));
        search.explore_all(origins);
        avoided.iter().for_each(|node| _ = search.seen.remove(node.index()));
        search.seen
    }
    match back {
        None => found(graph, nodes),
        Some(back) if flow == EdgeDirection::Against => found(back, nodes),
        Some(back) => found(&BothWays { graph, back }, nodes),
    }
}

/// A directed graph, whose lists hold both those a node leads to and those that lead to it: one twice that is both.
struct BothWays<'a, G> {
    graph: &'a G,
    back: &'a Csr,
}

impl<G: Graph> Graph for BothWays<'_, G> {
    fn nodes(&self) -> u32 {
        self.graph.nodes()
    }

    fn degree(&self, node: NodeId) -> u32 {
        self.graph.degree(node) + self.back.degree(node)
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        match index.checked_sub(self.graph.degree(node)) {
            None => self.graph.neighbor(node, index),
            Some(index) => self.back.neighbor(node, index),
        }
    }
}

/// Bytes that it takes at most to search a graph over `nodes` nodes: a bit and a place in the queue for each, and its
/// component's size where each is alone.
pub(super) fn bytes(nodes: u32) -> u64 {
    u64::from(nodes).div_ceil(8) + 8 * (u64::from(nodes) + 1)
}

/// A breadth-first search that remembers where it was.
struct Search<'a, G> {
    graph: &'a G,
    seen: Bits,
    /// The nodes of the component that is explored, as they are found; the rest is of no account.
    found: Vec<NodeId>,
}

impl<'a, G: Graph> Search<'a, G> {
    fn new(graph: &'a G) -> Self {
        let nodes = graph.nodes() as usize;
        // One place more than there are nodes: whoever is found again is written down, too, but not counted.
        let places = || vec![NodeId::default(); nodes + 1];
        let found = memory::or_unwind(memory::having(memory::bytes_of::<NodeId>(nodes + 1), places));
        Search { graph, seen: Bits::new(nodes), found }
    }

    /// How many nodes not seen before can be reached from `origin`.
    fn explore(&mut self, origin: NodeId) -> u32 {
        let mut found = self.visit(origin, 0);
        let mut next = 0;
        while next < found {
            let batch = next..found.min(next + BATCH);
            next = batch.end;
            self.found[batch.clone()].iter().for_each(|&node| self.touch(node));
            for place in batch {
                let node = self.found[place];
                for index in 0..self.graph.degree(node) {
                    found = self.visit(self.graph.neighbor(node, index), found);
                }
            }
        }
        found as u32
    }

    /// The same from any of `origins`.
    fn explore_all(&mut self, origins: &[NodeId]) -> u32 {
        origins.iter().map(|&origin| self.explore(origin)).sum()
    }

    /// How many are found when `node` has been seen, after `found` others.
    fn visit(&mut self, node: NodeId, found: usize) -> usize {
        // Written either way: whether a node is new is a guess that a processor loses too often.
        self.found[found] = node;
        found + usize::from(self.seen.insert(node.index()))
    }

    /// Reads the ends of the list of `node`.
    fn touch(&self, node: NodeId) {
        if let Some(last) = self.graph.degree(node).checked_sub(1) {
            black_box((self.graph.neighbor(node, 0), self.graph.neighbor(node, last)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_counted_largest_first() {
        let edges = [[0, 8], [2, 3], [3, 4], [4, 2], [4, 7]];
        let graph = Csr::from_edges(9, edges.into_iter());
        assert_eq!(sizes(&graph), [4, 2, 1, 1, 1]);
        for (origin, size) in [(8, 2), (7, 4), (5, 1)] {
            let origin = NodeId::new(origin);
            assert_eq!(reach(&graph, origin), size, "from {origin:?}");
            assert_eq!(sizes_and_reach(&graph, &[origin]), (sizes(&graph), size), "from {origin:?}");
        }
    }

    #[test]
    fn news_from_several_nodes_gets_to_all_that_any_of_them_leads_to() {
        let graph = Csr::from_edges(9, [[0, 8], [2, 3], [3, 4], [4, 2], [4, 7]].into_iter());
        let arcs = Csr::from_arcs(5, &[[0, 1], [1, 2], [3, 2]]);
        let nodes = |numbers: &[u32]| numbers.iter().copied().map(NodeId::new).collect::<Vec<_>>();
        for (origins, reach) in [(&[8, 7][..], 6), (&[2, 7], 4), (&[5, 5], 1), (&[], 0)] {
            assert_eq!(sizes_and_reach(&graph, &nodes(origins)), (sizes(&graph), reach), "{origins:?}");
        }
        for (origins, along, against) in [(&[0, 3][..], 4, 2), (&[1, 2], 2, 4), (&[4, 2], 2, 5)] {
            let reach = |flow| directed_sizes_and_reach(&arcs, &nodes(origins), flow).1;
            assert_eq!([reach(EdgeDirection::Along), reach(EdgeDirection::Against)], [along, against], "{origins:?}");
            let found = reached(&arcs, &nodes(origins), EdgeDirection::Along, &[]);
            assert_eq!((0..5).filter(|&node| found.contains(node)).count(), along as usize, "{origins:?}");
        }
        for (origins, avoided, found) in [(0, 1, &[0][..]), (3, 1, &[2, 3]), (0, 2, &[0, 1])] {
            let past = reached(&arcs, &nodes(&[origins]), EdgeDirection::Along, &nodes(&[avoided]));
            assert_eq!(
                (0..5).filter(|&node| past.contains(node)).collect::<Vec<_>>(),
                found,
                "{origins} past {avoided}"
            );
        }
    }

    #[test]
    fn along_arcs_news_gets_as_far_as_they_lead() {
        // 0 -> 1 -> 2 <- 3, and 4 on its own.
        let graph = Csr::from_arcs(5, &[[0, 1], [1, 2], [3, 2]]);
        for (origin, along, against) in [(0, 3, 1), (1, 2, 2), (2, 1, 4), (3, 2, 1), (4, 1, 1)] {
            let reach = |flow| directed_sizes_and_reach(&graph, &[NodeId::new(origin)], flow);
            assert_eq!(reach(EdgeDirection::Along), (vec![4, 1], along), "from {origin}");
            assert_eq!(reach(EdgeDirection::Against), (vec![4, 1], against), "from {origin}");
            assert_eq!(reach(EdgeDirection::Both), (vec![4, 1], if origin == 4 { 1 } else { 4 }), "from {origin}");
            for flow in [EdgeDirection::Along, EdgeDirection::Against, EdgeDirection::Both] {
                let back = (flow != EdgeDirection::Along).then(|| Csr::reversed(&graph));
                let nodes = reached_by(&graph, back.as_ref(), [&[NodeId::new(origin)], &[]], flow);
                let count = (0..5).filter(|&node| nodes.contains(node)).count();
                assert_eq!((count as u32, nodes.contains(origin as usize)), (reach(flow).1, true), "from {origin}");
            }
        }
    }

    #[test]
    fn a_graph_known_to_be_connected_is_not_searched() {
        struct ManyNodes;
        impl Graph for ManyNodes {
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
        assert_eq!((sizes(&ManyNodes), reach(&ManyNodes, NodeId::new(5))), (vec![100_000_000], 100_000_000));
    }
}
