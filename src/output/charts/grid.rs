//! Small multiples: the panels of a chart on a page, with axes, a legend and a heading in common.
//!
//! A chart with more panels than a page holds goes on, on pages of its own that are numbered.

use plotters::backend::DrawingBackend;

use super::axes::{Ticks, draw_breaks, draw_horizontal, draw_strips, draw_vertical, thinned_ticks};
use super::axis::{Axis, number};
use super::canvas::{Align, Canvas, Font, Position, svg, text_width};
use super::figure::{Figure, HeatCell, Layer, LegendSymbol, Series, Shades};
use super::layers::{draw_areas, draw_blank, draw_lines, draw_stroke, draw_swatch};
use super::layout::{Layout, MARGIN, WIDTH, heading, widest, wrapped};
use super::paint::{self, draw_head};
use super::pixels::{Page, png};
use super::shorten::shortened;
use super::style::{AXIS, DETAIL, FRAME, HEADING, LABEL, PAPER, SeriesStyle, TICK};
use super::viridis;
use crate::output::chart::{Chart, Formats};
use crate::output::chart_error::ChartError;

/// Most panels on a page.
const MOST_ON_PAGE: usize = 16;
/// Most rows of names on a page, over panels that lie above each other.
const MOST_NAMES: usize = 60;
/// The height that panels share, and the least and the greatest of one.
const HEIGHT: f64 = 640.0;
const LEAST: f64 = 118.0;
const MOST: f64 = 330.0;
/// Height of a row of names for each line in it, and the least.
const NAME: (f64, f64) = (8.0, 18.0);
/// Between panels across and down, and above each for a line of its title.
const GAP: (f64, f64) = (18.0, 16.0);
const TITLE_LINE: f64 = 15.0;
/// Longest name at the vertical axis.
const LONGEST_NAME: f64 = 200.0;
/// Longest name of a line.
const LONGEST_LABEL: f64 = 420.0;
/// What a scale of colours takes at the right: to it, its width, and its labels.
const BAR: (f64, f64, f64) = (26.0, 16.0, 66.0);

/// What a panel holds.
const TITLE: Font = Font { bold: true, ..DETAIL };

/// Whether the panels of `figure` take more than a page.
pub(super) fn is_of_pages(figure: &Figure) -> bool {
    figure.panels.titles.len() > on_page(figure)
}

/// How many panels lie on a page.
fn on_page(figure: &Figure) -> usize {
    let across = columns(figure);
    let down = if figure.is_of_names() { (MOST_NAMES / figure.y.ticks.len().max(1)).max(1) } else { MOST_ON_PAGE };
    // Where rows and columns mean something, one row more keeps them together.
    let most = if figure.panels.columns.is_some() { MOST_ON_PAGE + across - 1 } else { MOST_ON_PAGE };
    (down.saturating_mul(across)).min((most / across).max(1) * across)
}

/// `figure` on as many pages as its panels take.
pub(super) fn pages(figure: Figure) -> Vec<Figure> {
    let (all, on_page) = (figure.panels.titles.len(), on_page(&figure));
    if all <= on_page {
        return vec![figure];
    }
    let pages = all.div_ceil(on_page);
    let of_page = |page: usize| {
        let range = page * on_page..((page + 1) * on_page).min(all);
        let mut part = figure.clone();
        part.panels.titles = figure.panels.titles[range.clone()].to_vec();
        part.panels.across = figure.panels.across.get(range.clone()).unwrap_or_default().to_vec();
        part.series.retain(|series| series.panel.is_none_or(|panel| range.contains(&panel)));
        part.series.iter_mut().for_each(|series| series.panel = series.panel.map(|panel| panel - range.start));
        if page > 0 {
            part.name = format!("{}_{}", figure.name, page + 1);
        }
        part.heading = format!("{} ({} of {pages})", figure.heading, page + 1);
        part
    };
    (0..pages).map(of_page).collect()
}

/// Draws `figure` in these formats, in panels if it has several.
pub(super) fn paint(figure: &Figure, formats: Formats, page: &mut Page) -> Result<Chart, ChartError> {
    if figure.panels.titles.len() < 2 && figure.shades.is_none() {
        return paint::paint(figure, formats, page);
    }
    let sheet = Sheet::of(figure)?;
    let size = sheet.head.size;
    Ok(Chart {
        name: figure.name.clone(),
        svg: formats.svg().then(|| svg(&figure.heading, size, |canvas| sheet.draw(canvas, figure))).transpose()?,
        png: formats.png().then(|| png(page, size, |canvas| sheet.draw(canvas, figure))).transpose()?,
    })
}

