//! The Barabási-Albert graph: nodes join one after another and prefer those who know many.

use super::GraphClass;
use super::building;
use crate::units::NodeId;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::csr::Csr;
use super::{Drawing, Topology};
use crate::catalog::Incompatible;
use crate::random::below;

/// The settings of preferential attachment (Barabási and Albert, "Emergence of scaling in random networks", 1999).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BarabasiAlbert {
    /// Neighbours that a new node picks, at least 1 and fewer than the nodes.
    #[serde(default = "four")]
    pub links: u32,
    /// One graph for all replicates instead of one for each.
    #[serde(default)]
    pub fixed: bool,
    /// Without effect: whoever joins is joined to those before, so every graph is connected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub connected: bool,
}

fn four() -> u32 {
    4
}

impl BarabasiAlbert {
    /// The edges over `nodes` nodes: the core's, and `links` for each later one.
    fn edges(&self, nodes: u32) -> u64 {
        let links = u64::from(self.links);
        links * (links + 1) / 2 + u64::from(nodes).saturating_sub(links + 1) * links
    }
}

impl Topology for BarabasiAlbert {
    type Graph = Csr;

    fn check(&self, nodes: u32) -> Result<(), Incompatible> {
        if self.links == 0 {
            return Err(Incompatible::of("links", "a node without links joins nobody", "at least 1 link"));
        }
        if self.links >= nodes {
            let problem = format!("{nodes} nodes are too few for {} links to distinct ones", self.links);
            let enough = u64::from(self.links) + 1;
            return Err(Incompatible::of(
                "links",
                problem,
                format!("fewer than {nodes} links, or at least {enough} nodes"),
            ));
        }
        Ok(())
    }

    /// The core are the first `links` + 1 nodes, all joined. To draw a node by its degree is to draw among all edge
    /// ends so far (Batagelj and Brandes, "Efficient generation of large random networks", 2005, algorithm 5); a
    /// target drawn twice is drawn again, so that all are distinct.
    fn class(&self, _: u32, _: Option<NodeId>) -> GraphClass {
        GraphClass::PreferentialAttachment { links: self.links }
    }

    fn build(&self, nodes: u32, stream: &mut ChaCha8Rng) -> Csr {
        let mut growth = Growth::new(self.links, self.edges(nodes));
        let mut last_chosen_by = vec![0; nodes as usize];
        for node in self.links + 1..nodes {
            let before = growth.ends();
            let enough = growth.targets.len() + self.links as usize;
            while growth.targets.len() < enough {
                let target = growth.end(below(stream, before));
                if std::mem::replace(&mut last_chosen_by[target as usize], node) != node {
                    growth.targets.push(target);
                }
            }
        }
        drop(last_chosen_by);
        // Whoever joins is joined to those before.
        Csr::from_edges(nodes, growth.edges()).in_one_piece()
    }

    fn drawing(&self) -> Drawing {
        Drawing::of_random(self.fixed)
    }

    fn redraws(&self) -> bool {
        self.connected
    }

    fn ends(&self, nodes: u32) -> u64 {
        2 * self.edges(nodes)
    }

    fn memory(&self, nodes: u32) -> u64 {
        building::bytes(nodes, 2 * self.edges(nodes), 4 * self.edges(nodes))
    }
}

/// The edges so far, by the earlier node of each: the later one follows from the edge's place.
struct Growth {
    links: u32,
    core: u64,
    targets: Vec<u32>,
}

impl Growth {
    /// The core, with room for `edges` edges.
    fn new(links: u32, edges: u64) -> Self {
        let mut targets = Vec::with_capacity(edges as usize);
        targets.extend((0..=links).flat_map(|node| 0..node));
        Growth { links, core: targets.len() as u64, targets }
    }

    fn ends(&self) -> u64 {
        2 * self.targets.len() as u64
    }

    /// The later node of an edge.
    fn later(&self, edge: u64) -> u32 {
        let node = match edge.checked_sub(self.core) {
            Some(edge) => edge / u64::from(self.links) + u64::from(self.links) + 1,
            // Node i brings the edges i (i - 1) / 2 up to i (i + 1) / 2.
            None => (1 + 8 * edge).isqrt().div_ceil(2),
        };
        // There are no more nodes than a u32 can count.
        node as u32
    }

    /// The node at an end of an edge: of each edge the later one comes first.
    fn end(&self, number: u64) -> u32 {
        let edge = number / 2;
        if number.is_multiple_of(2) { self.later(edge) } else { self.targets[edge as usize] }
    }

    fn edges(&self) -> impl Iterator<Item = [u32; 2]> + Clone {
        (0..).zip(&self.targets).map(|(edge, &target)| [self.later(edge), target])
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{drawn, incompatible, lists};
    use super::*;

    fn of(links: u32) -> BarabasiAlbert {
        BarabasiAlbert { links, fixed: false, connected: false }
    }

    #[test]
    fn the_number_of_edges_is_exact_and_later_nodes_bring_their_links() {
        for (links, nodes) in [(1, 2), (1, 50), (4, 5), (4, 300), (30, 40)] {
            let lists = lists(&of(links), nodes);
            let ends: usize = lists.iter().map(Vec::len).sum();
            let core = links * (links + 1) / 2;
            assert_eq!(ends as u32, 2 * (core + (nodes - links - 1) * links));
            for (node, list) in (0..).zip(&lists) {
                let earlier = list.iter().filter(|&&other| other < node).count() as u32;
                assert_eq!(earlier, node.min(links), "node {node} of {nodes}");
            }
        }
        incompatible(&of(5), 5, Some("links"));
        incompatible(&of(0), 5, Some("links"));
        incompatible(&of(u32::MAX), 5, Some("links"));
    }

    /// With one link the degree d of node i grows by one with probability d / (2 × edges so far), so that its mean
    /// is the product of 1 + 1 / (2 e) over the edges e = i, i + 1, …, n - 2 that were there before.
    #[test]
    fn the_mean_degree_of_a_node_follows_from_its_age() {
        let (nodes, draws) = (60, 4000_u32);
        let probed = [0_usize, 3, 10, 40];
        let mut sums = [[0.0; 2]; 4];
        for seed in 0..draws {
            let lists = drawn(&of(1), nodes, seed.into());
            for (sum, node) in sums.iter_mut().zip(probed) {
                let degree = lists[node].len() as f64;
                *sum = [sum[0] + degree, sum[1] + degree * degree];
            }
        }
        for ([sum, squares], node) in sums.into_iter().zip(probed) {
            let exact: f64 = (node.max(1)..nodes as usize - 1).map(|edges| 1.0 + 0.5 / edges as f64).product();
            let mean = sum / f64::from(draws);
            let error = ((squares / f64::from(draws) - mean * mean) / f64::from(draws)).sqrt();
            // z <= 4 each.
            assert!((mean - exact).abs() <= 4.0 * error, "node {node}: {mean} against {exact}");
        }
    }
}
