//! `theory`: what it prints and writes, and what it leaves alone.

use super::sandbox::{Sandbox, TINY};

/// Two sizes within reach of the exact law and one beyond, on two topologies.
const SWEEP: &str = "[network]\nnodes = 64\n[gossip]\nstrategy = \"push\"\n[sweep]\n\
    \"network.nodes\" = [4, 64, 8192]\n\"network.topology\" = [\"complete\", \"hypercube\"]\n\
    \"workload.origin\" = [0]\n";

const HEADER: &str = "point,strategy,nodes,topology,fanout,loss,interval_ms,workload.origin,\
    law,source,kind,rounds_low,rounds,rounds_high,sd,p50,p95,p99";

#[test]
fn every_point_has_its_laws_and_its_exact_distribution_or_the_reason_why_not() {
    let sandbox = Sandbox::new("theory");
    sandbox.write("sweep.toml", SWEEP);
    let outcome = sandbox.run(&["theory", "sweep.toml"]).exits(0);
    outcome.prints(&[
        "sweep: rounds until every node knows, by theory; 6 configurations",
        "push, fanout 1",
        "configuration 4: nodes 8192, topology complete",
        "Frieze & Grimmett 1985; Pittel 1987",
        "Doerr & Künnemann 2014",
        "no exact law: more than 4096 nodes",
        "no exact law: no chain of few states describes this topology",
        ">= 13.00",
        "wrote output/sweep_theory (2 CSV)",
    ]);
    let (header, rows) = sandbox.table("output/sweep_theory/theory.csv");
    assert_eq!(header, HEADER);
    let column = |name: &str| header.split(',').position(|column| column == name).expect("a column");
    let exact: Vec<_> = rows.iter().filter(|row| row[column("kind")] == "exact").collect();
    assert_eq!(exact.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), ["0", "1", "2"]);
    let mean: f64 = exact[0][column("rounds")].parse().expect("a number");
    assert!((mean - 485.0 / 152.0).abs() < 1e-12, "{mean}");
    let kinds: Vec<&str> = rows.iter().filter(|row| row[0] == "5").map(|row| row[column("kind")].as_str()).collect();
    assert_eq!(kinds, ["lower-bound", "growth", "growth", "note"]);
    the_distribution_is_whole(&sandbox);
    let manifest = sandbox.json("output/sweep_theory/manifest.json");
    let files = ["datapackage.json", "scenario.toml", "theory.csv", "theory_distribution.csv"];
    assert_eq!(manifest["files"], serde_json::json!(files));
}

fn the_distribution_is_whole(sandbox: &Sandbox) {
    let (header, rows) = sandbox.table("output/sweep_theory/theory_distribution.csv");
    assert_eq!(header, "point,rounds,probability,cumulative");
    // The hypercube of four nodes, point 1, is the ring of four.
    for point in ["0", "1", "2"] {
        let of_point: Vec<f64> = rows.iter().filter(|row| row[0] == point).flat_map(|row| row[2].parse()).collect();
        assert!((of_point.iter().sum::<f64>() - 1.0).abs() < 1e-9, "configuration {point}");
        let last = rows.iter().rfind(|row| row[0] == point).expect("rows");
        assert!((last[3].parse::<f64>().expect("a number") - 1.0).abs() < 1e-9);
    }
    assert!(rows.iter().all(|row| ["0", "1", "2"].contains(&row[0].as_str())));
}

#[test]
fn json_says_the_same_and_every_run_gives_the_same_bytes() {
    let sandbox = Sandbox::new("theory-json");
    sandbox.write("sweep.toml", SWEEP);
    let json = sandbox.run(&["theory", "sweep.toml", "--json", "--out", "a"]).exits(0).json();
    assert_eq!((json["scenario"].as_str(), json["folder"].as_str()), (Some("sweep"), Some("a")));
    let point = |index: usize| &json["points"][index];
    assert_eq!(point(0)["exact"]["p50"], 3);
    assert_eq!((point(0)["workload.origin"].as_str(), point(0)["no_exact"].as_str()), (Some("0"), None));
    assert!(point(4)["exact"].is_null() && point(4)["no_exact"] == "more than 4096 nodes");
    assert_eq!(point(4)["laws"][0]["law"], "log2 n + ln n + O(1)");
    sandbox.run(&["theory", "sweep.toml", "--out", "b"]).exits(0);
    for name in ["theory.csv", "theory_distribution.csv"] {
        assert_eq!(sandbox.bytes(&format!("a/{name}")), sandbox.bytes(&format!("b/{name}")), "{name}");
    }
}

