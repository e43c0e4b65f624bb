//! `run`: scenarios in, results folders and a summary out.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;
use std::time::Instant;

use super::args::{Changes, Work};
use super::compare::Comparison;
use super::error::Error;
use super::progress::Progress;
use super::signals::Signals;
use super::{table, text};
use crate::experiment::{self, Failure};
use crate::output::manifest::{Manifest, Timings};
use crate::output::results::{Results, ResultsError};
use crate::output::rows::Tables;
use crate::output::{exactly, expectations, pairs, statement, summary_json};
use crate::plan::{self, Room};
use crate::printable;
use crate::scenario::{self, Overrides, Problems, Scenario, Source};
use crate::threads::Threads;

/// A scenario, and where its results go.
struct Job {
    scenario: Scenario,
    folder: PathBuf,
    room: Room,
}

/// `gossipsim run`
pub(crate) fn run(out: &mut impl Write, files: &[PathBuf], changes: &Changes, work: &Work) -> Result<(), Error> {
    let scenarios = read_all(files, &changes.overrides(work.force))?;
    let folder = |scenario: &Scenario| match &work.out {
        Some(out) if files.len() > 1 => out.join(&scenario.name),
        Some(out) => out.clone(),
        None => Path::new("output").join(&scenario.name),
    };
    work_off(out, scenarios.into_iter().map(|scenario| (folder(&scenario), scenario)).collect(), work, None)
}

/// Runs every scenario into its folder, after a look at all of them: what can be refused is refused before any work.
pub(super) fn work_off(
    out: &mut impl Write,
    scenarios: Vec<(PathBuf, Scenario)>,
    work: &Work,
    compare: Option<&Comparison>,
) -> Result<(), Error> {
    let signals = Signals::watch().map_err(Error::Signals)?;
    let folders: BTreeSet<&PathBuf> = scenarios.iter().map(|(folder, _)| folder).collect();
    if folders.len() < scenarios.len() {
        return Err(Error::Usage("two scenario files have one name, and so one results folder; run them apart".into()));
    }
    let jobs: Vec<Job> = scenarios.into_iter().map(|job| Job::new(job, work)).collect::<Result<_, _>>()?;
    let mut missed = Vec::new();
    for job in &jobs {
        match simulate(out, job, work, compare, &signals) {
            Ok(more) => missed.extend(more),
            Err(error) => {
                // What the scenarios before it missed is not lost for it.
                if !missed.is_empty() {
                    Error::Unexpected(missed).report();
                }
                return Err(error);
            }
        }
    }
    if missed.is_empty() { Ok(()) } else { Err(Error::Unexpected(missed)) }
}

impl Job {
    /// Checks that there is memory, and that the folder can be written.
    fn new((folder, scenario): (PathBuf, Scenario), work: &Work) -> Result<Self, Error> {
        let cores = available_parallelism().map_or(1, usize::from);
        let wanted = work.threads.map_or(cores, usize::from);
        let room = plan::room(&scenario, wanted, work.force).map_err(Error::Usage)?;
        // A trial, which leaves nothing behind.
        drop(Results::begin(&scenario, &folder, work.force)?);
        Ok(Job { scenario, folder, room })
    }
}

/// Reads all scenarios before any work begins; every mistake in every file is reported.
pub(super) fn read_all(files: &[PathBuf], overrides: &Overrides) -> Result<Vec<Scenario>, Error> {
    let read = |file: &PathBuf| Source::file(file).and_then(|source| scenario::read(source, overrides));
    let mut scenarios = Vec::new();
    let mut problems: Vec<Problems> = Vec::new();
    for file in files {
        match read(file) {
            Ok(scenario) => scenarios.push(scenario),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(scenarios) } else { Err(Error::Scenario(problems)) }
}

/// Runs one scenario into its folder; gives the expectations that did not hold.
fn simulate(
    out: &mut impl Write,
    job: &Job,
    work: &Work,
    compare: Option<&Comparison>,
    signals: &Signals,
) -> Result<Vec<String>, Error> {
    let Job { scenario, folder, room } = job;
    for note in &scenario.notes {
        say(work.quiet, note);
    }
    let mut results = Results::begin(scenario, folder, work.force)?;
    let threads = Threads::start(room.threads);
    if let Some(note) = threads.note() {
        say(work.quiet, &note);
    }
    let talk = !work.quiet && !work.json;
    if talk {
        header(out, scenario, Room { threads: threads.count(), ..*room }).map_err(Error::Stdout)?;
    }
    let began = Instant::now();
    record_all(job, &threads, &mut results, work.quiet, signals)?;
    let threads = threads.count();
    let simulation_s = began.elapsed().as_secs_f64();
    let mut manifest = manifest(scenario, Timings { threads, simulation_s, charts_s: 0.0 });
    if let Some(resolved) = compare.and_then(|comparison| comparison.resolved.as_ref()) {
        manifest.resolved = resolved.clone();
    }
    let key = compare.map(|comparison| comparison.key.as_str());
    let (tables, manifest) = results.finish(manifest, key, signals.halt()).map_err(|error| match error {
        ResultsError::Interrupted => interrupted(scenario, signals),
        error => Error::Results { folder: folder.clone(), error },
    })?;
    for note in manifest.notes.iter().skip(scenario.notes.len()) {
        say(work.quiet, note);
    }
    let printed = if work.json {
        text::json(out, &summary_json::of(scenario, &tables, folder, key))
    } else if talk {
        report(out, scenario, &tables, &manifest, folder, key)
    } else {
        Ok(())
    };
    let missed = expectations::missed(scenario, &tables);
    match printed {
        // Whoever closes the pipe early still wants to know.
        Err(error) if missed.is_empty() || error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Stdout(error)),
        _ => Ok(missed),
    }
}

