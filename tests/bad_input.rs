//! Every mistake a scenario can hold, once: the message names file, line, column and key, says what is allowed, and
//! suggests a near miss.

use gossipsim::scenario::{Overrides, Problems, Scenario, Source, read};

const GOOD: &str = "[network]\nnodes = 64\n[gossip]\nstrategy = \"push-pull\"\n";

fn try_text(text: &str, overrides: &Overrides) -> Result<Scenario, Problems> {
    read(Source::text("demo.toml", text), overrides)
}

/// The message about `text`, in which everything in `parts` must stand.
fn refused(text: &str, overrides: &Overrides, parts: &[&str]) -> String {
    let problems = try_text(text, overrides).expect_err(text);
    let message = problems.render(false);
    for part in parts {
        assert!(message.contains(part), "`{part}` is missing for\n{text}\n{message}");
    }
    message
}

/// The message about `text` alone.
fn refused_as_is(text: &str, parts: &[&str]) -> String {
    refused(text, &Overrides::default(), parts)
}

/// A scenario that is good but for what is added at line 5, and what its message says.
fn refused_with(added: &str, parts: &[&str]) {
    refused_as_is(&format!("{GOOD}{added}\n"), parts);
}

fn set(settings: &[&str]) -> Overrides {
    Overrides { set: settings.iter().map(|&text| text.to_owned()).collect(), ..Overrides::default() }
}

#[test]
fn unknown_keys_suggest_the_near_one() {
    let parts = ["demo.toml:5:1", "gossip.fanuot", "strategy, exchange, fanout", "did you mean `fanout`?"];
    refused_with("fanuot = 2", &parts);
    refused_with("nodes = 2", &["demo.toml:5:1", "gossip.nodes", "did you mean `nodes` in [network]?"]);
    refused_with("[stpo]\nmax_rounds = 5", &["demo.toml:5:2", "sections network", "did you mean `stop`?"]);
    let text = format!("sede = 2\n{GOOD}");
    refused_as_is(&text, &["demo.toml:1:1", "description, seed, replicates", "did you mean `seed`?"]);
}

#[test]
fn unknown_models_suggest_the_near_one() {
    let text = GOOD.replace("64", "64\ntopology= \"complet\"");
    let parts = ["demo.toml:3:11", "network.topology", "there is no topology `complet`", "did you mean `complete`?"];
    refused_as_is(&text, &parts);
    let parts = ["demo.toml:5:19", "gossip.spread", "no spread `cointer`", "forever, counter, coin", "`counter`?"];
    refused_with("spread = { kind = \"cointer\", k = 2 }", &parts);
    refused_with("spread = { k = 2 }", &["demo.toml:5:10", "this spread has no `kind`", "forever, counter, coin"]);
    refused_with("peers = \"unifrom\"", &["demo.toml:5:9", "no peer rule `unifrom`", "did you mean `uniform`?"]);
    let parts = ["demo.toml:6:9", "stop.until", "no end `quite`", "informed, quiet", "did you mean `quiet`?"];
    refused_with("[stop]\nuntil = \"quite\"", &parts);
    let parts = ["demo.toml:4:12", "no strategy `pushpull`", "push, pull, push-pull", "did you mean `push-pull`?"];
    refused_as_is(&GOOD.replace("push-pull", "pushpull"), &parts);
}

#[test]
fn unknown_and_missing_settings_of_a_model_name_it() {
    let parts =
        ["demo.toml:5:37", "gossip.spread.feedbak", "setting of spread `counter`", "k, feedback", "`feedback`?"];
    refused_with("spread = { kind = \"counter\", k = 2, feedbak = true }", &parts);
    let parts = ["demo.toml:5:10", "spread `counter` needs `k`", "{ kind = \"counter\", k = … }"];
    refused_with("spread = \"counter\"", &parts);
    let parts = ["demo.toml:5:28", "`x` is not a setting of phase `random`", "no settings"];
    refused_with("phase = { kind = \"random\", x = 1 }", &parts);
}

#[test]
fn wrong_types_say_what_was_expected_and_found() {
    let parts = ["demo.toml:5:10", "gossip.fanout", "found the text \"three\"", "from 1 to 63", "or \"all\""];
    refused_with("fanout = \"three\"", &parts);
    refused_with("fanout = true", &["demo.toml:5:10", "found `true`"]);
    refused_with("fanout = [1, 2]", &["demo.toml:5:10", "found a list", "under [sweep]"]);
    refused_with("fanout = 1.5", &["1.5 is not a whole number"]);
    refused_with("peers = 3", &["expected the name of a peer rule, found the number 3", "uniform"]);
    refused_with("phase = 1979-05-27", &["expected the name of a phase, found a date"]);
    let rest = "[gossip]\nstrategy = \"push\"\n";
    let parts = ["demo.toml:1:11", "expected a table, found the number 5", "[network]"];
    refused_as_is(&format!("network = 5\n{rest}"), &parts);
    refused_as_is(&format!("sweep = 5\n{GOOD}"), &["demo.toml:1:9", "expected a table", "[sweep]"]);
}

#[test]
fn quantities_need_their_units_and_their_signs() {
    refused_with("interval = 50", &["demo.toml:5:12", "gossip.interval", "the number 50 has no unit", "250ms"]);
    refused_with("interval = \"50\"", &["`50` has no unit", "ns, us, ms, s or min"]);
    refused_with("interval = \"-5s\"", &["`-5s` is negative"]);
    refused_with("interval = \"0s\"", &["demo.toml:5:12", "the interval is 0"]);
    refused_with("[stop]\nmax_time = \"0s\"", &["demo.toml:6:12", "no time at all"]);
    refused_with("[stop]\nmax_rounds = 0", &["demo.toml:6:14", "0 is not a whole number from 1 to 1_000_000"]);
    refused_with("[workload]\nupdate_size = 100", &["demo.toml:6:15", "the number 100 has no unit", "KiB"]);
}

