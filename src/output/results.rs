//! Records in, a results folder out.

use std::collections::BTreeSet;
use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use super::caption;
use super::chart::Chart;
use super::chart_request::ChartRequest;
use super::conditions::{Conditions, TheoryCurve};
use super::csv_file::{CsvFile, Unreadable, Written};
use super::dictionary;
use super::drawing::{self, Drawing};
pub use super::error::ResultsError;
use super::exact_columns::ExactLaws;
use super::folder::{FolderLease, Placed, StagedFolder, StagedWriter, with_name};
use super::frame::Frame;
use super::links::LinkRow;
use super::manifest::{MANIFEST, Manifest, Partial};
use super::overlay::{self, Source};
use super::provenance;
use super::run_tables::{self, RunTables};
use super::tables::{self, List, Tables};
use super::{growth, links, pairs};
use crate::columns::{self, Cell, Field, coverage as coverage_columns, updates};
use crate::experiment::Record;
use crate::machine;
use crate::plan;
use crate::regular_file;
use crate::scenario::Scenario;
use crate::theory;

/// A table on its way into a results folder.
pub(super) type Csv = CsvFile<BufWriter<StagedWriter>>;

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

/// A results folder being filled with runs.
pub struct Results {
    scenario: Scenario,
    run_tables: RunTables,
    runs: OpenTable,
    curve: OpenTable,
    summary: OpenTable,
    /// `coverage.csv`, where the workload has one.
    coverage: Option<Csv>,
    /// `coverage_by_region.csv`, where nodes are in regions.
    by_region: Option<OpenTable>,
    /// `updates.csv`, where there are many.
    by_update: Option<OpenTable>,
    /// `bandwidth.csv`, where it is limited.
    bandwidth: Option<Csv>,
    /// `links.csv`, where a point records its traffic, and how many of its rows are in the file.
    links: Option<(Csv, usize)>,
    /// The point of the last run, and how many runs of it there are.
    last: Option<(u32, u64)>,
    /// Goes last: some systems remove no folder while a file in it is open.
    staged: StagedFolder,
}

impl Results {
    /// Begins the results of `scenario` in the folder that was claimed for them.
    ///
    /// # Errors
    /// What the system says; what was there is as it was.
    pub fn begin(scenario: &Scenario, claim: FolderLease) -> io::Result<Self> {
        let staged = claim.begin()?;
        let list = run_tables::list(scenario);
        let run_tables = RunTables::new(list, scenario);
        let Tables { runs, curve, summary, .. } = &run_tables.tables;
        let keys = run_tables::keys(list, scenario);
        let recorded = scenario.points.iter().any(|point| point.settings.network.links);
        let coverage = || open(&staged, "coverage.csv", &tables::coverage(list).header(&keys));
        let by_region = || OpenTable::begin(&staged, tables::BY_REGION, run_tables.tables.by_region.header());
        let by_region = run_tables::by_region(list, scenario).then(by_region).transpose()?;
        let by_update = || OpenTable::begin(&staged, tables::BY_UPDATE, run_tables.tables.by_update.header());
        let by_update = updates::applies(list.workload).then(by_update).transpose()?;
        let shaped = scenario.points.iter().any(|point| point.settings.network.is_shaped());
        let bandwidth = || open(&staged, "bandwidth.csv", &tables::bandwidth(list).header(&keys));
        let links = || io::Result::Ok((open(&staged, "links.csv", &tables::links().header(&[]))?, 0));
        Ok(Results {
            scenario: scenario.clone(),
            runs: OpenTable::begin(&staged, "runs.csv", runs.header())?,
            curve: OpenTable::begin(&staged, "curve.csv", curve.header())?,
            summary: OpenTable::begin(&staged, "summary.csv", summary.header())?,
            coverage: coverage_columns::applies(list).then(coverage).transpose()?,
            by_region,
            by_update,
            bandwidth: shaped.then(bandwidth).transpose()?,
            links: recorded.then(links).transpose()?,
            run_tables,
            last: None,
            staged,
        })
    }

    /// Adds the next record, in the order of points and replicates.
    ///
    /// # Errors
    /// What the system says about writing.
    pub fn add(&mut self, record: Record) -> io::Result<()> {
        let before = self.last.filter(|(point, _)| *point == record.point).map_or(0, |(_, runs)| runs);
        self.last = Some((record.point, before + 1));
        self.run_tables.add(record)?;
        self.catch_up()
    }

