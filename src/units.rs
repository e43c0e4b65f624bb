//! Numbers with a meaning: node ids, probabilities, sizes in bytes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::scalar::{self, Refusal};

/// The largest number of nodes a run may have.
pub const MAX_NODES: u32 = 100_000_000;

/// What a size looks like in a scenario file.
pub const BYTES_FORM: &str = "a size with a unit (B, KiB or MiB), such as \"1KiB\"";

/// A node of the network, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeId(u32);

impl NodeId {
    /// Node `number`.
    pub const fn new(number: u32) -> Self {
        NodeId(number)
    }

    /// Its number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Its place in an array over all nodes.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl From<NodeId> for u64 {
    fn from(node: NodeId) -> u64 {
        node.0.into()
    }
}

/// A probability, which decides by comparing whole numbers: that takes no float.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Probability {
    value: f64,
    /// The greatest draw for which it comes true, if there is any.
    last: Option<u64>,
}

impl Probability {
    /// Never.
    pub const ZERO: Probability = Probability { value: 0.0, last: None };

    /// A probability of `value`; `None` unless 0 <= value <= 1.
    pub fn new(value: f64) -> Option<Self> {
        // -0 is 0, and shown as such.
        let value = value + 0.0;
        // Exact: a product with a power of two, then a cast of a number of at most 65 bits.
        let threshold = (value * 18_446_744_073_709_551_616.0) as u128;
        let last = threshold.checked_sub(1).map(|last| last as u64);
        (0.0..=1.0).contains(&value).then_some(Probability { value, last })
    }

    /// The number from 0 to 1.
    pub const fn value(self) -> f64 {
        self.value
    }

    /// Whether it comes true for `draw`: it does for the share `value` of all 64-bit numbers, the smallest ones.
    #[inline]
    pub fn holds(self, draw: u64) -> bool {
        self.last.is_some_and(|last| draw <= last)
    }

    /// Whether it comes true for any draw at all.
    #[inline]
    pub const fn is_possible(self) -> bool {
        self.last.is_some()
    }
}

impl Serialize for Probability {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value)
    }
}

impl<'de> Deserialize<'de> for Probability {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::read_number(deserializer, "a rate from 0 to 1", |written| {
            written.number().and_then(|value| Probability::new(value).ok_or(Refusal::Value))
        })
    }
}

/// A size in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bytes(u64);

impl Bytes {
    /// `count` bytes.
    pub const fn new(count: u64) -> Self {
        Bytes(count)
    }

    /// How many bytes.
    pub const fn count(self) -> u64 {
        self.0
    }
}

impl From<Bytes> for u64 {
    fn from(size: Bytes) -> Self {
        size.0
    }
}

const SIZES: [(&str, u64); 3] = [("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1)];

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = SIZES.iter().find(|(_, size)| self.0 > 0 && self.0.is_multiple_of(*size));
        let (name, size) = whole.unwrap_or(&("B", 1));
        write!(f, "{}{name}", self.0 / size)
    }
}

impl FromStr for Bytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let split = text.find(|c: char| !c.is_ascii_digit() && c != '_');
        let (number, unit) = text.split_at(split.unwrap_or(text.len()));
        let Some((_, size)) = SIZES.iter().find(|(name, _)| *name == unit.trim()) else {
            let hint = match unit.trim().to_lowercase().as_str() {
                "k" | "kb" | "kib" => ": 1KiB is 1024B",
                "m" | "mb" | "mib" => ": 1MiB is 1024KiB",
                "g" | "gb" | "gib" => ": a GiB is 1024MiB",
                "byte" | "bytes" => ": bytes are B",
                _ => "",
            };
            return Err(format!("`{text}` is not {BYTES_FORM}{hint}"));
        };
        let count = number.replace('_', "").parse::<u32>();
        let count = count.map_err(|_| format!("`{text}` is not {BYTES_FORM}"))?;
        Ok(Bytes(u64::from(count) * size))
    }
}

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        scalar::read_text(deserializer, BYTES_FORM, str::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_are_exact_at_both_ends() {
        let holds = |value: f64, draw: u64| Probability::new(value).unwrap().holds(draw);
        assert!(!holds(0.0, 0) && holds(1.0, u64::MAX));
        assert!(holds(0.5, (1 << 63) - 1) && !holds(0.5, 1 << 63));
        // The smallest probability that is possible, and one below it.
        let least = 1.0 / 18_446_744_073_709_551_616.0;
        assert!(holds(least, 0) && !holds(least, 1) && !holds(least / 2.0, 0));
        assert_eq!([0.0, least / 2.0, least].map(|p| Probability::new(p).unwrap().is_possible()), [false, false, true]);
        assert_eq!([1.5, -0.1, f64::NAN].map(Probability::new), [None; 3]);
        assert!(Probability::new(-0.0).unwrap().value().is_sign_positive());
    }

    #[test]
    fn a_size_reads_and_prints() {
        for (text, count) in [("0B", 0), ("100B", 100), ("1KiB", 1024), ("3MiB", 3 << 20)] {
            let size: Bytes = text.parse().unwrap();
            assert_eq!((size.count(), size.to_string().as_str()), (count, text));
        }
        assert!("100".parse::<Bytes>().is_err());
        assert!("1GB".parse::<Bytes>().is_err_and(|problem| problem.ends_with("a GiB is 1024MiB")));
        assert!("1kB".parse::<Bytes>().is_err_and(|problem| problem.ends_with("1KiB is 1024B")));
    }
}
