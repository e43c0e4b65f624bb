//! The Watts-Strogatz small world: a ring, some of whose edges are rewired to lead anywhere.

use rand::rand_core::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::building;
use super::csr::Csr;
use super::matrix::Matrix;
use super::{Drawing, Layout, Topology, redraw, ring};
use crate::catalog::Incompatible;
use crate::random::below;
use crate::units::{NodeId, Probability};

/// The settings of a small world (Watts and Strogatz, "Collective dynamics of small-world networks", 1998).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WattsStrogatz {
    /// Neighbours on each side of the ring; twice as many must be fewer than the nodes.
    #[serde(default = "four")]
    pub neighbors: u32,
    /// Probability that an edge of the ring is rewired.
    #[serde(default = "tenth")]
    pub rewire: Probability,
    /// One graph for all replicates instead of one for each.
    #[serde(default)]
    pub fixed: bool,
    /// Graphs are drawn until one is connected; the first one is that of `false`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub connected: bool,
}

fn four() -> u32 {
    4
}

fn tenth() -> Probability {
    Probability::new(0.1).unwrap_or_default()
}

impl Topology for WattsStrogatz {
    type Graph = Csr;

    fn check(&self, nodes: u32) -> Result<(), Incompatible> {
        ring::check_sides("neighbors", self.neighbors, nodes)?;
        if self.connected && self.neighbors == 1 {
            let graph =
                format!("a ring of {nodes} nodes with one neighbor on each side, rewired with {}", self.rewire.value());
            redraw::check_hope(self.connected_share(nodes), &graph, || "at least 2 neighbors on each side".to_owned())?;
        }
        Ok(())
    }

    fn layout(&self, _: u32) -> Layout {
        Layout::Circle
    }

    fn build(&self, nodes: u32, stream: &mut ChaCha8Rng) -> Csr {
        let mut wiring = Wiring::new(nodes, self.neighbors);
        // Lap by lap, as the paper does: first the edges to the next node, then those to the one after, …
        for lap in 0..self.neighbors {
            for node in (0..nodes).map(NodeId::new) {
                if self.rewire.holds(stream.next_u64()) {
                    wiring.rewire(node, lap, stream);
                }
            }
        }
        // Room for the graph.
        wiring.matrix = None;
        Csr::from_edges(nodes, wiring.edges())
    }

    fn drawing(&self) -> Drawing {
        Drawing::of_random(self.fixed)
    }

    fn redraws(&self) -> bool {
        self.connected
    }

    /// About as often as a map of the stretches between the n r rewired nodes, which lead to each other with
    /// probabilities as their lengths: the squares of these add up to (2 - r) / (n r), and such a map is connected with
    /// probability (π/2 (2 - r) / (n r))^(1/2). No edge leads to where one leads already: (1 - r)² stretches lead to
    /// themselves in the mean, not 1, and r²/2 pairs of nodes to each other are missing. Derived; of 3000 graphs over 64
    /// nodes with r = 0.5 a share of 0.51 was connected, for 0.65 here, over 256 with r = 0.2 of 0.32, for 0.34.
    fn connected_share(&self, nodes: u32) -> f64 {
        let rewire = self.rewire.value();
        if self.neighbors > 1 || rewire == 0.0 {
            return 1.0;
        }
        let squares = (2.0 - rewire) / (f64::from(nodes) * rewire);
        let missing = rewire * (2.0 - rewire) + rewire * rewire / 2.0;
        (libm::exp(missing) * libm::sqrt(std::f64::consts::FRAC_PI_2 * squares)).min(1.0)
    }

    fn ends(&self, nodes: u32) -> u64 {
        2 * u64::from(nodes) * u64::from(self.neighbors)
    }

    fn memory(&self, nodes: u32) -> u64 {
        let edges = u64::from(nodes) * u64::from(self.neighbors);
        let matrix = if Matrix::pays(nodes, 2 * self.neighbors) { Matrix::bytes(nodes) } else { 0 };
        (4 * edges + matrix).max(building::bytes(nodes, 2 * edges, 4 * edges))
    }
}

/// The edges while they are rewired. Each belongs to the node it starts from and keeps: where edge `lap` of node i
/// leads stands at i × neighbors + lap.
struct Wiring {
    nodes: u32,
    neighbors: usize,
    ends: Vec<u32>,
    /// Who is joined, where the lists are too long to look through.
    matrix: Option<Matrix>,
}

