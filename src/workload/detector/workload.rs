//! The failure detector among the workloads: what is measured of its runs, what they take of memory, and who runs them.

use super::columns;
use super::message::Entry;
use super::protocol::Node;
use super::settings::{DetectorKind, DetectorSettings, Heartbeats, KEYS};
use super::suspicion::SuspicionRecorder;
use super::watch::Watch;
use super::window::Window;
use crate::catalog::Incompatible;
use crate::key::Key;
use crate::random::Chance;
use crate::time::Time;
use crate::units::NodeId;
use crate::workload::detection::Detection;
use crate::workload::{Common, Measures, Runner, Workload};

impl Workload for DetectorSettings {
    const USES: &'static [&'static str] =
        &["strategy", "fanout", "interval", "phase", "drift", "drift_law", "jitter", "peers"];

    const KEYS: &'static [Key] = KEYS;

    const GOAL: &'static str = "all live nodes know of all crashes";

    fn measures() -> Measures {
        columns::measures()
    }

    fn check(&self, common: &Common) -> Result<(), Incompatible> {
        self.check_keys(common)
    }

    /// Every node watches all others, and keeps a window of each where the rule asks for it.
    fn memory(&self, nodes: u32, calls: u64, in_flight: u64) -> u64 {
        let nodes = u64::from(nodes);
        // A vector that grows holds up to twice what it needs.
        let window = match self.detector {
            DetectorKind::Timeout => 0,
            DetectorKind::Phi => {
                size_of::<(Window, Time)>() as u64 + 2 * u64::from(self.window) * size_of::<u32>() as u64
            }
        };
        let entry = size_of::<Entry>() as u64;
        let watched = ((size_of::<Watch>() + size_of::<NodeId>() + 1) as u64).saturating_add(window);
        let table = match self.heartbeats {
            Heartbeats::Direct => 0,
            Heartbeats::Gossip => nodes.saturating_mul(entry),
        };
        let messages = calls.saturating_add(in_flight).saturating_mul(table.saturating_add(64));
        let states = nodes.saturating_mul(nodes.saturating_mul(watched).saturating_add(size_of::<Node>() as u64));
        states.saturating_add(messages).saturating_add(Detection::bytes(nodes))
    }

    fn run_by<R: Runner>(&self, common: &Common, _: &Chance, runner: R) -> Option<R::Output> {
        Some(runner.run(columns::setup(self.protocol(common))))
    }
}

impl DetectorSettings {
    /// The same as [`Workload::run_by`], with a record of how one node waits for another.
    pub fn run_recorded<R: Runner>(&self, common: &Common, runner: R, recorder: &mut SuspicionRecorder) -> R::Output {
        let protocol = self.protocol(common);
        recorder.begin(&protocol.rule);
        runner.run_observed(columns::setup(protocol), Some(recorder))
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::tests::settings;
    use super::*;

    #[test]
    fn memory_grows_with_the_square_of_the_nodes_and_saturates() {
        for (written, of_pair) in [("", 20), ("detector = \"phi\"", 4000), ("detector = \"phi\"\nwindow = 10", 64 + 40)]
        {
            let settings = settings(written);
            let [small, large] = [1000, 2000].map(|nodes| settings.memory(nodes, nodes.into(), 0));
            assert!(
                small >= of_pair * 1_000_000 && (large / small == 3 || large / small == 4),
                "{written}: {small}, {large}"
            );
            assert!(settings.memory(100_000_000, u64::MAX, u64::MAX) > 1 << 50);
        }
    }
}
