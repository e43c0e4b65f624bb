//! Meshes among the workloads: what their runs take of memory, and who runs them.

use std::path::Path;

use super::columns;
use super::history::Cached;
use super::message::Message;
use super::node::Node;
use super::settings::{KEYS, MeshSettings, SIZE};
use crate::catalog::Incompatible;
use crate::key::Key;
use crate::random::Chance;
use crate::topology::Directory;
use crate::workload::{Common, Measures, Origins, Runner, Workload};

impl Workload for MeshSettings {
    const USES: &'static [&'static str] = &["interval", "phase", "drift", "drift_law", "jitter", "knows_dead"];

    const KEYS: &'static [Key] = KEYS;

    const GOAL: &'static str = "all live subscribers have got all messages";

    fn measures() -> Measures {
        columns::measures()
    }

    fn load(&self, folder: &Path) -> Result<(), (&'static Key, Incompatible)> {
        self.size.load(folder).map_err(|incompatible| (&SIZE, incompatible))
    }

    fn names_nodes(&self) -> bool {
        matches!(self.origins, Origins::Nodes(_))
    }

    fn located(&self, nodes: &Directory) -> Result<Self, Incompatible> {
        self.with_nodes_of(nodes)
    }

    fn check(&self, common: &Common) -> Result<(), Incompatible> {
        self.check_keys(common)
    }

    fn memory(&self, nodes: u32, _: u64, in_flight: u64) -> u64 {
        let nodes = u64::from(nodes);
        let [high, lazy] = [self.d_high, self.d_lazy].map(u64::from);
        // A cast saturates.
        let meshes = (f64::from(self.topics) * self.subscribed.value()) as u64 + 1;
        // A vector that grows has room for up to twice as many; heartbeats are taken to be a second apart.
        let cached = self.messages_per_second * f64::from(self.history_length + 1);
        let history =
            (cached as u64).saturating_add(1).min(self.messages.into()).saturating_mul(2 * size_of::<Cached>() as u64);
        let node = Node::bytes(meshes, 2 * high, self.messages.into()).saturating_add(history);
        let states = nodes.saturating_mul(node);
        // All nodes may announce what they have at an instant, or pass on a message each.
        let messages = nodes.saturating_mul(high.max(lazy)).saturating_add(in_flight);
        // A message waits in its place, and lies in the lists of an instant.
        states.saturating_add(messages.saturating_mul(3 * (size_of::<Message>() as u64 + 16)))
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
    fn ten_thousand_nodes_fit_into_four_gigabytes_and_the_estimate_saturates() {
        let bytes = |nodes: u32| settings("messages = 1000").memory(nodes, nodes.into(), 100_000);
        assert!(bytes(10_000) < 100_000_000, "{}", bytes(10_000));
        assert!(settings("messages = 1000000").memory(100_000_000, u64::MAX, u64::MAX) > 1 << 43);
    }
}
