//! Files, names, arguments and limits that mean no good: refused or shown for what they are, at once, without a panic
//! and without anything left behind.

use std::fs;
use std::time::{Duration, Instant};

use super::sandbox::{Outcome, Sandbox, TINY};

/// What a terminal would obey: a title, a colour, an eight-bit control, a change of direction.
const FOUL: &str = "\u{1b}]0;x\u{7}\u{1b}[31m\u{9b}2J\u{202e}";

/// Nothing that was printed is obeyed by a terminal.
fn assert_plain(outcome: &Outcome, what: &str) {
    let obeyed = |letter: char| letter != '\n' && letter != '\t' && gossipsim::printable::acted_on(letter);
    for text in [&outcome.stdout, &outcome.stderr] {
        assert!(!text.contains(obeyed), "{what}: {text:?}");
    }
}

/// A table with `text` at a row and a column.
fn with_cell(table: &str, row: usize, column: usize, text: &str) -> String {
    let mut lines: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
    lines[row][column] = text;
    lines.iter().map(|line| line.join(",") + "\n").collect()
}

/// A small folder of results with every table but `links.csv`.
fn results(sandbox: &Sandbox) {
    let text = "replicates = 2\n[network]\n[gossip]\nstrategy = \"push\"\n[sweep]\n\"network.nodes\" = [4, 8, 16]\n";
    sandbox.write("small.toml", text);
    sandbox.run(&["run", "small.toml", "--out", "r"]).exits(0);
}

#[test]
fn nothing_foreign_that_is_printed_is_obeyed_by_a_terminal() {
    let sandbox = Sandbox::new("foul");
    let text = |more: &str| format!("description = \"a \\u001b[31m\u{9b}\u{202e}\"\n{TINY}{more}");
    let graph = |line: &str| TINY.replace("nodes = 8", &format!("topology = {{ kind = \"file\", path = \"{line}\" }}"));
    sandbox.write(&format!("{FOUL}.toml"), text(""));
    sandbox.write("plain.toml", text(""));
    sandbox.write("key.toml", text(&format!("\"fan{FOUL}\" = 1\n")));
    sandbox.write("value.toml", text(&format!("phase = \"{FOUL}\"\n")));
    sandbox.write("escaped.toml", text("phase = \"\\u001b]0;x\\u0007\\u009b\\u202e\"\n"));
    sandbox.write("comment.toml", text(&format!("fanout = 0 # {FOUL}\n")));
    sandbox.write("broken.toml", format!("# {FOUL}\n{FOUL}"));
    sandbox.write("sweep.toml", text(&format!("[sweep]\n\"gossip.phase{FOUL}\" = [\"{FOUL}\"]\n")));
    sandbox.write("nograph.toml", graph("none\\u001b[31m\\u009b\\u202e"));
    sandbox.write("graph.toml", graph(&format!("g{}", "\\u202e")));
    sandbox.write("g\u{202e}", format!("a{FOUL} b\nb c\nc{FOUL} d\n"));
    sandbox.write("badgraph.toml", graph("bad"));
    sandbox.write("bad", format!("a b\nc{FOUL}\n"));
    let name = format!("{FOUL}.toml");
    let set = format!("gossip.fanout={FOUL}");
    let vary = format!("gossip.{FOUL}=1,2");
    let flag = format!("--{FOUL}");
    for arguments in [
        &["run", name.as_str(), "--out", "one"][..],
        &["run", "plain.toml", "--out", FOUL],
        &["run", "plain.toml", "--out", FOUL, "--json"],
        &["run", "plain.toml", "--out", name.as_str()],
        &["check", name.as_str()],
        &["check", "--json", name.as_str()],
        &["check", "plain.toml"],
        &["check", "key.toml"],
        &["check", "value.toml"],
        &["check", "escaped.toml"],
        &["check", "comment.toml"],
        &["check", "broken.toml"],
        &["check", "sweep.toml"],
        &["check", "nograph.toml"],
        &["check", "graph.toml"],
        &["check", "--json", "graph.toml"],
        &["run", "graph.toml"],
        &["run", "badgraph.toml"],
        &["check", FOUL],
        &["run", "plain.toml", "--set", set.as_str()],
        &["run", "plain.toml", "--seed", FOUL],
        &["compare", "plain.toml", "--vary", vary.as_str()],
        &["compare", "plain.toml", name.as_str(), "--out", "two"],
        &["theory", name.as_str(), "--json"],
        &["theory", name.as_str(), "--out", "three"],
        &["plot", FOUL],
        &["plot", name.as_str()],
        &[FOUL],
        &["run", flag.as_str()],
    ] {
        let outcome = sandbox.run(arguments);
        assert_plain(&outcome, &format!("{arguments:?}"));
        assert!(matches!(outcome.status, Some(0..=2)), "{arguments:?}: {outcome:?}");
        if arguments.contains(&"--json") {
            outcome.json();
        }
    }
    // What is printed says what was there, and reads back as that.
    sandbox.run(&["check", "nograph.toml"]).exits(2).says(&["none\\u{1b}[31m\\u{9b}\\u{202e}"]);
    let resolved = sandbox.run(&["check", "plain.toml"]).exits(0).stdout;
    sandbox.write("again/plain.toml", resolved);
    let hash = |file: &str| sandbox.run(&["check", "--json", file]).exits(0).json()["resolved"].clone();
    assert_eq!(hash("plain.toml"), hash("again/plain.toml"));
    for chart in sandbox.files("one").iter().filter(|name| name.ends_with(".svg")) {
        let svg = sandbox.text(&format!("one/{chart}"));
        assert!(!svg.contains(|c: char| c != '\n' && gossipsim::printable::acted_on(c)), "{chart}");
    }
}

