//! Lays a figure out on a page and draws it, the same on every medium.
//!
//! From the top: heading, conditions, the key of line kinds, the name of the vertical axis; then the plot, with the
//! names of the lines to its right. Widths are measured first, so nothing is cut off and nothing overlaps.

use plotters::backend::DrawingBackend;

use super::axis::{Axis, Tick, ZEROS};
use super::canvas::{Align, Canvas, Font, Position, svg, text_width};
use super::figure::{Figure, Layer, LegendSymbol, Series};
use super::pixels::{Page, png};
use super::shorten::shortened;
use super::style::{
    AXIS, DETAIL, FRAME, GRID, HEADING, LABEL, Marker, NEUTRAL, NOTE, PAPER, STRIP, SeriesStyle, TICK, dark,
    line_width, mark, spread, tint,
};
use crate::output::chart::{Chart, Formats};
use crate::output::chart_error::ChartError;

pub(super) const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 600.0;
pub(super) const MARGIN: f64 = 28.0;
/// The plot is at least as high, however long the conditions.
const LEAST_PLOT: f64 = 330.0;
/// A plot of names is at least as high.
const LEAST_ROWS: f64 = 170.0;
/// Least height of a row of names.
const ROW: f64 = 36.0;
/// Longest name at the vertical axis, and at the end of a line.
const LONGEST_NAME: f64 = 260.0;
/// From the plot to the swatch of a label, the swatch, and to its text.
const GUTTER: (f64, f64, f64) = (16.0, 26.0, 8.0);

/// Where things are on the page.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// Units across and down, a few thousand at most.
    pub(super) size: (u32, u32),
    pub(super) heading: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    /// The labels of the vertical axis as they fit, in lines.
    pub(super) ticks: Vec<Vec<String>>,
    /// For each series: its label and details as they fit, and the middle of their block.
    pub(super) labels: Vec<(Vec<String>, f64)>,
}

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

impl Layout {
    fn of(figure: &Figure) -> Result<Self, ChartError> {
        let inner = WIDTH - 2.0 * MARGIN;
        let heading = wrapped(&figure.heading, HEADING, inner, 2)?;
        let mut notes = Vec::new();
        for note in &figure.notes {
            notes.extend(wrapped(note, NOTE, inner, 3)?);
        }
        let keys = if figure.keys().next().is_some() { 24.0 } else { 0.0 };
        let title = if figure.y.title.is_empty() { 8.0 } else { 34.0 };
        let top = MARGIN + heading.len() as f64 * 24.0 + notes.len() as f64 * 18.0 + keys + title;
        let below = 66.0;
        let fill = (HEIGHT - top - below).max(LEAST_PLOT).ceil();
        let rows = figure.y.turns.len() as f64;
        // A few names need no more room, many do.
        let plot = if figure.y.rows { fill.min((rows * 2.0 * ROW).max(LEAST_ROWS)).max(rows * ROW) } else { fill };
        let ticks = fitting(figure.y.turns.iter().map(|tick| &tick.label), TICK, if figure.y.rows { 2 } else { 1 })?;
        let turns = widest(ticks.iter().flatten().map(String::as_str), TICK)?;
        let mut blocks = Vec::new();
        let mut widths = 0.0_f64;
        let labels = fitting(figure.series.iter().map(|series| &series.label), LABEL, 1)?;
        for (series, label) in figure.series.iter().zip(labels) {
            let block = block(series, label)?;
            widths = widths.max(widest(block.iter().take(1).map(String::as_str), LABEL)?);
            widths = widths.max(widest(block.iter().skip(1).map(String::as_str), DETAIL)?);
            blocks.push(block);
        }
        // The labels of many lines with many details take more than a plot's height.
        let plot = plot.max(blocks.iter().map(|block| height_of(block)).sum::<f64>().ceil());
        // A viewer without our font may have a wider one.
        let gutter = GUTTER.0 + GUTTER.1 + GUTTER.2 + widths * 1.06 + 10.0;
        let left = MARGIN + turns.min(LONGEST_NAME) * 1.04 + 10.0;
        let mut layout = Layout {
            size: (WIDTH as u32, (top.ceil() + plot + below) as u32),
            heading,
            notes,
            left: left.ceil(),
            right: (WIDTH - gutter).floor(),
            top: top.ceil(),
            bottom: top.ceil() + plot,
            ticks,
            labels: Vec::new(),
        };
        layout.place_labels(figure, blocks);
        Ok(layout)
    }

