//! Membership in the event loop: how soon lists are right, and what makes them wrong.

use std::convert::Infallible;

use super::*;
use crate::clock::{Aligned, Phase};
use crate::engine::{Happening, Limits, Outcome, Run, UpAndDown};
use crate::random::Chance;
use crate::time::{Span, Time};
use crate::topology::CompleteGraph;
use crate::units::NodeId;
use crate::workload::testing::{Trial, z};
use crate::workload::{BackOff, Common, Strategy, Workload};

const SECOND: Span = Span::from_millis(1000);

fn at(seconds: f64) -> Time {
    Time::from_nanos((seconds * 1e9) as u64)
}

/// A run in synchronous rounds of a second on the complete graph.
#[derive(Clone)]
struct Case {
    nodes: u32,
    /// So many of them are there from the start.
    present: u32,
    strategy: Strategy,
    settings: MembershipSettings,
    loss: f64,
    latency: Span,
    faults: Vec<(f64, Happening<Infallible>)>,
    max_rounds: u64,
}

impl Case {
    fn of(nodes: u32, strategy: Strategy) -> Self {
        let settings = MembershipSettings {
            versions: Versions::Heartbeat,
            exchange: Exchange::Full,
            knows: Knows::Seeds,
            seeds: 1,
            reconnect: false,
            fail_after: SECOND * 20,
            timeout: Span::from_millis(500),
            entry_bytes: 12,
            state_bytes: 100,
            during: Span::ZERO,
        };
        let (loss, latency, faults) = (0.0, Span::ZERO, Vec::new());
        Case { nodes, present: nodes, strategy, settings, loss, latency, faults, max_rounds: 10_000 }
    }

    /// All list each other from the start, and what is newer is told by `versions`.
    fn settled(nodes: u32, versions: Versions) -> Self {
        let case = Case::of(nodes, Strategy::PushPull);
        Case { settings: MembershipSettings { knows: Knows::All, versions, ..case.settings }, ..case }
    }

    fn run(&self, replicate: u64) -> Run<Membership> {
        let common = Common {
            nodes: self.present,
            strategy: self.strategy,
            fanout: 1,
            interval: SECOND,
            phase: Phase::Aligned,
            back_off: BackOff::NONE,
            complete: true,
        };
        assert_eq!(self.settings.check(&common), Ok(()));
        let trial = Trial {
            protocol: &self.settings.protocol(&common),
            graph: &CompleteGraph::over(self.nodes),
            chance: Chance { seed: 1, nodes: self.nodes, replicate },
            loss: self.loss,
            latency: self.latency,
            fanout: 1,
            limits: Limits::new(self.max_rounds, SECOND, None),
            happenings: self.faults.iter().map(|(seconds, happening)| (at(*seconds), *happening)).collect(),
        };
        trial.run(Aligned::new(self.nodes, SECOND), UpAndDown::new(self.nodes, self.present), &mut ())
    }
}

/// The number of the round in which all lists were right.
fn rounds(run: &Run<Membership>) -> u64 {
    assert_eq!(run.outcome, Outcome::Converged);
    run.end.round(SECOND).number()
}

fn node(number: u32) -> NodeId {
    NodeId::new(number)
}

/// In the first round all tell the seed, and in the second all hear from it.
#[test]
fn all_join_through_one_seed_in_two_rounds() {
    for nodes in [3, 8, 70, 200] {
        let run = Case::of(nodes, Strategy::PushPull).run(0);
        assert_eq!(rounds(&run), 2, "{nodes} nodes");
        assert_eq!(run.counts.arrivals.known[2].len(), nodes as usize);
        assert_eq!((run.counts.unknown(true), run.counts.false_removals), (0, 0));
    }
}

/// By push alone: 6.38 rounds of 8 nodes, of which the last digit is off by 2 (a standard error).
#[test]
fn by_push_alone_joining_takes_longer() {
    let sample: Vec<f64> =
        (0..4000).map(|replicate| rounds(&Case::of(8, Strategy::Push).run(replicate)) as f64).collect();
    let z = z(&sample, 6.38, 0.02);
    assert!(z.abs() <= 4.0, "z = {z:.2}");
}

/// The same nodes learn the same in the same rounds, and less is sent.
#[test]
fn digests_tell_the_same_as_whole_lists_with_fewer_bytes() {
    for versions in [Versions::Heartbeat, Versions::Incarnation] {
        let whole = Case { nodes: 12, ..Case::settled(10, versions) };
        let whole = Case {
            faults: vec![(2.5, Happening::Join(node(10))), (5.5, Happening::Join(node(11)))],
            settings: MembershipSettings { during: SECOND * 12, ..whole.settings },
            ..whole
        };
        let digest = Case {
            settings: MembershipSettings { exchange: Exchange::Digest, ..whole.settings.clone() },
            ..whole.clone()
        };
        let (one, other) = (whole.run(3), digest.run(3));
        assert_eq!((one.end, one.outcome), (other.end, other.outcome), "{versions:?}");
        assert_eq!(one.counts.arrivals, other.counts.arrivals);
        let bytes = |run: &Run<Membership>| run.tally.payload.iter().sum::<u64>();
        assert!(bytes(&other) * 2 < bytes(&one), "{versions:?}: {} and {}", bytes(&other), bytes(&one));
    }
}

