//! Who can talk to whom: the graphs, each in a file of its own.
//!
//! A topology is one file with its settings, its check, its graph and its unit tests, plus one line in the catalog
//! below. The scenario reader, `check`, the error messages and the tests over all topologies pick it up from there.

mod barabasi_albert;
mod building;
mod chosen;
pub mod class;
mod clusters;
mod complete;
pub mod components;
mod csr;
mod directory;
mod distances;
mod divisor;
mod erdos_renyi;
mod everybody;
mod file;
mod geometric;
mod graph;
mod grid;
mod hypercube;
mod joined;
mod k_out;
mod lattice;
mod lattice_law;
mod lattice_reach;
mod lattice_routes;
mod lattice_space;
mod layout;
mod line;
mod matrix;
mod metric;
mod pairing;
mod random_regular;
mod redraw;
mod ring;
mod searched;
mod settings;
mod shared;
mod shuffle;
mod small_world_grid;
mod star;
mod torus;
mod tree;
mod watts_strogatz;

pub use class::GraphClass;
#[cfg(test)]
pub(crate) use complete::CompleteGraph;
pub use directory::{Directory, NamedNode, WrittenNode};
pub use distances::{Distances, LinkLoad, MAX_SEARCHED, Routes};
pub use everybody::Everybody;
pub use file::begins_as_a_table;
pub use file::names::NodeNames;
pub use graph::{Graph, OnGraph};
pub use joined::Joined;
pub use layout::Layout;
pub use metric::Metric;
pub use settings::Topology;
pub use shared::{Drawing, SharedGraph};

use std::path::Path;
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;

use crate::catalog;
use crate::catalog::Incompatible;
use crate::link_weights::LinkWeights;
use crate::units::NodeId;

catalog! {
    /// Who can talk to whom.
    pub enum TopologySpec = "topology" {
        "complete" => Complete(complete::Complete)
            for ["full", "mesh", "full-mesh", "fully-connected", "clique", "all-to-all", "everybody", "kn"],
        "ring" => Ring(ring::Ring) for ["cycle", "circle", "circulant", "loop"],
        "line" => Line(line::Line) for ["path", "chain", "linear"],
        "star" => Star(star::Star) for ["hub", "hub-and-spoke", "central"],
        "grid" => Grid(grid::Grid) for ["lattice", "mesh2d", "2d-mesh", "grid2d", "2d-grid", "square-lattice"],
        "torus" => Torus(torus::Torus) for ["torus2d", "2d-torus", "periodic-grid", "toroidal"],
        "hypercube" => Hypercube(hypercube::Hypercube) for ["cube", "n-cube", "binary-cube"],
        "tree" => Tree(tree::Tree) for ["binary-tree", "balanced-tree", "hierarchy"],
        "random-regular" => RandomRegular(random_regular::RandomRegular)
            for ["regular", "d-regular", "k-regular", "expander"],
        "erdos-renyi" => ErdosRenyi(erdos_renyi::ErdosRenyi)
            for ["gnp", "er", "random", "random-graph", "binomial", "poisson"],
        "watts-strogatz" => WattsStrogatz(watts_strogatz::WattsStrogatz) for ["small-world", "ws", "newman-watts"],
        "barabasi-albert" => BarabasiAlbert(barabasi_albert::BarabasiAlbert)
            for ["scale-free", "ba", "power-law", "preferential-attachment"],
        "k-out" => KOut(k_out::KOut) for ["random-k", "partial-view", "random-view"],
        "geometric" => Geometric(geometric::Geometric) for ["random-geometric", "rgg", "unit-disk", "wireless", "spatial"],
        "small-world-grid" => SmallWorldGrid(small_world_grid::SmallWorldGrid) for ["kleinberg", "navigable"],
        "clusters" => Clusters(clusters::Clusters)
            for ["communities", "continents", "data-centers", "regions", "islands", "modular", "barbell"],
        "file" => File(file::File) for ["edge-list", "graphml", "csv", "from-file", "custom"],
    }

    /// Whether `nodes` nodes can be arranged so: see [`Topology::check`].
    fn check(&self, nodes: u32) -> Result<(), Incompatible>;

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
    fn load(&self, folder: &Path) -> Result<Option<u32>, Incompatible>;

    /// What a user should know about what was loaded: see [`Topology::notes`].
    fn notes(&self) -> Vec<String>;

    /// The weights of its links: see [`Topology::weights`].
    fn weights(&self) -> Option<Arc<LinkWeights>>;

    /// What the nodes are called: see [`Topology::names`].
    fn names(&self) -> Option<Arc<NodeNames>>;

    /// What is known of the graph before it is drawn: see [`Topology::about`].
    fn about(&self) -> Option<String>;

    /// Where its nodes lie in pictures: see [`Topology::layout`].
    fn layout(&self, nodes: u32) -> Layout;

    /// The distances and ways on the graph over `nodes` nodes: see [`Topology::metric`].
    fn metric(&self, nodes: u32) -> Result<Metric, Incompatible>;

    /// Draws the graph and does `work` on it: see [`Topology::on_graph`].
    fn on_graph<W: OnGraph>(&self, nodes: u32, stream: &mut ChaCha8Rng, work: W) -> Result<W::Output, Incompatible>;

    /// Does `work` on the graph that is shared, or on one of its own: see [`Topology::on_shared_graph`].
    fn on_shared_graph<W: OnGraph>(&self, nodes: u32, stream: &mut ChaCha8Rng, shared: Option<&SharedGraph>, work: W) -> Result<W::Output, Incompatible>;
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

    /// Why `topology` with `nodes`, which blames `key`.
    pub(super) fn incompatible<T: Topology>(topology: &T, nodes: u32, key: Option<&str>) -> String {
        let incompatible = topology.check(nodes).unwrap_err();
        assert_eq!(incompatible.key, key, "{incompatible}");
        incompatible.to_string()
    }
}