    /// Writes all rows that are tabulated.
    fn catch_up(&mut self) -> io::Result<()> {
        let RunTables { tables, coverage, bandwidth, .. } = &mut self.run_tables;
        self.runs.catch_up(&tables.runs)?;
        self.curve.catch_up(&tables.curve)?;
        self.summary.catch_up(&tables.summary)?;
        if let Some(csv) = &mut self.coverage {
            coverage.drain(..).try_for_each(|row| csv.row(row))?;
        }
        if let Some(by_region) = &mut self.by_region {
            by_region.catch_up(&tables.by_region)?;
        }
        if let Some(by_update) = &mut self.by_update {
            by_update.catch_up(&tables.by_update)?;
        }
        if let Some(csv) = &mut self.bandwidth {
            bandwidth.drain(..).try_for_each(|row| csv.row(row))?;
        }
        if let Some((csv, written)) = &mut self.links {
            for link in &tables.links[*written..] {
                csv.row(run_tables::cells(LinkRow::COLUMNS, link))?;
            }
            *written = tables.links.len();
        }
        Ok(())
    }

    /// All runs are there: makes the tables that are of all of them. `compare` is the swept key whose values are compared,
    /// if any are.
    ///
    /// # Errors
    /// What the system says about writing.
    pub fn tabulate(mut self, compare: Option<&str>) -> io::Result<Tabulated> {
        self.run_tables.close_point()?;
        self.rest(compare, None)
    }

    /// No more runs will come, and some may be missing: makes the tables of those that are there. `None` if there is none.
    ///
    /// # Errors
    /// What the system says about writing.
    pub fn tabulate_part(mut self, compare: Option<&str>) -> io::Result<Option<Tabulated>> {
        let Some(last) = self.last else { return Ok(None) };
        let partial = self.missing(last);
        self.run_tables.close_part()?;
        self.rest(compare, partial).map(Some)
    }

    /// What is missing behind the last run, if anything is.
    fn missing(&self, (point, done): (u32, u64)) -> Option<Partial> {
        let (scenario, runs) = (&self.scenario, self.run_tables.tables.runs.len() as u64);
        let configurations = scenario.points.len() as u64;
        // Where a target decides, nobody knows whether more were to come.
        let all = scenario.precision.is_none() && done >= scenario.replicates;
        let planned = scenario.fewest().saturating_mul(configurations).max(runs);
        let whole = u64::from(point) + u64::from(all);
        let (begun, or_more) = ((!all).then_some(done), scenario.precision.is_some());
        (whole < configurations).then_some(Partial { runs, planned, or_more, whole, configurations, begun })
    }

    /// Writes what is left of the tables by run and by point, and the tables that are made of them.
    fn rest(mut self, compare: Option<&str>, partial: Option<Partial>) -> io::Result<Tabulated> {
        self.catch_up()?;
        let Results {
            scenario,
            staged,
            run_tables,
            runs,
            curve,
            summary,
            coverage,
            by_region,
            by_update,
            bandwidth,
            links,
            ..
        } = self;
        let sheets = [runs, curve, summary].into_iter().map(|table| table.csv);
        let csvs = sheets
            .chain(coverage)
            .chain(by_region.map(|table| table.csv))
            .chain(by_update.map(|table| table.csv))
            .chain(bandwidth)
            .chain(links.map(|(csv, _)| csv));
        let mut written: Vec<Written> = csvs.map(seal).collect::<io::Result<_>>()?;
        let list = run_tables::list(&scenario);
        let exact = run_tables.exacts().map(ExactLaws::curves).unwrap_or_default();
        let RunTables { mut tables, notes, .. } = run_tables;
        if growth::applies(&scenario) {
            tables.fit = fit(&scenario, &tables);
            let mut table = OpenTable::begin(&staged, "fit.csv", tables.fit.header())?;
            table.catch_up(&tables.fit)?;
            written.push(seal(table.csv)?);
        }
        if let Some(key) = compare {
            tables.pairs = pairs::frame(list, &pairs::rows(list, &scenario, &tables, key)).map_err(io::Error::from)?;
        }
        // Of a part of the runs there may be no pair.
        if !tables.pairs.is_empty() {
            let mut table = OpenTable::begin(&staged, "pairs.csv", tables.pairs.header())?;
            table.catch_up(&tables.pairs)?;
            written.push(seal(table.csv)?);
        }
        if !tables.links.is_empty() {
            written.push(write_links(&staged, &scenario, &tables)?);
        }
        for (name, document) in provenance::copies(&scenario.documents) {
            staged.write(&name, &document.bytes)?;
        }
        let compared = compare.map(str::to_owned);
        Ok(Tabulated { list, scenario, staged, tables: Arc::new(tables), notes, exact, written, partial, compared })
    }

