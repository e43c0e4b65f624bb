//! Results folders to draw in tests: invented, but shaped like real ones.

use super::{Conditions, TheoryCurve};
use crate::output::rows::{CurveRow, FitRow, PointColumns, RunRow, SummaryRow, Swept, Tables};

const STRATEGIES: [&str; 3] = ["push", "pull", "push-pull"];

/// Every kind of folder, by name.
pub(super) fn all() -> Vec<(&'static str, Tables)> {
    let mut nothing = sizes(20);
    fail(&mut nothing);
    let mut fanout = Tables::default();
    for value in 1..=4 {
        for strategy in STRATEGIES {
            add(&mut fanout, PointColumns { fanout: value, ..columns(strategy, 1024) }, vec![], 50);
        }
    }
    let mut one = Tables::default();
    add(&mut one, columns("push", 1000), vec![], 1);
    let mut lonely = Tables::default();
    add(&mut lonely, columns("push-pull", 4096), vec![], 200);
    let long = Vec::from_iter((0..60).map(|index| format!("{{ kind = \"rule-{index}\", strength = {index} }}")));
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    let mut line = Tables::default();
    add(&mut line, PointColumns { topology: "line".into(), ..columns("push", 100_000_000) }, vec![], 3);
    stretch(&mut line);
    let many = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    vec![
        ("sizes", sizes(200)),
        ("sizes_and_loss", sizes_and_loss(50)),
        ("loss", loss(100)),
        ("topologies", topologies(100)),
        ("fanout", fanout),
        ("latency", sweep("network.latency.median", &["1ms", "10ms", "100ms", "1s", "10s"], &STRATEGIES, 50)),
        ("phase", sweep("gossip.phase", &["aligned", "random", "poisson"], &STRATEGIES, 50)),
        ("rules", sweep("gossip.peers", &long, &STRATEGIES[..2], 10)),
        ("many_strategies", sweep("gossip.k", &["1", "2"], &many, 10)),
        ("intervals", intervals(50)),
        ("residues", residues(50)),
        ("one_run", one),
        ("one_strategy", lonely),
        ("nothing_converged", nothing),
        ("long_curve", line),
    ]
}

/// What a caller would say of `tables`.
pub(super) fn conditions(tables: &Tables) -> Conditions {
    let theory = tables.summary.iter().filter(|(columns, _, _)| columns.topology == "complete");
    let theory = theory.map(|(columns, _, _)| TheoryCurve {
        point: columns.point,
        points: (0..60).map(|round| (round, share(columns, round as f64 + 0.3))).collect(),
    });
    let statement =
        "complete graph, fanout 1, interval 1s, aligned phases, no latency, loss 0, spread forever, 200 runs";
    let exact = tables.summary.iter().filter_map(|(columns, _, figures)| {
        let mean = figures.exact_rounds_mean?;
        let share = |round: u64| 1.0 / (1.0 + libm::exp(2.0 * (mean - round as f64)));
        Some(TheoryCurve { point: columns.point, points: (0..60).map(|round| (round, share(round))).collect() })
    });
    Conditions {
        scenario: "compare-strategies".into(),
        statement: statement.into(),
        theory: theory.collect(),
        exact: exact.collect(),
    }
}

/// Three strategies at seven sizes, with their fits.
pub(super) fn sizes(runs: u64) -> Tables {
    let mut tables = Tables::default();
    for nodes in [16, 64, 256, 1024, 4096, 16_384, 65_536] {
        for strategy in STRATEGIES {
            add(&mut tables, columns(strategy, nodes), vec![], runs);
        }
    }
    add_fits(&mut tables, &[]);
    tables
}

/// Three strategies at four sizes and three losses.
pub(super) fn sizes_and_loss(runs: u64) -> Tables {
    let mut tables = Tables::default();
    let losses = [0.0, 0.1, 0.3];
    for loss in losses {
        for nodes in [64, 256, 1024, 4096] {
            for strategy in STRATEGIES {
                add(&mut tables, PointColumns { loss, ..columns(strategy, nodes) }, vec![], runs);
            }
        }
    }
    for loss in losses {
        add_fits(&mut tables, &[("network.loss".into(), format!("{loss:?}"))]);
    }
    tables
}

