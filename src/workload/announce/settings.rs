//! The settings of bodies and announcements, by default those of geth, and what is published.

use serde::{Deserialize, Serialize};

use super::direct::Direct;
use crate::catalog::Incompatible;
use crate::keys;
use crate::time::Span;
use crate::topology::Directory;
use crate::units::Bytes;
use crate::workload::broadcast::Schedule;
use crate::workload::members::check_numbers;
use crate::workload::{Arrivals, Common, Origins, UpdateSize};

keys! {
    MESSAGES = "workload.messages", Optional("60"), Some("messages"),
        "how many messages are published";
    MESSAGES_PER_SECOND = "workload.messages_per_second", Optional("1"), Some("messages a second"),
        "how many a second";
    ARRIVALS = "workload.arrivals", Optional("\"periodic\""), None,
        "`periodic`: at equal distances, the first at `start`; `poisson`: after exponential gaps";
    START = "workload.start", Optional("\"0s\""), None,
        "when publications begin";
    SETTLE = "workload.settle", Optional("\"10s\""), None,
        "how long the run goes on after the last publication, or until its last event if that is later";
    ORIGINS = "workload.origins", Optional("\"random\""), None,
        "where: `random`: at a node drawn for each; `first`: all at node 0; or a list of nodes, such as `[3, 7]` or `[\"0..9\"]`, of a \
         `file` by their names there: at one of them, drawn for each";
    SOURCES = "workload.sources", Optional("0"), Some("sources"),
        "with `origins = \"random\"`: at so many nodes, drawn once for a run, of which one is drawn for each message; 0: at any node";
    DIRECT = "workload.direct", Optional("\"sqrt\""), Some("direct peers"),
        "to how many peers a node sends bodies, the others get announcements: `sqrt`: the square root of their number, rounded up; \
         `all`; or a number, such as 0; chosen by a hash of the node, the peer and the author. `sqrt-lacking`: the square root of the \
         number of those not known to have it, rounded down, of these, chosen for each message";
    LARGEST_DIRECT = "workload.largest_direct", Optional("\"4KiB\""), None,
        "larger bodies are announced to all, and sent to none of their own accord";
    ARRIVE_TIMEOUT = "workload.arrive_timeout", Optional("\"500ms\""), Some("arrive timeout"),
        "for so long a node waits whether a body comes that was announced to it, before it asks one of those who announced it";
    FETCH_TIMEOUT = "workload.fetch_timeout", Optional("\"5s\""), Some("fetch timeout"),
        "for so long it waits whom it asked, before it asks another";
    TRICKLE = "workload.trickle", Optional("\"0s\""), Some("trickle"),
        "how long announcements to a peer wait, in the mean: they go together at times of a Poisson process; 0s: each goes at once";
    VALIDATION = "workload.validation", Optional("\"0s\""), None,
        "how long a node takes to validate a body before it delivers it and passes it on";
    SYNC = "workload.sync", Optional("true"), None,
        "whether a node that comes or comes back and its neighbours announce to each other all that they have";
    DEADLINE = "workload.deadline", Optional("\"0s\""), Some("deadline of a delivery"),
        "the column `in_time_share` says which deliveries come within so long; 0s: there is no deadline";
    SIZE = "workload.size", Optional("\"1000B\""), Some("body size"),
        "the bytes of a body; or a [law of sizes](workloads.md#sizes-of-updates), from which each message draws its own";
    ID_BYTES = "workload.id_bytes", Optional("36"), None,
        "the bytes that announcements and requests have for each message: a hash of 32, with its type and size";
}

