//! Golden bytes: what results look like to the byte, in debug and in release, and which numbers stand at which address.
//!
//! A change that is meant to change results is blessed with `GOSSIPSIM_BLESS=1 cargo test golden`: the files
//! below `tests/golden` are written anew, and the diff goes into the change.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use gossipsim::experiment;
use gossipsim::link_weights::LinkWeights;
use gossipsim::network::Leg;
use gossipsim::network::latency::Latency;
use gossipsim::network::loss::Loss;
use gossipsim::output::caption;
use gossipsim::output::drawing::{Drawing, Formats};
use gossipsim::output::folder::Folders;
use gossipsim::output::manifest::Manifest;
use gossipsim::output::provenance::Provenance;
use gossipsim::output::results::Results;
use gossipsim::peers::{NetworkView, Peers, Turn};
use gossipsim::random::{Chance, Purpose, below};
use gossipsim::scenario::{self, Overrides, Scenario, Source};
use gossipsim::settings::regions::evenly;
use gossipsim::threads::Threads;
use gossipsim::time::Time;
use gossipsim::units::NodeId;
use serde_json::json;
use sha2::{Digest, Sha256};

const SIZES: &str = "sweep.network.nodes=[16, 32, 64]";
const SIZE: &str = "network.nodes=64";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn blessing() -> bool {
    std::env::var_os("GOSSIPSIM_BLESS").is_some_and(|value| value == "1")
}

/// What to say when `changed` is not as it was.
fn ask(changed: &[String]) -> String {
    format!(
        "{} golden files changed: {}. If that is wanted, run `GOSSIPSIM_BLESS=1 cargo test golden` and look at \
         the diff of tests/golden",
        changed.len(),
        changed.join(", ")
    )
}

/// The scenario in `file` with as few runs as show everything: small networks, 3 replicates.
fn small(file: &Path) -> Scenario {
    let read = |set: &[&str]| {
        let set = set.iter().map(|&text| text.to_owned()).collect();
        let overrides = Overrides { set, replicates: Some(3), ..Overrides::default() };
        Source::file(file).and_then(|source| scenario::read(source, &overrides))
    };
    let whole = read(&[]).unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let sizes = whole.sweep.iter().any(|key| key.path == "network.nodes");
    // A graph from a file has the size it has.
    read(&[if sizes { SIZES } else { SIZE }]).unwrap_or(whole)
}

/// Runs a scenario into `folder`.
fn run(scenario: &Scenario, folder: &Path, compare: bool) {
    let claim = Folders::default().claim(folder, Provenance::of(scenario, "run"), true).unwrap();
    let mut results = Results::begin(scenario, claim).unwrap();
    experiment::run_all(scenario, 1, &AtomicBool::new(false), |record| results.add(record)).unwrap();
    let manifest = Manifest {
        scenario: scenario.name.clone(),
        hash: scenario.hash(),
        conditions: caption::conditions(scenario),
        ..Manifest::default()
    };
    let drawing = Drawing { formats: Formats::Svg, threads: &Threads::none() };
    results.finish(manifest, compare.then_some("gossip.strategy"), drawing).unwrap();
}

/// A folder for the results of `name`, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

/// The CSV and SVG files of a results folder by name, with their bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for below in ["", "charts"] {
        for entry in fs::read_dir(folder.join(below)).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "csv" || extension == "svg") {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                files.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// The lines of `hashes.txt`: what each scenario's files hash to.
fn hashes(file: &Path) -> Vec<(String, String)> {
    let scenario = small(file);
    let folder = folder(&scenario.name);
    run(&scenario, &folder, false);
    let hash = |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    files(&folder).into_iter().map(|(name, bytes)| (format!("{}/{name}", scenario.name), hash(&bytes))).collect()
}

/// The scenarios that come with the program.
fn scenarios() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(root().join("scenarios")).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    found.sort();
    found
}

