//! Where scenarios come from besides files: standard input, the samples inside the program, and `init`.

use std::fs;

use super::sandbox::{Sandbox, TINY};

#[cfg(unix)]
#[test]
fn every_command_reads_a_scenario_from_standard_input() {
    let sandbox = Sandbox::new("stdin");
    sandbox.write("tiny.toml", TINY);
    sandbox.shell("\"$0\" run - < tiny.toml").exits(0).prints(&["stdin: 1 configuration", "wrote output/stdin"]);
    assert_eq!(sandbox.text("output/stdin/scenario.toml"), TINY);
    let manifest = sandbox.json("output/stdin/manifest.json");
    assert_eq!((&manifest["sources"][0], &manifest["scenario"]), (&"-".into(), &"stdin".into()));
    sandbox.shell("sed s/8/9/ tiny.toml | \"$0\" run - -q").exits(0);
    sandbox.shell("\"$0\" check - < tiny.toml").exits(0).prints(&["# stdin: 1 configuration × 2 = 2 runs"]);
    sandbox.shell("\"$0\" compare - -q < tiny.toml").exits(0);
    sandbox.shell("\"$0\" compare tiny.toml - -q < tiny.toml").exits(0);
    sandbox.shell("\"$0\" theory - < tiny.toml").exits(0).prints(&["wrote output/stdin_theory"]);
    sandbox.shell("\"$0\" graph - < tiny.toml").exits(0).prints(&["0 1\n"]);
    // Paths are relative to where the program runs.
    sandbox.write("pairs.txt", "0 1\n1 2\n");
    let file = "[network]\ntopology = { kind = \"file\", path = \"pairs.txt\" }\n[gossip]\nstrategy = \"push\"\n";
    sandbox.write("far/file.toml", file);
    sandbox.shell("\"$0\" check - < far/file.toml").exits(0);
    sandbox.shell("\"$0\" check far/file.toml").exits(2).says(&["pairs.txt"]);
    for (line, parts) in [
        ("printf 'sede = 1\\n' | \"$0\" run -", &["stdin:1:1", "did you mean `seed`?"][..]),
        ("\"$0\" run - < /dev/null", &["stdin", "says nothing"]),
        ("\"$0\" check - < /dev/zero", &["on standard input is larger than 1 MiB", "at most 1 MiB"]),
        ("\"$0\" compare - - < tiny.toml", &["standard input (`-`) can be read once"]),
        ("\"$0\" check - <&-", &["stdin"]),
    ] {
        assert_eq!(sandbox.shell(line).exits(2).says(parts).stdout, "", "{line}");
    }
}

#[test]
fn samples_are_listed_printed_and_run_where_there_is_no_file() {
    let sandbox = Sandbox::new("samples");
    let listed = sandbox.run(&["samples"]).exits(0);
    listed.prints(&["quickstart ", "How many rounds does a rumor need", "gossipsim run sample:quickstart"]);
    assert!(listed.stdout.lines().all(|line| line.chars().count() <= 80), "{}", listed.stdout);
    let small = ["--set", "sweep={ gossip.strategy = [\"push\", \"pull\"] }", "--set", "network.nodes=16", "-q"];
    sandbox.run(&[&["run", "sample:loss", "--replicates", "2"][..], &small].concat()).exits(0);
    let printed = sandbox.run(&["samples", "loss"]).exits(0).stdout;
    assert_eq!(sandbox.text("output/loss/scenario.toml"), printed);
    assert_eq!(sandbox.json("output/loss/manifest.json")["sources"][0], "sample:loss");
    sandbox.run(&["check", "sample:loss", "sample:fanout"]).exits(0).prints(&["# loss: 18 configurations"]);
    sandbox.run(&["graph", "sample:topologies", "--point", "3"]).exits(0);
    sandbox.run(&["theory", "sample:quickstart", "--set", "sweep.network.nodes=[16]"]).exits(0);
    for name in ["loss", "sample:loss", "loss.toml"] {
        assert_eq!(sandbox.run(&["samples", name]).exits(0).stdout, printed, "{name}");
    }
    // A copy that is changed is another scenario.
    sandbox.write("loss.toml", printed.replace("seed = 1", "seed = 2"));
    let changed = [&["run", "loss.toml", "--replicates", "2"][..], &small].concat();
    sandbox.run(&changed).exits(2).says(&["another scenario (`loss`, from `sample:loss`)"]);
    let before = sandbox.entries();
    sandbox.run(&["run", "sample:quikstart"]).exits(2).says(&["no sample", "did you mean `sample:quickstart`?"]);
    sandbox.run(&["samples", "quikstart"]).exits(2).says(&["did you mean `sample:quickstart`?"]);
    sandbox.run(&["samples", "xyzzy"]).exits(2).says(&["`gossipsim samples` lists them"]);
    sandbox.run(&["run", "scenarios/quickstart.toml"]).exits(2).says(&["the sample `sample:quickstart`?"]);
    assert_eq!(sandbox.entries(), before);
}

