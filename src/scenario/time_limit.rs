//! A time that may be left out.

use serde::{Deserialize, Deserializer};

use crate::scalar;
use crate::time::{SPAN_FORM, Span};

/// A span, or "none".
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeLimit(pub(super) Option<Span>);

impl<'de> Deserialize<'de> for TimeLimit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = format!("\"none\", or {SPAN_FORM}");
        scalar::read_text(deserializer, &form, |text| match text {
            "none" => Ok(TimeLimit(None)),
            text => {
                let span = text.parse().map(|span| TimeLimit(Some(span)));
                span.map_err(|problem: String| format!("{problem}; expected {form}"))
            }
        })
    }
}
