//! What holds for every topology of the catalog: neighbours are distinct, mutual and the same for the same seed.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use crate::common::graphs::lists;
use gossipsim::random::{Chance, Purpose};
use gossipsim::topology::{Drawing, Graph, OnGraph, TopologySpec, components};
use gossipsim::units::NodeId;
use serde_json::{Value, json};

/// One member with its settings at some sizes, and whether its graphs are connected whatever is drawn.
struct Case {
    name: &'static str,
    settings: Value,
    sizes: &'static [u32],
    connected: bool,
}

fn case(name: &'static str, settings: Value, sizes: &'static [u32], connected: bool) -> Case {
    Case { name, settings, sizes, connected }
}

/// All members of the catalog: [`every_member_of_the_catalog_is_tried`] fails if one is missing.
fn cases() -> Vec<Case> {
    vec![
        case("complete", json!({}), &[1, 2, 3, 50], true),
        case("ring", json!({}), &[2, 3, 4, 5, 100], true),
        case("ring", json!({ "neighbors": 3 }), &[7, 8, 100], true),
        case("line", json!({}), &[1, 2, 3, 100], true),
        case("star", json!({}), &[1, 2, 3, 100], true),
        case("grid", json!({}), &[1, 4, 9, 144], true),
        case("grid", json!({ "dims": 1 }), &[1, 2, 3, 17], true),
        case("grid", json!({ "dims": 3 }), &[1, 8, 27, 125], true),
        case("grid", json!({ "sides": [3, 1, 2, 7] }), &[42], true),
        case("torus", json!({}), &[1, 4, 9, 16, 144], true),
        case("torus", json!({ "dims": 1 }), &[1, 2, 3, 17], true),
        case("torus", json!({ "dims": 3 }), &[1, 8, 27, 125], true),
        case("torus", json!({ "sides": [2, 5, 1, 2, 3] }), &[60], true),
        case("hypercube", json!({}), &[1, 2, 4, 8, 256], true),
        case("tree", json!({}), &[1, 2, 3, 4, 100], true),
        case("tree", json!({ "arity": 1 }), &[1, 2, 30], true),
        case("tree", json!({ "arity": 7 }), &[1, 2, 8, 9, 100], true),
        case("random-regular", json!({}), &[9, 10, 17, 18, 200, 5000], false),
        case("random-regular", json!({ "degree": 3 }), &[4, 6, 8, 500], false),
        case("random-regular", json!({ "degree": 40, "fixed": true }), &[41, 42, 80, 3000], false),
        case("erdos-renyi", json!({ "mean_degree": 20 }), &[21, 100, 2000], false),
        case("erdos-renyi", json!({ "p": 0.01 }), &[1, 2, 100, 1000], false),
        case("erdos-renyi", json!({ "p": 1.0, "fixed": true }), &[1, 2, 40], true),
        case("watts-strogatz", json!({}), &[9, 10, 100, 3000], false),
        case("watts-strogatz", json!({ "neighbors": 2, "rewire": 1.0 }), &[5, 6, 500], false),
        case("watts-strogatz", json!({ "neighbors": 1, "rewire": 0.0, "fixed": true }), &[3, 50], true),
        case("barabasi-albert", json!({}), &[5, 6, 100, 3000], true),
        case("barabasi-albert", json!({ "links": 1 }), &[2, 3, 100], true),
        case("k-out", json!({}), &[4, 5, 100, 3000], false),
        case("k-out", json!({ "choices": 40 }), &[41, 42, 200], false),
        case("k-out", json!({ "choices": 1, "connected": true, "fixed": true }), &[2, 3, 60], true),
        case("geometric", json!({ "mean_degree": 6 }), &[10, 100, 3000], false),
        case("geometric", json!({ "radius": 0.2, "borders": true, "fixed": true }), &[1, 2, 40, 500], false),
        case("geometric", json!({ "mean_degree": 7.5, "connected": true }), &[300], true),
        case("small-world-grid", json!({}), &[4, 9, 400], true),
        case(
            "small-world-grid",
            json!({ "long_links": 3, "exponent": 0, "sides": [5, 20], "fixed": true }),
            &[100],
            true,
        ),
        case("random-regular", json!({ "degree": 2, "connected": true }), &[3, 4, 200], true),
        case("erdos-renyi", json!({ "mean_degree": 4, "connected": true }), &[5, 40, 100], true),
        case("watts-strogatz", json!({ "neighbors": 1, "rewire": 0.05, "connected": true }), &[3, 50], true),
        case("barabasi-albert", json!({ "connected": true }), &[5, 60], true),
        case("clusters", json!({}), &[10, 41, 300], false),
        case(
            "clusters",
            json!({ "shares": [0.2, 0.3, 0.5], "degree": 3, "bridges": 1, "connected": true }),
            &[20, 60],
            true,
        ),
        case("file", json!({ "path": "two-triangles.txt" }), &[6], false),
    ]
}

