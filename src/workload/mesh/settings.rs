//! The settings of meshes: the parameters of gossipsub, by default those of go-libp2p, and what is published.

use serde::{Deserialize, Serialize};

use crate::catalog::Incompatible;
use crate::keys;
use crate::time::Span;
use crate::topology::Directory;
use crate::units::{Bytes, Probability};
use crate::workload::broadcast::Schedule;
use crate::workload::members::check_numbers;
use crate::workload::{Arrivals, Common, Origins, UpdateSize};

keys! {
    MESSAGES = "workload.messages", Optional("60"), Some("messages"),
        "how many messages are published";
    MESSAGES_PER_SECOND = "workload.messages_per_second", Optional("1"), Some("messages a second"),
        "how many a second, in all topics together";
    ARRIVALS = "workload.arrivals", Optional("\"periodic\""), None,
        "`periodic`: at equal distances, the first at `start`; `poisson`: after exponential gaps";
    START = "workload.start", Optional("\"5s\""), None,
        "when publications begin: nodes build their meshes before";
    SETTLE = "workload.settle", Optional("\"10s\""), None,
        "how long the run goes on after the last publication, or until its last event if that is later";
    ORIGINS = "workload.origins", Optional("\"random\""), None,
        "where: `random`: at a node drawn for each; `first`: all at node 0; or a list of nodes, such as `[3, 7]` or `[\"0..9\"]`, of a \
         `file` by their names there: at one of them, drawn for each";
    SOURCES = "workload.sources", Optional("0"), Some("sources"),
        "with `origins = \"random\"`: at so many nodes, drawn once for a run, of which one is drawn for each message; 0: at any node";
    TOPICS = "workload.topics", Optional("1"), Some("topics"),
        "how many topics there are, each with a mesh of its own; the topic of a message is drawn";
    SUBSCRIBED = "workload.subscribed", Optional("1"), Some("subscribed"),
        "with which probability a node subscribes to a topic, drawn for each";
    D = "workload.d", Optional("6"), Some("D"),
        "D: the links that a node wants to have in a mesh";
    D_LOW = "workload.d_low", Optional("5"), Some("D low"),
        "D_low: with fewer it grafts others, up to D; 4 in the specification";
    D_HIGH = "workload.d_high", Optional("12"), Some("D high"),
        "D_high: with so many it prunes down to D";
    PRUNE_AT_D_HIGH = "workload.prune_at_d_high", Optional("true"), None,
        "whether it prunes with D_high links already, as go-libp2p does; else with more, as the specification has it";
    REFUSE_GRAFTS = "workload.refuse_grafts", Optional("true"), None,
        "whether a node with D_high links refuses further ones with PRUNE (version 1.1)";
    PRUNE_BACKOFF = "workload.prune_backoff", Optional("\"1min\""), None,
        "PruneBackoff: for so long neither end of a pruned link grafts it again, or has it grafted (version 1.1)";
    D_LAZY = "workload.d_lazy", Optional("6"), Some("D lazy"),
        "D_lazy: to so many others outside of its mesh a node announces what it has (IHAVE) in each heartbeat";
    GOSSIP_FACTOR = "workload.gossip_factor", Optional("0.25"), Some("gossip factor"),
        "GossipFactor: or to this share of them, rounded down, if that is more (version 1.1); 0: always to D_lazy";
    HISTORY_LENGTH = "workload.history_length", Optional("5"), None,
        "mcache_len: for so many heartbeats a node has a message for those who ask for it (IWANT)";
    HISTORY_GOSSIP = "workload.history_gossip", Optional("3"), None,
        "mcache_gossip: in so many of them it announces the message";
    MAX_IHAVE_LENGTH = "workload.max_ihave_length", Optional("5000"), None,
        "MaxIHaveLength: the most messages that one IHAVE announces, drawn among all";
    RETRANSMISSIONS = "workload.retransmissions", Optional("3"), None,
        "GossipRetransmission: how often a node sends a message to one that asks for it again and again; 0: without limit";
    FANOUT_TTL = "workload.fanout_ttl", Optional("\"1min\""), None,
        "fanout_ttl: for so long after its last message a node publishes to the same peers in a topic that it does not subscribe to";
    FLOOD_PUBLISH = "workload.flood_publish", Optional("false"), None,
        "whether a node sends its own messages to all neighbours that subscribe, not only along its mesh (version 1.1)";
    SKIP_AUTHOR = "workload.skip_author", Optional("true"), None,
        "whether nobody sends a message to the node that published it";
    VALIDATION = "workload.validation", Optional("\"0s\""), None,
        "how long a node takes to validate a message before it delivers it and passes it on";
    SKIP_SENDERS = "workload.skip_senders", Optional("false"), None,
        "whether a node does not pass a message on to those from whom it got a copy while it validated it";
    IDONTWANT_THRESHOLD = "workload.idontwant_threshold", Optional("\"1KiB\""), None,
        "a node that gets the first copy of a message of so many bytes or more tells its mesh that it wants no other (IDONTWANT, \
         version 1.2); 0B: of none";
    IDONTWANT_TTL = "workload.idontwant_ttl", Optional("3"), None,
        "for so many heartbeats that is remembered";
    DEADLINE = "workload.deadline", Optional("\"0s\""), Some("deadline of a delivery"),
        "the column `in_time_share` says which deliveries come within so long; 0s: there is no deadline";
    SIZE = "workload.size", Optional("\"1000B\""), Some("message size"),
        "the bytes of a published message, with its author, sequence number, topic and signature; or a \
         [law of sizes](workloads.md#sizes-of-updates), from which each draws its own";
    ID_BYTES = "workload.id_bytes", Optional("46"), None,
        "the bytes of the identifier of a message: 46 of an author and a sequence number; 20 in Ethereum";
    TOPIC_BYTES = "workload.topic_bytes", Optional("32"), None,
        "the bytes of the name of a topic";
}

