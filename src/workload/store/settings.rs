//! The settings of a store: who writes what how often, what nodes tell each other, and how long deletions are remembered.

use serde::{Deserialize, Serialize};

use super::keyspace::Keyspace;
use super::message::Sizes;
use crate::catalog::Incompatible;
use crate::keys;
use crate::time::{SPAN_FORM, Span};
use crate::units::{Bytes, Probability};
use crate::workload::Arrivals;

keys! {
    KEYS_OF_STORE = "workload.keys", Optional("100"), Some("keys"),
        "how many keys there are; every node keeps all of them";
    WRITES = "workload.writes_per_second", Optional("10"), Some("writes per second"),
        "writes a second, deletions included, at all nodes together";
    READS = "workload.reads_per_second", Optional("100"), Some("reads per second"),
        "reads a second, at nodes chosen at random: their staleness is what `staleness_ms_p99` and the like are of";
    ARRIVALS = "workload.arrivals", Optional("\"poisson\""), None,
        "`poisson`: writes and reads come after exponential gaps; `periodic`: after equal ones, from time 0 on";
    DURING = "workload.during", Optional("\"10s\""), Some("time of writes"),
        "writes and reads come before this time; the run goes on until all live nodes show the same";
    ZIPF = "workload.zipf", Optional("0"), Some("exponent of popularity"),
        "the key of rank r is written and read in proportion to r^-`zipf`; 0: all alike";
    WRITERS = "workload.writers", Optional("\"any\""), None,
        "`any`: a write comes to any node that is there from the start, so that writes can be concurrent; `owner`: every key \
         is written at one node, its owner";
    DELETES = "workload.deletes", Optional("0"), Some("share of deletions"),
        "the share of writes that delete their key";
    VALUE_SIZE = "workload.value_size", Optional("\"64B\""), Some("bytes of a value"),
        "the size of a value; keys, versions and certificates have a size of their own";
    PAYLOAD = "workload.payload", Optional("\"digest\""), None,
        "`full`: nodes send all that they have; `digest`: all keys and versions, and then what is missing; `hash`: a hash \
         first, and the digest where it differs; `scuttlebutt`: of each owner up to which version all is known, and then \
         what is missing, the oldest first, without gaps";
    DELTA_LIMIT = "workload.delta_limit", Optional("0"), Some("deltas per message"),
        "a message has no more deltas than this; 0: no limit";
    BYTE_LIMIT = "workload.byte_limit", Optional("\"0B\""), Some("delta bytes per message"),
        "a message has no more bytes of deltas than this; `0B`: no limit";
    ORDER = "workload.order", Optional("\"oldest\""), None,
        "what goes first where a limit keeps some back: the `oldest` or `newest` versions; with `scuttlebutt` also `depth`: \
         the owner of whom most is missing, or `breadth`: one of each owner after another";
    FLOW_CONTROL = "workload.flow_control", Optional("0"), Some("writes per second of a node"),
        "with `scuttlebutt` and a limit: a node takes on so many writes a second at first, fewer after full messages and \
         more after others, and refuses what is beyond; 0: no flow control";
    CLOCK = "workload.clock", Optional("\"lamport\""), None,
        "the time of a write is one more than the greatest that its node has seen (`lamport`), or the milliseconds since the \
         start if they are more (`hybrid`), so that of two writes the later wins";
    INCREMENT_ON_RECEIPT = "workload.increment_on_receipt", Optional("false"), Some("increment of the clock on receipt"),
        "whether a Lamport clock goes one beyond what it receives, as in Lamport's paper, or no further than it";
    RETENTION = "workload.retention", Optional("\"10min\""), Some("retention of certificates"),
        "how long after a deletion nodes remember it (T1)";
    DORMANT_SITES = "workload.dormant_sites", Optional("0"), Some("dormant copies"),
        "at so many nodes, drawn at random for each deletion, its certificate then stays for longer, dormant";
    DORMANT_RETENTION = "workload.dormant_retention", Optional("\"60min\""), Some("retention of dormant copies"),
        "how much longer dormant copies stay (T2)";
}

/// The longest time of writes: below 2^35 milliseconds.
const LONGEST: Span = Span::from_millis(365 * 24 * 3600 * 1000);

