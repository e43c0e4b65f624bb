//! The settings of membership: what nodes say of each other, and when they take somebody for gone.

use serde::{Deserialize, Serialize};

use crate::catalog::Incompatible;
use crate::keys;
use crate::time::Span;
use crate::workload::{Common, Strategy};

keys! {
    VERSIONS = "workload.versions", Optional("\"heartbeat\""), None,
        "what tells newer entries from older ones: `heartbeat`: a node counts its turns, and who is not heard of for `fail_after` \
         is taken for gone (Cassandra); `incarnation`: who does not answer within `timeout` is said to have failed, and who \
         hears so of itself comes back in its next incarnation (SWIM)";
    EXCHANGE = "workload.exchange", Optional("\"full\""), None,
        "`full`: nodes send all entries, by the strategy; `digest`: the versions of all entries, then what is newer on either \
         side, in three messages (Cassandra)";
    KNOWS = "workload.knows", Optional("\"seeds\""), None,
        "whom nodes that are there from the start list then: `seeds`: the seeds alone; `all`: each other. Who joins later knows \
         the seeds";
    SEEDS = "workload.seeds", Optional("1"), Some("seeds"), "the first so many nodes are seeds, whose addresses everybody has";
    RECONNECT = "workload.reconnect", Optional("false"), Some("reconnection"),
        "whether a node that lists L others and has heard of U more also contacts one of those with probability U / (L + 1), and a \
         seed with probability S / (L + U) where it contacted none of the S or lists fewer (Cassandra); lists of the two sides of a \
         partition that lasts never meet again without";
    FAIL_AFTER = "workload.fail_after", Optional("\"20s\""), Some("time until failure"),
        "with `heartbeat`: who is not heard of for longer is taken for gone; nodes look in their turns";
    TIMEOUT = "workload.timeout", Optional("\"500ms\""), Some("timeout"),
        "with `incarnation`, where nodes answer (pull, push-pull): who does not within this time is said to have failed";
    ENTRY_BYTES = "workload.entry_bytes", Optional("12"), Some("bytes of an entry"),
        "the bytes of a version and whose it is, 4 each for address, generation and version";
    STATE_BYTES = "workload.state_bytes", Optional("0"), Some("bytes of a state"),
        "the bytes of what goes along with an entry, but not with a version alone: tokens, tags, load";
    DURING = "workload.during", Optional("\"0s\""), Some("least time"),
        "the run goes on at least until this time, also where all lists are right before";
}

/// The settings of membership.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MembershipSettings {
    /// What tells newer entries from older ones.
    pub versions: Versions,
    /// What nodes send.
    pub exchange: Exchange,
    /// Whom nodes list at the start.
    pub knows: Knows,
    /// How many seeds there are.
    pub seeds: u32,
    /// Whether nodes also contact some that they do not list.
    pub reconnect: bool,
    /// With heartbeats: after how long a silence a node is taken for gone.
    pub fail_after: Span,
    /// With incarnations: within which time a node has to answer.
    pub timeout: Span,
    /// The bytes of a version and whose it is.
    pub entry_bytes: u32,
    /// The bytes of what goes along with an entry.
    pub state_bytes: u32,
    /// The run goes on at least until this time.
    pub during: Span,
}

/// What tells newer entries from older ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Versions {
    /// How often the member has had a turn since it began.
    Heartbeat,
    /// How often it has had to say that it is alive.
    Incarnation,
}

/// What nodes send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exchange {
    /// All entries.
    Full,
    /// Versions first, then what is newer.
    Digest,
}

/// Whom nodes list at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Knows {
    /// The seeds.
    Seeds,
    /// All that are there.
    All,
}

impl MembershipSettings {
    /// What says nothing, or contradicts the rest, is refused.
    pub(super) fn check_keys(&self, common: &Common) -> Result<(), Incompatible> {
        if !(1..=common.nodes).contains(&self.seeds) {
            let problem = format!("of {} nodes {} cannot be seeds", common.nodes, self.seeds);
            return Err(Incompatible::of(SEEDS.name(), problem, format!("a whole number from 1 to {}", common.nodes)));
        }
        if self.exchange == Exchange::Digest && common.strategy != Strategy::PushPull {
            let problem = format!("versions first go both ways, and gossip.strategy is {}", common.strategy);
            return Err(Incompatible::of(EXCHANGE.name(), problem, "\"full\", or gossip.strategy = \"push-pull\""));
        }
        let (key, span, allowed) = match self.versions {
            Versions::Heartbeat => (FAIL_AFTER, self.fail_after, "a time of more than gossip.interval"),
            Versions::Incarnation => (TIMEOUT, self.timeout, "a time of more than 0"),
        };
        let least = if self.versions == Versions::Heartbeat { common.interval } else { Span::ZERO };
        if span <= least {
            return Err(Incompatible::of(key.name(), "everybody would be taken for gone in every turn", allowed));
        }
        common.check_complete("nodes contact those that they list, who can be anybody")
    }
}
