//! A graph read from a file, in any of the formats that graphs are commonly written in.
//!
//! `read` unpacks the file and knows its format (`detect`), a reader for each format hands its nodes and edges to
//! `gather`, and what is gathered becomes a stored graph with the names of its nodes (`names`).

mod adjacency;
mod columns;
mod declared;
mod detect;
mod dot;
mod dot_tokens;
mod edge_collector;
mod edges;
mod fault;
mod format;
mod gml;
mod graphml;
mod json;
mod lines;
mod lookalikes;
mod marks;
mod matrix;
mod matrix_market;
mod metis;
pub(super) mod names;
mod nested;
mod read;
mod read_options;
mod sample;

use crate::topology::GraphClass;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use rand_chacha::ChaCha8Rng;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use super::building;
use super::csr::Csr;
use super::distances::unknown;
use super::metric::check_searched;
use super::searched::Searched;
use super::{Graph, Metric, NodeNames, OnGraph, Topology, components};
use crate::catalog::Incompatible;
use crate::link_weights::LinkWeights;
use crate::printable;
use crate::units::NodeId;
use fault::shown;
use format::{Format, WeightKey};
use read::Found;
use read_options::ReadOptions;

/// Digits of the SHA-256 that are written: enough to tell files apart, short enough for a chart's title.
const DIGITS: usize = 16;

/// So many nodes are named where a file is described.
const NAMED: usize = 5;

/// The settings of a graph from a file. [`Topology::load`] must come before [`Topology::check`].
///
/// They are written with the start of the SHA-256 of what was read, so that a changed file is another scenario; who
/// reads them back with it is told if the file has changed since.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The file, relative to the scenario's folder.
    pub path: String,
    /// How it is written; known by its content if absent.
    #[serde(default)]
    format: Option<Format>,
    /// Whether a node may contact only those that its edges lead to. Edges go both ways if absent, and a note says so
    /// where the file has directions.
    #[serde(default)]
    pub directed: Option<bool>,
    /// The column or the attribute with the weights of edges, which must be there. Latencies and peer rules may go by them.
    #[serde(default)]
    weight: Option<WeightKey>,
    /// How the file's SHA-256 must start, in hexadecimal digits (all 64 or fewer); not checked if absent.
    #[serde(default)]
    pub sha256: Option<String>,
    #[serde(skip)]
    loaded: OnceLock<Arc<Loaded>>,
}

