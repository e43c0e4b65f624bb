//! Addressed randomness: a draw is looked up by what it decides, never taken in turn.
//!
//! A sequence hands out numbers in the order they are asked for, so one lost message would shift every later
//! decision. A [`Field`] holds a number at every address instead: the number that picks the peer of node 7 in its
//! third turn is the same whatever happened before. Two runs that differ only in their loss rate therefore share
//! every other decision, and neither threads nor the order of events can reach a result.
//!
//! [`Chance`] names one run's share of randomness by (seed, nodes, replicate) and gives each [`Purpose`] a ChaCha8
//! stream of its own: set-up work whose order is fixed (graphs, phases) draws from the stream; everything drawn
//! while events run is looked up in a field keyed by it.

mod uses;

pub use uses::Use;

use rand::SeedableRng;
use rand::rand_core::Rng;
use rand_chacha::ChaCha8Rng;

/// What a draw is for. The numbers are part of every result: never reuse or change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Which nodes are neighbours.
    Topology = 1,
    /// When each node has its first turn, and the gaps of Poisson clocks.
    Clock = 2,
    /// Whom a node contacts.
    Peers = 3,
    /// Whether a message is lost.
    Loss = 4,
    /// How long a message travels.
    Latency = 5,
    /// The coins of the protocol itself.
    Protocol = 6,
    /// Where and when updates start.
    Workload = 7,
    /// Which nodes crash, recover and leave, and how a network is partitioned.
    Faults = 8,
    /// Whom nodes know who keep partial views.
    Overlay = 9,
    /// Which nodes do not do their part.
    Adversaries = 10,
    /// Which nodes have which bandwidth.
    Bandwidth = 11,
}

/// One run's share of randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chance {
    /// The scenario's seed.
    pub seed: u64,
    /// The number of nodes: different sizes are independent.
    pub nodes: u32,
    /// The replicate, from 0.
    pub replicate: u64,
}

impl Chance {
    /// The stream of `purpose`: ChaCha8 whose 256-bit key is (seed, nodes, replicate, purpose).
    pub fn stream(&self, purpose: Purpose) -> ChaCha8Rng {
        let mut key = [0; 32];
        let words = [self.seed, u64::from(self.nodes), self.replicate, purpose as u64];
        for (bytes, word) in key.chunks_exact_mut(8).zip(words) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        ChaCha8Rng::from_seed(key)
    }

    /// The field of `purpose`, keyed by its stream.
    pub fn field(&self, purpose: Purpose) -> Field {
        Field::new(&mut self.stream(purpose))
    }
}

/// A number at every address.
///
/// An address is three words: usually who, when, and which of several. The mix multiplies to 128 bits, folds and
/// finishes with SplitMix64 (Steele, Lea, Flood 2014), under 192 bits of key; `tests/randomness.rs` holds it to
/// uniformity, avalanche and independence along each word.
#[derive(Clone, Debug)]
pub struct Field {
    key: [u64; 3],
}

impl Field {
    /// A field keyed by the next 192 bits of `stream`.
    pub fn new(stream: &mut ChaCha8Rng) -> Self {
        Field { key: std::array::from_fn(|_| stream.next_u64()) }
    }

    /// The number at (`who`, `when`, `which`), uniform over all 64-bit numbers.
    #[inline(always)]
    pub fn at(&self, who: u64, when: u64, which: u64) -> u64 {
        Self::mix(self.fold(who, when), which)
    }

    /// What the draws at (`who`, `when`) have in common: [`Field::mix`] makes them of it.
    #[inline(always)]
    pub(crate) fn fold(&self, who: u64, when: u64) -> u64 {
        let product = u128::from(who ^ self.key[0]) * u128::from(when ^ self.key[1]);
        product as u64 ^ (product >> 64) as u64 ^ self.key[2]
    }

