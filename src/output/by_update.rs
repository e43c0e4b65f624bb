//! The rows of `updates.csv`: how long each of many updates took until half, 99 % and all of the live nodes had it.

use super::frame::{Frame, Row};
use crate::columns::updates::UpdateRow;
use crate::engine::Course;
use crate::experiment::Record;
use crate::stats::moments::Moments;
use crate::stats::quantile::censored_quantile;
use crate::time::Span;

/// The courses of the updates of each run of a point.
#[derive(Clone, Debug, Default)]
pub struct ByUpdate {
    runs: Vec<Vec<Course>>,
}

impl ByUpdate {
    /// Adds what a run kept, and takes it away from its record, which may be kept for long; how many bytes it takes.
    pub fn add(&mut self, record: &mut Record) -> u64 {
        let courses = std::mem::take(&mut record.courses);
        let bytes = std::mem::size_of_val(courses.as_slice());
        if !courses.is_empty() {
            self.runs.push(courses);
        }
        bytes as u64
    }

    /// The rows: of each update by rising share.
    pub fn rows(&self) -> impl Iterator<Item = UpdateRow> {
        let most = self.runs.iter().map(Vec::len).max().unwrap_or(0);
        (0..most).flat_map(move |update| {
            let courses: Vec<Course> = self.runs.iter().filter_map(|run| run.get(update)).copied().collect();
            let shares = Course::SHARES.into_iter().enumerate();
            shares.map(move |(place, percent)| row(update as u64, percent, &courses, place)).collect::<Vec<_>>()
        })
    }
}

/// The row of an update with these `courses`, by the share in this `place`.
fn row(update: u64, percent: u64, courses: &[Course], place: usize) -> UpdateRow {
    let published: Moments = courses.iter().map(|course| course.since.as_millis()).collect();
    let took = courses.iter().filter_map(|course| course.reached[place]).map(Span::as_millis);
    let mut took: Vec<f64> = took.collect();
    took.sort_unstable_by(f64::total_cmp);
    let later = courses.len() - took.len();
    let moments: Moments = took.iter().copied().collect();
    UpdateRow {
        update,
        published_ms: published.mean().unwrap_or(0.0),
        coverage: percent as f64,
        runs: courses.len() as u64,
        reached: took.len() as u64,
        mean: moments.mean().filter(|_| later == 0),
        min: took.first().copied(),
        quantiles: [0.05, 0.5, 0.95].map(|share| censored_quantile(&took, later, share)),
        max: took.last().copied().filter(|_| later == 0),
    }
}

/// The rows of a point for the time until all live nodes had each update, in the order of publication.
pub fn of_point(table: &Frame, point: u64) -> impl Iterator<Item = Row<'_>> {
    of_share(table, point, 100)
}

/// The rows of a point for a share, in percent.
pub fn of_share(table: &Frame, point: u64, percent: u64) -> impl Iterator<Item = Row<'_>> {
    // The table of a folder without updates has no columns.
    let rows = if table.is_empty() { 0..0 } else { table.of_point(point) };
    rows.map(|number| table.row(number)).filter(move |row| row.real("coverage") == Some(percent as f64))
}

#[cfg(test)]
mod tests {
    use super::super::{run_tables, testing};
    use super::*;
    use crate::experiment;
    use crate::time::Time;

    #[test]
    fn an_update_that_some_runs_do_not_spread_has_quantiles_and_no_mean() {
        let millis = |millis: u64| Span::from_millis(millis);
        let course = |since, took: Option<u64>| Course {
            since: Time::ZERO + millis(since),
            reached: [Some(millis(1)), Some(millis(2)), took.map(millis)],
        };
        let by_update = ByUpdate {
            runs: vec![
                vec![course(0, Some(30)), course(10, Some(5))],
                vec![course(0, Some(10)), course(20, None)],
                vec![course(0, Some(20)), course(30, Some(7))],
                vec![course(0, Some(40))],
            ],
        };
        let rows: Vec<UpdateRow> = by_update.rows().collect();
        assert_eq!(
            rows.iter().map(|row| (row.update, row.coverage)).collect::<Vec<_>>(),
            [(0, 50.0), (0, 99.0), (0, 100.0), (1, 50.0), (1, 99.0), (1, 100.0)]
        );
        let (all, some) = (&rows[2], &rows[5]);
        assert_eq!((all.runs, all.reached, all.mean, all.min, all.max), (4, 4, Some(25.0), Some(10.0), Some(40.0)));
        assert_eq!((all.published_ms, all.quantiles[1]), (0.0, Some(25.0)));
        assert_eq!((some.runs, some.reached, some.mean, some.min, some.max), (3, 2, None, Some(5.0), None));
        assert_eq!((some.published_ms, some.quantiles[1], some.quantiles[2]), (20.0, Some(7.0), None));
    }

    /// The table against the columns of the runs: the mean over the updates, and the slowest of all.
    #[test]
    fn what_the_table_says_of_updates_is_what_runs_say_of_all_of_them() {
        let text = "replicates = 6\n[network]\nnodes = 30\n[gossip]\nstrategy = \"push-pull\"\n[workload]\nkind = \"rumors\"\n\
                    during = \"3s\"\nupdates_per_second = 5\n[sweep]\n\"network.loss\" = [0, 0.3]\n";
        let scenario = testing::read_text(text);
        let tables = testing::tables_of(run_tables::list(&scenario), &scenario, testing::all_runs(&scenario));
        assert_eq!(tables.by_update.len(), 2 * 15 * 3);
        for point in 0..2 {
            let summary = tables.summary.row(point as usize);
            let rows: Vec<Row<'_>> = of_point(&tables.by_update, point).collect();
            let mean = rows.iter().map(|row| row.real("spread_ms_mean").unwrap()).sum::<f64>() / 15.0;
            assert!((mean - summary.real("spread_ms_mean").unwrap()).abs() < 1e-6);
            let most = rows.iter().map(|row| row.real("spread_ms_max").unwrap()).fold(0.0, f64::max);
            assert_eq!(Some(most), summary.real("spread_longest_ms_max"));
            let published: Vec<f64> = rows.iter().map(|row| row.real("published_ms").unwrap()).collect();
            assert!((0..15).all(|update| (published[update] - 200.0 * update as f64).abs() < 1e-6));
        }
        let record = experiment::run(&scenario.point(0), 0, &|| true).unwrap();
        assert_eq!(record.courses.len(), 15);
    }
}
