//! Truth and verdicts by hand, against the measures worked out by hand.

use super::*;
use crate::engine::Change;
use crate::time::Time;
use crate::units::NodeId;

const SECOND: u64 = 1_000_000_000;

fn at(seconds: u64) -> Time {
    Time::from_nanos(seconds * SECOND)
}

/// Acts on a [`Detection`] in whole seconds.
struct Script(Detection);

impl Script {
    fn new(nodes: u32, up: u32) -> Self {
        Script(Detection::new(nodes, up))
    }

    fn change(&mut self, seconds: u64, node: u32, change: Change) -> &mut Self {
        self.0.population(at(seconds), NodeId::new(node), change);
        self
    }

    fn declare(&mut self, seconds: u64, accuser: u32, about: u32) -> &mut Self {
        self.0.declare(at(seconds), NodeId::new(accuser), NodeId::new(about));
        self
    }

    fn retract(&mut self, seconds: u64, accuser: u32, about: u32) -> &mut Self {
        self.0.retract(at(seconds), NodeId::new(accuser), NodeId::new(about));
        self
    }
}

fn known(milliseconds: &[f64], missed: usize) -> Delays {
    Delays { known: milliseconds.to_vec(), missed }
}

#[test]
fn a_failure_is_known_once_all_that_are_left_of_those_who_saw_it_know() {
    let mut script = Script::new(5, 4);
    script.change(10, 3, Change::Down).declare(12, 0, 3);
    // Who joins later never saw it, and who crashes is not waited for.
    script.change(13, 4, Change::Joined).declare(14, 1, 3);
    assert!(!script.0.all_known());
    script.change(15, 2, Change::Down).declare(16, 0, 2).declare(17, 4, 2);
    let run = script.0.measured(at(20));
    assert_eq!((run.failures, run.first, run.all), (2, known(&[1000.0, 2000.0], 0), known(&[5000.0], 1)));
    assert_eq!(script.0.sample()[2], 4.0 / 5.0, "node 1 has yet to hear of node 2");
    script.declare(20, 1, 2);
    assert!(script.0.all_known());
    assert_eq!(script.0.known_since(), Some(at(20)));
    let run = script.0.measured(at(20));
    assert_eq!((run.all.mean(), run.all.missed_share()), (Some(5000.0), Some(0.0)));
    // 3 nodes for 20 s, node 3 for 10, node 4 for 7, less 5 s of node 2.
    assert_eq!(run.node_hours, 72.0 / 3600.0);
}

#[test]
fn detection_counts_from_when_it_lasts() {
    let mut script = Script::new(3, 3);
    // The last heartbeat arrives after the crash: both are convinced anew.
    script.declare(9, 0, 2).change(10, 2, Change::Down).declare(11, 1, 2);
    assert_eq!(script.0.measured(at(11)).all, known(&[1000.0], 0));
    script.retract(12, 0, 2).retract(12, 1, 2);
    assert_eq!((script.0.measured(at(12)).first, script.0.known_since()), (known(&[], 1), None));
    script.declare(15, 1, 2).declare(18, 0, 2);
    let run = script.0.measured(at(20));
    assert_eq!((run.first, run.all), (known(&[5000.0], 0), known(&[8000.0], 0)));
    // The mistake of node 0 was one until the crash, and was not retracted before.
    assert_eq!((run.mistakes, run.retracted, run.wrong_ms), (1, 0, 1000.0));
}

#[test]
fn a_failure_that_is_over_before_all_know_is_missed_and_no_mean_leaves_it_out() {
    let mut script = Script::new(3, 3);
    script.change(1, 2, Change::Down).declare(3, 0, 2).change(4, 2, Change::Up);
    script.change(5, 1, Change::Down).declare(6, 0, 1).declare(7, 2, 1);
    let run = script.0.measured(at(10));
    assert_eq!((run.first.mean(), run.all.clone()), (Some(1500.0), known(&[2000.0], 1)));
    assert_eq!((run.all.mean(), run.all.quantile(0.0), run.all.quantile(0.5)), (None, Some(2000.0), None));
    assert_eq!(run.all.missed_share(), Some(0.5));
    assert!(!script.0.all_known(), "a missed failure stays missed");
}

