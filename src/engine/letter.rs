//! Messages on their way: two words of 32 bits, so that with the time of arrival an event takes 12 bytes.

use crate::protocol::Message;
use crate::units::{MAX_NODES, NodeId};

/// A message from one node to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    pub(super) message: Message,
    /// Which leg of its conversation it is, from 0.
    pub(super) leg: u8,
}

/// A letter in its envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packed {
    /// The sender, and the leg in the bits above.
    from: u32,
    /// The recipient, and the message in the bits above.
    to: u32,
}

/// A node's number takes so many bits.
const NODE: u32 = 27;
const _: () = assert!(MAX_NODES <= 1 << NODE, "a letter has no room for the number of a node");
const _: () = assert!(Message::ALL.len() <= 1 << (u32::BITS - NODE), "a letter has no room for its message");

impl Letter {
    #[inline(always)]
    pub(super) fn pack(self) -> Packed {
        debug_assert!(self.leg < 1 << (u32::BITS - NODE), "no protocol has conversations of so many legs");
        Packed {
            from: self.from.number() | u32::from(self.leg) << NODE,
            to: self.to.number() | self.message.code() << NODE,
        }
    }
}

impl Packed {
    #[inline(always)]
    pub(super) fn sender(self) -> NodeId {
        NodeId::new(self.from & ((1 << NODE) - 1))
    }

    #[inline(always)]
    pub(super) fn recipient(self) -> NodeId {
        NodeId::new(self.to & ((1 << NODE) - 1))
    }

    #[inline(always)]
    pub(super) fn unpack(self) -> Letter {
        Letter {
            from: self.sender(),
            to: self.recipient(),
            message: Message::of_code(self.to >> NODE),
            leg: (self.from >> NODE) as u8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_out_as_it_went_in() {
        for message in Message::ALL {
            for (from, to, leg) in [(0, MAX_NODES - 1, 0), (MAX_NODES - 1, 0, 31), (12_345, 678, 3)] {
                let letter = Letter { from: NodeId::new(from), to: NodeId::new(to), message, leg };
                assert_eq!((letter.pack().unpack(), letter.pack().recipient()), (letter, letter.to));
            }
        }
        assert_eq!(std::mem::size_of::<Packed>(), 8);
    }
}
