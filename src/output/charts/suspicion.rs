//! How suspicious the silence of one node is to another: the teeth between heartbeats, and the rise after a crash.

use super::axis::{Axis, number};
use super::figure::{Datum, Figure, Layer, LegendSymbol, Panels, Series};
use super::layers::NEUTRAL_INK;
use super::paint::paint;
use super::pixels::Page;
use super::style::series_style;
use super::text::plain;
use crate::output::chart::Formats;
use crate::output::chart_error::ChartError;
use crate::output::suspicion_picture::SuspicionPicture;
use crate::time::{Span, Time, exact_millis};
use crate::trace::{SuspicionEvent, SuspicionPoint, suspicion};
use crate::workload::detector::SuspicionChange;

/// So many moments of a heartbeat's interval are drawn, and so many of a picture at most.
const STEPS: u64 = 40;
const MOST_STEPS: u64 = 4000;
/// So many intervals are shown at least before a crash and after it is noticed.
const BEFORE: u64 = 8;
const AFTER: u64 = 2;

/// The picture as a file: PNG if that is the format, else SVG.
///
/// # Errors
/// The drawing library fails, or memory is short.
pub fn draw_suspicion(picture: &SuspicionPicture<'_>, format: Formats) -> Result<Vec<u8>, ChartError> {
    let formats = if format == Formats::Png { Formats::Png } else { Formats::Svg };
    let chart = paint(&figure(picture), formats, &mut Page::default())?;
    let svg = chart.svg.map(String::into_bytes);
    svg.or(chart.png).ok_or(ChartError::Nothing)
}

/// Phi against time, or of a fixed timeout the silence, with what it must not pass.
fn figure(picture: &SuspicionPicture<'_>) -> Figure {
    let (from, to) = window(picture);
    let width = to.nanos() - from.nanos();
    let step = Span::from_nanos((picture.interval.nanos() / STEPS).max(width / MOST_STEPS));
    let points = suspicion(picture.log, picture.end, step);
    let points: Vec<SuspicionPoint> = points.filter(|point| (from..=to).contains(&point.at)).collect();
    let value = |point: &SuspicionPoint| match picture.threshold {
        Some(_) => point.waits?.phi(point.at),
        None => Some(point.waits?.silence(point.at).as_millis()),
    };
    let allowed = points.iter().rev().find_map(|point| point.waits).map(|waits| waits.allowed());
    let limit = picture.threshold.or(allowed.map(Span::as_millis)).unwrap_or(0.0);
    let most = points.iter().filter_map(&value).fold(limit * 1.1, f64::max).min(limit * 2.0);
    let y = Axis::from_zero(if picture.threshold.is_some() { "phi" } else { "silence (ms)" }, [most].into_iter());
    let (node, monitor) = (plain(&picture.node), plain(&picture.monitor));
    let heading = match picture.threshold {
        Some(_) => format!("Phi of node {node}, as node {monitor} sees it"),
        None => format!("Silence of node {node}, as node {monitor} sees it"),
    };
    let limit_label = match picture.threshold {
        Some(threshold) => format!("threshold {}", number(threshold)),
        None => format!("timeout {}", allowed.unwrap_or(Span::ZERO)),
    };
    let data: Vec<Option<Datum>> = points.iter().map(|point| Some((point.at.as_millis(), value(point)?))).collect();
    let at = |event: SuspicionEvent| {
        let those = points.iter().zip(&data).filter(move |(point, _)| point.event == event);
        those.filter_map(|(_, datum)| *datum).map(|(x, y)| (x, y.min(most))).collect::<Vec<Datum>>()
    };
    let mut layers: Vec<Layer> = parts(&data, most).into_iter().map(Layer::Line).collect();
    layers.extend([Layer::Marks(at(SuspicionEvent::Suspect)), Layer::Hollow(at(SuspicionEvent::Trust))]);
    let series =
        |label: String, series_style, layers| Series { label, details: vec![], series_style, panel: None, layers };
    let name = if picture.threshold.is_some() { "phi" } else { "silence" };
    let across = [from, to].map(Time::as_millis);
    let mut all = vec![
        series(name.to_owned(), series_style(name, 0), layers),
        series(limit_label, NEUTRAL_INK, vec![Layer::Dashed(across.map(|x| (x, limit)).to_vec())]),
    ];
    for (place, (event, said)) in [(SuspicionEvent::Down, "down"), (SuspicionEvent::Up, "up")].into_iter().enumerate() {
        let upright = |point: &SuspicionPoint| {
            let x = point.at.as_millis();
            Layer::Dashed(vec![(x, 0.0), (x, most)])
        };
        let layers: Vec<Layer> = points.iter().filter(|point| point.event == event).map(upright).collect();
        if !layers.is_empty() {
            all.push(series(format!("node {node} {said}"), series_style(said, place + 1), layers));
        }
    }
    let shown = format!("Shown: {} to {} ms of {} ms.", ms(from), ms(to), ms(picture.end));
    let beyond = points.iter().filter_map(&value).any(|value| value > most);
    let cut = if beyond { format!("What is above {} is not shown.", number(most)) } else { String::new() };
    let notes = [noticed(picture, &node, &monitor), format!("{shown} {cut}").trim_end().to_owned()];
    let notes = picture.notes.iter().map(|note| plain(note)).chain(notes);
    Figure {
        name: "suspicion".into(),
        heading,
        notes: notes.filter(|note| !note.is_empty()).collect(),
        keys: vec![(LegendSymbol::Mark, "taken for failed"), (LegendSymbol::Hollow, "trusted again")],
        x: Axis::around("time from the start of the run (ms)", across.into_iter()),
        y,
        panels: Panels::default(),
        shades: None,
        series: all,
    }
}