#[test]
fn init_writes_a_scenario_that_runs_and_overwrites_nothing() {
    let sandbox = Sandbox::new("init");
    sandbox.run(&["init"]).exits(0).prints(&["wrote scenario.toml", "gossipsim run scenario.toml"]);
    sandbox.run(&["init", "mine"]).exits(0).prints(&["wrote mine.toml", "gossipsim check mine.toml"]);
    assert_eq!(sandbox.entries(), ["mine.toml", "scenario.toml"]);
    let checked = sandbox.run(&["check", "mine.toml"]).exits(0);
    checked.prints(&["# mine: 9 configurations × 200 = 1800 runs"]);
    assert!(!checked.stdout.contains("# network"), "nothing is noted of it: {}", checked.stdout);
    let quick = ["run", "mine.toml", "--replicates", "2", "--set", "network.nodes=20"];
    let outcome = sandbox.run(&quick).exits(0);
    assert_eq!(outcome.prints(&["wrote output/mine"]).stderr, "");
    // Also with what its comments offer.
    let text = sandbox.text("mine.toml");
    let offered = text.replace("# [expect]", "[expect]").replace("# \"push-pull.rounds", "\"push-pull.rounds");
    sandbox.write("offered.toml", offered);
    sandbox.run(&["check", "offered.toml"]).exits(0).prints(&["[expect]", "\"push-pull.rounds_p95\""]);
    for topology in ["\"ring\"", "{ kind = \"torus\", dims = 2 }", "{ kind = \"random-regular\", degree = 8 }"] {
        assert!(text.contains(topology), "{topology}");
        let set = format!("network.topology={topology}");
        sandbox.run(&["check", "mine.toml", "--set", &set, "--set", "network.nodes=400"]).exits(0);
    }
    sandbox.write("mine.toml", "mine");
    let before = sandbox.entries();
    for (name, part) in [
        ("mine", "`mine.toml` is there already, and stays as it is"),
        ("mine.toml", "is there already"),
        ("no/such/mine.toml", "there is no such folder"),
        (".", "names no scenario file"),
        (".toml", "names no scenario file"),
        ("sample:quikstart", "there is no sample `quikstart`; did you mean `sample:quickstart`?"),
        ("sample:", "there is no sample ``"),
    ] {
        sandbox.run(&["init", name]).exits(2).says(&["error: ", part]);
    }
    assert_eq!((sandbox.entries(), sandbox.text("mine.toml").as_str()), (before, "mine"));
    fs::create_dir(sandbox.path("deep")).expect("a folder");
    let printed = sandbox.run(&["init", "-"]).exits(0);
    assert_eq!(printed.stdout, text, "on standard output, and nothing else");
    sandbox.run(&["init", "sample:loss"]).exits(0).prints(&["wrote loss.toml", "gossipsim run loss.toml"]);
    assert_eq!(sandbox.text("loss.toml"), sandbox.run(&["samples", "loss"]).exits(0).stdout);
    sandbox.run(&["init", "preset:cassandra"]).exits(0).prints(&["wrote cassandra.toml"]);
    assert_eq!(sandbox.text("cassandra.toml"), sandbox.run(&["samples", "preset:cassandra"]).exits(0).stdout);
    sandbox.run(&["init", "--help"]).exits(0).prints(&["sample:NAME or preset:NAME"]);
    sandbox.run(&["init", "sample:loss"]).exits(2).says(&["`loss.toml` is there already"]);
    // A name with a line break in it is shown on one line wherever it is.
    sandbox.run(&["init", "a\nb"]).exits(0).prints(&["wrote a\\nb.toml"]);
    sandbox.run(&["run", "a\nb.toml", "--replicates", "1", "--charts", "none"]).exits(0).prints(&["a\\nb: "]);
    sandbox.run(&["check", "a\nb.toml"]).exits(0).prints(&["# a\\nb: "]);
    sandbox.run(&["init", "deep/x y"]).exits(0).prints(&["run 'deep/x y.toml'"]);
}
