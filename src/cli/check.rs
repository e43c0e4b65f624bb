//! `check`: what a scenario means, how many runs it is and what they take. It times a few runs and keeps none.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;

use super::args::Changes;
use super::error::Error;
use super::estimate::Estimate;
use super::format::{self, Format};
use super::grid::Grid;
use super::signals::Signals;
use super::terminal;
use super::text::wrapped;
use super::{run, text};
use crate::capacity::{self, RunMemory};
use crate::columns::{Cell, Field, Kind};
use crate::output::label::readable;
use crate::printable;
use crate::scenario::{Following, Point, Scenario};
use crate::topology::NodeNames;

/// The most lines that a table of points may have.
const MOST_LINES: usize = 20;
/// Tables of results that take less are not worth a line.
const LARGE: u64 = 10 << 20;

/// `gossipsim check`
pub(crate) fn check(
    out: &mut impl Write,
    files: &[PathBuf],
    changes: &Changes,
    force: bool,
    format: Format,
    signals: &Signals,
) -> Result<(), Error> {
    format.check_files(files.len())?;
    for scenario in run::read_all(files, &changes.overrides(force))? {
        let needs: Vec<RunMemory> = capacity::needs(&scenario).collect();
        let largest = needs.iter().copied().max_by_key(|need| need.bytes).unwrap_or_default();
        let beside = capacity::beside_runs(&scenario, true);
        let cores = available_parallelism().map_or(1, usize::from);
        let capacity = capacity::room_for(&scenario, largest, cores, beside, force).map_err(Error::Usage)?;
        let time = || (Estimate::of(&scenario, signals.halt()), capacity.threads);
        let printed = match format {
            Format::Table => print(out, &scenario, &needs, time(), terminal::width()),
            Format::Json => print_json(out, &scenario, &needs, time()),
            Format::Csv => print_csv(out, &scenario, &needs),
            Format::Markdown => print_markdown(out, &scenario, &needs),
        };
        printed.map_err(Error::Stdout)?;
    }
    Ok(())
}

fn largest(needs: &[RunMemory]) -> u64 {
    needs.iter().map(|need| need.bytes).max().unwrap_or(0)
}

/// The scenario as TOML; what else there is to say stands in comments, so that the whole can be read back.
fn print(
    out: &mut impl Write,
    scenario: &Scenario,
    needs: &[RunMemory],
    (time, threads): (Option<Estimate>, usize),
    width: usize,
) -> io::Result<()> {
    writeln!(out, "{}", printable::document(&scenario.resolved_toml()))?;
    comment(out, &format!("{}: {}", scenario.name, text::extent(scenario)), width)?;
    if let Some(time) = time {
        let doubt = match time {
            time if time.seconds(threads) < 1.0 => "",
            Estimate { at_least: true, .. } => ", by a few runs that were timed",
            _ => ", by a few runs that were timed; half of it or twice",
        };
        comment(out, &format!("{}{doubt}", time.text(threads)), width)?;
    }
    print_memory(out, scenario, needs, width)?;
    print_following(out, scenario, width)?;
    let tables = capacity::tables(scenario);
    if tables > LARGE {
        writeln!(out, "# the tables of results take {} more", text::bytes(tables))?;
    }
    for graph in graphs(scenario) {
        comment(out, &graph, width)?;
    }
    for note in &scenario.notes {
        comment(out, note, width)?;
    }
    Ok(())
}

/// A comment in lines of at most `width` characters. A line break within it would end it.
fn comment(out: &mut impl Write, text: &str, width: usize) -> io::Result<()> {
    let text = printable::line(text);
    let lines = if text.chars().count() + 2 <= width { vec![text.into_owned()] } else { wrapped(&text, width - 2) };
    lines.iter().try_for_each(|line| writeln!(out, "# {line}"))
}

/// What is known of the graphs of files, each once.
fn graphs(scenario: &Scenario) -> Vec<String> {
    let mut seen: Vec<Arc<NodeNames>> = Vec::new();
    let mut lines = Vec::new();
    for topology in scenario.points.topologies() {
        let Some(names) = topology.names() else { continue };
        // All points of a file share what was read of it.
        if !seen.iter().rev().any(|other| Arc::ptr_eq(other, &names)) {
            lines.extend(topology.about());
            seen.push(names);
        }
    }
    lines
}

/// What a run of each point takes, in as few lines as say it.
fn print_memory(out: &mut impl Write, scenario: &Scenario, needs: &[RunMemory], width: usize) -> io::Result<()> {
    let most = text::bytes(largest(needs));
    let least = needs.iter().map(|need| need.bytes).min().unwrap_or(0);
    // What is shown of a number rises with it.
    if text::bytes(least) == most {
        let whose = if needs.len() > 1 { "a run of every configuration" } else { "a run" };
        return writeln!(out, "# {whose} takes {most} of memory");
    }
    writeln!(out, "# the largest run takes {most} of memory")?;
    let few = scenario.points.len() <= MOST_LINES;
    let table = if few { by_point(scenario, needs) } else { by_size(needs) };
    table.lines(width - 1).iter().try_for_each(|line| writeln!(out, "#{line}"))
}

