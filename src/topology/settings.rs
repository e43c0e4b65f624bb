//! What the settings of every topology answer: whether they fit, which graph they make, and what is known of it.

use std::path::Path;
use std::sync::Arc;

use rand_chacha::ChaCha8Rng;

use super::class::GraphClass;
use super::file::names::NodeNames;
use super::graph::{Graph, OnGraph};
use super::layout::Layout;
use super::metric::Metric;
use super::redraw;
use super::shared::{Drawing, SharedGraph};
use crate::catalog::Incompatible;
use crate::link_weights::LinkWeights;
use crate::units::NodeId;

/// The settings of a topology: what they must satisfy, and the graph they describe.
pub trait Topology {
    /// The graph the settings describe.
    type Graph: Graph + 'static;

    /// Whether `nodes` nodes can be arranged so.
    ///
    /// # Errors
    /// A [`Incompatible`] that says what would fit.
    fn check(&self, nodes: u32) -> Result<(), Incompatible>;

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
    /// A [`Incompatible`] if none of many graphs is connected.
    fn draw(&self, nodes: u32, stream: &mut ChaCha8Rng) -> Result<Self::Graph, Incompatible>
    where
        Self: Sized,
    {
        if self.redraws() {
            redraw::until_connected(nodes, stream, |stream| self.build(nodes, stream))
        } else {
            Ok(self.build(nodes, stream))
        }
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
    /// A [`Incompatible`] that says what could not be read, and where.
    fn load(&self, _folder: &Path) -> Result<Option<u32>, Incompatible> {
        Ok(None)
    }

    /// What a user should know about what was loaded, a line each.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }

    /// The weights of its links, if it has any and they are asked for.
    fn weights(&self) -> Option<Arc<LinkWeights>> {
        None
    }

    /// What the nodes are called, where that is not their numbers.
    fn names(&self) -> Option<Arc<NodeNames>> {
        None
    }

    /// What is known of the graph before it is drawn, in a line.
    fn about(&self) -> Option<String> {
        None
    }

    /// Where the nodes of the graph over `nodes` nodes lie in pictures, for settings that passed [`Topology::check`].
    fn layout(&self, _nodes: u32) -> Layout {
        Layout::Free
    }

    /// Where the distances and ways on the graph over `nodes` nodes come from, for settings that passed [`Topology::check`].
    ///
    /// # Errors
    /// A [`Incompatible`] that says where distances are known, if they are not here.
    fn metric(&self, nodes: u32) -> Result<Metric, Incompatible> {
        Metric::searched(nodes, self.ends(nodes), self.directed())
    }

    /// Draws the graph and does `work` on it; see [`Graph::accept`].
    ///
    /// # Errors
    /// See [`Topology::draw`].
    fn on_graph<W: OnGraph>(&self, nodes: u32, stream: &mut ChaCha8Rng, work: W) -> Result<W::Output, Incompatible>
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
    ) -> Result<W::Output, Incompatible>
    where
        Self: Sized,
    {
        let (own, common);
        // What follows from the settings is there at once.
        let graph = match shared.filter(|_| self.drawing() == Drawing::Once) {
            None => {
                own = self.draw(nodes, stream)?;
                &own
            }
            Some(shared) => {
                common = shared.get(|| self.draw(nodes, &mut stream.clone()))?;
                &*common
            }
        };
        Ok(graph.accept(work))
    }
}
