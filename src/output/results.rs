//! Records in, a results folder out.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::csv_file::{CsvFile, Unreadable, Written};
use super::dictionary;
use super::drawing::{self, Drawing};
pub use super::error::ResultsError;
use super::exact_columns::ExactLaws;
use super::folder::{FolderLease, StagedFolder, with_name};
use super::frame::Frame;
use super::links::LinkRow;
use super::manifest::{MANIFEST, Manifest};
use super::run_tables::{self, RunTables};
use super::tables::{self, List, Tables};
use super::{growth, links, pairs};
use crate::columns::{self, Cell, Field, coverage as coverage_columns};
use crate::experiment::Record;
use crate::machine;
use crate::plan;
use crate::regular_file;
use crate::scenario::Scenario;
use crate::theory;

/// A table on its way into a results folder.
pub(super) type Csv = CsvFile<BufWriter<File>>;

/// A table of which the rows so far are in the file.
struct OpenTable {
    csv: Csv,
    written: usize,
}

impl OpenTable {
    fn begin(staged: &StagedFolder, name: &'static str, header: &[Field]) -> io::Result<Self> {
        Ok(OpenTable { csv: open(staged, name, header)?, written: 0 })
    }

    /// Writes the rows of `frame` that are not in the file.
    fn catch_up(&mut self, frame: &Frame) -> io::Result<()> {
        for number in self.written..frame.len() {
            self.csv.row(frame.row(number).cells())?;
        }
        self.written = frame.len();
        Ok(())
    }
}

/// A results folder being filled.
pub struct Results<'a> {
    scenario: &'a Scenario,
    run_tables: RunTables<'a>,
    runs: OpenTable,
    curve: OpenTable,
    summary: OpenTable,
    /// `coverage.csv`, where the workload has one.
    coverage: Option<Csv>,
    /// `links.csv`, where a point records its traffic, and how many of its rows are in the file.
    links: Option<(Csv, usize)>,
    /// Goes last: some systems remove no folder while a file in it is open.
    staged: StagedFolder,
}

impl<'a> Results<'a> {
    /// Begins the results of `scenario` in the folder that was claimed for them.
    ///
    /// # Errors
    /// What the system says; what was there is as it was.
    pub fn begin(scenario: &'a Scenario, claim: FolderLease) -> io::Result<Self> {
        let staged = claim.begin()?;
        let list = run_tables::list(scenario);
        let run_tables = RunTables::new(list, scenario);
        let Tables { runs, curve, summary, .. } = &run_tables.tables;
        let keys = run_tables::keys(list, scenario);
        let recorded = scenario.points.iter().any(|point| point.settings.network.links);
        let coverage = || open(&staged, "coverage.csv", &tables::coverage(list).header(&keys));
        let links = || io::Result::Ok((open(&staged, "links.csv", &tables::links().header(&[]))?, 0));
        Ok(Results {
            scenario,
            runs: OpenTable::begin(&staged, "runs.csv", runs.header())?,
            curve: OpenTable::begin(&staged, "curve.csv", curve.header())?,
            summary: OpenTable::begin(&staged, "summary.csv", summary.header())?,
            coverage: coverage_columns::applies(list).then(coverage).transpose()?,
            links: recorded.then(links).transpose()?,
            run_tables,
            staged,
        })
    }

    /// Adds the next record, in the order of points and replicates.
    ///
    /// # Errors
    /// What the system says about writing.
    pub fn add(&mut self, record: Record) -> io::Result<()> {
        self.run_tables.add(record)?;
        self.catch_up()
    }

    /// Writes all rows that are tabulated.
    fn catch_up(&mut self) -> io::Result<()> {
        let RunTables { tables, coverage, .. } = &mut self.run_tables;
        self.runs.catch_up(&tables.runs)?;
        self.curve.catch_up(&tables.curve)?;
        self.summary.catch_up(&tables.summary)?;
        if let Some(csv) = &mut self.coverage {
            coverage.drain(..).try_for_each(|row| csv.row(row))?;
        }
        if let Some((csv, written)) = &mut self.links {
            for link in &tables.links[*written..] {
                csv.row(run_tables::cells(LinkRow::COLUMNS, link))?;
            }
            *written = tables.links.len();
        }
        Ok(())
    }

