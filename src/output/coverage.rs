//! The rows of `coverage.csv`: how long it took until half, 90 %, 99 %, 99.9 % and all of the live nodes knew.
//!
//! A mean over the runs that got so far is a mean over the lucky ones. So every figure is given twice, over all runs
//! and over those that converged: over all runs, one that never got so far took infinitely long, which leaves quantiles
//! their sense and a mean none.

use std::ops::Range;

use super::frame::Frame;
use crate::columns::coverage::{CoverageRow, Figures, SHARES};
use crate::columns::{Kind, Sample, Statistic};
use crate::scenario::Point;
use crate::stats::moments::Moments;
use crate::stats::quantile::quantile;
use crate::stats::unseen;

/// The rows of a point, whose runs are the rows `of_point` of `runs`: for each share first over all of them, then over
/// those that converged.
pub fn rows(point: &Point, runs: &Frame, of_point: Range<usize>) -> Vec<CoverageRow> {
    let outcome = runs.column("outcome");
    let converged: Vec<usize> = of_point.clone().filter(|run| outcome.word(*run) == "converged").collect();
    let of_share = |share: Share<'_>| {
        let all = over_all(point, runs, of_point.clone(), share);
        let others = if converged.len() == of_point.len() {
            CoverageRow { over: "converged", ..all.clone() }
        } else {
            over(point, runs, "converged", converged.iter().copied(), share)
        };
        [all, others]
    };
    SHARES.into_iter().flat_map(of_share).collect()
}

/// A share, in thousandths, and the columns of the round and of the time at which it was reached.
type Share<'a> = (u64, &'a str, &'a str);

/// The row of one share over all runs of a point, which are the rows `of_point` of `runs`.
pub fn over_all(point: &Point, runs: &Frame, of_point: Range<usize>, share: Share<'_>) -> CoverageRow {
    over(point, runs, "all", of_point, share)
}

fn over(
    point: &Point,
    runs: &Frame,
    which: &'static str,
    of: impl Iterator<Item = usize>,
    (permille, rounds, time): Share<'_>,
) -> CoverageRow {
    let (rounds, time) = (runs.column(rounds), runs.column(time));
    let took: Vec<Took> = of.map(|run| Some((rounds.real(run), time.real(run)?))).collect();
    row(permille as f64 / 10.0, which, &took, point.settings.gossip.interval.as_millis())
}

/// The round, where there are rounds, and the milliseconds that a share took in one run, if it was ever reached.
pub(super) type Took = Option<(Option<f64>, f64)>;

/// A row over these runs; `interval` is that of the gossip, ms, by which instants differ where rounds differ by one.
pub(super) fn row(coverage: f64, over: &'static str, took: &[Took], interval: f64) -> CoverageRow {
    let rounds = figures(took, 1.0, |(rounds, _)| rounds);
    let time = figures(took, interval, |(_, time)| Some(time));
    CoverageRow { coverage, over, runs: took.len() as u64, reached: took.iter().flatten().count() as u64, rounds, time }
}

/// What a figure comes to whose values lie `step` apart where chance decides otherwise.
fn figures(took: &[Took], step: f64, figure: impl Fn((Option<f64>, f64)) -> Option<f64>) -> Figures {
    let mut values: Vec<f64> = took.iter().map(|took| took.and_then(&figure).unwrap_or(f64::INFINITY)).collect();
    let finite = values.iter().all(|value| value.is_finite());
    let moments: Moments = if finite { values.iter().copied().collect() } else { Moments::default() };
    let (ci_low, ci_high) = unseen::mean_interval(&moments, step, 0.95).unzip();
    values.sort_unstable_by(f64::total_cmp);
    let at = |probability| quantile(&values, probability).filter(|value| value.is_finite());
    let known = values.iter().copied().filter(|value| value.is_finite()).collect();
    let sample = Sample::new(Kind::Real, known).of(took.len());
    let tail = |permille| sample.figure(Statistic::Tail(permille)).number();
    let (p99, p99_9) = (tail(990), tail(999));
    Figures { mean: moments.mean(), ci_low, ci_high, p50: at(0.5), p95: at(0.95), p99, p99_9 }
}

#[cfg(test)]
mod tests {
    use super::super::tables::Tables;
    use super::super::testing;
    use super::*;
    use crate::experiment::{self, Record};
    use crate::observe::{COVERAGES, enough};
    use crate::scenario::{Overrides, Source, read};
    use crate::time::Time;
    use crate::workload::rumor::FirstReceipts;

    /// The point of 64 nodes with these lines of `[gossip]`, its first 40 runs, and their tables.
    fn runs(gossip: &str) -> (Point, Vec<Record>, Tables) {
        let text = format!(
            "[network]\nnodes = 64\nlatency = {{ kind = \"constant\", value = \"30ms\" }}\n[gossip]\n{gossip}\n"
        );
        let scenario = read(Source::text("demo.toml", &text), &Overrides::default());
        let scenario = scenario.unwrap_or_else(|problems| panic!("{problems}"));
        let point = scenario.point(0);
        let run = |replicate| experiment::run(&point, replicate, &|| true).unwrap();
        let records: Vec<Record> = (0..40).map(run).collect();
        let tables = testing::tables(&scenario, records.clone());
        (point, records, tables)
    }

