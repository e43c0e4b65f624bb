//! Which charts are drawn, and that what a folder says of its charts is true of it.

use super::desk::{Desk, TINY};

/// The files of charts in a results folder, and those that its manifest lists: the same.
fn charts(desk: &Desk, folder: &str) -> Vec<String> {
    let is_chart = |name: &String| name.starts_with("charts/");
    let files: Vec<String> = desk.files(folder).into_iter().filter(is_chart).collect();
    let listed: Vec<String> = serde_json::from_value(desk.json(&format!("{folder}/manifest.json"))["files"].clone())
        .expect("a list of files");
    assert_eq!(listed.into_iter().filter(is_chart).collect::<Vec<_>>(), files);
    files
}

fn ending(files: &[String], end: &str) -> usize {
    files.iter().filter(|name| name.ends_with(end)).count()
}

#[test]
fn charts_are_drawn_in_the_formats_that_are_asked_for() {
    let desk = Desk::new("formats");
    desk.write("tiny.toml", TINY);
    let run = |charts: &str| desk.run(&["run", "tiny.toml", "--charts", charts, "--out", charts]).exits(0);
    run("none").prints(&["CSV, 0 charts)"]);
    assert_eq!(charts(&desk, "none"), [""; 0]);
    let all = run("all");
    let both = charts(&desk, "all");
    let count = ending(&both, ".svg");
    all.prints(&[&format!("CSV, {count} charts)")]);
    assert!(count > 2 && both.len() == 2 * count, "{both:?}");
    for format in ["svg", "png"] {
        run(format).prints(&[&format!("CSV, {count} charts)")]);
        let files = charts(&desk, format);
        assert_eq!((ending(&files, format), files.len()), (count, count));
        for name in &files {
            assert_eq!(desk.bytes(&format!("{format}/{name}")), desk.bytes(&format!("all/{name}")), "{name}");
        }
    }
    for table in ["runs.csv", "curve.csv", "summary.csv", "datapackage.json"] {
        assert_eq!(desk.bytes(&format!("none/{table}")), desk.bytes(&format!("all/{table}")), "{table}");
    }
    // What was not drawn then is drawn now.
    desk.run(&["plot", "none", "--charts", "all", "-q"]).exits(0);
    for name in charts(&desk, "none") {
        assert_eq!(desk.bytes(&format!("none/{name}")), desk.bytes(&format!("all/{name}")), "{name}");
    }
    desk.run(&["compare", "tiny.toml", "--charts", "none", "--out", "pairs"]).exits(0);
    assert_eq!(charts(&desk, "pairs"), [""; 0]);
}

#[test]
fn charts_of_before_go_with_a_word() {
    let desk = Desk::new("redrawn");
    desk.write("tiny.toml", TINY);
    desk.run(&["run", "tiny.toml", "--charts", "all", "--out", "1"]).exits(0);
    let both = charts(&desk, "1");
    let note = format!("{} files of before not drawn this time, and so removed: charts/", both.len() / 2);
    desk.run(&["plot", "1", "--charts", "svg"]).exits(0).says(&[&note, ".png"]);
    let left = charts(&desk, "1");
    assert_eq!((ending(&left, ".svg"), left.len()), (both.len() / 2, both.len() / 2));
    assert_eq!(desk.run(&["plot", "1", "--charts", "svg"]).exits(0).stderr, "");
    desk.run(&["plot", "1", "--charts", "none"]).exits(0).says(&[".svg"]).prints(&["drew 0 charts"]);
    assert!(charts(&desk, "1").is_empty() && !desk.path("1/charts").exists());
    // The results of a run take the place of all that was there.
    desk.run(&["plot", "1", "--charts", "all"]).exits(0);
    desk.run(&["run", "tiny.toml", "--charts", "none", "--out", "1"]).exits(0);
    assert!(charts(&desk, "1").is_empty());
}

#[test]
fn formats_that_there_are_not_are_refused_with_those_that_there_are() {
    let desk = Desk::new("no-format");
    desk.write("tiny.toml", TINY);
    for arguments in [["run", "tiny.toml", "--charts", "pdf"], ["compare", "tiny.toml", "--charts", "SVG"]] {
        desk.run(&arguments).exits(2).says(&["--charts", "none, svg, png, all"]);
    }
    desk.run(&["plot", ".", "--charts", "jpeg"]).exits(2).says(&["none, svg, png, all"]);
    assert_eq!(desk.entries(), ["tiny.toml"]);
}
