//! What a signal leaves of runs that are finished: a readable folder that says what is missing.

#![cfg(unix)]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::sandbox::{Outcome, Sandbox, TINY};

/// How long the tests wait for what takes less than a second on an idle machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Two configurations: one that is done in no time, and one whose first run never ends.
const HALF: &str = "replicates = 300\n[network]\nnodes = 1000\n[gossip]\nstrategy = \"pull\"\n\
    [stop]\nmax_rounds = 1_000_000\n[sweep]\n\"network.loss\" = [0, 1]\n";

/// The same, whose second configuration draws a graph that takes minutes in a build for tests.
const BUSY: &str = "replicates = 300\n[network]\ntopology = { kind = \"random-regular\", degree = 100 }\n\
    [gossip]\nstrategy = \"push\"\n[sweep]\n\"network.nodes\" = [102, 3_000_000]\n";

/// Starts a command and waits until some runs of the scenario whose results go to `name` in `folder` are written.
fn started(sandbox: &Sandbox, arguments: &[&str], folder: &str, name: &str) -> Child {
    let mut command = sandbox.command(arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let began = Instant::now();
    while written(&sandbox.path(folder), name) < 16_000 {
        let running = child.try_wait().expect("a status").is_none();
        assert!(running && began.elapsed() < PATIENCE, "{arguments:?} never began");
        sleep(Duration::from_millis(5));
    }
    child
}

/// Bytes of `runs.csv` in the hidden folder of `name`.
fn written(folder: &Path, name: &str) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let hidden = entries.filter(|path| path.to_string_lossy().contains(&format!("/.{name}.gossipsim-")));
    hidden
        .filter_map(|path| std::fs::metadata(path.join("new/runs.csv")).ok())
        .map(|about| about.len())
        .max()
        .unwrap_or(0)
}

fn interrupted(mut child: Child, signal: &str) -> Outcome {
    let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    assert!(sent.expect("kill").success());
    let began = Instant::now();
    while child.try_wait().expect("a status").is_none() {
        if began.elapsed() > PATIENCE {
            child.kill().expect("it runs");
            panic!("{signal} does not end it");
        }
        sleep(Duration::from_millis(5));
    }
    Outcome::from(child.wait_with_output().expect("its end"))
}

/// The runs that the folder has, which are the first of those in `whole`.
fn first_runs(sandbox: &Sandbox, folder: &str, whole: &str) -> u64 {
    let (part, whole) = (sandbox.text(&format!("{folder}/runs.csv")), sandbox.text(&format!("{whole}/runs.csv")));
    assert!(whole.starts_with(&part), "{part}");
    let runs = part.lines().count() as u64 - 1;
    assert_eq!(sandbox.json(&format!("{folder}/manifest.json"))["partial"]["runs"], runs);
    runs
}

#[test]
fn finished_runs_stand_in_a_folder_that_says_what_is_missing() {
    let sandbox = Sandbox::new("partial");
    sandbox.write("half.toml", HALF);
    let quick = ["--set", "sweep.network.loss=[0, 0.01]", "--set", "stop.max_rounds=500", "--charts", "none", "-q"];
    sandbox.run(&[&["run", "half.toml", "--out", "whole"][..], &quick].concat()).exits(0);
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        // The second takes the place of the first.
        let child = started(&sandbox, &["run", "half.toml"], "output", "half");
        let outcome = interrupted(child, signal).exits(status);
        let runs = first_runs(&sandbox, "output/half", "whole");
        assert!((80..=300).contains(&runs), "{runs}");
        let said = format!(
            "error: interrupted by SIG{signal}; {runs} of 600 runs are in `output/half` (partial); `gossipsim plot \
             output/half` draws the charts\n"
        );
        assert!(outcome.stderr.ends_with(&said), "{}", outcome.stderr);
        let manifest = sandbox.json("output/half/manifest.json");
        let note =
            manifest["notes"].as_array().expect("notes").iter().any(|note| {
                note.as_str().is_some_and(|note| note.starts_with(&format!("partial: {runs} of 600 runs; ")))
            });
        assert!(note, "{manifest}");
        assert_eq!((&manifest["partial"]["planned"], &manifest["partial"]["configurations"]), (&600.into(), &2.into()));
        assert_eq!(sandbox.text("output/half/scenario.toml"), HALF);
        let (_, summary) = sandbox.table("output/half/summary.csv");
        assert_eq!(summary.len(), 1, "a row for the configuration that has runs");
        let hidden = sandbox.entries().into_iter().filter(|name| name.contains("gossipsim")).count();
        assert_eq!((hidden, sandbox.path("output/half_partial").exists()), (0, false));
    }
    let drawn = sandbox.run(&["plot", "output/half"]).exits(0);
    drawn.says(&["note: partial: ", " of 600 runs; "]);
    let chart = sandbox.text("output/half/charts/convergence_ecdf.svg");
    assert!(chart.contains("partial: ") && chart.contains("planned per configuration"), "{chart}");
    // All of it takes the place of a part, also of a scenario that was changed.
    sandbox.write("half.toml", TINY);
    sandbox.run(&["run", "half.toml", "-q"]).exits(0);
    assert!(sandbox.json("output/half/manifest.json")["partial"].is_null());
}

