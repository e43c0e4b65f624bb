//! GraphML (Brandes et al. 2002), as networkx, Gephi, igraph, yEd and the Topology Zoo write it.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::declared::Declared;
use super::edge_collector::{Direction, EdgeCollector};
use super::fault::Fault;
use super::read_options::ReadOptions;

/// No element lies deeper: groups of groups are a few levels.
const DEEPEST: usize = 200;

/// The longest label that is kept, in bytes.
const LONGEST: usize = 1000;

/// Reads the graph in `text`. Nested graphs are part of the whole.
pub(super) fn read(text: &str, asked: ReadOptions<'_>, gather: &mut EdgeCollector) -> Result<(), Fault> {
    let mut reader = Reader::from_str(text);
    let mut state = State::new(Declared::new(asked, gather)?);
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let fault = |problem: String| Fault::of_byte(text, skip_white(text, at), problem);
        let event = reader.read_event().map_err(|error| fault(format!("is broken XML: {}", in_words(&error))))?;
        let done = match event {
            Event::Start(tag) => state.open(&tag, at).map(|()| false),
            Event::Empty(tag) => state.open(&tag, at).and_then(|()| state.close()).map(|()| false),
            Event::End(_) => state.close().map(|()| false),
            Event::Text(text) => Ok(state.hear(&text)),
            Event::CData(text) => Ok(state.hear(&text)),
            Event::GeneralRef(entity) => {
                let letter = entity.resolve_char_ref().ok().flatten().map(String::from);
                let named = || quick_xml::escape::resolve_predefined_entity(&entity).map(str::to_owned);
                Ok(letter.or_else(named).is_some_and(|text| state.hear(&text)))
            }
            Event::Eof => Ok(true),
            _ => Ok(false),
        };
        if done.map_err(|fault_or| fault_or.at(&fault))? {
            break;
        }
    }
    if !state.open.is_empty() {
        return Err(Fault::of_byte(text, text.len(), "ends within an element: is the file complete?"));
    }
    if state.graphs == 0 {
        return Err(Fault::of_file("has no <graph>"));
    }
    state.nodes.finish(asked.weight, |at, problem| Fault::of_byte(text, skip_white(text, at), problem))
}

/// The next byte that is not white space.
fn skip_white(text: &str, at: usize) -> usize {
    text.as_bytes().get(at..).and_then(|rest| rest.iter().position(|byte| !byte.is_ascii_whitespace())).unwrap_or(0)
        + at
}

/// What is wrong with the XML, without the words of the file.
fn in_words(error: &quick_xml::Error) -> &'static str {
    match error {
        quick_xml::Error::Syntax(_) => "something is not closed",
        quick_xml::Error::IllFormed(_) => "a tag is closed that was not opened, or not in its order",
        quick_xml::Error::InvalidAttr(_) => "an attribute is not `name=\"value\"`",
        quick_xml::Error::Escape(_) => "an entity is not known",
        _ => "it cannot be read",
    }
}

/// A problem whose place is not known yet, or a whole fault.
enum Problem {
    Here(String),
    Whole(Fault),
}

impl Problem {
    fn at(self, fault: &impl Fn(String) -> Fault) -> Fault {
        match self {
            Problem::Here(problem) => fault(problem),
            Problem::Whole(fault) => fault,
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Problem::Whole(fault)
    }
}

fn here<T>(problem: impl Into<String>) -> Result<T, Problem> {
    Err(Problem::Here(problem.into()))
}

/// An open element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
    Graph,
    Node,
    Edge,
    /// Data of a node that may be its label: the better, the smaller.
    Label(u8),
    /// Data of an edge that is its weight.
    Weight,
    Other,
}

/// A node that is open.
struct Open {
    number: Option<u32>,
    label: Option<(u8, String)>,
}

struct State<'a> {
    nodes: Declared<'a>,
    open: Vec<Element>,
    open_nodes: Vec<Open>,
    /// What is said of the direction of the edges of each open graph.
    defaults: Vec<Direction>,
    graphs: usize,
    /// Keys of data: the name and whether it is about edges.
    keys: BTreeMap<String, String>,
    /// Nodes that hold others, which exist only if an edge joins them.
    groups: BTreeSet<String>,
    heard: String,
}

type Done = Result<(), Problem>;

