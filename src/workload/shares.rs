//! How long it takes until shares of the live nodes know of something.

use crate::engine::Course;
use crate::time::{Span, Time};

/// The shares, in percent.
pub(super) const SHARES: [u64; 3] = Course::SHARES;

/// How long it took until each of [`SHARES`] knew for the first time, if it did.
pub(super) type Reached = [Option<Span>; SHARES.len()];

/// `knowing` of `all` nodes know at `now` of what there has been since `since`.
pub(super) fn reach(reached: &mut Reached, [knowing, all]: [u64; 2], [since, now]: [Time; 2]) {
    for (share, reached) in SHARES.into_iter().zip(reached) {
        if knowing * 100 >= all * share {
            reached.get_or_insert(Span::from_nanos(now.nanos() - since.nanos()));
        }
    }
}
