//! Lists of columns that are put together when the program is built.

use super::Column;

/// Two lists of columns as one, whose length is the sum of theirs.
pub const fn joined<M: 'static, const A: usize, const B: usize, const BOTH: usize>(
    first: [Column<M>; A],
    second: [Column<M>; B],
) -> [Column<M>; BOTH] {
    assert!(A + B == BOTH && A > 0);
    let mut both = [first[0]; BOTH];
    let mut place = 1;
    while place < BOTH {
        both[place] = if place < A { first[place] } else { second[place - A] };
        place += 1;
    }
    both
}