/// Simulates every run and hands it to `results`.
fn record_all(
    job: &Job,
    threads: &Threads,
    results: &mut Results<'_>,
    quiet: bool,
    signals: &Signals,
) -> Result<(), Error> {
    let Job { scenario, folder, .. } = job;
    let weight = |point: u32| scenario.points.get(point as usize).map_or(0, |point| plan::effort(&point.settings));
    let weights = scenario.points.iter().map(|point| weight(point.index).saturating_mul(scenario.fewest()));
    let mut progress = Progress::new(weights.fold(0, u64::saturating_add), quiet);
    let mut done = 0;
    let outcome = experiment::run_on(threads, scenario, signals.halt(), |record| {
        done += 1;
        if record.replicate >= scenario.fewest() {
            progress.grow(weight(record.point));
        }
        progress.advance(weight(record.point), done, scenario.precision.is_none().then(|| scenario.runs()));
        results.add(record)
    });
    progress.finish();
    outcome.map_err(|failure| match failure {
        Failure::Interrupted => interrupted(scenario, signals),
        Failure::Sink(error) => Error::Results { folder: folder.clone(), error: error.into() },
        failure => Error::Work(failure),
    })
}

fn interrupted(scenario: &Scenario, signals: &Signals) -> Error {
    Error::Interrupted { what: format!("the results of `{}`", scenario.name), status: signals.status() }
}

/// The manifest, but for what shows only when the charts are drawn.
fn manifest(scenario: &Scenario, timings: Timings) -> Manifest {
    Manifest {
        program: format!("gossipsim {}", env!("CARGO_PKG_VERSION")),
        scenario: scenario.name.clone(),
        description: scenario.description.clone(),
        hash: scenario.hash(),
        notes: scenario.notes.clone(),
        conditions: statement::conditions(scenario),
        timings,
        files: Vec::new(),
        resolved: scenario.resolved(),
    }
}

/// A message on standard error.
fn say(quiet: bool, text: &str) {
    if !quiet {
        super::error::say(&format!("note: {}", printable::line(text)));
    }
}

fn header(out: &mut impl Write, scenario: &Scenario, Room { threads, memory }: Room) -> io::Result<()> {
    writeln!(
        out,
        "{}: {}, seed {}, {}, {}",
        scenario.name,
        text::extent(scenario),
        scenario.seed,
        text::plural(threads as u64, "thread"),
        text::bytes(memory),
    )?;
    // The table comes when all is done: let whoever waits see what is going on.
    out.flush()
}

fn report(
    out: &mut impl Write,
    scenario: &Scenario,
    tables: &Tables,
    manifest: &Manifest,
    folder: &Path,
    compare: Option<&str>,
) -> io::Result<()> {
    table::print(out, tables)?;
    if let Some(key) = compare {
        table::print_pairs(out, &pairs::rows(scenario, tables, key))?;
    }
    for law in statement::laws(scenario) {
        writeln!(out, "theory: {law}")?;
    }
    for line in exactly::compared(tables) {
        writeln!(out, "exact: {line}")?;
    }
    let csv = manifest.files.iter().filter(|name| name.ends_with(".csv")).count();
    let charts = manifest.files.iter().filter(|name| name.ends_with(".svg")).count();
    let seconds = manifest.timings.simulation_s + manifest.timings.charts_s;
    writeln!(out, "wrote {} ({csv} CSV, {charts} charts) in {seconds:.1} s", printable::path(folder))
}
