//! Distances and ways are those that a search finds, and spatial choice follows its law on every topology that has
//! distances.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use gossipsim::distance::DistanceIndex;
use gossipsim::peers::{Peers, Turn};
use gossipsim::random::{Chance, Purpose};
use gossipsim::topology::{Distances, TopologySpec};
use gossipsim::units::NodeId;
use serde_json::{Value, json};

/// Topologies with distances, each at some sizes.
fn cases() -> Vec<(&'static str, Value, &'static [u32])> {
    vec![
        ("line", json!({}), &[2, 3, 4, 17]),
        ("ring", json!({}), &[2, 3, 4, 5, 16, 17]),
        ("grid", json!({}), &[4, 9, 36]),
        ("grid", json!({ "dims": 1 }), &[7]),
        ("grid", json!({ "sides": [5, 2, 7] }), &[70]),
        ("grid", json!({ "sides": [3, 1, 2, 7, 4] }), &[168]),
        ("torus", json!({}), &[4, 9, 16, 25, 36]),
        ("torus", json!({ "dims": 3 }), &[27, 64]),
        ("torus", json!({ "sides": [2, 5, 1, 2, 3, 4] }), &[240]),
        ("torus", json!({ "dims": 6 }), &[64]),
        ("file", json!({ "path": "tangle.txt" }), &[60]),
        ("file", json!({ "path": "two-pieces.txt" }), &[9]),
        ("complete", json!({}), &[2, 7]),
        ("ring", json!({ "neighbors": 2 }), &[9, 16]),
        ("star", json!({}), &[2, 9]),
        ("tree", json!({}), &[13]),
        ("hypercube", json!({}), &[32]),
        ("clusters", json!({ "shares": [0.3, 0.7], "bridges": 1 }), &[40]),
        // In several pieces.
        ("erdos-renyi", json!({ "mean_degree": 1.0 }), &[40]),
    ]
}

/// The folder with the files that the cases name.
fn folder() -> &'static Path {
    static WRITTEN: LazyLock<&Path> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        // Sixty nodes in a ring, with chords of many lengths.
        let chord = |node: u32| format!("{node} {}\n{node} {}\n", (node + 1) % 60, (node * node + 7) % 60);
        std::fs::write(folder.join("tangle.txt"), (0..60).map(chord).collect::<String>()).unwrap();
        std::fs::write(folder.join("two-pieces.txt"), "0 1\n1 2\n2 3\n3 0\n3 4\na b\nb c\nc d\n").unwrap();
        folder
    });
    &WRITTEN
}

fn spec(name: &str, settings: &Value) -> TopologySpec {
    crate::common::graphs::spec(name, settings, folder())
}

/// The neighbours of every node.
fn lists(spec: &TopologySpec, nodes: u32) -> Vec<Vec<u32>> {
    crate::common::graphs::lists(spec, nodes, 1)
}

/// The distances on the same graph.
fn metric(spec: &TopologySpec, nodes: u32) -> Box<dyn Distances> {
    crate::common::graphs::distances(spec, nodes, 1)
}

/// The distance of every node from `source`, as a search finds it.
fn distances(lists: &[Vec<u32>], source: u32) -> Vec<Option<u32>> {
    let mut distances = vec![None; lists.len()];
    distances[source as usize] = Some(0);
    let mut waiting = std::collections::VecDeque::from([source]);
    while let Some(node) = waiting.pop_front() {
        for &other in &lists[node as usize] {
            if distances[other as usize].is_none() {
                distances[other as usize] = distances[node as usize].map(|distance| distance + 1);
                waiting.push_back(other);
            }
        }
    }
    distances
}

/// Does `work` for every case at every size.
fn for_all(work: impl Fn(&str, &[Vec<u32>], &dyn Distances)) {
    for (name, settings, sizes) in cases() {
        let spec = spec(name, &settings);
        for &nodes in sizes {
            let what = format!("{spec} over {nodes} nodes");
            assert_eq!(spec.check(nodes), Ok(()), "{what}");
            work(&what, &lists(&spec, nodes), &*metric(&spec, nodes));
        }
    }
}

