//! What theory has to know of a graph: what kind it is, as the topology itself says.

use crate::units::NodeId;

/// The kind of graph that a topology makes, as far as theory knows laws of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GraphClass {
    /// Everybody reaches everybody.
    Complete,
    /// A closed line; each node reaches this many on each side.
    Ring {
        /// On each side.
        neighbors: u32,
    },
    /// An open line.
    Line,
    /// Node 0 reaches everybody, everybody else only node 0.
    Star,
    /// A uniform graph in which every node has the same degree.
    RandomRegular {
        /// That degree.
        degree: u32,
    },
    /// Every edge is there with the same probability.
    ErdosRenyi {
        /// Neighbours per node, in the mean.
        mean_degree: f64,
    },
    /// Nodes whose numbers differ in one bit reach each other.
    Hypercube,
    /// A lattice with borders.
    Grid {
        /// Hops from the origin to the farthest node; their mean if the origin is drawn.
        farthest: f64,
    },
    /// A lattice whose borders are joined.
    Torus {
        /// Hops from any node to the farthest.
        farthest: f64,
    },
    /// Each new node links to some of the others, the more likely the more neighbours they have.
    PreferentialAttachment {
        /// How many it links to.
        links: u32,
    },
    /// Every node chooses so many others and is joined to them.
    KOut {
        /// How many it chooses.
        choices: u32,
    },
    /// Nodes with places on a square reach those that are near.
    Geometric,
    /// A graph without a law of its own.
    Other,
    /// A graph whose edges lead one way: no law of graphs whose edges lead both ways is one of it.
    Directed,
}

/// A grid by the plainest of its names: of one axis it is a line, of axes of two places a hypercube.
pub(super) fn of_grid(sides: &[u32], origin: Option<NodeId>) -> GraphClass {
    match wide(sides)[..] {
        [_] => GraphClass::Line,
        ref sides if !sides.is_empty() && sides.iter().all(|side| *side == 2) => GraphClass::Hypercube,
        _ => GraphClass::Grid { farthest: far_in_grid(sides, origin) },
    }
}

/// A torus by the plainest of its names: of one axis it is a ring, of axes of two or four places a hypercube, since
/// four places in a circle are two axes of two.
pub(super) fn of_torus(sides: &[u32]) -> GraphClass {
    match wide(sides)[..] {
        [_] => GraphClass::Ring { neighbors: 1 },
        ref sides if !sides.is_empty() && sides.iter().all(|side| [2, 4].contains(side)) => GraphClass::Hypercube,
        _ => GraphClass::Torus { farthest: sides.iter().map(|side| f64::from(side / 2)).sum() },
    }
}

/// The axes that lead anywhere.
fn wide(sides: &[u32]) -> Vec<u32> {
    sides.iter().copied().filter(|side| *side > 1).collect()
}

/// Hops from the origin to the farthest node of a grid with these sides, the last of which varies fastest; their mean
/// if the origin is drawn, where the places along the axes are independent.
fn far_in_grid(sides: &[u32], origin: Option<NodeId>) -> f64 {
    let mut rest = origin.map(NodeId::number);
    let along = |&side: &u32| {
        let place = rest.map(|number| number % side);
        rest = rest.map(|number| number / side);
        line_distance(side, place)
    };
    sides.iter().rev().map(along).sum()
}

/// From one of `places` in a row to the farthest other; from the mean place if none is given.
pub fn line_distance(places: u32, origin: Option<u32>) -> f64 {
    let from = |place: u32| f64::from(place.max(places - 1 - place));
    match origin {
        Some(place) => from(place.min(places - 1)),
        // The farther end is (n - 1) - min(place, n - 1 - place) away; the mean of that minimum is floor((n-1)²/4) / n.
        None => {
            let last = u64::from(places - 1);
            last as f64 - (last * last / 4) as f64 / f64::from(places)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_distance_is_that_over_all_places() {
        for places in 1..12 {
            let mean = (0..places).map(|place| line_distance(places, Some(place))).sum::<f64>() / f64::from(places);
            assert!((line_distance(places, None) - mean).abs() < 1e-12, "{places}: {mean}");
        }
    }
}
