//! One direction of a node's connection: a queue that is worked off at a rate, first come, first served.

use std::num::NonZeroU64;

use super::bandwidth::{Bandwidth, Overflow, Rate};
use crate::time::Time;
use crate::units::Bytes;

/// A second in nanoseconds.
const SECOND: u64 = 1_000_000_000;

/// Until when a port is busy with all that was given to it: exactly, so that the times of many messages do not drift.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Port {
    /// Whole nanoseconds.
    free: u64,
    /// And so many parts of the next one, of which there are as many as the port moves bits in a second.
    part: u64,
}

/// When a port works on a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// How long it waits before, in nanoseconds, rounded up.
    pub waited: u64,
    /// The instant at which its last bit has passed, rounded up to a whole nanosecond.
    pub end: Time,
}

impl Port {
    /// Whether it has nothing to do at `now`.
    pub fn is_idle(&self, now: Time) -> bool {
        self.free < now.nanos() || self.free == now.nanos() && self.part == 0
    }

    /// What is left to do at `now`, in bits times nanoseconds a second.
    fn work(&self, now: Time, rate: NonZeroU64) -> u128 {
        if self.is_idle(now) {
            return 0;
        }
        u128::from(self.free - now.nanos()) * u128::from(rate.get()) + u128::from(self.part)
    }

    /// The bytes that wait or are being moved at `now`, rounded up.
    pub fn bytes(&self, now: Time, rate: Rate) -> u64 {
        let bytes = self.work(now, rate.bits_per_second()).div_ceil(8 * u128::from(SECOND));
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }

    /// Whether a message of so many `bytes` fits at `now` into a queue of `limit` bytes, what is being moved included. One that
    /// need not wait always does.
    pub fn fits(&self, now: Time, rate: Rate, bytes: u64, limit: u64) -> bool {
        let left = u128::from(limit.saturating_sub(bytes)) * 8 * u128::from(SECOND);
        self.is_idle(now) || bytes <= limit && self.work(now, rate.bits_per_second()) <= left
    }

    /// Takes a message of so many `bytes` at `now`.
    pub fn take(&mut self, now: Time, rate: Rate, bytes: u64) -> Service {
        let rate = rate.bits_per_second();
        if self.is_idle(now) {
            *self = Port { free: now.nanos(), part: 0 };
        }
        let waited = self.busy_until().saturating_sub(now.nanos());
        let whole = bytes.checked_mul(8 * SECOND).and_then(|work| work.checked_add(self.part));
        let (more, part) = match whole {
            // What most messages come to is divided without a call.
            Some(work) => (work / rate, work % rate),
            None => {
                let work = u128::from(bytes) * u128::from(8 * SECOND) + u128::from(self.part);
                let rate = u128::from(rate.get());
                // The remainder is below the rate.
                (u64::try_from(work / rate).unwrap_or(u64::MAX), (work % rate) as u64)
            }
        };
        *self = Port { free: self.free.saturating_add(more), part };
        Service { waited, end: Time::from_nanos(self.busy_until()) }
    }

    /// The first whole nanosecond at which it has nothing to do.
    fn busy_until(&self) -> u64 {
        self.free.saturating_add(u64::from(self.part > 0))
    }
}

/// What all ports of one direction go by.
#[derive(Clone, Copy, Debug)]
pub struct PortRule {
    rate: Rate,
    limit: Option<u64>,
    overflow: Overflow,
}

/// What becomes of a message that is given to a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queued {
    /// It waits for its turn, and passes.
    Passes {
        /// When.
        service: Service,
        /// Whether there was no room for it, and it waits all the same.
        beyond: bool,
    },
    /// It is dropped, as there is no room for it.
    Overflowed,
}

impl PortRule {
    /// Ports at this rate, with queues as of `bandwidth`.
    pub fn new(rate: Rate, bandwidth: &Bandwidth) -> Self {
        PortRule { rate, limit: bandwidth.queue.0.map(Bytes::count), overflow: bandwidth.overflow }
    }

    /// Gives a message of so many `bytes` to a port at `now`; only one that `may_drop` is dropped.
    pub fn give(&self, port: &mut Port, now: Time, bytes: u64, may_drop: bool) -> Queued {
        let beyond = self.is_beyond(port, now, bytes);
        if beyond && may_drop && self.overflow == Overflow::Drop {
            return Queued::Overflowed;
        }
        Queued::Passes { service: port.take(now, self.rate, bytes), beyond }
    }

