//! Reading the parts of one point: the settings of each section, a file a section.

mod adversaries;
mod as_toml;
mod classes;
mod events;
mod form;
mod free;
mod gossip;
mod mongering;
mod network;
mod node_list;
mod one;
mod peers;
mod regions;
mod schema;
mod selection;
mod stop;
mod workload;

pub use classes::CLASS_KEYS;
pub use events::EVENT_KEYS;
pub use free::FREE_KEYS;
pub use network::SHORT_FORMS;
pub use regions::REGION_KEYS;
pub use schema::{KeyForm, ModelSetting, forms_of, schema, schema_text};
pub(super) use schema::{known, takes_short_form};

use std::sync::Arc;

use super::sections::Reader;
use super::written::{Changed, Section};
use super::{deadline, replicates};
use crate::catalog::Incompatible;
use crate::network::Transport;
use crate::network::latency::Latency;
use crate::settings::adversaries::Adversaries;
use crate::settings::faults::Faults;
use crate::settings::gossip::{CONNECTION_LIMIT, INTERVAL, PEERS};
use crate::settings::network::{LINKS, MTU};
use crate::settings::stop::MAX_ROUNDS_KEY;
use crate::settings::{DESCRIPTION, Deadline, GossipSettings, NetworkSettings, Precision, SEED, Settings, Stop};
use crate::time::Span;
use crate::topology::{Drawing, NodeNames};
use crate::units::Bytes;
use crate::workload::WorkloadSpec;

/// What the first point says of the whole scenario.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Heading {
    pub(super) description: String,
    pub(super) seed: u64,
    pub(super) replicates: u64,
    pub(super) precision: Option<Precision>,
    pub(super) deadline: Option<Deadline>,
}

/// A point as read; a section is `None` if something in it that has no default is missing or wrong.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub(super) seed: u64,
    network: Option<Arc<NetworkSettings>>,
    gossip: Option<Arc<GossipSettings>>,
    workload: Option<Arc<WorkloadSpec>>,
    adversaries: Option<Arc<Adversaries>>,
    stop: Option<Arc<Stop>>,
    faults: Option<Arc<Faults>>,
}

impl Parts {
    /// The settings, if nothing is missing.
    pub(super) fn settings(&self) -> Option<Settings> {
        let Parts { network, gossip, workload, adversaries, stop, faults, .. } = self.clone();
        let (network, gossip, workload) = (network?, gossip?, workload?);
        Some(Settings { network, gossip, workload, adversaries: adversaries?, stop: stop?, faults: faults? })
    }

    /// The sections that are looked at point by point, if nothing is missing.
    pub(super) fn sections(&self) -> Option<Sections<'_>> {
        let Parts { network, gossip, workload, adversaries, stop, faults, .. } = self;
        let (network, gossip, workload) = (network.as_deref()?, gossip.as_deref()?, workload.as_deref()?);
        let adversaries = adversaries.as_deref()?;
        Some(Sections { network, gossip, workload, adversaries, stop: stop.as_deref()?, faults: faults.as_deref()? })
    }
}

/// A point that is looked at and not kept.
#[derive(Clone, Copy)]
pub(super) struct Sections<'a> {
    pub(super) network: &'a NetworkSettings,
    pub(super) gossip: &'a GossipSettings,
    pub(super) workload: &'a WorkloadSpec,
    pub(super) adversaries: &'a Adversaries,
    pub(super) stop: &'a Stop,
    pub(super) faults: &'a Faults,
}

/// Puts `new` in the place of `old`, and into its memory if nobody else looks at it.
fn renew<T>(old: &mut Option<Arc<T>>, new: Option<T>) {
    match (old.as_mut().and_then(Arc::get_mut), new) {
        (Some(place), Some(new)) => *place = new,
        (_, new) => *old = new.map(Arc::new),
    }
}

pub(super) fn read_heading(reader: &mut Reader<'_>) -> Heading {
    let description = reader.read(&DESCRIPTION).unwrap_or_default();
    let seed = read_seed(reader);
    let (replicates, precision) = replicates::read(reader);
    let deadline = deadline::read(reader);
    Heading { description, seed, replicates, precision, deadline }
}