#[test]
fn numbers_out_of_range_say_the_range() {
    for (value, found) in [("1", "1"), ("0", "0"), ("-3", "-3"), ("100_000_001", "100000001"), ("1e9", "1000000000")] {
        let problem = format!("{found} is not a whole number from 2 to 100_000_000");
        refused_as_is(&GOOD.replace("64", value), &["demo.toml:2:9", "network.nodes", &problem]);
    }
    for value in ["0", "64", "-1"] {
        let problem = format!("{value} is not a whole number from 1 to 63");
        let parts = ["demo.toml:5:10", "gossip.fanout", &problem, "network.nodes, here 64"];
        refused_with(&format!("fanout = {value}"), &parts);
    }
    for value in ["1.5", "-0.1", "nan", "inf", "2"] {
        refused_as_is(&GOOD.replace("64", &format!("64\nloss = {value}")), &["demo.toml:3:8", "network.loss"]);
    }
    refused_as_is(&GOOD.replace("64", "64\nloss = 1.5"), &["the number 1.5 is not a rate from 0 to 1"]);
    refused_with("[workload]\norigin = 64", &["demo.toml:6:10", "there is no node 64", "0 to 63"]);
    for count in ["0", "65"] {
        refused_with(
            &format!("[workload]\norigins = {count}"),
            &["demo.toml:6:11", &format!("{count} of 64 nodes"), "1 to 64"],
        );
    }
    refused_with("[workload]\norigin = -1", &["demo.toml:6:10", "the number -1 is not \"random\" or the number"]);
    let range = "from 1 to 100_000_000, or \"none\"";
    refused_with("connection_limit = 0", &["demo.toml:5:20", "gossip.connection_limit", "0 is not", range]);
    refused_with("connection_limit = \"some\"", &["demo.toml:5:20", "found the text \"some\"", range]);
    refused_with("connection_limit = 1\nhunt = 256", &["demo.toml:6:8", "gossip.hunt", "from 0 to 255"]);
    let parts = ["demo.toml:5:31", "gossip.spread.k", "0 is not a whole number from 1 to 255"];
    refused_with("spread = { kind = \"coin\", k = 0 }", &parts);
    refused_as_is(&format!("replicates = 0\n{GOOD}"), &["demo.toml:1:14", "from 1 up"]);
    refused_as_is(&format!("seed = -1\n{GOOD}"), &["demo.toml:1:8", "from 0 up"]);
    refused_as_is(&format!("seed = 99999999999999999999\n{GOOD}"), &["demo.toml:1:8", "too large"]);
}

#[test]
fn what_has_no_default_must_be_written() {
    let message = refused_as_is("[network]\nloss = 0\n", &["network.nodes", "gossip.strategy"]);
    assert_eq!(message.matches("error:").count(), 2, "{message}");
    assert!(message.contains("demo.toml:1:1") && message.contains("write it under [gossip]"), "{message}");
    let elsewhere = refused("seed = 1\n", &set(&["network.nodes=8"]), &["demo.toml:1:9", "gossip.strategy"]);
    assert!(!elsewhere.contains("command line"), "what is missing is missing in the file\n{elsewhere}");
    for text in ["", "  \n", "# only a comment\n"] {
        refused_as_is(text, &["demo.toml", "says nothing", "`nodes` in [network]"]);
    }
}

