//! Nodes as a scenario writes them: by their numbers, or of a file by their names there.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::NodeNames;
use crate::catalog::Incompatible;
use crate::printable;
use crate::scalar::{self, Refusal, Scalar};
use crate::units::NodeId;

/// A node as a scenario writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrittenNode {
    /// Its number, or its name if that is a number.
    Number(i64),
    /// Its name.
    Name(Arc<str>),
}

/// A node, and how the scenario writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedNode {
    /// The node.
    pub node: NodeId,
    /// Its name in a file, else its number.
    pub written: WrittenNode,
}

/// Both ends of a range of numbers, the first of which is not the larger.
fn range_of(written: &WrittenNode) -> Option<(i64, i64)> {
    let WrittenNode::Name(text) = written else { return None };
    let (first, last) = text.split_once("..")?;
    let [first, last] = [first, last].map(|end| end.trim().replace('_', "").parse().ok());
    first.zip(last).filter(|(first, last)| first <= last)
}

impl WrittenNode {
    /// A node by its name.
    pub fn named(name: &str) -> Self {
        let number = name.parse::<i64>().ok().filter(|number| number.to_string() == name);
        number.map_or_else(|| WrittenNode::Name(name.into()), WrittenNode::Number)
    }
}

impl fmt::Display for WrittenNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WrittenNode::Number(number) => number.fmt(f),
            WrittenNode::Name(name) => name.fmt(f),
        }
    }
}

impl Serialize for WrittenNode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            WrittenNode::Number(number) => serializer.serialize_i64(*number),
            WrittenNode::Name(name) => serializer.serialize_str(name),
        }
    }
}

impl Serialize for NamedNode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WrittenNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::read(deserializer, "the number of a node, or its name in a file", |written| match written {
            Scalar::Text(text) => Ok(WrittenNode::Name(text.into())),
            Scalar::Unsigned(number) => Ok(WrittenNode::named(&number.to_string())),
            Scalar::Signed(number) => Ok(WrittenNode::Number(number)),
            Scalar::Real(_) => Err(Refusal::Kind),
        })
    }
}

/// The nodes that a scenario can speak of.
#[derive(Clone, Debug)]
pub struct Directory {
    names: Option<Arc<NodeNames>>,
    nodes: u32,
    /// What may be written besides a node, as messages name it.
    besides: Option<&'static str>,
}

impl Directory {
    /// `nodes` nodes, numbered from 0 or with `names`.
    pub fn new(names: Option<Arc<NodeNames>>, nodes: u32) -> Self {
        Directory { names, nodes, besides: None }
    }

    /// The same where `other` may be written as well.
    pub fn or(&self, other: &'static str) -> Self {
        Directory { besides: Some(other), ..self.clone() }
    }

    /// How many there are.
    pub fn nodes(&self) -> u32 {
        self.nodes
    }

    /// The node that is meant by `written`: in a file the one of this name, else the one of this number.
    ///
    /// # Errors
    /// There is none: what may be written.
    pub fn find(&self, written: &WrittenNode) -> Result<NamedNode, Incompatible> {
        match (&self.names, written) {
            (Some(names), _) => self.by_name(names, &written.to_string()),
            (None, WrittenNode::Number(number)) => self.by_number(*number),
            (None, WrittenNode::Name(name)) => Err(self.no_node(format_args!("text \"{}\"", printable::line(name)))),
        }
    }

    /// The nodes of a list, in its order, each once. `"0..199"` stands for all that are called by the numbers from 0 to 199, unless
    /// it is the name of a node.
    ///
    /// # Errors
    /// There is no such node, or one is listed twice.
    pub fn find_all(&self, list: &[WrittenNode]) -> Result<Vec<NodeId>, Incompatible> {
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        let mut add = |NamedNode { node, written }: NamedNode| {
            found.push(node);
            let problem = || Incompatible::whole(format!("the node {written} is listed twice"), "each node once");
            seen.insert(node).then_some(()).ok_or_else(problem)
        };
        for written in list {
            match (self.find(written), range_of(written)) {
                (Ok(node), _) => add(node)?,
                (Err(incompatible), None) => return Err(incompatible),
                (Err(_), Some((first, last))) => {
                    // Both ends are nodes, so that no more are looked for than there are.
                    self.find(&WrittenNode::Number(last))?;
                    for number in first..=last {
                        add(self.find(&WrittenNode::Number(number))?)?;
                    }
                }
            }
        }
        Ok(found)
    }

    /// The node that is called `text` in a file of numbers, if there is one.
    pub fn of_text(&self, text: &str) -> Option<NodeId> {
        let number = text.parse().ok().filter(|_| self.names.is_none()).map(WrittenNode::Number);
        self.find(&number.unwrap_or_else(|| WrittenNode::named(text))).ok().map(|found| found.node)
    }

    fn by_name(&self, names: &NodeNames, text: &str) -> Result<NamedNode, Incompatible> {
        if let Some(node) = names.find(text) {
            return Ok(NamedNode { node, written: WrittenNode::named(&names.name(node)) });
        }
        let near = names.near(text);
        let examples = if near.is_empty() { names.first(3) } else { near };
        let examples: Vec<String> = examples.iter().map(|name| format!("`{}`", printable::line(name))).collect();
        let problem = format!("the file has no node `{}`", printable::line(text));
        Err(self.incompatible(problem, format!("the name of a node, such as {}", examples.join(", "))))
    }

    fn by_number(&self, number: i64) -> Result<NamedNode, Incompatible> {
        match u32::try_from(number) {
            Ok(place) if place < self.nodes => {
                Ok(NamedNode { node: NodeId::new(place), written: WrittenNode::Number(number) })
            }
            Ok(_) => {
                let problem = format!("there is no node {number}: {} nodes are numbered from 0", self.nodes);
                Err(self.incompatible(problem, format!("a number from 0 to {}", self.nodes - 1)))
            }
            Err(_) => Err(self.no_node(format_args!("number {number}"))),
        }
    }

    fn incompatible(&self, problem: String, allowed: String) -> Incompatible {
        let besides = self.besides.map(|other| format!("{other}, or ")).unwrap_or_default();
        Incompatible::whole(problem, format!("{besides}{allowed}"))
    }

    fn no_node(&self, what: fmt::Arguments<'_>) -> Incompatible {
        let besides = self.besides.map(|other| format!("{other} or ")).unwrap_or_default();
        let allowed = format!("{besides}the number of a node, from 0");
        Incompatible::whole(format!("the {what} is not {allowed}"), allowed)
    }
}
