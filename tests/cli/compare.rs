//! `compare`: strategies, values of one key, and two files, on common random numbers.

use super::sandbox::{Sandbox, TINY};

const PAIRS: &str = "first,second,pairs,difference_mean,difference_ci_low,difference_ci_high,variance_reduction,\
    sd_first,sd_second,sd_difference,strategy";

/// The cells of pairs.csv in `folder` under these names, row by row.
fn pairs(sandbox: &Sandbox, folder: &str, names: &[&str]) -> Vec<Vec<String>> {
    let (header, rows) = sandbox.table(&format!("{folder}/pairs.csv"));
    assert!(header.ends_with(PAIRS), "{header}");
    let place = |name: &&str| header.split(',').position(|column| column == *name).expect(name);
    rows.iter().map(|row| names.iter().map(|name| row[place(name)].clone()).collect()).collect()
}

#[test]
fn three_strategies_run_on_the_same_random_numbers() {
    let sandbox = Sandbox::new("compare");
    sandbox.write("tiny.toml", TINY);
    let outcome = sandbox.run(&["compare", "tiny.toml", "--out", "pairs"]).exits(0);
    outcome.prints(&["paired differences", "push - pull", "wrote pairs"]);
    let sides = pairs(&sandbox, "pairs", &["first", "second", "nodes", "strategy"]);
    let expected = [["push", "pull"], ["push", "push-pull"], ["pull", "push-pull"]];
    assert_eq!(sides, expected.map(|[one, other]| [one, other, "8", ""].map(str::to_owned)));
    let files = sandbox.json("pairs/manifest.json")["files"].to_string();
    assert!(files.contains("pairs.csv"), "{files}");
}

#[test]
fn the_values_of_any_key_are_compared_by_vary() {
    let sandbox = Sandbox::new("vary");
    sandbox.write("tiny.toml", TINY);
    let outcome =
        sandbox.run(&["compare", "tiny.toml", "--replicates", "50", "--vary", "gossip.fanout=1,2,3"]).exits(0);
    outcome.prints(&["fanout 1 - fanout 3", "÷ ", "50 pairs"]);
    assert_eq!(outcome.stderr, "");
    let rows = pairs(&sandbox, "output/tiny_compare", &["first", "second", "fanout", "nodes", "strategy"]);
    let of = |one: u32, other: u32| {
        [&format!("gossip.fanout = {one}"), &format!("gossip.fanout = {other}"), "", "8", "push-pull"]
            .map(str::to_owned)
    };
    assert_eq!(rows, [of(1, 2), of(1, 3), of(2, 3)]);
    for row in pairs(&sandbox, "output/tiny_compare", &["sd_first", "sd_second", "sd_difference", "variance_reduction"])
    {
        let [one, other, both, gain] = [0, 1, 2, 3].map(|cell: usize| row[cell].parse::<f64>().expect("a number"));
        assert!((gain - (one * one + other * other) / (both * both)).abs() < 1e-9, "{row:?}");
    }

    // Models in short and in full, and a list.
    let models = "network.topology=complete,{ kind = \"torus\", sides = [2, 4] },star";
    let outcome = sandbox.run(&["compare", "tiny.toml", "--vary", models, "--out", "models", "--json"]).exits(0);
    let json = outcome.json();
    assert_eq!(json["pairs"][0]["second"], "network.topology = torus (sides = [2, 4])");
    assert_eq!((&json["pairs"][0]["topology"], &json["pairs"][0]["nodes"]), (&serde_json::Value::Null, &8.into()));
    sandbox
        .run(&["compare", "tiny.toml", "--vary", "gossip.phase=[\"aligned\", \"random\"]", "--out", "list"])
        .exits(0);
    assert_eq!(pairs(&sandbox, "list", &["first"]), [["gossip.phase = aligned"]]);
    // Sizes have random numbers of their own, and that is said.
    let outcome = sandbox.run(&["compare", "tiny.toml", "--vary", "network.nodes=8,16", "--out", "sizes"]).exits(0);
    outcome.says(&["note: runs of different sizes share no random numbers"]);
}

#[test]
fn a_file_against_itself_differs_by_exactly_nothing() {
    let sandbox = Sandbox::new("itself");
    let sweep = "[sweep]\n\"network.nodes\" = [8, 16]\n\"gossip.phase\" = [\"aligned\", \"random\"]\n";
    sandbox.write("tiny.toml", format!("{TINY}{sweep}"));
    let arguments = ["compare", "tiny.toml", "tiny.toml", "--replicates", "30"];
    sandbox.run(&arguments).exits(0).prints(&[
        "tiny (first) - tiny (second)",
        "[-0.10, +0.10]",
        "the same in every replicate",
    ]);
    let names = ["nodes", "gossip.phase", "pairs", "difference_mean", "difference_ci_low", "difference_ci_high"];
    let rows = pairs(&sandbox, "output/tiny_vs_tiny", &names);
    // Thirty pairs without a difference leave open one in ten with one: 1 - 0.05^(1/30).
    let open = 0.095_033_852_855_304_11_f64;
    let of = |nodes: &str, phase: &str| {
        [nodes, phase, "30", "0.0", &format!("{}", -open), &format!("{open}")].map(str::to_owned)
    };
    assert_eq!(rows, [of("8", "aligned"), of("8", "random"), of("16", "aligned"), of("16", "random")]);
    // Any number of threads gives the same bytes.
    sandbox.run(&[&arguments[..], &["--threads", "1", "--out", "one"]].concat()).exits(0);
    let same = |file: &str| {
        let [one, other] = ["one", "output/tiny_vs_tiny"].map(|folder| sandbox.bytes(&format!("{folder}/{file}")));
        assert_eq!(one, other, "{file}");
    };
    ["runs.csv", "summary.csv", "pairs.csv", "charts/informed_vs_round.svg"].into_iter().for_each(same);
    // And so do the differences, drawn again from their table.
    sandbox.run(&["plot", "one"]).exits(0);
    same("charts/paired_differences.svg");
}

