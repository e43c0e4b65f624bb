//! Results folders to draw in tests: invented, but shaped like real ones.

use super::figure::Figure;
use super::grid;
use super::pixels::Page;
use crate::columns::Cell;
use crate::columns::rumor::LIST;
use crate::output::chart::Formats;
use crate::output::conditions::{Conditions, TheoryCurve};
use crate::output::frame::{Frame, Row, Swept};
use crate::output::growth::{self, FitRow};
use crate::output::tables::Tables;
use crate::output::testing;

const STRATEGIES: [&str; 3] = ["push", "pull", "push-pull"];

/// The SVG of `figure`.
pub(super) fn svg(figure: &Figure) -> String {
    grid::paint(figure, Formats::Svg, &mut Page::default()).unwrap().svg.unwrap()
}

/// Every kind of folder, by name.
pub(super) fn all() -> Vec<(&'static str, Tables)> {
    let mut nothing = sizes(20);
    fail(&mut nothing);
    let mut fanout = Outline::default();
    for value in 1..=4 {
        for strategy in STRATEGIES {
            add(&mut fanout, Place { fanout: value, ..columns(strategy, 1024) }, vec![], 50);
        }
    }
    let mut one = Outline::default();
    add(&mut one, columns("push", 1000), vec![], 1);
    let mut lonely = Outline::default();
    add(&mut lonely, columns("push-pull", 4096), vec![], 200);
    let long = Vec::from_iter((0..60).map(|index| format!("{{ kind = \"rule-{index}\", strength = {index} }}")));
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    let mut line = Outline::default();
    add(&mut line, Place { topology: "line".into(), ..columns("push", 100_000_000) }, vec![], 3);
    let mut line = line.tables();
    stretch(&mut line);
    let many = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    vec![
        ("sizes", sizes(200)),
        ("sizes_and_loss", sizes_and_loss(50)),
        ("loss", loss(100)),
        ("topologies", topologies(100)),
        ("fanout", fanout.tables()),
        ("latency", sweep("network.latency.median", &["1ms", "10ms", "100ms", "1s", "10s"], &STRATEGIES, 50)),
        ("phase", sweep("gossip.phase", &["aligned", "random", "poisson"], &STRATEGIES, 50)),
        ("rules", sweep("gossip.peers", &long, &STRATEGIES[..2], 10)),
        ("many_strategies", sweep("gossip.k", &["1", "2"], &many, 10)),
        ("intervals", intervals(50)),
        ("residues", residues(50)),
        ("one_run", one.tables()),
        ("one_strategy", lonely.tables()),
        ("nothing_converged", nothing),
        ("long_curve", line),
    ]
}

/// What identifies an invented point.
#[derive(Clone)]
struct Place {
    strategy: String,
    nodes: u32,
    topology: String,
    fanout: u32,
    loss: f64,
    interval_ms: f64,
}

/// Values of a row, by column.
type Values = Vec<(String, Cell)>;

/// The rows of tables under way.
#[derive(Default)]
struct Outline {
    runs: Vec<Values>,
    curve: Vec<Values>,
    summary: Vec<Values>,
    fits: Vec<growth::Fitted>,
}

impl Outline {
    fn tables(&self) -> Tables {
        fn rows(list: &[Values]) -> Vec<Vec<(&str, Cell)>> {
            list.iter().map(|row| row.iter().map(|(name, cell)| (name.as_str(), cell.clone())).collect()).collect()
        }
        fn slices<'a, 'b>(rows: &'b [Vec<(&'a str, Cell)>]) -> Vec<&'b [(&'a str, Cell)]> {
            rows.iter().map(Vec::as_slice).collect()
        }
        Tables {
            runs: testing::runs(&slices(&rows(&self.runs))),
            curve: testing::curve(&slices(&rows(&self.curve))),
            summary: testing::summary(&slices(&rows(&self.summary))),
            fit: growth::frame(LIST, &self.fits),
            pairs: Frame::default(),
            by_region: Frame::default(),
            by_update: Frame::default(),
            links: Vec::new(),
        }
    }
}