    /// Each label at the height of its line's end, as far as the others leave room.
    fn place_labels(&mut self, figure: &Figure, blocks: Vec<Vec<String>>) {
        let wanted: Vec<(f64, f64)> = figure
            .series
            .iter()
            .zip(&blocks)
            .map(|(series, block)| {
                let end = series
                    .layers
                    .iter()
                    .filter(|layer| !matches!(layer, Layer::Band(_) | Layer::Intervals(_) | Layer::Spread(_)));
                let end = end.flat_map(Layer::data).filter_map(|datum| self.position(figure, datum));
                let end = end.max_by(|a, b| a.0.total_cmp(&b.0));
                let end = end.filter(|_| !figure.y.rows).map_or(self.top, |position| position.1);
                (end, height_of(block))
            })
            .collect();
        let middles = spread(&wanted, self.top - 8.0, self.bottom);
        self.labels = blocks.into_iter().zip(middles).collect();
    }

    pub(super) fn across(&self, place: f64) -> f64 {
        self.left + place * (self.right - self.left)
    }

    pub(super) fn up(&self, place: f64) -> f64 {
        self.bottom - place * (self.bottom - self.top)
    }

    /// The corners of what lies between two places across and two places up.
    fn rectangle(&self, across: (f64, f64), up: (f64, f64)) -> [Position; 4] {
        let (left, right) = (self.across(across.0), self.across(across.1));
        let (bottom, top) = (self.up(up.0), self.up(up.1));
        [(left, bottom), (right, bottom), (right, top), (left, top)]
    }

    pub(super) fn position(&self, figure: &Figure, datum: (f64, f64)) -> Option<Position> {
        Some((self.across(figure.x.place(datum.0)?), self.up(figure.y.place(datum.1)?)))
    }

    fn positions(&self, figure: &Figure, data: &[(f64, f64)]) -> Vec<Position> {
        data.iter().filter_map(|datum| self.position(figure, *datum)).collect()
    }

    /// The place of a value that lies on the scales of both axes, and not below the low end of one.
    fn within(&self, figure: &Figure, datum: (f64, f64)) -> Option<Position> {
        self.position(figure, datum).filter(|_| figure.x.reaches(datum.0) && figure.y.reaches(datum.1))
    }

    /// The parts of a line that lie within the plot: it is parted where a value does not, joins nothing across it, and does
    /// not creep along the edge.
    fn paths(&self, figure: &Figure, data: &[(f64, f64)]) -> Vec<Vec<Position>> {
        let positions: Vec<_> = data.iter().map(|datum| self.within(figure, *datum)).collect();
        let parts = positions.split(Option::is_none).filter(|part| !part.is_empty());
        parts.map(|part| part.iter().flatten().copied().collect()).collect()
    }
}

/// Names at the vertical axis or at the ends of lines, each in at most so many `lines`; those that are too long are
/// shortened in their middle, so that no two that differ become one.
fn fitting<'a>(
    names: impl Iterator<Item = &'a String>,
    font: Font,
    lines: usize,
) -> Result<Vec<Vec<String>>, ChartError> {
    let names: Vec<String> = names.cloned().collect();
    let broken = |name: &str| wrapped(name, font, LONGEST_NAME, lines + 1);
    let short = shortened(&names, &|name| Ok(broken(name)?.len() <= lines))?;
    short.iter().map(|name| broken(name)).collect()
}

/// What a label takes with its details.
fn height_of(block: &[String]) -> f64 {
    24.0 + 15.0 * (block.len() as f64 - 1.0)
}

/// A series' label, and its details cut to what the gutter holds.
fn block(series: &Series, label: Vec<String>) -> Result<Vec<String>, ChartError> {
    let mut block = label;
    for detail in &series.details {
        block.extend(wrapped(detail, DETAIL, LONGEST_NAME, 1)?);
    }
    Ok(block)
}

