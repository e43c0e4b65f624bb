//! `graph`: what it writes reads back as the graph that the run draws, and what it refuses.

use std::collections::BTreeMap;

use super::sandbox::Sandbox;
use gossipsim::experiment;
use gossipsim::scenario::{self, Overrides, Point, Source};
use gossipsim::topology::{Graph, OnGraph};
use gossipsim::units::NodeId;
use serde_json::{Value, json};

/// Scenarios in which every kind of graph occurs: with nodes alone, with borders, drawn once, drawn again.
const TOPOLOGIES: [&str; 8] = [
    "{ kind = \"erdos-renyi\", mean_degree = 2 }",
    "{ kind = \"erdos-renyi\", mean_degree = 5, connected = true }",
    "{ kind = \"random-regular\", degree = 3, fixed = true }",
    "{ kind = \"k-out\", choices = 2 }",
    "{ kind = \"geometric\", mean_degree = 3 }",
    "\"small-world-grid\"",
    "\"torus\"",
    "\"complete\"",
];

fn text(topology: &str) -> String {
    format!("replicates = 3\n[network]\nnodes = 36\ntopology = {topology}\n[gossip]\nstrategy = \"push\"\n")
}

fn point(text: &str) -> Point {
    let scenario = scenario::read(Source::text("test.toml", text), &Overrides::default());
    scenario.unwrap_or_else(|problems| panic!("{}", problems.render(false))).point(0)
}

/// The edges in order, and the number of nodes.
struct Edges;

impl OnGraph for Edges {
    type Output = (u32, Vec<[u32; 2]>);

    fn with<G: Graph>(self, graph: &G) -> Self::Output {
        let later = |node: u32| {
            let all = (0..graph.degree(NodeId::new(node))).map(move |index| graph.neighbor(NodeId::new(node), index));
            all.filter(move |other| other.number() > node).map(move |other| [node, other.number()])
        };
        let mut edges: Vec<[u32; 2]> = (0..graph.nodes()).flat_map(later).collect();
        edges.sort_unstable();
        (graph.nodes(), edges)
    }
}

/// The pairs of numbers between `marks` on the lines that have them.
fn pairs(text: &str, marks: [&str; 3]) -> Vec<[u32; 2]> {
    let pair = |line: &str| {
        let (one, other) = line.split_once(marks[0])?.1.split_once(marks[1])?;
        Some([one, other.split(marks[2]).next()?].map(|number| number.parse().expect("a number")))
    };
    let mut pairs: Vec<[u32; 2]> = text.lines().filter_map(pair).collect();
    pairs.sort_unstable();
    pairs
}

#[test]
fn every_format_has_the_graph_of_the_run() {
    let sandbox = Sandbox::new("graph-formats");
    for topology in TOPOLOGIES {
        sandbox.write("any.toml", text(topology));
        let replicate = 1;
        let (nodes, edges) = experiment::on_graph(&point(&text(topology)), replicate, Edges).unwrap();
        let written =
            |format: &str| sandbox.run(&["graph", "any.toml", "--replicate", "1", "--format", format]).exits(0).stdout;
        let xml = written("graphml");
        assert_eq!(pairs(&xml, ["<edge source=\"", "\" target=\"", "\""]), edges, "{topology}");
        assert_eq!(xml.matches("<node id=").count(), nodes as usize, "{topology}");
        let dot = written("dot");
        assert_eq!(pairs(&dot, ["  ", " -- ", ";"]), edges, "{topology}");
        assert_eq!(dot.lines().filter(|line| line.ends_with(';') && !line.contains("--")).count(), nodes as usize);
        let json: Value = serde_json::from_str(&written("json")).unwrap();
        let links = json["links"].as_array().unwrap().iter();
        let mut found: Vec<[u64; 2]> =
            links.map(|link| ["source", "target"].map(|end| link[end].as_u64().unwrap())).collect();
        found.sort_unstable();
        assert!(found.iter().eq(edges.iter().map(|edge| edge.map(u64::from)).collect::<Vec<_>>().iter()), "{topology}");
        assert_eq!(json["nodes"].as_array().unwrap().len(), nodes as usize);
        assert_eq!(json["nodes"][35], json!({ "id": 35 }));
    }
}

