//! The engine against hand-written loops, and against itself: `cargo bench`, or `cargo bench -- WORD` for the tables
//! whose title has the word in it.
//!
//! Every figure is the median of five measurements taken in turn, so that a ratio holds on a machine whose speed
//! drifts. The loops and the engine simulate the same runs, which is checked before anything is measured.

mod buckets;
mod detector_floor;
mod figures;
mod floor;
mod general;
mod general_floor;
mod membership_floor;
mod mesh_floor;
mod store_floor;
mod swim_floor;
mod workloads;

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use floor::Totals;
use gossipsim::engine::Memory;
use gossipsim::experiment::{self, Record};
use gossipsim::random::{Chance, Purpose, below};
use gossipsim::scenario::{self, Overrides, Point, Scenario, Source};
use gossipsim::topology::{Graph, OnGraph};

/// Measurements of each figure.
const TIMES: usize = 5;
/// A measurement goes on for so many events, over as many runs as it takes, but for no new run after so many seconds.
const ENOUGH: u64 = 4_000_000;
const SECONDS: f64 = 1.0;

fn scenario(text: &str) -> Scenario {
    match scenario::read(Source::text("bench.toml", text), &Overrides::default()) {
        Ok(scenario) => scenario,
        Err(problems) => panic!("{}", problems.render(false)),
    }
}

fn point(network: &str, gossip: &str) -> Point {
    scenario(&format!("seed = 1\n[network]\n{network}\n[gossip]\n{gossip}\n")).point(0)
}

fn engine(point: &Point) -> Totals {
    totals(&experiment::run(point, 0, &|| true).expect("balanced books"))
}

fn totals(Record { ending, .. }: &Record) -> Totals {
    let tally = ending.tally;
    Totals {
        events: tally.events(),
        sent: tally.sent,
        lost: tally.lost,
        last: ending.last_learned.unwrap_or_default().nanos(),
    }
}

/// Nanoseconds per unit of `work`, which gives the units it did.
fn timed(work: &mut impl FnMut() -> u64) -> f64 {
    let began = Instant::now();
    let mut units = 0;
    while units < ENOUGH && began.elapsed().as_secs_f64() < SECONDS {
        units += std::hint::black_box(work());
    }
    began.elapsed().as_secs_f64() * 1e9 / units as f64
}