/// The settings of a store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    /// How many keys there are.
    pub keys: u32,
    /// Writes a second at all nodes together.
    pub writes_per_second: f64,
    /// Reads a second at all nodes together.
    pub reads_per_second: f64,
    /// How operations follow each other.
    pub arrivals: Arrivals,
    /// They come before this time.
    pub during: Span,
    /// The exponent of the popularity of keys.
    pub zipf: f64,
    /// Where keys are written.
    pub writers: Writers,
    /// The share of writes that are deletions.
    pub deletes: Probability,
    /// The size of a value.
    pub value_size: Bytes,
    /// What nodes tell each other.
    pub payload: Payload,
    /// The most deltas in a message; 0 where there is no limit.
    pub delta_limit: u32,
    /// The most bytes of deltas in a message; 0 where there is no limit.
    pub byte_limit: Bytes,
    /// What goes first where a limit keeps some back.
    pub order: Order,
    /// The writes a second that a node takes on at first; 0 where flow is not controlled.
    pub flow_control: f64,
    /// What times writes have.
    pub clock: Clock,
    /// Whether a clock goes beyond what it receives.
    pub increment_on_receipt: bool,
    /// How long after a deletion nodes remember it.
    pub retention: Span,
    /// How many nodes remember it for longer.
    pub dormant_sites: u32,
    /// How much longer they do.
    pub dormant_retention: Span,
}

/// Where keys are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Writers {
    /// At any node.
    Any,
    /// Each at one node.
    Owner,
}

/// What nodes tell each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payload {
    /// All that they have.
    Full,
    /// The versions of all keys, and then what is missing.
    Digest,
    /// A hash first, and the versions of all keys where it differs.
    Hash,
    /// Of each owner the last version that is known without gaps, and then what is missing.
    Scuttlebutt,
}

/// What times writes have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// One more than the greatest seen (Lamport 1978).
    Lamport,
    /// The milliseconds since the start, if they are more than that (hybrid logical clocks: Kulkarni et al. 2014).
    Hybrid,
}

/// What goes first where a limit keeps some back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// The smallest versions.
    Oldest,
    /// The greatest versions.
    Newest,
    /// The owner of whom most is missing.
    Depth,
    /// One version of each owner after another.
    Breadth,
}

impl StoreSettings {
    /// The keys, and their owners among `nodes` nodes.
    pub fn keyspace(&self, nodes: u32) -> Keyspace {
        Keyspace { keys: self.keys, owners: nodes.max(1) }
    }

    /// What takes how many bytes.
    pub(super) fn sizes(&self) -> Sizes {
        Sizes { value: self.value_size.count(), sites: self.dormant_sites.into() }
    }

    /// Whether a message may have only so many deltas.
    pub(super) fn is_limited(&self) -> bool {
        self.delta_limit > 0 || self.byte_limit.count() > 0
    }

    /// What says nothing, or contradicts itself, is refused.
    pub(super) fn check_keys(&self, nodes: u32) -> Result<(), Incompatible> {
        self.check_operations()?;
        self.check_payload()?;
        self.check_deletes(nodes)
    }

    fn check_operations(&self) -> Result<(), Incompatible> {
        if self.keys == 0 {
            return Err(Incompatible::of(KEYS_OF_STORE.name(), "a store without keys", "a whole number from 1 up"));
        }
        if self.during.is_zero() {
            return Err(Incompatible::of(DURING.name(), "no time for writes", SPAN_FORM));
        }
        // Within what a version has room for.
        if self.during > LONGEST {
            return Err(Incompatible::of(DURING.name(), "too long", format!("at most {LONGEST}")));
        }
        let rates = [
            (WRITES, self.writes_per_second),
            (READS, self.reads_per_second),
            (ZIPF, self.zipf),
            (FLOW_CONTROL, self.flow_control),
        ];
        match rates.into_iter().find(|(_, rate)| !(0.0..=1e9).contains(rate)) {
            Some((key, _)) => Err(Incompatible::of(key.name(), "out of range", "a number from 0 to 10^9")),
            None => Ok(()),
        }
    }

