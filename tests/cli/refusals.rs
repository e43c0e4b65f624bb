//! What is refused before any work: status 2, a message that says what to write, and nothing written.

use std::fs;

use super::sandbox::{Outcome, Sandbox, TINY};

/// Runs `arguments`, which must be refused without a trace.
fn refused(sandbox: &Sandbox, arguments: &[&str], parts: &[&str]) -> Outcome {
    let before = sandbox.entries();
    let outcome = sandbox.run(arguments).exits(2);
    outcome.says(parts).says(&["error: "]);
    assert!(outcome.stderr.ends_with('\n'), "the prompt would stand behind {:?}", outcome.stderr);
    assert_eq!(outcome.stdout, "", "{arguments:?}");
    assert_eq!(sandbox.entries(), before, "{arguments:?} left a trace");
    outcome
}

#[test]
fn every_mistake_in_a_scenario_names_its_place_and_what_is_allowed() {
    let sandbox = Sandbox::new("mistakes");
    let topology = |text: &str| TINY.replace("8\n", &format!("8\ntopology = {text}\n"));
    let nodes = |text: &str| TINY.replace("= 8", &format!("= {text}"));
    let cases: Vec<(String, &[&str])> = vec![
        (format!("{TINY}fanuot = 2\n"), &["bad.toml:6:1", "gossip.fanuot", "did you mean `fanout`?"]),
        (format!("{TINY}fanout = \"two\"\n"), &["bad.toml:6:10", "found the text", "from 1 to 7"]),
        (format!("{TINY}fanout = \"ciel(ln(n))\"\n"), &["bad.toml:6:11", "no function `ciel`", "did you mean `ceil`?"]),
        (format!("{TINY}interval = 50\n"), &["bad.toml:6:12", "no unit", "ms"]),
        (format!("{TINY}interval = \"-1s\"\n"), &["bad.toml:6:12", "negative"]),
        (format!("{TINY}fanout = 0\n"), &["bad.toml:6:10", "from 1 to 7"]),
        (format!("{TINY}fanout = 8\n"), &["bad.toml:6:10", "from 1 to 7", "here 8"]),
        (format!("{TINY}fanout = 1\nfanout = 1\n"), &["bad.toml:7:1", "written twice"]),
        (nodes("8\nloss = 1.5"), &["bad.toml:4:8", "network.loss", "from 0 to 1"]),
        (nodes("8\nloss = nan"), &["bad.toml:4:8", "network.loss"]),
        (nodes("8\nloss = inf"), &["bad.toml:4:8", "network.loss"]),
        (nodes("8\nlatency = \"uniform\""), &["bad.toml:4:11", "min"]),
        (nodes("0"), &["bad.toml:3:9", "network.nodes", "from 2 to"]),
        (nodes("1"), &["bad.toml:3:9", "from 2 to"]),
        (nodes("100_000_001"), &["bad.toml:3:9", "to 100_000_000"]),
        (nodes("-8"), &["bad.toml:3:9", "from 2 to"]),
        (
            nodes("9\ntopology = { kind = \"random-regular\", degree = 3 }"),
            &["bad.toml:4:48", "half an edge", "an even number of nodes"],
        ),
        (nodes("9\ntopology = \"hypercube\""), &["bad.toml:", "power of two", "8 or 16 nodes"]),
        (topology("{ kind = \"torus\", sides = [3, 3] }"), &["bad.toml:4:", "sides", "8"]),
        (topology("\"complet\""), &["bad.toml:4:12", "did you mean `complete`?"]),
        (format!("{TINY}[sweep]\n\"gossip.fanot\" = [1]\n"), &["bad.toml:7:1", "did you mean `fanout`?"]),
        (format!("{TINY}[sweep]\n\"gossip.fanout\" = []\n"), &["bad.toml:7:19", "at least one"]),
        (TINY.replace("= 2", "= 1_000_001"), &["bad.toml:1:14", "--force"]),
        (topology("{ kind = \"file\", path = \"none.txt\" }"), &["bad.toml:4:", "none.txt"]),
        (topology("{ kind = \"file\", path = \"empty.txt\" }"), &["bad.toml:4:", "empty.txt"]),
        (topology("{ kind = \"file\", path = \"garbage.txt\" }"), &["bad.toml:4:", "garbage.txt", "line 2"]),
        (topology("{ kind = \"file\", path = \".\" }"), &["bad.toml:4:"]),
        (
            format!("{TINY}[[event]]\nat = \"1s\"\ncrash = 5\n"),
            &["bad.toml:8:9", "5 may be the node 5 or so many nodes", "[5] for the node 5"],
        ),
        (format!("{TINY}[[event]]\nat = \"1s\"\ncrash = \"150%\"\n"), &["bad.toml:8:9", "1.5 is not a share"]),
        (String::new(), &["bad.toml", "says nothing"]),
        ("\u{feff}".to_owned(), &["bad.toml", "says nothing"]),
        ("nodes\n".to_owned(), &["bad.toml:1:", "this is not TOML"]),
        ("#".repeat((1 << 20) + 1), &["bad.toml", "larger than 1 MiB"]),
    ];
    sandbox.write("empty.txt", "");
    sandbox.write("garbage.txt", "0 1\nlonely\n");
    for (text, parts) in cases {
        sandbox.write("bad.toml", text);
        refused(&sandbox, &["run", "bad.toml"], parts);
        refused(&sandbox, &["check", "bad.toml"], parts);
    }
    sandbox.write("bad.toml", b"seed = 1 # caf\xe9\n");
    refused(&sandbox, &["run", "bad.toml"], &["bad.toml:1:15", "not UTF-8"]);
    let missing = sandbox.path("missing.toml").display().to_string();
    refused(&sandbox, &["run", "missing.toml"], &["missing.toml", "there is no such file: ", &missing]);
    refused(&sandbox, &["run", "bda.toml"], &["did you mean `bad.toml`?"]);
    refused(&sandbox, &["run", "bad"], &["did you mean `bad.toml`?"]);
    refused(&sandbox, &["run", "none/bad.toml"], &["there is no folder `none`"]);
    refused(&sandbox, &["run", "."], &["folder, not a scenario file"]);
}

