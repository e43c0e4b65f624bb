//! Axes: a guarded range, the place of a value in it, and ticks with their labels.
//!
//! Logarithms are taken here, by `libm`, and ticks are few whatever the data: a range that is empty, endless or not a
//! number becomes one that can be drawn.

pub(super) use super::numbers::number;
use super::numbers::{as_written, power_of_ten, rounded};

/// Most ticks an axis gets before labels are thinned.
const MOST_TICKS: usize = 40;
/// With fewer ticks a log axis does not show its scale.
const FEWEST_TICKS: usize = 3;
/// How far apart positive values may be, as a ratio, for a linear axis from 0 to tell them apart.
pub(super) const LINEAR_RATIO: f64 = 40.0;
/// Decades up to which a log axis has ticks at 1, 2 and 5, not at powers of ten alone.
const FINE_DECADES: f64 = 3.2;
/// How far apart the ends of a swept key may be, as a ratio, on a linear axis.
const SWEPT_RATIO: f64 = 30.0;
/// So many swept values have a tick each.
const FEW_VALUES: usize = 16;
/// Powers of ten up to this one are labelled as plain numbers.
const PLAIN_POWER: f64 = 4.0;

/// Where a log axis shows zeros: the share of it that is a strip for them, and the break between that and the scale.
pub(super) const ZEROS: (f64, f64) = (0.07, 0.025);

/// How values become distances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    /// Equal differences are equal distances.
    Linear,
    /// Doublings are equal distances.
    Log2,
    /// Tenfold steps are equal distances.
    Log10,
}

impl Scale {
    /// The value's distance from the scale's zero; `None` if it has none.
    fn distance(self, value: f64) -> Option<f64> {
        let distance = match self {
            Scale::Linear => value,
            Scale::Log2 => libm::log2(value),
            Scale::Log10 => libm::log10(value),
        };
        distance.is_finite().then_some(distance)
    }
}

/// A mark on an axis.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    /// Its place, from 0 (low end) to 1.
    pub(super) place: f64,
    /// What it says.
    pub(super) label: String,
}

/// One axis of a figure.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    /// What it measures, with its unit.
    pub(super) title: String,
    /// Its marks, from the low end.
    pub(super) ticks: Vec<Tick>,
    /// Whether its ticks are names, one a row, which must all be shown.
    pub(super) rows: bool,
    /// Whether its ticks are swept values, whose labels are thinned one by one.
    pub(super) swept: bool,
    /// Whether zeros are shown apart from a log scale, in a strip of [`ZEROS`] below a break.
    pub(super) zeros: bool,
    /// Whether what lies below the low end is drawn there.
    bounded: bool,
    scale: Scale,
    low: f64,
    high: f64,
}

impl Axis {
    /// From 0 (or below, where a value is) to a round number above all `values`.
    pub(super) fn from_zero(title: &str, values: impl Iterator<Item = f64>) -> Self {
        let values: Vec<f64> = values.chain([0.0]).collect();
        let (low, high) = range(values.iter().copied());
        let step = nice_step(high - low, whole(&values));
        let (low, high) = ((low / step).floor() * step, (high / step).ceil() * step);
        Axis::linear(title, low, high, step)
    }

    /// From just below the least to just above the greatest of `values`.
    pub(super) fn around(title: &str, values: impl Iterator<Item = f64>) -> Self {
        let values: Vec<f64> = values.collect();
        let (low, high) = range(values.iter().copied());
        let pad = (high - low) * 0.04;
        Axis::linear(title, low - pad, high + pad, nice_step(high - low, whole(&values)))
    }

    /// Whole numbers from 0 to `last`, without a margin: rounds.
    pub(super) fn counted(title: &str, last: u64) -> Self {
        let last = last.max(1) as f64;
        Axis::linear(title, 0.0, last, nice_step(last, true))
    }

    /// From nothing to everything, as a share.
    pub(super) fn share(title: &str) -> Self {
        Axis::linear(title, 0.0, 1.0, 0.2)
    }

