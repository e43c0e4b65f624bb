//! What the network does to one leg of a conversation: it is lost, or it arrives after a while.

pub mod cuts;
mod delivery;
pub mod latency;
mod leg;
pub mod loss;

pub use delivery::Delivery;
pub use leg::Leg;

use crate::random::{Chance, Field, Purpose};
use crate::units::Probability;

use cuts::Cuts;
use latency::Latency;
use loss::Loss;

/// The network of one run: its laws and their draws.
#[derive(Clone, Debug)]
pub struct Network {
    /// How long a leg travels.
    pub latency: Latency,
    /// The draws of the latency law.
    pub delays: Field,
    /// Which legs are lost.
    pub loss: Loss,
    /// The draws of the loss law.
    pub losses: Field,
    /// Which paths are cut when.
    pub cuts: Cuts,
}

impl Network {
    /// The network of a run in which every leg arrives at once.
    pub fn perfect(chance: &Chance) -> Self {
        Network {
            latency: Latency::None(latency::None {}),
            delays: chance.field(Purpose::Latency),
            loss: Loss::Bernoulli(loss::Bernoulli { rate: Probability::ZERO }),
            losses: chance.field(Purpose::Loss),
            cuts: Cuts::default(),
        }
    }

    /// Whether every leg arrives at once.
    pub fn is_perfect(&self) -> bool {
        self.is_instant() && self.loss.mean() == 0.0 && self.cuts.is_empty()
    }

    /// Whether what arrives arrives at once.
    #[inline(always)]
    pub fn is_instant(&self) -> bool {
        matches!(self.latency, Latency::None(_))
    }

    /// What becomes of `leg`.
    #[inline(always)]
    pub fn transmit(&self, leg: Leg) -> Delivery {
        if !self.cuts.is_empty() && self.cuts.sever(leg.from, leg.to, leg.sent) {
            return Delivery::CUT;
        }
        if self.loss.drops(&leg, &self.losses) {
            return Delivery::LOST;
        }
        // Asked for on its own, before all laws: it is the model of the theorems.
        if self.is_instant() {
            return Delivery::at(leg.sent);
        }
        Delivery::at(leg.sent + self.latency.of(&leg, &self.delays))
    }
}
