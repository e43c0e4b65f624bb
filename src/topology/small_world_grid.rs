//! Kleinberg's small world: a grid with borders, from each of whose nodes some long links lead farther away.

use rand::rand_core::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::building;
use super::chosen::{Choices, NOBODY};
use super::csr::Csr;
use super::lattice::Shape;
use super::{Drawing, Layout, Topology};
use crate::catalog::Incompatible;
use crate::random::{below, fraction};

/// The settings of a small world on a grid (Kleinberg, "The small-world phenomenon: an algorithmic perspective", 2000).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmallWorldGrid {
    /// Rows and columns, whose product is the number of nodes; equal ones if not given. Node (x, y) is x columns + y.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sides: Option<[u32; 2]>,
    /// Long links that each node draws, fewer than the nodes. One that leads where an edge leads already adds nothing.
    #[serde(default = "one")]
    pub long_links: u32,
    /// A long link leads to any other node at distance d, in steps along the grid, with a probability in proportion to
    /// d^-exponent; 0 or more, and 0 is uniform choice.
    #[serde(default = "two")]
    pub exponent: f64,
    /// One graph for all replicates instead of one for each.
    #[serde(default)]
    pub fixed: bool,
    /// Without effect: the grid joins all nodes, so every graph is connected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub connected: bool,
}

fn one() -> u32 {
    1
}

fn two() -> f64 {
    2.0
}

impl SmallWorldGrid {
    fn shape(&self) -> Shape {
        let sides = self.sides.map(Vec::from);
        Shape { dims: if sides.is_none() { Some(2) } else { None }, sides }
    }

    /// Rows and columns of a grid over `nodes` nodes that passed the check.
    fn sides(&self, nodes: u32) -> [u32; 2] {
        <[u32; 2]>::try_from(self.shape().sides(nodes)).unwrap_or([1, nodes])
    }
}

impl Topology for SmallWorldGrid {
    type Graph = Csr;

    fn check(&self, nodes: u32) -> Result<(), Incompatible> {
        self.shape().check(nodes).map_err(|incompatible| match incompatible.key {
            Some("dims") => {
                Incompatible { key: None, problem: format!("{nodes} nodes do not make a square"), ..incompatible }
            }
            _ => incompatible,
        })?;
        if self.long_links >= nodes {
            let problem = format!("{nodes} nodes have no room for {} long links each", self.long_links);
            return Err(Incompatible::of("long_links", problem, format!("fewer than {nodes}")));
        }
        if !(self.exponent >= 0.0 && self.exponent.is_finite()) {
            let problem = format!("{} is no exponent: links would be the likelier the longer they are", self.exponent);
            return Err(Incompatible::of("exponent", problem, "a number from 0 up, such as 2"));
        }
        Ok(())
    }

    fn layout(&self, nodes: u32) -> Layout {
        Layout::Lattice { sides: self.sides(nodes).into(), joined: false }
    }

    fn build(&self, nodes: u32, stream: &mut ChaCha8Rng) -> Csr {
        let sides = self.sides(nodes);
        let links = Links::new(sides, self.exponent);
        let each = self.long_links as usize;
        let mut chosen: Vec<u32> = Vec::with_capacity(nodes as usize * each);
        for node in 0..nodes {
            let own = chosen.len();
            for _ in 0..each {
                // The grid alone has no pair of nodes to link.
                let link = if nodes > 1 { links.draw(node, stream) } else { NOBODY };
                let is_new = links.distance(node, link) > 1 && !chosen[own..].contains(&link);
                chosen.push(if is_new { link } else { NOBODY });
            }
        }
        let long = Choices::new(nodes, self.long_links, chosen);
        Csr::from_edges(nodes, steps(sides).chain(long.edges())).in_one_piece()
    }

    fn drawing(&self) -> Drawing {
        Drawing::of_random(self.fixed)
    }

    fn redraws(&self) -> bool {
        self.connected
    }

    fn ends(&self, nodes: u32) -> u64 {
        let [rows, columns] = self.sides(nodes).map(u64::from);
        let steps = rows * (columns - 1) + columns * (rows - 1);
        2 * (steps + u64::from(nodes) * u64::from(self.long_links))
    }