    /// Sizes of networks on a log axis, with ticks at the sizes where they are few, at powers of ten or of two where all of
    /// them are such, else in decades. Values that are not positive have no place.
    pub(super) fn sizes(title: &str, values: impl Iterator<Item = f64>) -> Self {
        let values: Vec<f64> = values.filter(|value| *value > 0.0).collect();
        let whole_power = |log: fn(f64) -> f64| values.iter().all(|value| log(*value).fract() == 0.0);
        if whole_power(libm::log10) {
            let axis = Axis::decades(title, values.into_iter());
            let powers = powers(axis.low, axis.high);
            return axis.with_ticks(decade_labels(&powers));
        }
        let axis = Axis::doubling(title, values.iter().copied());
        if whole_power(libm::log2) {
            return axis;
        }
        axis.at(&values).unwrap_or_else(|_| Axis::decades(title, values.into_iter()))
    }

    /// The values of a swept key: linear, or log where positive values are far apart, with a tick at each value where they
    /// are few. A value that nothing was measured at has its place too.
    pub(super) fn swept(title: &str, values: &[f64]) -> Self {
        let all = || values.iter().copied();
        let ends = all().fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let log = ends.0 > 0.0 && ends.1 >= SWEPT_RATIO * ends.0;
        let axis = if log { Axis::decades(&format!("{title}, log scale"), all()) } else { Axis::around(title, all()) };
        axis.at(values).unwrap_or_else(|axis| axis)
    }

    /// This axis with ticks at `values` and nowhere else; the axis as it is if they are too many, or two of them would be
    /// labelled alike.
    fn at(self, values: &[f64]) -> Result<Self, Self> {
        let mut values: Vec<f64> = values.iter().copied().filter(|value| self.place(*value).is_some()).collect();
        values.sort_unstable_by(f64::total_cmp);
        values.dedup();
        if values.is_empty() || values.len() > FEW_VALUES {
            return Err(self);
        }
        let labels: Vec<String> = values.iter().map(|value| as_written(*value)).collect();
        if labels.iter().enumerate().any(|(place, label)| labels[..place].contains(label)) {
            return Err(self);
        }
        let distances = values.iter().filter_map(|value| self.scale.distance(*value));
        let ticks = distances.zip(labels).collect();
        Ok(Axis { swept: true, ..self.with_ticks(ticks) })
    }

    /// This axis with other ticks, at distances.
    fn with_ticks(self, ticks: Vec<(f64, String)>) -> Self {
        Axis { ticks: Axis::of("", self.scale, self.low, self.high, ticks).ticks, ..self }
    }

    /// Powers of two, labelled as plain numbers. Values that are not positive have no place.
    fn doubling(title: &str, values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = range(values.filter_map(|value| Scale::Log2.distance(value)));
        let pad = (high - low) * 0.04;
        let powers = powers(low - pad, high + pad);
        let ticks = powers.into_iter().map(|power| (power, number(libm::exp2(power))));
        Axis::of(title, Scale::Log2, low - pad, high + pad, ticks.collect())
    }

    /// Decades, in steps of 1, 2 and 5 where there are few. Values that are not positive have no place.
    pub(super) fn decades(title: &str, values: impl Iterator<Item = f64>) -> Self {
        let (low, high) = range(values.filter_map(|value| Scale::Log10.distance(value)));
        let pad = (high - low) * 0.04;
        Axis::of(title, Scale::Log10, low - pad, high + pad, log_ticks(low - pad, high + pad))
    }

    /// A measured quantity, of `points` and of `all` that is drawn: from 0; or, where positive points span more than
    /// a factor of 40, a log axis that says so. Points at 0 then lie apart, below a break, and of what reaches down further
    /// than the points the end is not shown.
    pub(super) fn measured(title: &str, points: impl Iterator<Item = f64>, all: impl Iterator<Item = f64>) -> Self {
        let points: Vec<f64> = points.filter(|point| point.is_finite()).collect();
        let positive = points.iter().copied().filter(|point| *point > 0.0);
        let (least, most) = positive.fold((f64::INFINITY, 0.0_f64), |(low, high), x| (low.min(x), high.max(x)));
        if most <= LINEAR_RATIO * least {
            return Axis::from_zero(title, all);
        }
        let axis = Axis::decades(&format!("{title}, log scale"), all.filter(|value| *value >= least / 2.0));
        let axis = Axis { bounded: true, ..axis };
        if points.iter().any(|point| *point <= 0.0) { axis.with_zeros() } else { axis }
    }