#[test]
fn a_file_that_is_no_plain_text_is_called_what_it_is() {
    let sandbox = Sandbox::new("encodings");
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for (bytes, parts) in [
        (utf16(&format!("\u{feff}{TINY}")), &["encoded as UTF-16, little-endian", "save it as UTF-8"]),
        (utf16(TINY), &["encoded as UTF-16, little-endian", "save it as UTF-8"]),
        (b"\x1f\x8b\x08\x00rest".to_vec(), &["compressed (gzip)", "unpack it first, with gunzip"]),
    ] {
        sandbox.write("bad.toml", bytes);
        refused(&sandbox, &["run", "bad.toml"], parts);
        refused(&sandbox, &["check", "bad.toml"], parts);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_no_regular_file_is_refused_at_once() {
    let sandbox = Sandbox::new("devices");
    sandbox.shell("mkfifo pipe.toml && ln -s /dev/zero zero.toml").exits(0);
    for name in ["pipe.toml", "zero.toml", "/dev/null"] {
        let outcome = sandbox.shell(&format!("timeout 20 \"$0\" check {name}")).exits(2);
        outcome.says(&["cannot be read: it is a pipe, a socket or a device, not a regular file"]);
    }
}

#[test]
fn notes_on_what_cannot_be_meant_are_shown_by_every_command() {
    let sandbox = Sandbox::new("warnings");
    sandbox.write("lost.toml", TINY.replace("8\n", "8\nloss = 1\n") + "[stop]\nmax_rounds = 5\n");
    let note = "network.loss = 1 loses every message: nobody but the origin ever knows";
    sandbox.run(&["check", "lost.toml"]).exits(0).prints(&[&format!("# {note}")]);
    sandbox.run(&["run", "lost.toml"]).exits(0).says(&[&format!("note: {note}")]);
    assert_eq!(sandbox.json("output/lost/manifest.json")["notes"][0], note);
    sandbox
        .run(&["compare", "lost.toml", "--out", "compared"])
        .exits(0)
        .says(&[&format!("note: in every configuration: {note}")]);
}

#[test]
fn one_bad_scenario_among_good_ones_stops_them_all_and_all_mistakes_are_told() {
    let sandbox = Sandbox::new("among");
    sandbox.write("good.toml", TINY);
    sandbox.write("bad.toml", "seed = 1\n");
    sandbox.write("worse.toml", "sede = 1\n");
    refused(
        &sandbox,
        &["run", "good.toml", "bad.toml", "worse.toml"],
        &["bad.toml:1", "\n\nerror: `sede`", "worse.toml:1:1"],
    );
    sandbox.write("taken/bad/thesis.tex", "");
    sandbox.write("bad.toml", TINY);
    let parts = ["`taken/bad` is not empty and holds no results"];
    refused(&sandbox, &["run", "good.toml", "bad.toml", "--out", "taken"], &parts);
}

#[test]
fn arguments_that_change_the_scenario_for_the_worse_are_shown() {
    let sandbox = Sandbox::new("arguments");
    sandbox.write("tiny.toml", TINY);
    refused(&sandbox, &["run", "tiny.toml", "--set", "gossip.fanout=9"], &["command line", "--set gossip.fanout=9"]);
    refused(&sandbox, &["run", "tiny.toml", "--set", "gossip.fanot=2"], &["did you mean `fanout`?"]);
    refused(&sandbox, &["run", "tiny.toml", "--set", "gossip.fanout"], &["KEY=VALUE"]);
    refused(&sandbox, &["run", "tiny.toml", "--replicates", "0"], &["--replicates 0", "from 1 up"]);
    refused(&sandbox, &["compare", "tiny.toml", "--set", "network.nodes=0"], &["from 2 to"]);
    let compared = ["compare", "tiny.toml", "--set", "gossip.strategy=pull"];
    refused(&sandbox, &compared, &["command line:1:7", "`gossip.strategy` is what is compared"]);
    // An argument is at most 128 KiB long.
    let dots = format!("a{}=1", ".a".repeat(60_000));
    let outcome =
        refused(&sandbox, &["run", "tiny.toml", "--set", &dots], &["is a key of 60001 parts", "at most 8 parts"]);
    assert!(outcome.stderr.len() < 1000, "{}", outcome.stderr.len());
    for nested in ["[".repeat(100_000), "{a=".repeat(30_000)] {
        refused(&sandbox, &["run", "tiny.toml", "--set", &format!("network.loss={nested}")], &["command line"]);
    }
    refused(&sandbox, &["rnu", "tiny.toml"], &["a similar subcommand exists: 'run'"]);
    refused(&sandbox, &["run", "tiny.toml", "--otu", "x"], &["a similar argument exists: '--out'"]);
    sandbox
        .run(&["check", "tiny.toml", "--set", "sweep={ gossip.fanout = [1, 2] }"])
        .exits(0)
        .prints(&["\"gossip.fanout\" = [1, 2]", "# tiny: 2 configurations × 2 = 4 runs"]);
}

#[test]
fn byte_order_marks_and_windows_line_ends_are_welcome() {
    let sandbox = Sandbox::new("windows");
    sandbox.write("tiny.toml", format!("\u{feff}{}", TINY.replace('\n', "\r\n")));
    sandbox.run(&["check", "tiny.toml"]).exits(0).prints(&["nodes       = 8"]);
}

#[test]
fn what_stands_where_results_should_go_is_left_alone() {
    let sandbox = Sandbox::new("targets");
    sandbox.write("tiny.toml", TINY);
    sandbox.write("file", "mine");
    sandbox.write("thesis/chapter.tex", "mine");
    sandbox.write("web/manifest.json", "{ \"name\": \"a web page\" }");
    refused(&sandbox, &["run", "tiny.toml", "--out", "file"], &["`file` is a file"]);
    refused(&sandbox, &["run", "tiny.toml", "--out", "file/below"], &["cannot write to `file/below`"]);
    for force in [&[][..], &["--force"]] {
        for folder in ["thesis", "web", ".", "/"] {
            let arguments = [&["run", "tiny.toml", "--out", folder][..], force].concat();
            refused(&sandbox, &arguments, &[&format!("`{folder}` is not empty and holds no results")]);
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_refused_before_the_work() {
    let sandbox = Sandbox::new("unwritable");
    sandbox.write("tiny.toml", TINY);
    // Nobody can make a folder there, not even root.
    refused(&sandbox, &["run", "tiny.toml", "--out", "/proc/gossipsim"], &["cannot write to `/proc/gossipsim`"]);
    std::os::unix::fs::symlink("nowhere", sandbox.path("link")).expect("a link");
    let outcome = sandbox.run(&["run", "tiny.toml", "--out", "link"]).exits(2);
    outcome.says(&["cannot write to `link`", "link to nothing"]);
    fs::remove_file(sandbox.path("link")).expect("the link is still there");
    assert_eq!(sandbox.entries(), ["tiny.toml"]);
}

#[cfg(target_os = "linux")]
#[test]
fn what_no_memory_can_hold_is_refused_from_the_estimate() {
    let sandbox = Sandbox::new("memory");
    let huge = "[network]\nnodes = 100_000_000\ntopology = { kind = \"barabasi-albert\", links = 1000 }\n\
        [gossip]\nstrategy = \"push\"\n";
    sandbox.write("huge.toml", huge);
    let parts = ["huge: too large for this machine", "MB are free"];
    refused(&sandbox, &["run", "huge.toml", "--threads", "1"], &parts);
    refused(&sandbox, &["check", "huge.toml"], &parts);
    sandbox.write("tiny.toml", TINY);
    refused(&sandbox, &["run", "tiny.toml", "huge.toml"], &parts);
    // One point too large among others; --force shows the estimates all the same.
    sandbox
        .write("huge.toml", huge.replace("100_000_000", "2000") + "[sweep]\n\"network.nodes\" = [2000, 100_000_000]\n");
    refused(&sandbox, &["check", "huge.toml"], &["one run of configuration 1 takes about", "MB are free"]);
    sandbox.run(&["check", "huge.toml", "--force"]).exits(0).prints(&["2000", "100000000", " GB"]);
}
