//! A hierarchical timing wheel that puts events in order only when they are due.
//!
//! Time is a number written in digits of 8 bits. An event waits in the slot named by the highest digit in which its
//! instant differs from the last instant taken: near events in narrow slots, far ones in wide slots. When a slot's
//! time comes it is opened: a small one is sorted at once, one too big for the cache is dealt out to the narrower
//! slots below. So an event is written a few times, always to the end of something, and compared with few others,
//! however many are waiting; and events that come in the order of their instants are not sorted at all.
//!
//! Hierarchical wheels: Varghese and Lauck, "Hashed and Hierarchical Timing Wheels" (SOSP 1987). Sorting a bucket
//! when it is due: Tang, Goh and Thng, "Ladder Queue" (ACM TOMACS 15(3), 2005).
//!
//! # Why events of one instant come out in the order they went in
//!
//! All waiting events of one instant are in one place: the open range if the instant lies in it, else the slot its
//! highest differing digit names. Every place but the open range is only appended to, the open range keeps its ties
//! as they came, and no sequence numbers are needed because a place's events of one instant move only all together,
//! in order:
//! - Taking an instant within the open range changes no digit above it, so no place of a waiting event.
//! - Opening the slot of the earliest instant `at`: the slot holds everything that waits in its range. An instant
//!   later than the slot differs from `at` in the same digit as from the instant taken before it, because the two
//!   agree in all digits above the slot's; so its place stays. An instant before the slot has no event, and can get
//!   none any more.
//! - Dealing out a slot, or splitting the open range: the slots below were empty, since every instant that could
//!   name them lay in the slot or range that is being moved.

use std::collections::BTreeMap;

use super::EventList;
use super::cellsort;
use super::slot::{Entry, Slot, Spare};
use crate::time::Time;

/// Slots of a level: one digit.
const SLOTS: usize = 256;
/// Levels that cover the low 32 bits of time, whatever the grain.
const LEVELS: usize = 5;
/// The level of everything that differs in the high 32 bits.
const FAR: usize = LEVELS;
/// Events that are good to sort at once: 1000 to 2000, which fit the fastest cache.
const BATCH: f64 = 2000.0;
/// The most events that are sorted at once.
const MOST: usize = 8192;
/// How far from the end of the open range an event may be inserted before the range is split.
const NEAR: usize = 64;

/// An event list that takes about the same time for an event, however many are waiting.
///
/// Gives the same events in the same order as [`Heap`](super::Heap), also at [`Time::NEVER`]. Its memory is that of
/// the most events that ever waited together, and a chunk for every slot in use.
#[derive(Debug)]
pub struct Wheel<E> {
    /// The logarithm of the width in nanoseconds of a slot at each level.
    widths: [u32; LEVELS + 1],
    slots: Vec<Slot<E>>,
    /// One bit for each slot that has events.
    occupied: [[u64; SLOTS / 64]; LEVELS],
    /// The events that differ from `now` in the high 32 bits, by those bits.
    far: BTreeMap<u32, Slot<E>>,
    spare: Spare<E>,
    /// The level of the open range: a slot's worth of time, which holds `now`. The levels below are empty.
    level: usize,
    /// The events of the open range in order; those before `head` are taken.
    open: Vec<Entry<E>>,
    head: usize,
    /// Whether the open range has been foreseen.
    foreseen: bool,
    /// The last instant taken.
    now: u64,
    next: Time,
    len: usize,
    /// An event on its way to a place that is rarely its.
    aside: Option<E>,
    /// Room for the sort.
    cells: Vec<u32>,
}

impl<E: Copy> Wheel<E> {
    /// An empty list, which lays its slots out for a rate of events. Any rate gives the same events in the same
    /// order; a wrong one costs an extra move or two for each.
    pub fn new(events_per_second: f64) -> Self {
        // A float cast saturates, and takes what is not a number to 0.
        let width = (BATCH * 1e9 / events_per_second) as u64;
        // Whole digits lie above and below such a slot; what is left over at the bottom is level 0.
        let grain = width.max(1).ilog2() % 8;
        Wheel {
            widths: [0, grain, grain + 8, grain + 16, grain + 24, 32],
            slots: std::iter::repeat_with(Slot::default).take(LEVELS * SLOTS).collect(),
            occupied: [[0; SLOTS / 64]; LEVELS],
            far: BTreeMap::new(),
            spare: Spare::default(),
            level: 0,
            open: Vec::new(),
            head: 0,
            foreseen: false,
            now: 0,
            next: Time::NEVER,
            len: 0,
            aside: None,
            cells: Vec::new(),
        }
    }

