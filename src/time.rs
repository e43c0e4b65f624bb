//! Virtual time: instants and spans in whole nanoseconds, and gossip rounds.

use std::fmt;
use std::iter;
use std::ops::{Add, Mul};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::scalar::{self, or_none};

const UNITS: [(&str, u64); 5] =
    [("min", 60_000_000_000), ("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)];

/// What a duration looks like in a scenario file; every error about one says so.
pub const SPAN_FORM: &str = "a duration with a unit (ns, us, ms, s or min), such as \"250ms\"";

/// An instant: nanoseconds since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

impl Time {
    /// The start of every run; the update is injected just before.
    pub const ZERO: Time = Time(0);
    /// The end of virtual time (about 584 years): what would happen later never happens.
    pub const NEVER: Time = Time(u64::MAX);

    /// The instant `nanos` nanoseconds after the start.
    pub const fn from_nanos(nanos: u64) -> Self {
        Time(nanos)
    }

    /// Nanoseconds since the start.
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Milliseconds since the start, for people and files.
    pub fn as_millis(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// The round in which something that happens now happens: floor(t / T) + 1.
    pub fn round(self, interval: Span) -> Round {
        Round(self.0 / interval.0 + 1)
    }
}

impl Add<Span> for Time {
    type Output = Time;

    /// Saturates at [`Time::NEVER`].
    fn add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

/// So many nanoseconds in milliseconds, exactly: `1500`, `0.25`.
pub fn exact_millis(nanos: u64) -> String {
    let text = format!("{}.{:06}", nanos / 1_000_000, nanos % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A length of time in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(u64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// The longest span there is.
    pub const MAX: Span = Span(u64::MAX);

    /// `nanos` nanoseconds.
    pub const fn from_nanos(nanos: u64) -> Self {
        Span(nanos)
    }

    /// `millis` milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Span(millis * 1_000_000)
    }

    /// `nanos` rounded to the nearest nanosecond; the longest span where that does not fit.
    pub fn from_nanos_f64(nanos: f64) -> Self {
        // A float cast saturates, and takes what is not a number to 0.
        Span((nanos + 0.5) as u64)
    }

    /// Nanoseconds.
    pub const fn nanos(self) -> u64 {
        self.0
    }

    /// Milliseconds, for people and files.
    pub fn as_millis(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// Whether no time passes.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl Add for Span {
    type Output = Span;

    /// Saturates at [`Span::MAX`].
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl Mul<u64> for Span {
    type Output = Span;

    /// Saturates at [`Span::MAX`].
    fn mul(self, times: u64) -> Span {
        Span(self.0.saturating_mul(times))
    }
}

impl fmt::Display for Span {
    /// In the largest unit that needs no fraction: `1500ms`, `2s`, `10ns`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = |unit: &(&str, u64)| self.0.is_multiple_of(unit.1);
        let units = UNITS.iter().filter(|unit| self.0 > 0 && whole(unit));
        let (name, size) = units.max_by_key(|unit| unit.1).unwrap_or(&("ns", 1));
        write!(f, "{}{name}", self.0 / size)
    }
}

impl FromStr for Span {
    type Err = String;

    /// Reads a number and its unit, exactly: `"0.1ms"` is 100 000 ns.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let digits = text.find(|c: char| !c.is_ascii_digit() && !"._+-".contains(c));
        let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
        let unit = unit.trim();
        if number.starts_with('-') {
            return Err(format!("`{text}` is negative"));
        }
        if number.is_empty() {
            return Err(format!("`{text}` has no number"));
        }
        if unit.is_empty() {
            return Err(format!("`{text}` has no unit"));
        }
        let Some((_, size)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(format!("`{unit}` is not a unit of time{}", other_unit(unit)));
        };
        let nanos = decimal(number, *size).ok_or_else(|| format!("`{text}` is not a number of {unit} that fits"))?;
        Ok(Span(nanos))
    }
}

/// How to write a unit that is called otherwise elsewhere.
fn other_unit(unit: &str) -> &'static str {
    match unit.to_lowercase().as_str() {
        "m" => ": minutes are min, milliseconds ms",
        "h" | "hr" | "hour" | "hours" => ": an hour is 60min",
        "d" | "day" | "days" => ": a day is 1440min",
        "sec" | "secs" | "second" | "seconds" => ": seconds are s",
        "minute" | "minutes" | "mins" => ": minutes are min",
        "msec" | "millis" | "millisecond" | "milliseconds" => ": milliseconds are ms",
        // With a micro sign, and with a Greek mu.
        "\u{b5}s" | "\u{3bc}s" | "usec" | "micros" | "microsecond" | "microseconds" => ": microseconds are us",
        "nanosecond" | "nanoseconds" | "nanos" => ": nanoseconds are ns",
        _ => "",
    }
}

/// `number` × `size` in whole units, without a float in between; the rest below one unit must be zero.
fn decimal(number: &str, size: u64) -> Option<u64> {
    let number = number.replace('_', "");
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let mut parts: u128 = 0;
    let mut scale: u128 = 1;
    for digit in fraction.trim_end_matches('0').bytes().take(18) {
        parts = parts * 10 + u128::from(digit - b'0');
        scale *= 10;
    }
    let parts = parts * u128::from(size);
    if !parts.is_multiple_of(scale) {
        return None;
    }
    whole.checked_mul(size)?.checked_add(u64::try_from(parts / scale).ok()?)
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = |problem: String| format!("{problem}; expected {SPAN_FORM}");
        scalar::read_text(deserializer, SPAN_FORM, |text| text.parse().map_err(form))
    }
}

/// A gossip round; the first is 1, and 0 means "before any".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Round(u64);

impl Round {
    /// Before the first round.
    pub const ZERO: Round = Round(0);

    /// Round `number`, counted from 1.
    pub const fn new(number: u64) -> Self {
        Round(number)
    }

    /// Its number, counted from 1.
    pub const fn number(self) -> u64 {
        self.0
    }
}

or_none! {
    /// A span, or `none`.
    SpanOrNone(Span), SPAN_FORM
}

/// Two sequences in order of time as one; of what comes at one instant the first goes first.
pub(crate) fn merged<T>(
    first: impl Iterator<Item = (Time, T)>,
    second: impl Iterator<Item = (Time, T)>,
) -> impl Iterator<Item = (Time, T)> {
    let (mut first, mut second) = (first.peekable(), second.peekable());
    let at = |next: Option<&(Time, T)>| next.map(|(at, _)| *at);
    iter::from_fn(move || match (at(first.peek()), at(second.peek())) {
        (Some(one), Some(other)) if other < one => second.next(),
        (None, _) => second.next(),
        _ => first.next(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_exact() {
        assert_eq!([0, 1_500_000, 1, 20_000_000].map(exact_millis), ["0", "1.5", "0.000001", "20"]);
        assert_eq!(exact_millis(u64::MAX), "18446744073709.551615");
    }

    #[test]
    fn a_duration_reads_exactly_and_prints_as_it_would_be_written() {
        for (text, nanos, printed) in [
            ("10ms", 10_000_000, "10ms"),
            ("1s", 1_000_000_000, "1s"),
            ("1.5 s", 1_500_000_000, "1500ms"),
            ("0.1ms", 100_000, "100us"),
            ("2min", 120_000_000_000, "2min"),
            ("0ns", 0, "0ns"),
            ("1_000us", 1_000_000, "1ms"),
        ] {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.nanos(), nanos, "{text}");
            assert_eq!(span.to_string(), printed, "{text}");
        }
    }

    #[test]
    fn what_is_not_a_duration_is_refused_with_its_reason() {
        for (text, reason) in [
            ("10", "no unit"),
            ("-1s", "negative"),
            ("ms", "no number"),
            ("10 parsec", "not a unit"),
            ("5m", "minutes are min, milliseconds ms"),
            ("1h", "an hour is 60min"),
            ("1 sec", "seconds are s"),
            ("10\u{b5}s", "microseconds are us"),
            ("0.5ns", "not a number of ns that fits"),
            ("99999999999min", "not a number of min that fits"),
            ("1.2.3s", "not a number of s that fits"),
        ] {
            let problem = text.parse::<Span>().unwrap_err();
            assert!(problem.contains(reason), "{text}: {problem}");
        }
    }

    #[test]
    fn the_first_round_begins_at_zero_and_lasts_one_interval() {
        let interval = Span::from_millis(1000);
        for (nanos, round) in [(0, 1), (999_999_999, 1), (1_000_000_000, 2)] {
            assert_eq!(Time::from_nanos(nanos).round(interval), Round::new(round));
        }
    }

    #[test]
    fn time_saturates_at_its_end() {
        assert_eq!(Time::from_nanos(u64::MAX - 1) + Span::from_nanos(5), Time::NEVER);
    }

    #[test]
    fn sequences_are_merged_in_order_of_time_and_the_first_goes_first() {
        let times = |list: &[(u64, char)]| -> Vec<(Time, char)> {
            list.iter().map(|&(at, what)| (Time::from_nanos(at), what)).collect()
        };
        let (one, other) = (times(&[(1, 'a'), (3, 'b'), (3, 'c')]), times(&[(0, 'd'), (3, 'e'), (9, 'f')]));
        let all: String = merged(one.into_iter(), other.into_iter()).map(|(_, what)| what).collect();
        assert_eq!(all, "dabcef");
    }
}
