//! The force layout of Fruchterman and Reingold ("Graph drawing by force-directed placement", 1991): edges draw their
//! ends together, all nodes push each other away, and nothing moves further than the temperature, which falls.
//!
//! Everything is additions, multiplications, divisions and square roots of doubles in a fixed order, and the start does
//! not depend on chance: the same graph is laid out to the same bytes on every machine.

use super::super::canvas::Position;
use crate::trace::Neighbors;

/// How often all nodes are moved.
const STEPS: u32 = 400;
/// The furthest that a node moves at first, in sides of the square that the nodes would fill.
const HOTTEST: f64 = 0.15;
/// How strongly everything is drawn to the middle, so that the parts of a graph in pieces stay together.
const GRAVITY: f64 = 0.9;
/// The golden angle, 2.4 radians: successive points of a sunflower.
const GOLDEN: f64 = 2.399_963_229_728_653;

/// Where each node lies, about the middle of a square of side 1.
pub(super) fn positions(neighbors: &Neighbors) -> Vec<Position> {
    let nodes = neighbors.of.len();
    let ideal = (1.0 / nodes.max(1) as f64).sqrt();
    let edges: Vec<[usize; 2]> = neighbors.edges().map(|ends| ends.map(|node| node.index())).collect();
    let mut places: Vec<Position> = (0..nodes).map(|node| sunflower(node, nodes)).collect();
    let mut moves = vec![(0.0, 0.0); nodes];
    for step in 0..STEPS {
        let cooled = 1.0 - f64::from(step) / f64::from(STEPS);
        let temperature = HOTTEST * cooled * cooled + 1e-4;
        moves.fill((0.0, 0.0));
        repel(&places, ideal, &mut moves);
        attract(&places, &edges, ideal, &mut moves);
        for (place, force) in places.iter_mut().zip(&moves) {
            let (x, y) = (force.0 - GRAVITY * ideal * place.0, force.1 - GRAVITY * ideal * place.1);
            let length = (x * x + y * y).sqrt();
            if length > 0.0 {
                let most = length.min(temperature) / length;
                *place = (place.0 + x * most, place.1 + y * most);
            }
        }
    }
    places
}

fn sunflower(node: usize, nodes: usize) -> Position {
    let radius = 0.5 * ((node as f64 + 0.5) / nodes as f64).sqrt();
    let angle = node as f64 * GOLDEN;
    (radius * libm::cos(angle), radius * libm::sin(angle))
}

/// All pairs push each other away, with a force of k^2 / d.
fn repel(places: &[Position], ideal: f64, moves: &mut [Position]) {
    for one in 0..places.len() {
        for other in 0..one {
            let (dx, dy) = (places[one].0 - places[other].0, places[one].1 - places[other].1);
            // Of those at one place, the later goes to the right.
            let (dx, square) = if dx == 0.0 && dy == 0.0 { (1e-6, 1e-12) } else { (dx, dx * dx + dy * dy) };
            let force = ideal * ideal / square;
            moves[one] = (moves[one].0 + dx * force, moves[one].1 + dy * force);
            moves[other] = (moves[other].0 - dx * force, moves[other].1 - dy * force);
        }
    }
}

/// Edges draw their ends together, with a force of d^2 / k.
fn attract(places: &[Position], edges: &[[usize; 2]], ideal: f64, moves: &mut [Position]) {
    for &[one, other] in edges {
        let (dx, dy) = (places[one].0 - places[other].0, places[one].1 - places[other].1);
        let force = (dx * dx + dy * dy).sqrt() / ideal;
        moves[one] = (moves[one].0 - dx * force, moves[one].1 - dy * force);
        moves[other] = (moves[other].0 + dx * force, moves[other].1 + dy * force);
    }
}
