//! What is drawn for a series: layers of data values, and what they look like in a key.

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
    /// Confidence intervals of what is marked, each from one end to the other.
    Intervals(Vec<(Datum, Datum)>),
    /// What most runs lie between, each from one end to the other: a band of one place.
    Spread(Vec<(Datum, Datum)>),
    /// Values known without measuring.
    Exact(Vec<Datum>),
    /// Data points.
    Marks(Vec<Datum>),
    /// Data points that something is missing from.
    Hollow(Vec<Datum>),
    /// Data points that are pointed out, whatever marks them.
    Ring(Vec<Datum>),
    /// Cells of a heat map.
    Cells(Vec<HeatCell>),
}

/// A cell of a heat map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct HeatCell {
    /// Its middle.
    pub(super) at: Datum,
    /// What its colour shows; nothing where there is nothing to show.
    pub(super) value: Option<f64>,
    /// Whether that lacks nothing.
    pub(super) whole: bool,
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
            Layer::Spread(_) => LegendSymbol::Spread,
            Layer::Exact(_) => LegendSymbol::Exact,
            Layer::Marks(_) => LegendSymbol::Mark,
            Layer::Hollow(_) => LegendSymbol::Hollow,
            Layer::Ring(_) => LegendSymbol::Ring,
            Layer::Cells(_) => LegendSymbol::Cell,
        }
    }

    /// The cells of a heat map.
    pub(super) fn cells(&self) -> &[HeatCell] {
        if let Layer::Cells(cells) = self { cells } else { &[] }
    }

    /// All its values.
    pub(super) fn data(&self) -> Vec<Datum> {
        match self {
            Layer::Band(points) => points.iter().flat_map(|(x, low, high)| [(*x, *low), (*x, *high)]).collect(),
            Layer::Intervals(intervals) | Layer::Spread(intervals) => {
                intervals.iter().flat_map(|(from, to)| [*from, *to]).collect()
            }
            Layer::Cells(cells) => cells.iter().map(|cell| cell.at).collect(),
            Layer::Line(points)
            | Layer::Thin(points)
            | Layer::Dashed(points)
            | Layer::Exact(points)
            | Layer::Marks(points)
            | Layer::Hollow(points)
            | Layer::Ring(points) => points.clone(),
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
    /// See [`Layer::Spread`].
    Spread,
    /// See [`Layer::Exact`].
    Exact,
    /// See [`Layer::Marks`].
    Mark,
    /// See [`Layer::Hollow`].
    Hollow,
    /// See [`Layer::Ring`].
    Ring,
    /// See [`Layer::Cells`].
    Cell,
}
