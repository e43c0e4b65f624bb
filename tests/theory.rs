//! What theory says against what runs do: whole distributions by chi-square, and distances by runs that tell everybody
//! at once.

use crate::common::{point, rounds, scenario};
use gossipsim::plan;
use gossipsim::scenario::Point;
use gossipsim::theory::{self, Claim, Distribution};
use statrs::distribution::{ChiSquared, ContinuousCDF};

const STRATEGIES: [&str; 4] = [
    "strategy = \"push\"",
    "strategy = \"pull\"",
    "strategy = \"push-pull\"\nexchange = \"eager\"",
    "strategy = \"push-pull\"\nexchange = \"digest\"",
];

/// Least expected count of a class.
const LEAST: f64 = 8.0;

/// Classes of neighbouring rounds, each expected at least [`LEAST`] times: how often expected, and how often found.
fn classes(law: &Distribution, found: &[u64]) -> Vec<(f64, u64)> {
    let runs = found.iter().sum::<u64>() as f64;
    let longest = law.pmf.len().max(found.len());
    let mut classes: Vec<(f64, u64)> = Vec::new();
    let mut open = (0.0, 0);
    for rounds in 0..longest {
        open.0 += runs * law.pmf.get(rounds).copied().unwrap_or(0.0);
        open.1 += found.get(rounds).copied().unwrap_or(0);
        if open.0 >= LEAST {
            classes.push(std::mem::take(&mut open));
        }
    }
    match classes.last_mut() {
        // What is left over belongs to the last class.
        Some(last) => *last = (last.0 + open.0, last.1 + open.1),
        None => classes.push(open),
    }
    classes
}

/// Holds the rounds of `runs` runs against the exact distribution by chi-square: a false alarm once in 16 000 such
/// tests. A law of one class is certain, and so is the outcome.
fn judge(what: &str, point: &Point, runs: u64) {
    let exact = theory::exact(&plan::case(&point.settings)).unwrap_or_else(|| panic!("{what}: no exact law"));
    let mut found = vec![0; 1];
    for replicate in 0..runs {
        let rounds = rounds(point, replicate) as usize;
        found.resize(found.len().max(rounds + 1), 0);
        found[rounds] += 1;
    }
    for (rounds, count) in found.iter().enumerate() {
        let possible = exact.distribution.pmf.get(rounds).is_some_and(|share| *share > 1e-12);
        assert!(*count == 0 || possible, "{what}: {rounds} rounds cannot be");
    }
    let classes = classes(&exact.distribution, &found);
    if classes.len() == 1 {
        return;
    }
    let statistic: f64 = classes.iter().map(|(expected, found)| (*found as f64 - expected).powi(2) / expected).sum();
    let freedom = (classes.len() - 1) as f64;
    let p = 1.0 - ChiSquared::new(freedom).unwrap().cdf(statistic);
    assert!(p > 6e-5, "{what}: chi-square {statistic:.1} at {freedom} degrees of freedom, p = {p:.1e}: {classes:?}");
}

#[test]
fn rounds_on_the_complete_graph_are_distributed_as_the_chain_says() {
    for (nodes, runs) in [(64, 2000), (512, 500)] {
        for (loss, fanout) in [(0.0, 1), (0.3, 1), (0.0, 2), (0.3, 3), (0.1, 20)] {
            for strategy in STRATEGIES {
                let network = format!("nodes = {nodes}\nloss = {loss}");
                let gossip = format!("{strategy}\nfanout = {fanout}");
                judge(&format!("{network}, {gossip}"), &point(&network, &gossip), runs);
            }
        }
    }
}

#[test]
fn rounds_on_rings_lines_and_stars_are_distributed_as_their_chains_say() {
    for topology in ["ring", "line", "star"] {
        for origin in ["\"random\"", "0", "4"] {
            for (loss, fanout) in [(0.0, 1), (0.4, 1), (0.0, 2), (0.4, 2)] {
                for strategy in STRATEGIES {
                    let text = format!(
                        "[network]\nnodes = 11\ntopology = \"{topology}\"\nloss = {loss}\n[gossip]\n{strategy}\n\
                         fanout = {fanout}\n[workload]\norigin = {origin}\n[stop]\nmax_rounds = 100000\n"
                    );
                    judge(&text, &scenario(&text).points[0], 1000);
                }
            }
        }
    }
}

#[test]
fn rounds_by_poisson_clocks_are_distributed_as_births_say() {
    for (network, runs) in [
        ("nodes = 64", 2000),
        ("nodes = 64\nloss = 0.3", 2000),
        ("nodes = 12\ntopology = \"ring\"", 4000),
        ("nodes = 12\ntopology = \"ring\"\nloss = 0.3", 4000),
    ] {
        for strategy in STRATEGIES {
            let gossip = format!("{strategy}\nphase = \"poisson\"");
            judge(&format!("{network}, {gossip}"), &point(network, &gossip), runs);
        }
    }
}

/// The lower bound by distance, if there is one.
fn distance(point: &Point) -> Option<f64> {
    let laws = plan::laws(&point.settings);
    laws.iter().find(|law| law.text.contains("distance")).and_then(|law| match law.claim {
        Claim::AtLeast(hops) => Some(hops),
        _ => None,
    })
}

/// Nodes that push to all their neighbours in every round tell everybody after as many rounds as the farthest is hops
/// away.
#[test]
fn the_distance_to_the_farthest_node_is_what_flooding_takes() {
    for (nodes, topology) in [
        (12, "{ kind = \"ring\", neighbors = 1 }"),
        (13, "{ kind = \"ring\", neighbors = 2 }"),
        (20, "{ kind = \"ring\", neighbors = 3 }"),
        (9, "\"line\""),
        (9, "\"star\""),
        (16, "\"hypercube\""),
        (25, "\"torus\""),
        (24, "{ kind = \"torus\", sides = [4, 3, 2] }"),
        (25, "\"grid\""),
        (24, "{ kind = \"grid\", sides = [4, 1, 3, 2] }"),
    ] {
        let of = |origin: &str| {
            let text = format!(
                "[network]\nnodes = {nodes}\ntopology = {topology}\n[gossip]\nstrategy = \"push\"\n\
                 fanout = {}\n[workload]\norigin = {origin}\n",
                nodes - 1
            );
            scenario(&text).point(0)
        };
        let mut sum = 0.0;
        for origin in 0..nodes {
            let point = of(&origin.to_string());
            let flooding = rounds(&point, 0);
            sum += flooding;
            assert_eq!(distance(&point).unwrap_or(1.0), flooding, "{topology} from {origin}");
        }
        let mean = distance(&of("\"random\"")).unwrap();
        assert!((mean - sum / f64::from(nodes)).abs() < 1e-12, "{topology}: {mean}");
    }
}