fn ms(time: Time) -> String {
    exact_millis(time.nanos())
}

/// The first crash of the node, and since when its monitor took it for failed until that was over, if it did.
fn crash(picture: &SuspicionPicture<'_>) -> Option<(Time, Option<Time>)> {
    let (mut down, mut since) = (None, None);
    for &(at, change) in &picture.log.changes {
        match change {
            SuspicionChange::Up(true) if down.is_some() => break,
            SuspicionChange::Up(true) | SuspicionChange::Waits(Some(_)) => {}
            SuspicionChange::Up(false) => down = Some(at),
            // The monitor goes down itself.
            SuspicionChange::Waits(None) => since = None,
            SuspicionChange::Suspected(failed) => since = failed.then_some(at),
        }
    }
    // Who was suspected already is noticed at once.
    down.map(|down| (down, since.map(|since: Time| since.max(down))))
}

/// What is said of the crash.
fn noticed(picture: &SuspicionPicture<'_>, node: &str, monitor: &str) -> String {
    match crash(picture) {
        None => String::new(),
        Some((down, None)) => format!("Node {node} goes down at {} ms.", ms(down)),
        Some((down, Some(noticed))) => {
            let later = exact_millis(noticed.nanos() - down.nanos());
            format!("Node {node} goes down at {} ms; node {monitor} takes it for failed {later} ms later.", ms(down))
        }
    }
}

/// What is shown of the run: the first crash, as long before it as it takes to be noticed; without one the first mistake;
/// without that the end of the run.
fn window(picture: &SuspicionPicture<'_>) -> (Time, Time) {
    let (end, interval) = (picture.end.nanos(), picture.interval.nanos());
    let mistake = || picture.log.changes.iter().find(|(_, change)| *change == SuspicionChange::Suspected(true));
    let (first, last) = match crash(picture) {
        Some((down, noticed)) => (down.nanos(), noticed.map_or(end, Time::nanos)),
        None => mistake().map_or((end, end), |(at, _)| (at.nanos(), at.nanos())),
    };
    let taken = last - first;
    let before = taken.max(interval.saturating_mul(BEFORE));
    let after = (taken / 4).max(interval.saturating_mul(AFTER));
    // In whole milliseconds, which are read with ease.
    let whole = |nanos: u64| nanos / 1_000_000 * 1_000_000;
    let (from, to) = (whole(first.saturating_sub(before)), whole(last.saturating_add(after)).min(end));
    (Time::from_nanos(from.min(to)), Time::from_nanos(to))
}

