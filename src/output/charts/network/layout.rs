//! Where the nodes of a graph lie on the page: by the way the graph is made where that says so, else by forces.

use std::f64::consts::TAU;

use super::super::canvas::Position;
use super::force;
use crate::topology::Layout;
use crate::trace::Neighbors;

/// More nodes in a row are laid out in several, to and fro.
const LONGEST_ROW: usize = 40;
/// A tree with more leaves grows outwards from its root.
const MOST_LEAVES: usize = 40;
/// The projections of the first axes of a cube: those of a cube within a cube.
const CUBE: [Position; 4] = [(1.0, 0.0), (0.0, 1.0), (0.42, 0.30), (-0.50, 0.42)];

/// Where each node of the graph lies, in units of its own: y goes down the page.
pub(super) fn positions(layout: &Layout, neighbors: &Neighbors) -> Vec<Position> {
    let nodes = neighbors.of.len();
    match layout {
        Layout::Circle => circle(nodes),
        Layout::Row => row(nodes),
        Layout::Star => {
            let others = circle(nodes.saturating_sub(1));
            [(0.0, 0.0)].into_iter().chain(others).take(nodes).collect()
        }
        Layout::Lattice { sides, joined } => {
            let sides: Vec<u32> = sides.iter().copied().filter(|&side| side > 1).collect();
            match (sides.len(), joined) {
                (0 | 1, false) => row(nodes),
                (0 | 1, true) => circle(nodes),
                (2 | 3, _) => lattice(&sides, nodes),
                _ => force::positions(neighbors),
            }
        }
        Layout::Tree { arity: 1 } => row(nodes),
        Layout::Tree { arity } => tree(nodes, *arity as usize),
        Layout::Hypercube => (0..nodes).map(corner).collect(),
        Layout::Free => force::positions(neighbors),
    }
}

/// Clockwise from the top.
fn circle(nodes: usize) -> Vec<Position> {
    (0..nodes).map(|node| around(node as f64 / nodes as f64, 1.0)).collect()
}

/// The place at this share of a circle of this radius, clockwise from the top.
fn around(share: f64, radius: f64) -> Position {
    (radius * libm::sin(share * TAU), -radius * libm::cos(share * TAU))
}

fn row(nodes: usize) -> Vec<Position> {
    if nodes <= LONGEST_ROW {
        return (0..nodes).map(|node| (node as f64, 0.0)).collect();
    }
    let wide = (1..).find(|wide| wide * wide >= nodes).unwrap_or(nodes);
    let place = |node: usize| {
        let (row, along) = (node / wide, node % wide);
        let across = if row.is_multiple_of(2) { along } else { wide - 1 - along };
        (across as f64, row as f64)
    };
    (0..nodes).map(place).collect()
}

/// In two dimensions as it is; in three, the slices of the slowest axis one behind the other.
fn lattice(sides: &[u32], nodes: usize) -> Vec<Position> {
    let place = |node: usize| {
        let mut rest = node;
        let mut along = [0.0; 3];
        for (place, &side) in along.iter_mut().zip(sides.iter().rev()) {
            *place = (rest % side as usize) as f64;
            rest /= side as usize;
        }
        let slices = if sides.len() > 2 { f64::from(sides[0]) } else { 1.0 };
        // Slices stay within one step of each other, so that no node hides another.
        let step = 0.85 / slices.max(2.0);
        (along[0] + along[2] * step, along[1] - along[2] * step * 0.8)
    };
    (0..nodes).map(place).collect()
}

/// A cube within a cube for the four lowest bits; those above say which of several, side by side and below each other.
fn corner(node: usize) -> Position {
    let (mut x, mut y) = (0.0, 0.0);
    for (bit, step) in (0..usize::BITS as usize).zip(CUBE.map(Some).into_iter().chain(std::iter::repeat(None))) {
        if node >> bit & 1 == 0 {
            continue;
        }
        let doubled = f64::from(1_u32 << (bit.saturating_sub(4) / 2).min(16));
        let (dx, dy) = match step {
            Some(step) => step,
            None if bit % 2 == 0 => (2.3 * doubled, 0.0),
            None => (0.0, 2.1 * doubled),
        };
        (x, y) = (x + dx, y - dy);
    }
    (x, y)
}

