//! When nodes agree, and what they show before: against exact fractions, and against one rumor.

use super::*;

/// |z| <= 4 for the mean of the rounds until all agree.
fn assert_rounds(case: &Case, runs: u64, expected: f64, error: f64) {
    let sample: Vec<f64> = (0..runs).map(|replicate| rounds(&case.run(replicate)) as f64).collect();
    let z = z(&sample, expected, error);
    assert!(z.abs() <= 4.0, "{} nodes, {}, seed {}: z = {z:.2}", case.graph.nodes(), case.strategy, case.seed);
}

#[test]
fn two_nodes_agree_in_one_round() {
    for strategy in [Strategy::Push, Strategy::Pull, Strategy::PushPull] {
        for payload in [Payload::Full, Payload::Delta, Payload::Hash] {
            let mut case = Case::complete(2, strategy);
            case.settings.payload = payload;
            let run = case.run(0);
            assert_eq!((rounds(&run), Measured::of(&run).value), (1, Some(2)), "{strategy}, {payload:?}");
        }
    }
}

#[test]
fn three_nodes_agree_as_fast_as_the_exact_means_say() {
    assert_rounds(&Case::complete(3, Strategy::Push), 20_000, 11.0 / 4.0, 0.0);
    assert_rounds(&Case::complete(3, Strategy::Pull), 20_000, 11.0 / 4.0, 0.0);
    assert_rounds(&Case::complete(3, Strategy::PushPull), 20_000, 7.0 / 4.0, 0.0);
}

#[test]
fn two_nodes_agree_over_a_bad_network_as_fast_as_the_exact_means_say() {
    for (strategy, expected) in
        [(Strategy::Push, 8.0 / 3.0), (Strategy::Pull, 40.0 / 7.0), (Strategy::PushPull, 28.0 / 15.0)]
    {
        let case = Case { loss: 0.5, ..Case::complete(2, strategy) };
        assert_rounds(&case, 20_000, expected, 0.0);
    }
}

/// The means are those of another program, which knows them but for the errors given here.
#[test]
fn sixteen_nodes_agree_as_fast_as_in_another_program() {
    assert_rounds(&Case::complete(16, Strategy::Push), 4000, 8.975, 0.020);
    assert_rounds(&Case::complete(16, Strategy::Pull), 4000, 8.975, 0.020);
    assert_rounds(&Case::complete(16, Strategy::PushPull), 4000, 5.127, 0.006);
}

/// What is sent must not matter for when nodes agree, where nothing is lost: a node that contacts another tells it all
/// that it does not know, one way or another.
#[test]
fn deltas_and_hashes_bring_agreement_in_the_same_round_as_whole_maps() {
    for strategy in [Strategy::Push, Strategy::Pull, Strategy::PushPull] {
        for replicate in 0..200 {
            let mut case = Case::complete(9, strategy);
            case.settings.during = SECOND * 4;
            let whole = case.run(replicate);
            for (payload, full_every) in
                [(Payload::Hash, 0), (Payload::Hash, 3), (Payload::Delta, 0), (Payload::Delta, 3)]
            {
                case.settings = CounterSettings { payload, full_every, ..case.settings };
                let run = case.run(replicate);
                assert_eq!(rounds(&run), rounds(&whole), "{strategy}, {payload:?}, replicate {replicate}");
                assert_eq!(Measured::of(&run).value, Some(36));
            }
        }
    }
}

/// E\[I_t\] of one rumor told by push among 16 nodes, after t = 2, 3, … rounds. Pull has the same, by time reversal.
const ONE_RUMOR: [f64; 6] = [3.8044, 6.6071, 9.9888, 12.8887, 14.6486, 15.4731];

#[test]
fn a_node_shows_as_much_as_one_rumor_has_reached_nodes() {
    for strategy in [Strategy::Push, Strategy::Pull] {
        let case = Case::complete(16, strategy);
        let curves: Vec<Vec<f64>> = (0..3000)
            .map(|replicate| {
                let mut curve = Curve::new();
                case.watched(replicate, &mut curve);
                curve.values
            })
            .collect();
        // In the first round each message tells of one increment, in every run.
        assert!(curves.iter().all(|curve| curve[0] == 2.0));
        for (round, expected) in (1..).zip(ONE_RUMOR) {
            // After the end of a run all nodes show 16.
            let sample: Vec<f64> = curves.iter().map(|curve| curve.get(round).copied().unwrap_or(16.0)).collect();
            let z = z(&sample, expected, 0.00005);
            assert!(z.abs() <= 4.0, "{strategy}, round {}: z = {z:.2}", round + 1);
        }
    }
}