    /// Makes the tables of all runs, draws the charts as `drawing` says and puts the folder in its place. `manifest` gives
    /// its timings, name and settings.
    ///
    /// # Errors
    /// See [`ResultsError`]; the folder that was there before is left as it was.
    pub fn finish(
        self,
        mut manifest: Manifest,
        compare: Option<&str>,
        drawing: Drawing<'_>,
    ) -> Result<(Arc<Tables>, Manifest), ResultsError> {
        let tabulated = self.tabulate(compare)?;
        tabulated.complete(&mut manifest);
        let (tables, began) = (tabulated.tables(), Instant::now());
        let charts = drawing::drawn(&tables, &manifest.conditions, drawing)?;
        manifest.timings.charts_s = began.elapsed().as_secs_f64();
        Ok((tables, tabulated.put(manifest, &charts)?))
    }
}

/// A results folder with all its tables; charts and the manifest are still to come.
pub struct Tabulated {
    list: &'static List,
    scenario: Scenario,
    staged: StagedFolder,
    tables: Arc<Tables>,
    /// What to say of the points.
    notes: Vec<String>,
    exact: Vec<TheoryCurve>,
    written: Vec<Written>,
    /// What is missing, if anything is.
    partial: Option<Partial>,
    /// The key whose values are compared.
    compared: Option<String>,
}

impl Tabulated {
    /// The tables.
    pub fn tables(&self) -> Arc<Tables> {
        Arc::clone(&self.tables)
    }

    /// What is missing, if anything is.
    pub fn partial(&self) -> Option<&Partial> {
        self.partial.as_ref()
    }

    /// How many runs there are.
    pub fn runs(&self) -> u64 {
        self.tables.runs.len() as u64
    }

    /// Puts into `manifest` what shows when all runs are there: what charts say of them, and what to know of them.
    pub fn complete(&self, manifest: &mut Manifest) {
        manifest.conditions.exact = self.exact.clone();
        manifest.conditions.compared = self.compared.clone();
        drawing::keep_shown(&mut manifest.conditions, &self.tables);
        if let Some(partial) = &self.partial {
            manifest.notes.push(partial.note());
            manifest.conditions.statement = caption::of_part(&manifest.conditions.statement, partial);
        }
        manifest.partial = self.partial.clone();
        manifest.notes.extend(self.notes.iter().cloned());
    }

    /// Puts the folder in its place, with these charts and this manifest, which was [completed](Tabulated::complete).
    ///
    /// # Errors
    /// What the system says, or where the results are [instead](super::folder::Elsewhere); the folder that was there before
    /// is left as it was.
    pub fn put(self, mut manifest: Manifest, charts: &[Chart]) -> io::Result<Manifest> {
        drawing::write(&self.staged, charts)?;
        self.close(&mut manifest)?;
        self.staged.commit_anywhere()?;
        Ok(manifest)
    }

    /// The same without charts, where runs are missing: never in the place of results that have all theirs, nor of anything
    /// of the user's.
    ///
    /// # Errors
    /// What the system says; all that was there is left as it was.
    pub fn put_part(self, mut manifest: Manifest) -> io::Result<Placed> {
        self.close(&mut manifest)?;
        self.staged.commit_part()
    }

