//! What members do that leave, and what others make of it.

use super::*;
use crate::workload::members::Belief;

/// Nodes leave after so many milliseconds each.
fn left(nodes: u32, written: &str, leaves: &[(u64, u32)]) -> Case {
    let leave = |&(millis, node)| (after(millis), Happening::Leave(NodeId::new(node)));
    Case { faults: leaves.iter().map(leave).collect(), ..Case::new(nodes, written) }
}

/// A tick of gossip comes every 200 ms, and its packets go to all others there are. The fourth packet is the last: of one
/// other after at most four ticks, of two after two.
#[test]
fn who_leaves_stays_until_it_has_told_two_and_three_members_as_often_as_the_limit_says() {
    for (nodes, ticks) in [(2, 4), (3, 2)] {
        for replicate in 0..20 {
            let (about, case) = (NodeId::new(0), left(nodes, "during = \"20s\"", &[(1234, 0)]));
            let mut carriers = carriers(nodes, about);
            let run = case.watched(replicate, &mut carriers);
            assert_eq!(carriers.messages[0], 4, "n = {nodes}");
            let [(gone, live)] = carriers.changes[..] else { panic!("{:?}", carriers.changes) };
            assert!(gone > after(1234) && gone <= after(1234 + 200 * ticks), "n = {nodes}: {gone:?}");
            assert_eq!((live, run.live), (u64::from(nodes) - 1, u64::from(nodes) - 1));
            let view = run.view();
            let others = view.states.iter().skip(1);
            assert!(others.clone().all(|member| member.belief(about) == Belief::FIRST.left()));
            assert_eq!((run.counts.suspicions, run.counts.refutations), (0, 0));
            let measured = run.counts.detection.measured(run.end);
            assert_eq!((measured.failures, measured.mistakes), (0, 0));
        }
    }
}

#[test]
fn without_loss_all_learn_who_leaves_and_nobody_suspects_it_while_crashes_are_detected() {
    for (nodes, limit) in [(16, 8), (99, 8), (128, 12)] {
        let case = left(nodes, "during = \"90s\"", &[(5000, 3), (5000, 7), (9000, 11)]);
        for replicate in 0..5 {
            for node in [3, 11].map(NodeId::new) {
                let mut carriers = carriers(nodes, node);
                let run = case.watched(replicate, &mut carriers);
                assert!(carriers.messages.iter().all(|&messages| messages <= limit), "{:?}", carriers.messages);
                assert_eq!(carriers.messages[node.index()], limit);
                assert_eq!((run.counts.suspicions, run.live), (0, u64::from(nodes) - 3));
                let live = run.view().states.iter().enumerate().filter(|&(place, _)| run.view().is_up(place));
                assert!(live.into_iter().all(|(_, member)| {
                    [3, 7, 11].iter().all(|&gone| member.belief(NodeId::new(gone)).has_left())
                        && member.deaths.len() == 3
                }));
            }
        }
        let crash = (after(30_000), Happening::Down(NodeId::new(0)));
        let case = Case { faults: [&case.faults[..], &[crash]].concat(), ..case };
        let run = case.run(0);
        let measured = run.counts.detection.measured(run.end);
        assert_eq!((measured.failures, measured.all.missed, measured.mistakes), (1, 0, 0));
    }
}

/// Nothing is gossiped, and no ping of the member leaves in that time.
#[test]
fn who_cannot_tell_in_time_goes_after_the_timeout_and_the_delay() {
    for (written, stays) in [("", 300), ("\nleave_propagate_delay = \"1s\"", 1300)] {
        let written = format!("gossip_nodes = 0\nleave_timeout = \"300ms\"\nduring = \"9s\"{written}");
        let mut carriers = carriers(4, NodeId::new(2));
        left(4, &written, &[(3000, 2)]).watched(0, &mut carriers);
        assert_eq!(carriers.changes, [(after(3000 + stays), 3)]);
        assert!(carriers.messages[2] < 4);
    }
}

#[test]
fn who_leaves_last_has_nobody_to_tell() {
    let mut carriers = carriers(2, NodeId::new(1));
    left(2, "during = \"30s\"", &[(1000, 0), (20_000, 1)]).watched(0, &mut carriers);
    assert_eq!((carriers.changes[1], carriers.messages[1]), ((after(20_000), 0), 0));
}

/// By push/pull, from the one that it asks first, which in none of these runs is the one that has left.
#[test]
fn who_was_away_hears_of_who_has_left_and_takes_it_neither_for_alive_nor_for_dead() {
    let (away, gone) = (NodeId::new(1), NodeId::new(3));
    let case = left(64, "during = \"60s\"", &[(12_000, 3)]);
    let faults = vec![
        (after(11_000), Happening::Down(away)),
        case.faults[0],
        (after(30_000), Happening::Up { node: away, remembers: true }),
    ];
    for replicate in 0..5 {
        let run = Case { faults: faults.clone(), ..case.clone() }.run(replicate);
        let member = &run.view().states[away.index()];
        assert!(member.belief(gone).has_left() && member.suspicions.about(gone).is_none());
        assert!(!run.counts.detection.accuses(away, gone));
    }
}
