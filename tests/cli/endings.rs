//! Ends that nobody planned: signals, closed pipes, full disks, two at once. None leaves a trace, none panics.

#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::desk::{Desk, Outcome, TINY};

/// A scenario that runs until it is stopped.
const ENDLESS: &str = "replicates = 1000\n[network]\nnodes = 2000\nloss = 1\n[gossip]\nstrategy = \"push\"\n\
    [stop]\nmax_rounds = 1_000_000\n";

/// Starts a command and waits until it writes.
fn started(desk: &Desk, arguments: &[&str], folder: &str) -> Child {
    let mut command = desk.command(arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let draft = desk.path(&format!("{folder}.new-{}", child.id()));
    let began = Instant::now();
    while !draft.join("runs.csv").exists() {
        let running = child.try_wait().expect("a status").is_none();
        assert!(running && began.elapsed() < Duration::from_secs(30), "{arguments:?} never began");
        sleep(Duration::from_millis(5));
    }
    child
}

fn ended_by(mut child: Child, signal: &str) -> Outcome {
    let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    assert!(sent.expect("kill").success());
    let began = Instant::now();
    while child.try_wait().expect("a status").is_none() {
        if began.elapsed() > Duration::from_secs(30) {
            child.kill().expect("it runs");
            panic!("SIG{signal} does not end it");
        }
        sleep(Duration::from_millis(5));
    }
    Outcome::from(child.wait_with_output().expect("its end"))
}

#[test]
fn a_signal_ends_the_work_and_leaves_what_was_there() {
    let desk = Desk::new("signals");
    desk.write("endless.toml", ENDLESS);
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        let child = started(&desk, &["run", "endless.toml"], "output/.endless");
        ended_by(child, signal).exits(status).says(&["interrupted; the results of `endless` were not written"]);
        assert_eq!(desk.entries(), ["endless.toml"]);
    }
    desk.write("endless.toml", TINY);
    desk.run(&["run", "endless.toml", "--quiet"]).exits(0);
    let before = desk.entries();
    let runs = desk.bytes("output/endless/runs.csv");
    desk.write("endless.toml", ENDLESS);
    // More runs than any counter of progress holds.
    let arguments = ["run", "endless.toml", "--force", "--replicates", "18446744073709551615"];
    ended_by(started(&desk, &arguments, "output/.endless"), "INT").exits(130);
    assert_eq!((desk.entries(), desk.bytes("output/endless/runs.csv")), (before, runs));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let desk = Desk::new("pipe");
    desk.write("tiny.toml", TINY);
    // Far more than a pipe holds, so that the writer must notice.
    let files = "tiny.toml ".repeat(400);
    for line in [format!("\"$0\" check {files} | head -1"), "\"$0\" --help | true".to_owned()] {
        let outcome = desk.shell(&line).exits(0);
        assert_eq!(outcome.stderr, "", "{line}");
    }
    let outcome = desk.shell("{ \"$0\" run tiny.toml; echo status $? >&2; } | true");
    assert_eq!(outcome.stderr, "status 0\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_a_failure() {
    let desk = Desk::new("full");
    desk.write("tiny.toml", TINY);
    for command in ["check tiny.toml", "run tiny.toml", "--help"] {
        let outcome = desk.shell(&format!("\"$0\" {command} > /dev/full")).exits(1);
        outcome.says(&["error: cannot write to standard output", "No space left"]);
    }
    // With nobody to tell, it is a failure all the same.
    desk.shell("\"$0\" check tiny.toml > /dev/full 2> /dev/full").exits(1);
}

#[test]
fn a_disk_that_takes_no_more_is_a_failure_that_names_the_file() {
    let desk = Desk::new("disk");
    desk.write("tiny.toml", TINY);
    desk.run(&["run", "tiny.toml", "--quiet"]).exits(0);
    let (before, runs) = (desk.entries(), desk.bytes("output/tiny/runs.csv"));
    // The limit is in blocks of 512 or 1024 bytes: a table of a thousand runs is too long for either, and so is a
    // chart for the second.
    let long = "\"$0\" run tiny.toml --force --quiet --replicates 1000";
    for (line, file) in [(long, "runs.csv"), ("\"$0\" run tiny.toml --force", "charts/")] {
        let outcome = desk.shell(&format!("ulimit -f 8; exec {line}")).exits(1);
        outcome.says(&["error: cannot write the results to `output/tiny`: ", file]);
        assert_eq!((desk.entries(), desk.bytes("output/tiny/runs.csv")), (before.clone(), runs.clone()), "{line}");
    }
    let outcome = desk.shell("ulimit -f 8; exec \"$0\" plot output/tiny").exits(1);
    outcome.says(&["cannot write the results to `output/tiny`: ", "charts/"]);
    assert_eq!(desk.entries(), before);
}

#[test]
fn two_at_once_do_not_mix() {
    let desk = Desk::new("both");
    desk.write("tiny.toml", TINY);
    let start = || desk.command(&["run", "tiny.toml", "--out", "here"]).stdout(Stdio::null()).spawn().expect("a start");
    let both = [start(), start()];
    for mut child in both {
        assert!(child.wait().expect("its end").success());
    }
    let files: Vec<String> = serde_json::from_value(desk.json("here/manifest.json")["files"].clone()).expect("files");
    let mut found = desk.files("here");
    found.retain(|name| name != "manifest.json");
    assert_eq!(found, files);
    assert!(desk.entries().iter().all(|name| !name.starts_with('.')), "{:?}", desk.entries());
}
