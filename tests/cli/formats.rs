//! In which form commands print what they found, and that it fits.

use super::sandbox::{Outcome, Sandbox};

/// Two strategies over a setting of a topology and an interval, with times, a deadline and runs that do not converge.
const SWEEP: &str = "replicates = 30\ndeadline = { time = \"4s\", coverage = \"90%\" }\n[network]\nnodes = 24\n\
    latency = { kind = \"uniform\", min = \"10ms\", max = \"50ms\" }\n\
    topology = { kind = \"watts-strogatz\", neighbors = 2, rewire = 0.1 }\n\
    [gossip]\nstrategy = \"push\"\nphase = \"random\"\n[stop]\nmax_rounds = 12\n\
    [sweep]\n\"gossip.interval\" = [\"200ms\", \"500ms\", \"1s\"]\n\"network.topology.rewire\" = [0.1, 0.5, 1.0]\n\
    \"gossip.strategy\" = [\"push\", \"pull\", \"push-pull\"]\n";

/// The command with lines of so many characters.
fn within(sandbox: &Sandbox, width: usize, arguments: &[&str]) -> Outcome {
    Outcome::of(sandbox.command(arguments).env("COLUMNS", width.to_string()))
}

#[test]
fn tables_fit_whatever_the_width_and_a_pipe_has_a_width_of_its_own() {
    let sandbox = Sandbox::new("widths");
    sandbox.write("sweep.toml", SWEEP);
    for width in [60, 80, 120] {
        for arguments in [
            &["run", "sweep.toml", "--charts", "none"][..],
            &["compare", "sweep.toml", "--charts", "none", "--force", "--vary", "gossip.fanout=1,2"],
            &["theory", "sweep.toml"],
            &["columns", "rumor"],
            &["keys", "gossip"],
            &["explain", "sweep.toml"],
        ] {
            let outcome = within(&sandbox, width, arguments).exits(0);
            let long: Vec<&str> = outcome.stdout.lines().filter(|line| line.chars().count() > width).collect();
            assert!(long.is_empty(), "{arguments:?} at {width}: {long:#?}\n{}", outcome.stdout);
        }
    }
    for name in ["loss", "average", "detector", "swim", "membership", "store", "counter"] {
        let sample = format!("sample:{name}");
        for width in [40, 80, 120] {
            let arguments = ["watch", &sample, "--set", "stop.max_rounds=8"];
            let shown = within(&sandbox, width, &arguments).exits(0).stdout;
            let long: Vec<&str> = shown.lines().filter(|line| line.chars().count() > width).collect();
            assert!(long.is_empty() && shown.contains("the run ended at"), "{name} at {width}: {long:#?}\n{shown}");
        }
    }
    let text = || sandbox.run(&["run", "sweep.toml", "--charts", "none", "--force"]).exits(0).stdout;
    let without_time =
        |text: String| text.lines().filter(|line| !line.starts_with("wrote ")).collect::<Vec<_>>().join("\n");
    let first = without_time(text());
    assert!(first.lines().all(|line| line.chars().count() <= 100), "{first}");
    assert_eq!(without_time(text()), first);
}

#[test]
fn a_sweep_over_a_setting_of_a_topology_is_one_table_with_the_answer_below() {
    let sandbox = Sandbox::new("one-table");
    sandbox.write("sweep.toml", SWEEP);
    let outcome = sandbox.run(&["run", "sweep.toml", "--set", "network.latency=none"]).exits(0);
    outcome.prints(&[
        "not beaten in both time and load at equal rewire: ",
        "(time until 90 % of the nodes know)",
        "time in ms until 90 % of the nodes know",
        "90 % within 4s",
        "least load of those with 99.0 % of their runs within 4s (90 % of the nodes), for each rewire\n",
        "runs did not converge: ",
        "rewire 0.1",
    ]);
    assert_eq!(outcome.stdout.matches("\nrounds until every node knows").count(), 3, "a table for each rewiring");
    assert!(!outcome.stdout.contains("topology watts-strogatz"), "{}", outcome.stdout);
}

