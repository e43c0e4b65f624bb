//! Marks on figures that are not what they seem: of runs that were cut off, of too few runs, of the lucky ones alone.

use std::collections::BTreeSet;

use super::text::{figure, short};
use crate::output::rows::{PointColumns, SummaryRow, Swept, Tables};

/// One point of the summary.
type Entry = (PointColumns, Swept, SummaryRow);

/// Which points have runs that a limit cut off.
pub(super) struct Marks {
    cut_off: BTreeSet<u32>,
}

impl Marks {
    pub(super) fn of(tables: &Tables) -> Self {
        Marks { cut_off: tables.runs.iter().filter(|run| run.cut_off()).map(|run| run.point).collect() }
    }

    /// Whether a limit cut off a run of this point.
    pub(super) fn cut_off(&self, (point, ..): &Entry) -> bool {
        self.cut_off.contains(&point.point)
    }

    /// The 95 % quantile of the rounds, with its mark.
    pub(super) fn p95(&self, entry: &Entry) -> String {
        let row = &entry.2;
        let Some(p95) = row.rounds_p95 else { return "-".to_owned() };
        let lucky = if lucky(row) { "*" } else { "" };
        format!("{}{lucky}{}", short(p95), if unsure(row) { "?" } else { "" })
    }

    /// Messages per node, with their mark.
    pub(super) fn messages(&self, entry: &Entry) -> String {
        format!("{}{}", figure(entry.2.messages_per_node_mean), if self.cut_off(entry) { "+" } else { "" })
    }

    /// What the marks on these points mean.
    pub(super) fn footnotes(&self, entries: &[&Entry]) -> Vec<&'static str> {
        let any = |which: &dyn Fn(&Entry) -> bool| entries.iter().any(|entry| which(entry));
        let known = |entry: &Entry| entry.2.rounds_p95.is_some();
        let notes = [
            (
                any(&|entry| known(entry) && lucky(&entry.2)),
                "* over the runs that converged alone: the quantile of all runs is larger",
            ),
            (any(&|entry| known(entry) && unsure(&entry.2)), "? from fewer than 72 runs, too few for an interval"),
            (any(&|entry| self.cut_off(entry)), "+ a limit cut off some of the runs, which would have sent more"),
        ];
        notes.into_iter().filter_map(|(shown, note)| shown.then_some(note)).collect()
    }
}

/// Whether the rounds are of some of the runs alone.
fn lucky(row: &SummaryRow) -> bool {
    row.converged < row.runs
}

/// Whether the quantile has no interval.
fn unsure(row: &SummaryRow) -> bool {
    row.rounds_p95_ci_low.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::rows::RunRow;

    fn entry(point: u32, converged: u64, runs: u64) -> Entry {
        let columns = PointColumns {
            point,
            strategy: "push".to_owned(),
            nodes: 8,
            topology: "complete".to_owned(),
            fanout: 1,
            loss: 0.0,
            interval_ms: 1000.0,
        };
        let row = SummaryRow {
            runs,
            converged,
            rounds_p95: (converged > 0).then_some(4.0),
            rounds_p95_ci_low: (converged >= 72).then_some(4.0),
            messages_per_node_mean: 2.5,
            ..SummaryRow::default()
        };
        (columns, Vec::new(), row)
    }

    #[test]
    fn figures_bear_the_marks_that_their_runs_ask_for() {
        let run = |point: u32, outcome: &str| RunRow { point, outcome: outcome.to_owned(), ..RunRow::default() };
        let runs = vec![run(0, "converged"), run(1, "time-limit"), run(2, "died-out"), run(3, "round-limit")];
        let marks = Marks::of(&Tables { runs, ..Tables::default() });
        let entries = [entry(0, 300, 300), entry(1, 3, 300), entry(2, 290, 300), entry(3, 0, 300), entry(4, 30, 30)];
        assert_eq!(entries.each_ref().map(|entry| marks.p95(entry)), ["4", "4*?", "4*", "-", "4?"]);
        assert_eq!(entries.each_ref().map(|entry| marks.messages(entry)), ["2.50", "2.50+", "2.50", "2.50+", "2.50"]);
        let notes = |entry: &Entry| marks.footnotes(&[entry]).iter().map(|note| &note[..1]).collect::<String>();
        assert_eq!(entries.each_ref().map(notes), ["", "*?+", "*", "+", "?"]);
    }
}
