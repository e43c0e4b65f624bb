//! Reading on in a list, around and around.

/// Appends the `fanout` places that turn `turn` reads in a list of `degree`, where turn 0 began at `start` and each
/// turn goes on where the one before it ended; all places where `fanout` is at least `degree`.
#[inline]
pub(super) fn read_on(start: u32, turn: u64, degree: u32, fanout: u32, picks: &mut Vec<u32>) {
    if fanout >= degree {
        picks.extend(0..degree);
        return;
    }
    // Both factors are below 2^32, so nothing overflows. A degree of 0 went with the fanouts that take them all.
    let (degree, fanout) = (u64::from(degree), u64::from(fanout));
    let mut place = (turn % degree * fanout + u64::from(start)) % degree;
    for _ in 0..fanout {
        picks.push(place as u32);
        place += 1;
        if place == degree {
            place = 0;
        }
    }
}
