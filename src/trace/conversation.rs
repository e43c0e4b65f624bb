//! The legs of a conversation, found in the event log: what answers what.

use crate::observe::{EventLog, LogEntry, LoggedMessage};

/// The leg that the leg at `place` answers; `None` of an opening.
pub(super) fn question(log: &EventLog, place: usize) -> Option<usize> {
    let answer = log.message(place).filter(|leg| leg.step() > 0)?;
    // Two that arrive together from one sender have one answer between them; the one that left last is as good as any.
    let asked = |entry: &LogEntry| matches!(entry, LogEntry::Message(leg) if leg.is_answered_by(answer));
    log.entries[..place].iter().rposition(asked)
}

/// The opening of the conversation that the leg at `place` belongs to.
pub(super) fn opening(log: &EventLog, place: usize) -> usize {
    let mut first = place;
    while let Some(earlier) = question(log, first) {
        first = earlier;
    }
    first
}

/// The leg at `place` and those that answer it, one the other, in order.
pub(super) fn legs_from(log: &EventLog, place: usize) -> Vec<(usize, &LoggedMessage)> {
    let mut legs = Vec::new();
    let mut next = log.message(place).map(|leg| (place, leg));
    while let Some((place, leg)) = next {
        legs.push((place, leg));
        next = answer(log, place, leg);
    }
    legs
}

fn answer<'a>(log: &'a EventLog, place: usize, leg: &LoggedMessage) -> Option<(usize, &'a LoggedMessage)> {
    let received = leg.received()?;
    for (offset, entry) in log.entries[place + 1..].iter().enumerate() {
        if let LogEntry::Message(other) = entry {
            if other.sent > received {
                return None;
            }
            if leg.is_answered_by(other) {
                return Some((place + 1 + offset, other));
            }
        }
    }
    None
}