/// How many panels lie beside each other.
fn columns(figure: &Figure) -> usize {
    let all = figure.panels.titles.len();
    let most = if figure.is_of_names() { 3 } else { 5 };
    if let Some(columns) = figure.panels.columns.filter(|columns| *columns <= most) {
        return columns.max(1);
    }
    match all {
        0..=3 => all.max(1),
        4 => 2,
        5 | 6 | 9 => 3,
        _ => most.min(4),
    }
}

/// A page of panels.
struct Sheet {
    /// Heading and notes, and the size of the page.
    head: Layout,
    /// Where each panel is, and its title.
    panels: Vec<(Layout, Vec<String>)>,
    columns: usize,
    /// The labels of the vertical axis as they fit, a line each.
    labels: Vec<Vec<String>>,
    /// Each line's name with its look, and where it stands.
    legend: Vec<LegendEntry>,
}

/// How a line looks in the legend.
#[derive(Clone, Copy)]
struct Look {
    style: SeriesStyle,
    symbol: LegendSymbol,
    lined: bool,
}

impl Look {
    fn of(series: &Series) -> Self {
        let lined = series.layers.iter().any(|layer| matches!(layer, Layer::Line(_)));
        let dashed = matches!(series.layers[..], [Layer::Dashed(_)]);
        let symbol = if dashed { LegendSymbol::Dashed } else { LegendSymbol::Mark };
        Look { style: series.series_style, symbol, lined }
    }
}

impl Sheet {
    fn of(figure: &Figure) -> Result<Self, ChartError> {
        let (heading, notes, head) = heading(figure)?;
        let (legend, below) = legend(figure, head + 20.0)?;
        let top = below + if figure.y.title.is_empty() { 8.0 } else { 28.0 };
        let labels: Vec<String> = figure.y.ticks.iter().map(|tick| tick.label.clone()).collect();
        let labels = shortened(&labels, &|label| Ok(text_width(label, TICK)? <= LONGEST_NAME))?;
        let left = MARGIN + widest(labels.iter().map(String::as_str), TICK)? * 1.04 + 10.0;
        let labels = labels.into_iter().map(|label| vec![label]).collect();
        let bar = if figure.shades.is_some() { BAR.0 + BAR.1 + BAR.2 } else { 0.0 };
        let columns = columns(figure);
        let width = (WIDTH - MARGIN - bar - left - (columns - 1) as f64 * GAP.0) / columns as f64;
        let titles = &figure.panels.titles;
        let titles = shortened(titles, &|title| Ok(title_lines(title, width, 4)?.len() <= 3))?;
        let titles = titles.iter().map(|title| title_lines(title, width, 3));
        let titles: Vec<Vec<String>> = titles.collect::<Result<_, _>>()?;
        let lines =
            titles.iter().map(|title| if title.concat().is_empty() { 0 } else { title.len() }).max().unwrap_or(0);
        let above = lines as f64 * TITLE_LINE + if lines > 0 { 9.0 } else { 0.0 };
        let rows = titles.len().div_ceil(columns).max(1);
        let height = height(figure, rows);
        // Axes of their own have their labels between the panels.
        let gap = if figure.panels.across.is_empty() { GAP.1 } else { GAP.1 + 14.0 };
        let size =
            (WIDTH as u32, (top + rows as f64 * (above + height) + (rows - 1) as f64 * gap + 62.0).ceil() as u32);
        let place = |number: usize| {
            let (row, column) = ((number / columns) as f64, (number % columns) as f64);
            let panel_left = (left + column * (width + GAP.0)).round();
            let panel_top = (top + row * (above + height + gap) + above).round();
            let (right, bottom) = ((panel_left + width).floor(), panel_top + height.round());
            Layout { left: panel_left, right, top: panel_top, bottom, ..Layout::default() }
        };
        let count = titles.len().max(1);
        let panels = (0..count).map(place).zip(titles.into_iter().chain(std::iter::repeat(Vec::new())));
        let panels = panels.collect();
        let head = Layout { size, heading, notes, left, right: WIDTH - MARGIN, top: top + 4.0, ..Layout::default() };
        Ok(Sheet { head, panels, columns, labels, legend })
    }

