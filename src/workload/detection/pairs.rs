//! A set of ordered pairs of nodes, a bit for each.

use crate::bits::{self, Bits};

/// A set of ordered pairs of nodes; rows are the first of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Pairs {
    nodes: usize,
    /// Of a row.
    words: usize,
    bits: Bits,
}

impl Pairs {
    /// The empty set of pairs of so many nodes. Where memory is short, this unwinds to
    /// [`memory::catch`](crate::memory::catch).
    pub(super) fn new(nodes: usize) -> Self {
        let words = nodes.div_ceil(64);
        Pairs { nodes, words, bits: Bits::new(nodes * words * 64) }
    }

    /// The bytes that the pairs of so many nodes take.
    pub(super) fn bytes(nodes: u64) -> u64 {
        nodes.saturating_mul(nodes.div_ceil(64).saturating_mul(8))
    }

    fn place(&self, row: usize, column: usize) -> usize {
        row * self.words * 64 + column
    }

    /// Whether the pair is in the set.
    #[inline]
    pub(super) fn contains(&self, row: usize, column: usize) -> bool {
        self.bits.contains(self.place(row, column))
    }

    /// Adds the pair; whether it was not there before.
    #[inline]
    pub(super) fn insert(&mut self, row: usize, column: usize) -> bool {
        self.bits.insert(self.place(row, column))
    }

    /// Takes the pair out; whether it was there.
    #[inline]
    pub(super) fn remove(&mut self, row: usize, column: usize) -> bool {
        self.bits.remove(self.place(row, column))
    }

    /// The second of all pairs whose first is `row`, ascending.
    pub(super) fn row(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        bits::members(&self.bits.words()[row * self.words..][..self.words])
    }

    /// The first of all pairs whose second is `column`, ascending.
    pub(super) fn column(&self, column: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.nodes).filter(move |&row| self.contains(row, column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_columns_hold_what_was_added() {
        let mut pairs = Pairs::new(70);
        for (row, column) in [(0, 69), (69, 0), (69, 64), (3, 64)] {
            assert!(pairs.insert(row, column) && !pairs.insert(row, column));
        }
        assert!(pairs.remove(69, 0) && !pairs.remove(69, 0));
        assert_eq!(pairs.row(69).collect::<Vec<_>>(), [64]);
        assert_eq!(pairs.column(64).collect::<Vec<_>>(), [3, 69]);
        assert_eq!((pairs.row(1).count(), pairs.column(69).count()), (0, 1));
        assert_eq!(Pairs::bytes(10_000), 12_560_000);
    }
}
