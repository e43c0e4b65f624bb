//! `[workload]`: its kind, and what every kind goes by.

use super::gossip::GossipSettings;
use super::network::NetworkSettings;
use crate::key::Key;
use crate::keys;
use crate::topology::GraphClass;
use crate::workload::{Common, WorkloadSpec};

keys! {
    KIND = "workload.kind", Optional("\"rumor\""), Some("workload"),
        "what nodes tell each other: `rumor` (one update, injected just before time 0), `average` (a mean, a sum or a number of nodes), `counter` (a sum that all nodes count up), `store` (keys that clients write at any node), `membership` (who there is), `detector` (who is up, by heartbeats), `swim` (who has failed, by the paper), `memberlist` (the same as it is built), `mesh` (messages that are broadcast, by gossipsub) or `announce` (the same by bodies and announcements)";
}

/// All keys of `[workload]`: the kind, and those of every kind.
pub(crate) fn keys() -> impl Iterator<Item = &'static Key> {
    KEYS.iter().chain(WorkloadSpec::KEYS.iter().flat_map(|(_, keys)| *keys))
}

/// What every workload goes by.
pub(crate) fn common(network: &NetworkSettings, gossip: &GossipSettings) -> Common {
    let GossipSettings { strategy, fanout, interval, phase, .. } = *gossip;
    let complete = network.topology.class(network.nodes, None) == GraphClass::Complete;
    Common { nodes: network.nodes, strategy, fanout, interval, phase, back_off: gossip.back_off(), complete }
}