    /// The draw `which` of those that are `folded`.
    #[inline(always)]
    pub(crate) fn mix(folded: u64, which: u64) -> u64 {
        // Golden-ratio steps along `which`: from here on it is SplitMix64. A weaker ending will not do: with the
        // steps of a single multiplication the three legs of one exchange were pairwise independent but not all
        // three together (seed 1, two nodes, loss 1/2, push-pull by digest: 3.178 rounds instead of 32/11).
        let stepped = folded.wrapping_add(which.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mixed = (stepped ^ stepped >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `bound` at an address, exactly uniform (Lemire's multiply-shift with rejection; a rejected
    /// number is replaced by the one at the same address with the attempt in the top bits of `which`, which must
    /// stay below 2^48).
    ///
    /// # Panics
    /// Never for `bound` > 0; a bound of 0 has no number below it, and gives 0.
    #[inline(always)]
    pub fn below(&self, bound: u32, who: u64, when: u64, which: u64) -> u32 {
        let product = u128::from(self.at(who, when, which)) * u128::from(bound);
        // True in all but `bound` of 2^64 cases, and then the number is not one too many.
        if product as u64 >= u64::from(bound) {
            return (product >> 64) as u32;
        }
        self.below_at_last(bound, who, when, which)
    }

    /// A number below `bound` at an address, exactly uniform among those it gives: the same as [`Field::below`], but
    /// `None` in less than `bound` of 2^64 cases, for whoever goes on to another address anyway. `None` for a bound
    /// of 0.
    pub fn try_below(&self, bound: u64, who: u64, when: u64, which: u64) -> Option<u64> {
        let product = u128::from(self.at(who, when, which)) * u128::from(bound);
        let low = product as u64;
        (bound > 0 && (low >= bound || low >= bound.wrapping_neg() % bound)).then_some((product >> 64) as u64)
    }

    /// A number below `bound` at an address, exactly uniform, for bounds that need not fit in 32 bits; see
    /// [`Field::below`], which gives the same numbers for smaller ones. 0 for a bound of 0.
    pub fn below_wide(&self, bound: u64, who: u64, when: u64, which: u64) -> u64 {
        let attempts = (0..1 << 16).map(|attempt: u64| self.try_below(bound, who, when, which | attempt << 48));
        // No bound rejects as much as half of the numbers: none of 2^16 attempts fails to be right.
        attempts.flatten().next().unwrap_or_default()
    }

    #[cold]
    #[inline(never)]
    fn below_at_last(&self, bound: u32, who: u64, when: u64, which: u64) -> u32 {
        let mut attempt = 0;
        loop {
            let product = u128::from(self.at(who, when, which | attempt << 48)) * u128::from(bound);
            if product as u64 >= rejected(bound) {
                return (product >> 64) as u32;
            }
            attempt += 1;
        }
    }
}

/// How many of the 64-bit numbers are one too many for an equal share of each number below `bound`.
fn rejected(bound: u32) -> u64 {
    match bound {
        0 => 0,
        bound => u64::from(bound).wrapping_neg() % u64::from(bound),
    }
}

/// A number below `bound` from a stream, exactly uniform. `bound` must not be 0 (0 gives 0).
pub fn below(stream: &mut ChaCha8Rng, bound: u64) -> u64 {
    loop {
        let product = u128::from(stream.next_u64()) * u128::from(bound);
        let low = product as u64;
        if low >= bound || bound == 0 || low >= bound.wrapping_neg() % bound {
            return (product >> 64) as u64;
        }
    }
}

/// A draw as a fraction strictly between 0 and 1, on a grid of 2^-53.
#[inline]
pub fn fraction(number: u64) -> f64 {
    ((number >> 12) as f64 + 0.5) * (1.0 / 4_503_599_627_370_496.0)
}

/// A chance that is looked up only if somebody asks for it.
#[derive(Clone, Copy, Debug)]
pub struct Draw<'a> {
    field: &'a Field,
    who: u64,
    when: u64,
}

impl<'a> Draw<'a> {
    /// The draw of `field` for (`who`, `when`).
    #[inline]
    pub fn new(field: &'a Field, who: u64, when: u64) -> Self {
        Draw { field, who, when }
    }

    /// A number below `bound`, exactly uniform.
    #[inline]
    pub fn below(self, bound: u32) -> u32 {
        self.field.below(bound, self.who, self.when, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_part_of_the_contract() {
        // Value stability: these literals were printed by the first release and must never change.
        let chance = Chance { seed: 1, nodes: 1024, replicate: 0 };
        let field = chance.field(Purpose::Peers);
        assert_eq!(
            [field.at(0, 0, 0), field.at(7, 3, 0), field.at(7, 3, 1), u64::from(field.below(1000, 5, 5, 0))],
            STABLE
        );
    }
    const STABLE: [u64; 4] = [10366017798128943261, 11965643946192147132, 15890887622171660818, 699];

    #[test]
    fn every_part_of_the_name_of_a_run_changes_its_field() {
        let base = Chance { seed: 1, nodes: 64, replicate: 0 };
        let others = [Chance { seed: 2, ..base }, Chance { nodes: 65, ..base }, Chance { replicate: 1, ..base }];
        let first = base.field(Purpose::Loss).at(1, 2, 3);
        for other in others {
            assert_ne!(first, other.field(Purpose::Loss).at(1, 2, 3), "{other:?}");
        }
        assert_ne!(first, base.field(Purpose::Latency).at(1, 2, 3));
    }

    #[test]
    fn below_stays_below_and_reaches_every_number() {
        let field = Chance { seed: 3, nodes: 2, replicate: 0 }.field(Purpose::Peers);
        let mut seen = [0u32; 7];
        for when in 0..700 {
            seen[field.below(7, 0, when, 0) as usize] += 1;
        }
        assert!(seen.iter().all(|&count| count > 0), "{seen:?}");
        assert_eq!(field.below(1, 4, 4, 4), 0);
    }

    #[test]
    fn an_attempt_to_stay_below_gives_the_same_number_or_none() {
        let field = Chance { seed: 3, nodes: 2, replicate: 0 }.field(Purpose::Peers);
        for when in 0..100 {
            assert_eq!(field.try_below(9, 0, when, 0), Some(field.below(9, 0, when, 0).into()));
            assert_eq!(field.below_wide(9, 0, when, 0), u64::from(field.below(9, 0, when, 0)));
            assert!(field.below_wide((1 << 63) + 1, 0, when, 0) <= 1 << 63);
        }
        // All numbers but one stay below 2^64 - 1, and hardly more than half of them are kept for 2^63 + 1.
        let kept = |bound| (0..1000).filter(|&when| field.try_below(bound, 0, when, 0).is_some()).count();
        assert_eq!([kept(u64::MAX), kept(0)], [1000, 0]);
        assert!((500 - 64..=500 + 64).contains(&kept((1 << 63) + 1)), "4 standard deviations: {}", kept((1 << 63) + 1));
    }

    #[test]
    fn fractions_are_strictly_inside() {
        assert!(fraction(0) > 0.0 && fraction(u64::MAX) < 1.0);
    }
}
