//! Scenarios with something broken in them: read, refused or run, and never a panic.

use std::cell::Cell;
use std::fs;
use std::path::Path;

use gossipsim::experiment::{self, Fault};
use gossipsim::scenario::{Overrides, Source, read};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What may come where something else stood.
const TOKENS: [&str; 32] = [
    "0",
    "-1",
    "1e999",
    "nan",
    "18446744073709551615",
    "9223372036854775807",
    "0.5",
    "\"1ns\"",
    "\"584y\"",
    "\"18446744073s\"",
    "\"2^63..2^64\"",
    "[",
    "]",
    "{",
    "}",
    "=",
    "\"",
    "\n",
    "[sweep]",
    "[[network]]",
    "true",
    "\"\"",
    "1979-05-27",
    "\u{1F980}",
    "\"ceil(ln(n))\"",
    "\"all\"",
    "\"5%\"",
    "\"80ms\"",
    "((",
    "ln(",
    "[[sweep.zip]]",
    "where = \"gossip.fanout < n\"",
];

/// The scenarios that come with the program, and four that use what they do not.
fn seeds() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut paths: Vec<_> = fs::read_dir(folder).expect("scenarios").map(|entry| entry.expect("one").path()).collect();
    paths.sort();
    let mut texts: Vec<String> = paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect();
    texts.push(
        "seed = 1\nreplicates = 1\n[network]\nnodes = 16\nlatency = { kind = \"pareto\", min = \"1ms\", shape = 2 }\n\
         [gossip]\nstrategy = \"push\"\nphase = \"poisson\"\ninterval = \"1s\"\n[workload]\norigin = 3\n\
         update_size = \"1KiB\"\n[stop]\nmax_rounds = 100\nmax_time = \"1min\"\n[expect]\nrounds_mean = [1, 9]\n"
            .to_owned(),
    );
    texts.push(
        "[network]\nnodes = 16\n[gossip]\nstrategy = \"pull\"\n[[event]]\nat = \"10s\"\ncrash = 0.25\nkeep_state = false\n\
         [[event]]\nat_round = 20\nrecover = \"all\"\n[[event]]\nat = \"3s\"\njoin = 16\n[[event]]\nat = \"30s\"\n\
         leave = [0, 17]\n[[event]]\nat = \"5s\"\npartition = [[0, 1], [2]]\nuntil = \"15s\"\n[[event]]\nat = \"5s\"\n\
         cut = { from = [0], to = 0.5 }\n[sweep]\n\"event.0.crash\" = [0.1, [3]]\n"
            .to_owned(),
    );
    texts.push(
        "[network]\nnodes = \"2^5\"\ntopology = { kind = \"random-regular\", degree = \"2*ceil(log2(n)/2)\" }\nloss = \"1%\"\n\
         latency = \"8ms\"\n[gossip]\nstrategy = \"push\"\nfanout = \"ceil(ln(n))\"\n[sweep]\n\"network.nodes\" = \"2^4..2^6\"\n\
         where = \"n < 64 or gossip.interval == '1s'\"\n[[sweep.zip]]\n\"gossip.interval\" = [\"1s\", \"2s\"]\n\
         \"network.header_size\" = [\"1KiB\", \"2KiB\"]\n"
            .to_owned(),
    );
    texts.push(
        "[network]\nnodes = 16\nlatency = { kind = \"regions\", round_trip = [[1, 80], [\"90ms\", 2]], unit = \"ms\", jitter = \
         { kind = \"exponential\", mean = \"5ms\" } }\n[[network.region]]\nname = \"a\"\nshare = 0.25\n[[network.region]]\n\
         name = \"b\"\nshare = 0.75\n[gossip]\nstrategy = \"push\"\n[sweep]\n\"network.region.0.name\" = [\"a\", \"c\"]\n"
            .to_owned(),
    );
    texts
}

/// The words of a text and what is between them.
fn tokens(text: &str) -> Vec<&str> {
    text.split_inclusive(|c: char| !c.is_alphanumeric() && c != '_' && c != '.').collect()
}

