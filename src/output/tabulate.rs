//! From records to rows: what `runs.csv`, `curve.csv` and `summary.csv` say about the runs of a point.

use super::rows::{CurveRow, PointColumns, RunRow, SummaryRow, Swept};
use crate::engine::Outcome;
use crate::experiment::Record;
use crate::observe::{COVERAGES, Mark, enough};
use crate::plan;
use crate::protocol::Spread;
use crate::scenario::replicates::{Precision, half_width};
use crate::scenario::settings::Until;
use crate::scenario::{Point, Scenario};
use crate::stats::moments::Moments;
use crate::stats::quantile::{quantile, quantile_interval};
use crate::stats::{unseen, wilson};
use crate::time::Time;
use crate::units::Bytes;

/// Swept keys that have a column of their own in every table.
const OWN_COLUMN: [&str; 6] =
    ["network.nodes", "gossip.strategy", "network.topology", "gossip.fanout", "network.loss", "gossip.interval"];

/// The swept keys and values of a point that need a column.
pub fn swept(point: &Point) -> Swept {
    point.swept().into_iter().filter(|(path, _)| !OWN_COLUMN.contains(&path.as_str())).collect()
}

/// The columns that identify `point`.
pub fn point_columns(point: &Point) -> PointColumns {
    let settings = &point.settings;
    PointColumns {
        point: point.index,
        strategy: settings.gossip.strategy.to_string(),
        nodes: settings.network.nodes,
        topology: settings.network.topology.to_string(),
        fanout: settings.gossip.fanout,
        loss: settings.network.loss.mean(),
        interval_ms: settings.gossip.interval.as_millis(),
    }
}

/// The row of one run.
pub fn run_row(scenario: &Scenario, point: &Point, record: &Record) -> RunRow {
    let PointColumns { strategy, nodes, topology, fanout, loss, interval_ms, .. } = point_columns(point);
    let (tally, live) = (record.ending.tally, record.live);
    let settings = &point.settings;
    let converged = record.rounds(settings.gossip.interval);
    let [time_50_ms, time_90_ms, time_99_ms, time_99_9_ms] = record.reached.map(|time| time.map(Time::as_millis));
    let [rounds_50, rounds_90, rounds_99, rounds_99_9] = COVERAGES.map(|permille| coverage(record, permille));
    // Sizes are below 2^52 bytes and counts of legs below 2^64, so that no sum of two products reaches 2^117.
    let bytes = |size: Bytes, legs: u64| u128::from(size.count()) * u128::from(legs);
    let parts = parts(point, record);
    let headers = bytes(settings.network.header_size, tally.sent);
    RunRow {
        scenario: scenario.name.clone(),
        point: point.index,
        strategy,
        nodes,
        topology,
        fanout,
        loss,
        interval_ms,
        replicate: record.replicate,
        seed: point.seed,
        outcome: record.ending.outcome.name().to_owned(),
        rounds: converged,
        time_ms: converged.map(|_| record.ending.last_learned.as_millis()),
        rounds_50,
        rounds_90,
        rounds_99,
        informed: tally.informed,
        live,
        residue: residue(record),
        messages: tally.sent,
        updates: tally.updates,
        bytes: headers + bytes(settings.update_size(), tally.updates),
        lost: tally.lost,
        redundant: tally.redundant,
        events: tally.events(),
        rounds_99_9,
        time_50_ms,
        time_90_ms,
        time_99_ms,
        time_99_9_ms,
        refused: Some(tally.refused),
        rumor_residue: rumor_residue(point, record),
        rumor_messages: parts.map(|parts| parts[0]),
        rumor_updates: parts.map(|parts| parts[1]),
        backup_messages: parts.map(|parts| parts[2]),
        backup_updates: parts.map(|parts| parts[3]),
    }
}

/// The first round at whose end `permille` thousandths of the live nodes, rounded up, have the update.
pub(super) fn coverage(record: &Record, permille: u64) -> Option<u64> {
    let enough = enough(record.live, permille);
    record.curve.iter().position(|mark| mark.informed >= enough).map(|round| round as u64)
}

/// Share of live nodes that never learned.
fn residue(record: &Record) -> f64 {
    (record.live - record.ending.tally.informed) as f64 / record.live as f64
}

