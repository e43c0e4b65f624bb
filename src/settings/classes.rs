//! `[[network.class]]`: nodes that send and receive at rates of their own.

use serde::Serialize;

use super::faults::Selection;
use crate::network::bandwidth::{Bandwidth, BytesOrNone, RateOrNone};

/// Nodes with a bandwidth of their own. Of several classes that a node may be in, the first has it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Class {
    /// Which nodes.
    pub nodes: ClassNodes,
    /// The rate at which each of them sends; that of all others if it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub egress: Option<RateOrNone>,
    /// The rate at which it receives, in the same way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress: Option<RateOrNone>,
    /// How much may be in the queue of either direction, in the same way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<BytesOrNone>,
}

/// The nodes of a class.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ClassNodes {
    /// Those of the region with this name, also those that join later.
    Region(String),
    /// A share of all, these, or all that are left.
    Selected(Selection),
}

impl Class {
    /// What its nodes have, where `others` have that.
    pub fn bandwidth(&self, others: &Bandwidth) -> Bandwidth {
        Bandwidth {
            egress: self.egress.unwrap_or(others.egress),
            ingress: self.ingress.unwrap_or(others.ingress),
            queue: self.queue.unwrap_or(others.queue),
            overflow: others.overflow,
        }
    }
}