/// Whether the first of these edges, which begin an edge list, would be taken for the header of a table on reading.
pub fn begins_as_a_table(edges: &[[String; 2]]) -> bool {
    let rows: Vec<[&str; 2]> = edges.iter().map(|[one, other]| [one.as_str(), other.as_str()]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(|row| row.as_slice()).collect();
    columns::has_header(&rows) || lookalikes::begins_with_counts(&rows)
}

/// What was read.
#[derive(Debug, PartialEq)]
struct Loaded {
    sha256: String,
    format: Format,
    graph: Arc<GraphSource>,
    names: Arc<NodeNames>,
    searched: Arc<Searched>,
    weights: Option<Arc<LinkWeights>>,
    /// Whether edges join all nodes, once that was asked.
    whole: OnceLock<bool>,
    notes: Vec<String>,
}

impl Loaded {
    fn new(path: &str, Found { sha256, format, named }: Found) -> Self {
        let path = printable::line(path);
        let notes = named.notes.into_iter().map(|note| format!("{path}: {note}")).collect();
        let lists = Arc::new(named.graph);
        let searched = Arc::new(Searched::new(Arc::clone(&lists)));
        let graph = Arc::new(GraphSource { lists, directed: named.directed });
        let (names, weights) = (Arc::new(named.names), named.weights.map(Arc::new));
        Loaded { sha256, format, graph, names, searched, weights, whole: OnceLock::new(), notes }
    }

    /// What stands for the file in written settings.
    fn mark(&self) -> &str {
        self.sha256.get(..DIGITS).unwrap_or_default()
    }

    /// Nodes, edges, components, degrees and first names, in a line.
    fn about(&self) -> String {
        let GraphSource { lists, directed } = &*self.graph;
        let nodes = lists.nodes();
        let degrees = || (0..nodes).map(|node| lists.degree(NodeId::new(node)));
        let (least, most) = (degrees().min().unwrap_or(0), degrees().max().unwrap_or(0));
        let mean = lists.ends() as f64 / f64::from(nodes.max(1));
        let (edges, noun, degree) = match directed {
            true => (lists.ends(), "arc", "out-degree"),
            false => (lists.ends() / 2, "edge", "degree"),
        };
        let sizes = match directed {
            true => components::directed_sizes_and_reach(&**lists, &[], components::EdgeDirection::Both).0,
            false => components::sizes(&**lists),
        };
        let pieces = match sizes.as_slice() {
            [_] => "1 component".to_owned(),
            sizes => format!("{} components (the largest of {} nodes)", sizes.len(), sizes.first().unwrap_or(&0)),
        };
        let names: Vec<String> = self.names.first(NAMED).iter().map(|name| shown(name)).collect();
        let more = if nodes as usize > NAMED { ", …" } else { "" };
        format!(
            "read as {}: {nodes} nodes, {edges} {noun}{}, {pieces}, {degree} {least} to {most}, mean {mean:.2}; nodes {}{more}",
            self.format.name(),
            if edges == 1 { "" } else { "s" },
            names.join(", ")
        )
    }
}

/// The lists of a file's graph, and whether they are one-way.
#[derive(Debug, Default, PartialEq)]
pub struct GraphSource {
    lists: Arc<Csr>,
    directed: bool,
}

impl Graph for GraphSource {
    fn nodes(&self) -> u32 {
        self.lists.nodes()
    }

    #[inline]
    fn degree(&self, node: NodeId) -> u32 {
        self.lists.degree(node)
    }

    #[inline]
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        self.lists.neighbor(node, index)
    }

    /// Both ways it is like any graph that is kept as lists.
    fn accept<W: OnGraph>(&self, work: W) -> W::Output {
        if self.directed { work.with(&self.erased()) } else { work.with(&*self.lists) }
    }

    fn directed(&self) -> bool {
        self.directed
    }
}

impl Serialize for File {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sha256 = self.loaded.get().map(|loaded| loaded.mark()).or(self.sha256.as_deref());
        let given = [self.format.is_some(), self.directed.is_some(), self.weight.is_some(), sha256.is_some()];
        let mut written = serializer.serialize_struct("File", 1 + given.into_iter().filter(|given| *given).count())?;
        written.serialize_field("path", &self.path)?;
        if let Some(format) = &self.format {
            written.serialize_field("format", format)?;
        }
        if let Some(directed) = &self.directed {
            written.serialize_field("directed", directed)?;
        }
        if let Some(weight) = &self.weight {
            written.serialize_field("weight", weight)?;
        }
        match sha256 {
            Some(sha256) => written.serialize_field("sha256", sha256)?,
            None => written.skip_field("sha256")?,
        }
        written.end()
    }
}

impl File {
    fn read(&self, folder: &Path) -> Result<Loaded, Incompatible> {
        let asked = ReadOptions { format: self.format, directed: self.directed, weight: self.weight.as_ref() };
        let path = printable::line(&self.path);
        let found = read::read(&folder.join(&self.path), asked).map_err(|fault| {
            let at = fault.line.map(|line| format!(", line {line}")).unwrap_or_default();
            Incompatible::of("path", format!("`{path}`{at}: {}", fault.problem), fault.expected)
        })?;
        match &self.sha256 {
            Some(expected) if !found.sha256.starts_with(&expected.to_ascii_lowercase()) => Err(Incompatible::of(
                "sha256",
                format!("`{path}` is not the file it was: its SHA-256 is {}", found.sha256),
                "the file as it was, or no `sha256`",
            )),
            _ => Ok(Loaded::new(&self.path, found)),
        }
    }
}