/// The folder with the file that the cases name.
fn folder() -> &'static Path {
    static WRITTEN: LazyLock<&Path> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        std::fs::write(folder.join("two-triangles.txt"), "1 2\n2 3\n3 1\na b\nb c\nc a\n3 2\n").unwrap();
        folder
    });
    &WRITTEN
}

fn spec(name: &str, settings: &Value) -> TopologySpec {
    crate::common::graphs::spec(name, settings, folder())
}

/// Whether the graph says it is connected, and its components as found.
fn parts(spec: &TopologySpec, nodes: u32) -> (bool, Vec<u32>) {
    /// A graph that keeps what it knows to itself.
    struct Silent<'a, G>(&'a G);
    impl<G: Graph> Graph for Silent<'_, G> {
        fn nodes(&self) -> u32 {
            self.0.nodes()
        }
        fn degree(&self, node: NodeId) -> u32 {
            self.0.degree(node)
        }
        fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
            self.0.neighbor(node, index)
        }
    }
    struct Parts;
    impl OnGraph for Parts {
        type Output = (bool, Vec<u32>);
        fn with<G: Graph>(self, graph: &G) -> Self::Output {
            (graph.connected(), components::sizes(&Silent(graph)))
        }
    }
    spec.on_graph(nodes, &mut Chance { seed: 1, nodes, replicate: 0 }.stream(Purpose::Topology), Parts).unwrap()
}

/// Does `work` for every case at every size.
fn for_all(work: impl Fn(&Case, &TopologySpec, u32, &str)) {
    for case in cases() {
        let spec = spec(case.name, &case.settings);
        for &nodes in case.sizes {
            let what = format!("{spec} over {nodes} nodes");
            assert_eq!(spec.check(nodes), Ok(()), "{what}");
            work(&case, &spec, nodes, &what);
        }
    }
}

#[test]
fn every_member_of_the_catalog_is_tried() {
    let tried: BTreeSet<_> = cases().iter().map(|case| case.name).collect();
    let named: BTreeSet<_> = TopologySpec::NAMES.iter().copied().collect();
    assert_eq!(tried, named);
}

#[test]
fn neighbours_are_distinct_mutual_and_never_the_node_itself() {
    for_all(|_, spec, nodes, what| {
        let lists = lists(spec, nodes, 1);
        assert_eq!(lists.len(), nodes as usize, "{what}");
        let sets: Vec<BTreeSet<u32>> = lists.iter().map(|list| list.iter().copied().collect()).collect();
        for (node, list) in (0..).zip(&lists) {
            assert_eq!(sets[node as usize].len(), list.len(), "{what}: neighbours of {node}: {list:?}");
            for &other in list {
                assert!(other < nodes && other != node, "{what}: {node} knows {other}");
                assert!(sets[other as usize].contains(&node), "{what}: {node} knows {other}, but not the reverse");
            }
        }
    });
}