    /// The level of the highest digit in which an instant differs from `now`.
    #[inline]
    fn level_of(&self, differs: u64) -> usize {
        if differs >> 32 != 0 {
            return FAR;
        }
        let bit = 31 - (differs as u32 | 1).leading_zeros();
        ((bit + 8 - self.widths[1]) / 8) as usize
    }

    #[inline]
    fn index(&self, level: usize, low: u32) -> usize {
        // Widths of slots are below 32, as a wrapping shift need not check.
        low.wrapping_shr(self.widths[level]) as usize % SLOTS
    }

    /// Adds an event that is counted already.
    #[inline]
    fn place(&mut self, at: u64, event: E) {
        let differs = at ^ self.now;
        if differs >> 32 == 0 && differs >> self.widths[self.level] != 0 {
            self.put(self.level_of(differs), halves(at).1, event);
        } else {
            // Not as an argument: those of more than two words are passed by reference, and then every event would
            // have to be put together on the stack first, also where this branch is not taken.
            self.aside = Some(event);
            self.place_aside(at);
        }
    }

    /// Adds the event that was put aside to the open range, or to those that are far.
    #[inline(never)]
    fn place_aside(&mut self, at: u64) {
        let Some(event) = self.aside.take() else { return };
        if (at ^ self.now) >> self.widths[self.level] == 0 {
            self.join(halves(at).1, event);
        } else {
            self.put_far(at, event);
        }
    }

    /// Adds an event to a slot.
    #[inline]
    fn put(&mut self, level: usize, low: u32, event: E) {
        let index = self.index(level, low);
        let slot = &mut self.slots[level * SLOTS + index];
        if slot.is_full() {
            slot.extend(&mut self.spare);
            self.occupied[level][index / 64] |= 1 << (index % 64);
        }
        slot.push(low, event);
    }

    fn put_far(&mut self, at: u64, event: E) {
        let (high, low) = halves(at);
        let slot = self.far.entry(high).or_default();
        if slot.is_full() {
            slot.extend(&mut self.spare);
        }
        slot.push(low, event);
    }

    /// Adds an event to the open range, after all that are not later.
    fn join(&mut self, low: u32, event: E) {
        let waiting = self.open.len() - self.head;
        let from = self.open.len() - waiting.min(NEAR);
        let place = from + self.open[from..].partition_point(|&(other, _)| other <= low);
        let deep = place == from && from > self.head;
        if (deep || waiting >= MOST) && self.widths[self.level] > 0 {
            self.split();
            return self.place(self.near(low).nanos(), event);
        }
        self.open.insert(place, (low, event));
        if self.head > waiting.max(MOST) {
            self.open.drain(..self.head);
            self.head = 0;
        }
    }

    /// Narrows the open range by one level: what lies no longer in it is dealt out to the slots of that level.
    fn split(&mut self) {
        self.level -= 1;
        let (width, now) = (self.widths[self.level], self.now as u32);
        let near = |&(low, _): &Entry<E>| u64::from(low ^ now) >> width == 0;
        let end = self.head + self.open[self.head..].partition_point(near);
        for index in end..self.open.len() {
            let (low, event) = self.open[index];
            self.put(self.level, low, event);
        }
        self.open.truncate(end);
    }

