//! How long configurations take and what load they make: the tables of time and load.

use std::io;

use super::page::Page;
use super::printer::Printer;
use super::text::{count, figure, percent};
use crate::columns::Statistic;
use crate::observe::enough;
use crate::output::frame::Row;
use crate::output::front::time_column;
use crate::output::{groups, until};
use crate::scenario::Scenario;
use crate::settings::Deadline;

/// From so many milliseconds on, a table is in seconds.
const LONG: f64 = 10_000.0;

/// Prints the quantiles of the time of a page, and its load; in one table, if that fits.
pub(super) fn print(printer: &mut Printer<'_>, page: &Page<'_>, scenario: &Scenario) -> io::Result<()> {
    let points = page.points();
    let times = Times::of(&points, scenario);
    let any = |name: &str| points.iter().any(|row| row.real(name).is_some());
    let loaded = any("messages_per_node_second_mean");
    let loads = |row: Row<'_>| {
        let cell = |name: &str| row.real(name).map_or_else(|| "-".to_owned(), figure);
        vec![cell("messages_per_node_second_mean"), cell("bytes_per_node_second_mean")]
    };
    let load_heads = ["msg/s", "B/s"];
    let load_title = "load: messages and bytes per node and second";
    let Some(times) = times else {
        if !loaded {
            return Ok(());
        }
        printer.title(&format!("{load_title}{}", page.at))?;
        return page.print(printer, &load_heads, loads);
    };
    let heads: Vec<&str> = times.heads.iter().map(String::as_str).collect();
    let both: Vec<&str> = heads.iter().copied().chain(load_heads).collect();
    let together = |row: Row<'_>| times.cells(row).into_iter().chain(loads(row)).collect::<Vec<_>>();
    let which = if times.columns.len() > 1 { ", quantiles over all runs" } else { "" };
    let share = scenario.deadline.map_or(until::ALL, |deadline| deadline.permille);
    let goal = scenario.goal();
    let goal = until::goal(share, &goal);
    let title = format!("time in {} until {goal}{which}{}", times.unit(), page.at);
    if loaded && printer.fits(&page.grid(&both, together)) {
        printer.title(&format!("{title}; {load_title}"))?;
        page.print(printer, &both, together)?;
        return times.print_notes(printer, &points, scenario);
    }
    printer.title(&title)?;
    page.print(printer, &heads, |row| times.cells(row))?;
    times.print_notes(printer, &points, scenario)?;
    if loaded {
        printer.title(&format!("{load_title}{}", page.at))?;
        page.print(printer, &load_heads, loads)?;
    }
    Ok(())
}

/// What a page shows of the time.
struct Times {
    /// The columns: quantiles that the runs bear, or the mean where they bear none.
    columns: Vec<String>,
    heads: Vec<String>,
    deadline: bool,
    /// In seconds, not in milliseconds.
    in_seconds: bool,
}

impl Times {
    /// Nothing where no run has a time.
    fn of(points: &[Row<'_>], scenario: &Scenario) -> Option<Self> {
        let any = |name: &str| points.iter().any(|row| row.real(name).is_some());
        let head = |permille| Statistic::Tail(permille).suffix().replace('_', ".");
        let borne = Statistic::TAILS.iter().map(|&permille| (time_column(permille), head(permille)));
        let borne: Vec<(String, String)> = borne.filter(|(column, _)| any(column)).collect();
        let mean = || vec![("time_ms_mean".to_owned(), "mean".to_owned())];
        let (columns, mut heads): (Vec<String>, Vec<String>) =
            if borne.is_empty() { mean() } else { borne }.into_iter().unzip();
        let longest = columns.iter().flat_map(|column| points.iter().filter_map(|row| row.real(column)));
        let longest = longest.fold(f64::NAN, f64::max);
        let deadline = scenario.deadline.filter(|_| any("within_deadline"));
        if let Some(deadline) = deadline {
            let share = if deadline.permille == 1000 { String::new() } else { format!("{} % ", deadline.percent()) };
            heads.extend([format!("{share}within {}", deadline.time), "[95 % CI]".to_owned()]);
        }
        let deadline = deadline.is_some();
        (longest.is_finite() || deadline).then_some(Times { columns, heads, deadline, in_seconds: longest >= LONG })
    }

    fn unit(&self) -> &'static str {
        if self.in_seconds { "s" } else { "ms" }
    }

    fn cells(&self, row: Row<'_>) -> Vec<String> {
        let scale = if self.in_seconds { 1e-3 } else { 1.0 };
        let cell = |column: &String| {
            let Some(time) = row.real(column) else { return "-".to_owned() };
            format!("{}{}", figure(time * scale), if unsure(row, column) { "?" } else { "" })
        };
        let mut cells: Vec<String> = self.columns.iter().map(cell).collect();
        if self.deadline {
            let share = |name: &str| row.real(name).map_or_else(|| "-".to_owned(), percent);
            let [low, high] = ["within_deadline_ci_low", "within_deadline_ci_high"].map(share);
            cells.extend([share("within_deadline"), format!("[{low}, {high}]")]);
        }
        cells
    }

