//! The settings of one point: all that decides a run but its seed and its replicate. Every default stands here.

mod events;
pub mod faults;
pub mod nodes;

use std::fmt::{self, Write as _};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::document::{Value, quoted};
use super::mongering;
use super::replicates::{self, Precision};
use super::sections::{Reader, Unusable};
use super::written::{Changed, Section};
use crate::catalog::Misfit;
use crate::clock::Phase;
use crate::network::latency::Latency;
use crate::network::loss::{Bernoulli, Loss};
use crate::peers::Peers;
use crate::protocol::{Exchange, Spread, Strategy};
use crate::time::{SPAN_FORM, Span};
use crate::topology::{NodeNames, TopologySpec};
use crate::units::{Bytes, MAX_NODES, NodeId, Probability};
use faults::Faults;
use nodes::{Directory, NamedNode, WrittenNode};

/// The most rounds a run may be given: every run keeps a line of its curve for each.
pub const MAX_ROUNDS: u64 = 1_000_000;

/// The strategy's key.
pub(super) const STRATEGY: &str = "gossip.strategy";

/// The settings of one point, checked: past the reader nothing is wrong. Points share the sections in which they do
/// not differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// Who can talk to whom, and what happens on the way.
    pub network: Arc<NetworkSettings>,
    /// Who tells whom, and when.
    pub gossip: Arc<GossipSettings>,
    /// What is told.
    pub workload: Arc<Workload>,
    /// When a run is given up.
    pub stop: Arc<Stop>,
    /// What happens to nodes and paths from outside.
    #[serde(rename = "event", skip_serializing_if = "Faults::is_empty")]
    pub faults: Arc<Faults>,
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

/// `[gossip]`
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GossipSettings {
    /// Who tells whom.
    pub strategy: Strategy,
    /// How a push-pull exchange opens; without meaning for the other strategies.
    pub exchange: Exchange,
    /// Peers contacted per tick.
    pub fanout: u32,
    /// The time between two ticks of a node.
    pub interval: Span,
    /// How the ticks of different nodes lie to each other.
    pub phase: Phase,
    /// Whom a node contacts.
    pub peers: Peers,
    /// When a node stops spreading.
    pub spread: Spread,
    /// Incoming calls that a node takes in a round, if not all.
    pub connection_limit: Option<u32>,
    /// Further peers that a refused call is tried at.
    pub hunt: u32,
    /// Behind rumor mongering: the time between two exchanges of versions of a node with any other, a multiple of the
    /// interval, if there are any.
    pub anti_entropy: Option<Span>,
}

/// `[workload]`
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Workload {
    /// What kind of news it is.
    pub kind: WorkloadKind,
    /// Where it starts.
    #[serde(skip)]
    pub origin: Origin,
    /// The same as it is written: by a name, where nodes have some.
    #[serde(rename = "origin")]
    pub written_origin: WrittenOrigin,
    /// How large the update is.
    pub update_size: Bytes,
}

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkloadKind {
    /// One update, injected at time 0.
    Rumor,
}

/// Where an update starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// At a node drawn for each replicate.
    Random,
    /// At this node.
    Node(NodeId),
}

/// Where an update starts, as a scenario writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrittenOrigin {
    /// At a node drawn for each replicate.
    Random,
    /// At this node.
    Node(WrittenNode),
}

/// `[stop]`
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stop {
    /// A run is given up after this round.
    pub max_rounds: u64,
    /// A run is given up at this time, if there is one.
    pub max_time: Option<Span>,
    /// When it is done, if it is not given up before.
    pub until: Until,
}

/// When a run is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Until {
    /// Once all nodes have the update that it can reach, or nothing can change any more.
    Informed,
    /// Once nothing can change or be sent for the update any more, also where everybody has it.
    Quiet,
}

/// What the first point says of the whole scenario.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Heading {
    pub(super) description: String,
    pub(super) seed: u64,
    pub(super) replicates: u64,
    pub(super) precision: Option<Precision>,
}

