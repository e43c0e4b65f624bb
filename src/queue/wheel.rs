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
//! - Dealing out a slot, splitting the open range, or bringing near what was far: the slots below were empty, since
//!   every instant that could name them lay in the slot or range that is being moved.

use std::collections::BTreeMap;

use super::EventList;
use super::cellsort;
use super::slot::{Entry, Slot, Spare};
use crate::time::{Span, Time};

/// Slots of a level: one digit.
const SLOTS: usize = 256;
/// Levels with slots: they cover the low 40 bits of time, about 18 minutes, whatever the grain.
const LEVELS: usize = 6;
/// The level of everything that differs in the bits above.
const FAR: usize = LEVELS;
/// Events that are good to sort at once: so many that the slots being filled, each at a line of its own, fit the fastest
/// cache, so few that the events of one fit the second.
const BATCH: f64 = 8000.0;
/// Slots for this share of a batch are the narrowest that pay.
const FEWEST: u64 = 64;
/// The most events that are sorted at once.
const MOST: usize = 16_384;
/// How many events are read ahead at once: few enough that what is read for them stays in the fastest cache.
const AHEAD: usize = 128;
/// How far from the end of the open range an event may be inserted before the range is split.
const NEAR: usize = 64;

/// Where a digit stands in an instant, and where the slots of its level begin.
#[derive(Clone, Copy, Debug, Default)]
struct Digit {
    shift: u32,
    first: u32,
}

impl Digit {
    /// The slot of an instant on this level.
    #[inline(always)]
    fn slot(self, at: u64) -> usize {
        // Shifts are at most 32, as a wrapping one need not check.
        self.first as usize + (at.wrapping_shr(self.shift) as usize & (SLOTS - 1))
    }
}

/// An event list that takes about the same time for an event, however many are waiting.
///
/// Gives the same events in the same order as [`Heap`](super::Heap), also at [`Time::NEVER`]. Its memory is that of
/// the most events that ever waited together, and a chunk for every slot in use.
#[derive(Debug)]
pub struct Wheel<E> {
    /// The digit of each level.
    digits: [Digit; LEVELS],
    /// The digit in which an instant differs whose highest differing bit is this one.
    by_bit: [Digit; 8 * (LEVELS - 1)],
    slots: Vec<Slot<E>>,
    /// One bit for each slot that has events.
    occupied: [[u64; SLOTS / 64]; LEVELS],
    /// The events that differ from `now` above all digits, by the high 32 bits of their instants.
    far: BTreeMap<u32, Slot<E>>,
    spare: Spare<E>,
    /// The level of the open range: a slot's worth of time, which holds `now`. The levels below are empty.
    level: usize,
    /// The last instant of the open range.
    open_until: u64,
    /// The events of the open range in order; those before `head` are taken.
    open: Vec<Entry<E>>,
    head: usize,
    /// The events of the open range before this one have been read ahead.
    prefetched: usize,
    /// The last instant taken.
    now: u64,
    next: Time,
    len: usize,
    /// Room for the sort.
    cells: Vec<u32>,
}

impl<E: Copy> Wheel<E> {
    /// An empty list, which lays its slots out for a rate of events. Any rate gives the same events in the same
    /// order; a wrong one costs an extra move or two for each.
    pub fn new(events_per_second: f64) -> Self {
        let mut wheel = Wheel {
            digits: [Digit::default(); LEVELS],
            by_bit: [Digit::default(); 8 * (LEVELS - 1)],
            slots: std::iter::repeat_with(Slot::default).take(LEVELS * SLOTS).collect(),
            occupied: [[0; SLOTS / 64]; LEVELS],
            far: BTreeMap::new(),
            spare: Spare::default(),
            level: 0,
            open_until: 0,
            open: Vec::new(),
            head: 0,
            prefetched: 0,
            now: 0,
            next: Time::NEVER,
            len: 0,
            cells: Vec::new(),
        };
        wheel.reset(events_per_second, Span::MAX);
        wheel
    }

    /// Empties the list for another run from time 0, in the same memory. Slots are laid out for a rate of events, and
    /// not much wider than `soon` where few events come sooner after they are added: those that fall into the range
    /// that is being worked off have to be put in order one by one.
    pub fn reset(&mut self, events_per_second: f64, soon: Span) {
        for level in 0..LEVELS {
            while let Some(index) = self.first_occupied(level) {
                self.occupied[level][index / 64] &= !(1 << (index % 64));
                self.slots[level * SLOTS + index].drain().for_each(|chunk| self.spare.put(chunk));
            }
        }
        self.far.clear();
        self.open.clear();
        (self.level, self.open_until, self.head, self.prefetched) = (0, 0, 0, 0);
        (self.now, self.next, self.len) = (0, Time::NEVER, 0);
        // A float cast saturates, and takes what is not a number to 0.
        let width = (BATCH * 1e9 / events_per_second) as u64;
        let width = width.min(soon.nanos().max(width / FEWEST));
        self.lay_out(width.max(1).ilog2() % 8);
    }

