//! Nodes that take only so many calls a round, and refused callers that hunt: exact cases, laws of every run, and what
//! Demers et al. 1987 report.

use crate::common::{ending, heard, judge, point, sample, scenario};
use gossipsim::engine::Outcome;
use gossipsim::scenario::Point;
use gossipsim::workload::rumor::Ending;

const OPENINGS: [&str; 4] = [
    "strategy = \"push\"",
    "strategy = \"pull\"",
    "strategy = \"push-pull\"\nexchange = \"eager\"",
    "strategy = \"push-pull\"\nexchange = \"digest\"",
];
const SPREADS: [&str; 4] = [
    "\"forever\"",
    "{ kind = \"counter\", k = 2, feedback = true }",
    "{ kind = \"counter\", k = 2, feedback = false }",
    "{ kind = \"coin\", k = 3, feedback = false }",
];

fn endings(point: &Point, runs: u64) -> Vec<Ending> {
    (0..runs).map(|replicate| ending(point, replicate)).collect()
}

fn rounds(ending: &Ending) -> f64 {
    ending.last_learned.unwrap_or_default().nanos() as f64 / 1e9 + 1.0
}

/// Three nodes, limit 1, by hand; |z| <= 4 over 20 000 runs. With two informed nodes, push finds the third unless both
/// call each other: 4/3 rounds. Pull: the third calls an informed node, whom the other informed one calls as well with
/// 1/2 and is taken for with 1/2, so it succeeds with 3/4; one informed node informs one of two unless neither calls it,
/// also 3/4. Hunting once, the third also gets through if the informed one it turns to then was not called: 7/8. With
/// one informed node hunting helps if both others call each other (1/4), the origin calls one of them and is preferred
/// (1/2): 7/8 again. Eager push-pull: of one informed node, 1/8 inform nobody and 3/8 both others; of two, 1/8 do not
/// inform the third: (1 + 8/7 / 2) · 8/7.
#[test]
fn three_nodes_take_the_rounds_worked_out_by_hand() {
    for (opening, hunt, expected) in [
        (OPENINGS[0], 0, 7.0 / 3.0),
        (OPENINGS[1], 0, 8.0 / 3.0),
        (OPENINGS[1], 1, 16.0 / 7.0),
        (OPENINGS[2], 0, 88.0 / 49.0),
    ] {
        let point = point("nodes = 3", &format!("{opening}\nconnection_limit = 1\nhunt = {hunt}"));
        let endings = endings(&point, 20_000);
        let what = format!("{opening}, hunt {hunt}");
        judge(&what, expected, sample(20_000, |run| rounds(&endings[run as usize])), 20_000);
    }
    // Two informed nodes call the third at once in a quarter of 4/3 rounds.
    let push = point("nodes = 3", &format!("{}\nconnection_limit = 1", OPENINGS[0]));
    let endings = endings(&push, 20_000);
    judge("refused", 1.0 / 3.0, sample(20_000, |run| endings[run as usize].tally.refused as f64), 20_000);
}

#[test]
fn a_limit_that_nobody_reaches_changes_nothing() {
    for network in ["nodes = 30\nloss = 0.1", "nodes = 32\ntopology = { kind = \"random-regular\", degree = 4 }"] {
        for opening in OPENINGS {
            for spread in SPREADS {
                for fanout in [1, 3] {
                    let gossip = format!("{opening}\nfanout = {fanout}\nspread = {spread}");
                    let free = point(network, &gossip);
                    let limited = point(network, &format!("{gossip}\nconnection_limit = 31\nhunt = 2"));
                    for replicate in 0..5 {
                        let (free_end, end) = (ending(&free, replicate), ending(&limited, replicate));
                        let tally = |ending: &Ending| {
                            let tally = &ending.tally;
                            [tally.sent, tally.updates, tally.delivered, tally.lost, tally.redundant, tally.informed]
                        };
                        assert_eq!((tally(&end), end.outcome), (tally(&free_end), free_end.outcome), "{gossip}");
                        assert_eq!(end.tally.refused, 0, "{gossip}");
                        assert_eq!(heard(&free, replicate), heard(&limited, replicate), "{gossip}");
                    }
                }
            }
        }
    }
}

