//! What stands in a results folder, and that nothing but the scenario decides it.

use std::fs;

use super::sandbox::{Sandbox, TINY};

/// Two sizes, two values of a key without a column of its own.
const SWEEP: &str = "replicates = 3\n[network]\nloss = 0.1\n[gossip]\nstrategy = \"push\"\nphase = \"random\"\n\
    [sweep]\n\"network.nodes\" = [4, 8]\n\"gossip.spread\" = [\"forever\", { kind = \"counter\", k = 2 }]\n";

/// Column `name` of a table.
fn column(header: &str, name: &str) -> usize {
    header.split(',').position(|column| column == name).unwrap_or_else(|| panic!("no column {name} in {header}"))
}

#[test]
fn a_folder_holds_what_the_contract_says_whatever_the_threads_do() {
    let sandbox = Sandbox::new("contract");
    sandbox.write("sweep.toml", SWEEP.replace("counter\", k = 2 }", "counter\", k = 2, feedback = true }"));
    for threads in ["1", "2", "8"] {
        sandbox.run(&["run", "sweep.toml", "--threads", threads, "--charts", "all", "--out", threads]).exits(0);
    }
    the_tables_are_as_agreed(&sandbox);
    let mut first = sandbox.json("1/manifest.json");
    let files: Vec<String> = serde_json::from_value(first["files"].clone()).expect("a list of files");
    for kind in ["svg", "png"] {
        for chart in ["informed_vs_round", "uninformed_vs_round", "rounds_vs_nodes", "rounds_over_log2n"] {
            assert!(files.contains(&format!("charts/{chart}.{kind}")), "no {chart}.{kind} in {files:?}");
        }
    }
    assert_eq!(sandbox.files("1").len(), files.len() + 1, "the manifest lists every file but itself");
    first["timings"].take();
    for other in ["2", "8"] {
        for name in &files {
            assert_eq!(sandbox.bytes(&format!("1/{name}")), sandbox.bytes(&format!("{other}/{name}")), "{name}");
        }
        let mut manifest = sandbox.json(&format!("{other}/manifest.json"));
        assert!(manifest["timings"].take().is_object());
        assert_eq!(manifest, first, "only timings may differ");
    }
    plot_draws_the_same_charts(&sandbox, &files);
}

/// That their headers are those of the dictionary is held by the tests of `columns`.
fn the_tables_are_as_agreed(sandbox: &Sandbox) {
    let (header, runs) = sandbox.table("1/runs.csv");
    assert!(header.starts_with("scenario,point,strategy,nodes,") && header.ends_with(",gossip.spread"), "{header}");
    assert_eq!(runs.len(), 4 * 3, "points × replicates");
    let order: Vec<_> = runs.iter().map(|row| (&row[1], &row[8])).collect();
    assert!(order.is_sorted(), "by configuration and replicate: {order:?}");
    let (header, summary) = sandbox.table("1/summary.csv");
    assert!(header.contains(",interval_ms,gossip.spread,runs,converged,"), "{header}");
    assert_eq!(summary.len(), 4);
    let (header, coverage) = sandbox.table("1/coverage.csv");
    assert!(header.contains(",interval_ms,gossip.spread,coverage,"), "{header}");
    assert_eq!(coverage.len(), 4 * 5 * 2, "points × shares × ways to count");
    let (header, curve) = sandbox.table("1/curve.csv");
    let starts = curve.iter().filter(|row| row[column(&header, "round")] == "0").count();
    assert_eq!(starts, 4, "every configuration has its round 0");
    let (header, fit) = sandbox.table("1/fit.csv");
    assert!(header.starts_with("strategy,gossip.spread,slope,"), "{header}");
    assert_eq!(fit.len(), 2, "a fit for each value of the other key");
}

