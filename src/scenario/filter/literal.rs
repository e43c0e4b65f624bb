//! A text in quotes beside a key: what it means there, if the key can be that at all.
//!
//! A comparison with what a key can never be would hold always, or never, and nobody would notice.

use super::known::{Values, by_size};
use crate::scenario::expression::{Mistake, number_form};
use crate::scenario::meanings;
use crate::scenario::number::{self, ALL, Size};
use crate::scenario::place::Place;
use crate::scenario::words::nearest;
use crate::settings;
use crate::settings::gossip::{ANTI_ENTROPY, FANOUT};
use crate::settings::network::LATENCY;
use crate::settings::stop::MAX_TIME;
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

/// The keys whose values are durations, besides those whose defaults are.
const TIMES: [&str; 2] = [ANTI_ENTROPY.path, MAX_TIME.path];
/// What stands in place of a duration.
const NONE: &str = "none";

/// What `text` means beside `key`, or beside the kind of the model there. The key may be one of `values`; `written` are the
/// texts that it is at the combinations.
pub(super) fn literal(
    text: &str,
    key: &str,
    values: &Values,
    of_the_kind: bool,
    written: &mut dyn FnMut() -> Vec<String>,
) -> Result<Literal, Mistake> {
    let Values { short_forms, names, .. } = values;
    if key == FANOUT.path && text == ALL {
        return Ok(Literal::Number);
    }
    if names.contains(&text) {
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
    let default = settings::keys().find(|own| own.path == key).and_then(|own| own.default()).unwrap_or_default();
    let default = default.trim_matches('"');
    let alternatives = || names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>();
    let allowed = if TIMES.contains(&key) || default.parse::<Span>().is_ok() {
        if is_time || TIMES.contains(&key) && text == NONE {
            return Ok(Literal::Word);
        }
        vec![SPAN_FORM.to_owned()]
    } else if default.parse::<Bytes>().is_ok() {
        if text.parse::<Bytes>().is_ok() {
            return Ok(Literal::Word);
        }
        vec![BYTES_FORM.to_owned()]
    } else if default.parse::<bool>().is_ok() {
        ["true", "false"].map(str::to_owned).to_vec()
    } else if key == LATENCY.path && !of_the_kind {
        [vec![SPAN_FORM.to_owned()], alternatives()].concat()
    } else if *short_forms && !of_the_kind {
        [vec![number_form()], alternatives()].concat()
    } else {
        alternatives()
    };
    let texts = written();
    let quoted = || texts.iter().map(|text| format!("'{text}'")).collect::<Vec<_>>();
    match allowed[..] {
        _ if texts.iter().any(|other| other == text) => Ok(Literal::Word),
        [] if texts.iter().any(|other| by_size(other, text).is_some()) => Ok(Literal::Word),
        [] if texts.is_empty() => Err(never(text, key, names, &["a number".to_owned()])),
        [] => Err(never(text, key, names, &quoted())),
        _ => Err(never(text, key, names, &allowed)),
    }
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