#[test]
fn degrees_add_up_to_two_for_each_edge() {
    let sum = |name, settings, nodes| lists(&spec(name, &settings), nodes, 1).iter().map(Vec::len).sum::<usize>();
    for (name, settings, nodes, edges) in [
        ("complete", json!({}), 50, 50 * 49 / 2),
        ("ring", json!({ "neighbors": 3 }), 50, 150),
        ("line", json!({}), 50, 49),
        ("star", json!({}), 50, 49),
        ("grid", json!({ "sides": [4, 5] }), 20, 4 * 4 + 3 * 5),
        ("torus", json!({ "sides": [4, 5] }), 20, 40),
        ("torus", json!({ "sides": [2, 5] }), 10, 15),
        ("hypercube", json!({}), 64, 64 * 6 / 2),
        ("tree", json!({ "arity": 3 }), 50, 49),
        ("random-regular", json!({}), 50, 200),
        ("erdos-renyi", json!({ "p": 1.0 }), 50, 50 * 49 / 2),
        ("watts-strogatz", json!({ "rewire": 0.7 }), 50, 200),
        ("barabasi-albert", json!({}), 50, 10 + 45 * 4),
        ("clusters", json!({ "shares": [0.3, 0.3, 0.4] }), 50, 100 + 3 * 2),
        ("file", json!({ "path": "two-triangles.txt" }), 6, 6),
    ] {
        assert_eq!(sum(name, settings, nodes), 2 * edges, "{name}");
    }
}

#[test]
fn what_says_it_is_connected_is_and_what_must_be_is() {
    for_all(|case, spec, nodes, what| {
        let (says, sizes) = parts(spec, nodes);
        assert_eq!(sizes.iter().sum::<u32>(), nodes, "{what}: every node is in one component");
        assert!(sizes.len() == 1 || !says && !case.connected, "{what}: components of {sizes:?} nodes");
        if spec.drawing() == Drawing::None && case.name != "file" {
            assert!(says, "{what} is computed and known to be connected");
        }
    });
    assert_eq!(parts(&spec("file", &json!({ "path": "two-triangles.txt" })), 6), (false, vec![3, 3]));
}

#[test]
fn the_same_seed_gives_the_same_graph_and_another_seed_another() {
    for_all(|_, spec, nodes, what| {
        let first = lists(spec, nodes, 1);
        assert_eq!(first, lists(spec, nodes, 1), "{what}");
        if spec.drawing() == Drawing::None {
            assert_eq!(first, lists(spec, nodes, 2), "{what} draws nothing");
        }
    });
    for (name, settings) in [
        ("random-regular", json!({})),
        ("erdos-renyi", json!({ "mean_degree": 8 })),
        ("watts-strogatz", json!({})),
        ("barabasi-albert", json!({})),
        ("k-out", json!({})),
        ("geometric", json!({ "mean_degree": 8 })),
        ("small-world-grid", json!({})),
        ("clusters", json!({})),
    ] {
        let spec = spec(name, &settings);
        assert_ne!(lists(&spec, 100, 1), lists(&spec, 100, 2), "{name}");
    }
}

/// The graph of a seed, with the order of its lists, decides every result on it: these marks must never change.
#[test]
fn the_graph_of_a_seed_stays_what_it_was() {
    /// FNV-1a over the lists, each after its length.
    fn mark(lists: &[Vec<u32>]) -> u64 {
        let words = lists.iter().flat_map(|list| [list.len() as u32].into_iter().chain(list.iter().copied()));
        words.fold(0xcbf2_9ce4_8422_2325, |mark, word| (mark ^ u64::from(word)).wrapping_mul(0x0100_0000_01b3))
    }
    for (name, settings, nodes, expected) in [
        ("random-regular", json!({}), 5000, 0xb90be772d51d769f),
        ("random-regular", json!({ "degree": 3 }), 100, 0x30d6b8a9cedaa651),
        ("random-regular", json!({ "degree": 40 }), 60, 0xc6a731d3e007aabf),
        ("erdos-renyi", json!({ "mean_degree": 8 }), 5000, 0xe070d2adaf909983),
        ("erdos-renyi", json!({ "p": 1.0 }), 40, 0xc49fc87f90d2f5b5),
        ("watts-strogatz", json!({}), 5000, 0x394f3ed9ca8db9f5),
        ("watts-strogatz", json!({ "neighbors": 40, "rewire": 1.0 }), 200, 0x759e7d193cb81b10),
        ("barabasi-albert", json!({}), 5000, 0xec2ef5bf813a8b56),
        ("barabasi-albert", json!({ "links": 1 }), 5000, 0x6a41e56d63c92373),
        ("clusters", json!({ "shares": [0.1, 0.9] }), 300, 0x5136046b196d8bf4),
    ] {
        assert_eq!(mark(&lists(&spec(name, &settings), nodes, 1)), expected, "{name} {settings}");
    }
}