/// A point as read; a section is `None` if something in it that has no default is missing or wrong.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts {
    pub(super) seed: u64,
    network: Option<Arc<NetworkSettings>>,
    gossip: Option<Arc<GossipSettings>>,
    workload: Option<Arc<Workload>>,
    stop: Option<Arc<Stop>>,
    faults: Option<Arc<Faults>>,
}

impl Parts {
    /// The settings, if nothing is missing.
    pub(super) fn settings(&self) -> Option<Settings> {
        let Parts { network, gossip, workload, stop, faults, .. } = self.clone();
        Some(Settings { network: network?, gossip: gossip?, workload: workload?, stop: stop?, faults: faults? })
    }

    /// The sections that are looked at point by point, if nothing is missing.
    pub(super) fn sections(&self) -> Option<Sections<'_>> {
        let Parts { network, gossip, workload: Some(_), stop, faults, .. } = self else { return None };
        let (network, gossip) = (network.as_deref()?, gossip.as_deref()?);
        Some(Sections { network, gossip, stop: stop.as_deref()?, faults: faults.as_deref()? })
    }
}

/// A point that is looked at and not kept.
#[derive(Clone, Copy)]
pub(super) struct Sections<'a> {
    pub(super) network: &'a NetworkSettings,
    pub(super) gossip: &'a GossipSettings,
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
    let description = reader.read("description", String::new());
    let seed = read_seed(reader);
    let (replicates, precision) = replicates::read(reader);
    Heading { description, seed, replicates, precision }
}

fn read_seed(reader: &mut Reader<'_>) -> u64 {
    reader.whole("seed", 0..=u64::MAX, "", 1)
}

