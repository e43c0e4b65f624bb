//! The time that a deadline is about: until all nodes have an update, or until the share of them that it asks for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::frame::Frame;
use super::tables::Tables;
use crate::columns::coverage::SHARES;
use crate::columns::{Cell, Kind, Sample, Statistic, common};
use crate::memory::Shortage;

/// All nodes, in thousandths.
pub const ALL: u64 = 1000;

/// The summary, in which the columns of the time are of the time until `permille` thousandths of the nodes had the update,
/// whatever became of the run; the summary itself where that are all nodes, or where the runs do not know.
///
/// # Errors
/// There is not enough memory.
pub fn summary_until(tables: &Tables, permille: u64) -> Result<Cow<'_, Frame>, Shortage> {
    let share = SHARES.iter().find(|(share, ..)| *share == permille && permille != ALL);
    let Some((.., column)) = share.filter(|(.., column)| tables.runs.has(column)) else {
        return Ok(Cow::Borrowed(&tables.summary));
    };
    let took = tables.runs.column(column);
    let mut runs: BTreeMap<u64, (usize, Vec<f64>)> = BTreeMap::new();
    for run in tables.runs.rows() {
        let (all, known) = runs.entry(run.point()).or_default();
        *all += 1;
        known.extend(took.real(run.number()));
    }
    let mut summary = Frame::new(tables.summary.header().to_vec());
    for row in tables.summary.rows() {
        let (all, known) = runs.remove(&row.point()).unwrap_or_default();
        let sample = Sample::new(Kind::Real, known).of(all).nonnegative();
        let cell = |(field, cell): (&crate::columns::Field, Cell)| match statistic(&field.name) {
            Some(statistic) => sample.figure(statistic),
            None => cell,
        };
        summary.push(row.values().map(cell).collect())?;
    }
    Ok(Cow::Owned(summary))
}

/// The statistic of the time that a column of the summary shows.
fn statistic(column: &str) -> Option<Statistic> {
    let suffix = column.strip_prefix(common::TIME.name)?.strip_prefix('_')?;
    let tails = Statistic::TAILS.into_iter();
    let tails = tails.flat_map(|tail| [Statistic::Tail(tail), Statistic::TailLow(tail), Statistic::TailHigh(tail)]);
    let mut all = tails.chain([Statistic::Mean, Statistic::Sd, Statistic::MeanLow, Statistic::MeanHigh]);
    all.find(|statistic| statistic.suffix() == suffix)
}

/// What came about when that share of the nodes had the update, as it stands after "until"; `goal` is what a run that
/// converged has reached.
pub fn goal(permille: u64, goal: &str) -> Cow<'_, str> {
    match permille {
        ALL => Cow::Borrowed(goal),
        share => Cow::Owned(format!("{} % of the nodes know", share as f64 / 10.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{read_text, simulated};
    use super::*;

    #[test]
    fn times_are_of_the_share_and_all_else_stays() {
        let text = "replicates = 120\n[network]\nnodes = 300\nloss = 0.1\n[gossip]\nstrategy = \"push\"\nphase = \"random\"\n\
                    [sweep]\n\"gossip.fanout\" = [1, 2]\n";
        let tables = simulated(&read_text(text));
        assert!(matches!(summary_until(&tables, ALL), Ok(Cow::Borrowed(_))));
        let half = summary_until(&tables, 500).unwrap();
        for (of_half, of_all) in half.rows().zip(tables.summary.rows()) {
            let at = |name: &str| {
                let runs = tables.runs.rows().filter(|run| run.point() == of_all.point());
                let mut times: Vec<f64> = runs.filter_map(|run| run.real(name)).collect();
                times.sort_unstable_by(f64::total_cmp);
                // 95 % of 120 runs lie below what is between the 114th and the 115th.
                times[113]..=times[114]
            };
            assert!(of_half.real("time_ms_p95").is_some_and(|time| at("time_50_ms").contains(&time)));
            assert!(of_all.real("time_ms_p95").is_some_and(|time| at("time_ms").contains(&time)));
            assert!(of_half.real("time_ms_p95_ci_high") < of_all.real("time_ms_p95_ci_low"));
            assert_eq!(of_half.real("rounds_p95"), of_all.real("rounds_p95"));
            assert_eq!(of_half.cell("fanout"), of_all.cell("fanout"));
        }
        // 99.9 % of 300 nodes are all of them.
        let nearly = summary_until(&tables, 999).unwrap();
        assert_eq!(nearly.row(1).real("time_ms_p99"), tables.summary.row(1).real("time_ms_p99"));
    }

    #[test]
    fn a_share_is_named() {
        assert_eq!(
            [goal(1000, "every node knows"), goal(999, "any")],
            ["every node knows", "99.9 % of the nodes know"]
        );
    }
}
