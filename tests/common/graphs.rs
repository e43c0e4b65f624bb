//! Topologies as the suites try them: from a name and settings, and as lists of neighbours.

use std::path::Path;

use gossipsim::random::{Chance, Purpose};
use gossipsim::topology::{Distances, Graph, Metric, OnGraph, TopologySpec};
use gossipsim::units::NodeId;
use serde_json::{Value, json};

/// The topology with these settings, whose file, if any, is in `folder`.
pub(crate) fn spec(name: &str, settings: &Value, folder: &Path) -> TopologySpec {
    let spec: TopologySpec = serde_json::from_value(json!({ name: settings })).unwrap();
    spec.load(folder).unwrap();
    spec
}

/// Everybody's neighbours on the graph drawn by `seed`.
pub(crate) fn lists(spec: &TopologySpec, nodes: u32, seed: u64) -> Vec<Vec<u32>> {
    struct Lists;
    impl OnGraph for Lists {
        type Output = Vec<Vec<u32>>;
        fn with<G: Graph>(self, graph: &G) -> Vec<Vec<u32>> {
            let list = |node| (0..graph.degree(node)).map(|index| graph.neighbor(node, index).number()).collect();
            (0..graph.nodes()).map(|node| list(NodeId::new(node))).collect()
        }
    }
    drawn(spec, nodes, seed, Lists)
}

/// The distances and ways on the graph drawn by `seed`.
pub(crate) fn distances(spec: &TopologySpec, nodes: u32, seed: u64) -> Box<dyn Distances> {
    struct Search(Metric);
    impl OnGraph for Search {
        type Output = Box<dyn Distances>;
        fn with<G: Graph>(self, graph: &G) -> Box<dyn Distances> {
            self.0.on(graph.erased())
        }
    }
    drawn(spec, nodes, seed, Search(spec.metric(nodes).unwrap()))
}

fn drawn<W: OnGraph>(spec: &TopologySpec, nodes: u32, seed: u64, work: W) -> W::Output {
    spec.on_graph(nodes, &mut Chance { seed, nodes, replicate: 0 }.stream(Purpose::Topology), work).unwrap()
}
