//! A graph that is drawn once and used by many runs, on whichever threads they are.

use std::any::Any;
use std::sync::{Arc, OnceLock};

use super::components;
use super::graph::Graph;
use crate::catalog::Incompatible;
use crate::distance::DistanceIndex;

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
    pub(super) fn of_random(fixed: bool) -> Self {
        if fixed { Drawing::Once } else { Drawing::PerReplicate }
    }
}

/// The place of a graph that runs share: whoever comes first draws it, and all others wait for that. It is gone with
/// the last of its places.
#[derive(Clone, Debug, Default)]
pub struct SharedGraph(Arc<Place>);

#[derive(Debug, Default)]
struct Place {
    drawn: OnceLock<Drawn>,
    /// The distances on it, once somebody has searched for them.
    space: OnceLock<Arc<dyn DistanceIndex>>,
    /// What else goes with it, once somebody has made that.
    beside: OnceLock<Arc<dyn Any + Send + Sync>>,
}

type Drawn = Result<Arc<dyn Any + Send + Sync>, Incompatible>;

impl SharedGraph {
    /// A place for graphs that are drawn so; `None` unless one graph serves all replicates.
    pub fn of(drawing: Drawing) -> Option<Self> {
        (drawing != Drawing::PerReplicate).then(Self::default)
    }

    /// The distances on the graph that is there, as far as they were searched for.
    pub fn space(&self) -> Option<Arc<dyn DistanceIndex>> {
        self.0.space.get().cloned()
    }

    /// Keeps the distances on the graph that is there.
    pub fn keep_space(&self, space: &Arc<dyn DistanceIndex>) {
        self.0.space.get_or_init(|| Arc::clone(space));
    }

    /// What goes with the graph that is there, or what is made now; all that ask for it ask for one thing.
    pub fn beside<T: Any + Send + Sync>(&self, make: impl Fn() -> T) -> Arc<T> {
        let kept = self.0.beside.get_or_init(|| Arc::new(make()));
        // It is of another kind, for whoever asks for two things.
        Arc::clone(kept).downcast().unwrap_or_else(|_| Arc::new(make()))
    }

    /// The graph that is there, or that `draw` gives.
    ///
    /// # Errors
    /// What `draw` says.
    pub(super) fn get<G: Graph + 'static>(
        &self,
        draw: impl Fn() -> Result<G, Incompatible>,
    ) -> Result<Arc<G>, Incompatible> {
        let drawn = self.0.drawn.get_or_init(|| Ok(Arc::new(explored(draw()?))));
        match Arc::clone(drawn.as_ref().map_err(Incompatible::clone)?).downcast() {
            Ok(graph) => Ok(graph),
            // It is of another kind, for whoever put two topologies into one place.
            Err(_) => Ok(Arc::new(draw()?)),
        }
    }
}

/// The graph, which knows whether it is in one piece: otherwise every run would find out again.
fn explored<G: Graph>(mut graph: G) -> G {
    if !graph.connected() && !graph.directed() && components::sizes_and_reach(&graph, &[]).0.len() == 1 {
        graph.mark_connected();
    }
    graph
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::super::complete::Complete;
    use super::super::ring::Ring;
    use super::super::{OnGraph, Topology, TopologySpec};
    use super::*;
    use crate::random::{Chance, Purpose};
    use crate::units::NodeId;

    /// The neighbours of every node, and whether the graph is known to be in one piece.
    struct Look;

    impl OnGraph for Look {
        type Output = (Vec<Vec<NodeId>>, bool);

        fn with<G: Graph>(self, graph: &G) -> Self::Output {
            let of = |node| (0..graph.degree(node)).map(|index| graph.neighbor(node, index)).collect();
            ((0..graph.nodes()).map(|node| of(NodeId::new(node))).collect(), graph.connected())
        }
    }

    fn spec(json: &str) -> TopologySpec {
        serde_json::from_str(json).unwrap()
    }

    fn look(spec: &TopologySpec, shared: Option<&SharedGraph>) -> (Vec<Vec<NodeId>>, bool) {
        let chance = Chance { seed: 1, nodes: 32, replicate: 0 };
        spec.on_shared_graph(32, &mut chance.stream(Purpose::Topology), shared, Look).unwrap()
    }

    #[test]
    fn a_graph_that_is_shared_is_the_one_that_would_be_drawn_and_knows_its_pieces() {
        let dense = spec(r#"{ "erdos-renyi": { "mean_degree": 12.0, "fixed": true } }"#);
        let sparse = spec(r#"{ "erdos-renyi": { "mean_degree": 0.5, "fixed": true } }"#);
        for (spec, connected) in [(dense, true), (sparse, false)] {
            let shared = SharedGraph::of(spec.drawing()).unwrap();
            let (own, known) = look(&spec, None);
            assert!(!known);
            for _ in 0..3 {
                assert_eq!(look(&spec, Some(&shared)), (own.clone(), connected));
            }
        }
    }

    #[test]
    fn it_is_drawn_once_and_another_kind_gets_its_own() {
        let (shared, draws) = (SharedGraph::default(), Cell::new(0));
        let mut stream = Chance { seed: 1, nodes: 8, replicate: 0 }.stream(Purpose::Topology);
        let ring = serde_json::from_str::<Ring>("{}").unwrap().build(8, &mut stream);
        let draw = || {
            draws.set(draws.get() + 1);
            Ok(ring.clone())
        };
        let first = shared.get(draw).unwrap();
        assert!(Arc::ptr_eq(&first, &shared.clone().get(draw).unwrap()) && draws.get() == 1);
        let complete = serde_json::from_str::<Complete>("{}").unwrap();
        assert_eq!(shared.get(|| Ok(complete.build(8, &mut stream.clone()))).unwrap().degree(NodeId::default()), 7);
        assert!(SharedGraph::of(Drawing::PerReplicate).is_none() && SharedGraph::of(Drawing::None).is_some());
    }

    #[test]
    fn a_graph_that_cannot_be_drawn_is_refused_to_everybody() {
        let shared = SharedGraph::default();
        let refuse = || Err::<<Ring as Topology>::Graph, _>(Incompatible::whole("none is connected", "a denser one"));
        assert!(shared.get(refuse).is_err() && shared.get(refuse).is_err());
    }
}
