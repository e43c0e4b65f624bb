//! What must hold of a figure: a range, or a bound.

use std::fmt;

use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::fault::kind_of;
use crate::scenario::number;
use crate::scenario::tree::{Node, Value};
use crate::scenario::words::quoted;
use crate::time::Span;

const CONDITION_FORM: &str = "[low, high], a number, or a comparison such as \">= 0.999\", \">= 99.9%\" or \"<= 10k\"";
const TIME_FORM: &str = "[\"1s\", \"2s\"], or a comparison such as \"<= 2s\" (or with milliseconds: \"<= 2000\")";

/// What a figure must satisfy. Nothing holds of a number that is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Condition {
    /// From the first to the second, both included.
    Within(f64, f64),
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
    /// More than this.
    Above(f64),
    /// Less than this.
    Below(f64),
    /// Exactly this.
    Equal(f64),
}

impl Condition {
    /// Whether it holds of `value`.
    pub fn holds(&self, value: f64) -> bool {
        match *self {
            Condition::Within(low, high) => (low..=high).contains(&value),
            Condition::AtLeast(bound) => value >= bound,
            Condition::AtMost(bound) => value <= bound,
            Condition::Above(bound) => value > bound,
            Condition::Below(bound) => value < bound,
            Condition::Equal(bound) => value == bound,
        }
    }

    /// Whether it holds of all greater values, if it holds of one.
    pub fn is_lower_bound(&self) -> bool {
        matches!(self, Condition::AtLeast(_) | Condition::Above(_))
    }

    /// Whether neither `value` nor a greater one can satisfy it.
    pub fn is_beyond(&self, value: f64) -> bool {
        match *self {
            Condition::Within(_, high) | Condition::AtMost(high) | Condition::Equal(high) => value > high,
            Condition::Below(bound) => value >= bound,
            Condition::AtLeast(_) | Condition::Above(_) => false,
        }
    }

    /// Of a comparison as written, with a bound in this unit: of one in ms a duration will do.
    fn parse(text: &str, unit: &str) -> Option<Self> {
        let text = text.trim();
        let number = text.trim_start_matches(['<', '>', '=']);
        let bound = number::plain(number).or_else(|| milliseconds(number, unit))?;
        let condition = match text.strip_suffix(number)? {
            ">=" => Condition::AtLeast(bound),
            "<=" => Condition::AtMost(bound),
            ">" => Condition::Above(bound),
            "<" => Condition::Below(bound),
            "" | "=" | "==" => Condition::Equal(bound),
            _ => return None,
        };
        Some(condition)
    }

    pub(super) fn to_toml(self) -> String {
        match self {
            Condition::Within(low, high) => format!("[{low:?}, {high:?}]"),
            other => quoted(&other.to_string()),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Condition::Within(low, high) => write!(f, "{low} to {high}"),
            Condition::AtLeast(bound) => write!(f, ">= {bound}"),
            Condition::AtMost(bound) => write!(f, "<= {bound}"),
            Condition::Above(bound) => write!(f, "> {bound}"),
            Condition::Below(bound) => write!(f, "< {bound}"),
            Condition::Equal(bound) => write!(f, "= {bound}"),
        }
    }
}

/// The duration that is written, where the unit is ms.
fn milliseconds(text: &str, unit: &str) -> Option<f64> {
    let span: Span = text.trim().parse().ok().filter(|_| unit == "ms")?;
    Some(span.as_millis())
}

/// What is written of a figure in this unit.
pub(super) fn condition(node: &Node, key: &str, unit: &str) -> Result<Condition, Diagnostic> {
    let form = if unit == "ms" { TIME_FORM } else { CONDITION_FORM };
    let mistake = |problem: String| Diagnostic::at(node.place, key, problem, form);
    let number = |value: &Value| match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Float(number) => number.is_finite().then_some(*number),
        Value::Text(text) => number::plain(text).or_else(|| milliseconds(text, unit)),
        _ => None,
    };
    match &node.value {
        Value::Array(ends) => match ends.as_slice() {
            [low, high] => match (number(&low.value), number(&high.value)) {
                (Some(low), Some(high)) if low <= high => Ok(Condition::Within(low, high)),
                (Some(low), Some(high)) => Err(mistake(format!("no number is from {low} to {high}"))),
                _ => Err(mistake("the ends of a range are two finite numbers".to_owned())),
            },
            _ => Err(mistake(format!("expected two numbers, found {}", ends.len()))),
        },
        Value::Text(text) => {
            let what = if unit == "ms" { "time" } else { "finite number" };
            Condition::parse(text, unit).ok_or_else(|| mistake(format!("`{text}` compares with no {what}")))
        }
        other => match number(other) {
            Some(value) => Ok(Condition::Equal(value)),
            None => Err(mistake(format!("expected a range or a comparison, found {}", kind_of(other)))),
        },
    }
}
