//! What peer rules are told of a run: its graph, what nodes are called, and where they are.

use std::sync::Arc;

use crate::link_weights::LinkWeights;
use crate::network::latency::Latency;
use crate::network::regions::Regions;
use crate::peers::{NetworkView, Peers};
use crate::settings::Settings;
use crate::topology::{Directory, Graph, TopologySpec};
use crate::units::NodeId;

/// The peer rule of `settings` on the `graph` of a run.
pub(super) fn peers_of(settings: &Settings, graph: &dyn Graph) -> Peers {
    let (network, peers) = (&settings.network, &settings.gossip.peers);
    if !peers.by_network() {
        return peers.among_neighbors();
    }
    let regions = settings.regions().unwrap_or_else(Regions::everywhere);
    let directory = Directory::new(network.topology.names(), network.nodes);
    peers.on_network(&RunNetwork {
        graph,
        is_complete: matches!(network.topology, TopologySpec::Complete(_)),
        directory,
        regions,
        latency: &network.latency,
        weights: network.topology.weights(),
    })
}

/// The graph of a run, and where its nodes are.
struct RunNetwork<'a> {
    graph: &'a dyn Graph,
    is_complete: bool,
    directory: Directory,
    regions: Regions,
    latency: &'a Latency,
    weights: Option<Arc<LinkWeights>>,
}

impl NetworkView for RunNetwork<'_> {
    fn nodes(&self) -> u32 {
        self.graph.nodes()
    }

    fn is_complete(&self) -> bool {
        self.is_complete
    }

    fn degree(&self, node: NodeId) -> u32 {
        self.graph.degree(node)
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        self.graph.neighbor(node, index)
    }

    fn weight(&self, from: NodeId, to: NodeId) -> Option<f64> {
        self.weights.as_ref()?.of(from, to)
    }

    fn find(&self, name: &str) -> Option<NodeId> {
        self.directory.of_text(name)
    }

    fn region(&self, node: NodeId) -> usize {
        self.regions.of(node)
    }

    fn sizes(&self) -> &[u32] {
        self.regions.sizes()
    }

    fn round_trip(&self, one: usize, other: usize) -> f64 {
        let mean = |from, to| self.latency.mean_between(from, to).unwrap_or(0.0);
        mean(one, other) + mean(other, one)
    }
}
