//! Who can talk to whom: the graphs, each in a file of its own.
//!
//! A topology is one file with its settings, its check, its graph and its unit tests, plus one line in the catalog
//! below. The scenario reader, `check`, the error messages and the tests over all topologies pick it up from there.

mod barabasi_albert;
mod chosen;
pub mod class;
mod complete;
pub mod components;
mod csr;
mod directory;
mod divisor;
mod erdos_renyi;
mod everybody;
mod file;
mod geometric;
mod grid;
mod hypercube;
mod joined;
mod k_out;
mod lattice;
mod lattice_law;
mod lattice_roads;
mod lattice_space;
mod line;
mod matrix;
mod metric;
mod pairing;
mod random_regular;
mod redraw;
mod ring;
mod searched;
mod shared;
mod shuffle;
mod small_world_grid;
mod star;
mod torus;
mod tree;
mod watts_strogatz;

pub use class::GraphClass;
pub use directory::{Directory, NamedNode, WrittenNode};
pub use everybody::Everybody;
pub use file::begins_as_a_table;
pub use file::names::NodeNames;
pub use joined::Joined;
pub use metric::{Load, MAX_SEARCHED, Metric, Roads};
pub use shared::SharedGraph;

use std::path::Path;
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;

use crate::catalog;
use crate::catalog::Misfit;
use crate::units::NodeId;

/// A graph as the engine asks it: neighbours by index.
///
/// The neighbours of a node are distinct, never the node itself, and in the same order for the whole run; the
/// relation is symmetric, unless the graph is directed.
pub trait Graph: Send + Sync {
    /// The number of nodes.
    fn nodes(&self) -> u32;
    /// How many neighbours `node` has.
    fn degree(&self, node: NodeId) -> u32;
    /// Neighbour `index` of `node`, for `index` below its degree.
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId;
    /// How many neighbours `node` has among the first `joined` nodes.
    fn degree_among(&self, node: NodeId, joined: u32) -> u32 {
        (0..self.degree(node)).filter(|&index| self.neighbor(node, index).number() < joined).count() as u32
    }
    /// Neighbour `index` of `node` among the first `joined` nodes, for `index` below [`Graph::degree_among`].
    fn neighbor_among(&self, node: NodeId, index: u32, joined: u32) -> NodeId {
        let neighbors = (0..self.degree(node)).map(|index| self.neighbor(node, index));
        // Below the degree there is one; nobody is a neighbour of himself.
        neighbors.filter(|other| other.number() < joined).nth(index as usize).unwrap_or(node)
    }
    /// `node` joins: from now on it is a neighbour.
    fn admit(&self, _node: NodeId) {}
    /// The same, asked through a table of functions.
    fn erased(&self) -> &dyn Graph
    where
        Self: Sized,
    {
        self
    }
    /// Whether every node is known to reach every other by the way the graph is made. `false` means "not known":
    /// [`components`] finds out.
    fn connected(&self) -> bool {
        false
    }
    /// Remembers that it has been found out that every node reaches every other, where there is room for that.
    fn mark_connected(&mut self) {}
    /// Whether the neighbours of a node are those that it leads to, who need not lead back.
    fn directed(&self) -> bool {
        false
    }
}

/// Any graph: what is compiled once for all of them asks through a table of functions.
impl Graph for &dyn Graph {
    fn nodes(&self) -> u32 {
        (**self).nodes()
    }

    fn degree(&self, node: NodeId) -> u32 {
        (**self).degree(node)
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        (**self).neighbor(node, index)
    }

    fn erased(&self) -> &dyn Graph {
        *self
    }

    fn degree_among(&self, node: NodeId, joined: u32) -> u32 {
        (**self).degree_among(node, joined)
    }

    fn neighbor_among(&self, node: NodeId, index: u32, joined: u32) -> NodeId {
        (**self).neighbor_among(node, index, joined)
    }

    fn admit(&self, node: NodeId) {
        (**self).admit(node);
    }

    fn connected(&self) -> bool {
        (**self).connected()
    }

    fn directed(&self) -> bool {
        (**self).directed()
    }
}

impl<G: Graph> Graph for Arc<G> {
    fn nodes(&self) -> u32 {
        G::nodes(self)
    }

    #[inline]
    fn degree(&self, node: NodeId) -> u32 {
        G::degree(self, node)
    }

    #[inline]
    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        G::neighbor(self, node, index)
    }

    fn connected(&self) -> bool {
        G::connected(self)
    }

    fn directed(&self) -> bool {
        G::directed(self)
    }
}

/// How often a topology is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// Nothing is drawn: the graph follows from its settings.
    None,
    /// One graph for all replicates of a size (`fixed = true`).
    Once,
    /// A new graph for every replicate.
    PerReplicate,
}

impl Drawing {
    /// How often a random graph is drawn, by its setting `fixed`.
    fn of_random(fixed: bool) -> Self {
        if fixed { Drawing::Once } else { Drawing::PerReplicate }
    }
}

/// The settings of a topology: what they must satisfy, and the graph they describe.
pub trait Topology {
    /// The graph the settings describe.
    type Graph: Graph + 'static;

