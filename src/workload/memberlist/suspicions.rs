//! Suspicions that are under way at a member: since when, and who has confirmed them.

use super::timing;
use crate::time::{Span, Time};
use crate::units::NodeId;
use crate::workload::members::Few;

/// A suspicion that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspicion {
    about: NodeId,
    /// Since when.
    start: Time,
    /// How long it lasts at least, and at most.
    range: [Span; 2],
    /// How many confirmations are expected.
    expected: u32,
    /// Who began it, and who has confirmed it.
    accusers: Few<NodeId, 4>,
}

impl Suspicion {
    /// The instant at which it ends, if nobody else confirms it.
    pub fn end(&self) -> Time {
        let [shortest, longest] = self.range;
        let confirmations = self.accusers.len() as u32 - 1;
        self.start + timing::suspicion_time(shortest, longest, confirmations, self.expected)
    }

    /// When it began.
    pub fn start(&self) -> Time {
        self.start
    }
}

/// The suspicions that are under way at a member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suspicions {
    /// In order of the nodes.
    list: Vec<Suspicion>,
}

impl Suspicions {
    /// A suspicion about `about` begins at `now` with that of `accuser`, and lasts as long as the range says, where so many
    /// confirmations are `expected`.
    pub fn begin(&mut self, now: Time, about: NodeId, accuser: NodeId, range: [Span; 2], expected: u32) -> &Suspicion {
        let mut accusers = Few::default();
        accusers.push(accuser);
        let begun = Suspicion { about, start: now, range, expected, accusers };
        let place = self.place(about).unwrap_or_else(|place| place);
        self.list.insert(place, begun);
        &self.list[place]
    }

    /// `accuser` suspects `about`, too: the suspicion, if there is one and that is news which it still waits for.
    pub fn confirm(&mut self, about: NodeId, accuser: NodeId) -> Option<&Suspicion> {
        let place = self.place(about).ok()?;
        let suspicion = &mut self.list[place];
        let complete = suspicion.accusers.len() as u64 > u64::from(suspicion.expected);
        if complete || suspicion.accusers.iter().any(|other| other == accuser) {
            return None;
        }
        suspicion.accusers.push(accuser);
        Some(suspicion)
    }

    /// The suspicion about `about`, if there is one.
    pub fn about(&self, about: NodeId) -> Option<&Suspicion> {
        self.place(about).ok().map(|place| &self.list[place])
    }

    /// The suspicion about `about`, if there is one, is over.
    pub fn remove(&mut self, about: NodeId) {
        if let Ok(place) = self.place(about) {
            self.list.remove(place);
        }
    }

    /// Whom they are about, and when they end.
    pub fn ends(&self) -> impl Iterator<Item = (NodeId, Time, Time)> + '_ {
        self.list.iter().map(|suspicion| (suspicion.about, suspicion.start, suspicion.end()))
    }

    fn place(&self, about: NodeId) -> Result<usize, usize> {
        self.list.binary_search_by_key(&about, |suspicion| suspicion.about)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_accuser_counts_once_until_there_are_enough() {
        let [about, first, second, third] = [9, 1, 2, 3].map(NodeId::new);
        let millis = Span::from_millis;
        let mut suspicions = Suspicions::default();
        let start = Time::from_nanos(5);
        let end = suspicions.begin(start, about, first, [millis(100), millis(600)], 2).end();
        assert_eq!(end, start + millis(600));
        assert_eq!(suspicions.confirm(about, first), None);
        let earlier = suspicions.confirm(about, second).unwrap().end();
        assert!(earlier < end && earlier > start + millis(100));
        assert_eq!(suspicions.confirm(about, second), None);
        assert_eq!(suspicions.confirm(about, third).unwrap().end(), start + millis(100));
        assert_eq!(suspicions.confirm(about, NodeId::new(4)), None);
        assert_eq!(suspicions.ends().collect::<Vec<_>>(), [(about, start, start + millis(100))]);
        suspicions.remove(about);
        assert_eq!(suspicions.about(about), None);
        assert_eq!(suspicions.confirm(about, third), None);
    }
}
