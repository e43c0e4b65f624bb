//! The layers of series within their plot, and what explains them.

use plotters::backend::DrawingBackend;

use super::canvas::{Canvas, Position};
use super::figure::{Figure, Layer, LegendSymbol, Series};
use super::layout::Layout;
use super::style::{FRAME, GRID, Marker, NEUTRAL, SeriesStyle, dark, line_width, mark, tint};
use crate::output::chart_error::ChartError;

/// Widths of a band's edge and of a broken line.
const EDGE: f64 = 0.8;
const DASH: f64 = 1.2;
/// Half of the width of a spread of runs.
const SPREAD: f64 = 5.0;
/// Radius of a circle around a data point.
const RING: f64 = 9.5;
/// What explains a kind of layer, whichever the series.
pub(super) const NEUTRAL_INK: SeriesStyle = SeriesStyle::solid(NEUTRAL, Marker::Disc);

/// The areas of `series`: the first lies on top of the others.
pub(super) fn draw_areas<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    figure: &Figure,
    layout: &Layout,
    series: &[&Series],
) -> Result<(), ChartError> {
    for series in series.iter().rev() {
        for layer in &series.layers {
            draw_area(canvas, figure, layout, layer, series.series_style)?;
        }
    }
    Ok(())
}

/// All else of `series`, each of which is one of so many lines.
pub(super) fn draw_lines<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    figure: &Figure,
    layout: &Layout,
    series: &[&Series],
    lines: impl Fn(&Series) -> usize,
) -> Result<(), ChartError> {
    for depth in 0..4 {
        for (place, series) in series.iter().enumerate().rev() {
            let width = line_width(place, lines(series));
            for layer in series.layers.iter().filter(|layer| self::depth(layer) == depth) {
                draw_layer(canvas, figure, layout, layer, (series.series_style, width))?;
            }
        }
    }
    Ok(())
}

/// Edges of bands lie behind all lines; theory, which may lie on a line, and markers before them.
fn depth(layer: &Layer) -> u32 {
    match layer {
        Layer::Band(_) | Layer::Thin(_) => 0,
        Layer::Line(_) | Layer::Intervals(_) | Layer::Spread(_) | Layer::Cells(_) => 1,
        Layer::Dashed(_) => 2,
        Layer::Marks(_) | Layer::Hollow(_) | Layer::Exact(_) | Layer::Ring(_) => 3,
    }
}

/// A cell of a heat map that has no value: struck out.
pub(super) fn draw_blank<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    from: Position,
    to: Position,
) -> Result<(), ChartError> {
    let corners = [from, (to.0, from.1), to, (from.0, to.1), from];
    canvas.area(&corners[..4], GRID, 1.0)?;
    canvas.line(&corners, FRAME, 0.8)?;
    canvas.line(&[from, to], FRAME, 0.8)?;
    canvas.line(&[(to.0, from.1), (from.0, to.1)], FRAME, 0.8)
}

/// An upright or a level interval, with a cap at each end that is where it is drawn.
fn draw_interval<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    ends: [(Position, bool); 2],
    series_style: SeriesStyle,
) -> Result<(), ChartError> {
    let [(from, _), (to, _)] = ends;
    canvas.line(&[from, to], series_style.color, 1.4)?;
    let level = from.1 == to.1;
    let (dx, dy) = if level { (0.0, 4.0) } else { (4.0, 0.0) };
    let capped = ends.iter().filter(|(_, reached)| *reached);
    capped
        .map(|(end, _)| [(end.0 - dx, end.1 - dy), (end.0 + dx, end.1 + dy)])
        .try_for_each(|cap| canvas.line(&cap, series_style.color, 1.4))
}

/// What most runs lie between: a box that looks like the band of other charts, and not like an interval.
fn draw_spread<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    from: Position,
    to: Position,
    series_style: SeriesStyle,
) -> Result<(), ChartError> {
    let level = from.1 == to.1;
    let (dx, dy) = if level { (0.0, SPREAD) } else { (SPREAD, 0.0) };
    let corners = [
        (from.0 - dx, from.1 - dy),
        (to.0 - dx, to.1 - dy),
        (to.0 + dx, to.1 + dy),
        (from.0 + dx, from.1 + dy),
        (from.0 - dx, from.1 - dy),
    ];
    canvas.area(&corners[..4], tint(series_style.color), 1.0)?;
    canvas.line(&corners, series_style.color, EDGE)
}

/// A level stroke through a value: both ends show beside a marker that lies on it.
fn draw_exact<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    (x, y): Position,
    series_style: SeriesStyle,
) -> Result<(), ChartError> {
    canvas.line(&[(x - 10.0, y), (x + 10.0, y)], dark(series_style.color), 1.4)
}

/// A circle around a data point.
fn draw_ring<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    (x, y): Position,
    series_style: SeriesStyle,
) -> Result<(), ChartError> {
    const CORNERS: u32 = 36;
    let turn = |corner: u32| std::f64::consts::TAU * f64::from(corner) / f64::from(CORNERS);
    let at = |corner: u32| (x + RING * libm::cos(turn(corner)), y + RING * libm::sin(turn(corner)));
    canvas.line(&(0..=CORNERS).map(at).collect::<Vec<_>>(), series_style.color, 1.8)
}