fn plot_draws_the_same_charts(sandbox: &Sandbox, files: &[String]) {
    fs::remove_dir_all(sandbox.path("2/charts")).expect("charts");
    sandbox.run(&["plot", "2", "--charts", "all"]).exits(0).prints(&["drew", "charts"]);
    for name in files {
        assert_eq!(sandbox.bytes(&format!("1/{name}")), sandbox.bytes(&format!("2/{name}")), "{name}");
    }
    a_folder_of_the_first_version_is_drawn(sandbox, files);
    let runs = sandbox.text("2/runs.csv");
    let columns = runs.lines().next().expect("a header").split(',').count();
    let lengths = format!("2 fields instead of {columns}");
    let breakages: [(&str, String, &[&str]); 5] = [
        ("runs.csv", runs.replacen("sweep,0,", "sweep,zero,", 1), &["runs.csv, line 2", "point: invalid digit"]),
        ("runs.csv", format!("{runs}1,2\n"), &["runs.csv, line 14", &lengths]),
        ("runs.csv", runs.replacen("nodes", "notes", 1), &["runs.csv, line 1", "expected scenario,point"]),
        ("runs.csv", String::new(), &["runs.csv, line 1"]),
        ("manifest.json", "{}".to_owned(), &["manifest.json", "is not a results folder"]),
    ];
    fs::remove_dir_all(sandbox.path("2/charts")).expect("charts");
    for (file, text, parts) in breakages {
        let whole = sandbox.bytes(&format!("2/{file}"));
        sandbox.write(&format!("2/{file}"), &text);
        sandbox.run(&["plot", "2"]).exits(2).says(parts);
        assert!(!sandbox.path("2/charts").exists(), "nothing is drawn from a broken {file}");
        sandbox.write(&format!("2/{file}"), whole);
    }
    fs::remove_file(sandbox.path("2/curve.csv")).expect("a table");
    sandbox.run(&["plot", "2"]).exits(2).says(&["curve.csv", "there is no such file"]);
    sandbox.run(&["plot", "nowhere"]).exits(2).says(&["`nowhere` is not a results folder"]);
}

