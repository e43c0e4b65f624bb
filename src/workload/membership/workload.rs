//! Membership among the workloads: what its runs take of memory, and who runs them.

use super::columns;
use super::entry::Entry;
use super::list::MemberList;
use super::message::Message;
use super::settings::{KEYS, MembershipSettings};
use crate::catalog::Incompatible;
use crate::key::Key;
use crate::random::Chance;
use crate::time::Time;
use crate::workload::{Common, Measures, Runner, Workload};

impl Workload for MembershipSettings {
    const USES: &'static [&'static str] = &["strategy", "fanout", "interval", "phase", "drift", "drift_law", "jitter"];

    const KEYS: &'static [Key] = KEYS;

    const GOAL: &'static str = "all live nodes list each other and nobody else";

    fn measures() -> Measures {
        columns::measures()
    }

    fn check(&self, common: &Common) -> Result<(), Incompatible> {
        self.check_keys(common)
    }

    /// Every node has an entry of every other; entries are copied when they change while messages share them.
    fn memory(&self, nodes: u32, calls: u64, in_flight: u64) -> u64 {
        let nodes = u64::from(nodes);
        let entries = nodes.saturating_mul(size_of::<Entry>() as u64);
        let list = entries
            .saturating_add(nodes.saturating_mul(size_of::<Time>() as u64))
            .saturating_add(nodes / 8 + size_of::<MemberList>() as u64);
        let messages = calls.saturating_add(in_flight).saturating_mul(size_of::<Message>() as u64 * 2);
        let copies = calls.min(nodes).saturating_add(in_flight).saturating_mul(entries);
        nodes.saturating_mul(list).saturating_add(messages).saturating_add(copies)
    }

    fn run_by<R: Runner>(&self, common: &Common, _: &Chance, runner: R) -> Option<R::Output> {
        Some(runner.run(columns::setup(self, common)))
    }
}
