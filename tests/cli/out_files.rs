//! `--out` of `graph`, `trace` and `picture`: what is replaced without being asked for, and what never is.

use std::fs;

use super::sandbox::{Sandbox, TINY};

const RUMOR: &str = "[network]\nnodes = 12\nloss = 0.1\n[gossip]\nstrategy = \"push\"\n";

/// Each with the file that it writes.
const COMMANDS: [&[&str]; 4] = [
    &["graph", "mine.toml"],
    &["trace", "mine.toml"],
    &["trace", "mine.toml", "--format", "gexf"],
    &["picture", "mine.toml"],
];

#[test]
fn what_is_read_is_never_overwritten_even_by_force() {
    let sandbox = Sandbox::new("out-input");
    sandbox.write("arcs.csv", "source,target\na,b\nb,c\n");
    let text = "[network]\ntopology = { kind = \"file\", path = \"arcs.csv\" }\n[gossip]\nstrategy = \"push\"\n";
    let files = [("mine.toml", text.to_owned()), ("arcs.csv", sandbox.text("arcs.csv"))];
    sandbox.write("mine.toml", text);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("mine.toml", sandbox.path("link")).expect("a link");
        fs::hard_link(sandbox.path("mine.toml"), sandbox.path("hard")).expect("a link");
        std::os::unix::fs::symlink(".", sandbox.path("here")).expect("a link");
    }
    for command in COMMANDS {
        let links: &[&str] = if cfg!(unix) { &["link", "hard", "here/mine.toml", "here/arcs.csv"] } else { &[] };
        for out in [&["mine.toml", "./mine.toml", "arcs.csv"][..], links].concat() {
            for force in [&[][..], &["--force"]] {
                let outcome = sandbox.run(&[command, &["--out", out], force].concat()).exits(2);
                let refused = outcome.stderr.contains("what is read, and is never overwritten; choose another --out");
                // A picture is refused by the end of its name first.
                assert!(refused || command[0] == "picture" && outcome.stderr.contains("SVG or PNG"), "{outcome:?}");
                for (name, content) in &files {
                    assert_eq!(&sandbox.text(name), content, "{command:?} {out}");
                }
            }
        }
    }
    assert!(sandbox.entries().iter().all(|name| !name.contains("gossipsim")), "{:?}", sandbox.entries());
}

/// Whichever point is drawn: the files of the others are read at the next run.
#[test]
fn no_file_of_a_swept_topology_is_overwritten() {
    let sandbox = Sandbox::new("out-swept");
    let arcs = "source,target\na,b\nb,c\n";
    for name in ["one.csv", "two.csv"] {
        sandbox.write(name, arcs);
    }
    let topology = |path: &str| format!("{{ kind = \"file\", path = \"{path}\" }}");
    sandbox.write(
        "mine.toml",
        format!(
            "[gossip]\nstrategy = \"push\"\n[sweep]\n\"network.topology\" = [{}, {}]\n",
            topology("one.csv"),
            topology("two.csv")
        ),
    );
    for out in ["one.csv", "two.csv"] {
        let outcome = sandbox.run(&["graph", "mine.toml", "--force", "--out", out]).exits(2);
        outcome.says(&["what is read, and is never overwritten; choose another --out"]);
        assert_eq!(sandbox.text(out), arcs, "{out}");
    }
}

#[test]
fn results_are_never_overwritten_even_by_force() {
    let sandbox = Sandbox::new("out-results");
    sandbox.write("mine.toml", TINY);
    sandbox.run(&["run", "mine.toml", "-q"]).exits(0);
    let chart = sandbox.files("output/mine").into_iter().find(|name| name.ends_with(".svg")).expect("a chart");
    let copy = "output/mine/scenario.toml";
    let before = sandbox.bytes("output/mine/runs.csv");
    for out in ["output/mine/runs.csv", "output/mine/manifest.json", copy] {
        let outcome = sandbox.run(&["trace", "mine.toml", "--force", "--out", out]).exits(2);
        outcome.says(&["is a result in the folder `", "never overwritten"]);
    }
    let drawn = ["picture", "mine.toml", "--force", "--out", &format!("output/mine/{chart}")];
    sandbox.run(&drawn).exits(2).says(&["is a result"]);
    // The scenario as it was is a scenario, too.
    sandbox.run(&["trace", copy, "--force", "--out", copy]).exits(2).says(&["what is read"]);
    assert_eq!(sandbox.bytes("output/mine/runs.csv"), before);
    sandbox.run(&["trace", copy, "--out", "output/mine/events.csv"]).exits(0);
    sandbox.run(&["run", "mine.toml", "-q"]).exits(2).says(&["`events.csv`, not listed"]);
}