/// The table without its columns from `name` on.
fn older(table: &str, name: &str) -> Vec<u8> {
    let first = column(table.lines().next().expect("a header"), name);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(table.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in reader.records() {
        let row = row.expect("a row");
        writer.write_record(row.iter().take(first)).expect("memory");
    }
    writer.into_inner().expect("memory")
}

fn a_folder_of_the_first_version_is_drawn(sandbox: &Sandbox, files: &[String]) {
    for (file, name) in [("runs.csv", "rounds_99_9"), ("summary.csv", "converged_ci_low"), ("fit.csv", "lead")] {
        let table = sandbox.text(&format!("2/{file}"));
        sandbox.write(&format!("2/{file}"), older(&table, name));
    }
    fs::remove_dir_all(sandbox.path("2/charts")).expect("charts");
    sandbox.run(&["plot", "2", "--charts", "all", "--threads", "1"]).exits(0);
    // Whether nodes lose interest, and so how finely messages are counted, its tables do not tell: intervals are wider.
    // Nor do they know of loads.
    let newer = ["charts/messages_vs", "charts/messages_per_node", "charts/time_vs_load"];
    let same = |name: &&String| name.starts_with("charts/") && !newer.iter().any(|other| name.starts_with(other));
    for name in files.iter().filter(same) {
        assert_eq!(sandbox.bytes(&format!("1/{name}")), sandbox.bytes(&format!("2/{name}")), "{name}");
    }
    for file in ["runs.csv", "summary.csv", "fit.csv"] {
        sandbox.write(&format!("2/{file}"), sandbox.bytes(&format!("1/{file}")));
    }
}

#[test]
fn runs_that_do_not_converge_are_results() {
    let sandbox = Sandbox::new("lost");
    sandbox.write("lost.toml", TINY);
    let arguments = ["run", "lost.toml", "--set", "network.loss=1", "--set", "stop.max_rounds=4"];
    let outcome = sandbox.run(&arguments).exits(0);
    outcome.prints(&[
        "2 of 2 runs did not converge: 2 round-limit",
        "2 of 2  100.0 %  [0 %, 100.0 %]  mean residue 87.5 %",
    ]);
    let (header, runs) = sandbox.table("output/lost/runs.csv");
    for row in runs {
        assert_eq!(row[column(&header, "outcome")], "round-limit");
        assert_eq!((row[column(&header, "rounds")].as_str(), row[column(&header, "time_ms")].as_str()), ("", ""));
        assert_eq!(row[column(&header, "messages")], row[column(&header, "lost")]);
    }
    assert!(!sandbox.path("output/lost/fit.csv").exists(), "no sizes, no fit");
}

#[test]
fn how_surely_runs_converge_is_told_also_where_all_did() {
    let sandbox = Sandbox::new("surely");
    sandbox.write("tiny.toml", TINY);
    let outcome = sandbox.run(&["run", "tiny.toml", "--replicates", "200"]).exits(0);
    outcome.prints(&["all 200 runs converged (0 of 200 did not converge: below 1.50 % at 95 %)"]);
    let (header, summary) = sandbox.table("output/tiny/summary.csv");
    let of = |name: &str| summary[0][column(&header, name)].parse::<f64>().ok();
    // The rule of three: 1 + ln 0.05 / 200.
    assert!(of("converged_ci_low").is_some_and(|low| (low - 0.98502).abs() < 1e-5), "{summary:?}");
    assert_eq!(of("converged_ci_high"), Some(1.0));
    let (low, p50, high) = (of("rounds_p50_ci_low"), of("rounds_p50"), of("rounds_p50_ci_high"));
    assert!(low.is_some() && low <= p50 && p50 <= high, "{summary:?}");
    assert!(of("rounds_p95_ci_high").is_some() && of("rounds_p99").is_some());
    assert_eq!(of("rounds_p99_ci_low"), None, "200 runs are too few");
    let sweep = ["run", "tiny.toml", "--set", "sweep.gossip.fanout=[1, 2]", "--out", "sweep"];
    sandbox.run(&sweep).exits(0).prints(&["all 4 runs converged\n"]);
}

#[test]
fn a_graph_in_pieces_is_told_and_ends_when_its_piece_knows() {
    let sandbox = Sandbox::new("pieces");
    sandbox.write("pieces.txt", "0 1\n1 2\n3 4\n");
    let file = "replicates = 2\n[network]\ntopology = { kind = \"file\", path = \"../pieces.txt\" }\n[workload]\n\
        origin = 0\n[gossip]\nstrategy = \"push\"\n";
    sandbox.write("scenarios/pieces.toml", file);
    let outcome = sandbox.run(&["run", "scenarios/pieces.toml"]).exits(0);
    outcome.says(&["note:", "not connected", "60.0 %", "2 components of 3, 2 nodes"]).prints(&["2 died-out"]);
    let notes = sandbox.json("output/pieces/manifest.json")["notes"].to_string();
    assert!(notes.contains("2 components of 3, 2 nodes"), "{notes}");
    let (header, runs) = sandbox.table("output/pieces/runs.csv");
    for row in runs {
        assert_eq!(
            (row[column(&header, "outcome")].as_str(), row[column(&header, "informed")].as_str()),
            ("died-out", "3")
        );
    }
}

#[test]
fn the_command_line_changes_the_scenario() {
    let sandbox = Sandbox::new("changes");
    sandbox.write("tiny.toml", TINY);
    let line = ["run", "tiny.toml", "--seed", "5", "--replicates", "3", "--set", "gossip.fanout=2", "--set"];
    let outcome = sandbox.run(&[&line[..], &["network.nodes=9", "--json", "--quiet"]].concat()).exits(0);
    assert_eq!(outcome.stderr, "");
    let json = outcome.json();
    assert_eq!((json["seed"].as_u64(), json["points"][0]["runs"].as_u64()), (Some(5), Some(3)));
    let (header, runs) = sandbox.table("output/tiny/runs.csv");
    let of = |name: &str| -> Vec<&str> { runs.iter().map(|row| row[column(&header, name)].as_str()).collect() };
    assert_eq!((of("seed"), of("fanout"), of("nodes")), (vec!["5"; 3], vec!["2"; 3], vec!["9"; 3]));
    assert_eq!(of("replicate"), ["0", "1", "2"]);
}

#[test]
fn several_scenarios_have_a_folder_each_and_a_line_of_json() {
    let sandbox = Sandbox::new("several");
    sandbox.write("a.toml", TINY);
    sandbox.write("b.toml", TINY.replace("push-pull", "push"));
    sandbox.write("other/a.toml", TINY);
    let outcome = sandbox.run(&["run", "a.toml", "b.toml", "--out", "both/of", "--json"]).exits(0);
    let lines: Vec<serde_json::Value> =
        outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.iter().map(|line| line["scenario"].as_str()).collect::<Vec<_>>(), [Some("a"), Some("b")]);
    assert!(sandbox.path("both/of/a/runs.csv").exists() && sandbox.path("both/of/b/runs.csv").exists());
    assert!(!sandbox.path("output").exists());
    sandbox.run(&["run", "a.toml", "other/a.toml"]).exits(2).says(&["two scenario files have one name"]);
    assert!(!sandbox.path("output").exists());
}

