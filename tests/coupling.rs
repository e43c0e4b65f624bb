//! Laws that hold in every single run and for every node, because draws have addresses. No tolerance.

mod common;

use common::{heard, point};
use gossipsim::time::Time;

/// Networks and clocks of every kind.
const NETWORKS: [&str; 6] = [
    "nodes = 50\ntopology = \"complete\"",
    "nodes = 48\ntopology = { kind = \"random-regular\", degree = 4 }",
    "nodes = 36\ntopology = \"torus\"",
    "nodes = 40\ntopology = \"line\"\nlatency = { kind = \"constant\", value = \"300ms\" }",
    "nodes = 50\nlatency = { kind = \"uniform\", min = \"10ms\", max = \"900ms\" }",
    "nodes = 50\nlatency = { kind = \"lognormal\", median = \"400ms\", p99 = \"9s\" }",
];
const STRATEGIES: [&str; 4] = [
    "strategy = \"push\"",
    "strategy = \"pull\"",
    "strategy = \"push-pull\"\nexchange = \"eager\"",
    "strategy = \"push-pull\"\nexchange = \"digest\"",
];
const PHASES: [&str; 3] = ["aligned", "random", "poisson"];

/// Every combination, as (network, gossip).
fn cases() -> Vec<(String, String)> {
    let mut cases = Vec::new();
    for network in NETWORKS {
        for strategy in STRATEGIES {
            for phase in PHASES {
                cases.push((network.to_owned(), format!("{strategy}\nphase = \"{phase}\"")));
            }
        }
    }
    cases
}

/// No node of `worse` heard before it did in `better`.
fn never_sooner(worse: &[Time], better: &[Time], what: &str) {
    for (node, (worse, better)) in worse.iter().zip(better).enumerate() {
        assert!(worse >= better, "{what}: node {node} heard at {worse:?} instead of {better:?}");
    }
}

#[test]
fn no_node_hears_sooner_for_more_loss() {
    for (network, gossip) in cases() {
        for replicate in 0..3 {
            let at = |loss: &str| heard(&point(&format!("{network}\nloss = {loss}"), &gossip), replicate);
            let (none, some, much) = (at("0"), at("0.05"), at("0.4"));
            never_sooner(&some, &none, &format!("{network}, {gossip}, replicate {replicate}: loss 5 %"));
            never_sooner(&much, &some, &format!("{network}, {gossip}, replicate {replicate}: loss 40 %"));
        }
    }
}

#[test]
fn no_node_hears_later_for_more_fanout() {
    for (network, gossip) in cases() {
        for replicate in 0..3 {
            let at = |fanout: u32| {
                heard(&point(&format!("{network}\nloss = 0.1"), &format!("{gossip}\nfanout = {fanout}")), replicate)
            };
            let (one, two, three) = (at(1), at(2), at(3));
            never_sooner(&one, &two, &format!("{network}, {gossip}, replicate {replicate}: fanout 1"));
            never_sooner(&two, &three, &format!("{network}, {gossip}, replicate {replicate}: fanout 2"));
        }
    }
}

#[test]
fn no_node_hears_later_where_push_pull_does_what_push_or_pull_does() {
    // Eager push-pull sends all that push and pull send, at the same addresses.
    for network in NETWORKS {
        for phase in PHASES {
            for replicate in 0..3 {
                let at =
                    |strategy: &str| heard(&point(network, &format!("{strategy}\nphase = \"{phase}\"")), replicate);
                let both = at(STRATEGIES[2]);
                never_sooner(&at(STRATEGIES[0]), &both, &format!("{network}, {phase}: push"));
                never_sooner(&at(STRATEGIES[1]), &both, &format!("{network}, {phase}: pull"));
            }
        }
    }
}
