//! Records in, a results folder out.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use thiserror::Error;

use super::charts::{self, ChartError};
use super::coverage::CoverageRow;
use super::csv_file::{self, CsvFile, Unreadable};
use super::exactly::Exacts;
use super::folder::{Claim, Draft, with_name};
use super::links::LinksRow;
use super::links::Traffic;
use super::manifest::{MANIFEST, Manifest};
use super::rows::{CurveRow, FitRow, LinkRow, PointColumns, RunRow, SummaryRow, Swept, Tables};
use super::{coverage, exactly, growth, links, pairs, tabulate};
use crate::experiment::Record;
use crate::machine;
use crate::memory::{self, Meter};
use crate::observe::Mark;
use crate::plan;
use crate::regular_file;
use crate::scenario::{Point, Scenario};
use crate::theory;

/// Why results could not be written.
#[derive(Debug, Error)]
pub enum ResultsError {
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// Somebody asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// What was written does not read back.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// A chart could not be drawn.
    #[error(transparent)]
    Chart(#[from] ChartError),
}

/// A table on its way into a results folder.
pub(super) type Csv = CsvFile<BufWriter<File>>;

/// A results folder being filled.
pub struct Results<'a> {
    scenario: &'a Scenario,
    runs: Csv,
    curve: Csv,
    summary: Csv,
    coverage: Csv,
    /// `links.csv`, where a point records its traffic.
    links: Option<Csv>,
    /// The traffic of the point under way.
    traffic: Traffic,
    /// The point under way, and its runs.
    point: Option<Point>,
    records: Vec<Record>,
    /// What their curves take.
    meter: Meter,
    /// The exact laws of all points, worked out when the first is asked for.
    exacts: OnceCell<Exacts>,
    notes: Vec<String>,
    /// Goes last: some systems remove no folder while a file in it is open.
    draft: Draft,
}

impl<'a> Results<'a> {
    /// Begins the results of `scenario` in the folder that was claimed for them.
    ///
    /// # Errors
    /// What the system says; what was there is as it was.
    pub fn begin(scenario: &'a Scenario, claim: Claim) -> io::Result<Self> {
        let draft = claim.begin()?;
        let swept: Vec<String> =
            scenario.points.first().iter().flat_map(tabulate::swept).map(|(path, _)| path).collect();
        let extra = || swept.iter().map(String::as_str);
        // `runs.csv` has a column for the seed already.
        let extra_runs = extra().filter(|path| *path != "seed");
        let points = || PointColumns::COLUMNS.iter().copied().chain(extra());
        let summary = points().chain(SummaryRow::COLUMNS.iter().copied());
        let coverage = points().chain(CoverageRow::COLUMNS.iter().copied());
        let open = |name| draft.create(name).map(BufWriter::new);
        let runs = open("runs.csv");
        let runs =
            runs.and_then(|file| CsvFile::begin("runs.csv", file, RunRow::COLUMNS.iter().copied().chain(extra_runs)));
        let curve =
            open("curve.csv").and_then(|file| CsvFile::begin("curve.csv", file, CurveRow::COLUMNS.iter().copied()));
        let summary = open("summary.csv").and_then(|file| CsvFile::begin("summary.csv", file, summary));
        let coverage = open("coverage.csv").and_then(|file| CsvFile::begin("coverage.csv", file, coverage));
        let recorded = scenario.points.iter().any(|point| point.settings.network.links);
        let begin = || open("links.csv").and_then(|file| CsvFile::begin("links.csv", file, columns(LinkRow::COLUMNS)));
        let links = recorded.then(begin).transpose()?;
        let (runs, curve, summary, coverage) = (runs?, curve?, summary?, coverage?);
        Ok(Results {
            scenario,
            draft,
            runs,
            curve,
            summary,
            coverage,
            links,
            traffic: Traffic::default(),
            point: None,
            records: Vec::new(),
            meter: Meter::default(),
            exacts: OnceCell::new(),
            notes: Vec::new(),
        })
    }

