//! `trace`, `explain`, `picture` and `watch`: one run, as `run` runs it.

use std::collections::BTreeMap;

use super::sandbox::Sandbox;
use serde_json::Value;

/// Scenarios of every workload, with whatever can become of messages.
const SCENARIOS: [(&str, &str); 4] = [
    (
        "rumor",
        "replicates = 3\n[network]\nnodes = 24\nloss = 0.2\nlatency = { kind = \"uniform\", min = \"10ms\", max = \"2s\" }\n\
         [gossip]\nstrategy = \"push-pull\"\nphase = \"random\"\n[[event]]\nat = \"1s\"\ncrash = 0.2\n[[event]]\n\
         at = \"4s\"\nrecover = \"all\"\n[[event]]\nat = \"2s\"\njoin = 3\n",
    ),
    (
        "calls",
        "replicates = 3\n[network]\nnodes = 40\n[gossip]\nstrategy = \"push\"\nconnection_limit = 1\nhunt = 1\n\
         spread = { kind = \"counter\", k = 2 }\n[stop]\nuntil = \"quiet\"\n",
    ),
    (
        "average",
        "replicates = 3\n[network]\nnodes = 16\nloss = 0.01\n[gossip]\nstrategy = \"push-pull\"\nphase = \"random\"\n[workload]\n\
         kind = \"average\"\n[stop]\nmax_rounds = 15\n",
    ),
    (
        "counter",
        "replicates = 3\n[network]\nnodes = 12\nlatency = { kind = \"constant\", value = \"20ms\" }\n[gossip]\n\
         strategy = \"push\"\n[workload]\nkind = \"counter\"\npayload = \"delta\"\n[stop]\nmax_rounds = 30\n",
    ),
];

/// A rumor that spreads among few.
const FEW: &str = "[network]\nnodes = 30\nloss = 0.1\n[gossip]\nstrategy = \"push\"\n[workload]\norigin = 3\n";

/// The rows of a table in CSV, by the names of its columns.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    csv::Reader::from_reader(text.as_bytes()).into_deserialize().collect::<Result<_, _>>().expect("a table")
}

fn sum(rows: &[BTreeMap<String, String>], column: &str) -> u64 {
    rows.iter().filter_map(|row| row[column].parse::<u64>().ok()).sum()
}

fn count(rows: &[BTreeMap<String, String>], column: &str, value: &str) -> u64 {
    rows.iter().filter(|row| row[column] == value).count() as u64
}

