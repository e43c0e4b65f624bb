//! What the tests of all rules share.

use super::NetworkView;
use crate::random::{Chance, Field, Purpose};
use crate::units::NodeId;

/// Lists of neighbours, in regions that are as far apart as their numbers.
#[derive(Clone)]
pub(super) struct Lists {
    lists: Vec<Vec<u32>>,
    regions: Vec<usize>,
    sizes: Vec<u32>,
    complete: bool,
}

impl Lists {
    pub(super) fn new(lists: &[&[u32]]) -> Self {
        let lists: Vec<Vec<u32>> = lists.iter().map(|list| list.to_vec()).collect();
        let (regions, sizes) = (vec![0; lists.len()], vec![lists.len() as u32]);
        Lists { lists, regions, sizes, complete: false }
    }

    pub(super) fn in_regions(self, regions: &[usize]) -> Self {
        let count = |region| regions.iter().filter(|other| **other == region).count() as u32;
        let sizes = (0..=*regions.iter().max().unwrap()).map(count).collect();
        Lists { regions: regions.to_vec(), sizes, ..self }
    }

    /// The same, which are those of a complete graph.
    pub(super) fn complete(self) -> Self {
        Lists { complete: true, ..self }
    }
}

impl NetworkView for Lists {
    fn nodes(&self) -> u32 {
        self.lists.len() as u32
    }

    fn is_complete(&self) -> bool {
        self.complete
    }

    fn degree(&self, node: NodeId) -> u32 {
        self.lists[node.index()].len() as u32
    }

    fn neighbor(&self, node: NodeId, index: u32) -> NodeId {
        assert!(!self.complete, "lists of a complete graph need not be looked at");
        NodeId::new(self.lists[node.index()][index as usize])
    }

    /// Whoever has a greater number weighs more.
    fn weight(&self, from: NodeId, to: NodeId) -> Option<f64> {
        Some(f64::from(1 + from.number() + 2 * to.number()))
    }

    fn find(&self, name: &str) -> Option<NodeId> {
        name.parse().ok().map(NodeId::new)
    }

    fn region(&self, node: NodeId) -> usize {
        self.regions[node.index()]
    }

    fn sizes(&self) -> &[u32] {
        &self.sizes
    }

    fn round_trip(&self, one: usize, other: usize) -> f64 {
        one.abs_diff(other) as f64
    }
}

/// A field to choose from.
pub(super) fn choices(seed: u64) -> Field {
    Chance { seed, nodes: 2, replicate: 0 }.field(Purpose::Peers)
}

/// How many standard deviations Pearson's chi-square of `counts` against equal shares lies from its mean.
pub(super) fn z_of_equal_shares(counts: &[u32]) -> f64 {
    z_of_shares(counts, &vec![1.0 / counts.len() as f64; counts.len()])
}

/// The same against any `shares`. What cannot be must not be counted; all else must be expected often enough.
pub(super) fn z_of_shares(counts: &[u32], shares: &[f64]) -> f64 {
    let total: f64 = counts.iter().map(|&count| f64::from(count)).sum();
    assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "shares add up to 1: {shares:?}");
    let (mut chi_square, mut freedom) = (0.0, -1.0);
    for (&count, share) in counts.iter().zip(shares) {
        let (count, expected) = (f64::from(count), share * total);
        assert!(*share > 0.0 || count == 0.0, "{count} of what cannot be");
        if *share > 0.0 {
            assert!(expected >= 5.0, "{expected} are too few");
            chi_square += (count - expected) * (count - expected) / expected;
            freedom += 1.0;
        }
    }
    (chi_square - freedom) / (2.0 * f64::max(freedom, 1.0)).sqrt()
}

/// A number of its own for each sequence of distinct numbers below `base`.
pub(super) fn rank(picks: &[u32], base: u32) -> usize {
    let digits = picks.iter().enumerate().map(|(place, &pick)| {
        let passed = picks[..place].iter().filter(|&&other| other < pick).count();
        (base as usize - place, pick as usize - passed)
    });
    digits.fold(0, |rank, (choices, digit)| rank * choices + digit)
}
