//! What a chart says of what cannot be seen on it: intervals behind their marks, and lines that lie on each other.

use super::figure::{Datum, Figure, Layer, Series};

/// Across a mark, in units of the page.
const MARK: f64 = 10.0;
/// Lines that are nowhere farther apart than this are one to the eye, in units of the page.
const APART: f64 = 1.5;
/// About how far the plot of a page, and a panel of several, reach in the direction of what is measured.
const EXTENT: (f64, f64) = (400.0, 200.0);
/// Most lines that are named.
const MOST_NAMED: usize = 4;

/// The remarks that `figure` calls for.
pub(super) fn remarks(figure: &Figure) -> Vec<String> {
    [hidden(figure), coinciding(figure)].into_iter().flatten().collect()
}

fn extent(figure: &Figure) -> f64 {
    if figure.panels.titles.len() > 1 { EXTENT.1 } else { EXTENT.0 }
}

/// That most confidence intervals are hidden behind the marks of their means.
fn hidden(figure: &Figure) -> Option<String> {
    let layers = figure.series.iter().flat_map(|series| &series.layers);
    let intervals = layers.filter_map(|layer| match layer {
        Layer::Intervals(intervals) => Some(intervals),
        _ => None,
    });
    let place = |datum: Datum| if figure.y.rows { figure.x.place(datum.0) } else { figure.y.place(datum.1) };
    let lengths = intervals.flatten().filter_map(|(from, to)| Some((place(*to)? - place(*from)?).abs()));
    let short: Vec<bool> = lengths.map(|length| length * extent(figure) < MARK).collect();
    let hidden = short.iter().filter(|short| **short).count();
    match hidden {
        0 => None,
        all if all == short.len() => Some("The confidence intervals are smaller than the marks.".to_owned()),
        some if 2 * some > short.len() => Some("Most confidence intervals are smaller than the marks.".to_owned()),
        _ => None,
    }
}

/// Which lines lie on each other in every place.
fn coinciding(figure: &Figure) -> Option<String> {
    if figure.y.rows {
        return None;
    }
    let mut named: Vec<String> = Vec::new();
    for (number, one) in figure.series.iter().enumerate() {
        let others = figure.series[number + 1..].iter().filter(|other| other.panel == one.panel);
        for other in others.filter(|other| coincide(figure, one, other)) {
            let pair = format!("{} and {}", one.label, other.label);
            if !named.contains(&pair) {
                named.push(pair);
            }
        }
    }
    let panels = figure.panels.titles.len() > 1;
    match named.len() {
        0 => None,
        some if some > MOST_NAMED => Some("Some lines lie on each other.".to_owned()),
        _ => {
            let places = if panels { " in some panels" } else { "" };
            Some(format!("Lines lie on each other{places}: {}.", named.join("; ")))
        }
    }
}

/// Whether two lines of several points are nowhere apart.
fn coincide(figure: &Figure, one: &Series, other: &Series) -> bool {
    let (one, other) = (points(one), points(other));
    let near = |(a, b): (&Datum, &Datum)| {
        let places = figure.y.place(a.1).zip(figure.y.place(b.1));
        a.0 == b.0 && places.is_some_and(|(a, b)| (a - b).abs() * extent(figure) < APART)
    };
    one.len() > 1 && one.len() == other.len() && one.iter().zip(&other).all(near)
}

/// The points that a line joins or that are marked, from left to right.
fn points(series: &Series) -> Vec<Datum> {
    let of = |wanted: fn(&Layer) -> bool| series.layers.iter().filter(move |layer| wanted(layer)).flat_map(Layer::data);
    let mut points: Vec<Datum> = of(|layer| matches!(layer, Layer::Line(_))).collect();
    if points.is_empty() {
        points = of(|layer| matches!(layer, Layer::Marks(_) | Layer::Hollow(_))).collect();
    }
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    points
}

#[cfg(test)]
mod tests {
    use super::super::axis::Axis;
    use super::super::figure::{Panels, measured};
    use super::super::style::series_style;
    use super::*;

    fn figure(lines: &[(&str, &[f64], f64)]) -> Figure {
        let series = lines.iter().enumerate().map(|(place, (label, means, half))| {
            let at = |number: usize, mean: f64| (number as f64, mean);
            let points: Vec<Datum> = means.iter().enumerate().map(|(number, mean)| at(number, *mean)).collect();
            let ends = points.iter().map(|(x, mean)| ((*x, mean - half), (*x, mean + half))).collect();
            let layers = vec![Layer::Line(points.clone()), Layer::Intervals(ends), Layer::Marks(points)];
            let series_style = series_style(label, place);
            Series { label: (*label).to_owned(), details: vec![], series_style, panel: Some(0), layers }
        });
        let series: Vec<Series> = series.collect();
        Figure {
            name: "any".into(),
            heading: "Any".into(),
            notes: vec![],
            keys: vec![],
            x: Axis::counted("round", 3),
            y: measured("rounds", &series, true),
            panels: Panels::default(),
            shades: None,
            series,
        }
    }

    #[test]
    fn intervals_that_a_mark_hides_are_told_of() {
        // Over an axis to about 10 a mark covers a quarter of a round.
        let said = |half: f64| remarks(&figure(&[("push", &[2.0, 6.0, 10.0], half)]));
        assert_eq!(said(0.01), ["The confidence intervals are smaller than the marks."]);
        assert!(said(1.0).is_empty());
    }

    #[test]
    fn lines_that_lie_on_each_other_are_named() {
        let said = |other: &[f64]| remarks(&figure(&[("push", &[2.0, 6.0, 10.0], 1.0), ("pull", other, 1.0)]));
        assert_eq!(said(&[2.0, 6.01, 10.0]), ["Lines lie on each other: push and pull."]);
        assert!(said(&[2.0, 7.0, 10.0]).is_empty() && said(&[2.0, 6.0]).is_empty());
    }
}
