//! Ends that nobody planned: signals, closed pipes, full disks, two at once. None leaves a trace, none panics.

#![cfg(unix)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::sandbox::{Outcome, Sandbox, TINY};

/// A scenario whose first run goes on until it is stopped.
const ENDLESS: &str = "replicates = 1000\n[network]\nnodes = 2000\nloss = 1\n[gossip]\nstrategy = \"pull\"\n\
    [stop]\nmax_rounds = 1_000_000\n";

/// A graph that takes minutes to draw, in a build for tests.
const LARGE: &str = "replicates = 1\n[network]\nnodes = 3_000_000\ntopology = { kind = \"random-regular\", degree = 100 }\n\
    [gossip]\nstrategy = \"push\"\n";

/// A chain that takes minutes to work out, in a build for tests: thousands of nodes, any number of calls a round.
const COSTLY: &str = "replicates = 1\n[network]\nloss = 0.1\n[gossip]\nstrategy = \"push-pull\"\n[sweep]\n\
    \"network.nodes\" = \"4000..4096 step 1\"\n\"gossip.fanout\" = [1, 2, 3]\n";

/// How long the tests wait for what takes less than a second on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Starts a command and waits until `ready`.
fn started(sandbox: &Sandbox, arguments: &[&str], ready: impl Fn() -> bool) -> Child {
    let mut command = sandbox.command(arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let began = Instant::now();
    while !ready() {
        let running = child.try_wait().expect("a status").is_none();
        assert!(running && began.elapsed() < PATIENCE, "{arguments:?} never began");
        sleep(Duration::from_millis(5));
    }
    child
}

/// The hidden folders of runs in `folder`.
fn hidden(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let ours = |path: &PathBuf| path.is_dir() && path.to_string_lossy().contains(".gossipsim-");
    entries.map(|entry| entry.path()).filter(ours).collect()
}

/// Whether results are being made in `folder`: the first table is there.
fn writes(folder: &Path) -> bool {
    hidden(folder).iter().any(|path| path.join("new/runs.csv").exists())
}

fn send(child: &Child, signal: &str) {
    let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    assert!(sent.expect("kill").success());
}

fn ended(mut child: Child, what: &str) -> Outcome {
    let began = Instant::now();
    while child.try_wait().expect("a status").is_none() {
        if began.elapsed() > PATIENCE {
            child.kill().expect("it runs");
            panic!("{what} does not end it");
        }
        sleep(Duration::from_millis(5));
    }
    Outcome::from(child.wait_with_output().expect("its end"))
}

fn ended_by(child: Child, signal: &str) -> Outcome {
    send(&child, signal);
    ended(child, signal)
}

/// Whether this process, and so what it starts, ignores SIGHUP, as under `nohup`.
fn hang_up_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).map(str::trim).unwrap_or("1");
    u64::from_str_radix(mask, 16).is_ok_and(|mask| mask & 1 == 1)
}

/// The signals that end a command, and its exit status then.
fn signals() -> Vec<(&'static str, i32)> {
    let mut signals = vec![("INT", 130), ("TERM", 143), ("QUIT", 131)];
    if !hang_up_is_ignored() {
        signals.push(("HUP", 129));
    }
    signals
}

#[test]
fn a_signal_ends_the_work_and_leaves_what_was_there() {
    let sandbox = Sandbox::new("signals");
    sandbox.write("endless.toml", ENDLESS);
    let output = sandbox.path("output");
    for (signal, status) in signals() {
        let child = started(&sandbox, &["run", "endless.toml"], || writes(&output));
        let said = format!("interrupted by SIG{signal}; nothing was written to `output/endless`");
        ended_by(child, signal).exits(status).says(&[&said]);
        assert_eq!(sandbox.entries(), ["endless.toml"]);
    }
    sandbox.write("endless.toml", TINY);
    sandbox.run(&["run", "endless.toml", "--quiet"]).exits(0);
    let before = sandbox.entries();
    let runs = sandbox.bytes("output/endless/runs.csv");
    sandbox.write("endless.toml", ENDLESS);
    // More runs than any counter of progress holds.
    let arguments = ["run", "endless.toml", "--force", "--replicates", "18446744073709551615"];
    ended_by(started(&sandbox, &arguments, || writes(&output)), "INT").exits(130);
    assert_eq!((sandbox.entries(), sandbox.bytes("output/endless/runs.csv")), (before, runs));
}

