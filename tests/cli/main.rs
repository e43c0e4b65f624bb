//! The command line as a process: what it prints, what it writes, and how it ends.

mod desk;
mod endings;
mod fuzz;
mod refusals;
mod results;

use desk::Desk;

#[test]
fn help_and_version_are_printed_and_bad_usage_is_refused() {
    let desk = Desk::new("usage");
    desk.run(&["--help"]).exits(0).prints(&["Usage: gossipsim", "run", "compare", "plot", "check", "Exit status"]);
    desk.run(&["run", "--help"]).exits(0).prints(&["--out", "--seed", "--replicates", "--set", "--threads", "--force"]);
    let version = desk.run(&["--version"]).exits(0).stdout;
    assert_eq!(version, format!("gossipsim {}\n", env!("CARGO_PKG_VERSION")));
    for arguments in [
        &[][..],
        &["rum"],
        &["run"],
        &["run", "a.toml", "--threads", "0"],
        &["run", "a.toml", "--threads", "many"],
        &["run", "a.toml", "--seed", "-1"],
        &["run", "a.toml", "--replicates", "1.5"],
        &["run", "a.toml", "--colour"],
        &["compare", "a.toml", "b.toml"],
        &["plot"],
    ] {
        let outcome = desk.run(arguments).exits(2);
        assert!(outcome.stdout.is_empty(), "{arguments:?} prints {}", outcome.stdout);
        outcome.says(&["--help"]);
    }
    assert_eq!(desk.entries(), [""; 0]);
}

#[test]
fn check_prints_a_scenario_that_means_the_same_and_runs_nothing() {
    let desk = Desk::new("check");
    desk.write("tiny.toml", desk::TINY);
    let resolved = desk.run(&["check", "tiny.toml", "--set", "network.loss=0.25"]).exits(0);
    resolved.prints(&["interval = \"1s\"", "loss        = 0.25", "# tiny: 1 point × 2 = 2 runs", "of memory"]);
    desk.write("again/tiny.toml", &resolved.stdout);
    let hash = |arguments: &[&str]| desk.run(arguments).exits(0).json()["hash"].clone();
    let first = hash(&["check", "--json", "tiny.toml", "--set", "network.loss=0.25"]);
    assert_eq!(hash(&["check", "--json", "again/tiny.toml"]), first);
    assert_ne!(hash(&["check", "--json", "tiny.toml"]), first);
    let both = desk.run(&["check", "--json", "tiny.toml", "again/tiny.toml"]).exits(0);
    assert_eq!(both.stdout.lines().count(), 2, "one object for each scenario");
    assert_eq!(desk.entries(), ["again/", "again/tiny.toml", "tiny.toml"]);
}

#[test]
fn nothing_but_a_terminal_gets_colour() {
    let desk = Desk::new("colour");
    desk.write("bad.toml", "seed = -1\n");
    for arguments in [&["check", "bad.toml"][..], &["--help"], &["rum"]] {
        for colour in [None, Some("1"), Some("")] {
            let mut command = desk.command(arguments);
            if let Some(value) = colour {
                command.env("NO_COLOR", value);
            }
            let outcome = desk::Outcome::of(&mut command);
            let text = format!("{}{}", outcome.stdout, outcome.stderr);
            assert!(!text.contains('\u{1b}'), "{arguments:?} {colour:?}: {text:?}");
        }
    }
}
