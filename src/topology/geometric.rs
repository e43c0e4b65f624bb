//! The random geometric graph: nodes lie anywhere on a square, and those that are near know each other.

use super::GraphClass;
use super::building;
use crate::units::NodeId;
use std::f64::consts::{FRAC_1_SQRT_2, PI};

use rand::rand_core::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::csr::Csr;
use super::erdos_renyi::most_ends;
use super::{Drawing, Topology, redraw};
use crate::catalog::Incompatible;

/// The settings of a random geometric graph (Gilbert, "Random plane networks", 1961; Penrose, "Random geometric
/// graphs", 2003): exactly one of `radius` and `mean_degree`.
///
/// Nodes are independent and uniform on the unit square, two of them joined if they are at most a radius apart. Unless
/// there are `borders`, opposite sides are joined, which makes the square a torus: then every node has as many
/// neighbours in the mean as every other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Geometric {
    /// How far apart neighbours are at most, from 0 to 1; the side of the square is 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius: Option<f64>,
    /// Neighbours of a node in the mean over all nodes and graphs. Below ln n some nodes know nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_degree: Option<f64>,
    /// Whether the square has borders; otherwise it is a torus.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub borders: bool,
    /// One graph for all replicates instead of one for each.
    #[serde(default)]
    pub fixed: bool,
    /// Graphs are drawn until one is connected; the first one is that of `false`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub connected: bool,
}

impl Geometric {
    /// How far apart neighbours are at most.
    fn reach(&self, nodes: u32) -> Result<f64, Incompatible> {
        let others = f64::from(nodes) - 1.0;
        let example = "such as mean_degree = 12 or radius = 0.05";
        match (self.radius, self.mean_degree) {
            (Some(radius), None) if (0.0..=1.0).contains(&radius) => Ok(radius),
            (Some(radius), None) => Err(Incompatible::of(
                "radius",
                format!("{radius} is no radius on the unit square"),
                "a number from 0 to 1",
            )),
            (None, Some(mean)) if mean >= 0.0 && mean <= others * self.near(1.0) => Ok(self.radius_of(mean / others)),
            (None, Some(mean)) => {
                let problem = format!("{nodes} nodes cannot have {mean} neighbors each in the mean");
                let most = libm::floor(others * self.near(1.0) * 100.0) / 100.0;
                Err(Incompatible::of("mean_degree", problem, format!("a number from 0 to {most}")))
            }
            (None, None) => {
                let problem = "neither `radius` nor `mean_degree` says who is near";
                Err(Incompatible::whole(problem, format!("one of them, {example}")))
            }
            (Some(_), Some(_)) => {
                let problem = "`radius` and `mean_degree` both say who is near";
                Err(Incompatible::of("mean_degree", problem, format!("one of them, {example}")))
            }
        }
    }

    /// The probability that two nodes are at most `radius` apart, for a radius from 0 to 1.
    fn near(&self, radius: f64) -> f64 {
        let square = radius * radius;
        if self.borders {
            // Square line picking: π r² less what lies beyond the borders.
            return square * (PI - 8.0 / 3.0 * radius + square / 2.0);
        }
        match radius {
            ..0.5 => PI * square,
            // The disc less the four segments that overlap themselves.
            ..FRAC_1_SQRT_2 => {
                let half = libm::acos(0.5 / radius);
                PI * square - 4.0 * (square * half - 0.5 * libm::sqrt(square - 0.25))
            }
            _ => 1.0,
        }
    }

