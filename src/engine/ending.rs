//! How a run is counted, and how it ends.

use thiserror::Error;

use crate::time::{Span, Time};

/// Running totals of a run; the shares of every message sent add up at any time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Turns taken.
    pub ticks: u64,
    /// Legs sent.
    pub sent: u64,
    /// Legs sent that carry the update.
    pub updates: u64,
    /// Legs that reached their recipient.
    pub delivered: u64,
    /// Legs the network dropped.
    pub lost: u64,
    /// First legs that their recipients refused, where nodes take only so many.
    pub refused: u64,
    /// Updates that reached a node which had it.
    pub redundant: u64,
    /// Nodes that have the update.
    pub informed: u64,
    /// Nodes that pass it on.
    pub spreading: u64,
    /// Legs sent by the anti-entropy behind rumor mongering.
    pub backup_sent: u64,
    /// Those of them that carry the update.
    pub backup_updates: u64,
    /// Updates delivered or lost, where nodes can lose interest; the others are on their way.
    pub(super) updates_settled: u64,
}

impl Tally {
    /// Events simulated: turns and deliveries.
    pub fn events(&self) -> u64 {
        self.ticks + self.delivered
    }
}

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

/// When a run is done, if no limit comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Goal {
    /// So many nodes can have the update at most: what is connected with its origin.
    pub reachable: u64,
    /// Whether the run goes on when all of these have it, until nobody spreads the update and none is on its way.
    pub quiet: bool,
}

impl Goal {
    /// The run ends when `reachable` nodes have the update.
    pub fn informed(reachable: u64) -> Self {
        Goal { reachable, quiet: false }
    }

    /// The run goes on until nothing can change or be sent for the update any more. It never ends so where nodes never
    /// lose interest.
    pub fn quiet(reachable: u64) -> Self {
        Goal { reachable, quiet: true }
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every live node has the update.
    Converged,
    /// Nothing can change any more: nobody passes the update on and none is on its way, or everybody it can reach
    /// has it.
    DiedOut,
    /// The rounds are used up.
    RoundLimit,
    /// The time is used up.
    TimeLimit,
    /// The observer broke it off; there is no result.
    Interrupted,
}

impl Outcome {
    /// As it stands in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Converged => "converged",
            Outcome::DiedOut => "died-out",
            Outcome::RoundLimit => "round-limit",
            Outcome::TimeLimit => "time-limit",
            Outcome::Interrupted => "interrupted",
        }
    }
}

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// How it ended.
    pub outcome: Outcome,
    /// Whether a limit ended it before its [`Goal`]. With a goal of quiet that may be when all nodes have the update:
    /// the outcome is [`Outcome::Converged`] then, and the totals are those up to the limit.
    pub cut_off: bool,
    /// The last instant at which anybody learned the update.
    pub last_learned: Time,
    /// The totals.
    pub tally: Tally,
    /// Messages on their way.
    pub in_flight: u64,
    /// How things stood when the rumor first died out, if it did: nobody spread it, and no update was on its way.
    pub silence: Option<Silence>,
}

/// The death of a rumor, which anti-entropy may raise again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// When it was.
    pub at: Time,
    /// Nodes that had the update.
    pub informed: u64,
}

/// The books of a run do not balance: a fault of the program, never of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "the books do not balance: {sent} messages sent, {delivered} delivered + {lost} lost + {refused} refused + \
     {in_flight} in flight; {informed} of {live} nodes informed, {spreading} spreading"
)]
pub struct Imbalance {
    pub(super) sent: u64,
    pub(super) delivered: u64,
    pub(super) lost: u64,
    pub(super) refused: u64,
    pub(super) in_flight: u64,
    pub(super) informed: u64,
    pub(super) live: u64,
    pub(super) spreading: u64,
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

    #[test]
    fn outcomes_have_different_names() {
        use Outcome::{Converged, DiedOut, Interrupted, RoundLimit, TimeLimit};
        let names = [Converged, DiedOut, RoundLimit, TimeLimit, Interrupted].map(Outcome::name);
        assert_eq!(names, ["converged", "died-out", "round-limit", "time-limit", "interrupted"]);
    }
}