#[test]
fn the_sample_scenarios_give_the_same_bytes() {
    let waiting = Mutex::new(scenarios());
    let found = Mutex::new(BTreeMap::new());
    let work = || {
        // Several at once: most of the time goes into waiting for the disk.
        while let Some(file) = waiting.lock().map(|mut waiting| waiting.pop()).unwrap() {
            let hashes = hashes(&file);
            found.lock().unwrap().extend(hashes);
        }
    };
    std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(work))));
    let found: BTreeMap<String, String> = found.into_inner().unwrap();
    let path = root().join("tests/golden/hashes.txt");
    if blessing() {
        let lines: String = found.iter().map(|(name, hash)| format!("{name} {hash}\n")).collect();
        return fs::write(path, lines).unwrap();
    }
    let text = fs::read_to_string(path).unwrap_or_default();
    let kept: BTreeMap<&str, &str> = text.lines().filter_map(|line| line.split_once(' ')).collect();
    let mut changed: Vec<String> = Vec::new();
    for (name, hash) in &found {
        match kept.get(name.as_str()) {
            None => changed.push(format!("{name} (new)")),
            Some(kept) if kept != hash => changed.push(name.clone()),
            Some(_) => {}
        }
    }
    changed.extend(kept.keys().filter(|name| !found.contains_key(**name)).map(|name| format!("{name} (gone)")));
    assert!(changed.is_empty(), "{}", ask(&changed));
}

#[test]
fn a_small_comparison_gives_the_same_bytes_in_full() {
    const KEPT: [&str; 8] = [
        "runs.csv",
        "curve.csv",
        "summary.csv",
        "coverage.csv",
        "fit.csv",
        "pairs.csv",
        "charts/rounds_vs_nodes.svg",
        "charts/paired_differences.svg",
    ];
    let golden = root().join("tests/golden");
    let scenario = Source::file(&golden.join("three.toml"))
        .and_then(|source| scenario::read(source, &Overrides::default()))
        .unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let folder = folder("three");
    run(&scenario, &folder, true);
    let mut found = files(&folder);
    found.retain(|name, _| KEPT.contains(&name.as_str()));
    assert!(found.keys().map(String::as_str).eq(sorted(KEPT)), "there are only {:?}", found.keys());
    // One folder, not two: the chart lies beside the tables.
    let kept_at = |name: &str| golden.join("three").join(name.trim_start_matches("charts/"));
    if blessing() {
        fs::create_dir_all(golden.join("three")).unwrap();
        return found.iter().for_each(|(name, bytes)| fs::write(kept_at(name), bytes).unwrap());
    }
    let differs = |name: &&String| fs::read(kept_at(name)).ok().as_ref() != found.get(*name);
    let changed: Vec<String> = found.keys().filter(differs).map(|name| format!("three/{name}")).collect();
    assert!(changed.is_empty(), "{}", ask(&changed));
}

fn sorted<const N: usize>(mut names: [&str; N]) -> [&str; N] {
    names.sort_unstable();
    names
}

/// Value stability: the numbers below were printed by the first release. They are part of the contract, so there is no
/// blessing them: whoever must change one gives its purpose, rule or law a new name.
mod values {
    use super::*;

    const CHANCE: Chance = Chance { seed: 1, nodes: 1024, replicate: 2 };

    #[test]
    fn every_purpose_keeps_its_stream_and_its_field() {
        let expected = [
            ([17_535_544_916_589_790_397, 772_717], 13_931_918_851_798_211_241),
            ([18_100_972_280_345_611_402, 275_174], 13_185_081_211_795_996_449),
            ([7_373_917_389_686_180_155, 257_560], 15_748_136_535_364_322_134),
            ([17_916_268_298_125_444_380, 410_918], 17_914_327_876_819_893_560),
            ([5_965_268_897_545_434_174, 757_135], 13_691_569_233_412_847_207),
            ([14_126_518_120_760_194_887, 713_403], 11_875_740_411_063_449_207),
            ([10_297_772_997_069_781_910, 272_820], 7_250_209_433_351_885_646),
        ];
        let found = [
            Purpose::Topology,
            Purpose::Clock,
            Purpose::Peers,
            Purpose::Loss,
            Purpose::Latency,
            Purpose::Protocol,
            Purpose::Workload,
        ]
        .map(|purpose| {
            let mut stream = CHANCE.stream(purpose);
            let drawn = [below(&mut stream, u64::MAX), below(&mut stream, 1_000_000)];
            (drawn, CHANCE.field(purpose).at(7, 3, 1))
        });
        assert_eq!(found, expected);
    }

