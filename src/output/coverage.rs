//! The rows of `coverage.csv`: how long it took until half, 90 %, 99 %, 99.9 % and all of the live nodes knew.
//!
//! A mean over the runs that got so far is a mean over the lucky ones. So every figure is given twice, over all runs
//! and over those that converged: over all runs, one that never got so far took infinitely long, which leaves quantiles
//! their sense and a mean none.

use serde::Serialize;

use super::tabulate;
use crate::experiment::Record;
use crate::observe::COVERAGES;
use crate::scenario::Point;
use crate::stats::moments::Moments;
use crate::stats::quantile::quantile;
use crate::stats::unseen;
use crate::time::Time;

/// A row of `coverage.csv`: how long it took until a share of the live nodes knew, over all runs of a point or over
/// those that converged. The columns of [`PointColumns`](super::rows::PointColumns) and of the swept keys come first.
///
/// A run that never got so far took infinitely long: its quantiles count it so, and there is no mean.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CoverageRow {
    /// The share, in percent.
    pub coverage: f64,
    /// Over which runs: all, or converged.
    pub over: &'static str,
    /// How many they are.
    pub runs: u64,
    /// Those in which that share, rounded up, got the update.
    pub reached: u64,
    /// Mean round at whose end it had; empty unless all of these runs got so far.
    pub rounds_mean: Option<f64>,
    /// Lower end of its 95 % confidence interval (Student t, and what unseen values could add).
    pub rounds_ci_low: Option<f64>,
    /// Its upper end.
    pub rounds_ci_high: Option<f64>,
    /// Median round; empty where it is infinite.
    pub rounds_p50: Option<f64>,
    /// 95 % quantile; empty where it is infinite.
    pub rounds_p95: Option<f64>,
    /// The same five figures for the instant, ms.
    pub time_ms_mean: Option<f64>,
    /// Lower end of its 95 % confidence interval.
    pub time_ms_ci_low: Option<f64>,
    /// Its upper end.
    pub time_ms_ci_high: Option<f64>,
    /// Median instant.
    pub time_ms_p50: Option<f64>,
    /// 95 % quantile.
    pub time_ms_p95: Option<f64>,
}

impl CoverageRow {
    /// The names of the columns.
    pub const COLUMNS: &[&str] = &[
        "coverage",
        "over",
        "runs",
        "reached",
        "rounds_mean",
        "rounds_ci_low",
        "rounds_ci_high",
        "rounds_p50",
        "rounds_p95",
        "time_ms_mean",
        "time_ms_ci_low",
        "time_ms_ci_high",
        "time_ms_p50",
        "time_ms_p95",
    ];
}

/// The rows of a point: for each share first over all of its runs, then over those that converged.
pub fn rows(point: &Point, records: &[Record]) -> Vec<CoverageRow> {
    let places = (0..=COVERAGES.len()).map(|place| (place, COVERAGES.get(place).copied().unwrap_or(1000)));
    places
        .flat_map(|(place, permille)| {
            let took = |record: &Record| took(point, record, place);
            let all: Vec<Took> = records.iter().map(took).collect();
            let converged: Vec<Took> = records.iter().filter(|record| record.converged()).map(took).collect();
            let coverage = permille as f64 / 10.0;
            let step = point.settings.gossip.interval.as_millis();
            [row(coverage, "all", &all, step), row(coverage, "converged", &converged, step)]
        })
        .collect()
}

/// The round and the milliseconds that a share took in one run, if it was ever reached.
type Took = Option<(f64, f64)>;

/// What the share number `place` of [`COVERAGES`] took, or all nodes, whose place comes after the last.
fn took(point: &Point, record: &Record, place: usize) -> Took {
    let (rounds, time) = match COVERAGES.get(place) {
        Some(&permille) => (tabulate::coverage(record, permille), record.reached[place]),
        None => (record.rounds(point.settings.gossip.interval), Some(record.ending.last_learned)),
    };
    let rounds = rounds.map(|rounds| rounds as f64);
    rounds.zip(time.map(Time::as_millis))
}

/// A row over these runs; `interval` is that of the gossip, ms, by which instants differ where rounds differ by one.
fn row(coverage: f64, over: &'static str, took: &[Took], interval: f64) -> CoverageRow {
    let rounds = Figures::of(took, 1.0, |(rounds, _)| rounds);
    let time = Figures::of(took, interval, |(_, time)| time);
    CoverageRow {
        coverage,
        over,
        runs: took.len() as u64,
        reached: took.iter().flatten().count() as u64,
        rounds_mean: rounds.mean,
        rounds_ci_low: rounds.ci_low,
        rounds_ci_high: rounds.ci_high,
        rounds_p50: rounds.p50,
        rounds_p95: rounds.p95,
        time_ms_mean: time.mean,
        time_ms_ci_low: time.ci_low,
        time_ms_ci_high: time.ci_high,
        time_ms_p50: time.p50,
        time_ms_p95: time.p95,
    }
}

/// What a sample says, some of whose values may be infinite.
#[derive(Default)]
struct Figures {
    mean: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    p50: Option<f64>,
    p95: Option<f64>,
}