/// Updates travel on accepted calls alone: in push all that are delivered are, and the rest is lost or refused.
#[test]
fn a_refused_call_carries_nothing() {
    for spread in SPREADS {
        for hunt in [0, 4] {
            let gossip =
                format!("strategy = \"push\"\nfanout = 2\nspread = {spread}\nconnection_limit = 1\nhunt = {hunt}");
            for ending in endings(&point("nodes = 60\nloss = 0.2", &gossip), 10) {
                let tally = ending.tally;
                assert!(tally.refused > 0 && tally.informed > 1, "{gossip}: {tally:?}");
                assert_eq!(tally.sent, tally.delivered + tally.lost + tally.refused, "{gossip}");
                if !spread.contains("feedback = true") {
                    assert_eq!(tally.updates, tally.sent - tally.refused, "{gossip}");
                    assert_eq!(tally.delivered, tally.redundant + tally.informed - 1, "{gossip}");
                }
            }
        }
    }
}

/// A blind node that is refused everywhere has had no contact: its interest is as it was. All leaves of a star call
/// the centre, which takes one call a round and no other: of a rumor with k = 1 that has reached every leaf, each loses
/// interest in a round of its own.
#[test]
fn who_is_refused_everywhere_keeps_its_interest() {
    let spread = "spread = { kind = \"counter\", k = 1, feedback = false }";
    let text = format!(
        "[network]\nnodes = 12\ntopology = \"star\"\n[gossip]\nstrategy = \"push\"\nfanout = 11\n{spread}\n\
         connection_limit = 1\n[workload]\norigin = 0\n[stop]\nuntil = \"quiet\"\n"
    );
    let ending = ending(&scenario(&text).points[0], 0);
    // Round 1: the centre calls 11 leaves. Then 11, 10, … leaves call it, and one of them is heard.
    let refused: u64 = (1..11).sum();
    let tally = ending.tally;
    assert_eq!((ending.outcome, tally.informed, tally.spreading), (Outcome::Converged, 12, 0));
    assert_eq!((tally.updates, tally.refused, tally.sent), (11 + 11, refused, 22 + refused));
    // 12 rounds with a call, and the turn after the last, in which the last leaf concludes.
    assert_eq!(tally.turns, 12 * 13);
}

/// Of n calls to n nodes with limit 1 a share of 1 - 1/e is taken. Push-pull, uniform choice, about 300 nodes: 11.0
/// rounds until the last node knows, 7.8 without a limit (Demers et al. 1987).
/// Each figure within its last digit and 4 standard errors.
#[test]
fn anti_entropy_with_connection_limit_1_takes_11_rounds_instead_of_8() {
    let runs = 400;
    let within = |what: &str, expected: f64, half: f64, (mean, sd): (f64, f64)| {
        let bound = half + 4.0 * sd / (runs as f64).sqrt();
        assert!((mean - expected).abs() <= bound, "{what}: {mean} instead of {expected}, bound {bound:.3}");
    };
    let free = point("nodes = 300", OPENINGS[2]);
    within("rounds without limit", 7.8, 0.05, sample(runs, |run| rounds(&ending(&free, run))));
    let limited = point("nodes = 300", &format!("{}\nconnection_limit = 1", OPENINGS[2]));
    let endings = endings(&limited, runs);
    within("rounds", 11.0, 0.05, sample(runs, |run| rounds(&endings[run as usize])));
    let share = |run: u64| {
        let Ending { tally, .. } = endings[run as usize];
        1.0 - tally.refused as f64 / tally.turns as f64
    };
    within("calls taken", 1.0 - libm::exp(-1.0), 0.001, sample(runs, share));
}

/// Push, feedback and counter in a network without end, as a recursion over rounds: susceptible nodes, and infective ones
/// by their counter, as shares. With a calls per node, a node is called by nobody with e^-a. Where it takes one call, a
/// share of (1 - e^-a) / a of the calls is taken. Residue and updates per node, from one infective node in `nodes`.
fn recursion(k: usize, nodes: f64, limited: bool) -> [f64; 2] {
    let (mut susceptible, mut updates) = (1.0 - 1.0 / nodes, 0.0);
    let mut infective = vec![0.0; k];
    infective[0] = 1.0 / nodes;
    for _ in 0..1000 {
        let calls: f64 = infective.iter().sum();
        let taken = if limited { -libm::expm1(-calls) / calls.max(1e-300) } else { 1.0 };
        updates += calls * taken;
        let mut next: Vec<f64> = infective.iter().map(|share| share * (1.0 - taken)).collect();
        for (counter, share) in infective.iter().enumerate().filter(|(counter, _)| counter + 1 < k) {
            next[counter + 1] += share * taken * (1.0 - susceptible);
        }
        let learned = -susceptible * libm::expm1(-calls);
        next[0] += calls * taken * susceptible + learned;
        (susceptible, infective) = (susceptible - learned, next);
    }
    [susceptible, updates]
}

