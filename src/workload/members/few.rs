//! A list of mostly few items, which then lie in place: nothing is allocated for them.

/// A list whose first `N` items lie in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Few<T, const N: usize> {
    first: [T; N],
    /// How many of those in place are taken.
    taken: u8,
    /// The others.
    rest: Vec<T>,
}

impl<T: Copy + Default, const N: usize> Default for Few<T, N> {
    fn default() -> Self {
        Few { first: [T::default(); N], taken: 0, rest: Vec::new() }
    }
}

impl<T: Copy, const N: usize> Few<T, N> {
    /// Appends an item.
    #[inline]
    pub fn push(&mut self, item: T) {
        match self.first.get_mut(usize::from(self.taken)) {
            Some(place) => {
                *place = item;
                self.taken += 1;
            }
            None => self.rest.push(item),
        }
    }

    /// Takes out the item at a place, which the last one takes.
    pub fn swap_remove(&mut self, place: usize) -> Option<T> {
        let last = match self.rest.pop() {
            Some(last) => last,
            None => {
                self.taken = self.taken.checked_sub(1)?;
                self.first[usize::from(self.taken)]
            }
        };
        let taken = usize::from(self.taken);
        let item = match place.checked_sub(N) {
            Some(beyond) => self.rest.get_mut(beyond),
            None => self.first[..taken].get_mut(place),
        };
        Some(item.map_or(last, |item| std::mem::replace(item, last)))
    }

    /// How many there are.
    #[inline]
    pub fn len(&self) -> usize {
        usize::from(self.taken) + self.rest.len()
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.taken == 0
    }

    /// The items, in their order.
    #[inline]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = T> + '_ {
        self.first[..usize::from(self.taken)].iter().chain(&self.rest).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_come_back_in_their_order_however_many_there_are() {
        for count in 0..9_u32 {
            let mut few = Few::<u32, 4>::default();
            (0..count).for_each(|item| few.push(item));
            assert_eq!((few.len(), few.is_empty()), (count as usize, count == 0));
            assert!(few.iter().eq(0..count) && few.iter().rev().eq((0..count).rev()));
            let mut list: Vec<u32> = (0..count).collect();
            for place in [3, 0, 4, 1] {
                let taken = (place < list.len()).then(|| list.swap_remove(place));
                if taken.is_some() {
                    assert_eq!(few.swap_remove(place), taken);
                }
            }
            assert!(few.iter().eq(list));
        }
    }
}
