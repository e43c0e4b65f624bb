//! `[gossip]`: who tells whom, and when.

use std::num::NonZeroU8;

use serde::Serialize;

use super::network::is_zero;
use crate::clock::{DriftLaw, Pace, Phase};
use crate::keys;
use crate::peers::{KnowsDead, Peers};
use crate::time::Span;
use crate::units::Probability;
use crate::workload::rumor::{Exchange, Forward, Spread};
use crate::workload::{BackOff, Strategy};

keys! {
    STRATEGY = "gossip.strategy", Required("push, pull or push-pull, such as `strategy = \"push-pull\"`"), None,
        "whether a contact takes the update to the peer, from it, or either way: see [messages](model.md#messages)";
    EXCHANGE = "gossip.exchange", Optional("\"digest\""), Some("exchange"),
        "push-pull only: `digest` opens with the version, `eager` with the update itself";
    FANOUT = "gossip.fanout", Optional("1"), None,
        "distinct peers contacted per turn; a node with fewer neighbours contacts them all. `\"all\"`: every neighbour, which \
         is `network.nodes` - 1";
    INTERVAL = "gossip.interval", Optional("\"1s\""), None,
        "the time between two turns of a node";
    PHASE = "gossip.phase", Optional("\"aligned\""), Some("phase"),
        "`aligned`: synchronous, all act together; `random`: each at an offset of its own; `poisson`: after exponential gaps; \
         `drifting`: as `random`, by clocks that go wrong";
    DRIFT = "gossip.drift", Optional("0"), None,
        "with `phase = \"drifting\"`: by how much the interval of a node is too long or too short, at most by half, such as `\"100ppm\"` or 0.0001";
    DRIFT_LAW = "gossip.drift_law", Optional("\"uniform\""), None,
        "how nodes differ in it: `uniform`: up to `drift` either way; `normal`: with `drift` as the standard deviation; `constant`: \
         all are slow by it";
    JITTER = "gossip.jitter", Optional("\"0s\""), None,
        "with `phase = \"drifting\"`: each turn is late by less than this, uniformly";
    PEERS = "gossip.peers", Optional("\"uniform\""), Some("peer rule"),
        "`uniform`: anybody; `round-robin`: the neighbour list in fixed order, beginning after oneself; `shuffled`: \
         the list in an order that is new in every lap; `quasirandom`: the fixed list from a random start; `{ kind \
         = \"spatial\", exponent = 2 }`: any node, the rarer the farther away; `{ kind = \"weighted\", weights = \"weights.csv\" }`: in \
         proportion to a weight; `{ kind = \"region-aware\", local = 0.8 }`: rather of the own region; `{ kind = \
         \"nearest\", near = 0.5 }`: rather who is nearest; `{ kind = \"avoid-last\", memory = 1 }`: \
         anybody but those of the last turns; `{ kind = \"cyclon\", view = 20 }`: anybody in a small view that \
         changes";
    KNOWS_DEAD = "gossip.knows_dead", Optional("\"never\""), None,
        "whether a node goes on choosing peers that are down: `never` knows of any, `oracle` chooses none that is down at the time, \
         `after 5s` none that has been down for so long; with `peers = \"uniform\"`";
    SPREAD = "gossip.spread", Optional("\"forever\""), Some("spread"),
        "`forever`: anti-entropy, nodes never stop; `{ kind = \"counter\", k = 2, feedback = true }` or `\"coin\"`: \
         rumor mongering; `infect-and-die`: once; `{ kind = \"duplicates\", k = 2 }`: on every receipt, until so many duplicates have come";
    CONNECTION_LIMIT = "gossip.connection_limit", Optional("\"none\""), None,
        "incoming calls that a node takes in a round, chosen uniformly among those that reach it; its own calls do \
         not count. Only with aligned phases and no latency";
    HUNT = "gossip.hunt", Optional("0"), None,
        "further peers that a refused call is tried at in the same round";
    ANTI_ENTROPY = "gossip.anti_entropy", Optional("\"none\""), None,
        "behind rumor mongering: how often a node also compares versions with any neighbour, a multiple of \
         `interval`, from a random one of its first turns on";
    MAX_INTERVAL = "gossip.max_interval", Optional("\"none\""), None,
        "with `pull` and `push-pull`: a node that hears nothing new asks more and more rarely, down to once in so long, a multiple \
         of `interval`; news make it ask in its next turn again";
    BACK_OFF = "gossip.back_off", Optional("2"), None,
        "with `max_interval`: every gap between two turns in which it asks is so many times as long as the one before";
    FORWARD = "gossip.forward", Optional("\"in-turn\""), Some("forward"),
        "when a node passes on what it has just learned: `in-turn`; `at-once`: also on receipt, to `fanout` peers but not back, \
         or `{ kind = \"at-once\", back_to_sender = true }`";
}

