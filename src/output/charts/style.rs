//! How charts look: colours that a colour-blind eye tells apart, a marker for each, and labels that keep their distance.

use plotters::backend::DrawingBackend;
use plotters::prelude::RGBColor;

use super::canvas::{Canvas, Font, Position};
use crate::output::chart_error::ChartError;

/// The page.
pub(super) const PAPER: RGBColor = RGBColor(255, 255, 255);
/// Grid lines.
pub(super) const GRID: RGBColor = RGBColor(232, 232, 232);
/// What lies apart from a scale.
pub(super) const STRIP: RGBColor = RGBColor(245, 245, 245);
/// Axis lines.
pub(super) const FRAME: RGBColor = RGBColor(120, 120, 120);
/// What stands for no strategy in particular.
pub(super) const NEUTRAL: RGBColor = RGBColor(90, 90, 90);

/// What a chart shows.
pub(super) const HEADING: Font = Font { em: 18.0, bold: true, color: RGBColor(17, 17, 17) };
/// Under what conditions.
pub(super) const NOTE: Font = Font { em: 12.0, bold: false, color: RGBColor(80, 80, 80) };
/// What an axis measures.
pub(super) const AXIS: Font = Font { em: 12.0, bold: true, color: RGBColor(50, 50, 50) };
/// The numbers at an axis.
pub(super) const TICK: Font = Font { em: 11.5, bold: false, color: RGBColor(70, 70, 70) };
/// The name of a line, in the line's colour.
pub(super) const LABEL: Font = Font { em: 13.0, bold: true, color: NEUTRAL };
/// What else is said of a line.
pub(super) const DETAIL: Font = Font { em: 11.0, bold: false, color: RGBColor(80, 80, 80) };

/// The shape of a data point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Marker {
    /// A disc.
    Disc,
    /// A square.
    Square,
    /// A triangle on its side.
    Triangle,
    /// A square on its corner.
    Diamond,
    /// A triangle on its corner.
    Wedge,
}

/// How a line is stroked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stroke {
    /// Without a gap.
    #[default]
    Solid,
    /// In long dashes.
    Dashed,
    /// In dots.
    Dotted,
    /// In very long dashes, far apart.
    Sparse,
}

impl Stroke {
    /// All of them, in the order in which they are given to values.
    pub(super) const ALL: [Stroke; 4] = [Stroke::Solid, Stroke::Dashed, Stroke::Dotted, Stroke::Sparse];

    /// Units drawn and units left out by turns; `None` of a line without a gap.
    pub(super) fn gaps(self) -> Option<(f64, f64)> {
        match self {
            Stroke::Solid => None,
            Stroke::Dashed => Some((9.0, 5.0)),
            Stroke::Dotted => Some((2.5, 4.5)),
            Stroke::Sparse => Some((18.0, 8.0)),
        }
    }
}

/// A line's colour, marker and stroke.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SeriesStyle {
    /// Its colour.
    pub(super) color: RGBColor,
    /// Its marker.
    pub(super) marker: Marker,
    /// How it is stroked.
    pub(super) stroke: Stroke,
}

impl SeriesStyle {
    /// A line without a gap.
    pub(super) const fn solid(color: RGBColor, marker: Marker) -> Self {
        SeriesStyle { color, marker, stroke: Stroke::Solid }
    }

    /// The same colour for the value number `place` of another key: with a marker and a stroke of its own.
    pub(super) fn variant(self, place: usize) -> Self {
        const MARKERS: [Marker; 4] = [Marker::Disc, Marker::Square, Marker::Triangle, Marker::Diamond];
        let place = place % Stroke::ALL.len();
        SeriesStyle { marker: MARKERS[place], stroke: Stroke::ALL[place], ..self }
    }
}

/// Colours of Okabe and Ito, "Color universal design" (2008), in our order; yellow is left out, too light for a line,
/// and grey stands in for it.
const INKS: [SeriesStyle; 8] = [
    SeriesStyle::solid(RGBColor(213, 94, 0), Marker::Disc),
    SeriesStyle::solid(RGBColor(0, 114, 178), Marker::Square),
    SeriesStyle::solid(RGBColor(0, 158, 115), Marker::Triangle),
    SeriesStyle::solid(RGBColor(204, 121, 167), Marker::Diamond),
    SeriesStyle::solid(RGBColor(230, 159, 0), Marker::Wedge),
    SeriesStyle::solid(RGBColor(86, 180, 233), Marker::Disc),
    SeriesStyle::solid(RGBColor(0, 0, 0), Marker::Square),
    SeriesStyle::solid(RGBColor(128, 128, 128), Marker::Triangle),
];

/// Most lines that one panel can tell apart.
pub(super) const MOST_LINES: usize = INKS.len();

/// The style of a strategy, the same in every chart; of another name, the style of its number among those shown.
pub(super) fn series_style(strategy: &str, place: usize) -> SeriesStyle {
    let known = ["push", "pull", "push-pull"].iter().position(|name| *name == strategy);
    INKS[known.unwrap_or(place % MOST_LINES)]
}

