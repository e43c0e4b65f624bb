//! The settings of SWIM: how members are probed, and how long they are believed in.

use serde::{Deserialize, Serialize};

use super::protocol::Swim;
use crate::catalog::Incompatible;
use crate::keys;
use crate::time::{Span, Time};
use crate::workload::Common;
use crate::workload::members::{TargetOrder, check_numbers, check_probing};

keys! {
    TIMEOUT = "workload.timeout", Optional("\"500ms\""), Some("timeout"),
        "how long a member waits for the answer to its own ping before it asks others to ping in its place; shorter than a \
         period, which is `gossip.interval`";
    HELPERS = "workload.helpers", Optional("3"), Some("helpers"),
        "how many others it asks: k; the paper measures with 1";
    TARGETS = "workload.targets", Optional("\"round-robin\""), None,
        "whom a member probes in a period: `random`: any member; `round-robin`: each in turn, by a list that is shuffled \
         when all have had theirs, and in which new members take random places";
    LISTS = "workload.lists", Optional("\"under-way\""), None,
        "with `round-robin`: `under-way`: at time 0 every list is through in part, as in a group that has been running for \
         long; `fresh`: all begin";
    SUSPICION = "workload.suspicion", Optional("3"), Some("suspicion"),
        "a member that does not answer is suspected for so many times ⌈ln(n + 1)⌉ periods before it is declared faulty, \
         where n members are known; 0: it is declared faulty at once (basic SWIM)";
    TRANSMIT = "workload.transmit", Optional("3"), Some("transmissions"),
        "an update is sent so many times ⌈ln(n + 1)⌉ times by each member";
    PIGGYBACK = "workload.piggyback", Optional("6"), Some("piggybacked updates"),
        "how many updates a message carries at most; 0: nobody is told anything, and each member finds out on its own";
    REJOIN = "workload.rejoin", Optional("true"), Some("rejoining"),
        "whether a member that hears that it was declared faulty goes on under a new identity; else it stays out, as in the \
         paper";
    DURING = "workload.during", Optional("\"60s\""), Some("time of watching"),
        "how long the run lasts, or until its last event if that is later";
}

/// The settings of SWIM.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SwimSettings {
    /// How long a member waits for the answer to its own ping.
    pub timeout: Span,
    /// How many others it asks for help, then.
    pub helpers: u32,
    /// In which order members are probed.
    pub targets: TargetOrder,
    /// How far through the lists are at the start.
    pub lists: Lists,
    /// How long a suspicion lasts, in multiples of ⌈ln(n + 1)⌉ periods.
    pub suspicion: u32,
    /// How often an update is sent, in multiples of ⌈ln(n + 1)⌉.
    pub transmit: u32,
    /// How many updates a message carries at most.
    pub piggyback: u32,
    /// Whether a member goes on under a new identity after it was declared faulty.
    pub rejoin: bool,
    /// How long the run lasts.
    pub during: Span,
}

/// How far through the lists of members are at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lists {
    /// Each to a random place.
    UnderWay,
    /// Not at all.
    Fresh,
}

/// How many helpers a member can have, and updates a message.
const MOST: u32 = 64;

impl SwimSettings {
    /// The rules of members that go by `common`.
    pub fn protocol(&self, common: &Common) -> Swim {
        Swim {
            present: common.nodes,
            period: common.interval,
            end: Time::ZERO + self.during,
            timeout: self.timeout,
            helpers: self.helpers as usize,
            targets: self.targets,
            under_way: self.lists == Lists::UnderWay,
            suspicion: self.suspicion,
            transmit: self.transmit,
            piggyback: self.piggyback as usize,
            rejoin: self.rejoin,
        }
    }

    /// What says nothing, or contradicts itself, is refused.
    pub(super) fn check_keys(&self, common: &Common) -> Result<(), Incompatible> {
        check_probing(common, (TIMEOUT, self.timeout), (DURING, self.during))?;
        if self.targets == TargetOrder::Random && self.lists == Lists::Fresh {
            let problem = "targets are random, and no list is gone through";
            return Err(Incompatible::of(LISTS.name(), problem, "\"under-way\", or targets = \"round-robin\""));
        }
        if self.transmit == 0 {
            return Err(Incompatible::of(TRANSMIT.name(), "no update is ever sent", "1 or more"));
        }
        check_numbers([(HELPERS, self.helpers, 0), (PIGGYBACK, self.piggyback, 0)], MOST)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::clock::Phase;
    use crate::workload::testing::{assert_named, settings_of};
    use crate::workload::{BackOff, Strategy};

    /// The defaults but for what is `written`.
    pub(in crate::workload::swim) fn settings(written: &str) -> SwimSettings {
        settings_of(KEYS, written)
    }

    /// What a workload of `nodes` nodes with periods of a second is told of the rest of a scenario.
    pub(in crate::workload::swim) fn common(nodes: u32) -> Common {
        let interval = Span::from_millis(1000);
        let (strategy, phase, back_off) = (Strategy::PushPull, Phase::Aligned, BackOff::NONE);
        Common { nodes, strategy, fanout: 1, interval, phase, back_off, complete: true }
    }

    #[test]
    fn every_key_has_a_default_and_the_defaults_go_together() {
        assert_eq!(settings("").check_keys(&common(9)), Ok(()));
        assert_named(&settings(""), KEYS);
    }

    #[test]
    fn a_network_in_which_not_all_reach_all_is_refused() {
        let common = Common { complete: false, ..common(9) };
        assert_eq!(settings("").check_keys(&common).unwrap_err().key, None);
    }

    #[test]
    fn what_means_nothing_is_refused_at_its_key() {
        for (written, key) in [
            ("timeout = \"0s\"", "timeout"),
            ("timeout = \"1s\"", "timeout"),
            ("targets = \"random\"\nlists = \"fresh\"", "lists"),
            ("transmit = 0", "transmit"),
            ("piggyback = 65", "piggyback"),
            ("helpers = 65", "helpers"),
            ("during = \"0s\"", "during"),
        ] {
            assert_eq!(settings(written).check_keys(&common(9)).unwrap_err().key, Some(key), "{written}");
        }
        for written in ["helpers = 0", "suspicion = 0", "targets = \"random\"", "lists = \"fresh\""] {
            assert_eq!(settings(written).check_keys(&common(9)), Ok(()), "{written}");
        }
    }
}
