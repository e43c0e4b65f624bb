//! Which messages the network drops: the laws, each in a file of its own.
//!
//! A loss law is one file with its settings and its tests, plus one line in the catalog below.

mod bernoulli;
mod gilbert_elliott;
mod law;

pub use bernoulli::Bernoulli;
pub use gilbert_elliott::{GilbertElliott, Per};
pub use law::LossLaw;

use super::leg::Leg;
use crate::catalog;
use crate::random::Field;
use crate::units::Probability;

/// What a rate alone is short for.
impl From<Probability> for Loss {
    fn from(rate: Probability) -> Self {
        Loss::Bernoulli(Bernoulli { rate })
    }
}

catalog! {
    /// Which messages the network drops.
    pub enum Loss = "loss" {
        "bernoulli" => Bernoulli(bernoulli::Bernoulli) for ["independent", "random", "uniform", "iid", "constant"],
        "gilbert-elliott" => GilbertElliott(gilbert_elliott::GilbertElliott) for ["burst", "bursts", "bursty", "gilbert", "markov"],
    }

    /// Whether `leg` is lost.
    fn drops(&self, leg: &Leg, losses: &Field) -> bool;

    /// The share of messages lost in the long run.
    fn mean(&self) -> f64;

    /// The probability of losses that are independent: see [`LossLaw::independent`].
    fn independent(&self) -> Option<f64>;
}