/// What a caller would say of `tables`.
pub(super) fn conditions(tables: &Tables) -> Conditions {
    let theory = tables.summary.rows().filter(|row| row.word("topology") == "complete");
    let theory = theory.map(|row| TheoryCurve {
        point: row.point(),
        points: (0..60).map(|round| (round, share(&place(row), round as f64 + 0.3))).collect(),
    });
    let statement =
        "complete graph, fanout 1, interval 1s, aligned phases, no latency, loss 0, spread forever, 200 runs";
    let exact = tables.summary.rows().filter_map(|row| {
        let mean = row.real("exact_rounds_mean")?;
        let share = |round: u64| 1.0 / (1.0 + libm::exp(2.0 * (mean - round as f64)));
        Some(TheoryCurve { point: row.point(), points: (0..60).map(|round| (round, share(round))).collect() })
    });
    Conditions {
        goal: "every node knows".to_owned(),
        scenario: "compare-strategies".into(),
        statement: statement.into(),
        theory: theory.collect(),
        exact: exact.collect(),
        ..Conditions::default()
    }
}

/// Three strategies at seven sizes, with their fits.
pub(super) fn sizes(runs: u64) -> Tables {
    let mut tables = Outline::default();
    for nodes in [16, 64, 256, 1024, 4096, 16_384, 65_536] {
        for strategy in STRATEGIES {
            add(&mut tables, columns(strategy, nodes), vec![], runs);
        }
    }
    add_fits(&mut tables, &[]);
    tables.tables()
}

/// Three strategies at three sizes, each point with a phase of its own.
pub(super) fn phases() -> Tables {
    let mut tables = Outline::default();
    for (number, nodes) in [16, 64, 256].into_iter().enumerate() {
        for strategy in STRATEGIES {
            let phase = ("gossip.phase".to_owned(), format!("{}ms", 3 * number + strategy.len()));
            add(&mut tables, columns(strategy, nodes), vec![phase], 2);
        }
    }
    add_fits(&mut tables, &[("gossip.phase".into(), "0ms".into())]);
    tables.tables()
}

/// Three strategies at four sizes and three losses.
pub(super) fn sizes_and_loss(runs: u64) -> Tables {
    let mut tables = Outline::default();
    let losses = [0.0, 0.1, 0.3];
    for loss in losses {
        for nodes in [64, 256, 1024, 4096] {
            for strategy in STRATEGIES {
                add(&mut tables, Place { loss, ..columns(strategy, nodes) }, vec![], runs);
            }
        }
    }
    for loss in losses {
        add_fits(&mut tables, &[("network.loss".into(), format!("{loss:?}"))]);
    }
    tables.tables()
}

/// Three strategies at six losses.
pub(super) fn loss(runs: u64) -> Tables {
    let mut tables = Outline::default();
    for loss in [0.0, 0.1, 0.2, 0.3, 0.4, 0.5] {
        for strategy in STRATEGIES {
            add(&mut tables, Place { loss, ..columns(strategy, 1024) }, vec![], runs);
        }
    }
    tables.tables()
}

/// Three strategies on twelve topologies.
pub(super) fn topologies(runs: u64) -> Tables {
    let mut tables = Outline::default();
    for topology in [
        "complete",
        "ring (neighbors = 1)",
        "line",
        "star",
        "grid (dims = 2)",
        "torus (sides = [32, 32])",
        "hypercube",
        "tree (arity = 2)",
        "random-regular (degree = 8, fixed = false)",
        "erdos-renyi (mean_degree = 20, connected = true, fixed = false)",
        "watts-strogatz (neighbors = 4, rewire = 0.1)",
        "barabasi-albert (links = 4)",
    ] {
        for strategy in STRATEGIES {
            let topology = topology.to_owned();
            add(&mut tables, Place { topology, ..columns(strategy, 1024) }, vec![], runs);
        }
    }
    tables.tables()
}

/// Some strategies at the values of a key without a column.
pub(super) fn sweep(path: &str, values: &[&str], strategies: &[&str], runs: u64) -> Tables {
    let mut tables = Outline::default();
    for value in values {
        for strategy in strategies {
            add(&mut tables, columns(strategy, 1024), vec![(path.into(), (*value).into())], runs);
        }
    }
    tables.tables()
}

/// Three strategies at these sizes and values of `gossip.k`.
pub(super) fn counters(values: u32, sizes: &[u32], runs: u64) -> Tables {
    let mut tables = Outline::default();
    for value in 1..=values {
        for nodes in sizes {
            for strategy in STRATEGIES {
                add(&mut tables, columns(strategy, *nodes), vec![("gossip.k".into(), value.to_string())], runs);
            }
        }
    }
    tables.tables()
}

/// Three strategies at seven gossip intervals, from 25 ms to 2 s.
pub(super) fn intervals(runs: u64) -> Tables {
    let mut tables = Outline::default();
    for interval_ms in [25.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0] {
        for strategy in STRATEGIES {
            add(&mut tables, Place { interval_ms, ..columns(strategy, 1024) }, vec![], runs);
        }
    }
    tables.tables()
}

