//! Nodes that a workload lists: by their numbers, by their names in a file, or by ranges of numbers.

use serde::de::{Error, SeqAccess};
use serde::{Serialize, Serializer};

use crate::catalog::Incompatible;
use crate::topology::{Directory, WrittenNode};
use crate::units::NodeId;

/// Nodes in a list, each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedNodes {
    written: Vec<WrittenNode>,
    /// Who they are, once that was looked up.
    nodes: Vec<NodeId>,
}

impl ListedNodes {
    /// How a list of nodes is written, as messages name it.
    pub(super) const FORM: &str = "a list of nodes, such as [3, 7] or [\"0..9\"]";

    /// The list that stands in a scenario; who is meant is yet to be looked up.
    pub(super) fn read<'de, A: SeqAccess<'de>>(mut items: A) -> Result<Self, A::Error> {
        let mut written = Vec::new();
        while let Some(node) = items.next_element()? {
            written.push(node);
        }
        match written.is_empty() {
            true => Err(A::Error::custom(format!("there is no node in the list; expected {}", Self::FORM))),
            false => Ok(ListedNodes { written, nodes: Vec::new() }),
        }
    }

    /// The same with the nodes that it means among `nodes`; `key` is where it stands.
    ///
    /// # Errors
    /// There is no such node, or one is listed twice.
    pub(super) fn located(&self, key: &'static str, nodes: &Directory) -> Result<Self, Incompatible> {
        let found = nodes.find_all(&self.written);
        let nodes = found.map_err(|Incompatible { problem, allowed, .. }| Incompatible::of(key, problem, allowed))?;
        Ok(ListedNodes { written: self.written.clone(), nodes })
    }

    /// The nodes, in the order of the list.
    pub fn nodes(&self) -> &[NodeId] {
        &self.nodes
    }
}

impl Serialize for ListedNodes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}
