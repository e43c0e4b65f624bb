//! The settings of the rumor: where it starts, and how large it is.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::catalog::Incompatible;
use crate::key::Key;
use crate::keys;
use crate::scalar::{self, Refusal, Scalar};
use crate::topology::{Directory, NamedNode, WrittenNode};
use crate::units::{Bytes, NodeId};
use crate::workload::{Common, Workload};

keys! {
    ORIGIN = "workload.origin", Optional("\"random\""), Some("origin"),
        "where: drawn for each replicate, or a node: its number from 0, of a `file` its name there";
    ORIGINS = "workload.origins", Optional("1"), Some("origins"),
        "how many nodes have the update at the start, up to 10000: `origin`, and others that are drawn for each replicate";
    UPDATE_SIZE = "workload.update_size", Optional("\"1KiB\""), Some("update size"),
        "for the column `bytes`";
}

/// The settings of the rumor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rumor {
    /// Where it starts.
    #[serde(skip)]
    pub origin: Origin,
    /// The same as it is written: by a name, where nodes have some.
    #[serde(rename = "origin")]
    pub written_origin: WrittenOrigin,
    /// How many nodes have it at the start.
    pub origins: u32,
    /// How large the update is.
    pub update_size: Bytes,
}

/// The most nodes that have an update at the start.
const MOST_ORIGINS: u32 = 10_000;

/// Where an update starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// At a node drawn for each replicate.
    #[default]
    Random,
    /// At this node.
    Node(NodeId),
}

/// Where an update starts, as a scenario writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrittenOrigin {
    /// At a node drawn for each replicate.
    Random,
    /// At this node.
    Node(WrittenNode),
}

impl Workload for Rumor {
    const USES: &'static [&'static str] = &[
        "strategy",
        "exchange",
        "fanout",
        "interval",
        "phase",
        "drift",
        "drift_law",
        "jitter",
        "peers",
        "knows_dead",
        "spread",
        "connection_limit",
        "hunt",
        "anti_entropy",
        "max_interval",
        "back_off",
        "forward",
    ];

    const KEYS: &'static [Key] = KEYS;

    const GOAL: &'static str = "every node knows";

    fn check(&self, common: &Common) -> Result<(), Incompatible> {
        let most = common.nodes.min(MOST_ORIGINS);
        if (1..=most).contains(&self.origins) {
            return Ok(());
        }
        let problem = format!("{} of {} nodes cannot have the update at the start", self.origins, common.nodes);
        Err(Incompatible::of(ORIGINS.name(), problem, format!("1 to {most}")))
    }

    fn names_nodes(&self) -> bool {
        self.written_origin != WrittenOrigin::Random
    }

    /// The node that the origin means, and its name as it is written: of a file, the file's own; else its number.
    fn located(&self, nodes: &Directory) -> Result<Self, Incompatible> {
        let WrittenOrigin::Node(node) = &self.written_origin else { return Ok(self.clone()) };
        let found = nodes.or("\"random\"").find(node);
        let NamedNode { node, written } =
            found.map_err(|Incompatible { problem, allowed, .. }| Incompatible::of(ORIGIN.name(), problem, allowed))?;
        let written_origin = match written {
            // A node called as the drawn one is keeps the identifier that it was meant by.
            WrittenNode::Name(name) if &*name == "random" => self.written_origin.clone(),
            written => WrittenOrigin::Node(written),
        };
        Ok(Rumor { origin: Origin::Node(node), written_origin, ..self.clone() })
    }
}

impl Serialize for WrittenOrigin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            WrittenOrigin::Random => serializer.serialize_str("random"),
            WrittenOrigin::Node(node) => node.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for WrittenOrigin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = "\"random\", the number of a node, or its name in a file";
        scalar::read(deserializer, form, |written| match written {
            Scalar::Text("random") => Ok(WrittenOrigin::Random),
            Scalar::Text(text) => Ok(WrittenOrigin::Node(WrittenNode::Name(text.into()))),
            Scalar::Unsigned(number) => Ok(WrittenOrigin::Node(WrittenNode::named(&number.to_string()))),
            Scalar::Signed(number) => Ok(WrittenOrigin::Node(WrittenNode::Number(number))),
            Scalar::Real(_) => Err(Refusal::Kind),
        })
    }
}
