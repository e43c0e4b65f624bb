//! memberlist among the workloads: what is measured of its runs, what they take of memory, and who runs them.

use super::columns;
use super::member::Member;
use super::message::Message;
use super::settings::{KEYS, MemberlistSettings};
use crate::catalog::Incompatible;
use crate::key::Key;
use crate::random::Chance;
use crate::workload::detection::Detection;
use crate::workload::members::{Belief, Update};
use crate::workload::{Common, Measures, Runner, Workload};

/// Updates in a message, of the many that a packet can hold: about as many as there are while few members fail.
const UPDATES: usize = 6;

impl Workload for MemberlistSettings {
    const USES: &'static [&'static str] = &["interval", "phase", "drift", "drift_law", "jitter"];

    const KEYS: &'static [Key] = KEYS;

    const GOAL: &'static str = "all live nodes know of all crashes";

    fn measures() -> Measures {
        columns::measures()
    }

    fn check(&self, common: &Common) -> Result<(), Incompatible> {
        self.check_keys(common)
    }

    fn memory(&self, nodes: u32, calls: u64, in_flight: u64) -> u64 {
        let nodes = u64::from(nodes);
        let members = nodes.saturating_mul(Member::bytes(nodes));
        // A message waits in its place, and lies in the lists of an instant, but for its updates; a probe has a timer and an
        // answer.
        let message = 3 * size_of::<Message>() + UPDATES * size_of::<Update>();
        let messages = calls.saturating_mul(2).saturating_add(in_flight).saturating_mul(message as u64);
        // Fewer than one in ten members exchanges its state at a time, and the other one answers.
        let states = nodes.div_ceil(5).saturating_mul(nodes).saturating_mul(size_of::<Belief>() as u64);
        [messages, states, Detection::bytes(nodes)].into_iter().fold(members, u64::saturating_add)
    }

    fn run_by<R: Runner>(&self, common: &Common, _: &Chance, runner: R) -> Option<R::Output> {
        Some(runner.run(columns::setup(self.protocol(common))))
    }
}

#[cfg(test)]
mod tests {
    use super::super::settings::tests::settings;
    use super::*;

    #[test]
    fn ten_thousand_members_fit_into_eight_gigabytes_and_the_estimate_saturates() {
        let bytes = |nodes: u32| settings("").memory(nodes, nodes.into(), 0);
        // 8 bytes a member and member, 4 for their order, and a fifth of the 8 in exchanges.
        assert!((1_360_000_000..2_000_000_000).contains(&bytes(10_000)), "{}", bytes(10_000));
        assert!(settings("").memory(100_000_000, u64::MAX, u64::MAX) > 1 << 50);
    }
}
