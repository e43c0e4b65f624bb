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