/// The settings that follow the number of nodes, a line for each number of nodes and each way in which they are written.
fn print_following(out: &mut impl Write, scenario: &Scenario, width: usize) -> io::Result<()> {
    if scenario.following.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<Vec<String>> = Vec::new();
    for point in &scenario.points {
        let line = follow(scenario, &point);
        if !lines.contains(&line) {
            lines.push(line);
        }
        if lines.len() > MOST_LINES {
            break;
        }
    }
    let mut grid = Grid::new();
    let heads = scenario.following.iter().map(|Following { path, written }| match written {
        Some(written) => format!("{path} = {written}"),
        None => path.clone(),
    });
    grid.row(["network.nodes".to_owned()].into_iter().chain(heads).collect());
    let left_out = lines.len() > MOST_LINES;
    lines.into_iter().take(MOST_LINES).for_each(|line| grid.row(line));
    writeln!(out, "# settings that follow the number of nodes:")?;
    grid.lines(width - 1).iter().try_for_each(|line| writeln!(out, "#{line}"))?;
    if left_out {
        writeln!(out, "# and more: check --json has those of every configuration")?;
    }
    Ok(())
}

/// The number of nodes at a point, and what follows it there; of a swept key also how it is written.
fn follow(scenario: &Scenario, point: &Point) -> Vec<String> {
    let swept = point.swept();
    let value = |following: &Following| {
        let value = following.value(point).map_or_else(|| "-".to_owned(), |value| value.to_string());
        let written = swept.iter().find(|(path, _)| *path == following.path).map(|(_, written)| readable(written));
        match written.filter(|written| *written != value) {
            Some(written) => format!("{} = {value}", written.replace(char::is_control, " ")),
            None => value,
        }
    };
    let nodes = text::count(point.settings.network.nodes.into());
    std::iter::once(nodes).chain(scenario.following.iter().map(value)).collect()
}

/// A line for each point: its number, its swept values, and what a run of it takes.
fn by_point(scenario: &Scenario, needs: &[RunMemory]) -> Grid {
    let mut grid = Grid::new();
    let keys = scenario.sweep.iter().map(|key| key.path.clone());
    grid.row(["configuration".to_owned()].into_iter().chain(keys).chain(["memory".to_owned()]).collect());
    for (point, need) in scenario.points.iter().zip(needs) {
        // A line break within a value would end the comment.
        let values = point.swept().into_iter().map(|(_, value)| readable(&value).replace(char::is_control, " "));
        let number = text::count(point.index.into());
        grid.row([number].into_iter().chain(values).chain([text::bytes(need.bytes)]).collect());
    }
    grid
}

/// A line for each number of nodes, which decides most, the largest last: how many points have it, and what the
/// largest of their runs takes.
fn by_size(needs: &[RunMemory]) -> Grid {
    let mut sizes: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    for need in needs {
        let (points, most) = sizes.entry(need.nodes).or_default();
        *points += 1;
        *most = need.bytes.max(*most);
    }
    let mut grid = Grid::new();
    grid.row(["network.nodes", "configurations", "memory, at most"].map(str::to_owned).to_vec());
    let left_out = sizes.len().saturating_sub(MOST_LINES);
    let smaller = sizes.values().take(left_out);
    if let Some((points, most)) = smaller.copied().reduce(|one, other| (one.0 + other.0, one.1.max(other.1))) {
        grid.row(vec![format!("{left_out} sizes"), text::count(points), text::bytes(most)]);
    }
    for (&nodes, &(points, most)) in sizes.iter().skip(left_out) {
        grid.row(vec![text::count(nodes.into()), text::count(points), text::bytes(most)]);
    }
    grid
}

/// A row for each configuration: its number, its swept values, its nodes, and the bytes that a run of it takes.
fn print_csv(out: &mut impl Write, scenario: &Scenario, needs: &[RunMemory]) -> io::Result<()> {
    let whole = |name: &str, unit| Field::new(name.to_owned(), Kind::Whole, unit, String::new());
    let keys = scenario.sweep.iter().map(|key| Field::swept(&key.path));
    let header: Vec<Field> = [whole("point", "")].into_iter().chain(keys).collect();
    let header = [header, vec![whole("nodes", "nodes"), whole("bytes_of_a_run", "bytes")]].concat();
    let rows = scenario.points.iter().zip(needs).map(|(point, need)| {
        let values = point.swept().into_iter().map(|(_, value)| value.into());
        let number = Cell::from(point.index);
        [number].into_iter().chain(values).chain([need.nodes.into(), need.bytes.into()]).collect()
    });
    format::csv(out, &header, rows)
}

/// The table of configurations, and the scenario with every default.
fn print_markdown(out: &mut impl Write, scenario: &Scenario, needs: &[RunMemory]) -> io::Result<()> {
    writeln!(out, "**{}: {}**\n", printable::line(&scenario.name), text::extent(scenario))?;
    by_point(scenario, needs).markdown().iter().try_for_each(|line| writeln!(out, "{line}"))?;
    writeln!(out, "\n```toml\n{}```", printable::document(&scenario.resolved_toml()))?;
    scenario.notes.iter().try_for_each(|note| writeln!(out, "\n{}", printable::line(note)))
}

fn print_json(
    out: &mut impl Write,
    scenario: &Scenario,
    needs: &[RunMemory],
    (time, threads): (Option<Estimate>, usize),
) -> io::Result<()> {
    let mut json = serde_json::json!({
        "scenario": scenario.name,
        "hash": scenario.hash(),
        "runs": scenario.runs(),
        "threads": threads,
        "estimated_seconds": time.map(|time| time.seconds(threads)),
        "bytes_of_largest_run": largest(needs),
        "bytes_of_tables": capacity::tables(scenario),
        "bytes_of_a_run_by_point": needs.iter().map(|need| need.bytes).collect::<Vec<_>>(),
        "graphs": graphs(scenario),
        "notes": scenario.notes,
        "resolved": scenario.resolved(),
    });
    if !scenario.following.is_empty() {
        let values =
            |following: &Following| scenario.points.iter().map(|point| following.value(&point)).collect::<Vec<_>>();
        for following in &scenario.following {
            json["follows"][&following.path] = serde_json::json!(values(following));
        }
    }
    text::json(out, &json)
}
