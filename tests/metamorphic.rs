//! Laws that need no oracle: what must stay the same, and what must be certain.

use crate::common::{ending, heard, point, rounds, scenario};
use gossipsim::engine::Outcome;
use gossipsim::experiment::Workspace;
use gossipsim::time::Time;

const STRATEGIES: [&str; 3] = ["push", "pull", "push-pull"];

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    for strategy in STRATEGIES {
        let text = |seed: u64| {
            format!("seed = {seed}\n[network]\nnodes = 300\nloss = 0.1\n[gossip]\nstrategy = \"{strategy}\"\n")
        };
        let run = |seed| heard(&scenario(&text(seed)).points[0], 0);
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
    }
}

/// Runs of every kind, one after the other in the same memory, against runs in memory of their own.
#[test]
fn a_run_does_not_depend_on_what_was_run_before_in_the_same_memory() {
    let networks = [
        "nodes = 200\nlatency = { kind = \"lognormal\", median = \"40ms\", p99 = \"60s\" }",
        "nodes = 64\ntopology = \"torus\"",
        "nodes = 500\nlatency = { kind = \"constant\", value = \"300ms\" }\nloss = 0.2",
        "nodes = 10\nloss = 1",
    ];
    let gossips = [
        "phase = \"random\"\nfanout = 2",
        "phase = \"poisson\"",
        "spread = { kind = \"counter\", k = 2 }",
        "phase = \"random\"\nspread = { kind = \"coin\", k = 3 }",
    ];
    let mut workspace = Workspace::default();
    for seed in 0..3 {
        for strategy in STRATEGIES {
            for (network, gossip) in networks.iter().flat_map(|network| gossips.map(|gossip| (network, gossip))) {
                let text = format!(
                    "seed = {seed}\n[network]\n{network}\n[gossip]\nstrategy = \"{strategy}\"\n{gossip}\n\
                     [stop]\nmax_rounds = 40\n"
                );
                let point = &scenario(&text).points[0];
                let [again, fresh] =
                    [&mut workspace, &mut Workspace::default()].map(|workspace| workspace.run(point, seed, &|| true));
                assert_eq!(again, fresh, "{text}");
            }
        }
    }
}

#[test]
fn with_everything_lost_nobody_ever_learns() {
    for strategy in STRATEGIES {
        let text =
            format!("[network]\nnodes = 10\nloss = 1\n[gossip]\nstrategy = \"{strategy}\"\n[stop]\nmax_rounds = 50\n");
        let ending = ending(&scenario(&text).points[0], 0);
        assert_eq!((ending.outcome, ending.tally.informed), (Outcome::RoundLimit, 1));
        assert_eq!(ending.tally.sent, ending.tally.lost);
    }
}

#[test]
fn pushing_to_everybody_takes_exactly_one_round() {
    for nodes in [2u32, 3, 17, 200] {
        let fanout = nodes - 1;
        let point = point(&format!("nodes = {nodes}"), &format!("strategy = \"push\"\nfanout = {fanout}"));
        let ending = ending(&point, 0);
        assert_eq!(rounds(&point, 0), 1.0);
        assert_eq!((ending.tally.sent, ending.tally.redundant), (u64::from(fanout), 0));
    }
}

#[test]
fn doubling_latency_and_interval_doubles_every_time() {
    for strategy in STRATEGIES {
        let run = |factor: u64| {
            let network = format!("nodes = 100\nlatency = {{ kind = \"constant\", value = \"{}ms\" }}", 130 * factor);
            let gossip = format!("strategy = \"{strategy}\"\ninterval = \"{}ms\"", 400 * factor);
            heard(&point(&network, &gossip), 3)
        };
        let doubled: Vec<Time> = run(1)
            .into_iter()
            .map(|time| if time == Time::NEVER { time } else { Time::from_nanos(2 * time.nanos()) })
            .collect();
        assert_eq!(doubled, run(2), "{strategy}");
    }
}

/// Where the update starts is only a name on graphs that look the same from everywhere. Means over 1500 runs each, from
/// node 0 and from node 29: z <= 4 for their difference.
#[test]
fn relabelling_nodes_leaves_the_law_unchanged() {
    let runs = 1500;
    for topology in ["\"complete\"", "\"ring\"", "{ kind = \"torus\", sides = [5, 6] }"] {
        for strategy in STRATEGIES {
            let from = |origin: u32| {
                let text = format!(
                    "[network]\nnodes = 30\ntopology = {topology}\nloss = 0.1\n[gossip]\nstrategy = \"{strategy}\"\n[workload]\norigin = {origin}\n"
                );
                let point = scenario(&text).point(0);
                // Different replicates, so that the two samples are independent.
                crate::common::sample(runs, |replicate| rounds(&point, replicate + u64::from(origin) * runs))
            };
            let ((one, sd_one), (other, sd_other)) = (from(0), from(29));
            let error = ((sd_one * sd_one + sd_other * sd_other) / runs as f64).sqrt();
            assert!((one - other).abs() <= 4.0 * error, "{topology}, {strategy}: {one} and {other}");
        }
    }
}

#[test]
fn a_limit_ends_a_run_before_what_lies_beyond_it() {
    let text = |stop: &str| {
        format!(
            "[network]\nnodes = 100\ntopology = \"line\"\n[gossip]\nstrategy = \"pull\"\n[workload]\norigin = 0\n[stop]\n{stop}\n"
        )
    };
    let end = |stop: &str| ending(&scenario(&text(stop)).points[0], 0);
    let by_rounds = end("max_rounds = 7");
    assert_eq!((by_rounds.outcome, by_rounds.tally.turns), (Outcome::RoundLimit, 700));
    // Rounds begin at 0 s, 1 s, 2 s, 3 s: the one at 3 s is within the time.
    let by_time = end("max_time = \"3s\"");
    assert_eq!((by_time.outcome, by_time.tally.turns), (Outcome::TimeLimit, 400));
}

#[test]
fn what_cannot_be_reached_ends_a_run_instead_of_timing_it_out() {
    let point =
        point("nodes = 60\ntopology = { kind = \"erdos-renyi\", mean_degree = 1.5 }", "strategy = \"push-pull\"");
    let mut split = 0;
    for replicate in 0..20 {
        let ending = ending(&point, replicate);
        if ending.outcome == Outcome::DiedOut {
            split += 1;
            assert!(ending.tally.informed < 60);
        }
    }
    assert!(split > 10, "{split} of 20 graphs of mean degree 1.5 were in pieces");
}