/// Reads a point into `parts`, which hold the one before it: what has not `changed`, and does not go by what has, is
/// the same. Mistakes go to the reader.
pub(super) fn read(reader: &mut Reader<'_>, changed: Changed, parts: &mut Parts) {
    if changed.has(Section::Top) {
        parts.seed = read_seed(reader);
    }
    let before = parts.network.as_deref().map(Premises::of);
    if changed.has(Section::Network) {
        renew(&mut parts.network, read_network(reader));
    }
    let network = parts.network.as_deref();
    // A mistake is said of every network that it is one in.
    let premises = before != network.map(Premises::of) || reader.found_mistakes();
    let exceeded =
        |number: Option<u32>| number.is_none_or(|number| network.is_none_or(|network| number >= network.nodes));
    let fanout = parts.gossip.as_deref().map(|gossip| gossip.fanout);
    let with_gossip = premises || changed.has(Section::Gossip) || exceeded(fanout);
    if with_gossip {
        renew(&mut parts.gossip, read_gossip(reader, network));
    }
    let gossip = parts.gossip.as_deref();
    let origin = parts.workload.as_deref().map(|workload| match workload.origin {
        Origin::Random => 0,
        Origin::Node(node) => node.index() as u32,
    });
    if premises || changed.has(Section::Workload) || exceeded(origin) {
        renew(&mut parts.workload, read_workload(reader, network));
    }
    let with_stop = with_gossip || changed.has(Section::Stop);
    if with_stop {
        renew(&mut parts.stop, read_stop(reader, gossip));
    }
    if changed.has(Section::Event) || (with_gossip || changed.has(Section::Network)) && events::are_written(reader) {
        let interval = gossip.map(|gossip| gossip.interval);
        renew(&mut parts.faults, events::read(reader, network, interval));
    }
    if let Some((network, gossip)) = network.zip(gossip)
        && (with_gossip || changed.has(Section::Network))
    {
        check_distances(reader, network, gossip);
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
}

impl Premises {
    fn of(network: &NetworkSettings) -> Self {
        Premises {
            names: network.topology.names().map(|names| Arc::as_ptr(&names)),
            at_once: matches!(network.latency, Latency::None(_)),
        }
    }
}

fn read_network(reader: &mut Reader<'_>) -> Option<NetworkSettings> {
    let (topology, nodes) = match reader.topology() {
        Ok((topology, settled)) => (Some(topology), read_nodes(reader, settled)),
        Err(Unusable::Written) => (None, read_nodes(reader, None)),
        Err(Unusable::File) => {
            // It would have settled the number.
            reader.set_aside("network.nodes");
            (None, None)
        }
    };
    if let (Some(topology), Some(nodes)) = (&topology, nodes)
        && let Err(misfit) = topology.check(nodes)
    {
        reader.misfit("network.topology", &misfit);
    }
    let latency = reader.model("network.latency", Latency::NOUN, "none");
    let loss = read_loss(reader);
    let header_size = reader.read("network.header_size", Bytes::new(32));
    let links = reader.read("network.links", false);
    Some(NetworkSettings { nodes: nodes?, topology: topology?, latency: latency?, loss: loss?, header_size, links })
}

/// What goes by distance needs a topology on which distances are known.
fn check_distances(reader: &mut Reader<'_>, network: &NetworkSettings, gossip: &GossipSettings) {
    if !(gossip.peers.by_distance() || network.links) || network.topology.check(network.nodes).is_err() {
        return;
    }
    let Err(Misfit { problem, allowed, .. }) = network.topology.metric(network.nodes) else { return };
    if gossip.peers.by_distance() {
        let allowed = format!("spatial choice on {allowed}; elsewhere another rule, such as \"uniform\"");
        reader.refuse("gossip.peers", &problem, allowed);
    }
    if network.links {
        reader.refuse("network.links", &problem, format!("traffic by link on {allowed}; elsewhere `links = false`"));
    }
}

/// All rounds must fit into virtual time, which ends after 2^64 ns.
fn check_time(reader: &mut Reader<'_>, interval: Span, max_rounds: u64) {
    if interval.nanos().checked_mul(max_rounds).is_none() {
        let key =
            if reader.look("stop.max_rounds", |value| value.is_some()) { "stop.max_rounds" } else { "gossip.interval" };
        let problem = format!("{max_rounds} rounds of {interval} last longer than virtual time");
        reader.refuse(key, problem, "gossip.interval × stop.max_rounds below 2^64 ns, about 584 years");
    }
}

/// The number of nodes, which a topology read from a file settles.
fn read_nodes(reader: &mut Reader<'_>, settled: Option<u32>) -> Option<u32> {
    let (key, range) = ("network.nodes", 2..=u64::from(MAX_NODES));
    let Some(settled) = settled else {
        let nodes = reader.required_whole(key, range, "", "a number of nodes, such as `nodes = 1024`");
        return nodes.and_then(|nodes| u32::try_from(nodes).ok());
    };
    if reader.whole(key, range.clone(), "", settled.into()) != u64::from(settled) {
        reader.refuse(
            key,
            format!("the topology has {settled} nodes, not this many"),
            format!("{settled}, or no number"),
        );
    }
    if !range.contains(&settled.into()) {
        reader.refuse(
            "network.topology",
            format!("the topology has {settled} nodes"),
            format!("2 to {MAX_NODES} nodes"),
        );
        return None;
    }
    Some(settled)
}

/// A bare number is independent loss at that rate.
fn read_loss(reader: &mut Reader<'_>) -> Option<Loss> {
    let key = "network.loss";
    if reader.look(key, |value| matches!(value, None | Some(Value::Integer(_) | Value::Float(_)))) {
        return Some(Loss::Bernoulli(Bernoulli { rate: reader.read(key, Probability::ZERO) }));
    }
    reader.model(key, Loss::NOUN, "bernoulli")
}

fn read_gossip(reader: &mut Reader<'_>, network: Option<&NetworkSettings>) -> Option<GossipSettings> {
    let strategy = reader.required(STRATEGY, "push, pull or push-pull, such as `strategy = \"push-pull\"`");
    let exchange = reader.read("gossip.exchange", Exchange::Digest);
    let fanout = read_fanout(reader, network.map(|network| network.nodes));
    let interval = reader.read("gossip.interval", Span::from_millis(1000));
    if interval.is_zero() {
        reader.refuse("gossip.interval", "the interval is 0", SPAN_FORM);
    }
    let phase = reader.read("gossip.phase", Phase::Aligned);
    let peers = reader.model("gossip.peers", Peers::NOUN, "uniform");
    let spread = reader.model("gossip.spread", Spread::NOUN, "forever");
    if let Some(spread) = &spread {
        mongering::check_minimization(reader, spread);
    }
    let connection_limit = mongering::read_connection_limit(reader, phase, network);
    let hunt = mongering::read_hunt(reader, connection_limit);
    let anti_entropy = mongering::read_anti_entropy(reader, interval, spread.as_ref());
    Some(GossipSettings {
        strategy: strategy?,
        exchange,
        fanout: fanout?,
        interval,
        phase,
        peers: peers?,
        spread: spread?,
        connection_limit,
        hunt,
        anti_entropy,
    })
}

fn read_fanout(reader: &mut Reader<'_>, nodes: Option<u32>) -> Option<u32> {
    let others = nodes.map_or(MAX_NODES, |nodes| nodes) - 1;
    let (key, range) = ("gossip.fanout", 1..=u64::from(others));
    let fanout = match nodes {
        Some(nodes) => {
            let why = format_args!(" (fewer than network.nodes, here {nodes})");
            reader.whole(key, range, why, 1)
        }
        None => reader.whole(key, range, "", 1),
    };
    u32::try_from(fanout).ok()
}

fn read_workload(reader: &mut Reader<'_>, network: Option<&NetworkSettings>) -> Option<Workload> {
    let kind = reader.model("workload.kind", "workload", "rumor");
    let written = reader.read("workload.origin", WrittenOrigin::Random);
    let (origin, written_origin) = match network {
        Some(network) => find_origin(reader, written, network),
        // Without a network nobody can be found, and nothing will come of it.
        None => (Origin::Random, written),
    };
    let update_size = reader.read("workload.update_size", Bytes::new(1024));
    Some(Workload { kind: kind?, origin, written_origin, update_size })
}

/// The node that an origin means, and its name as it is written: of a file, the file's own; else its number.
fn find_origin(reader: &mut Reader<'_>, written: WrittenOrigin, network: &NetworkSettings) -> (Origin, WrittenOrigin) {
    let WrittenOrigin::Node(node) = &written else { return (Origin::Random, written) };
    match Directory::of(network).or("\"random\"").find(node) {
        // A node called as the drawn one is keeps the identifier that it was meant by.
        Ok(found) if found.written == WrittenNode::Name("random".into()) => (Origin::Node(found.node), written),
        Ok(NamedNode { node, written }) => (Origin::Node(node), WrittenOrigin::Node(written)),
        Err(Misfit { problem, allowed, .. }) => {
            reader.refuse("workload.origin", problem, allowed);
            (Origin::Random, WrittenOrigin::Random)
        }
    }
}

fn read_stop(reader: &mut Reader<'_>, gossip: Option<&GossipSettings>) -> Option<Stop> {
    let max_rounds = reader.whole("stop.max_rounds", 1..=MAX_ROUNDS, "", 1000);
    let max_time = reader.read("stop.max_time", TimeLimit(None)).0;
    if max_time.is_some_and(Span::is_zero) {
        reader.refuse("stop.max_time", "no time at all", format!("\"none\", or {SPAN_FORM}"));
    }
    let until = reader.model("stop.until", "end", "informed");
    if until == Some(Until::Quiet) && gossip.is_some_and(|gossip| gossip.spread == Spread::FOREVER) {
        let problem = "nothing ever falls quiet where nodes never lose interest";
        reader.refuse("stop.until", problem, "\"informed\", or a gossip.spread that ends: counter or coin");
    }
    Some(Stop { max_rounds, max_time, until: until? })
}

impl Serialize for WrittenOrigin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            WrittenOrigin::Random => serializer.serialize_str("random"),
            WrittenOrigin::Node(node) => node.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for WrittenOrigin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl de::Visitor<'_> for Reader {
            type Value = WrittenOrigin;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("\"random\", the number of a node, or its name in a file")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<WrittenOrigin, E> {
                let node = || WrittenOrigin::Node(WrittenNode::Name(text.into()));
                Ok(if text == "random" { WrittenOrigin::Random } else { node() })
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<WrittenOrigin, E> {
                Ok(WrittenOrigin::Node(WrittenNode::named(&number.to_string())))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<WrittenOrigin, E> {
                Ok(WrittenOrigin::Node(WrittenNode::Number(number)))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// A span, or "none".
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeLimit(pub(super) Option<Span>);

impl<'de> Deserialize<'de> for TimeLimit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl de::Visitor<'_> for Reader {
            type Value = TimeLimit;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "\"none\", or {SPAN_FORM}")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<TimeLimit, E> {
                if text == "none" {
                    return Ok(TimeLimit(None));
                }
                let span = text.parse().map(|span| TimeLimit(Some(span)));
                span.map_err(|problem: String| E::custom(format_args!("{problem}; expected \"none\", or {SPAN_FORM}")))
            }
        }
        deserializer.deserialize_str(Reader)
    }
}