    fn memory(&self, nodes: u32) -> u64 {
        let [rows, columns] = self.sides(nodes).map(u64::from);
        // The law of distances goes on living with the choices until the graph is there.
        let list = Choices::bytes(nodes, self.long_links) + 8 * (rows + columns);
        building::bytes(nodes, self.ends(nodes), list)
    }
}

/// The edges of the grid: from every node one column and one row on.
fn steps([rows, columns]: [u32; 2]) -> impl Iterator<Item = [u32; 2]> + Clone {
    (0..rows * columns).flat_map(move |node| {
        let right = (node % columns + 1 < columns).then_some([node, node + 1]);
        let down = (node / columns + 1 < rows).then_some([node, node + columns]);
        right.into_iter().chain(down)
    })
}

/// The law of long links.
///
/// One is drawn among all offsets (i, j) with |i| < rows and |j| < columns, those at distance d = |i| + |j| in
/// proportion to d^-exponent, and drawn again if it leads over the border: what is left has the exact law of every
/// node. From a corner a quarter of the weight stays within, from elsewhere more, as weights fall with |i| and |j|.
struct Links {
    sides: [u32; 2],
    /// The weight of the offsets at distance d + 1 or less, in place d.
    up_to: Vec<f64>,
}

impl Links {
    fn new(sides: [u32; 2], exponent: f64) -> Self {
        let farthest = sides[0] + sides[1] - 2;
        let mut sum = 0.0;
        let up_to = (1..=farthest).map(|distance| {
            sum += offsets(sides, distance) as f64 * libm::pow(distance.into(), -exponent);
            sum
        });
        Links { sides, up_to: up_to.collect() }
    }

    /// Where a long link of `node` leads; there must be another node.
    fn draw(&self, node: u32, stream: &mut ChaCha8Rng) -> u32 {
        let [rows, columns] = self.sides;
        let (row, column) = (node / columns, node % columns);
        loop {
            let [i, j] = self.offset(stream);
            let (row, column) = (i64::from(row) + i, i64::from(column) + j);
            if (0..i64::from(rows)).contains(&row) && (0..i64::from(columns)).contains(&column) {
                return row as u32 * columns + column as u32;
            }
        }
    }

    /// An offset by the law of distances, all at one distance equally likely.
    fn offset(&self, stream: &mut ChaCha8Rng) -> [i64; 2] {
        let all = self.up_to.last().copied().unwrap_or_default();
        let drawn = fraction(stream.next_u64()) * all;
        let distance = 1 + self.up_to.partition_point(|&up_to| up_to <= drawn).min(self.up_to.len() - 1) as u32;
        let [low, high] = rows_at(self.sides, distance);
        loop {
            let draw = below(stream, 4 * u64::from(high - low + 1));
            let (i, signs) = (i64::from(low) + (draw / 4) as i64, draw % 4);
            let j = i64::from(distance) - i;
            // Zero has one sign.
            if i == 0 && signs & 1 != 0 || j == 0 && signs & 2 != 0 {
                continue;
            }
            return [if signs & 1 != 0 { -i } else { i }, if signs & 2 != 0 { -j } else { j }];
        }
    }

    fn distance(&self, one: u32, other: u32) -> u32 {
        let columns = self.sides[1];
        (one / columns).abs_diff(other / columns) + (one % columns).abs_diff(other % columns)
    }
}

/// The smallest and the greatest number of rows in an offset of this length.
fn rows_at([rows, columns]: [u32; 2], distance: u32) -> [u32; 2] {
    [(distance + 1).saturating_sub(columns), distance.min(rows - 1)]
}

