//! Short forms of values, settings that follow the number of nodes, keys in step, and configurations left out: what they
//! mean, and every mistake in them once.

use gossipsim::scenario::{Overrides, Problems, Scenario, Source, read};
use serde_json::{Value, json};

const GOOD: &str = "[network]\nnodes = 64\n[gossip]\nstrategy = \"push-pull\"\n";

fn try_text(text: &str) -> Result<Scenario, Problems> {
    read(Source::text("demo.toml", text), &Overrides::default())
}

fn good(text: &str) -> Scenario {
    try_text(text).unwrap_or_else(|problems| panic!("{text}\n{problems}"))
}

/// A scenario of 64 nodes that says `value` for `key`.
fn with(key: &str, value: &str) -> Result<Scenario, Problems> {
    // Averages by pairs need other phases.
    let strategy = if key == "workload" { "push" } else { "push-pull" };
    let set = vec![format!("gossip.strategy={strategy}"), format!("{key}={value}")];
    read(Source::text("demo.toml", GOOD), &Overrides { set, ..Overrides::default() })
}

/// What the first point says at a JSON pointer.
fn says(scenario: &Scenario, pointer: &str) -> Value {
    let settings = serde_json::to_value(scenario.point(0).settings).expect("settings");
    settings.pointer(pointer).cloned().unwrap_or(Value::Null)
}

fn refused(text: &str, parts: &[&str]) -> String {
    let message = try_text(text).expect_err(text).render(false);
    for part in parts {
        assert!(message.contains(part), "`{part}` is missing for\n{text}\n{message}");
    }
    message
}

#[test]
fn a_short_form_is_what_it_is_short_for() {
    for (key, short, long) in [
        ("network.loss", "\"1%\"", "0.01"),
        ("network.loss", "\"0.1 %\"", "0.001"),
        ("network.loss", "{ kind = \"bernoulli\", rate = \"12.5%\" }", "0.125"),
        ("network.loss", "1%", "0.01"),
        ("network.latency", "\"80ms\"", "{ kind = \"constant\", value = \"80ms\" }"),
        ("network.latency", "1.5s", "{ kind = \"constant\", value = \"1500ms\" }"),
        ("network.nodes", "\"10k\"", "10000"),
        ("network.nodes", "\"1M\"", "1000000"),
        ("network.nodes", "\"2^10\"", "1024"),
        ("network.nodes", "\"1e6\"", "1000000"),
        ("network.nodes", "1e6", "1000000"),
        ("network.nodes", "\"1_000\"", "1000"),
        ("replicates", "\"10k\"", "10000"),
        ("seed", "\"2^40\"", "1099511627776"),
        ("seed", "\"18446744073709551615\"", "18446744073709551615"),
        ("gossip.fanout", "\"all\"", "63"),
        ("gossip.fanout", "\"3\"", "3"),
        ("stop.max_rounds", "\"1k\"", "1000"),
        (
            "network.topology",
            "{ kind = \"watts-strogatz\", rewire = \"5%\" }",
            "{ kind = \"watts-strogatz\", rewire = 0.05 }",
        ),
        ("event", "[{ at = \"1s\", crash = \"25%\" }]", "[{ at = \"1s\", crash = 0.25 }]"),
        ("event", "[{ at = \"1s\", crash = \"0.25\" }]", "[{ at = \"1s\", crash = 0.25 }]"),
        ("event", "[{ at = \"1s\", crash = \"1\" }]", "[{ at = \"1s\", crash = 1 }]"),
        ("event", "[{ at = \"1s\", crash = \"16/n\" }]", "[{ at = \"1s\", crash = 0.25 }]"),
        (
            "event",
            "[{ at = \"1s\", cut = { from = \"n/128\", to = \"all\" } }]",
            "[{ at = \"1s\", cut = { from = 0.5, to = \"all\" } }]",
        ),
        ("event", "[{ at = \"1s\", partition = [\"n/128\", \"1/2\"] }]", "[{ at = \"1s\", partition = [0.5, 0.5] }]"),
        ("deadline", "{ time = \"1s\", coverage = \"99.9 %\" }", "{ time = \"1s\", coverage = 0.999 }"),
        ("replicates", "{ target = \"1/100\" }", "{ target = 0.01 }"),
        ("event", "[{ at = \"1s\", partition = [\"50%\", 0.5] }]", "[{ at = \"1s\", partition = [0.5, 0.5] }]"),
    ] {
        let [short_form, long_form] =
            [short, long].map(|value| with(key, value).unwrap_or_else(|problems| panic!("{value}: {problems}")));
        assert_eq!(short_form.hash(), long_form.hash(), "{key} = {short}");
        assert_eq!(short_form.resolved_toml(), long_form.resolved_toml(), "{key} = {short}");
    }
    let average = with("workload", "{ kind = \"average\", tolerance = \"0.5%\" }").expect("an average");
    assert_eq!(says(&average, "/workload/tolerance"), json!(0.005));
}