    #[test]
    fn every_peer_rule_keeps_its_picks() {
        let expected = [
            ("uniform", [[583, 625, 847], [206, 873, 1013], [8, 5, 7]]),
            ("round-robin", [[0, 1, 2], [9, 10, 11], [0, 1, 2]]),
            ("shuffled", [[908, 791, 345], [629, 626, 159], [5, 8, 2]]),
            ("quasirandom", [[554, 555, 556], [105, 106, 107], [0, 1, 2]]),
            ("spatial", [[576, 125, 924], [911, 520, 11], [7, 2, 1]]),
            ("weighted", [[172, 389, 598], [815, 646, 689], [2, 7, 9]]),
            ("region-aware", [[391, 611, 423], [254, 171, 715], [2, 6, 8]]),
            ("nearest", [[391, 474, 224], [1019, 687, 612], [1, 6, 8]]),
            ("avoid-last", [[974, 330, 223], [340, 135, 906], [2, 6, 7]]),
            // Of those in a view, as `uniform`.
            ("cyclon", [[583, 625, 847], [206, 873, 1013], [8, 5, 7]]),
        ];
        assert_eq!(expected.map(|(name, _)| name), Peers::NAMES, "every rule has its picks here");
        let choices = CHANCE.field(Purpose::Peers);
        let found = expected.map(|(name, _)| {
            let rule: Peers = serde_json::from_value(json!({ name: {} })).unwrap();
            let picks = [(0, 0, 1023), (7, 3, 1023), (7, 400, 10)].map(|(node, number, degree)| {
                let mut picks = Vec::new();
                let rule = rule.on_network(&Wheel { hub: node, nodes: degree + 1 });
                rule.choose(Turn { node: NodeId::new(node), number }, degree, 3, &choices, &mut picks);
                [picks[0], picks[1], picks[2]]
            });
            (name, picks)
        });
        assert_eq!(found, expected);
    }

    /// Node `hub` has everybody else for a neighbour, others have up to seven. Regions are as far apart as their numbers.
    struct Wheel {
        hub: u32,
        nodes: u32,
    }

    impl NetworkView for Wheel {
        fn nodes(&self) -> u32 {
            self.nodes
        }

        fn is_complete(&self) -> bool {
            false
        }

        fn degree(&self, node: NodeId) -> u32 {
            if node.number() == self.hub { self.nodes - 1 } else { node.number() % 7 + 1 }
        }

        fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
            NodeId::new((node.number() + 1 + index) % self.nodes)
        }

        fn weight(&self, from: NodeId, to: NodeId) -> Option<f64> {
            Some(f64::from(1 + from.number().abs_diff(to.number())))
        }

        fn find(&self, _: &str) -> Option<NodeId> {
            None
        }

        fn region(&self, node: NodeId) -> usize {
            node.index() % 4
        }

        fn sizes(&self) -> &[u32] {
            &[]
        }

