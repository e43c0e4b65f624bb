//! What becomes of the count of a node that loses its state, or whose messages are lost.

use super::*;

const VICTIM: NodeId = NodeId::new(2);

/// Five nodes that increment every second for 30 seconds, of which one is down from second 10 to 15 and has lost its
/// state when it comes back; all of what it counted until then has long been told.
fn crashed(recovery: Recovery, payload: Payload, strategy: Strategy, replicate: u64) -> Run<Counter> {
    let mut case = Case::complete(5, strategy);
    // It tells everybody of each increment as soon as it happens.
    case.fanout = 4;
    case.settings = CounterSettings { payload, recovery, during: SECOND * 30, ..case.settings };
    let at = |tenths| Time::ZERO + Span::from_millis(100) * tenths;
    case.faults = vec![(at(95), Happening::Down(VICTIM)), (at(145), Happening::Up { node: VICTIM, remembers: false })];
    let run = case.run(replicate);
    assert_eq!(run.outcome, Outcome::Converged, "{recovery:?}, {payload:?}, {strategy}");
    // 4 × 30, and of the victim 10 before the crash and 15 after it: those at the seconds 0 to 9 and 15 to 29.
    assert_eq!(Measured::of(&run).increments, 145);
    run
}

/// What nobody asks for, and is sent once only: that a node has lost what it had, nobody notices.
const PUSHED_DELTAS: (Payload, Strategy) = (Payload::Delta, Strategy::Push);

/// All other ways to exchange.
fn ways() -> impl Iterator<Item = (Payload, Strategy)> {
    let payloads = [Payload::Full, Payload::Hash, Payload::Delta];
    let strategies = [Strategy::Push, Strategy::Pull, Strategy::PushPull];
    let ways = payloads.into_iter().flat_map(move |payload| strategies.map(|strategy| (payload, strategy)));
    ways.filter(|way| *way != PUSHED_DELTAS)
}

#[test]
fn under_a_new_name_no_increment_that_was_told_is_lost() {
    for (payload, strategy) in ways() {
        let run = crashed(Recovery::NewId, payload, strategy, 0);
        assert_eq!(Measured::of(&run).value, Some(145), "{payload:?}, {strategy}");
        // The node has two entries now.
        assert!(run.memory.states.iter().all(|replica| replica.map.entries().len() == 6));
    }
}

#[test]
fn who_hears_of_its_old_entry_first_counts_on_from_there() {
    // Who recovers asks for everything, whatever the strategy.
    for (payload, strategy) in ways().chain([PUSHED_DELTAS]) {
        let run = crashed(Recovery::Recover, payload, strategy, 0);
        assert_eq!(Measured::of(&run).value, Some(145), "{payload:?}, {strategy}");
        assert!(run.memory.states.iter().all(|replica| replica.map.entries().len() == 5));
    }
}

#[test]
fn who_forgets_and_counts_on_in_its_old_entry_counts_in_vain_until_it_hears_of_it() {
    for (payload, strategy) in ways() {
        let run = crashed(Recovery::Forget, payload, strategy, 0);
        // The increment at second 15 makes an entry of 1, where the others know of 10 already; that it hears of in the
        // same second.
        assert_eq!(
            (Measured::of(&run).value, Measured::of(&run).true_value),
            (Some(144), 145),
            "{payload:?}, {strategy}"
        );
        assert_eq!(Measured::of(&run).errors, Some(Errors { mean: 1.0, greatest: 1, exact: 0.0 }));
    }
}

#[test]
fn what_nobody_has_heard_of_is_lost_with_the_state_of_its_node() {
    for recovery in [Recovery::NewId, Recovery::Recover, Recovery::Forget] {
        let mut case = Case::complete(5, Strategy::Push);
        // Between two turns the node increments, and crashes.
        case.settings = CounterSettings {
            every: Span::from_millis(300),
            during: Span::from_millis(400),
            recovery,
            ..case.settings
        };
        let at = |millis| Time::ZERO + Span::from_millis(millis);
        case.faults =
            vec![(at(350), Happening::Down(VICTIM)), (at(5000), Happening::Up { node: VICTIM, remembers: false })];
        let run = case.run(0);
        assert_eq!((Measured::of(&run).true_value, Measured::of(&run).value), (10, Some(9)), "{recovery:?}");
    }
}

#[test]
fn who_keeps_its_state_counts_on_as_if_nothing_had_been() {
    for (payload, strategy) in ways().chain([PUSHED_DELTAS]) {
        let mut case = Case::complete(5, strategy);
        case.settings =
            CounterSettings { payload, full_every: u64::from(payload != Payload::Full) * 7, ..case.settings };
        let at = |millis| Time::ZERO + Span::from_millis(millis);
        case.faults =
            vec![(at(10), Happening::Down(VICTIM)), (at(3500), Happening::Up { node: VICTIM, remembers: true })];
        let run = case.run(0);
        assert_eq!((Measured::of(&run).increments, Measured::of(&run).value), (5, Some(5)), "{payload:?}, {strategy}");
    }
}

#[test]
fn only_live_nodes_have_to_agree_and_newcomers_are_told_everything() {
    for (payload, strategy) in ways().chain([PUSHED_DELTAS]) {
        let mut case = Case { present: 4, ..Case::complete(6, strategy) };
        case.settings.payload = payload;
        case.settings.during = SECOND * 3;
        let at = |millis| Time::ZERO + Span::from_millis(millis);
        case.faults = vec![(at(1500), Happening::Join(NodeId::new(5))), (at(40_000), Happening::Down(VICTIM))];
        let run = case.run(0);
        // 4 × 3 increments, and one of the newcomer at second 2; node 4 never comes.
        assert_eq!((run.live, Measured::of(&run).increments, Measured::of(&run).value), (4, 13, Some(13)));
        // The run lasts until nothing more comes from outside; nodes agreed long before.
        assert!(Measured::of(&run).agreement_ms.is_some_and(|millis| millis < 30_000.0));
        assert_eq!((run.end, run.memory.states[4].map.entries().len()), (at(40_000), 0), "{payload:?}, {strategy}");
    }
}

#[test]
fn where_nobody_is_left_the_count_is_lost() {
    let mut case = Case::complete(2, Strategy::Push);
    case.faults = (0..2).map(|node| (Time::ZERO + SECOND * 3, Happening::Down(NodeId::new(node)))).collect();
    assert_eq!(case.run(0).outcome, Outcome::Lost);
}

#[test]
fn a_delta_that_is_pushed_and_lost_stays_lost_but_for_full_syncs_and_questions() {
    let converged = |strategy, full_every| {
        let mut case = Case { loss: 0.3, max_rounds: 300, ..Case::complete(2, strategy) };
        case.settings = CounterSettings { payload: Payload::Delta, full_every, ..case.settings };
        let runs = (0..20).map(|replicate| case.run(replicate));
        runs.filter(|run| Measured::of(run).value == Some(2)).count()
    };
    assert_eq!(
        [converged(Strategy::Push, 10), converged(Strategy::Pull, 0), converged(Strategy::PushPull, 0)],
        [20; 3]
    );
    assert!(converged(Strategy::Push, 0) < 20);
}
