//! Quantiles of the sum of two delays that are drawn on their own.

use std::sync::{Arc, OnceLock};

use crate::time::Span;

/// So many quantiles of each of the two are summed.
const STEPS: u64 = 64;

/// The sums of quantiles of two delays, in ascending order, once they are asked for; shared by clones.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums(Arc<OnceLock<Box<[Span]>>>);

impl Sums {
    /// The quantile of the sum of two delays with these quantiles, to the nearest of the sums of some of them; the least for the
    /// draw 0.
    pub(super) fn quantile(&self, draw: u64, one: impl Fn(u64) -> Span, other: impl Fn(u64) -> Span) -> Span {
        if draw == 0 {
            return one(0) + other(0);
        }
        let sums = self.0.get_or_init(|| {
            let width = u64::MAX / STEPS;
            let middles = || (0..STEPS).map(|step| step * width + width / 2);
            let others: Vec<Span> = middles().map(other).collect();
            let ones = middles().map(one);
            let mut sums: Vec<Span> = ones.flat_map(|one| others.iter().map(move |other| one + *other)).collect();
            sums.sort_unstable();
            sums.into()
        });
        sums[((u128::from(draw) * sums.len() as u128) >> 64) as usize]
    }
}

/// What follows from the settings of a law cannot make two laws differ.
impl PartialEq for Sums {
    fn eq(&self, _: &Sums) -> bool {
        true
    }
}
