//! What draws decide: the one list of uses, which keeps draws apart that share a field.

use super::Purpose;

/// What a draw decides: the upper half of the last word of its address, one for each use of a [`Purpose`]. The lower half
/// is the slot, which tells apart the draws of one use. The numbers are part of every result: never reuse or change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    purpose: Purpose,
    number: u64,
}

/// Declares the uses, and the list of all of them.
macro_rules! uses {
    ($( $purpose:ident { $( $(#[$doc:meta])* $NAME:ident = $number:literal; )+ } )+) => {
        impl Use {
            $( $( $(#[$doc])* pub const $NAME: Use = Use { purpose: Purpose::$purpose, number: $number }; )+ )+

            /// All of them.
            pub const ALL: &'static [Use] = &[$( $( Use::$NAME, )+ )+];
        }
    };
}

uses! {
    Latency {
        /// What a link takes at all times. (0 is what [`Leg::draw`](crate::network::Leg::draw) asks for.)
        LINK_BASE = 1;
    }
    Loss {
        /// How often the state of a link is drawn in a cell of time, and how often bad. (0 is what [`Leg::draw`](crate::network::Leg::draw)
        /// asks for.)
        BURST_POINTS = 1;
        /// When that is.
        BURST_PLACE = 2;
        /// What the state is from then on.
        BURST_STATE = 3;
    }
    Peers {
        /// A pick of `uniform`.
        PICK = 0;
        /// Where `quasirandom` starts in the list.
        FIRST_PEER = 1;
        /// The order of a lap of `shuffled`.
        ORDER = 2;
        /// How far away a pick of `spatial` is.
        DISTANCE = 3;
        /// Which of the nodes at that distance it is.
        MEMBER = 4;
        /// Which of all nodes it is, should attempts run out.
        LAST = 5;
        /// A pick of `weighted`, by its share of all weights.
        WEIGHT = 6;
        /// Whether a pick of `region-aware` or `nearest` is a near one.
        SIDE = 7;
        /// Which of those it is.
        ON_SIDE = 8;
        /// A pick of `avoid-last`.
        AVOIDING = 9;
    }
    Workload {
        /// Who has a rumor at the start besides its first origin. (From 32 on are uses of workloads of their own.)
        OTHER_ORIGIN = 1;
        /// How large an update is.
        UPDATE_SIZE = 2;
    }
    Overlay {
        /// Whom a node knows at first.
        FIRST_VIEW = 0;
        /// When in a cycle it shuffles.
        SHUFFLE_ORDER = 1;
        /// What it sends in a shuffle.
        OFFERED = 2;
        /// What it gets in return.
        RETURNED = 3;
    }
    Protocol {
        /// What a node tosses for in its turn.
        TURN = 0;
        /// The order in which a node with a connection limit takes its calls.
        ADMISSION = 1;
        /// Whom a node compares versions with.
        BACKUP_PEER = 2;
        /// In which of its first turns a node compares versions for the first time.
        BACKUP_START = 3;
        /// What stands for the beginning of a node.
        START = 4;
        /// What stands for the arrival of a message.
        MESSAGE = 5;
        /// What stands for a timer.
        TIMER = 6;
        /// What stands for an input from outside.
        INPUT = 7;
        /// Which leg a message is that is sent outside of a turn.
        LEG = 8;
        /// What a node tosses for outside of its turns.
        KEYED = 9;
    }
}

impl Use {
    /// Where the number of an attempt begins, above the use and below what [`Field::below`](super::Field::below) needs for
    /// itself.
    pub const ATTEMPT: u32 = 36;

    /// The last word of the address of slot `number`.
    #[inline]
    pub const fn slot(self, number: u32) -> u64 {
        self.number << 32 | number as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_uses_of_a_field_share_an_address() {
        for (place, one) in Use::ALL.iter().enumerate() {
            for other in Use::ALL[place + 1..].iter().filter(|other| other.purpose == one.purpose) {
                for (slot, another) in [(0, 0), (0, u32::MAX), (u32::MAX, 0), (7, 7)] {
                    assert_ne!(one.slot(slot), other.slot(another), "{one:?} and {other:?}");
                }
            }
            // Below the attempts.
            assert!(one.slot(u32::MAX) < 1 << Use::ATTEMPT, "{one:?}");
        }
    }
}
