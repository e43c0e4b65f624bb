//! A chart before it is drawn: plain data that says what is shown, on which axes, and what it means.

use super::axis::Axis;
pub(super) use super::layer::{Datum, HeatCell, Layer, LegendSymbol};
use super::style::{Marker, SeriesStyle, Stroke};

/// Most points a drawn line keeps: more than a page has room for.
const MOST_POINTS: usize = 1500;

/// What belongs to one line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Series {
    /// Its name, at the end of its line.
    pub(super) label: String,
    /// What else is said of it, a line each.
    pub(super) details: Vec<String>,
    /// Its colour, marker and stroke.
    pub(super) series_style: SeriesStyle,
    /// The number of its panel; nothing if it is in every one.
    pub(super) panel: Option<usize>,
    /// What is drawn, from the back.
    pub(super) layers: Vec<Layer>,
}

impl Series {
    /// Whether nothing is drawn.
    pub(super) fn is_empty(&self) -> bool {
        self.layers.iter().all(|layer| layer.data().is_empty())
    }
}

/// The panels of a chart, which share its axes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Panels {
    /// What is held in each; one without a title, or none, where everything lies in one.
    pub(super) titles: Vec<String>,
    /// How many lie beside each other; nothing if that is for the page to say.
    pub(super) columns: Option<usize>,
    /// The horizontal axis of each, where they have no common one.
    pub(super) across: Vec<Axis>,
}

/// What the colours of a heat map mean.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shades {
    /// From the least to the greatest value that has a colour.
    pub(super) axis: Axis,
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
    /// The panels that the series lie in.
    pub(super) panels: Panels,
    /// Of a heat map, what its colours mean.
    pub(super) shades: Option<Shades>,
    /// What is shown.
    pub(super) series: Vec<Series>,
}

/// Most bands that are seen through each other in one panel.
const MOST_BANDS: usize = 4;

/// How many times as long as the shortest panel the longest may be on a common axis of rounds.
const SQUEEZED: f64 = 3.0;

impl Figure {
    /// Leaves out what a crowded panel cannot show: bands of many lines, and, where strokes tell lines apart, the broken
    /// lines of theory.
    pub(super) fn thin_out(&mut self) {
        let broken = self.series.iter().any(|series| series.series_style.stroke != Stroke::Solid);
        let count = |panel| self.series.iter().filter(|series| series.panel == Some(panel)).count();
        let most = self.series.iter().filter_map(|series| series.panel).map(count).max().unwrap_or(0);
        for series in self.series.iter_mut().filter(|series| series.panel.is_some()) {
            series.layers.retain(|layer| match layer {
                Layer::Band(_) => most <= MOST_BANDS,
                Layer::Dashed(_) => !broken,
                _ => true,
            });
        }
    }

    /// The marker of all that is marked, if that is one.
    pub(super) fn marker(&self) -> Option<Marker> {
        let is_marked = |series: &&Series| {
            let mut layers = series.layers.iter();
            layers.any(|layer| matches!(layer, Layer::Marks(_) | Layer::Hollow(_)) && !layer.data().is_empty())
        };
        let mut markers = self.series.iter().filter(is_marked).map(|series| series.series_style.marker);
        let first = markers.next()?;
        markers.all(|other| other == first).then_some(first)
    }

    /// Leaves out the panels that are not `kept`, with what lies in them.
    pub(super) fn keep_panels(&mut self, kept: &[bool]) {
        let is_kept = |panel: usize| kept.get(panel).copied().unwrap_or(true);
        let number = |panel: usize| (0..panel).filter(|before| is_kept(*before)).count();
        self.series.retain(|series| series.panel.is_none_or(is_kept));
        self.series.iter_mut().for_each(|series| series.panel = series.panel.map(number));
        let mut place = 0..;
        self.panels.titles.retain(|_| place.next().is_none_or(is_kept));
        let mut place = 0..;
        self.panels.across.retain(|_| place.next().is_none_or(is_kept));
        // Rows and columns mean nothing any more.
        self.panels.columns = None;
    }

    /// Whether what it shows lies in rows of names; those of a heat map are rows of cells.
    pub(super) fn is_of_names(&self) -> bool {
        self.y.rows && self.shades.is_none()
    }

