//! Where things are on a page. Widths are measured first, so that nothing is cut off and nothing overlaps.

use super::canvas::{Font, Position, text_width};
use super::figure::{Figure, Layer, Series};
use super::shorten::shortened;
use super::style::{DETAIL, HEADING, LABEL, NOTE, TICK, spread};
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
pub(super) const GUTTER: (f64, f64, f64) = (16.0, 26.0, 8.0);

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

impl Layout {
    pub(super) fn of(figure: &Figure) -> Result<Self, ChartError> {
        let (heading, notes, head) = heading(figure)?;
        let title = if figure.y.title.is_empty() { 8.0 } else { 34.0 };
        let top = head + title;
        let below = 66.0;
        let fill = (HEIGHT - top - below).max(LEAST_PLOT).ceil();
        let rows = figure.y.ticks.len() as f64;
        // A few names need no more room, many do.
        let plot = if figure.y.rows { fill.min((rows * 2.0 * ROW).max(LEAST_ROWS)).max(rows * ROW) } else { fill };
        let ticks = fitting(figure.y.ticks.iter().map(|tick| &tick.label), TICK, if figure.y.rows { 2 } else { 1 })?;
        let width_of_ticks = widest(ticks.iter().flatten().map(String::as_str), TICK)?;
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
        let left = MARGIN + width_of_ticks.min(LONGEST_NAME) * 1.04 + 10.0;
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
    pub(super) fn rectangle(&self, across: (f64, f64), up: (f64, f64)) -> [Position; 4] {
        let (left, right) = (self.across(across.0), self.across(across.1));
        let (bottom, top) = (self.up(up.0), self.up(up.1));
        [(left, bottom), (right, bottom), (right, top), (left, top)]
    }

    pub(super) fn position(&self, figure: &Figure, datum: (f64, f64)) -> Option<Position> {
        Some((self.across(figure.x.place(datum.0)?), self.up(figure.y.place(datum.1)?)))
    }

    pub(super) fn positions(&self, figure: &Figure, data: &[(f64, f64)]) -> Vec<Position> {
        data.iter().filter_map(|datum| self.position(figure, *datum)).collect()
    }

    /// The place of a value that lies on the scales of both axes, and not below the low end of one.
    pub(super) fn within(&self, figure: &Figure, datum: (f64, f64)) -> Option<Position> {
        self.position(figure, datum).filter(|_| figure.x.reaches(datum.0) && figure.y.reaches(datum.1))
    }

    /// The parts of a line that lie within the plot: it is parted where a value does not, joins nothing across it, and does
    /// not creep along the edge.
    pub(super) fn paths(&self, figure: &Figure, data: &[(f64, f64)]) -> Vec<Vec<Position>> {
        let positions: Vec<_> = data.iter().map(|datum| self.within(figure, *datum)).collect();
        let parts = positions.split(Option::is_none).filter(|part| !part.is_empty());
        parts.map(|part| part.iter().flatten().copied().collect()).collect()
    }
}

/// The lines of the heading and of the notes of a page, and where they and the line that explains symbols end.
pub(super) fn heading(figure: &Figure) -> Result<(Vec<String>, Vec<String>, f64), ChartError> {
    let inner = WIDTH - 2.0 * MARGIN;
    let heading = wrapped(&figure.heading, HEADING, inner, 2)?;
    let mut notes = Vec::new();
    for note in &figure.notes {
        notes.extend(wrapped(note, NOTE, inner, 3)?);
    }
    let keys = if figure.keys().next().is_some() { 24.0 } else { 0.0 };
    let end = MARGIN + heading.len() as f64 * 24.0 + notes.len() as f64 * 18.0 + keys;
    Ok((heading, notes, end))
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

#[cfg(test)]
mod tests {
    use super::super::axis::Axis;
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
}
