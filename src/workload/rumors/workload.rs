//! Many updates among the workloads: what its runs take of memory, and who runs them.

use std::path::Path;

use super::columns;
use super::held::{Held, Queued};
use super::message::Message;
use super::settings::{KEYS, RumorsSettings, UPDATE_BYTES};
use crate::catalog::Incompatible;
use crate::key::Key;
use crate::random::Chance;
use crate::topology::Directory;
use crate::workload::{Common, Measures, Origins, Runner, Workload};

impl Workload for RumorsSettings {
    const USES: &'static [&'static str] = &[
        "strategy",
        "fanout",
        "interval",
        "phase",
        "drift",
        "drift_law",
        "jitter",
        "peers",
        "knows_dead",
        "max_interval",
        "back_off",
    ];

    const KEYS: &'static [Key] = KEYS;

    const GOAL: &'static str = "all live nodes have all updates";

    fn measures() -> Measures {
        columns::measures()
    }

    fn names_nodes(&self) -> bool {
        matches!(self.origins, Origins::Nodes(_))
    }

    fn load(&self, folder: &Path) -> Result<(), (&'static Key, Incompatible)> {
        self.update_bytes.load(folder).map_err(|incompatible| (&UPDATE_BYTES, incompatible))
    }

    fn located(&self, nodes: &Directory) -> Result<Self, Incompatible> {
        self.with_nodes_of(nodes)
    }

    fn check(&self, common: &Common) -> Result<(), Incompatible> {
        self.check_keys(common)
    }

    /// Every node has a bit for each update, and a copy where a digest is on its way, and may have all of them still to push.
    fn memory(&self, nodes: u32, calls: u64, in_flight: u64) -> u64 {
        // A cast saturates.
        let updates = self.updates() as u64 + 1;
        let nodes = u64::from(nodes);
        let node = updates / 4 + updates * size_of::<Queued>() as u64 + size_of::<Held>() as u64;
        let batch = updates.min(self.limit() as u64) * size_of::<u32>() as u64;
        let message = size_of::<Message>() as u64 * 2 + batch + updates / 8;
        nodes.saturating_mul(node).saturating_add(calls.saturating_add(in_flight).saturating_mul(message))
    }

    fn run_by<R: Runner>(&self, common: &Common, chance: &Chance, runner: R) -> Option<R::Output> {
        Some(runner.run(columns::setup(self, common, chance)))
    }
}