/// How many offsets have this length: four for each number of rows, but two for none and for all.
fn offsets(sides: [u32; 2], distance: u32) -> u64 {
    let [low, high] = rows_at(sides, distance);
    4 * u64::from(high - low + 1) - 2 * u64::from(low == 0) - 2 * u64::from(high == distance)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{drawn, incompatible, lists, sorted};
    use super::*;
    use crate::random::{Chance, Purpose};

    fn of(long_links: u32, exponent: f64) -> SmallWorldGrid {
        SmallWorldGrid { sides: None, long_links, exponent, fixed: false, connected: false }
    }

    #[test]
    fn without_long_links_it_is_the_grid() {
        let grid: super::super::grid::Grid = serde_json::from_str(r#"{"sides": [3, 4]}"#).unwrap();
        let world = SmallWorldGrid { sides: Some([3, 4]), ..of(0, 2.0) };
        assert_eq!(sorted(lists(&world, 12)), sorted(lists(&grid, 12)));
    }

    #[test]
    fn what_is_no_grid_is_refused() {
        let text = incompatible(&of(1, 2.0), 1000, None);
        assert!(text.contains("961 nodes (31 a side) or 1024 nodes (32 a side), or `sides`"), "{text}");
        incompatible(&SmallWorldGrid { sides: Some([3, 4]), ..of(1, 2.0) }, 13, Some("sides"));
        incompatible(&of(9, 2.0), 9, Some("long_links"));
        for exponent in [-0.5, f64::NAN, f64::INFINITY] {
            incompatible(&of(1, exponent), 9, Some("exponent"));
        }
    }

    #[test]
    fn all_offsets_are_counted() {
        for sides in [[1, 5], [5, 1], [4, 4], [3, 7]] {
            let all: u64 = (1..sides[0] + sides[1] - 1).map(|distance| offsets(sides, distance)).sum();
            assert_eq!(all, u64::from(2 * sides[0] - 1) * u64::from(2 * sides[1] - 1) - 1, "{sides:?}");
        }
    }

    /// The exact law d(u, v)^-r over all other nodes v, for nodes in a corner, at a border and within: chi-square over
    /// all of them, z <= 4.
    #[test]
    fn long_links_have_the_law_of_kleinberg() {
        let draws = 20_000;
        for (sides, exponent, node) in [
            ([6, 6], 2.0, 0),
            ([6, 6], 2.0, 14),
            ([4, 9], 1.0, 3),
            ([5, 5], 0.0, 24),
            ([1, 12], 2.5, 4),
            ([6, 3], 3.0, 7),
        ] {
            let nodes = sides[0] * sides[1];
            let links = Links::new(sides, exponent);
            let mut stream = Chance { seed: 11, nodes, replicate: 0 }.stream(Purpose::Topology);
            let mut counts = vec![0_u32; nodes as usize];
            (0..draws).for_each(|_| counts[links.draw(node, &mut stream) as usize] += 1);
            let weight = |other: u32| {
                if other == node { 0.0 } else { libm::pow(links.distance(node, other).into(), -exponent) }
            };
            let all: f64 = (0..nodes).map(weight).sum();
            assert_eq!(counts[node as usize], 0);
            let square = |other: u32| {
                let expected = f64::from(draws) * weight(other) / all;
                (f64::from(counts[other as usize]) - expected).powi(2) / expected
            };
            let chi_square: f64 = (0..nodes).filter(|&other| other != node).map(square).sum();
            let freedom = f64::from(nodes - 2);
            let z = (chi_square - freedom) / (2.0 * freedom).sqrt();
            assert!(z.abs() <= 4.0, "{sides:?}, exponent {exponent}, node {node}: z = {z:.2}");
        }
    }

    /// Uniform links of a 20 × 20 grid: 400 of them in the mean but for those that add nothing. A link adds nothing with
    /// about 4 / 399 (a neighbour), and where another one is drawn between the same two; z <= 4, and 2 for those.
    #[test]
    fn every_node_has_its_long_links() {
        let graphs = 100;
        let edges: Vec<f64> = (0..graphs)
            .map(|seed| drawn(&of(1, 0.0), 400, seed).iter().map(Vec::len).sum::<usize>() as f64 / 2.0 - 760.0)
            .collect();
        let mean = edges.iter().sum::<f64>() / graphs as f64;
        // Links to neighbours: the 1520 edge ends of the grid over 399 others; mutual ones: 400 · 399 / 2 / 399².
        let expected = 400.0 - 1520.0 / 399.0 - 200.0 / 399.0;
        let sd = (1520.0_f64 / 399.0 + 0.5).sqrt();
        assert!((mean - expected).abs() <= 4.0 * sd / (graphs as f64).sqrt(), "{mean} against {expected}");
    }
}
