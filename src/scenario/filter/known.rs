//! What conditions go by besides what is written: what may be written for keys, and how texts are ordered.

use std::cmp::Ordering;

use crate::time::Span;
use crate::units::Bytes;

/// What a condition may know of keys besides those that every scenario has.
pub(crate) struct Known<'a> {
    /// What may be written for a key.
    pub(crate) values: &'a dyn Fn(&str) -> Values,
    /// The paths of the settings of models.
    pub(crate) settings: &'a [String],
}

/// What may be written for a key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    /// Whether numbers may be, of any form.
    pub(crate) numbers: bool,
    /// Whether texts that are numbers are read as such.
    pub(crate) short_forms: bool,
    /// The names that may be.
    pub(crate) names: Vec<&'static str>,
}

/// How two durations, or two sizes, lie to each other.
pub(super) fn by_size(one: &str, other: &str) -> Option<Ordering> {
    if let (Ok(one), Ok(other)) = (one.parse::<Span>(), other.parse::<Span>()) {
        return Some(one.nanos().cmp(&other.nanos()));
    }
    let sizes = one.parse::<Bytes>().ok().zip(other.parse::<Bytes>().ok());
    sizes.map(|(one, other)| one.count().cmp(&other.count()))
}