    /// Draws the charts as `drawing` says and puts the folder in its place, unless `halt` is up by then. `manifest` gives
    /// its timings, name and settings; `compare` is the swept key whose values are compared, if any are.
    ///
    /// # Errors
    /// See [`ResultsError`]; the folder that was there before is left as it was.
    pub fn finish(
        mut self,
        mut manifest: Manifest,
        compare: Option<&str>,
        drawing: Drawing<'_>,
        halt: &AtomicBool,
    ) -> Result<(Tables, Manifest), ResultsError> {
        self.run_tables.close_point().map_err(io::Error::from)?;
        self.catch_up()?;
        let Results { scenario, staged, run_tables, runs, curve, summary, coverage, links } = self;
        let sheets = [runs, curve, summary].into_iter().map(|table| table.csv);
        let csvs = sheets.chain(coverage).chain(links.map(|(csv, _)| csv));
        let mut written: Vec<Written> = csvs.map(seal).collect::<io::Result<_>>()?;
        let list = run_tables::list(scenario);
        manifest.conditions.exact = run_tables.exacts().map(ExactLaws::curves).unwrap_or_default();
        let RunTables { mut tables, notes, .. } = run_tables;
        if growth::applies(scenario) {
            tables.fit = fit(scenario, &tables);
            let mut table = OpenTable::begin(&staged, "fit.csv", tables.fit.header())?;
            table.catch_up(&tables.fit)?;
            written.push(seal(table.csv)?);
        }
        if let Some(key) = compare {
            let pairs = &pairs::rows(list, scenario, &tables, key);
            written.push(write_pairs(&staged, list, pairs)?);
        }
        if !tables.links.is_empty() {
            written.push(write_links(&staged, scenario, &tables)?);
        }
        drawing::keep_shown(&mut manifest.conditions, &tables);
        let began = Instant::now();
        drawing::draw(&staged, &tables, &manifest.conditions, drawing)?;
        manifest.timings.charts_s = began.elapsed().as_secs_f64();
        manifest.notes.extend(notes);
        let package = dictionary::package(list, &scenario.name, &scenario.description, &written);
        staged.write(dictionary::PACKAGE, package.as_bytes())?;
        manifest.files = staged.files()?;
        staged.write(MANIFEST, manifest.to_json().as_bytes())?;
        if halt.load(Ordering::Relaxed) {
            return Err(ResultsError::Interrupted);
        }
        staged.commit()?;
        Ok((tables, manifest))
    }
}

/// How rounds grow with the network.
fn fit(scenario: &Scenario, tables: &Tables) -> Frame {
    let theory = |point: u64| {
        let point = scenario.points.get(usize::try_from(point).ok()?)?;
        theory::growth_law(&plan::case(&point.settings))
    };
    growth::frame(run_tables::list(scenario), &growth::rows(&tables.summary, &theory))
}

fn open(staged: &StagedFolder, name: &'static str, header: &[Field]) -> io::Result<Csv> {
    CsvFile::begin(name, BufWriter::new(staged.create(name)?), header)
}

/// Writes what is left of a table and makes sure that it is on the disk.
pub(super) fn seal(csv: Csv) -> io::Result<Written> {
    let written = csv.written();
    let flushed = csv.finish()?.into_inner().map_err(io::IntoInnerError::into_error);
    flushed.and_then(|file| file.sync_all()).map_err(|error| with_name(written.0, &error))?;
    Ok(written)
}

/// Writes a table whole.
fn write(
    staged: &StagedFolder,
    name: &'static str,
    header: &[Field],
    mut rows: impl Iterator<Item = Vec<Cell>>,
) -> io::Result<Written> {
    let mut csv = open(staged, name, header)?;
    rows.try_for_each(|row| csv.row(row))?;
    seal(csv)
}

fn write_pairs(staged: &StagedFolder, list: &List, pairs: &[pairs::Pair]) -> io::Result<Written> {
    let header = pairs::layout(list).header(&pairs::keys(pairs));
    write(staged, "pairs.csv", &header, pairs.iter().map(pairs::Pair::cells))
}

fn write_links(staged: &StagedFolder, scenario: &Scenario, tables: &Tables) -> io::Result<Written> {
    let list = run_tables::list(scenario);
    let header = tables::links_summary(list).header(&run_tables::keys(list, scenario));
    let rows = links::summaries(tables).into_iter().map(|(row, links)| links::cells(list, row, &links));
    write(staged, "links_summary.csv", &header, rows)
}

/// Reads the tables of the results folder `folder`, whose runs were of the workload with this name.
///
/// # Errors
/// The file that is missing or not as it should be, and its line.
pub fn read(folder: &Path, workload: &str) -> Result<Tables, Unreadable> {
    // Its rows take more memory than its text.
    let most = machine::free().map_or(u64::MAX, |free| free.bytes);
    tables::read(columns::of(workload), |name| match regular_file::open(&folder.join(name), most) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    })
}

/// What became of the charts of a results folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redrawn {
    /// How many there are now.
    pub charts: usize,
    /// The files of before that are not there any more.
    pub removed: Vec<String>,
}

/// Draws the charts of a claimed results folder again from its tables, and removes those of before that are not drawn
/// any more: two formats of one chart never show different things.
///
/// # Errors
/// Why the folder cannot be read, or a chart not drawn or written. The charts of before are as they were.
pub fn redraw(claim: FolderLease, manifest: &Manifest, drawing: Drawing<'_>) -> Result<Redrawn, ResultsError> {
    let folder = claim.folder().to_owned();
    let tables = read(&folder, &manifest.workload)?;
    let (old, kept): (Vec<String>, Vec<String>) =
        manifest.files.iter().cloned().partition(|name| name.starts_with(drawing::FOLDER));
    let staged = claim.begin()?;
    let charts = drawing::draw(&staged, &tables, &manifest.conditions, drawing)?;
    let new = staged.files()?;
    let removed = old.iter().filter(|name| !new.contains(name) && folder.join(name).is_file()).cloned().collect();
    let files = kept.into_iter().chain(new).collect::<BTreeSet<_>>().into_iter().collect();
    let text = Manifest::relisted(&folder.join(MANIFEST), files)?;
    staged.write(MANIFEST, text.as_bytes())?;
    staged.commit_beside(&old)?;
    Ok(Redrawn { charts, removed })
}