fn read_seed(reader: &mut Reader<'_>) -> u64 {
    reader.whole(&SEED, 0..=u64::MAX, "")
}

/// Reads a point into `parts`, which hold the one before it: what has not `changed`, and does not go by what has, is
/// the same. Mistakes go to the reader.
pub(super) fn read(reader: &mut Reader<'_>, changed: Changed, parts: &mut Parts) {
    if changed.has(Section::Top) {
        parts.seed = read_seed(reader);
    }
    let before = parts.network.as_deref().map(Premises::of);
    if changed.has(Section::Network) {
        renew(&mut parts.network, network::read(reader));
    }
    let network = parts.network.as_deref();
    reader.set_nodes(network.map(|network| network.nodes));
    // A mistake is said of every network that it is one in.
    let premises = before != network.map(Premises::of) || reader.found_mistakes();
    let exceeded =
        |number: Option<u32>| number.is_none_or(|number| network.is_none_or(|network| number >= network.nodes));
    let fanout = parts.gossip.as_deref().map(|gossip| gossip.fanout);
    // Which of its keys must be written goes by the workload.
    let with_gossip = premises || changed.has(Section::Gossip) || changed.has(Section::Workload) || exceeded(fanout);
    if with_gossip {
        renew(&mut parts.gossip, gossip::read(reader, network));
    }
    let gossip = parts.gossip.as_deref();
    let names_nodes = parts.workload.as_deref().is_none_or(WorkloadSpec::names_nodes);
    let with_workload = premises || changed.has(Section::Workload) || names_nodes && changed.has(Section::Network);
    if with_workload {
        renew(&mut parts.workload, workload::read(reader, network));
    }
    if let Some(workload) = parts.workload.as_deref()
        && (with_workload || with_gossip)
    {
        workload::check_uses(reader, workload.name(), workload.uses());
        if let Some((network, gossip)) = network.zip(gossip) {
            workload::check(reader, workload, network, gossip);
        }
    }
    if let Some((network, workload)) = network.zip(parts.workload.as_deref())
        && (with_workload || changed.has(Section::Network))
    {
        check_packets(reader, network, workload);
    }
    let with_adversaries = changed.has(Section::Adversaries);
    if with_adversaries {
        renew(&mut parts.adversaries, adversaries::read(reader));
    }
    if let (Some(network), Some(gossip), Some(workload), Some(adversaries)) =
        (network, gossip, parts.workload.as_deref(), parts.adversaries.as_deref())
        && (with_adversaries || with_gossip || with_workload || changed.has(Section::Network))
    {
        adversaries::check(reader, adversaries, (network, gossip, workload));
    }
    let with_stop = with_gossip || changed.has(Section::Stop);
    if with_stop {
        renew(&mut parts.stop, stop::read(reader, gossip));
    }
    let any = parts.faults.as_deref().is_none_or(|faults| !faults.is_empty());
    if changed.has(Section::Event) || any && (with_gossip || changed.has(Section::Network)) {
        let interval = gossip.map(|gossip| gossip.interval);
        renew(&mut parts.faults, events::read(reader, network, interval));
    }
    if let Some((network, gossip)) = network.zip(gossip)
        && (with_gossip || changed.has(Section::Network))
    {
        check_distances(reader, network, gossip);
        if let Some(workload) = parts.workload.as_deref() {
            peers::check(reader, network, gossip, workload);
        }
    }
    if let Some((faults, gossip)) = parts.faults.as_deref().zip(gossip)
        && (with_gossip || changed.has(Section::Event))
        && faults.joins() > 0
    {
        peers::check_joins(reader, &gossip.peers);
    }
    if let Some((faults, gossip)) = parts.faults.as_deref().zip(gossip)
        && (with_gossip || changed.has(Section::Event))
        && faults.blocks()
        && gossip.connection_limit.is_some()
    {
        let problem = "a limit counts the calls of a round, and calls to a node that is blocked wait for a later one";
        reader.refuse(CONNECTION_LIMIT.path, problem, "\"none\", or no event that blocks nodes");
    }
    if let Some((faults, gossip)) = parts.faults.as_deref().zip(gossip)
        && (with_gossip || changed.has(Section::Event))
        && faults.impair(|impairment| impairment.duplication.is_possible())
        && gossip.connection_limit.is_some()
    {
        let problem = "a limit counts the calls of a round, and a copy that the network makes of a call is none";
        reader.refuse(CONNECTION_LIMIT.path, problem, "\"none\", or no event that duplicates messages");
    }
    if let Some((gossip, stop)) = gossip.zip(parts.stop.as_deref())
        && with_stop
    {
        check_time(reader, gossip.interval, stop.max_rounds);
    }
}

