//! What members do that are suspected, or declared faulty, and are alive.

use super::*;

/// The longer a member has to refute, the fewer are declared faulty who are alive.
#[test]
fn who_is_suspected_refutes_it_in_time() {
    let mistakes = |replicate, suspicion| {
        let case = Case::new(16, &format!("helpers = 1\nsuspicion = {suspicion}"));
        let run = Case { loss: 0.1, periods: 100, ..case }.run(replicate);
        assert!(run.counts.suspicions > 0 && (run.counts.refutations > 0) == (suspicion > 0), "{:?}", run.counts);
        run.counts.detection.measured(run.end).mistakes
    };
    for replicate in 0..5 {
        let [none, short, long] = [0, 1, 3].map(|suspicion| mistakes(replicate, suspicion));
        println!("{none}, {short} and {long} mistakes");
        assert!(none > short && short > long, "{none}, {short}, {long}");
    }
}

#[test]
fn who_is_declared_faulty_and_is_not_comes_back_under_a_new_identity_or_stays_out() {
    let case = |rejoin| {
        let written = format!("helpers = 0\nsuspicion = 0\nrejoin = {rejoin}");
        Case { loss: 0.05, periods: 60, ..Case::new(16, &written) }
    };
    for replicate in 0..5 {
        let run = case(true).run(replicate);
        assert!(run.counts.rejoins > 10);
        let measured = run.counts.detection.measured(run.end);
        assert!(measured.retracted > measured.mistakes / 2, "{measured:?}");
        let run = case(false).run(replicate);
        let measured = run.counts.detection.measured(run.end);
        assert_eq!((run.counts.rejoins, measured.retracted), (0, 0));
        assert!(measured.mistakes > 16);
    }
}

#[test]
fn who_comes_back_after_a_crash_is_taken_for_alive_again_by_all() {
    for remembers in [false, true] {
        let node = NodeId::new(7);
        let at = |period: u64| Time::ZERO + SECOND * period;
        let case = Case {
            faults: vec![(at(3), Happening::Down(node)), (at(40), Happening::Up { node, remembers })],
            periods: 80,
            ..Case::new(16, "")
        };
        for replicate in 0..5 {
            let run = case.run(replicate);
            let measured = run.counts.detection.measured(run.end);
            assert_eq!((measured.all.known.len(), measured.mistakes), (1, 0));
            let own = run.view().states[7].belief(node);
            assert!(own.generation() > 1);
            assert!(run.view().states.iter().all(|member| member.members == 16 && member.belief(node) == own));
        }
    }
}

/// A member that remembers waits anew for what it suspected, and says again whom it takes for faulty.
#[test]
fn what_was_suspected_before_a_crash_is_judged_after_it() {
    let at = |period: u64| Time::ZERO + SECOND * period;
    let (lost, witness) = (NodeId::new(0), NodeId::new(1));
    let case = Case {
        faults: vec![
            (at(1), Happening::Down(lost)),
            (at(6), Happening::Down(witness)),
            (at(9), Happening::Up { node: witness, remembers: true }),
        ],
        periods: 60,
        // Two nodes: nobody else can tell.
        ..Case::new(2, "suspicion = 5")
    };
    let run = case.run(0);
    let measured = run.counts.detection.measured(run.end);
    assert!(run.view().states[1].belief(lost).is_faulty());
    assert_eq!((measured.failures, measured.first.missed), (2, 1), "nobody is left to know of the witness");
}
