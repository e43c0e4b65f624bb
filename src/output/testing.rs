//! Scenarios, records and tables to test with.

use std::collections::BTreeMap;

use super::csv_file::Layout;
use super::frame::Frame;
use super::run_tables::RunTables;
use super::tables::{self, List, Tables};
use crate::columns::rumor::LIST;
use crate::columns::{Cell, Kind};
use crate::engine::Outcome;
use crate::experiment::{self, Record};
use crate::observe::RoundSample;
use crate::scenario::{Overrides, Scenario, Source, read};
use crate::time::Time;
use crate::workload::rumor::{Ending, Hops, Totals};

/// A scenario of 10 nodes that push every 10 ms, with more lines of `[gossip]` or sections behind it.
pub(crate) fn scenario(text: &str) -> Scenario {
    read_text(&format!("[network]\nnodes = 10\n[gossip]\nstrategy = \"push\"\ninterval = \"10ms\"\n{text}"))
}

/// The scenario that is written there.
pub(crate) fn read_text(text: &str) -> Scenario {
    read(Source::text("demo.toml", text), &Overrides::default()).unwrap_or_else(|problems| panic!("{problems}"))
}

/// A run of 10 nodes whose rounds ended with these (informed, messages), over after `millis`.
pub(crate) fn record(outcome: Outcome, curve: &[(u64, u64)], millis: u64) -> Record {
    let mut tally = Totals::default();
    (tally.informed, tally.sent) = *curve.last().unwrap();
    tally.live = 10;
    let ended = Time::from_nanos(millis * 1_000_000);
    let last_learned = Some(ended);
    let sample = |&(informed, messages)| RoundSample { informed, live: 10, messages, ..RoundSample::default() };
    let curve = curve.iter().map(sample).collect();
    let ending = Ending {
        outcome,
        cut_off: false,
        last_learned,
        has_goal: true,
        tally,
        ended,
        in_flight: 0,
        extinction: None,
        hops: Hops::default(),
    };
    let reached = [None; 4];
    Record {
        point: 0,
        replicate: 0,
        ending,
        live: 10,
        curve,
        reached,
        by_region: None,
        split: None,
        traffic: None,
        queues: None,
        courses: Vec::new(),
        measured: Vec::new(),
    }
}

/// Converges in the 3rd round.
pub(crate) fn quick() -> Record {
    record(Outcome::Converged, &[(1, 0), (5, 7), (8, 12), (10, 20)], 25)
}

/// Stays with 6 of 10 nodes for 5 rounds.
pub(crate) fn stuck() -> Record {
    record(Outcome::DiedOut, &[(1, 0), (2, 1), (4, 4), (6, 10), (6, 16), (6, 20)], 22)
}

/// The same, cut off by a limit.
pub(crate) fn limited() -> Record {
    Record { ending: Ending { outcome: Outcome::RoundLimit, ..stuck().ending }, ..stuck() }
}

/// The tables of these records of `scenario`.
pub(crate) fn tables(scenario: &Scenario, records: impl IntoIterator<Item = Record>) -> Tables {
    tables_of(LIST, scenario, records)
}

/// The same, with other columns.
pub(crate) fn tables_of(list: &'static List, scenario: &Scenario, records: impl IntoIterator<Item = Record>) -> Tables {
    let mut run_tables = RunTables::new(list, scenario);
    records.into_iter().for_each(|record| run_tables.add(record).unwrap());
    run_tables.close_point().unwrap();
    run_tables.tables
}

/// The tables of all runs of `scenario`.
pub(crate) fn simulated(scenario: &Scenario) -> Tables {
    tables(scenario, all_runs(scenario))
}

/// All runs of `scenario`.
pub(crate) fn all_runs(scenario: &Scenario) -> Vec<Record> {
    let runs = scenario.points.iter().flat_map(|point| {
        (0..scenario.replicates)
            .map(move |number| experiment::run(&point, number, &|| true).unwrap())
            .collect::<Vec<_>>()
    });
    runs.collect()
}

/// A table with rows of these values by column; the others are empty, 0, or of the usual point. Names with a dot are
/// those of swept keys.
fn frame(layout: &Layout, rows: &[&[(&str, Cell)]]) -> Frame {
    let mut keys: Vec<String> = Vec::new();
    for (name, _) in rows.iter().flat_map(|row| row.iter()).filter(|(name, _)| name.contains('.')) {
        if !keys.iter().any(|key| key == name) {
            keys.push((*name).to_owned());
        }
    }
    let header = layout.header(&keys);
    let mut frame = Frame::new(header.clone());
    for row in rows {
        let mut values: BTreeMap<&str, Cell> = BTreeMap::from([
            ("strategy", "push".into()),
            ("nodes", 8_u64.into()),
            ("topology", "complete".into()),
            ("fanout", 1_u64.into()),
            ("interval_ms", 1000.0.into()),
            ("outcome", "converged".into()),
        ]);
        values.extend(row.iter().cloned());
        assert!(row.iter().all(|(name, _)| frame.has(name)), "{row:?}");
        let blank = |kind| match kind {
            Kind::Whole | Kind::Large => 0_u64.into(),
            Kind::Real => 0.0.into(),
            Kind::Word => "".into(),
        };
        let cell = |field: &crate::columns::Field| match values.get(field.name.as_str()) {
            Some(cell) => cell.clone(),
            None if field.optional => Cell::Empty,
            None => blank(field.kind),
        };
        frame.push(header.iter().map(cell).collect()).unwrap();
    }
    frame
}

/// A summary of points with these values.
pub(crate) fn summary(rows: &[&[(&str, Cell)]]) -> Frame {
    frame(&tables::summary(LIST), rows)
}

/// Runs with these values.
pub(crate) fn runs(rows: &[&[(&str, Cell)]]) -> Frame {
    frame(&tables::runs(LIST), rows)
}

/// Rounds of curves with these values.
pub(crate) fn curve(rows: &[&[(&str, Cell)]]) -> Frame {
    frame(&tables::curve(LIST), rows)
}
