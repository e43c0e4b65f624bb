//! What a peer rule goes by must be there: regions, latencies between them, weights of all nodes.

use crate::catalog::Incompatible;
use crate::peers::Peers;
use crate::scenario::sections::Reader;
use crate::settings::gossip::PEERS;
use crate::settings::network::TOPOLOGY;
use crate::settings::{GossipSettings, NetworkSettings};
use crate::topology::{Directory, TopologySpec};
use crate::workload::WorkloadSpec;

/// The most shuffles of a node between two of its turns: with more of them runs would do nothing else.
const MOST_SHUFFLES: u64 = 100;

/// Where nodes are, and what they weigh.
pub(super) fn check(
    reader: &mut Reader<'_>,
    network: &NetworkSettings,
    gossip: &GossipSettings,
    workload: &WorkloadSpec,
) {
    let (peers, topology) = (&gossip.peers, &network.topology);
    if topology.check(network.nodes).is_err() {
        return;
    }
    if peers.by_latency() && network.latency.places().is_none() {
        let problem = "who is nearest goes by a latency between places, and network.latency knows no places";
        reader.refuse(PEERS.path, problem, "a network.latency of kind \"regions\" or \"coordinates\", or another rule");
    } else if peers.by_places() && network.regions.is_empty() && network.latency.places().is_none() {
        let problem = "the rule goes by regions, and nodes are in none";
        reader.refuse(
            PEERS.path,
            problem,
            "[[network.region]], a network.latency of kind \"regions\" or \"coordinates\", or another rule",
        );
    }
    if peers.by_degree() && topology.directed() {
        let problem = "on a directed graph a node may lead to nobody, and weigh nothing";
        reader.refuse(PEERS.path, problem, "a file of weights, an undirected graph, or another rule");
    }
    if let Some(rule) = peers.views() {
        if !matches!(topology, TopologySpec::Complete(_)) {
            let problem = "a view may come to name any node, and on this topology not everybody can talk to everybody";
            reader.refuse(TOPOLOGY.path, problem, "complete, or another gossip.peers than \"cyclon\"");
        }
        if rule.view() >= network.nodes {
            let problem = format!("{} nodes are too few for views of {} others", network.nodes, rule.view());
            let allowed = format!("a view of 1 to {}", network.nodes - 1);
            reader.incompatible(PEERS.path, &Incompatible::of("view", problem, allowed));
        }
        if rule.every(gossip.interval).is_some_and(|every| every.nanos() < gossip.interval.nanos() / MOST_SHUFFLES) {
            let problem = format!("views would change more than {MOST_SHUFFLES} times in a gossip.interval");
            let allowed = format!("a time that is no shorter than gossip.interval / {MOST_SHUFFLES}");
            reader.incompatible(PEERS.path, &Incompatible::of("every", problem, allowed));
        }
        if matches!(workload, WorkloadSpec::Detector(_)) {
            let problem = "a failure detector waits for the same nodes all the time, and views change";
            reader.refuse(PEERS.path, problem, "another rule, such as \"uniform\", or another workload");
        }
    }
    if peers.remembers() && gossip.fanout != 1 {
        let problem = "what a node remembers is one peer a turn, and here it contacts several";
        reader.refuse(PEERS.path, problem, "fanout = 1, or another rule, such as \"shuffled\"");
    }
    let directory = Directory::new(topology.names(), network.nodes);
    let complete = matches!(topology, TopologySpec::Complete(_));
    let (find, links) = (|name: &str| directory.of_text(name), topology.weights());
    if let Err(incompatible) = peers.check(network.nodes, complete, find, links.as_deref()) {
        reader.incompatible(PEERS.path, &incompatible);
    }
}

/// What is made ready before a run knows of nobody who joins later.
pub(super) fn check_joins(reader: &mut Reader<'_>, peers: &Peers) {
    let problem = if peers.by_distance() {
        "spatial choice is by the distances to all nodes, those that are yet to join included"
    } else if peers.views().is_some() {
        "who joins has no view, and is in none"
    } else if peers.by_network() {
        "the rule is made ready for the nodes that are there, and some are yet to join"
    } else {
        return;
    };
    reader.refuse(PEERS.path, problem, "another rule, such as \"uniform\", or no event that lets nodes join");
}