#[test]
fn the_figures_of_a_run_follow_from_its_trace() {
    let sandbox = Sandbox::new("trace-figures");
    for (name, text) in SCENARIOS {
        sandbox.write(&format!("{name}.toml"), text);
        let file = format!("{name}.toml");
        sandbox.run(&["run", &file, "--out", "results", "--charts", "none", "-q", "--force"]).exits(0);
        let (header, runs) = sandbox.table("results/runs.csv");
        let columns: Vec<&str> = header.split(',').collect();
        for (replicate, run) in runs.iter().enumerate() {
            let figure =
                |column: &str| columns.iter().position(|other| *other == column).map(|place| run[place].as_str());
            let number = replicate.to_string();
            let events = rows(&sandbox.run(&["trace", &file, "--replicate", &number]).exits(0).stdout);
            let what = format!("{name}, replicate {replicate}");
            let messages: Vec<_> = events.iter().filter(|row| row["event"] == "message").cloned().collect();
            let holds = |column: &str, value: u64| {
                if let Some(written) = figure(column) {
                    assert_eq!(written, value.to_string(), "{what}: {column}");
                }
            };
            assert_eq!(figure("messages"), Some(messages.len().to_string().as_str()), "{what}");
            for (column, fate) in [("lost", "lost"), ("cut", "cut"), ("dropped", "dropped")] {
                holds(column, count(&messages, "fate", fate));
            }
            holds("bytes", sum(&messages, "bytes"));
            if let Some(updates) = figure("updates") {
                let taken: Vec<_> = messages.iter().filter(|row| row["fate"] != "refused").cloned().collect();
                assert_eq!(updates, sum(&taken, "update").to_string(), "{what}");
                holds("redundant", count(&messages, "effect", "redundant"));
                let nodes =
                    rows(&sandbox.run(&["trace", &file, "--table", "nodes", "--replicate", &number]).exits(0).stdout);
                holds("informed", sum(&nodes, "informed"));
                holds("live", sum(&nodes, "up"));
                assert_eq!(sum(&nodes, "sent"), messages.len() as u64, "{what}");
                assert_eq!(sum(&nodes, "received"), count(&messages, "fate", "delivered"), "{what}");
            }
            if name == "calls" {
                holds("refused", count(&messages, "fate", "refused"));
                assert!(count(&messages, "fate", "refused") > 0, "{what}");
            }
        }
    }
    // Of a run without events the last to learn makes its rounds and its time.
    sandbox.write("few.toml", FEW);
    sandbox
        .run(&["run", "few.toml", "--out", "results", "--charts", "none", "-q", "--force", "--replicates", "5"])
        .exits(0);
    let (header, runs) = sandbox.table("results/runs.csv");
    let place = |name: &str| header.split(',').position(|other| other == name).unwrap();
    for (replicate, run) in runs.iter().enumerate() {
        let nodes = rows(
            &sandbox.run(&["trace", "few.toml", "--table", "nodes", "--replicate", &replicate.to_string()]).stdout,
        );
        let last = nodes.iter().map(|row| row["first_receipt_ns"].parse::<u64>().unwrap()).max().unwrap();
        assert_eq!(run[place("time_ms")].parse::<f64>().unwrap(), last as f64 / 1e6);
        let round = nodes.iter().map(|row| row["round"].parse::<u64>().unwrap()).max().unwrap();
        assert_eq!(run[place("rounds")], round.to_string());
    }
}