impl Figures {
    /// Of a figure whose values lie `step` apart where chance decides otherwise.
    fn of(took: &[Took], step: f64, figure: impl Fn((f64, f64)) -> f64) -> Self {
        let mut values: Vec<f64> = took.iter().map(|took| took.map_or(f64::INFINITY, &figure)).collect();
        let finite = took.iter().all(Option::is_some);
        let moments: Moments = if finite { values.iter().copied().collect() } else { Moments::default() };
        let (ci_low, ci_high) = unseen::mean_interval(&moments, step, 0.95).unzip();
        values.sort_by(f64::total_cmp);
        let at = |probability| quantile(&values, probability).filter(|value| value.is_finite());
        Figures { mean: moments.mean(), ci_low, ci_high, p50: at(0.5), p95: at(0.95) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment;
    use crate::observe::{Heard, enough};
    use crate::scenario::{Overrides, Source, read};

    /// The point of 64 nodes with these lines of `[gossip]`, and its first 40 runs.
    fn runs(gossip: &str) -> (Point, Vec<Record>) {
        let text = format!(
            "[network]\nnodes = 64\nlatency = {{ kind = \"constant\", value = \"30ms\" }}\n[gossip]\n{gossip}\n"
        );
        let scenario = read(Source::text("demo.toml", &text), &Overrides::default());
        let point = scenario.unwrap_or_else(|problems| panic!("{problems}")).point(0);
        let records = (0..40).map(|replicate| experiment::run(&point, replicate, &|| true).unwrap()).collect();
        (point, records)
    }

    #[test]
    fn where_all_runs_converge_both_halves_agree_and_the_last_share_is_the_summary() {
        let (point, records) = runs("strategy = \"push\"\nphase = \"random\"");
        let rows = rows(&point, &records);
        assert_eq!(
            rows.iter().map(|row| row.coverage).collect::<Vec<_>>(),
            [50.0, 50.0, 90.0, 90.0, 99.0, 99.0, 99.9, 99.9, 100.0, 100.0]
        );
        for pair in rows.chunks(2) {
            assert_eq!((pair[0].over, pair[1].over), ("all", "converged"));
            assert_eq!(CoverageRow { over: "converged", ..pair[0].clone() }, pair[1]);
        }
        let summary = tabulate::summary_row(&point, &records);
        let last = &rows[8];
        assert_eq!((last.runs, last.reached), (40, 40));
        assert_eq!((last.rounds_mean, last.time_ms_mean), (summary.rounds_mean, summary.time_ms_mean));
        assert_eq!((last.rounds_ci_low, last.rounds_p95), (summary.rounds_ci_low, summary.rounds_p95));
        let means: Vec<f64> = rows.iter().step_by(2).map(|row| row.time_ms_mean.unwrap()).collect();
        assert!(means.is_sorted() && means[0] < means[4], "{means:?}");
    }

    #[test]
    fn the_round_of_a_share_is_that_of_its_instant() {
        for gossip in [
            "strategy = \"push\"\nphase = \"random\"",
            "strategy = \"pull\"",
            "strategy = \"push-pull\"\nphase = \"poisson\"",
        ] {
            let (point, records) = runs(gossip);
            for record in &records {
                for (place, time) in record.reached.into_iter().enumerate() {
                    let round = time.map(|time| time.round(point.settings.gossip.interval).number());
                    assert_eq!(tabulate::coverage(record, COVERAGES[place]), round, "{gossip}, {place}");
                }
                // 64 nodes: 99 % and more are all of them.
                assert_eq!(record.reached[2..], [Some(record.ending.last_learned); 2]);
            }
        }
    }

    #[test]
    fn the_instants_are_those_at_which_that_many_nodes_had_heard() {
        let (point, records) = runs("strategy = \"push\"\nphase = \"poisson\"\nspread = { kind = \"coin\", k = 2 }");
        for record in &records {
            let mut heard = Heard::nobody(64);
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
        let (point, records) = runs("strategy = \"push\"\nspread = { kind = \"counter\", k = 1, feedback = true }");
        let converged = records.iter().filter(|record| record.converged()).count() as u64;
        assert!(converged < 20, "{converged}");
        let rows = rows(&point, &records);
        let (all, some) = (&rows[8], &rows[9]);
        assert_eq!((all.runs, all.reached, some.runs, some.reached), (40, converged, converged, converged));
        assert_eq!((all.rounds_mean, all.rounds_ci_low, all.time_ms_mean, all.rounds_p50), (None, None, None, None));
        // Where all got so far although they did not converge there is a mean, and it is not that of the converged.
        let half = &rows[0];
        let expected: Moments = records.iter().map(|record| record.reached[0].unwrap().as_millis()).collect();
        assert_eq!((half.reached, half.time_ms_mean, half.rounds_mean.is_some()), (40, expected.mean(), true));
        assert_eq!(rows[1].runs, converged);
    }

    #[test]
    fn a_quantile_below_the_unreached_runs_is_finite() {
        let took: Vec<Took> = (0..40).map(|run| (run < 30).then_some((f64::from(run), 1000.0))).collect();
        let row = row(90.0, "all", &took, 1000.0);
        assert_eq!((row.rounds_mean, row.rounds_p50, row.rounds_p95), (None, Some(19.5), None));
        assert_eq!((row.time_ms_mean, row.time_ms_p50, row.time_ms_p95), (None, Some(1000.0), None));
    }
}
