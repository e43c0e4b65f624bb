//! A workload that the rest of the program has never heard of: its list of columns is all that it takes.

use std::path::Path;

use super::charts;
use super::conditions::Conditions;
use super::csv_file::CsvFile;
use super::drawing::{Drawing, Formats};
use super::frame::Frame;
use super::links::LinkRow;
use super::tables::{self, List, Tables};
use super::{dictionary, growth, pairs, summary_json, testing};
use crate::columns::{Cell, Column, Columns, Figure, Published, Run, Sampled, Statistic, Summary, common};
use crate::observe::RoundSample;
use crate::scenario::{Overrides, Scenario, Source, read};
use crate::threads::Threads;

/// No strategy, no residue, no law: an error instead.
const LIST: &List = &Columns {
    workload: "foreign",
    point: &[common::POINT, common::NODES, common::LOSS],
    runs: &[
        common::REPLICATE,
        common::OUTCOME,
        common::ROUNDS,
        common::LIVE,
        common::MESSAGES,
        Column::real("error", "units", "How far the nodes are off.", |run: &Run| {
            (1.0 / (run.record.replicate as f64 + 1.0)).into()
        })
        .summed(Summary::Distribution),
    ],
    curve: &[Figure {
        name: "error",
        unit: "units",
        doc: "how far the nodes are off",
        of: |run: &Sampled<RoundSample>| 1.0 / run.now.informed as f64,
        statistics: &[Statistic::Mean, Statistic::Quantile(95)],
        optional: false,
    }],
    summary: &[],
    published: Published { curve: &[], summary: &[], oldest_runs: 9, oldest_summary: 1 },
};

fn scenario() -> Scenario {
    let text = "replicates = 8\n[network]\nnodes = 16\n[gossip]\nstrategy = \"push-pull\"\n[sweep]\n\
                \"network.loss\" = [0, 0.25]\n\"gossip.exchange\" = [\"digest\", \"eager\"]\n";
    read(Source::text("s.toml", text), &Overrides::default()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn simulated(scenario: &Scenario) -> Tables {
    testing::tables_of(LIST, scenario, testing::all_runs(scenario))
}

fn names(frame: &Frame) -> String {
    frame.header().iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(",")
}

#[test]
fn tables_have_its_columns_behind_those_of_everybody() {
    let tables = simulated(&scenario());
    let runs = "scenario,point,nodes,loss,replicate,outcome,rounds,live,messages,error,gossip.exchange";
    assert_eq!(names(&tables.runs), runs);
    assert_eq!(names(&tables.curve), "point,nodes,round,error_mean,error_p95");
    let summary = names(&tables.summary);
    assert!(
        summary.starts_with(
            "point,nodes,loss,gossip.exchange,runs,converged,converged_ci_low,converged_ci_high,rounds_mean,"
        ),
        "{summary}"
    );
    let own = ",error_mean,error_sd,error_ci_low,error_ci_high,error_min,error_p50,";
    assert!(
        summary.contains(own)
            && summary
                .ends_with(",error_max,deadline_ms,within_deadline,within_deadline_ci_low,within_deadline_ci_high"),
        "{summary}"
    );
    // 1, 1/2, ..., 1/8 in each point.
    let mean = tables.summary.row(3).real("error_mean").unwrap();
    assert!((mean - (1..=8).map(|run| 1.0 / f64::from(run)).sum::<f64>() / 8.0).abs() < 1e-12);
    assert_eq!(tables.summary.row(3).real("error_max"), Some(1.0));
}

#[test]
fn json_pairs_fits_and_charts_come_with_the_list() {
    let scenario = scenario();
    let mut tables = simulated(&scenario);
    tables.fit = growth::frame(LIST, &growth::rows(&tables.summary, &|_| None));
    tables.pairs = pairs::frame(LIST, &pairs::rows(LIST, &scenario, &tables, "gossip.exchange")).unwrap();
    let json = summary_json::of(LIST, &scenario, &tables, Path::new("f"), true);
    assert!(json["points"][0]["error_p95"].is_number() && json["points"][0].get("strategy").is_none(), "{json}");
    assert_eq!(json["pairs"].as_array().unwrap().len(), 2);
    assert!(json["pairs"][0]["nodes"] == 16 && json["pairs"][0]["difference_mean"].is_number(), "{json}");
    assert_eq!(pairs::rows(LIST, &scenario, &tables, "network.loss")[0].place[1], Cell::Empty);
    let drawing = Drawing { formats: Formats::Svg, threads: &Threads::none() };
    let charts = charts::draw(&tables, &Conditions::default(), drawing).unwrap();
    let charts: Vec<String> = charts.into_iter().map(|chart| chart.name).collect();
    for name in ["convergence_ecdf", "rounds_vs_loss", "messages_vs_loss", "rounds_vs_exchange"] {
        assert!(charts.iter().any(|chart| chart == name), "no {name} in {charts:?}");
    }
    assert!(!charts.iter().any(|chart| chart.contains("informed") || chart.contains("residue")), "{charts:?}");
    let fields = dictionary::entries(LIST)[2].fields();
    let error = fields.iter().find(|field| field.name == "error_p95").unwrap();
    assert_eq!((error.unit, error.doc.as_str()), ("units", "95 % quantile of `error`."));
}

#[test]
fn its_tables_read_back() {
    let tables = simulated(&scenario());
    let written = |frame: &Frame| {
        let mut csv = CsvFile::begin("t", Vec::new(), frame.header()).unwrap();
        frame.rows().for_each(|row| csv.row(row.cells()).unwrap());
        csv.finish().unwrap()
    };
    let files = [("runs.csv", &tables.runs), ("curve.csv", &tables.curve), ("summary.csv", &tables.summary)];
    let files = files.map(|(name, frame)| (name, written(frame)));
    let open = |name: &str| Ok(files.iter().find(|(other, _)| *other == name).map(|(_, bytes)| &bytes[..]));
    let read = tables::read(LIST, open).unwrap();
    assert_eq!((&read.runs, &read.curve, &read.summary), (&tables.runs, &tables.curve, &tables.summary));
    assert_eq!(read.links, <[LinkRow; 0]>::default());
}
