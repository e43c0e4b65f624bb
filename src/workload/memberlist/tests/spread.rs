//! How updates and states get around.

use super::*;
use crate::workload::members::Belief;

/// One node joins, and every node that hears of it sends the update in as many packets as the limit says, 80 in all among 10.
/// With 8 packets each a node is left out with a probability of about exp(-8), which is one run in 30 among 99 nodes.
#[test]
fn packets_with_an_update_are_limit_times_informed_nodes() {
    for (nodes, limit) in [(10, 8), (30, 8), (99, 8), (100, 12)] {
        let about = NodeId::new(nodes - 1);
        let case = Case {
            present: nodes - 1,
            faults: vec![(after(50), Happening::Join(about))],
            ..Case::new(nodes, "push_pull_interval = \"0s\"\nduring = \"30s\"")
        };
        for replicate in 0..3 {
            let mut carriers = carriers(nodes, about);
            let run = case.watched(replicate, &mut carriers);
            let states = run.view().states;
            let informed = states.iter().filter(|member| member.members() == nodes).count() as u64;
            assert!(informed >= u64::from(nodes) - 1, "n = {nodes}: {informed} informed");
            assert_eq!(carriers.messages.iter().sum::<u64>(), limit * informed, "n = {nodes}");
            // Who joins passes on all that it has been told.
            assert_eq!(run.counts.updates, limit * (informed + u64::from(nodes - 1)), "n = {nodes}");
            assert!(states.iter().all(|member| member.broadcasts.is_empty()));
        }
    }
}

#[test]
fn who_joins_knows_all_and_is_known_to_all() {
    for replicate in 0..5 {
        let joins = (6..12).map(|node| (after(2000 + 10 * u64::from(node)), Happening::Join(NodeId::new(node))));
        let case = Case { present: 6, faults: joins.collect(), ..Case::new(12, "during = \"90s\"") };
        let run = case.run(replicate);
        assert!(run.view().states.iter().all(|member| member.members() == 12), "replicate {replicate}");
        assert_eq!(run.counts.detection.measured(run.end).mistakes, 0);
    }
}

/// Every member exchanges states once in its interval, which is longer among many members. The first one comes up to 30 s
/// after the first interval.
#[test]
fn states_are_exchanged_as_often_as_the_number_of_members_says() {
    for (nodes, seconds) in [(32_u32, 30), (33, 60), (65, 90)] {
        let run = Case::new(nodes, &format!("during = \"{}s\"", seconds * 10 + 30)).run(0);
        // Each is a message and its answer.
        assert_eq!(run.tally.sent[5], 2 * 10 * u64::from(nodes), "n = {nodes}");
    }
}

/// A node that comes back without its memory begins with the first number again, hears that it is dead, and refutes it.
#[test]
fn who_comes_back_after_a_crash_refutes_its_death() {
    let node = NodeId::new(0);
    for remembers in [false, true] {
        let up = (after(60_000), Happening::Up { node, remembers });
        let case = Case::new(16, "during = \"180s\"").crashed(1000);
        let case = Case { faults: [case.faults[0], up].into(), ..case };
        for replicate in 0..5 {
            let run = case.run(replicate);
            let own = run.view().states[0].belief(node);
            assert!(own > Belief::FIRST && own.is_alive(), "{own:?}");
            assert!(run.view().states.iter().all(|member| member.belief(node) == own && member.members() == 16));
            assert!(run.counts.refutations > 0);
        }
    }
}
