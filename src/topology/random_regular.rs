//! The random regular graph: every node has the same number of neighbours, and every such graph is equally likely.

use super::GraphClass;
use crate::units::NodeId;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::csr::Csr;
use super::{Drawing, Topology, pairing, redraw};
use crate::catalog::Incompatible;

/// The settings of a random regular graph. See [`pairing`] for how near to uniform the draw is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RandomRegular {
    /// Neighbours of a node: at least 1, fewer than the nodes; nodes × degree must be even. The graph is almost
    /// surely connected from degree 3 on.
    #[serde(default = "eight")]
    pub degree: u32,
    /// One graph for all replicates instead of one for each.
    #[serde(default)]
    pub fixed: bool,
    /// Graphs are drawn until one is connected; the first one is that of `false`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub connected: bool,
}

fn eight() -> u32 {
    8
}

impl Topology for RandomRegular {
    type Graph = Csr;

    fn check(&self, nodes: u32) -> Result<(), Incompatible> {
        let degree = self.degree;
        if degree == 0 {
            return Err(Incompatible::of("degree", "a graph of degree 0 joins nobody", "a degree of at least 1"));
        }
        if degree >= nodes {
            let problem = format!("{nodes} nodes cannot have {degree} distinct neighbors each");
            return Err(Incompatible::of("degree", problem, format!("a degree below {nodes}")));
        }
        if degree % 2 == 1 && nodes % 2 == 1 {
            let problem = format!("{nodes} nodes of degree {degree} would leave half an edge over");
            let degrees = if degree == 1 { "2".to_owned() } else { format!("{} or {}", degree - 1, degree + 1) };
            let allowed = format!("an even degree such as {degrees}, or an even number of nodes such as {}", nodes + 1);
            return Err(Incompatible::of("degree", problem, allowed));
        }
        if self.connected {
            let graph = format!("a graph of degree {degree} over {nodes} nodes");
            redraw::check_hope(self.connected_share(nodes), &graph, || "a degree of at least 3".to_owned())?;
        }
        Ok(())
    }

    fn class(&self, _: u32, _: Option<NodeId>) -> GraphClass {
        match self.degree {
            // One ring, whose nodes stand in any order.
            2 if self.connected => GraphClass::Ring { neighbors: 1 },
            degree => GraphClass::RandomRegular { degree },
        }
    }

    fn build(&self, nodes: u32, stream: &mut ChaCha8Rng) -> Csr {
        pairing::regular(nodes, self.degree, stream)
    }

    fn drawing(&self) -> Drawing {
        Drawing::of_random(self.fixed)
    }

    fn redraws(&self) -> bool {
        self.connected
    }

    /// About how probable it is that a graph over `nodes` nodes is connected. Degree 2 makes cycles, which are a single
    /// one with a probability of about e^(3/4) (π / n)^(1/2) / 2: there are (n - 1)! / 2 of those, and e^(-3/4) n! /
    /// (π n)^(1/2) graphs (Flajolet and Sedgewick, "Analytic Combinatorics", 2009, example VI.2).
    fn connected_share(&self, nodes: u32) -> f64 {
        match self.degree {
            _ if nodes <= 2 => 1.0,
            1 => 0.0,
            2 => (libm::exp(0.75) * libm::sqrt(std::f64::consts::PI / f64::from(nodes)) / 2.0).min(1.0),
            _ => 1.0,
        }
    }

    fn ends(&self, nodes: u32) -> u64 {
        u64::from(nodes) * u64::from(self.degree)
    }

    fn widest(&self, _nodes: u32) -> u32 {
        self.degree
    }

    fn memory(&self, nodes: u32) -> u64 {
        pairing::bytes(nodes, self.degree)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::incompatible;
    use super::*;

    #[test]
    fn degrees_that_cannot_be_say_which_could() {
        let of = |degree| RandomRegular { degree, fixed: false, connected: false };
        assert_eq!(of(8).check(9), Ok(()));
        for (degree, nodes, offer) in [
            (3, 7, "an even degree such as 2 or 4, or an even number of nodes such as 8"),
            (1, 7, "an even degree such as 2, or an even number of nodes such as 8"),
            (8, 8, "a degree below 8"),
            (0, 8, "a degree of at least 1"),
        ] {
            let text = incompatible(&of(degree), nodes, Some("degree"));
            assert!(text.ends_with(offer), "{text}");
        }
    }
}
