//! The events of one stretch of time, in the order they were added, in chunks of one size.

use crate::memory::{self, Meter};

/// Events in a chunk: big enough that changing chunks costs nothing, small enough that a nearly empty slot does not.
const CHUNK: usize = 128;

/// An event and the low 32 bits of its instant; where it waits says the others.
pub(super) type Entry<E> = (u32, E);

/// Chunks without events, used again last in, first out, while they are still in the cache.
#[derive(Debug)]
pub(super) struct Spare<E> {
    chunks: Vec<Vec<Entry<E>>>,
    /// What was taken for chunks so far.
    meter: Meter,
}

impl<E> Default for Spare<E> {
    fn default() -> Self {
        Spare { chunks: Vec::new(), meter: Meter::default() }
    }
}

impl<E> Spare<E> {
    /// Takes a chunk back.
    pub(super) fn put(&mut self, mut chunk: Vec<Entry<E>>) {
        chunk.clear();
        self.chunks.push(chunk);
    }

    /// A chunk without events; where memory is short, this unwinds to [`memory::catch`].
    fn take(&mut self) -> Vec<Entry<E>> {
        self.chunks.pop().unwrap_or_else(|| {
            memory::or_unwind(self.meter.count(memory::bytes_of::<Entry<E>>(CHUNK)));
            Vec::with_capacity(CHUNK)
        })
    }
}

/// A slot: its events share all but the low 32 bits of their instants, or fewer.
#[derive(Debug)]
// One cache line each: every event is added to a slot that was not at hand.
#[repr(align(64))]
pub(super) struct Slot<E> {
    full: Vec<Vec<Entry<E>>>,
    /// Being filled; without memory while there is no event at all.
    last: Vec<Entry<E>>,
    least: u32,
    latest: u32,
    ordered: bool,
}

impl<E> Default for Slot<E> {
    fn default() -> Self {
        Slot { full: Vec::new(), last: Vec::new(), least: u32::MAX, latest: 0, ordered: true }
    }
}

impl<E: Copy> Slot<E> {
    /// Adds an event; whether a chunk had to be taken for it, from `spare` if there is one.
    #[inline(always)]
    pub(super) fn push(&mut self, low: u32, event: E, spare: &mut Spare<E>) -> bool {
        self.ordered &= self.latest <= low;
        self.latest = low;
        self.least = self.least.min(low);
        let full = self.last.len() == self.last.capacity();
        if full {
            self.extend(spare);
        }
        self.last.push((low, event));
        full
    }

    #[cold]
    #[inline(never)]
    fn extend(&mut self, spare: &mut Spare<E>) {
        let full = std::mem::replace(&mut self.last, spare.take());
        if !full.is_empty() {
            self.full.push(full);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.chunks().map(<[_]>::len).sum()
    }

    /// The low bits of the earliest instant.
    pub(super) fn least(&self) -> u32 {
        self.least
    }

    /// Whether the events were added in the order of their instants.
    pub(super) fn is_ordered(&self) -> bool {
        self.ordered
    }

    /// Whether all events are of one instant.
    pub(super) fn is_one_instant(&self) -> bool {
        self.ordered && self.least == self.latest
    }

    /// The events, chunk by chunk, in the order they were added.
    pub(super) fn chunks(&self) -> impl Iterator<Item = &[Entry<E>]> + Clone {
        self.full.iter().chain(Some(&self.last)).map(Vec::as_slice)
    }

    /// Gives the chunks away, in the order their events were added; no event is left.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = Vec<Entry<E>>> {
        let last = std::mem::take(&mut self.last);
        (self.least, self.latest, self.ordered) = (u32::MAX, 0, true);
        self.full.drain(..).chain((!last.is_empty()).then_some(last))
    }
}
