//! Rumors that are forwarded on receipt: flooding, infect and die, until duplicates come; against what is known exactly.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

use gossipsim::engine::Outcome;
use gossipsim::experiment;
use gossipsim::observe::{Fate, LoggedMessage};
use gossipsim::scenario::Point;
use gossipsim::time::Time;
use gossipsim::units::NodeId;
use serde_json::json;

use crate::common::graphs::{lists, spec};
use crate::common::{ending, judge, sample, scenario};

const FLOOD: &str = "strategy = \"push\"\nfanout = \"all\"\nforward = \"at-once\"\nspread = \"infect-and-die\"";

/// A run of one update that goes on until nothing is on its way.
fn quiet(network: &str, gossip: &str) -> Point {
    let rest = "[stop]\nuntil = \"quiet\"\nmax_rounds = 100000\n";
    scenario(&format!("[network]\n{network}\n[gossip]\n{gossip}\n{rest}")).point(0)
}

/// The messages of one run that were delivered.
fn delivered(point: &Point, replicate: u64) -> Vec<LoggedMessage> {
    let log = experiment::trace(point, replicate, &|| true).unwrap().log;
    log.messages().map(|(_, message)| message).filter(|message| message.fate == Fate::Delivered).cloned().collect()
}

/// Every node but the origin forwards to all neighbours but one: 2E - (n - 1) updates, of which n - 1 are news, whatever the
/// latencies and whenever nodes have their turns.
#[test]
fn a_flood_sends_the_update_twice_over_each_link_but_for_the_links_of_a_spanning_tree() {
    let topologies = [
        ("complete", json!({})),
        ("ring", json!({ "neighbors": 2 })),
        ("hypercube", json!({})),
        ("tree", json!({ "arity": 3 })),
        ("star", json!({})),
        ("random-regular", json!({ "degree": 5, "fixed": true })),
    ];
    let latencies = ["\"none\"", "\"20ms\"", "{ kind = \"pareto\", min = \"10ms\", shape = 1.1 }"];
    for (name, settings) in topologies {
        let links: usize = match name {
            "complete" => 64 * 63 / 2,
            "ring" => 128,
            "hypercube" => 64 * 6 / 2,
            "tree" | "star" => 63,
            _ => 64 * 5 / 2,
        };
        for latency in latencies {
            for phase in ["aligned", "random", "poisson"] {
                let written = settings.as_object().unwrap().iter().map(|(key, value)| format!(", {key} = {value}"));
                let topology: String = written.collect();
                let network = format!("nodes = 64\ntopology = {{ kind = \"{name}\"{topology} }}\nlatency = {latency}");
                let ending = ending(&quiet(&network, &format!("{FLOOD}\nphase = \"{phase}\"")), 3);
                let tally = ending.tally;
                let case = format!("{network}, {phase}");
                assert_eq!((ending.outcome, ending.in_flight), (Outcome::Converged, 0), "{case}");
                assert_eq!((tally.sent, tally.updates), (2 * links as u64 - 63, tally.sent), "{case}");
                assert_eq!(tally.redundant, 2 * links as u64 - 2 * 63, "{case}");
            }
        }
    }
}

/// Maelstrom's broadcast workload (its guide, chapter 3, "Performance"): messages between servers for each broadcast, which are
/// 2E where a server also answers to whom it heard it from, and 2E - (n - 1) where not.
#[test]
fn maelstrom_counts_the_same_messages() {
    let five = tempfolder("maelstrom");
    std::fs::write(five.join("grid5.csv"), "from,to\n0,1\n1,2\n3,4\n0,3\n1,4\n").unwrap();
    let grid5 = format!("{{ kind = \"file\", path = \"{}\" }}", five.join("grid5.csv").display());
    let naive = FLOOD.replace("\"at-once\"", "{ kind = \"at-once\", back_to_sender = true }");
    for (nodes, topology, gossip, messages) in [
        (5, grid5.as_str(), naive.as_str(), 10),
        (5, &grid5, FLOOD, 6),
        (25, "\"grid\"", FLOOD, 56),
        (25, "\"line\"", FLOOD, 24),
        (25, "{ kind = \"tree\", arity = 4 }", FLOOD, 24),
        (25, "\"complete\"", FLOOD, 576),
    ] {
        for latency in ["none", "100ms"] {
            let network = format!("nodes = {nodes}\ntopology = {topology}\nlatency = \"{latency}\"");
            for replicate in 0..5 {
                let ending = ending(&quiet(&network, gossip), replicate);
                assert_eq!((ending.tally.sent, ending.outcome), (messages, Outcome::Converged), "{network}");
            }
        }
    }
    std::fs::remove_dir_all(five).unwrap();
}