impl Topology for File {
    type Graph = Arc<GraphSource>;

    fn check(&self, nodes: u32) -> Result<(), Incompatible> {
        let path = printable::line(&self.path);
        let Some(loaded) = self.loaded.get() else {
            return Err(Incompatible::of("path", format!("`{path}` has not been read"), "a file that is read first"));
        };
        match loaded.graph.nodes() {
            found if found == nodes => Ok(()),
            found => Err(Incompatible::of(
                "path",
                format!("`{path}` has {found} nodes, not {nodes}"),
                format!("network.nodes = {found}"),
            )),
        }
    }

    fn class(&self, _: u32, _: Option<NodeId>) -> GraphClass {
        match self.directed() {
            true => GraphClass::Directed,
            false => GraphClass::Other,
        }
    }

    fn build(&self, _nodes: u32, _stream: &mut ChaCha8Rng) -> Arc<GraphSource> {
        // Settings that passed the check have been loaded.
        self.loaded.get().map(|loaded| Arc::clone(&loaded.graph)).unwrap_or_default()
    }

    /// 1 if edges that go both ways join all nodes, 0 if not; 1 where they have directions, of which nothing is asked.
    fn connected_share(&self, _nodes: u32) -> f64 {
        let whole = |loaded: &Arc<Loaded>| {
            loaded.graph.directed || *loaded.whole.get_or_init(|| components::sizes(&*loaded.graph.lists).len() <= 1)
        };
        f64::from(u8::from(self.loaded.get().is_none_or(whole)))
    }

    fn directed(&self) -> bool {
        self.loaded.get().is_some_and(|loaded| loaded.graph.directed)
    }

    fn ends(&self, _nodes: u32) -> u64 {
        self.loaded.get().map_or(0, |loaded| loaded.graph.lists.ends())
    }

    fn memory(&self, nodes: u32) -> u64 {
        self.loaded.get().map_or(0, |loaded| {
            let lists = building::bytes(nodes, loaded.graph.lists.ends(), 0);
            // To know how far arcs lead, they are turned round.
            let reversed = if loaded.graph.directed { building::bytes(nodes, loaded.graph.lists.ends(), 0) } else { 0 };
            let weights = if self.weight.is_some() { LinkWeights::bytes(nodes, loaded.graph.lists.ends()) } else { 0 };
            lists + reversed + weights + loaded.names.bytes()
        })
    }

    fn load(&self, folder: &Path) -> Result<Option<u32>, Incompatible> {
        if self.loaded.get().is_none() {
            let loaded = self.read(folder)?;
            // Where another thread was faster, what it read stays.
            self.loaded.get_or_init(|| Arc::new(loaded));
        }
        Ok(self.loaded.get().map(|loaded| loaded.graph.nodes()))
    }

    fn metric(&self, nodes: u32) -> Result<Metric, Incompatible> {
        let Some(loaded) = self.loaded.get() else {
            return Err(unknown("distances are not known before the file is read"));
        };
        check_searched(nodes, loaded.graph.directed)?;
        Ok(Metric::Known(Box::new(Arc::clone(&loaded.searched))))
    }

    fn weights(&self) -> Option<Arc<LinkWeights>> {
        self.loaded.get().and_then(|loaded| loaded.weights.clone())
    }

    fn notes(&self) -> Vec<String> {
        self.loaded.get().map(|loaded| loaded.notes.clone()).unwrap_or_default()
    }

    fn names(&self) -> Option<Arc<NodeNames>> {
        self.loaded.get().map(|loaded| Arc::clone(&loaded.names))
    }

    fn about(&self) -> Option<String> {
        self.loaded.get().map(|loaded| format!("{}: {}", printable::line(&self.path), loaded.about()))
    }
}
