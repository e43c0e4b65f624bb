//! Messages that arrive twice, that arrive corrupted, and that keep their order.

use std::collections::BTreeMap;

use gossipsim::engine::Outcome;
use gossipsim::experiment;
use gossipsim::observe::LoggedMessage;
use gossipsim::time::Time;
use gossipsim::units::NodeId;

use crate::common::{ending, judge, point, rounds, sample, scenario};

const RUNS: u64 = 20_000;

/// A copy is a message of its own: it is answered on its own, and its answers meet losses of their own. Both nodes open a
/// conversation in every round. What is not lost arrives twice, at once. Of the one that knows: each of two versions asks
/// for the update, and is not answered with probability 1/2 + 1/2 · 1/4 = 5/8, so that it fails with 1 - 1/2 (1 - 25/64) =
/// 89/128. Of the other: each of two versions is answered, so that it fails with 1 - 1/2 · 3/4 = 5/8.
#[test]
fn copies_are_answered_and_lost_on_their_own() {
    let all = point("nodes = 2\nloss = 0.5\nduplication = 1", "strategy = \"push-pull\"");
    let fails = 89.0 / 128.0 * 5.0 / 8.0;
    judge("digest", 1.0 / (1.0 - fails), sample(RUNS, |run| rounds(&all, run)), RUNS);
    // With a constant latency a message and its copy arrive at one instant, too.
    let slow = point(
        "nodes = 2\nloss = 0.5\nduplication = 1\nlatency = \"10ms\"",
        "strategy = \"push-pull\"\nphase = \"random\"",
    );
    judge("over latency", 1.0 / (1.0 - fails), sample(RUNS, |run| f64::from(turns(&slow, run))), RUNS);
    // A push and the copy of a push are lost together.
    let push = point("nodes = 2\nloss = 0.5\nduplication = 1", "strategy = \"push\"");
    judge("push", 2.0, sample(RUNS, |run| rounds(&push, run)), RUNS);
}

/// In which turn of both nodes the update got through: no conversation takes as long as the time between two turns.
fn turns(point: &gossipsim::scenario::Point, replicate: u64) -> u32 {
    let ending = ending(point, replicate);
    assert_eq!(ending.outcome, Outcome::Converged);
    (ending.tally.turns as u32).div_ceil(2)
}

/// The shares that are duplicated and corrupted are as they should be, and what is corrupted is as good as lost.
#[test]
fn what_is_corrupted_is_as_good_as_lost_and_is_counted() {
    // Of 5 messages 2 are lost or corrupted, or 1 in 2.
    for (network, expected) in [("loss = 0.2\ncorruption = 0.375", 30.0 / 7.0), ("corruption = 0.5", 30.0 / 7.0)] {
        let push = point(&format!("nodes = 3\n{network}"), "strategy = \"push\"");
        judge(network, expected, sample(RUNS, |run| rounds(&push, run)), RUNS);
    }
    let text = "nodes = 400\nloss = 0.2\ncorruption = 0.1\nduplication = 0.3\n\
                latency = { kind = \"uniform\", min = \"10ms\", max = \"2s\" }";
    let tally = ending(&point(text, "strategy = \"push-pull\"\nphase = \"poisson\""), 0).tally;
    let [sent, lost, copies, corrupted] =
        [tally.sent, tally.lost, tally.duplicated, tally.corrupted].map(|count| count as f64);
    let near = |what: &str, found: f64, of: f64, share: f64| {
        let z = (found - of * share) / (of * share * (1.0 - share)).sqrt();
        assert!(z.abs() <= 4.0, "{what}: {found} of {of}, z = {z:.1}");
    };
    near("lost", lost, sent, 0.2);
    near("copies", copies, sent - lost, 0.3);
    near("corrupted", corrupted, sent - lost + copies, 0.1);
    assert!(sent > 5000.0);
    let none = ending(&point("nodes = 9\ncorruption = 1", "strategy = \"push\""), 0);
    assert_eq!((none.tally.informed, none.tally.corrupted, none.tally.sent > 0), (1, none.tally.sent, true));
}