/// Arcs and names of a file come back from every format.
#[test]
fn a_directed_graph_with_names_reads_back_from_every_format() {
    let sandbox = Sandbox::new("graph-directed");
    let scenario = |file: &str, format: &str| {
        let file = format!("{{ kind = \"file\", path = \"{file}\", format = \"{format}\", directed = true }}");
        format!("[network]\ntopology = {file}\n[gossip]\nstrategy = \"push\"\n")
    };
    sandbox.write("arcs.csv", "source,target\nOslo,Rome\nRome,Oslo\nRome,\"New York\"\nCairo,Oslo\n");
    sandbox.write("first.toml", scenario("arcs.csv", "csv"));
    let edges = sandbox.run(&["graph", "first.toml"]).exits(0).stdout;
    let arcs = |text: &str| text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>();
    let expected = ["Oslo Rome", "Rome Oslo", "Rome \"New York\"", "\"New York\" \"New York\"", "Cairo Oslo"];
    assert_eq!(arcs(&edges), expected);
    for format in ["edges", "graphml", "dot", "json"] {
        sandbox.run(&["graph", "first.toml", "--format", format, "--out", "again", "--force"]).exits(0);
        sandbox.write("again.toml", scenario("again", format));
        let again = sandbox.run(&["graph", "again.toml"]).exits(0).stdout;
        assert_eq!(arcs(&again), expected, "{format}");
    }
}

/// Names that look like something else come back from every format, written to the output and to a file.
#[test]
fn odd_names_read_back_from_every_format() {
    let sandbox = Sandbox::new("graph-odd-names");
    let scenario = |file: &str| {
        format!("[network]\ntopology = {{ kind = \"file\", path = \"{file}\" }}\n[gossip]\nstrategy = \"push\"\n")
    };
    for (place, names) in [
        ["source", "target", "alone"],
        ["Alice", "Bob", "7"],
        ["a\"b", "say \"hi\"", "\"x\" # y"],
        ["DOMAIN\\u", "C:\\", "a\\\"b\\\\"],
        ["zero\u{200c}width", "\u{202e}x", "é"],
        ["--", "->", "="],
        ["a{b}", "{c}", "(1, 2)"],
        ["nodes", "3", "x:"],
        ["id", "label", "#"],
    ]
    .iter()
    .enumerate()
    {
        let nodes: Vec<Value> = names.iter().map(|name| json!({ "id": name })).collect();
        let links = [json!({ "source": names[0], "target": names[1] })];
        sandbox.write("first.json", json!({ "nodes": nodes, "links": links }).to_string());
        sandbox.write("first.toml", scenario("first.json"));
        let expected = sandbox.run(&["graph", "first.toml", "--format", "graphml"]).exits(0).stdout;
        for format in ["edges", "graphml", "dot", "json"] {
            let written = sandbox.run(&["graph", "first.toml", "--format", format]).exits(0).stdout;
            sandbox.run(&["graph", "first.toml", "--format", format, "--out", "again", "--force"]).exits(0);
            assert_eq!(written, sandbox.text("again"), "{place}, {format}");
            sandbox.write("again.toml", scenario("again"));
            let again = sandbox.run(&["graph", "again.toml", "--format", "graphml"]).exits(0).stdout;
            let graph = |text: &str| text.split_once("<graph id").map(|(_, graph)| graph.to_owned());
            assert_eq!(graph(&again), graph(&expected), "{place}, {format}: {written}");
        }
    }
}

/// The title of a graph with lists in its settings stands in the file, and the file is read all the same.
#[test]
fn a_graph_with_brackets_in_its_title_reads_back() {
    let sandbox = Sandbox::new("graph-brackets");
    let grid = "[network]\nnodes = 10\ntopology = { kind = \"grid\", sides = [2, 5] }\n[gossip]\nstrategy = \"push\"\n";
    sandbox.write("grid.toml", grid);
    let read = "[network]\ntopology = { kind = \"file\", path = \"again\" }\n[gossip]\nstrategy = \"push\"\n";
    sandbox.write("again.toml", read);
    let edges = |name: &str| {
        let text = sandbox.run(&["graph", name]).exits(0).stdout;
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>()
    };
    for format in ["edges", "graphml", "dot", "json"] {
        sandbox.run(&["graph", "grid.toml", "--format", format, "--out", "again", "--force"]).exits(0);
        assert_eq!(edges("again.toml"), edges("grid.toml"), "{format}");
    }
}

/// The edge list is read back as a graph of the same nodes and edges, isolated nodes and all, whichever way the reader
/// numbers the nodes: by their names, or in the order in which it meets them.
#[test]
fn an_edge_list_reads_back_as_the_same_graph() {
    let sandbox = Sandbox::new("graph-round-trip");
    let mut alone = 0;
    for topology in TOPOLOGIES {
        sandbox.write("any.toml", text(topology));
        sandbox.run(&["graph", "any.toml", "--out", "graph.txt", "--force"]).exits(0);
        let (nodes, edges) = experiment::on_graph(&point(&text(topology)), 0, Edges).unwrap();
        let list = sandbox.text("graph.txt");
        assert!(list.lines().any(|line| line == "# nodes 36"), "{list}");
        let path = sandbox.path("graph.txt");
        let file = format!("{{ kind = \"file\", path = '{}' }}", path.display());
        let (read, mut found) = experiment::on_graph(&point(&text(&file)), 0, Edges).unwrap();
        assert_eq!(read, nodes, "{topology}");
        if found != edges {
            let words = list.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
            let mut met: BTreeMap<u32, u32> = BTreeMap::new();
            words.for_each(|word| {
                let next = met.len() as u32;
                met.entry(word.parse().unwrap()).or_insert(next);
            });
            let names: BTreeMap<u32, u32> = met.into_iter().map(|(name, number)| (number, name)).collect();
            found.iter_mut().for_each(|edge| {
                *edge = edge.map(|number| names[&number]);
                edge.sort_unstable();
            });
            found.sort_unstable();
        }
        assert_eq!(found, edges, "{topology}");
        alone += list.lines().filter(|line| line.split_once(' ').is_some_and(|(one, other)| one == other)).count();
    }
    assert!(alone > 0, "no node without neighbours was tried");
}

