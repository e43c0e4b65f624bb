//! `run`: scenarios in, results folders and a summary out.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::mem;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::available_parallelism;
use std::time::Instant;

use super::args::{Changes, Work};
use super::comparison::Comparison;
use super::error::{Error, unless_closed};
use super::estimate;
use super::finished::{Finished, Stage};
use super::format::{self, Format};
use super::printer::Printer;
use super::progress::Progress;
use super::signals::Signals;
use super::{differences, table, text};
use crate::capacity::{self, Capacity};
use crate::experiment::{self, Failure};
use crate::output::drawing::{self, Drawing};
use crate::output::folder::{FolderLease, Refusal};
use crate::output::frame::Row;
use crate::output::manifest::Manifest;
use crate::output::provenance::Provenance;
use crate::output::results::Results;
use crate::output::run_tables;
use crate::output::tables::Tables;
use crate::output::{caption, exact_columns, expectations, pairs, summary_json};
use crate::plan;
use crate::printable;
use crate::scenario::{self, Overrides, Problems, STDIN, Scenario, Source};
use crate::settings::SEED;
use crate::threads::Threads;

/// A scenario, and where its results go.
struct Job {
    scenario: Scenario,
    folder: PathBuf,
    capacity: Capacity,
    /// Where the scenario came from, as the manifest says it.
    sources: Vec<String>,
}

/// What is asked for besides the scenarios.
pub(super) struct Asked<'a> {
    /// The command, as it is written.
    pub(super) command: &'static str,
    /// What the command line changes in scenarios, as it is written.
    pub(super) overrides: Vec<String>,
    pub(super) compare: Option<&'a Comparison>,
    pub(super) work: &'a Work,
}

/// `gossipsim run`
pub(crate) fn run(
    out: &mut impl Write,
    files: &[PathBuf],
    changes: &Changes,
    work: &Work,
    signals: &Signals,
) -> Result<(), Error> {
    work.printed.format().check_files(files.len())?;
    let scenarios = read_all(files, &changes.overrides(work.force))?;
    let folder = |scenario: &Scenario| match &work.out {
        Some(out) if files.len() > 1 => folder_of(scenario, out, ""),
        Some(out) => Ok(out.clone()),
        None => folder_of(scenario, Path::new("output"), ""),
    };
    let jobs = scenarios.into_iter().map(|scenario| Ok((folder(&scenario)?, scenario)));
    let asked = Asked { command: "run", overrides: changes.written(), compare: None, work };
    execute(out, jobs.collect::<Result<_, Error>>()?, &asked, signals)
}

/// The folder for a scenario's results below `parent`: its name, and what that ends in.
pub(super) fn folder_of(scenario: &Scenario, parent: &Path, end: &str) -> Result<PathBuf, Error> {
    let name = &scenario.name;
    let mut parts = Path::new(name).components();
    match (parts.next(), parts.next()) {
        (Some(Component::Normal(_)), None) => Ok(parent.join(format!("{name}{end}"))),
        // `..toml` and `...toml`: the results would lie in `output` itself, or beside it.
        _ => Err(Error::Usage(format!(
            "the name of the scenario file, without its end, is `{name}`, which names no folder; rename the file, or \
             give a folder with --out"
        ))),
    }
}