impl<'a> State<'a> {
    fn new(nodes: Declared<'a>) -> Self {
        State {
            nodes,
            open: Vec::new(),
            open_nodes: Vec::new(),
            defaults: Vec::new(),
            graphs: 0,
            keys: BTreeMap::new(),
            groups: BTreeSet::new(),
            heard: String::new(),
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>, at: usize) -> Done {
        if self.open.len() >= DEEPEST {
            return here(format!("elements lie more than {DEEPEST} deep"));
        }
        let element = match tag.local_name().into_inner() {
            "graph" => self.graph(tag)?,
            "node" => self.node(tag)?,
            "edge" => self.edge(tag, at)?,
            "hyperedge" => return here("has a hyperedge, and only pairs of nodes can be joined"),
            "key" => self.key(tag)?,
            "data" => self.data(tag)?,
            "NodeLabel" if !self.open_nodes.is_empty() => Element::Label(2),
            _ => Element::Other,
        };
        if let Element::Label(_) | Element::Weight = element {
            self.heard.clear();
        }
        self.open.push(element);
        Ok(())
    }

    fn close(&mut self) -> Done {
        match self.open.pop() {
            Some(Element::Graph) => {
                self.defaults.pop();
            }
            Some(Element::Node) => {
                let node = self.open_nodes.pop();
                if let Some(Open { number: Some(number), label: Some((_, label)) }) = node {
                    self.nodes.label(number, &label);
                }
            }
            Some(Element::Label(rank)) => {
                let label = std::mem::take(&mut self.heard);
                let node = self.open_nodes.last_mut();
                if let Some(node) = node.filter(|node| node.label.as_ref().is_none_or(|(other, _)| rank < *other)) {
                    node.label = Some((rank, label.trim().to_owned()));
                }
            }
            Some(Element::Weight) => {
                let weight = std::mem::take(&mut self.heard);
                self.nodes.weigh(&weight);
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes text into the label or the weight that is open; false.
    fn hear(&mut self, text: &str) -> bool {
        if matches!(self.open.last(), Some(Element::Label(_) | Element::Weight))
            && self.heard.len() + text.len() <= LONGEST
        {
            self.heard.push_str(text);
        }
        false
    }

    fn graph(&mut self, tag: &BytesStart<'_>) -> Result<Element, Problem> {
        if self.defaults.is_empty() {
            self.graphs += 1;
            if self.graphs > 1 {
                return here("begins a second graph, and one is read");
            }
        }
        let outer = self.defaults.last().copied().unwrap_or(Direction::Unsaid);
        let default = match attribute(tag, "edgedefault")?.as_deref() {
            Some("directed") => Direction::Along,
            Some("undirected") => Direction::Both,
            _ => outer,
        };
        self.defaults.push(default);
        Ok(Element::Graph)
    }

    fn node(&mut self, tag: &BytesStart<'_>) -> Result<Element, Problem> {
        let Some(id) = attribute(tag, "id")? else { return here("is a node without an id") };
        let group = attribute(tag, "yfiles.foldertype")?.is_some();
        let number = if group && !self.groups.contains(&id) {
            self.groups.insert(id);
            None
        } else {
            let (number, new) = self.nodes.node(&id)?;
            if !new {
                return here(format!("is a second node `{}`", super::fault::shown(&id)));
            }
            Some(number)
        };
        self.open_nodes.push(Open { number, label: None });
        Ok(Element::Node)
    }

    fn edge(&mut self, tag: &BytesStart<'_>, at: usize) -> Result<Element, Problem> {
        let ends = [attribute(tag, "source")?, attribute(tag, "target")?];
        let [Some(source), Some(target)] = ends else { return here("is an edge without a source or a target") };
        let default = self.defaults.last().copied().unwrap_or(Direction::Unsaid);
        let direction = match attribute(tag, "directed")?.as_deref() {
            Some("true") => Direction::Along,
            Some("false") => Direction::Both,
            _ => default,
        };
        for end in [&source, &target] {
            if self.groups.remove(end) {
                self.nodes.node(end)?;
            }
        }
        self.nodes.edge([&source, &target], direction, at)?;
        Ok(Element::Edge)
    }

    fn key(&mut self, tag: &BytesStart<'_>) -> Result<Element, Problem> {
        if let Some((id, name)) = attribute(tag, "id")?.zip(attribute(tag, "attr.name")?) {
            self.keys.insert(id, name);
        }
        Ok(Element::Other)
    }

    fn data(&mut self, tag: &BytesStart<'_>) -> Result<Element, Problem> {
        let Some(key) = attribute(tag, "key")? else { return Ok(Element::Other) };
        let name = self.keys.get(&key).unwrap_or(&key);
        Ok(match self.open.last() {
            Some(Element::Edge) => {
                self.nodes.attribute(name);
                if self.nodes.weighs(name) { Element::Weight } else { Element::Other }
            }
            Some(Element::Node) if name.eq_ignore_ascii_case("label") => Element::Label(0),
            Some(Element::Node) if name.eq_ignore_ascii_case("name") => Element::Label(1),
            _ => Element::Other,
        })
    }
}

/// The value of an attribute of `tag`.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Problem> {
    let found = tag.try_get_attribute(name).map_err(|_| Problem::Here("has a broken attribute".into()))?;
    let value =
        found.map(|attribute| attribute.normalized_value(XmlVersion::Implicit1_0).map(|value| value.into_owned()));
    value.transpose().map_err(|_| Problem::Here("has an attribute with an unknown entity".into()))
}