#[test]
fn json_lines_say_what_csv_says_and_both_are_the_same_every_time() {
    let sandbox = Sandbox::new("trace-formats");
    for (name, text) in SCENARIOS {
        let file = format!("{name}.toml");
        sandbox.write(&file, text);
        let csv = sandbox.run(&["trace", &file]).exits(0).stdout;
        assert_eq!(sandbox.run(&["trace", &file, "--out", "log.csv", "--force"]).exits(0).stdout, "");
        assert_eq!(sandbox.text("log.csv"), csv);
        let lines = sandbox.run(&["trace", &file, "--format", "jsonl"]).exits(0).stdout;
        let rows = rows(&csv);
        assert_eq!(lines.lines().count(), rows.len());
        for (line, row) in lines.lines().zip(&rows) {
            let object: Value = serde_json::from_str(line).expect("an object");
            for (name, value) in object.as_object().expect("an object") {
                let shown = match value {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                assert_eq!(shown, row[name], "{line}");
            }
            assert_eq!(object.as_object().unwrap().len(), row.len());
        }
    }
    sandbox.run(&["trace", "rumor.toml", "--out", "log.csv"]).exits(2).says(&["log.csv", "--force"]);
    sandbox.run(&["trace", "average.toml", "--table", "nodes"]).exits(2).says(&["rumor", "average"]);
    sandbox.run(&["trace", "rumor.toml", "--table", "nodes", "--format", "gexf"]).exits(2).says(&["--table"]);
    sandbox.run(&["trace", "rumor.toml", "--point", "1"]).exits(2).says(&["no configuration 1"]);
    sandbox.run(&["trace", "rumor.toml", "--replicate", "3"]).exits(2).says(&["no replicate 3", "0 to 2"]);
    sandbox.write("few.toml", FEW);
    let long = ["trace", "few.toml", "--set", "network.nodes=131072"];
    sandbox.run(&long).exits(2).says(&["more than 1 000 000", "--force", "network.nodes"]);
}

#[test]
fn a_graph_with_names_is_traced_by_names() {
    let sandbox = Sandbox::new("trace-names");
    sandbox.write("arcs.csv", "source,target\nOslo,Rome\nRome,\"New <York>\"\nRome,Cairo\n");
    let text = "[network]\ntopology = { kind = \"file\", path = \"arcs.csv\" }\n[gossip]\nstrategy = \"push\"\n\
                [workload]\norigin = \"Oslo\"\n";
    sandbox.write("cities.toml", text);
    let nodes = rows(&sandbox.run(&["trace", "cities.toml", "--table", "nodes"]).exits(0).stdout);
    let of = |name: &str| nodes.iter().find(|row| row["name"] == name).expect(name);
    assert_eq!((of("Oslo")["hop"].as_str(), of("Oslo")["told_by"].as_str()), ("0", ""));
    assert_eq!((of("Rome")["hop"].as_str(), of("Rome")["told_by"].as_str()), ("1", "Oslo"));
    assert_eq!((of("Cairo")["hop"].as_str(), of("Cairo")["told_by"].as_str()), ("2", "Rome"));
    let explained = sandbox.run(&["explain", "cities.toml", "--node", "New <York>"]).exits(0);
    explained.prints(&["Node New <York> learned", "2 messages from node Oslo", "told by node Rome"]);
    sandbox.run(&["explain", "cities.toml", "--node", "Paris"]).exits(2).says(&["--node", "no node `Paris`"]);
    let xml = sandbox.run(&["trace", "cities.toml", "--format", "gexf"]).exits(0).stdout;
    assert!(
        xml.contains("label=\"New &lt;York&gt;\"") && xml.contains("<attvalue for=\"teller\" value=\"Rome\"/>"),
        "{xml}"
    );
    let picture = sandbox.run(&["picture", "cities.toml"]).exits(0).stdout;
    assert!(picture.contains("New &lt;York&gt;") && picture.contains("Oslo"), "{picture}");
}

#[test]
fn gexf_has_every_node_with_its_time_and_every_edge_once() {
    let sandbox = Sandbox::new("trace-gexf");
    for (topology, edges) in
        [("\"complete\"", 435), ("\"ring\"", 30), ("{ kind = \"random-regular\", degree = 4 }", 60)]
    {
        sandbox.write("few.toml", FEW.replace("loss = 0.1", &format!("topology = {topology}")));
        let xml = sandbox.run(&["trace", "few.toml", "--format", "gexf"]).exits(0).stdout;
        let nodes = rows(&sandbox.run(&["trace", "few.toml", "--table", "nodes"]).exits(0).stdout);
        let (mut reader, mut open, mut elements) = (quick_xml::Reader::from_str(&xml), 0_i64, BTreeMap::new());
        loop {
            use quick_xml::events::Event;
            let element = match reader.read_event().expect("XML") {
                Event::Start(element) => {
                    open += 1;
                    element
                }
                Event::Empty(element) => element,
                Event::End(_) => {
                    open -= 1;
                    continue;
                }
                Event::Eof => break,
                _ => continue,
            };
            *elements.entry(element.name().as_ref().to_owned()).or_insert(0) += 1;
        }
        assert_eq!((open, elements["node"], elements["edge"]), (0, 30, edges), "{topology}");
        // Whoever is told is told over an edge of the graph, and told once.
        assert_eq!(xml.matches("for=\"infection\" value=\"true\"").count(), 29, "{topology}");
        for row in nodes {
            let ms = row["first_receipt_ns"].parse::<f64>().unwrap() / 1e6;
            let node = format!("<node id=\"{}\"", row["node"]);
            let text = xml.split(&node).nth(1).unwrap().split("</node>").next().unwrap();
            assert!(text.contains(&format!("for=\"receipt\" value=\"{ms}\"")), "{text}");
            assert!(text.contains(&format!("for=\"informed\" value=\"1\" start=\"{ms}\"")), "{text}");
        }
    }
}

/// Of a broadcast a message is explained, from its publication on.
#[test]
fn a_message_is_explained_from_its_publication_on() {
    let mesh =
        "[gossip]\nphase = \"random\"\n[workload]\nkind = \"mesh\"\nd = 2\nd_low = 1\nd_lazy = 2\ngossip_factor = 0\n";
    explains_messages(mesh);
    explains_messages("[workload]\nkind = \"announce\"\ndirect = 1\nfetch_timeout = \"1s\"\n");
}

fn explains_messages(workload: &str) {
    let sandbox = Sandbox::new("explain_mesh");
    let network = "seed = 3\n[network]\nnodes = 30\nloss = 0.4\nlatency = \"40ms\"\n";
    sandbox.write("mesh.toml", format!("{network}{workload}messages = 8\n"));
    let text = sandbox.run(&["explain", "mesh.toml"]).exits(0).stdout;
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.contains("publishes it") && text.contains("on request") && text.contains("Where the "), "{text}");
    for message in 0..8 {
        let message = message.to_string();
        let json = sandbox.run(&["explain", "mesh.toml", "--json", "--message", &message]).exits(0).json();
        let parts =
            |of: &Value| of["parts_ns"].as_object().unwrap().values().map(|part| part.as_u64().unwrap()).sum::<u64>();
        let took = json["got_ns"].as_u64().unwrap() - json["published_ns"].as_u64().unwrap();
        assert_eq!((json["message"].to_string(), took), (message, parts(&json)));
        let author =
            ["explain", "mesh.toml", "--message", &json["message"].to_string(), "--node", &json["author"].to_string()];
        sandbox.run(&author).exits(0).prints(&["published message"]);
    }
    sandbox.run(&["explain", "mesh.toml", "--message", "8"]).exits(2).says(&[
        "no message 8",
        "8 messages",
        "message 7",
    ]);
    sandbox.write("few.toml", FEW);
    sandbox.run(&["explain", "few.toml", "--message", "0"]).exits(2).says(&[
        "--message",
        "`mesh` and `announce`",
        "`rumor`",
    ]);
}

