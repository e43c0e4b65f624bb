//! The Erdős-Rényi graph: every pair of nodes is joined with one probability, each on its own.

use super::GraphClass;
use super::building;
use crate::units::NodeId;
use rand::rand_core::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::csr::Csr;
use super::{Drawing, Topology, redraw};
use crate::catalog::Incompatible;
use crate::random::fraction;
use crate::units::Probability;

/// The settings of an Erdős-Rényi graph: exactly one of `mean_degree` and `p`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErdosRenyi {
    /// Neighbours of a node in the mean: p (n - 1), from 0 to n - 1. Below ln n some nodes know nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_degree: Option<f64>,
    /// Probability that two nodes are joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p: Option<Probability>,
    /// One graph for all replicates instead of one for each.
    #[serde(default)]
    pub fixed: bool,
    /// Graphs are drawn until one is connected; the first one is that of `false`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub connected: bool,
}

impl ErdosRenyi {
    /// The probability that two of `nodes` nodes are joined.
    fn probability(&self, nodes: u32) -> Result<f64, Incompatible> {
        let most = f64::from(nodes) - 1.0;
        let example = "such as mean_degree = 20 or p = 0.01";
        match (self.mean_degree, self.p) {
            (None, Some(p)) => Ok(p.value()),
            (Some(0.0), None) => Ok(0.0),
            (Some(mean), None) if mean > 0.0 && mean <= most => Ok(mean / most),
            (Some(mean), None) => {
                let problem = format!("{nodes} nodes cannot have {mean} neighbors each in the mean");
                Err(Incompatible::of("mean_degree", problem, format!("a number from 0 to {most}")))
            }
            (None, None) => {
                let problem = "neither `mean_degree` nor `p` says how many nodes are joined";
                Err(Incompatible::whole(problem, format!("one of them, {example}")))
            }
            (Some(_), Some(_)) => {
                let problem = "`mean_degree` and `p` both say how many nodes are joined";
                Err(Incompatible::of("p", problem, format!("one of them, {example}")))
            }
        }
    }
}

impl Topology for ErdosRenyi {
    type Graph = Csr;

    fn check(&self, nodes: u32) -> Result<(), Incompatible> {
        let p = self.probability(nodes)?;
        if !self.connected {
            return Ok(());
        }
        let most = f64::from(nodes - 1);
        let graph = format!("a graph of mean degree {} over {nodes} nodes", shortened(p * most));
        redraw::check_hope(self.connected_share(nodes), &graph, || {
            let least = redraw::least(p * most, most, |mean| connected_share(nodes, mean / most));
            format!("a mean degree of at least {} (from ln n = {:.1} on most graphs are)", least, libm::log(most + 1.0))
        })
    }

    fn class(&self, nodes: u32, _: Option<NodeId>) -> GraphClass {
        let by_pairs = self.p.map_or(0.0, |p| p.value() * f64::from(nodes - 1));
        GraphClass::ErdosRenyi { mean_degree: self.mean_degree.unwrap_or(by_pairs) }
    }

    fn build(&self, nodes: u32, stream: &mut ChaCha8Rng) -> Csr {
        // Settings that passed the check have a probability.
        let p = self.probability(nodes).unwrap_or_default();
        Csr::from_edges(nodes, Edges::new(nodes, p, stream.clone()))
    }

    fn drawing(&self) -> Drawing {
        Drawing::of_random(self.fixed)
    }

    fn redraws(&self) -> bool {
        self.connected
    }

    fn connected_share(&self, nodes: u32) -> f64 {
        connected_share(nodes, self.probability(nodes).unwrap_or_default())
    }

    fn ends(&self, nodes: u32) -> u64 {
        most_ends(nodes, self.probability(nodes).unwrap_or_default())
    }

    fn memory(&self, nodes: u32) -> u64 {
        building::bytes(nodes, self.ends(nodes), 0)
    }
}

/// The edge ends where every pair of `nodes` nodes is joined with probability `p` and pairs are uncorrelated: as many
/// as there are in the mean and six standard deviations more, and a few for small means, whose law is wider.
pub(super) fn most_ends(nodes: u32, p: f64) -> u64 {
    let pairs = f64::from(nodes) * (f64::from(nodes) - 1.0) / 2.0;
    let mean = pairs * p;
    let least = if mean > 0.0 { 10.0 } else { 0.0 };
    2 * (mean + 6.0 * libm::sqrt(mean) + least).min(pairs) as u64
}

/// The probability that a graph over `nodes` nodes is connected: exactly (Gilbert, "Random graphs", 1959) up to 64 of
/// them, then that no node is alone, e^(-n (1 - p)^(n - 1)), which is the same in the limit (Erdős and Rényi 1959).
/// No more than the mean number of spanning trees, n^(n - 2) p^(n - 1) (Cayley), which stands where so few edges are
/// likely that the exact sum cancels.
fn connected_share(nodes: u32, p: f64) -> f64 {
    let miss = 1.0 - p;
    if nodes > 64 {
        return libm::exp(-f64::from(nodes) * libm::pow(miss, f64::from(nodes) - 1.0));
    }
    let mut shares = vec![0.0, 1.0];
    for size in 2..=nodes {
        // The piece of the first node has k of `size` nodes: C(size - 1, k - 1) ways to choose the others.
        let (mut ways, mut in_pieces) = (1.0, 0.0);
        for part in 1..size {
            in_pieces += ways * shares[part as usize] * libm::pow(miss, f64::from(part) * f64::from(size - part));
            ways *= f64::from(size - part) / f64::from(part);
        }
        shares.push(1.0 - in_pieces);
    }
    let n = f64::from(nodes);
    let trees = libm::exp((n - 2.0) * libm::log(n) + (n - 1.0) * libm::log(p));
    shares[nodes as usize].clamp(0.0, 1.0).min(trees)
}

