//! A binary heap over (time, sequence): the reference for the order of events.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::EventList;
use crate::time::Time;

/// The standard library's heap, with a sequence number to settle ties.
#[derive(Debug)]
pub struct Heap<E> {
    heap: BinaryHeap<Reverse<Entry<E>>>,
    sequence: u64,
}

#[derive(Debug)]
struct Entry<E> {
    at: Time,
    sequence: u64,
    event: E,
}

impl<E> Entry<E> {
    fn key(&self) -> (Time, u64) {
        (self.at, self.sequence)
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl<E> Default for Heap<E> {
    fn default() -> Self {
        Heap { heap: BinaryHeap::new(), sequence: 0 }
    }
}

impl<E> EventList<E> for Heap<E> {
    fn add(&mut self, at: Time, event: E) {
        self.heap.push(Reverse(Entry { at, sequence: self.sequence, event }));
        self.sequence += 1;
    }

    fn next(&self) -> Time {
        self.heap.peek().map_or(Time::NEVER, |Reverse(entry)| entry.at)
    }

    fn pop(&mut self) -> Option<E> {
        self.heap.pop().map(|Reverse(entry)| entry.event)
    }

    fn len(&self) -> usize {
        self.heap.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What any list must do: give back every event, sorted by time, ties in the order they were added.
    fn drain(mut list: impl EventList<usize>, times: &[u64]) -> Vec<(u64, usize)> {
        for (event, &nanos) in times.iter().enumerate() {
            list.add(Time::from_nanos(nanos), event);
        }
        let mut out = Vec::new();
        let mut due = Vec::new();
        while !list.is_empty() {
            let now = list.next();
            list.take(now, &mut due);
            out.extend(due.drain(..).map(|event| (now.nanos(), event)));
        }
        out
    }

    proptest! {
        #[test]
        fn events_come_out_by_time_and_then_in_the_order_they_went_in(
            times in prop::collection::vec(prop_oneof![0u64..5, 0..u64::MAX, u64::MAX - 3..u64::MAX], 0..200),
        ) {
            let mut expected: Vec<_> = times.iter().copied().zip(0..).collect();
            expected.sort();
            prop_assert_eq!(drain(Heap::default(), &times), expected);
        }
    }

    #[test]
    fn an_empty_list_has_nothing_ever() {
        assert_eq!(Heap::<()>::default().next(), Time::NEVER);
    }
}