    fn draw<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, figure: &Figure) -> Result<(), ChartError> {
        canvas.blank(self.head.size, PAPER)?;
        draw_head(canvas, figure, &self.head)?;
        for ((x, y), label, look) in &self.legend {
            let style = look.style;
            if look.lined {
                draw_stroke(canvas, &[(*x, y - 4.5), (x + 26.0, y - 4.5)], style, 2.0)?;
            }
            draw_swatch(canvas, (*x, y - 4.5), look.symbol, style)?;
            canvas.text(label, (x + 34.0, *y), Align::Left, Font { color: style.color, ..LABEL })?;
        }
        for number in 0..self.panels.len() {
            self.draw_panel(canvas, figure, number)?;
        }
        if let Some(shades) = &figure.shades {
            self.draw_bar(canvas, shades)?;
        }
        let middle = (self.head.left + self.panels.iter().map(|(panel, _)| panel.right).fold(0.0, f64::max)) / 2.0;
        canvas.text(&figure.x.title, (middle, f64::from(self.head.size.1) - 16.0), Align::Center, AXIS)
    }

    fn draw_panel<B: DrawingBackend>(
        &self,
        canvas: &mut Canvas<B>,
        figure: &Figure,
        number: usize,
    ) -> Result<(), ChartError> {
        let (layout, title) = &self.panels[number];
        let own = figure.panels.across.get(number);
        // The axes of the panel, without the series of all.
        let frame = figure.frame(own.unwrap_or(&figure.x).clone());
        for (line, text) in title.iter().rev().enumerate() {
            let baseline = layout.top - 9.0 - TITLE_LINE * line as f64;
            canvas.text(text, (layout.left, baseline), Align::Left, TITLE)?;
        }
        let series: Vec<&Series> =
            figure.series.iter().filter(|series| series.panel.is_none_or(|panel| panel == number)).collect();
        let first = number.is_multiple_of(self.columns);
        let last = number + self.columns >= self.panels.len();
        draw_strips(canvas, &frame, layout)?;
        draw_areas(canvas, &frame, layout, &series)?;
        let labels: &[Vec<String>] = if first { &self.labels } else { &[] };
        draw_vertical(canvas, &frame.y, layout, labels, Ticks { apart: 16.0, off: 8.0, stroke: 0.0 })?;
        let labelled = last || own.is_some();
        draw_horizontal(canvas, &frame.x, layout, labelled, Ticks { apart: 9.0, off: 18.0, stroke: 4.0 })?;
        canvas.line(&[(layout.left, layout.top), (layout.left, layout.bottom)], FRAME, 1.0)?;
        draw_breaks(canvas, &frame, layout)?;
        if series.iter().all(|series| series.is_empty()) {
            let middle = ((layout.left + layout.right) / 2.0, (layout.top + layout.bottom) / 2.0);
            canvas.text("nothing to show", middle, Align::Center, DETAIL)?;
        }
        for cells in series.iter().flat_map(|series| &series.layers).map(Layer::cells) {
            draw_cells(canvas, &frame, layout, cells)?;
        }
        draw_lines(canvas, &frame, layout, &series, |series| series_count(&series.panel, figure))
    }

    /// The scale of colours, beside the panels.
    fn draw_bar<B: DrawingBackend>(&self, canvas: &mut Canvas<B>, Shades { axis }: &Shades) -> Result<(), ChartError> {
        let tops = self.panels.iter().map(|(panel, _)| panel.top);
        let top = tops.fold(f64::INFINITY, f64::min);
        let bottom = self.panels.iter().map(|(panel, _)| panel.bottom).fold(0.0, f64::max).min(top + MOST);
        let left = self.panels.iter().map(|(panel, _)| panel.right).fold(0.0, f64::max) + BAR.0;
        let (right, steps) = (left + BAR.1, 128);
        let up = |place: f64| bottom - place * (bottom - top);
        for step in 0..steps {
            let (from, to) = (f64::from(step) / f64::from(steps), f64::from(step + 1) / f64::from(steps));
            let corners = [(left, up(from)), (right, up(from)), (right, up(to)), (left, up(to))];
            canvas.area(&corners, viridis::color((from + to) / 2.0), 1.0)?;
        }
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
        canvas.line(&corners, FRAME, 0.8)?;
        let apart = 17.0 / (bottom - top);
        for place in thinned_ticks(axis, |_, _| Ok(apart))? {
            let tick = &axis.ticks[place];
            let y = up(tick.place);
            canvas.line(&[(right, y), (right + 5.0, y)], FRAME, 1.0)?;
            canvas.text(&tick.label, (right + 9.0, y + 4.0), Align::Left, TICK)?;
        }
        for (line, text) in wrapped(&axis.title, DETAIL, BAR.0 + BAR.1 + BAR.2, 2)?.iter().enumerate() {
            canvas.text(text, (WIDTH - MARGIN, top - 22.0 + 14.0 * line as f64), Align::Right, DETAIL)?;
        }
        Ok(())
    }
}

