//! What `run` and `compare` say of workloads other than the rumor, on the terminal and in their folders.

use super::sandbox::{Sandbox, TINY};

const AVERAGE: &str = "replicates = 3\n[network]\nnodes = 16\n[gossip]\nstrategy = \"push\"\nphase = \"random\"\n\
    [workload]\nkind = \"average\"\n";

const COUNTER: &str = "replicates = 3\n[network]\nnodes = 8\n[gossip]\nstrategy = \"push-pull\"\nphase = \"random\"\n\
    [workload]\nkind = \"counter\"\nduring = \"3s\"\n";

#[test]
fn a_run_prints_what_its_workload_is_for() {
    let sandbox = Sandbox::new("means");
    sandbox.write("average.toml", AVERAGE);
    sandbox.write("counter.toml", COUNTER);
    sandbox.write("rumor.toml", TINY);
    let outcome = sandbox.run(&["run", "average.toml", "--set", "sweep.network.loss=[0, 0.2]"]).exits(0);
    outcome.prints(&["means over the runs of each configuration (estimate mean, values uniform, tolerance 0.01)\n"]);
    outcome.prints(&["loss  greatest error  sum kept  weight kept\n", " 100.0 %      100.0 %\n"]);
    let outcome = sandbox.run(&["run", "counter.toml"]).exits(0);
    outcome.prints(&["true value  value shown  agreement (ms)  bytes/increment\n", "24.00        24.00"]);
    assert!(!sandbox.run(&["run", "rumor.toml"]).exits(0).stdout.contains("means over the runs of each configuration"));
}

/// What a run leaves of any workload can be read and drawn again, however many columns it has.
#[test]
fn results_of_every_workload_are_drawn_again() {
    use gossipsim::workload::WorkloadSpec;
    let sandbox = Sandbox::new("drawn-again");
    for (name, uses) in WorkloadSpec::USES {
        let gossip: String = [("strategy", "strategy = \"push\"\n"), ("phase", "phase = \"random\"\n")]
            .iter()
            .filter_map(|(key, line)| uses.contains(key).then_some(*line))
            .collect();
        let text = format!(
            "replicates = 2\n[network]\nnodes = 8\n[gossip]\n{gossip}[workload]\n\
             kind = \"{name}\"\n[stop]\nmax_rounds = 30\n[sweep]\n\"network.loss\" = [0, 0.01]\n"
        );
        sandbox.write("one.toml", text);
        sandbox.run(&["run", "one.toml", "--charts", "none", "--out", name]).exits(0);
        sandbox.run(&["plot", name, "--charts", "svg"]).exits(0);
        sandbox.run(&["plot", name, "--y", "messages", "--charts", "svg"]).exits(0);
    }
}

#[test]
fn only_a_rumor_has_a_table_of_coverage() {
    let sandbox = Sandbox::new("coverage");
    for (name, text, has) in [("average", AVERAGE, false), ("counter", COUNTER, false), ("rumor", TINY, true)] {
        sandbox.write(&format!("{name}.toml"), text);
        sandbox.run(&["run", &format!("{name}.toml"), "--out", name]).exits(0);
        assert_eq!(sandbox.path(&format!("{name}/coverage.csv")).exists(), has, "{name}");
        assert_eq!(sandbox.text(&format!("{name}/datapackage.json")).contains("coverage.csv"), has, "{name}");
        sandbox.run(&["plot", name]).exits(0);
    }
}

