//! Reading whole numbers, which have ranges that may go by other keys.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::{Reader, found};
use crate::key::Key;
use crate::scenario::deserialize;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::number::{Number, Size, number_of};
use crate::scenario::read_cache::Found;
use crate::scenario::tree::{self, Node, Value};
use crate::scenario::words::{grouped, nearest};

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
        self.whole_or_word(key, range, why, default, "")
    }

    /// The same of a key that may also say `word`, which was looked for before.
    pub(in crate::scenario) fn whole_or_word(
        &mut self,
        key: &Key,
        range: RangeInclusive<u64>,
        why: impl Display,
        default: u64,
        word: &str,
    ) -> u64 {
        match self.whole_number(key) {
            Found::Absent => default,
            found => self.whole_in(found, key, range, why, word).unwrap_or(default),
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
        self.whole_in(found, key, range, why, "")
    }

    fn whole_number(&mut self, key: &Key) -> Found<Number> {
        self.get(key.path, |reader, node| match node.zip(reader.size(key.path, node)) {
            None => Found::Absent,
            Some((node, size)) => found(number_of(node, key.path, size)),
        })
    }

    fn whole_in(
        &mut self,
        found: Found<Number>,
        key: &Key,
        range: RangeInclusive<u64>,
        why: impl Display,
        word: &str,
    ) -> Option<u64> {
        let read = self.good(found)?;
        let whole = read.whole().filter(|number| range.contains(number));
        if whole.is_none()
            && let Some(node) = self.written.node(key.path, self.digits)
        {
            self.no_whole(&node, &read, key, &format!("{}{why}", whole_number_in(&range)), &range, word);
        }
        whole
    }

    /// Says why `node`, which was read so, is no whole number in `range`, nor `word`, but one of what is `allowed`.
    fn no_whole(
        &mut self,
        node: &Node,
        read: &Number,
        key: &Key,
        allowed: &str,
        range: &RangeInclusive<u64>,
        word: &str,
    ) {
        let Number { value, origin } = read;
        let whole = match value {
            Value::Integer(number) => Some(*number),
            Value::Float(number) => tree::whole(*number),
            _ => None,
        };
        let problem = match (whole, value) {
            (Some(number), _) if number > u64::MAX.into() && *range.end() == u64::MAX => {
                format!("{number} is greater than 2^64 - 1, which is {}{origin}", grouped(u64::MAX))
            }
            (Some(number), _) => format!("{number} is not {}{origin}", whole_number_in(range)),
            (None, Value::Float(number)) => format!("{number} is not a whole number{origin}"),
            _ => {
                // Only to have the mistake described like any other wrong type.
                let result = deserialize::read::<u64>(node, key.path, key.noun(), Size::Meaningless);
                let Err(diagnostic) = result else { return };
                let near = match &node.value {
                    Value::Text(text) => nearest(text, Some(word).filter(|word| !word.is_empty())),
                    _ => None,
                };
                let suggestion = near.map(|near| format!("did you mean \"{near}\"?")).or(diagnostic.suggestion);
                let allowed = allowed.to_owned();
                return self.problems.push(Diagnostic { allowed, suggestion, ..diagnostic });
            }
        };
        let suggestion = match (whole, &node.value) {
            (None, Value::Text(text)) => deserialize::rounded(text),
            _ => None,
        };
        self.problems.push(Diagnostic { suggestion, ..Diagnostic::at(node.place, key.path, problem, allowed) });
    }
}

fn whole_number_in(range: &RangeInclusive<u64>) -> String {
    match (*range.start(), *range.end()) {
        (low, u64::MAX) => format!("a whole number from {low} up"),
        (low, high) if low == high => format!("{low}"),
        (low, high) => format!("a whole number from {low} to {}", grouped(high)),
    }
}
