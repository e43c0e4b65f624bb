//! All nodes by their distance from each node.

use super::super::Graph;
use super::super::csr::Csr;
use crate::units::NodeId;

/// For every node, the others in the order of their distance, and how many lie within each distance.
#[derive(Debug, PartialEq)]
pub(super) struct BfsLayers {
    /// For node i, those at `starts[i].0..starts[i + 1].0`: two bytes do for the number of a node.
    pub(super) order: Vec<u16>,
    /// For node i, at `starts[i].1..starts[i + 1].1`, how many others lie within distance 1, 2, …
    within: Vec<u16>,
    pub(super) starts: Vec<(usize, usize)>,
}

impl BfsLayers {
    /// One breadth-first search from every node of `graph`, which must have at most 2^16 nodes.
    pub(super) fn of(graph: &Csr) -> Self {
        let nodes = graph.nodes();
        let mut layers = BfsLayers { order: Vec::new(), within: Vec::new(), starts: vec![(0, 0)] };
        let mut seen_from = vec![u32::MAX; nodes as usize];
        for source in 0..nodes {
            layers.search(graph, source, &mut seen_from);
        }
        layers
    }

    fn search(&mut self, graph: &Csr, source: u32, seen_from: &mut [u32]) {
        let first = self.order.len();
        seen_from[source as usize] = source;
        let mut layer = vec![source];
        while !layer.is_empty() {
            let mut next = Vec::new();
            for &other in layer.iter().flat_map(|&node| graph.list(NodeId::new(node))) {
                if std::mem::replace(&mut seen_from[other as usize], source) != source {
                    next.push(other);
                }
            }
            layer = next;
            self.order.extend(layer.iter().map(|&node| node as u16));
            if !layer.is_empty() {
                self.within.push((self.order.len() - first) as u16);
            }
        }
        self.starts.push((self.order.len(), self.within.len()));
    }

    /// Bytes that the layers of `nodes` nodes take at most: in a row nearly every distance is a layer of its own.
    pub(super) fn bytes(nodes: u32) -> u64 {
        // Two vectors that grow hold up to twice what they need while they do.
        2 * 2 * 2 * u64::from(nodes) * u64::from(nodes)
    }

    pub(super) fn nodes(&self) -> u32 {
        self.starts.len() as u32 - 1
    }

    /// How many others lie within distance 1, 2, … of `node`.
    pub(super) fn within_each(&self, node: NodeId) -> &[u16] {
        &self.within[self.starts[node.index()].1..self.starts[node.index() + 1].1]
    }

    /// How many others lie within `distance` of `node`; none within 0.
    pub(super) fn within(&self, node: NodeId, distance: u32) -> u32 {
        let layers = self.within_each(node);
        match (distance as usize).min(layers.len()) {
            0 => 0,
            layer => layers[layer - 1].into(),
        }
    }
}
