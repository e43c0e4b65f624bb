//! Push-pull averaging (Jelasity, Montresor and Babaoglu 2005).

use super::averaging::{Averaging, Method};
use super::mass::{Mass, Message};
use crate::engine::Context;
use crate::units::NodeId;

/// In its turn a node offers its mass to its peers; each takes on the mean of both and answers by how much its own
/// changed, which the first adds to what it has by then: what is not lost is conserved, whatever comes in between.
#[derive(Clone, Debug)]
pub struct PushPull;

impl Method for PushPull {
    const ACTS: bool = true;

    #[inline]
    fn turn(&self, mass: Mass, _: &mut Context<'_, Averaging<Self>>) -> (Mass, Option<Message>) {
        (mass, Some(Message::Offer(mass)))
    }

    #[inline]
    fn learn(&self, mass: Mass, from: NodeId, message: Message, context: &mut Context<'_, Averaging<Self>>) -> Mass {
        match message {
            Message::Offer(other) => {
                let difference = mass.minus(other).share(2);
                context.send(from, Message::Difference(difference));
                mass.minus(difference)
            }
            Message::Difference(difference) => mass.plus(difference),
            // Of the other method.
            Message::Share(_) => mass,
        }
    }
}
