//! The summary on the terminal: one table for each combination of what is swept beside size and strategy.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::marks::Marks;
use super::means;
use super::text::{Grid, between, count, figure, share};
use crate::output::frame::{Frame, Row};
use crate::output::label::readable;
use crate::output::tables::Tables;
use crate::output::{caption, groups, links, places, run_tables};
use crate::plan;
use crate::scenario::{Point, Scenario};
use crate::stats::wilson;

/// Prints the tables of a summary, the fits, and what did not converge.
///
/// # Errors
/// What the system says about writing.
pub(crate) fn print(out: &mut impl Write, tables: &Tables, scenario: &Scenario) -> io::Result<()> {
    let varying = places::varying(&tables.summary);
    let row_key = varying.first().cloned().unwrap_or_else(|| "nodes".to_owned());
    let page_keys: Vec<&String> = varying.iter().skip(1).collect();
    let (vague, marks) = (vague(scenario), Marks::of(tables, caption::may_never_converge(scenario)));
    for page in pages(&tables.summary, &page_keys) {
        let at = page.first().map_or_else(String::new, |row| place(*row, &page_keys));
        print_page(out, &page, &row_key, (scenario.goal(), &at), &marks)?;
        print_theory(out, &page, &row_key, &at, (&vague, &marks))?;
        marks.footnotes(&page).iter().try_for_each(|note| writeln!(out, "  {note}"))?;
    }
    means::print(out, run_tables::list(scenario), tables, &varying, &caption::workload(scenario))?;
    print_fit(out, tables)?;
    print_links(out, tables, &varying)?;
    print_unconverged(out, tables)
}

/// A line for each point whose traffic was recorded.
fn print_links(out: &mut impl Write, tables: &Tables, varying: &[String]) -> io::Result<()> {
    let points = links::summaries(tables);
    if points.is_empty() {
        return Ok(());
    }
    writeln!(out, "\ntraffic by link: conversations and messages per round")?;
    let mut grid = Grid::new();
    let heads = ["links", "conv. mean", "max", "msg. mean", "max", "most loaded"].map(str::to_owned);
    let places = ["strategy".to_owned()].into_iter().chain(varying.iter().cloned());
    grid.row(places.chain(heads).collect());
    for (row, links) in points {
        let means = [links.conversations_mean, links.conversations_max, links.messages_mean, links.messages_max];
        let places = varying.iter().map(|key| value(row, key));
        let cells = [row.series().to_owned()].into_iter().chain(places).chain([count(links.links)]);
        grid.row(cells.chain(means.map(figure)).chain([links.critical_links]).collect());
    }
    write!(out, "{grid}")
}

/// The value of a key of a point, as a table shows it.
fn value(row: Row<'_>, key: &str) -> String {
    if key == "nodes" { count(row.count(key)) } else { places::value(row, key) }
}

/// The points in groups of equal `keys`, in the order they come.
fn pages<'a>(summary: &'a Frame, keys: &[&String]) -> Vec<Vec<Row<'a>>> {
    let pages = groups::by(summary.rows(), |row| keys.iter().map(|key| value(*row, key)).collect::<Vec<_>>());
    pages.into_iter().map(|(_, page)| page).collect()
}

fn place(row: Row<'_>, keys: &[&String]) -> String {
    keys.iter().map(|key| format!(", {key} {}", value(row, key))).collect()
}

/// The strategies of a page, and its rows: the value of the row's key, and the points by strategy.
struct Page<'a> {
    strategies: Vec<&'a str>,
    rows: Vec<(String, Vec<Row<'a>>)>,
}