/// Three strategies at six losses.
pub(super) fn loss(runs: u64) -> Tables {
    let mut tables = Tables::default();
    for loss in [0.0, 0.1, 0.2, 0.3, 0.4, 0.5] {
        for strategy in STRATEGIES {
            add(&mut tables, PointColumns { loss, ..columns(strategy, 1024) }, vec![], runs);
        }
    }
    tables
}

/// Three strategies on twelve topologies.
pub(super) fn topologies(runs: u64) -> Tables {
    let mut tables = Tables::default();
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
            add(&mut tables, PointColumns { topology, ..columns(strategy, 1024) }, vec![], runs);
        }
    }
    tables
}

/// Some strategies at the values of a key without a column.
pub(super) fn sweep(path: &str, values: &[&str], strategies: &[&str], runs: u64) -> Tables {
    let mut tables = Tables::default();
    for value in values {
        for strategy in strategies {
            add(&mut tables, columns(strategy, 1024), vec![(path.into(), (*value).into())], runs);
        }
    }
    tables
}

/// Three strategies at seven gossip intervals, from 25 ms to 2 s.
pub(super) fn intervals(runs: u64) -> Tables {
    let mut tables = Tables::default();
    for interval_ms in [25.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0] {
        for strategy in STRATEGIES {
            add(&mut tables, PointColumns { interval_ms, ..columns(strategy, 1024) }, vec![], runs);
        }
    }
    tables
}

/// A rumor that dies out under a counter from 1 to 5 and leaves less and less residue, in the end none.
pub(super) fn residues(runs: u64) -> Tables {
    let mut tables = sweep("gossip.spread.k", &["1", "2", "3", "4", "5"], &["push"], runs);
    fail(&mut tables);
    for run in &mut tables.runs {
        let k = run.point as usize;
        run.residue = [0.18, 0.04, 0.008, 0.001, 0.0][k] * (1.0 + (run.replicate % 3) as f64 / 10.0);
    }
    tables
}

/// Lets no run converge.
pub(super) fn fail(tables: &mut Tables) {
    tables.curve.retain(|row| row.round <= 8);
    for run in &mut tables.runs {
        (run.rounds, run.time_ms, run.outcome) = (None, None, "round-limit".into());
    }
    for (_, _, figures) in &mut tables.summary {
        figures.converged = 0;
        (figures.rounds_mean, figures.rounds_ci_low, figures.rounds_ci_high) = (None, None, None);
        (figures.theory_rounds, figures.exact_rounds_mean) = (None, None);
    }
    for (_, _, fit) in &mut tables.fit {
        (fit.slope, fit.intercept) = (None, None);
    }
}

/// Replaces all curves by a long straight one.
fn stretch(tables: &mut Tables) {
    let row = tables.curve[0].clone();
    let rows = (0..=50_000_u64).map(|round| {
        let share = round as f64 / 50_000.0;
        let (low, high) = (share * share, share.sqrt());
        CurveRow {
            round,
            informed_mean: share,
            informed_p50: share,
            informed_p05: low,
            informed_p95: high,
            ..row.clone()
        }
    });
    tables.curve = rows.collect();
}

fn columns(strategy: &str, nodes: u32) -> PointColumns {
    PointColumns {
        point: 0,
        strategy: strategy.into(),
        nodes,
        topology: "complete".into(),
        fanout: 1,
        loss: 0.0,
        interval_ms: 1000.0,
    }
}

/// Rounds per doubling, and rounds at one node.
fn law(columns: &PointColumns) -> (f64, f64) {
    let (slope, start) = match columns.strategy.as_str() {
        "push" => (1.69, 1.1),
        "pull" => (1.05, 1.6),
        _ => (0.68, 1.4),
    };
    let hard = 1.0 + columns.topology.len() as f64 / 20.0 - 0.4;
    let ease = f64::from(columns.fanout).sqrt() * (1.0 - columns.loss);
    (slope / ease * hard, start)
}