    /// Opens the slot of the earliest instant `at`, which is not in the open range. A slot that is all of that
    /// instant goes straight to `due`.
    #[inline(never)]
    fn enter(&mut self, at: u64, due: &mut Vec<E>) {
        self.level = self.level_of(at ^ self.now);
        self.now = at;
        let mut slot = self.detach();
        while slot.len() > MOST && !slot.is_one_instant() {
            let above = self.level;
            self.level -= 1;
            for chunk in slot.drain() {
                chunk.iter().for_each(|&(low, event)| self.put(self.level, low, event));
                self.spare.put(chunk);
            }
            self.attach(above, slot);
            slot = self.detach();
        }
        self.head = 0;
        self.foreseen = false;
        if slot.is_one_instant() {
            self.open.clear();
            self.hand_over(&mut slot, due);
        } else if slot.is_ordered() {
            self.open.clear();
            slot.chunks().for_each(|chunk| self.open.extend_from_slice(chunk));
        } else {
            let width = self.widths[self.level];
            cellsort::sort(slot.chunks(), slot.len(), width, &mut self.open, &mut self.cells);
        }
        slot.drain().for_each(|chunk| self.spare.put(chunk));
        self.attach(self.level, slot);
    }

    /// Moves the events of a slot, which are of one instant, to the end of `due`.
    fn hand_over(&mut self, slot: &mut Slot<E>, due: &mut Vec<E>) {
        self.len -= slot.len();
        due.reserve(slot.len());
        for chunk in slot.drain() {
            due.extend(chunk.iter().map(|&(_, event)| event));
            self.spare.put(chunk);
        }
    }

    /// Takes the slot of `now` at the current level out of the wheel.
    fn detach(&mut self) -> Slot<E> {
        let (high, low) = halves(self.now);
        if self.level == FAR {
            return self.far.remove(&high).unwrap_or_default();
        }
        let index = self.index(self.level, low);
        self.occupied[self.level][index / 64] &= !(1 << (index % 64));
        std::mem::take(&mut self.slots[self.level * SLOTS + index])
    }

    /// Puts the slot of `now` back, which is empty by now but has memory of its own.
    fn attach(&mut self, level: usize, slot: Slot<E>) {
        if level < FAR {
            let index = self.index(level, halves(self.now).1);
            self.slots[level * SLOTS + index] = slot;
        }
    }

    /// The earliest instant, looked up.
    #[inline]
    fn earliest(&self) -> Time {
        match self.open.get(self.head) {
            Some(&(low, _)) => self.near(low),
            None => self.first_closed(),
        }
    }

    #[inline(never)]
    fn first_closed(&self) -> Time {
        for level in self.level..LEVELS {
            for (word, &bits) in self.occupied[level].iter().enumerate() {
                if bits != 0 {
                    let index = word * 64 + bits.trailing_zeros() as usize;
                    return self.near(self.slots[level * SLOTS + index].least());
                }
            }
        }
        let first = self.far.first_key_value();
        first.map_or(Time::NEVER, |(&high, slot)| instant(high, slot.least()))
    }

    /// The instant with these low bits, and the high bits of `now`.
    #[inline]
    fn near(&self, low: u32) -> Time {
        instant(halves(self.now).0, low)
    }
}

impl<E: Copy> EventList<E> for Wheel<E> {
    #[inline]
    fn add(&mut self, at: Time, event: E) {
        debug_assert!(at.nanos() >= self.now, "an event is added at {at:?}, before the last instant taken");
        self.len += 1;
        self.next = self.next.min(at);
        self.place(at.nanos(), event);
    }

    #[inline]
    fn next(&self) -> Time {
        self.next
    }

    #[inline]
    fn take(&mut self, at: Time, due: &mut Vec<E>) {
        if at != self.next || self.len == 0 {
            return;
        }
        if self.head == self.open.len() {
            self.enter(at.nanos(), due);
        }
        self.now = at.nanos();
        while let Some(&(low, event)) = self.open.get(self.head)
            && low == at.nanos() as u32
        {
            due.push(event);
            self.head += 1;
            self.len -= 1;
        }
        self.next = self.earliest();
    }

    #[inline]
    fn foresee(&mut self, see: impl FnMut(&E)) {
        if !self.foreseen {
            self.foreseen = true;
            self.open[self.head..].iter().map(|(_, event)| event).for_each(see);
        }
    }

    fn len(&self) -> usize {
        self.len
    }
}

/// The high and the low 32 bits of an instant.
#[inline]
fn halves(at: u64) -> (u32, u32) {
    ((at >> 32) as u32, at as u32)
}

/// The instant with these high and low 32 bits.
#[inline]
fn instant(high: u32, low: u32) -> Time {
    Time::from_nanos(u64::from(high) << 32 | u64::from(low))
}