/// The settings of meshes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeshSettings {
    /// How many messages are published.
    pub messages: u32,
    /// How many a second.
    pub messages_per_second: f64,
    /// How they follow each other.
    pub arrivals: Arrivals,
    /// When they begin.
    pub start: Span,
    /// How long the run goes on after the last.
    pub settle: Span,
    /// Where they are published.
    pub origins: Origins,
    /// At so many nodes; at any, where it is 0.
    pub sources: u32,
    /// How many topics there are.
    pub topics: u32,
    /// With which probability a node subscribes to one.
    pub subscribed: Probability,
    /// The links that a node wants to have in a mesh.
    pub d: u32,
    /// With fewer it grafts.
    pub d_low: u32,
    /// With so many, or more, it prunes.
    pub d_high: u32,
    /// Whether with so many already.
    pub prune_at_d_high: bool,
    /// Whether a node with so many links refuses further ones.
    pub refuse_grafts: bool,
    /// For how long a pruned link is not grafted again; nothing where it may be at once.
    pub prune_backoff: Span,
    /// To how many others a node announces what it has, at least.
    pub d_lazy: u32,
    /// To which share of them, at least.
    pub gossip_factor: Probability,
    /// For how many heartbeats a node has a message for others.
    pub history_length: u32,
    /// In how many of them it announces it.
    pub history_gossip: u32,
    /// The most messages in an announcement.
    pub max_ihave_length: u32,
    /// How often a message is sent to one that asks for it; 0 where there is no limit.
    pub retransmissions: u32,
    /// How long peers are kept in a topic that a node does not subscribe to.
    pub fanout_ttl: Span,
    /// Whether own messages go to all neighbours.
    pub flood_publish: bool,
    /// Whether messages are not sent to their authors.
    pub skip_author: bool,
    /// How long validation takes.
    pub validation: Span,
    /// Whether those who sent a copy meanwhile get none.
    pub skip_senders: bool,
    /// The size of messages of which no second copy is wanted; 0 where there is none.
    pub idontwant_threshold: Bytes,
    /// For how many heartbeats that is remembered.
    pub idontwant_ttl: u32,
    /// Within so long messages are to be delivered; nothing where it does not matter.
    pub deadline: Span,
    /// The bytes of a message.
    pub size: UpdateSize,
    /// The bytes of its identifier.
    pub id_bytes: u32,
    /// The bytes of the name of a topic.
    pub topic_bytes: u32,
}

/// The most topics, links, heartbeats and bytes of names.
const MOST: u32 = 10_000;

impl MeshSettings {
    /// The same with the nodes that it lists, found among `nodes`.
    pub(super) fn with_nodes_of(&self, nodes: &Directory) -> Result<Self, Incompatible> {
        Ok(MeshSettings { origins: self.origins.located(ORIGINS.name(), nodes)?, ..self.clone() })
    }

    /// Whether nodes say that they want no more copies of a message of so many bytes.
    pub(super) fn says_idontwant(&self, size: u64) -> bool {
        let threshold = self.idontwant_threshold.count();
        threshold > 0 && size >= threshold
    }

