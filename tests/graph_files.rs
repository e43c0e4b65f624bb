//! Graph files as people have them: each is read for what it is, or refused with what it looks like.

use std::path::{Path, PathBuf};

use crate::common::graphs::lists;
use gossipsim::engine::Outcome;
use gossipsim::experiment::{self, Record};
use gossipsim::scenario::{self, Overrides, Problems, Scenario, Source};
use gossipsim::topology::TopologySpec;
use gossipsim::units::NodeId;
use serde_json::{Value, json};

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/graphs"))
}

/// The topology `file` with these settings, not read yet.
fn unread(path: &str, settings: &Value) -> TopologySpec {
    let mut file = settings.clone();
    file["path"] = json!(path);
    serde_json::from_value(json!({ "file": file })).unwrap()
}

/// What becomes of a file: `format: a-b a-c; alone: d; note`, arcs as `a>b`, or `refused, line 3: why`.
fn outcome(path: &str, settings: &Value) -> String {
    let spec = unread(path, settings);
    let nodes = match spec.load(folder()) {
        Ok(nodes) => nodes.unwrap(),
        Err(refusal) => {
            assert_eq!(refusal.key, Some("path"), "{refusal}");
            assert!(!refusal.allowed.is_empty(), "{refusal}");
            let problem = refusal.problem.strip_prefix(&format!("`{path}`")).unwrap();
            return format!("refused{problem}");
        }
    };
    assert_eq!(spec.check(nodes), Ok(()));
    let names = spec.names().unwrap();
    let name = |node: u32| names.name(NodeId::new(node)).into_owned();
    let directed = settings["directed"] == json!(true);
    let (mut edges, mut alone) = (Vec::new(), Vec::new());
    let lists = lists(&spec, nodes, 1);
    for (node, list) in (0..).zip(&lists) {
        assert_eq!(names.find(&name(node)), Some(NodeId::new(node)), "{path}: {}", name(node));
        for &other in list.iter().filter(|other| directed || **other > node) {
            edges.push(format!("{}{}{}", name(node), if directed { '>' } else { '-' }, name(other)));
        }
        let joined = !list.is_empty() || lists.iter().any(|list| list.contains(&node));
        alone.extend((!joined).then(|| name(node)));
    }
    let about = spec.about().unwrap();
    let format = about.strip_prefix(&format!("{path}: read as ")).unwrap().split(':').next().unwrap();
    let mut text = format!("{format}: {}", edges.join(" "));
    if !alone.is_empty() {
        text += &format!("; alone: {}", alone.join(" "));
    }
    for note in spec.notes() {
        text += &format!("; {}", note.strip_prefix(&format!("{path}: ")).unwrap());
    }
    text
}

/// The graph of most fixtures.
const SAME: &str = "1-2 1-3 2-3 3-10";

/// What is said of weights, and of directions.
const UNUSED: &str = "not used without the key `weight`: all edges count alike";
const ONE_WAY: &str = "its edges are directed and were read as going both ways; write `directed = true` to follow \
    their direction, or `directed = false` to confirm this";