/// Residue and updates per node of every run until it is quiet.
fn rumors(nodes: u32, strategy: &str, k: usize, calls: &str, runs: u64) -> Vec<[f64; 2]> {
    let gossip = format!("strategy = \"{strategy}\"\nspread = {{ kind = \"counter\", k = {k} }}\n{calls}");
    let text = format!("[network]\nnodes = {nodes}\n[gossip]\n{gossip}\n[stop]\nuntil = \"quiet\"\n");
    let point = scenario(&text).point(0);
    let share = |count: u64| count as f64 / f64::from(nodes);
    let figures = |ending: Ending| [1.0 - share(ending.tally.informed), share(ending.tally.updates)];
    endings(&point, runs).into_iter().map(figures).collect()
}

/// Mean and standard error of residue (0) or updates (1).
fn figure(runs: &[[f64; 2]], index: usize) -> (f64, f64) {
    let (mean, sd) = sample(runs.len() as u64, |run| runs[run as usize][index]);
    (mean, sd / (runs.len() as f64).sqrt())
}

/// Residue and updates per node within 4 standard errors and 1 % of the recursion, which knows no chance.
#[test]
fn push_follows_its_recursion_with_connection_limit_1_and_without() {
    for k in 1..=3 {
        for (limited, calls) in [(false, ""), (true, "connection_limit = 1")] {
            let expected = recursion(k, 10_000.0, limited);
            let runs = rumors(10_000, "push", k, calls, 20);
            for (index, expected) in expected.into_iter().enumerate() {
                let (mean, error) = figure(&runs, index);
                let bound = 0.01 * expected + 4.0 * error;
                assert!(
                    (mean - expected).abs() <= bound,
                    "k = {k}, {calls}: {mean} instead of {expected}, {bound:.1e}"
                );
            }
        }
    }
}

/// s = e^-m for push, and e^(-m / (1 - 1/e)) = e^-1.58 m with connection limit 1: while all spread, a round leaves e^-1 of
/// those who do not know, for 1 or for 1 - 1/e updates a node (Demers et al. 1987). How a rumor
/// starts and fades counts less and less, so the law is that of the step from one large k to another.
#[test]
fn connection_limit_1_raises_what_push_achieves_with_an_update_from_1_to_1_58() {
    let gain = |limited: bool| {
        let [[s, m], [rest, more]] = [150, 160].map(|k| recursion(k, 1000.0, limited));
        libm::log(s / rest) / (more - m)
    };
    assert!((gain(false) - 1.0).abs() < 0.005, "{}", gain(false));
    assert!((gain(true) - 1.0 / (1.0 - libm::exp(-1.0))).abs() < 0.01, "{}", gain(true));
}

/// What an update achieves, -ln s / m, over batches of 40 runs: mean and standard error.
fn achieved(runs: &[[f64; 2]]) -> (f64, f64) {
    let batches: Vec<f64> = runs.chunks(40).map(|batch| -libm::log(figure(batch, 0).0) / figure(batch, 1).0).collect();
    let (mean, sd) = sample(batches.len() as u64, |batch| batches[batch as usize]);
    (mean, sd / (batches.len() as f64 - 1.0).sqrt())
}

/// Each difference is more than 6 standard errors.
#[test]
fn connection_limit_1_helps_push_and_hurts_pull() {
    for (strategy, sign) in [("push", 1.0), ("pull", -1.0)] {
        let [free, limited] =
            ["", "connection_limit = 1"].map(|calls| achieved(&rumors(1000, strategy, 1, calls, 400)));
        let z = sign * (limited.0 - free.0) / libm::hypot(limited.1, free.1);
        assert!(z > 6.0, "{strategy}: {limited:?} with the limit, {free:?} without, z = {z:.1}");
    }
}

/// With a limit of 1 and hunting to the end, every call is a pair of its own, whoever of the two has the update: residue
/// and traffic of push and pull agree (|z| <= 4), which they do not without hunting (z > 6) and least without a limit.
#[test]
fn generous_hunting_makes_push_and_pull_meet() {
    let apart = |calls: &str| {
        let [push, pull] = ["push", "pull"].map(|strategy| rumors(300, strategy, 1, calls, 400));
        [0, 1].map(|index| {
            let (push, pull) = (figure(&push, index), figure(&pull, index));
            (pull.0 - push.0) / libm::hypot(push.1, pull.1)
        })
    };
    let [free, limited, hunting] = ["", "connection_limit = 1", "connection_limit = 1\nhunt = 60"].map(apart);
    for index in [0, 1] {
        let (free, limited, hunting) = (free[index], limited[index], hunting[index]);
        assert!(hunting.abs() <= 4.0, "figure {index}: z = {hunting:.1} with hunting");
        assert!(limited.abs() > 6.0 && free.abs() > 6.0, "figure {index}: z = {limited:.1} with the limit, {free:.1}");
    }
}
