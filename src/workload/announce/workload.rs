//! Bodies and announcements among the workloads: what their runs take of memory, and who runs them.

use std::path::Path;

use super::columns;
use super::message::Message;
use super::node::Node;
use super::settings::{AnnounceSettings, KEYS, SIZE};
use crate::catalog::Incompatible;
use crate::key::Key;
use crate::random::Chance;
use crate::topology::Directory;
use crate::workload::{Common, Measures, Origins, Runner, Workload};

impl Workload for AnnounceSettings {
    const USES: &'static [&'static str] = &["interval", "knows_dead"];

    const KEYS: &'static [Key] = KEYS;

    const GOAL: &'static str = "all live nodes have got all messages";

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

    fn memory(&self, nodes: u32, calls: u64, in_flight: u64) -> u64 {
        let states = u64::from(nodes).saturating_mul(Node::bytes(self.messages.into()));
        // A message waits in its place, and lies in the lists of an instant.
        let messages = calls.saturating_add(in_flight);
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
    fn ten_thousand_nodes_fit_into_a_gigabyte_and_the_estimate_saturates() {
        let bytes = |nodes: u32| settings("messages = 1000").memory(nodes, 50 * u64::from(nodes), 100_000);
        assert!(bytes(10_000) < 1_000_000_000, "{}", bytes(10_000));
        assert!(settings("messages = 1000000").memory(100_000_000, u64::MAX, u64::MAX) > 1 << 43);
    }
}