/// Over TCP what is corrupted is sent again, and nothing arrives twice.
#[test]
fn over_tcp_corruption_costs_time_and_copies_are_discarded() {
    let over = |more: &str| {
        let network = format!("nodes = 2\ntransport = \"tcp\"\nlatency = \"30ms\"\n{more}");
        let point = point(&network, "strategy = \"push\"\ninterval = \"1000s\"");
        (0..200).map(|run| ending(&point, run)).collect::<Vec<_>>()
    };
    let (corrupted, lost) = (over("corruption = 0.5\nduplication = 1"), over("loss = 0.5"));
    for ending in &corrupted {
        assert_eq!((ending.tally.duplicated, ending.tally.corrupted, ending.outcome), (0, 0, Outcome::Converged));
    }
    // 30 ms, 230 ms, 630 ms, … by how often it was sent again; the draws are others than those of losses.
    let waits = |endings: &[gossipsim::workload::rumor::Ending]| {
        let mut times: Vec<u64> =
            endings.iter().map(|ending| ending.last_learned.unwrap().nanos() / 1_000_000).collect();
        times.sort_unstable();
        times.dedup();
        times
    };
    assert_eq!(waits(&corrupted)[..5], waits(&lost)[..5]);
    assert_eq!(waits(&lost)[..5], [30, 230, 630, 1430, 3030]);
    assert!(corrupted != lost);
}

/// Nothing that is drawn about a message depends on whether others are duplicated or corrupted with a small probability:
/// with none of either a run is the one without.
#[test]
fn what_never_happens_changes_nothing() {
    let text = "nodes = 64\nloss = 0.1\nlatency = { kind = \"exponential\", mean = \"300ms\" }";
    for gossip in ["strategy = \"push-pull\"", "strategy = \"push\"\nspread = { kind = \"coin\", k = 2 }"] {
        let plain = point(text, gossip);
        // So rarely that it never happens in these runs, and all is set up for it.
        let rare = point(&format!("{text}\nduplication = 1e-15\ncorruption = 1e-15"), gossip);
        for replicate in 0..5 {
            let [one, other] = [&plain, &rare].map(|point| ending(point, replicate));
            assert_eq!(one, other, "{gossip}");
        }
    }
}

/// Heartbeats are sent whatever arrives: each arrives when the last of those sent to the same node before it would have, if that
/// is later than it would have itself. Without an order many overtake others.
#[test]
fn messages_of_a_pair_arrive_in_their_order_at_the_latest_of_their_times() {
    let text = |more: &str| {
        format!(
            "[network]\nnodes = 5\nloss = 0.1\nlatency = {{ kind = \"exponential\", mean = \"2s\" }}\n{more}\n[gossip]\n\
             strategy = \"push\"\nphase = \"random\"\n[workload]\nkind = \"detector\"\nduring = \"200s\"\n"
        )
    };
    let messages = |more: &str| -> Vec<LoggedMessage> {
        let trace = experiment::trace(&scenario(&text(more)).point(0), 0, &|| true).unwrap();
        trace.log.messages().map(|(_, message)| message.clone()).collect()
    };
    let (free, kept) = (messages(""), messages("ordered = true"));
    assert_eq!((free.len(), free.len() > 500), (kept.len(), true));
    let (mut last, mut overtaking) = (BTreeMap::<[NodeId; 2], Time>::new(), 0);
    for (free, kept) in free.iter().zip(&kept) {
        assert_eq!((free.sent, free.from, free.to), (kept.sent, kept.from, kept.to));
        let expected = free.comes.map(|own| {
            let last = last.entry([free.from, free.to]).or_default();
            overtaking += u32::from(own < *last);
            *last = own.max(*last);
            *last
        });
        assert_eq!(kept.comes, expected);
    }
    assert!(overtaking > 100, "{overtaking} of {} overtake", free.len());
}
