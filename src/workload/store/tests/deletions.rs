//! What becomes of deletions: certificates that are dropped, dormant copies, and nodes that were away.

use super::*;

/// The node that is away; the deletion is at another.
const AWAY: NodeId = NodeId::new(0);

/// A key that all of 20 nodes have is deleted at 30 s while `AWAY` is not there, and all others drop the certificate at
/// 60.5 s, after the round of 60 s; `AWAY` comes back at `back` milliseconds.
fn away(strategy: Strategy, payload: Payload, back: u64) -> Case {
    let mut case = Case::new(20, strategy, payload);
    case.settings.retention = Span::from_millis(30_500);
    case.at(0, write(0));
    case.at(29_500, Happening::Down(AWAY));
    case.at(30_000, input(1, 0, Action::Delete));
    case.at(back, Happening::Up { node: AWAY, remembers: true });
    case
}

/// Whether the value came back in the end; then it did at every node but the one that had been away.
fn resurrected(case: &Case, replicate: u64) -> bool {
    let run = case.run(replicate);
    assert_eq!(run.outcome, Outcome::Converged);
    let measured = Measured::of(&run);
    let back = measured.wrong_keys == Some(1);
    assert_eq!(measured.resurrections, if back { 19 } else { 0 }, "replicate {replicate}");
    back
}

/// |z| <= 4: by push alone a node that is back for the last m rounds before all others drop the certificate hears of it in
/// none with probability (1 - 1/(n-1))^((n-1) m): .357980 for n = 20 and m = 1 (derived).
#[test]
fn a_node_that_comes_back_late_stays_uncured_as_often_as_nobody_tells_it() {
    for (rounds, exact) in [(1_u64, 0.357980), (2, 0.128150)] {
        assert!((f64::powi(18.0 / 19.0, 19 * rounds as i32) - exact).abs() < 1e-6);
        let case = away(Strategy::Push, Payload::Full, 60_500 - 1000 * rounds);
        let sample: Vec<f64> = (0..2500).map(|replicate| f64::from(resurrected(&case, replicate))).collect();
        let z = z(&sample, exact, 0.0);
        assert!(z.abs() <= 4.0, "{rounds} rounds: z = {z:.2}");
    }
}

#[test]
fn who_pulls_is_cured_in_its_first_round() {
    for strategy in [Strategy::Pull, Strategy::PushPull] {
        for payload in [Payload::Full, Payload::Digest, Payload::Hash] {
            let case = away(strategy, payload, 59_500);
            for replicate in 0..50 {
                assert!(!resurrected(&case, replicate), "{strategy}, {payload:?}, replicate {replicate}");
            }
        }
    }
}

#[test]
fn whoever_was_away_for_longer_brings_the_value_back() {
    for strategy in STRATEGIES {
        for payload in [Payload::Full, Payload::Digest, Payload::Hash] {
            let case = away(strategy, payload, 61_000);
            for replicate in 0..20 {
                assert!(resurrected(&case, replicate), "{strategy}, {payload:?}, replicate {replicate}");
            }
        }
    }
}

#[test]
fn dormant_copies_kill_it_again_while_there_are_any() {
    for strategy in STRATEGIES {
        for payload in [Payload::Full, Payload::Digest, Payload::Hash] {
            let mut case = away(strategy, payload, 61_000);
            (case.settings.dormant_sites, case.settings.dormant_retention) = (2, SECOND * 60);
            let mut renewed = 0;
            for replicate in 0..20 {
                let run = case.run(replicate);
                let measured = Measured::of(&run);
                assert_eq!(
                    (run.outcome, measured.wrong_keys),
                    (Outcome::Converged, Some(0)),
                    "{strategy}, {payload:?}"
                );
                renewed += measured.reactivations;
                let sites = |replica: &&Replica| !replica.dormant.is_empty() || !replica.certificates.is_empty();
                assert!(run.memory.states.iter().filter(sites).count() >= 1);
            }
            assert!(renewed >= 20, "{strategy}, {payload:?}: {renewed}");
            // Beyond the time of the dormant copies nobody knows.
            let late = away(strategy, payload, 121_000);
            case.happenings = late.happenings;
            assert!((0..10).all(|replicate| resurrected(&case, replicate)), "{strategy}, {payload:?}");
        }
    }
}

#[test]
fn a_certificate_has_its_copies_at_as_many_sites_as_it_says() {
    for sites in [0, 1, 3, 19, 20] {
        let settings = StoreSettings { dormant_sites: sites, ..settings() };
        let protocol = settings.protocol(Strategy::Push, 20, &Chance { seed: 3, nodes: 20, replicate: 0 });
        let mut by_node = [0; 20];
        for time in 1..200 {
            let version = Version::new(time, NodeId::new(1), true);
            let chosen = (0..20).filter(|&node| protocol.is_site(NodeId::new(node), 0, version));
            let chosen: Vec<u32> = chosen.collect();
            assert_eq!(chosen.len(), sites as usize);
            chosen.iter().for_each(|&node| by_node[node as usize] += 1);
        }
        // Binomial numbers of 199 trials.
        let share = f64::from(sites) / 20.0;
        let error = (199.0 * share * (1.0 - share)).sqrt();
        assert!(by_node.iter().all(|&count| (f64::from(count) - 199.0 * share).abs() <= 4.0 * error), "{by_node:?}");
    }
}

/// A reactivated certificate has its ordinary version, which cancels no newer write.
#[test]
fn a_reactivated_certificate_does_not_cancel_a_newer_write() {
    for strategy in STRATEGIES {
        let mut case = away(strategy, Payload::Digest, 75_000);
        (case.settings.dormant_sites, case.settings.dormant_retention) = (3, SECOND * 600);
        case.at(75_000, write(5));
        for replicate in 0..50 {
            let run = case.run(replicate);
            let held = run.memory.states[7].version(0);
            assert_eq!((run.outcome, held.writer()), (Outcome::Converged, NodeId::new(5)), "{strategy}");
            assert_eq!(run.counts.order_violations, 0);
            assert_eq!(Measured::of(&run).wrong_keys, Some(0));
        }
    }
}

/// What a node had to drop while it was down it drops when it comes back.
#[test]
fn certificates_end_at_nodes_that_were_down_as_at_all_others() {
    let mut case = Case::new(4, Strategy::PushPull, Payload::Digest);
    case.settings.keys = 2;
    (case.settings.retention, case.settings.dormant_sites) = (SECOND * 20, 4);
    case.settings.dormant_retention = SECOND * 20;
    let node = NodeId::new(2);
    case.at(0, write(1));
    case.at(5000, input(1, 0, Action::Delete));
    case.at(15_000, Happening::Down(node));
    case.at(30_000, Happening::Up { node, remembers: true });
    case.at(35_000, input(0, 1, Action::Write));
    case.at(50_000, input(0, 1, Action::Write));
    for (end, dormant) in [(36, 1), (55, 0)] {
        case.max_rounds = end;
        let run = case.run(0);
        for replica in &run.memory.states {
            assert_eq!((replica.version(0), replica.certificates.len()), (Version::NONE, 0));
            assert_eq!(replica.dormant.len(), dormant, "until {end} s");
        }
    }
}