/// Files that are read with no word about their format: `=` stands for [`SAME`], `~` for [`UNUSED`] and `^` for
/// [`ONE_WAY`].
const READ: &[(&str, &str)] = &[
    ("plain.txt", "edges: ="),
    ("hub.txt", "edges: 0-5 1-5 2-5 3-5 4-5"),
    ("single.txt", "edges: 0-1"),
    ("snap.txt", "edges: ="),
    ("konect.tsv", "edges: =; columns 3 to 4 are ~"),
    ("crlf-bom.txt", "edges: ="),
    ("old-mac.txt", "edges: ="),
    ("quoted-words.txt", "edges: New York-Paris Paris-Rome"),
    ("trailing-comments.txt", "edges: ="),
    ("weighted.txt", "edges: =; the third column is ~"),
    ("three-weighted.txt", "edges: 1-2 1-3 2-3; the third column is ~"),
    ("header-words.txt", "edges: =; weights (column `weight`) are ~"),
    ("nx.edgelist", "edges: ="),
    ("nx-data.edgelist", "edges: =; the data in braces are ~"),
    ("nx.weighted.edgelist", "edges: =; the third column is ~"),
    ("big-ids.txt", "edges: -3-9007199254740993 -3-18446744073709551615"),
    ("codes.txt", "edges: 007-7 7-10"),
    ("sparse-ids.txt", "edges: 5-123456 5-4000000000"),
    ("mixed-names.txt", "edges: 5-1 5-b 1-b"),
    ("both-ways.txt", "edges: 1-2 2-3"),
    ("loops.txt", "edges: 1-2 2-3; 2 duplicate edges and 1 self-loop left out"),
    ("counts.txt", "edges: 1-2 1-3 2-3 3-4; the first line, `4 4`, was read as the numbers of nodes and edges"),
    (
        "counts-weighted.txt",
        "edges: 0-1 0-2 1-2 2-3; the first line, `4 4`, was read as the numbers of nodes and edges; the third column is ~",
    ),
    (
        "counts-isolated.txt",
        "edges: 1-2 1-3 1-5 2-3 2-5 3-5; alone: 4; the first line, `5 6`, was read as the numbers of nodes and edges",
    ),
    ("edges.txt.gz", "edges: ="),
    ("nx.adjlist", "adjacency: ="),
    ("nx-path.adjlist", "adjacency: 0-1 1-2 2-3 3-4"),
    ("colons.txt", "adjacency: ="),
    ("colons-commas.txt", "adjacency: a-b a-c b-c c-d"),
    ("adjacency-words.txt", "adjacency: Rome-Paris Rome-Berlin Paris-Berlin; alone: Oslo; 1 duplicate edge left out"),
    ("comma-lists.txt", "adjacency: 1-2 1-3 1-10 2-3 2-10 3-10; 1 duplicate edge left out"),
    ("source-target.csv", "csv: =; weights (column `weight`) are ~"),
    ("from-to.csv", "csv: Rome-New York Rome-Paris New York-Paris"),
    ("plain.csv", "csv: ="),
    ("cities.csv", "csv: New York-Paris Paris-Washington, DC Paris-São Paulo"),
    ("unknown-heads.csv", "csv: =; `left` and `right` were read as the heads of the columns"),
    (
        "words-heads.csv",
        "csv: left-right Rome-Paris Rome-Oslo Paris-Oslo; `left` and `right` were read as nodes; if they head the \
         columns, put a # before them",
    ),
    ("gephi.csv", "csv: =; weights (column `Weight`) are ~"),
    ("gephi-directed.csv", "csv: =; weights (column `Weight`) are ~; ^"),
    ("igraph-index.csv", "csv: ="),
    ("semicolons.csv", "csv: =; the third column is ~"),
    ("bars.csv", "csv: Rome-New York Rome-Paris New York-Paris"),
    ("tabs.tsv", "csv: Rome-New York Rome-Paris New York-Paris"),
    ("weighted.gml", "gml: =; `weight` of edges is ~"),
    ("nx.graphml", "graphml: =; `weight` of edges is ~"),
    ("nx.graphml.gz", "graphml: =; `weight` of edges is ~"),
    ("nx-directed.graphml", "graphml: =; ^"),
    ("nx-words.graphml", "graphml: Rome-New York Rome-Paris New York-Paris; alone: Oslo"),
    ("igraph.graphml", "graphml: Rome-New York Rome-Paris New York-Paris; alone: Oslo"),
    ("gephi.graphml", "graphml: Café & Bar-Rome; alone: Oslo; `weight` of edges is ~"),
    ("yed.graphml", "graphml: Rome-Paris Paris-Oslo; ^"),
    ("zoo.graphml", "graphml: Rome-Paris Paris-Oslo; `LinkSpeedRaw` of edges is ~; 1 duplicate edge left out"),
    ("zoo.gml", "gml: 0-1 1-2; alone: 5; 1 duplicate edge left out"),
    ("nx.gml", "gml: Rome-New York Rome-Paris New York-Paris; alone: Oslo"),
    ("nx-directed.gml", "gml: =; ^"),
    ("random-label.gml", "gml: Rome-random"),
    ("igraph.gml", "gml: Rome-New York Rome-Paris New York-Paris; alone: Oslo"),
    ("one-line.dot", "dot: ="),
    ("digraph.dot", "dot: =; `weight` of edges is ~; ^"),
    ("sets.dot", "dot: New York-Rome Rome-Paris Rome-Oslo Oslo-Tromsø; alone: lonely"),
    ("ways.dot", "dot: 1-2 2-3 3-4 4-5 5-6; ^"),
    ("chain.dot", "dot: 1-2 2-3 3-4; ^"),
    ("nx.json", "json: =; `weight` of edges is ~"),
    ("nx-links.json", "json: =; ^"),
    ("grid.json", "json: [0,0]-[0,1] [0,0]-[1,0] [0,1]-[1,1] [1,0]-[1,1]"),
    ("d3.json", "json: Rome-Paris Paris-Oslo; `value` of edges is ~"),
    ("d3-ids.json", "json: a-b b-c; alone: d; `value` of edges is ~"),
    ("path.metis", "metis: 1-2 2-3 3-4; alone: 5"),
    ("weights.metis", "metis: 1-2 1-3 2-3 3-4; weights are ~"),
    ("sizes.metis", "metis: 1-2 1-3 2-3 3-4"),
    ("symmetric.mtx", "matrix-market: 1-2 1-3 2-3 3-4; alone: 5"),
    ("general.mtx", "matrix-market: 1-2 1-3 2-3 3-4; 1 entry of 0 left out; values are ~; ^"),
    ("names-head.txt", "edges: =; `Alice` and `Bob` were read as the heads of the columns"),
    ("root-head.txt", "edges: =; `root` and `leaf1` were read as the heads of the columns"),
    ("ips.csv", "csv: 10.0.0.1-10.0.0.2 10.0.0.2-10.0.0.3"),
    ("named-like-heads.txt", "edges: n1-n2 n2-n3"),
    ("edge-ids.tsv", "edges: ="),
    ("titled.dot", "dot: ="),
    ("backslashes.dot", "dot: DOMAIN\\u-C:\\"),
    ("quotes.txt", "edges: a\"b-say \"hi\" say \"hi\"-{x}"),
    ("nodes.graphml", "graphml: ; alone: a b; holds nodes and no edges"),
    ("nodes.dot", "dot: ; alone: a b; holds nodes and no edges"),
    ("nodes.json", "json: ; alone: a b; holds nodes and no edges"),
];