/// Messages and updates of rumor mongering, and of the anti-entropy behind it.
fn parts(point: &Point, record: &Record) -> Option<[u64; 4]> {
    let tally = record.ending.tally;
    let [sent, updates] = [tally.sent - tally.backup_sent, tally.updates - tally.backup_updates];
    (point.settings.gossip.spread != Spread::FOREVER).then_some([
        sent,
        updates,
        tally.backup_sent,
        tally.backup_updates,
    ])
}

/// Share of live nodes that did not know when the rumor first died out. Nobody is left where all know before.
fn rumor_residue(point: &Point, record: &Record) -> Option<f64> {
    let ending = &record.ending;
    let informed = match ending.silence {
        Some(silence) => silence.informed,
        None if ending.outcome == Outcome::Converged => record.live,
        None => return None,
    };
    let residue = (record.live - informed) as f64 / record.live as f64;
    (point.settings.gossip.spread != Spread::FOREVER).then_some(residue)
}

/// The rows of `curve.csv` for a point. A run that has ended keeps its informed nodes and sends nothing more.
pub fn curve_rows(point: &Point, records: &[Record]) -> Vec<CurveRow> {
    let rounds = records.iter().map(|record| record.curve.len()).max().unwrap_or(0);
    (0..rounds).map(|round| curve_row(point, records, round)).collect()
}

fn curve_row(point: &Point, records: &[Record], round: usize) -> CurveRow {
    // Every curve has its start.
    let at = |record: &Record, round: usize| record.curve[round.min(record.curve.len() - 1)];
    let share = |record: &Record| at(record, round).informed as f64 / record.live as f64;
    let mut informed: Vec<f64> = records.iter().map(share).collect();
    let mut messages = Moments::default();
    for record in records {
        let before = if round == 0 { Mark::default() } else { at(record, round - 1) };
        messages.add((at(record, round).messages - before.messages) as f64 / f64::from(point.settings.network.nodes));
    }
    let moments: Moments = informed.iter().copied().collect();
    informed.sort_by(f64::total_cmp);
    CurveRow {
        point: point.index,
        strategy: point.settings.gossip.strategy.to_string(),
        nodes: point.settings.network.nodes,
        round: round as u64,
        informed_mean: moments.mean().unwrap_or(0.0),
        informed_sd: moments.sd().unwrap_or(0.0),
        informed_p05: quantile(&informed, 0.05).unwrap_or(0.0),
        informed_p95: quantile(&informed, 0.95).unwrap_or(0.0),
        messages_mean: messages.mean().unwrap_or(0.0),
        informed_p50: quantile(&informed, 0.5).unwrap_or(0.0),
    }
}

/// The row of `summary.csv` for a point.
pub fn summary_row(point: &Point, records: &[Record]) -> SummaryRow {
    let interval = point.settings.gossip.interval;
    let mut sorted: Vec<u64> = records.iter().filter_map(|record| record.rounds(interval)).collect();
    let moments: Moments = sorted.iter().map(|&rounds| rounds as f64).collect();
    let times = records.iter().filter(|record| record.converged());
    let times: Moments = times.map(|record| record.ending.last_learned.as_millis()).collect();
    let nodes = f64::from(point.settings.network.nodes);
    let messages: Moments = records.iter().map(|record| record.ending.tally.sent as f64 / nodes).collect();
    let residues: Moments = records.iter().map(residue).collect();
    let part = |index: usize| {
        let counts = records.iter().filter_map(|record| parts(point, record));
        counts.map(|parts| parts[index] as f64 / nodes).collect::<Moments>().mean()
    };
    let rumor_residues: Moments = records.iter().filter_map(|record| rumor_residue(point, record)).collect();
    sorted.sort_unstable();
    let floats: Vec<f64> = sorted.iter().map(|&rounds| rounds as f64).collect();
    let interval = unseen::mean_interval(&moments, 1.0, 0.95);
    let converged = wilson::interval(sorted.len() as u64, records.len() as u64, 0.95);
    let between = |probability| quantile_interval(&floats, probability, 0.95).unzip();
    let ((p50_low, p50_high), (p95_low, p95_high), (p99_low, p99_high)) = (between(0.5), between(0.95), between(0.99));
    SummaryRow {
        runs: records.len() as u64,
        converged: sorted.len() as u64,
        rounds_mean: moments.mean(),
        rounds_sd: moments.sd(),
        rounds_ci_low: interval.map(|(low, _)| low),
        rounds_ci_high: interval.map(|(_, high)| high),
        rounds_min: sorted.first().copied(),
        rounds_p50: quantile(&floats, 0.5),
        rounds_p95: quantile(&floats, 0.95),
        rounds_max: sorted.last().copied(),
        time_ms_mean: times.mean(),
        messages_per_node_mean: messages.mean().unwrap_or(0.0),
        residue_mean: residues.mean().unwrap_or(0.0),
        theory_rounds: plan::prediction(&point.settings).map(|prediction| prediction.rounds),
        converged_ci_low: converged.map(|(low, _)| low),
        converged_ci_high: converged.map(|(_, high)| high),
        rounds_p50_ci_low: p50_low,
        rounds_p50_ci_high: p50_high,
        rounds_p95_ci_low: p95_low,
        rounds_p95_ci_high: p95_high,
        rounds_p99: quantile(&floats, 0.99),
        rounds_p99_ci_low: p99_low,
        rounds_p99_ci_high: p99_high,
        rumor_residue_mean: rumor_residues.mean(),
        rumor_messages_per_node_mean: part(0),
        rumor_updates_per_node_mean: part(1),
        backup_messages_per_node_mean: part(2),
        backup_updates_per_node_mean: part(3),
        ..SummaryRow::default()
    }
}