#[test]
fn settings_without_a_meaning_are_refused() {
    let text = "[network]\nnodes = 8\n[gossip]\nstrategy = \"push\"\nexchange = \"eager\"\n";
    refused_as_is(text, &["demo.toml:5:12", "gossip.exchange", "no configuration is push-pull", "remove the key"]);
    let mongering = "spread = { kind = \"coin\", k = 2 }";
    let parts = ["demo.toml:5:16", "gossip.anti_entropy", "they are anti-entropy", "counter, coin or infect-and-die"];
    refused_with("anti_entropy = \"10s\"", &parts);
    for (value, found) in [("1500ms", "1500ms"), ("0s", "0ns"), ("500ms", "500ms")] {
        let problem = format!("{found} is not a whole multiple of the interval, 1s");
        let parts = ["demo.toml:5:16", "gossip.anti_entropy", &problem, "1s times 1, 2, 3"];
        refused_with(&format!("anti_entropy = \"{value}\"\n{mongering}"), &parts);
    }
    let rumors =
        "[network]\nnodes = 8\n[gossip]\nstrategy = \"pull\"\ninterval = \"2s\"\n[workload]\nkind = \"rumors\"\n";
    for (key, value, parts) in [
        ("max_interval", "\"3s\"", ["3s is not a whole multiple of the interval, 2s", "2s times 1, 2, 3"]),
        ("max_interval", "\"0s\"", ["0ns is not a whole multiple of the interval, 2s", "\"none\""]),
        ("max_interval", "8", ["has no unit", "\"none\", or a duration"]),
        ("back_off", "0", ["0 is not", "a whole number from 1 to 1000"]),
    ] {
        let text = rumors.replace("interval = \"2s\"\n", &format!("interval = \"2s\"\n{key} = {value}\n"));
        refused_as_is(&text, &["demo.toml:6:", &format!("gossip.{key}"), parts[0], parts[1]]);
    }
    for (other, problem) in [
        (mongering, "nodes that lose interest"),
        ("connection_limit = 1", "calls that are refused"),
        ("forward = \"at-once\"", "about turns"),
    ] {
        let parts = ["demo.toml:5:16", "gossip.max_interval", problem, "\"none\", or "];
        refused_with(&format!("max_interval = \"4s\"\n{other}"), &parts);
    }
    let average = format!("{GOOD}max_interval = \"4s\"\n[workload]\nkind = \"average\"\n");
    refused_as_is(&average, &["demo.toml:5:", "gossip.max_interval", "means nothing for the workload `average`"]);
    refused_with(
        &format!("anti_entropy = 3\n{mongering}"),
        &["demo.toml:5:16", "has no unit", "\"none\", or a duration"],
    );
    let parts = ["gossip.peers", "is in no turn", "\"uniform\" or \"spatial\"", "\"in-turn\""];
    refused_with("peers = \"shuffled\"\nforward = \"at-once\"", &parts);
    let parts = ["gossip.connection_limit", "is in no round", "\"in-turn\""];
    refused_with("connection_limit = 1\nforward = \"at-once\"", &parts);
    let parts = ["gossip.anti_entropy", "told in turns", "strategy = \"push-pull\" with spread = \"forever\""];
    refused_with(&format!("anti_entropy = \"10s\"\nforward = \"at-once\"\n{mongering}"), &parts);
    for forward in ["", "forward = \"at-once\""] {
        let parts = ["gossip.spread", "wait for duplicates for ever", "forward = \"at-once\" with strategy = \"push\""];
        refused_with(&format!("spread = {{ kind = \"duplicates\", k = 2 }}\n{forward}"), &parts);
    }
    refused_with("forward = \"at-onec\"", &["gossip.forward", "no forward `at-onec`", "did you mean `at-once`?"]);
    for spread in ["kind = \"coin\", k = 2", "kind = \"counter\", k = 2, feedback = false"] {
        let parts = ["demo.toml:5:", "gossip.spread.minimization", "one of the two is missing", "feedback = true"];
        refused_with(&format!("spread = {{ {spread}, minimization = true }}"), &parts);
    }
    let parts = ["demo.toml:5:34", "gossip.spread.k", "16 is not a whole number from 1 to 15", "4 bits"];
    refused_with("spread = { kind = \"counter\", k = 16, minimization = true }", &parts);
    for other in ["phase = \"random\"", "phase = \"poisson\""] {
        let parts = ["demo.toml:5:20", "gossip.connection_limit", "do not call in rounds", "\"none\", or phase"];
        refused_with(&format!("connection_limit = 1\n{other}"), &parts);
    }
    let latency = GOOD.replace("64", "64\nlatency = { kind = \"constant\", value = \"1ms\" }");
    let parts = ["demo.toml:6:20", "gossip.connection_limit", "no network.latency"];
    refused_as_is(&format!("{latency}connection_limit = 1\n"), &parts);
    let parts = ["demo.toml:5:8", "gossip.hunt", "nobody is refused", "a gossip.connection_limit"];
    refused_with("hunt = 1", &parts);
    let parts = [
        "demo.toml:6:9",
        "stop.until",
        "nodes never lose interest",
        "\"informed\"",
        "counter, coin, infect-and-die or duplicates",
    ];
    refused_with("[stop]\nuntil = \"quiet\"", &parts);
    let strategies = ["push", "pull", "push-pull"].map(str::to_owned).to_vec();
    let compare = Overrides { sweep: vec![("gossip.strategy".to_owned(), strategies)], ..Overrides::default() };
    assert_eq!(try_text(text, &compare).expect("compare").points.len(), 3);
}

#[test]
fn what_goes_by_distance_needs_distances() {
    let spatial = "peers = { kind = \"spatial\", exponent = 1.5 }";
    let with = |topology: &str| GOOD.replace("64", &format!("64\ntopology = {topology}")) + spatial + "\n";
    let allowed = "line, ring (neighbors = 1), grid, torus, or any undirected graph of at most 10000 nodes";
    for topology in
        ["\"line\"", "\"ring\"", "\"grid\"", "\"torus\"", "\"complete\"", "\"random-regular\"", "\"clusters\""]
    {
        assert!(try_text(&with(topology), &Overrides::default()).is_ok(), "{topology}");
    }
    let many = |topology: &str| with(topology).replace("64", "10001");
    for topology in ["\"complete\"", "{ kind = \"ring\", neighbors = 2 }"] {
        let problem = "distances are not searched for among 10001 nodes";
        refused_as_is(&many(topology), &["demo.toml:6:9", "gossip.peers", problem, allowed]);
    }
    assert!(try_text(&many("\"line\""), &Overrides::default()).is_ok());
    let message = refused_as_is(&with("{ kind = \"ring\", neighbors = 99 }"), &["no room for 99"]);
    assert_eq!(message.matches("error:").count(), 1, "{message}");
    let text = GOOD.replace("64", "10001\nlinks = true");
    refused_as_is(&text, &["demo.toml:3:9", "network.links", "among 10001 nodes", allowed, "`links = false`"]);
    let text = GOOD.replace("64", "64\ntopology = \"clusters\"\nlinks = true");
    refused_as_is(&text, &["demo.toml:4:9", "network.links", "other links in every replicate", "`fixed = true`"]);
    let exponent = |value: &str| with("\"line\"").replace("1.5", value);
    refused_as_is(&exponent("-1"), &["demo.toml:6:", "gossip.peers", "exponent = -1 is no exponent", "such as 1.5"]);
    refused_as_is(&exponent("nan"), &["demo.toml:6:40", "gossip.peers.exponent", "NaN is not a finite number"]);
}

