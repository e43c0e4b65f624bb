//! Which configurations no other beats in both time and load (the Pareto front), and which meets the deadline at the
//! least load.

use super::frame::Row;
use super::{groups, places};
use crate::columns::{Statistic, common};
use crate::stats::order;

/// A deadline is met by a configuration of whose runs this share meets it.
pub const MOST: f64 = 0.99;

/// The configurations that no other beats in both.
#[derive(Clone, Debug, PartialEq)]
pub struct Front<'a> {
    /// Which quantile of the time is compared, in thousandths: the highest that is known with an interval, else the median.
    pub quantile: u16,
    /// Whether it is known with an interval.
    pub sure: bool,
    /// How many configurations there are.
    pub compared: usize,
    /// How many of them have no such quantile, since too many of their runs did not converge.
    pub without: usize,
    /// Those that are not beaten, with their time (ms) and load (bytes per node and second): by what is no choice, such as
    /// sizes and losses, and there the fastest first.
    pub rows: Vec<(Row<'a>, f64, f64)>,
}

/// The column of this quantile of the time.
pub fn time_column(permille: u16) -> String {
    format!("{}_{}", common::TIME.name, Statistic::Tail(permille).suffix())
}

/// The load of a configuration, in bytes per node and second.
pub fn load(row: Row<'_>) -> Option<f64> {
    row.real("bytes_per_node_second_mean").filter(|load| load.is_finite())
}

/// The front of each set of configurations that differ in how nodes gossip alone; `varying` is what differs. `None` where
/// nothing of that varies but the strategy, and where time or load do not.
pub fn front<'a>(points: &[Row<'a>], varying: &[String]) -> Option<Front<'a>> {
    let first = *points.first()?;
    let given = given(first, varying);
    // More change nothing: that many bear every quantile.
    let fewest = points.iter().map(|row| row.count("runs")).min()?.min(10_000);
    let known = |permille: &u16| order::ranks(fewest, f64::from(*permille) / 1000.0, 0.95).is_some();
    if given.len() == varying.len() {
        return None;
    }
    let sure = Statistic::TAILS.into_iter().rev().find(known);
    let (quantile, sure) = (sure.unwrap_or(500), sure.is_some());
    let column = time_column(quantile);
    let measured = |row: Row<'a>| Some((row, row.real(&column)?, load(row)?));
    let all: Vec<_> = points.iter().copied().filter_map(measured).collect();
    let differs = |of: fn(&(Row<'a>, f64, f64)) -> f64| all.iter().any(|one| of(one) != of(&all[0]));
    if !differs(|one| one.1) || !differs(|one| one.2) {
        return None;
    }
    let (compared, without) = (points.len(), points.len() - all.len());
    let place = |(row, ..): &(Row<'a>, f64, f64)| environment(*row, &given);
    let environments = groups::by(all, place);
    // Choices that go in step with the environment leave nothing to choose.
    if environments.iter().all(|(_, group)| group.len() < 2) {
        return None;
    }
    let rows = environments.into_iter().flat_map(|(_, group)| unbeaten(group)).collect();
    Some(Front { quantile, sure, compared, without, rows })
}

/// Those of which none other is at least as good in both and better in one; the fastest first.
fn unbeaten(mut group: Vec<(Row<'_>, f64, f64)>) -> Vec<(Row<'_>, f64, f64)> {
    group.sort_by(|one, other| one.1.total_cmp(&other.1).then(one.2.total_cmp(&other.2)));
    let mut least = (f64::INFINITY, f64::NAN);
    group.retain(|&(_, time, load)| {
        // Equals in both stay together.
        let stays = load < least.0 || load == least.0 && time == least.1;
        if stays {
            least = (load, time);
        }
        stays
    });
    group
}

/// An environment, in which configurations are compared, and what meets the deadline there.
#[derive(Clone, Debug)]
pub struct InTime<'a> {
    /// A configuration in it.
    pub first: Row<'a>,
    /// How many there are.
    pub compared: usize,
    /// Of those that meet the deadline in at least [`MOST`] of their runs, the one with the least load.
    pub cheapest: Option<Row<'a>>,
    /// The greatest share of runs that meet it.
    pub best: f64,
}

/// What meets the deadline at the least load, for each environment: for each combination of the values of what `varying`
/// has besides how nodes gossip.
pub fn cheapest_in_time<'a>(points: &[Row<'a>], varying: &[String]) -> Vec<InTime<'a>> {
    let Some(&first) = points.first() else { return Vec::new() };
    let given = given(first, varying);
    let environments = groups::by(points.iter().copied(), |row| environment(*row, &given));
    let of_group = |(_, rows): (_, Vec<Row<'a>>)| {
        let share = |row: &Row<'_>| row.real("within_deadline");
        let in_time = rows.iter().filter(|row| share(row).is_some_and(|share| share >= MOST));
        let loaded = in_time.filter_map(|row| Some((*row, load(*row)?)));
        InTime {
            first: rows[0],
            compared: rows.len(),
            cheapest: loaded.min_by(|one, other| one.1.total_cmp(&other.1)).map(|(row, _)| row),
            best: rows.iter().filter_map(share).fold(0.0, f64::max),
        }
    };
    environments.into_iter().map(of_group).collect()
}

/// The keys of `varying` that are nobody's choice: all but how nodes gossip.
pub fn given<'k>(row: Row<'_>, varying: &'k [String]) -> Vec<&'k String> {
    varying.iter().filter(|key| !places::is_of_gossip(row, key)).collect()
}

