//! Messages on their way: two words of 32 bits, so that with the time of arrival an event takes 12 bytes.

use crate::protocol::{Message, Protocol};
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
    /// The sender, the leg in the bits above, and the last bit of the message where there are many.
    from: u32,
    /// The recipient, and the message in the bits above.
    to: u32,
}

/// A node's number takes so many bits.
const NODE: u32 = 27;
const _: () = assert!(MAX_NODES <= 1 << NODE, "a letter has no room for the number of a node");
/// What else fits in a word beside it.
const REST: u32 = u32::BITS - NODE;
const _: () = assert!(Message::ALL.len() <= 2 << REST, "a letter has no room for its message");

impl Letter {
    #[inline(always)]
    pub(super) fn pack<P: Protocol>(self) -> Packed {
        debug_assert!(
            self.leg < if P::MANY_MESSAGES { 16 } else { 32 },
            "no protocol has conversations of so many legs"
        );
        debug_assert!(P::MANY_MESSAGES || self.message.code() < 1 << REST, "this protocol has fewer messages");
        let code = self.message.code();
        let more = if P::MANY_MESSAGES { code >> REST << (u32::BITS - 1) } else { 0 };
        Packed { from: self.from.number() | u32::from(self.leg) << NODE | more, to: self.to.number() | code << NODE }
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
    pub(super) fn unpack<P: Protocol>(self) -> Letter {
        let (leg, more) = match self.from >> NODE {
            leg if P::MANY_MESSAGES => (leg % 16, (leg / 16) << REST),
            leg => (leg, 0),
        };
        Letter {
            from: self.sender(),
            to: self.recipient(),
            message: Message::of_code(self.to >> NODE | more),
            leg: leg as u8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{AntiEntropy, Gossip};

    #[test]
    fn what_is_packed_comes_out_as_it_went_in() {
        fn keeps<P: Protocol>(messages: &[Message], last_leg: u8) {
            for &message in messages {
                for (from, to, leg) in [(0, MAX_NODES - 1, 0), (MAX_NODES - 1, 0, last_leg), (12_345, 678, 3)] {
                    let letter = Letter { from: NodeId::new(from), to: NodeId::new(to), message, leg };
                    let packed = letter.pack::<P>();
                    assert_eq!(
                        (packed.unpack::<P>(), packed.recipient(), packed.sender()),
                        (letter, letter.to, letter.from)
                    );
                }
            }
        }
        keeps::<Gossip>(&Message::ALL, 15);
        keeps::<AntiEntropy>(&Message::ALL[..32], 31);
        assert_eq!(std::mem::size_of::<Packed>(), 8);
    }
}
