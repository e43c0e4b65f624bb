//! Peer rules by weight and by place, in whole runs: who is contacted is who should be.

use crate::common::scenario;
use gossipsim::experiment;
use gossipsim::scenario::{Overrides, Source, read};

/// How many know the update in the end, which node 0 pushes on the complete graph, with these lines besides.
fn informed(network: &str, peers: &str) -> u64 {
    let text = format!(
        "[network]\n{network}\n[gossip]\nstrategy = \"push\"\npeers = {peers}\n[workload]\norigin = 0\n[stop]\nmax_rounds = 60\n"
    );
    let scenario = read(Source::text("peers.toml", &text), &Overrides::default());
    let scenario = scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    experiment::run(&scenario.points[0], 0, &|| true).unwrap().ending.tally.informed
}

const ROWS: &str = "[[\"1ms\", \"5ms\", \"9ms\"], [\"5ms\", \"1ms\", \"9ms\"], [\"9ms\", \"9ms\", \"1ms\"]]";

/// Node 0 is alone in region a; b has three nodes, and c has four.
fn regions(topology: &str) -> String {
    let region = |name: &str, nodes: &str| format!("[[network.region]]\nname = \"{name}\"\nnodes = [{nodes}]\n");
    let all = [region("a", "0"), region("b", "2, 4, 6"), region("c", "1, 3, 5, 7")].concat();
    format!("nodes = 8\ntopology = {topology}\nlatency = {{ kind = \"regions\", one_way = {ROWS} }}\n{all}")
}

/// All lists of a tree are stored, and the complete graph is not.
#[test]
fn news_stays_where_the_rule_keeps_it() {
    let complete = regions("\"complete\"");
    // Alone in its region, node 0 has to go elsewhere; whoever hears does not. In 60 rounds it tells both regions.
    assert_eq!(informed(&complete, "{ kind = \"region-aware\", local = 1 }"), 8);
    // Node 0 tells the nearer region alone, and that its own.
    assert_eq!(informed(&complete, "{ kind = \"nearest\", near = 1 }"), 4);
    assert_eq!(informed(&complete, "{ kind = \"nearest\", near = 0.5 }"), 8);
    // By the two neighbours of node 0: 1 of c and 7 of c; 2 of b is beyond 1.
    let ring = regions("\"ring\"");
    assert_eq!(informed(&ring, "{ kind = \"region-aware\", local = 1 }"), 8);
    let even = ring.replace("[0]", "[0, 1]").replace("[1, 3,", "[3,");
    // Nodes 0 and 1 are neighbours of one region.
    assert_eq!(informed(&even, "{ kind = \"region-aware\", local = 1 }"), 2);
    assert_eq!(informed(&even, "{ kind = \"region-aware\", local = 0 }"), 8);
}

#[test]
fn only_who_weighs_something_is_contacted() {
    let folder = std::env::temp_dir().join(format!("gossipsim-peers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("weights.csv");
    let lines = (0..9).map(|node| format!("{node},{}\n", if [3, 5].contains(&node) { 2.5 } else { 0.0 }));
    std::fs::write(&file, lines.collect::<String>()).unwrap();
    let peers = format!("{{ kind = \"weighted\", weights = {:?} }}", file.display().to_string());
    // Node 0, and the two that it tells.
    assert_eq!(informed("nodes = 9", &peers), 3);
    std::fs::remove_dir_all(folder).unwrap();
}

/// States of more than the fastest caches hold are read ahead of turns, also of those that contact several.
#[test]
fn nodes_with_large_states_contact_several_peers() {
    let text = "[network]\nnodes = 6000\n[gossip]\nstrategy = \"push\"\nfanout = 2\n[workload]\nkind = \"counter\"\nduring = \"1s\"\n[stop]\nmax_rounds = 2\n";
    let tally = experiment::run(&scenario(text).point(0), 0, &|| true).unwrap().ending.tally;
    assert_eq!((tally.turns, tally.sent), (12_000, 24_000));
}
