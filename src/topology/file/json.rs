//! Node-link JSON, as networkx and D3 write it: an object with `nodes` and `links` (or `edges`).

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::declared::Declared;
use super::edge_collector::{Direction, EdgeCollector};
use super::fault::{Fault, shown};
use super::read_options::ReadOptions;

/// Reads the graph in `text`.
pub(super) fn read(text: &str, asked: ReadOptions<'_>, gather: &mut EdgeCollector) -> Result<(), Fault> {
    // The message of the reader would show what stands in the file.
    let document: Document = serde_json::from_str(text).map_err(|error| {
        let what =
            if error.is_data() { own_words(&error) } else { format!("is broken JSON, at column {}", error.column()) };
        Fault::of_line(error.line(), what)
    })?;
    let edges = document.links.or(document.edges).ok_or_else(|| {
        Fault::of_file(match document.others.as_slice() {
            [] => "has no list of links (or edges)".to_owned(),
            keys => format!("has no list of links (or edges), but {}", keys.join(", ")),
        })
    })?;
    let direction = match document.directed {
        None => Direction::Unsaid,
        Some(true) => Direction::Along,
        Some(false) => Direction::Both,
    };
    let nodes = document.nodes.unwrap_or_default();
    let names: Vec<String> = nodes.iter().enumerate().map(|(place, node)| node.name(place)).collect();
    let by_place = places(&nodes, &names, &edges);
    let mut declared = Declared::new(asked, gather)?;
    for (node, name) in nodes.iter().zip(&names) {
        let (number, new) = declared.node(name)?;
        if !new {
            return Err(Fault::of_file(format!("has two nodes `{}`", shown(name))));
        }
        if let Some(label) = node.label.as_ref().filter(|_| node.id.is_some()) {
            declared.label(number, label);
        }
    }
    for (place, edge) in edges.iter().enumerate() {
        let [source, target] = [&edge.source, &edge.target].map(|end| match (by_place, end.parse::<usize>()) {
            (true, Ok(place)) => names.get(place).unwrap_or(end),
            _ => end,
        });
        declared.edge([source, target], direction, place)?;
        for (key, value) in &edge.others {
            declared.attribute(key);
            if let Some(weight) = value.as_ref().filter(|_| declared.weighs(key)) {
                declared.weigh(weight);
            }
        }
    }
    if by_place && nodes.iter().any(|node| node.id.is_some()) {
        declared.note("its links count nodes from 0, by their places in the list");
    }
    declared.finish(asked.weight, |place, problem| Fault::of_file(format!("link {}: {problem}", place + 1)))
}

/// The start of what the reader says, which is ours.
fn own_words(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let missing = ["missing field `source`", "missing field `target`"].into_iter().find(|part| said.starts_with(part));
    match missing {
        Some(part) => format!("is a link: {part}"),
        None => "is not what stands in node-link JSON at this place".to_owned(),
    }
}

/// Whether the ends of edges are places in the list of nodes, as in old versions of D3 and networkx: nodes have no
/// ids, or not those.
fn places(nodes: &[Node], names: &[String], edges: &[Edge]) -> bool {
    let place = |end: &String| end.parse::<usize>().is_ok_and(|place| place < nodes.len());
    let ends = || edges.iter().flat_map(|edge| [&edge.source, &edge.target]);
    if nodes.is_empty() || !ends().all(place) {
        return false;
    }
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort_unstable();
    !ends().all(|end| sorted.binary_search(&end).is_ok())
}

#[derive(Default)]
struct Document {
    directed: Option<bool>,
    nodes: Option<Vec<Node>>,
    links: Option<Vec<Edge>>,
    edges: Option<Vec<Edge>>,
    /// Other lists and objects, which may be what the file is instead.
    others: Vec<&'static str>,
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Document;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Document, A::Error> {
                let mut document = Document::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "directed" => document.directed = Some(map.next_value()?),
                        "nodes" => document.nodes = Some(map.next_value()?),
                        "links" => document.links = Some(map.next_value()?),
                        "edges" => document.edges = Some(map.next_value()?),
                        other => {
                            let known = [
                                ("adjacency", "`adjacency` (write it with networkx's node_link_data)"),
                                ("elements", "`elements` of Cytoscape"),
                                ("graph", "`graph`"),
                                ("children", "`children` of a tree"),
                            ];
                            let what = known.into_iter().find(|(key, _)| *key == other);
                            document.others.extend(what.map(|(_, what)| what));
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                Ok(document)
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

/// A word for a node.
#[derive(Debug)]
struct Word(String);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Word;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the id of a node")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Word, E> {
                Ok(Word(text.to_owned()))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Word, E> {
                Ok(Word(number.to_string()))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Word, E> {
                Ok(Word(number.to_string()))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Word, E> {
                Ok(Word(number.to_string()))
            }

            /// networkx has tuples for nodes of grids.
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Word, A::Error> {
                let mut parts = Vec::new();
                while let Some(part) = list.next_element::<Value>()? {
                    parts.push(part);
                }
                Ok(Word(Value::Array(parts).to_string()))
            }

            /// D3 puts the nodes themselves in the place of their ids.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Word, A::Error> {
                let mut found = None;
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "id" => found = Some(map.next_value::<Word>()?),
                        "name" if found.is_none() => found = Some(map.next_value::<Word>()?),
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                found.ok_or_else(|| de::Error::missing_field("id"))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// A node of the list.
#[derive(Debug, Default)]
struct Node {
    id: Option<String>,
    label: Option<String>,
}

impl Node {
    /// Its id, else its label, else its place in the list.
    fn name(&self, place: usize) -> String {
        self.id.as_ref().or(self.label.as_ref()).cloned().unwrap_or_else(|| place.to_string())
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a node")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Node, E> {
                Ok(Node { id: Some(text.to_owned()), label: None })
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Node, E> {
                Ok(Node { id: Some(number.to_string()), label: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
                let mut node = Node::default();
                let mut named = None;
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "id" => node.id = Some(map.next_value::<Word>()?.0),
                        "label" => node.label = text(map.next_value()?),
                        "name" => named = text(map.next_value()?),
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                node.label = node.label.or(named);
                Ok(node)
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// A text or a number as it is written.
fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An edge of the list.
#[derive(Debug)]
struct Edge {
    source: String,
    target: String,
    /// Its attributes, with what they say if it is a number or a text.
    others: Vec<(String, Option<String>)>,
}

impl<'de> Deserialize<'de> for Edge {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Edge;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a link")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Edge, A::Error> {
                let (mut source, mut target, mut others) = (None, None, Vec::new());
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "source" => source = Some(map.next_value::<Word>()?.0),
                        "target" => target = Some(map.next_value::<Word>()?.0),
                        _ => others.push((key, text(map.next_value()?))),
                    }
                }
                let source = source.ok_or_else(|| de::Error::missing_field("source"))?;
                let target = target.ok_or_else(|| de::Error::missing_field("target"))?;
                Ok(Edge { source, target, others })
            }
        }
        deserializer.deserialize_map(Reader)
    }
}