    /// Adds the next record, in the order of points and replicates.
    ///
    /// # Errors
    /// What the system says about writing.
    pub fn add(&mut self, mut record: Record) -> io::Result<()> {
        if self.records.last().is_some_and(|last| last.point != record.point) {
            self.close_point()?;
        }
        // Records are of the scenario's own points.
        let point = self.point.get_or_insert_with(|| self.scenario.point(record.point as usize));
        let values: Vec<String> =
            tabulate::swept(point).into_iter().filter(|(path, _)| path != "seed").map(|(_, value)| value).collect();
        self.runs.row((tabulate::run_row(self.scenario, point, &record), values))?;
        self.traffic.add(&mut record);
        self.meter.count(memory::bytes_of::<Mark>(record.curve.len()))?;
        memory::push(&mut self.records, record)?;
        Ok(())
    }

    /// Writes what there is to say of the runs of the point under way, if any.
    fn close_point(&mut self) -> io::Result<()> {
        let records = std::mem::take(&mut self.records);
        let Some(point) = &self.point.take() else { return Ok(()) };
        for row in std::mem::take(&mut self.traffic).rows(point) {
            self.links.as_mut().map_or(Ok(()), |csv| csv.row(row))?;
        }
        for row in tabulate::curve_rows(point, &records) {
            self.curve.row(row)?;
        }
        let values: Vec<String> = tabulate::swept(point).into_iter().map(|(_, value)| value).collect();
        let columns = tabulate::point_columns(point);
        for row in coverage::rows(point, &records) {
            self.coverage.row((&columns, &values, row))?;
        }
        let exact = self.exacts.get_or_init(|| Exacts::affordable(self.scenario)).of(point);
        let row = exactly::beside(tabulate::summary_row(point, &records), exact);
        self.summary.row((columns, values, row))?;
        self.notes.extend(tabulate::split_note(point, &records));
        self.notes.extend(tabulate::unquiet_note(point, &records));
        self.notes.extend(self.scenario.precision.and_then(|wanted| tabulate::precision_note(point, &records, wanted)));
        Ok(())
    }

    /// Draws the charts and puts the folder in its place, unless `halt` is up by then. `manifest` gives its timings,
    /// name and settings; `compare` is the swept key whose values are compared, if any are.
    ///
    /// # Errors
    /// See [`ResultsError`]; the folder that was there before is left as it was.
    pub fn finish(
        mut self,
        mut manifest: Manifest,
        compare: Option<&str>,
        halt: &AtomicBool,
    ) -> Result<(Tables, Manifest), ResultsError> {
        self.close_point()?;
        let Results { scenario, draft, runs, curve, summary, coverage, links, exacts, notes, .. } = self;
        for csv in [runs, curve, summary, coverage].into_iter().chain(links) {
            seal(csv)?;
        }
        // What was written is what is drawn, now and by `plot`.
        let mut tables = read(&draft.path(""))?;
        if growth::applies(scenario) {
            let theory = |point: u32| {
                let point = scenario.points.get(point as usize)?;
                theory::growth_law(&plan::case(&point.settings))
            };
            write_fit(&draft, &growth::rows(&tables.summary, &theory))?;
            tables.fit = csv_file::read_fit(File::open(draft.path("fit.csv"))?)?;
        }
        if let Some(key) = compare {
            write_pairs(&draft, &pairs::rows(scenario, &tables, key))?;
        }
        if !tables.links.is_empty() {
            write_links(&draft, &links::summaries(&tables))?;
        }
        manifest.conditions.exact = exacts.get().map(Exacts::curves).unwrap_or_default();
        let began = Instant::now();
        let drawn = charts::draw(&tables, &manifest.conditions)?;
        write_charts(&draft, &drawn)?;
        manifest.timings.charts_s = began.elapsed().as_secs_f64();
        manifest.notes.extend(notes);
        manifest.files = draft.files()?;
        draft.write(MANIFEST, manifest.to_json().as_bytes())?;
        if halt.load(Ordering::Relaxed) {
            return Err(ResultsError::Interrupted);
        }
        draft.commit()?;
        Ok((tables, manifest))
    }
}

