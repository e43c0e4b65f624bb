//! The settings of a counter: who counts how much, what nodes tell each other, and what they do after a loss.

use serde::{Deserialize, Serialize};

use crate::catalog::Incompatible;
use crate::keys;
use crate::time::{SPAN_FORM, Span};
use crate::units::Probability;
use crate::workload::Arrivals;

keys! {
    COUNTER = "workload.counter", Optional("\"grow-only\""), None,
        "`grow-only`: nodes count up; `positive-negative`: up and down, in entries of their own";
    EVERY = "workload.every", Optional("\"1s\""), Some("time between increments"),
        "the time between two increments of a node that is there from the start, in the mean where they are `poisson`";
    ARRIVALS = "workload.arrivals", Optional("\"periodic\""), None,
        "`periodic`: all nodes increment at 0, `every`, 2 × `every`, …; `poisson`: each after exponential gaps";
    DURING = "workload.during", Optional("\"10s\""), Some("time of increments"),
        "nodes increment before this time; the run goes on until all live nodes show the same";
    DECREMENTS = "workload.decrements", Optional("0"), Some("share of decrements"),
        "the share of what is counted that is counted down, of a `positive-negative` counter";
    PAYLOAD = "workload.payload", Optional("\"full\""), None,
        "`full`: nodes send all that they know; `delta`: what changed since they last sent to that peer, or since what \
         it asks after (where nobody asks, a delta that was lost stays lost until a full sync); `hash`: a hash first, \
         and all where it differs";
    FULL_EVERY = "workload.full_every", Optional("0"), Some("turns between full syncs"),
        "with `delta` and `hash`: every so many turns a node sends all that it knows; 0: never";
    AVOID_BACK_PROPAGATION = "workload.avoid_back_propagation", Optional("true"), Some("avoidance of back-propagation"),
        "with `delta`: an entry is not sent to the peer that told of it";
    REMOVE_REDUNDANCY = "workload.remove_redundancy", Optional("true"), Some("removal of redundancy"),
        "with `delta`: of what it receives a node passes on what was new to it, not all if any was";
    RELAY = "workload.relay", Optional("true"), Some("relay"),
        "with `delta`: whether a node passes on what others told it, or sends its own entries alone, as in a full mesh";
    RECOVERY = "workload.recovery", Optional("\"new-id\""), None,
        "what a node does that comes back without its state: `new-id`: it counts in a new entry; `recover`: it asks \
         peers for all that they know, and counts on in its old entry once one has answered, from what that one had \
         heard; `forget`: it counts in its old entry from 0, and what it counts is lost until it hears of that entry";
}

/// The settings of a counter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CounterSettings {
    /// Whether it counts down, too.
    pub counter: CounterKind,
    /// The time between two increments of a node.
    pub every: Span,
    /// How the increments of a node follow each other.
    pub arrivals: Arrivals,
    /// Nodes increment before this time.
    pub during: Span,
    /// The share of decrements.
    pub decrements: Probability,
    /// What nodes tell each other.
    pub payload: Payload,
    /// Every so many turns a node sends all that it knows; 0 where it does so never, or always.
    pub full_every: u64,
    /// Whether an entry is kept from the peer that told of it.
    pub avoid_back_propagation: bool,
    /// Whether a node passes on of what it receives only what was new.
    pub remove_redundancy: bool,
    /// Whether a node passes on what others told it.
    pub relay: bool,
    /// What a node does that lost its state.
    pub recovery: Recovery,
}

/// Which counter it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CounterKind {
    /// Counts up.
    GrowOnly,
    /// Counts up and down.
    PositiveNegative,
}

/// What nodes tell each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Payload {
    /// All that they know.
    Full,
    /// What changed.
    Delta,
    /// A hash first, and all that they know where it differs.
    Hash,
}

/// What a node does that comes back without its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recovery {
    /// It counts in a new entry.
    NewId,
    /// It hears of its old entry from a peer before it counts on.
    Recover,
    /// It counts from 0 in its old entry.
    Forget,
}

impl CounterSettings {
    /// What says nothing, or contradicts itself, is refused.
    pub(super) fn check_keys(&self) -> Result<(), Incompatible> {
        self.check_increments()?;
        self.check_payload()
    }

    fn check_increments(&self) -> Result<(), Incompatible> {
        if self.every.is_zero() {
            return Err(Incompatible::of(EVERY.name(), "no time between two increments", SPAN_FORM));
        }
        if self.during.is_zero() {
            return Err(Incompatible::of(DURING.name(), "no time for increments", SPAN_FORM));
        }
        if self.counter == CounterKind::GrowOnly && self.decrements != Probability::ZERO {
            let problem = "a grow-only counter does not count down";
            return Err(Incompatible::of(DECREMENTS.name(), problem, "0, or counter = \"positive-negative\""));
        }
        Ok(())
    }

    fn check_payload(&self) -> Result<(), Incompatible> {
        if self.payload == Payload::Full && self.full_every != 0 {
            let problem = "all that nodes know is sent in every turn";
            return Err(Incompatible::of(FULL_EVERY.name(), problem, "0, or payload = \"delta\" or \"hash\""));
        }
        let rules = [
            (AVOID_BACK_PROPAGATION, self.avoid_back_propagation),
            (REMOVE_REDUNDANCY, self.remove_redundancy),
            (RELAY, self.relay),
        ];
        match rules.into_iter().find(|(_, on)| !on && self.payload != Payload::Delta) {
            Some((key, _)) => {
                let problem = "says how deltas are made, and none are sent";
                Err(Incompatible::of(key.name(), problem, "true, or payload = \"delta\""))
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::workload::testing::{assert_named, settings_of};

    /// The defaults but for what is `written`.
    pub(in crate::workload::counter) fn settings(written: &str) -> CounterSettings {
        settings_of(KEYS, written)
    }

    #[test]
    fn every_key_has_a_default_and_the_defaults_go_together() {
        assert_eq!(settings("").check_keys(), Ok(()));
        assert_named(&settings(""), KEYS);
    }

    #[test]
    fn what_means_nothing_is_refused_at_its_key() {
        for (written, key) in [
            ("every = \"0s\"", "every"),
            ("during = \"0s\"", "during"),
            ("decrements = 0.5", "decrements"),
            ("full_every = 10", "full_every"),
            ("avoid_back_propagation = false", "avoid_back_propagation"),
            ("payload = \"hash\"\nremove_redundancy = false", "remove_redundancy"),
            ("relay = false", "relay"),
        ] {
            assert_eq!(settings(written).check_keys().unwrap_err().key, Some(key), "{written}");
        }
        for written in [
            "counter = \"positive-negative\"\ndecrements = 1",
            "payload = \"hash\"\nfull_every = 10",
            "payload = \"delta\"\nfull_every = 1\nremove_redundancy = false\navoid_back_propagation = false",
        ] {
            assert_eq!(settings(written).check_keys(), Ok(()), "{written}");
        }
    }
}