fn tempfolder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("gossipsim-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// With a constant latency the update takes a shortest path to every node: hops and times are those of a breadth-first search.
#[test]
fn a_flood_takes_shortest_paths() {
    for (name, settings, nodes) in [
        ("ring", json!({ "neighbors": 1 }), 51),
        ("grid", json!({}), 49),
        ("hypercube", json!({}), 128),
        ("random-regular", json!({ "degree": 3, "fixed": true }), 100),
    ] {
        let extra: String =
            settings.as_object().unwrap().iter().map(|(key, value)| format!(", {key} = {value}")).collect();
        for latency in [0, 30] {
            let network =
                format!("nodes = {nodes}\ntopology = {{ kind = \"{name}\"{extra} }}\nlatency = \"{latency}ms\"");
            let text = format!(
                "seed = 1\n[network]\n{network}\n[gossip]\n{FLOOD}\n[workload]\norigin = 0\n[stop]\nuntil = \"quiet\"\n"
            );
            let ending = ending(&scenario(&text).point(0), 0);
            let neighbors = lists(&spec(name, &settings, Path::new("")), nodes, 1);
            let distances = search(&neighbors);
            let farthest = *distances.iter().max().unwrap();
            let sum: u64 = distances.iter().map(|&distance| u64::from(distance)).sum();
            assert_eq!((ending.hops.most, ending.hops.sum), (farthest, sum), "{network}");
            let last = Time::from_nanos(u64::from(farthest) * latency * 1_000_000);
            assert_eq!(ending.last_learned, Some(last), "{network}");
        }
    }
}

/// How far every node is from node 0.
fn search(neighbors: &[Vec<u32>]) -> Vec<u32> {
    let (mut distances, mut next) = (vec![u32::MAX; neighbors.len()], VecDeque::from([0_usize]));
    distances[0] = 0;
    while let Some(node) = next.pop_front() {
        for &other in &neighbors[node] {
            if distances[other as usize] == u32::MAX {
                distances[other as usize] = distances[node] + 1;
                next.push_back(other as usize);
            }
        }
    }
    distances
}

/// A flood over links that lose a share 1 - q reaches what is connected by those that do not: on a ring 1 plus the sum over the
/// distances d of q^d + q^(n-d) - q^n, and all three of a triangle at q = 1/2 in half of the runs.
#[test]
fn a_flood_with_loss_reaches_what_the_links_left_over_reach() {
    let ring = quiet("nodes = 10\ntopology = \"ring\"\nloss = 0.1\nlatency = \"10ms\"", FLOOD);
    let q: f64 = 0.9;
    let expected = 1.0 + (1..10).map(|d| q.powi(d) + q.powi(10 - d) - q.powi(10)).sum::<f64>();
    assert!((expected - 8.888_33).abs() < 1e-5);
    judge("ring", expected, sample(4000, |replicate| ending(&ring, replicate).tally.informed as f64), 4000);
    let triangle = quiet("nodes = 3\nloss = 0.5", FLOOD);
    let informed = |replicate| ending(&triangle, replicate).tally.informed as f64;
    judge("triangle", 9.0 / 4.0, sample(4000, informed), 4000);
    let all = |replicate| f64::from(u8::from(informed(replicate) == 3.0));
    judge("all of a triangle", 0.5, sample(4000, all), 4000);
}

/// How many of `n` nodes infect and die with `targets` distinct targets among n - 1 others reaches, with the probabilities: a chain over
/// how many have told theirs and how many know. Where none is told back to its teller, all but the origin choose among n - 2 others.
pub(crate) fn reached_by_infect_and_die(n: usize, targets: usize, back_to_sender: bool) -> Vec<f64> {
    // How probable it is that so many know when so many have told.
    let mut known = vec![0.0; n + 1];
    known[1] = 1.0;
    let mut reached = vec![0.0; n + 1];
    for told in 0..n {
        // Where all who know have told, it is over.
        reached[told] = known[told];
        let spared = usize::from(told > 0 && !back_to_sender);
        let mut next = vec![0.0; n + 1];
        for know in told + 1..=n {
            for (news, share) in hypergeometric(n - 1 - spared, n - know, targets) {
                next[know + news] += known[know] * share;
            }
        }
        known = next;
    }
    reached[n] = known[n];
    reached
}

/// The probability that it reaches all.
fn all_by_infect_and_die(n: usize, targets: usize, back_to_sender: bool) -> f64 {
    reached_by_infect_and_die(n, targets, back_to_sender)[n]
}

/// How many of `draws` distinct of `total` are among the `marked`, with the probabilities.
fn hypergeometric(total: usize, marked: usize, draws: usize) -> Vec<(usize, f64)> {
    let choose = |n: usize, k: usize| (0..k).map(|i| (n - i) as f64 / (k - i) as f64).product::<f64>();
    let most = draws.min(marked);
    let least = (draws + marked).saturating_sub(total);
    (least..=most)
        .map(|news| (news, choose(marked, news) * choose(total - marked, draws - news) / choose(total, draws)))
        .collect()
}

/// Whether it is told at once or in turns, and in which order, does not matter to whom it reaches; whom a node spares does.
#[test]
fn infect_and_die_reaches_all_as_often_as_its_chain_says() {
    assert!((all_by_infect_and_die(1000, 7, true) - 0.4098).abs() < 5e-5);
    let gossip = |fanout: u32, forward: &str| {
        format!("strategy = \"push\"\nspread = \"infect-and-die\"\nfanout = {fanout}\nforward = {forward}")
    };
    let back = "{ kind = \"at-once\", back_to_sender = true }";
    for (n, k, forward, latency, runs) in [
        (1000, 7, back, "none", 300),
        (60, 4, back, "10ms", 2000),
        (60, 4, "\"at-once\"", "10ms", 2000),
        (60, 4, "\"in-turn\"", "none", 2000),
        (8, 2, "\"at-once\"", "none", 4000),
        (8, 2, back, "none", 4000),
    ] {
        let point = quiet(&format!("nodes = {n}\nlatency = \"{latency}\""), &gossip(k, forward));
        let all = |replicate| f64::from(u8::from(ending(&point, replicate).outcome == Outcome::Converged));
        let expected = all_by_infect_and_die(n, k as usize, forward != "\"at-once\"");
        judge(&format!("n = {n}, k = {k}, {forward}"), expected, sample(runs, all), runs);
    }
}

/// Nobody forwards to whom it has the update from, and to as many others as it should; each of them as often, |z| <= 4.
#[test]
fn nobody_forwards_to_its_sender_and_to_all_others_alike() {
    let gossip = "strategy = \"push\"\nspread = \"infect-and-die\"\nfanout = 3\nforward = \"at-once\"";
    let point = quiet("nodes = 12\nlatency = { kind = \"exponential\", mean = \"10ms\" }", gossip);
    // By the distance of the peer from the sender's own sender, counted over the numbers of all others.
    let (mut counts, mut total) = ([0_u32; 12], 0.0);
    for replicate in 0..300 {
        let mut senders: BTreeMap<NodeId, NodeId> = BTreeMap::new();
        let messages = delivered(&point, replicate);
        let mut arrivals: Vec<&LoggedMessage> = messages.iter().collect();
        arrivals.sort_by_key(|message| message.received());
        for message in &arrivals {
            senders.entry(message.to).or_insert(message.from);
        }
        let mut sent: BTreeMap<NodeId, u32> = BTreeMap::new();
        for message in &messages {
            *sent.entry(message.from).or_default() += 1;
            let Some(&sender) = senders.get(&message.from) else { continue };
            if message.from == arrivals[0].from {
                continue;
            }
            assert_ne!(message.to, sender, "told back");
            counts[((12 + message.to.number() - sender.number()) % 12) as usize] += 1;
            total += 1.0;
        }
        assert!(sent.values().all(|&sent| sent == 3), "{sent:?}");
    }
    // One of the 11 is the node itself, as often each.
    for &count in &counts[1..] {
        let share = 1.0 / 11.0;
        let z = (f64::from(count) - total * share) / (total * share * (1.0 - share)).sqrt();
        assert!(z.abs() <= 4.0, "{counts:?}: z = {z:.1}");
    }
}

/// Whom a node forwards to does not go by when it has the update, from whom, or what was lost.
#[test]
fn more_loss_changes_nobodys_peers() {
    let gossip = "strategy = \"push\"\nfanout = 2\nspread = \"infect-and-die\"\n\
                  forward = { kind = \"at-once\", back_to_sender = true }";
    let peers = |loss: f64| {
        let network = format!("nodes = 100\nlatency = {{ kind = \"exponential\", mean = \"10ms\" }}\nloss = {loss}");
        let log = experiment::trace(&quiet(&network, gossip), 0, &|| true).unwrap().log;
        let mut peers: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        log.messages().for_each(|(_, message)| peers.entry(message.from).or_default().push(message.to));
        peers
    };
    let (all, some) = (peers(0.0), peers(0.1));
    let both: Vec<&NodeId> = some.keys().filter(|node| all.contains_key(node)).collect();
    assert!(both.len() > 20 && both.iter().all(|node| all[node] == some[node]), "{} nodes", both.len());
}

/// Who is blind after k contacts contacts its peers once at once and in k - 1 turns: k times the fanout for each that knows.
#[test]
fn a_node_that_forwards_at_once_spends_one_contact_of_those_it_counts() {
    for (k, phase) in [(1, "aligned"), (3, "aligned"), (3, "random"), (2, "poisson")] {
        let gossip = format!(
            "strategy = \"push\"\nfanout = 2\nforward = \"at-once\"\nphase = \"{phase}\"\n\
             spread = {{ kind = \"counter\", k = {k}, feedback = false }}"
        );
        for replicate in 0..20 {
            let tally = ending(&quiet("nodes = 50\nlatency = \"30ms\"", &gossip), replicate).tally;
            assert_eq!(tally.updates, 2 * k * tally.informed, "k = {k}, {phase}");
        }
    }
}

/// A node forwards on each of its first k receipts, to its fanout of peers; the origin also at time 0, and on k - 1 receipts.
#[test]
fn whoever_waits_for_duplicates_forwards_on_receipt_until_they_have_come() {
    for (k, fanout) in [(1, 3), (2, 2), (4, 1)] {
        let gossip = format!(
            "strategy = \"push\"\nfanout = {fanout}\nforward = \"at-once\"\nphase = \"random\"\n\
             spread = {{ kind = \"duplicates\", k = {k} }}"
        );
        let network = "nodes = 40\nlatency = { kind = \"exponential\", mean = \"30ms\" }\nloss = 0.1";
        let rest = "[workload]\norigin = 0\n[stop]\nuntil = \"quiet\"\n";
        let point = scenario(&format!("[network]\n{network}\n[gossip]\n{gossip}\n{rest}")).point(0);
        for replicate in 0..20 {
            let ending = ending(&point, replicate);
            assert_eq!((ending.tally.spreading, ending.in_flight, ending.cut_off), (0, 0, false));
            let mut received = [0_usize; 40];
            delivered(&point, replicate).iter().for_each(|message| received[message.to.index()] += 1);
            let forwards = received.iter().enumerate().map(|(node, &received)| match node {
                0 => 1 + received.min(k - 1),
                _ => received.min(k),
            });
            assert_eq!(ending.tally.sent, (fanout * forwards.sum::<usize>()) as u64, "k = {k}");
        }
    }
}

/// Pull finds whom a lossy flood has left out.
#[test]
fn turns_go_on_beside_what_is_forwarded() {
    let gossip = "strategy = \"pull\"\nfanout = 2\nforward = \"at-once\"\nphase = \"random\"";
    let text = format!("[network]\nnodes = 200\nlatency = \"10ms\"\nloss = 0.5\n[gossip]\n{gossip}\n");
    let point = scenario(&text).point(0);
    for replicate in 0..20 {
        let ending = ending(&point, replicate);
        assert_eq!(ending.outcome, Outcome::Converged);
        assert!(ending.tally.sent > ending.tally.updates, "there are requests");
        assert_eq!(ending.hops.learned, 199);
    }
}
