//! Nodes that know who is down, and choose nobody of them.

use gossipsim::engine::Outcome;
use gossipsim::experiment;
use gossipsim::observe::Fate;
use gossipsim::scenario::Point;
use gossipsim::time::Span;

use crate::common::{ending, heard, judge, rounds, sample, scenario};

/// A scenario with these lines of `[network]`, of `[gossip]`, and what else there is.
fn point(network: &str, gossip: &str, rest: &str) -> Point {
    scenario(&format!("[network]\n{network}\n[gossip]\n{gossip}\n{rest}")).point(0)
}

/// A push among those left of a complete graph is one on a complete graph of so many nodes: 485/152 rounds among 4, 2 of pull with
/// losses of 1/2 among 2 each.
#[test]
fn who_knows_all_that_are_down_is_among_the_others() {
    let (runs, crash) = (8_000, "[workload]\norigin = 0\n[[event]]\nat = \"0s\"\ncrash");
    for (dead, nodes, gossip, expected) in [
        ("[\"4..8\"]", 9, "strategy = \"push\"", 485.0 / 152.0),
        ("[\"4..399\"]", 400, "strategy = \"push\"", 485.0 / 152.0),
        ("[\"5..8\"]", 9, "strategy = \"pull\"", 2924.0 / 875.0),
        ("[\"4..8\"]", 9, "strategy = \"push\"\nfanout = 3", 1.0),
    ] {
        let runs = if nodes > 9 { runs / 20 } else { runs };
        let network = format!("nodes = {nodes}");
        let point = point(&network, &format!("{gossip}\nknows_dead = \"oracle\""), &format!("{crash} = {dead}\n"));
        judge(gossip, expected, sample(runs, |run| rounds(&point, run)), runs);
        assert!((0..50).all(|run| ending(&point, run).tally.dropped == 0), "{gossip}");
    }
}

/// In 30 of 63 calls, |z| <= 4, of those who do not know, of those who are about to know, and of none who knows; and nothing
/// before the crash depends on it.
#[test]
fn who_does_not_know_calls_those_who_are_down_until_it_does() {
    let crash = "[[event]]\nat = \"5500ms\"\ncrash = [\"34..63\"]\n[[event]]\nat = \"25s\"\nrecover = \"all\"\n";
    for gossip in
        ["", "fanout = 2\n", "forward = \"at-once\"\n", "spread = { kind = \"coin\", k = 2 }\nanti_entropy = \"1s\"\n"]
    {
        let before = |knows: &str| {
            let gossip = format!("strategy = \"push-pull\"\nphase = \"random\"\n{gossip}{knows}");
            point("nodes = 64\nlatency = \"1ms\"", &gossip, crash)
        };
        let [never, late, oracle] = ["", "knows_dead = \"after 5s\"", "knows_dead = \"oracle\""].map(before);
        let (mut dropped, mut calls) = (0, 0);
        for replicate in 0..10 {
            for (point, last) in [(&never, 99_999), (&late, 10_500), (&oracle, 5500)] {
                let trace = experiment::trace(point, replicate, &|| true).unwrap();
                let openings = || trace.log.messages().filter(|(_, message)| message.step() == 0);
                let gone = || openings().filter(|(_, message)| message.fate == Fate::Dropped);
                let millis = |span: u64| gossipsim::time::Time::ZERO + Span::from_millis(span);
                // A message on its way as its recipient goes down is dropped, too.
                assert!(gone().all(|(_, message)| message.sent < millis(last)), "{gossip}{:?}", point.settings.gossip);
                let within = |at| millis(5500) <= at && at < millis(10_500);
                if point.index == late.index && last == 10_500 {
                    dropped += gone().filter(|(_, message)| within(message.sent)).count();
                    calls += openings().filter(|(_, message)| within(message.sent)).count();
                }
            }
            let early = |point: &Point| -> Vec<_> {
                let all = heard(point, replicate);
                all.into_iter().map(|at| at.min(gossipsim::time::Time::ZERO + Span::from_millis(5500))).collect()
            };
            assert!(early(&never) == early(&late) && early(&never) == early(&oracle), "{gossip}");
        }
        let (expected, share) = (calls as f64 * 30.0 / 63.0, 30.0 / 63.0);
        let z = (dropped as f64 - expected) / (expected * (1.0 - share)).sqrt();
        assert!(calls > 1000 && z.abs() <= 4.0, "{gossip}: {dropped} of {calls}, z = {z:.1}");
    }
}

/// Who comes back is called again, and who has left for good never is.
#[test]
fn who_comes_back_is_called_again_and_who_has_left_is_not() {
    let events = "[workload]\norigin = 0\n[[event]]\nat = \"0s\"\ncrash = [1, 2]\n[[event]]\nat = \"3s\"\nrecover = [1]\n\
                  [[event]]\nat = \"1s\"\nleave = [3]\n[[event]]\nat = \"9s\"\nrecover = [2]\n";
    let point = point("nodes = 4", "strategy = \"push\"\nknows_dead = \"oracle\"", events);
    for replicate in 0..20 {
        let ending = ending(&point, replicate);
        assert_eq!((ending.outcome, ending.tally.dropped), (Outcome::Converged, 0));
        let heard: Vec<u64> = heard(&point, replicate).into_iter().map(|at| at.nanos() / 1_000_000_000).collect();
        assert!(heard[1] == 3 && heard[2] >= 9, "{heard:?}: there was nobody else to call");
    }
}
