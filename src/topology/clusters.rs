//! Clusters: networks that are well connected within and joined to each other by a few links, as continents and data centres
//! are.

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::building;
use super::csr::Csr;
use super::graph::Graph;
use super::{Drawing, Topology, pairing};
use crate::catalog::Incompatible;
use crate::random::below;
use crate::units::NodeId;

/// The settings of clusters: random regular graphs, between every two of which a few links lead from anywhere to anywhere.
/// The Xerox Corporate Internet of Demers et al. (1987, section 3) is one of two: "two transatlantic links".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clusters {
    /// The share of all nodes in each cluster, in the order of their numbers; 1 in all.
    #[serde(default = "halves")]
    pub shares: Vec<f64>,
    /// Neighbours of a node in its own cluster: at least 3, fewer than there are, and even if a cluster has an odd number
    /// of nodes.
    #[serde(default = "four")]
    pub degree: u32,
    /// Links between every two clusters.
    #[serde(default = "two")]
    pub bridges: u32,
    /// One graph for all replicates instead of one for each.
    #[serde(default)]
    pub fixed: bool,
    /// Graphs are drawn until one is connected; the first one is that of `false`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub connected: bool,
}

fn halves() -> Vec<f64> {
    vec![0.5, 0.5]
}

fn four() -> u32 {
    4
}

fn two() -> u32 {
    2
}

impl Clusters {
    /// How many nodes each cluster has: what is cut off between two shares is rounded once, so that all add up.
    fn sizes(&self, nodes: u32) -> Vec<u32> {
        let end = |share: f64| (share.min(1.0) * f64::from(nodes) + 0.5) as u32;
        let mut ends: Vec<u32> = Vec::with_capacity(self.shares.len());
        let mut sum = 0.0;
        for share in &self.shares {
            sum += share;
            ends.push(end(sum));
        }
        // Shares need not add up to 1 in the last place.
        if let Some(last) = ends.last_mut() {
            *last = nodes;
        }
        let begins = [0].into_iter().chain(ends.iter().copied());
        begins.zip(&ends).map(|(begin, end)| end.saturating_sub(begin)).collect()
    }

    fn pairs(&self) -> u64 {
        let clusters = self.shares.len() as u64;
        clusters * clusters.saturating_sub(1) / 2
    }
}

impl Topology for Clusters {
    type Graph = Csr;

    fn check(&self, nodes: u32) -> Result<(), Incompatible> {
        let sum: f64 = self.shares.iter().sum();
        if !(2..=64).contains(&self.shares.len()) || self.shares.iter().any(|share| share.is_nan() || *share <= 0.0) {
            let allowed = "2 to 64 shares above 0, such as [0.1, 0.9]";
            return Err(Incompatible::of("shares", "clusters are at least two, of some nodes each", allowed));
        }
        if (sum - 1.0).abs() > 1e-9 {
            return Err(Incompatible::of("shares", format!("they add up to {sum}"), "shares that add up to 1"));
        }
        if self.bridges == 0 {
            return Err(Incompatible::of("bridges", "nothing would join the clusters", "at least 1"));
        }
        if self.degree < 3 {
            let problem = format!("a cluster of degree {} is hardly ever in one piece", self.degree);
            return Err(Incompatible::of("degree", problem, "a degree of at least 3"));
        }
        let (sizes, degree) = (self.sizes(nodes), self.degree);
        let least = sizes.iter().copied().min().unwrap_or(0);
        if degree >= least {
            let problem = format!("a cluster of {least} of {nodes} nodes cannot have {degree} distinct neighbors each");
            return Err(Incompatible::of("degree", problem, "a smaller degree, a larger share or more nodes"));
        }
        if degree % 2 == 1
            && let Some(odd) = sizes.iter().find(|size| *size % 2 == 1)
        {
            let problem = format!("a cluster of {odd} nodes of degree {degree} would leave half an edge over");
            return Err(Incompatible::of("degree", problem, "an even degree"));
        }
        // Of two clusters every node of one can be joined to every node of the other.
        if u64::from(self.bridges) > u64::from(least) {
            let problem = format!("{} bridges are more than a cluster of {least} nodes should have", self.bridges);
            return Err(Incompatible::of("bridges", problem, format!("at most {least}")));
        }
        Ok(())
    }

