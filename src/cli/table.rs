//! The summary on the terminal: one table for each combination of what is swept beside size and strategy.

use std::io::{self, Write};

use super::text::{Grid, count, figure, plural, share, short};
use crate::output::label::readable;
use crate::output::rows::{PointColumns, SummaryRow, Swept, Tables};
use crate::output::{links, pairs};

/// One point of the summary.
type Entry = (PointColumns, Swept, SummaryRow);

/// Prints the tables of a summary, the fits, and what did not converge.
///
/// # Errors
/// What the system says about writing.
pub(crate) fn print(out: &mut impl Write, tables: &Tables) -> io::Result<()> {
    let varying = varying(&tables.summary);
    let row_key = varying.first().cloned().unwrap_or_else(|| "nodes".to_owned());
    let page_keys: Vec<&String> = varying.iter().skip(1).collect();
    for page in pages(&tables.summary, &page_keys) {
        let at = page.first().map_or_else(String::new, |entry| place(entry, &page_keys));
        print_page(out, &page, &row_key, &at)?;
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
    match key {
        "nodes" => count(point.nodes.into()),
        "topology" => point.topology.clone(),
        "fanout" => point.fanout.to_string(),
        "loss" => point.loss.to_string(),
        "interval" => format!("{} ms", point.interval_ms),
        _ => swept.iter().find(|(path, _)| path == key).map_or_else(String::new, |(_, value)| readable(value)),
    }
}

fn of((point, swept, _): &Entry, key: &str) -> String {
    value(point, swept, key)
}

/// The keys besides the strategy that differ between points, sizes first.
fn varying(summary: &[Entry]) -> Vec<String> {
    let own = ["nodes", "topology", "fanout", "loss", "interval"].map(str::to_owned);
    let swept = summary.first().into_iter().flat_map(|(_, swept, _)| swept.iter().map(|(path, _)| path.clone()));
    let differs = |key: &String| summary.iter().any(|entry| of(entry, key) != of(&summary[0], key));
    own.into_iter().chain(swept).filter(differs).collect()
}

/// The points in groups of equal `keys`, in the order they come.
fn pages<'a>(summary: &'a [Entry], keys: &[&String]) -> Vec<Vec<&'a Entry>> {
    let mut pages: Vec<(Vec<String>, Vec<&Entry>)> = Vec::new();
    for entry in summary {
        let at: Vec<String> = keys.iter().map(|key| of(entry, key)).collect();
        match pages.iter_mut().find(|(other, _)| *other == at) {
            Some((_, page)) => page.push(entry),
            None => pages.push((at, vec![entry])),
        }
    }
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
        let mut page = Page { strategies: Vec::new(), rows: Vec::new() };
        for entry in entries {
            if !page.strategies.contains(&entry.0.strategy.as_str()) {
                page.strategies.push(&entry.0.strategy);
            }
            let name = of(entry, row_key);
            match page.rows.iter_mut().find(|(other, _)| *other == name) {
                Some((_, entries)) => entries.push(entry),
                None => page.rows.push((name, vec![entry])),
            }
        }
        page
    }

    /// A table with the cells that `cells` makes of each point; `heads` names them.
    fn grid(&self, title: &str, heads: &[&str], cells: impl Fn(&SummaryRow) -> Vec<String>) -> Grid {
        let mut grid = Grid::new();
        grid.spanning(self.strategies.iter().map(|name| ((*name).to_owned(), heads.len())).collect());
        let heads = self.strategies.iter().flat_map(|_| heads.iter().map(|head| (*head).to_owned()));
        grid.row([title.to_owned()].into_iter().chain(heads).collect());
        for (name, entries) in &self.rows {
            let of = |strategy: &&str| entries.iter().find(|entry| entry.0.strategy == **strategy);
            let blank = || vec![String::new(); grid.columns() / self.strategies.len().max(1)];
            let cells = self.strategies.iter().flat_map(|name| of(name).map_or_else(blank, |entry| cells(&entry.2)));
            let row = [name.clone()].into_iter().chain(cells).collect();
            grid.row(row);
        }
        grid
    }
}