    fn is_beyond(&self, port: &Port, now: Time, bytes: u64) -> bool {
        self.limit.is_some_and(|limit| !port.fits(now, self.rate, bytes, limit))
    }

    /// The bytes in a port at `now`.
    pub fn bytes(&self, port: &Port, now: Time) -> u64 {
        port.bytes(now, self.rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::bandwidth::BytesOrNone;

    fn at(nanos: u64) -> Time {
        Time::from_nanos(nanos)
    }

    fn rate(bits: u64) -> Rate {
        Rate::new(bits).unwrap()
    }

    /// k messages of b bytes that come at once leave at k · 8 b / r, rounded up, whatever the rate: no rounding adds up.
    #[test]
    fn the_kth_of_many_messages_leaves_at_its_exact_instant() {
        for (bits, bytes) in
            [(10_000_000, 1500), (7, 3), (3_000_000_007, 40), (999_999_999_999, 1), (1, u32::MAX.into())]
        {
            let (mut port, start) = (Port::default(), 5_000);
            for k in 1..=1000_u64 {
                let exact = u128::from(k) * 8 * u128::from(bytes) * u128::from(SECOND);
                let Service { end, waited } = port.take(at(start), rate(bits), bytes);
                let expected = u128::from(start) + exact.div_ceil(u128::from(bits));
                assert_eq!(u128::from(end.nanos()), expected.min(u64::MAX.into()), "{bits} bit/s, message {k}");
                let before = u128::from(k - 1) * 8 * u128::from(bytes) * u128::from(SECOND);
                assert_eq!(u128::from(waited), before.div_ceil(u128::from(bits)).min(u128::from(u64::MAX - start)));
            }
        }
    }

    #[test]
    fn a_port_that_is_idle_begins_at_once_and_one_that_is_busy_when_it_is_free() {
        let mut port = Port::default();
        // A bit takes a third of a nanosecond.
        let fast = rate(3_000_000_000);
        assert_eq!(port.take(at(10), fast, 1), Service { waited: 0, end: at(13) }, "8/3 ns");
        assert!(!port.is_idle(at(12)) && port.is_idle(at(13)));
        assert_eq!(port.take(at(12), fast, 1), Service { waited: 1, end: at(16) }, "from 12 2/3 until 15 1/3");
        assert_eq!(port.take(at(16), fast, 3), Service { waited: 0, end: at(24) });
        assert!(port.is_idle(at(24)) && !port.is_idle(at(23)));
        assert_eq!(port.bytes(at(16), fast), 3);
        assert_eq!([17, 18, 19, 20, 23, 24].map(|now| port.bytes(at(now), fast)), [3, 3, 2, 2, 1, 0]);
    }

    /// Of a queue of 3000 bytes at 8 Mbit/s, a byte a microsecond.
    #[test]
    fn what_does_not_fit_is_dropped_exactly_at_the_limit() {
        let bandwidth = Bandwidth { queue: BytesOrNone(Some(Bytes::new(3000))), ..Bandwidth::default() };
        let rule = |overflow| PortRule::new(rate(8_000_000), &Bandwidth { overflow, ..bandwidth });
        let (dropping, mut port) = (rule(Overflow::Drop), Port::default());
        let mut give = |at, bytes, may_drop| dropping.give(&mut port, at, bytes, may_drop);
        let passes = |micros: u64, waited: u64, beyond| Queued::Passes {
            service: Service { waited: 1000 * waited, end: at(1000 * micros) },
            beyond,
        };
        for k in 1..=3 {
            assert_eq!(give(at(0), 1000, true), passes(1000 * k, 1000 * (k - 1), false));
        }
        assert_eq!(give(at(0), 1, true), Queued::Overflowed);
        assert_eq!(give(at(999), 1, true), Queued::Overflowed, "a nanosecond before a byte has gone");
        assert_eq!(give(at(1000), 1, true), passes(3001, 2999, false));
        assert_eq!(give(at(1000), 1, true), Queued::Overflowed);
        // What may not be dropped waits.
        assert_eq!(give(at(1000), 4000, false), passes(7001, 3000, true));
        // One that is larger than the queue passes where nothing is in its way.
        assert_eq!(give(at(7_000_999), 4000, true), Queued::Overflowed);
        assert_eq!(give(at(7_001_000), 4000, true), passes(11_001, 0, false));
        let (waiting, mut port) = (rule(Overflow::Wait), Port::default());
        assert_eq!(waiting.give(&mut port, at(0), 3000, true), passes(3000, 0, false));
        assert_eq!(waiting.give(&mut port, at(0), 1, true), passes(3001, 3000, true));
    }
}
