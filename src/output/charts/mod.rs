//! The charts of a results folder, as SVG and PNG, drawn from its tables alone.
//!
//! A chart is a function from what the tables hold to a `figure::Figure`, plain data that says what is shown; a new
//! chart is one such function and its line in `FIGURES`. One painter lays every figure out and draws it on both
//! media. Nothing depends on the machine: fonts are part of the program, logarithms are `libm`'s, ranges are guarded,
//! so the same tables give the same bytes.

mod arrange;
mod asked;
mod asking;
mod axes;
mod axis;
mod canvas;
mod curves;
mod dataset;
mod detection;
mod differences;
mod errors;
mod estimate;
mod figure;
mod fonts;
mod grid;
mod heat;
#[cfg(test)]
mod hostile;
mod keys;
mod layer;
mod layers;
mod layout;
mod links;
mod measure;
mod mesh;
pub mod network;
mod numbers;
mod paint;
mod pixels;
mod queues;
mod regions;
mod remarks;
mod rounds;
#[cfg(test)]
mod sample;
mod shorten;
mod shown;
mod style;
mod suspicion;
mod swept;
#[cfg(test)]
mod tests;
mod text;
mod tradeoff;
mod updates;
mod values;
mod viridis;
mod workers;

use super::chart::{Chart, Drawing};
use super::chart_error::ChartError;
use super::chart_request::ChartRequest;
use super::conditions::Conditions;
use crate::output::tables::{List, Tables};
use dataset::Dataset;
use figure::Figure;
pub use shown::keep_shown;
pub use suspicion::draw_suspicion;

/// All charts that there always are, where there is something to show.
const FIGURES: &[fn(&Dataset<'_>) -> Option<Figure>] = &[
    curves::informed,
    curves::uninformed,
    curves::convergence,
    curves::convergence_in_time,
    errors::error,
    errors::beside,
    rounds::rounds_vs_nodes,
    rounds::rounds_over_log2n,
    rounds::messages_per_node,
    rounds::residue_vs_nodes,
    links::link_traffic,
    regions::known_by_region,
    queues::queues,
    tradeoff::time_vs_load,
    asking::spread_vs_messages,
    updates::spread_by_update,
    detection::mistakes_vs_detection,
    detection::failures_known,
    detection::mistaken,
    mesh::delivery_latency,
    mesh::mesh_degree,
    mesh::reliability_vs_redundancy,
];

/// Draws every chart that `tables` have something to show in, and some for each further swept key, in the formats of
/// `drawing`, on its threads. The same tables and conditions give the same bytes.
///
/// # Errors
/// A [`ChartError`] if the drawing library fails, memory is short, or there is no chart at all; odd data (nothing
/// converged, a single run, values that are not numbers) is left out, not an error.
pub fn draw(tables: &Tables, conditions: &Conditions, drawing: Drawing<'_>) -> Result<Vec<Chart>, ChartError> {
    painted(&figures(tables, conditions), drawing)
}

fn painted(figures: &[Figure], drawing: Drawing<'_>) -> Result<Vec<Chart>, ChartError> {
    if figures.is_empty() { Err(ChartError::Nothing) } else { workers::paint_all(figures, drawing) }
}

/// What a chart says where zeros lie apart.
const ZEROS_APART: &str = "A logarithmic scale has no 0: it stands apart, beyond the break of the axis.";

/// Draws what `request` asks for of `tables`, whose columns are those of `list`.
///
/// # Errors
/// As of [`draw`]; or what is asked for that is not there, and what there is.
pub fn draw_asked(
    tables: &Tables,
    list: &List,
    conditions: &Conditions,
    request: &ChartRequest,
    drawing: Drawing<'_>,
) -> Result<Vec<Chart>, ChartError> {
    let figures = asked::asked(tables, list, conditions, request, figures_of)?;
    let figures: Vec<Figure> =
        if request.is_filter() { figures } else { figures.into_iter().map(tidied).flat_map(grid::pages).collect() };
    painted(&figures, drawing)
}

fn figures(tables: &Tables, conditions: &Conditions) -> Vec<Figure> {
    figures_of(&Dataset::new(tables, conditions))
}

/// The pages of all charts of `dataset`.
fn figures_of(dataset: &Dataset<'_>) -> Vec<Figure> {
    let mut figures: Vec<Figure> = FIGURES.iter().filter_map(|figure| figure(dataset)).collect();
    figures.extend(swept::swept(dataset));
    figures.extend(heat::maps(dataset));
    figures.iter_mut().for_each(Figure::keep_seen);
    figures.retain(|figure| !figure.series.is_empty());
    if figures.iter().any(|figure| !figure.is_of_one_place()) {
        figures.retain(|figure| !figure.is_of_one_place());
    }
    figures.extend(differences::differences(dataset));
    let steps = dataset.steps();
    figures.iter_mut().for_each(|figure| figure.notes.push(steps.clone()));
    figures.into_iter().map(tidied).map(without_zeros).flat_map(grid::pages).collect()
}

/// A residue of several pages without the panels in which nobody was left out.
fn without_zeros(mut figure: Figure) -> Figure {
    let panels = figure.panels.titles.len();
    if !figure.name.starts_with("residue") || !grid::is_of_pages(&figure) {
        return figure;
    }
    let left_out = |panel: usize| {
        let series = figure.series.iter().filter(|series| series.panel == Some(panel));
        let layers = series.flat_map(|series| &series.layers);
        let means = layers.filter(|layer| matches!(layer, figure::Layer::Marks(_) | figure::Layer::Hollow(_)));
        let mut data = means.flat_map(figure::Layer::data);
        data.any(|(x, y)| if figure.y.rows { x > 0.0 } else { y > 0.0 })
    };
    let kept: Vec<bool> = (0..panels).map(left_out).collect();
    let zeros = kept.iter().filter(|kept| !**kept).count();
    if zeros > 0 && zeros < panels {
        figure.keep_panels(&kept);
        let panels = if zeros == 1 { "A panel".to_owned() } else { format!("{zeros} panels") };
        figure.notes.push(format!("{panels} in which nobody was left out: not shown."));
    }
    figure
}

/// The figure with the notes that its axes and its panels call for, and without what would be too much in one panel.
fn tidied(mut figure: Figure) -> Figure {
    figure.notes.retain(|note| !note.is_empty());
    if figure.x.zeros || figure.y.zeros {
        figure.notes.push(ZEROS_APART.into());
    }
    figure.thin_out();
    figure.notes.extend(remarks::remarks(&figure));
    figure
}
