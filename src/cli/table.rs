//! The summary on the terminal: one table for each combination of what is swept beside size and strategy.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::marks::Marks;
use super::text::{Grid, between, count, figure, plural, share};
use crate::output::label::readable;
use crate::output::places::Entry;
use crate::output::rows::{PointColumns, Swept, Tables};
use crate::output::{groups, links, pairs, places};
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
    let (vague, marks) = (vague(scenario), Marks::of(tables));
    for page in pages(&tables.summary, &page_keys) {
        let at = page.first().map_or_else(String::new, |entry| place(entry, &page_keys));
        print_page(out, &page, &row_key, &at, &marks)?;
        print_theory(out, &page, &row_key, &at, (&vague, &marks))?;
        marks.footnotes(&page).iter().try_for_each(|note| writeln!(out, "  {note}"))?;
    }
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
    for (point, swept, row) in points {
        let means = [row.conversations_mean, row.conversations_max, row.messages_mean, row.messages_max].map(figure);
        let places = varying.iter().map(|key| value(&point, &swept, key));
        let cells = [point.strategy.clone()].into_iter().chain(places).chain([count(row.links)]);
        grid.row(cells.chain(means).chain([row.critical_links]).collect());
    }
    write!(out, "{grid}")
}

/// The value of a key of a point, as a table shows it.
fn value(point: &PointColumns, swept: &Swept, key: &str) -> String {
    if key == "nodes" { count(point.nodes.into()) } else { places::value(point, swept, key) }
}

fn of((point, swept, _): &Entry, key: &str) -> String {
    value(point, swept, key)
}

/// The points in groups of equal `keys`, in the order they come.
fn pages<'a>(summary: &'a [Entry], keys: &[&String]) -> Vec<Vec<&'a Entry>> {
    let pages = groups::by(summary, |entry| keys.iter().map(|key| of(entry, key)).collect::<Vec<_>>());
    pages.into_iter().map(|(_, page)| page).collect()
}

fn place(entry: &Entry, keys: &[&String]) -> String {
    keys.iter().map(|key| format!(", {key} {}", of(entry, key))).collect()
}

/// The strategies of a page, and its rows: the value of the row's key, and the points by strategy.
struct Page<'a> {
    strategies: Vec<&'a str>,
    rows: Vec<(String, Vec<&'a Entry>)>,
}

impl<'a> Page<'a> {
    fn new(entries: &[&'a Entry], row_key: &str) -> Self {
        let mut strategies: Vec<&str> = Vec::new();
        for entry in entries {
            if !strategies.contains(&entry.0.strategy.as_str()) {
                strategies.push(&entry.0.strategy);
            }
        }
        let rows = groups::by(entries.iter().copied(), |entry| of(entry, row_key));
        Page { strategies, rows }
    }

    /// A table with the cells that `cells` makes of each point; `heads` names them.
    fn grid(&self, title: &str, heads: &[&str], cells: impl Fn(&Entry) -> Vec<String>) -> Grid {
        let mut grid = Grid::new();
        grid.spanning(self.strategies.iter().map(|name| ((*name).to_owned(), heads.len())).collect());
        let heads = self.strategies.iter().flat_map(|_| heads.iter().map(|head| (*head).to_owned()));
        grid.row([title.to_owned()].into_iter().chain(heads).collect());
        for (name, entries) in &self.rows {
            let of = |strategy: &&str| entries.iter().find(|entry| entry.0.strategy == **strategy);
            let blank = || vec![String::new(); grid.columns() / self.strategies.len().max(1)];
            let cells = self.strategies.iter().flat_map(|name| of(name).map_or_else(blank, |entry| cells(entry)));
            let row = [name.clone()].into_iter().chain(cells).collect();
            grid.row(row);
        }
        grid
    }
}

fn print_page(out: &mut impl Write, entries: &[&Entry], row_key: &str, at: &str, marks: &Marks) -> io::Result<()> {
    let page = Page::new(entries, row_key);
    let title = if row_key == "nodes" { "n" } else { row_key };
    let missed = entries.iter().any(|entry| entry.2.converged < entry.2.runs);
    let optional = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), figure);
    let runs = || entries.iter().map(|entry| entry.2.runs);
    let runs = between(runs().min().unwrap_or(0), runs().max().unwrap_or(0));
    let runs = format!("{runs} run{}", if runs == "1" { "" } else { "s" });
    writeln!(out, "\nrounds until every node knows{at}; {runs} each")?;
    let mean = |(.., row): &Entry| {
        let interval = row.rounds_ci_low.zip(row.rounds_ci_high);
        let interval = interval.map(|(low, high)| format!("[{}, {}]", figure(low), figure(high)));
        let mut cells = vec![optional(row.rounds_mean), interval.unwrap_or_default()];
        if missed {
            let failed = row.runs - row.converged.min(row.runs);
            cells.push(if failed == 0 { String::new() } else { count(failed) });
        }
        cells
    };
    if missed {
        write!(out, "{}", page.grid(title, &["mean", "[95 % CI]", "failed"], mean))?;
        writeln!(out, "  (means are over the runs that converged; `failed` counts those that did not)")?;
        if entries.iter().any(|entry| marks.cut_off(entry)) {
            writeln!(
                out,
                "  (a limit cut off some of those: the slowest runs are missing, and the true means are larger)"
            )?;
        }
    } else {
        write!(out, "{}", page.grid(title, &["mean", "[95 % CI]"], mean))?;
    }
    Ok(())
}

