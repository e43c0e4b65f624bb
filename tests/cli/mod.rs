//! The command line as a process: what it prints, what it writes, and how it ends.

mod adaptive;
mod again;
mod charts;
mod columns;
mod compare;
mod endings;
mod formats;
mod fuzz;
mod generate;
mod graph;
mod graphs;
mod growth;
mod hostile;
mod limits;
mod one_run;
mod out_files;
mod partial;
mod refusals;
mod results;
pub(crate) mod sandbox;
mod sources;
mod suspicion;
mod theory;
mod workloads;

use sandbox::Sandbox;

#[test]
fn help_and_version_are_printed_and_bad_usage_is_refused() {
    let sandbox = Sandbox::new("usage");
    sandbox.run(&["--help"]).exits(0).prints(&[
        "Usage: gossipsim",
        "run",
        "compare",
        "plot",
        "check",
        "columns",
        "theory",
        "generate",
        "Exit status",
    ]);
    sandbox.run(&["run", "--help"]).exits(0).prints(&[
        "--out",
        "--seed",
        "--replicates",
        "--set",
        "--threads",
        "--charts",
        "--force",
    ]);
    let version = sandbox.run(&["--version"]).exits(0).stdout;
    let built = version.strip_prefix(concat!("gossipsim ", env!("CARGO_PKG_VERSION"), " (")).expect(&version);
    let built = built.strip_suffix(")\n").expect(&version);
    // The commit, where it is known.
    let (commit, features) = built.split_once("features: ").expect(&version);
    assert_eq!(features, "cli, charts");
    let hexadecimal = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(commit.is_empty() || commit.strip_suffix(", ").is_some_and(hexadecimal), "{version}");
    for arguments in [
        &[][..],
        &["rum"],
        &["run"],
        &["run", "a.toml", "--threads", "0"],
        &["run", "a.toml", "--threads", "many"],
        &["run", "a.toml", "--seed", "-1"],
        &["run", "a.toml", "--replicates", "1.5"],
        &["run", "a.toml", "--colour"],
        &["compare"],
        &["compare", "a.toml", "b.toml", "c.toml"],
        &["plot"],
    ] {
        let outcome = sandbox.run(arguments).exits(2);
        assert!(outcome.stdout.is_empty(), "{arguments:?} prints {}", outcome.stdout);
        outcome.says(&["--help"]);
    }
    assert_eq!(sandbox.entries(), [""; 0]);
}

#[test]
fn check_prints_a_scenario_that_means_the_same_and_runs_nothing() {
    let sandbox = Sandbox::new("check");
    sandbox.write("tiny.toml", sandbox::TINY);
    let resolved = sandbox.run(&["check", "tiny.toml", "--set", "network.loss=0.25"]).exits(0);
    resolved.prints(&[
        "interval         = \"1s\"",
        "loss        = 0.25",
        "# tiny: 1 configuration × 2 = 2 runs",
        "of memory",
    ]);
    sandbox.write("again/tiny.toml", &resolved.stdout);
    let hash = |arguments: &[&str]| sandbox.run(arguments).exits(0).json()["hash"].clone();
    let first = hash(&["check", "--json", "tiny.toml", "--set", "network.loss=0.25"]);
    assert_eq!(hash(&["check", "--json", "again/tiny.toml"]), first);
    assert_ne!(hash(&["check", "--json", "tiny.toml"]), first);
    let both = sandbox.run(&["check", "--json", "tiny.toml", "again/tiny.toml"]).exits(0);
    assert_eq!(both.stdout.lines().count(), 2, "one object for each scenario");
    assert_eq!(sandbox.entries(), ["again/", "again/tiny.toml", "tiny.toml"]);
}

#[test]
fn check_says_what_a_run_of_each_point_takes() {
    let sandbox = Sandbox::new("estimates");
    let sweep = "[sweep]\n\"network.nodes\" = [1024, 1048576]\n\"network.topology\" = [\"complete\", \
        { kind = \"random-regular\", degree = 8 }]\n";
    sandbox.write("few.toml", format!("{}{sweep}", sandbox::TINY));
    let few = sandbox.run(&["check", "few.toml"]).exits(0);
    let lines: Vec<&str> = few.stdout.lines().skip_while(|line| !line.starts_with("# the largest run takes")).collect();
    assert_eq!(lines.len(), 6, "a line for the largest, a head and four configurations: {lines:?}");
    assert!(lines[1].ends_with("memory") && lines[1].contains("network.nodes"), "{}", lines[1]);
    let takes = |line: &str| line.split(" MB").next().and_then(|text| text.rsplit(' ').next()).map(str::to_owned);
    assert!(lines[4].contains("complete") && lines[5].contains("random-regular (degree = 8)"), "{lines:?}");
    assert_eq!(takes(lines[5]), takes(lines[0]), "the last is the largest: {lines:?}");
    // Comments all: what is printed can be read back.
    sandbox.write("again/few.toml", &few.stdout);
    let json = sandbox.run(&["check", "--json", "again/few.toml"]).exits(0).json();
    let bytes: Vec<u64> =
        json["bytes_of_a_run_by_point"].as_array().expect("a list").iter().flat_map(|b| b.as_u64()).collect();
    assert_eq!((bytes.len(), Some(bytes[3])), (4, json["bytes_of_largest_run"].as_u64()));
    assert!(bytes[0] < bytes[1] && bytes[1] < bytes[2] && bytes[2] < bytes[3], "{bytes:?}");

    let many = "[sweep]\n\"network.nodes\" = \"2^2..2^20\"\n\"network.loss\" = \"0..0.5 step 0.1\"\n";
    sandbox.write("many.toml", format!("{}{many}", sandbox::TINY));
    let many = sandbox.run(&["check", "many.toml"]).exits(0);
    many.prints(&["#  network.nodes  configurations  memory, at most\n", "#      1 048 576               6"]);

    let sizes = "[sweep]\n\"network.nodes\" = [\"10..59 step 1\", 1048576]\n";
    sandbox.write("sizes.toml", format!("{}{sizes}", sandbox::TINY));
    let sizes = sandbox.run(&["check", "sizes.toml"]).exits(0);
    assert_eq!(sizes.stdout.lines().filter(|line| line.ends_with(" MB")).count(), 21, "{}", sizes.stdout);
    sizes.prints(&["31 sizes", "1 048 576"]);

    let same = "[sweep]\n\"network.loss\" = [0, 0.1]\n";
    sandbox.write("same.toml", format!("{}{same}", sandbox::TINY));
    let same = sandbox.run(&["check", "same.toml"]).exits(0);
    same.prints(&["# a run of every configuration takes less than 1 MB of memory"]);
}

#[test]
fn nothing_but_a_terminal_gets_colour() {
    let sandbox = Sandbox::new("colour");
    sandbox.write("bad.toml", "seed = -1\n");
    for arguments in [&["check", "bad.toml"][..], &["--help"], &["rum"]] {
        for colour in [None, Some("1"), Some("")] {
            let mut command = sandbox.command(arguments);
            if let Some(value) = colour {
                command.env("NO_COLOR", value);
            }
            let outcome = sandbox::Outcome::of(&mut command);
            let text = format!("{}{}", outcome.stdout, outcome.stderr);
            assert!(!text.contains('\u{1b}'), "{arguments:?} {colour:?}: {text:?}");
        }
    }
}
