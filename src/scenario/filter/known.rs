//! What conditions go by besides what is written: what may be written for keys, and how texts are ordered.

use std::cmp::Ordering;
use std::fmt;

use crate::network::bandwidth::Rate;
use crate::time::Span;
use crate::units::Bytes;

/// What a condition may know of keys besides those that every scenario has.
pub(crate) struct Known<'a> {
    /// What may be written for a key.
    pub(crate) values: &'a dyn Fn(&str) -> Values,
    /// The settings of models: the path of each, and the kind of a model that has it.
    pub(crate) settings: &'a [(String, String)],
}

impl Known<'_> {
    /// The kinds of models that have the setting at `path`.
    pub(super) fn kinds(&self, path: &str) -> impl Iterator<Item = &str> {
        self.settings.iter().filter(move |(own, _)| own == path).map(|(_, kind)| kind.as_str())
    }
}

/// What may be written for a key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    /// The numbers that may be, of any form.
    pub(crate) numbers: Vec<Numbers>,
    /// Whether texts that are numbers are read as such.
    pub(crate) short_forms: bool,
    /// Whether durations may be.
    pub(crate) spans: bool,
    /// Whether sizes may be.
    pub(crate) sizes: bool,
    /// Whether rates may be.
    pub(crate) rates: bool,
    /// Whether true and false may be.
    pub(crate) truths: bool,
    /// The names that may be.
    pub(crate) names: Vec<String>,
}

/// The numbers from one to another, both of them included unless they are open ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    pub(crate) whole: bool,
    pub(crate) least: Option<f64>,
    pub(crate) above: Option<f64>,
    pub(crate) most: Option<f64>,
    pub(crate) below: Option<f64>,
}

impl Numbers {
    pub(super) fn contain(&self, number: f64) -> bool {
        let Numbers { whole, least, above, most, below } = *self;
        (!whole || number.fract() == 0.0)
            && least.is_none_or(|least| number >= least)
            && above.is_none_or(|above| number > above)
            && most.is_none_or(|most| number <= most)
            && below.is_none_or(|below| number < below)
    }
}

impl fmt::Display for Numbers {
    /// `a number from 0 to 1`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.whole { "a whole number" } else { "a number" })?;
        let ends = [("from", self.least), ("above", self.above), ("to", self.most), ("below", self.below)];
        let mut ends = ends.into_iter().filter_map(|(word, end)| Some((word, end?)));
        ends.try_for_each(|(word, end)| write!(f, " {word} {end}"))
    }
}

/// How two durations, two rates or two sizes lie to each other.
pub(super) fn by_size(one: &str, other: &str) -> Option<Ordering> {
    if let (Ok(one), Ok(other)) = (one.parse::<Span>(), other.parse::<Span>()) {
        return Some(one.nanos().cmp(&other.nanos()));
    }
    if let (Ok(one), Ok(other)) = (one.parse::<Rate>(), other.parse::<Rate>()) {
        return Some(one.bits_per_second().cmp(&other.bits_per_second()));
    }
    let sizes = one.parse::<Bytes>().ok().zip(other.parse::<Bytes>().ok());
    sizes.map(|(one, other)| one.count().cmp(&other.count()))
}
