//! Nodes in a list, one by one or in ranges.

use serde::{Serialize, Serializer};

use crate::topology::{NamedNode, WrittenNode};
use crate::units::NodeId;

/// The nodes of a list: at least one, and each once.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct NodeList(Vec<Listed>);

/// One item of a list: a node, or nodes that follow each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The first of them.
    pub first: NodeId,
    /// The last of them, itself included.
    pub last: NodeId,
    /// How the scenario writes them: a node, or a range such as `"0..199"`.
    pub written: WrittenNode,
}

impl NodeList {
    /// The nodes of these items.
    pub fn new(items: Vec<Listed>) -> Self {
        NodeList(items)
    }

    /// What stands in the list.
    pub fn items(&self) -> &[Listed] {
        &self.0
    }

    /// The nodes, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = NodeId> {
        self.0.iter().flat_map(|item| item.first.number()..=item.last.number()).map(NodeId::new)
    }

    /// How many they are.
    pub fn count(&self) -> u32 {
        self.0.iter().map(Listed::count).sum()
    }
}

impl Listed {
    /// What the scenario calls `node`, one of them.
    pub fn name(&self, node: NodeId) -> String {
        match &self.written {
            WrittenNode::Name(range) if self.first != self.last => {
                let first = range.split_once("..").and_then(|(first, _)| first.parse().ok());
                (first.unwrap_or(0) + i64::from(node.number() - self.first.number())).to_string()
            }
            written => written.to_string(),
        }
    }

    /// How many nodes they are.
    pub fn count(&self) -> u32 {
        self.last.number() - self.first.number() + 1
    }
}

impl From<NamedNode> for Listed {
    fn from(NamedNode { node, written }: NamedNode) -> Self {
        Listed { first: node, last: node, written }
    }
}

impl Serialize for Listed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}