/// A leading term is shown as one, never beside a mean; and a graph that is almost never connected is named.
#[test]
fn what_a_law_leaves_open_is_shown() {
    let sandbox = Sandbox::new("theory-open");
    let text = |topology: &str| {
        format!("replicates = 3\n[network]\nnodes = 256\ntopology = {topology}\n[gossip]\nstrategy = \"push\"\n")
    };
    sandbox.write("regular.toml", text("{ kind = \"random-regular\", degree = 8 }"));
    sandbox.run(&["theory", "regular.toml"]).exits(0).prints(&[
        "leading-term",
        "~15.10",
        "leading term only: C_d ln n",
    ]);
    let run = sandbox.run(&["run", "regular.toml"]).exits(0);
    run.prints(&["\np95 of rounds, messages per node\n", "\ntheory: push: leading term only: C_d ln n"]);
    sandbox.write("pieces.toml", text("{ kind = \"erdos-renyi\", mean_degree = 2 }"));
    sandbox.run(&["run", "pieces.toml"]).exits(0).prints(&["connected with probability about e^(-n q^(n-1))"]);
    sandbox.write("tiny.toml", TINY);
    sandbox
        .run(&["run", "tiny.toml"])
        .exits(0)
        .prints(&["p95 of rounds, exact mean, formula for the mean (~ up to O(1)), messages"]);
}

/// Push-pull from leaves of an out-star never ends, and from its centre takes n log n rounds.
#[test]
fn no_law_of_undirected_graphs_is_said_of_a_directed_one() {
    let sandbox = Sandbox::new("theory-directed");
    let arcs: String = (1..64).map(|leaf| format!("0 {leaf}\n")).collect();
    sandbox.write("star.txt", arcs);
    let text = |directed: bool, strategy: &str| {
        format!(
            "[network]\ntopology = {{ kind = \"file\", path = \"star.txt\", directed = {directed} }}\n\
             [gossip]\nstrategy = \"{strategy}\"\n"
        )
    };
    sandbox.write("both.toml", text(false, "push-pull"));
    sandbox.run(&["theory", "both.toml"]).exits(0).prints(&["Giakkoupis 2011", "\nn: nodes\n"]);
    sandbox.write("one.toml", text(true, "push-pull"));
    let json = sandbox.run(&["theory", "one.toml", "--json"]).exits(0).json();
    assert_eq!(json["points"][0]["laws"], serde_json::json!([]));
    // What a sender can tell in a round does not hang on directions.
    sandbox.write("push.toml", text(true, "push"));
    sandbox.run(&["theory", "push.toml"]).exits(0).prints(&[">= 6.00", "\nn: nodes; k: fanout\n"]);
}

/// The k of laws is the fanout, not that of a counter.
#[test]
fn a_swept_key_that_could_be_a_symbol_is_shown_whole_and_symbols_are_explained() {
    let sandbox = Sandbox::new("theory-symbols");
    let text = "[network]\nnodes = 64\n[gossip]\nstrategy = \"push\"\nspread = { kind = \"counter\", k = 1 }\n[sweep]\n\
                \"gossip.spread.k\" = [2, 3]\n";
    sandbox.write("sweep.toml", text);
    let outcome = sandbox.run(&["theory", "sweep.toml"]).exits(0);
    outcome.prints(&["\nconfiguration 0: gossip.spread.k 2\n", "at least log_{1+k} n", "\nn: nodes; k: fanout"]);
}

#[test]
fn what_is_not_its_own_is_left_alone() {
    let sandbox = Sandbox::new("theory-folder");
    sandbox.write("tiny.toml", TINY);
    sandbox.write("bad.toml", "seed = 1\n");
    sandbox.write("thesis/chapter.tex", "mine");
    sandbox.run(&["run", "tiny.toml"]).exits(0).prints(&["\nexact: push-pull, n = 8: mean 3.12, measured "]);
    let before = sandbox.entries();
    for (arguments, part) in [
        (&["theory", "bad.toml"][..], "bad.toml:1"),
        (&["theory", "missing.toml"], "there is no such file"),
        (&["theory", "tiny.toml", "--set", "gossip.fanout=9"], "from 1 to 7"),
        (&["theory", "tiny.toml", "--out", "thesis", "--force"], "is not empty and holds no results"),
        (&["theory", "tiny.toml", "--out", "output/tiny"], "holds the results of another command (`run` of `tiny`)"),
        (&["theory", "tiny.toml", "--out", "tiny.toml"], "is a file"),
    ] {
        let outcome = sandbox.run(arguments).exits(2);
        assert_eq!(outcome.says(&["error: ", part]).stdout, "", "{arguments:?}");
        assert_eq!(sandbox.entries(), before, "{arguments:?} left a trace");
    }
    sandbox.run(&["theory", "tiny.toml"]).exits(0).prints(&["the configuration", "exact"]);
    // Its own it replaces, also those of other settings, another scenario's only by force.
    sandbox.run(&["theory", "tiny.toml"]).exits(0);
    sandbox.run(&["theory", "tiny.toml", "--set", "gossip.fanout=2"]).exits(0);
    assert_eq!(sandbox.text("output/tiny_theory/scenario.toml"), TINY);
    sandbox.write("other/tiny.toml", TINY.replace("= 8", "= 9"));
    let refused = sandbox.run(&["theory", "other/tiny.toml"]).exits(2);
    refused.says(&["another scenario (`tiny`, from `tiny.toml`)", "--force"]);
    sandbox.run(&["theory", "other/tiny.toml", "--force"]).exits(0);
    sandbox.run(&["run", "tiny.toml", "--out", "output/tiny_theory"]).exits(2).says(&["--force"]);
    sandbox.run(&["plot", "output/tiny_theory"]).exits(2).says(&["runs.csv", "there is no such file"]);
    sandbox.run(&["theory"]).exits(2).says(&["--help"]);
}
