//! Workloads against loops written by hand for one setting of each, which give the same columns and the same curve.

use gossipsim::experiment;
use gossipsim::random::Chance;
use gossipsim::scenario::Point;
use gossipsim::units::Probability;
use gossipsim::workload::{Measures, WorkloadSpec};

use super::figures::Figures;
use super::floor::Totals;
use super::{
    UNIFORM, detector_floor, engine, membership_floor, mesh_floor, pair, scenario, store_floor, swim_floor, title,
    totals,
};

/// Messages take no time.
const NONE: &str = "\"none\"";
/// How many nodes, and how long messages take.
const SETTINGS: [(&str, u32, &str); 4] = [
    ("n = 100, 10 to 100 ms", 100, UNIFORM),
    ("n = 1000, 10 to 100 ms", 1000, UNIFORM),
    ("n = 100, in no time", 100, NONE),
    ("n = 1000, in no time", 1000, NONE),
];
/// How long runs of members last, ns.
const DURING: u64 = 60_000_000_000;

/// A row: a workload against its floor, per event.
fn against_floor(what: &str, point: &Point, by_hand: impl Fn(&Chance) -> (Totals, Figures)) {
    let chance = Chance { seed: 1, nodes: point.settings.network.nodes, replicate: 0 };
    let (counted, figures) = by_hand(&chance);
    assert_same(point, counted, &figures);
    let events = || {
        let (totals, figures) = by_hand(&chance);
        std::hint::black_box(figures);
        totals.events
    };
    let [floor, engine, ratio] = pair(events, || engine(point).events);
    println!("{what:<44} {floor:>9.1} {engine:>9.1} {ratio:>9.2}");
}

/// The floor and the engine simulate the same run, and measure the same of it.
fn assert_same(point: &Point, counted: Totals, by_hand: &Figures) {
    let record = experiment::run(point, 0, &|| true).expect("balanced books");
    assert_eq!((counted, by_hand.payload), (totals(&record), record.ending.tally.payload), "totals and payload");
    let of_it = |(name, _): &&(&str, fn() -> Measures)| *name == point.settings.workload.name();
    let (_, measures) = WorkloadSpec::MEASURES.iter().find(of_it).expect("a workload");
    let columns = measures().runs;
    let alike = |one: f64, other: f64| one.is_nan() && other.is_nan() || (one - other).abs() <= 1e-9 * other.abs();
    for &(name, expected) in &by_hand.columns {
        let place = columns.iter().position(|one| one.name == name).expect("a column");
        let found = record.measured[place].number().unwrap_or(f64::NAN);
        assert!(alike(found, expected), "{name}: {found} against {expected}");
    }
    assert_eq!(record.curve.len(), by_hand.curve.len(), "rounds");
    for (round, (found, expected)) in record.curve.iter().zip(&by_hand.curve).enumerate() {
        let same = found.figures.iter().zip(expected).all(|(found, expected)| alike(*found, *expected));
        assert!(same, "round {round}: {:?} against {expected:?}", found.figures);
    }
}

/// Nodes with random phases, for [`DURING`].
fn members(nodes: u32, network: &str, gossip: &str, rest: &str) -> Point {
    scenario(&format!(
        "seed = 1\n[network]\nnodes = {nodes}\n{network}\n[gossip]\nphase = \"random\"\n{gossip}\n[workload]\nduring = \
         \"60s\"\n{rest}\n"
    ))
    .point(0)
}

pub(super) fn detector() {
    title("detector, heartbeats to all: ns per event", ["floor", "engine", "ratio"]);
    let loss = Probability::new(0.01).expect("a probability");
    for (what, nodes, latency) in SETTINGS {
        let rest = "kind = \"detector\"\ntimeout = \"1500ms\"\n[[event]]\nat = \"30s\"\ncrash = [3]";
        let network = format!("loss = 0.01\nlatency = {latency}");
        let point = members(nodes, &network, "strategy = \"push\"\nfanout = \"all\"", rest);
        let takes_time = latency == UNIFORM;
        let crash = (3, DURING / 2);
        let rule = detector_floor::Rule { timeout: 1_500_000_000, during: DURING, loss, takes_time, crash };
        against_floor(what, &point, |chance| detector_floor::simulate(nodes, chance, rule));
    }
}

pub(super) fn swim() {
    title("swim without loss: ns per event", ["floor", "engine", "ratio"]);
    for (what, nodes, latency) in SETTINGS {
        let network = format!("latency = {latency}");
        let point = members(nodes, &network, "", "kind = \"swim\"\nlists = \"fresh\"");
        let takes_time = latency == UNIFORM;
        against_floor(what, &point, |chance| swim_floor::simulate(nodes, chance, DURING, takes_time));
    }
}

pub(super) fn membership() {
    title("membership, whole lists: ns per event", ["floor", "engine", "ratio"]);
    for nodes in [100, 1000] {
        let point = members(nodes, "", "strategy = \"push-pull\"", "kind = \"membership\"\nknows = \"all\"");
        let by_hand = |chance: &_| membership_floor::simulate(nodes, chance, DURING, 20_000_000_000);
        against_floor(&format!("n = {nodes}"), &point, by_hand);
    }
}

pub(super) fn store() {
    title("store, n = 1000, 1000 keys: ns per event", ["floor", "engine", "ratio"]);
    for (what, writes, latency) in [
        ("100 writes a second, 10 to 100 ms", 100, UNIFORM),
        ("1000 writes a second, 10 to 100 ms", 1000, UNIFORM),
        ("100 writes a second, in no time", 100, NONE),
        ("1000 writes a second, in no time", 1000, NONE),
    ] {
        let rest = "keys = 1000\nreads_per_second = 0";
        let workload = format!("kind = \"store\"\n{rest}\nwrites_per_second = {writes}");
        let point = members(1000, &format!("latency = {latency}"), "strategy = \"push-pull\"", &workload);
        let WorkloadSpec::Store(settings) = &*point.settings.workload else { panic!("a store") };
        let takes_time = latency == UNIFORM;
        against_floor(what, &point, |chance| store_floor::simulate(1000, chance, settings, takes_time));
    }
}

pub(super) fn mesh() {
    title("mesh of gossipsub, 60 messages: ns per event", ["floor", "engine", "ratio"]);
    for (what, nodes) in [("n = 1000", 1000), ("n = 10 000", 10_000)] {
        let network = format!("latency = {UNIFORM}\ntopology = {{ kind = \"k-out\", choices = 10 }}");
        let point = scenario(&format!(
            "seed = 1\n[network]\nnodes = {nodes}\n{network}\n[gossip]\nphase = \"random\"\n[workload]\nkind = \"mesh\"\n"
        ))
        .point(0);
        let topology = point.settings.network.topology.clone();
        against_floor(what, &point, |chance| mesh_floor::simulate(nodes, chance, &topology, 60));
    }
}