#[test]
fn a_short_form_that_is_swept_is_a_number() {
    let swept = |line: &str| {
        let scenario = good(&format!("{GOOD}[sweep]\n{line}\n"));
        scenario.sweep[0].values().collect::<Vec<_>>()
    };
    assert_eq!(swept("\"network.nodes\" = [\"1k\", \"10k\", \"2^4\"]"), ["1000", "10000", "16"]);
    assert_eq!(swept("\"network.nodes\" = \"10^2..10^4\""), ["100", "1000", "10000"]);
    assert_eq!(swept("\"network.loss\" = \"1%..4% step 1%\""), ["0.01", "0.02", "0.03", "0.04"]);
    assert_eq!(swept("\"network.loss\" = [0, \"2%\"]"), ["0", "0.02"]);
    assert_eq!(swept("\"gossip.fanout\" = [1, \"all\"]"), ["1", "all"]);
    assert_eq!(swept("\"network.latency\" = [\"none\", \"80ms\"]"), ["none", "80ms"]);
    refused(&format!("{GOOD}[sweep]\n\"network.loss\" = [\"1%\", 0.01]\n"), &["demo.toml:6:25", "in the list twice"]);
    let same = ["`{ kind = \"constant\", value = \"80ms\" }` is the same value as `\"80ms\"`"];
    refused(
        &format!("{GOOD}[sweep]\n\"network.latency\" = [\"80ms\", {{ kind = \"constant\", value = \"80ms\" }}]\n"),
        &same,
    );
    refused(&format!("{GOOD}[sweep]\n\"gossip.fanout\" = [63, \"all\"]\n"), &["`\"all\"` is the same value as `63`"]);
}

#[test]
fn settings_follow_the_number_of_nodes() {
    for (key, written, pointer, value) in [
        ("gossip.fanout", "\"ceil(2*log2(n))\"", "/gossip/fanout", json!(12)),
        ("gossip.fanout", "n-1", "/gossip/fanout", json!(63)),
        ("gossip.fanout", "\"max(1, floor(n/100))\"", "/gossip/fanout", json!(1)),
        ("gossip.spread", "{ kind = \"coin\", k = \"ceil(ln(n))\" }", "/gossip/spread/k", json!(5)),
        ("gossip.connection_limit", "\"ceil(sqrt(n))\"", "/gossip/connection_limit", json!(8)),
        ("stop.max_rounds", "\"10*ceil(log2(network.nodes))\"", "/stop/max_rounds", json!(60)),
        ("network.loss", "\"2/n\"", "/network/loss/rate", json!(0.031_25)),
        (
            "network.topology",
            "{ kind = \"random-regular\", degree = \"ceil(log2(n))\" }",
            "/network/topology/degree",
            json!(6),
        ),
        (
            "network.topology",
            "{ kind = \"torus\", sides = [\"sqrt(n)\", \"sqrt(n)\"] }",
            "/network/topology/sides",
            json!([8, 8]),
        ),
        ("workload", "{ kind = \"average\", tolerance = \"1/n\" }", "/workload/tolerance", json!(0.015_625)),
        ("event", "[{ at_round = \"log2(n)\", join = \"n/4\" }]", "/event/0/join", json!(16)),
    ] {
        let scenario = with(key, written).unwrap_or_else(|problems| panic!("{written}: {problems}"));
        assert_eq!(says(&scenario, pointer), value, "{key} = {written}");
        // One size: the number stands in its place, and nothing else of the scenario remembers how it was written.
        assert!(
            scenario.following.is_empty() && !scenario.resolved_toml().contains("n)"),
            "{}",
            scenario.resolved_toml()
        );
    }
    let p = with("network.topology", "{ kind = \"erdos-renyi\", p = \"2*ln(n)/n\" }").expect("a graph");
    let p = says(&p, "/network/topology/p").as_f64().expect("p");
    assert!((p - 2.0 * libm::log(64.0) / 64.0).abs() < 1e-12, "{p}");
}

const GROWING: &str = r#"
    [network]
    nodes = 16
    topology = { kind = "random-regular", degree = "ceil(log2(n))" }
    loss = "1/n"
    [gossip]
    strategy = "push"
    spread = { kind = "counter", k = "ceil(ln(n))" }
    [stop]
    max_rounds = "20*log2(n)"
    [[event]]
    at_round = 3
    join = "n/4"
    [[event]]
    at_round = 4
    crash = "4/n"
    [sweep]
    "gossip.fanout" = [1, "ceil(ln(n))", "floor(sqrt(n))"]
    "network.nodes" = "2^4..2^8"
    "gossip.strategy" = ["push", "pull"]
"#;