    /// Digits of 8 bits begin at bit `grain`; what is left over at the bottom is level 0, and the digit of the level
    /// before the last is cut short at bit 32, so that the events of a slot share the high half of their instants.
    fn lay_out(&mut self, grain: u32) {
        let shifts = [0, grain, grain + 8, grain + 16, grain + 24, 32];
        self.digits = std::array::from_fn(|level| Digit { shift: shifts[level], first: (level * SLOTS) as u32 });
        let digit = |bit: usize| self.digits.iter().rev().find(|digit| digit.shift as usize <= bit).copied();
        self.by_bit = std::array::from_fn(|bit| digit(bit).unwrap_or_default());
    }

    /// Calls `see` with every event that is waiting, in no order.
    pub fn for_each(&self, mut see: impl FnMut(&E)) {
        // To look into every slot takes longer than a small run.
        if self.is_empty() {
            return;
        }
        let closed = self.slots.iter().chain(self.far.values()).flat_map(Slot::chunks).flatten();
        let open = &self.open[self.head..];
        closed.chain(open).for_each(|(_, event)| see(event));
    }

    /// The level of the highest digit in which the instant `at` differs from `now`.
    fn level_of(&self, at: u64) -> usize {
        let differs = at ^ self.now;
        let bit = 63 - (differs | 1).leading_zeros();
        self.by_bit.get(bit as usize).map_or(FAR, |digit| digit.first as usize / SLOTS)
    }

    /// Makes the slot of `now` at this level the open range.
    fn open_at(&mut self, level: usize) {
        self.level = level;
        self.open_until = self.now | ((1 << self.digits[level].shift) - 1);
    }

    /// Adds an event that is counted already.
    #[inline(always)]
    fn place(&mut self, at: u64, event: E) {
        // Outside the open range its end differs from `at` in the same digit as `now`.
        let bit = 63 - (at ^ self.open_until | 1).leading_zeros();
        match self.by_bit.get(bit as usize) {
            Some(digit) if at > self.open_until => self.put(digit.slot(at), at as u32, event),
            _ => self.place_aside(at, event),
        }
    }

    /// Adds an event to the open range, or to those that are far.
    #[inline(never)]
    fn place_aside(&mut self, at: u64, event: E) {
        if at <= self.open_until {
            self.join(at, event);
        } else {
            let (high, low) = halves(at);
            self.far.entry(high).or_default().push(low, event, &mut self.spare);
        }
    }

    /// Adds an event to a slot.
    #[inline(always)]
    fn put(&mut self, slot: usize, low: u32, event: E) {
        if self.slots[slot].push(low, event, &mut self.spare) {
            let (level, index) = (slot / SLOTS, slot % SLOTS);
            self.occupied[level][index / 64] |= 1 << (index % 64);
        }
    }

    /// Adds an event to the open range, after all that are not later.
    fn join(&mut self, at: u64, event: E) {
        let low = at as u32;
        let waiting = self.open.len() - self.head;
        let from = self.open.len() - waiting.min(NEAR);
        let place = from + self.open[from..].partition_point(|&(other, _)| other <= low);
        let deep = place == from && from > self.head;
        if (deep || waiting >= MOST) && self.level > 0 {
            self.split();
            return self.place(at, event);
        }
        self.open.insert(place, (low, event));
        if self.head > waiting.max(MOST) {
            self.open.drain(..self.head);
            (self.head, self.prefetched) = (0, 0);
        }
    }

    /// Narrows the open range by one level: what lies no longer in it is dealt out to the slots of that level.
    fn split(&mut self) {
        self.open_at(self.level - 1);
        let until = self.open_until as u32;
        let end = self.head + self.open[self.head..].partition_point(|&(low, _)| low <= until);
        let high = halves(self.now).0;
        for index in end..self.open.len() {
            let (low, event) = self.open[index];
            self.put(self.digits[self.level].slot(instant(high, low).nanos()), low, event);
        }
        self.open.truncate(end);
    }

