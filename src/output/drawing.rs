//! Which files are made of charts, on which threads. Without the feature `charts` none can be.

use std::collections::BTreeSet;
use std::io;

pub use super::chart::{Chart, Drawing, Formats};
pub use super::chart_error::ChartError;
pub use super::chart_request::ChartRequest;
use super::conditions::Conditions;
use super::error::ResultsError;
use super::folder::StagedFolder;
use super::network_picture::NetworkPicture;
use super::suspicion_picture::SuspicionPicture;
use super::tables::{List, Tables};

/// The folder of the charts, within that of the results.
pub(super) const FOLDER: &str = "charts/";

/// Draws the charts into the folder under way; gives how many there are.
pub(super) fn draw(
    staged: &StagedFolder,
    tables: &Tables,
    conditions: &Conditions,
    drawing: Drawing<'_>,
) -> Result<usize, ResultsError> {
    let drawn = drawn(tables, conditions, drawing)?;
    write(staged, &drawn)?;
    Ok(drawn.len())
}

/// The charts, drawn and nowhere yet.
///
/// # Errors
/// Why one could not be drawn.
pub fn drawn(tables: &Tables, conditions: &Conditions, drawing: Drawing<'_>) -> Result<Vec<Chart>, ChartError> {
    if drawing.formats == Formats::None { Ok(Vec::new()) } else { charts(tables, conditions, drawing) }
}

/// Draws what is asked for of the tables, whose columns are those of `list`, into the folder under way; gives the names
/// of the charts.
pub(super) fn draw_asked(
    staged: &StagedFolder,
    (tables, list): (&Tables, &List),
    conditions: &Conditions,
    request: &ChartRequest,
    drawing: Drawing<'_>,
) -> Result<Vec<String>, ResultsError> {
    let drawn = asked(tables, list, conditions, request, drawing)?;
    write(staged, &drawn)?;
    Ok(drawn.into_iter().map(|chart| chart.name).collect())
}

/// Writes charts into the folder under way.
pub(super) fn write(staged: &StagedFolder, drawn: &[Chart]) -> io::Result<()> {
    for Chart { name, svg, png } in drawn {
        let file = |end: &str| format!("{FOLDER}{name}.{end}");
        svg.iter().try_for_each(|text| staged.write(&file("svg"), text.as_bytes()))?;
        png.iter().try_for_each(|bytes| staged.write(&file("png"), bytes))?;
    }
    Ok(())
}

#[cfg(feature = "charts")]
fn charts(tables: &Tables, conditions: &Conditions, drawing: Drawing<'_>) -> Result<Vec<Chart>, ChartError> {
    super::charts::draw(tables, conditions, drawing)
}

#[cfg(not(feature = "charts"))]
fn charts(_: &Tables, _: &Conditions, _: Drawing<'_>) -> Result<Vec<Chart>, ChartError> {
    Err(ChartError::Unavailable)
}

#[cfg(feature = "charts")]
fn asked(
    tables: &Tables,
    list: &List,
    conditions: &Conditions,
    request: &ChartRequest,
    drawing: Drawing<'_>,
) -> Result<Vec<Chart>, ChartError> {
    super::charts::draw_asked(tables, list, conditions, request, drawing)
}

#[cfg(not(feature = "charts"))]
fn asked(_: &Tables, _: &List, _: &Conditions, _: &ChartRequest, _: Drawing<'_>) -> Result<Vec<Chart>, ChartError> {
    Err(ChartError::Unavailable)
}

/// The picture of a network as a file: PNG if that is the format, else SVG.
///
/// # Errors
/// See [`ChartError`].
#[cfg(feature = "charts")]
pub fn network(picture: &NetworkPicture<'_>, format: Formats) -> Result<Vec<u8>, ChartError> {
    match format {
        Formats::Png => super::charts::network::as_png(picture),
        _ => super::charts::network::as_svg(picture).map(String::into_bytes),
    }
}

/// The picture of a network as a file.
///
/// # Errors
/// This build draws none.
#[cfg(not(feature = "charts"))]
pub fn network(_: &NetworkPicture<'_>, _: Formats) -> Result<Vec<u8>, ChartError> {
    Err(ChartError::Unavailable)
}

/// The picture of how one node waits for another as a file: PNG if that is the format, else SVG.
///
/// # Errors
/// See [`ChartError`].
#[cfg(feature = "charts")]
pub fn suspicion(picture: &SuspicionPicture<'_>, format: Formats) -> Result<Vec<u8>, ChartError> {
    super::charts::draw_suspicion(picture, format)
}

/// The picture of how one node waits for another as a file.
///
/// # Errors
/// This build draws none.
#[cfg(not(feature = "charts"))]
pub fn suspicion(_: &SuspicionPicture<'_>, _: Formats) -> Result<Vec<u8>, ChartError> {
    Err(ChartError::Unavailable)
}

/// Keeps of theory only the curves that charts show.
#[cfg(feature = "charts")]
pub(super) fn keep_shown(conditions: &mut Conditions, tables: &Tables) {
    super::charts::keep_shown(conditions, tables);
}

/// Keeps all that theory says: a build that draws charts may draw them from it.
#[cfg(not(feature = "charts"))]
pub(super) fn keep_shown(_: &mut Conditions, _: &Tables) {}

/// The name of the chart that a file of a results folder shows, if it shows one.
pub(super) fn chart_of(file: &str) -> Option<&str> {
    file.strip_prefix(FOLDER)?.rsplit_once('.').map(|(stem, _)| stem)
}

/// The charts among the files that a manifest lists.
pub fn charts_among<'a>(files: impl IntoIterator<Item = &'a String>) -> usize {
    files.into_iter().filter_map(|name| chart_of(name)).collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_counts_once_in_whatever_formats() {
        let files = ["charts/a.svg", "charts/a.png", "charts/b.png", "runs.csv"].map(str::to_owned);
        assert_eq!(charts_among(&files), 2);
        assert_eq!(charts_among(&files[3..]), 0);
    }
}