    /// Whether `nodes` nodes can be arranged so.
    ///
    /// # Errors
    /// A [`Misfit`] that says what would fit.
    fn check(&self, nodes: u32) -> Result<(), Misfit>;

    /// The graph over `nodes` nodes, for settings that passed [`Topology::check`]. What is random draws from
    /// `stream`.
    fn build(&self, nodes: u32, stream: &mut ChaCha8Rng) -> Self::Graph;

    /// How often the graph is drawn.
    fn drawing(&self) -> Drawing {
        Drawing::None
    }

    /// Whether graphs are drawn until one is connected (`connected = true`).
    fn redraws(&self) -> bool {
        false
    }

    /// About how probable it is that a graph over `nodes` nodes is in one piece, for settings that passed
    /// [`Topology::check`] and whether or not it must be; 1 where no estimate says less.
    fn connected_share(&self, _nodes: u32) -> f64 {
        1.0
    }

    /// What kind of graph over `nodes` nodes it makes, as far as theory knows laws of it; `origin` is where the update
    /// starts, unless that is drawn.
    fn class(&self, _nodes: u32, _origin: Option<NodeId>) -> GraphClass {
        GraphClass::Other
    }

    /// Whether what was loaded has directions that are kept.
    fn directed(&self) -> bool {
        false
    }

    /// The graph over `nodes` nodes, for settings that passed [`Topology::check`]: the first that is drawn, or the first
    /// that is connected, if it has to be.
    ///
    /// # Errors
    /// A [`Misfit`] if none of many graphs is connected.
    fn draw(&self, nodes: u32, stream: &mut ChaCha8Rng) -> Result<Self::Graph, Misfit>
    where
        Self: Sized,
    {
        if self.redraws() { redraw::until_connected(self, nodes, stream) } else { Ok(self.build(nodes, stream)) }
    }

    /// Edge ends of the graph over `nodes` nodes, two for each edge: exactly, or where graphs are drawn at least as many
    /// as there will be (but for once in 10^9 graphs).
    fn ends(&self, nodes: u32) -> u64 {
        u64::from(nodes) * u64::from(nodes.saturating_sub(1))
    }

    /// The peers that all nodes together contact in a turn of each: the sum over the nodes of `fanout` or the degree,
    /// whichever is less. Exactly for graphs that are worked out, elsewhere at least that many.
    fn calls(&self, nodes: u32, fanout: u32) -> u64 {
        (u64::from(nodes) * u64::from(fanout)).min(self.ends(nodes))
    }

    /// The most neighbours that a node has at most.
    fn widest(&self, nodes: u32) -> u32 {
        nodes.saturating_sub(1)
    }

    /// Bytes that the graph over `nodes` nodes will take at most, while it is built.
    fn memory(&self, _nodes: u32) -> u64 {
        0
    }

    /// Reads what the settings name, relative to `folder`, and keeps it; the number of nodes, where that settles it.
    ///
    /// # Errors
    /// A [`Misfit`] that says what could not be read, and where.
    fn load(&self, _folder: &Path) -> Result<Option<u32>, Misfit> {
        Ok(None)
    }

    /// What a user should know about what was loaded, a line each.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }

    /// What the nodes are called, where that is not their numbers.
    fn names(&self) -> Option<Arc<NodeNames>> {
        None
    }

    /// What is known of the graph before it is drawn, in a line.
    fn about(&self) -> Option<String> {
        None
    }

    /// The distances and ways on the graph over `nodes` nodes, for settings that passed [`Topology::check`].
    ///
    /// # Errors
    /// A [`Misfit`] that says where distances are known, if they are not here.
    fn metric(&self, _nodes: u32) -> Result<Box<dyn Metric>, Misfit> {
        Err(metric::unknown("no distances are known on this topology"))
    }

    /// Draws the graph and does `work` on it, compiled for this kind of graph.
    ///
    /// # Errors
    /// See [`Topology::draw`].
    fn on_graph<W: OnGraph>(&self, nodes: u32, stream: &mut ChaCha8Rng, work: W) -> Result<W::Output, Misfit>
    where
        Self: Sized,
    {
        self.on_shared_graph(nodes, stream, None, work)
    }

    /// The same; the graph is drawn only if it is not in the place of a `shared` one already.
    ///
    /// # Errors
    /// See [`Topology::draw`].
    fn on_shared_graph<W: OnGraph>(
        &self,
        nodes: u32,
        stream: &mut ChaCha8Rng,
        shared: Option<&SharedGraph>,
        work: W,
    ) -> Result<W::Output, Misfit>
    where
        Self: Sized,
    {
        let (own, common);
        let graph = match shared {
            None => {
                own = self.draw(nodes, stream)?;
                &own
            }
            Some(shared) => {
                common = shared.get(|| self.draw(nodes, &mut stream.clone()))?;
                &*common
            }
        };
        Ok(work.with(graph))
    }
}

/// Work that is compiled once for each kind of graph.
pub trait OnGraph {
    /// What the work gives.
    type Output;
    /// Does it on `graph`.
    fn with<G: Graph>(self, graph: &G) -> Self::Output;
}