    #[test]
    fn where_there_are_no_rounds_shares_take_their_time_all_the_same() {
        let (point, records, tables) =
            runs("strategy = \"push\"\nfanout = \"all\"\nforward = \"at-once\"\nspread = \"infect-and-die\"");
        for row in rows(&point, &tables.runs, 0..tables.runs.len()) {
            assert_eq!((row.reached, row.rounds.mean, row.time.p50), (records.len() as u64, None, Some(30.0)));
        }
    }

    #[test]
    fn where_all_runs_converge_both_halves_agree_and_the_last_share_is_the_summary() {
        let (point, _, tables) = runs("strategy = \"push\"\nphase = \"random\"");
        let rows = rows(&point, &tables.runs, 0..tables.runs.len());
        assert_eq!(
            rows.iter().map(|row| row.coverage).collect::<Vec<_>>(),
            [50.0, 50.0, 90.0, 90.0, 99.0, 99.0, 99.9, 99.9, 100.0, 100.0]
        );
        for pair in rows.chunks(2) {
            assert_eq!((pair[0].over, pair[1].over), ("all", "converged"));
            assert_eq!(CoverageRow { over: "converged", ..pair[0].clone() }, pair[1]);
        }
        let of = |name: &str| tables.summary.row(0).real(name);
        let last = &rows[8];
        assert_eq!((last.runs, last.reached), (40, 40));
        assert_eq!((last.rounds.mean, last.time.mean), (of("rounds_mean"), of("time_ms_mean")));
        assert_eq!((last.rounds.ci_low, last.rounds.p95), (of("rounds_ci_low"), of("rounds_p95")));
        let means: Vec<f64> = rows.iter().step_by(2).map(|row| row.time.mean.unwrap()).collect();
        assert!(means.is_sorted() && means[0] < means[4], "{means:?}");
    }

    #[test]
    fn the_round_of_a_share_is_that_of_its_instant() {
        for gossip in [
            "strategy = \"push\"\nphase = \"random\"",
            "strategy = \"pull\"",
            "strategy = \"push-pull\"\nphase = \"poisson\"",
        ] {
            let (point, records, tables) = runs(gossip);
            for (record, run) in records.iter().zip(tables.runs.rows()) {
                for (time, (_, rounds, _)) in record.reached.into_iter().zip(SHARES) {
                    let round = time.map(|time| time.round(point.settings.gossip.interval).number());
                    assert_eq!(run.whole(rounds), round, "{gossip}, {rounds}");
                }
                // 64 nodes: 99 % and more are all of them.
                assert_eq!(record.reached[2..], [record.ending.last_learned; 2]);
            }
        }
    }

    #[test]
    fn the_instants_are_those_at_which_that_many_nodes_had_heard() {
        let (point, records, _) = runs("strategy = \"push\"\nphase = \"poisson\"\nspread = { kind = \"coin\", k = 2 }");
        for record in &records {
            let mut heard = FirstReceipts::nobody(64);
            experiment::watch(&point, record.replicate, &mut heard).unwrap();
            // The origin, which never hears, knows from the start.
            let mut times: Vec<Time> = heard.0.into_iter().filter(|&time| time != Time::NEVER).collect();
            times.push(Time::ZERO);
            times.sort();
            let at = |permille| times.get(enough(64, permille) as usize - 1).copied();
            assert_eq!(record.reached, COVERAGES.map(at), "replicate {}", record.replicate);
        }
    }

    #[test]
    fn a_run_that_never_gets_there_takes_infinitely_long_and_leaves_no_mean() {
        // Interest is lost soon: most runs leave somebody out.
        let (point, records, tables) =
            runs("strategy = \"push\"\nspread = { kind = \"counter\", k = 1, feedback = true }");
        let converged = records.iter().filter(|record| record.converged()).count() as u64;
        assert!(converged < 20, "{converged}");
        let rows = rows(&point, &tables.runs, 0..tables.runs.len());
        let (all, some) = (&rows[8], &rows[9]);
        assert_eq!((all.runs, all.reached, some.runs, some.reached), (40, converged, converged, converged));
        assert_eq!((all.rounds.mean, all.rounds.ci_low, all.time.mean, all.rounds.p50), (None, None, None, None));
        // Where all got so far although they did not converge there is a mean, and it is not that of the converged.
        let half = &rows[0];
        let expected: Moments = records.iter().map(|record| record.reached[0].unwrap().as_millis()).collect();
        assert_eq!((half.reached, half.time.mean, half.rounds.mean.is_some()), (40, expected.mean(), true));
        assert_eq!(rows[1].runs, converged);
    }

    #[test]
    fn a_quantile_below_the_unreached_runs_is_finite() {
        let took: Vec<Took> = (0..40).map(|run| (run < 30).then_some((Some(f64::from(run)), 1000.0))).collect();
        let row = row(90.0, "all", &took, 1000.0);
        assert_eq!((row.rounds.mean, row.rounds.p50, row.rounds.p95), (None, Some(19.5), None));
        assert_eq!((row.time.mean, row.time.p50, row.time.p95), (None, Some(1000.0), None));
    }
}