pub(super) fn widest<'a>(texts: impl Iterator<Item = &'a str>, font: Font) -> Result<f64, ChartError> {
    texts.map(|text| text_width(text, font)).try_fold(0.0, |widest: f64, width| Ok(widest.max(width?)))
}

/// `text` broken into at most `lines` lines of at most `width`; where that is too little, it ends in an ellipsis.
pub(super) fn wrapped(text: &str, font: Font, width: f64, lines: usize) -> Result<Vec<String>, ChartError> {
    let mut broken: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if text_width(&longer, font)? <= width {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            broken.push(std::mem::take(&mut line));
        }
        for sign in word.chars() {
            if text_width(&format!("{line}{sign}"), font)? > width {
                broken.push(std::mem::take(&mut line));
            }
            line.push(sign);
        }
        // Nothing beyond the last line will be shown: a text of any length is cut in bounded time.
        if broken.len() > lines {
            break;
        }
    }
    broken.push(line);
    if broken.len() > lines {
        broken.truncate(lines);
        if let Some(last) = broken.last_mut() {
            while !last.is_empty() && text_width(&format!("{last}…"), font)? > width {
                last.pop();
            }
            last.push('…');
        }
    }
    Ok(broken)
}

fn draw<B: DrawingBackend>(canvas: &mut Canvas<B>, figure: &Figure, layout: &Layout) -> Result<(), ChartError> {
    canvas.blank(layout.size, PAPER)?;
    draw_head(canvas, figure, layout)?;
    draw_strips(canvas, figure, layout)?;
    // The first series lies on top of the others.
    for series in figure.series.iter().rev() {
        for layer in &series.layers {
            draw_area(canvas, figure, layout, layer, series.series_style)?;
        }
    }
    draw_vertical(canvas, &figure.y, layout)?;
    draw_horizontal(canvas, &figure.x, layout)?;
    draw_breaks(canvas, figure, layout)?;
    for depth in 0..4 {
        for (place, series) in figure.series.iter().enumerate().rev() {
            let width = line_width(place, figure.series.len());
            for layer in series.layers.iter().filter(|layer| self::depth(layer) == depth) {
                draw_layer(canvas, figure, layout, layer, (series.series_style, width))?;
            }
        }
    }
    draw_labels(canvas, figure, layout)
}

/// Edges of bands lie behind all lines; theory, which may lie on a line, and markers before them.
pub(super) fn depth(layer: &Layer) -> u32 {
    match layer {
        Layer::Band(_) | Layer::Thin(_) => 0,
        Layer::Line(_) | Layer::Intervals(_) | Layer::Spread(_) | Layer::Cells(_) => 1,
        Layer::Dashed(_) => 2,
        Layer::Marks(_) | Layer::Hollow(_) | Layer::Exact(_) => 3,
    }
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
    for (symbol, meaning) in figure.keys() {
        draw_swatch(canvas, (x, baseline - 4.0), symbol, NEUTRAL_INK)?;
        canvas.text(meaning, (x + 32.0, baseline), Align::Left, NOTE)?;
        x += 32.0 + text_width(meaning, NOTE)? * 1.04 + 22.0;
    }
    canvas.text(&figure.y.title, (MARGIN, layout.top - 14.0), Align::Left, AXIS)
}

/// Widths of a band's edge and of a broken line.
const EDGE: f64 = 0.8;
const DASH: f64 = 1.2;
/// Half of the width of a spread of runs.
const SPREAD: f64 = 5.0;

const NEUTRAL_INK: SeriesStyle = SeriesStyle::solid(NEUTRAL, Marker::Disc);

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
        LegendSymbol::RoundSample => mark(canvas, middle, series_style, false),
        LegendSymbol::Hollow => mark(canvas, middle, series_style, true),
        LegendSymbol::Cell => {
            let (from, to) = ((x + 4.0, y - 6.0), (x + 22.0, y + 6.0));
            draw_blank(canvas, from, to)
        }
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

/// The strips in which zeros lie apart from a log scale.
pub(super) fn draw_strips<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    figure: &Figure,
    layout: &Layout,
) -> Result<(), ChartError> {
    if figure.y.zeros {
        canvas.area(&layout.rectangle((0.0, 1.0), (0.0, ZEROS.0)), STRIP, 1.0)?;
    }
    if figure.x.zeros {
        canvas.area(&layout.rectangle((0.0, ZEROS.0), (0.0, 1.0)), STRIP, 1.0)?;
    }
    Ok(())
}