#[test]
fn verdicts_on_a_former_life_are_no_mistakes_and_hold_for_the_next_failure() {
    let mut script = Script::new(2, 2);
    script.change(1, 1, Change::Down).declare(2, 0, 1).change(3, 1, Change::Up);
    assert_eq!(script.0.measured(at(4)).mistakes, 0);
    script.change(5, 1, Change::Down);
    assert_eq!(script.0.measured(at(5)).first, known(&[0.0, 1000.0], 0));
    script.change(6, 1, Change::Up).retract(7, 0, 1).declare(8, 0, 1).retract(10, 0, 1);
    let run = script.0.measured(at(10));
    assert_eq!((run.mistakes, run.retracted, run.mistake_duration()), (1, 1, Some(2000.0)));
}

#[test]
fn mistakes_are_split_by_who_has_been_blocked() {
    let until = at(9);
    let mut script = Script::new(4, 4);
    script.change(0, 1, Change::ToBeBlocked);
    script.declare(1, 0, 1).retract(3, 0, 1).change(4, 1, Change::Blocked { until });
    // About one that is blocked; by it, also after its release; between others.
    script.declare(5, 0, 1).declare(6, 1, 2).change(9, 1, Change::Released).declare(9, 1, 3).declare(9, 2, 3);
    assert_eq!(script.0.sample()[..2], [0.75, 0.75]);
    let run = script.0.measured(at(10));
    assert_eq!((run.mistakes, run.false_positives, run.of_healthy), (5, 4, 2));
    // The first was about one that was blocked only later.
    assert_eq!((run.about_healthy, run.between_healthy), (3, 1));
    // Time of mistakes: 2 + 5 + 4 + 1 + 1 s, of which one was retracted; 12 pairs for 10 s.
    assert_eq!((run.wrong_ms, run.pair_ms, run.mistake_duration()), (13e3, 120e3, Some(13e3)));
    assert_eq!((run.mistake_recurrence(), run.query_accuracy()), (Some(24e3), Some(1.0 - 13.0 / 120.0)));
}

#[test]
fn verdicts_are_told_once_and_those_of_the_dead_and_on_the_gone_count_for_nothing() {
    let mut script = Script::new(3, 3);
    script.declare(1, 0, 1).declare(2, 0, 1).retract(2, 0, 2).change(3, 1, Change::Left);
    script.declare(4, 2, 1).declare(4, 2, 0).change(5, 2, Change::Down).change(6, 2, Change::Up);
    let run = script.0.measured(at(8));
    assert_eq!((run.failures, run.mistakes, run.retracted, run.wrong_ms), (1, 2, 0, 3000.0));
    assert_eq!(script.0.sample()[..2], [0.0, 0.0]);
    assert!(!script.0.accuses(NodeId::new(2), NodeId::new(0)), "it lost that by its crash");
    assert!(script.0.accuses(NodeId::new(0), NodeId::new(1)));
}

#[test]
fn only_those_who_monitor_a_node_are_to_know() {
    let mut script = Script::new(4, 4);
    script.0.monitor_none();
    // A ring.
    for node in 0..4_u32 {
        for other in [(node + 1) % 4, (node + 3) % 4] {
            script.0.monitor(at(0), NodeId::new(node), NodeId::new(other));
        }
    }
    script.change(2, 0, Change::Down).declare(3, 1, 0).declare(5, 3, 0);
    let run = script.0.measured(at(7));
    assert_eq!((run.first, run.all), (known(&[1000.0], 0), known(&[3000.0], 0)));
    // Eight pairs for 2 s, four for 5.
    assert_eq!(run.pair_ms, 36e3);
}

#[test]
fn what_follows_from_no_events_is_empty() {
    let run = Detection::new(1, 1).measured(at(0));
    assert_eq!((run.first.mean(), run.all.missed_share(), run.mistake_duration()), (None, None, None));
    assert_eq!((run.per_node_hour(0), run.mistake_recurrence(), run.query_accuracy()), (None, None, None));
}
