//! A chart before it is drawn: plain data that says what is shown, on which axes, and what it means.

use super::axis::Axis;
use super::style::SeriesStyle;

/// Most points a drawn line keeps: more than a page has room for.
const MOST_POINTS: usize = 1500;

/// A value on both axes.
pub(super) type Datum = (f64, f64);

/// What is drawn for a series, in data values. What has no place on the axes is left out.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Layer {
    /// A shaded band: x, its lower and its upper end.
    Band(Vec<(f64, f64, f64)>),
    /// A line.
    Line(Vec<Datum>),
    /// A thin line behind the others.
    Thin(Vec<Datum>),
    /// A broken line.
    Dashed(Vec<Datum>),
    /// Intervals, each from one end to the other.
    Intervals(Vec<(Datum, Datum)>),
    /// Values known without measuring.
    Exact(Vec<Datum>),
    /// Data points.
    Marks(Vec<Datum>),
    /// Data points that something is missing from.
    Hollow(Vec<Datum>),
}

impl Layer {
    /// What it looks like.
    pub(super) fn symbol(&self) -> LegendSymbol {
        match self {
            Layer::Band(_) => LegendSymbol::Band,
            Layer::Line(_) => LegendSymbol::Line,
            Layer::Thin(_) => LegendSymbol::Thin,
            Layer::Dashed(_) => LegendSymbol::Dashed,
            Layer::Intervals(_) => LegendSymbol::Interval,
            Layer::Exact(_) => LegendSymbol::Exact,
            Layer::Marks(_) => LegendSymbol::RoundSample,
            Layer::Hollow(_) => LegendSymbol::Hollow,
        }
    }

    /// All its values.
    pub(super) fn data(&self) -> Vec<Datum> {
        match self {
            Layer::Band(points) => points.iter().flat_map(|(x, low, high)| [(*x, *low), (*x, *high)]).collect(),
            Layer::Intervals(intervals) => intervals.iter().flat_map(|(from, to)| [*from, *to]).collect(),
            Layer::Line(points)
            | Layer::Thin(points)
            | Layer::Dashed(points)
            | Layer::Exact(points)
            | Layer::Marks(points)
            | Layer::Hollow(points) => points.clone(),
        }
    }
}

/// A kind of layer, as the key under the heading shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LegendSymbol {
    /// See [`Layer::Band`].
    Band,
    /// See [`Layer::Line`].
    Line,
    /// See [`Layer::Thin`].
    Thin,
    /// See [`Layer::Dashed`].
    Dashed,
    /// See [`Layer::Intervals`].
    Interval,
    /// See [`Layer::Exact`].
    Exact,
    /// See [`Layer::Marks`].
    RoundSample,
    /// See [`Layer::Hollow`].
    Hollow,
}

/// What belongs to one strategy.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    /// Its name, at the end of its line.
    pub(super) label: String,
    /// What else is said of it, a line each.
    pub(super) details: Vec<String>,
    /// Its colour and marker.
    pub(super) series_style: SeriesStyle,
    /// What is drawn, from the back.
    pub(super) layers: Vec<Layer>,
}

impl Series {
    /// Whether nothing is drawn.
    pub(super) fn is_empty(&self) -> bool {
        self.layers.iter().all(|layer| layer.data().is_empty())
    }
}

/// A chart before it is drawn.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    /// The name of its files.
    pub(super) name: String,
    /// What it shows.
    pub(super) heading: String,
    /// Under what conditions, a paragraph each.
    pub(super) notes: Vec<String>,
    /// What the kinds of layers mean; kinds that do not occur are left out.
    pub(super) keys: Vec<(LegendSymbol, &'static str)>,
    /// The horizontal axis.
    pub(super) x: Axis,
    /// The vertical axis.
    pub(super) y: Axis,
    /// What is shown.
    pub(super) series: Vec<Series>,
}

impl Figure {
    /// The keys of the kinds of layers that occur.
    pub(super) fn keys(&self) -> impl Iterator<Item = (LegendSymbol, &'static str)> {
        let layers = || self.series.iter().flat_map(|series| &series.layers);
        let occurs = move |symbol| layers().any(|layer| layer.symbol() == symbol && !layer.data().is_empty());
        self.keys.iter().copied().filter(move |(symbol, _)| occurs(*symbol))
    }
}