#[test]
fn an_expectation_that_does_not_hold_is_status_1_and_the_results_stand() {
    let sandbox = Sandbox::new("expect");
    sandbox.write("good.toml", format!("{TINY}[expect]\nconverged_share = 1\n"));
    sandbox.write("bad.toml", format!("{TINY}[expect]\n\"push-pull.rounds_max\" = \"> 1000\"\n"));
    sandbox.run(&["run", "good.toml", "--quiet"]).exits(0);
    let outcome = sandbox.run(&["run", "bad.toml", "good.toml", "--quiet"]).exits(1);
    outcome.says(&["expected push-pull.rounds_max: > 1000, but it is ", "8 nodes"]);
    assert!(outcome.stdout.is_empty(), "--quiet prints {}", outcome.stdout);
    assert!(sandbox.path("output/bad/manifest.json").exists());
}

/// Of 256 nodes push takes 14.67 rounds in the mean, so that 13 cut most runs off; on two pairs no run gets anywhere.
#[test]
fn an_expectation_on_the_runs_that_converged_does_not_pass_for_all_runs() {
    let sandbox = Sandbox::new("expect-cut-off");
    let text = |expect: &str| {
        format!(
            "replicates = 40\n[network]\nnodes = 256\n[gossip]\nstrategy = \"push\"\n[stop]\nmax_rounds = 13\n\
             [expect]\n{expect}\n"
        )
    };
    for figure in ["rounds_mean", "rounds_p95", "rounds_max", "time_ms_mean"] {
        let bound = if figure == "time_ms_mean" { "<= 13000" } else { "<= 13" };
        sandbox.write("cut.toml", text(&format!("\"push.{figure}\" = \"{bound}\"")));
        let outcome = sandbox.run(&["run", "cut.toml", "--quiet", "--force"]).exits(1);
        outcome.says(&[
            &format!("expected push.{figure}: {bound}, but "),
            "of 40 runs did not converge (",
            "round-limit), so",
        ]);
    }
    // The truth is larger.
    sandbox.write("lower.toml", text("rounds_mean = \">= 12\"\nconverged_share = \"< 0.5\"\nresidue_mean = \"> 0\""));
    sandbox.run(&["run", "lower.toml", "--quiet"]).exits(0);
    let pairs = "replicates = 3\n[network]\nnodes = 4\ntopology = { kind = \"random-regular\", degree = 1 }\n\
                 [gossip]\nstrategy = \"push\"\n[expect]\nrounds_mean = \">= 1\"\n";
    sandbox.write("pairs.toml", pairs);
    let outcome = sandbox.run(&["run", "pairs.toml", "--quiet"]).exits(1);
    outcome.says(&["there is no value: 3 of 3 runs did not converge (3 died-out)"]);
}

/// Points that differ in more than strategy and size are told apart by what differs.
#[test]
fn an_expectation_says_which_point_it_failed_at() {
    let sandbox = Sandbox::new("expect-place");
    let sweep = "[sweep]\n\"network.topology\" = [\"complete\", \"star\"]\n[expect]\nrounds_max = \"> 1000\"\n";
    sandbox.write("sweep.toml", format!("{TINY}{sweep}"));
    let outcome = sandbox.run(&["run", "sweep.toml"]).exits(1);
    outcome.says(&[
        "(configuration 0: push-pull, topology complete, 8 nodes)",
        "(configuration 1: push-pull, topology star, 8 nodes)",
    ]);
    outcome
        .prints(&["\nexact: push-pull, topology star, n = 8: mean ", "\ntheory: push-pull, topology complete: log3 n"]);
}

