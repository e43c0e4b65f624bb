//! The k-out graph: every node chooses some others at random, and is joined to those and to whoever chose it.

use super::GraphClass;
use super::building;
use crate::units::NodeId;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::chosen::Choices;
use super::csr::Csr;
use super::erdos_renyi::most_ends;
use super::{Drawing, Topology, redraw};
use crate::catalog::Incompatible;
use crate::random::below;

/// The settings of a k-out graph (Fenner and Frieze, "On the connectivity of random m-orientable graphs and digraphs",
/// 1982): what a membership list of `choices` random others gives, used in both directions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KOut {
    /// Distinct others that every node chooses, at least 1 and fewer than the nodes. A node has at least so many
    /// neighbours, and twice as many in the mean, less choices² / (nodes - 1). The graph is almost surely connected from
    /// 2 on.
    #[serde(default = "three")]
    pub choices: u32,
    /// One graph for all replicates instead of one for each.
    #[serde(default)]
    pub fixed: bool,
    /// Graphs are drawn until one is connected; the first one is that of `false`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub connected: bool,
}

fn three() -> u32 {
    3
}

impl Topology for KOut {
    type Graph = Csr;

    fn check(&self, nodes: u32) -> Result<(), Incompatible> {
        if self.choices == 0 {
            return Err(Incompatible::of("choices", "a node that chooses nobody joins nobody", "at least 1 choice"));
        }
        if self.choices >= nodes {
            let problem = format!("{nodes} nodes are too few for {} choices of distinct others", self.choices);
            let enough = u64::from(self.choices) + 1;
            return Err(Incompatible::of(
                "choices",
                problem,
                format!("fewer than {nodes} choices, or at least {enough} nodes"),
            ));
        }
        if self.connected && self.choices == 1 {
            let graph = format!("a graph of one choice a node over {nodes} nodes");
            redraw::check_hope(self.connected_share(nodes), &graph, || "at least 2 choices".to_owned())?;
        }
        Ok(())
    }

    fn class(&self, _: u32, _: Option<NodeId>) -> GraphClass {
        GraphClass::KOut { choices: self.choices }
    }

    fn build(&self, nodes: u32, stream: &mut ChaCha8Rng) -> Csr {
        let chosen = choose(nodes, self.choices, stream);
        Csr::from_edges(nodes, Choices::new(nodes, self.choices, chosen).edges())
    }

    fn drawing(&self) -> Drawing {
        Drawing::of_random(self.fixed)
    }

    fn redraws(&self) -> bool {
        self.connected
    }

    /// One choice a node is a random map without fixed points, connected if it has a single cycle. There are
    /// n! / (n - k)! n^(n - k - 1) maps whose single cycle has k nodes, of all (n - 1)^n (Katz, "Probability of
    /// indecomposability of a random mapping function", 1955): together about e (π / (2 n))^(1/2).
    fn connected_share(&self, nodes: u32) -> f64 {
        if self.choices > 1 || nodes < 2 {
            return 1.0;
        }
        let n = f64::from(nodes);
        let (mut cycle, mut sum) = (1.0, 0.0);
        for k in 1..nodes {
            cycle *= 1.0 - f64::from(k) / n;
            sum += cycle;
            if cycle < 1e-12 {
                break;
            }
        }
        sum * libm::exp(-n * libm::log1p(-1.0 / n)) / n
    }

    /// Two for each choice, less the pairs that choose each other, of which all are likely only if most are chosen.
    fn ends(&self, nodes: u32) -> u64 {
        let share = f64::from(self.choices) / (f64::from(nodes) - 1.0).max(1.0);
        let choices = 2 * u64::from(nodes) * u64::from(self.choices);
        choices.min(most_ends(nodes, 1.0 - (1.0 - share) * (1.0 - share)))
    }

    fn memory(&self, nodes: u32) -> u64 {
        let choices = Choices::bytes(nodes, self.choices);
        // While they choose, there is an order of all nodes to choose from.
        (choices + 4 * u64::from(nodes)).max(building::bytes(nodes, self.ends(nodes), choices))
    }
}

