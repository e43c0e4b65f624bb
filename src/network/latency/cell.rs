//! One entry of a table of latencies: a duration, a number whose unit is said beside the table, or nothing.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Number;

use crate::printable;
use crate::scalar::{self, Refusal, Scalar};
use crate::time::Span;

/// What an entry may be.
pub(super) const CELL_FORM: &str =
    "a duration such as \"85ms\", or a number, of which `unit` says the unit; \"-\" where nothing is known";

/// What people write where nothing is known, in small letters.
const NOTHING: [&str; 10] = ["", "-", "--", "–", "—", ".", "x", "nan", "na", "n/a"];

/// The unit of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Unit {
    /// Nanoseconds.
    Ns,
    /// Microseconds.
    Us,
    /// Milliseconds.
    Ms,
    /// Seconds.
    S,
}

impl Unit {
    /// Nanoseconds in it.
    fn nanos(self) -> f64 {
        match self {
            Unit::Ns => 1.0,
            Unit::Us => 1e3,
            Unit::Ms => 1e6,
            Unit::S => 1e9,
        }
    }

    /// The unit at the end of the head of a column, such as `ms`, `rtt_ms` or `latency (ms)`.
    pub(super) fn of_head(head: &str) -> Option<Unit> {
        let last = head.rsplit(|c: char| !c.is_ascii_alphanumeric()).find(|word| !word.is_empty())?;
        let units = [("ns", Unit::Ns), ("us", Unit::Us), ("ms", Unit::Ms), ("s", Unit::S)];
        units.into_iter().find_map(|(name, unit)| last.eq_ignore_ascii_case(name).then_some(unit))
    }
}

/// An entry, as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// A duration with its unit.
    Span(Span),
    /// A number without one, not negative.
    Number(Number),
    /// Nothing is known.
    Nothing,
}

impl Cell {
    /// The entry that a file writes as `text`.
    ///
    /// # Errors
    /// Why it is none.
    pub(super) fn of_text(text: &str) -> Result<Cell, String> {
        let text = text.trim();
        if NOTHING.contains(&&*text.to_lowercase()) {
            return Ok(Cell::Nothing);
        }
        match (text.parse::<f64>(), text.parse::<Span>()) {
            (Ok(number), _) => Cell::of_number(number),
            (Err(_), Ok(span)) => Ok(Cell::Span(span)),
            (Err(_), Err(problem)) if text.starts_with(|c: char| c.is_ascii_digit() || c == '-') => Err(problem),
            (Err(_), Err(_)) => Err(format!("`{}` is no latency", printable::line(text))),
        }
    }

    fn of_number(number: f64) -> Result<Cell, String> {
        match Number::from_f64(number) {
            Some(_) if number < 0.0 => Err(format!("{number} is negative")),
            Some(number) => Ok(Cell::Number(number)),
            None => Err(format!("{number} is not a finite number")),
        }
    }

    /// How long it is, where `unit` is that of numbers; none if nothing is known.
    ///
    /// # Errors
    /// It is a number, and there is no unit.
    pub(super) fn span(&self, unit: Option<Unit>) -> Result<Option<Span>, String> {
        match (self, unit) {
            (Cell::Span(span), _) => Ok(Some(*span)),
            (Cell::Nothing, _) => Ok(None),
            (Cell::Number(number), unit) => {
                let number = number.as_f64().unwrap_or_default();
                let unit = unit.ok_or_else(|| format!("{number} has no unit"))?;
                Ok(Some(Span::from_nanos_f64(number * unit.nanos())))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let said = |problem: String| Refusal::Said(format!("{problem}; expected {CELL_FORM}"));
        scalar::read(deserializer, CELL_FORM, |written| match written {
            Scalar::Text(text) => Cell::of_text(text).map_err(said),
            Scalar::Unsigned(number) => Ok(Cell::Number(number.into())),
            Scalar::Signed(number) => Cell::of_number(number as f64).map_err(said),
            Scalar::Real(number) => Cell::of_number(number).map_err(said),
        })
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Span(span) => span.serialize(serializer),
            Cell::Number(number) => number.serialize(serializer),
            Cell::Nothing => serializer.serialize_str("-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_a_duration_a_number_with_its_unit_beside_it_or_nothing() {
        let span = |text: &str, unit| Cell::of_text(text).and_then(|cell| cell.span(unit));
        assert_eq!(span(" 85ms ", None), Ok(Some(Span::from_millis(85))));
        assert_eq!(span("64.4", Some(Unit::Ms)), Ok(Some(Span::from_nanos(64_400_000))));
        assert_eq!(span("1e-4", Some(Unit::S)), Ok(Some(Span::from_nanos(100_000))));
        assert_eq!(span("0.0000004", Some(Unit::Ms)), Ok(Some(Span::ZERO)), "to the nearest nanosecond");
        assert_eq!(["-", "", "N/A", "nan"].map(|text| span(text, None)), [const { Ok(None) }; 4]);
        for (text, problem) in [
            ("64.4", "64.4 has no unit"),
            ("-3", "-3 is negative"),
            ("-3ms", "negative"),
            ("inf", "inf is not a finite number"),
            ("85 parsec", "not a unit"),
            ("fast", "`fast` is no latency"),
        ] {
            let said = span(text, None).unwrap_err();
            assert!(said.contains(problem), "{text}: {said}");
        }
    }

    #[test]
    fn the_head_of_a_column_may_end_with_a_unit() {
        let units = ["ms", "rtt_ms", "latency (us)", "S", "from", ""].map(Unit::of_head);
        assert_eq!(units, [Some(Unit::Ms), Some(Unit::Ms), Some(Unit::Us), Some(Unit::S), None, None]);
    }
}