#[test]
fn the_folder_that_a_process_stands_in_is_filled_and_not_replaced() {
    let sandbox = Sandbox::new("here");
    sandbox.write("tiny.toml", TINY);
    sandbox.write("work/keep", "");
    fs::remove_file(sandbox.path("work/keep")).expect("a file");
    #[cfg(unix)]
    let inode = |path: &str| std::os::unix::fs::MetadataExt::ino(&fs::metadata(sandbox.path(path)).expect("a folder"));
    #[cfg(not(unix))]
    let inode = |_: &str| 0;
    let before = inode("work");
    for (folder, out) in [("work", "."), ("work", "../work"), ("work/charts", "..")] {
        let scenario = if folder == "work" { "../tiny.toml" } else { "../../tiny.toml" };
        let mut command = sandbox.command(&["run", scenario, "--out", out, "-q"]);
        super::sandbox::Outcome::of(command.current_dir(sandbox.path(folder))).exits(0);
        assert_eq!(inode("work"), before, "--out {out} from {folder}");
        assert!(sandbox.path("work/manifest.json").exists() && sandbox.path("work/runs.csv").exists());
    }
    // A scenario that lies there is the user's.
    sandbox.write("work/own.toml", TINY);
    let mut command = sandbox.command(&["run", "own.toml", "--out", ".", "--force", "--seed", "3"]);
    super::sandbox::Outcome::of(command.current_dir(sandbox.path("work")))
        .exits(0)
        .says(&["`own.toml` in `.`", "stays"]);
    assert_eq!((sandbox.text("work/own.toml").as_str(), inode("work")), (TINY, before));
    assert!(sandbox.entries().iter().all(|name| !name.contains("gossipsim")), "{:?}", sandbox.entries());
}

#[test]
fn a_name_that_names_no_folder_is_refused() {
    let sandbox = Sandbox::new("dots");
    for file in ["..toml", "...toml"] {
        sandbox.write(file, TINY);
        for arguments in [&["run", file][..], &["compare", file], &["theory", file], &["run", file, file, "--out", "x"]]
        {
            sandbox.run(arguments).exits(2).says(&["names no folder", "--out"]);
        }
        assert_eq!(sandbox.entries(), [file]);
        sandbox.run(&["run", file, "--out", "there", "-q"]).exits(0);
        assert!(sandbox.path("there/runs.csv").exists());
        fs::remove_dir_all(sandbox.path("there")).expect("a folder");
        fs::remove_file(sandbox.path(file)).expect("a file");
    }
}

#[test]
fn plot_removes_stale_charts_of_its_own_and_nothing_else() {
    let sandbox = Sandbox::new("stale");
    sandbox.write("tiny.toml", TINY);
    sandbox.run(&["run", "tiny.toml", "--out", "1", "-q"]).exits(0);
    let (manifest, whole) = (sandbox.text("1/manifest.json"), sandbox.entries());
    sandbox.run(&["plot", "1"]).exits(0);
    assert_eq!(
        (sandbox.text("1/manifest.json"), sandbox.entries()),
        (manifest.clone(), whole.clone()),
        "nothing to change"
    );
    // As if an older version had drawn one more.
    sandbox.write("1/manifest.json", manifest.replacen("\"charts/", "\"charts/a_former.svg\",\n    \"charts/", 1));
    sandbox.write("1/charts/a_former.svg", "<svg/>");
    sandbox.write("1/charts/mine.svg", "<svg/>");
    sandbox.write("1/charts/.notes", "mine");
    sandbox
        .run(&["plot", "1"])
        .exits(0)
        .says(&["1 file of before not drawn this time, and so removed: charts/a_former.svg"]);
    assert_eq!(sandbox.text("1/manifest.json"), manifest);
    let mut expected = [&whole[..], &["1/charts/.notes".to_owned(), "1/charts/mine.svg".to_owned()]].concat();
    expected.sort();
    assert_eq!(sandbox.entries(), expected);
}

