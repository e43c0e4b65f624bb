//! A graph read from a file: a list of edges.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use rand_chacha::ChaCha8Rng;
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use super::csr::Csr;
use super::edge_list::{self, EdgeList};
use super::metric::{MAX_SEARCHED, unknown};
use super::searched::Searched;
use super::{Graph, Metric, Topology};
use crate::catalog::Misfit;

/// Digits of the SHA-256 that are written: enough to tell files apart, short enough for a chart's title.
const DIGITS: usize = 16;

/// The settings of a graph from a file. [`Topology::load`] must come before [`Topology::check`].
///
/// They are written with the start of the SHA-256 of what was read, so that a changed file is another scenario; who
/// reads them back with it is told if the file has changed since.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The list of edges, relative to the scenario's folder: two node names a line, separated by white space or a
    /// comma; what follows them is ignored. Lines that start with `#`, `%` or `//` are comments.
    pub path: String,
    /// How the file's SHA-256 must start, in hexadecimal digits (all 64 or fewer); not checked if absent.
    #[serde(default)]
    pub sha256: Option<String>,
    #[serde(skip)]
    loaded: OnceLock<Arc<Loaded>>,
}

/// What was read.
#[derive(Debug, PartialEq)]
struct Loaded {
    sha256: String,
    graph: Arc<Csr>,
    searched: Arc<Searched>,
    notes: Vec<String>,
}

impl Loaded {
    fn new(path: &str, EdgeList { sha256, graph, notes }: EdgeList) -> Self {
        let notes = notes.into_iter().map(|note| format!("{path}: {note}")).collect();
        let graph = Arc::new(graph);
        Loaded { sha256, searched: Arc::new(Searched::new(Arc::clone(&graph))), graph, notes }
    }

    /// What stands for the file in written settings.
    fn mark(&self) -> &str {
        self.sha256.get(..DIGITS).unwrap_or_default()
    }
}

impl Serialize for File {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sha256 = self.loaded.get().map(|loaded| loaded.mark()).or(self.sha256.as_deref());
        let mut written = serializer.serialize_struct("File", 1 + usize::from(sha256.is_some()))?;
        written.serialize_field("path", &self.path)?;
        match sha256 {
            Some(sha256) => written.serialize_field("sha256", sha256)?,
            None => written.skip_field("sha256")?,
        }
        written.end()
    }
}

impl File {
    fn read(&self, folder: &Path) -> Result<Loaded, Misfit> {
        let list = edge_list::read(&folder.join(&self.path)).map_err(|fault| {
            let at = fault.line.map(|line| format!(", line {line}")).unwrap_or_default();
            Misfit::of("path", format!("`{}`{at}: {}", self.path, fault.problem), fault.expected)
        })?;
        match &self.sha256 {
            Some(expected) if !list.sha256.starts_with(&expected.to_ascii_lowercase()) => Err(Misfit::of(
                "sha256",
                format!("`{}` is not the file it was: its SHA-256 is {}", self.path, list.sha256),
                "the file as it was, or no `sha256`",
            )),
            _ => Ok(Loaded::new(&self.path, list)),
        }
    }
}

impl Topology for File {
    type Graph = Arc<Csr>;

    fn check(&self, nodes: u32) -> Result<(), Misfit> {
        let Some(loaded) = self.loaded.get() else {
            return Err(Misfit::of("path", format!("`{}` has not been read", self.path), "a file that is read first"));
        };
        match loaded.graph.nodes() {
            found if found == nodes => Ok(()),
            found => Err(Misfit::of(
                "path",
                format!("`{}` has {found} nodes, not {nodes}", self.path),
                format!("network.nodes = {found}"),
            )),
        }
    }

    fn build(&self, _nodes: u32, _stream: &mut ChaCha8Rng) -> Arc<Csr> {
        // Settings that passed the check have been loaded.
        self.loaded.get().map(|loaded| Arc::clone(&loaded.graph)).unwrap_or_default()
    }

    fn ends(&self, _nodes: u32) -> u64 {
        self.loaded.get().map_or(0, |loaded| loaded.graph.ends())
    }

    fn memory(&self, nodes: u32) -> u64 {
        self.loaded.get().map_or(0, |loaded| Csr::bytes_to_build(nodes, loaded.graph.ends(), 0))
    }

    fn load(&self, folder: &Path) -> Result<Option<u32>, Misfit> {
        if self.loaded.get().is_none() {
            let loaded = self.read(folder)?;
            // Where another thread was faster, what it read stays.
            self.loaded.get_or_init(|| Arc::new(loaded));
        }
        Ok(self.loaded.get().map(|loaded| loaded.graph.nodes()))
    }

    fn metric(&self, nodes: u32) -> Result<Box<dyn Metric>, Misfit> {
        match self.loaded.get() {
            Some(loaded) if nodes <= MAX_SEARCHED => Ok(Box::new(Arc::clone(&loaded.searched))),
            _ => Err(unknown(format!("distances are not searched for among {nodes} nodes of a file"))),
        }
    }

    fn notes(&self) -> Vec<String> {
        self.loaded.get().map(|loaded| loaded.notes.clone()).unwrap_or_default()
    }
}
