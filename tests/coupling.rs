//! Laws that hold in every single run and for every node, because draws have addresses. No tolerance.

use crate::common::{heard, point};
use gossipsim::time::Time;

/// Networks and clocks of every kind.
const NETWORKS: [&str; 8] = [
    "nodes = 50\ntopology = \"complete\"",
    "nodes = 48\ntopology = { kind = \"random-regular\", degree = 4 }",
    "nodes = 36\ntopology = \"torus\"",
    "nodes = 40\ntopology = \"line\"\nlatency = { kind = \"constant\", value = \"300ms\" }",
    "nodes = 50\nlatency = { kind = \"uniform\", min = \"10ms\", max = \"900ms\" }",
    "nodes = 50\nlatency = { kind = \"lognormal\", median = \"400ms\", p99 = \"9s\" }",
    "nodes = 50\nlatency = { kind = \"regions\", one_way = [[\"1ms\", \"400ms\"], [\"3s\", \"9ms\"]], p90 = [[\"2ms\", \"2s\"], [\"9s\", \"9ms\"]] }",
    "nodes = 50\nlatency = { kind = \"per-link\", base = { kind = \"pareto\", min = \"20ms\", shape = 1.1 }, jitter = { kind = \"exponential\", mean = \"1s\" } }",
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

/// Whether any node, in any of 40 runs, heard sooner under the `worse` settings, (network, gossip), than under the
/// `better`.
fn sooner_somewhere(worse: (&str, &str), better: (&str, &str)) -> bool {
    (0..40).any(|replicate| {
        let [worse, better] = [worse, better].map(|(network, gossip)| heard(&point(network, gossip), replicate));
        worse.iter().zip(&better).any(|(worse, better)| worse < better)
    })
}

#[test]
fn the_laws_end_where_nodes_lose_interest_or_take_only_so_many_calls() {
    // A push that is lost earns no feedback, and its sender stays interested; with more peers it tires sooner.
    let rumor = "strategy = \"push\"\nspread = { kind = \"counter\", k = 1, feedback = true }";
    let wide = format!("{rumor}\nfanout = 2");
    assert!(sooner_somewhere(("nodes = 50\nloss = 0.4", rumor), ("nodes = 50", rumor)));
    assert!(sooner_somewhere(("nodes = 50", rumor), ("nodes = 50", wide.as_str())));
    // A lost call leaves room for another; more calls are more refusals.
    let limited = "strategy = \"pull\"\nconnection_limit = 1";
    let wide = format!("{limited}\nfanout = 3");
    assert!(sooner_somewhere(("nodes = 50\nloss = 0.4", limited), ("nodes = 50", limited)));
    assert!(sooner_somewhere(("nodes = 50", limited), ("nodes = 50", wide.as_str())));
    // The canary of this very test: where nodes never lose interest, it finds nothing.
    let forever = "strategy = \"push\"";
    assert!(!sooner_somewhere(("nodes = 50\nloss = 0.4", forever), ("nodes = 50", forever)));
    assert!(!sooner_somewhere(("nodes = 50", forever), ("nodes = 50", "strategy = \"push\"\nfanout = 2")));
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