#[test]
fn the_error_falls_to_nothing_as_nodes_come_to_agree() {
    let case = Case::complete(16, Strategy::PushPull);
    for replicate in 0..20 {
        let mut curve = Curve::new();
        let run = case.watched(replicate, &mut curve);
        for (errors, value) in curve.errors.iter().zip(&curve.values) {
            assert!((errors.mean + value - 16.0).abs() < 1e-9, "a grow-only counter never shows too much");
            assert!(errors.mean <= errors.greatest as f64 && (errors.greatest == 0) == (errors.exact == 1.0));
        }
        assert!(curve.errors.is_sorted_by(|one, other| one.mean >= other.mean && one.exact <= other.exact));
        let measured = Measured::of(&run);
        assert_eq!(measured.errors, Some(Errors { mean: 0.0, greatest: 0, exact: 1.0 }));
        assert_eq!(measured.agreement_ms, Some((rounds(&run) - 1) as f64 * 1000.0));
    }
}

#[test]
fn once_nodes_agree_they_show_the_number_of_increments_whatever_they_send() {
    for (replicate, strategy) in (0..30).zip([Strategy::Push, Strategy::Pull, Strategy::PushPull].into_iter().cycle()) {
        for (payload, full_every) in [(Payload::Full, 0), (Payload::Hash, 0), (Payload::Delta, 5)] {
            let mut case = Case::complete(7, strategy);
            (case.loss, case.latency, case.fanout) = (0.2, Span::from_millis(70), 2);
            case.settings = CounterSettings {
                payload,
                full_every,
                counter: CounterKind::PositiveNegative,
                decrements: Probability::new(0.4).unwrap(),
                arrivals: Arrivals::Poisson,
                during: SECOND * 20,
                ..case.settings
            };
            let run = case.run(replicate);
            let Measured { increments, decrements, true_value, value, .. } = Measured::of(&run);
            assert!(increments > 0 && decrements > 0 && run.tally.inputs == increments + decrements);
            assert_eq!(true_value, increments as i64 - decrements as i64);
            assert_eq!(value, Some(true_value), "{strategy}, {payload:?}, replicate {replicate}");
        }
    }
}

#[test]
fn increments_come_at_their_rate_in_their_time_and_go_down_by_their_share() {
    let settings = CounterSettings {
        counter: CounterKind::PositiveNegative,
        decrements: Probability::new(0.25).unwrap(),
        arrivals: Arrivals::Poisson,
        during: SECOND * 1000,
        ..settings()
    };
    let nodes = 10;
    let all: Vec<_> = increments(&settings, nodes, &Chance { seed: 4, nodes, replicate: 0 }).collect();
    assert!(all.is_sorted_by_key(|(at, ..)| *at) && all.last().unwrap().0 < Time::ZERO + settings.during);
    let (mut by_node, mut down) = ([0.0_f64; 10], 0.0);
    for (_, node, Increment(amount)) in &all {
        by_node[node.index()] += 1.0;
        down += f64::from(*amount == -1);
    }
    // Poisson numbers of mean 1000, and a binomial share of a quarter.
    assert!(by_node.iter().all(|count| (count - 1000.0).abs() <= 4.0 * f64::sqrt(1000.0)), "{by_node:?}");
    let share = down / all.len() as f64;
    assert!((share - 0.25).abs() <= 4.0 * f64::sqrt(0.25 * 0.75 / all.len() as f64), "{share}");
    let periodic = CounterSettings { arrivals: Arrivals::Periodic, during: Span::from_millis(2500), ..settings };
    let times =
        increments(&periodic, 2, &Chance { seed: 4, nodes: 2, replicate: 0 }).map(|(at, ..)| at.nanos() / 1_000_000);
    assert_eq!(times.collect::<Vec<_>>(), [0, 0, 1000, 1000, 2000, 2000]);
}
