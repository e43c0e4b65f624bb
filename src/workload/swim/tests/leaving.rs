//! What members do that leave, and what others make of it.

use super::*;
use crate::workload::members::Belief;

fn at(millis: u64) -> Time {
    Time::ZERO + Span::from_millis(millis)
}

/// Nodes leave after so many milliseconds each.
fn left(nodes: u32, written: &str, leaves: &[(u64, u32)]) -> Case {
    let leave = |&(millis, node)| (at(millis), Happening::Leave(NodeId::new(node)));
    Case { faults: leaves.iter().map(leave).collect(), periods: 60, ..Case::new(nodes, written) }
}

fn carriers(nodes: u32, about: NodeId) -> Carriers<Swim> {
    Carriers::new(nodes, about, |message: &Message, about| {
        message.news.iter().filter(|update| update.about == about).count()
    })
}

/// Of two members, one leaves at 3.5 s. It has 3 ⌈ln 3⌉ = 6 messages to send: at 4 s its ping and its answer to the other,
/// which knows from then on and pings nobody any more; then a ping a period, of which that at 8 s is the sixth.
#[test]
fn one_of_two_members_leaves_after_six_messages() {
    let about = NodeId::new(1);
    let mut carriers = carriers(2, about);
    let run = left(2, "", &[(3500, 1)]).watched(0, &mut carriers);
    assert_eq!((carriers.messages[1], carriers.changes), (6, vec![(at(8000), 1)]));
    assert_eq!(run.view().states[0].belief(about), Belief::FIRST.left());
    assert_eq!((run.view().states[0].members, run.counts.suspicions), (1, 0));
    // Nobody is left to be probed: one probe of each a period until 4 s, and those of who leaves.
    assert_eq!(run.counts.probes, 2 * 5 + 4);
}

/// Of three, at least the one that it pings knows after the first period, and 3 ⌈ln 4⌉ = 6 messages are sent.
#[test]
fn one_of_three_members_leaves_after_six_messages_and_both_others_know() {
    for replicate in 0..20 {
        let about = NodeId::new(2);
        let mut carriers = carriers(3, about);
        let run = left(3, "", &[(3500, 2)]).watched(replicate, &mut carriers);
        assert!(carriers.messages[2] == 6 && carriers.messages.iter().all(|&messages| messages <= 6));
        let [(gone, 2)] = carriers.changes[..] else { panic!("{:?}", carriers.changes) };
        // A ping each period from 4 s on, and at most two answers to those who do not know.
        assert!((at(7000)..=at(9000)).contains(&gone), "{gone:?}");
        assert!(run.view().states.iter().take(2).all(|member| member.belief(about).has_left() && member.members == 2));
        assert_eq!(run.counts.suspicions, 0);
    }
}

#[test]
fn without_loss_all_learn_who_leaves_and_nobody_suspects_it_while_crashes_are_detected() {
    for (nodes, limit) in [(16, 9), (64, 15)] {
        let case = left(nodes, "", &[(5500, 3), (5500, 7), (9000, 11)]);
        for replicate in 0..10 {
            let node = NodeId::new(3);
            let mut carriers = carriers(nodes, node);
            let run = case.watched(replicate, &mut carriers);
            assert!(carriers.messages.iter().all(|&messages| messages <= limit), "{:?}", carriers.messages);
            assert_eq!(carriers.messages[3], limit);
            let measured = run.counts.detection.measured(run.end);
            assert_eq!((run.counts.suspicions, measured.failures, measured.mistakes), (0, 0, 0));
            let live = run.view().states.iter().enumerate().filter(|&(place, _)| run.view().is_up(place));
            assert!(live.into_iter().all(|(_, member)| member.members == nodes - 3 && {
                [3, 7, 11].iter().all(|&gone| member.belief(NodeId::new(gone)).has_left())
            }));
        }
        let crash = (at(20_000), Happening::Down(NodeId::new(0)));
        let run = Case { faults: [&case.faults[..], &[crash]].concat(), ..case }.run(0);
        let measured = run.counts.detection.measured(run.end);
        assert_eq!((measured.failures, measured.all.missed, measured.mistakes), (1, 0, 0));
    }
}

#[test]
fn who_can_tell_nobody_goes_at_once_and_is_detected_as_if_it_had_crashed() {
    let mut carriers = carriers(4, NodeId::new(1));
    let run = left(4, "piggyback = 0", &[(3500, 1)]).watched(0, &mut carriers);
    assert_eq!(carriers.changes, [(at(3500), 3)]);
    assert!(
        run.view()
            .states
            .iter()
            .enumerate()
            .filter(|&(place, _)| place != 1)
            .all(|(_, member)| { member.belief(NodeId::new(1)).is_faulty() })
    );
    assert_eq!(run.counts.detection.measured(run.end).mistakes, 0, "it was gone");
}

/// The last one that leaves has nobody to ping any more: it goes in its next turn.
#[test]
fn who_leaves_last_has_nobody_to_tell() {
    let mut carriers = carriers(2, NodeId::new(0));
    left(2, "", &[(3500, 1), (20_500, 0)]).watched(0, &mut carriers);
    assert_eq!((carriers.changes[1], carriers.messages[0]), ((at(21_000), 0), 0));
}

/// What a blocked member says is sent when it is released, and it stays for that.
#[test]
fn who_is_blocked_while_it_leaves_goes_when_it_is_released() {
    let (node, until) = (NodeId::new(1), at(30_000));
    let leave = (at(3500), Happening::Leave(node));
    let faults = vec![(at(3000), Happening::Block { node, until }), leave, (until, Happening::Release(node))];
    let mut carriers = carriers(4, node);
    Case { faults, ..left(4, "", &[]) }.watched(0, &mut carriers);
    assert_eq!((carriers.changes, carriers.messages[1]), (vec![(until, 3)], 6));
}
