//! Which charts are drawn, and that what a folder says of its charts is true of it.

use super::sandbox::{Sandbox, TINY};

/// The files of charts in a results folder, and those that its manifest lists: the same.
fn charts(sandbox: &Sandbox, folder: &str) -> Vec<String> {
    let is_chart = |name: &String| name.starts_with("charts/");
    let files: Vec<String> = sandbox.files(folder).into_iter().filter(is_chart).collect();
    let listed: Vec<String> = serde_json::from_value(sandbox.json(&format!("{folder}/manifest.json"))["files"].clone())
        .expect("a list of files");
    assert_eq!(listed.into_iter().filter(is_chart).collect::<Vec<_>>(), files);
    files
}

fn ending(files: &[String], end: &str) -> usize {
    files.iter().filter(|name| name.ends_with(end)).count()
}

#[test]
fn charts_are_drawn_in_the_formats_that_are_asked_for() {
    let sandbox = Sandbox::new("formats");
    sandbox.write("tiny.toml", TINY);
    let run = |charts: &str| sandbox.run(&["run", "tiny.toml", "--charts", charts, "--out", charts]).exits(0);
    run("none").prints(&["CSV, 0 charts)"]);
    assert_eq!(charts(&sandbox, "none"), [""; 0]);
    let all = run("all");
    let both = charts(&sandbox, "all");
    let count = ending(&both, ".svg");
    all.prints(&[&format!("CSV, {count} charts)")]);
    assert!(count > 2 && both.len() == 2 * count, "{both:?}");
    for format in ["svg", "png"] {
        run(format).prints(&[&format!("CSV, {count} charts)")]);
        let files = charts(&sandbox, format);
        assert_eq!((ending(&files, format), files.len()), (count, count));
        for name in &files {
            assert_eq!(sandbox.bytes(&format!("{format}/{name}")), sandbox.bytes(&format!("all/{name}")), "{name}");
        }
    }
    for table in ["runs.csv", "curve.csv", "summary.csv", "datapackage.json"] {
        assert_eq!(sandbox.bytes(&format!("none/{table}")), sandbox.bytes(&format!("all/{table}")), "{table}");
    }
    // What was not drawn then is drawn now.
    sandbox.run(&["plot", "none", "--charts", "all", "-q"]).exits(0);
    for name in charts(&sandbox, "none") {
        assert_eq!(sandbox.bytes(&format!("none/{name}")), sandbox.bytes(&format!("all/{name}")), "{name}");
    }
    sandbox.run(&["compare", "tiny.toml", "--charts", "none", "--out", "pairs"]).exits(0);
    assert_eq!(charts(&sandbox, "pairs"), [""; 0]);
}

#[test]
fn charts_of_before_go_with_a_word() {
    let sandbox = Sandbox::new("redrawn");
    sandbox.write("tiny.toml", TINY);
    sandbox.run(&["run", "tiny.toml", "--charts", "all", "--out", "1"]).exits(0);
    let both = charts(&sandbox, "1");
    let note = format!("{} files of before not drawn this time, and so removed: charts/", both.len() / 2);
    sandbox.run(&["plot", "1", "--charts", "svg"]).exits(0).says(&[&note, ".png"]);
    let left = charts(&sandbox, "1");
    assert_eq!((ending(&left, ".svg"), left.len()), (both.len() / 2, both.len() / 2));
    assert_eq!(sandbox.run(&["plot", "1", "--charts", "svg"]).exits(0).stderr, "");
    sandbox.run(&["plot", "1", "--charts", "none"]).exits(0).says(&[".svg"]).prints(&["drew 0 charts"]);
    assert!(charts(&sandbox, "1").is_empty() && !sandbox.path("1/charts").exists());
    // The results of a run take the place of all that was there.
    sandbox.run(&["plot", "1", "--charts", "all"]).exits(0);
    sandbox.run(&["run", "tiny.toml", "--charts", "none", "--out", "1"]).exits(0);
    assert!(charts(&sandbox, "1").is_empty());
}

#[test]
fn formats_that_there_are_not_are_refused_with_those_that_there_are() {
    let sandbox = Sandbox::new("no-format");
    sandbox.write("tiny.toml", TINY);
    for arguments in [["run", "tiny.toml", "--charts", "pdf"], ["compare", "tiny.toml", "--charts", "SVG"]] {
        sandbox.run(&arguments).exits(2).says(&["--charts", "none, svg, png, all"]);
    }
    sandbox.run(&["plot", ".", "--charts", "jpeg"]).exits(2).says(&["none, svg, png, all"]);
    assert_eq!(sandbox.entries(), ["tiny.toml"]);
}

/// Two strategies, two losses and three sizes.
const SWEEP: &str = "replicates = 4\n[network]\n[gossip]\n[sweep]\n\"network.nodes\" = [8, 16, 32]\n\
                     \"gossip.strategy\" = [\"push\", \"push-pull\"]\n\"network.loss\" = [0, 0.1]\n";