    /// Its axes, with another across, and nothing on them.
    pub(super) fn frame(&self, x: Axis) -> Figure {
        Figure {
            name: String::new(),
            heading: String::new(),
            notes: Vec::new(),
            keys: Vec::new(),
            x,
            y: self.y.clone(),
            panels: Panels::default(),
            shades: self.shades.clone(),
            series: Vec::new(),
        }
    }

    /// Gives every panel a horizontal axis of rounds of its own, where the rounds of some would be squeezed by those of
    /// others.
    pub(super) fn part_rounds(&mut self) {
        let last = |panel: usize| {
            let series = self.series.iter().filter(|series| series.panel == Some(panel));
            let rounds = series.flat_map(|series| &series.layers).flat_map(Layer::data).map(|(round, _)| round);
            rounds.filter(|round| round.is_finite()).fold(0.0, f64::max)
        };
        let ends: Vec<f64> = (0..self.panels.titles.len()).map(last).collect();
        let drawn = || ends.iter().copied().filter(|end| *end > 0.0);
        if drawn().fold(0.0, f64::max) <= SQUEEZED * drawn().fold(f64::INFINITY, f64::min) {
            return;
        }
        let axis = |end: &f64| Axis::counted(&self.x.title, *end as u64);
        self.panels.across = ends.iter().map(axis).collect();
        self.notes.push("Each panel has an axis of rounds of its own.".to_owned());
    }

    /// The keys of the kinds of layers that something is seen of.
    pub(super) fn keys(&self) -> impl Iterator<Item = (LegendSymbol, &'static str)> {
        let layers = || self.series.iter().flat_map(|series| &series.layers);
        let occurs = move |symbol| layers().any(|layer| layer.symbol() == symbol && self.shows(layer));
        self.keys.iter().copied().filter(move |(symbol, _)| occurs(*symbol))
    }

    /// Leaves out series that nothing is seen of: a name at the end of no line says nothing.
    pub(super) fn keep_seen(&mut self) {
        let seen = |series: &Series| series.layers.iter().any(|layer| self.shows(layer));
        let seen: Vec<bool> = self.series.iter().map(seen).collect();
        let mut seen = seen.into_iter();
        self.series.retain(|_| seen.next().unwrap_or(true));
    }

    /// Whether anything is seen of `layer`: a line takes two places, a band some width, and all of them a place on the axes.
    fn shows(&self, layer: &Layer) -> bool {
        let places = |data: &[Datum]| {
            let place = |(x, y): &Datum| Some((self.x.place(*x)?, self.y.place(*y)?));
            data.iter().filter_map(place).collect::<Vec<_>>()
        };
        let extended = |data: &[Datum]| places(data).windows(2).any(|pair| pair[0] != pair[1]);
        match layer {
            Layer::Line(points) | Layer::Thin(points) | Layer::Dashed(points) => extended(points),
            Layer::Band(points) => points.iter().any(|(x, low, high)| extended(&[(*x, *low), (*x, *high)])),
            Layer::Intervals(intervals) | Layer::Spread(intervals) => {
                intervals.iter().any(|(from, to)| extended(&[*from, *to]))
            }
            Layer::Exact(points) | Layer::Marks(points) | Layer::Hollow(points) | Layer::Ring(points) => {
                !places(points).is_empty()
            }
            Layer::Cells(cells) => !cells.is_empty(),
        }
    }

    /// Whether all that is measured lies at one place of the axis that is not measured: that is no chart, but a number of
    /// each series.
    pub(super) fn is_of_one_place(&self) -> bool {
        let layers = self.series.iter().flat_map(|series| &series.layers);
        let measured =
            |layer: &&Layer| matches!(layer, Layer::Marks(_) | Layer::Hollow(_) | Layer::Line(_) | Layer::Cells(_));
        let data = layers.filter(measured).flat_map(Layer::data);
        // The series of a row of names lie a little below each other.
        let place = |(x, y): Datum| if self.y.rows { y.round() } else { x };
        let mut places = data.filter(|(x, y)| x.is_finite() && y.is_finite()).map(place);
        let first = places.next();
        places.all(|place| Some(place) == first)
    }
}