/// The breaks between those strips and the scales: nothing but paper, and two strokes across either end.
pub(super) fn draw_breaks<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    figure: &Figure,
    layout: &Layout,
) -> Result<(), ChartError> {
    let (from, to) = (ZEROS.0, ZEROS.0 + ZEROS.1);
    if figure.y.zeros {
        canvas.area(&layout.rectangle((0.0, 1.0), (from, to)), PAPER, 1.0)?;
        for x in [layout.left, layout.right] {
            for y in [from, to].map(|place| layout.up(place)) {
                canvas.line(&[(x - 5.0, y + 2.5), (x + 5.0, y - 2.5)], FRAME, 1.0)?;
            }
        }
    }
    if figure.x.zeros {
        canvas.area(&layout.rectangle((from, to), (-0.01, 1.0)), PAPER, 1.0)?;
        for y in [layout.bottom, layout.top] {
            for x in [from, to].map(|place| layout.across(place)) {
                canvas.line(&[(x - 2.5, y + 5.0), (x + 2.5, y - 5.0)], FRAME, 1.0)?;
            }
        }
    }
    Ok(())
}

fn draw_vertical<B: DrawingBackend>(canvas: &mut Canvas<B>, axis: &Axis, layout: &Layout) -> Result<(), ChartError> {
    let apart = if axis.rows { 0.0 } else { 17.0 };
    let gap = (layout.bottom - layout.top).abs();
    for place in thinned_ticks(axis, |_, _| Ok(apart / gap))? {
        let y = layout.up(axis.turns[place].place);
        if !(axis.zeros && place == 0) {
            canvas.line(&[(layout.left, y), (layout.right, y)], GRID, 1.0)?;
        }
        let lines = &layout.ticks[place];
        let first = y + 4.0 - 7.0 * (lines.len() as f64 - 1.0);
        for (index, line) in lines.iter().enumerate() {
            canvas.text(line, (layout.left - 10.0, first + 14.0 * index as f64), Align::Right, TICK)?;
        }
    }
    Ok(())
}

fn draw_horizontal<B: DrawingBackend>(canvas: &mut Canvas<B>, axis: &Axis, layout: &Layout) -> Result<(), ChartError> {
    let width = layout.right - layout.left;
    let apart = |a: &str, b: &str| {
        let units = (text_width(a, TICK)? + text_width(b, TICK)?) / 2.0 * 1.05 + 12.0;
        Ok(units / width)
    };
    let stroke = |x: f64| [(x, layout.bottom), (x, layout.bottom + 5.0)];
    for tick in axis.turns.iter().filter(|_| axis.swept) {
        canvas.line(&stroke(layout.across(tick.place)), FRAME, 1.0)?;
    }
    for place in thinned_ticks(axis, apart)? {
        let Tick { place: across, label } = &axis.turns[place];
        let x = layout.across(*across);
        if !(axis.zeros && place == 0) {
            canvas.line(&[(x, layout.top), (x, layout.bottom)], GRID, 1.0)?;
        }
        canvas.line(&stroke(x), FRAME, 1.0)?;
        canvas.text(label, (x, layout.bottom + 20.0), Align::Center, TICK)?;
    }
    canvas.line(&[(layout.left, layout.bottom), (layout.right, layout.bottom)], FRAME, 1.0)?;
    let middle = (layout.left + layout.right) / 2.0;
    canvas.text(&axis.title, (middle, layout.bottom + 46.0), Align::Center, AXIS)
}