const RANDOM: [&str; 8] = [
    "random-regular",
    "erdos-renyi",
    "watts-strogatz",
    "barabasi-albert",
    "k-out",
    "geometric",
    "small-world-grid",
    "clusters",
];

/// Where the first graph is connected, nobody can tell that it had to be; where it is not, another one is drawn.
#[test]
fn connected_keeps_the_first_connected_graph() {
    let mut redrawn = 0;
    for (name, mut settings, nodes) in [
        ("random-regular", json!({ "degree": 3 }), 20),
        ("erdos-renyi", json!({ "mean_degree": 4 }), 40),
        ("watts-strogatz", json!({ "neighbors": 1, "rewire": 0.1 }), 30),
        ("barabasi-albert", json!({}), 20),
        ("k-out", json!({ "choices": 1 }), 30),
        ("geometric", json!({ "mean_degree": 7 }), 60),
        ("small-world-grid", json!({}), 25),
    ] {
        let any = spec(name, &settings);
        settings["connected"] = json!(true);
        let whole = spec(name, &settings);
        for seed in 0..40 {
            let [first, kept] = [&any, &whole].map(|spec| lists(spec, nodes, seed));
            assert_eq!(kept, lists(&whole, nodes, seed), "{name}: the same seed gives the same graph");
            assert_eq!(pieces(&kept), 1, "{name}, seed {seed}");
            assert_eq!(first == kept, pieces(&first) == 1, "{name}, seed {seed}");
            redrawn += u32::from(first != kept);
        }
    }
    assert!(redrawn > 40, "only {redrawn} graphs were drawn again");
}

/// The number of components, by joining the ends of every edge.
fn pieces(lists: &[Vec<u32>]) -> usize {
    let mut marks: Vec<usize> = (0..lists.len()).collect();
    for (node, list) in lists.iter().enumerate() {
        for &other in list {
            let (kept, gone) = (marks[node], marks[other as usize]);
            marks.iter_mut().filter(|mark| **mark == gone).for_each(|mark| *mark = kept);
        }
    }
    marks.into_iter().collect::<BTreeSet<_>>().len()
}

#[test]
fn what_is_hardly_ever_connected_is_refused_with_what_to_raise() {
    for (name, settings, nodes, parts) in [
        (
            "erdos-renyi",
            json!({ "mean_degree": 4 }),
            1024,
            ["mean degree 4 over 1024", "at least 5.6 (from ln n = 6.9"],
        ),
        ("erdos-renyi", json!({ "p": 0.001 }), 64, ["mean degree 0.06 over 64", "at least 2"]),
        ("random-regular", json!({ "degree": 1 }), 100, ["with a probability of 0", "a degree of at least 3"]),
        ("random-regular", json!({ "degree": 2 }), 100_000, ["about 6e-3", "a degree of at least 3"]),
        ("k-out", json!({ "choices": 1 }), 1_000_000, ["about 3e-3", "at least 2 choices"]),
        ("watts-strogatz", json!({ "neighbors": 1, "rewire": 0.9 }), 1_000_000, ["about 6e-3", "at least 2 neighbors"]),
        ("geometric", json!({ "mean_degree": 4 }), 1024, ["mean degree 4.00 over 1024", "which is a radius of 0.0"]),
    ] {
        let mut settings = settings;
        assert_eq!(spec(name, &settings).check(nodes), Ok(()), "{name}");
        settings["connected"] = json!(true);
        let refusal = spec(name, &settings).check(nodes).unwrap_err();
        assert_eq!(refusal.key, Some("connected"), "{name}");
        let text = refusal.to_string();
        assert!(parts.iter().all(|part| text.contains(part)) && text.contains("connected = false"), "{text}");
    }
    // Enough to be found, though it takes some draws.
    assert_eq!(spec("erdos-renyi", &json!({ "mean_degree": 5.6, "connected": true })).check(1024), Ok(()));
}