/// Measures both in turn; the medians of the nanoseconds per unit of each, and of their ratio.
fn pair(mut one: impl FnMut() -> u64, mut other: impl FnMut() -> u64) -> [f64; 3] {
    let mut figures: [Vec<f64>; 3] = Default::default();
    for _ in 0..TIMES {
        let (first, second) = (timed(&mut one), timed(&mut other));
        for (figures, figure) in figures.iter_mut().zip([first, second, second / first]) {
            figures.push(figure);
        }
    }
    figures.map(median)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn title(what: &str, columns: [&str; 3]) {
    println!("\n{what:<44} {:>9} {:>9} {:>9}", columns[0], columns[1], columns[2]);
}

/// Where the update of the first replicate starts.
fn origin(chance: &Chance) -> u32 {
    below(&mut chance.stream(Purpose::Workload), chance.nodes.into()) as u32
}

/// A row: engine against floor, per `unit`; gives the engine's figure.
fn against_floor(what: &str, point: &Point, hand: fn(u32, &Chance, u32) -> Totals, unit: fn(&Totals) -> u64) -> f64 {
    let nodes = point.settings.network.nodes;
    let chance = Chance { seed: 1, nodes, replicate: 0 };
    let by_hand = || hand(nodes, &chance, origin(&chance));
    assert_eq!(by_hand(), engine(point), "the floor and the engine must simulate the same run");
    let [floor, engine, ratio] = pair(|| unit(&by_hand()), || unit(&engine(point)));
    println!("{what:<44} {floor:>9.1} {engine:>9.1} {ratio:>9.2}");
    engine
}

fn aligned() {
    title("aligned, n = 10^6: ns per message", ["floor", "engine", "ratio"]);
    type Row = (&'static str, &'static str, fn(u32, &Chance, u32) -> Totals);
    let rows: [Row; 3] = [
        ("push", "strategy = \"push\"", floor::aligned_push),
        ("pull", "strategy = \"pull\"", floor::aligned_pull),
        ("push-pull", "strategy = \"push-pull\"\nexchange = \"eager\"", floor::aligned_push_pull),
    ];
    for (what, gossip, hand) in rows {
        against_floor(what, &point("nodes = 1000000", gossip), hand, |totals| totals.sent);
    }
}

/// The asynchronous scenario under a latency law.
fn asynchronous(nodes: u32, latency: &str) -> Point {
    point(
        &format!("nodes = {nodes}\nloss = 0.01\nlatency = {latency}"),
        "strategy = \"push-pull\"\nexchange = \"eager\"\nphase = \"random\"",
    )
}

fn general_path() {
    title("states, timers, payloads: ns per event", ["floor", "engine", "ratio"]);
    for (what, nodes) in [("n = 10^4", 10_000), ("n = 10^6", 1_000_000)] {
        let chance = Chance { seed: 1, nodes, replicate: 0 };
        let mut by_hand = general_floor::Memory::default();
        let (totals, digest, memory) = general::simulate(&chance, Memory::default());
        assert_eq!(
            general_floor::simulate(&chance, &mut by_hand),
            (totals, digest),
            "the floor and the engine must simulate the same run"
        );
        let mut memory = Some(memory);
        let [floor, engine, ratio] = pair(
            || general_floor::simulate(&chance, &mut by_hand).0.events,
            || {
                let (totals, _, used) = general::simulate(&chance, memory.take().unwrap_or_default());
                memory = Some(used);
                totals.events
            },
        );
        println!("{what:<44} {floor:>9.1} {engine:>9.1} {ratio:>9.2}");
    }
}

const UNIFORM: &str = "{ kind = \"uniform\", min = \"10ms\", max = \"100ms\" }";

fn growth() {
    title("asynchronous push-pull: ns per event", ["floor", "engine", "ratio"]);
    let mut figures = Vec::new();
    for (what, nodes) in [("n = 10^4", 10_000), ("n = 10^6", 1_000_000), ("n = 10^7", 10_000_000)] {
        let point = asynchronous(nodes, UNIFORM);
        figures.push(against_floor(what, &point, floor::asynchronous, |totals| totals.events));
    }
    let ratio = figures[2] / figures[0];
    println!("{:<44} {:>9.1} {:>9.1} {ratio:>9.2}", "engine, n = 10^4 against 10^7", figures[0], figures[2]);
}

fn latencies() {
    title("latency laws, n = 10^6: ns per event", ["uniform", "this", "ratio"]);
    let uniform = asynchronous(1_000_000, UNIFORM);
    for (what, law) in [
        ("constant 55 ms", "{ kind = \"constant\", value = \"55ms\" }"),
        ("lognormal, median 40 ms, p99 500 ms", "{ kind = \"lognormal\", median = \"40ms\", p99 = \"500ms\" }"),
        ("lognormal, median 40 ms, p99 60 s", "{ kind = \"lognormal\", median = \"40ms\", p99 = \"60s\" }"),
        ("pareto, min 10 ms, shape 1.2", "{ kind = \"pareto\", min = \"10ms\", shape = 1.2 }"),
        ("twelve regions", "{ kind = \"regions\", round_trip = \"sample:aws_p50.csv\" }"),
        (
            "twelve regions, with their 90th percentiles",
            "{ kind = \"regions\", round_trip = \"sample:aws_p50.csv\", p90 = \"sample:aws_p90.csv\" }",
        ),
    ] {
        let other = asynchronous(1_000_000, law);
        let [base, this, ratio] = pair(|| engine(&uniform).events, || engine(&other).events);
        println!("{what:<44} {base:>9.1} {this:>9.1} {ratio:>9.2}");
    }
}

/// The asynchronous scenario with losses in bursts, impaired paths, churn while it spreads, or queues for bandwidth.
fn network_models() {
    title("network models, n = 10^6: ns per event", ["plain", "this", "ratio"]);
    let plain = asynchronous(1_000_000, UNIFORM);
    let with = |loss: &str, event: &str| {
        let network = format!("nodes = 1000000\nloss = {loss}\nlatency = {UNIFORM}");
        let gossip = "strategy = \"push-pull\"\nexchange = \"eager\"\nphase = \"random\"";
        let point = format!("seed = 1\n[network]\n{network}\n[gossip]\n{gossip}\n");
        let event = if event.is_empty() { String::new() } else { format!("[[event]]\nat = \"0s\"\n{event}\n") };
        scenario(&(point + &event)).point(0)
    };
    let bursts = |per| format!("{{ kind = \"gilbert-elliott\", rate = 0.01, burst = \"500ms\", per = \"{per}\" }}");
    for (what, other) in [
        ("bursts of 500 ms by link", with(&bursts("link"), "")),
        ("bursts of 500 ms by node", with(&bursts("node"), "")),
        ("a tenth of all nodes impaired", with("0.01", "impair = { from = \"all\", to = 0.1 }\ndelay = \"50ms\"")),
        ("churn: up 5 min, down 10 s", with("0.01", CHURN)),
        ("bandwidth of 10 Mbit/s both ways", with(&format!("0.01\n{BANDWIDTH}"), "")),
    ] {
        let [base, this, ratio] = pair(|| engine(&plain).events, || engine(&other).events);
        println!("{what:<44} {base:>9.1} {this:>9.1} {ratio:>9.2}");
    }
}

/// Connections that take a millisecond for an update.
const BANDWIDTH: &str = "bandwidth = { egress = \"10Mbit/s\", ingress = \"10Mbit/s\", queue = \"256KiB\" }";

/// Nodes that come and go for as long as an update takes.
const CHURN: &str = "churn = \"all\"\nup = { kind = \"exponential\", mean = \"5min\" }\ndown = \"10s\"\nfor = \"15s\"";

fn replicates() {
    title("replicates: seconds", ["1 thread", "2 threads", "speed-up"]);
    let many = scenario("replicates = 10000\n[network]\nnodes = 1000\n[gossip]\nstrategy = \"push-pull\"\n");
    // Three times over, because other users of a machine show most in what takes a second.
    let run = |threads| {
        for _ in 0..3 {
            let halt = AtomicBool::new(false);
            experiment::run_all(&many, threads, &halt, |_| Ok::<(), ()>(())).expect("it runs");
        }
        // Nanoseconds per so many units are seconds per time.
        3_000_000_000
    };
    let [one, two, ratio] = pair(|| run(1), || run(2));
    println!("{:<44} {one:>9.2} {two:>9.2} {:>9.2}", "10 000 runs of push-pull, n = 1000", 1.0 / ratio);
}

/// Notes when a graph is built.
struct Built;

impl OnGraph for Built {
    type Output = Instant;

    fn with<G: Graph>(self, _: &G) -> Instant {
        Instant::now()
    }
}

fn graphs() {
    println!("\n{:<44} {:>9}", "stored graphs, 10^7 nodes", "seconds");
    for (what, topology) in [
        ("random-regular, degree 8", "{ kind = \"random-regular\", degree = 8 }"),
        ("erdos-renyi, mean degree 8", "{ kind = \"erdos-renyi\", mean_degree = 8.0 }"),
        ("barabasi-albert, 4 links", "{ kind = \"barabasi-albert\", links = 4 }"),
        ("watts-strogatz, 4 neighbours a side", "{ kind = \"watts-strogatz\", neighbors = 4 }"),
    ] {
        let nodes = 10_000_000;
        let point = point(&format!("nodes = {nodes}\ntopology = {topology}"), "strategy = \"push\"");
        let mut stream = Chance { seed: 1, nodes, replicate: 0 }.stream(Purpose::Topology);
        let began = Instant::now();
        let built = point.settings.network.topology.on_graph(nodes, &mut stream, Built).expect("a graph");
        println!("{what:<44} {:>9.1}", (built - began).as_secs_f64());
    }
}

fn main() {
    // Cargo adds a flag of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let tables: [(&str, fn()); 12] = [
        ("aligned", aligned),
        ("asynchronous growth", growth),
        ("general path", general_path),
        ("detector", workloads::detector),
        ("swim", workloads::swim),
        ("membership", workloads::membership),
        ("store", workloads::store),
        ("mesh", workloads::mesh),
        ("latency laws", latencies),
        ("network models", network_models),
        ("replicates threads", replicates),
        ("graphs", graphs),
    ];
    for (name, table) in tables {
        if words.is_empty() || words.iter().any(|word| name.contains(word.as_str())) {
            table();
        }
    }
}