#[test]
fn a_part_never_takes_the_place_of_results_that_have_all_their_runs() {
    let sandbox = Sandbox::new("beside-whole");
    sandbox.write("half.toml", TINY);
    sandbox.run(&["run", "half.toml", "-q"]).exits(0);
    let before = sandbox.bytes("output/half/runs.csv");
    sandbox.write("half.toml", HALF);
    for force in [&[][..], &["--force"]] {
        let arguments = [&["run", "half.toml"][..], force].concat();
        let outcome = interrupted(started(&sandbox, &arguments, "output", "half"), "INT").exits(130);
        outcome.says(&[
            " of 600 runs are in `output/half_partial` (partial); the results in `output/half` have all their runs, and \
             stay; ",
        ]);
        assert_eq!(sandbox.bytes("output/half/runs.csv"), before);
        assert!(sandbox.json("output/half_partial/manifest.json")["partial"]["runs"].as_u64() >= Some(80));
        assert!(sandbox.entries().iter().all(|name| !name.contains("gossipsim")), "{:?}", sandbox.entries());
    }
    // What the user put there stays, with the runs of before, and so do those that come then.
    sandbox.write("output/half_partial/mine.md", "mine");
    let kept = sandbox.bytes("output/half_partial/runs.csv");
    for (other, mine) in [("half_partial_2", false), ("half_partial_2", true), ("half_partial_3", false)] {
        let outcome = interrupted(started(&sandbox, &["run", "half.toml"], "output", "half"), "INT").exits(130);
        let place = format!("output/{other}");
        outcome.says(&[&format!(" of 600 runs are in `{place}` (partial); the results in `output/half` have all ")]);
        assert!(sandbox.json(&format!("{place}/manifest.json"))["partial"]["runs"].as_u64() >= Some(80));
        if mine {
            sandbox.write(&format!("{place}/mine.md"), "mine");
        }
    }
    assert_eq!(sandbox.bytes("output/half_partial/runs.csv"), kept);
    assert_eq!(sandbox.text("output/half_partial/mine.md"), "mine");
    sandbox.run(&["plot", "output/half_partial"]).exits(0);
}

