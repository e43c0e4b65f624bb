//! One message on its way, and the draws about it.

use crate::random::Field;
use crate::time::Time;
use crate::units::NodeId;

/// One message on its way: the address of every draw about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The sender.
    pub from: NodeId,
    /// The recipient.
    pub to: NodeId,
    /// When it was sent.
    pub sent: Time,
    /// Which leg of its exchange it is: 0 for what a turn sends, 1 for the answer to that, and so on. Two messages
    /// on one path at one instant differ in it, so that they do not share their fate.
    pub number: u64,
}

impl Leg {
    /// The draw of `field` for this leg.
    #[inline]
    pub fn draw(&self, field: &Field) -> u64 {
        let path = u64::from(self.from) << 32 | u64::from(self.to);
        field.at(path, self.sent.nanos(), self.number)
    }

    /// A further draw of `field` for this leg, independent of the first and of those with other numbers.
    pub(super) fn further_draw(&self, field: &Field, number: u64) -> u64 {
        Field::mix(self.draw(field), number)
    }
}