#[test]
fn nodes_lie_as_far_as_a_search_finds_them() {
    for_all(|what, lists, metric| {
        let space = metric.space();
        for source in 0..lists.len() as u32 {
            let (node, distances) = (NodeId::new(source), distances(lists, source));
            let farthest = space.farthest(node);
            assert!(distances.iter().flatten().all(|distance| *distance <= farthest), "{what}: {source}");
            let mut all = BTreeSet::new();
            for distance in 1..=farthest {
                let expected: BTreeSet<u32> = (0..)
                    .zip(&distances)
                    .filter(|(_, found)| **found == Some(distance))
                    .map(|(node, _)| node)
                    .collect();
                let at = |place| space.at(node, distance, place);
                let found: Vec<u32> = (0..space.places(node, distance)).filter_map(at).collect();
                assert!(found.iter().all(|&index| space.distance(node, index) == distance), "{what}: {source}");
                // Nobody lies in two places.
                assert_eq!(found.len(), expected.len(), "{what}: {source}, {distance}");
                let nodes: BTreeSet<u32> = found.iter().map(|&index| space.other(node, index).number()).collect();
                assert_eq!(nodes, expected, "{what}: {source}, {distance}");
                all.extend(found);
            }
            assert!(all.into_iter().eq(0..space.others(node)), "{what}: {source}");
            assert_eq!(distances.iter().flatten().count() as u32 - 1, space.others(node), "{what}: {source}");
        }
    });
}

#[test]
fn every_message_takes_a_shortest_way_over_links_of_the_graph() {
    for_all(|what, lists, metric| {
        let mut edges = BTreeSet::new();
        for (node, list) in (0..).zip(lists) {
            edges.extend(list.iter().map(|&other| (node.min(other), node.max(other))));
        }
        for source in 0..lists.len() as u32 {
            for (other, distance) in (0..).zip(distances(lists, source)) {
                let Some(distance) = distance.filter(|distance| *distance > 0) else { continue };
                let mut routes = metric.routes();
                routes.add_message(NodeId::new(source), NodeId::new(other), false);
                let loads = routes.loads();
                let links: Vec<_> = loads.iter().map(|load| (load.from.number(), load.to.number())).collect();
                assert!(links.iter().eq(&edges), "{what}: not the links of the graph");
                let gone: Vec<_> = links.iter().zip(&loads).filter(|(_, load)| load.messages > 0).collect();
                assert!(gone.iter().all(|(_, load)| (load.conversations, load.messages) == (0, 1)), "{what}");
                // So many links that join the two: there is no shorter way, so these are one.
                assert_eq!(gone.len() as u32, distance, "{what}: {source} to {other}");
                let mut ends: Vec<u32> = gone.iter().flat_map(|((a, b), _)| [*a, *b]).collect();
                ends.sort_unstable();
                let odd: BTreeSet<u32> = ends.chunk_by(|a, b| a == b).filter(|e| e.len() == 1).map(|e| e[0]).collect();
                assert_eq!(odd, BTreeSet::from([source, other]), "{what}: {source} to {other}");
            }
        }
    });
}

/// How many points of Z^`dims` other than the origin have a sum of absolute values of at most `distance`.
fn points(dims: u32, distance: u32) -> u32 {
    ball(dims, distance.into()) - 1
}

/// The same with the origin, axis by axis.
fn ball(dims: u32, distance: i64) -> u32 {
    if dims == 0 { 1 } else { (-distance..=distance).map(|x| ball(dims - 1, distance - x.abs())).sum() }
}