fn print_page(out: &mut impl Write, entries: &[&Entry], row_key: &str, at: &str) -> io::Result<()> {
    let page = Page::new(entries, row_key);
    let title = if row_key == "nodes" { "n" } else { row_key };
    let missed = entries.iter().any(|entry| entry.2.converged < entry.2.runs);
    let optional = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), figure);
    let runs = plural(entries.first().map_or(0, |entry| entry.2.runs), "run");
    writeln!(out, "\nrounds until every node knows{at}; {runs} each")?;
    let mean = |row: &SummaryRow| {
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
    } else {
        write!(out, "{}", page.grid(title, &["mean", "[95 % CI]"], mean))?;
    }
    let theory = entries.iter().any(|entry| entry.2.theory_rounds.is_some());
    let rest = |row: &SummaryRow| {
        let mut cells = vec![row.rounds_p95.map_or_else(|| "-".to_owned(), short)];
        cells.extend(theory.then(|| row.theory_rounds.map_or_else(String::new, figure)));
        cells.push(figure(row.messages_per_node_mean));
        cells
    };
    if theory {
        writeln!(out, "\np95 of rounds, published law, messages per node{at}")?;
        write!(out, "{}", page.grid(title, &["p95", "law", "msg/node"], rest))
    } else {
        writeln!(out, "\np95 of rounds, messages per node{at}")?;
        write!(out, "{}", page.grid(title, &["p95", "msg/node"], rest))
    }
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
        grid.left_row(vec![format!("  {strategy}{swept}"), slope, interval, theory, fit.verdict.clone()]);
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
            _ => writeln!(out, "\nall {} runs converged", count(runs)),
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
        let residue = format!("mean residue {}", share(row.residue_mean));
        grid.left_row(vec![name, format!("{} of {}", count(row.runs - row.converged), count(row.runs)), residue]);
    }
    write!(out, "{grid}")
}

/// A column that says where a difference was measured: its name and its value.
type Column<'a> = (&'a str, &'a dyn Fn(&pairs::Place) -> String);

/// Prints the paired differences between strategies.
///
/// # Errors
/// What the system says about writing.
pub(crate) fn print_pairs(out: &mut impl Write, tables: &Tables) -> io::Result<()> {
    let pairs = pairs::rows(tables);
    writeln!(out, "\npaired differences in rounds, on common random numbers: mean [95 % CI]")?;
    let varies = |of: &dyn Fn(&pairs::Place) -> String| pairs.iter().any(|(place, ..)| of(place) != of(&pairs[0].0));
    let columns: [Column<'_>; 5] = [
        ("n", &|place| count(place.0.into())),
        ("topology", &|place| place.1.clone()),
        ("fanout", &|place| place.2.to_string()),
        ("loss", &|place| place.3.to_string()),
        ("interval", &|place| format!("{} ms", place.4)),
    ];
    let shown: Vec<_> = columns.into_iter().filter(|(name, of)| *name == "n" || varies(of)).collect();
    let mut grid = Grid::new();
    for (place, swept, pair) in &pairs {
        let at: Vec<String> = shown.iter().map(|(name, of)| format!("{name} {}", of(place))).collect();
        let swept = swept.iter().map(|(path, value)| format!(", {path} {}", readable(value))).collect::<String>();
        let difference = pair.difference_mean.map_or_else(|| "-".to_owned(), |mean| format!("{mean:+.2}"));
        let interval = pair.difference_ci_low.zip(pair.difference_ci_high);
        let interval = interval.map_or_else(String::new, |(low, high)| format!("[{low:+.2}, {high:+.2}]"));
        let names = format!("{} less {}", pair.first, pair.second);
        grid.left_row(vec![
            format!("  {}{swept}", at.join(", ")),
            names,
            difference,
            interval,
            plural(pair.pairs, "pair"),
        ]);
    }
    write!(out, "{grid}")
}
