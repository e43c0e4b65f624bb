//! Marks on figures that are not what they seem: of runs that were cut off, of too few runs, of the lucky ones alone.

use std::collections::BTreeSet;

use super::text::{figure, short};
use crate::output::frame::Row;
use crate::output::tables::Tables;

/// Which points have runs that a limit cut off.
pub(super) struct Marks {
    cut_off: BTreeSet<u64>,
}

impl Marks {
    pub(super) fn of(tables: &Tables) -> Self {
        Marks { cut_off: tables.runs.rows().filter(|run| run.was_cut_off()).map(Row::point).collect() }
    }

    /// Whether a limit cut off a run of this point.
    pub(super) fn cut_off(&self, row: Row<'_>) -> bool {
        self.cut_off.contains(&row.point())
    }

    /// The 95 % quantile of the rounds, with its mark.
    pub(super) fn p95(&self, row: Row<'_>) -> String {
        let Some(p95) = row.real("rounds_p95") else { return "-".to_owned() };
        let lucky = if lucky(row) { "*" } else { "" };
        format!("{}{lucky}{}", short(p95), if unsure(row) { "?" } else { "" })
    }

    /// Messages per node, with their mark.
    pub(super) fn messages(&self, row: Row<'_>) -> String {
        let mark = if self.cut_off(row) { "+" } else { "" };
        format!("{}{mark}", figure(row.number_or_nan("messages_per_node_mean")))
    }

    /// What the marks on these points mean.
    pub(super) fn footnotes(&self, rows: &[Row<'_>]) -> Vec<&'static str> {
        let any = |which: &dyn Fn(Row<'_>) -> bool| rows.iter().any(|row| which(*row));
        let known = |row: Row<'_>| row.real("rounds_p95").is_some();
        let notes = [
            (
                any(&|row| known(row) && lucky(row)),
                "* over the runs that converged alone: the quantile of all runs is larger",
            ),
            (any(&|row| known(row) && unsure(row)), "? from fewer than 72 runs, too few for an interval"),
            (any(&|row| self.cut_off(row)), "+ a limit cut off some of the runs, which would have sent more"),
        ];
        notes.into_iter().filter_map(|(shown, note)| shown.then_some(note)).collect()
    }
}

/// Whether the rounds are of some of the runs alone.
fn lucky(row: Row<'_>) -> bool {
    row.count("converged") < row.count("runs")
}

/// Whether the quantile has no interval.
fn unsure(row: Row<'_>) -> bool {
    row.real("rounds_p95_ci_low").is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Cell;
    use crate::output::testing::{runs, summary};

    #[test]
    fn figures_bear_the_marks_that_their_runs_ask_for() {
        let run = |point: u64, outcome: &str| [("point", Cell::from(point)), ("outcome", outcome.into())];
        let outcomes = [run(0, "converged"), run(1, "time-limit"), run(2, "died-out"), run(3, "round-limit")];
        let runs = runs(&outcomes.each_ref().map(|run| &run[..]));
        let point = |number: u64, converged: u64, runs: u64| {
            [
                ("point", Cell::from(number)),
                ("runs", runs.into()),
                ("converged", converged.into()),
                ("rounds_p95", (converged > 0).then_some(4.0).into()),
                ("rounds_p95_ci_low", (converged >= 72).then_some(4.0).into()),
                ("messages_per_node_mean", 2.5.into()),
            ]
        };
        let points = [point(0, 300, 300), point(1, 3, 300), point(2, 290, 300), point(3, 0, 300), point(4, 30, 30)];
        let tables = Tables { runs, summary: summary(&points.each_ref().map(|point| &point[..])), ..Tables::default() };
        let marks = Marks::of(&tables);
        let each = |of: &dyn Fn(Row<'_>) -> String| tables.summary.rows().map(of).collect::<Vec<_>>();
        assert_eq!(each(&|row| marks.p95(row)), ["4", "4*?", "4*", "-", "4?"]);
        assert_eq!(each(&|row| marks.messages(row)), ["2.50", "2.50+", "2.50", "2.50+", "2.50"]);
        let notes = |row: Row<'_>| marks.footnotes(&[row]).iter().map(|note| &note[..1]).collect::<String>();
        assert_eq!(each(&notes), ["", "*?+", "*", "+", "?"]);
    }
}