/// Runs every scenario into its folder, after a look at all of them: what can be refused is refused before any work.
pub(super) fn execute(
    out: &mut impl Write,
    scenarios: Vec<(PathBuf, Scenario)>,
    asked: &Asked<'_>,
    signals: &Signals,
) -> Result<(), Error> {
    let folders: BTreeSet<&PathBuf> = scenarios.iter().map(|(folder, _)| folder).collect();
    if folders.len() < scenarios.len() {
        return Err(Error::Usage("two scenario files have one name, and so one results folder; run them apart".into()));
    }
    let jobs = scenarios.into_iter().map(|job| Job::new(job, asked, signals));
    let jobs: Vec<(Job, FolderLease)> = jobs.collect::<Result<_, _>>()?;
    let mut missed = Vec::new();
    for (job, claim) in jobs {
        match simulate(out, &job, claim, asked, signals) {
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
    /// Checks that there is memory, and claims the folder: nobody else may write it until all is done.
    fn new(
        (folder, scenario): (PathBuf, Scenario),
        Asked { command, work, .. }: &Asked<'_>,
        signals: &Signals,
    ) -> Result<(Self, FolderLease), Error> {
        let cores = available_parallelism().map_or(1, usize::from);
        let wanted = work.threads.map_or(cores, usize::from);
        let beside = capacity::beside_runs(&scenario, work.charts.png());
        let capacity = capacity::capacity(&scenario, wanted, beside, work.force).map_err(Error::Usage)?;
        let provenance = Provenance::of(&scenario, command);
        let claim = signals.folders().claim(&folder, provenance.clone(), work.force)?;
        let sources = provenance.sources(claim.folder());
        Ok((Job { scenario, folder, capacity, sources }, claim))
    }
}

/// Reads all scenarios before any work begins: files, `-` for standard input, `sample:NAME`, `preset:NAME`. Every mistake
/// in each of them is reported.
pub(super) fn read_all(files: &[PathBuf], overrides: &Overrides) -> Result<Vec<Scenario>, Error> {
    if files.iter().filter(|file| *file == Path::new(STDIN)).count() > 1 {
        return Err(Error::Usage(
            "standard input (`-`) can be read once; give the other scenario as a file".to_owned(),
        ));
    }
    let read = |file: &PathBuf| Source::open(file).and_then(|source| scenario::read(source, overrides));
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
    claim: FolderLease,
    asked: &Asked<'_>,
    signals: &Signals,
) -> Result<Vec<String>, Error> {
    let (Job { scenario, folder, capacity, .. }, Asked { work, compare, .. }) = (job, asked);
    for note in scenario.notes.iter().chain(claim.notes()) {
        print(work.quiet, note);
    }
    let refuse = |error| Refusal::Io { folder: folder.clone(), error };
    let results = Results::begin(scenario, claim).map_err(refuse)?;
    let threads = Threads::start(capacity.threads);
    if let Some(note) = threads.note() {
        print(work.quiet, &note);
    }
    let format = work.printed.format();
    let talk = !work.quiet && matches!(format, Format::Table | Format::Markdown);
    if talk {
        let capacity = Capacity { threads: threads.count(), ..*capacity };
        header(&mut Printer::new(out, format), scenario, capacity).map_err(Error::Stdout)?;
        // The table comes when all is done: let whoever waits see what is going on.
        out.flush().map_err(Error::Stdout)?;
    }
    let long = || estimate::of_long_work(scenario, threads.count(), signals.halt());
    if let Some(note) = (!work.quiet).then(long).flatten() {
        print(false, &note);
    }
    let key = compare.map(|comparison| comparison.key.as_str());
    let mut manifest = manifest(job, asked, threads.count());
    let finished = Finished::new(results, folder.clone(), manifest.clone(), key.map(str::to_owned));
    signals.keep(finished.clone());
    let began = Instant::now();
    let done = record_all(job, &threads, &finished, work.quiet, signals).and_then(|()| {
        manifest.timings.simulation_s = began.elapsed().as_secs_f64();
        let drawing = Drawing { formats: work.charts, threads: &threads };
        put(&finished, manifest, drawing, folder, signals)
    });
    signals.let_go();
    let (tables, manifest) = done?;
    for note in manifest.notes.iter().skip(scenario.notes.len()) {
        print(work.quiet, note);
    }
    let missed = expectations::missed(scenario, &tables);
    let list = run_tables::list(scenario);
    let printed = match (format, key) {
        (Format::Json, _) => text::json(out, &summary_json::of(list, scenario, &tables, folder, key.is_some())),
        (Format::Csv, None) => format::csv(out, tables.summary.header(), tables.summary.rows().map(Row::cells)),
        (Format::Csv, Some(_)) => format::csv(out, tables.pairs.header(), tables.pairs.rows().map(Row::cells)),
        _ if talk => {
            let mut printer = Printer::new(out, format);
            report(&mut printer, scenario, &tables, &manifest, folder, (key, missed.is_empty()))
        }
        _ => Ok(()),
    };
    unless_closed(printed, !missed.is_empty())?;
    Ok(missed)
}

/// Simulates every run and hands it to `finished`.
fn record_all(job: &Job, threads: &Threads, finished: &Finished, quiet: bool, signals: &Signals) -> Result<(), Error> {
    let Job { scenario, folder, .. } = job;
    let weights = scenario.points.iter().map(|point| plan::effort(&point.settings).saturating_mul(scenario.fewest()));
    let mut progress = Progress::new(weights.fold(0, u64::saturating_add), quiet);
    let (mut done, mut of, mut weight) = (0, None, 0);
    let outcome = experiment::run_on(threads, scenario, signals.halt(), |record| {
        done += 1;
        if of.replace(record.point) != Some(record.point) {
            weight = scenario.points.get(record.point as usize).map_or(0, |point| plan::effort(&point.settings));
        }
        if record.replicate >= scenario.fewest() {
            progress.grow(weight);
        }
        progress.advance(weight, done, scenario.precision.is_none().then(|| scenario.runs()));
        finished.add(record)
    });
    progress.finish();
    outcome.map_err(|failure| match failure {
        Failure::Interrupted => signals.interrupted(),
        Failure::Sink(error) => Error::Results { folder: folder.clone(), error: error.into() },
        failure => Error::Work(failure),
    })
}

/// Tabulates all runs, draws their charts, and puts the folder in its place. A signal that comes meanwhile finds all runs
/// in `finished`.
fn put(
    finished: &Finished,
    mut manifest: Manifest,
    drawing: Drawing<'_>,
    folder: &Path,
    signals: &Signals,
) -> Result<(Arc<Tables>, Manifest), Error> {
    let failed = |error: io::Error| Error::Results { folder: folder.to_owned(), error: error.into() };
    let Some(tables) = finished.tabulate(&mut manifest).map_err(failed)? else { return Err(signals.interrupted()) };
    let began = Instant::now();
    let charts = drawing::drawn(&tables, &manifest.conditions, drawing);
    let charts = charts.map_err(|error| Error::Results { folder: folder.to_owned(), error: error.into() })?;
    manifest.timings.charts_s = began.elapsed().as_secs_f64();
    // Held until all is in its place: whoever ends the process waits for it.
    let mut stage = finished.hold();
    let Stage::Tables(tabulated) = mem::replace(&mut *stage, Stage::Over) else {
        drop(stage);
        return Err(signals.interrupted());
    };
    let manifest = tabulated.put(manifest, &charts).map_err(failed)?;
    drop(stage);
    if signals.halt().load(Ordering::Relaxed) { Err(signals.interrupted()) } else { Ok((tables, manifest)) }
}

/// The manifest, but for what shows only when all runs are done.
fn manifest(job: &Job, asked: &Asked<'_>, threads: usize) -> Manifest {
    let scenario = &job.scenario;
    let resolved = asked.compare.and_then(|comparison| comparison.resolved.clone());
    let mut manifest = Manifest {
        command: asked.command.to_owned(),
        sources: job.sources.clone(),
        overrides: asked.overrides.clone(),
        scenario: scenario.name.clone(),
        description: scenario.description.clone(),
        hash: scenario.hash(),
        notes: scenario.notes.clone(),
        conditions: caption::conditions(scenario),
        workload: run_tables::list(scenario).workload.to_owned(),
        resolved: resolved.unwrap_or_else(|| scenario.resolved()),
        ..Manifest::of_this_program()
    };
    manifest.timings.threads = threads;
    manifest
}

/// A message on standard error.
pub(super) fn print(quiet: bool, text: &str) {
    if !quiet {
        super::error::print_wrapped(&format!("note: {}", printable::line(text)));
    }
}

fn header(printer: &mut Printer<'_>, scenario: &Scenario, Capacity { threads, memory }: Capacity) -> io::Result<()> {
    let swept = scenario.sweep.iter().any(|key| key.path == SEED.path);
    let seed = if swept { "seeds swept".to_owned() } else { format!("seed {}", scenario.seed) };
    printer.line(&format!(
        "{}: {}, {seed}, {}, {}",
        printable::line(&scenario.name),
        text::extent(scenario),
        text::plural(threads as u64, "thread"),
        text::bytes(memory),
    ))
}

/// What to say of z values of points of one size: their runs have common random numbers.
fn shared_draws(tables: &Tables) -> Option<&'static str> {
    let judged = tables.summary.rows().filter(|row| row.real("exact_z").is_some());
    let mut sizes: Vec<u64> = judged.map(|row| row.count("nodes")).collect();
    sizes.sort_unstable();
    let shared = sizes.windows(2).any(|pair| pair[0] == pair[1]);
    shared.then_some("configurations of one size share their draws, so their z values are correlated")
}

fn report(
    printer: &mut Printer<'_>,
    scenario: &Scenario,
    tables: &Tables,
    manifest: &Manifest,
    folder: &Path,
    (compare, as_expected): (Option<&str>, bool),
) -> io::Result<()> {
    table::print(printer, tables, scenario)?;
    if let Some(key) = compare {
        let list = run_tables::list(scenario);
        differences::print(printer, list, &pairs::rows(list, scenario, tables, key), tables)?;
    }
    for law in caption::laws(scenario) {
        printer.line(&format!("theory: {law}"))?;
    }
    for line in exact_columns::compared(tables) {
        printer.line(&format!("exact: {line}"))?;
    }
    if tables.summary.rows().any(|row| row.real("exact_z").is_some()) {
        printer.line("exact: z is in standard errors; the greatest of many may be up to 4 by chance")?;
    }
    if let Some(note) = shared_draws(tables) {
        printer.line(&format!("exact: {note}"))?;
    }
    if as_expected && !scenario.expectations.is_empty() {
        printer.line(&expectations::held(scenario.expectations.len()))?;
    }
    let csv = manifest.files.iter().filter(|name| name.ends_with(".csv")).count();
    let charts = drawing::charts_among(&manifest.files);
    let seconds = manifest.timings.simulation_s + manifest.timings.charts_s;
    printer.line(&format!("wrote {} ({csv} CSV, {charts} charts) in {seconds:.1} s", printable::path(folder)))
}
