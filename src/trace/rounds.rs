//! What happened in a run, round by round.

use super::infection::Infection;
use super::run::Trace;
use crate::observe::{Fate, RoundSample};
use crate::time::Time;
use crate::units::NodeId;

/// What happened in a round.
#[derive(Clone, Debug, PartialEq)]
pub struct RoundSummary {
    /// Its number; 0 is the start.
    pub round: u64,
    /// When it ended; of the last, the last instant that was simulated.
    pub end: Time,
    /// How the run stood then.
    pub sample: RoundSample,
    /// How it stood before.
    pub before: RoundSample,
    /// Messages sent in it.
    pub messages: u64,
    /// Those of them that were lost, cut off or refused, or met a node that was down.
    pub failed: u64,
    /// The nodes that learned the update in it for the first time, of a rumor, in the order in which they did; of the
    /// start, the origin.
    pub learned: Vec<NodeId>,
}

/// The rounds of a run, the start first.
pub fn rounds(trace: &Trace, infection: Option<&Infection>) -> Vec<RoundSummary> {
    let interval = trace.point.settings.gossip.interval;
    let (mut rounds, mut before) = (Vec::with_capacity(trace.record.curve.len()), RoundSample::default());
    for (round, &sample) in (0_u64..).zip(&trace.record.curve) {
        let end = (Time::ZERO + interval * round).min(trace.record.ending.ended);
        let messages = sample.messages - before.messages;
        rounds.push(RoundSummary { round, end, sample, before, messages, failed: 0, learned: Vec::new() });
        before = sample;
    }
    let place = |time: Time| usize::try_from(trace.round(time)).unwrap_or(usize::MAX);
    let failed = |fate| !matches!(fate, Fate::Delivered | Fate::InFlight);
    for (_, message) in trace.log.messages().filter(|(_, message)| failed(message.fate)) {
        if let Some(round) = rounds.get_mut(place(message.sent)) {
            round.failed += 1;
        }
    }
    for receipt in infection.into_iter().flat_map(Infection::firsts) {
        let number = if receipt.message.is_none() { 0 } else { place(receipt.at) };
        if let Some(round) = rounds.get_mut(number) {
            round.learned.push(receipt.node);
        }
    }
    rounds
}
