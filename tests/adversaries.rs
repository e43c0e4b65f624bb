//! Nodes that do not do their part: what the others come to by exact laws, and what is sent.

use gossipsim::engine::{Conduct, Outcome};
use gossipsim::experiment::{self, Record};
use gossipsim::settings::Point;
use gossipsim::trace::{Infection, Trace, why_not};

use crate::common::{ending, judge, rounds, sample, scenario};

/// The one point of a scenario with these lines of [network], of [gossip], of [adversaries] and after them.
fn point(network: &str, gossip: &str, adversaries: &str, rest: &str) -> Point {
    let text = format!("[network]\n{network}\n[gossip]\n{gossip}\n[adversaries]\n{adversaries}\n{rest}\n");
    scenario(&text).point(0)
}

/// Three of four nodes do their part. By push the first of them tells one of the two others with probability 2/3 a round;
/// then each of two misses the last with 2/3, so that it is told with 5/9. By pull each of two asks the one that knows with
/// 1/3, and the last one of two with 2/3. A node that never forwards asks besides, and nobody learns of it.
#[test]
fn of_four_nodes_one_of_which_holds_back_the_others_learn_by_the_exact_law() {
    const RUNS: u64 = 4000;
    for kind in ["mute", "never_forward"] {
        let run = |gossip: &str| point("nodes = 4", gossip, &format!("{kind} = 0.25"), "");
        let push = run("strategy = \"push\"");
        judge(kind, 3.0 / 2.0 + 9.0 / 5.0, sample(RUNS, |run| rounds(&push, run)), RUNS);
        let in_two = |run| f64::from(u8::from(rounds(&push, run) == 2.0));
        judge(kind, 2.0 / 3.0 * 5.0 / 9.0, sample(RUNS, in_two), RUNS);
        let pull = run("strategy = \"pull\"");
        judge(kind, 3.0, sample(RUNS, |run| rounds(&pull, run)), RUNS);
    }
}

/// While few know, each that does its part tells one that does with probability (H - S) / (n - 1): of S tellers and H honest
/// nodes the next round has S + (H - S) (1 - (1 - 1 / (n - 1))^S), exactly. That is growth by 1 + (1 - m) where S is small.
#[test]
fn by_push_news_grows_by_two_less_the_share_of_mute_nodes() {
    let (nodes, share) = (2000, 0.25);
    let push = point(&format!("nodes = {nodes}"), "strategy = \"push\"", &format!("mute = {share}"), "");
    let honest = f64::from(nodes) * (1.0 - share);
    let (mut off, mut squares, mut after, mut before) = (0.0, 0.0, 0.0, 0.0);
    for run in 0..300 {
        let record = experiment::run(&push, run, &|| true).unwrap();
        assert!(record.curve.iter().all(|sample| sample.live == 1500));
        for pair in record.curve.windows(2).take(8) {
            let [now, next] = [pair[0].informed, pair[1].informed].map(|count| count as f64);
            let missed = libm::pow(1.0 - 1.0 / f64::from(nodes - 1), now);
            let expected = now + (honest - now) * (1.0 - missed);
            off += next - expected;
            squares += (next - expected) * (next - expected);
            (before, after) = (before + now, after + next);
        }
    }
    let z = off / libm::sqrt(squares);
    assert!(z.abs() <= 4.0, "z = {z:.2}");
    // Nine rounds on, a few in a hundred are told twice.
    let growth = after / before;
    assert!((1.70..1.75).contains(&growth), "{growth}");
}

/// What a node that holds back asks for changes nothing for the others: run by run they learn at the same times, and the one
/// kind of it sends less. Draws have addresses, so that a larger share of mute nodes leaves nobody better off.
#[test]
fn who_asks_and_gives_nothing_is_to_the_others_as_if_mute_and_more_of_them_help_nobody() {
    for strategy in ["push", "pull", "push-pull\"\nexchange = \"eager"] {
        let of = |kind: &str| point("nodes = 60\nloss = 0.1", &format!("strategy = \"{strategy}\""), kind, "");
        let (none, more) = (of(""), of("mute = 0.4"));
        let (mute, selfish) = (of("mute = 0.2"), of("never_forward = 0.2"));
        for run in 0..40 {
            let curve = |point: &Point| {
                let record = experiment::run(point, run, &|| true).unwrap();
                record.curve.iter().map(|sample| sample.informed).collect::<Vec<_>>()
            };
            assert_eq!(curve(&mute), curve(&selfish), "{strategy}, run {run}");
            let [few, many] = [&mute, &selfish].map(|point| ending(point, run));
            assert!(few.outcome == Outcome::Converged && few.tally.live == 48 && few.tally.informed == 48);
            assert!(if strategy == "push" {
                few.tally.sent == many.tally.sent
            } else {
                few.tally.sent < many.tally.sent
            });
            // Of those that do their part in all three.
            let (best, worst) = (curve(&none), curve(&more));
            let pairs = worst.iter().zip(&best);
            assert!(pairs.clone().all(|(worst, best)| worst <= best), "{strategy}, run {run}");
        }
    }
}