    /// This axis with a strip for zeros below its low end.
    fn with_zeros(self) -> Self {
        let zero = Tick { place: ZEROS.0 / 2.0, label: "0".to_owned() };
        let moved = self.ticks.iter().map(|tick| Tick { place: above_zeros(tick.place), label: tick.label.clone() });
        let ticks = [zero].into_iter().chain(moved).collect();
        Axis { zeros: true, ticks, ..self }
    }

    /// Names, one a row from the top; row i lies at -i.
    pub(super) fn names(title: &str, names: &[String]) -> Self {
        let last = names.len().saturating_sub(1) as f64;
        let ticks = names.iter().enumerate().rev().map(|(row, name)| (-(row as f64), name.clone())).collect();
        Axis { rows: true, ..Axis::of(title, Scale::Linear, -last - 0.5, 0.5, ticks) }
    }

    fn linear(title: &str, low: f64, high: f64, step: f64) -> Self {
        let first = (low / step - 1e-9).ceil();
        let count = (((high / step + 1e-9).floor() - first).max(0.0) as usize).min(MOST_TICKS);
        let ticks = (0..=count).map(|index| (first + index as f64) * step);
        Axis::of(title, Scale::Linear, low, high, ticks.map(|value| (value, rounded(value, step))).collect())
    }

    /// An axis from `low` to `high`, both distances, with ticks at distances.
    fn of(title: &str, scale: Scale, low: f64, high: f64, ticks: Vec<(f64, String)>) -> Self {
        let tick = |(distance, label): (f64, String)| Tick { place: (distance - low) / (high - low), label };
        let ticks = ticks.into_iter().map(tick).filter(|tick| (-1e-9..=1.0 + 1e-9).contains(&tick.place)).collect();
        Axis { title: title.into(), ticks, rows: false, swept: false, zeros: false, bounded: false, scale, low, high }
    }

    /// The place of `value`, from 0 (low end) to 1; `None` if it has none on this axis.
    pub(super) fn place(&self, value: f64) -> Option<f64> {
        if self.bounded && value <= 0.0 {
            return Some(if self.zeros { ZEROS.0 / 2.0 } else { 0.0 });
        }
        let place = (self.scale.distance(value)? - self.low) / (self.high - self.low);
        let place = if self.bounded { place.max(0.0) } else { place };
        let place = (-1e-9..=1.0 + 1e-9).contains(&place).then_some(place)?;
        Some(if self.zeros { above_zeros(place) } else { place })
    }

    /// Whether `value` lies where it is drawn, and not below the low end of a log scale.
    pub(super) fn reaches(&self, value: f64) -> bool {
        let below = || self.scale.distance(value).is_none_or(|distance| distance < self.low);
        !self.bounded || if value <= 0.0 { self.zeros } else { !below() }
    }
}

/// The place of what lies at `place` of a log scale, on an axis with a strip for zeros.
fn above_zeros(place: f64) -> f64 {
    let below = ZEROS.0 + ZEROS.1;
    below + place * (1.0 - below)
}

/// The least and the greatest of the finite `values`, pulled apart where they are one: never empty, never endless.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    // Beyond this, differences and ticks overflow; nothing measured comes near.
    let values = values.filter(|value| value.abs() <= 1e100);
    let ends = values.fold(None, |ends: Option<(f64, f64)>, value| {
        let (low, high) = ends.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    });
    let (low, high) = ends.unwrap_or((0.0, 1.0));
    // Closer than this, ticks would fall on one float.
    let least = (low.abs().max(high.abs()) * 1e-9).max(1e-100);
    if high - low > least {
        return (low, high);
    }
    let half = if low == 0.0 { 0.5 } else { low.abs() * 0.25 };
    (low - half, high + half)
}

fn whole(values: &[f64]) -> bool {
    values.iter().all(|value| value.fract() == 0.0)
}

/// A step of 1, 2 or 5 times a power of ten that cuts `width` into four to ten; at least 1 for whole numbers.
fn nice_step(width: f64, whole: bool) -> f64 {
    let power = libm::exp10(libm::floor(libm::log10(width / 4.0)));
    let fits = [5.0, 2.0, 1.0].into_iter().find(|digit| digit * power <= width / 4.0 * (1.0 + 1e-9));
    let step = fits.unwrap_or(1.0) * power;
    if whole { step.max(1.0) } else { step }
}