/// What to say of a point whose mean rounds are not known as well as asked for.
pub fn precision_note(point: &Point, records: &[Record], wanted: Precision) -> Option<String> {
    let rounds = records.iter().filter_map(|record| record.rounds(point.settings.gossip.interval));
    let rounds: Moments = rounds.map(|rounds| rounds as f64).collect();
    if wanted.met_by(&rounds) {
        return None;
    }
    let runs = records.len();
    let reason = match half_width(&rounds) {
        Some(half) => format!(
            "after {runs} runs, the most allowed, the mean rounds are known to ±{:.2} % instead of ±{:.2} %",
            100.0 * half,
            100.0 * wanted.target
        ),
        None if rounds.count() == 1 => {
            format!("1 of {runs} runs converged, the most allowed, which is too few for an interval")
        }
        None => {
            format!("none of {runs} runs converged, so there are no mean rounds to make sure of, and no more were run")
        }
    };
    Some(format!("point {}: {reason}", point.index))
}

/// What to say of a point some of whose runs were to go on until they are quiet, and met a limit before.
pub fn unquiet_note(point: &Point, records: &[Record]) -> Option<String> {
    let cut = |record: &&Record| point.settings.stop.until == Until::Quiet && record.ending.cut_off;
    let (all, informed) =
        (records.iter().filter(cut).count(), records.iter().filter(cut).filter(|r| r.converged()).count());
    let known = match informed {
        0 => String::new(),
        informed => format!(" ({informed} of them with every node informed, which counts as converged)"),
    };
    (all > 0).then(|| {
        format!(
            "point {}: {all} of {} runs were cut off by a limit of [stop] before they were quiet{known}: their traffic \
             is incomplete",
            point.index,
            records.len(),
        )
    })
}

