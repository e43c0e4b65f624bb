//! The deadline that the runs of a scenario are held against. It ends none of them.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::time::Span;

/// Until when how many of the live nodes should have the update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// Time from the start.
    pub time: Span,
    /// Which share of the live nodes, rounded up to whole nodes, in thousandths; 1000 are all.
    pub permille: u64,
}

impl Deadline {
    /// The share in per cent: `99.9`.
    pub fn percent(&self) -> f64 {
        self.permille as f64 / 10.0
    }
}

/// As a scenario file has it: `"2s"`, or `{ time = "2s", coverage = "99.9%" }`.
impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.permille {
            1000 => write!(f, "\"{}\"", self.time),
            _ => write!(f, "{{ time = \"{}\", coverage = \"{}%\" }}", self.time, self.percent()),
        }
    }
}

impl Serialize for Deadline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