    /// Writes the data package and the manifest.
    fn close(&self, manifest: &mut Manifest) -> io::Result<()> {
        let Tabulated { list, scenario, staged, written, .. } = self;
        let package = dictionary::package(list, &scenario.name, &scenario.description, written);
        staged.write(dictionary::PACKAGE, package.as_bytes())?;
        (manifest.files, manifest.sha256) = (staged.files()?, staged.checksums());
        staged.write(MANIFEST, manifest.to_json().as_bytes())
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

/// Begins a table in the folder under way.
pub(super) fn open(staged: &StagedFolder, name: &'static str, header: &[Field]) -> io::Result<Csv> {
    CsvFile::begin(name, BufWriter::new(staged.create(name)?), header)
}

/// Writes what is left of a table and makes sure that it is on the disk.
pub(super) fn seal(csv: Csv) -> io::Result<Written> {
    let written = csv.written();
    let flushed = csv.finish()?.into_inner().map_err(io::IntoInnerError::into_error);
    flushed.and_then(StagedWriter::seal).map_err(|error| with_name(written.0, &error))?;
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
    /// How many were drawn.
    pub charts: usize,
    /// The names of those that were asked for.
    pub asked: Vec<String>,
    /// The files of before that are not there any more.
    pub removed: Vec<String>,
}

/// Draws the charts of a claimed results folder again from its tables, and removes those of before that are not drawn
/// any more: two formats of one chart never show different things. Where a chart is asked for, it is drawn beside the
/// others, which stay.
///
/// # Errors
/// Why the folder cannot be read, or a chart not drawn or written. The charts of before are as they were.
pub fn redraw(
    claim: FolderLease,
    manifest: &Manifest,
    request: &ChartRequest,
    drawing: Drawing<'_>,
) -> Result<Redrawn, ResultsError> {
    let folder = claim.folder().to_owned();
    let list = columns::of(&manifest.workload);
    let tables = read(&folder, &manifest.workload)?;
    let staged = claim.begin()?;
    let drawn = draw(&staged, (&tables, list), &manifest.conditions, request, drawing)?;
    let old = replaced(manifest, request, &drawn.asked);
    commit_charts(staged, &folder, manifest, &old, drawn)
}

/// Draws the charts of several folders of one workload into the claimed one, where they lie over each other.
///
/// # Errors
/// As of [`redraw`]; or why the folders cannot lie over each other.
pub fn overlay(
    claim: FolderLease,
    sources: Vec<Source>,
    hash: String,
    request: &ChartRequest,
    drawing: Drawing<'_>,
) -> Result<Redrawn, ResultsError> {
    let folder = claim.folder().to_owned();
    let before = Manifest::read(&folder.join(MANIFEST)).ok();
    let merged = overlay::merge(sources).map_err(io::Error::from)?;
    let list = columns::of(&merged.workload);
    let staged = claim.begin()?;
    let drawn = draw(&staged, (&merged.tables, list), &merged.conditions, request, drawing)?;
    // What was asked for before stays beside what is asked for now; otherwise the folder begins anew.
    if let Some(before) = before.filter(|_| !request.is_empty()) {
        let old = replaced(&before, request, &drawn.asked);
        return commit_charts(staged, &folder, &before, &old, drawn);
    }
    let mut manifest = Manifest {
        scenario: merged.conditions.scenario.clone(),
        description: merged.description,
        hash,
        conditions: merged.conditions,
        workload: merged.workload,
        ..Manifest::of_this_program()
    };
    (manifest.files, manifest.sha256) = (staged.files()?, staged.checksums());
    staged.write(MANIFEST, manifest.to_json().as_bytes())?;
    staged.commit()?;
    Ok(drawn)
}

/// Draws all charts, or those that are asked for.
fn draw(
    staged: &StagedFolder,
    (tables, list): (&Tables, &List),
    conditions: &Conditions,
    request: &ChartRequest,
    drawing: Drawing<'_>,
) -> Result<Redrawn, ResultsError> {
    let asked = if request.is_empty() {
        Vec::new()
    } else {
        drawing::draw_asked(staged, (tables, list), conditions, request, drawing)?
    };
    let charts = if request.is_empty() { drawing::draw(staged, tables, conditions, drawing)? } else { asked.len() };
    Ok(Redrawn { charts, asked, removed: Vec::new() })
}

/// The files of charts that new ones take the place of: all, or those of the charts that were asked for.
fn replaced(manifest: &Manifest, request: &ChartRequest, asked: &[String]) -> Vec<String> {
    let goes = |file: &&String| match drawing::chart_of(file) {
        Some(chart) => request.is_empty() || asked.iter().any(|name| name == chart),
        None => false,
    };
    manifest.files.iter().filter(goes).cloned().collect()
}

/// Puts charts in their place instead of the files `old`, beside all else that the manifest lists.
fn commit_charts(
    staged: StagedFolder,
    folder: &Path,
    manifest: &Manifest,
    old: &[String],
    drawn: Redrawn,
) -> Result<Redrawn, ResultsError> {
    let new = staged.files()?;
    let removed = old.iter().filter(|name| !new.contains(name) && folder.join(name).is_file()).cloned().collect();
    let kept = manifest.files.iter().filter(|name| !old.contains(name)).cloned();
    let files = kept.chain(new).collect::<BTreeSet<_>>().into_iter().collect();
    let sums = manifest.sha256.iter().filter(|(name, _)| !old.contains(name));
    let sums = sums.map(|(name, sum)| (name.clone(), sum.clone())).chain(staged.checksums()).collect();
    let text = Manifest::relisted(&folder.join(MANIFEST), files, &sums)?;
    staged.write(MANIFEST, text.as_bytes())?;
    staged.commit_beside(old)?;
    Ok(Redrawn { removed, ..drawn })
}

#[cfg(all(test, feature = "charts"))]
mod tests {
    use std::fs;

    use super::super::chart::Formats;
    use super::super::folder::Folders;
    use super::super::provenance::Provenance;
    use super::super::testing;
    use super::*;
    use crate::threads::Threads;

    const SWEEP: &str = "replicates = 3\n[network]\nloss = 0.1\n[gossip]\nstrategy = \"push\"\n[sweep]\n\
                         \"network.nodes\" = [4, 8]\n\"gossip.strategy\" = [\"push\", \"pull\"]\n";

    /// Wherever a signal comes, what is left is a folder that reads back, is drawn, and says how much of it is there.
    #[test]
    fn the_first_runs_of_a_scenario_are_results_however_many_they_are() {
        let scenario = testing::read_text(SWEEP);
        let records = testing::all_runs(&scenario);
        let parent = std::env::temp_dir().join(format!("gossipsim-first-runs-{}", std::process::id()));
        let _ = fs::remove_dir_all(&parent);
        let provenance = || Provenance::of(&scenario, "compare");
        for count in 0..records.len() {
            let folder = parent.join("part");
            let claim = Folders::default().claim(&folder, provenance(), false).unwrap();
            let mut results = Results::begin(&scenario, claim).unwrap();
            records[..count].iter().cloned().for_each(|record| results.add(record).unwrap());
            let Some(part) = results.tabulate_part(Some("gossip.strategy")).unwrap() else {
                assert_eq!((count, folder.exists()), (0, false));
                continue;
            };
            let mut manifest = Manifest { conditions: caption::conditions(&scenario), ..Manifest::default() };
            manifest.hash = scenario.hash();
            manifest.workload = "rumor".to_owned();
            manifest.command = "compare".to_owned();
            part.complete(&mut manifest);
            let partial = part.partial().cloned().unwrap();
            let whole = count as u64 / 3;
            let begun = Some(count as u64 % 3).filter(|&runs| runs > 0);
            let expected = Partial { runs: count as u64, planned: 12, or_more: false, whole, configurations: 4, begun };
            assert_eq!(partial, expected);
            assert_eq!(part.put_part(manifest).unwrap().folder, folder);
            let tables = read(&folder, "rumor").unwrap();
            assert_eq!((tables.runs.len(), tables.summary.len()), (count, count.div_ceil(3)));
            let runs: u64 = tables.summary.rows().map(|row| row.count("runs")).sum();
            assert_eq!(runs, count as u64, "every run counts where it belongs");
            let manifest = Manifest::read(&folder.join(MANIFEST)).unwrap();
            assert_eq!(manifest.partial, Some(partial));
            let claim = Folders::default().claim_charts(&folder).unwrap();
            let drawing = Drawing { formats: Formats::Svg, threads: &Threads::none() };
            assert!(redraw(claim, &manifest, &ChartRequest::default(), drawing).unwrap().charts > 0);
            let chart = fs::read_to_string(folder.join("charts/informed_vs_round.svg")).unwrap();
            assert!(chart.contains(&format!("partial: {count} of 12 runs")), "{chart}");
        }
        // All of them are no part.
        let claim = Folders::default().claim(&parent.join("all"), provenance(), false).unwrap();
        let mut results = Results::begin(&scenario, claim).unwrap();
        records.into_iter().for_each(|record| results.add(record).unwrap());
        assert_eq!(results.tabulate_part(None).unwrap().unwrap().partial(), None);
        fs::remove_dir_all(parent).unwrap();
    }
}