#[test]
fn nothing_is_said_of_runs_that_may_never_converge_but_that_they_had_not() {
    let sandbox = Sandbox::new("open");
    sandbox.write("average.toml", AVERAGE);
    let outcome = sandbox.run(&["run", "average.toml", "--set", "stop.max_rounds=2", "--out", "r"]).exits(0);
    outcome
        .prints(&["only that they had not converged by then is known", "3 of 3 runs did not converge: 3 round-limit"]);
    assert!(!["true means are larger", "would have", "NaN"].iter().any(|words| outcome.stdout.contains(words)));
    let chart = sandbox.text("r/charts/error_vs_round.svg");
    assert!(chart.contains("3 of 3 runs had not converged when a limit came") && !chart.contains("would have sent"));
    // A rumor goes on until all have it, if nothing happens from outside.
    sandbox.write("rumor.toml", TINY.replace("nodes = 8", "nodes = 64"));
    let rumor = sandbox.run(&["run", "rumor.toml", "--set", "stop.max_rounds=2"]).exits(0);
    rumor.prints(&["the slowest runs are missing, and the true means are larger"]);
    let crash = format!("{}[[event]]\nat_round = 2\ncrash = 0.1\n", TINY.replace("nodes = 8", "nodes = 64"));
    sandbox.write("crash.toml", crash);
    let crash = sandbox.run(&["run", "crash.toml", "--set", "stop.max_rounds=2", "--out", "c"]).exits(0);
    crash.prints(&["only that they had not converged by then is known"]);
    let conditions = sandbox.json("c/manifest.json")["conditions"]["statement"].clone();
    assert!(conditions.as_str().is_some_and(|text| text.contains("crash of 10 % in round 2")), "{conditions}");
}

#[test]
fn a_comparison_of_strategies_that_cannot_be_says_what_else_to_compare() {
    let sandbox = Sandbox::new("unfit");
    for (sample, vary) in
        [("swim", "workload.suspicion="), ("detector", "workload."), ("memberlist", ""), ("membership", "")]
    {
        let file = format!("sample:{sample}");
        let refused = sandbox.run(&["compare", &file]).exits(2);
        refused.says(&["say what to compare instead: `--vary KEY=VALUES`", &format!("such as `--vary {vary}")]);
        // What is written there is taken.
        let example =
            refused.stderr.rsplit("--vary ").next().and_then(|rest| rest.split('`').next()).expect("an example");
        let small = ["--replicates", "1", "--charts", "none", "-q", "--set", "stop.max_rounds=2"];
        let compared = sandbox.run(&[&["compare", &file, "--vary", example][..], &small].concat());
        assert_eq!(compared.status, Some(0), "{sample}: {example}: {}", compared.stderr);
    }
}

#[test]
fn a_comparison_that_only_some_strategies_allow_says_which() {
    let sandbox = Sandbox::new("pull");
    sandbox.write("average.toml", AVERAGE);
    let refused = sandbox.run(&["compare", "average.toml"]).exits(2);
    refused.says(&["nothing is averaged by pull alone", "give `--vary gossip.strategy=push,push-pull`"]);
    let outcome = sandbox.run(&["compare", "average.toml", "--vary", "gossip.strategy=push,push-pull"]).exits(0);
    outcome.prints(&["paired differences in rounds, on", "differences in greatest error (percentage points), on"]);
    let (header, rows) = sandbox.table("output/average_compare/pairs.csv");
    assert!(header.contains(",column,first,second,pairs,"), "{header}");
    assert_eq!(rows.len(), 4, "rounds, and the three means that are printed");
    sandbox.write("counter.toml", COUNTER);
    let outcome = sandbox.run(&["compare", "counter.toml", "--vary", "workload.payload=full,delta"]).exits(0);
    outcome.prints(&["\nno difference in true value in any pair\n", "differences in bytes/increment, on"]);
    // A mistake of all of them is not mended so.
    let wrong = sandbox.run(&["compare", "average.toml", "--set", "gossip.fanout=0"]).exits(2);
    assert!(!wrong.stderr.contains("--vary"), "{}", wrong.stderr);
}

#[test]
fn expectations_that_hold_are_a_line_where_there_is_talk() {
    let sandbox = Sandbox::new("held");
    sandbox.write("a.toml", format!("{TINY}[expect]\nconverged_share = 1\nrounds_mean = \">= 1\"\n"));
    sandbox.run(&["run", "a.toml", "--out", "r"]).exits(0).prints(&["\nall 2 expectations hold\nwrote r ("]);
    for silent in ["--quiet", "--json"] {
        let outcome = sandbox.run(&["run", "a.toml", "--out", "r", "--force", silent]).exits(0);
        assert!(!outcome.stdout.contains("expectations hold"), "{}", outcome.stdout);
    }
    let missed = sandbox.run(&["run", "a.toml", "--out", "r", "--force", "--set", "expect.runs=3"]);
    assert!(!missed.stdout.contains("hold"), "{}", missed.stdout);
}
