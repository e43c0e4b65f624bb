//! What every loss law answers.

use crate::network::leg::Leg;
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
