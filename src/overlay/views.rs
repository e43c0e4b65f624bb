//! The views of all nodes, in three arrays.

use crate::memory;

/// Another node that a node knows, and for how many cycles that has been known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) peer: u32,
    pub(super) age: u16,
}

/// Whom every node knows: up to so many others each, in no order.
#[derive(Clone, Debug)]
pub(super) struct Views {
    /// Places in each view.
    room: usize,
    peers: Vec<u32>,
    ages: Vec<u16>,
    /// How many places of each view are taken, the first ones.
    taken: Vec<u16>,
}

/// Bytes that the views of `nodes` nodes take, with room for `room` others each.
pub(super) fn bytes(nodes: u32, room: u32) -> u64 {
    u64::from(nodes) * (6 * u64::from(room) + 2)
}

impl Views {
    /// The views of `nodes` nodes that know nobody.
    pub(super) fn empty(nodes: u32, room: u32) -> Self {
        let places = nodes as usize * room as usize;
        memory::or_unwind(memory::ask(bytes(nodes, room)));
        Views { room: room as usize, peers: vec![0; places], ages: vec![0; places], taken: vec![0; nodes as usize] }
    }

    pub(super) fn nodes(&self) -> u32 {
        self.taken.len() as u32
    }

    pub(super) fn room(&self) -> usize {
        self.room
    }

    /// Whom `node` knows.
    pub(super) fn of(&self, node: usize) -> &[u32] {
        &self.peers[node * self.room..][..self.taken[node].into()]
    }

    pub(super) fn len(&self, node: usize) -> usize {
        self.taken[node].into()
    }

    pub(super) fn entry(&self, node: usize, place: usize) -> Entry {
        let place = node * self.room + place;
        Entry { peer: self.peers[place], age: self.ages[place] }
    }

    /// Puts `entry` into a place that is taken already.
    pub(super) fn put(&mut self, node: usize, place: usize, entry: Entry) {
        let place = node * self.room + place;
        (self.peers[place], self.ages[place]) = (entry.peer, entry.age);
    }

    /// Adds `entry`, for which there must be room.
    pub(super) fn push(&mut self, node: usize, entry: Entry) {
        let place = self.len(node);
        debug_assert!(place < self.room, "a view is full");
        self.taken[node] += 1;
        self.put(node, place, entry);
    }

    pub(super) fn swap(&mut self, node: usize, one: usize, other: usize) {
        let first = node * self.room;
        self.peers.swap(first + one, first + other);
        self.ages.swap(first + one, first + other);
    }

    /// Takes out the entry in `place`, which the last one then has.
    pub(super) fn remove(&mut self, node: usize, place: usize) {
        let last = self.len(node) - 1;
        self.swap(node, place, last);
        self.taken[node] -= 1;
    }

    /// All that `node` knows is a cycle older.
    pub(super) fn grow_older(&mut self, node: usize) {
        let first = node * self.room;
        let ages = &mut self.ages[first..][..self.taken[node].into()];
        ages.iter_mut().for_each(|age| *age = age.saturating_add(1));
    }

    /// The place of the oldest that `node` knows, the first of several; it knows somebody.
    pub(super) fn oldest(&self, node: usize) -> usize {
        let first = node * self.room;
        let ages = &self.ages[first..][..self.taken[node].into()];
        let most = ages.iter().copied().max().unwrap_or(0);
        ages.iter().position(|&age| age == most).unwrap_or(0)
    }
}