/// The values of these keys.
pub fn environment(row: Row<'_>, given: &[&String]) -> Vec<String> {
    given.iter().map(|key| places::value(row, key)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::frame::Frame;
    use super::super::testing;
    use super::*;
    use crate::columns::Cell;

    /// Points with these fanouts, losses, times and loads.
    fn summary(points: &[(u64, f64, Option<f64>, f64)], runs: u64) -> Frame {
        let rows: Vec<Vec<(&str, Cell)>> = (0_u64..)
            .zip(points)
            .map(|(number, &(fanout, loss, time, load))| {
                vec![
                    ("point", number.into()),
                    ("fanout", fanout.into()),
                    ("loss", loss.into()),
                    ("runs", runs.into()),
                    ("time_ms_p50", time.into()),
                    ("time_ms_p95", time.into()),
                    ("bytes_per_node_second_mean", load.into()),
                ]
            })
            .collect();
        testing::summary(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    /// The front of all points.
    fn of_all<'a>(summary: &'a Frame, varying: &[String]) -> Option<Front<'a>> {
        front(&summary.rows().collect::<Vec<_>>(), varying)
    }

    fn points(front: &Front<'_>) -> Vec<u64> {
        front.rows.iter().map(|(row, ..)| row.point()).collect()
    }

    #[test]
    fn who_is_beaten_in_both_is_left_out_and_equals_stay() {
        let points_of = [
            (1, 0.0, Some(900.0), 10.0),
            (2, 0.0, Some(500.0), 20.0),
            (3, 0.0, Some(500.0), 25.0),
            (4, 0.0, Some(600.0), 20.0),
            (5, 0.0, Some(300.0), 40.0),
            (6, 0.0, Some(300.0), 40.0),
            (7, 0.0, None, 1.0),
        ];
        let summary = summary(&points_of, 100);
        let front = of_all(&summary, &["fanout".to_owned()]).unwrap();
        assert_eq!((points(&front), front.quantile), (vec![4, 5, 1, 0], 950));
        assert_eq!((front.compared, front.without), (7, 1));
        // By every pair: nobody in it is beaten, and everybody else with a time is.
        let beats = |one: usize, other: usize| {
            let (a, b) = (points_of[one], points_of[other]);
            let (times, loads) = (a.2.unwrap().total_cmp(&b.2.unwrap()), a.3.total_cmp(&b.3));
            times.is_le() && loads.is_le() && (times.is_lt() || loads.is_lt())
        };
        for other in 0..6 {
            let beaten = (0..6).any(|one| beats(one, other));
            assert_eq!(!beaten, points(&front).contains(&(other as u64)), "{other}");
        }
    }

    #[test]
    fn what_is_no_choice_is_compared_with_its_like_alone() {
        let summary = summary(
            &[(1, 0.0, Some(9.0), 1.0), (2, 0.0, Some(5.0), 2.0), (1, 0.5, Some(19.0), 1.5), (2, 0.5, Some(20.0), 2.0)],
            10,
        );
        let varying = ["fanout".to_owned(), "loss".to_owned()];
        let front = of_all(&summary, &varying).unwrap();
        assert_eq!((points(&front), front.quantile), (vec![1, 0, 2], 500));
        assert_eq!(of_all(&summary, &varying[1..]), None, "a loss is nobody's choice");
        let in_step = [(1, 0.0, Some(9.0), 1.0), (2, 0.5, Some(5.0), 2.0)];
        assert_eq!(of_all(&self::summary(&in_step, 10), &varying), None, "each loss has one fanout");
    }

    #[test]
    fn of_too_few_runs_it_is_said_and_of_equal_times_nothing() {
        let few = |runs| summary(&[(1, 0.0, Some(9.0), 1.0), (2, 0.0, Some(5.0), 2.0)], runs);
        let sure = |runs| of_all(&few(runs), &["fanout".to_owned()]).map(|front| (front.quantile, front.sure));
        assert_eq!([sure(5), sure(6), sure(72)], [Some((500, false)), Some((500, true)), Some((950, true))]);
        let equal = summary(&[(1, 0.0, Some(9.0), 1.0), (2, 0.0, Some(9.0), 2.0)], 50);
        assert_eq!(of_all(&equal, &["fanout".to_owned()]), None);
    }

    #[test]
    fn the_deadline_is_met_at_the_least_load() {
        let mut summary = summary(&[(1, 0.0, Some(9.0), 1.0), (2, 0.0, Some(5.0), 2.0), (3, 0.0, Some(4.0), 3.0)], 100);
        let cheapest = |summary: &Frame, varying: &[String]| {
            let points: Vec<Row<'_>> = summary.rows().collect();
            let found = cheapest_in_time(&points, varying);
            found.iter().map(|one| (one.cheapest.map(Row::point), one.best)).collect::<Vec<_>>()
        };
        let fanout = ["fanout".to_owned()];
        assert_eq!(cheapest(&summary, &fanout), [(None, 0.0)]);
        for (row, share) in [(0, 0.98), (1, 0.99), (2, 1.0)] {
            summary.set(row, "within_deadline", share);
        }
        assert_eq!(cheapest(&summary, &fanout), [(Some(1), 1.0)]);
        // What is cheap where less is lost is no answer where more is.
        summary.set(2, "loss", 0.5);
        let both = ["fanout", "loss"].map(str::to_owned);
        assert_eq!(cheapest(&summary, &both), [(Some(1), 0.99), (Some(2), 1.0)]);
    }
}
