//! What serde finds wrong with a value, in the words of somebody who writes scenarios.

use std::fmt::{self, Display};

use serde::de::{self, Expected, Unexpected};

use super::diagnostic::Diagnostic;
use super::hints;
use super::place::Place;
use super::tree::Value;
use super::words::nearest;

/// A mistake on its way up to the place and the key it belongs to.
#[derive(Debug)]
pub(super) struct Fault(Box<Parts>);

#[derive(Debug, Default)]
struct Parts {
    place: Option<Place>,
    key: String,
    problem: String,
    allowed: String,
    suggestion: Option<String>,
    missing: Option<&'static str>,
    /// The range that stands where one value should.
    range: Option<String>,
}

impl Fault {
    pub(super) fn new(problem: impl Into<String>, allowed: impl Into<String>) -> Self {
        Fault(Box::new(Parts { problem: problem.into(), allowed: allowed.into(), ..Parts::default() }))
    }

    /// The innermost place stays.
    pub(super) fn placed(mut self, place: Place) -> Self {
        self.0.place.get_or_insert(place);
        self
    }

    /// The same of a number that was written as `origin` says.
    pub(super) fn of_number(mut self, origin: &str) -> Self {
        self.0.problem.push_str(origin);
        self
    }

    pub(super) fn under(mut self, key: &str) -> Self {
        let dot = if self.0.key.is_empty() { "" } else { "." };
        self.0.key = format!("{key}{dot}{}", self.0.key);
        self
    }

    pub(super) fn near(mut self, meant: Option<&str>) -> Self {
        self.0.suggestion = meant.map(|meant| format!("did you mean `{meant}`?"));
        self
    }

    /// What may be written instead.
    pub(super) fn allowing(mut self, names: &[&str]) -> Self {
        self.0.allowed = names.join(", ");
        self
    }

    pub(super) fn suggest(mut self, suggestion: Option<String>) -> Self {
        self.0.suggestion = suggestion;
        self
    }

    /// Says of whom a setting is missing, once that is known.
    pub(super) fn of_owner(mut self, owner: &str, name: &str) -> Self {
        if let Some(missing) = self.0.missing.take() {
            self.0.problem = format!("{owner} needs `{missing}`");
            self.0.suggestion = Some(format!("write `{{ kind = \"{name}\", {missing} = … }}`"));
        }
        self
    }

    pub(super) fn diagnostic(self) -> Diagnostic {
        let Parts { place, key, problem, allowed, suggestion, range, .. } = *self.0;
        let suggestion = range.map(|range| hints::under_sweep(&key, &range)).or(suggestion);
        Diagnostic { place, key, problem, allowed, suggestion }
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.problem)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    /// A model's own words: what is wrong, and after a semicolon what is allowed.
    fn custom<T: Display>(message: T) -> Self {
        let message = message.to_string();
        let (problem, allowed) = message.split_once("; ").unwrap_or((&message, ""));
        Fault::new(problem, allowed.strip_prefix("expected ").unwrap_or(allowed))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = plain_words(&expected.to_string());
        let number = matches!(found, Unexpected::Signed(_) | Unexpected::Unsigned(_) | Unexpected::Float(_));
        if number && expected.contains("with a unit") {
            return Fault::new(format!("{} has no unit", found_words(found)), expected);
        }
        let suggestion = match found {
            Unexpected::Str(text) => in_quotes(text, &expected),
            Unexpected::Seq => Some(SEVERAL.to_owned()),
            _ => None,
        };
        let mut fault = Fault::new(format!("expected {expected}, found {}", found_words(found)), expected);
        if let Unexpected::Str(text) = found {
            fault.0.range = hints::range(text);
        }
        fault.suggest(suggestion)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let expected = plain_words(&expected.to_string());
        let percent = |number: f64| number > 1.0 && number <= 100.0 && expected.contains("rate from 0 to 1");
        let suggestion = match found {
            Unexpected::Float(number) if percent(number) => in_percent(number),
            Unexpected::Unsigned(number) if percent(number as f64) => in_percent(number as f64),
            _ => None,
        };
        Fault::new(format!("{} is not {expected}", found_words(found)), expected).suggest(suggestion)
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        let expected = plain_words(&expected.to_string());
        Fault::new(format!("{length} values are not {expected}"), expected)
    }

    fn unknown_variant(given: &str, allowed: &'static [&'static str]) -> Self {
        Fault::new(format!("there is no `{given}`"), allowed.join(", ")).near(nearest(given, allowed.iter().copied()))
    }

    fn unknown_field(given: &str, allowed: &'static [&'static str]) -> Self {
        Fault::new(format!("`{given}` is not a setting"), allowed.join(", "))
            .near(nearest(given, allowed.iter().copied()))
    }

    fn missing_field(field: &'static str) -> Self {
        let mut fault = Fault::new(format!("`{field}` is missing"), "");
        fault.0.missing = Some(field);
        fault
    }
}

/// What to do about a list where one value should stand.
pub(super) const SEVERAL: &str = "to try several values, put the list under [sweep]";

/// How to write `text`, where no text should stand.
fn in_quotes(text: &str, expected: &str) -> Option<String> {
    if expected == "true or false" {
        return ["true", "false"].contains(&text).then(|| format!("write {text} without quotes"));
    }
    let plain = || text.parse::<f64>().is_ok_and(f64::is_finite).then(|| text.to_owned());
    let fits = |number: &String| !(expected.contains("whole number") && number.contains('.'));
    hints::number(text).or_else(plain).filter(fits).map(|number| format!("write {number} without quotes"))
}

/// The rate that `number` is if it was meant in percent.
fn in_percent(number: f64) -> Option<String> {
    hints::number(&format!("{number}%")).map(|rate| format!("for {number} %, write {rate}"))
}

fn found_words(found: Unexpected<'_>) -> String {
    match found {
        Unexpected::Bool(value) => format!("`{value}`"),
        Unexpected::Unsigned(number) => format!("the number {number}"),
        Unexpected::Signed(number) => format!("the number {number}"),
        Unexpected::Float(number) => format!("the number {number}"),
        Unexpected::Str(text) => format!("the text \"{}\"", text.escape_debug()),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        other => other.to_string(),
    }
}

/// What Rust calls a type, as a user would.
pub(super) fn plain_words(expected: &str) -> String {
    let whole = |from: i128, to: i128| format!("a whole number from {from} to {to}");
    match expected {
        "u8" => whole(0, u8::MAX.into()),
        "u16" => whole(0, u16::MAX.into()),
        "u32" => whole(0, u32::MAX.into()),
        "u64" | "usize" => "a whole number from 0 up".to_owned(),
        "a nonzero u8" => whole(1, u8::MAX.into()),
        "a nonzero u16" => whole(1, u16::MAX.into()),
        "a nonzero u32" => whole(1, u32::MAX.into()),
        "a nonzero u64" | "a nonzero usize" => "a whole number from 1 up".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a string" | "path string" => "a text in quotes".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "a table".to_owned(),
        other if other.starts_with("struct ") => "a table".to_owned(),
        other => other.to_owned(),
    }
}

/// What kind of value this is, for messages.
pub(super) fn kind_of(value: &Value) -> String {
    match value {
        Value::Bool(value) => found_words(Unexpected::Bool(*value)),
        Value::Integer(number) => format!("the number {number}"),
        Value::Float(number) => found_words(Unexpected::Float(*number)),
        Value::Text(text) => found_words(Unexpected::Str(text)),
        Value::Date(_) => "a date".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Table(_) => "a table".to_owned(),
    }
}
