//! Push-sum (Kempe, Dobra and Gehrke 2003, protocol 1).

use super::averaging::{Averaging, Method};
use super::mass::{Mass, Message};
use crate::engine::Context;
use crate::units::NodeId;

/// In its turn a node splits its mass into one share for each of its peers and one for itself.
#[derive(Clone, Debug)]
pub struct PushSum {
    /// Peers of a turn, at most.
    pub fanout: u32,
}

impl Method for PushSum {
    const ACTS: bool = false;

    #[inline]
    fn turn(&self, mass: Mass, context: &mut Context<'_, Averaging<Self>>) -> (Mass, Option<Message>) {
        let peers = self.fanout.min(context.degree());
        if peers == 0 {
            return (mass, None);
        }
        let share = mass.share(peers + 1);
        let sent = Mass { sum: share.sum * i128::from(peers), weight: share.weight * i128::from(peers) };
        (mass.minus(sent), Some(Message::Share(share)))
    }

    #[inline]
    fn learn(&self, mass: Mass, _: NodeId, message: Message, _: &mut Context<'_, Averaging<Self>>) -> Mass {
        match message {
            Message::Share(share) => mass.plus(share),
            // Of the other method.
            Message::Offer(_) | Message::Difference(_) => mass,
        }
    }
}
