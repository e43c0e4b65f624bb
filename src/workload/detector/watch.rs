//! What a node keeps of another that it has heard of.

use super::message::Entry;
use super::rule::Rule;
use super::window::Window;
use crate::time::{Span, Time};
use crate::units::NodeId;

/// What a node keeps of another that it has heard of, but for the gaps between its heartbeats: so little that two of them fit
/// a line of the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Whom it is of.
    pub node: NodeId,
    /// Whether it is taken for failed.
    pub suspects: bool,
    /// Its highest heartbeat that is known.
    pub heartbeat: u64,
    /// When that was heard, or the wait began.
    pub last: Time,
    /// A silence until then is not too long.
    pub deadline: Time,
}

impl Watch {
    /// Nothing to wait for: what a node keeps of itself.
    pub fn nobody(Entry { node, heartbeat }: Entry) -> Self {
        Watch { node, suspects: false, heartbeat, last: Time::ZERO, deadline: Time::NEVER }
    }

    /// It is waited for from `now` on, with these gaps.
    pub fn begun(entry: Entry, now: Time, rule: &Rule, window: Option<&Window>) -> Self {
        let mut watch = Watch::nobody(entry);
        watch.begin_again(now, rule, window);
        watch
    }

    /// It is waited for anew, and the time before is no silence.
    #[inline]
    pub fn begin_again(&mut self, now: Time, rule: &Rule, window: Option<&Window>) {
        self.last = now;
        self.suspects = false;
        self.deadline = now + rule.allowed(window);
    }

    /// Something is heard of it at `now`; whether it was taken for failed. Of arrivals of one instant all but one say nothing
    /// of gaps.
    #[inline]
    pub fn hear(&mut self, now: Time, rule: &Rule, mut window: Option<&mut Window>) -> bool {
        let suspected = self.suspects;
        if now > self.last {
            rule.record(window.as_deref_mut(), Span::from_nanos(now.nanos() - self.last.nanos()));
            self.begin_again(now, rule, window.as_deref());
        }
        suspected
    }

    /// What it tells others of it.
    pub fn entry(&self) -> Entry {
        Entry { node: self.node, heartbeat: self.heartbeat }
    }
}
