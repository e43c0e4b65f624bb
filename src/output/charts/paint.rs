//! Lays a figure out on a page and draws it, the same on every medium.
//!
//! From the top: heading, conditions, the key of line kinds, the name of the vertical axis; then the plot, with the
//! names of the lines to its right. Widths are measured first, so nothing is cut off and nothing overlaps.

use plotters::backend::DrawingBackend;

use super::axes::{Ticks, draw_breaks, draw_horizontal, draw_strips, draw_vertical};
use super::canvas::{Align, Canvas, Font, svg, text_width};
use super::figure::{Figure, Layer, LegendSymbol, Series};
use super::layers::{NEUTRAL_INK, draw_areas, draw_lines, draw_stroke, draw_swatch};
use super::layout::{GUTTER, Layout, MARGIN};
use super::pixels::{Page, png};
use super::style::{AXIS, DETAIL, HEADING, LABEL, NOTE, PAPER, SeriesStyle, line_width};
use crate::output::chart::{Chart, Formats};
use crate::output::chart_error::ChartError;

/// Draws `figure` in these formats.
pub(super) fn paint(figure: &Figure, formats: Formats, page: &mut Page) -> Result<Chart, ChartError> {
    let layout = Layout::of(figure)?;
    Ok(Chart {
        name: figure.name.clone(),
        svg: formats
            .svg()
            .then(|| svg(&figure.heading, layout.size, |canvas| draw(canvas, figure, &layout)))
            .transpose()?,
        png: formats.png().then(|| png(page, layout.size, |canvas| draw(canvas, figure, &layout))).transpose()?,
    })
}

fn draw<B: DrawingBackend>(canvas: &mut Canvas<B>, figure: &Figure, layout: &Layout) -> Result<(), ChartError> {
    canvas.blank(layout.size, PAPER)?;
    draw_head(canvas, figure, layout)?;
    draw_strips(canvas, figure, layout)?;
    let series: Vec<&Series> = figure.series.iter().collect();
    draw_areas(canvas, figure, layout, &series)?;
    draw_vertical(canvas, &figure.y, layout, &layout.ticks, Ticks { apart: 17.0, off: 10.0, stroke: 0.0 })?;
    draw_horizontal(canvas, &figure.x, layout, true, Ticks { apart: 12.0, off: 20.0, stroke: 5.0 })?;
    let middle = (layout.left + layout.right) / 2.0;
    canvas.text(&figure.x.title, (middle, layout.bottom + 46.0), Align::Center, AXIS)?;
    draw_breaks(canvas, figure, layout)?;
    draw_lines(canvas, figure, layout, &series, |_| series.len())?;
    draw_labels(canvas, figure, layout)
}

pub(super) fn draw_head<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    figure: &Figure,
    layout: &Layout,
) -> Result<(), ChartError> {
    let mut baseline = MARGIN - 6.0;
    for line in &layout.heading {
        baseline += 24.0;
        canvas.text(line, (MARGIN, baseline), Align::Left, HEADING)?;
    }
    baseline += 4.0;
    for line in &layout.notes {
        baseline += 18.0;
        canvas.text(line, (MARGIN, baseline), Align::Left, NOTE)?;
    }
    baseline += 22.0;
    let mut x = MARGIN;
    let sample = SeriesStyle { marker: figure.marker().unwrap_or(NEUTRAL_INK.marker), ..NEUTRAL_INK };
    for (symbol, meaning) in figure.keys() {
        draw_swatch(canvas, (x, baseline - 4.0), symbol, sample)?;
        canvas.text(meaning, (x + 32.0, baseline), Align::Left, NOTE)?;
        x += 32.0 + text_width(meaning, NOTE)? * 1.04 + 22.0;
    }
    canvas.text(&figure.y.title, (MARGIN, layout.top - 14.0), Align::Left, AXIS)
}

/// The names of the lines, each beside the end of its line, with a sample of the line.
fn draw_labels<B: DrawingBackend>(canvas: &mut Canvas<B>, figure: &Figure, layout: &Layout) -> Result<(), ChartError> {
    for (place, (series, (block, middle))) in figure.series.iter().zip(&layout.labels).enumerate() {
        let first = middle + 4.5 - 7.5 * (block.len() as f64 - 1.0);
        let symbol = (layout.right + GUTTER.0, first - 4.5);
        if series.layers.iter().any(|layer| matches!(layer, Layer::Line(_))) {
            let width = line_width(place, figure.series.len());
            draw_stroke(canvas, &[symbol, (symbol.0 + GUTTER.1, symbol.1)], series.series_style, width)?;
        }
        let some = |symbol| series.layers.iter().any(|layer| layer.symbol() == symbol && !layer.data().is_empty());
        let kind = match () {
            () if matches!(series.layers[..], [Layer::Dashed(_)]) => LegendSymbol::Dashed,
            () if some(LegendSymbol::Hollow) && !some(LegendSymbol::Mark) => LegendSymbol::Hollow,
            () => LegendSymbol::Mark,
        };
        draw_swatch(canvas, symbol, kind, series.series_style)?;
        let x = symbol.0 + GUTTER.1 + GUTTER.2;
        for (index, line) in block.iter().enumerate() {
            let font = if index == 0 { Font { color: series.series_style.color, ..LABEL } } else { DETAIL };
            canvas.text(line, (x, first + 15.0 * index as f64), Align::Left, font)?;
        }
    }
    Ok(())
}