/// Where no law tells beforehand, drawing gives up and says so.
#[test]
fn drawing_gives_up_on_what_is_never_connected() {
    struct Nothing;
    impl OnGraph for Nothing {
        type Output = ();
        fn with<G: Graph>(self, _: &G) {
            panic!("there is no graph");
        }
    }
    let spec = spec("geometric", &json!({ "mean_degree": 1.4, "connected": true }));
    assert_eq!(spec.check(16), Ok(()), "no node may be alone, but they hardly ever hang together");
    let mut stream = Chance { seed: 1, nodes: 16, replicate: 0 }.stream(Purpose::Topology);
    let refusal = spec.on_graph(16, &mut stream, Nothing).unwrap_err();
    assert!(refusal.key == Some("connected") && refusal.problem.starts_with("none of 1000 graphs"), "{refusal}");
}

/// What is said before a graph is built: of edge ends, and of the peers of a turn.
#[test]
fn edge_ends_and_peers_of_a_turn_are_known_before_a_graph_is_built() {
    for_all(|case, spec, nodes, what| {
        let lists = lists(spec, nodes, 1);
        let peers = |fanout: u32| lists.iter().map(|list| list.len().min(fanout as usize) as u64).sum::<u64>();
        let (ends, exact) = (peers(u32::MAX), spec.drawing() == Drawing::None);
        let said = spec.ends(nodes);
        assert!(said >= ends && (!exact || said == ends), "{what}: {said} ends for {ends}");
        let widest = lists.iter().map(|list| list.len() as u32).max().unwrap_or(0);
        assert!(spec.widest(nodes) >= widest, "{what}: {widest} neighbours");
        for fanout in [1, 2, 3, 4, 7, 40, nodes.saturating_sub(1).max(1), 100_000_000] {
            let (said, found) = (spec.calls(nodes, fanout), peers(fanout));
            assert!(said >= found, "{what}, fanout {fanout}: {said} for {found}");
            assert!(!exact || case.name == "file" || said == found, "{what}, fanout {fanout}: {said} for {found}");
            assert!(said <= (2 * found).max(found + 200), "{what}, fanout {fanout}: {said} for {found}");
        }
    });
}

#[test]
fn only_random_graphs_are_drawn_and_fixed_ones_once() {
    for_all(|case, spec, _, what| {
        let random = RANDOM.contains(&case.name);
        let expected = match (random, case.settings["fixed"].as_bool()) {
            (false, _) => Drawing::None,
            (true, Some(true)) => Drawing::Once,
            (true, _) => Drawing::PerReplicate,
        };
        assert_eq!(spec.drawing(), expected, "{what}");
    });
}

#[test]
fn computed_graphs_take_no_memory_and_stored_ones_what_their_edges_take() {
    for_all(|_, spec, nodes, what| {
        let ends: usize = lists(spec, nodes, 1).iter().map(Vec::len).sum();
        if spec.drawing() == Drawing::None && spec.name() != "file" {
            assert_eq!(spec.memory(nodes), 0, "{what}");
        } else {
            assert!(spec.memory(nodes) >= 4 * ends as u64 + 4 * u64::from(nodes), "{what}");
        }
    });
}

#[test]
fn settings_read_back_as_they_are_written() {
    for_all(|case, spec, _, what| {
        let mut written = serde_json::to_value(spec).unwrap();
        let settings = written.as_object_mut().unwrap();
        assert_eq!(settings.remove("kind"), Some(json!(case.name)), "{what}");
        let again: TopologySpec = serde_json::from_value(json!({ case.name: settings })).unwrap();
        again.load(folder()).unwrap();
        assert_eq!(serde_json::to_value(&again).unwrap(), serde_json::to_value(spec).unwrap(), "{what}");
    });
    for name in TopologySpec::NAMES {
        let unknown: Result<TopologySpec, _> = serde_json::from_value(json!({ *name: { "colour": 1 } }));
        assert!(unknown.is_err_and(|error| error.to_string().contains("unknown field `colour`")), "{name}");
    }
}