#[test]
fn explain_adds_up_in_text_and_json_and_fits_80_columns() {
    let sandbox = Sandbox::new("explain");
    for (name, text) in [SCENARIOS[0], SCENARIOS[1], ("few", FEW)] {
        let file = format!("{name}.toml");
        sandbox.write(&file, text);
        let text = sandbox.run(&["explain", &file]).exits(0).stdout;
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(text.contains("Who told whom") && text.contains("Where the "), "{text}");
        for node in 0..30 {
            let outcome = sandbox.run(&["explain", &file, "--json", "--node", &node.to_string()]);
            if outcome.status != Some(0) {
                assert!(name == "rumor" && node >= 27, "{outcome:?}");
                continue;
            }
            let json = outcome.json();
            assert_eq!(json["node"], node);
            if json["learned"] == false {
                continue;
            }
            let parts = |of: &Value| {
                of["parts_ns"].as_object().unwrap().values().map(|part| part.as_u64().unwrap()).sum::<u64>()
            };
            assert_eq!(json["first_receipt_ns"], parts(&json));
            let hops = json["hops"].as_array().unwrap();
            assert_eq!(hops.iter().map(parts).sum::<u64>(), parts(&json));
        }
    }
    sandbox.run(&["explain", "few.toml", "--node", "3"]).exits(0).prints(&["Node 3 is the origin"]);
    sandbox.run(&["explain", "few.toml", "--node", "30"]).exits(2).says(&["there is no node `30`", "0 to 29"]);
    sandbox.write("average.toml", SCENARIOS[2].1);
    sandbox.run(&["explain", "average.toml"]).exits(2).says(&["rumor", "`average`"]);
    let short = ["explain", "few.toml", "--set", "stop.max_rounds=2", "--node", "29", "--set", "network.loss=1"];
    sandbox.run(&short).exits(0).prints(&["Node 29 never learned", "round-limit", "- No message with the update"]);
    sandbox.run(&[&short[..], &["--json"]].concat()).exits(0).prints(&["\"learned\":false"]);
}

