//! The settings of the rumor: where it starts, and how large it is.

use std::fmt;
use std::path::Path;

use serde::de::{self, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::catalog::Incompatible;
use crate::key::Key;
use crate::keys;
use crate::scalar::{self, Refusal, Scalar};
use crate::topology::{Directory, NamedNode, WrittenNode};
use crate::units::NodeId;
use crate::workload::{Common, ListedNodes, UpdateSize, Workload};

keys! {
    ORIGIN = "workload.origin", Optional("\"random\""), Some("origin"),
        "where: drawn for each replicate, or a node: its number from 0, of a `file` its name there";
    ORIGINS = "workload.origins", Optional("1"), Some("origins"),
        "how many nodes have the update at the start, up to 10000: `origin`, and others that are drawn for each replicate; or which: a \
         list of nodes in the place of `origin`, such as `[3, 7]` or `[\"0..9\"]`, of a `file` by their names there";
    UPDATE_SIZE = "workload.update_size", Optional("\"1KiB\""), Some("update size"),
        "how large the update is: for the column `bytes`, and where bandwidth is limited; or a [law of sizes](workloads.md#sizes-of-updates), from which each run \
         draws its own";
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
    /// How many nodes have it at the start, or which.
    pub origins: Origins,
    /// How large the update is.
    pub update_size: UpdateSize,
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

/// How many nodes have an update at the start, or which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Origins {
    /// So many: where it starts, and others that are drawn for each replicate.
    Count(u32),
    /// These.
    Nodes(ListedNodes),
}

impl Rumor {
    /// Where the update starts; of several nodes that are listed, the first.
    pub fn first_origin(&self) -> Origin {
        match &self.origins {
            Origins::Nodes(list) => list.nodes().first().map_or(Origin::Random, |node| Origin::Node(*node)),
            Origins::Count(_) => self.origin,
        }
    }

    /// How many nodes have the update at the start.
    pub fn origin_count(&self) -> u32 {
        match &self.origins {
            Origins::Count(count) => *count,
            // No more than there are nodes.
            Origins::Nodes(list) => list.nodes().len() as u32,
        }
    }
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
        if matches!(self.origins, Origins::Nodes(_)) && self.written_origin != WrittenOrigin::Random {
            let problem = "says once more where the update starts";
            return Err(Incompatible::of(ORIGINS.name(), problem, "a number of nodes, or no workload.origin"));
        }
        let count = self.origin_count();
        if (1..=most).contains(&count) {
            return Ok(());
        }
        let problem = format!("{count} of {} nodes cannot have the update at the start", common.nodes);
        Err(Incompatible::of(ORIGINS.name(), problem, format!("1 to {most}")))
    }

    fn load(&self, folder: &Path) -> Result<(), (&'static Key, Incompatible)> {
        self.update_size.load(folder).map_err(|incompatible| (&UPDATE_SIZE, incompatible))
    }

    fn names_nodes(&self) -> bool {
        self.written_origin != WrittenOrigin::Random || matches!(self.origins, Origins::Nodes(_))
    }

    /// The nodes that origins mean, and the name of a single one as it is written: of a file, the file's own; else its number.
    fn located(&self, nodes: &Directory) -> Result<Self, Incompatible> {
        if let Origins::Nodes(list) = &self.origins {
            let origins = Origins::Nodes(list.located(ORIGINS.name(), nodes)?);
            return Ok(Rumor { origins, ..self.clone() });
        }
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

impl<'de> Deserialize<'de> for Origins {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Origins;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a whole number of nodes, or {}", ListedNodes::FORM)
            }

            fn visit_u64<E: de::Error>(self, count: u64) -> Result<Origins, E> {
                let within = u32::try_from(count).ok();
                within.map(Origins::Count).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(count), &self))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Origins, A::Error> {
                ListedNodes::read(items).map(Origins::Nodes)
            }
        }
        // A number first of all, which may be written in short or as an expression.
        deserializer.deserialize_u32(Reader)
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
