//! Division by a number that stays the same: one multiplication instead.

/// A divisor and its reciprocal.
///
/// Granlund and Montgomery, "Division by invariant integers using multiplication" (PLDI 1994): with
/// m = ceil(2^63 / d), floor(n m / 2^63) = floor(n / d) as long as n d < 2^63, which any u32 d and any number of
/// nodes satisfy.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Divisor {
    divisor: u32,
    reciprocal: u64,
}

impl Divisor {
    /// Division by `divisor`, which must not be 0 (0 is taken for 1).
    pub(super) fn new(divisor: u32) -> Self {
        let divisor = divisor.max(1);
        Divisor { divisor, reciprocal: (1_u64 << 63).div_ceil(divisor.into()) }
    }

    /// floor(`number` / divisor), for `number` below 2^31.
    #[inline]
    pub(super) fn divide(self, number: u32) -> u32 {
        ((u128::from(number) * u128::from(self.reciprocal)) >> 63) as u32
    }

    /// `number` modulo the divisor, for `number` below 2^31.
    #[inline]
    pub(super) fn remainder(self, number: u32) -> u32 {
        number - self.divide(number) * self.divisor
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::MAX_NODES;

    #[test]
    fn multiplying_by_the_reciprocal_divides_exactly() {
        for divisor in [1, 2, 3, 5, 7, 10, 31, 64, 1000, 9973, 65_537, MAX_NODES - 1, MAX_NODES, u32::MAX] {
            let by = Divisor::new(divisor);
            let multiples = (0..50).map(|times| divisor.saturating_mul(times)).chain([MAX_NODES, (1 << 31) - 1]);
            for near in multiples {
                for number in [near.saturating_sub(1), near, near.saturating_add(1)] {
                    if number < 1 << 31 {
                        let found = (by.divide(number), by.remainder(number));
                        assert_eq!(found, (number / divisor, number % divisor), "{number} / {divisor}");
                    }
                }
            }
        }
    }
}