/// All values of `series` across (`false`) or up (`true`).
pub(super) fn values(series: &[Series], up: bool) -> impl Iterator<Item = f64> {
    let data = series.iter().flat_map(|series| &series.layers).flat_map(Layer::data);
    data.map(move |(x, y)| if up { y } else { x })
}

/// The axis of a measured quantity across (`false`) or up (`true`). Whether it is a log axis is decided by what was
/// estimated, not by how well.
pub(super) fn measured(title: &str, series: &[Series], up: bool) -> Axis {
    let layers = series.iter().flat_map(|series| &series.layers);
    let points = layers.filter(|layer| layer.symbol() != LegendSymbol::Interval).flat_map(Layer::data);
    Axis::measured(title, points.map(|(x, y)| if up { y } else { x }), values(series, up))
}

/// Parts lines where they reach the zeros of a log axis: there is nothing between those and the scale.
pub(super) fn part_at_zeros(axis: &Axis, series: &mut [Series]) {
    for series in series.iter_mut().filter(|_| axis.zeros) {
        let part = |layer: Layer| match layer {
            Layer::Line(points) => {
                points.split(|point| point.1 <= 0.0).map(|part| Layer::Line(part.to_vec())).collect()
            }
            other => vec![other],
        };
        series.layers = std::mem::take(&mut series.layers).into_iter().flat_map(part).collect();
    }
}

/// `points`, evenly thinned to what a page has room for; both ends stay.
pub(super) fn thinned<P: Copy>(points: Vec<P>) -> Vec<P> {
    if points.len() <= MOST_POINTS {
        return points;
    }
    let last = points.len() - 1;
    (0..MOST_POINTS).map(|index| points[index * last / (MOST_POINTS - 1)]).collect()
}

/// About a dozen of `points`, for markers along the `place`th of `lines` over the same rounds: where two lines coincide,
/// their markers do not.
pub(super) fn some<P: Copy>(points: &[P], place: usize, lines: usize) -> Vec<P> {
    let lines = lines.max(1);
    let stride = points.len().div_ceil(14).next_multiple_of(lines).max(lines);
    // Whatever the strides, each line keeps to places of its own, counted in turns of all lines.
    let first = stride * place / lines / lines * lines + place;
    let marks: Vec<P> = points.iter().skip(first).step_by(stride).copied().collect();
    if marks.is_empty() { points.last().copied().into_iter().collect() } else { marks }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_keeps_both_ends_and_fits_the_page() {
        let line = thinned((0..100_000).collect());
        assert_eq!((line.len(), line[0], line[line.len() - 1]), (MOST_POINTS, 0, 99_999));
        assert_eq!(thinned(vec![1, 2]), [1, 2]);
        assert!(thinned(Vec::<u8>::new()).is_empty());
    }

    #[test]
    fn markers_of_different_lines_lie_apart() {
        for length in [20, 26, 27, 300] {
            let points: Vec<usize> = (0..length).collect();
            let marks = |place| some(&points[..length - length / 5 * place], place, 3);
            assert!(marks(0).iter().all(|point| !marks(1).contains(point) && !marks(2).contains(point)));
            assert!(marks(1).iter().all(|point| !marks(2).contains(point)));
            assert!((2..=15).contains(&marks(2).len()) && marks(0).len() <= 15);
        }
        assert_eq!(some(&[1, 2, 3], 0, 1), [1, 2, 3]);
        assert_eq!(some(&[1, 2], 2, 3), [2]);
    }

    #[test]
    fn a_line_does_not_reach_into_the_zeros_of_a_log_axis() {
        let line = vec![(1.0, 0.5), (2.0, 0.001), (3.0, 0.0), (4.0, 0.2)];
        let series_style = super::super::style::series_style("push", 0);
        let layers = vec![Layer::Line(line.clone()), Layer::Marks(line.clone())];
        let mut series = vec![Series { label: "push".into(), details: vec![], series_style, layers }];
        let axis = measured("residue", &series, true);
        part_at_zeros(&axis, &mut series);
        let parts = [Layer::Line(line[..2].to_vec()), Layer::Line(line[3..].to_vec()), Layer::Marks(line)];
        assert_eq!(series[0].layers, parts);
    }
}
