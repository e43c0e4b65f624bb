//! Traffic by link: nothing is lost on the way, nobody is disturbed, and spatial choice takes the load off long links
//! as its law says.

use std::path::Path;

use crate::common::{point, scenario};
use gossipsim::experiment::{self, Record};
use gossipsim::scenario::{Overrides, Point, Source};
use gossipsim::topology::LinkLoad;

fn record(point: &Point, replicate: u64) -> Record {
    experiment::run(point, replicate, &|| true).unwrap()
}

fn total(loads: &[LinkLoad]) -> (u64, u64) {
    let sum = |of: fn(&LinkLoad) -> u64| loads.iter().map(of).sum();
    (sum(|load| load.conversations), sum(|load| load.messages))
}

#[test]
fn a_message_to_a_neighbour_goes_over_one_link() {
    for topology in ["\"line\"", "\"ring\"", "{ kind = \"grid\", sides = [4, 8] }", "{ kind = \"torus\", dims = 5 }"] {
        for gossip in ["strategy = \"pull\"", "strategy = \"push-pull\"\nphase = \"random\"\nfanout = 2"] {
            for latency in ["\"none\"", "{ kind = \"constant\", value = \"150ms\" }"] {
                let network =
                    format!("nodes = 32\ntopology = {topology}\nlatency = {latency}\nloss = 0.1\nlinks = true");
                let record = record(&point(&network, gossip), 3);
                let (conversations, messages) = total(&record.traffic.unwrap());
                assert_eq!(messages, record.ending.tally.sent, "{topology}, {gossip}");
                assert!(conversations < messages, "{topology}, {gossip}");
                if gossip == "strategy = \"pull\"" {
                    assert_eq!(conversations, record.ending.tally.turns, "{topology}, {latency}");
                }
            }
        }
    }
}

/// Pull asks in every turn, and every third turn, from one of the first three on, opens a comparison as well.
#[test]
fn anti_entropy_behind_a_rumor_opens_conversations_of_its_own() {
    let gossip = "strategy = \"pull\"\nspread = { kind = \"counter\", k = 1 }\nanti_entropy = \"3s\"";
    let record = record(&point("nodes = 32\ntopology = \"ring\"\nlinks = true", gossip), 0);
    let (conversations, messages) = total(&record.traffic.unwrap());
    let rounds = record.ending.tally.turns / 32;
    let comparisons = conversations - 32 * rounds;
    assert!((32 * (rounds / 3)..=32 * rounds.div_ceil(3)).contains(&comparisons), "{comparisons} in {rounds} rounds");
    assert!(rounds >= 3 && messages == record.ending.tally.sent);
}

#[test]
fn whoever_follows_messages_changes_nothing() {
    for peers in ["\"uniform\"", "{ kind = \"spatial\", exponent = 1.2 }"] {
        for phase in ["aligned", "random", "poisson"] {
            let run = |links: bool| {
                let network = format!("nodes = 64\ntopology = \"torus\"\nloss = 0.2\nlinks = {links}");
                let gossip = format!("strategy = \"push-pull\"\nphase = \"{phase}\"\npeers = {peers}\nfanout = 2");
                record(&point(&network, &gossip), 0)
            };
            let (followed, alone) = (run(true), run(false));
            assert!(followed.traffic.is_some() && alone.traffic.is_none());
            assert_eq!(Record { traffic: None, ..followed }, alone, "{peers}, {phase}");
        }
    }
}

/// The probability that a node of a line of `nodes` contacts one on the other side of the middle, for every node: one
/// at distance d is contacted with a probability in proportion to d^-a.
fn crossings(nodes: i64, exponent: f64) -> Vec<f64> {
    let weight = |one: i64, other: i64| libm::pow((one - other).abs() as f64, -exponent);
    let crossing = |node: i64| {
        let sum = |others: &mut dyn Iterator<Item = i64>| -> f64 { others.map(|other| weight(node, other)).sum() };
        let across = sum(&mut (0..nodes).filter(|other| (*other < nodes / 2) != (node < nodes / 2)));
        across / sum(&mut (0..nodes).filter(|other| *other != node))
    };
    (0..nodes).map(crossing).collect()
}

#[test]
fn the_middle_of_a_line_bears_what_the_law_says() {
    // The figures of the definition, to ten thousandths, and as they are accepted.
    for (exponent, runs, stated, accepted) in
        [(0.0, 20, 512.5005, 512.5), (1.0, 40, 107.2776, 107.3), (1.5, 80, 20.5288, 20.53), (2.0, 160, 4.3368, 4.337)]
    {
        let crossings = crossings(1024, exponent);
        let expected: f64 = crossings.iter().sum();
        assert!((expected - stated).abs() <= 5e-5, "exponent {exponent}: {expected}");
        let gossip = format!("strategy = \"push-pull\"\npeers = {{ kind = \"spatial\", exponent = {exponent:?} }}");
        let point = point("nodes = 1024\ntopology = \"line\"\nlinks = true", &gossip);
        let (mut conversations, mut rounds) = (0, 0);
        for record in (0..runs).map(|replicate| record(&point, replicate)) {
            let middle = record.traffic.unwrap()[511];
            assert_eq!((middle.from.number(), middle.to.number()), (511, 512));
            conversations += middle.conversations;
            rounds += record.ending.tally.turns / 1024;
        }
        // Every node opens one conversation a round, independent of all others.
        let variance: f64 = crossings.iter().map(|p| p * (1.0 - p)).sum();
        let (found, error) = (conversations as f64 / rounds as f64, (variance / rounds as f64).sqrt());
        let z = (found - expected) / error;
        assert!(z.abs() <= 4.0, "exponent {exponent}: {found} instead of {expected}, z = {z:.2}");
        assert!((found / accepted - 1.0).abs() <= 0.02, "exponent {exponent}: {found} instead of {accepted}");
    }
}

