//! Messages whose way through the queues of their ends is not known when they are sent: where they are until it is.

use std::hint::black_box;
use std::sync::Arc;

use super::queues::{Queues, Transit};
use super::tally::ByKind;
use crate::memory;
use crate::network::Shaping;
use crate::queue::{EventList, Wheel};
use crate::time::{Span, Time};
use crate::units::NodeId;

/// A message that waits, in one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Waiting<S> {
    transit: Transit,
    slip: S,
}

/// Where a message waits, and whom it is for.
#[derive(Clone, Copy, Debug)]
struct Place {
    place: u32,
    to: NodeId,
}

/// What waits in the queues, and between them.
pub(super) struct Carrier<S> {
    pub(super) queues: Queues,
    /// When each message is looked at next, by its place.
    next: Wheel<Place>,
    transits: Vec<Waiting<S>>,
    free: Vec<u32>,
    /// A message that was taken too soon, and when its time comes: it is the next.
    held: Option<(Time, Transit, S)>,
}

impl<S: Copy> Carrier<S> {
    pub(super) fn new(shaping: &Arc<Shaping>, crash: bool, (rate, soon): (f64, Span)) -> Self {
        let mut next = Wheel::default();
        next.reset(rate, soon);
        Carrier { queues: Queues::new(shaping, crash), next, transits: Vec::new(), free: Vec::new(), held: None }
    }

    /// Puts a message away that was just said to be queued.
    pub(super) fn put_away(&mut self, slip: S) {
        let Some((at, transit)) = self.queues.take_staged() else { return };
        let (waiting, to) = (Waiting { transit, slip }, transit.to());
        let place = match self.free.pop() {
            Some(place) => {
                self.transits[place as usize] = waiting;
                place
            }
            None => {
                memory::or_unwind(memory::push(&mut self.transits, waiting));
                (self.transits.len() - 1) as u32
            }
        };
        self.next.add(at, Place { place, to });
    }

    /// The next message that is to be looked at at `now`.
    pub(super) fn take(&mut self, now: Time) -> Option<(Transit, S)> {
        if let Some((_, transit, slip)) = self.held.take_if(|(at, ..)| *at <= now) {
            return Some((transit, slip));
        }
        let (transits, queues) = (&self.transits, &self.queues);
        self.next.prefetch(|&Place { place, to }| {
            black_box(transits[place as usize].transit.number);
            // What comes next of a message is most often at its recipient.
            queues.touch(to);
        });
        if self.next.next() > now {
            return None;
        }
        let Place { place, .. } = self.next.pop()?;
        self.free.push(place);
        let Waiting { transit, slip } = self.transits[place as usize];
        Some((transit, slip))
    }

    /// When the next message is looked at.
    pub(super) fn next(&self) -> Time {
        // Nothing that waits comes before it.
        self.held.map_or_else(|| self.next.next(), |(at, ..)| at)
    }

    /// Puts back what was taken last, whose time comes at `at`.
    pub(super) fn hold(&mut self, at: Time, transit: Transit, slip: S) {
        self.held = Some((at, transit, slip));
    }

    /// Adds the messages that wait, whose kinds `kind` tells, by kind.
    pub(super) fn count(&self, messages: &mut ByKind, kind: impl Fn(&S) -> Option<usize>) {
        let mut count = |slip: &S| kind(slip).into_iter().for_each(|kind| messages[kind] += 1);
        self.next.for_each(|&Place { place, .. }| count(&self.transits[place as usize].slip));
        self.held.iter().for_each(|(.., slip)| count(slip));
    }
}