    /// When and where messages are published.
    pub(super) fn schedule(&self) -> Schedule<'_> {
        let &MeshSettings { messages, messages_per_second, arrivals, start, ref origins, sources, .. } = self;
        Schedule { messages, messages_per_second, arrivals, start, origins, sources }
    }

    /// When the last message is published, about.
    pub fn last_publication(&self) -> Span {
        self.schedule().last()
    }

    /// What says nothing, or contradicts the rest, is refused.
    pub(super) fn check_keys(&self, common: &Common) -> Result<(), Incompatible> {
        self.schedule().check(common.nodes, [MESSAGES, MESSAGES_PER_SECOND, SOURCES])?;
        let numbers = [
            (TOPICS, self.topics, 1),
            (D, self.d, 1),
            (D_LOW, self.d_low, 1),
            (D_HIGH, self.d_high, 1),
            (D_LAZY, self.d_lazy, 0),
            (HISTORY_LENGTH, self.history_length, 1),
            (HISTORY_GOSSIP, self.history_gossip, 0),
            (MAX_IHAVE_LENGTH, self.max_ihave_length, 1),
            (RETRANSMISSIONS, self.retransmissions, 0),
            (IDONTWANT_TTL, self.idontwant_ttl, 1),
            (ID_BYTES, self.id_bytes, 1),
            (TOPIC_BYTES, self.topic_bytes, 1),
        ];
        check_numbers(numbers, MOST)?;
        let (d, low, high) = (self.d, self.d_low, self.d_high);
        if low > d {
            return Err(Incompatible::of(
                D_LOW.name(),
                format!("D_low = {low} is more than D = {d}"),
                format!("1 to {d}"),
            ));
        }
        let least = d + u32::from(self.prune_at_d_high);
        if high < least {
            let problem = format!("D_high = {high} leaves no room above D = {d}");
            return Err(Incompatible::of(D_HIGH.name(), problem, format!("{least} or more")));
        }
        if self.history_gossip > self.history_length {
            let problem = "messages are announced that nobody has any more";
            let allowed = format!("0 to {} (workload.history_length)", self.history_length);
            return Err(Incompatible::of(HISTORY_GOSSIP.name(), problem, allowed));
        }
        if self.skip_senders && self.validation.is_zero() {
            let problem = "validation takes no time, in which nobody sends another copy";
            return Err(Incompatible::of(SKIP_SENDERS.name(), problem, "false, or a validation above 0s"));
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::clock::Phase;
    use crate::workload::testing::{assert_named, settings_of_size};
    use crate::workload::{BackOff, Strategy};

    /// The defaults but for what is `written`.
    pub(in crate::workload::mesh) fn settings(written: &str) -> MeshSettings {
        settings_of_size(KEYS, written)
    }

    /// What a workload of `nodes` nodes with heartbeats of a second is told of the rest of a scenario.
    pub(in crate::workload::mesh) fn common(nodes: u32) -> Common {
        let interval = Span::from_millis(1000);
        let (strategy, phase, back_off) = (Strategy::PushPull, Phase::Random, BackOff::NONE);
        Common { nodes, strategy, fanout: 1, interval, phase, back_off, complete: false }
    }

    #[test]
    fn every_key_has_a_default_and_the_defaults_go_together() {
        assert_eq!(settings("").check_keys(&common(9)), Ok(()));
        assert_named(&settings(""), KEYS);
    }

    /// `gossipsub.go` of go-libp2p-pubsub.
    #[test]
    fn the_defaults_are_those_of_go_libp2p() {
        let MeshSettings { d, d_low, d_high, d_lazy, history_length, history_gossip, retransmissions, .. } =
            settings("");
        assert_eq!([d, d_low, d_high, d_lazy, history_length, history_gossip, retransmissions], [6, 5, 12, 6, 5, 3, 3]);
        let MeshSettings { gossip_factor, max_ihave_length, prune_backoff, fanout_ttl, .. } = settings("");
        assert_eq!((gossip_factor.value(), max_ihave_length), (0.25, 5000));
        assert_eq!([prune_backoff, fanout_ttl], [Span::from_millis(60_000); 2]);
        let MeshSettings { idontwant_threshold, idontwant_ttl, flood_publish, .. } = settings("");
        assert_eq!((idontwant_threshold.count(), idontwant_ttl, flood_publish), (1024, 3, false));
    }

    #[test]
    fn what_means_nothing_is_refused_at_its_key() {
        for (written, key) in [
            ("messages = 0", "messages"),
            ("messages = 1000001", "messages"),
            ("messages_per_second = 0", "messages_per_second"),
            ("sources = 10", "sources"),
            ("sources = 2\norigins = \"first\"", "sources"),
            ("topics = 0", "topics"),
            ("d = 0", "d"),
            ("d_low = 7", "d_low"),
            ("d_high = 6", "d_high"),
            ("d_high = 5\nprune_at_d_high = false", "d_high"),
            ("history_gossip = 6", "history_gossip"),
            ("history_length = 0", "history_length"),
            ("skip_senders = true", "skip_senders"),
            ("idontwant_ttl = 0", "idontwant_ttl"),
            ("id_bytes = 0", "id_bytes"),
        ] {
            assert_eq!(settings(written).check_keys(&common(9)).unwrap_err().key, Some(key), "{written}");
        }
        for written in ["d_high = 6\nprune_at_d_high = false", "d_lazy = 0\ngossip_factor = 0", "sources = 9"] {
            assert_eq!(settings(written).check_keys(&common(9)), Ok(()), "{written}");
        }
    }
}
