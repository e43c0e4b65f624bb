//! The settings of memberlist: the fields of its configuration, and Lifeguard's parts as switches.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::message::Sizes;
use crate::catalog::Incompatible;
use crate::keys;
use crate::scalar::{self, Refusal, Scalar};
use crate::time::{SPAN_FORM, Span};
use crate::units::Bytes;
use crate::workload::Common;
use crate::workload::members::{check_numbers, check_probing};

keys! {
    PROBE_TIMEOUT = "workload.probe_timeout", Optional("\"500ms\""), Some("probe timeout"),
        "ProbeTimeout: how long a member waits for the answer to its own ping before it asks others; a period is \
         `gossip.interval` (ProbeInterval)";
    INDIRECT_CHECKS = "workload.indirect_checks", Optional("3"), Some("indirect checks"),
        "IndirectChecks: how many others it asks to ping in its place";
    TCP_FALLBACK = "workload.tcp_fallback", Optional("true"), Some("TCP fallback"),
        "whether it then pings by TCP, too (not DisableTcpPings)";
    GOSSIP_INTERVAL = "workload.gossip_interval", Optional("\"200ms\""), Some("gossip interval"),
        "GossipInterval: how often a member that has updates sends them on their own";
    GOSSIP_NODES = "workload.gossip_nodes", Optional("3"), Some("gossip nodes"),
        "GossipNodes: to how many others";
    GOSSIP_TO_THE_DEAD = "workload.gossip_to_the_dead", Optional("\"30s\""), Some("gossip to the dead"),
        "GossipToTheDeadTime: how long the dead are among them";
    RETRANSMIT_MULT = "workload.retransmit_mult", Optional("4"), Some("retransmit multiplier"),
        "RetransmitMult: an update is sent so many times ⌈log10(n + 1)⌉ times by each member, where n members are known";
    PUSH_PULL_INTERVAL = "workload.push_pull_interval", Optional("\"30s\""), Some("push/pull interval"),
        "PushPullInterval: how often a member exchanges all that it knows with another by TCP, up to 32 members; twice as \
         long from 33, three times from 65 on, and so on; 0s: never";
    SUSPICION_MULT = "workload.suspicion_mult", Optional("4"), Some("suspicion multiplier"),
        "SuspicionMult: a suspicion lasts at least so many times max(1, log10 n) periods";
    SUSPICION_MAX_MULT = "workload.suspicion_max_timeout_mult", Optional("6"), Some("greatest suspicion"),
        "SuspicionMaxTimeoutMult: and at most so many times that, as long as nobody confirms it";
    CONFIRMATIONS = "workload.confirmations", Optional("\"default\""), Some("confirmations"),
        "how many independent confirmations make a suspicion as short as it gets: `default`: `suspicion_mult` - 2; or a \
         number (3 in the measurements of Lifeguard). Among fewer members than can give so many, none are waited for";
    AWARENESS_MAX = "workload.awareness_max_multiplier", Optional("8"), Some("greatest awareness"),
        "AwarenessMaxMultiplier: a member that takes itself for slow waits up to so many periods for a probe";
    UDP_BUFFER = "workload.udp_buffer", Optional("\"1400B\""), Some("packet size"),
        "UDPBufferSize: so many bytes a packet holds";
    LOCAL_HEALTH_PROBE = "workload.local_health_probe", Optional("true"), None,
        "Lifeguard's local health aware probe: a member whose probes fail, or that has to refute suspicions, waits longer \
         for answers, and helpers tell it (nack) if the target did not answer them, either";
    LOCAL_HEALTH_SUSPICION = "workload.local_health_suspicion", Optional("true"), None,
        "Lifeguard's local health aware suspicion: suspicions last long, and get shorter as others confirm \
         them; else they last as long as the shortest";
    BUDDY = "workload.buddy", Optional("true"), None,
        "Lifeguard's buddy system: who pings a suspect tells it so";
    NAME_BYTES = "workload.name_bytes", Optional("10"), Some("name"),
        "the length of the names of members, for the column `bytes`";
    META_BYTES = "workload.meta_bytes", Optional("0"), Some("metadata"),
        "the length of what members tell of themselves besides";
    LEAVE_TIMEOUT = "workload.leave_timeout", Optional("\"5s\""), None,
        "the argument of Leave (BroadcastTimeout of Serf): a member that leaves stays until it has sent word of it as often \
         as any update, but no longer than this; 0s: for as long as it takes";
    LEAVE_DELAY = "workload.leave_propagate_delay", Optional("\"0s\""), None,
        "how long it stays after that, while others pass it on (LeavePropagateDelay of Serf)";
    DURING = "workload.during", Optional("\"60s\""), Some("time of watching"),
        "how long the run lasts, or until its last event if that is later";
}