impl<'a> Page<'a> {
    fn new(entries: &[Row<'a>], row_key: &str) -> Self {
        let strategies = groups::by(entries, |row| row.series()).into_iter().map(|(line, _)| line).collect();
        let rows = groups::by(entries.iter().copied(), |row| value(*row, row_key));
        Page { strategies, rows }
    }

    /// A table with the cells that `cells` makes of each point; `heads` names them.
    fn grid(&self, title: &str, heads: &[&str], cells: impl Fn(Row<'_>) -> Vec<String>) -> Grid {
        let mut grid = Grid::new();
        grid.spanning(self.strategies.iter().map(|name| ((*name).to_owned(), heads.len())).collect());
        let heads = self.strategies.iter().flat_map(|_| heads.iter().map(|head| (*head).to_owned()));
        grid.row([title.to_owned()].into_iter().chain(heads).collect());
        for (name, entries) in &self.rows {
            let of = |strategy: &&str| entries.iter().find(|row| row.series() == *strategy);
            let blank = || vec![String::new(); grid.columns() / self.strategies.len().max(1)];
            let cells = self.strategies.iter().flat_map(|name| of(name).map_or_else(blank, |row| cells(*row)));
            let row = [name.clone()].into_iter().chain(cells).collect();
            grid.row(row);
        }
        grid
    }
}

fn print_page(
    out: &mut impl Write,
    entries: &[Row<'_>],
    row_key: &str,
    (goal, at): (&str, &str),
    marks: &Marks,
) -> io::Result<()> {
    let page = Page::new(entries, row_key);
    let title = if row_key == "nodes" { "n" } else { row_key };
    let missed = entries.iter().any(|row| unconverged(*row) > 0);
    let optional = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), figure);
    let runs = || entries.iter().map(|row| row.count("runs"));
    let runs = between(runs().min().unwrap_or(0), runs().max().unwrap_or(0));
    let runs = format!("{runs} run{}", if runs == "1" { "" } else { "s" });
    writeln!(out, "\nrounds until {goal}{at}; {runs} each")?;
    let mean = |row: Row<'_>| {
        let mut cells = vec![optional(row.real("rounds_mean")), marks.interval(row)];
        if missed {
            cells.push(Some(unconverged(row)).filter(|failed| *failed > 0).map_or_else(String::new, count));
        }
        cells
    };
    if missed {
        write!(out, "{}", page.grid(title, &["mean", "[95 % CI]", "failed"], mean))?;
        writeln!(out, "  (means are over the runs that converged; `failed` counts those that did not)")?;
        if entries.iter().any(|row| marks.cut_off(*row)) {
            writeln!(out, "  {}", marks.of_cut_off())?;
        }
    } else {
        write!(out, "{}", page.grid(title, &["mean", "[95 % CI]"], mean))?;
    }
    Ok(())
}

/// The points whose formula for the mean leaves a bounded term open.
fn vague(scenario: &Scenario) -> BTreeSet<u64> {
    let open = |point: &Point| plan::prediction(&point.settings).is_some_and(|law| !law.exact);
    scenario.points.iter().filter(open).map(|point| point.index.into()).collect()
}

/// Prints the 95 % quantiles, what theory says of the means where it says anything, and the traffic.
fn print_theory(
    out: &mut impl Write,
    entries: &[Row<'_>],
    row_key: &str,
    at: &str,
    (vague, marks): (&BTreeSet<u64>, &Marks),
) -> io::Result<()> {
    let page = Page::new(entries, row_key);
    let exact = entries.iter().any(|row| row.real("exact_rounds_mean").is_some());
    let law = entries.iter().any(|row| row.real("theory_rounds").is_some());
    let open = law && entries.iter().any(|row| vague.contains(&row.point()));
    let cells = |row: Row<'_>| {
        let mark = if vague.contains(&row.point()) { "~" } else { "" };
        let mean = |name: &str| row.real(name).map_or_else(String::new, figure);
        let theory = || Some(mean("theory_rounds")).filter(|mean| !mean.is_empty());
        let mut cells = vec![marks.p95(row)];
        cells.extend(exact.then(|| mean("exact_rounds_mean")));
        cells.extend(law.then(|| theory().map_or_else(String::new, |mean| format!("{mark}{mean}"))));
        cells.push(marks.messages(row));
        cells
    };
    let columns = [
        ("p95 of rounds", "p95", true),
        ("exact mean", "exact", exact),
        (if open { "formula for the mean (~ up to O(1))" } else { "formula for the mean" }, "law", law),
        ("messages per node", "msg/node", true),
    ];
    let shown = || columns.iter().filter(|(.., shown)| *shown);
    let title = if row_key == "nodes" { "n" } else { row_key };
    writeln!(out, "\n{}{at}", shown().map(|(name, ..)| *name).collect::<Vec<_>>().join(", "))?;
    write!(out, "{}", page.grid(title, &shown().map(|(_, head, _)| *head).collect::<Vec<_>>(), cells))
}

