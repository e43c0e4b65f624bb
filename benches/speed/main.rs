//! The engine against hand-written loops, and against itself: `cargo bench`.
//!
//! Every figure is the median of several measurements taken in turn, so that a ratio holds on a machine whose speed
//! drifts. The loops and the engine simulate the same runs, which is checked.

mod floor;

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use floor::Totals;
use gossipsim::experiment::{self, Record};
use gossipsim::random::{Chance, Purpose, below};
use gossipsim::scenario::{self, Overrides, Point, Scenario, Source};

/// Measurements of each figure.
const TIMES: usize = 5;

fn scenario(text: &str) -> Scenario {
    match scenario::read(Source::text("bench.toml", text), &Overrides::default()) {
        Ok(scenario) => scenario,
        Err(problems) => panic!("{}", problems.render(false)),
    }
}

fn point(network: &str, gossip: &str) -> Point {
    scenario(&format!("seed = 1\n[network]\n{network}\n[gossip]\n{gossip}\n")).points.remove(0)
}

fn engine(point: &Point) -> Totals {
    let Record { ending, .. } = experiment::run(point, 0, &|| true).expect("balanced books");
    let tally = ending.tally;
    Totals { events: tally.events(), sent: tally.sent, lost: tally.lost, last: ending.last_learned.nanos() }
}

/// Runs both in turn; gives the medians of the nanoseconds per unit of each, and of their ratio.
fn pair<A, B>(mut one: impl FnMut() -> (A, u64), mut other: impl FnMut() -> (B, u64)) -> [f64; 3] {
    let mut figures: [Vec<f64>; 3] = Default::default();
    for _ in 0..TIMES {
        let (first, second) = (timed(&mut one), timed(&mut other));
        for (figures, figure) in figures.iter_mut().zip([first, second, second / first]) {
            figures.push(figure);
        }
    }
    figures.map(median)
}

fn timed<T>(work: &mut impl FnMut() -> (T, u64)) -> f64 {
    let began = Instant::now();
    let (_, units) = std::hint::black_box(work());
    began.elapsed().as_secs_f64() * 1e9 / units as f64
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Where the update of the first replicate starts.
fn origin(chance: &Chance) -> u32 {
    below(&mut chance.stream(Purpose::Workload), chance.nodes.into()) as u32
}

/// A row: engine against floor.
fn against_floor(
    what: &str,
    nodes: u32,
    gossip: &str,
    network: &str,
    hand: fn(u32, &Chance, u32) -> Totals,
    unit: fn(&Totals) -> u64,
) {
    let chance = Chance { seed: 1, nodes, replicate: 0 };
    let point = point(&format!("nodes = {nodes}\n{network}"), gossip);
    let (by_hand, by_engine) = (hand(nodes, &chance, origin(&chance)), engine(&point));
    assert_eq!(by_hand, by_engine, "the floor and the engine must simulate the same run");
    let [floor, engine, ratio] = pair(
        || {
            let totals = hand(nodes, &chance, origin(&chance));
            (totals, unit(&totals))
        },
        || {
            let totals = engine(&point);
            (totals, unit(&totals))
        },
    );
    println!("{what:<44} {floor:>8.1} {engine:>8.1} {ratio:>8.2}");
}

const ASYNC: &str = "strategy = \"push-pull\"\nexchange = \"eager\"\nphase = \"random\"";

fn main() {
    println!("{:<44} {:>8} {:>8} {:>8}", "ns per event (aligned: per message)", "floor", "engine", "ratio");
    against_floor("aligned push, n = 10^6", 1_000_000, "strategy = \"push\"", "", floor::aligned_push, |totals| {
        totals.sent
    });
    let network = "loss = 0.01\nlatency = { kind = \"uniform\", min = \"10ms\", max = \"100ms\" }";
    for (what, nodes) in [("10^4", 10_000), ("10^6", 1_000_000), ("10^7", 10_000_000)] {
        let what = format!("asynchronous push-pull, n = {what}");
        against_floor(&what, nodes, ASYNC, network, floor::asynchronous, |totals| totals.events);
    }

    println!("\n{:<44} {:>8} {:>8} {:>8}", "engine, ns per event, n = 10^6", "uniform", "this", "ratio");
    let law = |law: &str| point(&format!("nodes = 1000000\nloss = 0.01\nlatency = {law}"), ASYNC);
    let uniform = law("{ kind = \"uniform\", min = \"10ms\", max = \"100ms\" }");
    for (what, settings) in [
        ("constant 55 ms", "{ kind = \"constant\", value = \"55ms\" }"),
        ("lognormal, median 40 ms, p99 60 s", "{ kind = \"lognormal\", median = \"40ms\", p99 = \"60s\" }"),
        ("pareto, min 10 ms, shape 1.2", "{ kind = \"pareto\", min = \"10ms\", shape = 1.2 }"),
    ] {
        let other = law(settings);
        let run = |point: &Point| {
            let totals = engine(point);
            (totals, totals.events)
        };
        let [base, this, ratio] = pair(|| run(&uniform), || run(&other));
        println!("{what:<44} {base:>8.1} {this:>8.1} {ratio:>8.2}");
    }

    println!("\n{:<44} {:>8} {:>8} {:>8}", "10 000 replicates of push-pull, n = 1000", "1 thread", "2", "speed-up");
    let many = scenario("replicates = 10000\n[network]\nnodes = 1000\n[gossip]\nstrategy = \"push-pull\"\n");
    let run = |threads| {
        let halt = AtomicBool::new(false);
        experiment::run_all(&many, threads, &halt, |_| Ok::<(), ()>(())).expect("it runs");
        ((), 1_000_000_000)
    };
    let [one, two, ratio] = pair(|| run(1), || run(2));
    println!("{:<44} {one:>7.2}s {two:>7.2}s {:>8.2}", "", 1.0 / ratio);
}
