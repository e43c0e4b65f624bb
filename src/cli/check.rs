//! `check`: what a scenario means, how many runs it is and what they take. Runs nothing.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::args::Changes;
use super::error::Error;
use super::text::Grid;
use super::{run, text};
use crate::capacity::{self, RunMemory};
use crate::output::label::readable;
use crate::printable;
use crate::scenario::Scenario;
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
    json: bool,
) -> Result<(), Error> {
    for scenario in run::read_all(files, &changes.overrides(force))? {
        let needs: Vec<RunMemory> = capacity::needs(&scenario).collect();
        let largest = needs.iter().copied().max_by_key(|need| need.bytes).unwrap_or_default();
        let beside = capacity::beside_runs(&scenario, true);
        capacity::room_for(&scenario, largest, 1, beside, force).map_err(Error::Usage)?;
        let printed = if json { print_json(out, &scenario, &needs) } else { print(out, &scenario, &needs) };
        printed.map_err(Error::Stdout)?;
    }
    Ok(())
}

fn largest(needs: &[RunMemory]) -> u64 {
    needs.iter().map(|need| need.bytes).max().unwrap_or(0)
}

/// The scenario as TOML; what else there is to say stands in comments, so that the whole can be read back.
fn print(out: &mut impl Write, scenario: &Scenario, needs: &[RunMemory]) -> io::Result<()> {
    writeln!(out, "{}", printable::document(&scenario.resolved_toml()))?;
    writeln!(out, "# {}: {}", printable::line(&scenario.name), text::extent(scenario))?;
    print_memory(out, scenario, needs)?;
    let tables = capacity::tables(scenario);
    if tables > LARGE {
        writeln!(out, "# the tables of results take {} more", text::bytes(tables))?;
    }
    for graph in graphs(scenario) {
        writeln!(out, "# {}", printable::line(&graph))?;
    }
    for note in &scenario.notes {
        // A line break within a note would end the comment.
        writeln!(out, "# {}", printable::line(note))?;
    }
    Ok(())
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
fn print_memory(out: &mut impl Write, scenario: &Scenario, needs: &[RunMemory]) -> io::Result<()> {
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
    table.to_string().lines().try_for_each(|line| writeln!(out, "#{line}"))
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

fn print_json(out: &mut impl Write, scenario: &Scenario, needs: &[RunMemory]) -> io::Result<()> {
    let json = serde_json::json!({
        "scenario": scenario.name,
        "hash": scenario.hash(),
        "runs": scenario.runs(),
        "bytes_of_largest_run": largest(needs),
        "bytes_of_tables": capacity::tables(scenario),
        "bytes_of_a_run_by_point": needs.iter().map(|need| need.bytes).collect::<Vec<_>>(),
        "graphs": graphs(scenario),
        "notes": scenario.notes,
        "resolved": scenario.resolved(),
    });
    text::json(out, &json)
}