/// `text` with one place deleted, doubled, exchanged or overwritten.
fn mutated(text: &str, chance: &mut ChaCha8Rng) -> String {
    let mut parts: Vec<String> = tokens(text).into_iter().map(str::to_owned).collect();
    let (at, other) = (chance.random_range(0..parts.len()), chance.random_range(0..parts.len()));
    match chance.random_range(0..5) {
        0 => drop(parts.remove(at)),
        1 => parts.insert(at, parts[at].clone()),
        2 => parts.swap(at, other),
        3 => parts[at] = TOKENS[chance.random_range(0..TOKENS.len())].to_owned(),
        _ => {
            let mut bytes = parts.concat().into_bytes();
            let at = chance.random_range(0..bytes.len());
            bytes[at] = chance.next_u32() as u8;
            return String::from_utf8_lossy(&bytes).into_owned();
        }
    }
    parts.concat()
}

#[test]
fn no_scenario_however_broken_panics() {
    let seeds = seeds();
    let mut chance = ChaCha8Rng::seed_from_u64(1);
    let (mut accepted, mut refused) = (0, 0);
    for case in 0..600 {
        let mut text = mutated(&seeds[case % seeds.len()], &mut chance);
        for _ in 0..chance.random_range(0..3) {
            text = mutated(&text, &mut chance);
        }
        // Shown only if the test fails, where the last one is the culprit.
        println!("--- case {case}\n{text}");
        match read(Source::text("fuzz.toml", &text), &Overrides::default()) {
            Err(problems) => {
                refused += 1;
                assert!(problems.render(true).contains("fuzz.toml"));
            }
            Ok(scenario) => {
                accepted += 1;
                let point = &scenario.points[case % scenario.points.len()];
                let rounds = Cell::new(0);
                let keep_going = || rounds.replace(rounds.get() + 1) < 30;
                if point.settings.network.nodes <= 1024 {
                    let run = experiment::run(point, 0, &keep_going);
                    assert!(matches!(run, Ok(_) | Err(Fault::Interrupted(_))), "{run:?}");
                }
                scenario.resolved_toml();
            }
        }
    }
    assert!(accepted > 100 && refused > 100, "{accepted} accepted, {refused} refused: the mutations are too tame");
}

/// A scenario as keys and values, each of a line of its own.
const BASE: [(&str, &str); 7] = [
    ("replicates", "1"),
    ("network.nodes", "16"),
    ("gossip.strategy", "\"push\""),
    ("gossip.fanout", "2"),
    ("sweep.network.loss", "[0, 0.5]"),
    ("sweep.gossip.interval", "[\"1s\", \"2s\"]"),
    ("expect.rounds_max", "\"< 100\""),
];

/// What may be set, and values that some of it may have.
const KEYS: [&str; 19] = [
    "seed",
    "replicates",
    "network",
    "network.nodes",
    "network.loss",
    "network.latency",
    "network.topology",
    "gossip",
    "gossip.fanout",
    "gossip.strategy",
    "gossip.interval",
    "gossip.spread",
    "gossip.forward",
    "stop.max_rounds",
    "sweep",
    "sweep.network.loss",
    "sweep.gossip.fanout",
    "expect",
    "expect.rounds_max",
];
const VALUES: [&str; 40] = [
    "1",
    "2.0",
    "0.5",
    "-0.0",
    "9007199254740993.0",
    "18446744073709551615",
    "\"push\"",
    "\"pull\"",
    "\"1s\"",
    "\"1000ms\"",
    "\"ring\"",
    "\"< 7\"",
    "true",
    "[]",
    "{}",
    "[1, 2]",
    "[1, 1.0]",
    "[0.0, -0.0]",
    "[0, 0.25]",
    "[\"1..4\"]",
    "\"1..1000000\"",
    "\"8..=16\"",
    "{ nodes = 8 }",
    "{ strategy = \"pull\", interval = \"3s\" }",
    "{ kind = \"ring\", neighbors = 2 }",
    "{ kind = \"coin\", k = 2 }",
    "{ kind = \"bernoulli\", rate = 0.25 }",
    "{ kind = \"gilbert-elliott\", rate = 0.25, burst = \"2s\", per = \"node\" }",
    "{ kind = \"regions\", one_way = [[\"1ms\", 85], [\"-\", 2]], unit = \"ms\", symmetric = true }",
    "{ kind = \"empirical\", one_way = [1, \"3ms\"], unit = \"ms\" }",
    "{ kind = \"per-link\", base = { kind = \"uniform\", min = \"1ms\", max = \"9ms\" }, jitter = { kind = \"pareto\", min = \"1ms\", shape = 1 } }",
    "{ network.loss = [0.1, 0.2] }",
    "{ gossip = { fanout = [1, 2] }, \"network.nodes\" = \"2^3..2^4\" }",
    "{ rounds_max = 5 }",
    "\"1%\"",
    "\"10k\"",
    "\"all\"",
    "\"80ms\"",
    "\"ceil(ln(n))\"",
    "\"max(1, n-3)\"",
];