/// The settings of memberlist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberlistSettings {
    /// How long a member waits for the answer to its own ping.
    pub probe_timeout: Span,
    /// How many others it asks for help, then.
    pub indirect_checks: u32,
    /// Whether it pings by TCP, too.
    pub tcp_fallback: bool,
    /// How often a member sends updates on their own.
    pub gossip_interval: Span,
    /// To how many others.
    pub gossip_nodes: u32,
    /// How long the dead are among them.
    pub gossip_to_the_dead: Span,
    /// How often an update is sent, in multiples of ⌈log10(n + 1)⌉.
    pub retransmit_mult: u32,
    /// How often a member exchanges all that it knows, where members are few; nothing where it never does.
    pub push_pull_interval: Span,
    /// How long a suspicion lasts at least, in multiples of max(1, log10 n) periods.
    pub suspicion_mult: u32,
    /// How long at most, in multiples of that.
    pub suspicion_max_timeout_mult: u32,
    /// How many confirmations make it as short as it gets.
    pub confirmations: Confirmations,
    /// One more than the greatest score of a member that takes itself for slow.
    pub awareness_max_multiplier: u32,
    /// How many bytes a packet holds.
    pub udp_buffer: Bytes,
    /// Whether members that take themselves for slow wait longer.
    pub local_health_probe: bool,
    /// Whether suspicions get shorter as others confirm them.
    pub local_health_suspicion: bool,
    /// Whether suspects are told when they are pinged.
    pub buddy: bool,
    /// The length of a name.
    pub name_bytes: u32,
    /// The length of what a member tells of itself besides.
    pub meta_bytes: u32,
    /// How long a member that leaves stays at most until it has told others; nothing where for as long as it takes.
    pub leave_timeout: Span,
    /// How long it stays after that.
    pub leave_propagate_delay: Span,
    /// How long the run lasts.
    pub during: Span,
}

/// How many confirmations a suspicion waits for, if not two less than the multiplier of its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmations(pub Option<u32>);

impl Confirmations {
    fn new(number: u64) -> Result<Self, Refusal> {
        u32::try_from(number).map(|number| Confirmations(Some(number))).map_err(|_| Refusal::Value)
    }
}

impl Serialize for Confirmations {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(number) => serializer.serialize_u32(number),
            None => serializer.serialize_str("default"),
        }
    }
}

impl<'de> Deserialize<'de> for Confirmations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::read(deserializer, "\"default\", or a whole number from 0 up", |written| match written {
            Scalar::Text("default") => Ok(Confirmations(None)),
            Scalar::Unsigned(number) => Confirmations::new(number),
            Scalar::Signed(number) => u64::try_from(number).map_err(|_| Refusal::Value).and_then(Confirmations::new),
            Scalar::Text(_) | Scalar::Real(_) => Err(Refusal::Kind),
        })
    }
}

/// The most that a number of peers, a multiplier or a length in bytes may be.
const MOST: u32 = 10_000;

impl MemberlistSettings {
    /// How many bytes messages take.
    pub(super) fn sizes(&self) -> Sizes {
        Sizes { name: self.name_bytes.into(), meta: self.meta_bytes.into() }
    }