    /// Opens the slot of the earliest instant `at`, which is not in the open range.
    #[inline(never)]
    fn enter(&mut self, at: u64) {
        let mut level = self.level_of(at);
        self.now = at;
        if level == FAR {
            self.bring_near();
            level = FAR - 1;
        }
        let mut slot = self.detach(level);
        while slot.len() > MOST && !slot.is_one_instant() {
            let above = level;
            level -= 1;
            let (digit, high) = (self.digits[level], halves(at).0);
            for chunk in slot.drain() {
                for &(low, event) in &chunk {
                    self.put(digit.slot(instant(high, low).nanos()), low, event);
                }
                self.spare.put(chunk);
            }
            self.attach(above, slot);
            slot = self.detach(level);
        }
        self.open_at(level);
        (self.head, self.prefetched) = (0, 0);
        if slot.is_ordered() {
            self.open.clear();
            self.open.reserve(slot.len());
            slot.chunks().for_each(|chunk| self.open.extend_from_slice(chunk));
        } else {
            cellsort::sort(slot.chunks(), slot.len(), self.digits[level].shift, &mut self.open, &mut self.cells);
        }
        slot.drain().for_each(|chunk| self.spare.put(chunk));
        self.attach(level, slot);
    }

    /// Moves the far events that differ from `now` in the last digit at most into the slots of its level, which are
    /// all empty.
    fn bring_near(&mut self) {
        let (level, digits) = (FAR - 1, halves(self.now).0 / SLOTS as u32);
        while let Some(entry) = self.far.first_entry()
            && entry.key() / SLOTS as u32 == digits
        {
            let index = *entry.key() as usize % SLOTS;
            self.slots[level * SLOTS + index] = entry.remove();
            self.occupied[level][index / 64] |= 1 << (index % 64);
        }
    }

    /// Takes the slot of `now` at `level` out of the wheel.
    fn detach(&mut self, level: usize) -> Slot<E> {
        let slot = self.digits[level].slot(self.now);
        self.occupied[level][slot % SLOTS / 64] &= !(1 << (slot % 64));
        std::mem::take(&mut self.slots[slot])
    }

    /// Puts the slot of `now` back, which is empty by now but has memory of its own.
    fn attach(&mut self, level: usize, slot: Slot<E>) {
        let place = self.digits[level].slot(self.now);
        self.slots[place] = slot;
    }

    /// The earliest instant, looked up.
    #[inline(always)]
    fn earliest(&self) -> Time {
        match self.open.get(self.head) {
            Some(&(low, _)) => instant(halves(self.now).0, low),
            None => self.first_closed(),
        }
    }

    /// The earliest instant outside the open range.
    #[inline(never)]
    fn first_closed(&self) -> Time {
        let high = halves(self.now).0;
        for level in self.level..LEVELS {
            if let Some(index) = self.first_occupied(level) {
                let least = self.slots[level * SLOTS + index].least();
                // Only the last digit stands in the high half.
                let last = level == LEVELS - 1;
                return instant(if last { high & !(SLOTS as u32 - 1) | index as u32 } else { high }, least);
            }
        }
        let first = self.far.first_key_value();
        first.map_or(Time::NEVER, |(&high, slot)| instant(high, slot.least()))
    }

    /// The first slot of a level that has events.
    fn first_occupied(&self, level: usize) -> Option<usize> {
        let words = self.occupied[level].iter().enumerate();
        let mut occupied = words.filter(|(_, bits)| **bits != 0);
        occupied.next().map(|(word, bits)| word * 64 + bits.trailing_zeros() as usize)
    }
}

impl<E: Copy> Default for Wheel<E> {
    fn default() -> Self {
        Wheel::new(0.0)
    }
}

impl<E: Copy> EventList<E> for Wheel<E> {
    #[inline(always)]
    fn add(&mut self, at: Time, event: E) {
        debug_assert!(at.nanos() >= self.now, "an event is added at {at:?}, before the last instant taken");
        // There is memory for every event counted here, and none for 2^64.
        self.len = self.len.wrapping_add(1);
        self.next = self.next.min(at);
        self.place(at.nanos(), event);
    }

    #[inline(always)]
    fn next(&self) -> Time {
        self.next
    }

    #[inline(always)]
    fn pop(&mut self) -> Option<E> {
        if self.head >= self.open.len() {
            if self.len == 0 {
                return None;
            }
            self.enter(self.next.nanos());
        }
        let &(_, event) = self.open.get(self.head)?;
        // Neither wraps: there is an event.
        self.head = self.head.wrapping_add(1);
        self.len = self.len.wrapping_sub(1);
        self.now = self.next.nanos();
        self.next = self.earliest();
        Some(event)
    }

    #[inline]
    fn prefetch(&mut self, see: impl FnMut(&E)) {
        if self.head >= self.prefetched && self.head < self.open.len() {
            self.prefetched = self.open.len().min(self.head + AHEAD);
            self.open[self.head..self.prefetched].iter().map(|(_, event)| event).for_each(see);
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
