//! What grids and tori share: how nodes are laid out along axes, and where a node lies on each.

use serde::{Deserialize, Serialize};

use super::divisor::Divisor;
use crate::catalog::Incompatible;
use crate::units::{MAX_NODES, NodeId};

/// The most axes with at least two places that MAX_NODES nodes can fill: log2 of it.
pub(super) const MAX_AXES: usize = MAX_NODES.ilog2() as usize;

/// The settings of a lattice: either `dims` or `sides`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct Shape {
    /// The number of equal sides; the nodes must be a perfect power. 2 unless `sides` are given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dims: Option<u32>,
    /// The places along each axis; their product must be the number of nodes. Nodes are numbered row by row: the
    /// last side varies fastest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sides: Option<Vec<u32>>,
}

/// A shape as a scenario writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    dims: Option<u32>,
    sides: Option<Vec<u32>>,
}

impl From<Written> for Shape {
    fn from(Written { dims, sides }: Written) -> Self {
        let dims = if sides.is_none() { dims.or(Some(2)) } else { dims };
        Shape { dims, sides }
    }
}

impl Shape {
    /// Whether `nodes` nodes fill the shape.
    pub(super) fn check(&self, nodes: u32) -> Result<(), Incompatible> {
        match (&self.sides, self.dims) {
            (None, dims) => check_dims(dims.unwrap_or(2), nodes),
            (Some(sides), None) => check_sides(sides, nodes),
            (Some(_), Some(_)) => Err(Incompatible::of(
                "dims",
                "`dims` and `sides` both say how the nodes are laid out",
                "one of them, such as dims = 2 or sides = [32, 16]",
            )),
        }
    }

    /// The places along each axis of the shape over `nodes` nodes that passed the check.
    pub fn sides(&self, nodes: u32) -> Vec<u32> {
        let equal = |dims: u32| vec![root(nodes, dims); dims as usize];
        self.sides.clone().unwrap_or_else(|| equal(self.dims.unwrap_or(2)))
    }

    /// The axes of the shape over `nodes` nodes that passed the check, the fastest first; those with a single place
    /// lead nowhere and are left out.
    pub(super) fn axes(&self, nodes: u32) -> Axes {
        Axes::new(nodes, &self.sides(nodes))
    }
}

fn check_dims(dims: u32, nodes: u32) -> Result<(), Incompatible> {
    if !(1..=MAX_AXES as u32).contains(&dims) {
        return Err(Incompatible::of(
            "dims",
            format!("{dims} dimensions are out of range"),
            format!("from 1 to {MAX_AXES}"),
        ));
    }
    let side = root(nodes, dims);
    if power(side, dims) == u64::from(nodes) {
        return Ok(());
    }
    let nearest: Vec<_> = [side, side + 1]
        .into_iter()
        .map(|side| (side, power(side, dims)))
        .filter(|(_, nodes)| (1..=u64::from(MAX_NODES)).contains(nodes))
        .map(|(side, nodes)| format!("{nodes} nodes ({side} a side)"))
        .collect();
    Err(Incompatible::of(
        "dims",
        format!("{nodes} nodes do not fill {dims} equal sides"),
        format!("{}, or `sides` whose product is {nodes}", nearest.join(" or ")),
    ))
}

fn check_sides(sides: &[u32], nodes: u32) -> Result<(), Incompatible> {
    let product = sides.iter().fold(1, |product: u64, &side| product.saturating_mul(side.into()));
    if sides.is_empty() || product == 0 {
        return Err(Incompatible::of(
            "sides",
            "a side without places holds no nodes",
            "sides of at least 1, such as [32, 16]",
        ));
    }
    if product != u64::from(nodes) {
        let problem = format!("the sides {sides:?} do not multiply to {nodes} nodes");
        let or_nodes = if product <= MAX_NODES.into() { format!("{product} nodes, or ") } else { String::new() };
        let allowed = format!("{or_nodes}sides whose product is {nodes}");
        return Err(Incompatible::of("sides", problem, allowed));
    }
    Ok(())
}

fn power(side: u32, dims: u32) -> u64 {
    u64::from(side).saturating_pow(dims)
}

