//! Which of two writes wins, and how far nodes are behind a writer: against exact values.

use super::*;

/// Writes at two nodes, one drawn uniformly and then another, `rounds` rounds apart: whether the second wins.
fn second_wins(nodes: u32, rounds: u64, replicate: u64) -> f64 {
    let mut case = Case::new(nodes, Strategy::Push, Payload::Full);
    let draws = Chance { seed: 9, nodes, replicate }.field(Purpose::Workload);
    let first = draws.below(nodes, 0, 0, 0);
    let second = (first + 1 + draws.below(nodes - 1, 0, 1, 0)) % nodes;
    case.at(0, write(first));
    case.at(rounds * 1000, write(second));
    let run = case.run(replicate);
    let held = run.memory.states[0].version(0);
    assert_eq!((held, run.counts.order_violations), (run.counts.latest(0), 0), "the greatest version wins");
    let measured = Measured::of(&run);
    assert_eq!((measured.lost, measured.wrong_keys), (measured.concurrent, Some(0)));
    f64::from(held.writer() == NodeId::new(second))
}

/// |z| <= 4: the second write wins if its node had heard of the first, else if its node has the greater number:
/// (1 + P(heard)) / 2, where P(heard) = (E\[I_t\] - 1) / (n - 1) of one rumor, told by push; for n = 16 and t = 2
/// E\[I_2\] = 3.8044, so .593481 (derived).
#[test]
fn a_later_write_wins_as_often_as_its_node_has_heard_of_the_first() {
    for (rounds, informed, exact) in [(0, 1.0, 0.5), (2, 3.80443, 0.593481), (5, 12.8887, 0.896290)] {
        assert!(((1.0_f64 + (informed - 1.0) / 15.0) / 2.0 - exact).abs() < 2e-6, "{exact}");
        let sample: Vec<f64> = (0..6000).map(|replicate| second_wins(16, rounds, replicate)).collect();
        let z = z(&sample, exact, 2e-6);
        assert!(z.abs() <= 4.0, "{rounds} rounds: z = {z:.2}");
    }
}

#[test]
fn by_hybrid_clocks_the_later_write_wins() {
    for replicate in 0..200 {
        let mut case = Case::new(16, Strategy::Push, Payload::Full);
        case.settings.clock = Clock::Hybrid;
        let (first, second) = (replicate as u32 % 16, (replicate as u32 * 7 + 1) % 16);
        case.at(10, write(first));
        case.at(13, write(second));
        let run = case.run(replicate);
        let latest = run.counts.latest(0);
        assert_eq!((latest.time(), latest.writer()), (13, NodeId::new(second)));
    }
}

/// The mean number of versions that a node is behind a writer who writes in every round, after rounds `from` to `until`.
fn lag(case: &Case, from: u64, until: u64, replicate: u64) -> f64 {
    // What there is after the last round is looked at when the next one begins.
    let mut case = Case { max_rounds: until + 2, ..case.clone() };
    (0..=until + 1).for_each(|round| case.at(round * 1000, write(3)));
    let mut curve = Curve::every(1, from + 1);
    case.watched(replicate, &mut curve);
    assert_eq!(curve.stale.len() as u64, until - from + 1, "to the end of round {until}");
    curve.stale.iter().map(|stale| stale.lag).sum::<f64>() / curve.stale.len() as f64
}

/// |z| <= 4: P(lag >= j) = 1 - E\[I_j\] / n of one rumor, told by push or, by time reversal, by pull; so the mean lag is
/// 2.930829 for n = 16 and 9.0634 for n = 1000 (derived).
#[test]
fn nodes_are_as_far_behind_a_writer_as_one_rumor_takes() {
    for (nodes, runs, from, until, exact, error) in
        [(16, 300, 30, 60, 2.930829, 1e-6), (1000, 12, 25, 40, 9.0634, 5e-5)]
    {
        for strategy in [Strategy::Push, Strategy::Pull] {
            let case = Case::new(nodes, strategy, Payload::Full);
            let sample: Vec<f64> = (0..runs).map(|replicate| lag(&case, from, until, replicate)).collect();
            let z = z(&sample, exact, error);
            assert!(z.abs() <= 4.0, "{nodes} nodes, {strategy}: z = {z:.2}");
        }
    }
}

/// The numbers differ, the order of related writes does not.
#[test]
fn clocks_that_go_on_with_every_receipt_number_more_and_win_as_well() {
    let mut case = Case::new(8, Strategy::PushPull, Payload::Digest);
    let (mut plain, mut incremented) = (0, 0);
    for (increment, greatest) in [(false, &mut plain), (true, &mut incremented)] {
        case.settings.increment_on_receipt = increment;
        case.happenings.clear();
        (0..8).for_each(|round| case.at(round * 1000, write(round as u32)));
        for replicate in 0..50 {
            let run = case.run(replicate);
            assert_eq!(run.counts.order_violations, 0);
            assert_eq!(run.memory.states[0].version(0), run.counts.latest(0));
            *greatest += run.counts.latest(0).time();
        }
    }
    assert!(incremented > plain, "{incremented} <= {plain}");
}

#[test]
fn a_write_that_does_not_win_over_what_its_node_had_seen_is_counted() {
    let at = |time| Version::new(time, NodeId::new(0), false);
    let mut counts = Counts::default();
    counts.begin(1, 1);
    counts.accept(0, Write { version: at(5), seen: Version::NONE, at: Time::ZERO });
    counts.accept(0, Write { version: at(4), seen: at(5), at: Time::ZERO });
    assert_eq!((counts.order_violations, counts.writes), (1, 2));
}

/// A node that lost its state knows its clock, and gives no version twice.
#[test]
fn no_version_is_given_twice_after_a_crash() {
    let mut case = Case::new(3, Strategy::PushPull, Payload::Digest);
    let node = NodeId::new(1);
    (0..3).for_each(|millis| case.at(millis, write(1)));
    case.at(4, Happening::Down(node));
    case.at(5, Happening::Up { node, remembers: false });
    case.at(6, write(1));
    let run = case.run(0);
    let times: Vec<u64> = run.counts.histories[0].writes().iter().map(|write| write.version.time()).collect();
    assert_eq!(times, [1, 2, 3, 4]);
    assert_eq!(Measured::of(&run).wrong_keys, Some(0));
}