#[test]
fn a_signal_says_what_was_written_before_it() {
    let sandbox = Sandbox::new("partly");
    sandbox.write("tiny.toml", TINY);
    sandbox.write("endless.toml", ENDLESS);
    let child = started(&sandbox, &["run", "tiny.toml", "endless.toml"], || sandbox.path("output/tiny").exists());
    let outcome = ended_by(child, "TERM").exits(143);
    outcome.says(&["interrupted by SIGTERM; `output/tiny` is written, nothing to `output/endless`"]);
    assert!(sandbox.path("output/tiny/manifest.json").exists() && hidden(&sandbox.path("output")).is_empty());
}

#[test]
fn a_signal_ends_work_that_never_looks() {
    let sandbox = Sandbox::new("busy");
    sandbox.write("large.toml", LARGE);
    sandbox.write("costly.toml", COSTLY);
    let output = sandbox.path("output");
    let lock = output.join(".costly_theory.gossipsim-lock");
    for (signal, status) in signals() {
        let child = started(&sandbox, &["run", "large.toml", "--force", "--threads", "1"], || writes(&output));
        sleep(Duration::from_millis(200));
        ended_by(child, signal).exits(status).says(&["nothing was written to `output/large`"]);
        assert_eq!(sandbox.entries(), ["costly.toml", "large.toml"]);
    }
    let child = started(&sandbox, &["theory", "costly.toml"], || lock.exists());
    ended_by(child, "TERM").exits(143).says(&["nothing was written to `output/costly_theory`"]);
    let child = started(&sandbox, &["verify", "--threads", "1"], || true);
    sleep(Duration::from_millis(300));
    ended_by(child, "INT").exits(130).says(&["interrupted by SIGINT; nothing was written"]);
    assert_eq!(sandbox.entries(), ["costly.toml", "large.toml"]);
}

