//! How suspicious a silence is from moment to moment: what one node thinks of another, at even steps and wherever it jumps.

use crate::time::{Span, Time};
use crate::workload::detector::{SuspicionChange, SuspicionLog, Waiting};

/// What happens at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuspicionEvent {
    /// Nothing: it is only looked at.
    Sample,
    /// A heartbeat is about to end the silence.
    Heartbeat,
    /// The monitor takes the node for failed from now on.
    Suspect,
    /// A heartbeat has come, and the monitor takes the node for failed no longer.
    Trust,
    /// The node goes down.
    Down,
    /// The node comes up.
    Up,
}

impl SuspicionEvent {
    /// As it stands in tables.
    pub const fn name(self) -> &'static str {
        match self {
            SuspicionEvent::Sample => "sample",
            SuspicionEvent::Heartbeat => "heartbeat",
            SuspicionEvent::Suspect => "suspect",
            SuspicionEvent::Trust => "trust",
            SuspicionEvent::Down => "down",
            SuspicionEvent::Up => "up",
        }
    }
}

/// A moment of a run, and what one node goes by in waiting for another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SuspicionPoint {
    /// When.
    pub at: Time,
    /// What happens then.
    pub event: SuspicionEvent,
    /// What the silence is measured by; nothing while the monitor is down, or does not know the node.
    pub waits: Option<Waiting>,
    /// Whether the monitor takes the node for failed, from now on.
    pub suspected: bool,
}

/// The moments of a run that ended at `end`, in order of time: every change of the `log`, with what was just before it where
/// the silence ends, and what lies between them every `step`.
pub fn suspicion(log: &SuspicionLog, end: Time, step: Span) -> impl Iterator<Item = SuspicionPoint> {
    let step = step.nanos().max(1);
    let mut now = SuspicionPoint { at: Time::ZERO, event: SuspicionEvent::Sample, waits: None, suspected: false };
    let last = [(end, None)].into_iter();
    let changes = log.changes.iter().map(|&(at, change)| (at, Some(change))).chain(last);
    changes.flat_map(move |(at, change)| {
        let before = now;
        // Between two changes, both ends left out.
        let first = before.at.nanos() / step + 1;
        let between = (first..at.nanos().div_ceil(step)).map(move |number| Time::from_nanos(number * step));
        let between = between.filter(move |_| before.waits.is_some());
        let [one, other] = now.take(at, change);
        between.map(move |at| SuspicionPoint { at, event: SuspicionEvent::Sample, ..before }).chain(one).chain(other)
    })
}

impl SuspicionPoint {
    /// Goes on to a `change`, or to the end of the run; gives what there is to see then.
    fn take(&mut self, at: Time, change: Option<SuspicionChange>) -> [Option<SuspicionPoint>; 2] {
        use SuspicionEvent::{Down, Heartbeat, Sample, Suspect, Trust, Up};
        let (trusted, later) = (self.event == Trust && self.at == at, self.at < at);
        let mut before = SuspicionPoint { at, event: Sample, ..*self };
        *self = before;
        match change {
            None => [before.waits.filter(|_| later).map(|_| before), None],
            Some(SuspicionChange::Up(up)) => {
                before.event = if up { Up } else { Down };
                [Some(before), None]
            }
            Some(SuspicionChange::Suspected(true)) => {
                self.suspected = true;
                [Some(SuspicionPoint { event: Suspect, ..*self }), None]
            }
            // Seen with the new silence, which the same heartbeat begins.
            Some(SuspicionChange::Suspected(false)) => {
                (self.suspected, self.event) = (false, Trust);
                [None, None]
            }
            Some(SuspicionChange::Waits(waits)) => {
                before.event = if waits.is_some() { Heartbeat } else { Sample };
                before.suspected |= trusted;
                self.waits = waits;
                if waits.is_none() {
                    self.suspected = false;
                }
                let ended = before.waits.map(|_| before);
                let begun = waits.map(|_| SuspicionPoint { event: if trusted { Trust } else { Sample }, ..*self });
                [ended, begun]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanos: u64) -> Time {
        Time::from_nanos(nanos)
    }

    fn waits(last: u64) -> SuspicionChange {
        SuspicionChange::Waits(Some(Waiting { last: at(last), deadline: at(last + 25), law: None }))
    }

    #[test]
    fn what_happens_stands_among_even_steps_and_a_heartbeat_has_two_rows() {
        use SuspicionChange::{Suspected, Up, Waits};
        let changes = [
            (0, waits(0)),
            (12, waits(12)),
            (20, Up(false)),
            (38, Suspected(true)),
            (38, Suspected(false)),
            (38, waits(38)),
            (40, waits(40)),
            (45, Waits(None)),
            (60, waits(60)),
        ];
        let log = SuspicionLog { changes: changes.map(|(nanos, change)| (at(nanos), change)).to_vec() };
        let rows = suspicion(&log, at(75), Span::from_nanos(10));
        let rows: Vec<_> = rows
            .map(|row| {
                let silence = row.waits.map(|waits| waits.silence(row.at).nanos());
                (row.at.nanos(), row.event.name(), silence, row.suspected)
            })
            .collect();
        let expected = [
            (0, "sample", Some(0), false),
            (10, "sample", Some(10), false),
            (12, "heartbeat", Some(12), false),
            (12, "sample", Some(0), false),
            (20, "down", Some(8), false),
            (30, "sample", Some(18), false),
            (38, "suspect", Some(26), true),
            (38, "heartbeat", Some(26), true),
            (38, "trust", Some(0), false),
            (40, "heartbeat", Some(2), false),
            (40, "sample", Some(0), false),
            (45, "sample", Some(5), false),
            (60, "sample", Some(0), false),
            (70, "sample", Some(10), false),
            (75, "sample", Some(15), false),
        ];
        assert_eq!(rows, expected);
    }
}