/// The page shows what is printed, and that more loss makes the last node learn later.
#[test]
fn the_page_on_one_run_shows_what_the_program_prints() {
    let page = include_str!("../../docs/one-run.md");
    let sandbox = Sandbox::new("page");
    let block = |after: &str| page.split_once(after).and_then(|(_, rest)| rest.split_once("```")).expect(after).0;
    sandbox.write("rumor.toml", block("```toml\n"));
    let shown: Vec<&str> = page.split("```text\n$ gossipsim ").skip(1).collect();
    assert_eq!(shown.len(), 5);
    for text in shown {
        let (command, expected) = text.split_once("```").expect("its end").0.split_once('\n').expect("a line");
        let printed = sandbox.run(&command.split(' ').collect::<Vec<_>>()).exits(0).stdout;
        let mut rest = printed.as_str();
        for (number, part) in expected.split("…\n").enumerate() {
            let at = rest.find(part).unwrap_or_else(|| panic!("{command}:\n{part}is not in\n{rest}"));
            assert!(number > 0 || at == 0, "{command}");
            rest = &rest[at + part.len()..];
        }
        assert!(rest.is_empty() || expected.ends_with("…\n"), "{command}: {rest}");
    }
    let ends = ["0", "0.1", "0.3", "0.5"].map(|loss| {
        let json =
            sandbox.run(&["explain", "rumor.toml", "--json", "--set", &format!("network.loss={loss}")]).exits(0).json();
        (
            json["last_receipt_ns"].as_u64().unwrap() / 1_000_000,
            json["parts_ns"]["turns_lost"].as_u64().unwrap_or(0) / 1_000_000,
        )
    });
    assert_eq!(ends, [(7000, 0), (10_000, 1000), (11_000, 4000), (14_000, 7000)]);
}

/// A node that comes back without its state.
#[test]
fn a_node_that_forgot_and_learned_again_is_told_so_everywhere() {
    let sandbox = Sandbox::new("forgot");
    let text = "[network]\nnodes = 2\n[gossip]\nstrategy = \"push\"\ninterval = \"1s\"\n[workload]\norigin = 0\n[[event]]\n\
                at = \"1500ms\"\ncrash = [1]\nkeep_state = false\n[[event]]\nat = \"3500ms\"\nrecover = [1]\n";
    sandbox.write("two.toml", text);
    let explained = sandbox.run(&["explain", "two.toml"]).exits(0);
    explained.prints(&[
        "Node 1 learned the update at 4000 ms (round 5), the last of the 2 that kept it,",
        "It had it before, from 0 ms to 3500 ms, when it came back from a crash without",
        "  4000 ms: node 1 told by node 0 (update), after it had lost it at 3500 ms\n",
        "+ 3500 ms  had it from before, and lost it then",
        "+ 500 ms  waiting for a turn",
    ]);
    let json = sandbox.run(&["explain", "two.toml", "--json"]).exits(0).json();
    assert_eq!((&json["first_receipt_ns"], &json["last_receipt_ns"]), (&0.into(), &4_000_000_000_u64.into()));
    assert_eq!((&json["receipts"], &json["hops"][0]["lost_before_ns"]), (&2.into(), &3_500_000_000_u64.into()));
    let nodes = rows(&sandbox.run(&["trace", "two.toml", "--table", "nodes"]).exits(0).stdout);
    let cells =
        ["first_receipt_ns", "receipts", "last_receipt_ns", "round", "told_by", "hop"].map(|name| &*nodes[1][name]);
    assert_eq!(cells, ["0", "2", "4000000000", "5", "0", "1"]);
    let xml = sandbox.run(&["trace", "two.toml", "--format", "gexf"]).exits(0).stdout;
    for (value, span) in
        [("1", "start=\"0\" end=\"3500\""), ("0", "start=\"3500\" end=\"4000\""), ("1", "start=\"4000\"/>")]
    {
        assert!(xml.contains(&format!("for=\"informed\" value=\"{value}\" {span}")), "{xml}");
    }
    // Who tells it no more leaves it without.
    let cut = "[[event]]\nat = \"2s\"\ncut = { from = [0], to = [1] }\n[stop]\nmax_rounds = 9\n";
    sandbox.write("cut.toml", text.replace("[[event]]\nat = \"1500", &format!("{cut}[[event]]\nat = \"1500")));
    let origin = sandbox.run(&["explain", "cut.toml"]).exits(0);
    origin.prints(&["Node 0 is the origin", "1 node lost it and never learned it again: 1."]);
    let lost = sandbox.run(&["explain", "cut.toml", "--node", "1"]).exits(0);
    lost.prints(&["Node 1 learned the update at 0 ms", "back from a crash at 3500 ms without its state, and never"]);
}

