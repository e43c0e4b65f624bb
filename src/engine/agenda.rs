//! What comes from outside, in order of time: inputs, crashes, recoveries, joins, blocks.

use std::convert::Infallible;

use crate::time::{Span, Time};
use crate::units::NodeId;

/// What happens to a node from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening<I> {
    /// The workload acts on it, if it is up.
    Input(NodeId, I),
    /// It crashes, and may come back.
    Down(NodeId),
    /// It is to go down for good: at once, or when it has told others.
    Leave(NodeId),
    /// It comes back after a crash.
    Up {
        /// Which node.
        node: NodeId,
        /// Whether it has its state of before the crash.
        remembers: bool,
    },
    /// It is new: it was down from the start.
    Join(NodeId),
    /// It is blocked if it is up: what it sends and what reaches it waits. It is not released before the latest end of all
    /// its blocks.
    Block {
        /// Which node.
        node: NodeId,
        /// The instant at which a [`Happening::Release`] of it comes.
        until: Time,
    },
    /// A block of it is over.
    Release(NodeId),
}

/// How the condition of a node changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was up, and crashed.
    Down,
    /// It came back after a crash.
    Up,
    /// It is new.
    Joined,
    /// It was up, and is gone for good.
    Left,
    /// It is to be blocked some time: told of every such node before anything happens.
    ToBeBlocked,
    /// It is up, and blocked: what it sends and what reaches it waits.
    Blocked {
        /// The instant of its release.
        until: Time,
    },
    /// It is blocked no longer.
    Released,
}

impl Happening<Infallible> {
    /// The same among what happens in a workload with inputs of its own.
    pub fn widen<I>(self) -> Happening<I> {
        match self {
            Happening::Input(_, never) => match never {},
            Happening::Down(node) => Happening::Down(node),
            Happening::Leave(node) => Happening::Leave(node),
            Happening::Up { node, remembers } => Happening::Up { node, remembers },
            Happening::Join(node) => Happening::Join(node),
            Happening::Block { node, until } => Happening::Block { node, until },
            Happening::Release(node) => Happening::Release(node),
        }
    }
}

/// All that comes from outside in one run: one more source of events beside clock and future-event list, which a run
/// without it does not notice.
pub struct Agenda<'a, I> {
    coming: Option<Box<dyn Iterator<Item = (Time, Happening<I>)> + 'a>>,
    next: Option<(Time, Happening<I>)>,
    /// How many have been taken.
    taken: u64,
    /// When the lists of neighbours are brought up to date next, and how often that is: with no end, so that no run waits
    /// for it.
    renewal: Option<(Time, Span)>,
    /// Nodes that are to be blocked some time, and how long each reads a message that waits when it is released.
    blocks: Vec<(NodeId, Span)>,
}

impl<I> Default for Agenda<'_, I> {
    fn default() -> Self {
        Agenda { coming: None, next: None, taken: 0, renewal: None, blocks: Vec::new() }
    }
}

impl<'a, I> Agenda<'a, I> {
    /// What is `coming`, which must not run back in time.
    pub fn new(mut coming: Box<dyn Iterator<Item = (Time, Happening<I>)> + 'a>) -> Self {
        let next = coming.next();
        Agenda { coming: Some(coming), next, ..Agenda::default() }
    }

    /// The same, and nodes bring their lists of neighbours up to date once `every` so often, if they do.
    pub fn renewing(self, every: Option<Span>) -> Self {
        Agenda { renewal: every.map(|every| (Time::ZERO + every, every)), ..self }
    }

    /// The same, among which blocks of these nodes are coming, each with the time in which the node reads a message that waits
    /// when it is released.
    pub fn blocking(self, blocks: Vec<(NodeId, Span)>) -> Self {
        Agenda { blocks, ..self }
    }

    /// Nodes that are to be blocked some time, and how long each reads a message.
    pub(super) fn blocks(&self) -> &[(NodeId, Span)] {
        &self.blocks
    }

    /// The instant of the next entry; [`Time::NEVER`] when there is none.
    pub(super) fn next(&self) -> Time {
        let next = self.next.as_ref().map_or(Time::NEVER, |(at, _)| *at);
        self.renewal.map_or(next, |(at, _)| next.min(at))
    }

    /// Whether lists of neighbours are brought up to date at the instant `now`.
    pub(super) fn renews(&mut self, now: Time) -> bool {
        let due = self.renewal.filter(|(at, _)| *at <= now);
        self.renewal = due.map(|(at, every)| (at + every, every)).or(self.renewal);
        due.is_some()
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.next.is_none()
    }

    /// Takes the next entry if it is of the instant `now`: its number, and what happens.
    pub(super) fn take(&mut self, now: Time) -> Option<(u64, Happening<I>)> {
        let (_, happening) = self.next.take_if(|(at, _)| *at <= now)?;
        self.next = self.coming.as_mut().and_then(Iterator::next);
        self.taken += 1;
        Some((self.taken - 1, happening))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_taken_instant_by_instant_in_their_order() {
        let at = Time::from_nanos;
        let node = NodeId::new(1);
        let coming =
            [(at(0), Happening::Input(node, 'a')), (at(0), Happening::Down(node)), (at(5), Happening::Join(node))];
        let mut agenda = Agenda::new(Box::new(coming.into_iter()));
        assert_eq!((agenda.next(), agenda.is_done()), (at(0), false));
        assert_eq!(agenda.take(at(0)), Some((0, Happening::Input(node, 'a'))));
        assert_eq!(agenda.take(at(0)), Some((1, Happening::Down(node))));
        assert_eq!((agenda.take(at(0)), agenda.next()), (None, at(5)));
        assert_eq!(agenda.take(at(5)), Some((2, Happening::Join(node))));
        assert_eq!((agenda.take(at(9)), agenda.next(), agenda.is_done()), (None, Time::NEVER, true));
        assert!(Agenda::<()>::default().is_done());
    }

    #[test]
    fn renewals_come_for_ever_and_no_run_waits_for_them() {
        let at = Time::from_nanos;
        let mut agenda = Agenda::<()>::default().renewing(Some(Span::from_nanos(5)));
        assert_eq!([0, 5, 5, 9, 10].map(|now| agenda.renews(at(now))), [false, true, false, false, true]);
        assert!(agenda.is_done() && agenda.next() == at(15) && agenda.take(at(15)).is_none());
    }
}