/// `each` distinct others for every node, all lists of them equally likely: the first places of a shuffled list of all
/// nodes, which goes on to be shuffled for the next node.
fn choose(nodes: u32, each: u32, stream: &mut ChaCha8Rng) -> Vec<u32> {
    let mut order: Vec<u32> = (0..nodes).collect();
    let mut chosen = Vec::with_capacity(nodes as usize * each as usize);
    for node in 0..nodes {
        for place in 0..each as usize {
            // Nobody chooses itself: there is another one left, as choices are fewer than the nodes.
            let other = loop {
                let draw = place + below(stream, (order.len() - place) as u64) as usize;
                if order[draw] != node {
                    break draw;
                }
            };
            order.swap(place, other);
            chosen.push(order[place]);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::super::testing::{drawn, incompatible};
    use super::*;
    use crate::random::{Chance, Purpose};

    fn of(choices: u32) -> KOut {
        KOut { choices, fixed: false, connected: false }
    }

    #[test]
    fn there_must_be_enough_to_choose_from() {
        incompatible(&of(0), 9, Some("choices"));
        let text = incompatible(&of(9), 9, Some("choices"));
        assert!(text.ends_with("fewer than 9 choices, or at least 10 nodes"), "{text}");
        let text = incompatible(&KOut { connected: true, ..of(1) }, 1_000_000, Some("connected"));
        assert!(text.contains("3e-3") && text.ends_with("at least 2 choices, or connected = false"), "{text}");
        assert_eq!(KOut { connected: true, ..of(2) }.check(1_000_000), Ok(()));
    }

    #[test]
    fn one_choice_a_node_is_as_likely_connected_as_there_are_single_cycles() {
        let share = |nodes| of(1).connected_share(nodes);
        // Two or three nodes that choose are always joined; of the 81 maps of four, 3 are two pairs.
        for (nodes, exact) in [(2, 1.0), (3, 1.0), (4, 78.0 / 81.0)] {
            assert!((share(nodes) - exact).abs() < 1e-12, "{nodes}: {}", share(nodes));
        }
        let limit = std::f64::consts::E * (std::f64::consts::FRAC_PI_2 / 1e7).sqrt();
        assert!((share(10_000_000) / limit - 1.0).abs() < 1e-3);
        assert_eq!(of(2).connected_share(100), 1.0);
    }

    #[test]
    fn who_chooses_all_others_makes_a_complete_graph() {
        for nodes in [2, 3, 50] {
            assert!(drawn(&of(nodes - 1), nodes, 1).iter().all(|list| list.len() as u32 == nodes - 1));
        }
    }

    /// Every list of distinct others is as likely: 5 nodes, 2 choices, 12 lists for each; z <= 4 for all together.
    #[test]
    fn every_list_of_others_is_equally_likely() {
        let (nodes, draws) = (5, 2400_u32);
        let mut stream = Chance { seed: 3, nodes, replicate: 0 }.stream(Purpose::Topology);
        let mut counts = [0_u32; 5 * 25];
        for _ in 0..draws {
            for (node, list) in choose(nodes, 2, &mut stream).chunks(2).enumerate() {
                counts[node * 25 + list[0] as usize * 5 + list[1] as usize] += 1;
            }
        }
        let possible: Vec<f64> = counts.iter().filter(|count| **count > 0).map(|&count| count.into()).collect();
        assert_eq!(possible.len(), 60);
        let share = f64::from(draws) / 12.0;
        let chi_square: f64 = possible.iter().map(|count| (count - share) * (count - share) / share).sum();
        // Chi-square with 5 × 11 degrees of freedom: mean 55, variance 110.
        assert!((chi_square - 55.0).abs() <= 4.0 * 110_f64.sqrt(), "{chi_square}");
    }

    /// The degree of a node is k and a binomial number of those whom it did not choose: each chose it with
    /// k / (n - 1), on its own. Chi-square of node 0 over 4000 graphs, z <= 4.
    #[test]
    fn degrees_have_the_exact_law() {
        let (nodes, choices, draws) = (30_u32, 3_u32, 4000_u32);
        let mut counts = [0_u32; 30];
        (0..draws).for_each(|seed| counts[drawn(&of(choices), nodes, seed.into())[0].len()] += 1);
        let (others, p) = (f64::from(nodes - 1 - choices), f64::from(choices) / f64::from(nodes - 1));
        let mut mass = libm::pow(1.0 - p, others);
        let (mut chi_square, mut cells, mut tail) = (0.0, 0.0, f64::from(draws));
        let mut seen = draws;
        for (more, &count) in counts[choices as usize..].iter().enumerate() {
            let expected = f64::from(draws) * mass;
            if tail - expected < 5.0 || expected < 5.0 {
                break;
            }
            chi_square += (f64::from(count) - expected).powi(2) / expected;
            (cells, tail, seen) = (cells + 1.0, tail - expected, seen - count);
            mass *= (others - more as f64) / (more as f64 + 1.0) * p / (1.0 - p);
        }
        chi_square += (f64::from(seen) - tail).powi(2) / tail;
        assert!(cells >= 6.0 && (chi_square - cells).abs() <= 4.0 * (2.0 * cells).sqrt(), "{chi_square} of {cells}");
    }

    /// Edges are n k less the pairs that choose each other, (k / (n - 1))² of all; z <= 4 over 400 graphs.
    #[test]
    fn the_mean_degree_is_exact() {
        for (nodes, choices) in [(100_u32, 5_u32), (60, 40)] {
            let graphs = 400;
            let means: Vec<f64> = (0..graphs)
                .map(|seed| {
                    drawn(&of(choices), nodes, seed).iter().map(Vec::len).sum::<usize>() as f64 / f64::from(nodes)
                })
                .collect();
            let (n, k) = (f64::from(nodes), f64::from(choices));
            let mean = means.iter().sum::<f64>() / graphs as f64;
            let sd = (means.iter().map(|found| (found - mean).powi(2)).sum::<f64>() / graphs as f64).sqrt();
            let exact = 2.0 * k - k * k / (n - 1.0);
            assert!((mean - exact).abs() <= 4.0 * sd / (graphs as f64).sqrt(), "{mean} against {exact}");
        }
    }
}
