//! What the keys of a scenario say, each read once for every combination of the swept values that decide it.

use std::any::Any;
use std::collections::BTreeSet;
use std::ops::Deref;

use super::diagnostic::Diagnostic;
use super::written::{Digits, Written};

/// What was read for a key.
#[derive(Clone, Debug)]
pub(super) enum Found<T> {
    /// It is not written, and has no default of its own.
    Absent,
    Read(T),
    Wrong(Box<Diagnostic>),
}

/// What was read so far.
#[derive(Default)]
pub(super) struct ReadCache {
    slots: Vec<Slot>,
    #[cfg(test)]
    readings: u64,
    /// For which contents of top-level keys unknown and missing keys have been looked for, and what was missing.
    finished: BTreeSet<(Vec<usize>, Vec<&'static str>)>,
}

/// One key, read as one type.
struct Slot {
    key: &'static str,
    /// The swept keys that decide it, with how far apart their values lie in `values`.
    deciding: Vec<(usize, usize)>,
    /// A [`Values`].
    values: Box<dyn Any + Send + Sync>,
}

type Values<T> = Vec<Option<Found<T>>>;

/// What can be kept.
pub(super) trait Kept: Clone + Send + Sync + 'static {}

impl<T: Clone + Send + Sync + 'static> Kept for T {}

impl Slot {
    fn new<T: Kept>(key: &'static str, written: &Written) -> Self {
        Slot { key, deciding: written.strides(key), values: Box::new(Values::<T>::new()) }
    }

    fn place(&self, digits: &Digits) -> usize {
        place(&self.deciding, digits)
    }
}

/// The place of a point among the values of a key: see [`Written::strides`].
pub(super) fn place(strides: &[(usize, usize)], digits: &Digits) -> usize {
    strides.iter().map(|&(which, stride)| digits[which] * stride).sum()
}

impl ReadCache {
    /// The slot of `key` as a `T`; `guess` is where it would be if keys are asked for in the order of their slots.
    pub(super) fn slot<T: Kept>(&self, key: &'static str, guess: usize) -> Option<usize> {
        // Nearly always it is the same text in the same place, which need not be compared.
        let same = |slot: &Slot| std::ptr::eq(slot.key, key) || slot.key == key;
        let is = |slot: &Slot| same(slot) && slot.values.is::<Values<T>>();
        if self.slots.get(guess).is_some_and(is) { Some(guess) } else { self.slots.iter().position(is) }
    }

    /// What was read in `slot` for a point, if it was.
    pub(super) fn get<T: Kept>(&self, slot: usize, digits: &Digits) -> Option<&Found<T>> {
        let slot = self.slots.get(slot)?;
        slot.values.downcast_ref::<Values<T>>()?.get(slot.place(digits))?.as_ref()
    }

    /// Keeps what was read for `key` at a point.
    pub(super) fn keep<T: Kept>(&mut self, key: &'static str, found: Found<T>, written: &Written, digits: &Digits) {
        #[cfg(test)]
        {
            self.readings += 1;
        }
        let slot = self.slot::<T>(key, 0).unwrap_or_else(|| {
            self.slots.push(Slot::new::<T>(key, written));
            self.slots.len() - 1
        });
        let slot = &mut self.slots[slot];
        let place = slot.place(digits);
        if let Some(values) = slot.values.downcast_mut::<Values<T>>() {
            if values.len() <= place {
                values.resize_with(place + 1, || None);
            }
            values[place] = Some(found);
        }
    }

    /// Everything that was read for `key`, in the order of the points.
    pub(super) fn all<T: Kept>(&self, key: &'static str) -> impl Iterator<Item = &T> {
        let slot = self.slot::<T>(key, 0).and_then(|slot| self.slots[slot].values.downcast_ref::<Values<T>>());
        slot.into_iter().flatten().filter_map(|found| match found {
            Some(Found::Read(value)) => Some(value),
            _ => None,
        })
    }

    /// The keys that were asked for, in this order.
    pub(super) fn keys(&self) -> Vec<&'static str> {
        let mut keys = Vec::new();
        for slot in &self.slots {
            if !keys.contains(&slot.key) {
                keys.push(slot.key);
            }
        }
        keys
    }

    /// Whether `key` was asked for.
    pub(super) fn knows(&self, key: &str) -> bool {
        self.slots.iter().any(|slot| slot.key == key)
    }

    /// Whether a point with these contents of top-level keys and these missing keys is the first of its kind.
    pub(super) fn is_new(&mut self, contents: Vec<usize>, missing: Vec<&'static str>) -> bool {
        self.finished.insert((contents, missing))
    }

    /// Whether any point has been finished.
    pub(super) fn has_finished(&self) -> bool {
        !self.finished.is_empty()
    }

    /// How many values have been read, each from what is written.
    #[cfg(test)]
    pub(super) fn readings(&self) -> u64 {
        self.readings
    }
}

/// A memo that is being filled, or that is full.
pub(super) enum Store<'a> {
    Growing(&'a mut ReadCache),
    Full(&'a ReadCache),
}

impl Deref for Store<'_> {
    type Target = ReadCache;

    fn deref(&self) -> &ReadCache {
        match self {
            Store::Growing(read_cache) => read_cache,
            Store::Full(read_cache) => read_cache,
        }
    }
}