/// Writes what is left of a table and makes sure that it is on the disk.
pub(super) fn seal(csv: Csv) -> io::Result<()> {
    let name = csv.name();
    let flushed = csv.finish()?.into_inner().map_err(io::IntoInnerError::into_error);
    flushed.and_then(|file| file.sync_all()).map_err(|error| with_name(name, &error))
}

fn write_fit(draft: &Draft, fits: &[growth::Fitted]) -> io::Result<()> {
    let keys = fits.first().map_or(&[][..], |(_, swept, _)| swept).iter().map(|(path, _)| path.as_str());
    let columns = ["strategy"].into_iter().chain(keys).chain(FitRow::COLUMNS.iter().copied());
    let mut csv = CsvFile::begin("fit.csv", BufWriter::new(draft.create("fit.csv")?), columns)?;
    for (strategy, swept, fit) in fits {
        let values: Vec<&String> = swept.iter().map(|(_, value)| value).collect();
        csv.row((strategy, values, fit))?;
    }
    seal(csv)
}

fn write_pairs(draft: &Draft, pairs: &[(pairs::Place, Swept, pairs::PairRow)]) -> io::Result<()> {
    let keys = pairs.first().map_or(&[][..], |(_, swept, _)| swept).iter().map(|(path, _)| path.as_str());
    let columns = pairs::PLACE.iter().copied().chain(keys).chain(pairs::PairRow::COLUMNS.iter().copied());
    let mut csv = CsvFile::begin("pairs.csv", BufWriter::new(draft.create("pairs.csv")?), columns)?;
    for (place, swept, row) in pairs {
        let values: Vec<&String> = swept.iter().map(|(_, value)| value).collect();
        csv.row((place, values, row))?;
    }
    seal(csv)
}

fn write_links(draft: &Draft, links: &[links::Summed]) -> io::Result<()> {
    let keys = links.first().map_or(&[][..], |(_, swept, _)| swept).iter().map(|(path, _)| path.as_str());
    let columns = columns(PointColumns::COLUMNS).chain(keys).chain(columns(LinksRow::COLUMNS));
    let file = BufWriter::new(draft.create("links_summary.csv")?);
    let mut csv = CsvFile::begin("links_summary.csv", file, columns)?;
    for (point, swept, row) in links {
        let values: Vec<&String> = swept.iter().map(|(_, value)| value).collect();
        csv.row((point, values, row))?;
    }
    seal(csv)
}

fn columns<'a>(names: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    names.iter().copied()
}

/// Reads the tables of the results folder `folder`.
///
/// # Errors
/// The file that is missing or not as it should be, and its line.
pub fn read(folder: &Path) -> Result<Tables, Unreadable> {
    // Its rows take more memory than its text.
    let most = machine::free().map_or(u64::MAX, |free| free.bytes);
    csv_file::read_tables(|name| match regular_file::open(&folder.join(name), most) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    })
}

/// Draws the charts of a claimed results folder again from its tables, and removes those of before that are not drawn
/// any more; gives how many there are.
///
/// # Errors
/// Why the folder cannot be read, or a chart not drawn or written. The charts of before are as they were.
pub fn redraw(claim: Claim, manifest: &Manifest) -> Result<usize, ResultsError> {
    let folder = claim.folder().to_owned();
    let drawn = charts::draw(&read(&folder)?, &manifest.conditions)?;
    let (old, kept): (Vec<String>, Vec<String>) =
        manifest.files.iter().cloned().partition(|name| name.starts_with("charts/"));
    let draft = claim.begin()?;
    write_charts(&draft, &drawn)?;
    let files = kept.into_iter().chain(draft.files()?).collect::<BTreeSet<_>>().into_iter().collect();
    let text = Manifest::relisted(&folder.join(MANIFEST), files)?;
    draft.write(MANIFEST, text.as_bytes())?;
    draft.commit_beside(&old)?;
    Ok(drawn.len())
}

fn write_charts(draft: &Draft, drawn: &[charts::Chart]) -> io::Result<()> {
    for chart in drawn {
        draft.write(&format!("charts/{}.svg", chart.name), chart.svg.as_bytes())?;
        draft.write(&format!("charts/{}.png", chart.name), &chart.png)?;
    }
    Ok(())
}