/// The ticks whose labels are shown, as far `apart` as they must be: every k-th, for the least k that does it; of swept
/// values, which lie as they lie, the ends and each that has room beside those before it.
pub(super) fn thinned_ticks(
    axis: &Axis,
    apart: impl Fn(&str, &str) -> Result<f64, ChartError>,
) -> Result<Vec<usize>, ChartError> {
    let turns = &axis.turns;
    let fits = |one: usize, other: usize| {
        Ok::<_, ChartError>(turns[other].place - turns[one].place >= apart(&turns[one].label, &turns[other].label)?)
    };
    if axis.swept {
        let mut shown: Vec<usize> = Vec::new();
        for place in 0..turns.len() {
            while let Some(&before) = shown.last() {
                if fits(before, place)? || place + 1 < turns.len() || shown.len() == 1 {
                    break;
                }
                shown.pop();
            }
            if shown.last().map_or(Ok(true), |&before| fits(before, place))? {
                shown.push(place);
            }
        }
        return Ok(shown);
    }
    let every = |stride: usize| (0..turns.len()).step_by(stride).collect::<Vec<_>>();
    let mut stride = 1;
    while stride < turns.len() {
        let mut all = true;
        for pair in every(stride).windows(2) {
            all &= fits(pair[0], pair[1])?;
        }
        if all {
            break;
        }
        stride += 1;
    }
    Ok(every(stride))
}

/// The inside of a band, in a tint that hides what lies under it: where bands meet, one is seen and the edges of both, while
/// colours seen through each other mix to grey.
pub(super) fn draw_area<B: DrawingBackend>(
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

pub(super) fn draw_layer<B: DrawingBackend>(
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
            () if some(LegendSymbol::Hollow) && !some(LegendSymbol::RoundSample) => LegendSymbol::Hollow,
            () => LegendSymbol::RoundSample,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_line_fits_and_loses_nothing_while_there_is_room() {
        let text = "the quick brown fox jumps over the lazy dog and_a_word_that_is_longer_than_any_line_could_ever_be";
        let lines = wrapped(text, NOTE, 120.0, 20).unwrap();
        assert!(lines.iter().all(|line| text_width(line, NOTE).unwrap() <= 120.0));
        assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        let cut = wrapped(text, NOTE, 120.0, 2).unwrap();
        assert_eq!(cut.len(), 2);
        assert!(cut[1].ends_with('…') && text_width(&cut[1], NOTE).unwrap() <= 120.0);
    }

    #[test]
    fn a_line_of_theory_ends_where_it_leaves_the_plot() {
        let marks = vec![(0.0, 0.5), (1.0, 0.001), (2.0, 0.002)];
        let law = vec![(0.0, 0.4), (1.0, 0.002), (2.0, 0.000_001), (3.0, f64::NAN), (4.0, 0.3), (5.0, 0.2)];
        let layers = vec![Layer::Marks(marks), Layer::Dashed(law.clone())];
        let series_style = crate::output::charts::style::series_style("push", 0);
        let series = vec![Series { label: "push".into(), details: vec![], series_style, panel: None, layers }];
        let y = crate::output::charts::figure::measured("residue", &series, true);
        let (name, heading) = ("any".to_owned(), "Any".to_owned());
        let x = Axis::counted("round", 5);
        let (notes, keys, panels) = (vec![], vec![], crate::output::charts::figure::Panels::default());
        let figure = Figure { name, heading, notes, keys, x, y, panels, shades: None, series };
        let layout = Layout::of(&figure).unwrap();
        let paths = layout.paths(&figure, &law);
        assert_eq!(paths.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2]);
        assert!(paths.iter().flatten().all(|(_, y)| *y < layout.bottom - 1.0), "{paths:?}");
    }

    #[test]
    fn tick_labels_keep_their_distance() {
        let width = 500.0;
        let apart = |a: &str, b: &str| Ok((text_width(a, TICK)? + text_width(b, TICK)?) / 2.0 / width);
        let crowded = [0.0, 0.001, 0.002, 0.01, 0.2, 0.499, 0.5];
        for (axis, least) in
            [(Axis::sizes("", (0..27).map(|power| libm::exp2(f64::from(power)))), 4), (Axis::swept("", &crowded), 3)]
        {
            let shown = thinned_ticks(&axis, apart).unwrap();
            assert!(shown.len() >= least && shown.len() < axis.turns.len(), "{shown:?}");
            for pair in shown.windows(2).map(|pair| [&axis.turns[pair[0]], &axis.turns[pair[1]]]) {
                assert!(pair[1].place - pair[0].place >= apart(&pair[0].label, &pair[1].label).unwrap());
            }
            // Of swept values the last is named as well.
            assert!(!axis.swept || shown.last() == Some(&(axis.turns.len() - 1)), "{shown:?}");
        }
    }
}