/// Files that are refused, with the start of the reason.
const REFUSED: &[(&str, &str)] = &[
    ("arrows.txt", ", line 1: joins nodes by `->`, as DOT does"),
    ("arrows-glued.txt", ", line 1: joins nodes by `->`, as DOT does"),
    ("weights-or-lists.txt", ", line 1: the file can be read as an edge list or as adjacency lists"),
    ("pentagon.metis", ", line 1: the file can be read as METIS or as an edge list"),
    ("counts-unclear.txt", ", line 1: `9 3` may be an edge, or count the nodes and edges that follow"),
    ("count-alone.txt", ", line 1: `4` is no edge: if it counts what follows, put a # before it"),
    ("ragged.txt", ", line 2: 3 columns, where the lines before have 2"),
    ("ragged.csv", ", line 2: 2 columns, where the lines before have 3"),
    ("five-columns.txt", ", line 1: 5 columns without a header"),
    ("one-column.txt", ", line 1: names one node only"),
    ("torn.txt", ", line 3: `3` names one node only"),
    ("torn.csv", ", line 3: `c` names one node only"),
    ("escape.txt", ", line 3: `\\u{1b}[31mred` names one node only"),
    ("nx.multiline_adjlist", ", line 5: `2` names one node only: is it a multiline adjacency list?"),
    ("latency-matrix.txt", ", line 1: is a matrix: 3 rows of 3 numbers"),
    ("latency-matrix.csv", ", line 1: is a matrix: 3 rows and columns with names"),
    ("matrix-4.csv", ", line 1: is a matrix: 4 rows of 4 numbers"),
    ("gephi-nodes.csv", ": is a table of nodes, without edges"),
    ("torn.graphml", ", line 3: ends within an element"),
    ("hyper.graphml", ", line 2: has a hyperedge"),
    ("laughs.graphml", ", line 3: has an attribute with an unknown entity"),
    ("graph.gexf", ": looks like GEXF; export it as GraphML"),
    ("page.html", ": is a web page, not a graph"),
    ("undeclared.gml", ", line 3: an edge names the node `2`, which the file does not declare"),
    ("mixed.dot", ", line 2: has -> in a graph, whose edges are --"),
    ("torn.dot", ", line 3: ends within braces"),
    ("two.dot", ", line 2: goes on after the graph is closed"),
    ("cytoscape.json", ": has no list of links (or edges), but `elements` of Cytoscape"),
    ("adjacency.json", ": has no list of links (or edges), but `graph`, `adjacency`"),
    ("list.json", ": looks like a JSON list"),
    ("torn.json", ", line 3: is broken JSON"),
    ("deep.json", ", line 1: is "),
    ("nx.pajek", ": looks like Pajek"),
    ("dimacs.col", ": looks like DIMACS"),
    ("one-sided.metis", ", line 1: the file looks like METIS, but an edge stands at one of its ends only"),
    ("miscounted.metis", ", line 1: the file looks like METIS, but speaks of 5 edges, and the lists have 8 ends"),
    ("oblong.mtx", ", line 2: has 3 rows and 4 columns"),
    ("array.mtx", ", line 1: is a dense matrix"),
    ("short.mtx", ": ends after 2 of 3 entries"),
    ("utf16.csv", ": is UTF-16"),
    ("latin1.txt", ", line 1: is not UTF-8 text"),
    ("secret.txt", ", line 1: has a colon after its first word, and no line names another's"),
    ("empty.txt", ": holds no edges"),
    ("heads-above.csv", ", line 1: is a matrix: 3 rows of 3 numbers under names"),
    ("heads-above.txt", ", line 1: is a matrix: 3 rows of 3 numbers under names"),
    ("heads-beside.csv", ", line 1: is a matrix: 3 rows of 3 numbers beside names"),
    ("matrices.txt", ", line 1: is a matrix: 2 times 4 rows of 4 numbers"),
    ("matrix-dashes.txt", ", line 1: is a matrix: 3 rows and columns with names"),
    ("matrix-cornerless.txt", ", line 1: is a matrix: 3 rows and columns with names"),
    ("matrix-lower.txt", ", line 1: is a matrix: the lower half of 3 rows of 3 numbers, or adjacency lists"),
    ("tab-commas.txt", ", line 1: has a tab after a name and a comma between others"),
    ("bar-commas.txt", ", line 1: has a bar after a name and a comma between others"),
    ("space-semicolons.txt", ", line 1: has a space after a name and a semicolon between others"),
    ("dashes.txt", ", line 1: has the same sign, `-`, between the nodes of every line"),
    ("en-dashes.txt", ", line 1: has the same sign, `–`, between"),
    ("angles.txt", ", line 1: has the same sign, `>`, between"),
    ("equals.txt", ", line 1: has the same sign, `=`, between"),
    ("to.txt", ", line 1: has the same word, `to`, between two others in every line"),
    ("to-numbers.txt", ", line 1: has the same word, `to`, between two others in every line"),
    ("one.sif", ", line 1: has the same word, `pp`, between two others in every line, as Cytoscape's SIF has"),
    ("two.sif", ", line 1: has words between nodes: a node, a relation and a node, as Cytoscape's SIF has"),
    ("e-lines.txt", ", line 1: has the same word, `e`, before two others in every line"),
    ("edge-names.txt", ", line 1: has a first column that differs from line to line"),
    ("edge-numbers.txt", ", line 1: has a first column that differs from line to line"),
    ("edge-names.csv", ", line 1: has a first column that differs from line to line"),
    ("places.csv", ": is a table of nodes, without edges"),
    ("communities.txt", ": is a table of nodes, without edges"),
    ("degrees.txt", ": is a table of nodes, without edges"),
    ("weighted.lgl", ", line 1: looks like LGL"),
    ("tuples.txt", ", line 1: looks like a Python list"),
    ("tuples-in-list.txt", ", line 1: looks like a Python list"),
    ("tuples.edgelist", ", line 1: looks like a Python list"),
    ("counted-words.txt", ", line 1: `nodes` before a number counts, and is no node"),
    ("markdown.txt", ", line 2: is a table as in Markdown"),
];

