//! What a node keeps of another that it watches.

use super::rule::Rule;
use super::window::Window;
use crate::time::{Span, Time};

/// What a node keeps of another that it watches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// When it last heard of it, or began to wait.
    pub last: Time,
    /// A silence until then is not too long.
    pub deadline: Time,
    /// Whether it takes it for failed.
    pub suspects: bool,
    /// The gaps between arrivals.
    pub window: Window,
}

impl Watch {
    /// Nothing to wait for: what a node keeps of itself.
    pub fn nobody() -> Self {
        Watch { last: Time::ZERO, deadline: Time::NEVER, suspects: false, window: Window::default() }
    }

    /// It is waited for from `now` on.
    pub fn begun(now: Time, rule: &Rule) -> Self {
        let mut watch = Watch { window: rule.begun(), ..Watch::nobody() };
        watch.begin_again(now, rule);
        watch
    }

    /// It is waited for anew, and the time before is no silence.
    pub fn begin_again(&mut self, now: Time, rule: &Rule) {
        self.last = now;
        self.suspects = false;
        self.deadline = now + rule.allowed(&self.window);
    }

    /// Something is heard of it at `now`; whether it was taken for failed. Of arrivals of one instant all but one say nothing
    /// of gaps.
    #[inline]
    pub fn hear(&mut self, now: Time, rule: &Rule) -> bool {
        let suspected = self.suspects;
        if now > self.last {
            rule.record(&mut self.window, Span::from_nanos(now.nanos() - self.last.nanos()));
            self.begin_again(now, rule);
        }
        suspected
    }
}