catalog! {
    /// Who can talk to whom.
    pub enum TopologySpec = "topology" {
        "complete" => Complete(complete::Complete),
        "ring" => Ring(ring::Ring),
        "line" => Line(line::Line),
        "star" => Star(star::Star),
        "grid" => Grid(grid::Grid),
        "torus" => Torus(torus::Torus),
        "hypercube" => Hypercube(hypercube::Hypercube),
        "tree" => Tree(tree::Tree),
        "random-regular" => RandomRegular(random_regular::RandomRegular),
        "erdos-renyi" => ErdosRenyi(erdos_renyi::ErdosRenyi),
        "watts-strogatz" => WattsStrogatz(watts_strogatz::WattsStrogatz),
        "barabasi-albert" => BarabasiAlbert(barabasi_albert::BarabasiAlbert),
        "k-out" => KOut(k_out::KOut),
        "geometric" => Geometric(geometric::Geometric),
        "small-world-grid" => SmallWorldGrid(small_world_grid::SmallWorldGrid),
        "file" => File(file::File),
    }

    /// Whether `nodes` nodes can be arranged so: see [`Topology::check`].
    fn check(&self, nodes: u32) -> Result<(), Misfit>;

    /// How often the graph is drawn: see [`Topology::drawing`].
    fn drawing(&self) -> Drawing;

    /// Whether graphs are drawn until one is connected: see [`Topology::redraws`].
    fn redraws(&self) -> bool;

    /// How probable it is that a graph is in one piece: see [`Topology::connected_share`].
    fn connected_share(&self, nodes: u32) -> f64;

    /// What kind of graph theory has to know laws of; see [`Topology::class`].
    fn class(&self, nodes: u32, origin: Option<NodeId>) -> GraphClass;

    /// Whether what was loaded has directions that are kept: see [`Topology::directed`].
    fn directed(&self) -> bool;

    /// Edge ends of the graph over `nodes` nodes: see [`Topology::ends`].
    fn ends(&self, nodes: u32) -> u64;

    /// The peers that all nodes together contact in a turn of each: see [`Topology::calls`].
    fn calls(&self, nodes: u32, fanout: u32) -> u64;

    /// The most neighbours that a node has at most: see [`Topology::widest`].
    fn widest(&self, nodes: u32) -> u32;

    /// Bytes that the graph over `nodes` nodes will take at most: see [`Topology::memory`].
    fn memory(&self, nodes: u32) -> u64;

    /// Reads what the settings name: see [`Topology::load`].
    fn load(&self, folder: &Path) -> Result<Option<u32>, Misfit>;

    /// What a user should know about what was loaded: see [`Topology::notes`].
    fn notes(&self) -> Vec<String>;

    /// What the nodes are called: see [`Topology::names`].
    fn names(&self) -> Option<Arc<NodeNames>>;

    /// What is known of the graph before it is drawn: see [`Topology::about`].
    fn about(&self) -> Option<String>;

    /// The distances and ways on the graph over `nodes` nodes: see [`Topology::metric`].
    fn metric(&self, nodes: u32) -> Result<Box<dyn Metric>, Misfit>;

    /// Draws the graph and does `work` on it: see [`Topology::on_graph`].
    fn on_graph<W: OnGraph>(&self, nodes: u32, stream: &mut ChaCha8Rng, work: W) -> Result<W::Output, Misfit>;

    /// Does `work` on the graph that is shared, or on one of its own: see [`Topology::on_shared_graph`].
    fn on_shared_graph<W: OnGraph>(&self, nodes: u32, stream: &mut ChaCha8Rng, shared: Option<&SharedGraph>, work: W) -> Result<W::Output, Misfit>;
}

#[cfg(test)]
mod testing {
    //! What the unit tests of all topologies share.

    use super::{Graph, Topology};
    use crate::random::{Chance, Purpose};
    use crate::units::NodeId;

    /// The neighbours of every node, in order, for settings that fit.
    pub(super) fn lists<T: Topology>(topology: &T, nodes: u32) -> Vec<Vec<u32>> {
        drawn(topology, nodes, 1)
    }

    /// The same, drawn with `seed`.
    pub(super) fn drawn<T: Topology>(topology: &T, nodes: u32, seed: u64) -> Vec<Vec<u32>> {
        assert_eq!(topology.check(nodes), Ok(()));
        let graph = topology.build(nodes, &mut Chance { seed, nodes, replicate: 0 }.stream(Purpose::Topology));
        let all = (0..graph.nodes()).map(NodeId::new);
        all.map(|node| (0..graph.degree(node)).map(|index| graph.neighbor(node, index).number()).collect()).collect()
    }

    /// The same lists, each in ascending order.
    pub(super) fn sorted(mut lists: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
        lists.iter_mut().for_each(|list| list.sort_unstable());
        lists
    }

    /// The text of the misfit of `topology` with `nodes`, which blames `key`.
    pub(super) fn misfit<T: Topology>(topology: &T, nodes: u32, key: Option<&str>) -> String {
        let misfit = topology.check(nodes).unwrap_err();
        assert_eq!(misfit.key, key, "{misfit}");
        misfit.to_string()
    }
}