/// All values of `series` across (`false`) or up (`true`).
pub(super) fn values(series: &[Series], up: bool) -> impl Iterator<Item = f64> {
    let data = series.iter().flat_map(|series| &series.layers).flat_map(Layer::data);
    data.map(move |(x, y)| if up { y } else { x })
}

/// The axis of a measured quantity across (`false`) or up (`true`). Whether it is a log axis is decided by what was
/// estimated, not by how well nor by what laws and fitted lines say.
pub(super) fn measured(title: &str, series: &[Series], up: bool) -> Axis {
    let layers = series.iter().flat_map(|series| &series.layers);
    let estimated = |layer: &&Layer| matches!(layer, Layer::Line(_) | Layer::Marks(_) | Layer::Hollow(_));
    let points = layers.filter(estimated).flat_map(Layer::data);
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

    fn figure(layers: Vec<Layer>) -> Figure {
        let series_style = super::super::style::series_style("push", 0);
        let series = vec![Series { label: "push".into(), details: vec![], series_style, panel: None, layers }];
        let keys = [LegendSymbol::Line, LegendSymbol::Band, LegendSymbol::Dashed, LegendSymbol::Interval];
        Figure {
            name: "any".into(),
            heading: "Any".into(),
            notes: vec![],
            keys: keys.map(|symbol| (symbol, "something")).into(),
            x: Axis::counted("round", 9),
            y: Axis::share("share"),
            panels: Panels::default(),
            shades: None,
            series,
        }
    }

    #[test]
    fn the_legend_names_only_what_is_seen() {
        let seen = |layers: Vec<Layer>| figure(layers).keys().map(|(symbol, _)| symbol).collect::<Vec<_>>();
        let whole = vec![
            Layer::Line(vec![(0.0, 0.1), (1.0, 0.2)]),
            Layer::Band(vec![(0.0, 0.1, 0.2)]),
            Layer::Dashed(vec![(0.0, 0.1), (1.0, 0.2)]),
            Layer::Intervals(vec![((0.0, 0.1), (0.0, 0.2))]),
        ];
        assert_eq!(seen(whole).len(), 4);
        let unseen = vec![
            Layer::Line(vec![(0.0, 0.1)]),
            Layer::Band(vec![(0.0, 0.1, 0.1), (1.0, 0.2, 0.2)]),
            Layer::Dashed(vec![(0.0, f64::NAN), (1.0, 0.2), (2.0, 7.0)]),
            Layer::Intervals(vec![((0.0, 0.1), (0.0, 0.1))]),
        ];
        assert_eq!(seen(unseen.clone()), []);
        let mut figure = figure(unseen);
        figure.keep_seen();
        assert_eq!(figure.series, []);
    }

    #[test]
    fn a_chart_of_one_place_is_known() {
        let marks =
            |data: &[Datum]| figure(vec![Layer::Marks(data.to_vec()), Layer::Dashed(vec![(0.0, 0.1), (5.0, 0.1)])]);
        assert!(marks(&[(3.0, 0.1), (3.0, 0.4)]).is_of_one_place() && marks(&[]).is_of_one_place());
        assert!(!marks(&[(3.0, 0.1), (4.0, 0.1)]).is_of_one_place());
        let rows = |data: &[Datum]| Figure { y: Axis::names("", &["a".into(), "b".into()]), ..marks(data) };
        assert!(rows(&[(0.5, -0.1), (0.7, 0.1)]).is_of_one_place());
        assert!(!rows(&[(0.5, -0.1), (0.7, -0.9)]).is_of_one_place());
    }

    #[test]
    fn a_line_does_not_reach_into_the_zeros_of_a_log_axis() {
        let line = vec![(1.0, 0.5), (2.0, 0.001), (3.0, 0.0), (4.0, 0.2)];
        let series_style = super::super::style::series_style("push", 0);
        let layers = vec![Layer::Line(line.clone()), Layer::Marks(line.clone())];
        let mut series = vec![Series { label: "push".into(), details: vec![], series_style, panel: None, layers }];
        let axis = measured("residue", &series, true);
        part_at_zeros(&axis, &mut series);
        let parts = [Layer::Line(line[..2].to_vec()), Layer::Line(line[3..].to_vec()), Layer::Marks(line)];
        assert_eq!(series[0].layers, parts);
    }
}
