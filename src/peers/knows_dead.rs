//! What nodes know of who is down, where they choose among their neighbours.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::scalar;
use crate::time::{SPAN_FORM, Span};

/// After which time nodes know that another is down, and choose it no more, if they ever do. Who is up again is chosen again at
/// once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KnowsDead(pub Option<Span>);

const NEVER: &str = "never";
const ORACLE: &str = "oracle";
const AFTER: &str = "after ";

impl KnowsDead {
    /// Whether it is what a scenario means that says nothing of it.
    pub fn is_default(&self) -> bool {
        *self == KnowsDead::default()
    }
}

impl std::fmt::Display for KnowsDead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            None => f.write_str(NEVER),
            Some(Span::ZERO) => f.write_str(ORACLE),
            Some(span) => write!(f, "{AFTER}{span}"),
        }
    }
}

impl Serialize for KnowsDead {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KnowsDead {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let form = format!("\"{NEVER}\", \"{ORACLE}\", or \"{AFTER}\" and {SPAN_FORM}");
        scalar::read_text(deserializer, &form, |text| match (text.trim(), text.trim().strip_prefix(AFTER)) {
            (NEVER, _) => Ok(KnowsDead(None)),
            (ORACLE, _) => Ok(KnowsDead(Some(Span::ZERO))),
            (_, Some(span)) => {
                let span = span.parse().map(|span| KnowsDead(Some(span)));
                span.map_err(|problem: String| format!("{problem}; expected {form}"))
            }
            (other, None) => Err(format!("`{other}` is none of {form}")),
        })
    }
}