/// A rumor that dies out under a counter from 1 to 5 and leaves less and less residue, in the end none.
pub(super) fn residues(runs: u64) -> Tables {
    let mut tables = sweep("gossip.spread.k", &["1", "2", "3", "4", "5"], &["push"], runs);
    fail(&mut tables);
    for number in 0..tables.runs.len() {
        let run = tables.runs.row(number);
        let (k, replicate) = (run.point() as usize, run.count("replicate"));
        let residue = [0.18, 0.04, 0.008, 0.001, 0.0][k] * (1.0 + (replicate % 3) as f64 / 10.0);
        tables.runs.set(number, "residue", residue);
    }
    tables
}

/// Lets no run converge.
pub(super) fn fail(tables: &mut Tables) {
    tables.curve.retain(|row| row.count("round") <= 8);
    for number in 0..tables.runs.len() {
        for (name, cell) in [("rounds", Cell::Empty), ("time_ms", Cell::Empty), ("outcome", "round-limit".into())] {
            tables.runs.set(number, name, cell);
        }
    }
    for number in 0..tables.summary.len() {
        tables.summary.set(number, "converged", 0_u64);
        for name in ["rounds_mean", "rounds_ci_low", "rounds_ci_high", "theory_rounds", "exact_rounds_mean"] {
            tables.summary.set(number, name, Cell::Empty);
        }
    }
    for number in 0..tables.fit.len() {
        ["slope", "intercept"].into_iter().for_each(|name| tables.fit.set(number, name, Cell::Empty));
    }
}