/// The law of random-regular: every pair of nodes is an edge with probability d / (n - 1).
#[test]
fn every_pair_is_as_likely_an_edge_of_a_regular_graph() {
    let (nodes, degree, draws) = (8, 3, 4000);
    let spec = spec("random-regular", &json!({ "degree": degree }));
    let mut joined = [[0; 8]; 8];
    for seed in 0..draws {
        for (node, list) in lists(&spec, nodes, seed).into_iter().enumerate() {
            list.into_iter().for_each(|other| joined[node][other as usize] += 1);
        }
    }
    let p = f64::from(degree) / f64::from(nodes - 1);
    // z <= 4.5 for each of 28 pairs.
    let bound = 4.5 * (draws as f64 * p * (1.0 - p)).sqrt();
    for (a, row) in joined.iter().enumerate() {
        for (b, count) in row.iter().enumerate().take(a) {
            let deviation = f64::from(*count) - draws as f64 * p;
            assert!(deviation.abs() <= bound, "{a}-{b}: {deviation} beyond {bound}");
        }
    }
}

#[test]
fn a_file_that_cannot_be_a_graph_is_blamed_with_its_line() {
    let of = |path: &str| -> TopologySpec { serde_json::from_value(json!({ "file": { "path": path } })).unwrap() };
    let refused = |path: &str| of(path).load(folder()).unwrap_err();
    std::fs::write(folder().join("torn.txt"), "1 2\n3\n").unwrap();
    for (path, problem) in [
        ("torn.txt", "`torn.txt`, line 2: `3` names one node only".to_owned()),
        ("nowhere.txt", format!("`nowhere.txt`: there is no such file ({})", folder().join("nowhere.txt").display())),
        (".", "`.`: is a folder".to_owned()),
    ] {
        let refusal = refused(path);
        assert_eq!((refusal.key, refusal.problem), (Some("path"), problem));
        assert!(refusal.allowed.contains("two node names"), "{}", refusal.allowed);
    }
    assert_eq!(of("two-triangles.txt").check(6).unwrap_err().key, Some("path"), "not loaded yet");
    let loaded = spec("file", &json!({ "path": "two-triangles.txt" }));
    assert_eq!(loaded.load(folder()), Ok(Some(6)));
    assert_eq!(loaded.notes(), ["two-triangles.txt: 1 duplicate edge left out"]);
    assert!(loaded.check(7).unwrap_err().allowed.contains("network.nodes = 6"));
}

#[test]
fn a_changed_file_is_another_scenario() {
    let path = folder().join("changing.txt");
    let settings = json!({ "path": "changing.txt" });
    std::fs::write(&path, "1 2\n").unwrap();
    let before = spec("file", &settings);
    std::fs::write(&path, "1 3\n").unwrap();
    let after = spec("file", &settings);
    let written = [&before, &after].map(|spec| serde_json::to_value(spec).unwrap()["sha256"].clone());
    assert_ne!(written[0], written[1]);
    let pinned = |sha256: &Value| -> TopologySpec {
        serde_json::from_value(json!({ "file": { "path": "changing.txt", "sha256": sha256 } })).unwrap()
    };
    assert_eq!(pinned(&written[0]).load(folder()).unwrap_err().key, Some("sha256"));
    assert_eq!(pinned(&written[1]).load(folder()), Ok(Some(2)));
    // The whole of it, as `printf '1 3\n' | sha256sum` gives it, will do too.
    let whole = json!("b7ea1f3c2d566646713b53bd09d64591fe6d4c8b5341a5f27e4523b1bae289c8");
    assert_eq!(pinned(&whole).load(folder()), Ok(Some(2)));
}
