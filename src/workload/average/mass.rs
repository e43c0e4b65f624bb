//! What nodes hold and hand on: two masses whose ratio is an estimate, in fixed point.

use crate::engine::{self, Outcome, States};
use crate::time::Time;
use crate::units::NodeId;

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
    /// The last instant at which such a node was added to them.
    pub last_close: Time,
}

/// What all nodes ought to believe, and how close is close enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// The mass of all nodes there are at the start.
    pub total: Mass,
    /// The error that is allowed, as a share of the target.
    pub tolerance: f64,
}

impl Target {
    /// What all nodes ought to believe.
    pub fn value(&self) -> f64 {
        self.total.estimate().unwrap_or(0.0)
    }

    /// How far off the estimate of a node is, as a share of the target; infinitely far while it has none.
    pub fn error(&self, mass: Mass) -> f64 {
        let target = self.value();
        mass.estimate().map_or(f64::INFINITY, |estimate| (estimate - target).abs() / target.abs())
    }

    fn is_close(&self, mass: Mass) -> bool {
        self.error(mass) <= self.tolerance
    }

    /// Gives a node another mass: the totals follow.
    #[inline]
    pub(super) fn replace(&self, now: Time, state: &mut Mass, mass: Mass, counts: &mut Counts) {
        let (before, after) = (self.is_close(*state), self.is_close(mass));
        counts.held = counts.held.plus(mass.minus(*state));
        *state = mass;
        match (before, after) {
            (false, true) => {
                counts.close += 1;
                counts.last_close = now;
            }
            (true, false) => counts.close -= 1,
            _ => {}
        }
    }

    pub(super) fn prepare(&self, initial: &[Mass], states: &mut Vec<Mass>, counts: &mut Counts) {
        for (node, &mass) in initial.iter().enumerate() {
            states.update(NodeId::new(node as u32), |state| *state = mass);
            self.counted(mass, true, counts);
        }
    }

    pub(super) fn counted(&self, mass: Mass, up: bool, counts: &mut Counts) {
        let close = u64::from(self.is_close(mass));
        if up {
            counts.held = counts.held.plus(mass);
            counts.close += close;
        } else {
            counts.held = counts.held.minus(mass);
            counts.close -= close;
        }
    }

    pub(super) fn over(&self, counts: &Counts, live: u64) -> Option<Outcome> {
        match live {
            // Nobody is left to hold anything.
            0 => Some(Outcome::Lost),
            live => (counts.close == live).then_some(Outcome::Converged),
        }
    }
}

/// Whether totals are those of a recount.
pub(super) fn agrees(counts: &Counts, recount: &Counts) -> bool {
    (counts.held, counts.close) == (recount.held, recount.close)
}
