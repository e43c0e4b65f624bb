//! The summary on the terminal: tables of the configurations, then the fits, and what did not converge.

use std::collections::BTreeSet;
use std::io;

use super::grid::Grid;
use super::marks::Marks;
use super::page::{Page, Pages, head, value};
use super::printer::{MOST_ROWS, Printer};
use super::text::{between, count, figure};
use super::{front, means, times, unconverged};
use crate::output::frame::Row;
use crate::output::label::{readable, short};
use crate::output::tables::{self, Tables};
use crate::output::{by_region, caption, groups, links, places, run_tables, until};
use crate::plan;
use crate::printable;
use crate::scenario::{Point, Scenario};

/// Prints the tables of a summary, the fits, and what did not converge.
///
/// # Errors
/// What the system says about writing.
pub(super) fn print(printer: &mut Printer<'_>, tables: &Tables, scenario: &Scenario) -> io::Result<()> {
    let swept = scenario.points.first().map_or_else(Vec::new, |point| point.swept());
    let varying = places::named(&tables.summary, swept.into_iter().map(|(path, _)| path));
    let (vague, marks) = (vague(scenario), Marks::of(tables, caption::may_never_converge(scenario)));
    let share = scenario.deadline.map_or(until::ALL, |deadline| deadline.permille);
    let timed = until::summary_until(tables, share).map_err(io::Error::other)?;
    let (pages, pages_of_times) = (Pages::new(&tables.summary, &varying), Pages::new(&timed, &varying));
    for (page, page_of_times) in pages.pages.iter().zip(&pages_of_times.pages) {
        let points = page.points();
        print_rounds(printer, page, (&scenario.goal(), &points), &marks)?;
        print_theory(printer, page, &points, (&vague, &marks))?;
        marks.footnotes(&points).iter().try_for_each(|note| printer.note_once(note))?;
        times::print(printer, page_of_times, scenario)?;
    }
    pages.print_rest(printer)?;
    front::print(printer, &timed, &varying, scenario)?;
    means::print(printer, run_tables::list(scenario), tables, &varying, &caption::workload(scenario))?;
    print_fit(printer, tables)?;
    print_links(printer, tables, &varying)?;
    print_regions(printer, tables, &varying)?;
    unconverged::print(printer, tables, &varying)
}

fn print_rounds(
    printer: &mut Printer<'_>,
    page: &Page<'_>,
    (goal, points): (&str, &[Row<'_>]),
    marks: &Marks,
) -> io::Result<()> {
    let missed = points.iter().any(|row| unconverged::count_of(*row) > 0);
    let optional = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), figure);
    let runs = || points.iter().map(|row| row.count("runs"));
    let runs = between(runs().min().unwrap_or(0), runs().max().unwrap_or(0));
    let runs = format!("{runs} run{}", if runs == "1" { "" } else { "s" });
    let hops = counts_hops(points);
    let what = if hops { "hops" } else { "rounds" };
    printer.title(&format!("{what} until {goal}{}; {runs} each", page.at))?;
    let mean = |row: Row<'_>| {
        let mut cells = match hops {
            true => ["max_hops_mean", "mean_hops_mean"].map(|name| optional(row.real(name))).to_vec(),
            false => vec![optional(row.real("rounds_mean")), marks.interval(row)],
        };
        if missed {
            let failed = Some(unconverged::count_of(row)).filter(|failed| *failed > 0);
            cells.push(failed.map_or_else(String::new, count));
        }
        cells
    };
    let heads = if hops { ["longest", "mean"] } else { ["mean", "[95 % CI]"] };
    if !missed {
        return page.print(printer, &heads, mean);
    }
    page.print(printer, &[heads[0], heads[1], "failed"], mean)?;
    printer.note_once(match hops {
        true => "(means are over all runs; `failed` counts those that did not converge)",
        false => "(means are over the runs that converged; `failed` counts those that did not)",
    })?;
    if points.iter().any(|row| marks.cut_off(*row)) { printer.note_once(marks.of_cut_off()) } else { Ok(()) }
}

