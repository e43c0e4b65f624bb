//! The future-event list: what will happen, in the order (time, sequence).

mod cellsort;
mod heap;
mod slot;
mod wheel;

pub use heap::Heap;
pub use wheel::Wheel;

use crate::time::Time;

/// A list of future events. Of two events at one instant the one added first comes out first.
///
/// [`Heap`] is the reference: any other list must give the same events in the same order.
pub trait EventList<E> {
    /// Adds `event` at `at`, which must not lie before the last instant taken.
    fn add(&mut self, at: Time, event: E);

    /// The instant of the earliest event; [`Time::NEVER`] when there is none.
    fn next(&self) -> Time;

    /// Takes the earliest event out, which happens at [`EventList::next`].
    fn pop(&mut self) -> Option<E>;

    /// Moves every event of the instant `at`, which must be [`EventList::next`], to the end of `due`.
    fn take(&mut self, at: Time, due: &mut Vec<E>) {
        while !self.is_empty() && self.next() == at {
            due.extend(self.pop());
        }
    }

    /// Calls `see` with events that will come out soon, each at most once: whoever reads ahead what they are about has
    /// many reads under way at once, instead of one wait after the other. A list may read nothing ahead.
    fn prefetch(&mut self, _see: impl FnMut(&E)) {}

    /// How many events are waiting.
    fn len(&self) -> usize;

    /// Whether none is.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