/// Change the loss, look again, without `--force`.
#[test]
fn a_picture_of_the_same_scenario_is_replaced_without_force() {
    let sandbox = Sandbox::new("out-again");
    sandbox.write("mine.toml", RUMOR);
    sandbox.write("other/mine.toml", RUMOR);
    for (command, out) in [
        (&COMMANDS[3], "mine.svg"),
        (&COMMANDS[3], "mine.png"),
        (&COMMANDS[2], "mine.gexf"),
        (&COMMANDS[3], "sub/m.svg"),
    ] {
        fs::create_dir_all(sandbox.path("sub")).expect("a folder");
        sandbox.write("mine.toml", RUMOR);
        let work = [command, &["--out", out][..]].concat();
        sandbox.run(&work).exits(0);
        let first = sandbox.bytes(out);
        sandbox.run(&work).exits(0);
        assert_eq!(sandbox.bytes(out), first, "the same every time");
        sandbox.write("mine.toml", RUMOR.replace("0.1", "0.4"));
        sandbox.run(&work).exits(0);
        let second = sandbox.bytes(out);
        assert_ne!(second, first, "{out}");
        sandbox.run(&[&work[..], &["--set", "network.loss=0", "--replicate", "3"]].concat()).exits(0);
        // Of another scenario, changed by hand, or of nobody knows what.
        let other = [&[command[0], "other/mine.toml"], &command[2..], &["--out", out]].concat();
        sandbox.run(&other).exits(2).says(&[out, "was not made so of this scenario", "--force"]);
        let mut mine = sandbox.bytes(out);
        mine[60] ^= 1;
        for content in [&mine[..], b"", b"<svg/>", TINY.as_bytes()] {
            sandbox.write(out, content);
            sandbox.run(&work).exits(2).says(&[out, "--force"]);
            assert_eq!(sandbox.bytes(out), content, "{out}");
        }
        sandbox.run(&[&work[..], &["--force"]].concat()).exits(0);
        assert_eq!(sandbox.bytes(out), second, "{out}");
    }
    // Of another command.
    sandbox.run(&["trace", "mine.toml", "--format", "gexf", "--out", "mine.svg"]).exits(2).says(&["mine.svg"]);
    // A table cannot say what it is made of.
    for command in &COMMANDS[..2] {
        let work = [command, &["--out", "table"][..]].concat();
        sandbox.run(&[&work[..], &["--force"]].concat()).exits(0);
        sandbox.run(&work).exits(2).says(&["there is `table` already; another --out, or --force to replace it"]);
    }
    // What goes to standard output is the picture alone, and a file is that and a word of itself.
    let shown = sandbox.run(COMMANDS[3]).exits(0).stdout;
    let file = sandbox.text("mine.svg");
    let said = file.strip_prefix(shown.trim_end()).expect("the picture").trim();
    assert!(said.starts_with("<!-- gossipsim {\"command\":\"picture\",\"sources\":[\"./mine.toml\"]"), "{said}");
}

#[test]
fn refusals_come_before_any_run() {
    let sandbox = Sandbox::new("out-early");
    // A run that takes for ever.
    let text = RUMOR.replace("loss = 0.1", "loss = 1").replace("12", "100") + "[stop]\nmax_rounds = 1_000_000\n";
    sandbox.write("mine.toml", text);
    sandbox.write("taken.csv", "mine");
    for (arguments, says) in [
        (&["trace", "mine.toml", "--out", "taken.csv"][..], "there is `taken.csv` already"),
        (&["picture", "mine.toml", "--out", "taken.csv"], "ends in .svg or .png"),
        (&["picture", "mine.toml", "--out", "x.jpg"], "`x.jpg`: pictures are drawn as SVG or PNG"),
        (&["picture", "mine.toml", "--set", "network.nodes=501"], "501 nodes cannot be told apart"),
        (&["explain", "mine.toml", "--node", "x"], "--node: there is no node `x`; give a number from 0 to 99"),
        (&["explain", "mine.toml", "--node", "100"], "--node: there is no node `100`; give a number from 0 to 99"),
        (&["explain", "mine.toml", "--node=-1"], "from 0 to 99"),
        (&["trace", "mine.toml", "--table", "nodes", "--set", "workload.kind=average"], "about a rumor"),
    ] {
        let outcome = sandbox.run(arguments).exits(2);
        assert!(outcome.stderr.contains(says), "{arguments:?}: {}", outcome.stderr);
    }
    assert_eq!(sandbox.text("taken.csv"), "mine");
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_is_named_as_the_user_named_it() {
    let sandbox = Sandbox::new("out-full");
    sandbox.write("mine.toml", RUMOR.replace("12", "512"));
    for (command, out) in
        [("trace", "log.csv"), ("trace --format jsonl", "log.jsonl"), ("trace --format gexf", "log.gexf")]
    {
        let outcome = sandbox.shell(&format!("ulimit -f 8; \"$0\" {command} mine.toml --out {out}")).exits(1);
        assert!(outcome.stderr.starts_with(&format!("error: cannot write `{out}`: File too large")), "{outcome:?}");
        assert_eq!(sandbox.entries(), ["mine.toml"], "nothing is left");
    }
    if fs::metadata("/dev/full").is_ok() {
        let outcome = sandbox.shell("\"$0\" trace mine.toml > /dev/full").exits(1);
        assert!(outcome.stderr.starts_with("error: cannot write to standard output: No space left"), "{outcome:?}");
    }
}
