//! Stored graphs: all lists of neighbours in one array, 4 bytes an edge end.

use std::ops::AddAssign;

use super::{Graph, OnGraph};
use crate::memory;
use crate::units::NodeId;

/// Compressed sparse rows: node i's neighbours are `targets[offsets[i]..offsets[i + 1]]`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Csr {
    offsets: Offsets,
    targets: Vec<u32>,
    connected: bool,
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
    /// The graph over `nodes` nodes with these `edges`, which are gone through twice: once to count the neighbours of
    /// each node, and once to list them, in the order of the edges.
    pub(super) fn from_edges(nodes: u32, edges: impl Iterator<Item = [u32; 2]> + Clone) -> Self {
        let mut degrees = zeros(nodes as usize + 1);
        for_all(edges.clone(), |[a, b]| {
            degrees[a as usize] += 1;
            degrees[b as usize] += 1;
        });
        Self::with_degrees(degrees, edges)
    }

    /// The graph over `nodes` nodes with these `arcs`, each from the first to the second, sorted: the lists are those
    /// of the nodes that a node leads to.
    pub(super) fn from_arcs(nodes: u32, arcs: &[[u32; 2]]) -> Self {
        let mut offsets = vec![0; nodes as usize + 1];
        for &[from, _] in arcs {
            offsets[from as usize + 1] += 1;
        }
        for node in 0..nodes as usize {
            offsets[node + 1] += offsets[node];
        }
        let targets = arcs.iter().map(|&[_, to]| to).collect();
        Csr { offsets: Offsets::new(offsets), targets, connected: false }
    }

    /// The lists of `graph`.
    pub(super) fn copied(graph: &dyn Graph) -> Self {
        let mut offsets = vec![0];
        let mut targets = Vec::new();
        for node in (0..graph.nodes()).map(NodeId::new) {
            targets.extend((0..graph.degree(node)).map(|index| graph.neighbor(node, index).number()));
            offsets.push(targets.len() as u64);
        }
        Csr { offsets: Offsets::new(offsets), targets, connected: graph.connected() }
    }

    /// The lists of those that lead to each node of `graph`, ascending.
    pub(super) fn reversed<G: Graph>(graph: &G) -> Self {
        let nodes = || (0..graph.nodes()).map(NodeId::new);
        let list = |node| (0..graph.degree(node)).map(move |index| graph.neighbor(node, index));
        let mut offsets: Vec<u64> = vec![0; graph.nodes() as usize + 1];
        for to in nodes().flat_map(list) {
            offsets[to.index() + 1] += 1;
        }
        for node in 0..graph.nodes() as usize {
            offsets[node + 1] += offsets[node];
        }
        let mut next = offsets.clone();
        let mut targets = vec![0; offsets[graph.nodes() as usize] as usize];
        for from in nodes() {
            for to in list(from) {
                targets[next[to.index()] as usize] = from.number();
                next[to.index()] += 1;
            }
        }
        Csr { offsets: Offsets::new(offsets), targets, connected: false }
    }

    /// The graph of `nodes` nodes of `degree` neighbours each with these `edges`, which need not be counted.
    pub(super) fn regular(nodes: u32, degree: u32, edges: impl Iterator<Item = [u32; 2]>) -> Self {
        let places = nodes as usize + 1;
        let filled = || vec![degree; places];
        let mut degrees = memory::or_unwind(memory::having(memory::bytes_of::<u32>(places), filled));
        degrees[nodes as usize] = 0;
        Self::with_degrees(degrees, edges)
    }

    /// The graph with these degrees, and a zero after them, that has these `edges`.
    fn with_degrees(degrees: Vec<u32>, edges: impl Iterator<Item = [u32; 2]>) -> Self {
        let ends: u64 = degrees.iter().map(|&degree| u64::from(degree)).sum();
        let mut targets = zeros(ends as usize);
        let offsets = if u32::try_from(ends).is_ok() {
            Offsets::Narrow(fill(&mut targets, degrees, edges))
        } else {
            Offsets::Wide(fill(&mut targets, degrees.into_iter().map(u64::from).collect(), edges))
        };
        Csr { offsets, targets, connected: false }
    }

    /// The same graph, known to be in one piece.
    pub(super) fn in_one_piece(self) -> Self {
        Csr { connected: true, ..self }
    }

    /// The graph that joins exactly those who are not joined here.
    pub(super) fn complement(&self) -> Self {
        let nodes = self.nodes();
        let mut offsets = vec![0];
        let mut targets = Vec::new();
        let ends = nodes as usize * (nodes as usize - 1) - self.targets.len();
        memory::or_unwind(memory::reserve(&mut targets, ends));
        let mut last_seen = vec![u32::MAX; nodes as usize];
        for node in 0..nodes {
            for &neighbor in self.list(NodeId::new(node)) {
                last_seen[neighbor as usize] = node;
            }
            targets.extend((0..nodes).filter(|&other| other != node && last_seen[other as usize] != node));
            offsets.push(targets.len() as u64);
        }
        Csr { offsets: Offsets::new(offsets), targets, connected: false }
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
}