#[test]
fn any_column_is_drawn_beside_the_other_charts() {
    let sandbox = Sandbox::new("asked");
    sandbox.write("sweep.toml", SWEEP);
    sandbox.run(&["run", "sweep.toml", "--out", "1"]).exits(0);
    let before = charts(&sandbox, "1");
    assert!(before.contains(&"charts/rounds_map_nodes_loss.svg".to_owned()), "{before:?}");
    let mut expected = before.clone();
    for (arguments, name) in [
        (&["--x", "nodes", "--y", "rounds_p95"][..], "rounds_p95_vs_nodes"),
        (&["--x", "network.loss", "--y", "time_ms", "--color", "nodes"], "time_ms_mean_vs_loss_by_nodes"),
        (
            &["--y", "bytes", "--facet", "strategy", "--where", "loss=0.1"],
            "bytes_mean_vs_nodes_per_strategy_where_loss_0_1",
        ),
    ] {
        let outcome = sandbox.run(&[&["plot", "1"], arguments].concat()).exits(0);
        outcome.prints(&["drew 1 chart in", name]);
        assert_eq!(outcome.stderr, "");
        expected.push(format!("charts/{name}.svg"));
    }
    expected.sort();
    assert_eq!(charts(&sandbox, "1"), expected, "the others stay");
    // The same once more in another format takes its place.
    let again = ["plot", "1", "--x", "nodes", "--y", "rounds_p95", "--charts", "png"];
    sandbox.run(&again).exits(0).says(&["1 file of before not drawn this time", "rounds_p95_vs_nodes.svg"]);
    assert!(charts(&sandbox, "1").contains(&"charts/rounds_p95_vs_nodes.png".to_owned()));
    // All charts of some points have names of their own.
    sandbox.run(&["plot", "1", "--where", "loss=0"]).exits(0);
    assert!(charts(&sandbox, "1").contains(&"charts/rounds_vs_nodes_where_loss_0.svg".to_owned()));
    sandbox.run(&["plot", "1"]).exits(0);
    assert_eq!(charts(&sandbox, "1"), before);
}

/// A chart of all points by `run`, and of those with one loss by `plot --where`, have the strokes of their points alone.
#[test]
fn of_chosen_points_nothing_else_is_drawn() {
    let sandbox = Sandbox::new("chosen");
    sandbox.write("sweep.toml", SWEEP);
    sandbox.run(&["compare", "sweep.toml", "--out", "both"]).exits(0);
    sandbox.run(&["compare", "sweep.toml", "--set", "sweep.network.loss=[0.1]", "--out", "one"]).exits(0);
    sandbox.run(&["plot", "both", "--where", "loss=0.1"]).exits(0);
    let strokes = |chart: &str| sandbox.text(chart).matches("<polyline").count();
    let chosen = strokes("both/charts/paired_differences_where_loss_0_1.svg");
    assert_eq!(chosen, strokes("one/charts/paired_differences.svg"));
    assert!(chosen < strokes("both/charts/paired_differences.svg"));
}

#[test]
fn what_was_not_swept_or_measured_is_refused_and_nothing_is_touched() {
    let sandbox = Sandbox::new("asked-in-vain");
    sandbox.write("sweep.toml", SWEEP);
    sandbox.run(&["run", "sweep.toml", "--out", "1"]).exits(0);
    let before = sandbox.entries();
    for (arguments, said) in [
        (&["--x", "fanout"][..], &["no key `fanout` was swept", "`network.loss` (`loss`)"][..]),
        (&["--facet", "nods"], &["did you mean `nodes`?"]),
        (&["--y", "rounds_p96"], &["no column `rounds_p96`", "did you mean `rounds_p95`?", "runs.csv"]),
        (&["--y", "outcome"], &["holds texts"]),
        (&["--where", "loss=0.5"], &["`network.loss` is never `0.5`; its values are `0`, `0.1`"]),
        (&["--y", "rounds", "--charts", "none"], &["`--charts none` draws none"]),
        (&["--out", "2"], &["--out is for charts of several folders"]),
    ] {
        sandbox.run(&[&["plot", "1"], arguments].concat()).exits(2).says(said);
        assert_eq!(sandbox.entries(), before, "{arguments:?}");
    }
}

