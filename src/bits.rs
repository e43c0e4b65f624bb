//! Sets of whole numbers, a bit for each.

use crate::memory;

/// The places of the bits of `word` that are set, the lowest first.
#[inline(always)]
pub fn ones(word: u64) -> impl Iterator<Item = u32> {
    std::iter::successors(Some(word), |rest| Some(rest & rest.wrapping_sub(1)))
        .take_while(|rest| *rest != 0)
        .map(u64::trailing_zeros)
}

/// The numbers in `words`, 64 of them a word, ascending.
#[inline]
pub fn members(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().zip(0..).flat_map(|(&word, block)| ones(word).map(move |bit| block * 64 + bit as usize))
}

/// A set of numbers below a bound. Where memory is short, making one unwinds to [`memory::catch`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// The empty set of numbers below `bound`.
    pub fn new(bound: usize) -> Self {
        let words = bound.div_ceil(64);
        Bits { words: memory::or_unwind(memory::having(memory::bytes_of::<u64>(words), || vec![0; words])) }
    }

    /// Whether `number`, which must be below the bound, is in the set.
    #[inline]
    pub fn contains(&self, number: usize) -> bool {
        self.words[number / 64] >> (number % 64) & 1 == 1
    }

    /// Adds `number`, which must be below the bound; whether it was not there before.
    #[inline]
    pub fn insert(&mut self, number: usize) -> bool {
        let word = &mut self.words[number / 64];
        let before = *word;
        *word |= 1 << (number % 64);
        *word != before
    }

    /// Takes `number`, which must be below the bound, out; whether it was there.
    #[inline]
    pub fn remove(&mut self, number: usize) -> bool {
        let word = &mut self.words[number / 64];
        let before = *word;
        *word &= !(1 << (number % 64));
        *word != before
    }

    /// Empties the set and gives it another bound; its memory is used again.
    pub fn reset(&mut self, bound: usize) {
        self.words.clear();
        memory::or_unwind(memory::reserve(&mut self.words, bound.div_ceil(64)));
        self.words.resize(bound.div_ceil(64), 0);
    }

    /// The set may have numbers up to some bound, which is `bound` or more, from now on; none is taken out.
    pub fn widen(&mut self, bound: usize) {
        let words = bound.div_ceil(64);
        if words > self.words.len() {
            let more = words - self.words.len();
            memory::or_unwind(memory::reserve(&mut self.words, more));
            self.words.resize(words, 0);
        }
    }

    /// Whether `number`, which may be beyond the bound, is in the set.
    pub fn has(&self, number: usize) -> bool {
        self.words.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// The bits, 64 numbers a word, the least in the lowest bit.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        std::mem::size_of_val(self.words.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_added_and_not_taken_out() {
        let mut bits = Bits::new(130);
        assert!(bits.insert(0) && bits.insert(64) && bits.insert(129) && !bits.insert(64));
        assert!(bits.remove(0) && !bits.remove(0));
        let held: Vec<usize> = (0..130).filter(|&number| bits.contains(number)).collect();
        assert_eq!((&held, bits.words()), (&vec![64, 129], &[0, 1, 2][..]));
        assert_eq!(members(bits.words()).collect::<Vec<_>>(), held);
        bits.reset(65);
        assert_eq!(bits, Bits::new(65));
    }
}
