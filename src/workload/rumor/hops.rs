//! Over how many hops an update came to the nodes.

/// Over how many hops nodes were told the update.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hops {
    /// The most.
    pub most: u32,
    /// The sum over all that learned it.
    pub sum: u64,
    /// How many learned it.
    pub learned: u64,
}

impl Hops {
    /// One more node has learned the update over so many hops.
    pub(super) fn add(&mut self, hops: u32) {
        self.most = self.most.max(hops);
        self.sum += u64::from(hops);
        self.learned += 1;
    }

    /// The mean over all that learned it, if any did.
    pub fn mean(&self) -> Option<f64> {
        (self.learned > 0).then(|| self.sum as f64 / self.learned as f64)
    }
}
