//! Marks on figures that are not what they seem: of runs that were cut off, of too few runs, of the lucky ones alone.

use std::collections::BTreeSet;

use super::text::{figure, short};
use crate::output::frame::Row;
use crate::output::tables::Tables;

/// Which points have runs that a limit cut off, and what that says of them.
pub(super) struct Marks {
    cut_off: BTreeSet<u64>,
    /// Whether such a run may be one that would never have converged.
    open: bool,
}

impl Marks {
    /// Of these tables, whose runs `may_never_converge`.
    pub(super) fn of(tables: &Tables, may_never_converge: bool) -> Self {
        let cut_off = tables.runs.rows().filter(|run| run.was_cut_off()).map(Row::point).collect();
        Marks { cut_off, open: may_never_converge }
    }

    /// What is known of the runs that a limit cut off.
    pub(super) fn of_cut_off(&self) -> &'static str {
        if self.open {
            "(of those that a limit cut off, only that they had not converged by then is known)"
        } else {
            "(a limit cut off some of those: the slowest runs are missing, and the true means are larger)"
        }
    }

    /// The 95 % confidence interval of the mean rounds; where one run of many converged, that it is one.
    pub(super) fn interval(&self, row: Row<'_>) -> String {
        let interval = row.real("rounds_ci_low").zip(row.real("rounds_ci_high"));
        let one = self.open && row.count("converged") == 1 && lucky(row);
        let none = if one { "of 1 run" } else { "" };
        interval.map_or(none.to_owned(), |(low, high)| format!("[{}, {}]", figure(low), figure(high)))
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
        let quantile = match self.open {
            true => "* over the runs that converged alone",
            false => "* over the runs that converged alone: the quantile of all runs is larger",
        };
        let sent = match self.open {
            true => "+ a limit cut off some of the runs: what they sent until then",
            false => "+ a limit cut off some of the runs, which would have sent more",
        };
        let notes = [
            (any(&|row| known(row) && lucky(row)), quantile),
            (any(&|row| known(row) && unsure(row)), "? from fewer than 72 runs, too few for an interval"),
            (any(&|row| self.cut_off(row)), sent),
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
        let marks = Marks::of(&tables, false);
        let each = |of: &dyn Fn(Row<'_>) -> String| tables.summary.rows().map(of).collect::<Vec<_>>();
        assert_eq!(each(&|row| marks.p95(row)), ["4", "4*?", "4*", "-", "4?"]);
        assert_eq!(each(&|row| marks.messages(row)), ["2.50", "2.50+", "2.50", "2.50+", "2.50"]);
        let notes = |row: Row<'_>| marks.footnotes(&[row]).iter().map(|note| &note[..1]).collect::<String>();
        assert_eq!(each(&notes), ["", "*?+", "*", "+", "?"]);
    }

    #[test]
    fn of_runs_that_may_never_converge_nothing_is_said_that_only_time_would_mend() {
        let one = [("outcome", Cell::from("round-limit"))];
        let point = [
            ("runs", Cell::from(30_u64)),
            ("converged", 1_u64.into()),
            ("rounds_p95", 44.0.into()),
            ("rounds_ci_low", Cell::Empty),
        ];
        let tables = Tables { runs: runs(&[&one]), summary: summary(&[&point]), ..Tables::default() };
        let said = |open: bool| {
            let marks = Marks::of(&tables, open);
            let notes = marks.footnotes(&[tables.summary.row(0)]).join(" ");
            (marks.interval(tables.summary.row(0)), format!("{} {notes}", marks.of_cut_off()))
        };
        let (one, open) = said(true);
        assert_eq!(one, "of 1 run");
        assert!(open.contains("only that they had not converged by then is known"), "{open}");
        assert!(!["larger", "slowest", "would have"].iter().any(|word| open.contains(word)), "{open}");
        let (none, rumor) = said(false);
        assert!(none.is_empty() && rumor.contains("the slowest runs are missing"), "{none}, {rumor}");
    }
}
