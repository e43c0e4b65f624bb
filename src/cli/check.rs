//! `check`: what a scenario means, how many runs it is and what they take. Runs nothing.

use std::io::{self, Write};
use std::path::PathBuf;

use super::args::Changes;
use super::error::Error;
use super::{run, text};
use crate::plan;
use crate::scenario::Scenario;

/// `gossipsim check`
pub(crate) fn check(
    out: &mut impl Write,
    files: &[PathBuf],
    changes: &Changes,
    force: bool,
    json: bool,
) -> Result<(), Error> {
    for scenario in run::read_all(files, changes, force, &[])? {
        let room = plan::room(&scenario, 1, force).map_err(Error::Usage)?;
        let printed = if json { print_json(out, &scenario, room.memory) } else { print(out, &scenario, room.memory) };
        printed.map_err(Error::Stdout)?;
    }
    Ok(())
}

fn print(out: &mut impl Write, scenario: &Scenario, memory: u64) -> io::Result<()> {
    writeln!(out, "{}", scenario.resolved_toml())?;
    let (points, replicates, runs) = (scenario.points.len() as u64, scenario.replicates, scenario.runs());
    let (points, replicates) = (text::plural(points, "point"), text::count(replicates));
    writeln!(out, "# {}: {points} × {replicates} = {} runs", scenario.name, text::count(runs))?;
    writeln!(out, "# the largest run takes {} of memory", text::bytes(memory))?;
    for note in &scenario.notes {
        writeln!(out, "# {note}")?;
    }
    Ok(())
}

fn print_json(out: &mut impl Write, scenario: &Scenario, memory: u64) -> io::Result<()> {
    let json = serde_json::json!({
        "scenario": scenario.name,
        "hash": scenario.hash(),
        "runs": scenario.runs(),
        "bytes_of_largest_run": memory,
        "notes": scenario.notes,
        "resolved": scenario.resolved(),
    });
    writeln!(out, "{json}")
}