    fn build(&self, nodes: u32, stream: &mut ChaCha8Rng) -> Csr {
        let mut edges: Vec<[u32; 2]> = Vec::with_capacity((self.ends(nodes) / 2) as usize);
        let mut clusters = Vec::with_capacity(self.shares.len());
        let mut first = 0;
        for size in self.sizes(nodes) {
            let cluster = pairing::regular(size, self.degree, stream);
            for node in (0..size).map(NodeId::new) {
                let neighbors = (0..cluster.degree(node)).map(|index| cluster.neighbor(node, index));
                let onward = neighbors.filter(|other| node < *other);
                edges.extend(onward.map(|other| [first + node.number(), first + other.number()]));
            }
            clusters.push((first, size));
            first += size;
        }
        for (place, &one) in clusters.iter().enumerate() {
            for &other in &clusters[place + 1..] {
                self.join(one, other, &mut edges, stream);
            }
        }
        Csr::from_edges(nodes, edges.iter().copied())
    }

    fn drawing(&self) -> Drawing {
        Drawing::of_random(self.fixed)
    }

    fn redraws(&self) -> bool {
        self.connected
    }

    fn ends(&self, nodes: u32) -> u64 {
        u64::from(nodes) * u64::from(self.degree) + 2 * u64::from(self.bridges) * self.pairs()
    }

    fn widest(&self, _nodes: u32) -> u32 {
        self.degree.saturating_add(self.bridges.saturating_mul(self.shares.len() as u32))
    }

    fn memory(&self, nodes: u32) -> u64 {
        let ends = self.ends(nodes);
        let drawn = self.sizes(nodes).into_iter().map(|size| pairing::bytes(size.max(1), self.degree)).max();
        (4 * ends + drawn.unwrap_or(0)).max(building::bytes(nodes, ends, 4 * ends))
    }
}

impl Clusters {
    /// Draws the links between two clusters, each the first node and the number of nodes: all of them distinct, and all such
    /// sets equally likely.
    fn join(&self, one: (u32, u32), other: (u32, u32), edges: &mut Vec<[u32; 2]>, stream: &mut ChaCha8Rng) {
        let mut drawn = BTreeSet::new();
        while drawn.len() < self.bridges as usize {
            let mut end = |(first, size): (u32, u32)| first + below(stream, size.into()) as u32;
            let bridge = [end(one), end(other)];
            if drawn.insert(bridge) {
                edges.push(bridge);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{incompatible, lists};
    use super::*;

    fn of(shares: &[f64], degree: u32, bridges: u32) -> Clusters {
        Clusters { shares: shares.to_vec(), degree, bridges, fixed: false, connected: false }
    }

    #[test]
    fn clusters_are_regular_within_and_joined_by_the_bridges() {
        for (shares, nodes, sizes) in [
            (&[0.1, 0.9][..], 300, &[30, 270][..]),
            (&[0.5, 0.5], 41, &[21, 20]),
            (&[1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0], 100, &[33, 34, 33]),
        ] {
            let clusters = of(shares, 4, 2);
            assert_eq!(clusters.sizes(nodes), sizes);
            let cluster = |node: u32| {
                let ends = sizes.iter().scan(0, |end, size| {
                    *end += size;
                    Some(*end)
                });
                ends.take_while(|end| *end <= node).count()
            };
            let lists = lists(&clusters, nodes);
            let mut crossing = 0;
            for (node, list) in (0..).zip(&lists) {
                let within = list.iter().filter(|&&other| cluster(other) == cluster(node)).count();
                assert_eq!(within, 4, "node {node}");
                crossing += list.len() - within;
            }
            let pairs = sizes.len() * (sizes.len() - 1) / 2;
            assert_eq!(crossing, 2 * 2 * pairs);
        }
    }

    #[test]
    fn what_makes_no_clusters_says_what_would() {
        for (clusters, key) in [
            (of(&[1.0], 4, 2), "shares"),
            (of(&[0.5, 0.4], 4, 2), "shares"),
            (of(&[1.5, -0.5], 4, 2), "shares"),
            (of(&[0.5, 0.5], 2, 2), "degree"),
            (of(&[0.04, 0.96], 4, 2), "degree"),
            (of(&[0.25, 0.75], 3, 2), "degree"),
            (of(&[0.5, 0.5], 4, 0), "bridges"),
            (of(&[0.5, 0.5], 4, 51), "bridges"),
        ] {
            incompatible(&clusters, 100, Some(key));
        }
    }
}
