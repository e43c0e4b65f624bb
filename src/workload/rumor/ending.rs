//! What a run of one rumor comes to.

use super::{Counts, Extinction, Hops, Message};
use crate::engine::{self, Outcome, Protocol, Run, total};
use crate::time::{Span, Time};

/// The totals of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Turns taken.
    pub turns: u64,
    /// Legs sent.
    pub sent: u64,
    /// Legs sent that carry the update; where nodes take only so many calls, without what they refused.
    pub updates: u64,
    /// Legs that reached their recipient.
    pub delivered: u64,
    /// Legs the network dropped.
    pub lost: u64,
    /// Legs that a partition, or a cut of their path, kept from going.
    pub cut: u64,
    /// First legs that their recipients refused, where nodes take only so many.
    pub refused: u64,
    /// Legs whose recipient was down when they arrived.
    pub dropped: u64,
    /// Copies of legs that the network made.
    pub duplicated: u64,
    /// Legs that arrived corrupted, and were discarded.
    pub corrupted: u64,
    /// Legs for which a queue had no room.
    pub overflowed: u64,
    /// Packets sent beyond the first of each leg.
    pub further_packets: u64,
    /// Updates that reached a node which had it.
    pub redundant: u64,
    /// Nodes that are up.
    pub live: u64,
    /// Live nodes that have the update.
    pub informed: u64,
    /// Live nodes that pass it on.
    pub spreading: u64,
    /// Legs sent by the anti-entropy behind rumor mongering.
    pub backup_sent: u64,
    /// Those of them that carry the update.
    pub backup_updates: u64,
    /// Bytes of payload sent, beside headers and updates, where messages differ in size.
    pub payload: u64,
}

impl Totals {
    /// The totals of the engine and of the rumor put together.
    pub fn new(tally: &engine::Tally, counts: &Counts, live: u64) -> Self {
        let updates = |kind: usize| tally.sent[kind] - tally.refused[kind];
        let backup_updates = updates(Message::REPAIR);
        Totals {
            updates: Message::UPDATES.map(updates).iter().sum::<u64>() + backup_updates,
            redundant: counts.redundant,
            informed: counts.informed,
            spreading: counts.spreading,
            backup_sent: tally.sent[Message::BACKUP].iter().sum(),
            backup_updates,
            ..Totals::of_engine(tally, live)
        }
    }

    /// What the engine alone knows of a run of anything.
    pub fn of_engine(tally: &engine::Tally, live: u64) -> Self {
        Totals {
            turns: tally.turns,
            sent: total(&tally.sent),
            delivered: total(&tally.delivered),
            lost: total(&tally.lost),
            cut: total(&tally.cut),
            refused: total(&tally.refused),
            dropped: total(&tally.dropped),
            duplicated: total(&tally.duplicated),
            corrupted: total(&tally.corrupted),
            overflowed: total(&tally.overflowed),
            further_packets: tally.further_packets,
            payload: total(&tally.payload),
            live,
            ..Totals::default()
        }
    }

    /// The share of the live nodes that do not have the update, if any node is live.
    pub fn residue(&self) -> Option<f64> {
        share_left(self.live, self.informed)
    }

    /// Events simulated: turns and deliveries.
    pub fn events(&self) -> u64 {
        self.turns + self.delivered + self.dropped
    }
}

/// The end of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// How it ended.
    pub outcome: Outcome,
    /// Whether a limit ended it before its [`StoppingRule`](super::StoppingRule). With a goal of quiet that may be when all
    /// nodes have the update: the outcome is [`Outcome::Converged`] then, and the totals are those up to the limit.
    pub cut_off: bool,
    /// The last instant at which anybody learned the update or, where nodes come and go, since when the run has converged;
    /// `None` if nobody had to do anything for that.
    pub last_learned: Option<Time>,
    /// Whether there was anything to come to: where nothing failed, nobody had to find out.
    pub has_goal: bool,
    /// The totals.
    pub tally: Totals,
    /// The last instant that was simulated.
    pub ended: Time,
    /// Messages on their way.
    pub in_flight: u64,
    /// How things stood when the rumor first died out, if it did.
    pub extinction: Option<Extinction>,
    /// Over how many hops nodes were told the update, where nodes forward at once.
    pub hops: Hops,
}

impl Ending {
    /// The round, by rounds of length `interval`, in which the last live node learned, of a run that converged on
    /// something; 0 if nobody had to learn it.
    pub fn rounds(&self, interval: Span) -> Option<u64> {
        self.is_timed().then(|| self.last_learned.map_or(0, |last| last.round(interval).number()))
    }

    /// The instant at which it did, of such a run; time 0 if nobody had to.
    pub fn time(&self) -> Option<Time> {
        self.is_timed().then(|| self.last_learned.unwrap_or_default())
    }

    fn is_timed(&self) -> bool {
        self.outcome == Outcome::Converged && self.has_goal
    }

    /// The share of the live nodes that did not have the update when the rumor first died out; nobody is left out
    /// where all had it before.
    pub fn residue_of_rumor(&self) -> Option<f64> {
        match self.extinction {
            Some(extinction) => share_left(extinction.live, extinction.informed),
            None => (self.outcome == Outcome::Converged).then_some(0.0),
        }
    }
}

/// The share of the `live` nodes beyond the `informed`, if there are any.
fn share_left(live: u64, informed: u64) -> Option<f64> {
    (live > 0).then(|| (live - informed) as f64 / live as f64)
}

impl<P: Protocol<Counts = Counts>> From<&Run<P>> for Ending {
    fn from(run: &Run<P>) -> Self {
        Ending {
            outcome: run.outcome,
            cut_off: run.cut_off,
            last_learned: run.converged_since.or(run.counts.last_learned),
            has_goal: true,
            tally: Totals::new(&run.tally, &run.counts, run.live),
            ended: run.end,
            in_flight: run.in_flight,
            extinction: run.counts.extinction,
            hops: run.counts.hops,
        }
    }
}