#[test]
fn replicates_seeds_and_points_have_graphs_of_their_own() {
    let sandbox = Sandbox::new("graph-choice");
    sandbox.write("any.toml", text("{ kind = \"erdos-renyi\", mean_degree = 3 }"));
    let edges = |arguments: &[&str]| {
        let all = [&["graph", "any.toml"], arguments].concat();
        let text = sandbox.run(&all).exits(0).stdout;
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>()
    };
    let first = edges(&[]);
    assert_eq!(first, edges(&["--point", "0", "--replicate", "0", "--seed", "1"]));
    assert_ne!(first, edges(&["--replicate", "1"]));
    assert_ne!(first, edges(&["--seed", "2"]));
    assert_eq!(edges(&["--set", "network.topology.fixed=true", "--replicate", "2"]), first, "one graph for all");
    let swept = ["--set", "sweep.network.topology.mean_degree=[1, 9]"];
    let point = |point: &str| edges(&[&swept[..], &["--point", point]].concat()).len();
    assert!(point("0") < point("1"));
    assert_eq!(sandbox.entries(), ["any.toml"], "nothing is written but the graph");
}

#[test]
fn what_cannot_be_written_is_refused_before_any_work() {
    let sandbox = Sandbox::new("graph-refused");
    sandbox.write("any.toml", text("\"complete\""));
    let refused = |arguments: &[&str], parts: &[&str]| {
        let outcome = sandbox.run(&[&["graph", "any.toml"], arguments].concat()).exits(2);
        assert!(outcome.stdout.is_empty());
        outcome.says(parts);
    };
    refused(&["--point", "1"], &["there is no configuration 1", "it has one, configuration 0"]);
    refused(&["--replicate", "3"], &["there is no replicate 3", "0 to 2"]);
    refused(&["--format", "gexf"], &["edges, graphml, dot, json"]);
    refused(&["--set", "network.nodes=100000"], &["4 999 950 000 edges", "--force"]);
    sandbox.write("mine.txt", "mine");
    refused(&["--out", "mine.txt"], &["there is `mine.txt` already", "--force"]);
    refused(&["--out", ".", "--force"], &["is a folder"]);
    assert_eq!(sandbox.text("mine.txt"), "mine");
    sandbox.run(&["graph", "any.toml", "--out", "nowhere/graph.txt"]).exits(2).says(&["nowhere/graph.txt"]);
    #[cfg(unix)]
    {
        // What is no regular file is not replaced, forced or not; a link to a file stays a link.
        refused(&["--out", "/dev/null", "--force"], &["/dev/null", "a device"]);
        std::os::unix::fs::symlink("mine.txt", sandbox.path("link.txt")).expect("a link");
        sandbox.run(&["graph", "any.toml", "--out", "link.txt", "--force"]).exits(0);
        assert!(sandbox.path("link.txt").is_symlink() && sandbox.text("mine.txt").starts_with("# "));
        std::fs::remove_file(sandbox.path("link.txt")).expect("a link");
    }
    let never = "network.topology={ kind = \"geometric\", mean_degree = 1.4, connected = true }";
    let never = ["--out", "never", "--set", "network.nodes=16", "--set", never];
    let outcome = sandbox.run(&[&["graph", "any.toml"], &never[..]].concat()).exits(1);
    outcome.says(&["network.topology: none of 1000 graphs", "connected = false"]);
    let run = sandbox.run(&[&["run", "any.toml"], &never[..]].concat()).exits(1);
    run.says(&["configuration 0, replicate 0, seed 1: network.topology: none of 1000 graphs"]);
    assert_eq!(sandbox.entries(), ["any.toml", "mine.txt"], "nothing is left of what failed");
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_quietly() {
    let sandbox = Sandbox::new("graph-pipe");
    sandbox.write("any.toml", text("\"complete\""));
    let outcome = sandbox.shell("\"$0\" graph any.toml --set network.nodes=2000 | head -n 1; echo done >&2");
    assert!(outcome.stdout.starts_with("# complete, 2000 nodes, seed 1, replicate 0\n"), "{}", outcome.stdout);
    assert_eq!(outcome.stderr, "done\n");
}
