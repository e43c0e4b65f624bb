//! A stable sort for instants that lie about evenly in a known range.

use super::slot::Entry;

/// How uneven is too uneven: the mean number of events a cell holds, as seen by an event.
const CROWD: u64 = 8;

/// Sorts the `count` events of `chunks` into `sorted`, by the low `width` bits (1 to 32) of their instants, which share
/// all others; ties stay as they stand.
///
/// One counting pass on the leading bits puts every event into a cell of its own or nearly so; insertion does the
/// rest. Where the instants crowd into few cells that would be quadratic, and the standard library's sort takes over.
pub(super) fn sort<'a, E: Copy + 'a>(
    chunks: impl Iterator<Item = &'a [Entry<E>]> + Clone,
    count: usize,
    width: u32,
    sorted: &mut Vec<Entry<E>>,
    cells: &mut Vec<u32>,
) {
    let entries = || chunks.clone().flatten();
    let bits = (count.ilog2().max(1)).min(width);
    let mask = u32::MAX >> (32 - width);
    let cell = |low: u32| ((low & mask) >> (width - bits)) as usize;
    cells.clear();
    cells.resize(1 << bits, 0);
    chunks.clone().for_each(|chunk| chunk.iter().for_each(|&(low, _)| cells[cell(low)] += 1));
    let crowd = starts(cells);
    if crowd > CROWD * count as u64 {
        sorted.clear();
        sorted.extend(entries());
        sorted.sort_by_key(|&(low, _)| low);
        return;
    }
    // What stands in `sorted` is overwritten: it only has to be as long.
    if let Some(&filler) = entries().next() {
        sorted.resize(count, filler);
    }
    for chunk in chunks {
        for entry in chunk {
            let place = &mut cells[cell(entry.0)];
            sorted[*place as usize] = *entry;
            *place += 1;
        }
    }
    insert(sorted);
}

/// Turns the number of events in each cell into the place of its first; gives the sum of their squares.
fn starts(cells: &mut [u32]) -> u64 {
    let (mut place, mut crowd) = (0, 0);
    for cell in cells {
        let count = std::mem::replace(cell, place);
        place += count;
        // At most 2^14 events have at most 2^28 pairs.
        crowd += u64::from(count) * u64::from(count);
    }
    crowd
}

/// Insertion sort, stable; fast where everything is nearly in place.
fn insert<E: Copy>(sorted: &mut [Entry<E>]) {
    for next in 1..sorted.len() {
        if sorted[next - 1].0 <= sorted[next].0 {
            continue;
        }
        let entry = sorted[next];
        let mut place = next;
        while place > 0 && sorted[place - 1].0 > entry.0 {
            sorted[place] = sorted[place - 1];
            place -= 1;
        }
        sorted[place] = entry;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_like_the_standard_library_however_the_instants_crowd(
            lows in prop::collection::vec(prop_oneof![0u32..4, any::<u32>(), 1000u32..2000], 1..300),
            width in 1u32..=32,
            cut in 0usize..300,
        ) {
            let mask = u32::MAX >> (32 - width);
            let entries: Vec<Entry<usize>> = lows.iter().map(|low| low & mask).zip(0..).collect();
            let (first, second) = entries.split_at(cut.min(entries.len()));
            let (mut sorted, mut cells) = (Vec::new(), Vec::new());
            sort([first, second].into_iter(), entries.len(), width, &mut sorted, &mut cells);
            let mut expected = entries.clone();
            expected.sort();
            prop_assert_eq!(sorted, expected);
        }
    }
}
