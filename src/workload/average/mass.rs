//! What nodes hold and hand on: two masses whose ratio is an estimate, in fixed point.

use std::borrow::Cow;

use crate::engine;
use crate::time::Time;

/// Two masses in units of 2^-80: of 2^27 nodes with values up to 2^18 the sum fits into 128 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mass {
    /// What is added up.
    pub sum: i128,
    /// What it is divided by.
    pub weight: i128,
}

/// One, in fixed point.
pub(super) const ONE: i128 = 1 << 80;

impl Mass {
    /// What a node that holds it believes; `None` while it has no weight.
    pub fn estimate(self) -> Option<f64> {
        // Both are rounded to the nearest float, as every machine does it.
        (self.weight != 0).then(|| self.sum as f64 / self.weight as f64)
    }

    pub(super) fn plus(self, other: Mass) -> Mass {
        Mass { sum: self.sum + other.sum, weight: self.weight + other.weight }
    }

    pub(super) fn minus(self, other: Mass) -> Mass {
        Mass { sum: self.sum - other.sum, weight: self.weight - other.weight }
    }

    /// One of so many equal shares, the rest of the division left out.
    pub(super) fn share(self, parts: u32) -> Mass {
        let parts = i128::from(parts);
        Mass { sum: self.sum / parts, weight: self.weight / parts }
    }
}

/// What travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// A share of the sender's mass: what the recipient takes, the sender no longer has.
    Share(Mass),
    /// "This is my mass: let us both have the mean."
    Offer(Mass),
    /// The answer: by how much the sender's mass became smaller is what the recipient's becomes larger.
    Difference(Mass),
}

impl engine::Message for Message {
    const KINDS: &'static [&'static str] = &["share", "offer", "difference"];

    #[inline]
    fn kind(&self) -> usize {
        match self {
            Message::Share(_) => 0,
            Message::Offer(_) => 1,
            Message::Difference(_) => 2,
        }
    }

    fn content(&self) -> Cow<'static, str> {
        let (Message::Share(mass) | Message::Offer(mass) | Message::Difference(mass)) = self;
        // A power of two: the quotients are as near as floats come.
        let [sum, weight] = [mass.sum, mass.weight].map(|part| part as f64 / ONE as f64);
        Cow::Owned(format!("sum={sum} weight={weight}"))
    }
}

/// Bytes of a mass in a message: two floats.
pub(super) const MASS_BYTES: u64 = 16;

/// The running totals of averaging.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// The mass of all live nodes.
    pub held: Mass,
    /// Live nodes whose estimate is as close to the target as is wanted.
    pub close: u64,
    /// The last instant at which such a node was added to them, if one was.
    pub last_close: Option<Time>,
}

/// What all nodes ought to believe, and how close is close enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// The mass of all nodes there are at the start.
    pub total: Mass,
    /// The error that is allowed, as a share of the target.
    pub tolerance: f64,
    /// What they ought to believe.
    pub value: f64,
}

impl Target {
    /// What nodes ought to believe that hold `total` together.
    pub fn new(total: Mass, tolerance: f64) -> Self {
        Target { total, tolerance, value: total.estimate().unwrap_or(0.0) }
    }

    /// How far off the estimate of a node is, as a share of the target; infinitely far while it has none.
    pub fn error(&self, mass: Mass) -> f64 {
        mass.estimate().map_or(f64::INFINITY, |estimate| (estimate - self.value).abs() / self.value.abs())
    }

    pub(super) fn is_close(&self, mass: Mass) -> bool {
        self.error(mass) <= self.tolerance
    }
}