/// How wide a line is drawn, in units, if it is the `place`th of `lines`: the first lies on top and is the thinnest,
/// so that one that lies under it shows at both sides.
pub(super) fn line_width(place: usize, lines: usize) -> f64 {
    if lines < 2 { 2.2 } else { 1.6 + 0.6 * place.min(2) as f64 }
}

/// A pale shade of `color`, for the inside of a band.
pub(super) fn tint(color: RGBColor) -> RGBColor {
    let pale = |channel: u8| (u32::from(channel) * 16 + 255 * 84).div_ceil(100) as u8;
    RGBColor(pale(color.0), pale(color.1), pale(color.2))
}

/// A darker shade of `color`, for what is drawn over a line of that colour.
pub(super) fn dark(color: RGBColor) -> RGBColor {
    blend(color, RGBColor(0, 0, 0))
}

/// Halfway between two colours.
fn blend(a: RGBColor, b: RGBColor) -> RGBColor {
    RGBColor(a.0.midpoint(b.0), a.1.midpoint(b.1), a.2.midpoint(b.2))
}

/// Draws a data point; a hollow one says that something is missing.
pub(super) fn mark<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    center: Position,
    series_style: SeriesStyle,
    hollow: bool,
) -> Result<(), ChartError> {
    // A white rim keeps it apart from the lines it lies on.
    shape(canvas, center, series_style.marker, 6.2, PAPER)?;
    shape(canvas, center, series_style.marker, 5.0, series_style.color)?;
    if hollow { shape(canvas, center, series_style.marker, 2.9, PAPER) } else { Ok(()) }
}

/// A marker of about the area of a disc of `radius`.
fn shape<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    (x, y): Position,
    marker: Marker,
    radius: f64,
    color: RGBColor,
) -> Result<(), ChartError> {
    let corners: &[Position] = match marker {
        Marker::Disc => return canvas.disc((x, y), radius, color),
        Marker::Square => &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        Marker::Triangle => &[(0.0, -1.2), (1.12, 0.8), (-1.12, 0.8)],
        Marker::Diamond => &[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)],
        Marker::Wedge => &[(0.0, 1.2), (1.12, -0.8), (-1.12, -0.8)],
    };
    let corners: Vec<Position> = corners.iter().map(|(dx, dy)| (x + dx * radius, y + dy * radius)).collect();
    canvas.area(&corners, color, 1.0)
}

/// Moves things of the given heights, each wanted with its middle at a place, so that they overlap nowhere and stay
/// within `low` to `high` as far as there is room: their middles, in the order given.
pub(super) fn spread(wanted: &[(f64, f64)], low: f64, high: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by(|a, b| wanted[*a].0.total_cmp(&wanted[*b].0));
    let mut middles = vec![0.0; wanted.len()];
    // Down from the top, each below the one before it; then up from the bottom, where that went too far.
    let mut free = low;
    for &index in &order {
        let (middle, height) = wanted[index];
        middles[index] = middle.max(free + height / 2.0);
        free = middles[index] + height / 2.0;
    }
    let mut free = high.max(low + wanted.iter().map(|(_, height)| height).sum::<f64>());
    for &index in order.iter().rev() {
        let height = wanted[index].1;
        middles[index] = middles[index].min(free - height / 2.0);
        free = middles[index] - height / 2.0;
    }
    middles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_never_overlap_and_stay_on_the_page() {
        for wanted in [
            vec![(10.0, 20.0), (10.0, 20.0), (10.0, 20.0)],
            vec![(100.0, 20.0), (99.0, 30.0), (98.0, 20.0)],
            vec![(50.0, 20.0), (0.0, 10.0), (55.0, 20.0), (52.0, 15.0)],
            vec![],
        ] {
            let middles = spread(&wanted, 0.0, 100.0);
            for (index, (middle, (_, height))) in middles.iter().zip(&wanted).enumerate() {
                assert!(middle - height / 2.0 >= -1e-9 && middle + height / 2.0 <= 100.0 + 1e-9, "{middles:?}");
                for (other, (place, (_, size))) in middles.iter().zip(&wanted).enumerate() {
                    assert!(index == other || (middle - place).abs() >= (height + size) / 2.0 - 1e-9, "{middles:?}");
                }
            }
        }
        assert_eq!(spread(&[(30.0, 10.0), (70.0, 10.0)], 0.0, 100.0), [30.0, 70.0]);
    }

    #[test]
    fn a_line_under_another_is_wider() {
        assert!((1..3).all(|place| line_width(place, 3) > line_width(place - 1, 3)));
    }

    #[test]
    fn no_two_lines_of_a_chart_share_an_ink() {
        let names = ["push", "pull", "push-pull", "a", "b", "c", "d", "e"];
        let inks: Vec<SeriesStyle> = names.iter().enumerate().map(|(place, name)| series_style(name, place)).collect();
        assert!(inks.iter().enumerate().all(|(index, series_style)| !inks[..index].contains(series_style)));
    }
}
