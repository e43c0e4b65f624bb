//! The settings of a run: all that decides it but its seed and its replicate. A file a section, with its keys.

pub mod adversaries;
pub mod classes;
mod deadline;
pub mod faults;
pub mod gossip;
pub mod network;
pub(crate) mod point;
mod precision;
pub mod regions;
pub mod stop;
pub(crate) mod workload;

pub use deadline::Deadline;
pub use gossip::GossipSettings;
pub use network::NetworkSettings;
pub use point::Point;
pub use precision::{Precision, half_width};
pub use stop::{MAX_ROUNDS, Stop, Until};

pub use crate::workload::rumor::Origin;

use std::sync::Arc;

use serde::Serialize;

use crate::key::Key;
use crate::keys;
use crate::network::bandwidth_classes::BandwidthClasses;
use crate::network::regions::Regions;
use crate::network::{Shaping, Sizes};
use crate::random::Chance;
use crate::topology::{GraphClass, Metric};
use crate::workload::rumor::Rumor;
use crate::workload::{Common, UpdateDraws, WorkloadSpec};
use adversaries::Adversaries;
use faults::Faults;

keys! {
    DESCRIPTION = "description", Optional("\"\""), None,
        "what the scenario is about";
    SEED = "seed", Optional("1"), None,
        "decides everything random";
    REPLICATES = "replicates", Optional("100"), None,
        "runs of every configuration";
    DEADLINE = "deadline", Optional("\"none\""), None,
        "a time, or a time for a share of the live nodes: the share of runs that meet it is the column `within_deadline`, on \
         the terminal and in `[expect]`. It ends no run";
}

/// All keys of a scenario, those of the top first.
pub fn keys() -> impl Iterator<Item = &'static Key> {
    KEYS.iter()
        .chain(network::KEYS)
        .chain(gossip::KEYS)
        .chain(workload::keys())
        .chain(adversaries::KEYS)
        .chain(stop::KEYS)
}

/// The settings of one point, checked: past the reader nothing is wrong. Points share the sections in which they do
/// not differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// Who can talk to whom, and what happens on the way.
    pub network: Arc<NetworkSettings>,
    /// Who tells whom, and when.
    pub gossip: Arc<GossipSettings>,
    /// What is told.
    pub workload: Arc<WorkloadSpec>,
    /// Who does not do its part.
    #[serde(skip_serializing_if = "Adversaries::is_empty")]
    pub adversaries: Arc<Adversaries>,
    /// When a run is given up.
    pub stop: Arc<Stop>,
    /// What happens to nodes and paths from outside.
    #[serde(rename = "event", skip_serializing_if = "Faults::is_empty")]
    pub faults: Arc<Faults>,
}

impl Settings {
    /// What every workload goes by.
    pub fn common(&self) -> Common {
        workload::common(&self.network, &self.gossip)
    }

    /// The nodes that there ever are: those at the start, and those that join.
    pub fn all_nodes(&self) -> u32 {
        self.network.nodes + self.faults.joins()
    }

    /// Whether any message can arrive twice.
    pub fn duplicates(&self) -> bool {
        self.network.duplication.is_possible() || self.faults.impair(|impairment| impairment.duplication.is_possible())
    }

    /// Whether any message can arrive corrupted.
    pub fn corrupts(&self) -> bool {
        self.network.corruption.is_possible() || self.faults.impair(|impairment| impairment.corruption.is_possible())
    }

    /// How many nodes there are at the start that do their part.
    pub fn honest(&self) -> u32 {
        self.network.nodes.saturating_sub(self.adversaries.count(self.network.nodes))
    }

    /// Whether those that do not do their part may stand between others: not where everybody can contact everybody, or whom they
    /// know changes.
    pub fn may_be_parted(&self) -> bool {
        let complete = self.network.topology.class(self.network.nodes, None) == GraphClass::Complete;
        let peers = &self.gossip.peers;
        !(self.adversaries.is_empty() || complete || peers.by_distance() || peers.views().is_some())
    }

    /// Whether nothing happens to nodes and paths, all do their part, messages arrive once, and nodes keep no views of each
    /// other: the runs that all else is measured by.
    pub fn all_stay(&self) -> bool {
        self.faults.is_empty()
            && self.adversaries.is_empty()
            && !self.duplicates()
            && self.gossip.peers.views().is_none()
    }

    /// Where distances on the graph come from, if any are known on its topology.
    pub fn metric(&self) -> Option<Metric> {
        self.network.topology.metric(self.all_nodes()).ok()
    }

    /// Which nodes are where, if that is said, or the latency goes by places.
    pub fn regions(&self) -> Option<Regions> {
        // Settings that passed the check have every node in a region.
        regions::settled(&self.network.regions, self.network.latency.places(), self.network.nodes).ok().flatten()
    }

    /// Where the rumor starts; anywhere if there is none.
    pub fn origin(&self) -> Origin {
        self.workload.rumor().map_or(Origin::Random, Rumor::first_origin)
    }

    /// How many nodes have the rumor at the start.
    pub fn origins(&self) -> u32 {
        self.workload.rumor().map_or(1, Rumor::origin_count)
    }

    /// How large messages are on the wire in the run that `chance` names.
    pub fn sizes(&self, chance: &Chance) -> Sizes {
        self.network.sizes(self.update_size(chance))
    }

    /// How fast nodes send and receive, and in which packets, if anything limits it.
    /// Who is in which class of nodes is drawn for each run: here nobody is in any.
    pub fn shaping(&self, chance: &Chance) -> Option<Shaping> {
        self.network.is_shaped().then(|| Shaping {
            bandwidth: self.network.bandwidth,
            classes: BandwidthClasses::default(),
            sizes: self.sizes(chance),
            nodes: self.all_nodes(),
            regions: self.regions().map(Arc::new),
        })
    }

    /// How many bytes the update of the rumor has in the run that `chance` names; none if there is none.
    pub fn update_size(&self, chance: &Chance) -> u64 {
        let Some(size) = self.workload.rumor().map(|rumor| &rumor.update_size) else { return 0 };
        size.constant().unwrap_or_else(|| size.of(0, &UpdateDraws::new(chance)))
    }
}