#[test]
fn folders_lie_over_each_other_in_a_folder_of_their_own() {
    let sandbox = Sandbox::new("overlay");
    sandbox.write("sweep.toml", SWEEP);
    let sizes = |out: &str, fanout: &str| {
        let set = format!("gossip.fanout={fanout}");
        sandbox.run(&["run", "sweep.toml", "--set", &set, "--out", out, "-q"]).exits(0);
    };
    sizes("one", "1");
    sizes("two", "2");
    let sources = [sandbox.files("one"), sandbox.files("two")];
    sandbox.run(&["plot", "one", "two"]).exits(0).prints(&["charts in output/one_vs_two/charts"]);
    let folder = "output/one_vs_two";
    let all = charts(&sandbox, folder);
    assert!(all.contains(&"charts/rounds_vs_nodes.svg".to_owned()), "{all:?}");
    let svg = sandbox.text(&format!("{folder}/charts/rounds_vs_nodes.svg"));
    assert!(svg.contains(", one\n") && svg.contains(", two\n"), "the folder is a key: {svg}");
    assert_eq!([sandbox.files("one"), sandbox.files("two")], sources, "the sources stay as they are");
    let one = ["plot", "one", "two", "--y", "messages_per_node_mean", "--color", "folder"];
    sandbox.run(&one).exits(0).prints(&["messages_per_node_mean_vs_nodes_by_folder"]);
    assert_eq!(charts(&sandbox, folder).len(), all.len() + 1, "beside the others");
    sandbox.run(&["plot", "one", "two"]).exits(0);
    assert_eq!(charts(&sandbox, folder), all, "drawn anew");
    // What is not its own it does not replace.
    sandbox.run(&["plot", "one", "two", "--out", "one"]).exits(2).says(&["holds the results of another scenario"]);
    sandbox.run(&["plot", "one", "./one"]).exits(2).says(&["is named twice"]);
    sandbox.write("average.toml", TINY.replace("[gossip]", "[workload]\nkind = \"average\"\n[gossip]"));
    sandbox.run(&["run", "average.toml", "--set", "gossip.phase=random", "--out", "three", "-q"]).exits(0);
    sandbox.run(&["plot", "one", "three"]).exits(2).says(&["is of the workload `rumor`", "no charts in common"]);
    sandbox.run(&["plot", "one", "nowhere"]).exits(2).says(&["there is no such folder"]);
}

#[test]
fn columns_of_every_workload_are_drawn() {
    let sandbox = Sandbox::new("asked-workloads");
    for (workload, column) in [("average", "messages"), ("counter", "messages")] {
        sandbox.write(
            "w.toml",
            format!(
                "replicates = 3\n[network]\nnodes = 8\n[gossip]\nstrategy = \"push-pull\"\nphase = \"random\"\n\
                 [workload]\nkind = \"{workload}\"\n[stop]\nmax_rounds = 200\n[sweep]\n\"network.loss\" = [0, 0.1, 0.2]\n"
            ),
        );
        sandbox.run(&["run", "w.toml", "--out", workload, "-q"]).exits(0);
        let outcome = sandbox.run(&["plot", workload, "--x", "loss", "--y", column]).exits(0);
        outcome.prints(&[&format!("{column}_mean_vs_loss")]);
        let svg = sandbox.text(&format!("{workload}/charts/{column}_mean_vs_loss.svg"));
        assert!(svg.contains("95 % confidence interval"), "{workload}");
    }
}

/// Each key of a zip is named on the terminal and in charts, is one to draw by, and parts lines and fits where it is a name.
#[test]
fn keys_that_go_in_step_are_all_to_be_seen_and_to_be_drawn_by() {
    let sandbox = Sandbox::new("in-step");
    let text = |zip: &str| {
        format!(
            "replicates = 3\n[network]\nnodes = 16\n[gossip]\nstrategy = \"push\"\n[sweep]\n\
             \"network.loss\" = [0, 0.1]\n[[sweep.zip]]\n{zip}\n"
        )
    };
    let kinds =
        "\"network.topology\" = [\"complete\", \"ring\"]\n\"network.nodes\" = [16, 32]\n\"gossip.fanout\" = [1, 2]";
    sandbox.write("kinds.toml", text(kinds));
    let printed = sandbox.run(&["run", "kinds.toml", "--charts", "svg", "--out", "kinds"]).exits(0);
    printed.prints(&["  n  topology ", "  loss  fanout  "]);
    printed.prints(&["push, topology complete, loss 0.1", "push, topology ring (neighbors = 1), loss 0.1"]);
    assert_eq!(sandbox.text("kinds/fit.csv").lines().count(), 5, "a fit for each topology and loss");
    let chart = sandbox.text("kinds/charts/rounds_vs_topology.svg");
    assert!(
        chart.contains("In step: n (16, 32) with topology (complete, ring (neighbors = 1)) with fanout (1, 2)."),
        "{chart}"
    );
    for key in ["fanout", "topology", "nodes"] {
        sandbox.run(&["plot", "kinds", "--x", key, "--charts", "svg"]).exits(0).prints(&["drew 1 chart"]);
    }
    sandbox.run(&["plot", "kinds", "--where", "fanout=2", "--charts", "svg"]).exits(0);
    let sizes = "\"network.nodes\" = [16, 32, 64]\n\"gossip.fanout\" = [1, \"all\", \"ceil(ln(n))\"]";
    sandbox.write("sizes.toml", text(sizes));
    sandbox.run(&["run", "sizes.toml", "--charts", "svg", "--out", "sizes"]).exits(0);
    assert_eq!(sandbox.text("sizes/fit.csv").lines().count(), 3, "a fit for each loss");
    assert!(sandbox.text("sizes/charts/rounds_vs_nodes.svg").contains("with fanout (1, all, ceil(ln(n)))"));
}