#[test]
fn a_run_in_which_nobody_learns_is_explained_by_what_became_of_messages() {
    let sandbox = Sandbox::new("alone");
    sandbox.write("few.toml", FEW.replace("loss = 0.1", "loss = 1") + "[stop]\nmax_rounds = 5\n");
    let explained = sandbox.run(&["explain", "few.toml"]).exits(0);
    explained.prints(&[
        "Node 3 is the origin: it had the update before anything happened. No other node\nlearned it.",
        "Messages with the update: 5 lost.\nThe run ended at ",
        "(round-limit).\n29 nodes never learned it: 0, 1, 2, 4, 5, 6, 7, 8, …. See why with --node.",
    ]);
}

/// What a terminal shows of a command, in bytes; nothing where no program makes terminals.
#[cfg(target_os = "linux")]
fn in_terminal(sandbox: &Sandbox, line: &str, variables: &[(&str, &str)]) -> Option<String> {
    use std::process::Command;
    let program = env!("CARGO_BIN_EXE_gossipsim");
    let mut command = Command::new("script");
    command.args(["-qec", &format!("{program} {line}"), "/dev/null"]).current_dir(sandbox.path(""));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "CI"] {
        command.env_remove(name);
    }
    let output = command.envs(variables.iter().copied()).stdin(std::process::Stdio::null()).output().ok()?;
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_gets_colours_only_if_it_knows_them_and_never_what_is_in_names() {
    let sandbox = Sandbox::new("terminal");
    sandbox.write("few.toml", FEW);
    let watch = "watch few.toml --play --delay 1ns";
    let Some(shown) = in_terminal(&sandbox, watch, &[("TERM", "xterm")]) else { return };
    assert!(shown.contains("\u{1b}[32m"), "{shown:?}");
    let plain: [&[(&str, &str)]; 3] =
        [&[("TERM", "dumb")], &[("TERM", "xterm"), ("NO_COLOR", "1")], &[("TERM", "xterm"), ("CLICOLOR", "0")]];
    for variables in plain {
        let shown = in_terminal(&sandbox, watch, variables).expect("as before");
        assert!(shown.contains("converged") && !shown.contains('\u{1b}'), "{variables:?}: {shown:?}");
    }
    // Many names, so that every buffer is cut somewhere within one.
    let name = |number: u32| format!("\u{1b}[31m\u{9b}2J\u{202e}{number}");
    let arcs: String = (0..400).map(|number| format!("{},{}\n", name(number), name(number + 1))).collect();
    sandbox.write("arcs.csv", format!("source,target\n{arcs}"));
    let text = "[network]\ntopology = { kind = \"file\", path = \"arcs.csv\" }\n[gossip]\nstrategy = \"push\"\n[stop]\n\
                max_rounds = 30\n";
    sandbox.write("names.toml", text);
    for line in [
        "trace names.toml",
        "trace names.toml --table nodes",
        "trace names.toml --format jsonl",
        "trace names.toml --format gexf",
        "graph names.toml",
        "picture names.toml",
        "explain names.toml",
        "watch names.toml --play --delay 1ns --node-limit 99",
    ] {
        let shown = in_terminal(&sandbox, line, &[("TERM", "dumb")]).expect("as before");
        let obeyed = ['\u{1b}', '\u{9b}', '\u{202e}', '\u{fffd}'].iter().find(|letter| shown.contains(**letter));
        assert!(obeyed.is_none() && shown.len() > 500, "{line}: {obeyed:?} in {shown:?}");
    }
}