/// The points whose law of the mean leaves a bounded term open.
fn vague(scenario: &Scenario) -> BTreeSet<u32> {
    let open = |point: &Point| plan::prediction(&point.settings).is_some_and(|law| !law.exact);
    scenario.points.iter().filter(open).map(|point| point.index).collect()
}

/// Prints the 95 % quantiles, what theory says of the means where it says anything, and the traffic.
fn print_theory(
    out: &mut impl Write,
    entries: &[&Entry],
    row_key: &str,
    at: &str,
    (vague, marks): (&BTreeSet<u32>, &Marks),
) -> io::Result<()> {
    let page = Page::new(entries, row_key);
    let exact = entries.iter().any(|entry| entry.2.exact_rounds_mean.is_some());
    let law = entries.iter().any(|entry| entry.2.theory_rounds.is_some());
    let open = law && entries.iter().any(|entry| vague.contains(&entry.0.point));
    let cells = |entry: &Entry| {
        let (point, _, row) = entry;
        let mark = if vague.contains(&point.point) { "~" } else { "" };
        let mut cells = vec![marks.p95(entry)];
        cells.extend(exact.then(|| row.exact_rounds_mean.map_or_else(String::new, figure)));
        cells.extend(law.then(|| row.theory_rounds.map_or_else(String::new, |mean| format!("{mark}{}", figure(mean)))));
        cells.push(marks.messages(entry));
        cells
    };
    let columns = [
        ("p95 of rounds", "p95", true),
        ("exact mean", "exact", exact),
        (if open { "law of the mean (~ up to O(1))" } else { "law of the mean" }, "law", law),
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
    for (strategy, swept, fit) in &tables.fit {
        let swept = swept.iter().map(|(path, value)| format!(", {path} {}", readable(value))).collect::<String>();
        let slope = fit.slope.map_or_else(|| "b = -".to_owned(), |slope| format!("b = {slope:.3}"));
        let interval = fit.slope_ci_low.zip(fit.slope_ci_high);
        let interval = interval.map_or_else(String::new, |(low, high)| format!("[{low:.3}, {high:.3}]"));
        let theory = fit.theory_slope.map_or_else(String::new, |slope| format!("theory {slope:.3}"));
        let exact = fit.exact_slope.map_or_else(String::new, |slope| format!("exact {slope:.3}"));
        grid.left_row(vec![format!("  {strategy}{swept}"), slope, interval, theory, exact, fit.verdict.clone()]);
    }
    write!(out, "{grid}")
}

fn print_unconverged(out: &mut impl Write, tables: &Tables) -> io::Result<()> {
    let runs = tables.runs.len() as u64;
    let mut outcomes: Vec<(&str, u64)> = Vec::new();
    for run in tables.runs.iter().filter(|run| run.outcome != "converged") {
        match outcomes.iter_mut().find(|(name, _)| *name == run.outcome) {
            Some((_, number)) => *number += 1,
            None => outcomes.push((&run.outcome, 1)),
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
    for entry in tables.summary.iter().filter(|entry| entry.2.converged < entry.2.runs).take(12) {
        let (point, swept, row) = entry;
        let swept = swept.iter().map(|(path, value)| format!(", {path} {}", readable(value))).collect::<String>();
        let name = format!("  {}, n {}, {}{swept}", point.strategy, count(point.nodes.into()), point.topology);
        let failed = row.runs.saturating_sub(row.converged);
        let residue = format!("mean residue {}", share(row.residue_mean));
        grid.left_row(vec![
            name,
            format!("{} of {}", count(failed), count(row.runs)),
            failing(failed, row.runs),
            residue,
        ]);
    }
    write!(out, "{grid}")
}

/// The share of runs that failed, with its 95 % interval.
fn failing(failed: u64, runs: u64) -> String {
    let interval = wilson::interval(failed, runs, 0.95);
    let interval = interval.map_or_else(String::new, |(low, high)| format!("  [{}, {}]", share(low), share(high)));
    format!("{}{interval}", share(failed as f64 / runs as f64))
}

/// What it means that none of the runs of any point failed: how rare failing must be, by the rule of three.
fn unseen(summary: &[Entry]) -> String {
    let Some(fewest) = summary.iter().map(|entry| entry.2.runs).min() else { return String::new() };
    let bound = wilson::interval(0, fewest, 0.95).map_or_else(String::new, |(_, high)| share(high));
    match summary.len() {
        1 => format!(" (0 of {} failed: below {bound} at 95 %)", count(fewest)),
        _ => format!(" (at each point 0 of {} failed: below {bound} at 95 %)", count(fewest)),
    }
}

/// A column that says where a difference was measured: its name and its value, where both sides have one.
type Column<'a> = (&'a str, &'a dyn Fn(&Paired) -> Option<String>);

/// A row of `pairs.csv`.
type Paired = (pairs::Place, Swept, pairs::PairRow);

/// Prints the paired differences between points that differ in one key.
///
/// # Errors
/// What the system says about writing.
pub(crate) fn print_pairs(out: &mut impl Write, pairs: &[Paired], tables: &Tables) -> io::Result<()> {
    writeln!(
        out,
        "\npaired differences in rounds, on common random numbers: mean [95 % CI], variance against independent runs"
    )?;
    let columns: [Column<'_>; 6] = [
        ("n", &|(place, ..)| place.0.map(|nodes| count(nodes.into()))),
        ("topology", &|(place, ..)| place.1.clone()),
        ("", &|(.., row)| row.strategy.clone()),
        ("fanout", &|(place, ..)| place.2.map(|fanout| fanout.to_string())),
        ("loss", &|(place, ..)| place.3.map(|loss| loss.to_string())),
        ("interval", &|(place, ..)| place.4.map(|interval| format!("{interval} ms"))),
    ];
    let varies = |of: &dyn Fn(&Paired) -> Option<String>| pairs.iter().any(|pair| of(pair) != of(&pairs[0]));
    let shown: Vec<_> = columns.into_iter().filter(|(name, of)| *name == "n" || varies(of)).collect();
    let mut grid = Grid::new();
    for pair in pairs {
        let own = shown.iter().filter_map(|(name, of)| Some(format!("{name} {}", of(pair)?).trim().to_owned()));
        let swept = pair.1.iter().filter(|(_, value)| !value.is_empty());
        let swept = swept.map(|(path, value)| format!("{path} {}", readable(value)));
        let at = own.chain(swept).collect::<Vec<_>>().join(", ");
        grid.left_row([format!("  {at}")].into_iter().chain(pair_cells(&pair.2)).collect());
    }
    write!(out, "{grid}")?;
    if tables.summary.iter().any(|(.., row)| row.converged < row.runs) {
        writeln!(out, "  (over replicates that converged on both sides; the others are in no difference)")?;
    }
    Ok(())
}

fn pair_cells(pair: &pairs::PairRow) -> [String; 5] {
    let difference = pair.difference_mean.map_or_else(|| "-".to_owned(), |mean| format!("{mean:+.2}"));
    let interval = pair.difference_ci_low.zip(pair.difference_ci_high);
    let interval = interval.map_or_else(String::new, |(low, high)| format!("[{low:+.2}, {high:+.2}]"));
    let gain = match pair.variance_reduction {
        None => String::new(),
        Some(gain) if gain.is_infinite() => "variance ÷ ∞".to_owned(),
        Some(gain) => format!("variance ÷ {gain:.2}"),
    };
    [format!("{} less {}", pair.first, pair.second), difference, interval, gain, plural(pair.pairs, "pair")]
}