/// Somebody puts a file into the results folder while the work goes on.
#[test]
fn results_whose_place_was_taken_meanwhile_go_beside_it() {
    let sandbox = Sandbox::new("taken-meanwhile");
    sandbox.write("half.toml", HALF);
    let child = started(&sandbox, &["run", "half.toml"], "output", "half");
    sandbox.write("output/half/mine.md", "mine");
    let outcome = interrupted(child, "INT").exits(130);
    outcome.says(&[
        " of 600 runs are in `output/half_partial` (partial); `",
        "output/half` is not empty and holds no results",
    ]);
    assert!(sandbox.json("output/half_partial/manifest.json")["partial"]["runs"].as_u64() >= Some(80));
    assert_eq!(sandbox.files("output/half"), ["mine.md"]);
    // A run that comes to its end.
    let long = "replicates = 40\n[network]\nnodes = 20000\n[gossip]\nstrategy = \"push\"\n";
    sandbox.write("long.toml", long);
    sandbox.run(&["run", "long.toml", "-q", "--replicates", "2"]).exits(0);
    let before = sandbox.bytes("output/long/runs.csv");
    for place in ["long_new", "long_new", "long_new_2"] {
        if place == "long_new_2" {
            sandbox.write("output/long_new/mine.md", "mine");
        }
        let mut child = sandbox.command(&["run", "long.toml", "--charts", "none", "--threads", "1"]);
        let child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let began = Instant::now();
        while !sandbox
            .entries()
            .iter()
            .any(|name| name.starts_with("output/.long.gossipsim-") && name.ends_with("runs.csv"))
        {
            assert!(began.elapsed() < PATIENCE, "it never began");
            sleep(Duration::from_millis(5));
        }
        sandbox.write("output/long/mine.md", "mine");
        let outcome = Outcome::from(child.wait_with_output().expect("its end")).exits(1);
        outcome.says(&["cannot write the results to `output/long`: `", "output/long` holds `mine.md`, not listed"]);
        outcome.says(&[&format!("; they are in `output/{place}` instead")]);
        let (_, runs) = sandbox.table(&format!("output/{place}/runs.csv"));
        assert_eq!((runs.len(), sandbox.bytes("output/long/runs.csv")), (40, before.clone()));
        assert_eq!(sandbox.json(&format!("output/{place}/manifest.json"))["sources"][0], "../../long.toml");
        std::fs::remove_file(sandbox.path("output/long/mine.md")).expect("a file");
    }
    sandbox.run(&["plot", "output/long_new_2"]).exits(0);
    assert!(sandbox.entries().iter().all(|name| !name.contains("gossipsim")), "{:?}", sandbox.entries());
}

#[test]
fn finished_runs_are_kept_also_where_the_work_never_looks() {
    let sandbox = Sandbox::new("partial-busy");
    sandbox.write("busy.toml", BUSY);
    for threads in ["1", "2"] {
        let arguments = ["run", "busy.toml", "--force", "--threads", threads, "--out", threads];
        let child = started(&sandbox, &arguments, "", threads);
        sleep(Duration::from_millis(300));
        let began = Instant::now();
        interrupted(child, "TERM").exits(143).says(&[" of 600 runs are in `"]);
        assert!(began.elapsed() < PATIENCE);
        let manifest = sandbox.json(&format!("{threads}/manifest.json"));
        assert!(manifest["partial"]["runs"].as_u64() >= Some(80), "{manifest}");
    }
}

#[test]
fn a_part_of_a_comparison_and_of_runs_with_a_target_is_kept_too() {
    let sandbox = Sandbox::new("partial-kinds");
    sandbox.write("half.toml", HALF);
    let child = started(&sandbox, &["compare", "half.toml", "--vary", "network.loss=0,1"], "output", "half_compare");
    interrupted(child, "INT").exits(130).says(&["runs are in `output/half_compare` (partial)"]);
    assert!(!sandbox.path("output/half_compare/pairs.csv").exists(), "there is no pair");
    sandbox.run(&["plot", "output/half_compare"]).exits(0);
    sandbox.write("half.toml", HALF.replace("= 300", "= { target = \"0.01%\", min = 300, max = 1_000_000 }"));
    let child = started(&sandbox, &["run", "half.toml"], "output", "half");
    interrupted(child, "INT").exits(130).says(&[" of at least ", " runs are in `output/half` (partial)"]);
    sandbox.run(&["plot", "output/half"]).exits(0).says(&["note: partial: ", "configuration "]);
}

#[test]
fn several_scenarios_are_told_apart() {
    let sandbox = Sandbox::new("partial-several");
    ["a", "c"].iter().for_each(|name| sandbox.write(&format!("{name}.toml"), TINY));
    sandbox.write("b.toml", HALF);
    let child = started(&sandbox, &["run", "a.toml", "b.toml", "c.toml"], "output", "b");
    let outcome = interrupted(child, "INT").exits(130);
    outcome.says(&[" of 600 runs are in `output/b` (partial); ", "; `output/a` is written, nothing to `output/c`\n"]);
}
