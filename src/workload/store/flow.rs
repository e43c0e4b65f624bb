//! Flow control: nodes take on no more writes than their messages carry (van Renesse et al. 2008, section 3.3).
//!
//! A node has a greatest rate of writes. It goes down after a few full messages in a row and up after a few that are not
//! (additive increase, multiplicative decrease); nodes that gossip take on the mean of their rates.

use crate::time::{Span, Time};

/// So many messages in a row change the rate.
const STREAK: i8 = 3;
/// By what the rate is multiplied after full messages.
const DECREASE: f64 = 0.75;
/// By how many writes a second it goes up after others.
const INCREASE: f64 = 0.2;
/// So much of what comes later may come at once.
const BURST: Span = Span::from_millis(1000);

/// The writes that a node takes on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flow {
    /// Writes a second.
    pub rate: f64,
    /// Full messages in a row; if negative, messages in a row that were not full.
    streak: i8,
    /// When the next write is due by the rate.
    next: Time,
}

/// What a message says of flow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// The rate of its sender, unless that has been told in this exchange.
    pub rate: Option<f64>,
    /// Whether a limit kept something back; `None` of what carries nothing.
    pub full: Option<bool>,
}

impl Flow {
    /// That of a node that begins with `rate` writes a second.
    pub fn new(rate: f64) -> Self {
        Flow { rate, ..Flow::default() }
    }

    /// Whether a write is taken on at `now`.
    pub(super) fn admits(&mut self, now: Time) -> bool {
        let admits = now + BURST >= self.next;
        if admits {
            // A cast saturates.
            self.next = now.max(self.next) + Span::from_nanos((1e9 / self.rate) as u64);
        }
        admits
    }

    /// A message came.
    pub(super) fn hear(&mut self, pace: Pace) {
        if let Some(rate) = pace.rate {
            self.rate = (self.rate + rate) / 2.0;
        }
        let Some(full) = pace.full else { return };
        self.streak = if full { self.streak.max(0) + 1 } else { self.streak.min(0) - 1 };
        if self.streak == STREAK {
            self.rate *= DECREASE;
        } else if self.streak == -STREAK {
            self.rate += INCREASE;
        }
        if self.streak.abs() == STREAK {
            self.streak = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_messages_in_a_row_change_the_rate_and_partners_take_on_the_mean() {
        let mut flow = Flow::new(1.0);
        let mut hear = |full| {
            flow.hear(Pace { rate: None, full: Some(full) });
            flow.rate
        };
        let rates = [true, true, false, true, true, true, true, true, true].map(&mut hear);
        assert_eq!(rates, [1.0, 1.0, 1.0, 1.0, 1.0, 0.75, 0.75, 0.75, 0.5625]);
        assert_eq!([false, false, false, false].map(hear), [0.5625, 0.5625, 0.7625, 0.7625]);
        flow.hear(Pace { rate: Some(0.2375), full: None });
        assert_eq!(flow.rate, 0.5);
    }

    #[test]
    fn writes_are_admitted_at_the_rate() {
        let mut flow = Flow::new(2.0);
        let at = |millis| Time::ZERO + Span::from_millis(millis);
        let admitted = [0, 100, 499, 500, 700, 1500, 1501, 2000].map(|millis| flow.admits(at(millis)));
        assert_eq!(admitted, [true, true, true, true, false, true, true, true]);
    }
}
