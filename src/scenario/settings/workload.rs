//! `[workload]`: what is told.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::network::NetworkSettings;
use crate::catalog::Misfit;
use crate::keys;
use crate::scenario::sections::Reader;
use crate::topology::{Directory, NamedNode, WrittenNode};
use crate::units::{Bytes, NodeId};

keys! {
    KIND = "workload.kind", Optional("\"rumor\""), Some("workload"),
        "one update, injected just before time 0";
    ORIGIN = "workload.origin", Optional("\"random\""), Some("origin"),
        "where: drawn for each replicate, or a node: its number from 0, of a `file` its name there";
    UPDATE_SIZE = "workload.update_size", Optional("\"1KiB\""), Some("update size"),
        "for the column `bytes`";
}

/// `[workload]`
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Workload {
    /// What kind of news it is.
    pub kind: WorkloadKind,
    /// Where it starts.
    #[serde(skip)]
    pub origin: Origin,
    /// The same as it is written: by a name, where nodes have some.
    #[serde(rename = "origin")]
    pub written_origin: WrittenOrigin,
    /// How large the update is.
    pub update_size: Bytes,
}

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkloadKind {
    /// One update, injected at time 0.
    Rumor,
}

/// Where an update starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// At a node drawn for each replicate.
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

pub(super) fn read(reader: &mut Reader<'_>, network: Option<&NetworkSettings>) -> Option<Workload> {
    let kind = reader.model(&KIND);
    let written = reader.read(&ORIGIN)?;
    let (origin, written_origin) = match network {
        Some(network) => find_origin(reader, written, network),
        // Without a network nobody can be found, and nothing will come of it.
        None => (Origin::Random, written),
    };
    let update_size = reader.read(&UPDATE_SIZE)?;
    Some(Workload { kind: kind?, origin, written_origin, update_size })
}

/// The node that an origin means, and its name as it is written: of a file, the file's own; else its number.
fn find_origin(reader: &mut Reader<'_>, written: WrittenOrigin, network: &NetworkSettings) -> (Origin, WrittenOrigin) {
    let WrittenOrigin::Node(node) = &written else { return (Origin::Random, written) };
    match Directory::new(network.topology.names(), network.nodes).or("\"random\"").find(node) {
        // A node called as the drawn one is keeps the identifier that it was meant by.
        Ok(found) if found.written == WrittenNode::Name("random".into()) => (Origin::Node(found.node), written),
        Ok(NamedNode { node, written }) => (Origin::Node(node), WrittenOrigin::Node(written)),
        Err(Misfit { problem, allowed, .. }) => {
            reader.refuse(ORIGIN.path, problem, allowed);
            (Origin::Random, WrittenOrigin::Random)
        }
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
        struct Reader;
        impl de::Visitor<'_> for Reader {
            type Value = WrittenOrigin;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"random\", the number of a node, or its name in a file")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<WrittenOrigin, E> {
                let node = || WrittenOrigin::Node(WrittenNode::Name(text.into()));
                Ok(if text == "random" { WrittenOrigin::Random } else { node() })
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<WrittenOrigin, E> {
                Ok(WrittenOrigin::Node(WrittenNode::named(&number.to_string())))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<WrittenOrigin, E> {
                Ok(WrittenOrigin::Node(WrittenNode::Number(number)))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