/// A figure with two decimals at most.
fn shortened(figure: f64) -> f64 {
    libm::round(figure * 100.0) / 100.0
}

/// The edges as they are drawn: of all pairs in order, each but those skipped, whose numbers are geometric (Batagelj
/// and Brandes, "Efficient generation of large random networks", 2005, algorithm 1). They are
/// drawn twice, which takes little longer than to keep them, and half the memory.
#[derive(Clone)]
struct Edges {
    nodes: u64,
    log_miss: f64,
    /// The pairs are (1, 0), (2, 0), (2, 1), (3, 0), …: (a, b) with b < a. This is the next one.
    pair: (u64, u64),
    stream: ChaCha8Rng,
}

impl Edges {
    fn new(nodes: u32, p: f64, stream: ChaCha8Rng) -> Self {
        // Minus infinity for p = 1, and 0 for p = 0: no pair skipped, and all of them.
        Edges { nodes: nodes.into(), log_miss: libm::log1p(-p), pair: (1, 0), stream }
    }
}

impl Iterator for Edges {
    type Item = [u32; 2];

    fn next(&mut self) -> Option<[u32; 2]> {
        let (mut a, b) = self.pair;
        // A float cast saturates.
        let skipped = (libm::log(fraction(self.stream.next_u64())) / self.log_miss) as u64;
        let mut b = b.saturating_add(skipped);
        while b >= a && a < self.nodes {
            b -= a;
            a += 1;
        }
        self.pair = (a, b.saturating_add(1));
        (a < self.nodes).then_some([a as u32, b as u32])
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{drawn, incompatible, lists};
    use super::*;

    fn of(mean_degree: Option<f64>, p: Option<f64>) -> ErdosRenyi {
        ErdosRenyi { mean_degree, p: p.and_then(Probability::new), fixed: false, connected: false }
    }

    #[test]
    fn exactly_one_setting_says_how_many_are_joined() {
        incompatible(&of(None, None), 10, None);
        incompatible(&of(Some(3.0), Some(0.5)), 10, Some("p"));
        for mean in [9.5, -1.0, f64::NAN, f64::INFINITY] {
            let text = incompatible(&of(Some(mean), None), 10, Some("mean_degree"));
            assert!(text.ends_with("a number from 0 to 9"), "{text}");
        }
        assert_eq!(of(Some(9.0), None).check(10), Ok(()));
    }

    #[test]
    fn certainty_joins_all_and_impossibility_none() {
        for (nodes, degree) in [(1, 0), (2, 1), (7, 6)] {
            assert!(lists(&of(None, Some(1.0)), nodes).iter().all(|list| list.len() == degree));
            assert!(lists(&of(Some(0.0), None), nodes).iter().all(Vec::is_empty));
        }
    }

    #[test]
    fn the_number_of_edges_is_binomial_and_every_pair_is_as_likely() {
        let (nodes, p, draws) = (6_u32, 0.3, 3000_u32);
        let mut joined = [[0_u32; 6]; 6];
        let mut edges = Vec::new();
        for seed in 0..draws {
            let lists = drawn(&of(None, Some(p)), nodes, seed.into());
            edges.push(lists.iter().map(Vec::len).sum::<usize>() as f64 / 2.0);
            for (node, list) in lists.iter().enumerate() {
                list.iter().for_each(|&other| joined[node][other as usize] += 1);
            }
        }
        // 15 pairs: z <= 4.5 each.
        let bound = 4.5 * (f64::from(draws) * p * (1.0 - p)).sqrt();
        for (a, row) in joined.iter().enumerate() {
            for (b, count) in row.iter().enumerate().take(a) {
                let deviation = f64::from(*count) - f64::from(draws) * p;
                assert!(deviation.abs() <= bound, "{a}-{b}: {deviation}");
            }
        }
        // Binomial(15, p): z <= 4 for the mean, and for the variance with its own standard error.
        let variance = 15.0 * p * (1.0 - p);
        let mean = edges.iter().sum::<f64>() / f64::from(draws);
        assert!((mean - 15.0 * p).abs() <= 4.0 * (variance / f64::from(draws)).sqrt(), "{mean}");
        let found = edges.iter().map(|count| (count - 15.0 * p).powi(2)).sum::<f64>() / f64::from(draws);
        let fourth = 3.0 * variance * variance + variance * (1.0 - 6.0 * p * (1.0 - p));
        let error = ((fourth - variance * variance) / f64::from(draws)).sqrt();
        assert!((found - variance).abs() <= 4.0 * error, "{found} against {variance}");
    }
}