    /// What says nothing, or contradicts itself, is refused.
    pub(super) fn check_keys(&self, common: &Common) -> Result<(), Incompatible> {
        check_probing(common, (PROBE_TIMEOUT, self.probe_timeout), (DURING, self.during))?;
        if self.gossip_interval.is_zero() {
            return Err(Incompatible::of(GOSSIP_INTERVAL.name(), "no time between two sendings", SPAN_FORM));
        }
        let numbers = [
            (INDIRECT_CHECKS, self.indirect_checks, 0),
            (GOSSIP_NODES, self.gossip_nodes, 0),
            (RETRANSMIT_MULT, self.retransmit_mult, 1),
            (SUSPICION_MULT, self.suspicion_mult, 1),
            (SUSPICION_MAX_MULT, self.suspicion_max_timeout_mult, 1),
            (AWARENESS_MAX, self.awareness_max_multiplier, 1),
            (NAME_BYTES, self.name_bytes, 1),
            (META_BYTES, self.meta_bytes, 0),
        ];
        check_numbers(numbers, MOST)?;
        let least = self.sizes().least_packet();
        if self.udp_buffer.count() < least {
            let problem = format!("a packet of {} bytes does not hold a ping and an update", self.udp_buffer.count());
            return Err(Incompatible::of(UDP_BUFFER.name(), problem, format!("{least}B or more")));
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::clock::Phase;
    use crate::workload::testing::{assert_named, settings_of};
    use crate::workload::{BackOff, Strategy};

    /// The defaults but for what is `written`.
    pub(in crate::workload::memberlist) fn settings(written: &str) -> MemberlistSettings {
        settings_of(KEYS, written)
    }

    /// What a workload of `nodes` nodes with periods of a second is told of the rest of a scenario.
    pub(in crate::workload::memberlist) fn common(nodes: u32) -> Common {
        let interval = Span::from_millis(1000);
        let (strategy, phase, back_off) = (Strategy::PushPull, Phase::Random, BackOff::NONE);
        Common { nodes, strategy, fanout: 1, interval, phase, back_off, complete: true }
    }

    #[test]
    fn every_key_has_a_default_and_the_defaults_go_together() {
        assert_eq!(settings("").check_keys(&common(9)), Ok(()));
        assert_named(&settings(""), KEYS);
    }

    /// `DefaultLANConfig` of memberlist, but for what it has no field for.
    #[test]
    fn the_defaults_are_those_of_a_lan() {
        let MemberlistSettings {
            probe_timeout,
            indirect_checks,
            gossip_interval,
            gossip_nodes,
            gossip_to_the_dead,
            retransmit_mult,
            push_pull_interval,
            suspicion_mult,
            suspicion_max_timeout_mult,
            awareness_max_multiplier,
            udp_buffer,
            ..
        } = settings("");
        let spans =
            [probe_timeout, gossip_interval, gossip_to_the_dead, push_pull_interval].map(|span| span.to_string());
        assert_eq!(spans, ["500ms", "200ms", "30s", "30s"]);
        let numbers = [indirect_checks, gossip_nodes, retransmit_mult, suspicion_mult];
        assert_eq!(numbers, [3, 3, 4, 4]);
        assert_eq!((suspicion_max_timeout_mult, awareness_max_multiplier, udp_buffer.count()), (6, 8, 1400));
    }

    #[test]
    fn a_network_in_which_not_all_reach_all_is_refused() {
        let common = Common { complete: false, ..common(9) };
        assert_eq!(settings("").check_keys(&common).unwrap_err().key, None);
    }

    #[test]
    fn what_means_nothing_is_refused_at_its_key() {
        for (written, key) in [
            ("probe_timeout = \"0s\"", "probe_timeout"),
            ("probe_timeout = \"1s\"", "probe_timeout"),
            ("gossip_interval = \"0s\"", "gossip_interval"),
            ("udp_buffer = \"100B\"", "udp_buffer"),
            ("retransmit_mult = 0", "retransmit_mult"),
            ("suspicion_mult = 0", "suspicion_mult"),
            ("suspicion_max_timeout_mult = 0", "suspicion_max_timeout_mult"),
            ("awareness_max_multiplier = 0", "awareness_max_multiplier"),
            ("indirect_checks = 10001", "indirect_checks"),
            ("gossip_nodes = 10001", "gossip_nodes"),
            ("name_bytes = 0", "name_bytes"),
            ("during = \"0s\"", "during"),
        ] {
            assert_eq!(settings(written).check_keys(&common(9)).unwrap_err().key, Some(key), "{written}");
        }
        for (written, confirmations) in [("", None), ("confirmations = 3", Some(3)), ("confirmations = 0", Some(0))] {
            assert_eq!(settings(written).confirmations, Confirmations(confirmations));
        }
        for written in ["indirect_checks = 0", "push_pull_interval = \"0s\"", "gossip_nodes = 0"] {
            assert_eq!(settings(written).check_keys(&common(9)), Ok(()), "{written}");
        }
    }
}