/// What the other sections are read by of that of the network, besides how many nodes there are.
#[derive(PartialEq, Eq)]
struct Premises {
    names: Option<*const NodeNames>,
    at_once: bool,
    transport: Transport,
    duplicates: bool,
    shaped: bool,
}

impl Premises {
    fn of(network: &NetworkSettings) -> Self {
        Premises {
            names: network.topology.names().map(|names| Arc::as_ptr(&names)),
            at_once: matches!(network.latency, Latency::None(_)),
            transport: network.transport,
            duplicates: network.duplication.is_possible(),
            shaped: network.is_shaped(),
        }
    }
}

/// What goes by distance needs a topology on which distances are known.
fn check_distances(reader: &mut Reader<'_>, network: &NetworkSettings, gossip: &GossipSettings) {
    if !(gossip.peers.by_distance() || network.links) || network.topology.check(network.nodes).is_err() {
        return;
    }
    if network.links && network.topology.drawing() == Drawing::PerReplicate {
        let problem = "the graph has other links in every replicate, so traffic by link has no mean over them";
        reader.refuse(LINKS.path, problem, "`fixed = true` in the topology, or `links = false`".to_owned());
    }
    let Err(Incompatible { problem, allowed, .. }) = network.topology.metric(network.nodes) else { return };
    if gossip.peers.by_distance() {
        let allowed = format!("spatial choice on {allowed}; elsewhere another rule, such as \"uniform\"");
        reader.refuse(PEERS.path, &problem, allowed);
    }
    if network.links {
        reader.refuse(LINKS.path, &problem, format!("traffic by link on {allowed}; elsewhere `links = false`"));
    }
}

/// So many packets may an update take: each is lost and delayed by draws of its own.
const MOST_PACKETS: u64 = 1 << 20;

/// What is sent packet by packet must come to an end.
fn check_packets(reader: &mut Reader<'_>, network: &NetworkSettings, workload: &WorkloadSpec) {
    let most = workload.rumor().map_or(0, |rumor| rumor.update_size.most());
    let alike = workload.rumor().is_none_or(|rumor| rumor.update_size.constant().is_some());
    let packets = network.sizes(most).on_wire(most).packets;
    if packets > MOST_PACKETS {
        let problem = format!("an update of {} takes {packets} packets", Bytes::new(most));
        let smaller = if alike { "" } else { "; or a law of sizes with a smaller `max`" };
        let allowed = format!("\"none\", or one with which it takes at most {MOST_PACKETS}{smaller}");
        reader.refuse(MTU.path, problem, allowed);
    }
}

/// All rounds must fit into virtual time, which ends after 2^64 ns.
fn check_time(reader: &mut Reader<'_>, interval: Span, max_rounds: u64) {
    if interval.nanos().checked_mul(max_rounds).is_none() {
        let is_written = reader.look(&MAX_ROUNDS_KEY, |value| value.is_some());
        let key = if is_written { MAX_ROUNDS_KEY.path } else { INTERVAL.path };
        let problem = format!("{max_rounds} rounds of {interval} last longer than virtual time");
        reader.refuse(key, problem, "gossip.interval × stop.max_rounds below 2^64 ns, about 584 years");
    }
}

#[cfg(test)]
mod tests;
