//! When a run ends, and what is left of it.

use thiserror::Error;

use super::outcome::Outcome;
use super::protocol::{Protocol, View};
use super::queues::Queues;
use super::run_state::Memory;
use super::tally::{Imbalance, Tally};
use crate::bits::Bits;
use crate::time::{Span, Time};

/// When a run ends at the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// What would happen at this instant or later is not simulated, because the rounds are used up.
    pub rounds_end: Time,
    /// What would happen after this instant is not simulated.
    pub last: Time,
}

impl Limits {
    /// At most `max_rounds` rounds of length `interval`, and nothing after `max_time`. Rounds that last longer than
    /// virtual time are not what ends a run: its time does.
    pub fn new(max_rounds: u64, interval: Span, max_time: Option<Span>) -> Self {
        let last = max_time.map_or(Time::NEVER, |span| Time::ZERO + span);
        Limits { rounds_end: Time::ZERO + interval * max_rounds, last }
    }

    /// The first instant that breaks a limit.
    pub(super) fn end(self) -> Time {
        self.rounds_end.min(self.last + Span::from_nanos(1))
    }

    /// The limit that what happens at `now` would break first.
    pub(super) fn forbid(self, now: Time) -> Option<Outcome> {
        if now >= self.rounds_end && self.rounds_end <= self.last && self.rounds_end != Time::NEVER {
            Some(Outcome::RoundLimit)
        } else {
            (now > self.last || now == Time::NEVER).then_some(Outcome::TimeLimit)
        }
    }
}

/// What a run gives.
pub struct Run<P: Protocol> {
    /// How it ended.
    pub outcome: Outcome,
    /// Whether a limit ended it, and not the protocol.
    pub cut_off: bool,
    /// The last instant that was simulated.
    pub end: Time,
    /// The engine's totals.
    pub tally: Tally,
    /// The protocol's totals.
    pub counts: P::Counts,
    /// How many nodes are up.
    pub live: u64,
    /// Which they are; `None` where all are.
    pub up: Option<Bits>,
    /// Since when it has converged, if it has and had not from the start; known where nodes come and go.
    pub converged_since: Option<Time>,
    /// Messages on their way.
    pub in_flight: u64,
    /// What passed the queues of nodes, where they have any.
    pub queues: Option<Box<Queues>>,
    /// What every node remembers, and the memory of the run, for the next one.
    pub memory: Memory<P>,
}

impl<P: Protocol> Run<P> {
    /// How things stand at the end.
    pub fn view(&self) -> View<'_, P> {
        let Run { tally, counts, live, up, memory, queues, .. } = self;
        let queues = queues.as_deref();
        View { tally, counts, states: &memory.states, live: *live, up: up.as_ref(), queues }
    }
}

/// Why a run has no end.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Broken {
    /// The observer broke it off at this instant.
    #[error("interrupted")]
    Interrupted(Time),
    /// A fault of the program.
    #[error(transparent)]
    Unbalanced(#[from] Imbalance),
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Span = Span::from_nanos(100);

    #[test]
    fn the_limit_that_comes_first_ends_the_run() {
        let at = Time::from_nanos;
        let limits = Limits::new(3, INTERVAL, None);
        assert_eq!((limits.forbid(at(299)), limits.forbid(at(300))), (None, Some(Outcome::RoundLimit)));
        let limits = Limits::new(3, INTERVAL, Some(Span::from_nanos(150)));
        assert_eq!((limits.forbid(at(150)), limits.forbid(at(151))), (None, Some(Outcome::TimeLimit)));
        assert_eq!(limits.forbid(at(300)), Some(Outcome::TimeLimit));
        // Both at one instant: the rounds are used up.
        assert_eq!(Limits::new(3, INTERVAL, Some(INTERVAL * 3)).forbid(at(300)), Some(Outcome::RoundLimit));
        let endless = Limits { rounds_end: Time::NEVER, last: Time::NEVER };
        assert_eq!(endless.forbid(Time::NEVER), Some(Outcome::TimeLimit), "nothing happens at the end of time");
        // Three rounds of this length do not fit into virtual time.
        let long = Limits::new(3, Span::from_nanos(u64::MAX / 2), None);
        assert_eq!((long.forbid(at(u64::MAX - 1)), long.forbid(Time::NEVER)), (None, Some(Outcome::TimeLimit)));
    }
}
