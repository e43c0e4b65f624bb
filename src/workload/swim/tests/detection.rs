//! How soon failures are detected: against exact laws.

use std::ops::ControlFlow;

use super::*;
use crate::engine::View;
use crate::workload::detection::Detection;

/// Periods until each of the crashed nodes is detected by somebody, in a group where nobody is suspected first.
fn first_detections(case: &Case, replicate: u64) -> Vec<f64> {
    let run = case.run(replicate);
    let measured = Detection::measured(&run.counts.detection, run.end);
    assert_eq!(measured.first.missed, 0);
    measured.first.known.iter().map(|ms| ms / 1000.0).collect()
}

fn basic(nodes: u32, targets: &str) -> Case {
    Case::new(nodes, &format!("suspicion = 0\nhelpers = 0\n{targets}")).crashed(1)
}

const RANDOM: &str = "targets = \"random\"";
const UNDER_WAY: &str = "";
const FRESH: &str = "lists = \"fresh\"";

/// Random targets: the number of periods is geometric with 1 - (1 - 1/(n - 1))^(n - 1). Lists that are shuffled at the
/// crash: Σ ((L - t)/L)^L over t < L = n - 1. Lists at random places: by a program of its own.
fn assert_laws(nodes: u32, runs: u64, random: f64, fresh: f64, under_way: f64) {
    for (targets, expected) in [(RANDOM, random), (FRESH, fresh), (UNDER_WAY, under_way)] {
        // More periods than it ever takes: one in e is missed by a period.
        let case = Case { periods: 16, ..basic(nodes, targets) };
        let sample: Vec<f64> = (0..runs).flat_map(|replicate| first_detections(&case, replicate)).collect();
        assert_mean(&format!("n = {nodes}, {targets}"), &sample, expected);
    }
}

#[test]
fn the_first_of_8_nodes_detects_a_failure_as_soon_as_the_exact_laws_say() {
    assert_laws(8, 3000, 1.51496, 1.45749, 1.46528);
}

#[test]
fn the_first_of_16_nodes_detects_a_failure_as_soon_as_the_exact_laws_say() {
    assert_laws(16, 2000, 1.55102, 1.51973, 1.52224);
}

#[test]
fn the_first_of_32_nodes_detects_a_failure_as_soon_as_the_exact_laws_say() {
    assert_laws(32, 1000, 1.56707, 1.55085, 1.55157);
}

/// Of 16 nodes 4 crash at once: a given one is found out by somebody after 1.77607 periods in the mean, the last of them
/// after 3.06145, where they stay on the lists.
#[test]
fn four_failures_at_once_are_all_found_out_as_soon_as_the_exact_law_says() {
    let written = "suspicion = 1000\nhelpers = 0\npiggyback = 0\ntargets = \"random\"";
    let case = Case { periods: 20, ..Case::new(16, written) }.crashed(4);
    let (mut one, mut last) = (Vec::new(), Vec::new());
    for replicate in 0..2000 {
        let mut suspected = Suspected::default();
        case.watched(replicate, &mut suspected);
        let periods = suspected.periods.map(|periods| periods.unwrap() as f64);
        one.push(periods.iter().sum::<f64>() / 4.0);
        last.push(periods.into_iter().fold(0.0, f64::max));
    }
    assert_mean("a given one", &one, 1.77607);
    assert_mean("all four", &last, 3.06145);
}

/// The number of the period at the end of which somebody suspected each of nodes 12 to 15 first.
#[derive(Default)]
struct Suspected {
    looks: u64,
    periods: [Option<u64>; 4],
}

impl Observer<Swim> for Suspected {
    fn due(&self) -> Time {
        Time::ZERO + SECOND * self.looks
    }

    /// At the beginning of a period, before anybody acts: what is judged at the end of one is seen a period later.
    fn look(&mut self, _: Time, view: View<'_, Swim>) -> ControlFlow<()> {
        for (node, periods) in (12..).map(NodeId::new).zip(&mut self.periods) {
            let suspected =
                view.states.iter().any(|member| !member.view.is_empty() && member.belief(node).is_suspect());
            *periods = periods.or(suspected.then(|| self.looks - 1));
        }
        self.looks += 1;
        ControlFlow::Continue(())
    }
}

#[test]
fn a_suspicion_lasts_as_long_as_in_figure_3c_and_an_update_is_sent_as_often() {
    let protocol = settings("").protocol(&common(9));
    let periods = |members| protocol.suspicion_time(members).nanos() / SECOND.nanos();
    assert_eq!([8, 19, 20, 53, 54].map(periods), [9, 9, 12, 12, 15]);
}

/// A failed node is suspected first, and declared faulty when the time is over, by all.
#[test]
fn a_failure_is_declared_when_the_suspicion_is_over_and_known_to_all_soon_after() {
    for replicate in 0..20 {
        let case = Case { periods: 40, ..Case::new(16, "").crashed(1) };
        let run = case.run(replicate);
        let measured = run.counts.detection.measured(run.end);
        let ([first], [all]) = (&measured.first.known[..], &measured.all.known[..]) else { panic!("{measured:?}") };
        // ⌈ln 17⌉ = 3; suspected after a whole number of periods, and declared 9 periods later.
        let suspected = first / 1000.0 - 9.0;
        assert!(suspected >= 1.0 && suspected.fract() == 0.0, "suspected after {suspected} periods");
        assert!((0.0..10_000.0).contains(&(all - first)), "known to all {} ms later", all - first);
        assert_eq!((measured.mistakes, run.counts.refutations), (0, 0));
        let views = run.view().states.iter().take(15);
        assert!(views.clone().all(|member| member.members == 15 && member.belief(NodeId::new(15)).is_faulty()));
    }
}
