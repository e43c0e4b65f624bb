//! Local health: how slow members take themselves for, and what they do about it.

use super::*;

/// On a LAN the word of helpers comes after half a second and another half, which with any latency is too late: a dead
/// target costs three points, and each success takes one back (`state.go`).
#[test]
fn a_dead_target_costs_as_many_points_as_helpers_that_are_late() {
    let scores = |written: &str| {
        let mut scores = Scores::default();
        let case = Case::new(24, &format!("during = \"9s\"\n{written}")).crashed(0);
        let run = case.watched(0, &mut scores);
        assert!(run.counts.failed > 0);
        scores.greatest
    };
    assert_eq!(scores(""), 3);
    // In time, where they wait for less: 200 ms and 200 ms of a second, as in the local profile.
    assert_eq!(scores("probe_timeout = \"200ms\""), 0);
    // Nobody says anything.
    assert_eq!(scores("indirect_checks = 0"), 1);
    assert_eq!(scores("local_health_probe = false"), 0);
}

/// The greatest score of any member, at the end of every period.
#[derive(Default)]
struct Scores {
    due: Time,
    greatest: u32,
}

impl Observer<Memberlist> for Scores {
    fn due(&self) -> Time {
        self.due
    }

    fn look(&mut self, now: Time, view: crate::engine::View<'_, Memberlist>) -> std::ops::ControlFlow<()> {
        let greatest = view.states.iter().map(|member| member.score).max().unwrap_or_default();
        self.greatest = self.greatest.max(greatest);
        self.due = now + Span::from_millis(1);
        std::ops::ControlFlow::Continue(())
    }
}

/// The score of a member stays in its range, and makes its probes last longer.
#[test]
fn who_takes_itself_for_slow_probes_less_often() {
    // Nobody else is there: every probe of the one that is left fails.
    let down = (1..6).map(|node| (Time::ZERO, Happening::Down(NodeId::new(node)))).collect();
    let written = "suspicion_mult = 100\nindirect_checks = 0\npush_pull_interval = \"0s\"\nduring = \"99s\"";
    let case = Case { faults: down, ..Case::new(6, written) };
    let run = case.run(0);
    assert_eq!(run.view().states[0].score, 7);
    // After 0, 1, 3, 6, 10, 15, 21, 28 seconds, and then every 8: 36, 44, … 92.
    assert_eq!(run.counts.probes, 16);
    let off = Case { settings: settings(&format!("{written}\nlocal_health_probe = false")), ..case };
    assert_eq!(off.run(0).counts.probes, 99);
}

/// Where packets are lost, a connection repeats them, and finds who is alive.
#[test]
fn tcp_finds_who_is_alive() {
    let lossy = |written: &str| {
        let case = Case { loss: 0.4, ..Case::new(8, &format!("during = \"60s\"\nindirect_checks = 0\n{written}")) };
        let run = case.run(0);
        (run.counts.reached, run.counts.failed)
    };
    let (with, without) = (lossy(""), lossy("tcp_fallback = false"));
    println!("reached and failed: {with:?} with TCP, {without:?} without");
    assert!(with.0 > 0 && without.0 == 0 && with.1 < without.1);
}