        fn round_trip(&self, one: usize, other: usize) -> f64 {
            one.abs_diff(other) as f64
        }
    }

    #[test]
    fn every_latency_law_keeps_its_delays() {
        let laws = [
            ("none", json!({})),
            ("constant", json!({ "value": "50ms" })),
            ("uniform", json!({ "min": "10ms", "max": "100ms" })),
            ("normal", json!({ "mean": "50ms", "sd": "5ms" })),
            ("lognormal", json!({ "median": "20ms", "p99": "80ms" })),
            ("exponential", json!({ "mean": "40ms" })),
            ("pareto", json!({ "min": "5ms", "shape": 1.5 })),
            ("weibull", json!({ "scale": "20ms", "shape": 0.5 })),
            ("empirical", json!({ "round_trip": ["10ms", "13ms", "44ms", "250ms"] })),
            (
                "per-link",
                json!({ "base": { "uniform": { "min": "5ms", "max": "90ms" } }, "jitter": { "exponential": { "mean": "2ms" } } }),
            ),
            ("regions", json!({ "round_trip": "sample:aws_p50.csv", "p90": "sample:aws_p90.csv" })),
            ("weights", json!({ "unit": "4ms", "jitter": { "exponential": { "mean": "2ms" } } })),
            ("coordinates", json!({ "places": "sample:cities.csv", "km_per_ms": 150.0, "floor": "2ms" })),
        ];
        let expected = [
            [0, 0, 0],
            [50_000_000, 50_000_000, 50_000_000],
            [18_780_832, 21_669_360, 60_533_559],
            [43_522_236, 44_359_991, 50_773_664],
            [9_241_454, 10_211_806, 21_931_832],
            [4_106_336, 5_554_833, 32_974_358],
            [5_354_176, 5_485_008, 8_662_562],
            [210_775, 385_702, 13_591_354],
            [5_000_000, 5_000_000, 22_000_000],
            [6_259_213, 61_260_103, 69_917_017],
            [1_617_038, 71_939_370, 99_900_134],
            [10_205_317, 4_277_742, 41_648_718],
            [2_000_000, 74_333_025, 108_589_292],
        ];
        let links = LinkWeights::new(1024, [([0, 1], 2.5), ([7, 900], 1.0), ([5, 1023], 10.0)].into_iter());
        let links = Arc::new(links);
        assert!(laws.iter().map(|(name, _)| name).eq(Latency::NAMES), "every law has its delays here");
        let draws = CHANCE.field(Purpose::Latency);
        let found = laws.map(|(name, settings)| {
            let law: Latency = serde_json::from_value(json!({ name: settings })).unwrap();
            law.load(Path::new("")).unwrap();
            let regions = law.places().map(|places| evenly(places, 1024));
            let law = regions.map_or(law.clone(), |regions| law.among(&Arc::new(regions)).unwrap());
            let law = law.on(Some(links.clone()), |node| node.number().to_string()).unwrap();
            [(0, 1, 0, 0), (7, 900, 3_000_000_000, 1), (1023, 5, 123_456_789, 2)].map(|(from, to, sent, number)| {
                let leg = Leg { from: NodeId::new(from), to: NodeId::new(to), sent: Time::from_nanos(sent), number };
                law.of(&leg, &draws).nanos()
            })
        });
        assert_eq!(found, expected);
    }

    /// Which of 64 legs on as many links are lost, 25 ms apart, the first in the lowest bit.
    #[test]
    fn every_loss_law_keeps_its_losses() {
        let laws = [
            ("bernoulli", json!({ "rate": 0.3 })),
            ("gilbert-elliott", json!({ "rate": 0.3, "burst": "200ms", "good": 0.05 })),
            ("gilbert-elliott", json!({ "rate": 0.3, "burst": "1s", "per": "node" })),
        ];
        let expected = [0x0034_470e_9094_4044, 0x1224_53c9_8114_1053, 0xf0cc_0001_8000_6c30];
        assert!(
            Loss::NAMES.iter().all(|name| laws.iter().any(|(law, _)| law == name)),
            "every law has its losses here"
        );
        let draws = CHANCE.field(Purpose::Loss);
        let found = laws.map(|(name, settings)| {
            let law: Loss = serde_json::from_value(json!({ name: settings })).unwrap();
            let leg = |number: u32| Leg {
                from: NodeId::new(number),
                to: NodeId::new(number + 1),
                sent: Time::from_nanos(u64::from(number) * 25_000_000),
                number: 0,
            };
            (0..64).fold(0_u64, |lost, number| lost | u64::from(law.drops(&leg(number), &draws)) << number)
        });
        assert_eq!(found, expected, "{found:x?}");
    }
}