/// The informed share of a made-up epidemic: logistic, from one node.
fn share(columns: &PointColumns, round: f64) -> f64 {
    let (slope, start) = law(columns);
    let nodes = f64::from(columns.nodes);
    let half = (slope * libm::log2(nodes) + start) * 0.55;
    let share = 1.0 / (1.0 + libm::exp(-(round - half) * 1.9 / slope.max(0.3)));
    if share * nodes > nodes - 0.5 { 1.0 } else { share.max(1.0 / nodes) }
}

/// A point with all its rows.
fn add(tables: &mut Tables, columns: PointColumns, swept: Swept, runs: u64) {
    let columns = PointColumns { point: tables.summary.len() as u32, ..columns };
    let (slope, start) = law(&columns);
    let nudge = swept.first().map_or(0.0, |(_, value)| value.len() as f64 / 2.0);
    let mean = slope * libm::log2(columns.nodes.into()) + start + nudge;
    let spread = |replicate: u64| (replicate * 7 % 11) as f64 / 3.0 - 5.0 / 3.0;
    let messages = mean * (1.0 + 0.4 * columns.strategy.len() as f64 / 4.0);
    tables.runs.extend((0..runs).map(|replicate| {
        let rounds = (mean + spread(replicate)).round().max(1.0);
        run(&columns, replicate, rounds, messages + spread(replicate) / 4.0)
    }));
    tables.curve.extend((0..(mean + 3.0) as u64).map(|round| {
        let at = |shift: f64| share(&columns, round as f64 + shift);
        CurveRow {
            point: columns.point,
            strategy: columns.strategy.clone(),
            nodes: columns.nodes,
            round,
            informed_mean: at(0.0),
            informed_sd: 0.1,
            informed_p05: at(-1.2),
            informed_p95: at(1.2),
            messages_mean: 1.0,
            informed_p50: at(0.05),
        }
    }));
    let margin = (runs > 1).then(|| 1.96 * 1.05 / (runs as f64).sqrt());
    let summary = SummaryRow {
        runs,
        converged: runs,
        rounds_mean: Some(mean),
        rounds_sd: margin.map(|_| 1.05),
        rounds_ci_low: margin.map(|margin| mean - margin),
        rounds_ci_high: margin.map(|margin| mean + margin),
        rounds_min: Some(mean as u64),
        rounds_p50: Some(mean),
        rounds_p95: Some(mean + 2.0),
        rounds_max: Some(mean as u64 + 3),
        time_ms_mean: Some(mean * columns.interval_ms),
        messages_per_node_mean: messages,
        residue_mean: 0.0,
        theory_rounds: (columns.topology == "complete").then_some(mean * 0.97 + 0.8),
        exact_rounds_mean: (columns.topology == "complete" && columns.nodes <= 4096).then_some(mean + 0.05),
        ..SummaryRow::default()
    };
    tables.summary.push((columns, swept, summary));
}

fn run(columns: &PointColumns, replicate: u64, rounds: f64, messages: f64) -> RunRow {
    let nodes = u64::from(columns.nodes);
    RunRow {
        scenario: "compare-strategies".into(),
        point: columns.point,
        strategy: columns.strategy.clone(),
        nodes: columns.nodes,
        topology: columns.topology.clone(),
        fanout: columns.fanout,
        loss: columns.loss,
        interval_ms: columns.interval_ms,
        replicate,
        seed: 42,
        outcome: "converged".into(),
        rounds: Some(rounds as u64),
        time_ms: Some(rounds * columns.interval_ms),
        rounds_50: None,
        rounds_90: None,
        rounds_99: None,
        informed: nodes,
        live: nodes,
        residue: 0.0,
        messages: (messages * nodes as f64) as u64,
        updates: nodes,
        bytes: u128::from(100 * nodes),
        lost: 0,
        redundant: 0,
        events: 3 * nodes,
        ..RunRow::default()
    }
}

/// The fits of all strategies at the given values of other keys.
fn add_fits(tables: &mut Tables, swept: &[(String, String)]) {
    let loss = swept.first().map_or("0.0", |(_, loss)| loss).to_owned();
    for strategy in STRATEGIES {
        let (slope, start) = law(&PointColumns { loss: loss.parse().unwrap(), ..columns(strategy, 64) });
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
        tables.fit.push((strategy.into(), swept.to_vec(), fit));
    }
}