/// The inside of a band, in a tint that hides what lies under it: where bands meet, one is seen and the edges of both, while
/// colours seen through each other mix to grey.
fn draw_area<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    figure: &Figure,
    layout: &Layout,
    layer: &Layer,
    series_style: SeriesStyle,
) -> Result<(), ChartError> {
    let Layer::Band(points) = layer else { return Ok(()) };
    let [mut corners, mut upper] = edges(figure, layout, points);
    upper.reverse();
    corners.extend(upper);
    if corners.len() > 2 { canvas.area(&corners, tint(series_style.color), 1.0) } else { Ok(()) }
}

/// The lower and the upper edge of a band.
fn edges(figure: &Figure, layout: &Layout, points: &[(f64, f64, f64)]) -> [Vec<Position>; 2] {
    let lower: Vec<_> = points.iter().map(|(x, low, _)| (*x, *low)).collect();
    let upper: Vec<_> = points.iter().map(|(x, _, high)| (*x, *high)).collect();
    [layout.positions(figure, &lower), layout.positions(figure, &upper)]
}

fn draw_layer<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    figure: &Figure,
    layout: &Layout,
    layer: &Layer,
    (series_style, width): (SeriesStyle, f64),
) -> Result<(), ChartError> {
    match layer {
        Layer::Band(points) => {
            let edges = edges(figure, layout, points);
            edges.iter().try_for_each(|edge| canvas.line(edge, series_style.color, EDGE))
        }
        Layer::Line(points) => {
            layout.paths(figure, points).iter().try_for_each(|path| draw_stroke(canvas, path, series_style, width))
        }
        Layer::Thin(points) => {
            layout.paths(figure, points).iter().try_for_each(|path| canvas.line(path, series_style.color, 1.2))
        }
        Layer::Dashed(points) => {
            layout.paths(figure, points).iter().try_for_each(|path| canvas.dashes(path, dark(series_style.color), DASH))
        }
        // Cells have a painter of their own.
        Layer::Cells(_) => Ok(()),
        Layer::Intervals(intervals) => {
            let end = |datum: (f64, f64)| {
                let reached = figure.x.reaches(datum.0) && figure.y.reaches(datum.1);
                Some((layout.position(figure, datum)?, reached))
            };
            let mut ends = intervals.iter().filter_map(|(from, to)| Some([end(*from)?, end(*to)?]));
            ends.try_for_each(|ends| draw_interval(canvas, ends, series_style))
        }
        Layer::Spread(intervals) => {
            let positions =
                |(from, to): &(_, _)| Some((layout.position(figure, *from)?, layout.position(figure, *to)?));
            let mut ends = intervals.iter().filter_map(positions);
            ends.try_for_each(|(from, to)| draw_spread(canvas, from, to, series_style))
        }
        Layer::Exact(points) => points
            .iter()
            .filter_map(|datum| layout.within(figure, *datum))
            .try_for_each(|position| draw_exact(canvas, position, series_style)),
        Layer::Ring(points) => {
            let positions = layout.positions(figure, points);
            positions.into_iter().try_for_each(|position| draw_ring(canvas, position, series_style))
        }
        Layer::Marks(points) | Layer::Hollow(points) => {
            let hollow = layer.symbol() == LegendSymbol::Hollow;
            layout
                .positions(figure, points)
                .into_iter()
                .try_for_each(|position| mark(canvas, position, series_style, hollow))
        }
    }
}

/// A line in its colour and stroke.
pub(super) fn draw_stroke<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    positions: &[Position],
    SeriesStyle { color, stroke, .. }: SeriesStyle,
    width: f64,
) -> Result<(), ChartError> {
    match stroke.gaps() {
        None => canvas.line(positions, color, width),
        Some(gaps) => canvas.broken(positions, color, width, gaps),
    }
}

/// A sample of a kind of layer, 26 units wide.
pub(super) fn draw_swatch<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    (x, y): Position,
    symbol: LegendSymbol,
    series_style: SeriesStyle,
) -> Result<(), ChartError> {
    let (across, middle) = ([(x, y), (x + 26.0, y)], (x + 13.0, y));
    match symbol {
        LegendSymbol::Band => {
            let corners = [(x, y - 6.0), (x + 26.0, y - 6.0), (x + 26.0, y + 6.0), (x, y + 6.0)];
            canvas.area(&corners, tint(series_style.color), 1.0)?;
            let edge = |y: f64| [(x, y), (x + 26.0, y)];
            canvas.line(&edge(y - 6.0), series_style.color, EDGE)?;
            canvas.line(&edge(y + 6.0), series_style.color, EDGE)
        }
        LegendSymbol::Line => canvas.line(&across, series_style.color, 2.2),
        LegendSymbol::Thin => canvas.line(&across, series_style.color, 1.2),
        LegendSymbol::Dashed => canvas.dashes(&across, dark(series_style.color), DASH),
        LegendSymbol::Interval => {
            draw_interval(canvas, [((x + 13.0, y - 7.0), true), ((x + 13.0, y + 7.0), true)], series_style)
        }
        LegendSymbol::Spread => draw_spread(canvas, (x + 1.0, y), (x + 25.0, y), series_style),
        LegendSymbol::Exact => draw_exact(canvas, middle, series_style),
        LegendSymbol::Mark => mark(canvas, middle, series_style, false),
        LegendSymbol::Hollow => mark(canvas, middle, series_style, true),
        LegendSymbol::Ring => draw_ring(canvas, middle, series_style),
        LegendSymbol::Cell => {
            let (from, to) = ((x + 4.0, y - 6.0), (x + 22.0, y + 6.0));
            draw_blank(canvas, from, to)
        }
    }
}