/// The base with `key` written as `value` and nothing else of that key, as a file.
fn edited(key: &str, value: &str) -> String {
    let gone = |name: &str| {
        let table = |inner: &str| value.contains(&format!("{inner} ="));
        let swept = name.strip_prefix("sweep.").is_some_and(|swept| {
            swept == key || swept.strip_prefix(key).and_then(|rest| rest.strip_prefix('.')).is_some_and(table)
        });
        swept || name == key || name.strip_prefix(key).is_some_and(|rest| rest.starts_with('.'))
    };
    let lines = BASE.iter().filter(|(name, _)| !gone(name)).map(|(name, value)| format!("{name} = {value}\n"));
    lines.chain([format!("{key} = {value}\n")]).collect()
}

#[test]
fn what_the_command_line_sets_is_what_a_file_with_it_says() {
    let base: String = BASE.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
    let of = |text: &str, overrides: &Overrides| read(Source::text("base.toml", text), overrides);
    let told = |scenario: &gossipsim::scenario::Scenario| {
        let expected: Vec<String> = scenario.expectations.iter().map(ToString::to_string).collect();
        let mut swept: Vec<String> =
            scenario.sweep.iter().map(|key| format!("{} {:?}", key.path, key.values().collect::<Vec<_>>())).collect();
        swept.sort();
        (scenario.points.len(), scenario.replicates, swept, expected)
    };
    let (mut accepted, mut refused) = (0, 0);
    for key in KEYS {
        for value in VALUES {
            let overrides = Overrides { set: vec![format!("{key}={value}")], ..Overrides::default() };
            let what = format!("--set '{key}={value}'");
            match (of(&base, &overrides), of(&edited(key, value), &Overrides::default())) {
                (Ok(set), Ok(file)) => {
                    accepted += 1;
                    assert_eq!(told(&set), told(&file), "{what}");
                }
                (Err(problems), Err(_)) => {
                    refused += 1;
                    assert!(problems.to_string().contains("error: "), "{what}");
                }
                (set, file) => panic!("{what}: {:?}, but as a file {:?}", set.map(|_| ()), file.map(|_| ())),
            }
        }
    }
    assert!(accepted > 30 && refused > 200, "{accepted} accepted, {refused} refused");
}

#[test]
fn no_argument_however_broken_panics() {
    let base: String = BASE.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
    let mut chance = ChaCha8Rng::seed_from_u64(2);
    let (mut accepted, mut refused) = (0, 0);
    for case in 0..600 {
        let mut argument = || {
            let key = KEYS[chance.random_range(0..KEYS.len())];
            let value = VALUES[chance.random_range(0..VALUES.len())];
            let text = format!("{key}={value}");
            if chance.random_bool(0.5) { mutated(&text, &mut chance) } else { text }
        };
        let set = (0..1 + case % 2).map(|_| argument()).collect();
        let vary = (case % 3 == 0).then(argument);
        // Shown only if the test fails, where the last one is the culprit.
        println!("--- case {case}\n{set:?}\n{vary:?}");
        match read(Source::text("base.toml", &base), &Overrides { set, vary, ..Overrides::default() }) {
            Ok(scenario) => {
                accepted += 1;
                scenario.resolved_toml();
            }
            Err(problems) => {
                refused += 1;
                assert!(!problems.render(true).is_empty());
            }
        }
    }
    assert!(accepted > 5 && refused > 100, "{accepted} accepted, {refused} refused");
}
