//! Shuffling what is larger than a cache.

use std::hint::black_box;

use rand_chacha::ChaCha8Rng;

use crate::random::below;

/// So many places are drawn at once, and their items read ahead: the swaps have to wait for one another, but not the
/// cache misses.
const BATCH: usize = 128;

/// Shuffles `items` in place, every order equally likely (Fisher and Yates).
pub(super) fn shuffle(stream: &mut ChaCha8Rng, items: &mut [u32]) {
    let mut others = [0; BATCH];
    let mut end = items.len();
    while end > 1 {
        let lasts = (end.saturating_sub(BATCH).max(1)..end).rev();
        let others = &mut others[..lasts.len()];
        for (other, last) in others.iter_mut().zip(lasts.clone()) {
            *other = below(stream, last as u64 + 1) as usize;
        }
        others.iter().for_each(|&other| _ = black_box(items[other]));
        end -= others.len();
        for (&other, last) in others.iter().zip(lasts) {
            items.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Chance, Purpose};

    #[test]
    fn the_order_is_the_one_that_swaps_in_turn_would_give() {
        for count in [0, 1, 2, 3, 127, 128, 129, 130, 256, 257, 1000] {
            let stream = || Chance { seed: 1, nodes: 2, replicate: 0 }.stream(Purpose::Topology);
            let [mut ahead, mut in_turn] = [(); 2].map(|()| Vec::from_iter(0..count));
            let [mut one, mut other] = [stream(), stream()];
            shuffle(&mut one, &mut ahead);
            for last in (1..in_turn.len()).rev() {
                in_turn.swap(last, below(&mut other, last as u64 + 1) as usize);
            }
            assert_eq!(ahead, in_turn);
            assert_eq!(one, other, "both have drawn as much");
        }
    }
}