/// The title of a panel in lines: an equation is not parted at its sign, unless it is longer than a line.
fn title_lines(title: &str, width: f64, lines: usize) -> Result<Vec<String>, ChartError> {
    const PLAIN: &str = " = ";
    const WHOLE: &str = "\u{a0}=\u{a0}";
    let whole = title.replace(PLAIN, WHOLE);
    for word in whole.split(' ') {
        if text_width(word, TITLE)? > width {
            return wrapped(title, TITLE, width, lines);
        }
    }
    let broken = wrapped(&whole, TITLE, width, lines)?;
    Ok(if title.contains(WHOLE) { broken } else { broken.iter().map(|line| line.replace(WHOLE, PLAIN)).collect() })
}

/// How many lines lie in a panel.
fn series_count(panel: &Option<usize>, figure: &Figure) -> usize {
    figure.series.iter().filter(|series| series.panel == *panel).count()
}

/// How high a panel is, of so many `rows` of panels.
fn height(figure: &Figure, rows: usize) -> f64 {
    let share = HEIGHT / rows as f64;
    let lines = (0..figure.panels.titles.len()).map(|panel| series_count(&Some(panel), figure)).max().unwrap_or(0);
    if figure.is_of_names() {
        return (figure.y.ticks.len() as f64 * (NAME.0 * lines as f64).max(NAME.1)).max(60.0);
    }
    share.clamp(LEAST, MOST)
}

/// Where an entry of the legend stands, its text and its look.
type LegendEntry = (Position, String, Look);

/// The names of the lines in rows from `top` on, each once, and where they end.
fn legend(figure: &Figure, top: f64) -> Result<(Vec<LegendEntry>, f64), ChartError> {
    let mut legend: Vec<LegendEntry> = Vec::new();
    let (mut x, mut y) = (MARGIN, top);
    let named: Vec<&Series> =
        figure.series.iter().filter(|series| figure.shades.is_none() && !series.label.is_empty()).collect();
    let labels: Vec<String> = named.iter().map(|series| series.label.clone()).collect();
    let labels = shortened(&labels, &|label| Ok(text_width(label, LABEL)? <= LONGEST_LABEL))?;
    for (series, label) in named.into_iter().zip(labels) {
        let look = Look::of(series);
        let same =
            |(_, other, of): &&mut LegendEntry| *other == label && (of.style, of.symbol) == (look.style, look.symbol);
        if let Some((_, _, known)) = legend.iter_mut().find(same) {
            // In one panel its points may be joined and in another not.
            known.lined |= look.lined;
            continue;
        }
        let width = 34.0 + text_width(&label, LABEL)? * 1.06 + 24.0;
        if x > MARGIN && x + width > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + 20.0);
        }
        legend.push(((x, y), label, look));
        x += width;
    }
    let end = if legend.is_empty() { top - 14.0 } else { y + 8.0 };
    Ok((legend, end))
}

/// The cells of a heat map, each with its number where that fits.
fn draw_cells<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    figure: &Figure,
    layout: &Layout,
    cells: &[HeatCell],
) -> Result<(), ChartError> {
    let Some(Shades { axis }) = &figure.shades else { return Ok(()) };
    let place = |axis: &Axis, value: f64| axis.place(value).unwrap_or_default();
    for cell in cells {
        let ((x, y), half) = (cell.at, 0.5);
        // At the end of an axis half a cell is no place any more but by rounding.
        let ends = [x - half, x + half].map(|value| layout.across(place(&figure.x, value)));
        let sides = [y - half, y + half].map(|value| layout.up(place(&figure.y, value)));
        let (from, to) = ((ends[0] + 0.5, sides[1] + 0.5), (ends[1] - 0.5, sides[0] - 0.5));
        let Some(value) = cell.value else {
            draw_blank(canvas, from, to)?;
            continue;
        };
        let color = viridis::color(place(axis, value));
        canvas.area(&[from, (to.0, from.1), to, (from.0, to.1)], color, 1.0)?;
        let ink = if viridis::is_light(color) { HEADING.color } else { PAPER };
        let (text, font) = (number(value), Font { color: ink, ..DETAIL });
        if text_width(&text, font)? * 1.06 + 4.0 < to.0 - from.0 && to.1 - from.1 > 15.0 {
            canvas.text(&text, ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0 + 4.0), Align::Center, font)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_of_a_panel_is_not_parted_at_its_sign() {
        let lines = |title: &str, width: f64| title_lines(title, width, 3).unwrap();
        let title = "network topology = ring";
        let width = text_width("network topology =", TITLE).unwrap() + 1.0;
        assert_eq!(wrapped(title, TITLE, width, 3).unwrap(), ["network topology =", "ring"]);
        assert_eq!(lines(title, width), ["network", "topology = ring"]);
        // What is longer than a line on its own is parted where it can be.
        let narrow = text_width("topology =", TITLE).unwrap() + 1.0;
        assert_eq!(lines("topology = random", narrow), ["topology =", "random"]);
        assert_eq!(lines(title, 1000.0), [title]);
    }
}