#[test]
fn what_goes_by_places_needs_places() {
    let with = |rest: &str| format!("{GOOD}peers = {rest}\n");
    let regions = "[[network.region]]\nname = \"a\"\nshare = 1\n";
    refused_as_is(
        &with("\"region-aware\""),
        &["gossip.peers", "goes by regions, and nodes are in none", "[[network.region]]"],
    );
    assert!(try_text(&with(&format!("\"region-aware\"\n{regions}")), &Overrides::default()).is_ok());
    let nearest = with(&format!("\"nearest\"\n{regions}"));
    refused_as_is(&nearest, &["gossip.peers", "network.latency knows no places", "\"regions\" or \"coordinates\""]);
    let join = "\n[[event]]\nat = \"1s\"\njoin = 1\n";
    refused_as_is(&with(&format!("\"weighted\"{join}")), &["gossip.peers", "some are yet to join", "\"uniform\""]);
    let views = |rest: &str| with(&format!("{{ kind = \"cyclon\", {rest} }}"));
    refused_as_is(
        &views("view = 64"),
        &["gossip.peers.view", "64 nodes are too few for views of 64", "a view of 1 to 63"],
    );
    refused_as_is(&views("view = 3, shuffle = 4"), &["gossip.peers", "4 of 3 entries cannot be shuffled", "1 to 3"]);
    refused_as_is(&views("every = \"0s\""), &["gossip.peers", "between two shuffles is 0", "\"none\""]);
    let often = ["gossip.peers.every", "more than 100 times in a gossip.interval", "gossip.interval / 100"];
    refused_as_is(&views("every = \"9ms\""), &often);
    assert!(try_text(&views("every = \"10ms\""), &Overrides::default()).is_ok());
    let ring = views("view = 4").replace("64", "64\ntopology = \"ring\"");
    refused_as_is(&ring, &["network.topology", "not everybody can talk to everybody", "complete"]);
    let detector = views("view = 4") + "[workload]\nkind = \"detector\"\n";
    refused_as_is(&detector, &["gossip.peers", "waits for the same nodes", "\"uniform\""]);
    refused_as_is(&(views("view = 4") + join), &["gossip.peers", "has no view, and is in none"]);
    refused_as_is(&with("\"avoid-last\"\nfanout = 2"), &["gossip.peers", "is one peer a turn", "fanout = 1"]);
    refused_as_is(
        &with("{ kind = \"avoid-last\", memory = 4 }"),
        &["gossip.peers", "1 to 3 turns, not of 4", "\"shuffled\""],
    );
    let twice = with("{ kind = \"weighted\", exponent = 2, weights = \"w.csv\" }");
    refused_as_is(&twice, &["gossip.peers", "says them by degree or by link", "either `weights` or `exponent`"]);
}

#[test]
fn mistakes_in_a_sweep_point_into_the_list() {
    let sweep = |line: &str, parts: &[&str]| refused_with(&format!("[sweep]\n{line}"), parts);
    sweep("\"network.nodez\" = [4, 8]", &["demo.toml:6:1", "network.nodez", "did you mean `nodes`?"]);
    sweep("\"network.nodes\" = []", &["demo.toml:6:19", "no values", "at least one"]);
    sweep("\"network.nodes\" = [8, 1]", &["demo.toml:6:23", "1 is not a whole number from 2"]);
    sweep("\"network.nodes\" = 8", &["demo.toml:6:19", "expected a list of values", "[8]"]);
    sweep("\"network.nodes\" = [8, 8]", &["demo.toml:6:23", "`8` is in the list twice"]);
    sweep("\"network.nodes\" = [\"8..=16\"]", &["demo.toml:6:20", "`8..=16` is not a range", "write \"8..16\""]);
    sweep("gossip = {}", &["demo.toml:6:10", "sweep.gossip", "found a table"]);
    sweep("\"a.a.a.a.a.a.a.a.a\" = [1]", &["demo.toml:6:1", "is a key of 9 parts", "at most 8 parts"]);
    sweep("\"network.nodes\" = \"2^9..2^3\"", &["demo.toml:6:19", "runs backwards", "(powers)"]);
    sweep("\"network.loss\" = \"0..1 step 0\"", &["demo.toml:6:18", "not above 0"]);
    sweep("\"network.nodes\" = [8]\nnetwork.nodes = [9]", &["demo.toml:7:9", "swept twice"]);
    sweep("replicates = [8]", &["demo.toml:6:1", "the same in every configuration"]);
    sweep(
        "\"network.topology.degree\" = [8]",
        &["demo.toml:6:1", "this topology has no `kind`", "kind = \"complete\""],
    );
    let text = GOOD.replace("64", "64\ntopology = \"complete\"");
    let parts = ["demo.toml:7:1", "`degree` is not a setting of topology `complete`"];
    refused_as_is(&format!("{text}[sweep]\n\"network.topology.degree\" = [8]\n"), &parts);
}

