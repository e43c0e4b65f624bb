//! How fast nodes send and receive: the rate of each direction, and how much may wait for it.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::catalog::Synonyms;
use crate::scalar::or_none;
use crate::units::{BYTES_FORM, Bytes};

/// What a rate looks like in a scenario file.
pub const RATE_FORM: &str = "a rate with a unit (bit/s, kbit/s, Mbit/s, Gbit/s, B/s, kB/s, MB/s, GB/s, KiB/s or MiB/s), \
                             such as \"10Mbit/s\"";

/// So many bits a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(NonZeroU64);

/// The units of rates in bits a second, those in which rates are shown first.
const UNITS: [(&str, u64); 10] = [
    ("Gbit/s", 1_000_000_000),
    ("Mbit/s", 1_000_000),
    ("kbit/s", 1000),
    ("bit/s", 1),
    ("GB/s", 8_000_000_000),
    ("MB/s", 8_000_000),
    ("kB/s", 8000),
    ("B/s", 8),
    ("MiB/s", 8 << 20),
    ("KiB/s", 8 << 10),
];
/// So many of the units are those in which rates are shown.
const SHOWN: usize = 4;

impl Rate {
    /// So many bits a second, if they are more than none.
    pub const fn new(bits_per_second: u64) -> Option<Self> {
        match NonZeroU64::new(bits_per_second) {
            Some(bits) => Some(Rate(bits)),
            None => None,
        }
    }

    /// Bits a second.
    pub const fn bits_per_second(self) -> NonZeroU64 {
        self.0
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0.get();
        let whole = UNITS[..SHOWN].iter().find(|(_, unit)| bits.is_multiple_of(*unit));
        let (name, unit) = whole.unwrap_or(&("bit/s", 1));
        write!(f, "{}{name}", bits / unit)
    }
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let split = text.find(|c: char| !c.is_ascii_digit() && c != '_' && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(split);
        let Some((_, bits)) = UNITS.iter().find(|(name, _)| *name == unit.trim()) else {
            let hint = match unit.trim() {
                "bps" | "b/s" => ": bits a second are bit/s",
                "kbps" | "Kbps" | "kb/s" | "Kb/s" | "Kbit/s" | "kbit" => ": 1000 bits a second are 1kbit/s",
                "mbps" | "Mbps" | "mb/s" | "Mb/s" | "mbit/s" | "Mbit" => ": a million bits a second are 1Mbit/s",
                "gbps" | "Gbps" | "gb/s" | "Gb/s" | "gbit/s" | "Gbit" => ": 10^9 bits a second are 1Gbit/s",
                "Bps" | "byte/s" | "bytes/s" => ": bytes a second are B/s",
                "KB/s" | "kBps" | "KBps" => ": 1000 bytes a second are 1kB/s",
                "MBps" => ": a million bytes a second are 1MB/s",
                _ => "",
            };
            return Err(format!("`{text}` is not {RATE_FORM}{hint}"));
        };
        let wrong = || format!("`{text}` is not {RATE_FORM}");
        let number = number.replace('_', "");
        let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
        // Of 18 digits the tenth powers fit.
        if whole.is_empty() || number.ends_with('.') || fraction.contains('.') || fraction.len() > 18 {
            return Err(wrong());
        }
        let scale = 10_u128.pow(fraction.len() as u32);
        let digits: u128 = format!("{whole}{fraction}").parse().map_err(|_| wrong())?;
        let bits = digits.checked_mul(u128::from(*bits)).ok_or_else(wrong)?;
        if bits % scale != 0 {
            return Err(format!("`{text}` is no whole number of bits a second"));
        }
        match u64::try_from(bits / scale).map(Rate::new) {
            Ok(Some(rate)) => Ok(rate),
            Ok(None) => Err(format!("at `{text}` nothing would ever arrive; expected {RATE_FORM}")),
            Err(_) => Err(wrong()),
        }
    }
}

or_none! {
    /// A rate, or no limit.
    RateOrNone(Rate), RATE_FORM
}

or_none! {
    /// A size, or no limit.
    BytesOrNone(Bytes), BYTES_FORM
}

/// What happens to a message that does not fit into a queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overflow {
    /// It is dropped if it is a datagram. What goes over TCP waits: its sender is held back.
    #[default]
    Drop,
    /// It waits all the same, and is counted.
    Wait,
}

impl Overflow {
    /// What people write for what happens that is called otherwise.
    pub const SYNONYMS: &'static [Synonyms] = &[
        Synonyms { name: "drop", beside: "", words: &["tail-drop", "droptail", "discard", "lose"] },
        Synonyms { name: "wait", beside: "", words: &["block", "queue", "backpressure", "keep"] },
    ];

    fn is_default(&self) -> bool {
        *self == Overflow::default()
    }
}

/// How fast every node sends and receives, and how much may wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bandwidth {
    /// The rate at which a node sends.
    #[serde(default, skip_serializing_if = "RateOrNone::is_none")]
    pub egress: RateOrNone,
    /// The rate at which it receives.
    #[serde(default, skip_serializing_if = "RateOrNone::is_none")]
    pub ingress: RateOrNone,
    /// How much may be in the queue of either direction, what is being sent or received included.
    #[serde(default, skip_serializing_if = "BytesOrNone::is_none")]
    pub queue: BytesOrNone,
    /// What happens to a message that does not fit into the queue.
    #[serde(default, skip_serializing_if = "Overflow::is_default")]
    pub overflow: Overflow,
}

impl Bandwidth {
    /// Whether nothing limits it.
    pub fn is_unlimited(&self) -> bool {
        self.egress.is_none() && self.ingress.is_none()
    }

    /// Whether it is that of a scenario that says nothing.
    pub fn is_default(&self) -> bool {
        *self == Bandwidth::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Result<u64, String> {
        text.parse::<Rate>().map(|rate| rate.bits_per_second().get())
    }

    #[test]
    fn a_rate_reads_and_prints() {
        for (text, bits, shown) in [
            ("1bit/s", 1, "1bit/s"),
            ("10Mbit/s", 10_000_000, "10Mbit/s"),
            ("2.5Gbit/s", 2_500_000_000, "2500Mbit/s"),
            ("1_000 kbit/s", 1_000_000, "1Mbit/s"),
            ("1MB/s", 8_000_000, "8Mbit/s"),
            ("1MiB/s", 8_388_608, "8388608bit/s"),
            ("0.125B/s", 1, "1bit/s"),
        ] {
            assert_eq!(rate(text), Ok(bits), "{text}");
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), shown);
            assert_eq!(rate(shown), Ok(bits));
        }
        for (text, ends) in [
            ("10", "such as \"10Mbit/s\""),
            ("Mbit/s", "such as \"10Mbit/s\""),
            ("1.2.3kB/s", "such as \"10Mbit/s\""),
            ("99999999999Gbit/s", "such as \"10Mbit/s\""),
            ("10Mbps", "a million bits a second are 1Mbit/s"),
            ("1KB/s", "1000 bytes a second are 1kB/s"),
            ("0.5bit/s", "is no whole number of bits a second"),
            ("0Mbit/s", "such as \"10Mbit/s\""),
        ] {
            assert!(rate(text).is_err_and(|problem| problem.ends_with(ends)), "{text}: {:?}", rate(text));
        }
    }
}
