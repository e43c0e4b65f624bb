//! What becomes of a message, in the one word that it takes to say when it arrives.

use crate::time::Time;

/// What becomes of a message: the network loses it, there is no way for it, it arrives corrupted and is discarded, or it
/// arrives.
///
/// It is a word, not an enumeration of two: turns to come keep one each, and whether a message arrives at once is one
/// comparison.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Delivery(Time);

impl Delivery {
    /// The network loses it.
    pub const LOST: Delivery = Delivery(Time::NEVER);
    /// There is no way for it: a partition, or a cut, lies between the two.
    pub const CUT: Delivery = Delivery(Time::from_nanos(u64::MAX - 1));
    /// Nobody asked yet.
    pub(crate) const UNKNOWN: Delivery = Delivery(Time::from_nanos(u64::MAX - 2));
    /// It arrives corrupted, and its recipient discards it by its checksum.
    pub const CORRUPTED: Delivery = Delivery(Time::from_nanos(u64::MAX - 3));
    /// The queue of its sender or of its recipient has no room for it.
    pub const OVERFLOWED: Delivery = Delivery(Time::from_nanos(u64::MAX - 4));
    /// Its recipient went down while it was receiving it.
    pub const DROPPED: Delivery = Delivery(Time::from_nanos(u64::MAX - 5));
    /// It is in the queue of its sender, or on its way to that of its recipient, and when it gets through nobody knows yet.
    pub const QUEUED: Delivery = Delivery(Time::from_nanos(u64::MAX - 6));
    /// The last instant that is none of these: 584 years.
    const LAST: Time = Time::from_nanos(u64::MAX - 7);

    /// It reaches its recipient at `time`.
    #[inline(always)]
    pub fn at(time: Time) -> Self {
        Delivery(time.min(Delivery::LAST))
    }

    /// When it reaches its recipient, if it does.
    #[inline(always)]
    pub fn arrival(self) -> Option<Time> {
        (self.0 <= Delivery::LAST).then_some(self.0)
    }
}

impl std::fmt::Debug for Delivery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Delivery::LOST => f.write_str("lost"),
            Delivery::CUT => f.write_str("cut"),
            Delivery::UNKNOWN => f.write_str("unknown"),
            Delivery::CORRUPTED => f.write_str("corrupted"),
            Delivery::OVERFLOWED => f.write_str("overflowed"),
            Delivery::DROPPED => f.write_str("dropped"),
            Delivery::QUEUED => f.write_str("queued"),
            Delivery(time) => write!(f, "arrives at {time:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_arrives_at_the_end_of_time_is_not_lost() {
        let late = Delivery::at(Time::NEVER);
        assert_eq!(late.arrival(), Some(Delivery::LAST));
        let [overflowed, dropped, queued] = [Delivery::OVERFLOWED, Delivery::DROPPED, Delivery::QUEUED];
        let others = [overflowed, dropped, queued, Delivery::CORRUPTED];
        for fate in [Delivery::LOST, Delivery::CUT, Delivery::UNKNOWN].into_iter().chain(others) {
            assert!(fate != late && fate.arrival().is_none(), "{fate:?}");
        }
        assert_eq!(Delivery::at(Time::ZERO).arrival(), Some(Time::ZERO));
    }
}