    /// The radius within which two nodes lie with probability `share`.
    fn radius_of(&self, share: f64) -> f64 {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if self.near(middle) < share {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    /// About how probable it is that a graph over `nodes` nodes is connected: that no node is alone, e^(-λ) for λ of
    /// them in the mean, which is the same in the limit (Penrose, "The longest edge of the random minimal spanning
    /// tree", 1997).
    fn share_within(&self, nodes: u32, radius: f64) -> f64 {
        let (n, others) = (f64::from(nodes), f64::from(nodes) - 1.0);
        let alone = |near: f64| libm::pow((1.0 - near).max(0.0), others);
        if !self.borders || radius >= 0.5 {
            return libm::exp(-n * alone(self.near(radius)));
        }
        // Away from the borders, and along the four of them, where a part of the disc lies beyond.
        let disc = PI * radius * radius;
        let cut = |away: f64| {
            let beyond = radius * radius * libm::acos(away) - radius * radius * away * libm::sqrt(1.0 - away * away);
            disc - beyond
        };
        let strip: f64 = (0..200).map(|step| alone(cut((f64::from(step) + 0.5) / 200.0))).sum::<f64>() / 200.0;
        let inner = 1.0 - 2.0 * radius;
        libm::exp(-n * (inner * inner * alone(disc) + 4.0 * radius * inner * strip))
    }
}

impl Topology for Geometric {
    type Graph = Csr;

    fn check(&self, nodes: u32) -> Result<(), Incompatible> {
        let radius = self.reach(nodes)?;
        if !self.connected {
            return Ok(());
        }
        let others = f64::from(nodes) - 1.0;
        let degree = |radius: f64| others * self.near(radius);
        let graph = format!("a graph of mean degree {:.2} over {nodes} nodes", degree(radius));
        redraw::check_hope(self.connected_share(nodes), &graph, || {
            let share = |mean: f64| self.share_within(nodes, self.radius_of(mean / others));
            let least = redraw::least(degree(radius), degree(1.0), share);
            format!("a mean degree of at least {least:.1}, which is a radius of {:.4}", self.radius_of(least / others))
        })
    }

    fn class(&self, _: u32, _: Option<NodeId>) -> GraphClass {
        GraphClass::Geometric
    }

    fn build(&self, nodes: u32, stream: &mut ChaCha8Rng) -> Csr {
        // Settings that passed the check have a radius.
        let radius = self.reach(nodes).unwrap_or_default();
        let places = (0..nodes).map(|_| Place::of(stream.next_u64())).collect();
        let plane = Plane::new(places, radius, !self.borders);
        Csr::from_edges(nodes, plane.edges())
    }

    fn drawing(&self) -> Drawing {
        Drawing::of_random(self.fixed)
    }

    fn redraws(&self) -> bool {
        self.connected
    }

    fn connected_share(&self, nodes: u32) -> f64 {
        self.reach(nodes).map_or(0.0, |radius| self.share_within(nodes, radius))
    }

    /// On the torus the edges of different pairs are uncorrelated, since from anywhere the same share is near; the same
    /// places on a square with borders have no more edges.
    fn ends(&self, nodes: u32) -> u64 {
        let torus = Geometric { borders: false, ..self.clone() };
        most_ends(nodes, self.reach(nodes).map_or(0.0, |radius| torus.near(radius)))
    }

    fn memory(&self, nodes: u32) -> u64 {
        // Places, nodes in the order of their cells, and where each of at most as many cells begins.
        let plane = 16 * u64::from(nodes) + 8;
        building::bytes(nodes, self.ends(nodes), plane)
    }
}

/// Where a node lies, in 2^-32 of the side.
#[derive(Clone, Copy, Debug)]
struct Place {
    x: u32,
    y: u32,
}

impl Place {
    fn of(draw: u64) -> Self {
        Place { x: (draw >> 32) as u32, y: draw as u32 }
    }
}

/// The nodes in their places, sorted into square cells that are at least as wide as neighbours are far apart: those of
/// a node lie in its cell and the eight around it.
struct Plane {
    places: Vec<Place>,
    /// The nodes, cell by cell, row by row.
    order: Vec<u32>,
    /// Where each cell begins in `order`, and where the last one ends.
    starts: Vec<u32>,
    /// Cells along each side.
    side: u32,
    wraps: bool,
    /// The greatest squared distance of neighbours, in 2^-64.
    square: f64,
}

impl Plane {
    fn new(places: Vec<Place>, radius: f64, wraps: bool) -> Self {
        let nodes = places.len() as u32;
        // No more cells than nodes, and around a torus three cells at least, lest two of those around be the same.
        let most = f64::from(nodes.isqrt().max(1));
        let side = if radius * most >= 1.0 { libm::floor(1.0 / radius) } else { most };
        let side = if side < 3.0 { 1 } else { side as u32 };
        let scale = 18_446_744_073_709_551_616.0;
        let mut plane = Plane {
            places,
            order: vec![0; nodes as usize],
            starts: vec![0],
            side,
            wraps,
            square: radius * radius * scale,
        };
        plane.sort();
        plane
    }

    /// Sorts the nodes into their cells, each cell in the order of its nodes.
    fn sort(&mut self) {
        let mut starts = vec![0_u32; self.side as usize * self.side as usize + 1];
        self.places.iter().for_each(|&place| starts[self.cell(place) + 1] += 1);
        for cell in 1..starts.len() {
            starts[cell] += starts[cell - 1];
        }
        for (node, &place) in (0..).zip(&self.places) {
            let start = &mut starts[self.cell(place)];
            self.order[*start as usize] = node;
            *start += 1;
        }
        // Each start has moved on to the end of its cell, which is where the next one begins.
        let cells = starts.len() - 1;
        starts.copy_within(..cells, 1);
        starts[0] = 0;
        self.starts = starts;
    }

    fn cell(&self, Place { x, y }: Place) -> usize {
        let along = |coordinate: u32| (u64::from(coordinate) * u64::from(self.side)) >> 32;
        (along(y) * u64::from(self.side) + along(x)) as usize
    }

    /// The pairs of near nodes, each once: a node with those after it in its cell, and with those of the next cell of
    /// its row and of the three of the next row.
    fn edges(&self) -> impl Iterator<Item = [u32; 2]> + Clone + '_ {
        (0..self.order.len()).flat_map(move |rank| {
            let node = self.order[rank];
            let place = self.places[node as usize];
            let cell = self.cell(place);
            let own = rank as u32 + 1..self.starts[cell + 1];
            let around = [[1, 0], [-1, 1], [0, 1], [1, 1]].into_iter().filter_map(move |step| self.beside(cell, step));
            let ranks = [own].into_iter().chain(around).flatten();
            let others = ranks.map(move |rank| self.order[rank as usize]);
            others.filter(move |&other| self.near(place, self.places[other as usize])).map(move |other| [node, other])
        })
    }

    /// The ranks of the nodes in the cell some steps beside `cell`, if there is one.
    fn beside(&self, cell: usize, [x, y]: [i64; 2]) -> Option<std::ops::Range<u32>> {
        let side = i64::from(self.side);
        let (column, row) = (cell as i64 % side + x, cell as i64 / side + y);
        let within = (0..side).contains(&column) && (0..side).contains(&row);
        if self.side == 1 || !within && !self.wraps {
            return None;
        }
        let cell = (row.rem_euclid(side) * side + column.rem_euclid(side)) as usize;
        Some(self.starts[cell]..self.starts[cell + 1])
    }

    fn near(&self, one: Place, other: Place) -> bool {
        let along = |one: u32, other: u32| {
            let apart = one.abs_diff(other);
            // The other way around a torus is 2^32 less this.
            f64::from(if self.wraps { apart.min(apart.wrapping_neg()) } else { apart })
        };
        let (x, y) = (along(one.x, other.x), along(one.y, other.y));
        x * x + y * y <= self.square
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{drawn, incompatible};
    use super::*;
    use crate::random::{Chance, Purpose};

    fn of(radius: Option<f64>, mean_degree: Option<f64>, borders: bool) -> Geometric {
        Geometric { radius, mean_degree, borders, fixed: false, connected: false }
    }

    #[test]
    fn exactly_one_setting_says_who_is_near() {
        incompatible(&of(None, None, false), 10, None);
        incompatible(&of(Some(0.1), Some(3.0), false), 10, Some("mean_degree"));
        incompatible(&of(Some(1.5), None, false), 10, Some("radius"));
        let text = incompatible(&of(None, Some(9.5), false), 10, Some("mean_degree"));
        assert!(text.ends_with("a number from 0 to 9"), "{text}");
        incompatible(&of(None, Some(f64::NAN), true), 10, Some("mean_degree"));
    }

    #[test]
    fn what_is_hopeless_says_what_to_raise() {
        let hopeless = Geometric { connected: true, ..of(None, Some(3.0), false) };
        let text = incompatible(&hopeless, 1024, Some("connected"));
        assert!(
            text.contains("mean degree 3.00 over 1024 nodes") && text.contains("a mean degree of at least"),
            "{text}"
        );
        assert_eq!(Geometric { mean_degree: Some(9.0), ..hopeless }.check(1024), Ok(()));
    }

    /// By cells the same pairs are near as by looking at all pairs, on torus and square, for all sizes of cells.
    #[test]
    fn cells_find_every_pair() {
        for nodes in [1, 2, 3, 50, 400] {
            for radius in [0.0, 0.01, 0.09, 0.2, 0.32, 0.34, 0.6, 1.0] {
                for wraps in [false, true] {
                    let mut stream = Chance { seed: 7, nodes, replicate: 0 }.stream(Purpose::Topology);
                    let places = (0..nodes).map(|_| Place::of(stream.next_u64())).collect();
                    let plane = Plane::new(places, radius, wraps);
                    let mut found: Vec<[u32; 2]> = plane.edges().map(|[a, b]| [a.min(b), a.max(b)]).collect();
                    found.sort_unstable();
                    let near = |a: u32, b: u32| plane.near(plane.places[a as usize], plane.places[b as usize]);
                    let pairs = (0..nodes).flat_map(|a| (a + 1..nodes).map(move |b| [a, b]));
                    let expected: Vec<[u32; 2]> = pairs.filter(|&[a, b]| near(a, b)).collect();
                    assert_eq!(found, expected, "{nodes} nodes, radius {radius}, wraps: {wraps}");
                }
            }
        }
    }

    /// z <= 4 over 200 graphs, for radii on each branch of the law; on the torus also the exact variance, since edges
    /// are uncorrelated.
    #[test]
    fn the_mean_degree_is_as_asked_for() {
        let (nodes, graphs) = (100_u32, 200);
        for (borders, mean) in [(false, 6.0), (false, 85.0), (true, 6.0), (true, 60.0)] {
            let topology = of(None, Some(mean), borders);
            let degrees: Vec<f64> = (0..graphs)
                .map(|seed| drawn(&topology, nodes, seed).iter().map(Vec::len).sum::<usize>() as f64 / f64::from(nodes))
                .collect();
            let found = degrees.iter().sum::<f64>() / graphs as f64;
            let variance = degrees.iter().map(|degree| (degree - found).powi(2)).sum::<f64>() / graphs as f64;
            let z = (found - mean) / (variance / graphs as f64).sqrt();
            assert!(z.abs() <= 4.0, "{mean}, borders: {borders}: {found}, z = {z:.2}");
            if !borders {
                let exact = 2.0 * mean / f64::from(nodes) * (1.0 - mean / f64::from(nodes - 1));
                // The sample variance of 200 nearly normal figures has a relative standard error of a tenth.
                assert!((variance / exact - 1.0).abs() <= 0.4, "{variance} against {exact}");
            }
        }
    }

    #[test]
    fn a_wide_radius_reaches_everybody() {
        assert!(drawn(&of(Some(0.71), None, false), 40, 1).iter().all(|list| list.len() == 39));
        assert!(drawn(&of(Some(0.0), None, true), 40, 1).iter().all(Vec::is_empty));
    }
}
