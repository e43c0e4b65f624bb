//! Which messages the network drops: the laws, each in a file of its own.
//!
//! A loss law is one file with its settings and its tests, plus one line in the catalog below.

mod bernoulli;

pub use bernoulli::Bernoulli;

use super::Leg;
use crate::catalog;
use crate::random::Field;

/// A rule by which messages are lost: a function of their addresses, whatever the order of events.
pub trait LossLaw {
    /// Whether `leg` is lost.
    fn drops(&self, leg: &Leg, losses: &Field) -> bool;

    /// The share of messages lost in the long run.
    fn mean(&self) -> f64;

    /// The probability with which every message is lost, if each is on its own: the only loss that theorems know.
    fn independent(&self) -> Option<f64> {
        None
    }
}

catalog! {
    /// Which messages the network drops.
    pub enum Loss = "loss" {
        "bernoulli" => Bernoulli(bernoulli::Bernoulli),
    }

    /// Whether `leg` is lost.
    fn drops(&self, leg: &Leg, losses: &Field) -> bool;

    /// The share of messages lost in the long run.
    fn mean(&self) -> f64;

    /// The probability of losses that are independent: see [`LossLaw::independent`].
    fn independent(&self) -> Option<f64>;
}