#[test]
fn every_form_is_read_for_what_it_is() {
    let mut wrong = Vec::new();
    for (path, expected) in READ {
        let expected = expected.replace('=', SAME).replace('~', UNUSED);
        let expected = expected.replace('^', &ONE_WAY.replace('=', "\0")).replace('\0', "=");
        let outcome = outcome(path, &json!({}));
        if outcome != expected {
            wrong.push(format!("{path}: {outcome}\n  not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_no_graph_or_two_is_refused() {
    let mut wrong = Vec::new();
    for (path, expected) in REFUSED {
        let outcome = outcome(path, &json!({}));
        if !outcome.starts_with(&format!("refused{expected}")) {
            wrong.push(format!("{path}: {outcome}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fixture_is_tried() {
    let mut files: Vec<String> =
        std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let mut tried: Vec<&str> = READ.iter().chain(REFUSED).map(|(path, _)| *path).collect();
    files.sort_unstable();
    tried.sort_unstable();
    assert_eq!(files, tried);
}

/// A file whose format is told by its content is read the same when the scenario tells it, and refused if the scenario
/// tells another that has a mark.
#[test]
fn a_format_that_is_written_is_held_to() {
    let mut wrong = Vec::new();
    for (path, expected) in READ {
        let format = expected.split(':').next().unwrap();
        let told = outcome(path, &json!({ "format": format }));
        let untold = outcome(path, &json!({}));
        if told != untold {
            wrong.push(format!("{path}: {told}\n  not {untold}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (path, format, problem) in [
        ("nx.graphml", "edges", ": is not an edge list: it looks like GraphML; write `format = \"graphml\"`"),
        ("one-line.dot", "csv", ": is not CSV: it looks like DOT; write `format = \"dot\"`"),
        ("zoo.gml", "dot", ": is not DOT: it looks like GML; write `format = \"gml\"`"),
        ("nx.json", "adjacency", ": is not adjacency lists: it looks like node-link JSON"),
        ("symmetric.mtx", "metis", ": is not METIS: it looks like Matrix Market"),
        ("plain.txt", "graphml", ": has no <graph>"),
        ("plain.txt", "metis", ", line 2: a neighbour is no number from 1 to 1"),
        ("plain.txt", "csv", ", line 1: names one node only"),
        ("plain.txt", "json", ", line 1: is not what stands in node-link JSON at this place"),
        ("plain.txt", "dot", ", line 1: is not `graph {` or `digraph {`"),
        ("plain.txt", "gml", ": has no graph"),
        ("plain.txt", "matrix-market", ", line 1: is no banner"),
    ] {
        let outcome = outcome(path, &json!({ "format": format }));
        assert!(outcome.starts_with(&format!("refused{problem}")), "{path} as {format}: {outcome}");
    }
}

/// Files with two readings, each settled by a word.
#[test]
fn a_format_settles_what_could_be_two() {
    for (path, format, expected) in [
        ("weights-or-lists.txt", "edges", "edges: 1-2 1-4 2-3 3-4; the third column is ~"),
        ("weights-or-lists.txt", "adjacency", "adjacency: 1-2 1-3 1-4 2-3 2-4 3-4; 2 duplicate edges left out"),
        ("pentagon.metis", "metis", "metis: 1-2 1-5 2-3 3-4 4-5"),
        (
            "pentagon.metis",
            "edges",
            "edges: 1-3 1-4 2-4 2-5 3-5; the first line, `5 5`, was read as the numbers of nodes and edges",
        ),
        ("counts-unclear.txt", "edges", "edges: 1-2 3-4 3-9 5-6"),
        ("five-columns.txt", "edges", "edges: 1-20 1-40 2-60; columns 3 to 5 are ~"),
        ("ragged.txt", "edges", "edges: 1-2 1-3 1-10 2-3; the third column is ~"),
        ("torn.txt", "adjacency", "adjacency: 1-2 2-3"),
        ("plain.csv", "edges", "edges: 1-2 1-3 2-3 3-10"),
    ] {
        assert_eq!(outcome(path, &json!({ "format": format })), expected.replace('~', UNUSED), "{path} as {format}");
    }
}

/// Two separators, and a word that says what they are.
#[test]
fn lists_within_lines_are_read_where_the_scenario_says_so() {
    for path in ["tab-commas.txt", "bar-commas.txt", "space-semicolons.txt"] {
        let told = outcome(path, &json!({ "format": "adjacency" }));
        let expected = if path == "tab-commas.txt" { "alice-bob alice-carol" } else { "0-1 0-2" };
        assert!(told.starts_with(&format!("adjacency: {expected}")), "{path}: {told}");
    }
}

#[test]
fn arcs_keep_their_direction_where_the_scenario_wants_it() {
    let arcs = "1>2 2>3 3>1 3>10";
    for path in ["plain.txt", "plain.csv", "nx-directed.graphml", "nx-directed.gml", "nx-links.json"] {
        let outcome = outcome(path, &json!({ "directed": true }));
        assert_eq!(outcome.split_once(": ").unwrap().1, arcs, "{path}");
    }
    // What goes both ways in the file does so as arcs.
    for path in ["one-line.dot", "nx.graphml", "nx.json", "gephi.csv"] {
        let outcome = outcome(path, &json!({ "directed": true }));
        let both = "1>2 1>3 2>1 2>3 3>1 3>2 3>10 10>3";
        assert!(outcome.contains(both), "{path}: {outcome}");
    }
    assert_eq!(outcome("ways.dot", &json!({ "directed": true })), "dot: 1>2 2>1 2>3 3>2 4>3 4>5 5>4 6>5");
    for path in ["nx-directed.graphml", "chain.dot"] {
        assert!(!outcome(path, &json!({ "directed": false })).contains("directed"), "{path}");
    }
    assert_eq!(
        outcome("loops.txt", &json!({ "directed": true })),
        "edges: 1>2 2>1 2>3; 1 duplicate arc and 1 self-loop left out"
    );
}

#[test]
fn weights_that_are_named_must_be_there() {
    for (path, weight, expected) in [
        ("weighted.txt", json!(3), "edges: 1-2 1-3 2-3 3-10"),
        ("source-target.csv", json!("weight"), "csv: 1-2 1-3 2-3 3-10"),
        ("nx.graphml", json!("weight"), "graphml: 1-2 1-3 2-3 3-10"),
        ("plain.txt", json!(3), "refused, line 1: nothing in column 3, where its weight should be"),
        ("source-target.csv", json!("mass"), "refused: has no weights in `mass`: it has `source`, `target`, `weight`"),
        ("nx.json", json!("mass"), "refused: has no weights in `mass`: it has `weight`"),
        ("weighted.txt", json!(1), "refused: has no weights in column 1: it has none besides the nodes"),
    ] {
        assert_eq!(outcome(path, &json!({ "weight": weight })), expected, "{path}, {weight}");
    }
    for (path, weight) in [("plain.csv", 3), ("nx.adjlist", 3), ("symmetric.mtx", 3), ("path.metis", 3)] {
        let said = outcome(path, &json!({ "weight": weight }));
        assert!(said.contains("weight"), "{path}: {said}");
    }
}

#[test]
fn all_formats_give_the_weights_of_their_edges() {
    let same = [("1", "2", 0.5), ("3", "2", 7.0), ("1", "3", 2.0), ("10", "3", 1.0)];
    let metis = [("1", "2", 5.0), ("3", "1", 6.0), ("2", "3", 7.0), ("4", "3", 8.0)];
    // Entries that are left out weigh nothing.
    let matrix = [("1", "2", 0.5), ("3", "2", 7.0), ("3", "1", 2.0), ("3", "4", 1e-3)];
    for (path, weight, edges) in [
        ("weighted.txt", json!(3), same),
        ("nx.weighted.edgelist", json!(3), same),
        ("nx-data.edgelist", json!("weight"), same),
        ("source-target.csv", json!("Weight"), same),
        ("nx.graphml", json!("weight"), same),
        ("nx.graphml.gz", json!("weight"), same),
        ("weighted.gml", json!("weight"), same),
        ("nx.json", json!("weight"), same),
        ("weights.metis", json!("weight"), metis),
        ("general.mtx", json!(3), matrix),
    ] {
        let spec = unread(path, &json!({ "weight": weight }));
        spec.load(folder()).unwrap();
        let (names, weights) = (spec.names().unwrap(), spec.weights().unwrap());
        for (one, other, expected) in edges {
            let [one, other] = [one, other].map(|name| names.find(name).unwrap());
            let found = [weights.of(one, other), weights.of(other, one)];
            assert_eq!(found, [Some(expected); 2], "{path}: {one:?} and {other:?}");
        }
        assert_eq!(weights.weights().len(), 8, "{path}");
    }
    // Of a digraph one edge has no weight of its own.
    let spec = unread("digraph.dot", &json!({ "weight": "weight", "directed": true }));
    spec.load(folder()).unwrap();
    let of = |one: u32, other: u32| {
        let [one, other] = [one, other].map(|name| spec.names().unwrap().find(&name.to_string()).unwrap());
        spec.weights().unwrap().of(one, other)
    };
    assert_eq!([of(1, 2), of(3, 2), of(1, 10)], [Some(2.0), Some(2.0), None]);
    assert!(of(3, 1).is_some_and(f64::is_nan));
}

/// Flooding reaches every node by the quickest way: 10, 3, 1, 2 over edges of 1, 2 and 0.5, while that of 7 is still under way.
#[test]
fn latencies_are_the_weights_of_edges() {
    let gossip = "strategy = \"push\"\nforward = \"at-once\"\nfanout = \"all\"\n[workload]\norigin = 10";
    let latency = "\nlatency = { kind = \"weights\", unit = \"10ms\" }";
    let topology = |settings: &str| format!("{}{latency}", file("weighted.txt", settings));
    let record = record(&topology(", weight = 3"), gossip, "");
    let told = record.ending.last_learned.map(|at| at.as_millis());
    assert_eq!((record.ending.outcome, told), (Outcome::Converged, Some(35.0)));
    let refused = |topology: &str| scenario(topology, gossip, "").unwrap_err().to_string();
    assert!(refused(&topology("")).contains("the topology has no weights of links"));
    let digraph = file("digraph.dot", ", directed = true, weight = \"weight\"");
    assert!(refused(&format!("{digraph}{latency}")).contains("the edge between `1` and `3` has no weight"));
}

/// The scenario with these lines under `[network]`, `[gossip]` and at its end.
fn scenario(topology: &str, gossip: &str, end: &str) -> Result<Scenario, Problems> {
    let text = format!("[network]\ntopology = {topology}\n[gossip]\n{gossip}\n{end}\n");
    scenario::read(Source::text("graph.toml", &text), &Overrides::default())
}

fn file(path: &str, settings: &str) -> String {
    format!("{{ kind = \"file\", path = \"{}\"{settings} }}", folder().join(path).display())
}

fn record(topology: &str, gossip: &str, end: &str) -> Record {
    let scenario = scenario(topology, gossip, end).unwrap_or_else(|problems| panic!("{problems}"));
    experiment::run(&scenario.points[0], 0, &|| true).unwrap()
}

#[test]
fn an_origin_is_meant_by_the_name_that_the_file_gives_it() {
    let rounds = |path: &str, origin: &str| {
        let end = format!("[workload]\norigin = {origin}");
        record(&file(path, ""), "strategy = \"pull\"", &end).rounds(gossipsim::time::Span::from_millis(1000))
    };
    // The leaves of a star ask their hub in every round.
    assert_eq!(rounds("hub.txt", "5"), Some(1));
    assert_eq!(rounds("hub.txt", "\"5\""), Some(1));
    assert!(rounds("hub.txt", "0") > Some(1));
    let resolved = |path: &str, origin: &str| {
        let scenario = scenario(&file(path, ""), "strategy = \"push\"", &format!("[workload]\norigin = {origin}"));
        let scenario = scenario.unwrap_or_else(|problems| panic!("{problems}"));
        let again =
            scenario::read(Source::text("again.toml", &scenario.resolved_toml()), &Overrides::default()).unwrap();
        assert_eq!(again.hash(), scenario.hash());
        scenario.resolved()["settings"]["workload"]["origin"].clone()
    };
    assert_eq!(resolved("hub.txt", "5"), json!(5));
    assert_eq!(resolved("cities.csv", "\"São Paulo\""), json!("São Paulo"));
    // By the identifier where names are labels.
    assert_eq!(resolved("zoo.graphml", "1"), json!("Paris"));
    assert_eq!(resolved("hub.txt", "\"random\""), json!("random"));
    // A node that is called so keeps its identifier, and is another origin than one that is drawn.
    assert_eq!(resolved("random-label.gml", "3"), json!(3));
}

#[test]
fn an_unknown_origin_is_told_with_names_near_to_it() {
    let said = |path: &str, origin: &str| {
        let end = format!("[workload]\norigin = {origin}");
        scenario(&file(path, ""), "strategy = \"push\"", &end).unwrap_err().to_string()
    };
    for (path, origin, parts) in [
        ("hub.txt", "6", ["the file has no node `6`", "such as `5`"]),
        ("cities.csv", "\"pariss\"", ["the file has no node `pariss`", "such as `Paris`"]),
        ("cities.csv", "17", ["the file has no node `17`", "such as `New York`, `Paris`, `Washington, DC`"]),
    ] {
        let said = said(path, origin);
        assert!(parts.iter().all(|part| said.contains(part)), "{said}");
    }
    let plain = scenario("\"ring\"", "strategy = \"push\"", "[workload]\norigin = \"Paris\"").unwrap_err().to_string();
    assert!(!plain.contains("the file has no node"), "{plain}");
    let ring =
        "[network]\nnodes = 5\ntopology = \"ring\"\n[gossip]\nstrategy = \"push\"\n[workload]\norigin = \"Paris\"\n";
    let said = scenario::read(Source::text("ring.toml", ring), &Overrides::default()).unwrap_err().to_string();
    assert!(said.contains("the text \"Paris\" is not \"random\" or the number of a node"), "{said}");
}

#[test]
fn events_are_about_nodes_by_the_names_that_the_file_gives_them() {
    let read = |path: &str, event: &str| {
        let end = format!("[[event]]\nat = \"1s\"\n{event}");
        scenario(&file(path, ""), "strategy = \"push\"", &end).map(|scenario| scenario.point(0).settings.faults)
    };
    for (path, event, written) in [
        ("hub.txt", "crash = [5]", json!({ "at": "1s", "crash": [5], "keep_state": true })),
        ("hub.txt", "leave = [\"3..5\", 1]", json!({ "at": "1s", "leave": ["3..5", 1] })),
        ("cities.csv", "leave = \"São Paulo\"", json!({ "at": "1s", "leave": ["São Paulo"] })),
        ("zoo.graphml", "partition = [[1]]", json!({ "at": "1s", "partition": [["Paris"]] })),
    ] {
        let faults = read(path, event).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(serde_json::to_value(&faults.events()[0]).unwrap(), written);
    }
    for (event, part) in [
        ("crash = [\"Paris\", \"pariss\"]", "the file has no node `pariss`"),
        ("crash = \"pariss\"", "the file has no node `pariss`"),
        ("crash = \"pariss\"", "or \"all\"; or the name of a node, such as `Paris`"),
        ("crash = [\"0..1\"]", "the file has no node `0`"),
        ("join = 1", "nodes, not "),
    ] {
        let said = read("cities.csv", event).unwrap_err().to_string();
        assert!(said.contains(part), "{said}");
    }
}

#[test]
fn a_bad_file_is_one_error_with_the_path_in_full() {
    for (path, problem) in [("torn.txt", "line 3"), ("no/such.txt", "there is no such file")] {
        let problems = scenario(&file(path, ""), "strategy = \"push\"", "[workload]\norigin = 3").unwrap_err();
        assert_eq!(problems.list().len(), 1, "{problems}");
        assert!(problems.to_string().contains(problem), "{problems}");
    }
    let missing = scenario("{ kind = \"file\", path = \"nowhere.txt\" }", "strategy = \"push\"", "").unwrap_err();
    let full = std::path::absolute("nowhere.txt").unwrap().display().to_string();
    assert!(missing.list()[0].problem.contains(&full), "{missing}");
}

/// Along arcs an update gets as far as they lead from who pushes it, and to whoever asks along them: exact, as every
/// node of the chain 1 > 2 > 3 > 4 contacts one node or none.
#[test]
fn news_goes_along_arcs_as_the_strategy_has_it() {
    let run = |strategy: &str, origin: u32| {
        let end = format!("[workload]\norigin = {origin}\n[stop]\nmax_rounds = 100");
        record(&file("chain.dot", ", directed = true"), &format!("strategy = \"{strategy}\""), &end)
    };
    for (strategy, origin, informed, rounds) in [
        ("push", 1, 4, Some(3)),
        ("push", 2, 3, None),
        ("push", 4, 1, None),
        ("pull", 4, 4, Some(3)),
        ("pull", 3, 3, None),
        ("pull", 1, 1, None),
        ("push-pull", 1, 4, Some(3)),
        ("push-pull", 4, 4, Some(3)),
    ] {
        let record = run(strategy, origin);
        let outcome = if informed == 4 { Outcome::Converged } else { Outcome::DiedOut };
        assert_eq!(record.ending.outcome, outcome, "{strategy} from {origin}");
        assert_eq!(record.ending.tally.informed, informed, "{strategy} from {origin}");
        let last = record.rounds(gossipsim::time::Span::from_millis(1000));
        assert_eq!(last, rounds, "{strategy} from {origin}");
        let reachable = record.split.as_ref().map_or(4, |split| split.reachable);
        assert_eq!(reachable, informed, "{strategy} from {origin}");
    }
}

#[test]
fn what_needs_distances_is_refused_on_directed_graphs() {
    let directed = file("chain.dot", ", directed = true");
    let spatial = scenario(&directed, "strategy = \"push\"\npeers = { kind = \"spatial\", exponent = 1 }", "");
    let links = scenario(&format!("{directed}\nlinks = true"), "strategy = \"push\"", "");
    for problems in [spatial, links] {
        let said = problems.unwrap_err().to_string();
        assert!(said.contains("not searched for on a directed graph"), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_and_a_device_are_refused_at_once() {
    let pipe: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("graph-pipe-{}", std::process::id()));
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    let pipes = made.is_ok_and(|status| status.success()).then(|| pipe.display().to_string());
    for path in pipes.into_iter().chain(["/dev/zero".to_owned()]) {
        let refused = outcome(&path, &json!({}));
        assert!(refused.ends_with("is a pipe, a socket or a device, not a regular file"), "{refused}");
    }
    let _ = std::fs::remove_file(pipe);
}

/// A line of a file that is no graph is not shown.
#[test]
fn a_line_is_shown_only_where_a_graph_was_seen_before() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join("shown.txt");
    let problem = |text: &str, settings: Value| {
        std::fs::write(&path, text).unwrap();
        outcome(path.to_str().unwrap(), &settings)
    };
    for (settings, text) in [
        (json!({}), "hunter2\nroot:hunter2:1\n"),
        (json!({}), "root:hunter2:19000:0:99999:7\ndaemon:hunter2:19000:0:99999:7\n"),
        (json!({ "format": "edges" }), "hunter2\n"),
        (json!({ "format": "csv" }), "hunter2,\n,\n"),
        (json!({ "format": "json" }), "{\"nodes\": \"hunter2\"}"),
        (json!({ "format": "graphml" }), "<hunter2></hunter3>"),
        (json!({ "format": "dot" }), "hunter2 = 3"),
        (json!({ "format": "gml" }), "hunter2 ]"),
        (json!({ "format": "metis" }), "hunter2 5"),
        (json!({}), "password = hunter2 and more\nuser = me\n"),
        (json!({}), "password: hunter2 and more\nuser: me\n"),
    ] {
        let refused = problem(text, settings.clone());
        assert!(refused.starts_with("refused") && !refused.contains("hunter"), "{settings}: {refused}");
    }
    let long = problem(&format!("1 2\n2 3\n{}\n", "x".repeat(500)), json!({}));
    let shown = long.split('`').nth(1).unwrap();
    assert!(shown.starts_with("xxx") && shown.chars().count() <= 80, "{long}");
}