/// The whole numbers from `low` to `high`, evenly thinned to what an axis can hold.
fn powers(low: f64, high: f64) -> Vec<f64> {
    let (first, last) = (low.ceil(), high.floor());
    let stride = ((last - first) / MOST_TICKS as f64).ceil().max(1.0);
    (0..=MOST_TICKS).map(|index| first + index as f64 * stride).filter(|power| *power <= last).collect()
}

/// Ticks of a log axis between two distances.
fn log_ticks(low: f64, high: f64) -> Vec<(f64, String)> {
    // Beyond these, plain numbers are long.
    if high - low <= FINE_DECADES && low >= -4.0 && high <= 6.0 {
        let power = |index: i32| libm::floor(low) + f64::from(index);
        let values = (0..=4).flat_map(|index| [1.0, 2.0, 5.0].map(|digit| digit * libm::exp10(power(index))));
        let ticks = values.map(|value| (libm::log10(value), number(value)));
        let ticks: Vec<_> = ticks.filter(|(distance, _)| (low..=high).contains(distance)).collect();
        return if ticks.len() < FEWEST_TICKS { narrow_ticks(low, high) } else { ticks };
    }
    decade_labels(&powers(low, high))
}

/// Ticks of a log axis whose ends are so near each other that hardly any decade, doubling or half of one lies between them:
/// as on a linear axis.
fn narrow_ticks(low: f64, high: f64) -> Vec<(f64, String)> {
    let (least, most) = (libm::exp10(low), libm::exp10(high));
    let step = nice_step(most - least, false);
    let (first, last) = (libm::ceil(least / step), libm::floor(most / step));
    let values = (0..=MOST_TICKS).map(|index| first + index as f64).take_while(|count| *count <= last);
    values.map(|count| (libm::log10(count * step), rounded(count * step, step))).collect()
}

