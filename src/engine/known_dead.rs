//! Who is known to be down, so that nobody chooses them any more.

use crate::memory;
use crate::random::{Field, Use};
use crate::time::{Span, Time};
use crate::units::NodeId;

/// Who is known to be down: nodes that have been for a while. Nobody, where that is not asked for.
#[derive(Debug, Default)]
pub(super) struct KnownDead {
    /// After which time it is known.
    after: Span,
    /// Since when each node has been down; [`Time::NEVER`] of those that are up. Empty where nobody ever knows.
    since: Vec<Time>,
}

/// So many draws of a single neighbour may come to somebody who is down; then the choice is among the others.
const ATTEMPTS: u32 = 64;

impl KnownDead {
    /// What is known among so many nodes, of which all are up, if anything ever is.
    pub(super) fn new(after: Option<Span>, nodes: u32) -> Self {
        let Some(after) = after else { return KnownDead::default() };
        let mut since = Vec::new();
        memory::or_unwind(memory::reserve(&mut since, nodes as usize));
        since.resize(nodes as usize, Time::NEVER);
        KnownDead { after, since }
    }

    /// Whether anything is ever known.
    #[inline(always)]
    pub(super) fn is_told(&self) -> bool {
        !self.since.is_empty()
    }

    /// Whether it is known at `now` that `node` is down.
    #[inline]
    pub(super) fn holds(&self, node: NodeId, now: Time) -> bool {
        self.since.get(node.index()).is_some_and(|since| *since < Time::NEVER && *since + self.after <= now)
    }

    /// `node` goes down at this time, or comes up if there is none.
    pub(super) fn note(&mut self, node: NodeId, down: Option<Time>) {
        if let Some(since) = self.since.get_mut(node.index()) {
            *since = down.unwrap_or(Time::NEVER);
        }
    }

    /// One of the `degree` neighbours that `neighbor` gives which are not known to be down, each with the same probability, by
    /// draws of `coins` for `what` at (`who`, `when`); `None` if there is none.
    pub(super) fn choose(
        &self,
        now: Time,
        (degree, neighbor): (u32, impl Fn(u32) -> NodeId),
        coins: &Field,
        (who, when, what): (u64, u64, Use),
    ) -> Option<NodeId> {
        let below = |bound, attempt| coins.below(bound, who, when, what.slot(attempt));
        let drawn = (0..if degree > 0 { ATTEMPTS } else { 0 }).map(|attempt| neighbor(below(degree, attempt)));
        drawn.into_iter().find(|&node| !self.holds(node, now)).or_else(|| {
            let left: Vec<NodeId> = (0..degree).map(neighbor).filter(|&node| !self.holds(node, now)).collect();
            left.get(below(left.len() as u32, ATTEMPTS) as usize).copied()
        })
    }
}