/// The largest side whose `dims`-th power is at most `nodes`.
fn root(nodes: u32, dims: u32) -> u32 {
    let (mut low, mut high) = (0, nodes.saturating_add(1));
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if power(middle, dims) <= u64::from(nodes) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

/// The axes of a lattice.
#[derive(Clone, Debug)]
pub(super) struct Axes {
    pub(super) nodes: u32,
    axes: [Axis; MAX_AXES],
    count: usize,
}

impl Axes {
    /// The axes of `nodes` nodes with these `sides`, of which the last varies fastest.
    fn new(nodes: u32, sides: &[u32]) -> Self {
        let mut axes = Axes { nodes, axes: [Axis::default(); MAX_AXES], count: 0 };
        let mut stride = 1;
        for &side in sides.iter().rev().filter(|&&side| side > 1) {
            axes.axes[axes.count] = Axis::new(side, stride);
            axes.count += 1;
            stride *= side;
        }
        axes
    }

    /// The one axis of `nodes` nodes in a row.
    pub(super) fn row(nodes: u32) -> Self {
        Axes::new(nodes, &[nodes])
    }

    #[inline]
    pub(super) fn all(&self) -> &[Axis] {
        &self.axes[..self.count]
    }

    /// The axes with more than two places first; the number of those.
    pub(super) fn widest_first(&mut self) -> u32 {
        let axes = &mut self.axes[..self.count];
        axes.sort_by_key(|axis| axis.side == 2);
        axes.partition_point(|axis| axis.side > 2) as u32
    }
}

/// One axis: its places, and how far apart in number neighbours along it are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Axis {
    pub(super) side: u32,
    pub(super) stride: u32,
    by_side: Divisor,
    by_stride: Divisor,
}

impl Axis {
    fn new(side: u32, stride: u32) -> Self {
        Axis { side, stride, by_side: Divisor::new(side), by_stride: Divisor::new(stride) }
    }

    /// Where `node` lies along the axis, from 0.
    #[inline]
    pub(super) fn place(&self, node: NodeId) -> u32 {
        self.by_side.remainder(self.by_stride.divide(node.number()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Shape {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn two_dimensions_are_the_default_and_shown() {
        assert_eq!(serde_json::to_string(&shape("{}")).unwrap(), r#"{"dims":2}"#);
        assert_eq!(serde_json::to_string(&shape(r#"{"sides": [3, 2]}"#)).unwrap(), r#"{"sides":[3,2]}"#);
        assert!(serde_json::from_str::<Shape>(r#"{"side": 3}"#).is_err());
    }

    #[test]
    fn a_shape_that_is_not_filled_offers_the_nearest_that_would_be() {
        for (text, nodes, key, offer) in [
            ("{}", 1000, "dims", "961 nodes (31 a side) or 1024 nodes (32 a side), or `sides` whose product is 1000"),
            (r#"{"dims": 3}"#, 999, "dims", "729 nodes (9 a side) or 1000 nodes (10 a side), or `sides`"),
            (r#"{"dims": 2}"#, MAX_NODES - 1, "dims", "or 100000000 nodes (10000 a side)"),
            (r#"{"dims": 0}"#, 9, "dims", "from 1 to 26"),
            (r#"{"dims": 4000000000}"#, 9, "dims", "from 1 to 26"),
            (r#"{"sides": [3, 4]}"#, 13, "sides", "12 nodes, or sides whose product is 13"),
            (r#"{"sides": [4000000000, 4000000000, 4000000000]}"#, 13, "sides", "sides whose product is 13"),
            (r#"{"sides": [3, 0]}"#, 13, "sides", "sides of at least 1"),
            (r#"{"sides": []}"#, 1, "sides", "sides of at least 1"),
            (r#"{"dims": 2, "sides": [3, 3]}"#, 9, "dims", "one of them"),
        ] {
            let incompatible = shape(text).check(nodes).unwrap_err();
            assert_eq!(incompatible.key, Some(key), "{text}");
            assert!(incompatible.allowed.contains(offer), "{text}: {}", incompatible.allowed);
        }
    }

    #[test]
    fn every_node_has_a_place_of_its_own() {
        let axes = shape(r#"{"sides": [3, 1, 4, 5]}"#).axes(60);
        let place = |node| axes.all().iter().map(|axis| axis.place(NodeId::new(node))).collect::<Vec<_>>();
        let expected = |node| vec![node % 5, node / 5 % 4, node / 20];
        for node in 0..60 {
            assert_eq!(place(node), expected(node));
        }
        assert_eq!(shape(r#"{"dims": 26}"#).axes(1 << 26).all().len(), 26);
    }
}
