//! `[network]`: who can talk to whom, and what happens to messages on the way.

use serde::Serialize;

use crate::keys;
use crate::network::Sizes;
use crate::network::bandwidth::{Bandwidth, BytesOrNone};
use crate::network::latency::Latency;
use crate::network::loss::Loss;
use crate::network::transport::Transport;
use crate::settings::classes::Class;
use crate::settings::regions::Region;
use crate::topology::TopologySpec;
use crate::units::{Bytes, Probability};

keys! {
    NODES = "network.nodes", Required("a number of nodes, such as `nodes = 1024`"), None,
        "how many nodes there are";
    TOPOLOGY = "network.topology", Optional("\"complete\""), Some("topology"),
        "who can talk to whom";
    LATENCY = "network.latency", Optional("\"none\""), Some("latency"),
        "how long each message travels; a duration alone is short for `{ kind = \"constant\", value = … }`";
    LOSS = "network.loss", Optional("0"), Some("loss"),
        "which messages are lost; a rate alone, for each message on its own, is short for `{ kind = \"bernoulli\", rate = … }`";
    TRANSPORT = "network.transport", Optional("\"udp\""), Some("transport"),
        "`udp`: a message is lost or arrives; `tcp`: what does not get through is sent again, so that loss costs time";
    DUPLICATION = "network.duplication", Optional("0"), None,
        "with which probability a message that is not lost arrives twice, at times of their own, over UDP";
    CORRUPTION = "network.corruption", Optional("0"), None,
        "with which probability a message that is not lost arrives corrupted, and is discarded by its checksum";
    ORDERED = "network.ordered", Optional("false"), None,
        "whether no message overtakes another from the same node to the same node, as on one connection: it arrives no sooner \
         than those sent before it";
    HEADER_SIZE = "network.header_size", Optional("\"32B\""), Some("header size"),
        "what every message costs besides the update, for the column `bytes`; with `mtu`, every packet of it";
    BANDWIDTH = "network.bandwidth", Optional("{ egress = \"none\", ingress = \"none\", queue = \"none\", overflow = \"drop\" }"), Some("bandwidth"),
        "how fast every node sends (`egress`) and receives (`ingress`), and how much may wait for it, see \
         [bandwidth](scenario.md#bandwidth); as fast as it likes if nothing is written";
    MTU = "network.mtu", Optional("\"none\""), Some("MTU"),
        "the most that one packet may have, header included: a larger message takes several, each with a header, and each \
         lost on its own";
    LINKS = "network.links", Optional("false"), Some("links recorded"),
        "whether the traffic on every link is recorded, see [results](results.md#links); on line, ring (`neighbors = 1`), \
         grid and torus, and on other undirected graphs of up to 10 000 nodes, with `fixed = true` if they are random";
}

/// `[network]`
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NetworkSettings {
    /// Number of nodes.
    pub nodes: u32,
    /// Who can talk to whom.
    pub topology: TopologySpec,
    /// Where nodes are, if that is said.
    #[serde(rename = "region", skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<Region>,
    /// How long a message travels.
    pub latency: Latency,
    /// Which messages the network drops.
    pub loss: Loss,
    /// How messages are carried that do not say it themselves.
    #[serde(skip_serializing_if = "Transport::is_default")]
    pub transport: Transport,
    /// With which probability a message that is not lost arrives twice, over UDP.
    #[serde(skip_serializing_if = "is_zero")]
    pub duplication: Probability,
    /// With which probability a message that is not lost arrives corrupted.
    #[serde(skip_serializing_if = "is_zero")]
    pub corruption: Probability,
    /// Whether no message overtakes another of the same directed pair.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ordered: bool,
    /// What every message costs besides the update.
    pub header_size: Bytes,
    /// How fast nodes send and receive.
    #[serde(skip_serializing_if = "Bandwidth::is_default")]
    pub bandwidth: Bandwidth,
    /// Nodes with a bandwidth of their own.
    #[serde(rename = "class", skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Class>,
    /// The most that a packet may have.
    #[serde(skip_serializing_if = "BytesOrNone::is_none")]
    pub mtu: BytesOrNone,
    /// Whether the traffic on every link is recorded.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub links: bool,
}

impl NetworkSettings {
    /// What the regions are called that nodes are in; none where they are in none.
    pub fn region_names(&self) -> Vec<String> {
        match &*self.regions {
            [] => self.latency.places().unwrap_or_default(),
            regions => regions.iter().map(|region| region.name.clone()).collect(),
        }
    }

    /// Whether nodes have only so much bandwidth, or packets only so much room.
    pub fn is_shaped(&self) -> bool {
        self.limits_bandwidth() || !self.mtu.is_none()
    }

    /// Whether any node has only so much bandwidth.
    pub fn limits_bandwidth(&self) -> bool {
        let of_class = |class: &Class| !class.bandwidth(&self.bandwidth).is_unlimited();
        !self.bandwidth.is_unlimited() || self.classes.iter().any(of_class)
    }

    /// How large messages are on the wire, where an update has so many bytes.
    pub fn sizes(&self, update: u64) -> Sizes {
        Sizes { header: self.header_size.count(), update, mtu: self.mtu.0.map(Bytes::count) }
    }

    /// Whether what is sent may be sent again, which takes time.
    pub fn retransmits(&self) -> bool {
        self.transport == Transport::Tcp && self.failing() > 0.0
    }

    /// The mean share of messages that do not get through when they are sent: those that are lost or corrupted.
    pub fn failing(&self) -> f64 {
        let (loss, corruption) = (self.loss.mean(), self.corruption.value());
        loss + (1.0 - loss) * corruption
    }
}

/// Whether it never comes true.
pub(super) fn is_zero(rate: &Probability) -> bool {
    !rate.is_possible()
}