/// Whether there are no rounds at any of these points, and hops are counted instead.
fn counts_hops(points: &[Row<'_>]) -> bool {
    let hops = |row: &Row<'_>| row.real("max_hops_mean").is_some();
    points.iter().all(|row| row.real("rounds_mean").is_none()) && points.iter().any(hops)
}

/// The points whose formula for the mean leaves a bounded term open.
fn vague(scenario: &Scenario) -> BTreeSet<u64> {
    let open = |point: &Point| plan::prediction(&point.settings).is_some_and(|law| !law.exact);
    scenario.points.iter().filter(open).map(|point| point.index.into()).collect()
}

/// Prints the 95 % quantiles, what theory says of the means where it says anything, and the traffic.
fn print_theory(
    printer: &mut Printer<'_>,
    page: &Page<'_>,
    points: &[Row<'_>],
    (vague, marks): (&BTreeSet<u64>, &Marks),
) -> io::Result<()> {
    let rounds = !counts_hops(points);
    let exact = points.iter().any(|row| row.real("exact_rounds_mean").is_some());
    let law = points.iter().any(|row| row.real("theory_rounds").is_some());
    let open = law && points.iter().any(|row| vague.contains(&row.point()));
    let cells = |row: Row<'_>| {
        let mark = if vague.contains(&row.point()) { "~" } else { "" };
        let mean = |name: &str| row.real(name).map_or_else(String::new, figure);
        let theory = || Some(mean("theory_rounds")).filter(|mean| !mean.is_empty());
        let mut cells: Vec<String> = rounds.then(|| marks.p95(row)).into_iter().collect();
        cells.extend(exact.then(|| mean("exact_rounds_mean")));
        cells.extend(law.then(|| theory().map_or_else(String::new, |mean| format!("{mark}{mean}"))));
        cells.push(marks.messages(row));
        cells
    };
    let columns = [
        ("p95 of rounds", "p95", rounds),
        ("exact mean", "exact", exact),
        (if open { "formula for the mean (~ up to O(1))" } else { "formula for the mean" }, "law", law),
        ("messages per node", "msg/node", true),
    ];
    let shown = || columns.iter().filter(|(.., shown)| *shown);
    printer.title(&format!("{}{}", shown().map(|(name, ..)| *name).collect::<Vec<_>>().join(", "), page.at))?;
    page.print(printer, &shown().map(|(_, head, _)| *head).collect::<Vec<_>>(), cells)
}

fn print_fit(printer: &mut Printer<'_>, tables: &Tables) -> io::Result<()> {
    if tables.fit.is_empty() {
        return Ok(());
    }
    printer.title("is it O(log n)?   rounds = a + b log2 n")?;
    let mut grid = Grid::new().without_head().with_tail(1);
    for fit in tables.fit.rows().take(MOST_ROWS) {
        let (strategy, swept) = (fit.series(), fit.swept());
        let swept = swept.iter().map(|(path, value)| format!(", {} {}", short(path), readable(value)));
        let slope = fit.real("slope").map_or_else(|| "b = -".to_owned(), |slope| format!("b = {slope:.3}"));
        let interval = fit.real("slope_ci_low").zip(fit.real("slope_ci_high"));
        let interval = interval.map_or_else(String::new, |(low, high)| format!("[{low:.3}, {high:.3}]"));
        let theory = fit.real("theory_slope").map_or_else(String::new, |slope| format!("theory {slope:.3}"));
        let exact = fit.real("exact_slope").map_or_else(String::new, |slope| format!("exact {slope:.3}"));
        let verdict = fit.word("verdict").to_owned();
        grid.left_row(vec![
            format!("  {strategy}{}", swept.collect::<String>()),
            slope,
            interval,
            theory,
            exact,
            verdict,
        ]);
    }
    printer.grid(&grid)?;
    printer.more(tables.fit.len().saturating_sub(MOST_ROWS), "fit.csv")
}

/// A line for each point whose traffic was recorded.
fn print_links(printer: &mut Printer<'_>, tables: &Tables, varying: &[String]) -> io::Result<()> {
    let points = links::summaries(tables);
    if points.is_empty() {
        return Ok(());
    }
    printer.title("traffic by link: conversations and messages per round")?;
    let series = groups::by(&points, |(row, _)| row.series()).len() > 1 || varying.is_empty();
    let strategy = |name: &str| series.then(|| name.to_owned());
    let mut grid = Grid::new().labels(varying.len() + usize::from(series)).with_tail(1);
    let heads = ["links", "conv. mean", "max", "msg. mean", "max", "most loaded"].map(str::to_owned);
    grid.row(strategy("strategy").into_iter().chain(varying.iter().map(|key| head(key))).chain(heads).collect());
    let more = points.len().saturating_sub(MOST_ROWS);
    for (row, links) in points.into_iter().take(MOST_ROWS) {
        let means = [links.conversations_mean, links.conversations_max, links.messages_mean, links.messages_max];
        let places = varying.iter().map(|key| value(row, key));
        let cells = strategy(row.series()).into_iter().chain(places).chain([count(links.links)]);
        grid.row(cells.chain(means.map(figure)).chain([links.critical_links]).collect());
    }
    printer.grid(&grid)?;
    printer.more(more, "links_summary.csv")
}

/// A line for each region of each point.
fn print_regions(printer: &mut Printer<'_>, tables: &Tables, varying: &[String]) -> io::Result<()> {
    let mut rows: Vec<(Row<'_>, Vec<String>)> = Vec::new();
    for point in tables.summary.rows() {
        for share in by_region::of_point(&tables.by_region, point.point()) {
            let time = share.real("time_ms_p50").map_or_else(|| "-".to_owned(), figure);
            match rows.last_mut() {
                Some((_, cells)) if share.real("coverage") != Some(50.0) => cells.push(time),
                _ => {
                    let nodes = count(share.count("nodes_in_region"));
                    rows.push((point, vec![printable::line(share.word("region")).into_owned(), nodes, time]));
                }
            }
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    printer.title("when the nodes of each region know: ms, medians over all runs")?;
    let points = groups::by(&rows, |(row, _)| row.point()).len();
    // What tells configurations apart need not be said of one.
    let varying = if points == 1 { &[] } else { varying };
    let series = points > 1 && groups::by(&rows, |(row, _)| row.series()).len() > 1;
    let strategy = |name: &str| series.then(|| name.to_owned());
    let mut grid = Grid::new().labels(varying.len() + usize::from(series) + 1);
    let heads = ["region", "nodes", "50 %", "90 %", "99 %", "99.9 %", "all"].map(str::to_owned);
    grid.row(strategy("strategy").into_iter().chain(varying.iter().map(|key| head(key))).chain(heads).collect());
    let more = rows.len().saturating_sub(MOST_ROWS);
    for (row, cells) in rows.into_iter().take(MOST_ROWS) {
        let places = varying.iter().map(|key| value(row, key));
        grid.row(strategy(row.series()).into_iter().chain(places).chain(cells).collect());
    }
    printer.grid(&grid)?;
    printer.more(more, tables::BY_REGION)
}
