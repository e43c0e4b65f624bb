//! Replicates with a target: as many runs as it takes, whatever the threads do.

use std::collections::BTreeMap;

use super::sandbox::{Sandbox, TINY};

/// Two strategies on one size; push varies more and needs more runs for the same share of its mean.
const WANTED: &str = "replicates = { target = \"3%\", min = 10, max = 1000 }\n[network]\nnodes = 32\n[gossip]\n\
    strategy = \"push\"\n[sweep]\n\"gossip.strategy\" = [\"push\", \"push-pull\"]\n\"gossip.phase\" = [\"aligned\", \
    \"random\"]\n";

/// The figures of a summary by column, a map for each point.
fn summary(sandbox: &Sandbox, folder: &str) -> Vec<BTreeMap<String, String>> {
    let (header, rows) = sandbox.table(&format!("{folder}/summary.csv"));
    let names = || header.split(',').map(str::to_owned);
    rows.into_iter().map(|row| names().zip(row).collect()).collect()
}

fn number(row: &BTreeMap<String, String>, name: &str) -> f64 {
    row[name].parse().unwrap_or_else(|_| panic!("{name} is `{}`", row[name]))
}

#[test]
fn runs_end_where_the_target_is_met_with_any_number_of_threads() {
    let sandbox = Sandbox::new("adaptive");
    sandbox.write("wanted.toml", WANTED);
    sandbox.run(&["check", "wanted.toml"]).exits(0).prints(&[
        "replicates = { target = 0.03, min = 10, max = 1000 }",
        "# wanted: 4 configurations × 10 to 1000 = 40 to 4000 runs",
    ]);
    for threads in ["1", "2", "5"] {
        let outcome = sandbox.run(&["run", "wanted.toml", "--threads", threads, "--out", threads]).exits(0);
        assert_eq!(outcome.stderr, "");
        outcome.prints(&["wanted: 4 configurations × 10 to 1000 = 40 to 4000 runs"]);
    }
    for file in sandbox.files("1").iter().filter(|name| *name != "manifest.json") {
        for other in ["2", "5"] {
            assert_eq!(sandbox.bytes(&format!("1/{file}")), sandbox.bytes(&format!("{other}/{file}")), "{file}");
        }
    }
    let points = summary(&sandbox, "1");
    let runs: Vec<f64> = points.iter().map(|row| number(row, "runs")).collect();
    assert!(runs.iter().all(|runs| [10.0, 20.0, 40.0, 80.0, 160.0, 320.0].contains(runs)), "{runs:?}");
    assert!(runs.iter().any(|&count| count != runs[0]), "points need different numbers: {runs:?}");
    for row in &points {
        let half = (number(row, "rounds_ci_high") - number(row, "rounds_ci_low")) / 2.0;
        assert!(half <= 0.03 * number(row, "rounds_mean"), "{row:?}");
    }
    assert_eq!(sandbox.json("1/manifest.json")["resolved"]["replicates"]["target"], 0.03);
}

#[test]
fn what_more_may_be_run_changes_nothing_before_it_and_a_fixed_number_gives_the_same_runs() {
    let sandbox = Sandbox::new("prefix");
    sandbox.write("wanted.toml", WANTED);
    let run = |arguments: &[&str]| sandbox.run(&[&["run", "wanted.toml", "-q"], arguments].concat()).exits(0);
    run(&["--set", "replicates.max=20", "--set", "replicates.target=0.1%", "--out", "less"]);
    run(&["--set", "replicates.max=40", "--set", "replicates.target=0.1%", "--out", "more"]);
    run(&["--replicates", "40", "--out", "fixed"]);
    let by_point = |folder: &str| {
        let (_, rows) = sandbox.table(&format!("{folder}/runs.csv"));
        let of = |point: &str| rows.iter().filter(|row| row[1] == point).cloned().collect::<Vec<_>>();
        ["0", "1", "2", "3"].map(of)
    };
    for ((less, more), fixed) in by_point("less").iter().zip(by_point("more")).zip(by_point("fixed")) {
        assert_eq!((less.len(), more.len()), (20, 40));
        assert_eq!((&more[..20], &more), (&less[..], &fixed));
    }
}

#[test]
fn a_target_that_is_missed_is_told_and_so_is_a_point_that_never_converges() {
    let sandbox = Sandbox::new("missed");
    sandbox.write("wanted.toml", WANTED);
    let arguments = ["run", "wanted.toml", "--set", "replicates={ target = \"0.1%\", min = 10, max = 25 }"];
    let outcome = sandbox.run(&arguments).exits(0);
    outcome.says(&[
        "note: configuration 0: after 25 runs, the most allowed, the mean rounds are known to ±",
        "instead of ±0.10 %",
    ]);
    let notes = sandbox.json("output/wanted/manifest.json")["notes"].to_string();
    assert!(notes.contains("configuration 3: after 25 runs"), "{notes}");

    sandbox.write("lost.toml", TINY.replace("= 2", "= { target = \"1%\" }"));
    let lost = ["run", "lost.toml", "--set", "network.loss=1", "--set", "stop.max_rounds=4"];
    sandbox
        .run(&lost)
        .exits(0)
        .says(&["configuration 0: none of 30 runs converged"])
        .prints(&["30 of 30 runs did not converge"]);
}

#[test]
fn a_comparison_with_a_target_pairs_the_runs_that_both_sides_have() {
    let sandbox = Sandbox::new("unequal");
    sandbox.write("wanted.toml", WANTED);
    sandbox.run(&["compare", "wanted.toml", "-q"]).exits(0);
    let (header, pairs) = sandbox.table("output/wanted_compare/pairs.csv");
    let place = header.split(',').position(|name| name == "pairs").expect("pairs");
    let runs: Vec<f64> = summary(&sandbox, "output/wanted_compare").iter().map(|row| number(row, "runs")).collect();
    let counts: Vec<f64> = pairs.iter().map(|row| row[place].parse().expect("a number")).collect();
    assert!(counts.iter().all(|count| runs.contains(count)) && counts.len() == 6, "{counts:?} of {runs:?}");
}
