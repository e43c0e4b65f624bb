//! The tables of a results folder, and how they are read back: all that charts are drawn from.

use std::io::{self, Read};

use super::csv_file::{self, Keys, Layout, Unreadable};
use super::frame::Frame;
pub use super::growth::layout as fit;
use super::link_rows::{LinkRow, LinksRow};
pub use super::list::List;
use super::pair_columns;
use crate::columns::{Field, Kind, bandwidth, coverage as coverage_columns, updates};

/// When the nodes of each region knew.
pub const BY_REGION: &str = "coverage_by_region.csv";

/// How long each of many updates took.
pub const BY_UPDATE: &str = "updates.csv";

/// A results folder, as it was written or is read back from its CSV files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tables {
    /// `runs.csv`.
    pub runs: Frame,
    /// `curve.csv`.
    pub curve: Frame,
    /// `summary.csv`.
    pub summary: Frame,
    /// `fit.csv`; empty where `network.nodes` is not swept.
    pub fit: Frame,
    /// `pairs.csv`; empty where nothing was compared.
    pub pairs: Frame,
    /// `coverage_by_region.csv`; empty where nodes are in no regions.
    pub by_region: Frame,
    /// `updates.csv`; empty where there are not many updates.
    pub by_update: Frame,
    /// `links.csv`; empty where no traffic was recorded.
    pub links: Vec<LinkRow>,
}

/// The columns of `runs.csv`.
pub fn runs(list: &List) -> Layout {
    Layout { place: Vec::new(), keys: Keys::After, own: list.run_fields(), oldest: list.published.oldest_runs }
}

/// The columns of `curve.csv`.
pub fn curve(list: &List) -> Layout {
    let round = Field::new("round".to_owned(), Kind::Whole, "rounds", "The round; 0 is the start.".to_owned());
    let figures = list.curve_fields().into_iter().map(|one| one.field);
    let own: Vec<Field> = [round].into_iter().chain(figures).collect();
    // What queues only where bandwidth is limited stands last.
    let queued = |field: &&Field| !bandwidth::CURVE.iter().any(|figure| field.name == format!("{}_mean", figure.name));
    let oldest = own.iter().filter(queued).count();
    Layout { place: list.curve_place(), keys: Keys::None, oldest, own }
}

/// The columns of `summary.csv`.
pub fn summary(list: &List) -> Layout {
    let own = list.summary_fields().into_iter().map(|one| one.field).collect();
    of_points(list, own, list.published.oldest_summary)
}

/// The columns of a table with a row for each point.
pub fn of_points(list: &List, own: Vec<Field>, oldest: usize) -> Layout {
    Layout { place: Field::all(list.point), keys: Keys::Before, own, oldest }
}

/// The columns of `coverage.csv`.
pub fn coverage(list: &List) -> Layout {
    of_points(list, Field::all(coverage_columns::COLUMNS), coverage_columns::COLUMNS.len())
}

/// The columns of `coverage_by_region.csv`.
pub fn coverage_by_region(list: &List) -> Layout {
    let times = coverage_columns::of_regions().map(Field::from);
    let own: Vec<Field> = Field::all(coverage_columns::REGION).into_iter().chain(times).collect();
    let oldest = own.len();
    of_points(list, own, oldest)
}

/// The columns of `updates.csv`.
pub fn by_update(list: &List) -> Layout {
    of_points(list, Field::all(updates::COLUMNS), updates::COLUMNS.len())
}

/// The columns of `bandwidth.csv`.
pub fn bandwidth(list: &List) -> Layout {
    of_points(list, Field::all(bandwidth::COLUMNS), bandwidth::COLUMNS.len())
}

/// The columns of `links_summary.csv`.
pub fn links_summary(list: &List) -> Layout {
    of_points(list, Field::all(LinksRow::COLUMNS), LinksRow::COLUMNS.len())
}

/// The columns of `links.csv`.
pub fn links() -> Layout {
    let own = Field::all(LinkRow::COLUMNS);
    Layout { place: Vec::new(), keys: Keys::None, oldest: own.len(), own }
}

/// Reads the tables of a results folder whose columns are those of `list`; `open` gives each by its name, `None` where
/// there is none.
///
/// # Errors
/// The file, and the line that is not a row of it.
pub fn read<R: Read>(list: &List, open: impl Fn(&'static str) -> io::Result<Option<R>>) -> Result<Tables, Unreadable> {
    let need = |name: &'static str, layout: Layout| {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "there is no such file");
        let file = open(name).and_then(|file| file.ok_or_else(missing));
        csv_file::read_some(name, file.map_err(|error| Unreadable::Io { name, error })?, &layout)
    };
    let may = |name: &'static str| open(name).map_err(|error| Unreadable::Io { name, error });
    Ok(Tables {
        runs: need("runs.csv", runs(list))?,
        curve: need("curve.csv", curve(list))?,
        summary: need("summary.csv", summary(list))?,
        fit: may("fit.csv")?
            .map_or_else(|| Ok(Frame::default()), |file| csv_file::read("fit.csv", file, &fit(list)))?,
        pairs: may("pairs.csv")?.map_or_else(
            || Ok(Frame::default()),
            |file| csv_file::read("pairs.csv", file, &pair_columns::layout(list)),
        )?,
        by_region: may(BY_REGION)?
            .map_or_else(|| Ok(Frame::default()), |file| csv_file::read(BY_REGION, file, &coverage_by_region(list)))?,
        by_update: may(BY_UPDATE)?
            .map_or_else(|| Ok(Frame::default()), |file| csv_file::read(BY_UPDATE, file, &by_update(list)))?,
        links: may("links.csv")?.map_or_else(
            || Ok(Vec::new()),
            |file| csv_file::read_rows("links.csv", file, &links(), LinkRow::of_cells),
        )?,
    })
}