impl Wiring {
    fn new(nodes: u32, neighbors: u32) -> Self {
        let mut ends = Vec::with_capacity(nodes as usize * neighbors as usize);
        for node in 0..nodes {
            ends.extend((1..=neighbors).map(|steps| (node + steps) % nodes));
        }
        let mut wiring = Wiring { nodes, neighbors: neighbors as usize, ends, matrix: None };
        wiring.matrix = Matrix::pays(nodes, 2 * neighbors).then(|| {
            let mut matrix = Matrix::new(nodes);
            for [a, b] in wiring.edges() {
                matrix.join(NodeId::new(a), NodeId::new(b));
            }
            // Nobody is a non-neighbor of itself.
            (0..nodes).map(NodeId::new).for_each(|node| _ = matrix.join(node, node));
            matrix
        });
        wiring
    }

    fn edges(&self) -> impl Iterator<Item = [u32; 2]> + Clone {
        let owned = (0..).zip(self.ends.chunks_exact(self.neighbors));
        owned.flat_map(|(node, ends)| ends.iter().map(move |&end| [node, end]))
    }

    /// Leads edge `lap` of `node` to a node it is not joined to, all equally likely; where it is joined to all, the
    /// edge stays.
    fn rewire(&mut self, node: NodeId, lap: u32, stream: &mut ChaCha8Rng) {
        let far = node.index() * self.neighbors + lap as usize;
        let Some(non_neighbor) = self.non_neighbor(node, stream) else { return };
        if let Some(matrix) = &mut self.matrix {
            matrix.part(node, NodeId::new(self.ends[far]));
            matrix.join(node, non_neighbor);
        }
        self.ends[far] = non_neighbor.number();
    }

    fn non_neighbor(&self, node: NodeId, stream: &mut ChaCha8Rng) -> Option<NodeId> {
        if let Some(matrix) = &self.matrix {
            let non_neighbors = matrix.non_neighbors(node);
            return (non_neighbors > 0).then(|| matrix.non_neighbor(node, below(stream, non_neighbors.into()) as u32));
        }
        // Without a matrix the graph is sparse: nearly the first draw is a non-neighbor.
        loop {
            let other = NodeId::new(below(stream, self.nodes.into()) as u32);
            if other != node && !self.starts(node, other) && !self.starts(other, node) {
                return Some(other);
            }
        }
    }

    /// Whether an edge of `node` leads to `other`.
    fn starts(&self, node: NodeId, other: NodeId) -> bool {
        self.ends[node.index() * self.neighbors..][..self.neighbors].contains(&other.number())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{incompatible, lists, sorted};
    use super::*;

    fn of(neighbors: u32, rewire: f64) -> WattsStrogatz {
        WattsStrogatz { neighbors, rewire: Probability::new(rewire).unwrap(), fixed: false, connected: false }
    }

    #[test]
    fn without_rewiring_it_is_the_ring() {
        let ring = sorted(lists(&ring::Ring { neighbors: 3 }, 10));
        assert_eq!(sorted(lists(&of(3, 0.0), 10)), ring);
        incompatible(&of(5, 0.0), 10, Some("neighbors"));
    }

    #[test]
    fn the_share_of_edges_off_the_ring_is_the_rewired_share() {
        // Without and with a matrix.
        for (nodes, neighbors, rewire) in [(20_000, 4, 0.1), (1500, 20, 0.5)] {
            let lists = lists(&of(neighbors, rewire), nodes);
            let near = |a: u32, b: u32| a.abs_diff(b).min(nodes - a.abs_diff(b)) <= neighbors;
            let all: usize = lists.iter().map(Vec::len).sum();
            let off: usize = (0..).zip(&lists).map(|(a, list)| list.iter().filter(|&&b| !near(a, b)).count()).sum();
            let edges = f64::from(nodes) * f64::from(neighbors);
            assert_eq!(all as f64, 2.0 * edges, "rewiring keeps the number of edges");
            // A rewired edge may fall where another one has left the ring: at most 2 × neighbors of nodes places.
            let back = edges * rewire * 2.0 * f64::from(neighbors) / f64::from(nodes);
            let deviation = off as f64 / 2.0 - edges * rewire;
            let bound = 4.0 * (edges * rewire * (1.0 - rewire)).sqrt();
            assert!((-bound - back..=bound).contains(&deviation), "{deviation} beyond {bound}");
        }
    }

    #[test]
    fn a_node_joined_to_all_keeps_its_edges() {
        assert!(lists(&of(3, 1.0), 7).iter().all(|list| list.len() == 6));
    }
}
