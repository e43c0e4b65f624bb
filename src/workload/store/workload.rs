//! The store among the workloads: what is measured of its runs, what they take of memory, and who runs them.

use super::columns;
use super::history::Write;
use super::message::{Entry, Message};
use super::replica::Replica;
use super::settings::{KEYS, Payload, StoreSettings};
use super::version::Version;
use crate::catalog::Incompatible;
use crate::key::Key;
use crate::random::Chance;
use crate::time::Span;
use crate::workload::{Common, Measures, Runner, Workload};

impl Workload for StoreSettings {
    const USES: &'static [&'static str] =
        &["strategy", "fanout", "interval", "phase", "drift", "drift_law", "jitter", "peers", "knows_dead"];

    const KEYS: &'static [Key] = KEYS;

    const GOAL: &'static str = "all live nodes show the same";

    fn measures() -> Measures {
        columns::measures()
    }

    fn check(&self, common: &Common) -> Result<(), Incompatible> {
        self.check_keys(common.nodes)
    }

    /// Bytes that a run of `nodes` nodes takes at its height, in whose turns all together open `calls` conversations: every
    /// node has all keys, and goes on with a copy where messages share what it has; what is missing may be as much
    /// again; and all writes are remembered, to measure by.
    fn memory(&self, nodes: u32, calls: u64, in_flight: u64) -> u64 {
        let nodes = u64::from(nodes);
        let per_key = size_of::<Version>() as u64;
        let keys = u64::from(self.keys).saturating_mul(per_key);
        let owners = if self.payload == Payload::Scuttlebutt { nodes.saturating_mul(8) } else { 0 };
        let store = keys.saturating_add(owners);
        let states = nodes.saturating_mul(store.saturating_mul(2).saturating_add(size_of::<Replica>() as u64));
        let shared = match self.payload {
            Payload::Full | Payload::Digest => store,
            Payload::Hash => store / 2,
            Payload::Scuttlebutt => owners,
        };
        let writes = self.writes_per_second * seconds(self.during);
        let fresh = (writes / nodes as f64).min(f64::from(self.keys));
        let deltas = fresh as u64 * size_of::<Entry>() as u64;
        let message = size_of::<Message>() as u64 * 2;
        let messages = in_flight
            .saturating_mul(shared.saturating_add(deltas))
            .saturating_add(calls.saturating_add(in_flight).saturating_mul(message));
        let reads = (self.reads_per_second * seconds(self.during)) as u64;
        let truth =
            (writes as u64).saturating_mul(2 * size_of::<Write>() as u64).saturating_add(reads.saturating_mul(24));
        states.saturating_add(messages).saturating_add(truth).saturating_add(u64::from(self.keys).saturating_mul(24))
    }

    fn run_by<R: Runner>(&self, common: &Common, chance: &Chance, runner: R) -> Option<R::Output> {
        Some(runner.run(columns::setup(self, common, chance)))
    }
}

fn seconds(span: Span) -> f64 {
    span.nanos() as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use super::super::settings::tests::settings;
    use super::*;

    #[test]
    fn memory_grows_with_nodes_times_keys_and_saturates() {
        for payload in ["full", "digest", "hash"] {
            let of =
                |keys: u32, nodes| settings(&format!("payload = \"{payload}\"\nkeys = {keys}")).memory(nodes, 0, 0);
            // 8 bytes a version, at least once.
            assert!(of(1000, 1000) >= 8_000_000, "{payload}");
            for (larger, smaller) in [(of(1000, 2000), of(1000, 1000)), (of(2000, 1000), of(1000, 1000))] {
                assert!((larger - smaller).abs_diff(smaller) < smaller / 10, "{payload}: {smaller}, {larger}");
            }
            assert!(settings(&format!("payload = \"{payload}\"")).memory(100_000_000, u64::MAX, u64::MAX) > 1 << 50);
        }
    }
}