/// What to say of a point some of whose graphs were in pieces.
pub fn split_note(point: &Point, records: &[Record]) -> Option<String> {
    let split: Vec<_> =
        records.iter().filter_map(|record| record.split.as_ref().map(|split| (record, split))).collect();
    let (record, example) = split.first()?;
    let reach: Moments = split.iter().map(|(record, split)| split.reachable as f64 / record.live as f64).collect();
    let sizes: Vec<String> = example.sizes.iter().take(4).map(u32::to_string).collect();
    let more = if example.sizes.len() > 4 { ", …" } else { "" };
    if let [nodes] = example.sizes.as_slice() {
        return Some(format!(
            "point {}: the graph ({}) is directed, and from the origin news could get to {:.1} % of its {nodes} nodes on \
             average",
            point.index,
            point.settings.network.topology,
            100.0 * reach.mean().unwrap_or(0.0),
        ));
    }
    Some(format!(
        "point {}: {} of {} graphs ({}, {} nodes) are not connected; from the origin {:.1} % of the nodes could be \
         reached on average. Replicate {} has {} components of {}{more} nodes",
        point.index,
        split.len(),
        records.len(),
        point.settings.network.topology,
        point.settings.network.nodes,
        100.0 * reach.mean().unwrap_or(0.0),
        record.replicate,
        example.sizes.len(),
        sizes.join(", "),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::Split;
    use crate::protocol::{Ending, Silence, Tally};
    use crate::scenario::{Overrides, Source, read};
    use crate::time::Time;

    fn scenario(text: &str) -> Scenario {
        let text = format!("[network]\nnodes = 10\n[gossip]\nstrategy = \"push\"\ninterval = \"10ms\"\n{text}");
        read(Source::text("demo.toml", &text), &Overrides::default()).unwrap_or_else(|problems| panic!("{problems}"))
    }

    /// A run of 10 nodes whose rounds ended with these (informed, messages), over after `millis`.
    fn record(outcome: Outcome, curve: &[(u64, u64)], millis: u64) -> Record {
        let mut tally = Tally::default();
        (tally.informed, tally.sent) = *curve.last().unwrap();
        let last_learned = Time::from_nanos(millis * 1_000_000);
        let curve = curve.iter().map(|&(informed, messages)| Mark { informed, messages }).collect();
        let ending = Ending { outcome, cut_off: false, last_learned, tally, in_flight: 0, silence: None };
        let reached = [None; 4];
        Record { point: 0, replicate: 0, ending, live: 10, curve, reached, split: None, traffic: None }
    }

    /// Converges in the 3rd round.
    fn quick() -> Record {
        record(Outcome::Converged, &[(1, 0), (5, 7), (8, 12), (10, 20)], 25)
    }

    /// Stays with 6 of 10 nodes for 5 rounds.
    fn stuck() -> Record {
        record(Outcome::DiedOut, &[(1, 0), (2, 1), (4, 4), (6, 10), (6, 16), (6, 20)], 22)
    }

    /// Equal but for the rounding of a few sums.
    fn close(values: &[f64], expected: &[f64]) -> bool {
        values.len() == expected.len() && values.iter().zip(expected).all(|(one, other)| (one - other).abs() < 1e-12)
    }

    fn row(record: &Record) -> RunRow {
        let scenario = scenario("");
        run_row(&scenario, &scenario.points[0], record)
    }

    #[test]
    fn coverage_is_the_first_round_at_whose_end_enough_nodes_know() {
        let slow = row(&record(Outcome::Converged, &[(1, 0), (4, 1), (5, 2), (8, 3), (9, 4), (10, 5)], 41));
        assert_eq!((slow.rounds_50, slow.rounds_90, slow.rounds_99), (Some(2), Some(4), Some(5)));
        let at_once = row(&record(Outcome::Converged, &[(1, 0), (10, 9)], 0));
        assert_eq!((at_once.rounds_50, at_once.rounds_90, at_once.rounds_99), (Some(1), Some(1), Some(1)));
        let stuck = row(&stuck());
        assert_eq!((stuck.rounds_50, stuck.rounds_90, stuck.rounds_99), (Some(3), None, None));
    }

    #[test]
    fn enough_is_rounded_up_to_whole_nodes() {
        // 99 % of 10 nodes are 10, of 1000 they are 990; half of 3 is 2.
        for (live, informed, permille, covered) in [
            (10, 9, 990, false),
            (1000, 990, 990, true),
            (3, 1, 500, false),
            (3, 2, 500, true),
            (1001, 999, 999, false),
        ] {
            let record = Record { live, ..record(Outcome::DiedOut, &[(informed, 0)], 0) };
            assert_eq!(coverage(&record, permille).is_some(), covered, "{informed} of {live}, {permille} of 1000");
        }
    }

    #[test]
    fn rounds_and_time_are_empty_unless_the_run_converged() {
        let converged = row(&quick());
        assert_eq!((converged.rounds, converged.time_ms), (Some(3), Some(25.0)));
        for outcome in [Outcome::DiedOut, Outcome::RoundLimit, Outcome::TimeLimit] {
            let row = row(&Record { ending: Ending { outcome, ..stuck().ending }, ..stuck() });
            assert_eq!((row.rounds, row.time_ms, row.outcome.as_str()), (None, None, outcome.name()));
            assert_eq!((row.informed, row.residue), (6, 0.4));
        }
    }

    #[test]
    fn where_nobody_had_to_learn_it_took_no_round() {
        let alone = Record { live: 1, ..record(Outcome::Converged, &[(1, 0)], 0) };
        let row = row(&alone);
        assert_eq!((row.rounds, row.time_ms, row.rounds_99, row.residue), (Some(0), Some(0.0), Some(0), 0.0));
    }

    #[test]
    fn bytes_are_headers_and_updates() {
        let mut record = quick();
        (record.ending.tally.sent, record.ending.tally.updates) = (20, 9);
        // The defaults: 32 B and 1 KiB.
        assert_eq!(row(&record).bytes, 20 * 32 + 9 * 1024);
        // The largest sizes that can be written, and counts that no run reaches.
        (record.ending.tally.sent, record.ending.tally.updates) = (u64::MAX, u64::MAX);
        let large = "[workload]\nupdate_size = \"4294967295MiB\"\n[network]\nheader_size = \"4294967295MiB\"\n";
        let scenario = read(
            Source::text("demo.toml", &format!("{large}nodes = 10\n[gossip]\nstrategy = \"push\"\n")),
            &Overrides::default(),
        );
        let scenario = scenario.unwrap_or_else(|problems| panic!("{problems}"));
        let row = run_row(&scenario, &scenario.points[0], &record);
        assert_eq!(row.bytes, 2 * (4_294_967_295 << 20) * u128::from(u64::MAX));
    }

    #[test]
    fn runs_that_met_a_limit_before_they_were_quiet_are_told_of() {
        let until =
            |until: &str| scenario(&format!("spread = {{ kind = \"coin\", k = 2 }}\n[stop]\nuntil = \"{until}\"\n"));
        let cut = |record: Record| Record { ending: Ending { cut_off: true, ..record.ending }, ..record };
        let limited = Record { ending: Ending { outcome: Outcome::RoundLimit, ..stuck().ending }, ..stuck() };
        let records = [quick(), stuck(), cut(quick()), cut(limited)];
        let quiet = until("quiet");
        let note = unquiet_note(&quiet.points[0], &records).unwrap();
        assert!(
            note.starts_with("point 0: 2 of 4 runs were cut off") && note.contains("(1 of them with every"),
            "{note}"
        );
        assert_eq!(unquiet_note(&quiet.points[0], &records[..2]), None);
        assert_eq!(unquiet_note(&until("informed").points[0], &records), None);
    }

    #[test]
    fn a_run_that_has_ended_keeps_its_informed_nodes_and_sends_nothing_more() {
        let scenario = scenario("");
        let rows = curve_rows(&scenario.points[0], &[quick(), stuck()]);
        let informed: Vec<f64> = rows.iter().map(|row| row.informed_mean).collect();
        assert!(close(&informed, &[0.1, 0.35, 0.6, 0.8, 0.8, 0.8]), "{informed:?}");
        let messages: Vec<f64> = rows.iter().map(|row| row.messages_mean).collect();
        // Per node: the means of (7, 1), (5, 3), (8, 6), (0, 6) and (0, 4) over 10 nodes.
        assert!(close(&messages, &[0.0, 0.4, 0.4, 0.7, 0.3, 0.2]), "{messages:?}");
        assert!(rows.iter().map(|row| row.round).eq(0..6));
        // Between 0.6 and 1, by interpolation.
        assert!(close(&[rows[5].informed_p05, rows[5].informed_p50, rows[5].informed_p95], &[0.62, 0.8, 0.98]));
    }

    #[test]
    fn messages_by_round_add_up_to_the_total() {
        let scenario = scenario("");
        let records = [quick(), stuck(), quick()];
        let by_round: f64 = curve_rows(&scenario.points[0], &records).iter().map(|row| row.messages_mean).sum();
        let total = summary_row(&scenario.points[0], &records).messages_per_node_mean;
        assert!(close(&[by_round], &[total]), "{by_round}, {total}");
    }

    #[test]
    fn what_rumor_mongering_and_the_anti_entropy_behind_it_send_is_told_apart() {
        let backed = "spread = { kind = \"counter\", k = 2 }\nanti_entropy = \"20ms\"\n";
        let scenario = scenario(backed);
        let point = &scenario.points[0];
        let mut raised = quick();
        let tally = &mut raised.ending.tally;
        (tally.updates, tally.backup_sent, tally.backup_updates) = (12, 8, 2);
        raised.ending.silence = Some(Silence { at: Time::ZERO, informed: 7 });
        let told = |row: &RunRow| {
            let counts = [row.rumor_messages, row.rumor_updates, row.backup_messages, row.backup_updates];
            (row.rumor_residue, counts)
        };
        let row = |record: &Record| told(&run_row(&scenario, point, record));
        assert_eq!(row(&raised), (Some(0.3), [12, 10, 8, 2].map(Some)));
        assert_eq!(row(&quick()), (Some(0.0), [20, 0, 0, 0].map(Some)), "nobody is left who could be left out");
        let limited = Record { ending: Ending { outcome: Outcome::RoundLimit, ..stuck().ending }, ..stuck() };
        assert_eq!(row(&limited).0, None, "the rumor had not died out");
        let summary = summary_row(point, &[raised, quick(), limited]);
        assert!(close(&summary.rumor_residue_mean.into_iter().collect::<Vec<_>>(), &[0.15]), "{summary:?}");
        let means = [summary.rumor_messages_per_node_mean, summary.backup_messages_per_node_mean];
        assert!(close(&means.map(Option::unwrap_or_default), &[5.2 / 3.0, 0.8 / 3.0]), "{summary:?}");
        let means = [summary.rumor_updates_per_node_mean, summary.backup_updates_per_node_mean];
        assert!(close(&means.map(Option::unwrap_or_default), &[1.0 / 3.0, 0.2 / 3.0]), "{summary:?}");
        // Nodes that never lose interest tell no rumor.
        let forever = self::scenario("");
        assert_eq!(told(&run_row(&forever, &forever.points[0], &quick())), (None, [None; 4]));
        assert_eq!(summary_row(&forever.points[0], &[quick()]).rumor_residue_mean, None);
    }

    #[test]
    fn a_mean_over_converged_runs_stands_beside_their_count() {
        let scenario = scenario("");
        let slow = record(Outcome::Converged, &[(1, 0), (2, 2), (3, 4), (6, 6), (10, 10)], 40);
        let summary = summary_row(&scenario.points[0], &[quick(), stuck(), slow]);
        assert_eq!((summary.runs, summary.converged), (3, 2));
        assert_eq!((summary.rounds_mean, summary.time_ms_mean), (Some(4.0), Some(32.5)));
        assert_eq!((summary.rounds_min, summary.rounds_p50, summary.rounds_max), (Some(3), Some(4.0), Some(5)));
        assert!(close(&[summary.residue_mean, summary.messages_per_node_mean], &[0.4 / 3.0, 5.0 / 3.0]), "{summary:?}");
        // Student t with one degree of freedom: 4 ± 12.7062 · √2 / √2.
        assert!(summary.rounds_ci_high.is_some_and(|high| (high - 16.7062).abs() < 1e-4), "{summary:?}");
    }

    #[test]
    fn a_summary_of_runs_that_all_failed_has_no_rounds_but_has_the_rest() {
        let scenario = scenario("");
        let summary = summary_row(&scenario.points[0], &[stuck(), stuck()]);
        assert_eq!((summary.runs, summary.converged, summary.residue_mean), (2, 0, 0.4));
        let figures = [summary.rounds_mean, summary.rounds_sd, summary.rounds_ci_low, summary.rounds_ci_high];
        assert_eq!(
            (figures, summary.rounds_p50, summary.rounds_p95, summary.time_ms_mean),
            ([None; 4], None, None, None)
        );
        assert_eq!((summary.rounds_min, summary.rounds_max), (None, None));
        assert!(summary.theory_rounds.is_some(), "theory does not depend on how the runs went");
    }

    #[test]
    fn a_single_run_has_a_mean_but_no_interval() {
        let scenario = scenario("");
        let summary = summary_row(&scenario.points[0], &[quick()]);
        assert_eq!((summary.rounds_mean, summary.rounds_ci_low, summary.rounds_ci_high), (Some(3.0), None, None));
    }

    #[test]
    fn only_swept_keys_without_a_column_get_one() {
        let sweep = "[sweep]\n\"gossip.fanout\" = [1, 2]\n\"gossip.phase\" = [\"aligned\", \"poisson\"]\n\"network.loss\" = [0, 0.5]\n";
        let scenario = scenario(sweep);
        let last = &scenario.points[7];
        assert_eq!(swept(last), [("gossip.phase".to_owned(), "poisson".to_owned())]);
        assert_eq!(
            (point_columns(last).fanout, point_columns(last).loss, point_columns(last).interval_ms),
            (2, 0.5, 10.0)
        );
    }

    #[test]
    fn graphs_in_pieces_are_told_of_and_others_are_not() {
        let scenario = scenario("");
        assert_eq!(split_note(&scenario.points[0], &[quick()]), None);
        let split = Record { replicate: 4, split: Some(Split { sizes: vec![6, 1, 1, 1, 1], reachable: 6 }), ..stuck() };
        let note = split_note(&scenario.points[0], &[quick(), split]).unwrap();
        assert!(note.contains("1 of 2 graphs") && note.contains("60.0 %"), "{note}");
        assert!(note.ends_with("Replicate 4 has 5 components of 6, 1, 1, 1, … nodes"), "{note}");
    }
}