/// A value as a scenario file would have it: a model without settings as its bare name, independent loss as its rate.
fn written<T: Serialize>(value: &T) -> String {
    let json = serde_json::to_value(value).unwrap_or_default();
    if let Some((name, 1)) = json["kind"].as_str().zip(json.as_object().map(serde_json::Map::len)) {
        return quoted(name);
    }
    if json["kind"] == "bernoulli" {
        return json["rate"].to_string();
    }
    let mut text = String::new();
    match value.serialize(toml::ser::ValueSerializer::new(&mut text)) {
        Ok(_) => text,
        // What TOML has no form for is a whole number above 2^63, which is written the same in JSON.
        Err(_) => json.to_string(),
    }
}

fn written_or_none<T: Serialize>(value: Option<T>) -> String {
    value.map_or_else(|| quoted("none"), |value| written(&value))
}

impl Settings {
    /// The settings as a scenario file would state them, defaults included. The exchange is left out where the
    /// strategy has none.
    pub fn to_toml(&self) -> String {
        self.sections(self.gossip.strategy == Strategy::PushPull)
    }

    pub(super) fn sections(&self, with_exchange: bool) -> String {
        let Settings { network, gossip, workload, stop, faults } = self;
        let mut text = String::new();
        let mut section = |name: &str, lines: &[(&str, String)]| {
            let width = lines.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}[{name}]", if text.is_empty() { "" } else { "\n" });
            for (key, value) in lines {
                let _ = writeln!(text, "{key:width$} = {value}");
            }
        };
        section(
            "network",
            &[
                ("nodes", written(&network.nodes)),
                ("topology", written(&network.topology)),
                ("latency", written(&network.latency)),
                ("loss", written(&network.loss)),
                ("header_size", written(&network.header_size)),
                ("links", written(&network.links)),
            ],
        );
        let mut lines = vec![
            ("strategy", written(&gossip.strategy)),
            ("fanout", written(&gossip.fanout)),
            ("interval", written(&gossip.interval)),
            ("phase", written(&gossip.phase)),
            ("peers", written(&gossip.peers)),
            ("spread", written(&gossip.spread)),
            ("connection_limit", written_or_none(gossip.connection_limit)),
            ("hunt", written(&gossip.hunt)),
            ("anti_entropy", written_or_none(gossip.anti_entropy)),
        ];
        if with_exchange {
            lines.insert(1, ("exchange", written(&gossip.exchange)));
        }
        section("gossip", &lines);
        section(
            "workload",
            &[
                ("kind", written(&workload.kind)),
                ("origin", written(&workload.written_origin)),
                ("update_size", written(&workload.update_size)),
            ],
        );
        let max_time = written_or_none(stop.max_time);
        let until = written(&stop.until);
        section("stop", &[("max_rounds", written(&stop.max_rounds)), ("max_time", max_time), ("until", until)]);
        for event in faults.events() {
            // Settings are plain values with string keys, which JSON can always hold.
            let event = serde_json::to_value(event).unwrap_or_default();
            let lines = event.as_object().into_iter().flatten().map(|(key, value)| (key.as_str(), written(value)));
            section("[event]", &lines.collect::<Vec<_>>());
        }
        text
    }
}