#[test]
fn an_expression_is_worked_out_at_every_size() {
    let scenario = good(GROWING);
    assert_eq!(scenario.points.len(), 30);
    for (index, point) in scenario.points.iter().enumerate() {
        let n = f64::from(point.settings.network.nodes);
        let fanout = match point.swept()[0].1.as_str() {
            "1" => 1.0,
            "ceil(ln(n))" => libm::log(n).ceil(),
            _ => n.sqrt().floor(),
        };
        let settings = serde_json::to_value(&point.settings).expect("settings");
        assert_eq!(f64::from(point.settings.gossip.fanout), fanout, "{n}");
        assert_eq!(settings["network"]["topology"]["degree"].as_f64(), Some(libm::log2(n).ceil()), "{n}");
        assert_eq!(settings["network"]["loss"]["rate"].as_f64(), Some(1.0 / n), "{n}");
        assert_eq!(settings["gossip"]["spread"]["k"].as_f64(), Some(libm::log(n).ceil()), "{n}");
        assert_eq!(settings["stop"]["max_rounds"].as_f64(), Some(20.0 * libm::log2(n)), "{n}");
        assert_eq!(settings["event"][0]["join"].as_f64(), Some(n / 4.0), "{n}");
        assert_eq!(settings["event"][1]["crash"].as_f64(), Some(4.0 / n), "{n}");
        // A point alone is the same as behind the one before it.
        assert_eq!(scenario.point(index).settings, point.settings);
    }
    let again = good(&scenario.resolved_toml());
    assert_eq!(again.hash(), scenario.hash(), "{}", scenario.resolved_toml());
    assert_eq!(again.resolved_toml(), scenario.resolved_toml());
    let resolved = scenario.resolved();
    assert_eq!(resolved["follows"]["network.loss"], "1/n");
    assert_eq!(resolved["follows"]["event.0.join"], "n/4");
    assert_eq!(resolved["follows"]["event.1.crash"], "4/n");
    assert_eq!(resolved["settings"]["stop"]["max_rounds"], 80);
}

