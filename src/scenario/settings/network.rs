//! `[network]`: who can talk to whom, and what happens to messages on the way.

use serde::Serialize;

use crate::keys;
use crate::network::latency::Latency;
use crate::network::loss::{Bernoulli, Loss};
use crate::scenario::document::Value;
use crate::scenario::sections::{Reader, Unusable};
use crate::topology::TopologySpec;
use crate::units::{Bytes, MAX_NODES};

keys! {
    NODES = "network.nodes", Required("a number of nodes, such as `nodes = 1024`"), None,
        "how many nodes there are";
    TOPOLOGY = "network.topology", Optional("\"complete\""), Some("topology"),
        "who can talk to whom";
    LATENCY = "network.latency", Optional("\"none\""), Some("latency"),
        "how long each message travels";
    LOSS = "network.loss", Optional("0"), Some("loss"),
        "each message is lost on its own with this probability; short for `{ kind = \"bernoulli\", rate = … }`";
    HEADER_SIZE = "network.header_size", Optional("\"32B\""), Some("header size"),
        "what every message costs besides the update, for the column `bytes`";
    LINKS = "network.links", Optional("false"), Some("links recorded"),
        "whether the traffic on every link is recorded, see [results](results.md#links); on line, ring (`neighbors = 1`), \
         grid, torus and a `file` of up to 10 000 nodes";
}

/// `[network]`
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NetworkSettings {
    /// Number of nodes.
    pub nodes: u32,
    /// Who can talk to whom.
    pub topology: TopologySpec,
    /// How long a message travels.
    pub latency: Latency,
    /// Which messages the network drops.
    pub loss: Loss,
    /// What every message costs besides the update.
    pub header_size: Bytes,
    /// Whether the traffic on every link is recorded.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub links: bool,
}

pub(super) fn read(reader: &mut Reader<'_>) -> Option<NetworkSettings> {
    let (topology, nodes) = match reader.topology() {
        Ok((topology, settled)) => (Some(topology), read_nodes(reader, settled)),
        Err(Unusable::Written) => (None, read_nodes(reader, None)),
        Err(Unusable::File) => {
            // It would have settled the number.
            reader.set_aside(&NODES);
            (None, None)
        }
    };
    if let (Some(topology), Some(nodes)) = (&topology, nodes)
        && let Err(misfit) = topology.check(nodes)
    {
        reader.misfit(TOPOLOGY.path, &misfit);
    }
    let latency = reader.model(&LATENCY);
    let loss = read_loss(reader);
    let header_size = reader.read(&HEADER_SIZE);
    let links = reader.read(&LINKS);
    Some(NetworkSettings {
        nodes: nodes?,
        topology: topology?,
        latency: latency?,
        loss: loss?,
        header_size: header_size?,
        links: links?,
    })
}

/// The number of nodes, which a topology read from a file settles.
fn read_nodes(reader: &mut Reader<'_>, settled: Option<u32>) -> Option<u32> {
    let range = 2..=u64::from(MAX_NODES);
    let Some(settled) = settled else {
        let nodes = reader.required_whole(&NODES, range, "");
        return nodes.and_then(|nodes| u32::try_from(nodes).ok());
    };
    if reader.whole_or(&NODES, range.clone(), "", settled.into()) != u64::from(settled) {
        reader.refuse(
            NODES.path,
            format!("the topology has {settled} nodes, not this many"),
            format!("{settled}, or no number"),
        );
    }
    if !range.contains(&settled.into()) {
        reader.refuse(TOPOLOGY.path, format!("the topology has {settled} nodes"), format!("2 to {MAX_NODES} nodes"));
        return None;
    }
    Some(settled)
}

/// A bare number is independent loss at that rate.
fn read_loss(reader: &mut Reader<'_>) -> Option<Loss> {
    if reader.look(&LOSS, |value| matches!(value, None | Some(Value::Integer(_) | Value::Float(_)))) {
        return reader.read(&LOSS).map(|rate| Loss::Bernoulli(Bernoulli { rate }));
    }
    reader.model(&LOSS)
}