/// The default of `gossip.back_off`.
pub(crate) const DEFAULT_BACK_OFF: u32 = 2;

/// `[gossip]`
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GossipSettings {
    /// Who tells whom.
    pub strategy: Strategy,
    /// How a push-pull exchange opens; without meaning for the other strategies.
    pub exchange: Exchange,
    /// Peers contacted per turn.
    pub fanout: u32,
    /// The time between two turns of a node.
    pub interval: Span,
    /// How the turns of different nodes lie to each other.
    pub phase: Phase,
    /// By how much clocks go wrong, where they do.
    #[serde(skip_serializing_if = "is_zero")]
    pub drift: Probability,
    /// How nodes differ in it.
    #[serde(skip_serializing_if = "DriftLaw::is_default")]
    pub drift_law: DriftLaw,
    /// Each turn is late by less than this, where clocks go wrong.
    #[serde(skip_serializing_if = "no_time")]
    pub jitter: Span,
    /// Whom a node contacts.
    pub peers: Peers,
    /// What nodes know of who is down, whom they do not choose then.
    #[serde(skip_serializing_if = "KnowsDead::is_default")]
    pub knows_dead: KnowsDead,
    /// When a node stops spreading.
    pub spread: Spread,
    /// Incoming calls that a node takes in a round, if not all.
    pub connection_limit: Option<u32>,
    /// Further peers that a refused call is tried at.
    pub hunt: u32,
    /// Behind rumor mongering: the time between two exchanges of versions of a node with any other, a multiple of the
    /// interval, if there are any.
    pub anti_entropy: Option<Span>,
    /// How rarely nodes ask at the least that hear nothing new, a multiple of the interval; if not in every turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_interval: Option<Span>,
    /// The factor by which the gaps grow between the turns in which they ask, where they do.
    #[serde(skip_serializing_if = "is_default_factor")]
    pub back_off: u32,
    /// When a node passes on what it has just learned.
    #[serde(skip_serializing_if = "Forward::is_default")]
    pub forward: Forward,
}

impl GossipSettings {
    /// How wrong clocks go, where they do.
    pub fn pace(&self) -> Pace {
        Pace { drift: self.drift.value(), law: self.drift_law, jitter: self.jitter }
    }

    /// How often nodes ask that hear nothing new.
    pub fn back_off(&self) -> BackOff {
        let longest = |most: Span| most.nanos() / self.interval.nanos().max(1);
        self.max_interval.map_or(BackOff::NONE, |most| BackOff { factor: self.back_off, longest: longest(most) })
    }

    /// Whether nodes that hear nothing new ever ask more rarely than in every turn.
    pub fn backs_off(&self) -> bool {
        let BackOff { factor, longest } = self.back_off();
        self.strategy != Strategy::Push && factor > 1 && longest > 1
    }

    /// Whether nodes forward at once what they learn.
    pub fn forwards_at_once(&self) -> bool {
        self.forward.at_once().is_some()
    }

    /// Whether a rumor is told in turns. Where each node says all that it has to say on receipt, there are none, and so no rounds.
    pub fn has_rounds(&self) -> bool {
        let once = self.spread.mongering().is_some_and(|rule| rule.k == NonZeroU8::MIN && !rule.feedback);
        let on_receipt = once || matches!(self.spread, Spread::Duplicates(_));
        !self.forwards_at_once() || self.strategy != Strategy::Push || !on_receipt
    }
}

fn is_default_factor(factor: &u32) -> bool {
    *factor == DEFAULT_BACK_OFF
}

fn no_time(span: &Span) -> bool {
    span.is_zero()
}
