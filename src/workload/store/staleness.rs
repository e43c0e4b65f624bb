//! How stale what nodes show is, over all of their keys at one instant.

use super::counts::missed_for;
use super::history::Write;
use super::protocol::Store;
use crate::bits::ones;
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
    /// The same where it does not matter how long anything is missed, for which 0 stands.
    pub fn of(view: &View<'_, Store>) -> Option<Self> {
        let Some([stale, missed]) = view.counts.behind() else { return Self::sum(view, |_| Span::ZERO) };
        let counted = Self::of_sums(view, stale, missed, Span::ZERO);
        debug_assert_eq!(counted, Self::sum(view, |_| Span::ZERO), "what is counted as it changes is what there is");
        counted
    }

    /// That at `now`, before anything happens then, if any node is live.
    pub fn at(view: &View<'_, Store>, now: Time) -> Option<Self> {
        Self::sum(view, |missed| missed_for(missed, now))
    }

    /// That where writes have been missed for `how_long`.
    fn sum(view: &View<'_, Store>, how_long: impl Fn(&[Write]) -> Span) -> Option<Self> {
        let (mut stale, mut lag, mut longest) = (0_u64, 0_u64, Span::ZERO);
        let latest: Vec<_> = view.counts.histories.iter().map(|history| history.latest()).collect();
        let live = view.states.iter().enumerate().filter(|&(node, _)| view.is_up(node));
        for (_, replica) in live {
            for (first, (held, latest)) in (0..).step_by(64).zip(replica.versions.chunks(64).zip(latest.chunks(64))) {
                let differ = held.iter().zip(latest).map(|(held, latest)| u64::from(held != latest));
                let differ = differ.rev().fold(0, |bits, bit| bits << 1 | bit);
                for missed in ones(differ).filter_map(|bit| view.counts.missed(replica, first + bit)) {
                    stale += 1;
                    lag += missed.len() as u64;
                    longest = longest.max(how_long(missed));
                }
            }
        }
        Self::of_sums(view, stale, lag, longest)
    }

    /// That of so many pairs of a node and a key that is stale there, and writes that nodes miss.
    fn of_sums(view: &View<'_, Store>, stale: u64, missed: u64, longest: Span) -> Option<Self> {
        let keys = view.counts.histories.len() as u64;
        let share = |part: u64, whole: u64| part as f64 / whole as f64;
        (view.live > 0).then(|| Staleness {
            stale: share(stale, view.live),
            lag: share(missed, view.live * keys),
            longest,
        })
    }
}