#[test]
fn a_file_that_settles_the_number_of_nodes_decides_what_follows_it() {
    let folder = std::env::temp_dir().join(format!("gossipsim-short-forms-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (name, nodes) in [("a.txt", 4), ("b.txt", 16)] {
        let edges: String = (1..nodes).map(|node| format!("{} {node}\n", node - 1)).collect();
        std::fs::write(folder.join(name), edges).expect("a file");
    }
    let text = "[network]\ntopology = { kind = \"file\", path = \"a.txt\" }\n[gossip]\nstrategy = \"push\"\nfanout = \"log2(n)\"\n\
                [sweep]\n\"network.topology.path\" = [\"a.txt\", \"b.txt\"]\n\"gossip.interval\" = [\"1s\", \"2s\"]\n";
    let path = folder.join("demo.toml");
    std::fs::write(&path, text).expect("a scenario");
    let source = Source::file(&path).expect("a scenario");
    let scenario = read(source, &Overrides::default()).unwrap_or_else(|problems| panic!("{problems}"));
    std::fs::remove_dir_all(&folder).expect("remove it");
    let fanouts: Vec<u32> = scenario.points.iter().map(|point| point.settings.gossip.fanout).collect();
    assert_eq!(fanouts, [2, 2, 4, 4]);
}

#[test]
fn a_mistake_in_an_expression_is_shown_at_its_letters() {
    let fanout = |written: &str, parts: &[&str]| refused(&format!("{GOOD}fanout = {written}\n"), parts);
    fanout(
        "\"ciel(log2(n))\"",
        &["demo.toml:5:11", "gossip.fanout", "no function `ciel`", "ceil, floor, round", "did you mean `ceil`?"],
    );
    fanout("\"ceil(log(n))\"", &["demo.toml:5:16", "no function `log`", "`ln`, `log2` or `log10`"]);
    fanout("\"2*log2(m)\"", &["demo.toml:5:18", "no variable `m`", "the only variable is `n`"]);
    fanout("\"2log2(n)\"", &["demo.toml:5:11", "`2log2` is not a number", "write a product with a star: 2*log2"]);
    fanout("\"ceil(log2(n)\"", &["demo.toml:5:15", "not closed", "add a `)`"]);
    fanout("'ceil(n/0)'", &["demo.toml:5:16", "64 / 0 is not a finite number"]);
    fanout("\"ceil(ln(n-64))\"", &["demo.toml:5:16", "ln(0) is not a finite number"]);
    fanout(
        "\"log2(n)/4\"",
        &["demo.toml:5:10", "1.5 is not a whole number (\"log2(n)/4\" at n = 64)", "write \"ceil(log2(n)/4)\""],
    );
    fanout("\"2*n\"", &["demo.toml:5:10", "128 is not a whole number from 1 to 63 (\"2*n\" at n = 64)", "here 64"]);
    fanout("\"1-n\"", &["-63 is not a whole number from 1 to 63"]);
    fanout("\"0.5\"", &["0.5 is not a whole number"]);
    fanout("\"n > 2\"", &["a condition is not a number"]);
    let deep = format!("\"{}n{}\"", "(".repeat(40), ")".repeat(40));
    fanout(&deep, &["more than 32 parts stand within each other"]);
    fanout(&format!("\"{}\"", "1+".repeat(300)), &["an expression of 600 characters; at most 400 are read"]);
    // A letter that is escaped moves all behind it: then it is the whole text.
    fanout("\"ceil(\\u006c(n))\"", &["demo.toml:5:10", "no function `l`"]);
    let parts = ["demo.toml:5:29", "gossip.spread.k", "3.5 is not whole (\"n/18.285714285714285\" at n = 64)"];
    drop(refused(&format!("{GOOD}spread = {{ kind = \"coin\", k = \"n/18.285714285714285\" }}\n"), &parts[1..2]));
    let parts =
        ["demo.toml:5:29", "gossip.spread.k", "4.5 is not whole (\"n/8-3.5\" at n = 64)", "write \"ceil(n/8-3.5)\""];
    let text = format!("{GOOD}spread = {{ kind = \"coin\", k = \"n/8-3.5\" }}\n");
    refused(&text, &parts[1..]);
    let text = GOOD.replace("64", "64\nloss = \"n/2\"");
    refused(&text, &["demo.toml:3:8", "network.loss", "the number 32 is not a rate from 0 to 1 (\"n/2\" at n = 64)"]);
    for (key, line) in [("network.nodes", "n"), ("seed", "2*n"), ("replicates", "n")] {
        let message = with(key, &format!("\"{line}\"")).expect_err(key).render(false);
        assert!(message.contains("`n` means nothing here"), "{key}: {message}");
    }
    // What follows a number that is not known has no mistake of its own.
    let message = refused(
        "[network]\nloss = \"1/n\"\n[gossip]\nstrategy = \"push\"\nfanout = \"ln(n)\"\n",
        &["`network.nodes` is missing"],
    );
    assert_eq!(message.matches("error:").count(), 1, "{message}");
    // At one size of several.
    let text = format!("{GOOD}fanout = \"log2(n)\"\n[sweep]\n\"network.nodes\" = [64, 100, 101]\n");
    let message =
        refused(&text, &["demo.toml:5:10", "6.64385618977", "is not a whole number (\"log2(n)\" at n = 100)"]);
    assert_eq!(message.matches("error:").count(), 1, "{message}");
}

#[test]
fn an_expression_may_stand_on_the_command_line() {
    let overrides = Overrides {
        set: vec!["network.loss=2%".to_owned()],
        vary: Some("gossip.fanout=1,max(2, ceil(ln(n))),all".to_owned()),
        ..Overrides::default()
    };
    let scenario = read(Source::text("demo.toml", GOOD), &overrides).unwrap_or_else(|problems| panic!("{problems}"));
    let fanouts: Vec<u32> = scenario.points.iter().map(|point| point.settings.gossip.fanout).collect();
    assert_eq!(fanouts, [1, 5, 63]);
    assert_eq!(scenario.sweep[0].values().collect::<Vec<_>>(), ["1", "max(2, ceil(ln(n)))", "all"]);
}

const ZIPPED: &str = "[sweep]\n\"gossip.strategy\" = [\"push\", \"pull\"]\n[[sweep.zip]]\n\"network.nodes\" = [16, 64, 256]\n\
                      \"gossip.fanout\" = [4, 2, 1]\n[[sweep.zip]]\n\"network.loss\" = [0, \"10%\"]\n\"gossip.interval\" = [\"1s\", \"2s\"]\n";

#[test]
fn keys_in_step_are_one_key_of_the_sweep() {
    let scenario = good(&format!("{GOOD}{ZIPPED}"));
    assert_eq!(scenario.points.len(), 12);
    let values =
        |index: usize| scenario.point(index).swept().into_iter().map(|(_, value)| value).collect::<Vec<_>>().join(" ");
    assert_eq!(
        [0, 1, 2, 11].map(values),
        ["push 16 4 0 1s", "push 16 4 0.1 2s", "push 64 2 0 1s", "pull 256 1 0.1 2s"]
    );
    assert_eq!(scenario.resolved()["sweep"][3], json!({ "key": "network.loss", "values": ["0", "0.1"], "zip": 1 }));
    assert_eq!(scenario.resolved()["sweep"][0].get("zip"), None);
    let again = good(&scenario.resolved_toml());
    assert_eq!((again.hash(), again.resolved_toml()), (scenario.hash(), scenario.resolved_toml()));
    // A value that is added changes no run that was there.
    let longer = good(&format!("{GOOD}{ZIPPED}").replace("256]", "256, 1024]").replace("2, 1]", "2, 1, 1]"));
    for point in &scenario.points {
        assert!(longer.points.iter().any(|other| (other.seed, &other.settings) == (point.seed, &point.settings)));
    }
}

#[test]
fn the_command_line_takes_keys_out_of_a_zip() {
    let text = format!("{GOOD}{ZIPPED}");
    let of = |set: &[&str]| {
        let set = set.iter().map(|&text| text.to_owned()).collect();
        read(Source::text("demo.toml", &text), &Overrides { set, ..Overrides::default() })
            .unwrap_or_else(|problems| panic!("{problems}"))
    };
    let keys = |scenario: &Scenario| scenario.sweep.iter().map(|key| key.path.clone()).collect::<Vec<_>>();
    let set = of(&["gossip.fanout=3"]);
    assert_eq!(keys(&set), ["gossip.strategy", "network.nodes", "network.loss", "gossip.interval"]);
    assert!(
        set.notes.iter().any(|note| note.contains("`gossip.fanout` is set on the command line")),
        "{:?}",
        set.notes
    );
    let both = of(&["network.loss=0", "gossip.interval=1s"]);
    assert_eq!(
        (keys(&both), both.points.len()),
        (["gossip.strategy", "network.nodes", "gossip.fanout"].map(str::to_owned).to_vec(), 6)
    );
    let swept = of(&["sweep.network.loss=[0.1, 0.2, 0.3]"]);
    assert_eq!((keys(&swept)[1].as_str(), swept.points.len()), ("network.loss", 36));
    assert!(swept.notes.iter().any(|note| note.contains("goes in step with no other key")), "{:?}", swept.notes);
    assert_eq!(of(&["sweep.zip=[{ gossip.fanout = [1, 2], network.loss = [0, 0.1] }]"]).points.len(), 4);
    assert_eq!(of(&["sweep.where=network.nodes > 16 and gossip.strategy == 'push'"]).points.len(), 4);
}

#[test]
fn where_leaves_configurations_out_before_they_are_read() {
    let sweep = "[sweep]\n\"network.nodes\" = [4, 8, 16]\n\"gossip.fanout\" = [1, 4, 8, \"all\"]\n";
    refused(&format!("{GOOD}{sweep}"), &["demo.toml:7:23", "4 is not a whole number from 1 to 3"]);
    let points = |condition: &str| {
        let scenario = good(&format!("{GOOD}{sweep}where = \"{condition}\"\n"));
        let points = scenario.points.iter().map(|point| {
            let swept: Vec<String> = point.swept().into_iter().map(|(_, value)| value).collect();
            assert_eq!(scenario.point(point.index as usize).settings, point.settings);
            swept.join(" ")
        });
        (points.collect::<Vec<_>>(), scenario.notes)
    };
    let (kept, notes) = points("gossip.fanout < network.nodes");
    assert_eq!(kept, ["4 1", "4 all", "8 1", "8 4", "8 all", "16 1", "16 4", "16 8", "16 all"]);
    assert_eq!(notes, ["`where` leaves out 3 of 12 configurations"]);
    assert_eq!(points("gossip.fanout < n and n == 8 and not gossip.fanout == 4").0, ["8 1", "8 all"]);
    assert_eq!(points("n == 16 and gossip.fanout == n - 1 and gossip.interval <= '1s'").0, ["16 all"]);
    assert_eq!(points("n == 16 and network.topology == 'complete' and network.loss <= 10%").0.len(), 4);
    let scenario = good(&format!("{GOOD}{sweep}where = \"gossip.fanout < n\"\n"));
    let again = good(&scenario.resolved_toml());
    assert_eq!((again.hash(), again.resolved_toml()), (scenario.hash(), scenario.resolved_toml()));
    assert_eq!(scenario.resolved()["where"], "gossip.fanout < n");
}

#[test]
fn where_knows_the_settings_of_models_where_they_are_written() {
    let text = format!(
        "{GOOD}[sweep]\n\"network.topology\" = [\"complete\", {{ kind = \"random-regular\", degree = 4 }}, {{ kind = \"random-regular\", degree = 8 }}]\n\
         \"network.latency\" = [\"none\", \"80ms\", {{ kind = \"exponential\", mean = \"1s\" }}]\n"
    );
    let count = |condition: &str| good(&format!("{text}where = \"{condition}\"\n")).points.len();
    assert_eq!(count("network.topology != 'random-regular' or network.topology.degree > 4"), 6);
    assert_eq!(count("network.topology.kind == 'complete'"), 3);
    assert_eq!(count("network.latency == '80ms' or network.latency == 'exponential'"), 6);
    let parts =
        ["demo.toml:8:10", "`network.topology.degree` is not written in every configuration", "only where it is"];
    refused(&format!("{text}where = \"network.topology.degree > 4\"\n"), &parts);
    for (condition, parts) in [
        // What helps is of the family that the key is of, and of what the scenario has of it.
        ("network.topology.degree > 4", &["where it is: network.topology == 'random-regular' and"][..]),
        ("network.latency.mean > '1ms'", &["where it is: network.latency == 'exponential' and"]),
        (
            "network.topology.neighbors > 4",
            &[
                "`network.topology.neighbors` is a setting of 'ring'",
                "`network.topology` is 'complete' or 'random-regular'",
            ],
        ),
        ("network.topology.degre > 4", &["did you mean `network.topology.degree`?"]),
        (
            "network.topology.neighbours > 4",
            &["`network.topology.neighbors` would be a key, and no configuration has it"],
        ),
        (
            "gossip.spread.k > 4",
            &[
                "`gossip.spread.k` is a setting of 'coin' or 'counter' or 'duplicates', and `gossip.spread` is 'forever'",
            ],
        ),
        (
            "workload.timeout > '1s'",
            &["`workload.timeout` is a key of the workload ", "or 'detector'", "the workload is 'rumor'"],
        ),
    ] {
        refused(&format!("{text}where = \"{condition}\"\n"), parts);
    }
}

#[test]
fn a_text_in_where_means_what_it_means_in_the_scenario() {
    let text = format!(
        "{GOOD}[sweep]\n\"network.loss\" = [0, \"10%\", {{ kind = \"bernoulli\", rate = 0.2 }}]\n\
         \"gossip.fanout\" = [1, \"all\"]\n\"network.latency\" = [\"none\", \"80ms\", {{ kind = \"constant\", value = \"90ms\" }}, {{ kind = \"exponential\", mean = \"80ms\" }}]\n"
    );
    let all = 3 * 2 * 4;
    for (condition, kept) in [
        ("network.loss == '10%'", 8),
        ("network.loss != '10%'", 16),
        ("'0.1' == network.loss", 8),
        ("network.loss < '20 %'", 16),
        ("network.loss == 'bernoulli'", all),
        ("network.loss.kind == 'bernoulli'", all),
        ("gossip.fanout == 'all'", 12),
        ("gossip.fanout != 'all'", 12),
        ("gossip.fanout == 'n-1'", 12),
        ("gossip.fanout < 'n/2'", 12),
        ("network.nodes == '2^6'", all),
        // A duration alone is the same model as the table that it is short for.
        ("network.latency == '80ms'", 6),
        ("network.latency == '90ms'", 6),
        ("network.latency == '0.09s'", 6),
        ("network.latency == 'constant'", 12),
        ("network.latency.kind == 'constant'", 12),
        ("network.latency != 'exponential'", 18),
        ("network.latency == 'constant' and network.latency < '85ms'", 6),
        ("gossip.interval == '1000ms'", all),
        ("network.header_size == '32B'", all),
        ("network.header_size < '1KiB'", all),
        ("stop.max_time == 'none'", all),
        ("stop.max_time != '5s'", all),
        ("gossip.connection_limit == 'none'", all),
        ("gossip.connection_limit != 5", all),
        ("gossip.connection_limit != '1k'", all),
        ("workload.origin == 'random'", all),
        ("network.topology != 'ring'", all),
        // Of what follows the number of nodes nobody knows whether it is out of range everywhere.
        ("gossip.fanout != 'n/128'", all),
        ("network.loss < 1.1", all),
    ] {
        let points = good(&format!("{text}where = \"{condition}\"\n")).points.len();
        assert_eq!(points, kept, "{condition}");
    }
}

#[test]
fn a_comparison_that_could_never_hold_or_never_fail_is_refused() {
    for (condition, parts) in [
        (
            "gossip.strategy == 'pusch'",
            &["demo.toml:6:29", "`gossip.strategy` is never 'pusch'", "'push', 'pull'", "`push`?"][..],
        ),
        ("gossip.strategy != 'flood'", &["did you mean `push`, with fanout = \"all\"?"]),
        ("network.topology != 'complet'", &["`network.topology` is never 'complet'", "did you mean `complete`?"]),
        ("network.topology.kind == 'mesh'", &["did you mean `complete`?"]),
        (
            "network.latency == '80 sec'",
            &["never '80 sec'", "a duration with a unit (ns, us, ms, s or min)", "'exponential'"],
        ),
        ("network.latency.kind == '80ms'", &["`network.latency` is never '80ms'", "'constant'"]),
        ("gossip.interval != '1 sec'", &["never '1 sec'", "a duration with a unit"]),
        ("gossip.interval == '1'", &["never '1'", "a duration with a unit"]),
        ("gossip.interval == 1", &["the text '1s' is not compared with the number 1"]),
        ("network.header_size != '32b'", &["never '32b'", "a size with a unit (B, KiB or MiB)"]),
        ("stop.max_time != '5 sec'", &["never '5 sec'", "a duration with a unit"]),
        ("gossip.fanout != 'al'", &["never 'al'", "a number such as", "'all'", "did you mean `all`?"]),
        ("gossip.connection_limit != 'non'", &["never 'non'", "did you mean `none`?"]),
        ("network.loss != '10 procent'", &["never '10 procent'", "a number such as"]),
        ("network.nodes != 'many'", &["never 'many'", "a number such as"]),
        ("gossip.strategy != 3", &["the text 'push-pull' is not compared with the number 3"]),
        ("gossip.strategy == gossip.fanout", &["the text 'push-pull' is not compared with the number 1"]),
        ("2*network.loss == '10%'", &["the number 0 is not compared with the text '10%'"]),
        ("network.links == 'true'", &["never 'true'", "write true without quotes"]),
        ("network.links == 1", &["a condition is not compared with the number 1"]),
        ("workload.origin == 'rnd'", &["never 'rnd'", "'random'"]),
        ("'pusch' == gossip.strategy", &["demo.toml:6:10", "never 'pusch'"]),
        ("network.loss != '110 %'", &["demo.toml:6:26", "`network.loss` is never '110 %'", "a number from 0 to 1"]),
        ("network.loss == '110 %'", &["`network.loss` is never '110 %'"]),
        ("network.loss != 1.1", &["`network.loss` is never 1.1", "a number from 0 to 1", "'bernoulli'"]),
        ("-0.5 != network.loss", &["demo.toml:6:10", "`network.loss` is never -0.5"]),
        ("gossip.fanout != 0", &["`gossip.fanout` is never 0", "a whole number from 1 to 99999999, 'all'"]),
        ("gossip.fanout != 1.5", &["`gossip.fanout` is never 1.5"]),
        ("n != 1", &["`network.nodes` is never 1", "a whole number from 2"]),
        ("gossip.anti_entropy != '5 sec'", &["never '5 sec'", "a duration with a unit", "'none'"]),
    ] {
        refused(&format!("{GOOD}[sweep]\nwhere = \"{condition}\"\n"), parts);
    }
}

#[test]
fn a_mistake_in_where_is_shown_at_its_letters() {
    let sweep = |condition: &str, parts: &[&str]| {
        refused(&format!("{GOOD}[sweep]\n\"gossip.fanout\" = [1, 2]\nwhere = {condition}\n"), parts)
    };
    // What is written, and can be nothing, can be left out.
    let wrong = format!("{GOOD}[sweep]\n\"gossip.fanout\" = [0, 1, 2]\nwhere = \"gossip.fanout != 0\"\n");
    assert_eq!(good(&wrong).points.len(), 2);
    let parts = ["demo.toml:7:10", "sweep.where", "`gossip.fanuot` is not a key", "did you mean `gossip.fanout`?"];
    sweep("\"gossip.fanuot < 2\"", &parts);
    sweep("\"fanout < 2\"", &["demo.toml:7:10", "did you mean `gossip.fanout`?"]);
    sweep("\"degree < 2\"", &["`network.topology.degree` would be a key, and no configuration has it"]);
    sweep("\"gossip.fanout = 2\"", &["demo.toml:7:24", "`=` does not belong", "write `==`"]);
    sweep("\"gossip.fanout\"", &["demo.toml:7:10", "the number 1 is no condition"]);
    sweep("\"gossip.fanout > 9\"", &["demo.toml:7:9", "leaves out all of 2 configurations", "at least one"]);
    sweep("\"gossip.fanout > 1 and gossip.strategy < 'push'\"", &["demo.toml:7:32", "texts have no order"]);
    sweep("\"gossip.strategy == push\"", &["demo.toml:7:29", "`push` is not a key; texts stand in single quotes"]);
    sweep("\"gossip.fanout < 'x'\"", &["demo.toml:7:26", "`gossip.fanout` is never 'x'"]);
    sweep("[1]", &["demo.toml:7:9", "expected a condition in quotes, found a list"]);
    sweep("\"\"", &["an empty expression"]);
}

#[test]
fn a_zip_has_lists_of_one_length() {
    let zip = |lines: &str, parts: &[&str]| refused(&format!("{GOOD}[[sweep.zip]]\n{lines}\n"), parts);
    let parts = [
        "demo.toml:7:18",
        "sweep.network.loss",
        "`network.loss` has 3 values and `gossip.fanout`, with which it goes in step, 2",
    ];
    zip("\"gossip.fanout\" = [1, 2]\n\"network.loss\" = \"0..0.2 step 0.1\"", &parts);
    zip("\"gossip.fanuot\" = [1, 2]", &["demo.toml:6:1", "did you mean `fanout`?"]);
    zip(
        "\"gossip.fanout\" = [1, 99]\n\"network.loss\" = [0, 0.1]",
        &["demo.toml:6:23", "99 is not a whole number from 1 to 63"],
    );
    zip(
        "\"gossip.fanout\" = [1, 1]\n\"network.loss\" = [0, 0.0]",
        &["demo.toml:6:23", "value 2 of all keys in step is the same as value 1"],
    );
    // What comes after the header of a zip is part of it.
    let lists = "\"gossip.fanout\" = [1, 2]\n\"network.loss\" = [0, 0.1]\n";
    zip(
        &format!("{lists}where = \"gossip.fanout < 2\""),
        &[
            "demo.toml:8:1",
            "`where` stands under [[sweep.zip]]",
            "write it under [sweep], above the first [[sweep.zip]]",
        ],
    );
    zip(&format!("{lists}\"gossip.interval\" = [\"1s\"]"), &["stands under [sweep], above the first [[sweep.zip]]"]);
    refused(&format!("{GOOD}[sweep.zip]\n\"gossip.fanout\" = [1, 2]\n"), &["[[sweep.zip]], with two brackets"]);
}

#[test]
fn what_is_known_under_another_name_is_found_by_its_meaning() {
    for (key, value, meant) in [
        ("network.topology", "full", "`complete`"),
        ("network.topology", "all-to-all", "`complete`"),
        ("network.topology", "{ kind = \"gnp\", p = 0.1 }", "`erdos-renyi`"),
        ("network.topology", "small_world", "`watts-strogatz`"),
        ("network.latency", "gaussian", "`normal`"),
        ("network.latency", "fixed", "`constant`"),
        ("gossip.strategy", "flood", "`push`, with fanout = \"all\""),
        ("gossip.strategy", "epidemic", "`push-pull`"),
        ("gossip.peers", "swim", "`shuffled`"),
        ("gossip.phase", "async", "`poisson`"),
        ("gossip.spread", "anti-entropy", "`forever`"),
    ] {
        let message = with(key, value).expect_err(value).render(false);
        assert!(message.contains(&format!("did you mean {meant}?")), "{key} = {value}: {message}");
    }
}

#[test]
fn what_is_allowed_names_the_short_forms() {
    for (key, value, parts) in [
        (
            "network.latency",
            "\"80 sec\"",
            &["`sec` is not a unit of time: seconds are s", "(ns, us, ms, s or min)", "or none, constant"][..],
        ),
        (
            "network.latency",
            "80",
            &["allowed: a duration with a unit (ns, us, ms, s or min)", "constant", "write \"80ms\""],
        ),
        ("network.latency", "\"fast\"", &["allowed: a duration with a unit (ns, us, ms, s or min)", "exponential"]),
        ("network.loss", "1.5", &["allowed: a rate from 0 to 1, such as 0.01 or \"1%\", or bernoulli"]),
        ("network.loss", "\"lots\"", &["allowed: a rate from 0 to 1, such as 0.01 or \"1%\", or bernoulli"]),
        (
            "gossip.fanout",
            "\"All\"",
            &["or \"all\", or an expression such as \"ceil(log2(n))\"", "did you mean \"all\"?"],
        ),
        ("gossip.fanout", "0", &["from 1 to 63 (fewer than network.nodes, here 64), or \"all\", or an expression"]),
        ("gossip.connection_limit", "\"None\"", &["did you mean \"none\"?"]),
        ("seed", "18446744073709551616", &["this number is too large", "numbers of at most 64 bits"]),
        ("seed", "\"2^64\"", &["18446744073709551616 is greater than 2^64 - 1", "(\"2^64\")"]),
        ("seed", "-1", &["-1 is not a whole number from 0 up"]),
        ("deadline", "\"soon\"", &["allowed: \"none\", a duration with a unit", "{ time = \"2s\", coverage"]),
    ] {
        let message = with(key, value).expect_err(value).render(false);
        for part in parts {
            assert!(message.contains(part), "{key} = {value}: `{part}` is missing in\n{message}");
        }
    }
}

#[test]
fn expectations_have_the_short_forms_of_numbers() {
    for (line, long) in [
        ("converged_share = \">= 99.9%\"", "converged_share = \">= 0.999\""),
        ("rounds_max = \"<= 1k\"", "rounds_max = \"<= 1000\""),
        ("rounds_max = \"< 2^10\"", "rounds_max = \"< 1024\""),
        ("converged_share = [\"99%\", \"100%\"]", "converged_share = [0.99, 1]"),
        ("converged_share = \"100%\"", "converged_share = 1"),
        ("time_ms_p99 = \"<= 2k\"", "time_ms_p99 = \"<= 2s\""),
    ] {
        let [short, long] = [line, long].map(|line| good(&format!("{GOOD}[expect]\n{line}\n")).expectations);
        assert_eq!(short, long, "{line}");
    }
    refused(&format!("{GOOD}[expect]\nrounds_max = \"<= n\"\n"), &["compares with no finite number", "99.9%"]);
}