/// Two continents that one link joins: as Demers et al. (1987, section 3) have it, uniform choice of anybody puts
/// 2 n1 n2 / (n - 1) conversations a round on it, and choice by distance takes most of them off.
#[test]
fn the_link_between_two_continents_bears_what_the_paper_says() {
    let (nodes, europe, runs) = (440, 44, 40);
    let across = f64::from(nodes - europe) / f64::from(nodes - 1);
    let back = f64::from(europe) / f64::from(nodes - 1);
    let expected = f64::from(europe) * across + f64::from(nodes - europe) * back;
    let variance = expected - f64::from(europe) * across * across - f64::from(nodes - europe) * back * back;
    let conversations = |exponent: f64| {
        let topology = "{ kind = \"clusters\", shares = [0.1, 0.9], bridges = 1, fixed = true }";
        let network = format!("nodes = {nodes}\ntopology = {topology}\nlinks = true");
        let gossip = format!("strategy = \"push-pull\"\npeers = {{ kind = \"spatial\", exponent = {exponent:?} }}");
        let point = point(&network, &gossip);
        let (mut conversations, mut rounds) = (0, 0);
        for record in (0..runs).map(|replicate| record(&point, replicate)) {
            let traffic = record.traffic.unwrap();
            let mut bridges = traffic.iter().filter(|load| load.from.number() < europe && load.to.number() >= europe);
            conversations += bridges.next().unwrap().conversations;
            assert!(bridges.next().is_none());
            rounds += record.ending.tally.turns / u64::from(nodes);
        }
        (conversations as f64 / rounds as f64, rounds as f64)
    };
    let (found, rounds) = conversations(0.0);
    let z = (found - expected) / (variance / rounds).sqrt();
    assert!(z.abs() <= 4.0, "{found} instead of {expected}, z = {z:.2}");
    assert!((expected - 79.4).abs() < 0.05);
    let (near, _) = conversations(2.0);
    assert!(near < found / 10.0, "{near} instead of {found}");
}

#[test]
fn on_a_graph_from_a_file_messages_go_as_far_as_the_law_says() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let ring: String = (0..31).map(|node| format!("{node} {}\n", (node + 1) % 31)).collect();
    std::fs::write(folder.join("ring.txt"), ring).unwrap();
    let text = "[network]\ntopology = { kind = \"file\", path = \"ring.txt\" }\nlinks = true\n[gossip]\n\
                strategy = \"pull\"\npeers = { kind = \"spatial\", exponent = 1.0 }\n";
    std::fs::write(folder.join("ring.toml"), text).unwrap();
    let source = Source::file(&folder.join("ring.toml")).unwrap();
    let point = gossipsim::scenario::read(source, &Overrides::default()).unwrap().point(0);
    let (mut links, mut turns) = (0, 0);
    for record in (0..200).map(|replicate| record(&point, replicate)) {
        let traffic = record.traffic.unwrap();
        assert_eq!(traffic.len(), 31);
        links += total(&traffic).0;
        turns += record.ending.tally.turns;
    }
    // On a ring of 31 two nodes lie at each distance up to 15, so 2d within d.
    let all: f64 = (1..16).map(|d| 1.0 / f64::from(d)).sum();
    let share = |d: f64| 1.0 / d / all;
    let moment = |power: i32| (1..16).map(f64::from).map(|d| d.powi(power) * share(d)).sum::<f64>();
    let (found, mean) = (links as f64 / turns as f64, moment(1));
    let z = (found - mean) / ((moment(2) - mean * mean) / turns as f64).sqrt();
    assert!(z.abs() <= 4.0, "{found} links a conversation instead of {mean}, z = {z:.2}");
}

#[test]
fn traffic_is_in_the_estimate_of_memory() {
    let memory = |network: &str, gossip: &str| {
        let text = format!("[network]\nnodes = 1000000\n{network}\n[gossip]\nstrategy = \"push\"\n{gossip}\n");
        gossipsim::plan::memory(&scenario(&text).points[0].settings)
    };
    let plain = memory("topology = \"torus\"", "");
    let spatial = memory("topology = \"torus\"", "peers = \"spatial\"") - plain;
    assert!((8 * 1000..=32 * 1000).contains(&spatial), "a table over distances up to 1000: {spatial}");
    let plain_line = memory("topology = \"line\"", "");
    let spatial = memory("topology = \"line\"", "peers = \"spatial\"") - plain_line;
    assert!((8 * 999_999..=32 * 999_999).contains(&spatial), "a table over distances up to 999999: {spatial}");
    let followed = memory("topology = \"torus\"\nlinks = true", "");
    // Messages each way, a row of loads, and a row of results that is read back; 92 bytes a link were measured.
    let a_link = (followed - plain) / 2_000_000;
    assert!((92..92 * 3 / 2).contains(&a_link), "{a_link} bytes a link");
}