/// The settings of bodies and announcements.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnounceSettings {
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
    /// To how many peers bodies are sent.
    pub direct: Direct,
    /// Of larger bodies to none.
    pub largest_direct: Bytes,
    /// How long a node waits for a body that was announced.
    pub arrive_timeout: Span,
    /// How long it waits whom it asked.
    pub fetch_timeout: Span,
    /// How long announcements wait, in the mean; nothing where they do not.
    pub trickle: Span,
    /// How long validation takes.
    pub validation: Span,
    /// Whether on new connections everything is announced.
    pub sync: bool,
    /// Within so long messages are to be delivered; nothing where it does not matter.
    pub deadline: Span,
    /// The bytes of a body.
    pub size: UpdateSize,
    /// The bytes of its identifier.
    pub id_bytes: u32,
}

/// The most bytes of identifiers.
const MOST: u32 = 10_000;

impl AnnounceSettings {
    /// The same with the nodes that it lists, found among `nodes`.
    pub(super) fn with_nodes_of(&self, nodes: &Directory) -> Result<Self, Incompatible> {
        Ok(AnnounceSettings { origins: self.origins.located(ORIGINS.name(), nodes)?, ..self.clone() })
    }

    /// To how many peers bodies of this size are sent.
    pub(super) fn direct_of(&self, size: u64) -> Direct {
        if size > self.largest_direct.count() { Direct::Count(0) } else { self.direct }
    }

    /// When and where messages are published.
    pub(super) fn schedule(&self) -> Schedule<'_> {
        let &AnnounceSettings { messages, messages_per_second, arrivals, start, ref origins, sources, .. } = self;
        Schedule { messages, messages_per_second, arrivals, start, origins, sources }
    }

    /// When the last message is published, about.
    pub fn last_publication(&self) -> Span {
        self.schedule().last()
    }

    /// What says nothing is refused.
    pub(super) fn check_keys(&self, common: &Common) -> Result<(), Incompatible> {
        self.schedule().check(common.nodes, [MESSAGES, MESSAGES_PER_SECOND, SOURCES])?;
        check_numbers([(ID_BYTES, self.id_bytes, 1)], MOST)?;
        if self.fetch_timeout.is_zero() {
            let problem = "whoever is asked has no time to answer";
            return Err(Incompatible::of(FETCH_TIMEOUT.name(), problem, "a time above 0s"));
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
    pub(in crate::workload::announce) fn settings(written: &str) -> AnnounceSettings {
        settings_of_size(KEYS, written)
    }

    fn check(written: &str) -> Result<(), Incompatible> {
        let (strategy, phase, back_off) = (Strategy::PushPull, Phase::Aligned, BackOff::NONE);
        let interval = Span::from_millis(1000);
        let common = Common { nodes: 9, strategy, fanout: 1, interval, phase, back_off, complete: false };
        settings(written).check_keys(&common)
    }

    #[test]
    fn every_key_has_a_default_and_the_defaults_go_together() {
        assert_eq!(check(""), Ok(()));
        assert_named(&settings(""), KEYS);
    }

    /// `eth/handler.go` and `eth/fetcher/tx_fetcher.go` of go-ethereum.
    #[test]
    fn the_defaults_are_those_of_geth() {
        let AnnounceSettings { direct, largest_direct, arrive_timeout, fetch_timeout, trickle, .. } = settings("");
        assert_eq!((direct, largest_direct.count(), trickle), (Direct::Sqrt, 4096, Span::ZERO));
        assert_eq!([arrive_timeout, fetch_timeout], [500, 5000].map(Span::from_millis));
    }

    #[test]
    fn what_means_nothing_is_refused_at_its_key() {
        for (written, key) in [
            ("messages = 0", "messages"),
            ("messages_per_second = 0", "messages_per_second"),
            ("sources = 10", "sources"),
            ("sources = 2\norigins = \"first\"", "sources"),
            ("fetch_timeout = \"0s\"", "fetch_timeout"),
            ("id_bytes = 0", "id_bytes"),
        ] {
            assert_eq!(check(written).unwrap_err().key, Some(key), "{written}");
        }
        for written in ["direct = 0\narrive_timeout = \"0s\"", "direct = \"all\"", "direct = \"sqrt-lacking\""] {
            assert_eq!(check(written), Ok(()), "{written}");
        }
    }
}
