//! How often nodes ask: the longer nobody has told them anything new, the more rarely.

/// By how much the gaps grow between the turns in which a node asks, while it hears nothing new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackOff {
    /// Every gap is so many times as long as the one before.
    pub factor: u32,
    /// The longest gap in turns; 1 where nodes ask in every turn.
    pub longest: u64,
}

impl BackOff {
    /// Nodes ask in every turn.
    pub const NONE: Self = BackOff { factor: 1, longest: 1 };
}

/// When a node asks next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NextAsk {
    /// So many turns pass before.
    passes: u32,
    /// From then on until the one after it so many turns, if not one.
    gap: u32,
}

impl NextAsk {
    /// The node has a turn; whether it asks in it.
    pub fn turn(&mut self, back_off: BackOff) -> bool {
        if self.passes > 0 {
            self.passes -= 1;
            return false;
        }
        let gap = self.gap.max(1);
        self.passes = gap - 1;
        let longest = u32::try_from(back_off.longest).unwrap_or(u32::MAX);
        self.gap = gap.saturating_mul(back_off.factor).min(longest);
        true
    }

    /// There is news: the node asks in its next turn, and with short gaps from there on.
    pub fn reset(&mut self) {
        *self = NextAsk::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of `turns` turns those in which a node asks that hears news after the turns `news`.
    fn asks(back_off: BackOff, turns: u64, news: &[u64]) -> Vec<u64> {
        let mut next = NextAsk::default();
        let mut asks = Vec::new();
        for turn in 0..turns {
            if next.turn(back_off) {
                asks.push(turn);
            }
            if news.contains(&turn) {
                next.reset();
            }
        }
        asks
    }

    #[test]
    fn gaps_grow_up_to_the_longest_and_are_short_again_after_news() {
        let of = |factor, longest| BackOff { factor, longest };
        assert_eq!(asks(of(2, 8), 40, &[]), [0, 1, 3, 7, 15, 23, 31, 39]);
        assert_eq!(asks(of(3, 5), 20, &[]), [0, 1, 4, 9, 14, 19]);
        // News comes while the node waits, and in answer to what it asked.
        assert_eq!(asks(of(2, 8), 20, &[4, 7]), [0, 1, 3, 5, 6, 8, 9, 11, 15]);
        for back_off in [BackOff::NONE, of(1, 8), of(7, 1)] {
            assert_eq!(asks(back_off, 5, &[2]), [0, 1, 2, 3, 4]);
        }
        assert_eq!(asks(of(u32::MAX, u64::MAX), 5, &[]), [0, 1]);
    }
}