/// Ticks at these powers of ten: plain numbers where all of them are short.
fn decade_labels(powers: &[f64]) -> Vec<(f64, String)> {
    let plain = powers.iter().all(|power| (-PLAIN_POWER..=PLAIN_POWER).contains(power));
    let label = |power: f64| if plain { number(libm::exp10(power)) } else { power_of_ten(power as i32) };
    powers.iter().map(|power| (*power, label(*power))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_can_be_drawn() {
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0, 1.0, 1e-300, 1e300, 5.0, 1e16, 1e16 + 2.0];
        for first in odd {
            for second in odd {
                let values = || [first, second].into_iter();
                for axis in [
                    Axis::from_zero("", values()),
                    Axis::around("", values()),
                    Axis::sizes("", values()),
                    Axis::swept("", &[first, second]),
                    Axis::decades("", values()),
                    Axis::measured("", values(), values()),
                ] {
                    let width = axis.high - axis.low;
                    assert!(width.is_finite() && width > 0.0, "{first} {second}: {axis:?}");
                    assert!(axis.ticks.len() <= MOST_TICKS + 1);
                    assert!(axis.ticks.iter().all(|tick| tick.place.is_finite()), "{first} {second}");
                }
            }
        }
    }

    #[test]
    fn values_lie_within_their_axis() {
        let values = [0.3, 7.0, 12.25];
        for axis in [Axis::from_zero("", values.into_iter()), Axis::around("", values.into_iter())] {
            assert!(values.iter().all(|value| axis.place(*value).is_some()));
            assert!(axis.ticks.len() >= 4, "{axis:?}");
        }
        assert_eq!(Axis::decades("", values.into_iter()).place(0.0), None);
    }

    #[test]
    fn ticks_are_round_numbers() {
        let labels = |axis: Axis| axis.ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>().join(" ");
        assert_eq!(labels(Axis::from_zero("", [18.3].into_iter())), "0 2 4 6 8 10 12 14 16 18 20");
        assert_eq!(labels(Axis::around("", [0.0, 0.3].into_iter())), "0.00 0.05 0.10 0.15 0.20 0.25 0.30");
        assert_eq!(labels(Axis::counted("", 3)), "0 1 2 3");
        assert_eq!(labels(Axis::share("")), "0.0 0.2 0.4 0.6 0.8 1.0");
        assert_eq!(labels(Axis::decades("", [0.0002, 1.0].into_iter())), "0.001 0.01 0.1 1");
        assert_eq!(labels(Axis::decades("", [0.000_002, 1.0].into_iter())), "10⁻⁵ 10⁻⁴ 10⁻³ 10⁻² 10⁻¹ 1");
        assert_eq!(labels(Axis::decades("", [25.0, 2000.0].into_iter())), "50 100 200 500 1\u{a0}000 2\u{a0}000");
        assert_eq!(labels(Axis::decades("", [640.0, 1100.0].into_iter())), "700 800 900 1\u{a0}000 1\u{a0}100");
        assert_eq!(labels(Axis::decades("", [0.21, 0.24].into_iter())), "0.210 0.215 0.220 0.225 0.230 0.235 0.240");
    }

    #[test]
    fn a_wide_measure_has_a_log_axis_that_says_so() {
        let measured = |values: &[f64]| Axis::measured("rounds", values.iter().copied(), values.iter().copied());
        assert_eq!(measured(&[2.0, 80.0]).title, "rounds");
        let wide = measured(&[2.0, 81.0]);
        assert!(wide.title == "rounds, log scale" && !wide.zeros && wide.ticks[0].label == "2", "{wide:?}");
        // Two values at the same distance from each other are in the same ratio.
        let step = |low: f64| wide.place(low * 3.0).unwrap() - wide.place(low).unwrap();
        assert!((step(3.0) - step(30.0)).abs() < 1e-9);
    }

    #[test]
    fn sizes_have_their_ticks_where_they_were_swept() {
        let labels = |values: &[f64]| {
            let axis = Axis::sizes("", values.iter().copied());
            axis.ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(labels(&[512.0, 2048.0]), "512 1\u{a0}024 2\u{a0}048");
        assert_eq!(labels(&[100.0, 1000.0, 10_000.0]), "100 1\u{a0}000 10\u{a0}000");
        assert_eq!(labels(&[100.0, 1000.0, 1e6]), "10² 10³ 10⁴ 10⁵ 10⁶");
        assert_eq!(labels(&[30.0, 200.0, 777.0]), "30 200 777");
        let many: Vec<f64> = (1..=40).map(|size| f64::from(size) * 50.0).collect();
        assert_eq!(labels(&many), "50 100 200 500 1\u{a0}000 2\u{a0}000");
    }

    #[test]
    fn few_swept_values_have_a_tick_each_and_many_have_round_ones() {
        let ticks = |values: &[f64]| {
            let axis = Axis::swept("", values);
            (axis.swept, axis.ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>().join(" "))
        };
        assert_eq!(ticks(&[1.0, 2.0, 3.0, 6.0, 8.0]), (true, "1 2 3 6 8".to_owned()));
        assert_eq!(ticks(&[0.0, 0.01, 0.05]), (true, "0 0.01 0.05".to_owned()));
        assert_eq!(ticks(&[25.0, 2000.0, 50.0]), (true, "25 50 2\u{a0}000".to_owned()));
        let many: Vec<f64> = (0..30).map(f64::from).collect();
        assert_eq!(ticks(&many), (false, "0 5 10 15 20 25 30".to_owned()));
        let alike = ticks(&[0.123_456_789_01, 0.123_456_789_02]);
        assert!(!alike.0, "{alike:?}");
    }

    #[test]
    fn zeros_lie_apart_from_a_log_scale() {
        let axis = Axis::measured("", [0.0, 0.001, 0.2].into_iter(), [0.0, 0.0001, 0.001, 0.2].into_iter());
        let strip = ZEROS.0;
        assert!(axis.zeros && axis.ticks[0] == Tick { place: strip / 2.0, label: "0".into() });
        assert_eq!((axis.place(0.0), axis.place(-1.0)), (Some(strip / 2.0), Some(strip / 2.0)));
        // Whatever has a place on the scale lies beyond the strip and the break.
        let scale = |place: f64| place >= strip + ZEROS.1 - 1e-9;
        assert!(axis.ticks[1..].iter().all(|tick| scale(tick.place)) && scale(axis.place(0.001).unwrap()), "{axis:?}");
        // The end of an interval far below all points does not stretch the scale, and is not said to be there.
        assert_eq!(axis.place(0.000_1), Some(strip + ZEROS.1));
        assert_eq!([0.0, 0.000_1, 0.001].map(|value| axis.reaches(value)), [true, false, true]);
        let positive = Axis::measured("", [0.001, 0.2].into_iter(), [0.0, 0.001, 0.2].into_iter());
        assert_eq!((positive.zeros, positive.place(0.0), positive.reaches(0.0)), (false, Some(0.0), false));
    }
}
