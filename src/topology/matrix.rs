//! Which pairs of nodes are joined, for small or dense graphs.

use crate::bits::Bits;
use crate::units::NodeId;

/// The adjacency matrix of a graph, a bit for each ordered pair of nodes: for small or dense graphs.
#[derive(Clone, Debug)]
pub(super) struct Matrix {
    nodes: usize,
    row: usize,
    bits: Bits,
}

impl Matrix {
    /// `nodes` nodes, no two of them joined.
    pub(super) fn new(nodes: u32) -> Self {
        let nodes = nodes as usize;
        let row = nodes.next_multiple_of(64);
        Matrix { nodes, row, bits: Bits::new(nodes * row) }
    }

    /// Whether the matrix over `nodes` nodes is no larger than a stored graph with `degree` neighbours a node, or
    /// small anyway (2048 nodes take 512 KiB).
    pub(super) fn pays(nodes: u32, degree: u32) -> bool {
        nodes <= 2048 || u64::from(nodes) <= 32 * u64::from(degree)
    }

    /// Bytes that the matrix over `nodes` nodes takes.
    pub(super) fn bytes(nodes: u32) -> u64 {
        u64::from(nodes) * u64::from(nodes).next_multiple_of(64) / 8
    }

    fn place(&self, a: NodeId, b: NodeId) -> usize {
        a.index() * self.row + b.index()
    }

    pub(super) fn joined(&self, a: NodeId, b: NodeId) -> bool {
        self.bits.contains(self.place(a, b))
    }

    /// Joins `a` and `b`; whether they were not joined before.
    pub(super) fn join(&mut self, a: NodeId, b: NodeId) -> bool {
        self.bits.insert(self.place(b, a));
        self.bits.insert(self.place(a, b))
    }

    pub(super) fn part(&mut self, a: NodeId, b: NodeId) {
        self.bits.remove(self.place(a, b));
        self.bits.remove(self.place(b, a));
    }

    fn row(&self, node: NodeId) -> &[u64] {
        let width = self.row / 64;
        &self.bits.words()[node.index() * width..][..width]
    }

    /// How many nodes `node` is not joined to.
    pub(super) fn non_neighbors(&self, node: NodeId) -> u32 {
        let joined: u32 = self.row(node).iter().map(|word| word.count_ones()).sum();
        self.nodes as u32 - joined
    }

    /// The `rank`-th node (from 0) that `node` is not joined to, for `rank` below [`Matrix::non_neighbors`].
    pub(super) fn non_neighbor(&self, node: NodeId, mut rank: u32) -> NodeId {
        let mut first = 0;
        for word in self.row(node) {
            let mut open = !word;
            if rank < open.count_ones() {
                for _ in 0..rank {
                    // Clears the lowest bit.
                    open &= open - 1;
                }
                first += open.trailing_zeros();
                break;
            }
            rank -= open.count_ones();
            first += 64;
        }
        NodeId::new(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn non_neighbors_are_those_who_are_not_joined_in_order() {
        let node = NodeId::new;
        let mut matrix = Matrix::new(130);
        for other in (0..130).filter(|other| other % 43 != 1) {
            matrix.join(node(7), node(other));
        }
        assert!(!matrix.join(node(0), node(7)), "joined from either side");
        assert_eq!(matrix.non_neighbors(node(7)), 3);
        assert_eq!([0, 1, 2].map(|rank| matrix.non_neighbor(node(7), rank).number()), [1, 44, 87]);
        matrix.part(node(0), node(7));
        assert_eq!(matrix.non_neighbor(node(7), 0), node(0));
        assert!(!matrix.joined(node(7), node(0)) && matrix.joined(node(2), node(7)));
    }
}