#[test]
fn what_is_printed_can_be_read_by_other_programs() {
    let sandbox = Sandbox::new("formats");
    sandbox.write("sweep.toml", SWEEP);
    let printed = |arguments: &[&str]| sandbox.run(arguments).exits(0).stdout;
    let csv = printed(&["run", "sweep.toml", "--format", "csv", "--out", "r"]);
    assert_eq!(csv, sandbox.text("r/summary.csv"));
    let pairs = printed(&["compare", "sweep.toml", "--format", "csv", "--out", "c", "--set", "sweep={}"]);
    assert_eq!(pairs, sandbox.text("c/pairs.csv"));
    let laws = printed(&["theory", "sweep.toml", "--format", "csv", "--out", "t"]);
    assert_eq!(laws, sandbox.text("t/theory.csv"));
    let points = printed(&["check", "sweep.toml", "--format", "csv"]);
    assert_eq!(points.lines().count(), 28, "{points}");
    assert!(points.starts_with("point,gossip.interval,network.topology.rewire,gossip.strategy,nodes,bytes_of_a_run\n"));
    let json = sandbox.run(&["run", "sweep.toml", "--format", "json", "--out", "r"]).exits(0).json();
    assert_eq!(json["points"].as_array().map(Vec::len), Some(27));
    assert!(json["points"][0]["within_deadline"].is_number() && json["points"][0]["deadline_ms"] == 4000.0);
    let markdown = printed(&["run", "sweep.toml", "--format", "markdown", "--out", "r"]);
    assert!(markdown.contains("\n| interval | push mean | push [95 % CI] | push failed | pull mean |"), "{markdown}");
    assert!(markdown.contains("\n| --- | --: | --: |") && markdown.contains("\n| 200 ms | "), "{markdown}");
    sandbox.write("other.toml", SWEEP);
    for command in ["run", "check"] {
        sandbox
            .run(&[command, "sweep.toml", "other.toml", "--format", "csv"])
            .exits(2)
            .says(&["takes one scenario file"]);
    }
    sandbox.run(&["run", "sweep.toml", "--format", "yaml"]).exits(2).says(&["table, csv, json, markdown"]);
    sandbox.run(&["run", "sweep.toml", "--format", "csv", "--json"]).exits(2).says(&["--json", "--format"]);
}

#[test]
fn times_are_expected_of_all_runs_and_of_shares_of_the_nodes() {
    let sandbox = Sandbox::new("expected-times");
    let text = |expect: &str| {
        format!(
            "replicates = 100\ndeadline = \"20s\"\n[network]\nnodes = 64\n[gossip]\nstrategy = \"push\"\n[expect]\n{expect}\n"
        )
    };
    let holds = "time_ms_p99 = [\"5s\", \"40s\"]\n\"coverage_50_time_ms_p99\" = \"< 12s\"\nwithin_deadline = \"> 0.9\"\n\
                 \"push.coverage_100_time_ms_p95\" = \">= 5s\"";
    sandbox.write("holds.toml", text(holds));
    sandbox.run(&["run", "holds.toml"]).exits(0).prints(&["all 4 expectations hold"]);
    sandbox.write("fails.toml", text("time_ms_p99 = \"<= 2s\"\ntime_ms_p99_9 = \"<= 1min\""));
    sandbox.run(&["run", "fails.toml", "-q"]).exits(1).says(&[
        "expected time_ms_p99: <= 2000, but it is ",
        "(configuration 0: push, 64 nodes)",
        "expected time_ms_p99_9: <= 60000, but there is no value: it takes 1000 runs, and there are 100",
    ]);
    let cut = text("time_ms_p95 = \"<= 2s\"\n\"coverage_99.9_time_ms_p95\" = \"<= 2s\"")
        .replace("[gossip]", "[stop]\nmax_rounds = 9\n[gossip]");
    sandbox.write("cut.toml", cut);
    sandbox.run(&["run", "cut.toml", "-q"]).exits(1).says(&[
        "there is no value: runs that did not converge count as later than all others",
        "there is no value: runs in which 99.9 % of the nodes never had the update count as later than all others",
    ]);
}