/// Leaves side by side, and every other node over the middle of its children.
fn tree(nodes: usize, arity: usize) -> Vec<Position> {
    let children = |node: usize| node * arity + 1..(node * arity + arity + 1).min(nodes);
    let (mut across, mut depth) = (vec![0.0; nodes], vec![0.0; nodes]);
    (1..nodes).for_each(|node| depth[node] = depth[(node - 1) / arity] + 1.0);
    let (mut leaves, mut next) = (0, vec![0]);
    let mut order = Vec::with_capacity(nodes);
    while let Some(node) = next.pop() {
        order.push(node);
        if children(node).next().is_none() {
            across[node] = leaves as f64;
            leaves += 1;
        }
        next.extend(children(node).rev());
    }
    for node in order.into_iter().rev() {
        let (first, last) = (children(node).next(), children(node).next_back());
        if let (Some(first), Some(last)) = (first, last) {
            across[node] = (across[first] + across[last]) / 2.0;
        }
    }
    let place = |(across, depth): (f64, f64)| match leaves > MOST_LEAVES {
        true => around(across / leaves as f64, depth),
        false => (across, depth * leaves as f64 / 6.0),
    };
    across.into_iter().zip(depth).map(place).collect()
}

/// The same positions on a part of the page, from `left` and `top` on, in its middle and as large as fits.
pub(super) fn fitted(positions: &[Position], (left, top): Position, (width, height): Position) -> Vec<Position> {
    let range = |of: fn(&Position) -> f64| {
        let each = positions.iter().map(of);
        each.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)))
    };
    let ((low_x, high_x), (low_y, high_y)) = (range(|at| at.0), range(|at| at.1));
    let scale = |low: f64, high: f64, room: f64| if high > low { room / (high - low) } else { f64::INFINITY };
    let scale = scale(low_x, high_x, width).min(scale(low_y, high_y, height));
    // A single node has no extent.
    let scale = if scale.is_finite() { scale } else { 1.0 };
    let (x, y) = ((low_x + high_x) / 2.0, (low_y + high_y) / 2.0);
    let place = |at: &Position| (left + width / 2.0 + (at.0 - x) * scale, top + height / 2.0 + (at.1 - y) * scale);
    positions.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::NodeId;

    fn alone(nodes: usize) -> Neighbors {
        Neighbors { of: vec![Vec::new(); nodes], directed: false }
    }

    #[test]
    fn no_two_nodes_lie_at_one_place() {
        let layouts = [
            (Layout::Circle, 500),
            (Layout::Row, 500),
            (Layout::Star, 100),
            (Layout::Lattice { sides: vec![20, 25], joined: false }, 500),
            (Layout::Lattice { sides: vec![5, 10, 10], joined: true }, 500),
            (Layout::Lattice { sides: vec![4, 4, 4, 4], joined: true }, 256),
            (Layout::Tree { arity: 1 }, 9),
            (Layout::Tree { arity: 2 }, 500),
            (Layout::Tree { arity: 3 }, 30),
            (Layout::Hypercube, 256),
            (Layout::Hypercube, 16),
            (Layout::Free, 60),
        ];
        for (layout, nodes) in layouts {
            let found = positions(&layout, &alone(nodes));
            assert_eq!(found.len(), nodes);
            for (node, one) in found.iter().enumerate() {
                for other in &found[..node] {
                    let distance = (one.0 - other.0).abs() + (one.1 - other.1).abs();
                    assert!(distance > 1e-3, "{layout:?}: {one:?} and {other:?}");
                }
            }
        }
    }

    #[test]
    fn pictures_fill_their_part_of_the_page_and_keep_to_it() {
        for layout in [Layout::Circle, Layout::Row, Layout::Tree { arity: 2 }] {
            for nodes in [1, 2, 30, 200] {
                let placed = fitted(&positions(&layout, &alone(nodes)), (10.0, 20.0), (300.0, 200.0));
                let on_page = |&(x, y): &Position| (9.9..=310.1).contains(&x) && (19.9..=220.1).contains(&y);
                assert!(placed.iter().all(on_page), "{layout:?}, {nodes}: {placed:?}");
            }
        }
    }

    #[test]
    fn neighbors_lie_near_where_forces_place_them() {
        // Two groups of ten, with one edge between them.
        let group = |node: u32| (node / 10 * 10..node / 10 * 10 + 10).filter(move |&other| other != node);
        let mut of: Vec<Vec<NodeId>> = (0..20).map(|node| group(node).map(NodeId::new).collect()).collect();
        of[0].push(NodeId::new(10));
        of[10].push(NodeId::new(0));
        let graph = Neighbors { of, directed: false };
        let found = positions(&Layout::Free, &graph);
        assert_eq!(found, positions(&Layout::Free, &graph));
        let distance = |one: usize, other: usize| {
            let (dx, dy) = (found[one].0 - found[other].0, found[one].1 - found[other].1);
            (dx * dx + dy * dy).sqrt()
        };
        let mean = |pairs: Vec<(usize, usize)>| {
            pairs.iter().map(|&(one, other)| distance(one, other)).sum::<f64>() / pairs.len() as f64
        };
        let within = mean((1..10).flat_map(|one| (1..one).map(move |other| (one, other))).collect());
        let between = mean((1..10).flat_map(|one| (11..20).map(move |other| (one, other))).collect());
        assert!(within * 1.5 < between, "{within} {between}");
    }
}