/// Two nodes hear of each other at 5 s; one crashes half a second later. With heartbeats the other looks at 9 s, and 3 s
/// are over; with incarnations it asks at 6 s and waits half a second.
#[test]
fn a_crash_is_noticed_when_the_time_is_over() {
    for (versions, expected) in [(Versions::Heartbeat, 3500.0), (Versions::Incarnation, 1000.0)] {
        let case = Case::settled(2, versions);
        let case = Case {
            settings: MembershipSettings { fail_after: SECOND * 3, ..case.settings },
            faults: vec![(5.5, Happening::Down(node(1)))],
            ..case
        };
        let run = case.run(0);
        assert_eq!(run.outcome, Outcome::Converged);
        assert_eq!(run.counts.departures.mean_ms(2), Some(expected), "{versions:?}");
    }
}

/// Lost questions make nodes be taken for failed; they hear of it, and come back in their next incarnation.
#[test]
fn who_is_taken_for_failed_refutes_it() {
    let case = Case::settled(10, Versions::Incarnation);
    let settings = MembershipSettings { during: SECOND * 60, ..case.settings };
    let run = Case { settings, loss: 0.1, ..case }.run(0);
    assert_eq!(run.outcome, Outcome::Converged);
    assert!(run.counts.false_removals > 50 && run.counts.all_right(), "{}", run.counts.false_removals);
    let refuted = run.memory.states.iter().zip(0..).filter(|(list, own)| list.entry(node(*own)).generation > 1).count();
    assert!(refuted >= 5, "{refuted} nodes refuted");
}

/// Who leaves says so, and nobody waits for a silence; who comes back without a memory is listed again.
#[test]
fn leaving_is_told_and_coming_back_too() {
    for versions in [Versions::Heartbeat, Versions::Incarnation] {
        let case = Case::settled(20, versions);
        let run = Case { faults: vec![(3.5, Happening::Leave(node(7)))], ..case.clone() }.run(1);
        assert_eq!(run.outcome, Outcome::Converged);
        assert!(run.counts.departures.longest_ms().unwrap() < 12_000.0, "{versions:?}: {:?}", run.counts.departures);
        for remembers in [false, true] {
            let faults = vec![(3.5, Happening::Down(node(7))), (40.2, Happening::Up { node: node(7), remembers })];
            let run = Case { faults, ..case.clone() }.run(2);
            assert_eq!(run.outcome, Outcome::Converged, "{versions:?}");
            assert_eq!((run.counts.unknown(true), run.counts.unknown(false)), (0, 0), "{versions:?}");
            assert!(run.counts.arrivals.longest_ms().unwrap() < 12_000.0, "{:?}", run.counts.arrivals);
        }
    }
}

/// A node that lists L others of which no one is a seed in the mean of 1 - S / L turns, and has heard of U more, sends
/// 1 + U / (L + 1) + (1 - S / L) S / (L + U) messages a turn, S being the seeds other than itself.
#[test]
fn nodes_that_reconnect_contact_as_many_as_the_law_says() {
    let case = Case::settled(10, Versions::Heartbeat);
    let case = Case {
        settings: MembershipSettings {
            seeds: 3,
            reconnect: true,
            exchange: Exchange::Digest,
            fail_after: SECOND * 15,
            during: SECOND * 100_000,
            ..case.settings
        },
        faults: vec![(0.5, Happening::Down(node(7))), (0.5, Happening::Down(node(8))), (0.5, Happening::Down(node(9)))],
        ..case
    };
    let sent = |max_rounds| Case { max_rounds, ..case.clone() }.run(0).tally.sent[2];
    let rounds = 1000.0;
    let measured = (sent(1040) - sent(40)) as f64;
    let (listed, unlisted) = (6.0, 3.0);
    let law = |seeds: f64| {
        let chances = [unlisted / (listed + 1.0), (1.0 - seeds / listed) * seeds / (listed + unlisted)];
        let variance: f64 = chances.iter().map(|chance| chance * (1.0 - chance)).sum();
        (1.0 + chances[0] + chances[1], variance)
    };
    let (seed, other) = (law(2.0), law(3.0));
    let mean = rounds * (3.0 * seed.0 + 4.0 * other.0);
    let error = (rounds * (3.0 * seed.1 + 4.0 * other.1)).sqrt();
    println!("measured {measured}, expected {mean:.1}, z = {:.2}", (measured - mean) / error);
    assert!(((measured - mean) / error).abs() <= 4.0);
}

/// Whatever comes and goes, the totals are those of a recount (which ends a run otherwise), and lists become right again.
#[test]
fn lists_become_right_whatever_comes_and_goes() {
    for versions in [Versions::Heartbeat, Versions::Incarnation] {
        for exchange in [Exchange::Full, Exchange::Digest] {
            for replicate in 0..20 {
                let case = Case::settled(16, versions);
                let when = |step: u64| 1.3 + step as f64 * 2.7 + replicate as f64 * 0.1;
                let faults = vec![
                    (when(0), Happening::Down(node(3))),
                    (when(1), Happening::Join(node(16))),
                    (when(2), Happening::Leave(node(5))),
                    (when(3), Happening::Up { node: node(3), remembers: replicate % 2 == 0 }),
                    (when(4), Happening::Down(node(0))),
                    (when(5), Happening::Join(node(17))),
                    (when(6), Happening::Up { node: node(0), remembers: false }),
                    (when(7), Happening::Down(node(16))),
                ];
                let settings = MembershipSettings { exchange, seeds: 2, fail_after: SECOND * 15, ..case.settings };
                let latency = Span::from_millis(30);
                let run =
                    Case { nodes: 18, settings, faults, latency, loss: 0.002, max_rounds: 400, ..case }.run(replicate);
                assert_eq!(run.outcome, Outcome::Converged, "{versions:?}, {exchange:?}, {replicate}");
                assert!(run.counts.all_right());
                let Delays { known: [.., known], unknown } = &run.counts.departures;
                assert_eq!(known.len() as u64 + unknown, 4, "{versions:?}, {exchange:?}, {replicate}");
            }
        }
    }
}