#[test]
fn a_results_folder_that_means_no_good_is_refused_with_its_file_line_and_column() {
    let sandbox = Sandbox::new("bad-results");
    results(&sandbox);
    let plot = || sandbox.run(&["plot", "r"]);
    let manifest = sandbox.text("r/manifest.json");
    for (text, part) in [
        ("", "EOF"),
        ("\u{1b}[31m", "manifest.json"),
        ("{}", "missing field"),
        (&"[".repeat(1_000_000), "invalid type"),
        (&format!("{{\"resolved\":{}", "[".repeat(1_000_000)), "EOF"),
        (&manifest.replace("\"notes\": []", &format!("\"notes\": \"{}\"", "\\u001b[31m\u{9b}")), "invalid type"),
    ] {
        sandbox.write("r/manifest.json", text);
        let outcome = plot().exits(2);
        outcome.says(&["`r` is not a results folder", part]);
        assert_plain(&outcome, part);
    }
    sandbox.write("r/manifest.json", &manifest);
    let runs = sandbox.text("r/runs.csv");
    let long = "x".repeat(1_000_000);
    for (text, parts) in [
        (with_cell(&runs, 2, 11, "18446744073709551616"), ["line 3", "rounds: "]),
        (with_cell(&runs, 1, 11, "-1"), ["line 2", "rounds: "]),
        (with_cell(&runs, 1, 3, &format!("\"{FOUL}\"")), ["line 2", "nodes: "]),
        (with_cell(&runs, 1, 3, &long), ["line 2", "nodes: "]),
        (with_cell(&runs, 0, 3, FOUL), ["line 1", "\\u{9b}2J"]),
        (with_cell(&runs, 0, 3, &long), ["line 1", "…"]),
        (with_cell(&runs, 0, 3, "point"), ["line 1", "the column `point` is there twice"]),
        (runs.replacen('\n', ",x\n", 2), ["line 3", "fields instead of"]),
        (format!("{}{}\n", runs.lines().next().unwrap(), ",a".repeat(600)), ["line 1", "at most 512"]),
        ("\"".to_owned() + &"x\n".repeat(10 << 20), ["line 1", "longer than 16 MiB"]),
        ("\0".repeat(1000), ["line 1", "the columns are"]),
        (String::new(), ["line 1", "the columns are"]),
    ] {
        sandbox.write("r/runs.csv", text);
        let outcome = plot().exits(2);
        outcome.says(&["`r`: runs.csv, "]).says(&parts);
        assert!(outcome.stderr.len() < 2000, "{}", outcome.stderr.len());
        assert_plain(&outcome, parts[0]);
    }
    // What is odd but no mistake is drawn.
    let marked = format!("\u{feff}{}", runs.replace('\n', "\r\n"));
    for text in [with_cell(&runs, 1, 11, "18446744073709551615"), marked] {
        sandbox.write("r/runs.csv", text);
        plot().exits(0);
    }
    for name in ["runs", "summary", "curve"] {
        let file = format!("r/{name}.csv");
        let text = sandbox.text(&file);
        sandbox.write(&file, text.lines().next().expect("a header").to_owned() + "\n");
        plot().exits(2).says(&[&format!("{name}.csv, line 1"), "nothing to draw"]);
        sandbox.write(&file, text);
    }
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_in_a_results_folder_are_refused_at_once() {
    let sandbox = Sandbox::new("devices");
    results(&sandbox);
    for name in ["manifest.json", "runs.csv", "summary.csv", "curve.csv", "fit.csv"] {
        let (file, kept) = (sandbox.path(&format!("r/{name}")), sandbox.path("kept"));
        fs::rename(&file, &kept).expect("a file");
        for device in ["/dev/zero", "/dev/tty", "pipe"] {
            let made = match device {
                "pipe" => sandbox.shell(&format!("mkfifo r/{name}")).status == Some(0),
                device => std::os::unix::fs::symlink(device, &file).is_ok(),
            };
            assert!(made, "{name} {device}");
            let began = Instant::now();
            sandbox.run(&["plot", "r"]).exits(2).says(&[name, "not a regular file"]);
            assert!(began.elapsed() < Duration::from_secs(5), "{name} {device}");
            fs::remove_file(&file).expect("it was made");
        }
        fs::rename(&kept, &file).expect("the file");
    }
    sandbox.run(&["plot", "r"]).exits(0);
}

#[test]
fn no_field_is_a_formula_and_plot_reads_its_own_tables() {
    let sandbox = Sandbox::new("formulas");
    let text = "replicates = 2\n[gossip]\nstrategy = \"push\"\n[network]\n[sweep]\n\
        \"network.topology\" = [{ kind = \"file\", path = \"@g\" }, { path = \"+h\", kind = \"file\" }]\n";
    sandbox.write("@g", "a b\nb c\n");
    sandbox.write("+h", "a b\nb c\nc d\n");
    for name in ["=1+1", "-2+3", "@SUM(1)", "'quoted", "'=x"] {
        sandbox.write(&format!("{name}.toml"), text);
        let file = format!("{name}.toml");
        sandbox.run(&["run", "--out", "r", "--force", "--", &file]).exits(0);
        let (_, rows) = sandbox.table("r/runs.csv");
        let guarded = if name == "'quoted" { name.to_owned() } else { format!("'{name}") };
        assert_eq!(rows[0][0], guarded);
        for table in ["runs.csv", "summary.csv", "curve.csv", "coverage.csv"] {
            for field in sandbox.table(&format!("r/{table}")).1.into_iter().flatten() {
                let number = field.parse::<f64>().is_ok();
                assert!(number || !field.starts_with(['=', '+', '-', '@', '\t', '\r']), "{table}: {field}");
            }
        }
        let charts = sandbox.files("r/charts");
        let before: Vec<Vec<u8>> = charts.iter().map(|name| sandbox.bytes(&format!("r/charts/{name}"))).collect();
        sandbox.run(&["plot", "r"]).exits(0);
        let after: Vec<Vec<u8>> = charts.iter().map(|name| sandbox.bytes(&format!("r/charts/{name}"))).collect();
        assert!(before == after && !charts.is_empty(), "{name}");
    }
}

#[test]
fn numbers_that_make_no_sense_are_refused_by_the_name_of_their_flag() {
    let sandbox = Sandbox::new("flags");
    sandbox.write("tiny.toml", TINY);
    for (flag, value, part) in [
        ("--threads", "0", "1..=1024"),
        ("--threads", "-1", "1..=1024"),
        ("--threads", "1025", "1..=1024"),
        ("--seed", "-1", "a whole number from 0 to 18446744073709551615"),
        ("--seed", "18446744073709551616", "a whole number from 0 to"),
        ("--seed", "1.5", "a whole number from 0 to"),
        ("--replicates", "-3", "a whole number from 0 to"),
        ("--replicates", "0", "from 1 up"),
        ("--out", "", "a value is required for '--out"),
        ("--set", "", "KEY=VALUE"),
        ("--set", "=1", "--set"),
    ] {
        sandbox.run(&["run", "tiny.toml", flag, value]).exits(2).says(&[flag, part]);
    }
    sandbox.run(&["run", ""]).exits(2);
    sandbox.run(&["compare", "tiny.toml", "--vary", "="]).exits(2);
    assert_eq!(sandbox.entries(), ["tiny.toml"]);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_not_unicode_are_used_as_they_are_and_shown_as_they_can_be() {
    use std::os::unix::ffi::OsStrExt;
    let sandbox = Sandbox::new("latin");
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9\x1b[31m.toml");
    fs::write(sandbox.path("").join(name), TINY).expect("a file");
    let latin = |arguments: &[&str]| {
        let outcome = Outcome::of(sandbox.command(arguments).arg(name));
        assert_plain(&outcome, &format!("{arguments:?}"));
        outcome
    };
    latin(&["run", "--out", "o"]).exits(0).prints(&["caf\u{fffd}\\u{1b}[31m: 1 configuration"]);
    latin(&["run", "--json", "--out", "p"]).exits(0).json();
    latin(&["check"]).exits(0);
    latin(&["check", "tiny.toml"]).exits(2);
    latin(&["plot"]).exits(2);
    latin(&["run"]).exits(0);
    latin(&["run", "none.toml", "--out"]).exits(2);
    latin(&["run", "none.toml", "--set"]).exits(2);
}

/// Under a limit on the address space, from one that the program just starts in to one that is enough: each step ends
/// with results, or with an error and nothing left behind.
#[cfg(target_os = "linux")]
#[test]
fn where_memory_is_short_it_is_said_and_nothing_is_left_behind() {
    let sandbox = Sandbox::new("short");
    results(&sandbox);
    let large = "replicates = 2\n[network]\nnodes = 100_000\ntopology = { kind = \"random-regular\", degree = 8 }\n\
        [gossip]\nstrategy = \"push-pull\"\nphase = \"random\"\n[stop]\nmax_rounds = 3\n";
    sandbox.write("large.toml", large);
    let before = sandbox.entries();
    let mut ends = Vec::new();
    for megabytes in [28, 60, 105, 112, 220] {
        for arguments in
            ["run large.toml --out o", "theory small.toml --out t", "check small.toml", "plot --charts svg r"]
        {
            let outcome = sandbox.shell(&format!("ulimit -v {}; exec \"$0\" {arguments}", megabytes * 1000));
            let case = format!("{megabytes} MB, {arguments}: {outcome:?}");
            assert!(matches!(outcome.status, Some(0..=2)), "{case}");
            if outcome.status != Some(0) {
                assert!(outcome.stderr.contains("memory") || outcome.stderr.contains("MB are free"), "{case}");
            }
            ends.push(outcome.status);
            let _ = fs::remove_dir_all(sandbox.path("t"));
            let done = fs::remove_dir_all(sandbox.path("o")).is_ok();
            assert_eq!(done, arguments.starts_with("run") && outcome.status == Some(0), "{case}");
            assert_eq!(sandbox.entries(), before, "{case}");
        }
    }
    assert_eq!(ends[..4], [Some(2); 4], "28 MB are not enough for anything");
    assert_eq!(ends[ends.len() - 4..], [Some(0); 4], "220 MB are enough for all");
}