/// So many zeros; where memory is short, this unwinds to [`memory::catch`].
fn zeros(count: usize) -> Vec<u32> {
    memory::or_unwind(memory::having(memory::bytes_of::<u32>(count), || vec![0; count]))
}

/// A number of edge ends: `u32` or `u64`.
trait Count: Copy + Into<u64> + From<u8> + AddAssign {}

impl<N: Copy + Into<u64> + From<u8> + AddAssign> Count for N {}

/// Writes the lists of neighbours one after the other; where each begins, and where the last ends. `lengths` are
/// those of the lists, and a zero after them.
fn fill<N: Count>(targets: &mut [u32], lengths: Vec<N>, edges: impl Iterator<Item = [u32; 2]>) -> Vec<N> {
    let mut next = lengths;
    let mut start = N::from(0);
    for length in &mut next {
        let own = std::mem::replace(length, start);
        start += own;
    }
    for_all(edges, |[a, b]| {
        for (node, target) in [(a, b), (b, a)] {
            let next = &mut next[node as usize];
            targets[(*next).into() as usize] = target;
            *next += N::from(1);
        }
    });
    // Each start has moved on to the end of its list, which is where the next one begins.
    let nodes = next.len() - 1;
    next.copy_within(..nodes, 1);
    next[0] = N::from(0);
    next
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

    fn accept<W: OnGraph>(&self, work: W) -> W::Output {
        work.with(self)
    }

    fn connected(&self) -> bool {
        self.connected
    }

    fn mark_connected(&mut self) {
        self.connected = true;
    }
}

/// Does `work` on all `edges`, in order. They are made several at a time: work on a large array waits for memory most
/// of the time, and a processor waits for many places at once if there is nothing but that work for a while.
fn for_all(mut edges: impl Iterator<Item = [u32; 2]>, mut work: impl FnMut([u32; 2])) {
    let mut batch = [[0; 2]; 64];
    loop {
        let mut made = 0;
        for (place, edge) in batch.iter_mut().zip(&mut edges) {
            *place = edge;
            made += 1;
        }
        if made == 0 {
            return;
        }
        batch[..made].iter().for_each(|&edge| work(edge));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(graph: &Csr) -> Vec<&[u32]> {
        (0..graph.nodes()).map(|node| graph.list(NodeId::new(node))).collect()
    }

    fn from_list(nodes: u32, ends: &[[u32; 2]]) -> Csr {
        Csr::from_edges(nodes, ends.iter().copied())
    }

    #[test]
    fn lists_hold_neighbours_in_the_order_of_the_edges() {
        let graph = from_list(5, &[[3, 0], [0, 1], [3, 1], [4, 3]]);
        assert_eq!(lists(&graph), [&[3, 1][..], &[0, 3], &[], &[0, 1, 4], &[3]]);
        assert_eq!((graph.degree(NodeId::new(3)), graph.neighbor(NodeId::new(3), 2)), (3, NodeId::new(4)));
        assert_eq!(lists(&from_list(2, &[])), [&[] as &[u32]; 2]);
        assert_eq!(Csr::default().nodes(), 0);
    }

    #[test]
    fn arcs_lead_one_way_and_are_reversed() {
        let graph = Csr::from_arcs(4, &[[0, 2], [0, 3], [2, 0], [3, 2]]);
        assert_eq!(lists(&graph), [&[2, 3][..], &[], &[0], &[2]]);
        assert_eq!(lists(&Csr::reversed(&graph)), [&[2][..], &[], &[0, 3], &[0]]);
        assert_eq!(Csr::reversed(&Csr::reversed(&graph)), graph);
    }

    #[test]
    fn the_complement_joins_exactly_the_others() {
        let path = from_list(4, &[[0, 1], [1, 2], [2, 3]]);
        assert_eq!(lists(&path.complement()), [&[2, 3][..], &[3], &[0], &[0, 1]]);
        assert_eq!(lists(&path.complement().complement()), lists(&path));
    }

    #[test]
    fn offsets_of_either_width_give_the_same_lists() {
        let narrow = from_list(3, &[[0, 1], [1, 2]]);
        let wide = Csr { offsets: Offsets::Wide(vec![0, 1, 3, 4]), ..narrow.clone() };
        assert!(matches!(narrow.offsets, Offsets::Narrow(_)));
        assert_eq!(lists(&wide), lists(&narrow));
        assert_eq!(
            (wide.nodes(), wide.degree(NodeId::new(1)), wide.neighbor(NodeId::new(2), 0)),
            (3, 2, NodeId::new(1))
        );
        assert!(matches!(Offsets::new(vec![0, 1 << 32]), Offsets::Wide(_)));
    }
}