    /// What the marks in it mean.
    fn print_notes(&self, printer: &mut Printer<'_>, points: &[Row<'_>], scenario: &Scenario) -> io::Result<()> {
        let any = |which: &dyn Fn(Row<'_>, &String) -> bool| {
            points.iter().any(|row| self.columns.iter().any(|column| which(*row, column)))
        };
        if any(&unsure) {
            printer.note_once("? of too few runs for an interval")?;
        }
        let beyond = |row: Row<'_>, column: &String| row.real(column).is_none() && column != "time_ms_mean";
        if any(&beyond) {
            printer.note_once(
                "- among the runs that did not converge, which count as later than all others, or of too few runs",
            )?;
        }
        let alone =
            |row: Row<'_>, column: &String| column == "time_ms_mean" && row.count("converged") < row.count("runs");
        if any(&alone) {
            printer.note_once("(means are over the runs that converged)")?;
        }
        let all = scenario.deadline.filter(|_| self.deadline).and_then(|deadline| all_of(points, deadline));
        all.map_or(Ok(()), |note| printer.note_once(&note))
    }
}

/// At which sizes the share that a deadline asks for is, in whole nodes, all of them.
fn all_of(points: &[Row<'_>], deadline: Deadline) -> Option<String> {
    let sizes = groups::by(points, |row| row.count("nodes"));
    let all = sizes.iter().map(|(nodes, _)| *nodes);
    let all: Vec<String> = all.filter(|nodes| enough(*nodes, deadline.permille) == *nodes).map(count).collect();
    let share = format!("{} %", deadline.percent());
    match &all[..] {
        _ if deadline.permille == until::ALL => None,
        [] => None,
        [one] => Some(format!("({share} of {one} nodes, in whole nodes, are all {one})")),
        some => Some(format!("({share} of the nodes, in whole nodes, are all of them where n is {})", some.join(", "))),
    }
}

/// Whether a quantile has no interval to tell how well it is known.
fn unsure(row: Row<'_>, column: &String) -> bool {
    row.real(column).is_some() && column != "time_ms_mean" && row.real(&format!("{column}_ci_low")).is_none()
}

#[cfg(test)]
mod tests {
    use super::super::page::Pages;
    use super::*;
    use crate::output::testing::{read_text, simulated};

    fn printed(top: &str, rest: &str, width: usize) -> String {
        let text = format!(
            "{top}\n[network]\nnodes = 16\nlatency = {{ kind = \"constant\", value = \"20ms\" }}\n[gossip]\n{rest}"
        );
        let scenario = read_text(&text);
        let tables = simulated(&scenario);
        let pages = Pages::new(&tables.summary, &["nodes".to_owned()]);
        let mut out = Vec::new();
        let mut printer = Printer::of_width(&mut out, width);
        pages.pages.iter().try_for_each(|page| print(&mut printer, page, &scenario)).unwrap();
        String::from_utf8(out).unwrap()
    }

    const SWEEP: &str = "interval = \"100ms\"\n[sweep]\n\"gossip.strategy\" = [\"push\", \"pull\", \"push-pull\"]\n";

    #[test]
    fn quantiles_are_shown_as_far_as_the_runs_bear_them_beside_the_load() {
        let few = printed("replicates = 30", SWEEP, 120);
        let heads = few.lines().find(|line| line.contains("p50")).unwrap();
        assert_eq!(
            heads.split_whitespace().collect::<Vec<_>>(),
            [&["n"], &["p50", "p95", "msg/s", "B/s"].repeat(3)[..]].concat()
        );
        assert!(few.contains("time in ms until every node knows, quantiles over all runs; load:"), "{few}");
        assert!(few.contains("? of too few runs for an interval"), "30 runs do not bound a 95 % quantile: {few}");
        let many = printed("replicates = 1000", "strategy = \"push\"\ninterval = \"100ms\"", 80);
        assert!(many.contains("p99.9"), "{many}");
        let one = printed("replicates = 1", "strategy = \"push\"\ninterval = \"20s\"", 80);
        assert!(one.contains("time in s") && one.contains("mean"), "{one}");
    }

    #[test]
    fn a_deadline_has_a_column_with_its_interval() {
        let text = printed("replicates = 30\ndeadline = \"10min\"", "strategy = \"push\"", 80);
        assert!(
            text.contains("within 10min") && text.contains("100.0 %") && text.contains("[90.0 %, 100.0 %]"),
            "{text}"
        );
        let share =
            printed("replicates = 30\ndeadline = { time = \"1ms\", coverage = 0.9 }", "strategy = \"push\"", 80);
        assert!(share.contains("90 % within 1ms") && share.contains("0 %"), "{share}");
    }

    #[test]
    fn they_fit() {
        for width in [40, 60, 80, 120] {
            let text = printed("replicates = 100\ndeadline = \"1s\"", SWEEP, width);
            let table = text.lines().filter(|line| !line.starts_with("time") && !line.starts_with("  -"));
            assert!(table.clone().all(|line| line.chars().count() <= width), "{width}: {text}");
        }
    }
}
