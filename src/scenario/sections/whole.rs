//! Reading whole numbers, which have ranges that may go by other keys.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::Reader;
use crate::key::Key;
use crate::scenario::deserialize;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::read_cache::Found;
use crate::scenario::tree::{self, Node, Value};
use crate::scenario::words::grouped;

/// A whole number that was looked at before its range was known; `None` if it is none.
#[derive(Clone, Copy)]
struct Whole(Option<u64>);

impl Reader<'_> {
    /// A whole number in `range`, else the default of `key`; `why` explains the range.
    pub(in crate::scenario) fn whole(&mut self, key: &Key, range: RangeInclusive<u64>, why: impl Display) -> u64 {
        let default = key.default().and_then(|default| default.parse().ok()).unwrap_or_default();
        self.whole_or(key, range, why, default)
    }

    /// A whole number in `range`, else `default`.
    pub(in crate::scenario) fn whole_or(
        &mut self,
        key: &Key,
        range: RangeInclusive<u64>,
        why: impl Display,
        default: u64,
    ) -> u64 {
        match self.whole_number(key) {
            Found::Absent => default,
            found => self.whole_in(found, key, range, why).unwrap_or(default),
        }
    }

    /// A whole number in `range` that must be written.
    pub(in crate::scenario) fn required_whole(
        &mut self,
        key: &Key,
        range: RangeInclusive<u64>,
        why: impl Display,
    ) -> Option<u64> {
        let found = self.whole_number(key);
        self.note_missing(key, &found);
        self.whole_in(found, key, range, why)
    }

    fn whole_number(&mut self, key: &Key) -> Found<Whole> {
        self.get(key.path, |_, node| match node.map(|node| &node.value) {
            None => Found::Absent,
            Some(Value::Integer(number)) => Found::Read(Whole(u64::try_from(*number).ok())),
            // 1e6 is a float in TOML, and a whole number to whoever writes it.
            Some(Value::Float(number)) => {
                Found::Read(Whole(tree::whole(*number).and_then(|number| u64::try_from(number).ok())))
            }
            Some(_) => Found::Read(Whole(None)),
        })
    }

    fn whole_in(
        &mut self,
        found: Found<Whole>,
        key: &Key,
        range: RangeInclusive<u64>,
        why: impl Display,
    ) -> Option<u64> {
        match found {
            Found::Read(Whole(Some(number))) if range.contains(&number) => Some(number),
            Found::Absent | Found::Wrong(_) => None,
            Found::Read(_) => {
                if let Some(node) = self.written.node(key.path, self.digits) {
                    self.no_whole(&node, key, range, why);
                }
                None
            }
        }
    }

    /// Says why `node` is no whole number in `range`.
    fn no_whole(&mut self, node: &Node, key: &Key, range: RangeInclusive<u64>, why: impl Display) {
        let allowed = format!("{}{why}", whole_number_in(&range));
        let whole = match node.value {
            Value::Integer(number) => Some(number),
            Value::Float(number) => tree::whole(number),
            _ => None,
        };
        let problem = match (whole, &node.value) {
            (Some(number), _) => format!("{number} is not {}", whole_number_in(&range)),
            (None, Value::Float(number)) => format!("{number} is not a whole number"),
            _ => {
                // Only to have the mistake described like any other wrong type.
                let result = deserialize::read::<u64>(node, key.path, key.noun());
                let diagnostic = result.map_err(|diagnostic| Diagnostic { allowed, ..diagnostic });
                return diagnostic.err().into_iter().for_each(|diagnostic| self.problems.push(diagnostic));
            }
        };
        self.problems.push(Diagnostic::at(node.place, key.path, problem, allowed));
    }
}

fn whole_number_in(range: &RangeInclusive<u64>) -> String {
    match (*range.start(), *range.end()) {
        (low, u64::MAX) => format!("a whole number from {low} up"),
        (low, high) if low == high => format!("{low}"),
        (low, high) => format!("a whole number from {low} to {}", grouped(high)),
    }
}
