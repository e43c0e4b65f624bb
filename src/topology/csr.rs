//! Stored graphs: all lists of neighbours in one array, 4 bytes an edge end.

use super::Graph;
use crate::units::NodeId;

/// Compressed sparse rows: node i's neighbours are `targets[offsets[i]..offsets[i + 1]]`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Csr {
    offsets: Offsets,
    targets: Vec<u32>,
}

/// Where each list begins, in 4 bytes as long as the ends can be counted in 4 bytes.
#[derive(Clone, Debug, PartialEq)]
enum Offsets {
    Narrow(Vec<u32>),
    Wide(Vec<u64>),
}

impl Default for Offsets {
    fn default() -> Self {
        Offsets::Narrow(vec![0])
    }
}

impl Offsets {
    fn new(wide: Vec<u64>) -> Self {
        let narrow: Result<_, _> = wide.iter().map(|&offset| u32::try_from(offset)).collect();
        narrow.map_or_else(|_| Offsets::Wide(wide), Offsets::Narrow)
    }

    #[inline]
    fn at(&self, place: usize) -> usize {
        match self {
            Offsets::Narrow(offsets) => offsets[place] as usize,
            Offsets::Wide(offsets) => offsets[place] as usize,
        }
    }

    fn nodes(&self) -> usize {
        match self {
            Offsets::Narrow(offsets) => offsets.len() - 1,
            Offsets::Wide(offsets) => offsets.len() - 1,
        }
    }
}

impl Csr {
    /// The graph over `nodes` nodes whose edges join `ends[0]` and `ends[1]`, `ends[2]` and `ends[3]`, and so on.
    pub(super) fn from_ends(nodes: u32, ends: &[u32]) -> Self {
        let nodes = nodes as usize;
        let mut offsets = vec![0_u64; nodes + 1];
        for &end in ends {
            offsets[end as usize] += 1;
        }
        let mut start = 0;
        for offset in &mut offsets {
            start += std::mem::replace(offset, start);
        }
        let mut targets = vec![0; ends.len()];
        let mut place = |node: u32, target: u32| {
            let next = &mut offsets[node as usize];
            targets[*next as usize] = target;
            *next += 1;
        };
        for edge in ends.chunks_exact(2) {
            place(edge[0], edge[1]);
            place(edge[1], edge[0]);
        }
        // Each offset has moved on to the end of its list, which is where the next one begins.
        offsets.copy_within(..nodes, 1);
        offsets[0] = 0;
        Csr { offsets: Offsets::new(offsets), targets }
    }

    /// The graph that joins exactly those who are not joined here.
    pub(super) fn complement(&self) -> Self {
        let nodes = self.nodes();
        let mut offsets = vec![0];
        let mut targets = Vec::with_capacity(nodes as usize * (nodes as usize - 1) - self.targets.len());
        let mut last_seen = vec![u32::MAX; nodes as usize];
        for node in 0..nodes {
            for &neighbor in self.list(NodeId::new(node)) {
                last_seen[neighbor as usize] = node;
            }
            targets.extend((0..nodes).filter(|&other| other != node && last_seen[other as usize] != node));
            offsets.push(targets.len() as u64);
        }
        Csr { offsets: Offsets::new(offsets), targets }
    }

    /// The neighbours of `node`.
    #[inline]
    pub(super) fn list(&self, node: NodeId) -> &[u32] {
        &self.targets[self.offsets.at(node.index())..self.offsets.at(node.index() + 1)]
    }

    /// Replaces one neighbour `old` in the list of `node` by `new`.
    pub(super) fn exchange(&mut self, node: NodeId, old: u32, new: u32) {
        let list = &mut self.targets[self.offsets.at(node.index())..self.offsets.at(node.index() + 1)];
        if let Some(target) = list.iter_mut().find(|target| **target == old) {
            *target = new;
        }
    }

    /// How many edge ends there are, two for each edge.
    pub(super) fn ends(&self) -> u64 {
        self.targets.len() as u64
    }

    /// Bytes it takes to hold `ends` edge ends over `nodes` nodes.
    pub(super) fn bytes(nodes: u32, ends: u64) -> u64 {
        let offset = if u32::try_from(ends).is_ok() { 4 } else { 8 };
        offset * (u64::from(nodes) + 1) + 4 * ends
    }

    /// Bytes it takes to build that graph from a list of its edges: the list, the graph, and offsets of 8 bytes.
    pub(super) fn bytes_to_build(nodes: u32, ends: u64) -> u64 {
        Self::bytes(nodes, ends) + 4 * ends + 8 * (u64::from(nodes) + 1)
    }
}

impl Graph for Csr {
    fn nodes(&self) -> u32 {
        self.offsets.nodes() as u32
    }

    #[inline]
    fn degree(&self, node: NodeId) -> u32 {
        (self.offsets.at(node.index() + 1) - self.offsets.at(node.index())) as u32
    }

    #[inline]
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        NodeId::new(self.targets[self.offsets.at(node.index()) + index as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(graph: &Csr) -> Vec<&[u32]> {
        (0..graph.nodes()).map(|node| graph.list(NodeId::new(node))).collect()
    }

    #[test]
    fn lists_hold_neighbours_in_the_order_of_the_edges() {
        let graph = Csr::from_ends(5, &[3, 0, 0, 1, 3, 1, 4, 3]);
        assert_eq!(lists(&graph), [&[3, 1][..], &[0, 3], &[], &[0, 1, 4], &[3]]);
        assert_eq!((graph.degree(NodeId::new(3)), graph.neighbor(NodeId::new(3), 2)), (3, NodeId::new(4)));
        assert_eq!(lists(&Csr::from_ends(2, &[])), [&[] as &[u32]; 2]);
        assert_eq!(Csr::default().nodes(), 0);
    }

    #[test]
    fn the_complement_joins_exactly_the_others() {
        let path = Csr::from_ends(4, &[0, 1, 1, 2, 2, 3]);
        assert_eq!(lists(&path.complement()), [&[2, 3][..], &[3], &[0], &[0, 1]]);
        assert_eq!(lists(&path.complement().complement()), lists(&path));
    }

    #[test]
    fn offsets_of_either_width_give_the_same_lists() {
        let narrow = Csr::from_ends(3, &[0, 1, 1, 2]);
        let wide = Csr { offsets: Offsets::Wide(vec![0, 1, 3, 4]), targets: narrow.targets.clone() };
        assert!(matches!(narrow.offsets, Offsets::Narrow(_)));
        assert_eq!(lists(&wide), lists(&narrow));
        assert_eq!(
            (wide.nodes(), wide.degree(NodeId::new(1)), wide.neighbor(NodeId::new(2), 0)),
            (3, 2, NodeId::new(1))
        );
        assert!(matches!(Offsets::new(vec![0, 1 << 32]), Offsets::Wide(_)));
    }
}