#[test]
fn two_files_are_compared_point_by_point_under_the_seed_of_the_first() {
    let sandbox = Sandbox::new("files");
    let sweep = "[sweep]\n\"network.nodes\" = [8, 16]\n[expect]\nconverged_share = 0\n";
    sandbox.write("calm.toml", format!("{TINY}{sweep}"));
    sandbox.write("lossy.toml", format!("seed = 5\n{}{sweep}", TINY.replace("8\n", "8\nloss = 0.2\n")));
    let outcome = sandbox.run(&["compare", "calm.toml", "lossy.toml", "--replicates", "40"]).exits(0);
    outcome.says(&["`lossy` runs with the seed of `calm`", "what the files expect is not checked"]);
    outcome.prints(&["calm_vs_lossy: 4 configurations", "calm - lossy", "wrote output/calm_vs_lossy"]);
    let rows = pairs(&sandbox, "output/calm_vs_lossy", &["first", "second", "nodes", "loss", "strategy"]);
    let of = |nodes: &str| ["calm", "lossy", nodes, "", "push-pull"].map(str::to_owned);
    assert_eq!(rows, [of("8"), of("16")]);
    let (header, runs) = sandbox.table("output/calm_vs_lossy/runs.csv");
    let column = |name: &str| header.split(',').position(|column| column == name).expect("a column");
    assert_eq!(runs.len(), 160);
    assert!(runs.iter().all(|row| row[column("seed")] == "1" && row[column("scenario")] == "calm_vs_lossy"));
    assert!(runs[..80].iter().all(|row| row[column("file")] == "calm"), "the first file comes first");
    let resolved = &sandbox.json("output/calm_vs_lossy/manifest.json")["resolved"];
    assert_eq!(resolved["second"]["settings"]["network"]["loss"]["rate"], 0.2);
    // The runs of the first are those it has on its own.
    sandbox.run(&["run", "calm.toml", "--replicates", "40"]).exits(1);
    let (own, alone) = sandbox.table("output/calm/runs.csv");
    let own = own.split(',').position(|column| column == "rounds").expect("a column");
    assert!(alone.iter().zip(&runs).all(|(alone, both)| alone[own] == both[column("rounds")]));
}

#[test]
fn what_cannot_be_compared_is_refused_and_says_why() {
    let sandbox = Sandbox::new("uncompared");
    sandbox.write("a.toml", format!("{TINY}[sweep]\n\"network.loss\" = [0, 0.1]\n"));
    sandbox.write("b.toml", format!("{TINY}[sweep]\n\"gossip.fanout\" = [1, 2]\n"));
    sandbox.write("c.toml", format!("{TINY}[sweep]\n\"network.loss\" = [0, 0.1, 0.2]\n"));
    sandbox.write("d.toml", TINY.replace("= 2", "= 3"));
    sandbox.write("e.toml", TINY);
    let before = sandbox.entries();
    for (arguments, parts) in [
        (&["a.toml", "b.toml"][..], ["`a` sweeps network.loss and `b` sweeps gossip.fanout", "same keys"]),
        (&["a.toml", "c.toml"], ["over 2 values and `c` over 3", "as many"]),
        (&["d.toml", "e.toml"], ["`d` has 3 replicates and `e` has 2", "--replicates"]),
        (&["a.toml", "c.toml", "--vary", "gossip.fanout=1,2"], ["--vary compares values", "give one file"]),
        (&["e.toml", "--vary", "gossip.fanout"], ["gives no value", "--vary gossip.fanout"]),
        (&["e.toml", "--vary", "gossip.fanout=2"], ["one value of `gossip.fanout`", "at least two"]),
        (
            &["e.toml", "--vary", "gossip.fanout=1,9"],
            ["9 is not a whole number from 1 to 7", "--vary gossip.fanout=1,9"],
        ),
        (&["e.toml", "--vary", "gossip.fanuot=1,2"], ["`fanuot` is not a key", "did you mean `fanout`?"]),
        (&["e.toml", "--vary", "network.topology={ kind = \"ring\", star"], ["error", "--vary network.topology"]),
    ] {
        let outcome = sandbox.run(&[&["compare"], arguments].concat()).exits(2);
        outcome.says(&parts);
        assert_eq!((sandbox.entries(), outcome.stdout.as_str()), (before.clone(), ""), "{arguments:?}");
    }
}
