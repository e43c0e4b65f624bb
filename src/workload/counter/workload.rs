//! The counter among the workloads: what is measured of its runs, what they take of memory, and who runs them.

use super::changes::Changes;
use super::columns;
use super::map::Entry;
use super::message::Message;
use super::replica::Replica;
use super::settings::{CounterSettings, KEYS, Payload};
use crate::catalog::Incompatible;
use crate::key::Key;
use crate::random::Chance;
use crate::units::Probability;
use crate::workload::{Common, Measures, Runner, Workload};

impl Workload for CounterSettings {
    const USES: &'static [&'static str] =
        &["strategy", "fanout", "interval", "phase", "drift", "drift_law", "jitter", "peers", "knows_dead"];

    const KEYS: &'static [Key] = KEYS;

    const GOAL: &'static str = "all live nodes show the same";

    fn measures() -> Measures {
        columns::measures()
    }

    fn check(&self, _: &Common) -> Result<(), Incompatible> {
        self.check_keys()
    }

    /// Bytes that a run of `nodes` nodes takes at its height, in whose turns all together open `calls` conversations: every
    /// node comes to know of all others, its map is copied when it changes while messages share it, and a delta may hold
    /// as much as a map.
    fn memory(&self, nodes: u32, calls: u64, in_flight: u64) -> u64 {
        let nodes = u64::from(nodes);
        let signs = if self.decrements == Probability::ZERO { 1 } else { 2 };
        let entries = nodes.saturating_mul(signs);
        let map = entries.saturating_mul(size_of::<Entry>() as u64);
        let maps = nodes.saturating_mul(map.saturating_mul(2).saturating_add(size_of::<Replica>() as u64));
        let messages = calls.saturating_add(in_flight).saturating_mul(size_of::<Message>() as u64 * 2);
        // While a map travels its owner goes on with a copy; of the messages of a hash first, one in two has a map.
        let copies = match self.payload {
            Payload::Full | Payload::Delta => in_flight.saturating_mul(map),
            Payload::Hash => (in_flight / 2).saturating_mul(map),
        };
        let deltas = match self.payload {
            Payload::Delta => {
                nodes.saturating_mul(Changes::bytes(entries, nodes)).saturating_add(calls.saturating_mul(map))
            }
            Payload::Full | Payload::Hash => 0,
        };
        maps.saturating_add(messages).saturating_add(copies).saturating_add(deltas)
    }

    fn run_by<R: Runner>(&self, common: &Common, chance: &Chance, runner: R) -> Option<R::Output> {
        Some(runner.run(columns::setup(self, common, chance)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::tests::settings;
    use super::*;

    #[test]
    fn memory_grows_with_the_square_of_the_nodes_and_saturates() {
        for payload in ["full", "delta", "hash"] {
            let settings = settings(&format!("payload = \"{payload}\""));
            let [small, large] = [1000, 2000].map(|nodes| settings.memory(nodes, nodes.into(), 0));
            // 24 bytes an entry, at least once.
            assert!(small >= 24_000_000 && (large / small == 3 || large / small == 4), "{payload}: {small}, {large}");
            assert!(settings.memory(100_000_000, u64::MAX, u64::MAX) > 1 << 50);
        }
    }
}
