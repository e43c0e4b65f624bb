//! The settings of many updates: how many come when and where, and how they travel together.

use serde::{Deserialize, Serialize};

use crate::catalog::Incompatible;
use crate::keys;
use crate::time::{SPAN_FORM, Span};
use crate::topology::Directory;
use crate::workload::{Arrivals, Common, Origins, Strategy, UpdateBytes};

keys! {
    UPDATES_PER_SECOND = "workload.updates_per_second", Optional("10"), Some("updates a second"),
        "how many updates are published a second, at all nodes together";
    ARRIVALS = "workload.arrivals", Optional("\"periodic\""), None,
        "`periodic`: at equal distances, the first at time 0; `poisson`: after exponential gaps";
    ORIGINS = "workload.origins", Optional("\"random\""), None,
        "where: `random`: at a node drawn for each; `first`: all at node 0; or a list of nodes, such as `[3, 7]` or `[\"0..9\"]`, of a \
         `file` by their names there: at one of them, drawn for each";
    DURING = "workload.during", Optional("\"10s\""), Some("time of publications"),
        "updates are published before this time; the run goes on until all nodes have all of them";
    BATCH = "workload.batch", Optional("16"), Some("updates in a message"),
        "the most updates in one message; 0: no limit";
    ORDER = "workload.order", Optional("\"fewest-sent\""), None,
        "which updates go first where not all fit: `fewest-sent`: those that the node pushed in the fewest turns, of these the \
         newest (memberlist); `oldest`, `newest`: by when they were published; `random`: any";
    TURNS = "workload.turns", Optional("10"), Some("turns of an update"),
        "a node pushes an update in so many of its turns; 0: for ever";
    UPDATE_BYTES = "workload.update_bytes", Optional("64"), Some("bytes of an update"),
        "the bytes of an update in a message; or a [law of sizes](workloads.md#sizes-of-updates), from which each update draws its own";
    RANGE_BYTES = "workload.range_bytes", Optional("8"), Some("bytes of a range"),
        "with `pull` and `push-pull`: a node asks with a digest of the updates that it has, as ranges of numbers of so many bytes \
         each";
}

/// The settings of many updates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RumorsSettings {
    /// How many are published a second.
    pub updates_per_second: f64,
    /// How they follow each other.
    pub arrivals: Arrivals,
    /// Where they are published.
    pub origins: Origins,
    /// They are published before this time.
    pub during: Span,
    /// The most in one message; 0 where there is no limit.
    pub batch: u32,
    /// Which go first.
    pub order: Order,
    /// In so many turns a node pushes each; 0 where it never stops.
    pub turns: u32,
    /// The bytes of an update.
    pub update_bytes: UpdateBytes,
    /// The bytes of a range of a digest.
    pub range_bytes: u32,
}

/// Which updates go first where not all fit into a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Those that the node pushed in the fewest turns, of these the newest.
    FewestSent,
    /// By when they were published.
    Oldest,
    /// The other way round.
    Newest,
    /// Any.
    Random,
}

/// What is published in a run is counted update by update.
const MAX_UPDATES: f64 = 1e6;

impl RumorsSettings {
    /// How many updates are published, about.
    pub fn updates(&self) -> f64 {
        self.updates_per_second * self.during.nanos() as f64 / 1e9
    }

    /// The same with the nodes that it lists, found among `nodes`.
    pub(super) fn with_nodes_of(&self, nodes: &Directory) -> Result<Self, Incompatible> {
        Ok(RumorsSettings { origins: self.origins.located(ORIGINS.name(), nodes)?, ..self.clone() })
    }

    /// The most updates in one message.
    pub(super) fn limit(&self) -> usize {
        if self.batch == 0 { usize::MAX } else { self.batch as usize }
    }

    /// What says nothing, or contradicts the rest, is refused.
    pub(super) fn check_keys(&self, common: &Common) -> Result<(), Incompatible> {
        let rate = self.updates_per_second;
        if !(rate.is_finite() && rate > 0.0) {
            let problem = format!("{rate} updates a second are none");
            return Err(Incompatible::of(UPDATES_PER_SECOND.name(), problem, "a number above 0"));
        }
        if self.during.is_zero() {
            return Err(Incompatible::of(DURING.name(), "no time for publications", SPAN_FORM));
        }
        if self.updates() > MAX_UPDATES {
            let problem = format!("{:.0} updates are published", self.updates());
            let allowed = format!("up to {MAX_UPDATES} of them: fewer a second, or for a shorter time");
            return Err(Incompatible::of(UPDATES_PER_SECOND.name(), problem, allowed));
        }
        if self.turns == 0 && self.batch > 0 && common.strategy != Strategy::Pull && self.order == Order::Oldest {
            let problem = "the oldest updates go first for ever, and no others once they fill a message";
            return Err(Incompatible::of(ORDER.name(), problem, "another order, turns of 1 or more, or batch = 0"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::testing::{assert_named, settings_of};

    #[test]
    fn every_key_has_a_default() {
        // As serde has a member of a family, of which the scenario reader takes a number alone for one as well.
        let settings: RumorsSettings = settings_of(KEYS, "update_bytes = { constant = { value = 64 } }");
        assert_named(&settings, KEYS);
        assert_eq!((settings.updates(), settings.limit()), (100.0, 16));
    }
}
