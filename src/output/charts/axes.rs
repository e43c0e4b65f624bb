//! Axes with their grid, their labels, and the strips and breaks of zeros apart from a scale.

use plotters::backend::DrawingBackend;

use super::axis::{Axis, ZEROS};
use super::canvas::{Align, Canvas, text_width};
use super::figure::Figure;
use super::layout::Layout;
use super::style::{FRAME, GRID, PAPER, STRIP, TICK};
use crate::output::chart_error::ChartError;

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

/// How closely the ticks of an axis lie, in units: what its labels leave between them at least, and how far they are from it;
/// of the horizontal axis also how long its strokes are.
pub(super) struct Ticks {
    pub(super) apart: f64,
    pub(super) off: f64,
    pub(super) stroke: f64,
}

/// The grid of the vertical axis, with the lines of the label of each tick; none where `labels` ends before.
pub(super) fn draw_vertical<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    axis: &Axis,
    layout: &Layout,
    labels: &[Vec<String>],
    Ticks { apart, off, .. }: Ticks,
) -> Result<(), ChartError> {
    let apart = if axis.rows { 0.0 } else { apart };
    let gap = (layout.bottom - layout.top).abs();
    for place in thinned_ticks(axis, |_, _| Ok(apart / gap))? {
        let y = layout.up(axis.ticks[place].place);
        if !(axis.zeros && place == 0) {
            canvas.line(&[(layout.left, y), (layout.right, y)], GRID, 1.0)?;
        }
        let lines = labels.get(place).map_or(&[][..], Vec::as_slice);
        let first = y + 4.0 - 7.0 * (lines.len() as f64 - 1.0);
        for (index, line) in lines.iter().enumerate() {
            canvas.text(line, (layout.left - off, first + 14.0 * index as f64), Align::Right, TICK)?;
        }
    }
    Ok(())
}

/// The horizontal axis with its grid, and with its labels if it is `labelled`.
pub(super) fn draw_horizontal<B: DrawingBackend>(
    canvas: &mut Canvas<B>,
    axis: &Axis,
    layout: &Layout,
    labelled: bool,
    Ticks { apart, off, stroke }: Ticks,
) -> Result<(), ChartError> {
    let width = layout.right - layout.left;
    let apart = |a: &str, b: &str| {
        let units = (text_width(a, TICK)? + text_width(b, TICK)?) / 2.0 * 1.05 + apart;
        Ok(units / width)
    };
    let stroke = |x: f64| [(x, layout.bottom), (x, layout.bottom + stroke)];
    // A swept value has a tick also where there is no room for its label.
    for tick in axis.ticks.iter().filter(|_| axis.swept) {
        canvas.line(&stroke(layout.across(tick.place)), FRAME, 1.0)?;
    }
    for place in thinned_ticks(axis, apart)? {
        let tick = &axis.ticks[place];
        let x = layout.across(tick.place);
        if !(axis.zeros && place == 0) {
            canvas.line(&[(x, layout.top), (x, layout.bottom)], GRID, 1.0)?;
        }
        canvas.line(&stroke(x), FRAME, 1.0)?;
        if labelled {
            canvas.text(&tick.label, (x, layout.bottom + off), Align::Center, TICK)?;
        }
    }
    canvas.line(&[(layout.left, layout.bottom), (layout.right, layout.bottom)], FRAME, 1.0)
}

/// The ticks whose labels are shown, as far `apart` as they must be: every k-th, for the least k that does it; of swept
/// values, which lie as they lie, the ends and each that has room beside those before it.
pub(super) fn thinned_ticks(
    axis: &Axis,
    apart: impl Fn(&str, &str) -> Result<f64, ChartError>,
) -> Result<Vec<usize>, ChartError> {
    let ticks = &axis.ticks;
    let fits = |one: usize, other: usize| {
        Ok::<_, ChartError>(ticks[other].place - ticks[one].place >= apart(&ticks[one].label, &ticks[other].label)?)
    };
    if axis.swept {
        let mut shown: Vec<usize> = Vec::new();
        for place in 0..ticks.len() {
            while let Some(&before) = shown.last() {
                if fits(before, place)? || place + 1 < ticks.len() || shown.len() == 1 {
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
    let every = |stride: usize| (0..ticks.len()).step_by(stride).collect::<Vec<_>>();
    let mut stride = 1;
    while stride < ticks.len() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tick_labels_keep_their_distance() {
        let width = 500.0;
        let apart = |a: &str, b: &str| Ok((text_width(a, TICK)? + text_width(b, TICK)?) / 2.0 / width);
        let crowded = [0.0, 0.001, 0.002, 0.01, 0.2, 0.499, 0.5];
        for (axis, least) in
            [(Axis::sizes("", (0..27).map(|power| libm::exp2(f64::from(power)))), 4), (Axis::swept("", &crowded), 3)]
        {
            let shown = thinned_ticks(&axis, apart).unwrap();
            assert!(shown.len() >= least && shown.len() < axis.ticks.len(), "{shown:?}");
            for pair in shown.windows(2).map(|pair| [&axis.ticks[pair[0]], &axis.ticks[pair[1]]]) {
                assert!(pair[1].place - pair[0].place >= apart(&pair[0].label, &pair[1].label).unwrap());
            }
            // Of swept values the last is named as well.
            assert!(!axis.swept || shown.last() == Some(&(axis.ticks.len() - 1)), "{shown:?}");
        }
    }
}
