//! Scenarios with something broken in them: read, refused or run, and never a panic.

use std::cell::Cell;
use std::fs;
use std::path::Path;

use gossipsim::experiment;
use gossipsim::scenario::{Overrides, Source, read};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What may come where something else stood.
const TOKENS: [&str; 24] = [
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
];

/// The scenarios that come with the program, and one that uses what they do not.
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
                let go_on = || rounds.replace(rounds.get() + 1) < 30;
                if point.settings.network.nodes <= 1024 {
                    experiment::run(point, 0, &go_on).expect("balanced books");
                }
                scenario.resolved_toml();
            }
        }
    }
    assert!(accepted > 100 && refused > 100, "{accepted} accepted, {refused} refused: the mutations are too tame");
}