    fn check_payload(&self) -> Result<(), Incompatible> {
        let scuttlebutt = self.payload == Payload::Scuttlebutt;
        if scuttlebutt && self.writers == Writers::Any {
            let problem = "goes by owners, and keys have none";
            return Err(Incompatible::of(PAYLOAD.name(), problem, "\"digest\", or writers = \"owner\""));
        }
        if self.payload == Payload::Full && self.is_limited() {
            let key = if self.delta_limit > 0 { DELTA_LIMIT } else { BYTE_LIMIT };
            return Err(Incompatible::of(key.name(), "all that nodes have is sent", "no limit, or another payload"));
        }
        let least = self.sizes().largest();
        if self.byte_limit.count() > 0 && self.byte_limit.count() < least {
            let problem = "a message has no room for one delta";
            return Err(Incompatible::of(BYTE_LIMIT.name(), problem, format!("\"{least}B\" or more, or \"0B\"")));
        }
        if self.order != Order::Oldest && !self.is_limited() {
            let problem = "nothing is kept back";
            return Err(Incompatible::of(ORDER.name(), problem, "\"oldest\", or a delta_limit or byte_limit"));
        }
        if matches!(self.order, Order::Depth | Order::Breadth) && !scuttlebutt {
            let problem = "orders deltas by owners";
            return Err(Incompatible::of(
                ORDER.name(),
                problem,
                "\"oldest\" or \"newest\", or payload = \"scuttlebutt\"",
            ));
        }
        if self.flow_control > 0.0 && !(scuttlebutt && self.is_limited()) {
            let problem = "no message is ever full";
            let allowed = "0, or payload = \"scuttlebutt\" and a delta_limit or byte_limit";
            return Err(Incompatible::of(FLOW_CONTROL.name(), problem, allowed));
        }
        Ok(())
    }

    fn check_deletes(&self, nodes: u32) -> Result<(), Incompatible> {
        if self.payload == Payload::Scuttlebutt && self.deletes.is_possible() {
            let problem = "what nodes know of owners does not go back when certificates are dropped";
            return Err(Incompatible::of(DELETES.name(), problem, "0, or another payload"));
        }
        if self.retention.is_zero() {
            return Err(Incompatible::of(RETENTION.name(), "no time to tell anybody", SPAN_FORM));
        }
        if self.dormant_sites > nodes {
            return Err(Incompatible::of(DORMANT_SITES.name(), "more than there are nodes", "at most network.nodes"));
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::workload::testing::{assert_named, settings_of};

    /// The defaults but for what is `written`.
    pub(in crate::workload::store) fn settings(written: &str) -> StoreSettings {
        settings_of(KEYS, written)
    }

    #[test]
    fn every_key_has_a_default_and_the_defaults_go_together() {
        assert_eq!(settings("").check_keys(16), Ok(()));
        assert_named(&settings(""), KEYS);
    }

    #[test]
    fn what_means_nothing_is_refused_at_its_key() {
        const OWNED: &str = "payload = \"scuttlebutt\"\nwriters = \"owner\"\n";
        for (written, key) in [
            ("keys = 0", "keys"),
            ("during = \"0s\"", "during"),
            ("during = \"600000min\"", "during"),
            ("writes_per_second = -1", "writes_per_second"),
            ("reads_per_second = 1e10", "reads_per_second"),
            ("zipf = -0.5", "zipf"),
            ("payload = \"scuttlebutt\"", "payload"),
            ("payload = \"full\"\ndelta_limit = 3", "delta_limit"),
            ("payload = \"full\"\nbyte_limit = \"1KiB\"", "byte_limit"),
            ("byte_limit = \"83B\"", "byte_limit"),
            ("order = \"newest\"", "order"),
            ("delta_limit = 3\norder = \"depth\"", "order"),
            ("delta_limit = 3\nflow_control = 1", "flow_control"),
            (&format!("{OWNED}flow_control = 1"), "flow_control"),
            (&format!("{OWNED}deletes = 0.1"), "deletes"),
            ("retention = \"0s\"", "retention"),
            ("dormant_sites = 17", "dormant_sites"),
        ] {
            assert_eq!(settings(written).check_keys(16).unwrap_err().key, Some(key), "{written}");
        }
        for written in [
            "byte_limit = \"84B\"\norder = \"newest\"",
            "dormant_sites = 16\ndeletes = 1",
            &format!("{OWNED}delta_limit = 3\norder = \"breadth\"\nflow_control = 0.5"),
            "payload = \"hash\"\nzipf = 1.2\nclock = \"hybrid\"",
        ] {
            assert_eq!(settings(written).check_keys(16), Ok(()), "{written}");
        }
    }
}
