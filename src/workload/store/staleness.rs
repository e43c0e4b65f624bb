//! How stale what nodes show is, over all of their keys at one instant.

use super::protocol::Store;
use crate::engine::View;
use crate::time::{Span, Time};

/// How stale what live nodes show is at one instant, where all keys are alike.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Staleness {
    /// Keys of which a node does not show what the last write says, in the mean over live nodes.
    pub stale: f64,
    /// How many writes a node misses, in the mean over live nodes and keys.
    pub lag: f64,
    /// The longest that a write which a node misses has been there.
    pub longest: Span,
}

impl Staleness {
    /// The same where it does not matter how long anything is missed.
    pub fn of(view: &View<'_, Store>) -> Option<Self> {
        Self::at(view, Time::NEVER)
    }

    /// That at `now`, before anything happens then, if any node is live.
    pub fn at(view: &View<'_, Store>, now: Time) -> Option<Self> {
        let (mut stale, mut lag, mut longest) = (0_u64, 0_u64, Span::ZERO);
        let keys = view.counts.histories.len();
        let latest: Vec<_> = view.counts.histories.iter().map(|history| history.latest()).collect();
        let live = view.states.iter().enumerate().filter(|&(node, _)| view.is_up(node));
        for (_, replica) in live {
            for (key, (held, latest)) in (0..).zip(replica.versions.iter().zip(&latest)) {
                if held == latest {
                    continue;
                }
                if let Some((span, missed)) = view.counts.staleness(replica, key, now) {
                    stale += 1;
                    lag += u64::from(missed);
                    longest = longest.max(span);
                }
            }
        }
        let share = |part: u64, whole: u64| part as f64 / whole as f64;
        (view.live > 0).then(|| Staleness {
            stale: share(stale, view.live),
            lag: share(lag, view.live * keys as u64),
            longest,
        })
    }
}