#[test]
fn one_value_in_two_forms_makes_no_two_points() {
    for (key, list, problem) in [
        ("gossip.interval", r#"["1s", "1000ms"]"#, r#"`"1000ms"` is the same value as `"1s"`"#),
        ("gossip.interval", r#"["1s", "2s", "1s"]"#, "`1s` is in the list twice"),
        ("network.loss", "[0.0, -0.0]", "`0` is in the list twice"),
        ("network.loss", "[0.5, -0]", ""),
        ("network.loss", "[0, 0.5, 0.0]", "`0.0` is the same value as `0`"),
        (
            "network.loss",
            r#"[0.5, { kind = "bernoulli", rate = 0.5 }]"#,
            r#"`{ kind = "bernoulli", rate = 0.5 }` is the same value as `0.5`"#,
        ),
        ("network.topology", r#"["complete", { kind = "complete" }]"#, r#"is the same value as `"complete"`"#),
        ("network.topology", r#"["ring", { kind = "ring", neighbors = 1 }]"#, r#"is the same value as `"ring"`"#),
        ("network.topology", r#"["ring", { kind = "ring", neighbors = 2 }]"#, ""),
        ("network.header_size", r#"["32B", "32 B"]"#, r#"`"32 B"` is the same value as `"32B"`"#),
        ("network.header_size", r#"["1KiB", "1024B"]"#, r#"`"1024B"` is the same value as `"1KiB"`"#),
        ("gossip.fanout", "[1, 1.0]", "`1.0` is the same value as `1`"),
        ("gossip.fanout", r#"["1..3", 2]"#, "`2` is in the list twice"),
        ("seed", "[1, 1e0]", "`1.0` is the same value as `1`"),
        ("stop.max_time", r#"["none", "1min", "60s"]"#, r#"`"60s"` is the same value as `"1min"`"#),
        ("network", r#"[{ nodes = 8 }, { nodes = 8, loss = 0 }]"#, "is the same value as `{ nodes = 8 }`"),
    ] {
        // Another key beside it: the points that matter are not neighbours.
        for (before, after) in
            [("", ""), ("\"gossip.phase\" = [\"aligned\", \"random\"]\n", ""), ("", "\"workload.origin\" = [1, 2]\n")]
        {
            let text = format!("{GOOD}[sweep]\n{before}\"{key}\" = {list}\n{after}");
            match problem {
                "" => assert_eq!(try_text(&text, &Overrides::default()).expect(&text).points.len() % 2, 0),
                problem => drop(refused_as_is(&text, &[problem, "each value once", "demo.toml:"])),
            }
        }
    }
    let vary = Overrides { vary: Some("gossip.interval=1s,1000ms".to_owned()), ..Overrides::default() };
    refused(GOOD, &vary, &["is the same value as"]);
}

#[test]
fn no_sign_stands_before_a_zero() {
    let same = |zero: &str, negative: &str| {
        let hash = |line: &str| {
            let text = format!("[network]\nnodes = 64\n{line}\n[gossip]\nstrategy = \"push\"\n");
            let scenario =
                try_text(&text, &Overrides::default()).unwrap_or_else(|problems| panic!("{line}: {problems}"));
            assert!(!scenario.resolved_toml().contains("-0"), "{}", scenario.resolved_toml());
            scenario.hash()
        };
        assert_eq!(hash(zero), hash(negative), "{negative}");
    };
    same("loss = 0.0", "loss = -0.0");
    same("loss = 0", "loss = -0");
    same("loss = { kind = \"bernoulli\", rate = 0.0 }", "loss = { kind = \"bernoulli\", rate = -0.0 }");
    let watts = |rewire: &str| format!("topology = {{ kind = \"watts-strogatz\", rewire = {rewire} }}");
    same(&watts("0.0"), &watts("-0.0"));
    let erdos = |key: &str, value: &str| format!("topology = {{ kind = \"erdos-renyi\", {key} = {value} }}");
    same(&erdos("p", "0.0"), &erdos("p", "-0.0"));
    same(&erdos("mean_degree", "0.0"), &erdos("mean_degree", "-0.0"));
    let line = "topology = \"line\"\n[gossip]\nstrategy = \"push\"\npeers = { kind = \"spatial\", exponent = ZERO }\n";
    let spatial = |zero: &str| {
        let text = format!("[network]\nnodes = 64\n{}", line.replace("ZERO", zero));
        try_text(&text, &Overrides::default()).map(|scenario| scenario.hash()).expect("a scenario")
    };
    assert_eq!(spatial("0.0"), spatial("-0.0"));
    let points = try_text(&format!("{GOOD}[sweep]\n\"network.loss\" = [-0.0, 0.5]\n"), &Overrides::default());
    assert_eq!(points.expect("two configurations").points[0].swept()[0].1, "0");
}

#[test]
fn a_whole_number_with_a_point_is_what_is_written_or_refused() {
    let seed = |written: &str| {
        let scenario = try_text(&format!("seed = {written}\n{GOOD}"), &Overrides::default());
        scenario.map(|scenario| scenario.seed).map_err(|problems| problems.to_string())
    };
    for (written, number) in [
        ("1e3", 1000),
        ("7.0", 7),
        ("9007199254740992.0", 9_007_199_254_740_992),
        ("1e18", 1_000_000_000_000_000_000),
        ("18446744073709549568.0", 18_446_744_073_709_549_568),
        ("18446744073709551615", u64::MAX),
    ] {
        assert_eq!(seed(written), Ok(number), "{written}");
    }
    for (written, part) in [
        ("9007199254740993.0", "9007199254740993.0 has more digits than a number with a point can hold"),
        ("9007199254740993.0", "would be 9007199254740992"),
        ("9007199254740993.0", "whole numbers of up to 64 bits without a point"),
        ("3.0000000000000000001", "would be 3"),
        ("18446744073709551615.0", "would be 18446744073709552000"),
        ("18446744073709551616.0", "18446744073709551616 is greater than 2^64 - 1"),
        ("1e-400", "would be 0"),
        ("1.5", "1.5 is not a whole number"),
    ] {
        let said = seed(written).expect_err(written);
        assert!(said.contains(part), "{written}: {said}");
        refused(GOOD, &set(&[&format!("seed={written}")]), &[part]);
        refused_as_is(&format!("{GOOD}[sweep]\nseed = [{written}]\n"), &[part]);
    }
    let close = "9007199254740993.0";
    for key in ["network.nodes", "gossip.fanout", "gossip.hunt", "workload.origin", "stop.max_rounds", "replicates"] {
        refused(GOOD, &set(&[&format!("{key}={close}")]), &["has more digits"]);
    }
    for inner in ["gossip.spread={ kind = \"coin\", k = 3.0000000000000000001 }", "network.loss=0.99999999999999999999"]
    {
        refused(GOOD, &set(&[inner]), &["has more digits", "would be"]);
    }
}

#[test]
fn all_rounds_fit_into_virtual_time() {
    let parts = ["demo.toml:5:12", "1000 rounds of 18446744073s last longer than virtual time", "about 584 years"];
    refused_with("interval = \"18446744073s\"", &parts);
    assert!(try_text(&format!("{GOOD}interval = \"18446744073709551ns\"\n"), &Overrides::default()).is_ok());
    let parts = ["demo.toml:5:12", "gossip.interval", "1000 rounds of 18446744073709552ns last longer"];
    refused_with("interval = \"18446744073709552ns\"", &parts);
    let parts = ["demo.toml:7:14", "stop.max_rounds", "2 rounds of 9223372036854775808ns last longer"];
    refused_with("interval = \"9223372036854775808ns\"\n[stop]\nmax_rounds = 2", &parts);
}

#[test]
fn what_newcomers_write_is_answered_with_what_to_write() {
    let network = |line: &str, parts: &[&str]| {
        refused_as_is(&format!("[network]\nnodes = 64\n{line}\n[gossip]\nstrategy = \"push\"\n"), parts);
    };
    let nodes = |line: &str, parts: &[&str]| {
        refused_as_is(&format!("[network]\n{line}\n[gossip]\nstrategy = \"push\"\n"), parts);
    };
    let strategy =
        |line: &str, parts: &[&str]| refused_as_is(&format!("[network]\nnodes = 64\n[gossip]\n{line}\n"), parts);
    for loss in ["5%", "0,05", "\"0,05\"", ".05", "5"] {
        network(&format!("loss = {loss}"), &["demo.toml:3:", "network.loss", "write 0.05"]);
    }
    for latency in ["50ms", "50"] {
        let parts = ["demo.toml:3:11", "network.latency", "write \"50ms\""];
        network(&format!("latency = {latency}"), &parts);
    }
    network("latency = { value = \"50ms\" }", &["no `kind`", "`kind = \"constant\"`"]);
    let swept = "to try several values, write under [sweep]: \"network.nodes\" = [\"2^6..2^12\"]";
    for range in ["\"2^6..2^12\"", "2^6..2^12", "\"2^6..=2^12\"", "2^6 ..= 2^12"] {
        nodes(&format!("nodes = {range}"), &["demo.toml:2:", "network.nodes", swept]);
    }
    for (written, meant) in
        [("010", "10"), ("1,000", "1000"), ("1 000", "1000"), ("10^6", "1000000"), ("64;", "64"), ("5.", "5.0")]
    {
        nodes(&format!("nodes = {written}"), &["demo.toml:2:", "network.nodes", &format!("write {meant}")]);
    }
    nodes("nodes = 64 // many", &["a comment begins with #", "64 # …"]);
    nodes("// many\nnodes = 64", &["demo.toml:2:", "a comment begins with #"]);
    nodes("nodes: 64", &["demo.toml:2:", "write nodes = 64"]);
    nodes("nodes = 8, 16", &["several values are a list under [sweep]: [8, 16]"]);
    nodes("n\u{43e}des = 64", &["`\u{43e}` is U+043E CYRILLIC SMALL LETTER O: write the Latin `o`"]);
    nodes("\"n\u{43e}des\" = 64", &["did you mean `nodes`?", "U+043E CYRILLIC SMALL LETTER O"]);
    nodes("nodes =\u{a0}64", &["write a plain space instead of U+00A0 NO-BREAK SPACE"]);
    strategy("strategy = \"\u{440}ush\"", &["did you mean `push`?", "U+0440 CYRILLIC SMALL LETTER ER"]);
    strategy("strategy = \u{201c}push\u{201d}", &["U+201C LEFT DOUBLE QUOTATION MARK: write \" instead"]);
    strategy("strategy = push", &["put quotes around text: \"push\""]);
    strategy("strategy = 'push\"", &["end the text with the quote that it begins with"]);
    strategy("strategy = [\"push\", \"pull\"]", &["put the list under [sweep]"]);
    for (written, meant) in [("True", "true"), ("yes", "true"), ("off", "false"), ("\"true\"", "true")] {
        network(&format!("links = {written}"), &["network.links", &format!("write {meant}")]);
    }
    network("loss = \u{2212}0.1", &["U+2212 MINUS SIGN: write - instead"]);
    for (written, meant) in [("5m", "minutes are min, milliseconds ms"), ("1h", "60min"), ("1 sec", "seconds are s")] {
        refused_with(&format!("interval = \"{written}\""), &["gossip.interval", meant]);
    }
    refused_with("[workload]\nupdate_size = \"1kB\"", &["workload.update_size", "1KiB is 1024B"]);
    refused_as_is("[network\nnodes = 5\n", &["demo.toml:1:", "close the header: [network]"]);
    refused_as_is("{ \"network\": { \"nodes\": 5 } }", &["this looks like JSON"]);
    let yaml = refused_as_is("network:\n  nodes: 5\n", &["write a section as [network]", "write nodes = 5"]);
    assert_eq!(yaml.matches("error:").count(), 2, "one mistake a line\n{yaml}");
    // Tabs are blanks.
    let tabs = GOOD.replace(" = ", "\t=\t");
    assert_eq!(
        try_text(&tabs, &Overrides::default()).expect("tabs").hash(),
        try_text(GOOD, &Overrides::default()).expect("good").hash()
    );
}

#[test]
fn mistakes_beyond_fifty_are_counted() {
    let lines: String = (0..73).map(|number| format!("bogus_{number} = 1\n")).collect();
    let message = refused_with_all(&lines, &["note: and 23 more mistakes"]);
    assert_eq!(message.matches("error:").count(), 50);
    let one: String = (0..51).map(|number| format!("bogus_{number} = 1\n")).collect();
    refused_with_all(&one, &["note: and 1 more mistake"]);
    let none: String = (0..50).map(|number| format!("bogus_{number} = 1\n")).collect();
    assert!(!refused_with_all(&none, &[]).contains("more"));
    // A sweep is not read to its end for more of them.
    let sweep = "[sweep]\n\"network.nodes\" = \"100000001..100001000\"\n\"gossip.fanout\" = [0]\n";
    let many: String = (0..50).map(|number| format!("bogus_{number} = 1\n")).collect();
    refused_with_all(&format!("{many}{sweep}"), &["at least"]);
    let toml: String = (0..60).map(|number| format!("key_{number} = word\n")).collect();
    refused_as_is(&toml, &["note: and 10 more mistakes"]);
}

/// The message about a good scenario with `added`.
fn refused_with_all(added: &str, parts: &[&str]) -> String {
    refused_as_is(&format!("{GOOD}{added}\n"), parts)
}

#[test]
fn a_mistake_that_all_points_share_is_told_once() {
    let text = format!("{GOOD}fanout = 0\n[sweep]\n\"network.loss\" = \"0..0.9 step 0.01\"\n");
    let message = refused_as_is(&text, &["demo.toml:5:10"]);
    assert_eq!(message.matches("error:").count(), 1, "{message}");
}

#[test]
fn too_many_runs_must_be_asked_for() {
    let text = format!("replicates = 500_001\n{GOOD}[sweep]\n\"network.nodes\" = [4, 8]\n");
    refused_as_is(&text, &["demo.toml:7:1", "2 configurations × 500_001 replicates = 1_000_002 runs", "--force"]);
    let forced = Overrides { force: true, ..Overrides::default() };
    assert_eq!(try_text(&text, &forced).expect("forced").runs(), 1_000_002);
    let sweep = "\"network.loss\" = \"0..0.9 step 0.00001\"\n\"network.nodes\" = \"1000..2000\"\n";
    let text = format!("replicates = 1\n{GOOD}[sweep]\n{sweep}");
    refused(&text, &forced, &["demo.toml:7:1", "90001 × 1001", "too many configurations"]);
}

#[test]
fn events_say_which_nodes_they_are_about() {
    let event = |line: &str, parts: &[&str]| refused_with(&format!("[[event]]\nat = \"1s\"\n{line}"), parts);
    let form = "a share, such as 0.25, \"25%\" or \"16/n\"; nodes, such as [3, 4] or [\"0..199\"]; or \"all\"";
    let node = "20 may be the node 20 or so many nodes";
    let parts = ["demo.toml:7:9", "event.0.crash", node, "[20] for the node 20; a share such as 0.2; \"all\""];
    event("crash = 20", &parts);
    event("cut = { from = 20, to = \"all\" }", &["demo.toml:7:16", "event.0.cut.from", node]);
    event("partition = [20, 0.5]", &["demo.toml:7:14", "event.0.partition.0", node, "[\"200..399\"]"]);
    event("recover = \"150%\"", &["demo.toml:7:11", "1.5 is not a share of the nodes", form]);
    event("leave = \"al\"", &["demo.toml:7:9", "event.0.leave", form, "did you mean `all`?"]);
    event("leave = inf", &["demo.toml:7:9", "inf is not a finite number", form]);
    event("leave = [\"60..64\"]", &["demo.toml:7:10", "event.0.leave.0", "there is no node 64", "\"0..63\""]);
    event("leave = [\"9..3\"]", &["demo.toml:7:10", "`9..3` runs backwards", "\"3..9\""]);
    event("leave = [\"3..9\", 5]", &["demo.toml:7:18", "the node 5 is listed twice", "each node once"]);
}

#[test]
fn expectations_name_known_figures() {
    let expect = |line: &str, parts: &[&str]| refused_with(&format!("[expect]\n{line}"), parts);
    let parts = ["demo.toml:6:1", "no metric `rounds_maen`", "slope", "did you mean `rounds_mean`?"];
    expect("\"push-pull.rounds_maen\" = 5", &parts);
    let parts = ["demo.toml:6:1", "no strategy `pushpull`", "did you mean `push-pull`?"];
    expect("\"pushpull.rounds_mean\" = 5", &parts);
    expect("rounds_mean = \"about 5\"", &["demo.toml:6:15", "expect.rounds_mean", ">= 0.999"]);
    expect("rounds_mean = [5, 2]", &["demo.toml:6:15", "no number is from 5 to 2"]);
    expect("slope = [1, 2]", &["demo.toml:6:1", "no slope", "a sweep over network.nodes"]);
    expect("\"pull.rounds_mean\" = 5", &["demo.toml:6:1", "no configuration has this strategy"]);
}

#[test]
fn what_is_not_toml_is_shown_where_it_stops_being_so() {
    let parts = ["demo.toml:5:", "gossip.interval", "this is not TOML", "put quotes around text: \"1s\""];
    refused_with("interval = 1s", &parts);
    let parts = ["demo.toml:6:1", "gossip.fanout", "written twice", "each key once", "under [sweep]"];
    refused_with("fanout = 1\nfanout = 2", &parts);
    refused_with("fanout = ", &["demo.toml:5:", "gossip.fanout", "has no value"]);
    refused_with("[gossip]\nfanout = 1", &["demo.toml:5:2", "written twice"]);
}

#[test]
fn arguments_of_the_command_line_are_shown_like_a_file() {
    let place = "command line:1:21";
    refused(GOOD, &set(&["gossip.fanout=99"]), &[place, "--set gossip.fanout=99", "from 1 to 63"]);
    refused(GOOD, &set(&["gossip.fanuot=9"]), &["command line:1:7", "did you mean `fanout`?"]);
    refused(GOOD, &set(&["gossip.fanout"]), &["command line:1:1", "gives no value", "KEY=VALUE"]);
    refused(GOOD, &set(&["=3"]), &["is not a key", "KEY=VALUE"]);
    refused(GOOD, &set(&["gossip.fanout=[1"]), &[place, "a value as in a scenario file"]);
    let none = Overrides { replicates: Some(0), ..Overrides::default() };
    refused(GOOD, &none, &["--replicates 0", "from 1 up"]);
}

#[test]
fn all_mistakes_are_told_at_once_in_their_order() {
    let text = "sed = 1\n[network]\nnodes = 1\nloss = 2\n[gossip]\nstrategy = \"psh\"\nfanout = 0\ninterval = 3\n";
    let problems = try_text(text, &Overrides::default()).expect_err("six mistakes");
    let places = problems.list().iter().filter_map(|mistake| problems.position(mistake));
    let lines: Vec<_> = places.map(|(line, _)| line).collect();
    assert_eq!(lines, [1, 3, 4, 6, 7, 8], "{problems}");
}

/// Files, as bytes.
mod files {
    use super::*;
    use std::fs;

    fn from_file(name: &str, bytes: &[u8]) -> Result<Scenario, Problems> {
        let path = std::env::temp_dir().join(format!("gossipsim-bad-input-{}-{name}", std::process::id()));
        fs::write(&path, bytes).expect("a temporary file");
        let result = Source::file(&path).and_then(|source| read(source, &Overrides::default()));
        fs::remove_file(&path).expect("remove it");
        result
    }

    #[test]
    fn a_byte_order_mark_and_windows_line_ends_are_welcome() {
        let text = format!("\u{feff}{}", GOOD.replace('\n', "\r\n"));
        let scenario = from_file("bom.toml", text.as_bytes()).expect("a good scenario");
        assert_eq!(scenario.hash(), try_text(GOOD, &Overrides::default()).expect("good").hash());
        let bad = from_file("crlf.toml", text.replace("64", "1").as_bytes()).expect_err("one node").to_string();
        assert!(bad.contains("crlf.toml:2:9"), "{bad}");
    }

    #[test]
    fn what_is_not_utf8_is_shown() {
        let bad = from_file("latin1.toml", b"seed = 1 # caf\xe9\n").expect_err("latin-1").to_string();
        for part in ["latin1.toml:1:15", "not UTF-8"] {
            assert!(bad.contains(part), "{bad}");
        }
    }

    #[test]
    fn a_file_above_one_mebibyte_is_refused_and_one_of_exactly_that_is_not() {
        let mut bytes = GOOD.as_bytes().to_vec();
        bytes.resize(1 << 20, b'\n');
        assert!(from_file("full.toml", &bytes).is_ok());
        bytes.push(b'\n');
        let bad = from_file("large.toml", &bytes).expect_err("too large").to_string();
        assert!(bad.contains("larger than 1 MiB") && bad.contains("large.toml"), "{bad}");
    }
}

#[test]
fn adversaries_are_refused_where_they_cannot_act_or_nobody_is_left() {
    let parts = ["demo.toml:6:8", "adversaries.mute", "64 of 64 nodes", "at most 63 nodes together"];
    refused_with("[adversaries]\nmute = 1", &parts);
    let origins = ["adversaries.never_forward", "60 of 64 nodes", "at most 59 nodes", "the 5 origins, which do"];
    refused_with("[adversaries]\nmute = 0.5\nnever_forward = \"28/n\"\n[workload]\norigins = 5", &origins);
    refused_with("[adversaries]\nstale = 0.1", &["demo.toml:6:9", "no older versions", "workload.kind = \"store\""]);
    let (stale, liar) = ("[adversaries]\nstale = 0.1\n[workload]\nkind = \"store\"", "[adversaries]\nliar = 0.1");
    let parts = ["adversaries.stale", "cannot leave out some", "\"full\", \"digest\" or \"hash\""];
    refused_with(&format!("{stale}\nwriters = \"owner\"\npayload = \"scuttlebutt\""), &parts);
    let lies = ["adversaries.liar", "nobody goes by what others claim", "exchange = \"digest\""];
    refused_with(&format!("exchange = \"eager\"\n{liar}"), &lies);
    refused_with(&format!("{liar}\n[workload]\nkind = \"store\"\npayload = \"full\""), &lies);
    let parts = ["adversaries.mute", "those that hold back are not simulated", "\"counter\", \"mesh\" or \"announce\""];
    refused_with("[adversaries]\nmute = 0.1\n[workload]\nkind = \"swim\"", &parts);
    for good in [
        liar,
        "exchange = \"eager\"\nspread = { kind = \"coin\", k = 2 }\nanti_entropy = \"9s\"\n[adversaries]\nliar = 0.1",
    ] {
        assert!(try_text(&format!("{GOOD}{good}\n"), &Overrides::default()).is_ok(), "{good}");
    }
}

/// Also where other checks come first, which go by when the last message is published.
#[test]
fn broadcasts_of_no_messages_are_refused() {
    for kind in ["mesh", "announce"] {
        let text = format!("[network]\nnodes = 10\n[workload]\nkind = \"{kind}\"\nmessages = 0\n");
        refused_as_is(&text, &["demo.toml:5:12", "workload.messages", "1 to 1000000"]);
        let swept = text.replace("messages = 0\n", "[sweep]\n\"workload.messages\" = [0, 1]\n");
        refused_as_is(&swept, &["workload.messages", "1 to 1000000"]);
    }
}

#[test]
fn origins_in_a_list_are_nodes_each_once_and_stand_alone() {
    for (workload, parts) in [
        ("origins = [3, 64]", ["there is no node 64", "a number from 0 to 63"]),
        ("origins = [\"0..64\"]", ["there is no node 64", "a number from 0 to 63"]),
        ("origins = [3, \"0..9\"]", ["the node 3 is listed twice", "each node once"]),
        ("origins = [\"9..0\"]", ["is not the number of a node", "the number of a node"]),
        ("origins = []", ["there is no node in the list", "such as [3, 7]"]),
        ("origins = [0.5]", ["found the number 0.5", "the number of a node"]),
        ("origins = \"some\"", ["found the text \"some\"", "a whole number of nodes, or a list of nodes"]),
        ("origin = 3\norigins = [3]", ["once more where the update starts", "no workload.origin"]),
        ("kind = \"rumors\"\norigins = [3, 64]", ["there is no node 64", "a number from 0 to 63"]),
        ("kind = \"rumors\"\norigins = \"frist\"", ["frist", "\"random\", \"first\", or a list of nodes"]),
    ] {
        refused_with(&format!("[workload]\n{workload}"), &[&["workload.origins"], &parts[..]].concat());
    }
    for good in ["origins = \"n/8\"", "origins = [\"0..63\"]", "kind = \"rumors\"\norigins = [\"0..7\", 9]"] {
        assert!(try_text(&format!("{GOOD}[workload]\n{good}\n"), &Overrides::default()).is_ok(), "{good}");
    }
}