#[cfg(unix)]
#[test]
fn plot_writes_through_no_link() {
    let sandbox = Sandbox::new("linked");
    sandbox.write("tiny.toml", TINY);
    sandbox.run(&["run", "tiny.toml", "--out", "1", "-q"]).exits(0);
    fs::rename(sandbox.path("1/charts"), sandbox.path("elsewhere")).expect("charts");
    std::os::unix::fs::symlink(sandbox.path("elsewhere"), sandbox.path("1/charts")).expect("a link");
    let first = sandbox.files("elsewhere").remove(0);
    sandbox.write(&format!("elsewhere/{first}"), "mine");
    let before = sandbox.entries();
    sandbox.run(&["plot", "1"]).exits(2).says(&["1/charts` is not a result", "move it elsewhere"]);
    assert_eq!((sandbox.entries(), sandbox.text(&format!("elsewhere/{first}"))), (before, "mine".to_owned()));
    sandbox.run(&["run", "tiny.toml", "--out", "1", "-q"]).exits(2).says(&["`charts`"]);
    sandbox.run(&["run", "tiny.toml", "--out", "1", "-q", "--force"]).exits(2).says(&["1/charts` is not a result"]);
}

#[cfg(target_os = "linux")]
#[test]
fn names_need_not_be_utf8() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new("latin1");
    sandbox.write("tiny.toml", TINY);
    let name = OsStr::from_bytes(b"caf\xe9");
    let mut command = sandbox.command(&["run", "tiny.toml", "--json", "--out"]);
    let outcome = super::sandbox::Outcome::of(command.arg(name)).exits(0);
    assert_eq!(outcome.json()["folder"], "caf\u{fffd}");
    assert!(sandbox.path("").join(name).join("runs.csv").exists());
}

#[test]
fn traffic_by_link_is_a_table_a_summary_and_a_chart() {
    let sandbox = Sandbox::new("links");
    let text = "replicates = 20\n[network]\nnodes = 9\ntopology = \"line\"\nlinks = true\n[gossip]\n\
                strategy = \"pull\"\npeers = { kind = \"spatial\", exponent = 0 }\n\
                [sweep]\n\"gossip.peers.exponent\" = [0, 2]\n";
    sandbox.write("links.toml", text);
    let parts = ["traffic by link", "conv. mean", "most loaded", "3-4"];
    sandbox.run(&["run", "links.toml", "--out", "1"]).exits(0).prints(&parts);
    let (header, links) = sandbox.table("1/links.csv");
    assert_eq!(header, "point,from,to,conversations_per_round,messages_per_round");
    let places: Vec<_> = links.iter().map(|row| (row[0].as_str(), row[1].as_str(), row[2].as_str())).collect();
    assert_eq!(places.len(), 2 * 8);
    assert_eq!((places[0], places[7], places[15]), (("0", "0", "1"), ("0", "7", "8"), ("1", "7", "8")));
    let (header, summary) = sandbox.table("1/links_summary.csv");
    assert!(
        header.ends_with(",critical_links") && header.contains(",interval_ms,gossip.peers.exponent,links,"),
        "{header}"
    );
    let most = links[..8].iter().map(|row| row[4].parse::<f64>().unwrap()).fold(0.0, f64::max);
    assert_eq!(summary[0][column(&header, "messages_max")].parse::<f64>().unwrap(), most);
    assert!(sandbox.path("1/charts/link_traffic.svg").exists());
    let json = sandbox.run(&["run", "links.toml", "--out", "1", "--json"]).exits(0).json();
    assert_eq!((&json["links"][1]["links"], &json["links"][1]["point"]), (&8.into(), &1.into()));
    let before = sandbox.bytes("1/charts/link_traffic.svg");
    fs::remove_dir_all(sandbox.path("1/charts")).expect("charts");
    sandbox.run(&["plot", "1"]).exits(0);
    assert_eq!(sandbox.bytes("1/charts/link_traffic.svg"), before);
}
