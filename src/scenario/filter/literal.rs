//! A text in quotes beside a key: what it means there, if the key can be that at all.
//!
//! A comparison with what a key can never be would hold always, or never, and nobody would notice.

use super::known::Values;
use crate::network::bandwidth::{RATE_FORM, Rate};
use crate::scenario::expression::{Mistake, number_form};
use crate::scenario::meanings;
use crate::scenario::number::{self, ALL, Size};
use crate::scenario::place::Place;
use crate::scenario::words::nearest;
use crate::settings::gossip::FANOUT;
use crate::settings::network::LATENCY;
use crate::time::{SPAN_FORM, Span};
use crate::units::{BYTES_FORM, Bytes};

/// What a text in quotes means beside a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    /// The name of a model, or a word that stands in place of a number.
    Kind,
    /// A latency that is always so long.
    Constant,
    /// A number in a short form, or one that follows the number of nodes.
    Number,
    /// Itself.
    Word,
}

/// What `text` means beside `key`, or beside the kind of the model there. The key may be one of `values`; `texts` are what it is
/// at the combinations.
pub(super) fn literal(
    text: &str,
    key: &str,
    values: &Values,
    of_the_kind: bool,
    texts: &[String],
) -> Result<Literal, Mistake> {
    let Values { short_forms, names, .. } = values;
    if key == FANOUT.path && text == ALL {
        return Ok(Literal::Number);
    }
    if names.iter().any(|name| name == text) {
        return Ok(Literal::Kind);
    }
    let is_time = text.parse::<Span>().is_ok();
    if key == LATENCY.path && is_time && !of_the_kind {
        return Ok(Literal::Constant);
    }
    let read = || number::read(text, Place::new(0, 0..0), Size::Known(1));
    if *short_forms && !of_the_kind {
        match read() {
            // What is wrong with it at a size shows at that.
            Some(Ok(_)) => return Ok(Literal::Number),
            Some(Err(_)) if number::follows(text) => return Ok(Literal::Number),
            _ => {}
        }
    }
    let (own, is_size, is_rate) = (!of_the_kind, text.parse::<Bytes>().is_ok(), text.parse::<Rate>().is_ok());
    if own && (values.spans && is_time || values.sizes && is_size || values.rates && is_rate) {
        return Ok(Literal::Word);
    }
    if texts.iter().any(|other| other == text) {
        return Ok(Literal::Word);
    }
    let allowed = [
        (own && (values.spans || key == LATENCY.path)).then(|| SPAN_FORM.to_owned()),
        (own && values.sizes).then(|| BYTES_FORM.to_owned()),
        (own && values.rates).then(|| RATE_FORM.to_owned()),
        (own && values.truths).then(|| "true, false".to_owned()),
        (own && *short_forms).then(number_form),
    ];
    let quoted = |text: &str| format!("'{text}'");
    let mut allowed: Vec<String> = allowed.into_iter().flatten().chain(names.iter().map(|name| quoted(name))).collect();
    if allowed.is_empty() {
        allowed = texts.iter().map(|text| quoted(text)).collect();
    }
    if allowed.is_empty() {
        allowed.push("a number".to_owned());
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Err(never(text, key, &names, &allowed))
}

/// That `key` is never `text`, but one of `allowed`.
fn never(text: &str, key: &str, names: &[&str], allowed: &[String]) -> Mistake {
    let problem = format!("`{key}` is never '{}'", text.escape_debug());
    let suggestion = match text {
        "true" | "false" => Some(format!("write {text} without quotes")),
        _ => meanings::meant(text, names),
    };
    let near = || {
        nearest(text, allowed.iter().map(|one| one.trim_matches('\''))).map(|near| format!("did you mean '{near}'?"))
    };
    Mistake { allowed: Some(allowed.join(", ")), ..Mistake::of_variable(problem, suggestion.or_else(near)) }
}