/// Replaces all curves by a long straight one.
fn stretch(tables: &mut Tables) {
    let row = tables.curve.row(0);
    let place = [("point", row.cell("point")), ("nodes", row.cell("nodes"))];
    let rows = (0..=50_000_u64).map(|round| {
        let share = round as f64 / 50_000.0;
        let figures = [
            ("round", round.into()),
            ("informed_mean", share.into()),
            ("informed_p50", share.into()),
            ("informed_p05", (share * share).into()),
            ("informed_p95", share.sqrt().into()),
        ];
        place.iter().cloned().chain(figures).collect::<Vec<_>>()
    });
    let rows: Vec<Vec<(&str, Cell)>> = rows.collect();
    tables.curve = testing::curve(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
}

/// What identifies the point of a row.
fn place(row: Row<'_>) -> Place {
    Place {
        strategy: row.series().to_owned(),
        nodes: row.count("nodes") as u32,
        topology: row.word("topology").to_owned(),
        fanout: row.count("fanout") as u32,
        loss: row.number_or_nan("loss"),
        interval_ms: row.number_or_nan("interval_ms"),
    }
}

fn columns(strategy: &str, nodes: u32) -> Place {
    Place { strategy: strategy.into(), nodes, topology: "complete".into(), fanout: 1, loss: 0.0, interval_ms: 1000.0 }
}

/// Rounds per doubling, and rounds at one node.
fn law(place: &Place) -> (f64, f64) {
    let (slope, start) = match place.strategy.as_str() {
        "push" => (1.69, 1.1),
        "pull" => (1.05, 1.6),
        _ => (0.68, 1.4),
    };
    let hard = 1.0 + place.topology.len() as f64 / 20.0 - 0.4;
    let ease = f64::from(place.fanout).sqrt() * (1.0 - place.loss);
    (slope / ease * hard, start)
}

/// The informed share of a made-up epidemic: logistic, from one node.
fn share(place: &Place, round: f64) -> f64 {
    let (slope, start) = law(place);
    let nodes = f64::from(place.nodes);
    let half = (slope * libm::log2(nodes) + start) * 0.55;
    let share = 1.0 / (1.0 + libm::exp(-(round - half) * 1.9 / slope.max(0.3)));
    if share * nodes > nodes - 0.5 { 1.0 } else { share.max(1.0 / nodes) }
}

/// A point with all its rows.
fn add(tables: &mut Outline, place: Place, swept: Swept, runs: u64) {
    let point = tables.summary.len() as u64;
    let (slope, start) = law(&place);
    let nudge = swept.first().map_or(0.0, |(_, value)| value.len() as f64 / 2.0);
    let mean = slope * libm::log2(place.nodes.into()) + start + nudge;
    let spread = |replicate: u64| (replicate * 7 % 11) as f64 / 3.0 - 5.0 / 3.0;
    let messages = mean * (1.0 + 0.4 * place.strategy.len() as f64 / 4.0);
    let of_point = values(point, &place);
    let with = |more: Vec<(&str, Cell)>| -> Values {
        of_point.iter().cloned().chain(more.into_iter().map(|(name, cell)| (name.to_owned(), cell))).collect()
    };
    tables.runs.extend((0..runs).map(|replicate| {
        let rounds = (mean + spread(replicate)).round().max(1.0);
        with(run(&place, replicate, rounds, messages + spread(replicate) / 4.0))
    }));
    tables.curve.extend((0..(mean + 3.0) as u64).map(|round| {
        let at = |shift: f64| Cell::from(share(&place, round as f64 + shift));
        let of_point = of_point.iter().filter(|(name, _)| ["point", "strategy", "nodes"].contains(&name.as_str()));
        let figures = [
            ("round", round.into()),
            ("informed_mean", at(0.0)),
            ("informed_sd", 0.1.into()),
            ("informed_p05", at(-1.2)),
            ("informed_p95", at(1.2)),
            ("messages_mean", 1.0.into()),
            ("informed_p50", at(0.05)),
        ];
        of_point.cloned().chain(figures.map(|(name, cell)| (name.to_owned(), cell))).collect()
    }));
    let margin = (runs > 1).then(|| 1.96 * 1.05 / (runs as f64).sqrt());
    let complete = place.topology == "complete";
    let mut summary = with(vec![
        ("runs", runs.into()),
        ("converged", runs.into()),
        ("rounds_mean", mean.into()),
        ("rounds_sd", margin.map(|_| 1.05).into()),
        ("rounds_ci_low", margin.map(|margin| mean - margin).into()),
        ("rounds_ci_high", margin.map(|margin| mean + margin).into()),
        ("rounds_min", (mean as u64).into()),
        ("rounds_p50", mean.into()),
        ("rounds_p95", (mean + 2.0).into()),
        ("rounds_max", (mean as u64 + 3).into()),
        ("time_ms_mean", (mean * place.interval_ms).into()),
        ("messages_per_node_mean", messages.into()),
        ("theory_rounds", complete.then_some(mean * 0.97 + 0.8).into()),
        ("exact_rounds_mean", (complete && place.nodes <= 4096).then_some(mean + 0.05).into()),
    ]);
    summary.extend(swept.into_iter().map(|(path, value)| (path, value.into())));
    tables.summary.push(summary);
}

/// The values of the columns that identify a point.
fn values(point: u64, place: &Place) -> Values {
    let values = [
        ("point", point.into()),
        ("strategy", place.strategy.as_str().into()),
        ("nodes", place.nodes.into()),
        ("topology", place.topology.as_str().into()),
        ("fanout", place.fanout.into()),
        ("loss", place.loss.into()),
        ("interval_ms", place.interval_ms.into()),
    ];
    values.map(|(name, cell): (&str, Cell)| (name.to_owned(), cell)).into()
}

fn run(place: &Place, replicate: u64, rounds: f64, messages: f64) -> Vec<(&'static str, Cell)> {
    let nodes = u64::from(place.nodes);
    vec![
        ("replicate", replicate.into()),
        ("rounds", (rounds as u64).into()),
        ("time_ms", (rounds * place.interval_ms).into()),
        ("informed", nodes.into()),
        ("live", nodes.into()),
        ("messages", ((messages * nodes as f64) as u64).into()),
        ("updates", nodes.into()),
        ("bytes", (100 * nodes).into()),
        ("bytes_per_node_second", (100_000.0 / (rounds * place.interval_ms)).into()),
        ("events", (3 * nodes).into()),
    ]
}

/// The fits of all strategies at the given values of other keys.
fn add_fits(tables: &mut Outline, swept: &[(String, String)]) {
    let loss = swept.first().filter(|(path, _)| path == "network.loss").map_or("0.0", |(_, loss)| loss).to_owned();
    for strategy in STRATEGIES {
        let (slope, start) = law(&Place { loss: loss.parse().unwrap(), ..columns(strategy, 64) });
        let fit = FitRow {
            slope: Some(slope),
            slope_ci_low: Some(slope - 0.03),
            slope_ci_high: Some(slope + 0.03),
            intercept: Some(start),
            r2: Some(0.999),
            theory_slope: Some(slope * 0.98),
            verdict: format!("log wins at loss {loss}"),
            ..FitRow::default()
        };
        tables.fits.push((strategy.into(), swept.to_vec(), fit));
    }
}
