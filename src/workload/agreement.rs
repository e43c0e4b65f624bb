//! Whether all nodes have the same, known at every instant from two sums over the hashes of what they have.

/// The hashes of what live nodes have, in sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Hashes {
    sum: u128,
    squares: u128,
}

impl Hashes {
    /// With the hash of one more node.
    pub(super) fn with(self, hash: u64) -> Self {
        let hash = u128::from(hash);
        Hashes { sum: self.sum.wrapping_add(hash), squares: self.squares.wrapping_add(hash * hash) }
    }

    /// Without that of one of them.
    pub(super) fn without(self, hash: u64) -> Self {
        let hash = u128::from(hash);
        Hashes { sum: self.sum.wrapping_sub(hash), squares: self.squares.wrapping_sub(hash * hash) }
    }

    /// Whether all of `live` nodes have the same.
    ///
    /// With h the hashes, n times the sum of h^2 less the square of the sum of h is the sum of the squares of the
    /// differences of all pairs: 0 where all are alike, and by a chance of about 2^-64 where they are not.
    pub(super) fn agree(self, live: u64) -> bool {
        self.squares.wrapping_mul(live.into()) == self.sum.wrapping_mul(self.sum)
    }
}