/// The probability with which a node contacts each of those at these distances: Q(d)^-a, with Q counted on the lattice
/// of `dims` axes, or among the nodes that there are.
fn law(distances: &[u32], dims: Option<u32>, exponent: f64) -> Vec<f64> {
    let within = |distance: u32| match dims {
        Some(dims) => points(dims, distance),
        None => distances.iter().filter(|other| **other <= distance).count() as u32,
    };
    let weights: Vec<f64> = distances.iter().map(|&distance| libm::pow(within(distance).into(), -exponent)).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

#[test]
fn points_of_a_lattice_without_borders_are_counted_as_in_the_books() {
    for d in 1..8 {
        let of = |dims| points(dims, d);
        assert_eq!([of(1), of(2), of(3)], [2 * d, 2 * d * (d + 1), (2 * d + 1) * (2 * d * d + 2 * d + 3) / 3 - 1]);
    }
}

/// Pairs of found and expected counts, the rare ones together until 8 are expected.
fn bins(mut pairs: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    pairs.sort_by(|one, other| other.1.total_cmp(&one.1));
    let mut bins: Vec<(f64, f64)> = Vec::new();
    for (found, expected) in pairs.into_iter().rev() {
        match bins.last_mut().filter(|bin| bin.1 < 8.0) {
            Some(bin) => *bin = (bin.0 + found, bin.1 + expected),
            None => bins.push((found, expected)),
        }
    }
    bins
}

#[test]
fn spatial_choice_follows_its_law() {
    let draws = 120_000;
    for (name, settings, nodes, dims, nodes_asked) in [
        ("line", json!({}), 40, Some(1), [0, 13]),
        ("ring", json!({}), 30, Some(1), [7, 29]),
        ("ring", json!({}), 31, Some(1), [0, 7]),
        ("grid", json!({}), 49, Some(2), [0, 15]),
        ("grid", json!({ "sides": [2, 20] }), 40, Some(2), [3, 33]),
        ("grid", json!({ "sides": [3, 4, 5] }), 60, Some(3), [21, 59]),
        ("torus", json!({}), 36, Some(2), [11, 0]),
        ("torus", json!({ "sides": [5, 1, 7] }), 35, Some(2), [11, 34]),
        ("torus", json!({ "dims": 3 }), 64, Some(3), [5, 63]),
        ("file", json!({ "path": "tangle.txt" }), 60, None, [4, 31]),
        ("file", json!({ "path": "two-pieces.txt" }), 9, None, [3, 5]),
        ("clusters", json!({ "shares": [0.3, 0.7], "bridges": 1 }), 40, None, [0, 39]),
        ("star", json!({}), 9, None, [0, 5]),
    ] {
        let spec = spec(name, &settings);
        let (space, lists): (Arc<dyn DistanceIndex>, _) = (metric(&spec, nodes).space(), lists(&spec, nodes));
        for (node, exponent) in nodes_asked.into_iter().flat_map(|node| [0.0, 0.5, 1.0, 1.5, 2.0].map(|a| (node, a))) {
            let rule: Peers = serde_json::from_value(json!({ "spatial": { "exponent": exponent } })).unwrap();
            let rule = rule.on(&space);
            let others = (0..).zip(distances(&lists, node)).filter(|(other, _)| *other != node);
            let (others, distances): (Vec<u32>, Vec<u32>) =
                others.filter_map(|(other, distance)| Some((other, distance?))).unzip();
            let expected = law(&distances, dims, exponent);
            let choices = Chance { seed: 5, nodes, replicate: 0 }.field(Purpose::Peers);
            let mut counts = vec![0.0; nodes as usize];
            for number in 0..draws {
                let mut picks = Vec::new();
                let turn = Turn { node: NodeId::new(node), number };
                rule.choose(turn, others.len() as u32, 1, &choices, &mut picks);
                counts[space.other(turn.node, picks[0]).index()] += 1.0;
            }
            let pairs = others.iter().zip(&expected).map(|(&other, p)| (counts[other as usize], p * draws as f64));
            let bins = bins(pairs.collect());
            assert!(bins.iter().all(|(_, expected)| *expected >= 8.0), "{name}: {bins:?}");
            let chi_square: f64 = bins.iter().map(|(found, expected)| (found - expected).powi(2) / expected).sum();
            let freedom = bins.len() as f64 - 1.0;
            let z = (chi_square - freedom) / (2.0 * freedom).sqrt();
            assert!(z <= 4.0, "{name} {settings}, node {node}, exponent {exponent}: z = {z:.2}");
        }
    }
}

#[test]
fn every_topology_has_distances_and_those_that_the_refusal_names_at_any_size() {
    let sample = |name: &str| match name {
        "file" => (spec(name, &json!({ "path": "tangle.txt" })), 60),
        "erdos-renyi" => (spec(name, &json!({ "mean_degree": 8 })), 64),
        _ => (spec(name, &json!({})), 64),
    };
    let many = |name: &str, settings: Value| spec(name, &settings).metric(10_001);
    let allowed = many("complete", json!({})).err().unwrap().allowed;
    for name in TopologySpec::NAMES {
        let (spec, nodes) = sample(name);
        assert!(spec.metric(nodes).is_ok(), "{name}");
        if *name != "file" {
            assert_eq!(spec.metric(10_001).is_ok(), allowed.contains(name), "{name}: {allowed}");
        }
    }
    let wide = many("ring", json!({ "neighbors": 2 })).err().unwrap();
    assert!(wide.problem.contains("10001 nodes") && wide.allowed == allowed, "{wide}");
    let long: String = (0..10_000).map(|node| format!("{node} {}\n", node + 1)).collect();
    std::fs::write(folder().join("long.txt"), long).unwrap();
    let long = spec("file", &json!({ "path": "long.txt" })).metric(10_001).err().unwrap();
    assert!(long.problem.contains("10001 nodes") && long.allowed == allowed, "{long}");
}