/// The line through `data`, parted where there is none and where it goes beyond `most`.
fn parts(data: &[Option<Datum>], most: f64) -> Vec<Vec<Datum>> {
    let mut parts: Vec<Vec<Datum>> = vec![Vec::new()];
    let mut before: Option<Datum> = None;
    for datum in data {
        let within = |datum: &Datum| datum.1 <= most;
        let crossing = before.zip(*datum).filter(|(one, other)| within(one) != within(other)).map(|(one, other)| {
            let share = (most - one.1) / (other.1 - one.1);
            // From or to what is endless it goes straight up.
            let share = if share.is_finite() { share } else { f64::from(u8::from(!within(&one))) };
            (one.0 + (other.0 - one.0) * share, most)
        });
        let drawn = datum.filter(within);
        if let Some(part) = parts.last_mut() {
            part.extend(crossing);
            part.extend(drawn);
            if drawn.is_none() && !part.is_empty() {
                parts.push(Vec::new());
            }
        }
        before = *datum;
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::detector::{GapLaw, SuspicionLog, Waiting};

    const SECOND: Span = Span::from_millis(1000);

    fn at(millis: u64) -> Time {
        Time::from_nanos(millis * 1_000_000)
    }

    /// Heartbeats every second, the last at 20 s; then it is down.
    fn log(law: Option<GapLaw>, noticed: u64) -> SuspicionLog {
        let waits = |second: u64| {
            let (last, deadline) = (at(1000 * second), at(1000 * second + noticed));
            (last, SuspicionChange::Waits(Some(Waiting { last, deadline, law })))
        };
        let mut changes: Vec<_> = (0..=20).map(waits).collect();
        changes.push((at(20_500), SuspicionChange::Up(false)));
        changes.push((at(20_000 + noticed), SuspicionChange::Suspected(true)));
        SuspicionLog { changes }
    }

    fn picture(log: &SuspicionLog, threshold: Option<f64>) -> SuspicionPicture<'_> {
        let (node, monitor, notes) = ("3".to_owned(), "0".to_owned(), vec![]);
        SuspicionPicture { log, end: at(60_000), interval: SECOND, threshold, node, monitor, notes }
    }

    fn lines(figure: &Figure) -> Vec<Vec<Datum>> {
        let lines = figure.series[0].layers.iter().filter(|layer| matches!(layer, Layer::Line(_)));
        lines.map(Layer::data).collect()
    }

    #[test]
    fn teeth_reach_from_nothing_to_the_heartbeat_and_drop_there() {
        let figure = figure(&picture(&log(None, 3000), None));
        let [line] = &lines(&figure)[..] else { panic!("{figure:?}") };
        for second in 13..=20 {
            let now = 1000.0 * f64::from(second);
            let values: Vec<f64> = line.iter().filter(|datum| datum.0 == now).map(|datum| datum.1).collect();
            assert_eq!(values, [1000.0, 0.0], "{second}");
        }
        let said = "Node 3 goes down at 20500 ms; node 0 takes it for failed 2500 ms later.";
        assert!(figure.notes.iter().any(|note| note == said), "{:?}", figure.notes);
        let labels: Vec<&str> = figure.series.iter().map(|series| series.label.as_str()).collect();
        assert_eq!(labels, ["silence", "timeout 3s", "node 3 down"]);
        assert_eq!(
            figure.series[0].layers.iter().find(|layer| matches!(layer, Layer::Marks(_))).unwrap().data(),
            [(23_000.0, 3000.0)]
        );
    }

    /// Also where phi leaps from little to infinity between two moments.
    #[test]
    fn a_line_ends_at_the_top_and_begins_again_below_it() {
        for sd in [1e8, 1e3] {
            let log = log(Some(GapLaw::Normal { mean: 1.01e9, sd }), 1570);
            let figure = figure(&picture(&log, Some(8.0)));
            let lines = lines(&figure);
            let end = lines.iter().flatten().last().unwrap();
            assert!(lines.iter().flatten().all(|datum| datum.1 <= 16.0), "{lines:?}");
            assert!(end.1 == 16.0 && (21_000.0..=21_900.0).contains(&end.0), "{end:?}");
            assert!(figure.notes.iter().any(|note| note.ends_with("What is above 16 is not shown.")));
        }
        let data =
            [(0.0, 1.0), (1.0, 3.0), (1.0, 0.0), (2.0, f64::INFINITY), (3.0, f64::INFINITY), (3.0, 0.0), (4.0, 1.0)];
        let parts = parts(&data.map(Some), 2.0);
        let expected = [
            vec![(0.0, 1.0), (0.5, 2.0)],
            vec![(1.0, 2.0), (1.0, 0.0), (1.0, 2.0)],
            vec![(3.0, 2.0), (3.0, 0.0), (4.0, 1.0)],
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn what_is_shown_holds_the_crash_the_mistake_or_the_end() {
        let crash = log(None, 3000);
        assert_eq!(window(&picture(&crash, None)), (at(12_500), at(25_000)));
        let mistake = SuspicionLog { changes: vec![(at(30_000), SuspicionChange::Suspected(true))] };
        assert_eq!(window(&picture(&mistake, None)), (at(22_000), at(32_000)));
        assert_eq!(window(&picture(&SuspicionLog::default(), None)), (at(52_000), at(60_000)));
    }

    /// Who was suspected already is noticed at once; who comes back first is not.
    #[test]
    fn a_crash_is_noticed_while_it_lasts() {
        use SuspicionChange::{Suspected, Up};
        let of = |changes: &[(u64, SuspicionChange)]| {
            let changes = changes.iter().map(|&(millis, change)| (at(millis), change)).collect();
            crash(&picture(&SuspicionLog { changes }, None))
        };
        assert_eq!(of(&[(1, Suspected(true)), (2, Up(false))]), Some((at(2), Some(at(2)))));
        assert_eq!(of(&[(1, Suspected(true)), (2, Suspected(false)), (3, Up(false))]), Some((at(3), None)));
        assert_eq!(of(&[(3, Up(false)), (4, Up(true)), (5, Suspected(true))]), Some((at(3), None)));
        assert_eq!(of(&[(3, Up(false)), (5, Suspected(true))]), Some((at(3), Some(at(5)))));
        // A heartbeat that was on its way undoes it for a while.
        let undone = [(1, Suspected(true)), (3, Up(false)), (4, Suspected(false)), (7, Suspected(true))];
        assert_eq!(of(&undone), Some((at(3), Some(at(7)))));
        assert_eq!(of(&undone[..3]), Some((at(3), None)));
        assert_eq!(of(&[(3, Up(false)), (5, Suspected(true)), (6, SuspicionChange::Waits(None))]), Some((at(3), None)));
        assert_eq!(of(&[(1, Suspected(true))]), None);
    }
}
