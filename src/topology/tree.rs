//! The balanced tree, numbered level by level like a heap: each node knows its parent and its children.

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::divisor::Divisor;
use super::{Graph, Layout, Topology};
use crate::catalog::Incompatible;
use crate::units::NodeId;

/// The settings of a tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tree {
    /// Children of a node, at least 1; the last level may be incomplete.
    #[serde(default = "two")]
    pub arity: u32,
}

fn two() -> u32 {
    2
}

impl Topology for Tree {
    type Graph = TreeGraph;

    fn check(&self, _nodes: u32) -> Result<(), Incompatible> {
        if self.arity == 0 {
            return Err(Incompatible::of("arity", "a tree without children has one node", "an arity of at least 1"));
        }
        Ok(())
    }

    fn layout(&self, _: u32) -> Layout {
        Layout::Tree { arity: self.arity }
    }

    fn build(&self, nodes: u32, _stream: &mut ChaCha8Rng) -> TreeGraph {
        TreeGraph { nodes, arity: self.arity, by_arity: Divisor::new(self.arity) }
    }

    fn ends(&self, nodes: u32) -> u64 {
        2 * u64::from(nodes).saturating_sub(1)
    }

    fn widest(&self, nodes: u32) -> u32 {
        self.arity.saturating_add(1).min(nodes.saturating_sub(1))
    }

    /// Of the nodes in order, so many have all their children, at most one has some of them, and the rest have none.
    fn calls(&self, nodes: u32, fanout: u32) -> u64 {
        let (nodes, arity, fanout) = (u64::from(nodes), u64::from(self.arity), u64::from(fanout));
        let others = nodes.saturating_sub(1);
        let (full, rest) = (others / arity, others % arity);
        let of_degree = |nodes: u64, degree: u64| nodes * degree.min(fanout);
        // As if the root had a parent, and then without it.
        let parents = of_degree(full, arity + 1) + of_degree(u64::from(rest > 0), rest + 1);
        let leaves = of_degree(nodes - full - u64::from(rest > 0), 1);
        let root = if full > 0 { arity } else { rest };
        parents + leaves - (root + 1).min(fanout) + root.min(fanout)
    }
}

/// Node i's parent is floor((i - 1) / arity) and comes first; its children are arity i + 1, …, arity i + arity.
#[derive(Clone, Debug)]
pub struct TreeGraph {
    nodes: u32,
    arity: u32,
    by_arity: Divisor,
}

impl Graph for TreeGraph {
    fn nodes(&self) -> u32 {
        self.nodes
    }

    #[inline]
    fn degree(&self, node: NodeId) -> u32 {
        let first_child = u64::from(self.arity) * u64::from(node) + 1;
        let children = u64::from(self.nodes).saturating_sub(first_child).min(self.arity.into());
        children as u32 + u32::from(node.number() > 0)
    }

    #[inline]
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        NodeId::new(match (node.number(), index) {
            (0, _) => index + 1,
            (number, 0) => self.by_arity.divide(number - 1),
            (number, _) => self.arity * number + index,
        })
    }

    fn connected(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{incompatible, lists};
    use super::*;

    #[test]
    fn a_node_knows_its_parent_and_then_its_children() {
        let binary = lists(&Tree { arity: 2 }, 6);
        assert_eq!(binary, [&[1, 2][..], &[0, 3, 4], &[0, 5], &[1], &[1], &[2]]);
        assert_eq!(lists(&Tree { arity: 1 }, 3), [&[1][..], &[0, 2], &[1]]);
        assert_eq!(lists(&Tree { arity: u32::MAX }, 3), [&[1, 2][..], &[0], &[0]]);
        incompatible(&Tree { arity: 0 }, 3, Some("arity"));
    }
}