#[test]
fn a_signal_ends_the_wait_for_a_reader() {
    let sandbox = Sandbox::new("reader");
    sandbox.write("tiny.toml", TINY);
    // Far more than a pipe holds, and nobody reads.
    let arguments: Vec<&str> = ["check"].into_iter().chain(["tiny.toml"; 400]).collect();
    let child = started(&sandbox, &arguments, || true);
    sleep(Duration::from_millis(500));
    ended_by(child, "TERM").exits(143).says(&["interrupted by SIGTERM; nothing was written"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_signal_that_is_ignored_from_the_start_stays_ignored() {
    let sandbox = Sandbox::new("nohup");
    sandbox.write("endless.toml", ENDLESS);
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' HUP; exec \"$0\" run endless.toml", env!("CARGO_BIN_EXE_gossipsim")]);
    command.current_dir(sandbox.path("")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let began = Instant::now();
    while !writes(&sandbox.path("output")) {
        assert!(began.elapsed() < PATIENCE, "it never began");
        sleep(Duration::from_millis(5));
    }
    send(&child, "HUP");
    sleep(Duration::from_millis(700));
    assert!(child.try_wait().expect("a status").is_none(), "it goes on");
    ended_by(child, "TERM").exits(143);
}

#[test]
fn a_killed_run_leaves_nothing_that_the_next_does_not_remove() {
    let sandbox = Sandbox::new("killed");
    sandbox.write("endless.toml", ENDLESS);
    let output = sandbox.path("output");
    for _ in 0..3 {
        let mut child = started(&sandbox, &["run", "endless.toml"], || writes(&output));
        child.kill().expect("it runs");
        child.wait().expect("its end");
        // Nobody else may be taken for its owner.
        assert_eq!(hidden(&output).len(), 1);
    }
    sandbox.write("endless.toml", TINY);
    let outcome = sandbox.run(&["run", "endless.toml"]).exits(0);
    outcome.says(&["note: removed a hidden folder that killed processes had left"]);
    let left: Vec<String> = sandbox.entries().into_iter().filter(|name| name.contains(".gossipsim")).collect();
    assert_eq!(left, [""; 0]);
}

#[test]
fn a_folder_that_is_being_written_is_refused_at_once_and_says_by_whom() {
    let sandbox = Sandbox::new("held");
    sandbox.write("endless.toml", ENDLESS);
    sandbox.write("tiny.toml", TINY);
    sandbox.run(&["run", "tiny.toml", "--out", "here", "-q"]).exits(0);
    let before = sandbox.bytes("here/runs.csv");
    let top = sandbox.path("");
    let child = started(&sandbox, &["run", "endless.toml", "--out", "here", "--force"], || writes(&top));
    let who = format!("`here` is being written by process {} on `", child.id());
    for arguments in [&["run", "tiny.toml", "--out", "here"][..], &["run", "tiny.toml", "--out", "here", "--force"]] {
        let outcome = sandbox.run(arguments).exits(2);
        outcome.says(&[&who, "run endless.toml --out here --force`), for ", "wait for it", "--out"]);
        assert_eq!(outcome.stdout, "", "before anything is simulated");
    }
    sandbox.run(&["plot", "here"]).exits(2).says(&[&who]);
    ended_by(child, "INT").exits(130);
    assert_eq!(sandbox.bytes("here/runs.csv"), before);
    sandbox.run(&["run", "tiny.toml", "--out", "here", "-q"]).exits(0);
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let sandbox = Sandbox::new("pipe");
    sandbox.write("tiny.toml", TINY);
    // Far more than a pipe holds, so that the writer must notice.
    let files = "tiny.toml ".repeat(400);
    for line in [format!("\"$0\" check {files} | head -1"), "\"$0\" --help | true".to_owned()] {
        let outcome = sandbox.shell(&line).exits(0);
        assert_eq!(outcome.stderr, "", "{line}");
    }
    let outcome = sandbox.shell("{ \"$0\" run tiny.toml; echo status $? >&2; } | true");
    assert_eq!(outcome.stderr, "status 0\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_output_is_a_failure() {
    let sandbox = Sandbox::new("full");
    sandbox.write("tiny.toml", TINY);
    for command in ["check tiny.toml", "run tiny.toml", "--help"] {
        let outcome = sandbox.shell(&format!("\"$0\" {command} > /dev/full")).exits(1);
        outcome.says(&["error: cannot write to standard output", "No space left"]);
    }
    // With nobody to tell, it is a failure all the same.
    sandbox.shell("\"$0\" check tiny.toml > /dev/full 2> /dev/full").exits(1);
}

#[test]
fn a_disk_that_takes_no_more_is_a_failure_that_names_the_file() {
    let sandbox = Sandbox::new("disk");
    sandbox.write("tiny.toml", TINY);
    sandbox.run(&["run", "tiny.toml", "--quiet"]).exits(0);
    let (before, runs) = (sandbox.entries(), sandbox.bytes("output/tiny/runs.csv"));
    // The limit is in blocks of 512 or 1024 bytes: a table of a thousand runs is too long for either, and so is a
    // chart for the second.
    let long = "\"$0\" run tiny.toml --force --quiet --replicates 1000";
    for (line, file) in [(long, "runs.csv"), ("\"$0\" run tiny.toml --force", "charts/")] {
        let outcome = sandbox.shell(&format!("ulimit -f 8; exec {line}")).exits(1);
        outcome.says(&["error: cannot write the results to `output/tiny`: ", file]);
        assert_eq!(
            (sandbox.entries(), sandbox.bytes("output/tiny/runs.csv")),
            (before.clone(), runs.clone()),
            "{line}"
        );
    }
    let outcome = sandbox.shell("ulimit -f 8; exec \"$0\" plot output/tiny").exits(1);
    outcome.says(&["cannot write the results to `output/tiny`: ", "charts/"]);
    assert_eq!(sandbox.entries(), before);
}

#[test]
fn two_at_once_do_not_mix() {
    let sandbox = Sandbox::new("both");
    sandbox.write("tiny.toml", TINY);
    let start = || {
        let mut command = sandbox.command(&["run", "tiny.toml", "--out", "here"]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a start")
    };
    let both = [start(), start()].map(|mut child| child.wait().expect("its end").code());
    // One that comes while the other writes is refused; one that comes after it replaces.
    assert!(both.contains(&Some(0)) && both.iter().all(|code| [Some(0), Some(2)].contains(code)), "{both:?}");
    let files: Vec<String> =
        serde_json::from_value(sandbox.json("here/manifest.json")["files"].clone()).expect("files");
    let mut found = sandbox.files("here");
    found.retain(|name| name != "manifest.json");
    assert_eq!(found, files);
    assert!(sandbox.entries().iter().all(|name| !name.starts_with('.')), "{:?}", sandbox.entries());
}
