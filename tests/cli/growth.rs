//! Is it O(log n)? Whole simulations must be told apart by how their rounds grow, from the scenario to `fit.csv`.

use super::sandbox::Sandbox;

/// The cells of the only row of fit.csv after running a scenario with these lines.
fn fit<const N: usize>(test: &str, scenario: &str, names: [&str; N]) -> [String; N] {
    let sandbox = Sandbox::new(&format!("growth-{test}"));
    sandbox.write("grow.toml", scenario);
    sandbox.run(&["run", "grow.toml"]).exits(0).prints(&["is it O(log n)?"]);
    let (header, rows) = sandbox.table("output/grow/fit.csv");
    assert_eq!(rows.len(), 1, "{rows:?}");
    let place = |name: &str| header.split(',').position(|column| column == name).expect("a column");
    names.map(|name| rows[0][place(name)].clone())
}

fn number(cell: &str) -> f64 {
    cell.parse().unwrap_or_else(|_| panic!("`{cell}` is no number"))
}

#[test]
fn push_on_the_complete_graph_is_logarithmic_with_the_slope_of_the_theorem() {
    let scenario = "replicates = 40\n[network]\nnodes = 256\n[gossip]\nstrategy = \"push\"\n\
        [sweep]\n\"network.nodes\" = \"2^8..2^15\"\n";
    let names = ["slope_ci_low", "slope", "slope_ci_high", "verdict", "lead", "runner_up"];
    let [low, slope, high, verdict, lead, runner_up] = fit("push", scenario, names);
    // 1 + ln 2 (Frieze & Grimmett 1985). Over these sizes the exact means rise by 1.700 a doubling; one standard error
    // of the slope is 1.3 / sqrt(40 x 42) = 0.032, and the interval reaches twice that to either side.
    let law = 1.0 + std::f64::consts::LN_2;
    assert!(number(&low) < law && law < number(&high), "{slope} [{low}, {high}]");
    assert!((number(&slope) - 1.700).abs() < 4.0 * 0.032, "{slope}");
    assert!(number(&high) - number(&low) < 0.2, "an interval as wide as [{low}, {high}] would hold anything");
    assert!(verdict.starts_with("logarithmic or log n / log log n, ahead of "), "{verdict}");
    assert!(number(&lead) >= 4.0 && verdict.contains(&runner_up), "{verdict}, {lead}, {runner_up}");
}

#[test]
fn the_ring_is_linear() {
    let scenario = "replicates = 5\n[network]\nnodes = 16\ntopology = \"ring\"\n[gossip]\nstrategy = \"push\"\n\
        [sweep]\n\"network.nodes\" = \"2^4..2^10\"\n[stop]\nmax_rounds = 10000\n";
    let [verdict, lead] = fit("ring", scenario, ["verdict", "lead"]);
    assert!(verdict.starts_with("linear, ahead of ") && number(&lead) >= 4.0, "{verdict}");
}

#[test]
fn the_torus_is_a_square_root() {
    let scenario = "replicates = 10\n[network]\nnodes = 64\ntopology = \"torus\"\n[gossip]\nstrategy = \"push\"\n\
        [sweep]\n\"network.nodes\" = [64, 144, 256, 576, 1024, 2304, 4096, 9216]\n";
    let [verdict, lead] = fit("torus", scenario, ["verdict", "lead"]);
    assert!(verdict.starts_with("square root, ahead of ") && number(&lead) >= 4.0, "{verdict}");
}

#[test]
fn runs_that_failed_are_no_ground_for_a_verdict() {
    let scenario = "replicates = 20\n[network]\nnodes = 16\n[gossip]\nstrategy = \"push\"\n\
        spread = { kind = \"counter\", k = 2, feedback = true }\n[sweep]\n\"network.nodes\" = \"2^4..2^9\"\n";
    let [verdict, lead, runner_up] = fit("failed", scenario, ["verdict", "lead", "runner_up"]);
    assert!(verdict.starts_with("undecided: ") && verdict.contains(" of 20 runs converged at n = "), "{verdict}");
    assert!(lead.is_empty() && runner_up.is_empty(), "{lead} {runner_up}");
}

#[test]
fn figures_of_runs_that_were_cut_off_or_too_few_are_marked() {
    let sandbox = Sandbox::new("growth-marks");
    sandbox.write(
        "cut.toml",
        "replicates = 20\n[network]\nnodes = 32\n[gossip]\nstrategy = \"push\"\n[stop]\nmax_time = \"8s\"\n\
         [sweep]\n\"network.nodes\" = [16, 32]\n",
    );
    let outcome = sandbox.run(&["run", "cut.toml"]).exits(0);
    outcome.prints(&[
        "* over the runs that converged alone",
        "? from fewer than 72 runs, too few for an interval",
        "+ a limit cut off some of the runs, which would have sent more",
        "(a limit cut off some of those: the slowest runs are missing, and the true means are larger)",
        " of 20 runs converged at n = ",
    ]);
    let svg = |name: &str| String::from_utf8(sandbox.bytes(&format!("output/cut/charts/{name}.svg"))).unwrap();
    assert!(svg("residue_vs_nodes").contains("Nodes not reached before the limit"));
    assert!(svg("messages_per_node").contains("A limit cut off "));
    let outcome = sandbox.run(&["run", "cut.toml", "--json", "--force"]).exits(0);
    assert!(outcome.stdout.contains("\"cut_off\":"), "{}", outcome.stdout);
    // Enough runs that all converge bear no mark.
    let clean = ["run", "cut.toml", "--force", "--set", "stop.max_time=\"none\"", "--replicates", "80"];
    let outcome = sandbox.run(&clean).exits(0);
    assert!(!outcome.stdout.contains("a limit cut off") && !outcome.stdout.contains("? from"), "{}", outcome.stdout);
}

#[test]
fn points_of_one_size_share_their_draws_and_that_is_said() {
    let sandbox = Sandbox::new("growth-shared");
    sandbox.write(
        "both.toml",
        "replicates = 5\n[network]\nnodes = 8\n[gossip]\nstrategy = \"push\"\n\
         [sweep]\n\"gossip.strategy\" = [\"push\", \"pull\"]\n",
    );
    let note = "exact: configurations of one size share their draws, so their z values are correlated";
    sandbox.run(&["run", "both.toml"]).exits(0).prints(&[note]);
    let alone = sandbox.run(&["run", "both.toml", "--force", "--set", "gossip.strategy=\"push\""]).exits(0);
    assert!(!alone.stdout.contains(note), "{}", alone.stdout);
}

#[test]
fn sizes_too_close_together_are_undecided() {
    let scenario = "replicates = 3\n[network]\nnodes = 60\n[gossip]\nstrategy = \"push\"\n\
        [sweep]\n\"network.nodes\" = [60, 62, 64, 66, 68, 70]\n";
    let [verdict, lead] = fit("close", scenario, ["verdict", "lead"]);
    assert!(verdict.starts_with("undecided: ") && lead.is_empty(), "{verdict}");
}
