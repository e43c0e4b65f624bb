//! Messages whose way through the queues of their ends is not known when they are sent: where they are until it is.

use std::hint::black_box;
use std::sync::Arc;

use super::queues::{Queues, Transit};
use super::tally::ByKind;
use crate::memory;
use crate::network::{Network, Shaping};
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
    /// A message that is to be put away, while there is a copy of it.
    original: Option<(Time, Transit)>,
    /// The copy, which is put away behind it.
    copy: Option<(Time, Transit, S)>,
}

impl<S: Copy> Carrier<S> {
    pub(super) fn new(network: &Network, shaping: &Arc<Shaping>, crash: bool, (rate, soon): (f64, Span)) -> Self {
        let mut next = Wheel::default();
        next.reset(rate, soon);
        let queues = Queues::new(network, shaping, crash);
        Carrier { queues, next, transits: Vec::new(), free: Vec::new(), held: None, original: None, copy: None }
    }

    /// Puts a message away that was just said to be queued.
    pub(super) fn put_away(&mut self, slip: S) {
        let Some((at, transit)) = self.queues.take_staged() else { return };
        if self.original.is_some() {
            self.copy = Some((at, transit, slip));
            return;
        }
        self.add(at, transit, slip);
        if let Some((at, transit, slip)) = self.copy.take() {
            self.add(at, transit, slip);
        }
    }

    /// From now on what is put away is a copy of the message of which it was said last that it is queued, if it was.
    pub(super) fn begin_copy(&mut self) {
        self.original = self.queues.take_staged();
    }

    /// Now that message itself is to be put away.
    pub(super) fn end_copy(&mut self) {
        self.queues.stage_again(self.original.take());
    }

    fn add(&mut self, at: Time, transit: Transit, slip: S) {
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
