//! At which nodes clients publish.

use std::fmt;

use serde::de::{self, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::listed::ListedNodes;
use crate::catalog::Incompatible;
use crate::topology::Directory;

/// Where things that clients bring come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origins {
    /// Each at a node drawn for it.
    Random,
    /// All at node 0.
    First,
    /// Each at one of these, drawn for it.
    Nodes(ListedNodes),
}

impl Origins {
    /// The same with the nodes that are listed, found among `nodes`; `key` is where they stand.
    ///
    /// # Errors
    /// There is no such node, or one is listed twice.
    pub(super) fn located(&self, key: &'static str, nodes: &Directory) -> Result<Self, Incompatible> {
        match self {
            Origins::Nodes(list) => Ok(Origins::Nodes(list.located(key, nodes)?)),
            Origins::Random | Origins::First => Ok(self.clone()),
        }
    }
}

impl Serialize for Origins {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Origins::Random => serializer.serialize_str("random"),
            Origins::First => serializer.serialize_str("first"),
            Origins::Nodes(list) => list.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Origins {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Origins;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "\"random\", \"first\", or {}", ListedNodes::FORM)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Origins, E> {
                match text {
                    "random" => Ok(Origins::Random),
                    "first" => Ok(Origins::First),
                    _ => Err(E::invalid_value(Unexpected::Str(text), &self)),
                }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Origins, A::Error> {
                ListedNodes::read(items).map(Origins::Nodes)
            }
        }
        deserializer.deserialize_any(Reader)
    }
}