/// The use that has to work: watch a rumor, explain the last node, change the loss, look again.
#[test]
fn a_rumor_is_watched_explained_changed_and_watched_again() {
    let sandbox = Sandbox::new("watch");
    sandbox.write("few.toml", FEW);
    let first = sandbox.run(&["watch", "few.toml"]).exits(0).stdout;
    assert_eq!(sandbox.run(&["watch", "few.toml", "--play", "--delay", "5min"]).exits(0).stdout, first, "nobody waits");
    assert!(!first.contains('\u{1b}') && first.lines().all(|line| line.chars().count() <= 80), "{first}");
    assert!(first.contains("origin: 3") && first.contains("####################  100.0 %        30"), "{first}");
    assert!(first.lines().last().unwrap().ends_with("converged"), "{first}");
    let quiet = sandbox.run(&["watch", "few.toml", "--node-limit", "0"]).exits(0).stdout;
    assert!(!quiet.contains("origin:") && !quiet.contains("new:"), "{quiet}");
    let explained = sandbox.run(&["explain", "few.toml"]).exits(0).stdout;
    let last = first.lines().rev().find_map(|line| line.trim().strip_prefix("new: ")).expect("somebody is last");
    assert!(last.split(", ").any(|node| explained.contains(&format!("Node {node} learned"))), "{first}\n{explained}");
    let again = sandbox.run(&["watch", "few.toml", "--set", "network.loss=0.5"]).exits(0).stdout;
    assert!(again.lines().count() > first.lines().count(), "loss takes rounds: {again}");
    for (name, text) in SCENARIOS {
        let file = format!("{name}.toml");
        sandbox.write(&file, text);
        let shown = sandbox.run(&["watch", &file]).exits(0).stdout;
        assert!(shown.lines().count() > 5 && shown.contains("the run ended at"), "{shown}");
    }
    sandbox.run(&["watch", "few.toml", "--delay", "1s"]).exits(2).says(&["--play"]);
    sandbox.run(&["watch", "few.toml", "--play", "--delay", "soon"]).exits(2).says(&["--delay"]);
}

#[test]
fn pictures_of_every_layout_are_drawn_and_are_the_same_every_time() {
    let sandbox = Sandbox::new("picture");
    let topologies = [
        "\"complete\"",
        "\"ring\"",
        "\"line\"",
        "\"star\"",
        "\"grid\"",
        "{ kind = \"torus\", sides = [4, 4, 4] }",
        "\"hypercube\"",
        "{ kind = \"tree\", arity = 3 }",
        "{ kind = \"random-regular\", degree = 3 }",
        "{ kind = \"erdos-renyi\", mean_degree = 2 }",
    ];
    for topology in topologies {
        let text = FEW.replace("nodes = 30\nloss = 0.1", &format!("nodes = 64\ntopology = {topology}"));
        sandbox.write("few.toml", text + "[stop]\nmax_rounds = 40\n");
        let svg = sandbox.run(&["picture", "few.toml"]).exits(0).stdout;
        assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"), "{topology}");
        assert!(svg.matches("<circle").count() >= 2 * 64 && !svg.contains("NaN"), "{topology}");
        assert_eq!(sandbox.run(&["picture", "few.toml"]).exits(0).stdout, svg, "{topology}");
    }
    sandbox.run(&["picture", "few.toml", "--out", "few.png"]).exits(0);
    assert_eq!(sandbox.bytes("few.png")[..8], *b"\x89PNG\r\n\x1a\n");
    sandbox.run(&["picture", "few.toml", "--set", "network.nodes=501"]).exits(2).says(&["501", "500", "gexf"]);
    sandbox.write("average.toml", SCENARIOS[2].1);
    sandbox.run(&["picture", "average.toml"]).exits(2).says(&["rumor"]);
}
