//! `plot`: the charts of a results folder once more, any column against any key, and folders over each other.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::error::Error;
use super::signals::Signals;
use super::{run, text};
use crate::output::drawing::{ChartError, ChartRequest, Drawing, Formats};
use crate::output::folder::FolderLease;
use crate::output::manifest::{MANIFEST, Manifest};
use crate::output::overlay::Source;
use crate::output::provenance::Provenance;
use crate::output::results::{self, Redrawn, ResultsError};
use crate::printable;
use crate::threads::Threads;

/// What is asked for.
pub(crate) struct Options {
    pub(crate) request: ChartRequest,
    /// The folder for the charts of several.
    pub(crate) into: Option<PathBuf>,
    pub(crate) charts: Formats,
    pub(crate) threads: Option<u16>,
    pub(crate) quiet: bool,
    pub(crate) force: bool,
}

/// `gossipsim plot`
pub(crate) fn plot(
    out: &mut impl Write,
    folders: &[PathBuf],
    options: Options,
    signals: &Signals,
) -> Result<(), Error> {
    if !options.request.is_empty() && options.charts == Formats::None {
        return Err(Error::Usage("a chart is asked for and `--charts none` draws none".to_owned()));
    }
    match folders {
        [folder] if options.into.is_some() => Err(Error::Usage(format!(
            "--out is for charts of several folders; those of `{}` go into it",
            printable::path(folder)
        ))),
        [folder] => again(out, folder, &options, signals),
        several => over_each_other(out, several, &options, signals),
    }
}

/// Draws the charts of one folder, in it.
fn again(out: &mut impl Write, folder: &Path, options: &Options, signals: &Signals) -> Result<(), Error> {
    is_folder(folder)?;
    // Before it is read: what a killed run left half replaced is put back first.
    let claim = signals.folders().claim_charts(folder)?;
    tell(&claim, options);
    let manifest = manifest(folder)?;
    if let Some(partial) = &manifest.partial {
        run::print(options.quiet, &partial.note());
    }
    let threads = threads(options);
    let drawing = Drawing { formats: options.charts, threads: &threads };
    let drawn = results::redraw(claim, &manifest, &options.request, drawing).map_err(|error| told(folder, error))?;
    say(out, folder, &drawn, options)
}

/// Draws the charts of several folders over each other, in a folder of their own.
fn over_each_other(
    out: &mut impl Write,
    folders: &[PathBuf],
    options: &Options,
    signals: &Signals,
) -> Result<(), Error> {
    let names = names(folders)?;
    let mut sources: Vec<Source> = Vec::new();
    for (folder, name) in folders.iter().zip(&names) {
        let manifest = manifest(folder)?;
        if let Some(first) = sources.first().filter(|first| first.manifest.workload != manifest.workload) {
            return Err(Error::Usage(format!(
                "`{}` is of the workload `{}` and `{}` of `{}`: they have no charts in common",
                printable::line(&first.name),
                printable::line(&first.manifest.workload),
                printable::path(folder),
                printable::line(&manifest.workload)
            )));
        }
        let tables = results::read(folder, &manifest.workload)
            .map_err(|problem| Error::Unreadable(format!("`{}`: {problem}", printable::path(folder))))?;
        sources.push(Source { name: name.clone(), manifest, tables });
    }
    let usual = || Path::new("output").join(names.join("_vs_").replace(['/', '\\'], "_"));
    let target = options.into.clone().unwrap_or_else(usual);
    let hash = format!("charts of {}", names.join(", "));
    let claim = signals.folders().claim(&target, Provenance::of_hash(&hash), options.force)?;
    tell(&claim, options);
    let threads = threads(options);
    let drawing = Drawing { formats: options.charts, threads: &threads };
    let drawn = results::overlay(claim, sources, hash, &options.request, drawing);
    say(out, &target, &drawn.map_err(|error| told(&target, error))?, options)
}

/// What folders are called: by their own names, or as they were given where two have one name.
fn names(folders: &[PathBuf]) -> Result<Vec<String>, Error> {
    let mut places = Vec::new();
    for folder in folders {
        is_folder(folder)?;
        let place = fs::canonicalize(folder).map_err(|error| not_ours(folder, &error.to_string()))?;
        if places.contains(&place) {
            return Err(Error::Usage(format!("`{}` is named twice", printable::path(folder))));
        }
        places.push(place);
    }
    let own = |place: &PathBuf| place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let own: Vec<String> = places.iter().map(own).collect();
    let alone = |name: &String| !name.is_empty() && own.iter().filter(|other| *other == name).count() == 1;
    let whole = |folder: &PathBuf| folder.to_string_lossy().into_owned();
    Ok(own.iter().zip(folders).map(|(name, folder)| if alone(name) { name.clone() } else { whole(folder) }).collect())
}

fn is_folder(folder: &Path) -> Result<(), Error> {
    if folder.is_dir() { Ok(()) } else { Err(not_ours(folder, "there is no such folder")) }
}

fn not_ours(folder: &Path, problem: &str) -> Error {
    Error::Unreadable(format!("`{}` is not a results folder: {problem}", folder.display()))
}

fn manifest(folder: &Path) -> Result<Manifest, Error> {
    Manifest::read(&folder.join(MANIFEST)).map_err(|problem| not_ours(folder, &problem))
}

fn tell(claim: &FolderLease, options: &Options) {
    claim.notes().iter().for_each(|note| run::print(options.quiet, note));
}

fn threads(options: &Options) -> Threads {
    Threads::start(options.threads.map_or(0, usize::from))
}

/// What went wrong with the charts of a folder: what cannot be drawn was refused before anything was written.
fn told(folder: &Path, error: ResultsError) -> Error {
    match error {
        ResultsError::Unreadable(problem) => Error::Unreadable(format!("`{}`: {problem}", folder.display())),
        ResultsError::Chart(ChartError::Request(problem)) => Error::Usage(problem),
        error => Error::Results { folder: folder.to_owned(), error },
    }
}

/// Says what was drawn, and what is gone.
fn say(out: &mut impl Write, folder: &Path, drawn: &Redrawn, options: &Options) -> Result<(), Error> {
    if !drawn.removed.is_empty() {
        let count = text::plural(drawn.removed.len() as u64, "file");
        let removed = drawn.removed.join(", ");
        run::print(options.quiet, &format!("{count} of before not drawn this time, and so removed: {removed}"));
    }
    if options.quiet {
        return Ok(());
    }
    let place = folder.join("charts");
    let count = text::plural(drawn.charts as u64, "chart");
    let said = match &drawn.asked[..] {
        [] => format!("drew {count} in {}", printable::path(&place)),
        names => format!("drew {count} in {}: {}", printable::path(&place), names.join(", ")),
    };
    writeln!(out, "{said}").map_err(Error::Stdout)
}