fn print_fit(out: &mut impl Write, tables: &Tables) -> io::Result<()> {
    if tables.fit.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nis it O(log n)?   rounds = a + b log2 n")?;
    let mut grid = Grid::new();
    for fit in tables.fit.rows() {
        let (strategy, swept) = (fit.series(), fit.swept());
        let swept = swept.iter().map(|(path, value)| format!(", {path} {}", readable(value))).collect::<String>();
        let slope = fit.real("slope").map_or_else(|| "b = -".to_owned(), |slope| format!("b = {slope:.3}"));
        let interval = fit.real("slope_ci_low").zip(fit.real("slope_ci_high"));
        let interval = interval.map_or_else(String::new, |(low, high)| format!("[{low:.3}, {high:.3}]"));
        let theory = fit.real("theory_slope").map_or_else(String::new, |slope| format!("theory {slope:.3}"));
        let exact = fit.real("exact_slope").map_or_else(String::new, |slope| format!("exact {slope:.3}"));
        grid.left_row(vec![
            format!("  {strategy}{swept}"),
            slope,
            interval,
            theory,
            exact,
            fit.word("verdict").to_owned(),
        ]);
    }
    write!(out, "{grid}")
}

fn print_unconverged(out: &mut impl Write, tables: &Tables) -> io::Result<()> {
    let runs = tables.runs.len() as u64;
    let mut outcomes: Vec<(&str, u64)> = Vec::new();
    for outcome in tables.runs.rows().map(|run| run.word("outcome")).filter(|outcome| *outcome != "converged") {
        match outcomes.iter_mut().find(|(name, _)| *name == outcome) {
            Some((_, number)) => *number += 1,
            None => outcomes.push((outcome, 1)),
        }
    }
    if outcomes.is_empty() {
        return match runs {
            1 => writeln!(out, "\nthe run converged"),
            _ => writeln!(out, "\nall {} runs converged{}", count(runs), unseen(&tables.summary)),
        };
    }
    let list: Vec<String> = outcomes.iter().map(|(name, number)| format!("{} {name}", count(*number))).collect();
    let failed = outcomes.iter().map(|(_, number)| number).sum();
    writeln!(out, "\n{} of {} runs did not converge: {}", count(failed), count(runs), list.join(", "))?;
    let mut grid = Grid::new();
    // What points differ in that has a column of its own.
    let differs = |key: &&str| groups::by(tables.summary.rows(), |row| value(*row, key)).len() > 1;
    let varied: Vec<&str> = ["fanout", "loss", "interval_ms"].into_iter().filter(differs).collect();
    for row in tables.summary.rows().filter(|row| unconverged(*row) > 0).take(12) {
        let swept = row.swept();
        let swept = swept.iter().map(|(path, value)| format!(", {path} {}", readable(value))).collect::<String>();
        let varied = varied.iter().map(|key| format!(", {key} {}", value(row, key))).collect::<String>();
        let name =
            format!("  {}, n {}, {}{varied}{swept}", row.series(), count(row.count("nodes")), row.word("topology"));
        let (runs, failed) = (row.count("runs"), unconverged(row));
        let residue = match row.real("residue_mean") {
            Some(left) if left.is_finite() => format!("mean residue {}", share(left)),
            _ if tables.summary.has("residue_mean") => "no mean residue: no run has one".to_owned(),
            _ => String::new(),
        };
        grid.left_row(vec![name, format!("{} of {}", count(failed), count(runs)), failing(failed, runs), residue]);
    }
    write!(out, "{grid}")
}

/// How many runs of a point did not converge.
pub(super) fn unconverged(row: Row<'_>) -> u64 {
    row.count("runs").saturating_sub(row.count("converged"))
}

/// The share of runs that failed, with its 95 % confidence interval.
fn failing(failed: u64, runs: u64) -> String {
    let interval = wilson::interval(failed, runs, 0.95);
    let interval = interval.map_or_else(String::new, |(low, high)| format!("  [{}, {}]", share(low), share(high)));
    format!("{}{interval}", share(failed as f64 / runs as f64))
}

/// What it means that none of the runs of any point failed: how rare failing must be, by the rule of three.
fn unseen(summary: &Frame) -> String {
    let Some(fewest) = summary.rows().map(|row| row.count("runs")).min() else { return String::new() };
    let bound = wilson::interval(0, fewest, 0.95).map_or_else(String::new, |(_, high)| share(high));
    match summary.len() {
        1 => format!(" (0 of {} did not converge: below {bound} at 95 %)", count(fewest)),
        _ => format!(" (in each configuration 0 of {} did not converge: below {bound} at 95 %)", count(fewest)),
    }
}