/// On a line nothing gets past who holds back: the run is over when all on this side know.
#[test]
fn nothing_gets_past_who_passes_nothing_on() {
    let line = |rest: &str| point("nodes = 64\ntopology = \"line\"", "strategy = \"push-pull\"", "mute = 0.1", rest);
    let mut out = 0;
    for run in 0..50 {
        let ending = ending(&line("[workload]\norigin = 20"), run);
        out += u64::from(ending.outcome == Outcome::DiedOut);
        assert!(ending.tally.live == 58 && ending.tally.informed < 58 && ending.ended.nanos() < 600_000_000_000);
    }
    assert_eq!(out, 50);
    // Those behind are told apart from those that hold back themselves.
    let trace = Trace::of(line("[workload]\norigin = 20"), 0, &|| true).unwrap();
    let infection = Infection::of(&trace).unwrap();
    let mut found = [0; 2];
    for node in trace.nodes().filter(|&node| infection.first(node).is_none()) {
        let why = why_not(&trace, &infection, node).unwrap();
        assert!(why.reachable);
        match why.conduct {
            Some(conduct) => assert_eq!(conduct, Conduct::Mute),
            None => assert!(!why.reachable_by_honest, "{node:?}"),
        }
        found[usize::from(why.conduct.is_some())] += 1;
    }
    assert!(found[0] > 0 && found[0] as u64 + trace.record.ending.tally.informed == 58 && found[1] > 0, "{found:?}");
}

/// Of four nodes one keeps the first version of a key that it has, or claims to have newer ones: the others agree all the same,
/// and who keeps the first costs more bytes where digests say what is missing.
#[test]
fn replicas_agree_beside_one_that_is_stale_or_lies() {
    let of = |adversaries: &str, payload: &str| {
        let rest = format!(
            "[workload]\nkind = \"store\"\nkeys = 3\npayload = \"{payload}\"\nduring = \"5s\"\nwriters = \"owner\"\n\
             deletes = 0"
        );
        point("nodes = 20", "strategy = \"push-pull\"", adversaries, &rest)
    };
    for payload in ["digest", "hash", "full"] {
        for adversaries in ["stale = 0.25", "liar = 0.25", "never_forward = 0.25", "mute = 0.25"] {
            if (adversaries, payload) == ("liar = 0.25", "full") {
                continue;
            }
            let point = of(adversaries, payload);
            for run in 0..10 {
                let record = experiment::run(&point, run, &|| true).unwrap();
                assert!(record.converged() && record.live == 15, "{adversaries}, {payload}, run {run}");
            }
        }
    }
    let bytes = |adversaries: &str| {
        let point = of(adversaries, "digest");
        sample(20, |run| {
            let record = experiment::run(&point, run, &|| true).unwrap();
            record.ending.tally.payload as f64 / record.curve.len() as f64
        })
        .0
    };
    let (mute, liar, stale) = (bytes("mute = 0.25"), bytes("liar = 0.25"), bytes("stale = 0.25"));
    assert!(mute < liar && mute < stale, "{mute} {liar} {stale}");
}

/// Those that hold back may crash and come back as others do: they are in no totals, which add up at the end of every run.
#[test]
fn totals_add_up_where_those_that_hold_back_come_and_go() {
    let events = "[[event]]\nat = \"1s\"\nchurn = \"all\"\nup = { kind = \"exponential\", mean = \"4s\" }\n\
                  down = { kind = \"exponential\", mean = \"1s\" }\nkeep_state = false\nfor = \"6s\"\n\
                  [[event]]\nat = \"2s\"\njoin = 5\n[[event]]\nat = \"3s\"\nblock = 0.2\nuntil = \"5s\"\n";
    let kinds = "mute = 0.1\nnever_forward = 0.1";
    for (workload, more) in [
        ("rumor", "\nliar = 0.1"),
        ("rumors", ""),
        ("store", "\nstale = 0.1\nliar = 0.1"),
        ("counter", ""),
        ("mesh", ""),
        ("announce", ""),
    ] {
        let adversaries = format!("{kinds}{more}");
        let during = match workload {
            "rumor" => "",
            "mesh" | "announce" => "messages = 4\nstart = \"1s\"\n",
            _ => "during = \"4s\"\n",
        };
        let rest = format!("[workload]\nkind = \"{workload}\"\n{during}[stop]\nmax_rounds = 60\n{events}");
        let gossip = match workload {
            "mesh" => "phase = \"random\"",
            "announce" => "",
            _ => "strategy = \"push-pull\"\nphase = \"random\"",
        };
        let point = point("nodes = 40\nlatency = \"300ms\"", gossip, &adversaries, &rest);
        let records: Vec<_> = (0..10).map(|run| experiment::run(&point, run, &|| true).unwrap()).collect();
        let honest = 45
            - if workload == "store" {
                16
            } else if workload == "rumor" {
                12
            } else {
                8
            };
        assert!(records.iter().all(|record| record.live <= honest), "{workload}");
        // Updates that all have forgotten who pushed them are gone for good.
        let through = |record: &Record| record.converged() || workload == "rumors";
        assert!(records.iter().any(|record| record.live == honest && through(record)), "{workload}");
    }
}
