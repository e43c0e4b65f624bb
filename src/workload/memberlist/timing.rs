//! How times and numbers of transmissions follow from the number of members, as memberlist works them out
//! (hashicorp/memberlist: `util.go`, `suspicion.go`).

use crate::time::{Span, Time};

/// Up to so many members, push/pull is not slowed down (`pushPullScaleThreshold`).
const PUSH_PULL_THRESHOLD: u64 = 32;

/// The time from `now` until `end`, if that is later.
pub(super) fn left(now: Time, end: Time) -> Span {
    Span::from_nanos(end.nanos().saturating_sub(now.nanos()))
}

/// How often a node sends an update, where it knows so many members: `multiplier` × ⌈log10(n + 1)⌉ (`retransmitLimit`).
pub fn transmit_limit(multiplier: u32, members: u32) -> u32 {
    let most = u64::from(members) + 1;
    let scale = (0..).find(|&digits| 10_u64.saturating_pow(digits) >= most).unwrap_or_default();
    multiplier.saturating_mul(scale)
}

/// The time between two push/pulls of a node: `interval`, which doubles with the 33rd member and triples with the 65th:
/// × (⌈log2 n - log2 32⌉ + 1) beyond 32 (`pushPullScale`).
pub fn push_pull_interval(interval: Span, members: u32) -> Span {
    let scale =
        (0..).find(|&doublings: &u32| PUSH_PULL_THRESHOLD << doublings >= u64::from(members)).unwrap_or_default();
    interval * (u64::from(scale) + 1)
}

/// The shortest time that a suspicion lasts: `multiplier` × max(1, log10 n) periods, of which log10 n is cut to thousandths
/// (`suspicionTimeout`).
pub fn suspicion_minimum(multiplier: u32, members: u32, period: Span) -> Span {
    let scale = libm::log10(f64::from(members.max(1))).max(1.0) * 1000.0;
    let nanos = u128::from(multiplier) * u128::from(scale as u64) * u128::from(period.nanos()) / 1000;
    Span::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// How long a suspicion lasts in all after so many independent `confirmations` of `expected`: from `longest` down to
/// `shortest` by the logarithm, cut to milliseconds (`remainingSuspicionTime`; Lifeguard, section IV-B). Where none are
/// expected, as long as the shortest.
pub fn suspicion_time(shortest: Span, longest: Span, confirmations: u32, expected: u32) -> Span {
    if expected == 0 {
        return shortest;
    }
    let share = libm::log(f64::from(confirmations) + 1.0) / libm::log(f64::from(expected) + 1.0);
    let (shortest_ms, longest_ms) = (shortest.as_millis(), longest.as_millis());
    let millis = libm::floor(longest_ms - share * (longest_ms - shortest_ms));
    Span::from_nanos_f64(millis * 1e6).max(shortest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Span = Span::from_millis(1000);

    #[test]
    fn an_update_is_sent_as_often_as_memberlist_does() {
        assert_eq!([9, 99, 999, 9999].map(|members| transmit_limit(4, members)), [4, 8, 12, 16]);
        assert_eq!([1, 10, 100].map(|members| transmit_limit(4, members)), [4, 8, 12]);
        assert_eq!(transmit_limit(u32::MAX, u32::MAX), u32::MAX);
    }

    #[test]
    fn push_pull_slows_down_at_33_and_65_members() {
        let seconds = |members| push_pull_interval(SECOND * 30, members).nanos() / SECOND.nanos();
        assert_eq!([1, 32, 33, 64, 65, 128, 129].map(seconds), [30, 30, 60, 60, 90, 90, 120]);
    }

    #[test]
    fn a_suspicion_lasts_at_least_as_long_as_in_memberlist() {
        let millis = |members| suspicion_minimum(4, members, SECOND).nanos() / 1_000_000;
        assert_eq!([1, 8, 10, 30, 100, 128].map(millis), [4000, 4000, 4000, 5908, 8000, 8428]);
    }

    /// α log10 n with α = 5 and n = 128, and β = 6 times that.
    #[test]
    fn a_suspicion_gets_shorter_with_each_confirmation_as_in_lifeguard() {
        let shortest = Span::from_nanos_f64(5.0 * libm::log10(128.0) * 1e9);
        let longest = shortest * 6;
        let millis = |confirmations| suspicion_time(shortest, longest, confirmations, 3).nanos() / 1_000_000;
        assert_eq!([0, 1, 2, 3].map(millis), [63_216, 36_876, 21_468, 10_536]);
        assert_eq!(suspicion_time(shortest, longest, 0, 0), shortest);
        // memberlist cuts log10 128 = 2.10721 first.
        assert_eq!(suspicion_minimum(5, 128, SECOND), Span::from_millis(10_535));
    }
}
